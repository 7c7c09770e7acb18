-- A migration that is in the database although we have not run it, in one statement. A row that another tool left as
-- not finished becomes a finished one.
WITH ledger AS (
    INSERT INTO meshhook_ops._sqlx_migrations
        (version, description, installed_on, success, checksum, execution_time)
    SELECT {version}, {description}, t.installed_on, true, decode({checksum}, 'hex'), t.execution_time
    FROM ({times}) AS t (installed_on, execution_time)
    ON CONFLICT (version) DO UPDATE
    SET description = excluded.description, success = true, checksum = excluded.checksum
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

statements AS (
    DELETE FROM meshhook_ops.journal WHERE version = {version}
)

INSERT INTO meshhook_ops.migration_log
    (run, step, version, script, direction, status, started_at, finished_at)
VALUES
    ({run}, {step}, {version}, {script}, 'up', '{status}', clock_timestamp(), clock_timestamp());
