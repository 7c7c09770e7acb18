-- Runs of workflows, and the event log that each of them is made of.
--
-- workflow_runs is the current state, cheap to list. workflow_events is the truth: append-only, replayed to find out
-- where a run stands. It is partitioned by month, so that a month past retention is one DROP TABLE.

-- How a run stands.
CREATE TYPE public.workflow_run_status AS ENUM ('running', 'succeeded', 'failed', 'paused', 'canceled');

COMMENT ON TYPE public.workflow_run_status IS 'How a run stands.';

-- One row per run.
CREATE TABLE public.workflow_runs (
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
    project_id uuid NOT NULL,
    paused_at timestamptz,
    idempotency_key text,
    CONSTRAINT workflow_runs_pkey PRIMARY KEY (id),
    CONSTRAINT workflow_runs_definition_id_fkey
        FOREIGN KEY (definition_id) REFERENCES public.workflow_definitions (id) ON DELETE CASCADE,
    CONSTRAINT workflow_runs_project_id_fkey
        FOREIGN KEY (project_id) REFERENCES public.projects (id) ON DELETE CASCADE,
    CONSTRAINT workflow_runs_metadata_check CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT workflow_runs_idempotency_key_check CHECK (char_length(idempotency_key) BETWEEN 1 AND 200)
);

CREATE INDEX workflow_runs_definition_id_idx ON public.workflow_runs (definition_id, started_at DESC);
-- The list of a project's runs, filtered by status, newest first.
CREATE INDEX workflow_runs_project_id_status_started_at_idx
ON public.workflow_runs (project_id, status, started_at DESC);
-- One run per key. Runs without one are as many as they like: nulls differ from each other.
CREATE UNIQUE INDEX workflow_runs_project_id_idempotency_key_idx
ON public.workflow_runs (project_id, idempotency_key);

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
COMMENT ON COLUMN public.workflow_runs.project_id IS
    'The project of the definition. Set by a trigger, whatever the caller says.';
COMMENT ON COLUMN public.workflow_runs.paused_at IS 'When the run was paused. Null unless it is paused.';
COMMENT ON COLUMN public.workflow_runs.idempotency_key IS
    'What the caller named the call, unique in the project. Null: no promise.';

CREATE TRIGGER workflow_runs_touch_updated_at
BEFORE UPDATE ON public.workflow_runs
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- The project of a run is that of its definition.
CREATE FUNCTION public.set_run_project()
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

CREATE TRIGGER workflow_runs_set_project
BEFORE INSERT OR UPDATE OF definition_id, project_id ON public.workflow_runs
FOR EACH ROW EXECUTE FUNCTION public.set_run_project();

-- Runs: members read, editors start and steer them, nobody but the service deletes.
ALTER TABLE public.workflow_runs ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.workflow_runs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE ON TABLE public.workflow_runs TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.workflow_runs TO service_role;

CREATE POLICY workflow_runs_select ON public.workflow_runs
FOR SELECT TO authenticated
USING (project_id IN (SELECT public.accessible_projects('viewer')));

CREATE POLICY workflow_runs_insert ON public.workflow_runs
FOR INSERT TO authenticated
WITH CHECK (project_id IN (SELECT public.accessible_projects('editor')));

CREATE POLICY workflow_runs_update ON public.workflow_runs
FOR UPDATE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')))
WITH CHECK (project_id IN (SELECT public.accessible_projects('editor')));

-- Pausing: the engine starts no further step. SECURITY INVOKER: the policies say whose runs the caller may steer.
CREATE FUNCTION public.pause_run(run uuid)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    UPDATE public.workflow_runs AS r SET status = 'paused', paused_at = now() WHERE r.id = run AND r.status = 'running';
    RETURN FOUND;
END
$$;

COMMENT ON FUNCTION public.pause_run(uuid) IS
    'Pauses a running run. False when it does not run, or is not the caller''s to pause.';

-- Resuming.
CREATE FUNCTION public.resume_run(run uuid)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    UPDATE public.workflow_runs AS r SET status = 'running', paused_at = NULL WHERE r.id = run AND r.status = 'paused';
    RETURN FOUND;
END
$$;

COMMENT ON FUNCTION public.resume_run(uuid) IS
    'Lets a paused run go on. False when it is not paused, or is not the caller''s to resume.';

REVOKE ALL ON FUNCTION public.pause_run(uuid), public.resume_run(uuid) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.pause_run(uuid), public.resume_run(uuid) TO authenticated, service_role;

-- One row per event. The id comes from a plain sequence: it orders the events of a run.
CREATE SEQUENCE public.workflow_events_id_seq AS bigint;

