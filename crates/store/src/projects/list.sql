SELECT p.id, p.owner_id, p.name, p.created_at, p.updated_at
FROM public.projects AS p
JOIN public.project_members AS m ON m.project_id = p.id
WHERE m.user_id = $1
ORDER BY lower(p.name), p.id
