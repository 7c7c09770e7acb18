-- What the server and our role are like; one row. $1: what our own sessions are called.
SELECT
    current_setting('server_version_num')::int4 AS version_num,
    current_setting('server_version') AS version,
    pg_catalog.pg_is_in_recovery() AS in_recovery,
    current_setting('transaction_read_only') = 'on' AS read_only,
    (
        SELECT s.source FROM pg_catalog.pg_settings AS s WHERE s.name = 'default_transaction_read_only'
    ) AS read_only_source,
    current_setting('session_replication_role') AS replication_role,
    d.datname::text AS database,
    r.rolname::text AS role,
    r.rolsuper AS is_superuser,
    -- rights
    has_database_privilege(d.oid, 'CREATE') AS may_create_schemas,
    o.oid IS NOT NULL AS has_ledger,
    coalesce(pg_has_role(o.nspowner, 'USAGE'), false) AS owns_ledger,
    pg_get_userbyid(o.nspowner)::text AS ledger_owner,
    p.oid IS NULL OR has_schema_privilege(p.oid, 'CREATE') AS may_create_in_public,
    -- connections; a superuser is bound by max_connections alone
    current_setting('max_connections')::int4 AS max_connections,
    current_setting('superuser_reserved_connections')::int4
    -- since PostgreSQL 16
    + coalesce(current_setting('reserved_connections', true)::int4, 0) AS reserved_connections,
    r.rolconnlimit AS role_limit,
    d.datconnlimit AS database_limit,
    used.server AS used_server,
    used.role AS used_role,
    used.database AS used_database,
    used.ours AS used_by_us,
    -- disk
    pg_database_size(d.oid) AS database_size,
    -- null for those who may not see it
    (SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name = 'data_directory') AS data_directory,
    inet_server_addr() IS NULL AS by_socket
FROM pg_catalog.pg_database AS d
INNER JOIN pg_catalog.pg_roles AS r ON r.rolname = current_user
LEFT JOIN pg_catalog.pg_namespace AS o ON o.nspname = 'meshhook_ops'
LEFT JOIN pg_catalog.pg_namespace AS p ON p.nspname = 'public'
CROSS JOIN LATERAL (
    -- the kind of a backend shows only to those who may see it; one with a user and a database is a client's
    SELECT
        count(*) AS server,
        count(*) FILTER (WHERE a.usesysid = r.oid) AS role,
        count(*) FILTER (WHERE a.datid = d.oid) AS database,
        count(*) FILTER (WHERE a.datid = d.oid AND a.usesysid = r.oid AND a.application_name = $1) AS ours
    FROM pg_catalog.pg_stat_activity AS a
    WHERE a.usesysid IS NOT NULL AND a.datid IS NOT NULL
    AND coalesce(a.backend_type, 'client backend') = 'client backend'
) AS used
WHERE d.datname = current_database()
