-- Constraints of tables and domains, with what belongs to their index. Not here: NOT NULL (an attribute of the
-- column), constraint triggers (triggers), and the foreign keys that Postgres clones onto partitions.
SELECT 'constraint' AS kind,
       CASE WHEN dom.oid IS NOT NULL THEN 'domain' WHEN c.relkind = 'f' THEN 'foreign table' ELSE 'table' END AS parent_kind,
       coalesce(n.nspname, dn.nspname) AS schema, coalesce(c.relname, dom.typname) AS parent, con.conname AS name,
       CASE con.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key'
                        WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclude' WHEN 'n' THEN 'not null' END AS type,
       CASE WHEN con.convalidated THEN pg_get_constraintdef(con.oid)
            ELSE regexp_replace(pg_get_constraintdef(con.oid), ' NOT VALID$', '') END AS definition,
       CASE WHEN NOT con.convalidated
           AND con.conenforced -- since 18
           THEN true END AS not_valid,
       CASE WHEN con.coninhcount > 0 AND con.conislocal AND NOT c.relispartition THEN true END AS also_local,
       -- the constraint of the same name on the parent table, where this one is inherited
       CASE WHEN con.coninhcount > 0 OR con.conparentid <> 0
           THEN parent.name || coalesce(above.conname, con.conname)::text END AS inherited_from,
       ix.reloptions AS options, space.spcname AS tablespace,
       nullif(i.indisclustered, false) AS clustered, nullif(i.indisreplident, false) AS replica_identity,
       CASE WHEN NOT i.indisvalid THEN true END AS invalid,
       d.description AS comment
FROM pg_constraint con
LEFT JOIN pg_class c ON c.oid = con.conrelid
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_type dom ON dom.oid = con.contypid
LEFT JOIN pg_namespace dn ON dn.oid = dom.typnamespace
LEFT JOIN pg_constraint above ON above.oid = con.conparentid
LEFT JOIN pg_index i ON i.indexrelid = con.conindid AND con.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class ix ON ix.oid = i.indexrelid
LEFT JOIN pg_tablespace space ON space.oid = ix.reltablespace
LEFT JOIN (
    SELECT inh.inhrelid, ARRAY[pn.nspname, p.relname]::text[] AS name
    FROM pg_inherits inh
    JOIN pg_class p ON p.oid = inh.inhparent AND p.relkind IN ('r', 'p', 'f')
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE inh.inhseqno = 1
) AS parent ON parent.inhrelid = con.conrelid
LEFT JOIN pg_description d ON d.objoid = con.oid AND d.classoid = 'pg_constraint'::regclass AND d.objsubid = 0
WHERE (con.contype IN ('c', 'p', 'u', 'x') OR con.contype = 'f' AND con.conparentid = 0
       OR con.contype = 'n' AND con.contypid <> 0)
  AND (c.relnamespace = ANY ({schemas} || {platform}) AND c.oid <> ALL ({left_out})
       OR dom.typnamespace = ANY ({schemas})
          AND NOT EXISTS (SELECT FROM pg_depend e
                          WHERE e.classid = 'pg_type'::regclass AND e.objid = dom.oid AND e.deptype = 'e'))
  AND NOT (con.contype = 'n' AND con.conname ~ '_not_null\d*$')
