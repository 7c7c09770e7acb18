-- no-transaction
-- One run per idempotency key in a project. Runs without a key are as many as they like: nulls differ from each other.
--
-- CONCURRENTLY, because runs are written all the time. Should two runs have the same key already, the build fails and
-- leaves an invalid index behind, which has to be dropped before another try.

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS workflow_runs_project_id_idempotency_key_idx
ON public.workflow_runs (project_id, idempotency_key);
