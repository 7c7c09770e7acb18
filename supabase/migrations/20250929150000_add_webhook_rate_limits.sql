-- A rate limit per webhook endpoint: one noisy caller must not fill the queue for everybody.

-- A constant default: existing endpoints get it without a rewrite of the table.
ALTER TABLE public.webhook_endpoints ADD COLUMN IF NOT EXISTS rate_limit_per_minute integer NOT NULL DEFAULT 60;

COMMENT ON COLUMN public.webhook_endpoints.rate_limit_per_minute IS
    'Calls accepted within a minute; further ones get status 429.';

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.webhook_endpoints'::regclass
            AND conname = 'webhook_endpoints_rate_limit_per_minute_check'
    ) THEN
        ALTER TABLE public.webhook_endpoints
        ADD CONSTRAINT webhook_endpoints_rate_limit_per_minute_check CHECK (rate_limit_per_minute BETWEEN 1 AND 6000);
    END IF;
END
$$;
