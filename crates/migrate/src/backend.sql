SELECT
    pg_catalog.pg_backend_pid() AS pid,
    pg_catalog.current_database()::text AS database,
    coalesce(
        (SELECT a.backend_start FROM pg_catalog.pg_stat_activity AS a WHERE a.pid = pg_catalog.pg_backend_pid()),
        clock_timestamp()
    ) AS since
