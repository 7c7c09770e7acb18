-- What a run did, in order.
SELECT version, direction, status
FROM meshhook_ops.migration_log
WHERE run = $1
ORDER BY step
