DELETE FROM meshhook_ops.rollback_script WHERE version = {version};
