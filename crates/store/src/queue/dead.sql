SELECT d.id, d.queue, d.project_id, d.payload, d.attempts, d.last_error, d.died_at
FROM public.dead_jobs AS d
WHERE d.queue = $1
ORDER BY d.died_at DESC, d.id DESC
LIMIT $2
