-- Runs that ended without a word: killed, or cut off.
UPDATE meshhook_ops.migration_log SET status = 'interrupted' WHERE status = 'started';
UPDATE meshhook_ops.migration_run SET outcome = 'interrupted' WHERE outcome = 'running';
