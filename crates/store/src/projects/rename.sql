UPDATE public.projects
SET name = $2
WHERE id = $1
