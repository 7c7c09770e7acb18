-- Tables, partitions, views, materialized views, foreign tables. Composite types come with the types.
SELECT
       c.oid, -- for plans
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                      ELSE 'table' END AS kind,
       n.nspname AS schema, c.relname AS name,
       pg_get_userbyid(c.relowner) AS owner,
       outline.columns AS derived_columns, outline.names AS derived_column_names, -- for plans
       CASE WHEN c.relpersistence = 'u' THEN true END AS unlogged,
       (SELECT array_agg(o ORDER BY o COLLATE "C")
        FROM (SELECT unnest(c.reloptions) UNION ALL SELECT 'toast.' || unnest(toast.reloptions)) AS all_options(o)
        WHERE o IS NOT NULL) AS options,
       ARRAY(SELECT unnest(c.reloptions)) || ARRAY(SELECT 'toast.' || unnest(toast.reloptions)) AS derived_options, -- for plans
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
       parents.names AS parents,
       parents.detaching AS detaching,
       CASE WHEN c.relispartition THEN parents.first END AS hangs_on,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN c.relam <> 0 AND (am.amname <> 'heap' OR c.relkind = 'p') THEN am.amname END AS access_method,
       space.spcname AS tablespace,
       CASE WHEN c.relkind IN ('r', 'p', 'm') THEN
           CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END END AS replica_identity,
       nullif(c.relrowsecurity, false) AS row_security,
       nullif(c.relforcerowsecurity, false) AS force_row_security,
       extensions.names AS depends_on_extensions,
       server.srvname AS server, foreign_table.ftoptions AS foreign_options,
       d.description AS comment,
       c.relacl::text[] AS acl,
       CASE WHEN c.relacl IS NOT NULL THEN acldefault('r', c.relowner)::text[] END AS acl_default
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace space ON space.oid = c.reltablespace
LEFT JOIN pg_foreign_table foreign_table ON foreign_table.ftrelid = c.oid
LEFT JOIN pg_foreign_server server ON server.oid = foreign_table.ftserver
LEFT JOIN (
    SELECT i.inhrelid,
           array_agg(format('%I.%I', pn.nspname, p.relname) ORDER BY i.inhseqno) AS names,
           (array_agg(ARRAY[pn.nspname, p.relname]::text[] ORDER BY i.inhseqno))[1:1] AS first,
           nullif(bool_or(i.inhdetachpending), false) AS detaching
    FROM pg_inherits i
    JOIN pg_class p ON p.oid = i.inhparent AND p.relkind IN ('r', 'p', 'f')
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    GROUP BY i.inhrelid
) AS parents ON parents.inhrelid = c.oid
LEFT JOIN LATERAL ( -- for plans
    SELECT array_agg(a.attname::text ORDER BY a.attnum) AS names, -- for plans
           array_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) -- for plans
                     || CASE WHEN a.attcollation <> t.typcollation THEN -- for plans
                            (SELECT format(' COLLATE %I.%I', cn.nspname, co.collname) -- for plans
                             FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace -- for plans
                             WHERE co.oid = a.attcollation) ELSE '' END -- for plans
                     ORDER BY a.attnum) AS columns -- for plans
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid -- for plans
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped -- for plans
) AS outline ON c.relkind IN ('v', 'm') -- for plans
LEFT JOIN (
    SELECT x.objid, array_agg(e.extname::text ORDER BY e.extname) AS names
    FROM pg_depend x
    JOIN pg_extension e ON x.refclassid = 'pg_extension'::regclass AND e.oid = x.refobjid
    WHERE x.classid = 'pg_class'::regclass AND x.deptype = 'x'
    GROUP BY x.objid
) AS extensions ON extensions.objid = c.oid
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND c.relnamespace = ANY ({schemas}) AND c.oid <> ALL ({left_out})
