-- An index by its name in the schema of its table, both as a statement writes them; and whether it is valid.
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname),
    i.indisvalid
FROM pg_catalog.pg_class AS t
INNER JOIN pg_catalog.pg_class AS c ON c.relnamespace = t.relnamespace
INNER JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE
    t.oid = pg_catalog.to_regclass($1)
    AND c.relname = (pg_catalog.parse_ident($2))[1]
