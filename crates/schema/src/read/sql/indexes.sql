-- Indexes that no constraint owns. An index of a partition names the index it is attached to.
SELECT
       ix.oid, -- for plans
       'index' AS kind,
       CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'table' END AS parent_kind,
       n.nspname AS schema, c.relname AS parent, ix.relname AS name,
       pg_get_indexdef(i.indexrelid) AS definition,
       space.spcname AS tablespace,
       CASE WHEN NOT i.indisvalid THEN true END AS invalid,
       nullif(i.indisclustered, false) AS clustered, nullif(i.indisreplident, false) AS replica_identity,
       (SELECT array_agg(a.attnum || '=' || a.attstattarget ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) AS statistics_targets,
       extensions.names AS depends_on_extensions,
       above.attached_to AS attached_to, above.name AS inherited_from,
       nullif(i.indisunique, false) AS derived_unique, -- for plans
       nullif(i.indnullsnotdistinct, false) AS derived_nulls_not_distinct, -- for plans
       nullif(ix.relkind = 'I', false) AS derived_partitioned, -- for plans
       (SELECT am.amname FROM pg_am am WHERE am.oid = ix.relam) AS derived_method, -- for plans
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false) -- for plans
             FROM generate_series(1, i.indnkeyatts) AS n ORDER BY n) AS derived_key_columns, -- for plans
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false) -- for plans
             FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS n ORDER BY n) AS derived_included_columns, -- for plans
       pg_get_expr(i.indpred, i.indrelid) AS derived_predicate, -- for plans
       nullif(i.indexprs IS NOT NULL, false) AS derived_expressions, -- for plans
       d.description AS comment
FROM pg_index i
JOIN pg_class ix ON ix.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_tablespace space ON space.oid = ix.reltablespace
LEFT JOIN (
    SELECT inh.inhrelid, format('%I.%I', pn.nspname, p.relname) AS attached_to,
           ARRAY[pn.nspname, pt.relname, p.relname]::text[] AS name
    FROM pg_inherits inh
    JOIN pg_class p ON p.oid = inh.inhparent AND p.relkind = 'I'
    JOIN pg_index pi ON pi.indexrelid = p.oid
    JOIN pg_class pt ON pt.oid = pi.indrelid
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
) AS above ON above.inhrelid = i.indexrelid
LEFT JOIN (
    SELECT x.objid, array_agg(e.extname::text ORDER BY e.extname) AS names
    FROM pg_depend x
    JOIN pg_extension e ON x.refclassid = 'pg_extension'::regclass AND e.oid = x.refobjid
    WHERE x.classid = 'pg_class'::regclass AND x.deptype = 'x'
    GROUP BY x.objid
) AS extensions ON extensions.objid = ix.oid
LEFT JOIN pg_description d ON d.objoid = ix.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
WHERE c.relnamespace = ANY ({schemas} || {platform}) AND c.oid <> ALL ({left_out})
  AND c.relkind IN ('r', 'p', 'm')
  AND NOT EXISTS (SELECT FROM pg_constraint con
                  WHERE con.conrelid = i.indrelid AND con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
