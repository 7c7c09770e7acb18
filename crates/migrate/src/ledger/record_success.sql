INSERT INTO meshhook_ops.migration_log
    (run, step, version, script, direction, status, started_at, finished_at)
VALUES
    ({run}, {step}, {version}, {script}, {direction}, 'succeeded', {since}, clock_timestamp())
ON CONFLICT (run, step) DO UPDATE SET status = excluded.status, finished_at = excluded.finished_at;
