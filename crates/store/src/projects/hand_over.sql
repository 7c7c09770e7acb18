UPDATE public.projects
SET owner_id = $2
WHERE id = $1
