SELECT
    id, definition_id, project_id, status AS "status: Status", input, output, error, idempotency_key, started_at,
    paused_at, finished_at
FROM public.workflow_runs
WHERE id = $1
