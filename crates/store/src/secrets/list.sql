SELECT s.id, s.key, s.key_id, s.created_at, s.updated_at
FROM public.secrets AS s
WHERE s.project_id = $1
ORDER BY s.key
