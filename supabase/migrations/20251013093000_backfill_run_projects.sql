-- Runs learn their project.
--
-- Policies on runs looked it up in the definition, row by row, and the list of a project's runs could not use an index.
-- The column is filled here for the runs that exist, and by a trigger for new ones: code that does not know it goes on
-- working.

ALTER TABLE public.workflow_runs ADD COLUMN IF NOT EXISTS project_id uuid;

COMMENT ON COLUMN public.workflow_runs.project_id IS
    'The project of the definition. Set by a trigger, whatever the caller says.';

-- New runs, before the backfill, so that none is missed.
CREATE OR REPLACE FUNCTION public.set_run_project()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
    SELECT d.project_id INTO NEW.project_id FROM public.workflow_definitions AS d WHERE d.id = NEW.definition_id;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.set_run_project() IS
    'Trigger function: copies the project of the definition into the run. SECURITY DEFINER: policies judge the result.';

REVOKE ALL ON FUNCTION public.set_run_project() FROM PUBLIC, anon, authenticated, service_role;

CREATE OR REPLACE TRIGGER workflow_runs_set_project
BEFORE INSERT OR UPDATE OF definition_id, project_id ON public.workflow_runs
FOR EACH ROW EXECUTE FUNCTION public.set_run_project();

-- Runs that exist, in batches. updated_at is what people sort by, so the backfill must not move it.
ALTER TABLE public.workflow_runs DISABLE TRIGGER workflow_runs_touch_updated_at;

DO $$
DECLARE
    filled bigint;
BEGIN
    LOOP
        UPDATE public.workflow_runs AS r
        SET project_id = d.project_id
        FROM public.workflow_definitions AS d
        WHERE d.id = r.definition_id
            AND r.id IN (SELECT b.id FROM public.workflow_runs AS b WHERE b.project_id IS NULL LIMIT 10000);
        GET DIAGNOSTICS filled = ROW_COUNT;
        EXIT WHEN filled = 0;
    END LOOP;
END
$$;

ALTER TABLE public.workflow_runs ENABLE TRIGGER workflow_runs_touch_updated_at;

-- From here on it can be relied upon. NOT VALID first: the rows are then checked under a lock that lets writers
-- through.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.workflow_runs'::regclass AND conname = 'workflow_runs_project_id_fkey'
    ) THEN
        ALTER TABLE public.workflow_runs
        ADD CONSTRAINT workflow_runs_project_id_fkey
            FOREIGN KEY (project_id) REFERENCES public.projects (id) ON DELETE CASCADE NOT VALID;
    END IF;
END
$$;

ALTER TABLE public.workflow_runs VALIDATE CONSTRAINT workflow_runs_project_id_fkey;
ALTER TABLE public.workflow_runs ALTER COLUMN project_id SET NOT NULL;

-- The policies ask the row itself.
DROP POLICY IF EXISTS workflow_runs_select ON public.workflow_runs;
CREATE POLICY workflow_runs_select ON public.workflow_runs
FOR SELECT TO authenticated
USING (project_id IN (SELECT public.accessible_projects('viewer')));

DROP POLICY IF EXISTS workflow_runs_insert ON public.workflow_runs;
CREATE POLICY workflow_runs_insert ON public.workflow_runs
FOR INSERT TO authenticated
WITH CHECK (project_id IN (SELECT public.accessible_projects('editor')));

DROP POLICY IF EXISTS workflow_runs_update ON public.workflow_runs;
CREATE POLICY workflow_runs_update ON public.workflow_runs
FOR UPDATE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')))
WITH CHECK (project_id IN (SELECT public.accessible_projects('editor')));
