-- Text search parsers, templates, dictionaries, configurations with their mappings.
SELECT
       p.oid, -- for plans
       'text search parser' AS kind, n.nspname AS schema, p.prsname AS name, NULL::name AS owner,
       ARRAY['start=' || p.prsstart::regproc, 'gettoken=' || p.prstoken::regproc, 'end=' || p.prsend::regproc,
             'headline=' || p.prsheadline::regproc, 'lextypes=' || p.prslextype::regproc] AS members,
       NULL::text AS template, NULL::text AS settings, NULL::text AS parser, d.description AS comment
FROM pg_ts_parser p
JOIN pg_namespace n ON n.oid = p.prsnamespace
LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_ts_parser'::regclass AND d.objsubid = 0
WHERE p.prsnamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_ts_parser'::regclass AND e.objid = p.oid AND e.deptype = 'e')
UNION ALL
SELECT
       t.oid, -- for plans
       'text search template', n.nspname, t.tmplname, NULL,
       ARRAY['init=' || t.tmplinit::regproc, 'lexize=' || t.tmpllexize::regproc], NULL, NULL, NULL, d.description
FROM pg_ts_template t
JOIN pg_namespace n ON n.oid = t.tmplnamespace
LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_ts_template'::regclass AND d.objsubid = 0
WHERE t.tmplnamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_ts_template'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT
       t.oid, -- for plans
       'text search dictionary', n.nspname, t.dictname, pg_get_userbyid(t.dictowner), NULL,
       t.dicttemplate_name, t.dictinitoption, NULL, d.description
FROM (SELECT dict.*, format('%I.%I', tn.nspname, tmpl.tmplname) AS dicttemplate_name
      FROM pg_ts_dict dict
      JOIN pg_ts_template tmpl ON tmpl.oid = dict.dicttemplate
      JOIN pg_namespace tn ON tn.oid = tmpl.tmplnamespace) AS t
JOIN pg_namespace n ON n.oid = t.dictnamespace
LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_ts_dict'::regclass AND d.objsubid = 0
WHERE t.dictnamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_ts_dict'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT
       c.oid, -- for plans
       'text search configuration', n.nspname, c.cfgname, pg_get_userbyid(c.cfgowner),
       ARRAY(SELECT format('%s: %s', tt.alias,
                           string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno))
             FROM pg_ts_config_map m
             JOIN ts_token_type(c.cfgparser) AS tt ON tt.tokid = m.maptokentype
             WHERE m.mapcfg = c.oid GROUP BY tt.alias ORDER BY tt.alias),
       NULL, NULL, format('%I.%I', pn.nspname, parser.prsname), d.description
FROM pg_ts_config c
JOIN pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_ts_parser parser ON parser.oid = c.cfgparser
JOIN pg_namespace pn ON pn.oid = parser.prsnamespace
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_ts_config'::regclass AND d.objsubid = 0
WHERE c.cfgnamespace = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_ts_config'::regclass AND e.objid = c.oid AND e.deptype = 'e')
