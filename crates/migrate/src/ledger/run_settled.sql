-- A killed run whose work a person has put in order: nobody takes it over any more.
UPDATE meshhook_ops.migration_run
SET finished_at = clock_timestamp()
WHERE id = {run} AND finished_at IS NULL;
