-- Everything about a migration that is applied, in one statement: planning five costs as much as a small migration.
WITH ledger AS (
    INSERT INTO meshhook_ops._sqlx_migrations (version, description, success, checksum, execution_time)
    VALUES (
        {version}, {description}, true, decode({checksum}, 'hex'),
        (extract(epoch FROM clock_timestamp() - {since}) * 1000000000)::bigint
    )
),

way_back AS (
    INSERT INTO meshhook_ops.rollback_script (version, script, checksum, sql)
    SELECT {version}, r.script, decode(r.checksum, 'hex'), r.sql
    FROM (VALUES ({rollback_script}::text, {rollback_checksum}::text, {rollback_sql}::text))
        AS r (script, checksum, sql)
    WHERE r.sql IS NOT NULL
    ON CONFLICT (version) DO UPDATE
    SET script = excluded.script, checksum = excluded.checksum, sql = excluded.sql, recorded_at = now()
),

no_way_back AS (
    DELETE FROM meshhook_ops.rollback_script WHERE version = {version} AND {rollback_sql}::text IS NULL
),

statements AS (
    DELETE FROM meshhook_ops.journal WHERE version = {version}
)

INSERT INTO meshhook_ops.migration_log
    (run, step, version, script, direction, status, started_at, finished_at)
VALUES
    ({run}, {step}, {version}, {script}, 'up', 'succeeded', {since}, clock_timestamp()){next}
ON CONFLICT (run, step) DO UPDATE
SET
    status = excluded.status,
    finished_at = excluded.finished_at,
    error_code = NULL,
    error_message = NULL,
    error_position = NULL;
