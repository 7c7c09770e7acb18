UPDATE public.workflow_definitions
SET status = 'archived'
WHERE id = $1
RETURNING
    id, project_id, slug, version, name, definition, status AS "status: Status", published_at, created_by
