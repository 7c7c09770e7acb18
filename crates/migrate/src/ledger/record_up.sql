INSERT INTO meshhook_ops._sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (
    {version}, {description}, true, decode({checksum}, 'hex'),
    (extract(epoch FROM clock_timestamp() - {since}) * 1000000000)::bigint
);
DELETE FROM meshhook_ops.journal WHERE version = {version};
