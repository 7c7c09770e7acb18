-- The scripts of these runs, in order.
SELECT
    l.run,
    l.step,
    l.version,
    l.script,
    l.direction,
    l.status,
    l.started_at,
    l.finished_at,
    l.error_code,
    l.error_message,
    l.error_position
FROM meshhook_ops.migration_log AS l
WHERE l.run = ANY ($1)
ORDER BY l.run, l.step
