INSERT INTO meshhook_ops.migration_run (id, command, environment, git_commit, actor, ci_url, tool_version)
VALUES ($1, $2, $3, $4, $5, $6, $7)
