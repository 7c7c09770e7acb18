-- Enums, domains, ranges, base and shell types, and composite types of their own. Not here: array types, row
-- types of tables, multiranges (they belong to their range).
SELECT
       t.oid, -- for plans
       CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type'
                      WHEN 'c' THEN 'composite type' ELSE 'type' END AS kind,
       n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       CASE WHEN t.typtype = 'e' THEN ARRAY(SELECT l.enumlabel::text FROM pg_enum l
                                            WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder) END AS labels,
       CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS type,
       CASE WHEN t.typtype = 'd' THEN nullif(t.typnotnull, false) END AS not_null,
       CASE WHEN t.typtype = 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) END AS default,
       CASE WHEN t.typtype = 'd' AND t.typcollation <> base.typcollation
           THEN format('%I.%I', cn.nspname, co.collname) END AS collation,
       CASE WHEN t.typtype = 'r' THEN format_type(r.rngsubtype, NULL) END AS subtype,
       CASE WHEN t.typtype = 'r' AND NOT (rop.opcdefault AND rop.opcmethod = 403)
           THEN (SELECT format('%I.%I', ocn.nspname, rop.opcname) FROM pg_namespace ocn
                 WHERE ocn.oid = rop.opcnamespace) END AS subtype_operator_class,
       CASE WHEN t.typtype = 'r' AND r.rngcollation <> sub.typcollation
           THEN r.rngcollation::regcollation::text END AS subtype_collation,
       CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::regproc::text END AS canonical,
       CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::regproc::text END AS subtype_difference,
       CASE WHEN t.typtype = 'r' THEN format_type(r.rngmultitypid, NULL) END AS multirange,
       CASE WHEN NOT t.typisdefined THEN true END AS shell,
       CASE WHEN t.typtype = 'b' THEN ARRAY[
           'input=' || t.typinput::regproc, 'output=' || t.typoutput::regproc, 'receive=' || t.typreceive::regproc,
           'send=' || t.typsend::regproc, 'typmod_in=' || t.typmodin::regproc, 'typmod_out=' || t.typmodout::regproc,
           'analyze=' || t.typanalyze::regproc, 'subscript=' || t.typsubscript::regproc,
           'length=' || t.typlen, 'by_value=' || t.typbyval, 'alignment=' || t.typalign::text, 'storage=' || t.typstorage::text,
           'category=' || t.typcategory::text, 'preferred=' || t.typispreferred, 'delimiter=' || t.typdelim::text,
           'element=' || format_type(t.typelem, NULL), 'default=' || coalesce(t.typdefault, ''),
           'collatable=' || (t.typcollation <> 0)] END AS functions,
       d.description AS comment,
       t.typacl::text[] AS acl,
       CASE WHEN t.typacl IS NOT NULL THEN acldefault('T', t.typowner)::text[] END AS acl_default
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_type sub ON sub.oid = r.rngsubtype
LEFT JOIN pg_opclass rop ON rop.oid = r.rngsubopc
LEFT JOIN pg_collation co ON co.oid = t.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass AND d.objsubid = 0
WHERE t.typnamespace = ANY ({schemas})
  AND (t.typtype IN ('e', 'd', 'r')
       OR t.typtype = 'c' AND c.relkind = 'c'
       OR t.typtype = 'p' AND NOT t.typisdefined
       OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type el WHERE el.oid = t.typelem AND el.typarray = t.oid))
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
