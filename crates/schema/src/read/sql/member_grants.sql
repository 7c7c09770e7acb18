-- Rights on what extensions brought, and on what came with the server, where somebody changed them since: what lies
-- between them and `pg_init_privs`, as pg_dump has it. Of the server's own only where there is no platform, which
-- changes some itself.
SELECT
       'member ' || o.noun AS kind, n.nspname AS schema, o.name, o.arguments,
       CASE WHEN x.extname IS NOT NULL THEN ARRAY[x.extname]::text[] END AS hangs_on,
       pg_get_userbyid(o.owner) AS grantor,
       o.acl::text[] AS acl, coalesce(i.initprivs, acldefault(o.letter, o.owner))::text[] AS acl_default
FROM (
    SELECT 'pg_proc'::regclass AS catalog, p.oid, p.pronamespace AS namespace, p.proname AS name, p.proowner AS owner,
           CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS noun,
           oidvectortypes(p.proargtypes) AS arguments, p.proacl AS acl, 'f'::"char" AS letter
    FROM pg_proc p WHERE p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, c.relnamespace, c.relname, c.relowner,
           CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                          WHEN 'S' THEN 'sequence' ELSE 'table' END,
           NULL, c.relacl, (CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char"
    FROM pg_class c WHERE c.relacl IS NOT NULL
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, t.typnamespace, t.typname, t.typowner,
           CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite type' WHEN 'd' THEN 'domain'
                          WHEN 'r' THEN 'range type' ELSE 'type' END,
           NULL, t.typacl, 'T'
    FROM pg_type t WHERE t.typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_language'::regclass, l.oid, NULL, l.lanname, l.lanowner, 'language', NULL, l.lanacl, 'l'
    FROM pg_language l WHERE l.lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_namespace'::regclass, s.oid, NULL, s.nspname, s.nspowner, 'schema', NULL, s.nspacl, 'n'
    FROM pg_namespace s WHERE s.nspacl IS NOT NULL AND s.nspname <> 'public' AND s.nspname !~ '^pg_(toast|temp)'
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, NULL, w.fdwname, w.fdwowner, 'foreign data wrapper', NULL, w.fdwacl, 'F'
    FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
) AS o
LEFT JOIN pg_namespace n ON n.oid = o.namespace
LEFT JOIN pg_init_privs i ON i.classoid = o.catalog AND i.objoid = o.oid AND i.objsubid = 0
LEFT JOIN pg_depend e ON e.classid = o.catalog AND e.objid = o.oid AND e.objsubid = 0 AND e.deptype = 'e'
LEFT JOIN pg_extension x ON x.oid = e.refobjid
WHERE o.acl IS DISTINCT FROM coalesce(i.initprivs, acldefault(o.letter, o.owner))
  AND (x.oid >= 16384 AND (n.oid IS NULL OR n.oid = ANY ({schemas}))
       OR o.oid < 16384 AND {platform} = '{}')
;
SELECT
       'member column' AS kind,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                      ELSE 'table' END AS parent_kind,
       n.nspname AS schema, c.relname AS parent, a.attname AS name,
       CASE WHEN x.extname IS NOT NULL THEN ARRAY[x.extname]::text[] END AS hangs_on,
       pg_get_userbyid(c.relowner) AS grantor,
       a.attacl::text[] AS acl, i.initprivs::text[] AS acl_default
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_init_privs i ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = a.attnum
LEFT JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e'
LEFT JOIN pg_extension x ON x.oid = e.refobjid
WHERE a.attacl IS NOT NULL AND a.attacl IS DISTINCT FROM i.initprivs
  AND (x.oid >= 16384 AND c.relnamespace = ANY ({schemas}) OR c.oid < 16384 AND {platform} = '{}')
