-- Takes back 20250929150000_add_webhook_rate_limits: the limits that were set are lost, the endpoints stay.

-- Takes the check along.
ALTER TABLE IF EXISTS public.webhook_endpoints DROP COLUMN IF EXISTS rate_limit_per_minute;
