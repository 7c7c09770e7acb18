DELETE FROM meshhook_ops._sqlx_migrations WHERE version = {version};
DELETE FROM meshhook_ops.rollback_script WHERE version = {version};
DELETE FROM meshhook_ops.journal WHERE version = {version};
