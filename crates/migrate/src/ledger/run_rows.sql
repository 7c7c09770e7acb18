-- Runs, newest first.
SELECT
    r.id,
    r.command,
    r.environment,
    r.git_commit,
    r.actor,
    r.ci_url,
    r.tool_version,
    r.started_at,
    r.finished_at,
    r.outcome,
    r.phase,
    r.continues,
    r.reason,
    r.message,
    r.version_before,
    r.version_after,
    r.fingerprint_before,
    r.fingerprint_after,
    r.backend_pid,
    r.backend_start
FROM meshhook_ops.migration_run AS r
WHERE
    ($1::uuid IS NULL OR r.id = $1)
    AND ($2::text[] IS NULL OR r.command = ANY ($2))
    AND ($3::timestamptz IS NULL OR r.started_at >= $3)
    AND (NOT $4::boolean OR r.outcome NOT IN ('succeeded', 'running'))
ORDER BY r.started_at DESC, r.id
LIMIT $5
