UPDATE public.workflow_definitions
SET name = $2, definition = $3
WHERE id = $1
RETURNING
    id, project_id, slug, version, name, definition, status AS "status: Status", published_at, created_by
