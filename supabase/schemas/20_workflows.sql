-- Workflow definitions, one row per version.
--
-- A run has to be explainable years later, so a version that was published never changes: a trigger says no, whoever
-- asks. Editing means a new draft with the next version number.

-- Where a version stands.
CREATE TYPE public.definition_status AS ENUM ('draft', 'published', 'archived');

COMMENT ON TYPE public.definition_status IS
    'Where a version of a workflow stands: being written, in use, or no longer started.';

-- One row per version of a workflow.
CREATE TABLE public.workflow_definitions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL,
    slug text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    name text NOT NULL,
    definition jsonb NOT NULL DEFAULT '{}',
    status public.definition_status NOT NULL DEFAULT 'draft',
    published_at timestamptz,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT workflow_definitions_pkey PRIMARY KEY (id),
    CONSTRAINT workflow_definitions_project_id_slug_version_key UNIQUE (project_id, slug, version),
    CONSTRAINT workflow_definitions_project_id_fkey
        FOREIGN KEY (project_id) REFERENCES public.projects (id) ON DELETE CASCADE,
    CONSTRAINT workflow_definitions_created_by_fkey
        FOREIGN KEY (created_by) REFERENCES auth.users (id) ON DELETE SET NULL,
    CONSTRAINT workflow_definitions_slug_check CHECK (slug ~ '^[a-z0-9][a-z0-9-]*$'),
    CONSTRAINT workflow_definitions_slug_length_check CHECK (char_length(slug) BETWEEN 1 AND 80),
    CONSTRAINT workflow_definitions_version_check CHECK (version >= 1),
    CONSTRAINT workflow_definitions_name_check CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT workflow_definitions_definition_check CHECK (jsonb_typeof(definition) = 'object')
);

COMMENT ON TABLE public.workflow_definitions IS 'Workflows, one row per version. A published version never changes.';
COMMENT ON COLUMN public.workflow_definitions.id IS 'Identifier of this version.';
COMMENT ON COLUMN public.workflow_definitions.project_id IS 'The project that the workflow belongs to.';
COMMENT ON COLUMN public.workflow_definitions.slug IS 'Name of the workflow in URLs, the same for all its versions.';
COMMENT ON COLUMN public.workflow_definitions.version IS 'Counts from 1 within a slug.';
COMMENT ON COLUMN public.workflow_definitions.name IS 'Name shown to people, 1 to 120 characters.';
COMMENT ON COLUMN public.workflow_definitions.definition IS 'Steps and transitions, as the engine reads them.';
COMMENT ON COLUMN public.workflow_definitions.status IS 'Draft, published or archived.';
COMMENT ON COLUMN public.workflow_definitions.published_at IS 'When the version was published. Set by a trigger.';
COMMENT ON COLUMN public.workflow_definitions.created_by IS 'Who wrote the version. Null once that user is gone.';
COMMENT ON COLUMN public.workflow_definitions.created_at IS 'When the version was created.';
COMMENT ON COLUMN public.workflow_definitions.updated_at IS 'When the row last changed. Kept by a trigger.';

CREATE TRIGGER workflow_definitions_touch_updated_at
BEFORE UPDATE ON public.workflow_definitions
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- Publishing stamps the time; afterwards only the way to the archive is open. created_by is left out on purpose: it
-- becomes null when the user goes.
CREATE FUNCTION public.guard_published_definition()
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
        NEW.published_at := now();
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.guard_published_definition() IS
    'Trigger function: stamps the time of publication and refuses every later change except archiving.';

REVOKE ALL ON FUNCTION public.guard_published_definition() FROM PUBLIC, anon, authenticated, service_role;

CREATE TRIGGER workflow_definitions_guard_published
BEFORE INSERT OR UPDATE OR DELETE ON public.workflow_definitions
FOR EACH ROW EXECUTE FUNCTION public.guard_published_definition();

-- Members read, editors write.
ALTER TABLE public.workflow_definitions ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.workflow_definitions FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.workflow_definitions TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.workflow_definitions TO service_role;

CREATE POLICY workflow_definitions_select ON public.workflow_definitions
FOR SELECT TO authenticated
USING (project_id IN (SELECT public.accessible_projects('viewer')));

CREATE POLICY workflow_definitions_insert ON public.workflow_definitions
FOR INSERT TO authenticated
WITH CHECK (project_id IN (SELECT public.accessible_projects('editor')));

CREATE POLICY workflow_definitions_update ON public.workflow_definitions
FOR UPDATE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')))
WITH CHECK (project_id IN (SELECT public.accessible_projects('editor')));

CREATE POLICY workflow_definitions_delete ON public.workflow_definitions
FOR DELETE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')));

-- The latest version of each workflow. security_invoker, so that the policies of workflow_definitions apply to whoever
-- reads the view, not to its owner.
CREATE VIEW public.workflows
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
