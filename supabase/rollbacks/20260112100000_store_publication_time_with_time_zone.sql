-- Takes back 20260112100000_store_publication_time_with_time_zone: every value survives, in UTC as before.

-- Only when the type is still the new one: AT TIME ZONE works in both directions.
DO $$
BEGIN
    IF (
        SELECT a.atttypid
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = 'public.workflow_definitions'::regclass AND a.attname = 'published_at'
    ) = 'timestamptz'::regtype THEN
        DROP VIEW IF EXISTS public.workflows;
        ALTER TABLE public.workflow_definitions
        ALTER COLUMN published_at TYPE timestamp USING published_at AT TIME ZONE 'UTC';
    END IF;
END
$$;

COMMENT ON COLUMN public.workflow_definitions.published_at IS
    'When the version was published, in UTC. Set by a trigger.';

-- The trigger function stamps the old type again.
CREATE OR REPLACE FUNCTION public.guard_published_definition()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- Deeper than 1 means a cascade: a project takes everything along.
        IF OLD.status = 'published' AND pg_trigger_depth() = 1 THEN
            RAISE EXCEPTION 'version % of workflow "%" is published and cannot be deleted', OLD.version, OLD.slug
                USING ERRCODE = 'restrict_violation', HINT = 'Archive it instead.';
        END IF;
        RETURN OLD;
    END IF;

    IF TG_OP = 'UPDATE' AND OLD.status <> 'draft' THEN
        IF (NEW.project_id, NEW.slug, NEW.version, NEW.name, NEW.definition, NEW.published_at)
            IS DISTINCT FROM (OLD.project_id, OLD.slug, OLD.version, OLD.name, OLD.definition, OLD.published_at)
            OR NEW.status = 'draft'
        THEN
            RAISE EXCEPTION 'version % of workflow "%" was published and cannot change', OLD.version, OLD.slug
                USING ERRCODE = 'restrict_violation', HINT = 'Create a new version.';
        END IF;
    END IF;

    IF NEW.status = 'published' AND NEW.published_at IS NULL THEN
        NEW.published_at := now() AT TIME ZONE 'UTC';
    END IF;
    RETURN NEW;
END
$$;

-- The view, as it was, with its comments and grants.
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
