SELECT
    id, project_id, slug, version, name, definition, status AS "status: Status", published_at, created_by
FROM public.workflow_definitions
WHERE project_id = $1 AND slug = $2 AND status = 'published'
ORDER BY version DESC
LIMIT 1
