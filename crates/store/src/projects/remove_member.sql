DELETE FROM public.project_members
WHERE project_id = $1 AND user_id = $2 AND role <> 'owner'
