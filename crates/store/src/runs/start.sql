-- the project comes from the definition, by a trigger
INSERT INTO public.workflow_runs (definition_id, input, idempotency_key)
SELECT d.id, $2, $3
FROM public.workflow_definitions AS d
WHERE d.id = $1
ON CONFLICT (project_id, idempotency_key) DO NOTHING
RETURNING
    id, definition_id, project_id, status AS "status: Status", input, output, error, idempotency_key, started_at,
    paused_at, finished_at
