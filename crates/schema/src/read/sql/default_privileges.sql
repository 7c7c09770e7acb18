-- Default privileges. In a schema they add to nothing; for all schemas they replace the built-in default.
SELECT 'default privileges' AS kind, n.nspname AS schema, pg_get_userbyid(a.defaclrole) AS name,
       CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                            WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' END AS arguments,
       a.defaclacl::text[] AS acl,
       CASE WHEN a.defaclnamespace = 0 AND a.defaclobjtype <> 'L' THEN acldefault(
           CASE a.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE a.defaclobjtype END, a.defaclrole)::text[]
           END AS acl_default
FROM pg_default_acl a
LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
WHERE a.defaclnamespace = 0 OR n.oid = ANY ({schemas})
