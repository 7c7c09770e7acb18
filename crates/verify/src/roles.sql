-- Roles belong to the whole server, so what a migration does to them outlives its database. Each line is one fact, as
-- the statement that makes it true.
SELECT 'CREATE ROLE ' || quote_ident(r.rolname)
    || CASE WHEN r.rolsuper THEN ' SUPERUSER' ELSE '' END
    || CASE WHEN r.rolinherit THEN '' ELSE ' NOINHERIT' END
    || CASE WHEN r.rolcreaterole THEN ' CREATEROLE' ELSE '' END
    || CASE WHEN r.rolcreatedb THEN ' CREATEDB' ELSE '' END
    || CASE WHEN r.rolcanlogin THEN ' LOGIN' ELSE '' END
    || CASE WHEN r.rolreplication THEN ' REPLICATION' ELSE '' END
    || CASE WHEN r.rolbypassrls THEN ' BYPASSRLS' ELSE '' END AS made,
    r.rolname::text AS role,
    'role' AS kind,
    NULL::text AS other
FROM pg_catalog.pg_roles AS r
WHERE r.rolname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'GRANT ' || quote_ident(g.rolname) || ' TO ' || quote_ident(u.rolname), g.rolname::text, 'member', u.rolname::text
FROM pg_catalog.pg_auth_members AS m
JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
JOIN pg_catalog.pg_roles AS u ON u.oid = m.member
WHERE u.rolname NOT LIKE 'pg\_%'
ORDER BY 3 DESC, 1
