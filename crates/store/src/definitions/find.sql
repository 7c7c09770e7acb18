SELECT
    id, project_id, slug, version, name, definition, status AS "status: Status", published_at, created_by
FROM public.workflow_definitions
WHERE id = $1
