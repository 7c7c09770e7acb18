-- no-transaction
-- The list of a project's runs, filtered by status, newest first.
--
-- CONCURRENTLY, because runs are written all the time and must not wait for the index. That takes a script without a
-- transaction, and one statement alone: several sent at once would share an implicit one.

CREATE INDEX CONCURRENTLY IF NOT EXISTS workflow_runs_project_id_status_started_at_idx
ON public.workflow_runs (project_id, status, started_at DESC);
