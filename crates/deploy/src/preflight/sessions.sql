-- Sessions whose transaction has been open for too long ($1, in milliseconds), and those that may be such, since our role
-- does not see their age, when they hold locks on the project's relations. $2: schemas that are not the project's.
-- $3: what our own sessions are called: another deploy is kept off by the deploy lock, not by this.
WITH held AS (
    SELECT l.pid, array_agg(DISTINCT format('%I.%I', n.nspname, c.relname)) AS relations
    FROM pg_catalog.pg_locks AS l
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE
        l.granted
        AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
        AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S')
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> ALL ($2)
    GROUP BY l.pid
)

SELECT
    a.pid,
    a.usename::text AS username,
    a.application_name AS application,
    a.state,
    a.xact_start,
    a.query_start,
    extract(EPOCH FROM clock_timestamp() - a.xact_start)::float8 AS age,
    coalesce(held.relations, '{}') AS relations
FROM pg_catalog.pg_stat_activity AS a
LEFT JOIN held ON held.pid = a.pid
WHERE
    a.datname = current_database()
    AND a.pid <> pg_backend_pid()
    AND a.usesysid IS NOT NULL
    AND coalesce(a.backend_type, 'client backend') = 'client backend'
    AND coalesce(a.application_name, '') <> $3
    AND (
        clock_timestamp() - a.xact_start > $1 * interval '1 millisecond'
        OR (a.state IS NULL AND held.pid IS NOT NULL)
    )
ORDER BY a.xact_start NULLS LAST, a.pid
