-- no-transaction
-- Takes back 20251208090000_index_runs_by_project_and_status: lists of runs become slow again, nothing is lost.

DROP INDEX CONCURRENTLY IF EXISTS public.workflow_runs_project_id_status_started_at_idx;
