-- What lies about in the project's schemas; one row. $1: schemas that are not the project's.
WITH project AS (
    SELECT c.oid, c.relkind, c.relowner, c.relpages, c.relfrozenxid, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE
        n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> ALL ($1)
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS e
            WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
        )
),

tables AS (
    SELECT t.*, pg_has_role(t.relowner, 'USAGE') AS ours
    FROM project AS t
    WHERE t.relkind IN ('r', 'p', 'v', 'm', 'f')
)

SELECT
    (SELECT count(*) FROM tables) AS tables,
    array(
        SELECT t.name || ' (' || pg_get_userbyid(t.relowner) || ')' FROM tables AS t WHERE NOT t.ours ORDER BY t.name
    ) AS not_ours,
    coalesce((SELECT max(t.relpages) FROM tables AS t)::int8 * current_setting('block_size')::int8, 0) AS largest,
    array(
        SELECT t.name
        FROM project AS t
        INNER JOIN pg_catalog.pg_index AS i ON i.indexrelid = t.oid
        WHERE
            NOT i.indisvalid
            -- being built at this moment
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS b WHERE b.index_relid = t.oid)
        ORDER BY t.name
    ) AS invalid_indexes,
    array(
        SELECT e.evtname::text
        FROM pg_catalog.pg_event_trigger AS e
        WHERE
            e.evtenabled <> 'D'
            -- the platform's own
            AND pg_get_userbyid(e.evtowner) NOT IN ('supabase_admin')
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_depend AS m
                WHERE m.classid = 'pg_catalog.pg_event_trigger'::regclass AND m.objid = e.oid AND m.deptype = 'e'
            )
        ORDER BY e.evtname
    ) AS event_triggers,
    array(
        -- a session without a user that holds this lock is an autovacuum worker; that it is there against wraparound
        -- shows in its query to those who may see that, and in the age of the table to all
        SELECT t.name || ' (pid ' || l.pid || ')'
        FROM tables AS t
        INNER JOIN pg_catalog.pg_locks AS l
            ON
                l.relation = t.oid AND l.granted AND l.mode = 'ShareUpdateExclusiveLock'
                AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
        INNER JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid AND a.usesysid IS NULL
        WHERE
            a.query LIKE '%(to prevent wraparound)%'
            OR age(t.relfrozenxid) > current_setting('autovacuum_freeze_max_age')::int4
        ORDER BY t.name
    ) AS wraparound
