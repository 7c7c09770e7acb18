SELECT version, direction, statement, statement_checksum, state
FROM meshhook_ops.journal
ORDER BY version, direction, statement
