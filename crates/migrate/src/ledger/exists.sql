-- Which of the ledgers that we know are here and can be read, without needing any privilege on their schemas.
SELECT
    n.nspname || '.' || c.relname AS name,
    has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable,
    has_schema_privilege(n.oid, 'USAGE')
    AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'DELETE') AS writable,
    array(
        SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS columns
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE
    c.relkind IN ('r', 'p', 'v')
    AND (
        n.nspname = 'meshhook_ops'
        OR (n.nspname = 'public' AND c.relname = '_sqlx_migrations')
        OR (n.nspname = 'supabase_migrations' AND c.relname = 'schema_migrations')
    )
