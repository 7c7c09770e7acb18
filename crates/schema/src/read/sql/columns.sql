-- Columns of tables and foreign tables, attributes of composite types; in order, for `column_order` is made
-- from it. Of view columns only what the view's query does not say: comments, grants, how they are stored.
SELECT
       a.attrelid AS oid, a.attnum AS sub, a.attnum AS derived_position, -- for plans
       CASE WHEN c.relkind IN ('v', 'm') THEN 'view column' ELSE 'column' END AS kind,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                      WHEN 'c' THEN 'composite type' ELSE 'table' END AS parent_kind,
       n.nspname AS schema, c.relname AS parent, a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type,
       nullif(a.attnotnull, false) AS not_null,
       -- the name that Postgres chooses is none of its own; where there is no room for it, it is cut
       CASE WHEN (nn.coninhcount = 0 OR nn.conislocal AND NOT EXISTS ( -- since 18
                SELECT FROM pg_inherits i JOIN pg_constraint above ON above.conrelid = i.inhparent -- since 18
                WHERE i.inhrelid = c.oid AND above.contype = 'n' AND above.conname = nn.conname)) AND NOT ( -- since 18
                nn.conname ~ '_not_null\d*$' AND (octet_length(usual.name) > 63 -- since 18
                OR starts_with(nn.conname::text, usual.name) AND substr(nn.conname::text, length(usual.name) + 1) ~ '^\d*$')) -- since 18
            THEN nn.conname END AS not_null_name, -- since 18
       nn.conname AS derived_not_null, nullif(nn.coninhcount > 0, false) AS derived_not_null_inherited, -- for plans -- since 18
       nullif(nn.connoinherit, false) AS not_null_no_inherit, -- since 18
       CASE WHEN NOT nn.convalidated THEN true END AS not_null_not_valid, -- since 18
       CASE WHEN nn.coninhcount > 0 AND nn.conislocal AND NOT c.relispartition THEN true END AS not_null_also_local, -- since 18
       (SELECT nd.description FROM pg_description nd -- since 18
        WHERE nd.objoid = nn.oid AND nd.classoid = 'pg_constraint'::regclass) AS not_null_comment, -- since 18
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
       coll.name AS collation,
       CASE WHEN a.attstorage <> t.typstorage THEN
           CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
                             WHEN 'x' THEN 'extended' END END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       nullif(a.attstattarget, -1)::int4 AS statistics_target,
       own.options, a.attfdwoptions AS foreign_options,
       CASE WHEN a.attinhcount > 0 AND a.attislocal AND NOT c.relispartition THEN true END AS also_local,
       CASE WHEN a.attinhcount > 0 THEN
           CASE WHEN several.inhrelid IS NULL THEN parent.name
                ELSE (SELECT ARRAY[pn.nspname, p.relname]::text[]
                      FROM pg_inherits i
                      JOIN pg_class p ON p.oid = i.inhparent
                      JOIN pg_namespace pn ON pn.oid = p.relnamespace
                      JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname AND pa.attnum > 0
                      WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1) END
           || a.attname::text END AS inherited_from,
       seq.name AS identity_sequence, seq.type AS identity_type, seq.start AS identity_start,
       seq.increment AS identity_increment, seq.min AS identity_min, seq.max AS identity_max,
       seq.cache AS identity_cache, seq.cycle AS identity_cycle,
       d.description AS comment,
       a.attacl::text[] AS acl, CASE WHEN a.attacl IS NOT NULL THEN pg_get_userbyid(c.relowner) END AS grantor
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (SELECT c.relname::text || '_' || a.attname::text || '_not_null' AS name) AS usual -- since 18
-- 17.12 keeps a note of its own, `pg_attver`, with every column; nobody can set or reset it, and pg_dump leaves it out.
CROSS JOIN LATERAL (
    SELECT CASE WHEN a.attoptions IS NULL OR cardinality(a.attoptions) = 1 AND starts_with(a.attoptions[1], 'pg_') THEN NULL
                ELSE nullif(ARRAY(SELECT option FROM unnest(a.attoptions) AS option WHERE NOT starts_with(option, 'pg_')), '{}')
           END AS options
) AS own
LEFT JOIN pg_description d
    ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
LEFT JOIN (
    SELECT co.oid, format('%I.%I', cn.nspname, co.collname) AS name
    FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
) AS coll ON coll.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN (
    SELECT i.inhrelid, ARRAY[pn.nspname, p.relname]::text[] AS name
    FROM pg_inherits i
    JOIN pg_class p ON p.oid = i.inhparent AND p.relkind IN ('r', 'p', 'f')
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE i.inhseqno = 1
) AS parent ON parent.inhrelid = c.oid
LEFT JOIN (SELECT inhrelid FROM pg_inherits WHERE inhseqno = 2) AS several ON several.inhrelid = c.oid
LEFT JOIN (
    SELECT own.refobjid, own.refobjsubid, format('%I.%I', sn.nspname, s.relname) AS name,
           format_type(q.seqtypid, NULL) AS type, q.seqstart AS start, q.seqincrement AS increment,
           q.seqmin AS min, q.seqmax AS max, q.seqcache AS cache, nullif(q.seqcycle, false) AS cycle
    FROM pg_sequence q
    JOIN pg_class s ON s.oid = q.seqrelid
    JOIN pg_namespace sn ON sn.oid = s.relnamespace
    JOIN pg_depend own ON own.classid = 'pg_class'::regclass AND own.objid = s.oid
        AND own.refclassid = 'pg_class'::regclass AND own.deptype = 'i' AND own.refobjsubid > 0
) AS seq ON seq.refobjid = a.attrelid AND seq.refobjsubid = a.attnum AND a.attidentity <> ''
LEFT JOIN pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum -- since 18
WHERE c.relnamespace = ANY ({schemas}) AND c.oid <> ALL ({left_out})
  AND (c.relkind IN ('r', 'p', 'f', 'c')
       OR c.relkind IN ('v', 'm') AND (a.attacl IS NOT NULL OR d.description IS NOT NULL OR own.options IS NOT NULL
                                       OR a.attstattarget >= 0 OR a.attcompression <> '' OR a.attstorage <> t.typstorage))
ORDER BY a.attrelid, a.attnum
