-- Objects in scope of a kind that no query reads. One row an object.
SELECT 'relation of kind ' || c.relkind::text AS kind, format('%I.%I', n.nspname, c.relname) AS object
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind NOT IN ('r', 'p', 'v', 'm', 'f', 'c', 'S', 'i', 'I', 't')
  AND c.relnamespace = ANY ({schemas}) AND c.oid <> ALL ({left_out})
UNION ALL
SELECT 'type of kind ' || t.typtype::text, format('%I.%I', n.nspname, t.typname)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE (t.typtype NOT IN ('b', 'c', 'd', 'e', 'm', 'p', 'r') OR t.typtype = 'p' AND t.typisdefined)
  AND t.typnamespace = ANY ({schemas})
UNION ALL
SELECT 'function of kind ' || p.prokind::text, p.oid::regprocedure::text
FROM pg_proc p
WHERE p.prokind NOT IN ('f', 'p', 'a', 'w') AND p.pronamespace = ANY ({schemas})
UNION ALL
SELECT 'constraint of kind ' || con.contype::text, format('%I', con.conname)
FROM pg_constraint con
WHERE con.contype NOT IN ('c', 'f', 'n', 'p', 'u', 'x', 't') AND con.connamespace = ANY ({schemas})
UNION ALL
SELECT 'default privileges of kind ' || a.defaclobjtype::text, pg_get_userbyid(a.defaclrole)
FROM pg_default_acl a WHERE a.defaclobjtype NOT IN ('r', 'S', 'f', 'T', 'n', 'L')
UNION ALL
-- a catalog that this crate has never heard of, that is, of a later version, with objects of this database
SELECT 'content of catalog ' || c.relname, 'unknown'
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid' AND a.attnum > 0
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL ({catalogs})
  AND (xpath('/row/n/text()', query_to_xml(
           format('SELECT count(*) AS n FROM (SELECT FROM pg_catalog.%I WHERE oid >= 16384 LIMIT 1) AS x', c.relname),
           false, true, '')))[1]::text <> '0'
