-- The schema before the run that first applied one of these versions, as they stand now.
SELECT r.fingerprint_before
FROM meshhook_ops.migration_run AS r
INNER JOIN meshhook_ops.migration_log AS l ON l.run = r.id
WHERE l.direction = 'up' AND l.status = 'succeeded' AND l.version = (SELECT min(v) FROM unnest($1::bigint []) AS v)
ORDER BY r.started_at DESC
LIMIT 1
