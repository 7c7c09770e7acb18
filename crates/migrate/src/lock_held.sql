-- Whether this session holds an advisory lock on a bigint key.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_locks AS l
    WHERE
        l.locktype = 'advisory'
        AND l.granted
        AND l.pid = pg_catalog.pg_backend_pid()
        AND l.classid::bigint = $1
        AND l.objid::bigint = $2
        AND l.objsubid = 1
)
