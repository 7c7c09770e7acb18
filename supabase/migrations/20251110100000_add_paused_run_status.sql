-- Runs can be paused.
--
-- Only the value: Postgres does not let the transaction that adds it use it. What uses it is in the next migration.

ALTER TYPE public.workflow_run_status ADD VALUE IF NOT EXISTS 'paused' BEFORE 'canceled';
