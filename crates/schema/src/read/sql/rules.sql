-- Rules, but not those that make a view a view.
SELECT
       r.oid, -- for plans
       'rule' AS kind,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' WHEN 'm' THEN 'materialized view'
                      ELSE 'table' END AS parent_kind,
       n.nspname AS schema, c.relname AS parent, r.rulename AS name,
       pg_get_ruledef(r.oid) AS definition,
       CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled for replicas only'
                         WHEN 'A' THEN 'always enabled' END AS enabled,
       d.description AS comment
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description d ON d.objoid = r.oid AND d.classoid = 'pg_rewrite'::regclass AND d.objsubid = 0
WHERE r.rulename <> '_RETURN'
  AND c.relnamespace = ANY ({schemas} || {platform}) AND c.oid <> ALL ({left_out})
