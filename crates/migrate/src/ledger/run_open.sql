INSERT INTO meshhook_ops.migration_run (
    id, command, environment, git_commit, actor, ci_url, tool_version, phase, continues, reason,
    version_before, fingerprint_before, backend_pid, backend_start
)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, a.pid, a.backend_start
FROM (SELECT $13::integer AS pid) AS own
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = own.pid
