-- Foreign data wrappers, servers, user mappings. Of an option whose name or form says that its value may be a secret
-- only the name is read; of a user mapping's options every one may be.
SELECT
       w.oid, -- for plans
       'foreign data wrapper' AS kind, NULL::name AS parent, w.fdwname AS name, pg_get_userbyid(w.fdwowner) AS owner,
       CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END AS handler,
       CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END AS validator,
       NULL::text AS wrapper, NULL::text AS type, NULL::text AS version,
       (SELECT array_agg(o.option_name || '=' || CASE WHEN o.option_name ~* '{secret_names}' OR o.option_value ~* '{secret_values}'
                                               THEN '…' ELSE o.option_value END)
        FROM pg_options_to_table(w.fdwoptions) AS o) AS foreign_options, NULL::text[] AS hangs_on, d.description AS comment, w.fdwacl::text[] AS acl,
       CASE WHEN w.fdwacl IS NOT NULL THEN acldefault('F', w.fdwowner)::text[] END AS acl_default
FROM pg_foreign_data_wrapper w
LEFT JOIN pg_description d ON d.objoid = w.oid AND d.classoid = 'pg_foreign_data_wrapper'::regclass
WHERE NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = w.oid AND e.deptype = 'e')
UNION ALL
SELECT
       s.oid, -- for plans
       'server', NULL, s.srvname, pg_get_userbyid(s.srvowner), NULL, NULL, w.fdwname, s.srvtype, s.srvversion,
       (SELECT array_agg(o.option_name || '=' || CASE WHEN o.option_name ~* '{secret_names}' OR o.option_value ~* '{secret_values}'
                                               THEN '…' ELSE o.option_value END)
        FROM pg_options_to_table(s.srvoptions) AS o), NULL, d.description, s.srvacl::text[],
       CASE WHEN s.srvacl IS NOT NULL THEN acldefault('S', s.srvowner)::text[] END
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
LEFT JOIN pg_description d ON d.objoid = s.oid AND d.classoid = 'pg_foreign_server'::regclass
WHERE NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_foreign_server'::regclass AND e.objid = s.oid AND e.deptype = 'e')
UNION ALL
SELECT
       m.umid, -- for plans
       'user mapping', s.srvname, CASE WHEN m.umuser = 0 THEN 'public' ELSE pg_get_userbyid(m.umuser) END,
       NULL, NULL, NULL, NULL, NULL, NULL,
       (SELECT array_agg(CASE WHEN o.option_name ~* '^(user|username)$' THEN format('%s=%s', o.option_name, o.option_value)
                              ELSE o.option_name || '=…' END ORDER BY o.option_name)
        FROM pg_options_to_table(m.umoptions) AS o),
       NULL, NULL, NULL, NULL
FROM pg_user_mappings m
JOIN pg_foreign_server s ON s.oid = m.srvid
