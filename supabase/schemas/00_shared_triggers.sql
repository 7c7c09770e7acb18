-- Trigger functions that several tables use.

-- Every table with an updated_at column has a trigger that calls this.
CREATE FUNCTION public.touch_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.touch_updated_at() IS 'Trigger function: sets updated_at to the time of the transaction.';

REVOKE ALL ON FUNCTION public.touch_updated_at() FROM PUBLIC, anon, authenticated, service_role;

-- For tables that only grow. A cascade from the row that an entry belongs to is let through: it comes from the trigger
-- of a foreign key, so it is deeper than 1.
CREATE FUNCTION public.reject_change()
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
