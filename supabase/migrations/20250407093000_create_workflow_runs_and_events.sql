-- Runs of workflows, and the event log that each of them is made of.
--
-- workflow_runs is the current state, cheap to list. workflow_events is the truth: append-only, replayed to find out
-- where a run stands.

-- How a run stands.
DO $$
BEGIN
    IF to_regtype('public.workflow_run_status') IS NULL THEN
        CREATE TYPE public.workflow_run_status AS ENUM ('running', 'succeeded', 'failed', 'canceled');
    END IF;
END
$$;

COMMENT ON TYPE public.workflow_run_status IS 'How a run stands.';

-- One row per run.
CREATE TABLE IF NOT EXISTS public.workflow_runs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    definition_id uuid NOT NULL,
    status public.workflow_run_status NOT NULL DEFAULT 'running',
    input jsonb NOT NULL DEFAULT '{}',
    output jsonb,
    error text,
    metadata jsonb NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT workflow_runs_pkey PRIMARY KEY (id),
    CONSTRAINT workflow_runs_definition_id_fkey
        FOREIGN KEY (definition_id) REFERENCES public.workflow_definitions (id) ON DELETE CASCADE,
    CONSTRAINT workflow_runs_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX IF NOT EXISTS workflow_runs_definition_id_idx ON public.workflow_runs (definition_id, started_at DESC);

COMMENT ON TABLE public.workflow_runs IS
    'Runs of workflows, as they stand now. How they got there is in workflow_events.';
COMMENT ON COLUMN public.workflow_runs.id IS 'Identifier of the run.';
COMMENT ON COLUMN public.workflow_runs.definition_id IS 'The version of the workflow that runs.';
COMMENT ON COLUMN public.workflow_runs.status IS 'How the run stands.';
COMMENT ON COLUMN public.workflow_runs.input IS 'What started the run, usually the body of a webhook.';
COMMENT ON COLUMN public.workflow_runs.output IS 'What the last step returned. Null until the run has succeeded.';
COMMENT ON COLUMN public.workflow_runs.error IS 'Why the run failed, for people.';
COMMENT ON COLUMN public.workflow_runs.metadata IS 'Notes of the engine and of callers: trace ids, tags.';
COMMENT ON COLUMN public.workflow_runs.started_at IS 'When the first step started.';
COMMENT ON COLUMN public.workflow_runs.finished_at IS 'When the run succeeded, failed or was canceled. Null before.';
COMMENT ON COLUMN public.workflow_runs.created_at IS 'When the run was accepted.';
COMMENT ON COLUMN public.workflow_runs.updated_at IS 'When the row last changed. Kept by a trigger.';

CREATE OR REPLACE TRIGGER workflow_runs_touch_updated_at
BEFORE UPDATE ON public.workflow_runs
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- One row per event. The id is a plain sequence: it orders the events of a run.
CREATE SEQUENCE IF NOT EXISTS public.workflow_events_id_seq AS bigint;

CREATE TABLE IF NOT EXISTS public.workflow_events (
    id bigint NOT NULL DEFAULT nextval('public.workflow_events_id_seq'),
    run_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT workflow_events_pkey PRIMARY KEY (id),
    CONSTRAINT workflow_events_run_id_fkey
        FOREIGN KEY (run_id) REFERENCES public.workflow_runs (id) ON DELETE CASCADE,
    CONSTRAINT workflow_events_type_check CHECK (char_length(type) BETWEEN 1 AND 80),
    CONSTRAINT workflow_events_payload_check CHECK (jsonb_typeof(payload) = 'object')
);

ALTER SEQUENCE public.workflow_events_id_seq OWNED BY public.workflow_events.id;

-- Replay reads the events of one run in order.
CREATE INDEX IF NOT EXISTS workflow_events_run_id_idx ON public.workflow_events (run_id, id);

COMMENT ON SEQUENCE public.workflow_events_id_seq IS 'Orders the events.';
COMMENT ON TABLE public.workflow_events IS
    'What happened in each run, in order. Append-only: rows go with their run and never change.';
COMMENT ON COLUMN public.workflow_events.id IS 'Rises with every event; replay goes in this order.';
COMMENT ON COLUMN public.workflow_events.run_id IS 'The run in which it happened.';
COMMENT ON COLUMN public.workflow_events.occurred_at IS 'When it happened.';
COMMENT ON COLUMN public.workflow_events.type IS 'What happened: run.started, step.completed and so on.';
COMMENT ON COLUMN public.workflow_events.payload IS 'The facts of the event.';

-- For tables that only grow. A cascade from the row that an entry belongs to is let through: it comes from the trigger
-- of a foreign key, so it is deeper than 1.
CREATE OR REPLACE FUNCTION public.reject_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Write a new row that corrects the old one.';
END
$$;

COMMENT ON FUNCTION public.reject_change() IS
    'Trigger function: refuses UPDATE and DELETE on append-only tables, except a DELETE that cascades from a parent row.';

REVOKE ALL ON FUNCTION public.reject_change() FROM PUBLIC, anon, authenticated, service_role;

CREATE OR REPLACE TRIGGER workflow_events_append_only
BEFORE UPDATE OR DELETE ON public.workflow_events
FOR EACH ROW EXECUTE FUNCTION public.reject_change();

-- Runs: members read, editors start and steer them, nobody but the service deletes.
ALTER TABLE public.workflow_runs ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.workflow_runs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE ON TABLE public.workflow_runs TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.workflow_runs TO service_role;

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

-- Events: whoever sees the run sees its events; only the engine writes them.
ALTER TABLE public.workflow_events ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.workflow_events FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.workflow_events TO authenticated;
GRANT SELECT, INSERT ON TABLE public.workflow_events TO service_role;

REVOKE ALL ON SEQUENCE public.workflow_events_id_seq FROM PUBLIC, anon, authenticated, service_role;
GRANT USAGE ON SEQUENCE public.workflow_events_id_seq TO service_role;

DROP POLICY IF EXISTS workflow_events_select ON public.workflow_events;
CREATE POLICY workflow_events_select ON public.workflow_events
FOR SELECT TO authenticated
USING (EXISTS (SELECT FROM public.workflow_runs AS r WHERE r.id = run_id));
