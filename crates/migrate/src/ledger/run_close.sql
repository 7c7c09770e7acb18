WITH scripts AS (
    UPDATE meshhook_ops.migration_log SET status = 'rolled back', finished_at = clock_timestamp()
    WHERE run = $1 AND status = 'started'
)

UPDATE meshhook_ops.migration_run
SET
    outcome = $2,
    message = $3,
    version_after = $4,
    fingerprint_after = $5,
    reason = coalesce($6, reason),
    finished_at = clock_timestamp()
WHERE id = $1
