SELECT l.version, l.checksum, l.success
FROM meshhook_ops._sqlx_migrations AS l
ORDER BY l.version
