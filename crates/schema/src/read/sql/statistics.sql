-- Extended statistics.
SELECT
       s.oid, -- for plans
       'statistics object' AS kind, n.nspname AS schema, s.stxname AS name, pg_get_userbyid(s.stxowner) AS owner,
       -- Postgres lists the columns in the order of the table's, which says nothing about the statistics.
       coalesce((
           SELECT replace(
               pg_get_statisticsobjdef(s.oid),
               ' ON ' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
               ' ON ' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname))
           FROM pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)),
           pg_get_statisticsobjdef(s.oid)) AS definition,
       nullif(s.stxstattarget, -1)::int4 AS statistics_target,
       ARRAY[tn.nspname, t.relname]::text[] AS hangs_on,
       d.description AS comment
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
JOIN pg_class t ON t.oid = s.stxrelid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_description d ON d.objoid = s.oid AND d.classoid = 'pg_statistic_ext'::regclass AND d.objsubid = 0
WHERE s.stxnamespace = ANY ({schemas}) AND s.stxrelid <> ALL ({left_out})
