-- Takes back 20250512140000_create_webhook_endpoints: the table that it made goes, with its rows.

DROP TABLE IF EXISTS public.webhook_endpoints;

-- What the table used.
DROP TYPE IF EXISTS public.webhook_verification;
