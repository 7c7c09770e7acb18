-- Triggers, those cloned onto partitions included: their enabled state may be their own.
SELECT
       t.oid, -- for plans
       'trigger' AS kind,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS parent_kind,
       n.nspname AS schema, c.relname AS parent, t.tgname AS name,
       pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled for replicas only'
                        WHEN 'A' THEN 'always enabled' END AS enabled,
       CASE WHEN t.tgparentid <> 0 THEN true END AS cloned,
       extensions.names AS depends_on_extensions,
       above.name AS inherited_from,
       t.tgfoid::regproc::text AS derived_function, -- for plans
       CASE WHEN t.tgconstraint <> 0 THEN true END AS derived_constraint, -- for plans
       d.description AS comment
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (
    SELECT p.oid, ARRAY[pn.nspname, pc.relname, p.tgname]::text[] AS name
    FROM pg_trigger p
    JOIN pg_class pc ON pc.oid = p.tgrelid
    JOIN pg_namespace pn ON pn.oid = pc.relnamespace
) AS above ON above.oid = t.tgparentid AND t.tgparentid <> 0
LEFT JOIN (
    SELECT x.objid, array_agg(e.extname::text ORDER BY e.extname) AS names
    FROM pg_depend x
    JOIN pg_extension e ON x.refclassid = 'pg_extension'::regclass AND e.oid = x.refobjid
    WHERE x.classid = 'pg_trigger'::regclass AND x.deptype = 'x'
    GROUP BY x.objid
) AS extensions ON extensions.objid = t.oid
LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_trigger'::regclass AND d.objsubid = 0
WHERE NOT t.tgisinternal
  AND c.relnamespace = ANY ({schemas} || {platform}) AND c.oid <> ALL ({left_out})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
