-- Schemas and extensions.
SELECT
       n.oid, -- for plans
       'schema' AS kind, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner, d.description AS comment,
       n.nspacl::text[] AS acl,
       CASE WHEN n.nspacl IS NOT NULL THEN acldefault('n', n.nspowner)::text[] END AS acl_default,
       NULL::bool AS derived_pinned, -- for plans
       NULL::text AS installed_in, NULL::text AS version
FROM pg_namespace n
LEFT JOIN pg_description d ON d.objoid = n.oid AND d.classoid = 'pg_namespace'::regclass AND d.objsubid = 0
WHERE n.oid = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
UNION ALL
SELECT
       x.oid, -- for plans
       'extension', x.extname, NULL, d.description, NULL, NULL,
       CASE WHEN x.extname <> 'plpgsql' AND x.extversion <> (SELECT a.default_version FROM pg_available_extensions AS a WHERE a.name = x.extname) THEN true END, -- for plans
       n.nspname, x.extversion
FROM pg_extension x
JOIN pg_namespace n ON n.oid = x.extnamespace
LEFT JOIN pg_description d ON d.objoid = x.oid AND d.classoid = 'pg_extension'::regclass AND d.objsubid = 0
