-- Operator families with their operators and support functions, and operator classes.
SELECT
       f.oid, -- for plans
       'operator family' AS kind, n.nspname AS schema, f.opfname AS name, am.amname AS arguments,
       pg_get_userbyid(f.opfowner) AS owner,
       ARRAY(SELECT format('OPERATOR %s %s', o.amopstrategy, o.amopopr::regoperator)
                 || CASE WHEN o.amopsortfamily <> 0 THEN format(' FOR ORDER BY %I.%I', sn.nspname, sf.opfname) ELSE '' END
             FROM pg_amop o
             LEFT JOIN pg_opfamily sf ON sf.oid = o.amopsortfamily
             LEFT JOIN pg_namespace sn ON sn.oid = sf.opfnamespace
             WHERE o.amopfamily = f.oid ORDER BY 1)
           || ARRAY(SELECT format('FUNCTION %s (%s, %s) %s', s.amprocnum, format_type(s.amproclefttype, NULL),
                                  format_type(s.amprocrighttype, NULL), s.amproc::regprocedure)
                    FROM pg_amproc s WHERE s.amprocfamily = f.oid ORDER BY 1) AS members,
       NULL::text AS family, NULL::text AS type, NULL::text AS key_type, NULL::bool AS default,
       d.description AS comment
FROM pg_opfamily f
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am am ON am.oid = f.opfmethod
LEFT JOIN pg_description d ON d.objoid = f.oid AND d.classoid = 'pg_opfamily'::regclass AND d.objsubid = 0
WHERE f.opfnamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_opfamily'::regclass AND e.objid = f.oid AND e.deptype = 'e')
UNION ALL
SELECT
       c.oid, -- for plans
       'operator class', n.nspname, c.opcname, am.amname, pg_get_userbyid(c.opcowner), NULL,
       format('%I.%I', fn.nspname, f.opfname), format_type(c.opcintype, NULL),
       CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END, nullif(c.opcdefault, false),
       d.description
FROM pg_opclass c
JOIN pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_am am ON am.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_namespace fn ON fn.oid = f.opfnamespace
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_opclass'::regclass AND d.objsubid = 0
WHERE c.opcnamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_opclass'::regclass AND e.objid = c.oid AND e.deptype = 'e')
