-- What is left of a script that did not come to its end: its ledger row, its journal.
SELECT
    EXISTS (SELECT FROM meshhook_ops._sqlx_migrations WHERE version = $1) AS applied,
    EXISTS (SELECT FROM meshhook_ops.journal WHERE version = $1 AND direction = $2) AS begun
