-- Snapshots that only old runs name: the last fifty runs keep theirs.
DELETE FROM meshhook_ops.schema_snapshot AS s
WHERE s.fingerprint NOT IN (
    SELECT f.fingerprint
    FROM (
        SELECT r.fingerprint_before, r.fingerprint_after
        FROM meshhook_ops.migration_run AS r
        ORDER BY r.started_at DESC
        LIMIT 50
    ) AS latest,
    LATERAL (VALUES (latest.fingerprint_before), (latest.fingerprint_after)) AS f (fingerprint)
    WHERE f.fingerprint IS NOT NULL
)
