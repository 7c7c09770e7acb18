-- Defaults of columns, of view columns too, and the expressions of generated columns.
SELECT
       def.oid, -- for plans
       'default' AS kind,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS parent_kind,
       n.nspname AS schema, c.relname AS parent, a.attname AS name,
       pg_get_expr(def.adbin, def.adrelid) AS expression,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
       -- the default on the first parent that has one: a column may be inherited, and its default not
       CASE WHEN a.attinhcount > 0 THEN (
           SELECT ARRAY[pn.nspname, p.relname, pa.attname]::text[]
           FROM pg_inherits i
           JOIN pg_class p ON p.oid = i.inhparent
           JOIN pg_namespace pn ON pn.oid = p.relnamespace
           JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname AND pa.attnum > 0
           JOIN pg_attrdef pd ON pd.adrelid = p.oid AND pd.adnum = pa.attnum
           WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1) END AS inherited_from
FROM pg_attrdef def
JOIN pg_class c ON c.oid = def.adrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = def.adrelid AND a.attnum = def.adnum
WHERE c.relnamespace = ANY ({schemas}) AND c.oid <> ALL ({left_out})
