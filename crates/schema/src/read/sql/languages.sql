-- Procedural languages and access methods that did not come with the server or an extension.
SELECT
       l.oid, -- for plans
       'language' AS kind, l.lanname AS name, pg_get_userbyid(l.lanowner) AS owner,
       nullif(l.lanpltrusted, false) AS trusted,
       CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::regproc::text END AS handler,
       CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END AS inline,
       CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END AS validator,
       NULL::text AS type, d.description AS comment, l.lanacl::text[] AS acl,
       CASE WHEN l.lanacl IS NOT NULL THEN acldefault('l', l.lanowner)::text[] END AS acl_default
FROM pg_language l
LEFT JOIN pg_description d ON d.objoid = l.oid AND d.classoid = 'pg_language'::regclass AND d.objsubid = 0
WHERE l.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_language'::regclass AND e.objid = l.oid AND e.deptype = 'e')
UNION ALL
SELECT
       a.oid, -- for plans
       'access method', a.amname, NULL, NULL, a.amhandler::regproc::text, NULL, NULL,
       CASE a.amtype WHEN 'i' THEN 'index' WHEN 't' THEN 'table' END, d.description, NULL, NULL
FROM pg_am a
LEFT JOIN pg_description d ON d.objoid = a.oid AND d.classoid = 'pg_am'::regclass AND d.objsubid = 0
WHERE a.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_am'::regclass AND e.objid = a.oid AND e.deptype = 'e')
