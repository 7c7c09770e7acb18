-- A migration that is not in the database although the ledger or the journal says so, in one statement.
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
    ({run}, {step}, {version}, {script}, 'down', '{status}', clock_timestamp(), clock_timestamp());
