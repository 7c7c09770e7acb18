-- Whether a process is still there, told to end on the way if that is wished: a role may end its own. Not `OR true`,
-- which the planner folds, so that nothing would be told.
SELECT coalesce(bool_or(CASE WHEN $3 THEN pg_catalog.pg_terminate_backend(a.pid) IS NOT NULL ELSE true END), false)
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid = $1 AND a.backend_start = $2
