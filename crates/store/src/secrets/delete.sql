DELETE FROM public.secrets
WHERE project_id = $1 AND key = $2
