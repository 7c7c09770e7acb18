-- Takes back 20250407093000_create_workflow_runs_and_events: the tables that it made go, with their rows.

-- Events first, they point at runs. The sequence belongs to the id column and goes with it; it is named as well for the
-- case that an earlier attempt stopped between the two.
DROP TABLE IF EXISTS public.workflow_events;
DROP SEQUENCE IF EXISTS public.workflow_events_id_seq;
DROP TABLE IF EXISTS public.workflow_runs;

-- What the tables used.
DROP FUNCTION IF EXISTS public.reject_change();
DROP TYPE IF EXISTS public.workflow_run_status;
