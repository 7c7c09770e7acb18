-- Collations and conversions.
SELECT
       c.oid, -- for plans
       'collation' AS kind, n.nspname AS schema, c.collname AS name, pg_get_userbyid(c.collowner) AS owner,
       CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' END AS provider,
       CASE WHEN NOT c.collisdeterministic THEN true END AS nondeterministic,
       c.collcollate AS lc_collate, c.collctype AS lc_ctype,
       c.colliculocale AS locale, -- before 17
       c.colllocale AS locale, -- since 17
       c.collicurules AS rules, -- since 16
       nullif(c.collencoding, -1)::int4 AS encoding,
       NULL::text AS function, NULL::bool AS default,
       d.description AS comment
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_collation'::regclass AND d.objsubid = 0
WHERE c.collnamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_collation'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT
       c.oid, -- for plans
       'conversion', n.nspname, c.conname, pg_get_userbyid(c.conowner), NULL, NULL,
       pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), NULL,
       NULL, -- since 16
       NULL, c.conproc::regproc::text, nullif(c.condefault, false), d.description
FROM pg_conversion c
JOIN pg_namespace n ON n.oid = c.connamespace
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_conversion'::regclass AND d.objsubid = 0
WHERE c.connamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_conversion'::regclass AND e.objid = c.oid AND e.deptype = 'e')
