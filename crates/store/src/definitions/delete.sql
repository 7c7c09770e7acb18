DELETE FROM public.workflow_definitions
WHERE id = $1
