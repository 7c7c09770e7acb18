-- Takes back 20260413100000_partition_workflow_events_by_month: the event log is one plain table again, no row is lost.
--
-- The default partition becomes the table that it once was, after the rows of all other partitions have been copied
-- into it. Events that were dropped with a month past retention stay gone. Copying takes a while on a large log, and
-- writers wait.

-- Only while the table is partitioned.
DO $$
BEGIN
    IF (SELECT c.relkind FROM pg_catalog.pg_class AS c WHERE c.oid = 'public.workflow_events'::regclass) <> 'p' THEN
        RETURN;
    END IF;

    -- On its own the default partition has neither the trigger nor the bounds that were handed down to it.
    ALTER TABLE public.workflow_events DETACH PARTITION public.workflow_events_default;
    INSERT INTO public.workflow_events_default (id, run_id, occurred_at, type, payload)
    SELECT e.id, e.run_id, e.occurred_at, e.type, e.payload
    FROM public.workflow_events AS e;

    -- The sequence changes hands before its owner goes; the partitions go with the parent.
    ALTER SEQUENCE public.workflow_events_id_seq OWNED BY public.workflow_events_default.id;
    DROP TABLE public.workflow_events;

    -- Names and primary key as they were.
    ALTER TABLE public.workflow_events_default
    DROP CONSTRAINT workflow_events_default_pkey,
    ADD CONSTRAINT workflow_events_pkey PRIMARY KEY (id);
    ALTER INDEX public.workflow_events_default_run_id_idx RENAME TO workflow_events_run_id_idx;
    ALTER TABLE public.workflow_events_default RENAME TO workflow_events;
END
$$;

COMMENT ON TABLE public.workflow_events IS
    'What happened in each run, in order. Append-only: rows go with their run and never change.';
COMMENT ON COLUMN public.workflow_events.occurred_at IS 'When it happened.';

-- As in 20250407093000_create_workflow_runs_and_events.
CREATE OR REPLACE TRIGGER workflow_events_append_only
BEFORE UPDATE OR DELETE ON public.workflow_events
FOR EACH ROW EXECUTE FUNCTION public.reject_change();

ALTER TABLE public.workflow_events ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.workflow_events FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.workflow_events TO authenticated;
GRANT SELECT, INSERT ON TABLE public.workflow_events TO service_role;

DROP POLICY IF EXISTS workflow_events_select ON public.workflow_events;
CREATE POLICY workflow_events_select ON public.workflow_events
FOR SELECT TO authenticated
USING (EXISTS (SELECT FROM public.workflow_runs AS r WHERE r.id = run_id));
