-- What CREATE DATABASE … TEMPLATE leaves behind, as statements for the new database ($2): settings made with ALTER DATABASE
-- … SET (also per role), and privileges on the database itself. See "Notes" of CREATE DATABASE.
WITH source AS (
    SELECT oid, datdba, datacl FROM pg_catalog.pg_database WHERE datname = $1
),
setting AS (
    SELECT
        r.rolname,
        split_part(item, '=', 1) AS name,
        substr(item, strpos(item, '=') + 1) AS value
    FROM source
    JOIN pg_catalog.pg_db_role_setting AS s ON s.setdatabase = source.oid
    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
    CROSS JOIN LATERAL unnest(s.setconfig) AS item
    WHERE s.setrole = 0 OR r.rolname IS NOT NULL
),
privilege AS (
    SELECT
        CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(g.rolname) END AS grantee,
        acl.privilege_type,
        acl.is_grantable
    FROM source
    CROSS JOIN LATERAL aclexplode(source.datacl) AS acl
    LEFT JOIN pg_catalog.pg_roles AS g ON g.oid = acl.grantee
    WHERE acl.grantee <> source.datdba AND (acl.grantee = 0 OR g.rolname IS NOT NULL)
)
SELECT
    format(
        'ALTER %s SET %I TO %s',
        CASE
            WHEN rolname IS NULL THEN format('DATABASE %I', $2)
            ELSE format('ROLE %I IN DATABASE %I', rolname, $2)
        END,
        name,
        CASE
            -- Lists of identifiers are stored quoted (GUC_LIST_QUOTE), and quoting the whole would make one of them.
            WHEN name IN (
                'search_path', 'local_preload_libraries', 'session_preload_libraries', 'temp_tablespaces'
            ) AND value NOT IN ('', '""') THEN value
            WHEN value = '""' THEN ''''''
            ELSE quote_literal(value)
        END
    ) AS statement
FROM setting
UNION ALL
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $2) FROM source WHERE datacl IS NOT NULL
UNION ALL
SELECT
    format(
        'GRANT %s ON DATABASE %I TO %s%s',
        privilege_type, $2, grantee, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    )
FROM privilege
