SELECT e.id, e.run_id, e.occurred_at, e.type AS kind, e.payload
FROM public.workflow_events AS e
WHERE e.run_id = $1 AND e.id > $2
ORDER BY e.id
LIMIT $3
