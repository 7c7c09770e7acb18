SELECT
    id, definition_id, project_id, status AS "status: Status", input, output, error, idempotency_key, started_at,
    paused_at, finished_at
FROM public.workflow_runs
WHERE project_id = $1 AND ($2::public.workflow_run_status IS NULL OR status = $2)
ORDER BY started_at DESC, id
LIMIT $3
