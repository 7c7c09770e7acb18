INSERT INTO public.project_members AS m (project_id, user_id, role)
VALUES ($1, $2, $3)
ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role
WHERE m.role <> 'owner'
