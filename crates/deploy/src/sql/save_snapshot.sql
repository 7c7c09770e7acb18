INSERT INTO meshhook_ops.schema_snapshot (fingerprint, catalog)
VALUES ($1, $2)
ON CONFLICT (fingerprint) DO UPDATE SET recorded_at = clock_timestamp()
