-- Row level security policies.
SELECT
       p.oid, -- for plans
       'policy' AS kind, 'table' AS parent_kind, n.nspname AS schema, c.relname AS parent, p.polname AS name,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
                     ELSE 'all' END AS command,
       CASE WHEN NOT p.polpermissive THEN true END AS restrictive,
       (SELECT array_agg(CASE WHEN role = 0 THEN 'public' ELSE pg_get_userbyid(role) END
                         ORDER BY CASE WHEN role = 0 THEN 'public' ELSE pg_get_userbyid(role) END)
        FROM unnest(p.polroles) AS role)::text[] AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid) AS with_check,
       d.description AS comment
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_policy'::regclass AND d.objsubid = 0
WHERE c.relnamespace = ANY ({schemas} || {platform}) AND c.oid <> ALL ({left_out})
