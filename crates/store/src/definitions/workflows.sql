-- columns of a view have no NOT NULL: the exclamation marks say what its query guarantees
SELECT
    w.id AS "id!",
    w.slug AS "slug!",
    w.version AS "version!",
    w.name AS "name!",
    w.status AS "status!: Status",
    w.published_at AS "published_at?",
    w.updated_at AS "updated_at!"
FROM public.workflows AS w
WHERE w.project_id = $1
ORDER BY w.slug
