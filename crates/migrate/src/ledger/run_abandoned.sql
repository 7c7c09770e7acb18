-- A run that another one takes over. Without an end: it had none.
WITH scripts AS (
    UPDATE meshhook_ops.migration_log SET status = 'interrupted' WHERE run = $1 AND status = 'started'
)

UPDATE meshhook_ops.migration_run SET outcome = 'interrupted' WHERE id = $1 AND finished_at IS NULL
