-- The event log becomes partitioned by month.
--
-- It grows by millions of rows a month, and taking old ones out row by row takes longer than writing them did. A month
-- that is past retention is one DROP TABLE.
--
-- No row is copied: the table as it is becomes the default partition of a new one. What costs time is the index of the
-- primary key, which has to contain the partition key. The migration makes no monthly partition itself, since its
-- result would depend on the day it runs on; the functions of the next migration do, and move rows out of the default
-- partition.

-- Only while the table is still a plain one.
DO $$
BEGIN
    IF (SELECT c.relkind FROM pg_catalog.pg_class AS c WHERE c.oid = 'public.workflow_events'::regclass) = 'p' THEN
        RETURN;
    END IF;

    -- The old table gives away its name, and everything that the new one will hand down.
    DROP TRIGGER IF EXISTS workflow_events_append_only ON public.workflow_events;
    DROP POLICY IF EXISTS workflow_events_select ON public.workflow_events;
    ALTER TABLE public.workflow_events RENAME TO workflow_events_default;
    ALTER INDEX public.workflow_events_run_id_idx RENAME TO workflow_events_default_run_id_idx;
    ALTER TABLE public.workflow_events_default
    DROP CONSTRAINT workflow_events_pkey,
    ADD CONSTRAINT workflow_events_default_pkey PRIMARY KEY (id, occurred_at);

    -- The new one has the same columns, checks and foreign key. Names of NOT NULL constraints count from PostgreSQL 18
    -- on.
    CREATE TABLE public.workflow_events (
        id bigint CONSTRAINT workflow_events_id_not_null NOT NULL DEFAULT nextval('public.workflow_events_id_seq'),
        run_id uuid CONSTRAINT workflow_events_run_id_not_null NOT NULL,
        occurred_at timestamptz CONSTRAINT workflow_events_occurred_at_not_null NOT NULL DEFAULT now(),
        type text CONSTRAINT workflow_events_type_not_null NOT NULL,
        payload jsonb CONSTRAINT workflow_events_payload_not_null NOT NULL DEFAULT '{}',
        CONSTRAINT workflow_events_pkey PRIMARY KEY (id, occurred_at),
        CONSTRAINT workflow_events_run_id_fkey
            FOREIGN KEY (run_id) REFERENCES public.workflow_runs (id) ON DELETE CASCADE,
        CONSTRAINT workflow_events_type_check CHECK (char_length(type) BETWEEN 1 AND 80),
        CONSTRAINT workflow_events_payload_check CHECK (jsonb_typeof(payload) = 'object')
    ) PARTITION BY RANGE (occurred_at);
    CREATE INDEX workflow_events_run_id_idx ON public.workflow_events (run_id, id);

    -- The sequence goes on counting where it was.
    ALTER SEQUENCE public.workflow_events_id_seq OWNED BY public.workflow_events.id;

    ALTER TABLE public.workflow_events ATTACH PARTITION public.workflow_events_default DEFAULT;
END
$$;

COMMENT ON TABLE public.workflow_events IS 'What happened in each run, in order. Append-only, partitioned by month.';
COMMENT ON COLUMN public.workflow_events.id IS 'Rises with every event; replay goes in this order.';
COMMENT ON COLUMN public.workflow_events.run_id IS 'The run in which it happened.';
COMMENT ON COLUMN public.workflow_events.occurred_at IS 'When it happened. Decides the partition, by month in UTC.';
COMMENT ON COLUMN public.workflow_events.type IS 'What happened: run.started, step.completed and so on.';
COMMENT ON COLUMN public.workflow_events.payload IS 'The facts of the event.';
COMMENT ON TABLE public.workflow_events_default IS 'Events of months that have no partition yet.';

-- Handed down to every partition, those to come included.
CREATE OR REPLACE TRIGGER workflow_events_append_only
BEFORE UPDATE OR DELETE ON public.workflow_events
FOR EACH ROW EXECUTE FUNCTION public.reject_change();

-- Grants and policies count on the table that a query names. So the parent has those of before, and a partition has
-- none.
ALTER TABLE public.workflow_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.workflow_events_default ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.workflow_events, public.workflow_events_default
FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.workflow_events TO authenticated;
GRANT SELECT, INSERT ON TABLE public.workflow_events TO service_role;

DROP POLICY IF EXISTS workflow_events_select ON public.workflow_events;
CREATE POLICY workflow_events_select ON public.workflow_events
FOR SELECT TO authenticated
USING (EXISTS (SELECT FROM public.workflow_runs AS r WHERE r.id = run_id));
