-- Publications, their tables and schemas.
SELECT
       p.oid, -- for plans
       'publication' AS kind, NULL::name AS parent, p.pubname AS name, pg_get_userbyid(p.pubowner) AS owner,
       nullif(p.puballtables, false) AS all_tables,
       array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                          CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS publish,
       nullif(p.pubviaroot, false) AS publish_via_partition_root,
       CASE p.pubgencols WHEN 's' THEN 'stored' END AS publish_generated_columns, -- since 18
       NULL::text AS row_filter, NULL::text[] AS columns, NULL::text[] AS hangs_on, d.description AS comment
FROM pg_publication p
LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_publication'::regclass AND d.objsubid = 0
WHERE NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_publication'::regclass AND e.objid = p.oid AND e.deptype = 'e')
UNION ALL
SELECT
       r.oid, -- for plans
       'publication table', p.pubname, format('%I.%I', n.nspname, c.relname), NULL, NULL, NULL, NULL,
       NULL, -- since 18
       pg_get_expr(r.prqual, r.prrelid),
       CASE WHEN r.prattrs IS NOT NULL THEN
           ARRAY(SELECT a.attname::text FROM pg_attribute a
                 WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs) ORDER BY a.attname) END,
       ARRAY[n.nspname, c.relname]::text[], NULL
FROM pg_publication_rel r
JOIN pg_publication p ON p.oid = r.prpubid
JOIN pg_class c ON c.oid = r.prrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ({schemas} || {platform}) AND c.oid <> ALL ({left_out})
UNION ALL
SELECT
       r.oid, -- for plans
       'publication schema', p.pubname, n.nspname, NULL, NULL, NULL, NULL,
       NULL, -- since 18
       NULL, NULL, NULL, NULL
FROM pg_publication_namespace r
JOIN pg_publication p ON p.oid = r.pnpubid
JOIN pg_namespace n ON n.oid = r.pnnspid
