INSERT INTO public.workflow_events (run_id, type, payload)
VALUES ($1, $2, $3)
RETURNING id, run_id, occurred_at, type AS kind, payload
