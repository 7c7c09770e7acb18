-- The locks of this transaction that hold up writers or readers of a table.
SELECT n.nspname || '.' || c.relname || ': ' || string_agg(l.mode, ', ' ORDER BY l.mode) AS lock
FROM pg_catalog.pg_locks AS l
INNER JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE
    l.pid = pg_catalog.pg_backend_pid()
    AND l.locktype = 'relation'
    AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
    AND n.nspname NOT IN ('meshhook_ops', 'pg_catalog', 'pg_toast', 'information_schema')
    AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
GROUP BY n.nspname, c.relname
ORDER BY 1
