INSERT INTO meshhook_ops.rollback_script (version, script, checksum, sql)
VALUES ({version}, {script}, decode({checksum}, 'hex'), {sql})
ON CONFLICT (version) DO UPDATE
SET script = excluded.script, checksum = excluded.checksum, sql = excluded.sql, recorded_at = now();
