SELECT public.enqueue_job(
    queue_name => $1,
    payload => $2,
    project => $3,
    run => $4,
    delay => make_interval(secs => $5),
    priority => $6,
    dedupe_key => $7
) AS "id?"
