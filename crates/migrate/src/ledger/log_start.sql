INSERT INTO meshhook_ops.migration_log (run, step, version, script, direction, status)
VALUES ($1, $2, $3, $4, $5, 'started')
