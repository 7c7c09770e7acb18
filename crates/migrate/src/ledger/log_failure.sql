UPDATE meshhook_ops.migration_log
SET
    status = $3,
    finished_at = clock_timestamp(),
    error_code = $4,
    error_message = $5,
    error_position = $6
-- where the connection broke at the commit, the row may say already that it was done
WHERE run = $1 AND step = $2 AND status = 'started'
