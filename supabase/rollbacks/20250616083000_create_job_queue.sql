-- Takes back 20250616083000_create_job_queue: the queue goes, with the jobs in it. Let it run empty first.

-- Functions first: claim_jobs() returns rows of the table jobs.
DROP FUNCTION IF EXISTS public.requeue_dead_job(bigint);
DROP FUNCTION IF EXISTS public.extend_job(bigint, uuid, interval);
DROP FUNCTION IF EXISTS public.fail_job(bigint, uuid, text, boolean);
DROP FUNCTION IF EXISTS public.complete_job(bigint, uuid);
DROP FUNCTION IF EXISTS public.claim_jobs(text, text, integer, interval);
DROP FUNCTION IF EXISTS public.bury_expired_jobs(text);
DROP FUNCTION IF EXISTS public.enqueue_job(text, jsonb, uuid, uuid, interval, integer, text);

-- Then the tables, the configuration last: the others point at it.
DROP TABLE IF EXISTS public.dead_jobs;
DROP TABLE IF EXISTS public.jobs;
DROP TABLE IF EXISTS public.queue_config;
