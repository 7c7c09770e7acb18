DELETE FROM public.projects
WHERE id = $1
