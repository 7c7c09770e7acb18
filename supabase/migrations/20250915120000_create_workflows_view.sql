-- The list of workflows: the latest version of each.
--
-- security_invoker, so that the policies of workflow_definitions apply to whoever reads the view, not to its owner.

CREATE OR REPLACE VIEW public.workflows
WITH (security_invoker = true)
AS
SELECT DISTINCT ON (d.project_id, d.slug)
    d.id,
    d.project_id,
    d.slug,
    d.version,
    d.name,
    d.status,
    d.published_at,
    d.updated_at
FROM public.workflow_definitions AS d
ORDER BY d.project_id, d.slug, d.version DESC;

COMMENT ON VIEW public.workflows IS 'The latest version of every workflow that the caller may see.';
COMMENT ON COLUMN public.workflows.id IS 'Identifier of the latest version.';
COMMENT ON COLUMN public.workflows.project_id IS 'The project that the workflow belongs to.';
COMMENT ON COLUMN public.workflows.slug IS 'Name of the workflow in URLs.';
COMMENT ON COLUMN public.workflows.version IS 'Number of the latest version.';
COMMENT ON COLUMN public.workflows.name IS 'Name shown to people.';
COMMENT ON COLUMN public.workflows.status IS 'Where the latest version stands.';
COMMENT ON COLUMN public.workflows.published_at IS 'When the latest version was published. Null for a draft.';
COMMENT ON COLUMN public.workflows.updated_at IS 'When the latest version last changed.';

-- For reading only.
REVOKE ALL ON TABLE public.workflows FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.workflows TO authenticated, service_role;
