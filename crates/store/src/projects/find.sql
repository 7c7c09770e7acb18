SELECT p.id, p.owner_id, p.name, p.created_at, p.updated_at
FROM public.projects AS p
WHERE p.id = $1
