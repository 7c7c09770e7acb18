-- The ledger and the log. Run under the runner's lock, on the first write only; safe to run again.

CREATE SCHEMA IF NOT EXISTS meshhook_ops;

COMMENT ON SCHEMA meshhook_ops IS
    'Ledger and log of the migrations, written by `cargo xtask db`. Not for applications, not exposed by the API.';

-- sqlx's own format, column by column (sqlx-postgres/src/migrate.rs), so that the stock sqlx CLI can read it.
CREATE TABLE IF NOT EXISTS meshhook_ops._sqlx_migrations (
    version bigint PRIMARY KEY,
    description text NOT NULL,
    installed_on timestamptz NOT NULL DEFAULT now(),
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);

COMMENT ON TABLE meshhook_ops._sqlx_migrations IS
    'The ledger: one row per applied migration, in sqlx''s format. execution_time is in nanoseconds.';

CREATE TABLE IF NOT EXISTS meshhook_ops.rollback_script (
    version bigint PRIMARY KEY,
    script text NOT NULL,
    checksum bytea NOT NULL,
    sql text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE meshhook_ops.rollback_script IS
    'How to take each applied migration back, as it stood in its rollback file when the migration was applied.';

CREATE TABLE IF NOT EXISTS meshhook_ops.migration_run (
    id uuid PRIMARY KEY,
    command text NOT NULL,
    environment text NOT NULL,
    git_commit text,
    actor text,
    ci_url text,
    tool_version text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    outcome text NOT NULL DEFAULT 'running',
    fingerprint_before text,
    fingerprint_after text,
    notification jsonb
);

-- What ledgers made by earlier versions of this tool lack.
ALTER TABLE meshhook_ops.migration_run
ADD COLUMN IF NOT EXISTS phase text,
ADD COLUMN IF NOT EXISTS continues uuid,
ADD COLUMN IF NOT EXISTS reason text,
ADD COLUMN IF NOT EXISTS message text,
ADD COLUMN IF NOT EXISTS version_before bigint,
ADD COLUMN IF NOT EXISTS version_after bigint,
ADD COLUMN IF NOT EXISTS backend_pid integer,
ADD COLUMN IF NOT EXISTS backend_start timestamptz;

COMMENT ON TABLE meshhook_ops.migration_run IS
    'One row per command that changed the database. outcome: running, succeeded, failed, interrupted, rolled-back, '
    'needs-a-person. phase, while it runs: forwards or backwards. continues: the interrupted run whose work this one '
    'took over. reason: why somebody overruled the tool. backend_pid, backend_start: the session that holds the lock. '
    'notification: what was sent where, and what is still to be sent.';

-- What the database looked like when a run had left it; drift is what differs from it.
CREATE TABLE IF NOT EXISTS meshhook_ops.schema_snapshot (
    fingerprint text PRIMARY KEY,
    catalog jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE meshhook_ops.schema_snapshot IS
    'The schema after a deploy, as facts. migration_run.fingerprint_after names it.';

-- No foreign key to migration_run: the run is always written first, and the check would cost each migration more
-- than its ledger row.
CREATE TABLE IF NOT EXISTS meshhook_ops.migration_log (
    run uuid NOT NULL,
    step integer NOT NULL,
    version bigint NOT NULL,
    script text NOT NULL,
    direction text NOT NULL,
    status text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    duration interval GENERATED ALWAYS AS (finished_at - started_at) STORED,
    error_code text,
    error_message text,
    error_position text,
    PRIMARY KEY (run, step)
);

COMMENT ON TABLE meshhook_ops.migration_log IS
    'One row per script and attempt. status: started, succeeded, failed, interrupted, rolled back (with its '
    'transaction, nothing of it was kept); without running anything: adopted (written as applied), forgotten (taken '
    'out of the ledger), mended (its checksum rewritten). error_position: file:line:column.';

CREATE TABLE IF NOT EXISTS meshhook_ops.journal (
    version bigint NOT NULL,
    direction text NOT NULL,
    statement integer NOT NULL,
    script_checksum bytea NOT NULL,
    statement_checksum bytea NOT NULL,
    state text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (version, direction, statement)
);

COMMENT ON TABLE meshhook_ops.journal IS
    'Where a script without a transaction stands, statement by statement; its rows are gone once it is done. '
    'state: started, done, failed.';

REVOKE ALL ON SCHEMA meshhook_ops FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA meshhook_ops FROM PUBLIC;

-- Supabase's API roles, where they exist.
DO $revoke$
DECLARE
    api_role pg_catalog.text;
BEGIN
    FOR api_role IN
        SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ('anon', 'authenticated')
    LOOP
        EXECUTE pg_catalog.format('REVOKE ALL ON SCHEMA meshhook_ops FROM %I', api_role);
        EXECUTE pg_catalog.format('REVOKE ALL ON ALL TABLES IN SCHEMA meshhook_ops FROM %I', api_role);
    END LOOP;
END
$revoke$;
