-- Partitions of the event log come and go at run time.
--
-- The worker calls maintain_workflow_event_partitions() once a day. It is late without harm: events of a month that has
-- no partition wait in the default one and are moved when theirs is made.

-- Makes the partition of one month. SECURITY DEFINER: workers own no tables.
CREATE OR REPLACE FUNCTION public.create_workflow_event_partition(month date)
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
CREATE OR REPLACE FUNCTION public.create_workflow_event_partitions(months_ahead integer DEFAULT 3)
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
CREATE OR REPLACE FUNCTION public.drop_workflow_event_partitions(keep_months integer DEFAULT 12)
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
CREATE OR REPLACE FUNCTION public.maintain_workflow_event_partitions(
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
