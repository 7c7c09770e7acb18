-- The schema that the last run left which says so.
SELECT r.id, r.fingerprint_after, s.catalog
FROM meshhook_ops.migration_run AS r
LEFT JOIN meshhook_ops.schema_snapshot AS s ON s.fingerprint = r.fingerprint_after
WHERE r.fingerprint_after IS NOT NULL
ORDER BY r.started_at DESC
LIMIT 1
