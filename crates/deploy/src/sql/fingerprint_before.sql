-- The schema before the run that applied the lowest of these versions. Only where that run began with it: in the
-- middle of a run, no schema was kept.
SELECT r.fingerprint_before
FROM meshhook_ops.migration_run AS r
INNER JOIN meshhook_ops.migration_log AS l ON l.run = r.id
WHERE l.direction = 'up' AND l.status = 'succeeded' AND l.version = (SELECT min(v) FROM unnest($1::bigint []) AS v)
    AND coalesce(r.version_before, 0) = $2
ORDER BY r.started_at DESC
LIMIT 1
