-- What there is to read: schemas in scope, relations left out, and which of the rarer catalogs hold anything
-- that did not come with the server (OIDs from 16384 on, FirstNormalObjectId).
-- $1 schemas left out, $2 schemas of the platform, $3 names of other tools' ledgers
SELECT
    current_setting('server_version_num')::int4 / 10000 AS major,
    current_user::text AS role,
    ARRAY(SELECT oid::int8 FROM pg_namespace
          WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
            AND nspname <> ALL ($1) AND nspname <> ALL ($2)) AS schemas,
    ARRAY(SELECT oid::int8 FROM pg_namespace WHERE nspname = ANY ($2) AND nspname <> ALL ($1)) AS platform,
    ARRAY(SELECT objid::int8 FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'e'
          UNION ALL
          SELECT t.typrelid::int8 FROM pg_depend e JOIN pg_type t ON t.oid = e.objid
          WHERE e.classid = 'pg_type'::regclass AND e.deptype = 'e' AND t.typrelid <> 0
          UNION ALL
          SELECT oid::int8 FROM pg_class WHERE relname = ANY ($3) AND relkind IN ('r', 'p')) AS left_out,
    array_remove(ARRAY[
        CASE WHEN EXISTS (SELECT FROM pg_aggregate WHERE aggfnoid >= 16384) THEN 'aggregate' END,
        CASE WHEN EXISTS (SELECT FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN') THEN 'rule' END,
        CASE WHEN EXISTS (SELECT FROM pg_statistic_ext) THEN 'statistics' END,
        CASE WHEN EXISTS (SELECT FROM pg_cast WHERE oid >= 16384) THEN 'cast' END,
        CASE WHEN EXISTS (SELECT FROM pg_transform) THEN 'transform' END,
        CASE WHEN EXISTS (SELECT FROM pg_operator WHERE oid >= 16384) THEN 'operator' END,
        CASE WHEN EXISTS (SELECT FROM pg_opfamily WHERE oid >= 16384) THEN 'operator family' END,
        CASE WHEN EXISTS (SELECT FROM pg_opclass WHERE oid >= 16384) THEN 'operator class' END,
        CASE WHEN EXISTS (SELECT FROM pg_ts_parser WHERE oid >= 16384)
            OR EXISTS (SELECT FROM pg_ts_template WHERE oid >= 16384)
            OR EXISTS (SELECT FROM pg_ts_dict WHERE oid >= 16384)
            OR EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384) THEN 'text search' END,
        CASE WHEN EXISTS (SELECT FROM pg_publication) THEN 'publication' END,
        CASE WHEN EXISTS (SELECT FROM pg_subscription) THEN 'subscription' END,
        CASE WHEN EXISTS (SELECT FROM pg_event_trigger) THEN 'event trigger' END,
        CASE WHEN EXISTS (SELECT FROM pg_foreign_data_wrapper) THEN 'foreign' END,
        CASE WHEN EXISTS (SELECT FROM pg_language WHERE oid >= 16384)
            OR EXISTS (SELECT FROM pg_am WHERE oid >= 16384) THEN 'language' END,
        CASE WHEN EXISTS (SELECT FROM pg_collation WHERE oid >= 16384)
            OR EXISTS (SELECT FROM pg_conversion WHERE oid >= 16384) THEN 'collation' END,
        CASE WHEN EXISTS (SELECT FROM pg_default_acl) THEN 'default privileges' END,
        CASE WHEN EXISTS (SELECT FROM pg_seclabel) THEN 'security label' END
    ], NULL) AS rare
