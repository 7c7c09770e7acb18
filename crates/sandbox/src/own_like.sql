-- What follows CREATE DATABASE name TEMPLATE template0, so that it becomes like the one that is there.
-- The locale provider's own columns differ between versions; libc's are in all of them.
SELECT
    pg_catalog.format(
        ' OWNER %I ENCODING %L LC_COLLATE %L LC_CTYPE %L',
        pg_catalog.pg_get_userbyid(d.datdba),
        pg_catalog.pg_encoding_to_char(d.encoding),
        d.datcollate,
        d.datctype
    ) AS like_it
FROM pg_catalog.pg_database AS d
WHERE d.datname = $1
