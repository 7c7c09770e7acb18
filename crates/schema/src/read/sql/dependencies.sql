-- Who depends on whom, as numbers. Of what came with the server only the members of extensions are of interest.
SELECT format('%s %s %s %s %s %s %s', d.classid::int8, d.objid, d.objsubid, d.refclassid::int8, d.refobjid, d.refobjsubid,
              d.deptype) AS depends
FROM pg_depend d
WHERE d.objid >= 16384 OR d.deptype = 'e'
