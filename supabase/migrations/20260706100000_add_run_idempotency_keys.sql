-- A webhook that is delivered twice starts one run.
--
-- Callers repeat a call when the answer gets lost. The key is theirs (header Idempotency-Key or the delivery's id),
-- unique in the project by the index of the next migration.

ALTER TABLE public.workflow_runs ADD COLUMN IF NOT EXISTS idempotency_key text;

COMMENT ON COLUMN public.workflow_runs.idempotency_key IS
    'What the caller named the call, unique in the project. Null: no promise.';

-- NOT VALID first: the rows are then checked under a lock that lets writers through.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.workflow_runs'::regclass AND conname = 'workflow_runs_idempotency_key_check'
    ) THEN
        ALTER TABLE public.workflow_runs
        ADD CONSTRAINT workflow_runs_idempotency_key_check
            CHECK (char_length(idempotency_key) BETWEEN 1 AND 200) NOT VALID;
    END IF;
END
$$;

ALTER TABLE public.workflow_runs VALIDATE CONSTRAINT workflow_runs_idempotency_key_check;
