-- Functions and procedures. The body of one in SQL-standard form is deparsed, of any other it is its text.
SELECT
       p.oid, -- for plans
       CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
       n.nspname AS schema, p.proname AS name, oidvectortypes(p.proargtypes) AS arguments,
       pg_get_userbyid(p.proowner) AS owner,
       CASE WHEN p.prokind = 'w' THEN true END AS window,
       pg_get_function_arguments(p.oid) AS signature,
       CASE WHEN p.prokind <> 'p' THEN pg_get_function_result(p.oid) END AS returns,
       l.lanname AS language,
       CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END AS body,
       CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid) END AS sql_body,
       p.probin AS object_file,
       CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END AS volatility,
       nullif(p.proisstrict, false) AS strict,
       nullif(p.prosecdef, false) AS security_definer,
       nullif(p.proleakproof, false) AS leakproof,
       CASE p.proparallel WHEN 'r' THEN 'restricted' WHEN 's' THEN 'safe' END AS parallel,
       CASE WHEN p.procost <> CASE WHEN l.lanname IN ('c', 'internal') THEN 1 ELSE 100 END
           THEN p.procost::text END AS cost,
       CASE WHEN p.proretset AND p.prorows <> 1000 THEN p.prorows::text END AS rows,
       CASE WHEN p.prosupport <> 0 THEN p.prosupport::regproc::text END AS support,
       p.proconfig AS settings,
       CASE WHEN p.protrftypes IS NOT NULL
           THEN ARRAY(SELECT format_type(type, NULL) FROM unnest(p.protrftypes) AS type) END AS transforms,
       extensions.names AS depends_on_extensions,
       pg_get_functiondef(p.oid) AS creates,
       p.proargnames AS derived_argument_names, p.proargmodes AS derived_argument_modes, -- for plans
       pg_get_function_identity_arguments(p.oid) AS derived_identity_arguments, -- for plans
       nullif(p.pronargdefaults, 0) AS derived_argument_defaults, -- for plans
       nullif(p.proretset, false) AS derived_returns_set, -- for plans
       d.description AS comment,
       p.proacl::text[] AS acl,
       CASE WHEN p.proacl IS NOT NULL THEN acldefault('f', p.proowner)::text[] END AS acl_default
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
LEFT JOIN (
    SELECT x.objid, array_agg(e.extname::text ORDER BY e.extname) AS names
    FROM pg_depend x
    JOIN pg_extension e ON x.refclassid = 'pg_extension'::regclass AND e.oid = x.refobjid
    WHERE x.classid = 'pg_proc'::regclass AND x.deptype = 'x'
    GROUP BY x.objid
) AS extensions ON extensions.objid = p.oid
LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass AND d.objsubid = 0
WHERE p.prokind <> 'a' AND p.pronamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
