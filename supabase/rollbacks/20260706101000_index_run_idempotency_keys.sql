-- no-transaction
-- Takes back 20260706101000_index_run_idempotency_keys: the keys stay, but no longer keep a second run away.

DROP INDEX CONCURRENTLY IF EXISTS public.workflow_runs_project_id_idempotency_key_idx;
