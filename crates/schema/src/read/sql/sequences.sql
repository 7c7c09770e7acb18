-- Sequences. Of an identity column's sequence only grants and comment: the rest are attributes of the column.
SELECT
       c.oid, -- for plans
       CASE WHEN own.deptype = 'i' THEN 'identity sequence' ELSE 'sequence' END AS kind,
       n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment,
       s.seqmin AS min, s.seqmax AS max, s.seqcache AS cache, nullif(s.seqcycle, false) AS cycle,
       CASE WHEN c.relpersistence = 'u' THEN true END AS unlogged,
       CASE WHEN a.attname IS NOT NULL THEN format('%I.%I.%I', tn.nspname, t.relname, a.attname) END AS owned_by,
       CASE WHEN a.attname IS NOT NULL THEN ARRAY[tn.nspname, t.relname, a.attname]::text[] END AS hangs_on,
       d.description AS comment,
       c.relacl::text[] AS acl,
       CASE WHEN c.relacl IS NOT NULL THEN acldefault('s', c.relowner)::text[] END AS acl_default
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend own ON own.classid = 'pg_class'::regclass AND own.objid = c.oid AND own.objsubid = 0
    AND own.refclassid = 'pg_class'::regclass AND own.refobjsubid > 0 AND own.deptype IN ('a', 'i')
LEFT JOIN pg_class t ON t.oid = own.refobjid
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = own.refobjid AND a.attnum = own.refobjsubid
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
WHERE c.relnamespace = ANY ({schemas}) AND c.oid <> ALL ({left_out})
  AND coalesce(own.refobjid <> ALL ({left_out}), true)