CREATE TABLE public.workflow_events (
    id bigint NOT NULL DEFAULT nextval('public.workflow_events_id_seq'),
    run_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT workflow_events_pkey PRIMARY KEY (id, occurred_at),
    CONSTRAINT workflow_events_run_id_fkey
        FOREIGN KEY (run_id) REFERENCES public.workflow_runs (id) ON DELETE CASCADE,
    CONSTRAINT workflow_events_type_check CHECK (char_length(type) BETWEEN 1 AND 80),
    CONSTRAINT workflow_events_payload_check CHECK (jsonb_typeof(payload) = 'object')
) PARTITION BY RANGE (occurred_at);

ALTER SEQUENCE public.workflow_events_id_seq OWNED BY public.workflow_events.id;

-- Months get their partitions at run time (maintain_workflow_event_partitions() below); only the default one is here.
CREATE TABLE public.workflow_events_default PARTITION OF public.workflow_events DEFAULT;

-- Replay reads the events of one run in order. The partition's index comes first, so that it keeps its name.
CREATE INDEX workflow_events_default_run_id_idx ON public.workflow_events_default (run_id, id);
CREATE INDEX workflow_events_run_id_idx ON public.workflow_events (run_id, id);

COMMENT ON SEQUENCE public.workflow_events_id_seq IS 'Orders the events.';

COMMENT ON TABLE public.workflow_events IS 'What happened in each run, in order. Append-only, partitioned by month.';
COMMENT ON COLUMN public.workflow_events.id IS 'Rises with every event; replay goes in this order.';
COMMENT ON COLUMN public.workflow_events.run_id IS 'The run in which it happened.';
COMMENT ON COLUMN public.workflow_events.occurred_at IS 'When it happened. Decides the partition, by month in UTC.';
COMMENT ON COLUMN public.workflow_events.type IS 'What happened: run.started, step.completed and so on.';
COMMENT ON COLUMN public.workflow_events.payload IS 'The facts of the event.';

COMMENT ON TABLE public.workflow_events_default IS 'Events of months that have no partition yet.';
COMMENT ON COLUMN public.workflow_events_default.id IS 'Rises with every event; replay goes in this order.';
COMMENT ON COLUMN public.workflow_events_default.run_id IS 'The run in which it happened.';
COMMENT ON COLUMN public.workflow_events_default.occurred_at IS 'When it happened.';
COMMENT ON COLUMN public.workflow_events_default.type IS 'What happened: run.started, step.completed and so on.';
COMMENT ON COLUMN public.workflow_events_default.payload IS 'The facts of the event.';

-- Handed down to every partition, those to come included.
CREATE TRIGGER workflow_events_append_only
BEFORE UPDATE OR DELETE ON public.workflow_events
FOR EACH ROW EXECUTE FUNCTION public.reject_change();

-- Grants and policies count on the table that a query names. So the parent has them, and a partition has none.
ALTER TABLE public.workflow_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.workflow_events_default ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.workflow_events, public.workflow_events_default
FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.workflow_events TO authenticated;
GRANT SELECT, INSERT ON TABLE public.workflow_events TO service_role;

REVOKE ALL ON SEQUENCE public.workflow_events_id_seq FROM PUBLIC, anon, authenticated, service_role;
GRANT USAGE ON SEQUENCE public.workflow_events_id_seq TO service_role;

-- Whoever sees the run sees its events; only the engine writes them.
CREATE POLICY workflow_events_select ON public.workflow_events
FOR SELECT TO authenticated
USING (EXISTS (SELECT FROM public.workflow_runs AS r WHERE r.id = run_id));

-- Partitions come and go at run time: the worker calls maintain_workflow_event_partitions() once a day. It is late
-- without harm: events of a month that has no partition wait in the default one and are moved when theirs is made.

-- Makes the partition of one month. SECURITY DEFINER: workers own no tables.
CREATE FUNCTION public.create_workflow_event_partition(month date)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    first_day date := date_trunc('month', month::timestamp)::date;
    lower_bound timestamptz := first_day::timestamp AT TIME ZONE 'UTC';
    upper_bound timestamptz := (first_day + interval '1 month') AT TIME ZONE 'UTC';
    partition_name text := 'workflow_events_' || to_char(first_day, '"y"YYYY"m"MM');
    has_rows boolean;
