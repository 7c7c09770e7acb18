SELECT m.role AS "role: Role"
FROM public.project_members AS m
WHERE m.project_id = $1 AND m.user_id = $2
