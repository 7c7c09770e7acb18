-- Everything the row maker must know about a database, as one JSON document.
-- Run with search_path = pg_catalog, so that every expression and type name comes back qualified.
WITH RECURSIVE
relation AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
      AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema'
      AND n.nspname NOT LIKE 'pg\_%'
      -- Tables of an extension (spatial_ref_sys) are filled by the extension.
      AND NOT EXISTS (
          SELECT FROM pg_depend AS d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      )
),
columns AS (
    SELECT
        a.attrelid AS oid,
        json_agg(json_build_object(
            'name', a.attname,
            'type', a.atttypid::int8,
            'typmod', a.atttypmod,
            'sql_type', format_type(a.atttypid, a.atttypmod),
            'not_null', a.attnotnull,
            'default', pg_get_expr(d.adbin, d.adrelid),
            'identity', a.attidentity <> '',
            'generated', a.attgenerated <> ''
        ) ORDER BY a.attnum) AS list
    FROM pg_attribute AS a
    JOIN relation AS r ON r.oid = a.attrelid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
    GROUP BY a.attrelid
),
checks AS (
    SELECT
        k.conrelid AS oid,
        json_agg(json_build_object('expr', pg_get_expr(k.conbin, k.conrelid))
            ORDER BY k.conname) AS list
    FROM pg_constraint AS k
    JOIN relation AS r ON r.oid = k.conrelid
    WHERE k.contype = 'c'
    GROUP BY k.conrelid
),
keys AS (
    -- Foreign keys. Those a partition inherits have a parent and are told by it.
    SELECT
        k.conrelid AS oid,
        json_agg(json_build_object(
            'target', k.confrelid::int8,
            'columns', (
                SELECT json_agg(a.attname ORDER BY x.i)
                FROM unnest(k.conkey) WITH ORDINALITY AS x (num, i)
                JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = x.num
            ),
            'target_columns', (
                SELECT json_agg(a.attname ORDER BY x.i)
                FROM unnest(k.confkey) WITH ORDINALITY AS x (num, i)
                JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = x.num
            )
        ) ORDER BY k.conname) AS list
    FROM pg_constraint AS k
    JOIN relation AS r ON r.oid = k.conrelid
    WHERE k.contype = 'f' AND k.conparentid = 0
    GROUP BY k.conrelid
),
uniques AS (
    -- Unique and exclusion indexes, each as the columns it mentions (pg_depend also knows those inside expressions).
    SELECT u.oid, json_agg(u.list) AS list
    FROM (
        SELECT i.indrelid AS oid, (
            SELECT coalesce(json_agg(DISTINCT a.attname), '[]')
            FROM pg_attribute AS a
            WHERE a.attrelid = i.indrelid AND a.attnum > 0
              AND (a.attnum = ANY (i.indkey::int2[]) OR EXISTS (
                  SELECT FROM pg_depend AS d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum
              ))
        ) AS list
        FROM pg_index AS i
        JOIN relation AS r ON r.oid = i.indrelid
        WHERE i.indisunique OR i.indisexclusion
    ) AS u
    GROUP BY u.oid
),
partitions AS (
    -- What the leaves of a partitioned table accept: a row fits when it fits one of them.
    SELECT r.oid, json_agg(pg_get_partition_constraintdef(t.relid) ORDER BY t.relid::oid) AS list
    FROM relation AS r
    CROSS JOIN LATERAL pg_partition_tree(r.oid) AS t
    WHERE r.relkind = 'p' AND NOT r.relispartition AND t.isleaf AND t.relid::oid <> r.oid
    GROUP BY r.oid
),
used (oid) AS (
    SELECT a.atttypid
    FROM pg_attribute AS a
    JOIN relation AS r ON r.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT part.oid
    FROM used
    JOIN pg_type AS t ON t.oid = used.oid
    CROSS JOIN LATERAL (
        SELECT t.typbasetype
        UNION ALL
        SELECT t.typelem
        UNION ALL
        SELECT g.rngsubtype FROM pg_range AS g WHERE g.rngtypid = t.oid
        UNION ALL
        SELECT g.rngtypid FROM pg_range AS g WHERE g.rngmultitypid = t.oid
        UNION ALL
        SELECT a.atttypid FROM pg_attribute AS a
        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS part (oid)
    WHERE part.oid <> 0
),
types AS (
    SELECT json_agg(json_build_object(
        'oid', t.oid::int8,
        'name', t.typname,
        'sql', format_type(t.oid, NULL),
        'kind', t.typtype,
        'element', CASE WHEN t.typcategory = 'A' THEN t.typelem::int8 ELSE 0 END,
        'base', t.typbasetype::int8,
        'base_typmod', t.typtypmod,
        'not_null', t.typnotnull,
        'labels', coalesce(
            (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid), '[]'),
        'checks', coalesce(
            (SELECT json_agg(pg_get_expr(k.conbin, 0)) FROM pg_constraint AS k
             WHERE k.contypid = t.oid AND k.contype = 'c'), '[]'),
        'attributes', coalesce(
            (SELECT json_agg(json_build_array(a.atttypid::int8, a.atttypmod) ORDER BY a.attnum)
             FROM pg_attribute AS a
             WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
        'subtype', coalesce(
            (SELECT g.rngsubtype::int8 FROM pg_range AS g WHERE g.rngtypid = t.oid),
            (SELECT g.rngtypid::int8 FROM pg_range AS g WHERE g.rngmultitypid = t.oid), 0)
    )) AS list
    FROM used
    JOIN pg_type AS t ON t.oid = used.oid
)
SELECT json_build_object(
    'types', coalesce((SELECT list FROM types), '[]'),
    'tables', coalesce((
        SELECT json_agg(json_build_object(
            'oid', r.oid::int8,
            'schema', r.nspname,
            'name', r.relname,
            'partitioned', r.relkind = 'p',
            'partition', r.relispartition,
            'touched_by_triggers', EXISTS (
                -- BEFORE (2), ROW (1), UPDATE (16): may rewrite a row that is updated, as touch_updated_at does.
                SELECT FROM pg_trigger AS t
                WHERE t.tgrelid = r.oid AND NOT t.tgisinternal AND t.tgtype & 19 = 19
            ),
            'columns', coalesce(c.list, '[]'),
            'checks', coalesce(checks.list, '[]'),
            'keys', coalesce(keys.list, '[]'),
            'uniques', coalesce(uniques.list, '[]'),
            'partitions', coalesce(partitions.list, '[]')
        ) ORDER BY r.nspname, r.relname)
        FROM relation AS r
        LEFT JOIN columns AS c USING (oid)
        LEFT JOIN checks USING (oid)
        LEFT JOIN keys USING (oid)
        LEFT JOIN uniques USING (oid)
        LEFT JOIN partitions USING (oid)
    ), '[]')
)::text
