-- Defaults of columns, of view columns too, and the expressions of generated columns.
SELECT 'default' AS kind,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS parent_kind,
       n.nspname AS schema, c.relname AS parent, a.attname AS name,
       pg_get_expr(def.adbin, def.adrelid) AS expression,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
       CASE WHEN a.attinhcount > 0 THEN parent.name || a.attname::text END AS inherited_from
FROM pg_attrdef def
JOIN pg_class c ON c.oid = def.adrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = def.adrelid AND a.attnum = def.adnum
LEFT JOIN (
    SELECT i.inhrelid, ARRAY[pn.nspname, p.relname]::text[] AS name
    FROM pg_inherits i
    JOIN pg_class p ON p.oid = i.inhparent AND p.relkind IN ('r', 'p', 'f')
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE i.inhseqno = 1
) AS parent ON parent.inhrelid = c.oid
WHERE c.relnamespace = ANY ({schemas}) AND c.oid <> ALL ({left_out})
