-- Replication slots, and how much WAL each keeps the server from throwing away.
SELECT
    s.slot_name::text AS name,
    s.active,
    s.wal_status,
    pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, s.restart_lsn
    )::int8 AS held
FROM pg_catalog.pg_replication_slots AS s
WHERE s.restart_lsn IS NOT NULL
ORDER BY s.slot_name
