SELECT
    r.id, r.definition_id, r.project_id, r.status AS "status: Status", r.input, r.output, r.error, r.idempotency_key, r.started_at,
    r.paused_at, r.finished_at
FROM public.workflow_runs AS r
JOIN public.workflow_definitions AS d ON d.project_id = r.project_id
WHERE d.id = $1 AND r.idempotency_key = $2
