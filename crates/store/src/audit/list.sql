SELECT a.id, a.project_id, a.actor_id, a.action, a.target_type, a.target_id, a.details, a.created_at
FROM public.audit_log AS a
WHERE a.project_id = $1 AND ($2::bigint IS NULL OR a.id < $2)
ORDER BY a.id DESC
LIMIT $3
