-- Transactions prepared for two-phase commit: they outlive their sessions, hold their locks, and wait for somebody.
-- $1: schemas that are not the project's.
SELECT
    p.gid,
    p.owner::text AS owner,
    p.prepared,
    extract(EPOCH FROM clock_timestamp() - p.prepared)::float8 AS age,
    coalesce((
        SELECT array_agg(DISTINCT format('%I.%I', n.nspname, c.relname))
        -- it has no backend any more: what it locks goes by the virtual number that locks its own number
        FROM pg_catalog.pg_locks AS own
        INNER JOIN pg_catalog.pg_locks AS l ON l.virtualtransaction = own.virtualtransaction AND l.pid IS NULL
        INNER JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
        INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE
            own.locktype = 'transactionid' AND own.transactionid = p.transaction AND own.pid IS NULL
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
            AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S')
            AND n.nspname !~ '^pg_' AND n.nspname <> ALL ($1)
    ), '{}') AS relations
FROM pg_catalog.pg_prepared_xacts AS p
WHERE p.database = current_database()
ORDER BY p.prepared
