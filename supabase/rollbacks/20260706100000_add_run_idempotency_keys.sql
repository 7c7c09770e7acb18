-- Takes back 20260706100000_add_run_idempotency_keys: the runs stay, the keys of their callers are lost.

-- Takes the check along.
ALTER TABLE IF EXISTS public.workflow_runs DROP COLUMN IF EXISTS idempotency_key;
