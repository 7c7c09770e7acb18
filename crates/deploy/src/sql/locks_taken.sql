-- The strongest lock of this transaction on each table, of those that hold up writers or readers.
SELECT DISTINCT ON (n.nspname, c.relname)
    n.nspname || '.' || c.relname AS relation,
    l.mode
FROM pg_catalog.pg_locks AS l
INNER JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE
    l.pid = pg_catalog.pg_backend_pid()
    AND l.locktype = 'relation'
    AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
    AND n.nspname NOT IN ('meshhook_ops', 'pg_catalog', 'pg_toast', 'information_schema')
    AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
ORDER BY
    n.nspname,
    c.relname,
    array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock'], l.mode)
