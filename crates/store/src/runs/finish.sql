UPDATE public.workflow_runs
SET status = $2, output = $3, error = $4, finished_at = now(), paused_at = NULL
WHERE id = $1 AND status IN ('running', 'paused')
RETURNING
    id, definition_id, project_id, status AS "status: Status", input, output, error, idempotency_key, started_at,
    paused_at, finished_at
