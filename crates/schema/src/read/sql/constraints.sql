-- Constraints of tables and domains, with what belongs to their index. Not here: NOT NULL (an attribute of the
-- column), constraint triggers (triggers), and the foreign keys that Postgres clones onto partitions.
SELECT
       con.oid, -- for plans
       'constraint' AS kind,
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
       CASE WHEN con.conparentid <> 0 THEN parent.name || above.conname::text
            WHEN con.coninhcount > 0 THEN
           CASE WHEN several.inhrelid IS NULL THEN parent.name
                ELSE (SELECT ARRAY[pn.nspname, p.relname]::text[]
                      FROM pg_inherits inh
                      JOIN pg_class p ON p.oid = inh.inhparent
                      JOIN pg_namespace pn ON pn.oid = p.relnamespace
                      JOIN pg_constraint pc ON pc.conrelid = p.oid AND pc.conname = con.conname
                      WHERE inh.inhrelid = c.oid ORDER BY inh.inhseqno LIMIT 1) END
           || con.conname::text
            ELSE above_index.name END AS inherited_from,
       above_index.attached_to, -- the parent table's index that this one's is attached to, where that is no constraint's
       ix.reloptions AS options, space.spcname AS tablespace,
       nullif(i.indisclustered, false) AS clustered, nullif(i.indisreplident, false) AS replica_identity,
       CASE WHEN NOT i.indisvalid THEN true END AS invalid,
       CASE WHEN con.contype = 'x' THEN
           (SELECT array_agg(a.attnum || '=' || a.attstattarget ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = con.conindid AND a.attstattarget >= 0) END AS statistics_targets,
       index_comment.description AS index_comment,
       nullif(c.relkind = 'p', false) AS derived_partitioned, -- for plans
       keys.names AS derived_columns, target.names AS derived_referenced_columns, -- for plans
       target.name AS derived_references, -- for plans
       ix.relname AS derived_index_name, -- for plans
       d.description AS comment
FROM pg_constraint con
LEFT JOIN pg_class c ON c.oid = con.conrelid
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_type dom ON dom.oid = con.contypid
LEFT JOIN pg_namespace dn ON dn.oid = dom.typnamespace
LEFT JOIN pg_constraint above ON above.oid = con.conparentid
LEFT JOIN pg_index i ON i.indexrelid = con.conindid AND con.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class ix ON ix.oid = i.indexrelid
LEFT JOIN (
    SELECT inh.inhrelid, format('%I.%I', pn.nspname, p.relname) AS attached_to,
           ARRAY[pn.nspname, pt.relname, p.relname]::text[] AS name
    FROM pg_inherits inh
    JOIN pg_class p ON p.oid = inh.inhparent AND p.relkind = 'I'
    JOIN pg_index pi ON pi.indexrelid = p.oid
    JOIN pg_class pt ON pt.oid = pi.indrelid
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
) AS above_index ON above_index.inhrelid = i.indexrelid AND con.conparentid = 0
LEFT JOIN pg_tablespace space ON space.oid = ix.reltablespace
LEFT JOIN (
    SELECT inh.inhrelid, ARRAY[pn.nspname, p.relname]::text[] AS name
    FROM pg_inherits inh
    JOIN pg_class p ON p.oid = inh.inhparent AND p.relkind IN ('r', 'p', 'f')
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE inh.inhseqno = 1
) AS parent ON parent.inhrelid = con.conrelid
LEFT JOIN (SELECT inhrelid FROM pg_inherits WHERE inhseqno = 2) AS several ON several.inhrelid = con.conrelid
LEFT JOIN pg_description index_comment
    ON index_comment.objoid = i.indexrelid AND index_comment.classoid = 'pg_class'::regclass AND index_comment.objsubid = 0
LEFT JOIN LATERAL ( -- for plans
    SELECT array_agg(a.attname::text ORDER BY k.ordinality) AS names -- for plans
    FROM unnest(con.conkey) WITH ORDINALITY AS k(number, ordinality) -- for plans
    JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number -- for plans
) AS keys ON con.conkey IS NOT NULL -- for plans
LEFT JOIN LATERAL ( -- for plans
    SELECT array_agg(a.attname::text ORDER BY k.ordinality) AS names, -- for plans
           con.confrelid::regclass::text AS name -- for plans
    FROM unnest(con.confkey) WITH ORDINALITY AS k(number, ordinality) -- for plans
    JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.number -- for plans
) AS target ON con.confrelid <> 0 -- for plans
LEFT JOIN pg_description d ON d.objoid = con.oid AND d.classoid = 'pg_constraint'::regclass AND d.objsubid = 0
WHERE (con.contype IN ('c', 'p', 'u', 'x') OR con.contype = 'f' AND con.conparentid = 0
       OR con.contype = 'n' AND con.contypid <> 0)
  AND (c.relnamespace = ANY ({schemas} || {platform}) AND c.oid <> ALL ({left_out})
       OR dom.typnamespace = ANY ({schemas})
          AND NOT EXISTS (SELECT FROM pg_depend e
                          WHERE e.classid = 'pg_type'::regclass AND e.objid = dom.oid AND e.deptype = 'e'))
  AND NOT (con.contype = 'n' AND con.conname ~ '_not_null\d*$')
