-- Who holds an advisory lock on a bigint key in this database.
SELECT
    l.pid,
    coalesce(nullif(a.application_name, ''), 'unknown application') AS application,
    a.usename::text AS "user",
    a.client_addr::text AS client,
    a.backend_start AS since,
    left(a.query, 200) AS query
FROM pg_catalog.pg_locks AS l
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE
    l.locktype = 'advisory'
    AND l.granted
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
    AND l.classid::bigint = $1
    AND l.objid::bigint = $2
    AND l.objsubid = 1
LIMIT 1
