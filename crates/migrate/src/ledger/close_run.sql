-- A step whose beginning was written with the end of the one before, and that was then not run, is no attempt.
WITH never_begun AS (
    DELETE FROM meshhook_ops.migration_log WHERE run = $1 AND status = 'started'
)

UPDATE meshhook_ops.migration_run SET outcome = $2, finished_at = clock_timestamp() WHERE id = $1
