SELECT
    m.version,
    m.description,
    m.installed_on,
    m.success,
    m.checksum,
    m.execution_time,
    r.checksum AS rollback_checksum
FROM meshhook_ops._sqlx_migrations AS m
LEFT JOIN meshhook_ops.rollback_script AS r ON r.version = m.version
ORDER BY m.version
