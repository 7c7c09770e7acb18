-- Who a session waits for.
SELECT
    a.pid,
    coalesce(nullif(a.application_name, ''), 'unknown application') AS application,
    a.usename::text AS "user",
    a.client_addr::text AS client,
    a.backend_start AS since,
    left(a.query, 200) AS query
FROM unnest(pg_catalog.pg_blocking_pids($1)) AS b (pid)
INNER JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid
ORDER BY a.backend_start
