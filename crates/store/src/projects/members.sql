SELECT m.user_id, m.role AS "role: Role", m.created_at
FROM public.project_members AS m
WHERE m.project_id = $1
ORDER BY m.role DESC, m.created_at, m.user_id
