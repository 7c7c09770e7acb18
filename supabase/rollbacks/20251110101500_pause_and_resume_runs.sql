-- Takes back 20251110101500_pause_and_resume_runs: paused runs stay paused; since when is lost.

DROP FUNCTION IF EXISTS public.resume_run(uuid);
DROP FUNCTION IF EXISTS public.pause_run(uuid);

ALTER TABLE IF EXISTS public.workflow_runs DROP COLUMN IF EXISTS paused_at;
