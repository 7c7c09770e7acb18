-- Everything about a migration that is taken back, in one statement.
WITH ledger AS (
    DELETE FROM meshhook_ops._sqlx_migrations WHERE version = {version}
),

way_back AS (
    DELETE FROM meshhook_ops.rollback_script WHERE version = {version}
),

statements AS (
    DELETE FROM meshhook_ops.journal WHERE version = {version}
)

INSERT INTO meshhook_ops.migration_log
    (run, step, version, script, direction, status, started_at, finished_at)
VALUES
    ({run}, {step}, {version}, {script}, 'down', 'succeeded', {since}, clock_timestamp()){next}
ON CONFLICT (run, step) DO UPDATE
SET
    status = excluded.status,
    finished_at = excluded.finished_at,
    error_code = NULL,
    error_message = NULL,
    error_position = NULL;
