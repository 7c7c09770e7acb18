-- What was announced and did not reach everybody yet.
SELECT id, notification
FROM meshhook_ops.migration_run
WHERE notification ->> 'settled' = 'false'
ORDER BY started_at, id
