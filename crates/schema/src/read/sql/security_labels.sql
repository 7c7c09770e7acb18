-- Security labels, on whatever they are.
SELECT 'security label' AS kind, format('%s on %s %s', l.provider, o.type, o.identity) AS name, l.label AS label
FROM pg_seclabel l, pg_identify_object(l.classoid, l.objoid, l.objsubid) AS o
WHERE o.schema IS NULL OR o.schema = ANY (SELECT nspname FROM pg_namespace WHERE oid = ANY ({schemas}))
