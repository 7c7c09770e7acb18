SELECT public.extend_job($1, $2, make_interval(secs => $3)) AS "until?"
