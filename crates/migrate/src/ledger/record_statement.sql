INSERT INTO meshhook_ops.journal
    (version, direction, statement, script_checksum, statement_checksum, state, finished_at)
VALUES (
    {version}, {direction}, {statement}, decode({script_checksum}, 'hex'), decode({statement_checksum}, 'hex'),
    {state}, CASE WHEN {state} <> 'started' THEN clock_timestamp() END
)
ON CONFLICT (version, direction, statement) DO UPDATE
SET
    script_checksum = excluded.script_checksum,
    statement_checksum = excluded.statement_checksum,
    state = excluded.state,
    finished_at = excluded.finished_at;
