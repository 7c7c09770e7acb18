INSERT INTO meshhook_ops.migration_log (
    run, step, version, script, direction, status, finished_at, error_code, error_message, error_position
)
VALUES ($1, 1, $2, $3, $4, 'failed', clock_timestamp(), $5, $6, $7)
