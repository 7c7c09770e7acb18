-- Pausing and resuming runs, now that there is a status for it.

ALTER TABLE public.workflow_runs ADD COLUMN IF NOT EXISTS paused_at timestamptz;

COMMENT ON COLUMN public.workflow_runs.paused_at IS 'When the run was paused. Null unless it is paused.';

-- Runs that were paused when the status was taken back for a while (see the rollback of the migration before).
ALTER TABLE public.workflow_runs DISABLE TRIGGER workflow_runs_touch_updated_at;

UPDATE public.workflow_runs
SET status = 'paused', paused_at = updated_at, metadata = metadata - 'paused_before_rollback'
WHERE status = 'running' AND metadata ? 'paused_before_rollback';

ALTER TABLE public.workflow_runs ENABLE TRIGGER workflow_runs_touch_updated_at;

-- Pausing: the engine starts no further step. SECURITY INVOKER: the policies say whose runs the caller may steer.
CREATE OR REPLACE FUNCTION public.pause_run(run uuid)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    UPDATE public.workflow_runs AS r SET status = 'paused', paused_at = now() WHERE r.id = run AND r.status = 'running';
    RETURN FOUND;
END
$$;

COMMENT ON FUNCTION public.pause_run(uuid) IS
    'Pauses a running run. False when it does not run, or is not the caller''s to pause.';

-- Resuming.
CREATE OR REPLACE FUNCTION public.resume_run(run uuid)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    UPDATE public.workflow_runs AS r SET status = 'running', paused_at = NULL WHERE r.id = run AND r.status = 'paused';
    RETURN FOUND;
END
$$;

COMMENT ON FUNCTION public.resume_run(uuid) IS
    'Lets a paused run go on. False when it is not paused, or is not the caller''s to resume.';

REVOKE ALL ON FUNCTION public.pause_run(uuid), public.resume_run(uuid) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.pause_run(uuid), public.resume_run(uuid) TO authenticated, service_role;
