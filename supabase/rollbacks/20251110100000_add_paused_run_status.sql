-- Takes back 20251110100000_add_paused_run_status: paused runs go on running, nothing is lost.
--
-- Postgres cannot drop a value from an enum, so the type is built anew without it. A paused run becomes a running one
-- and carries a note in its metadata; 20251110101500_pause_and_resume_runs reads the note and pauses it again.

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_enum
        WHERE enumtypid = to_regtype('public.workflow_run_status') AND enumlabel = 'paused'
    ) THEN
        RETURN;
    END IF;

    -- Leave the note. Not a change that anybody made, so updated_at stays.
    ALTER TABLE public.workflow_runs DISABLE TRIGGER workflow_runs_touch_updated_at;
    UPDATE public.workflow_runs
    SET metadata = metadata || '{"paused_before_rollback": true}'
    WHERE status::text = 'paused';
    ALTER TABLE public.workflow_runs ENABLE TRIGGER workflow_runs_touch_updated_at;

    -- The new type takes the old one's name and place.
    ALTER TYPE public.workflow_run_status RENAME TO workflow_run_status_with_paused;
    CREATE TYPE public.workflow_run_status AS ENUM ('running', 'succeeded', 'failed', 'canceled');
    ALTER TABLE public.workflow_runs
    ALTER COLUMN status DROP DEFAULT,
    ALTER COLUMN status TYPE public.workflow_run_status
        USING (CASE WHEN status::text = 'paused' THEN 'running' ELSE status::text END)::public.workflow_run_status,
    ALTER COLUMN status SET DEFAULT 'running';
    DROP TYPE public.workflow_run_status_with_paused;
END
$$;

-- The comment went with the old type.
COMMENT ON TYPE public.workflow_run_status IS 'How a run stands.';
