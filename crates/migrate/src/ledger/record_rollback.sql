INSERT INTO meshhook_ops.rollback_script (version, script, checksum, sql)
VALUES ({version}, {rollback_script}, decode({rollback_checksum}, 'hex'), {rollback_sql})
ON CONFLICT (version) DO UPDATE
SET script = excluded.script, checksum = excluded.checksum, sql = excluded.sql, recorded_at = now();
