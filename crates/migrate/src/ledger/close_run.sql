UPDATE meshhook_ops.migration_run SET outcome = $2, finished_at = clock_timestamp() WHERE id = $1
