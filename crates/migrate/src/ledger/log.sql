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
    l.error_position,
    r.command,
    r.environment,
    r.git_commit,
    r.actor,
    r.ci_url,
    r.tool_version,
    r.outcome
FROM meshhook_ops.migration_log AS l
INNER JOIN meshhook_ops.migration_run AS r ON r.id = l.run
ORDER BY r.started_at DESC, l.step DESC
LIMIT $1
