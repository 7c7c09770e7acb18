-- Casts: those that did not come with the server.
SELECT
       c.oid, -- for plans
       'cast' AS kind,
       format('%s AS %s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) AS name,
       CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure::text END AS function,
       CASE c.castmethod WHEN 'i' THEN true END AS inout,
       CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END AS context,
       d.description AS comment
FROM pg_cast c
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_cast'::regclass AND d.objsubid = 0
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_cast'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_depend e -- a range brings the cast to its multirange
                  WHERE e.classid = 'pg_cast'::regclass AND e.objid = c.oid AND e.deptype = 'i')
