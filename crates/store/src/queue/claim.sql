-- what a function returns has no NOT NULL: the exclamation marks say what the table behind it guarantees
SELECT
    j.id AS "id!",
    j.queue AS "queue!",
    j.project_id AS "project_id?",
    j.run_id AS "run_id?",
    j.payload AS "payload!",
    j.priority AS "priority!",
    j.attempts AS "attempts!",
    j.max_attempts AS "max_attempts!",
    j.visible_at AS "visible_at!",
    j.lock_token AS "token!",
    j.last_error AS "last_error?"
FROM public.claim_jobs(
    queue_name => $1,
    worker => $2,
    max_jobs => $3,
    visibility => make_interval(secs => $4)
) AS j
