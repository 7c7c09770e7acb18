INSERT INTO public.workflow_definitions (project_id, slug, version, name, definition, created_by)
SELECT $1, $2, coalesce(max(d.version), 0) + 1, $3, $4, $5
FROM public.workflow_definitions AS d
WHERE d.project_id = $1 AND d.slug = $2
RETURNING
    id, project_id, slug, version, name, definition, status AS "status: Status", published_at, created_by
