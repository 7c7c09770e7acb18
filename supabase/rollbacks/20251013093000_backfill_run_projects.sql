-- Takes back 20251013093000_backfill_run_projects: nothing is lost, the column only repeated what definitions know.

-- The policies look the project up again. First, because they hold on to the column.
DROP POLICY IF EXISTS workflow_runs_select ON public.workflow_runs;
CREATE POLICY workflow_runs_select ON public.workflow_runs
FOR SELECT TO authenticated
USING (
    EXISTS (
        SELECT FROM public.workflow_definitions AS d
        WHERE d.id = definition_id AND d.project_id IN (SELECT public.accessible_projects('viewer'))
    )
);

DROP POLICY IF EXISTS workflow_runs_insert ON public.workflow_runs;
CREATE POLICY workflow_runs_insert ON public.workflow_runs
FOR INSERT TO authenticated
WITH CHECK (
    EXISTS (
        SELECT FROM public.workflow_definitions AS d
        WHERE d.id = definition_id AND d.project_id IN (SELECT public.accessible_projects('editor'))
    )
);

DROP POLICY IF EXISTS workflow_runs_update ON public.workflow_runs;
CREATE POLICY workflow_runs_update ON public.workflow_runs
FOR UPDATE TO authenticated
USING (
    EXISTS (
        SELECT FROM public.workflow_definitions AS d
        WHERE d.id = definition_id AND d.project_id IN (SELECT public.accessible_projects('editor'))
    )
)
WITH CHECK (
    EXISTS (
        SELECT FROM public.workflow_definitions AS d
        WHERE d.id = definition_id AND d.project_id IN (SELECT public.accessible_projects('editor'))
    )
);

-- The trigger, then the column with its foreign key.
DROP TRIGGER IF EXISTS workflow_runs_set_project ON public.workflow_runs;
DROP FUNCTION IF EXISTS public.set_run_project();
ALTER TABLE IF EXISTS public.workflow_runs DROP COLUMN IF EXISTS project_id;