BEGIN
    IF first_day IS NULL OR to_regclass(format('public.%I', partition_name)) IS NOT NULL THEN
        RETURN NULL;
    END IF;

    -- Two maintenance runs at once: the second waits here, and then finds the partition.
    LOCK TABLE public.workflow_events IN ACCESS EXCLUSIVE MODE;
    IF to_regclass(format('public.%I', partition_name)) IS NOT NULL THEN
        RETURN NULL;
    END IF;

    -- Postgres refuses a partition whose rows are in the default one, and those are append-only. Detached, the default
    -- partition is a plain table without that trigger.
    SELECT EXISTS (
        SELECT
        FROM public.workflow_events_default AS e
        WHERE e.occurred_at >= lower_bound AND e.occurred_at < upper_bound
    ) INTO has_rows;
    IF has_rows THEN
        ALTER TABLE public.workflow_events DETACH PARTITION public.workflow_events_default;
    END IF;

    EXECUTE format(
        'CREATE TABLE public.%I PARTITION OF public.workflow_events FOR VALUES FROM (%L) TO (%L)',
        partition_name, lower_bound, upper_bound
    );
    EXECUTE format(
        'COMMENT ON TABLE public.%I IS %L', partition_name, 'Events of ' || to_char(first_day, 'YYYY-MM') || ', UTC.'
    );
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition_name);
    EXECUTE format('REVOKE ALL ON TABLE public.%I FROM PUBLIC, anon, authenticated, service_role', partition_name);

    IF has_rows THEN
        WITH moved AS (
            DELETE FROM public.workflow_events_default AS e
            WHERE e.occurred_at >= lower_bound AND e.occurred_at < upper_bound
            RETURNING e.id, e.run_id, e.occurred_at, e.type, e.payload
        )
        INSERT INTO public.workflow_events (id, run_id, occurred_at, type, payload)
        SELECT m.id, m.run_id, m.occurred_at, m.type, m.payload
        FROM moved AS m;
        ALTER TABLE public.workflow_events ATTACH PARTITION public.workflow_events_default DEFAULT;
    END IF;
    RETURN partition_name;
END
$$;

COMMENT ON FUNCTION public.create_workflow_event_partition(date) IS
    'Makes the partition of the month of a date, moves its events there and returns its name; null when it exists.';

-- Makes what is needed soon, and what the default partition holds events of. Ten years back is where that ends: a wrong
-- clock must not make a partition per month since antiquity.
CREATE FUNCTION public.create_workflow_event_partitions(months_ahead integer DEFAULT 3)
RETURNS SETOF text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    last_month timestamp := this_month + make_interval(months => greatest(coalesce(months_ahead, 3), 0));
    wanted record;
    made text;
BEGIN
    FOR wanted IN
        SELECT generate_series(this_month, last_month, interval '1 month') AS month
        UNION
        SELECT date_trunc('month', e.occurred_at AT TIME ZONE 'UTC')
        FROM public.workflow_events_default AS e
        WHERE e.occurred_at >= (this_month - interval '10 years') AT TIME ZONE 'UTC'
            AND e.occurred_at < (last_month + interval '1 month') AT TIME ZONE 'UTC'
        ORDER BY month
    LOOP
        made := public.create_workflow_event_partition(wanted.month::date);
        IF made IS NOT NULL THEN
            RETURN NEXT made;
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION public.create_workflow_event_partitions(integer) IS
    'Makes the partitions of this month, of so many to come, and of every month that the default partition has events of.';

-- Drops what is past retention, whole months only. The present month always stays.
CREATE FUNCTION public.drop_workflow_event_partitions(keep_months integer DEFAULT 12)
RETURNS SETOF text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    oldest_kept date;
    expired record;
BEGIN
    IF keep_months IS NULL OR keep_months < 0 THEN
        RAISE EXCEPTION 'keep_months is %, but must be 0 or more', coalesce(keep_months::text, 'null')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    oldest_kept := (date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => keep_months))::date;

    FOR expired IN
        SELECT c.relname AS name
        FROM pg_catalog.pg_inherits AS i
        JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.workflow_events'::regclass
            AND c.relname ~ '^workflow_events_y[0-9]{4}m[0-9]{2}$'
            AND to_date(right(c.relname, 8), '"y"YYYY"m"MM') < oldest_kept
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE public.%I', expired.name);
        RETURN NEXT expired.name;
    END LOOP;
END
$$;

COMMENT ON FUNCTION public.drop_workflow_event_partitions(integer) IS
    'Drops the partitions, with their events, that are older than so many whole months, and returns their names.';

-- Both, for the daily job.
CREATE FUNCTION public.maintain_workflow_event_partitions(
    months_ahead integer DEFAULT 3,
    keep_months integer DEFAULT 12
)
RETURNS TABLE (action text, partition_name text)
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT 'created', c FROM public.create_workflow_event_partitions(months_ahead) AS c
    UNION ALL
    SELECT 'dropped', d FROM public.drop_workflow_event_partitions(keep_months) AS d
$$;

COMMENT ON FUNCTION public.maintain_workflow_event_partitions(integer, integer) IS
    'Makes the partitions that are needed soon and drops those past retention. Returns what it did. For a daily job.';

-- For the service alone.
REVOKE ALL ON FUNCTION
    public.create_workflow_event_partition(date),
    public.create_workflow_event_partitions(integer),
    public.drop_workflow_event_partitions(integer),
    public.maintain_workflow_event_partitions(integer, integer)
FROM PUBLIC, anon, authenticated, service_role;

GRANT EXECUTE ON FUNCTION
    public.create_workflow_event_partition(date),
    public.create_workflow_event_partitions(integer),
    public.drop_workflow_event_partitions(integer),
    public.maintain_workflow_event_partitions(integer, integer)
TO service_role;
