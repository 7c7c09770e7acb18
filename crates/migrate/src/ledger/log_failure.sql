UPDATE meshhook_ops.migration_log
SET
    status = $3,
    finished_at = clock_timestamp(),
    error_code = $4,
    error_message = $5,
    error_position = $6
WHERE run = $1 AND step = $2
