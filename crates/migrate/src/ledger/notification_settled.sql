-- Which of these runs were announced, and whether nothing is left to be sent.
SELECT
    r.id,
    coalesce((r.notification ->> 'settled') = 'true', FALSE) AS settled
FROM meshhook_ops.migration_run AS r
WHERE r.id = ANY ($1) AND r.notification IS NOT NULL
