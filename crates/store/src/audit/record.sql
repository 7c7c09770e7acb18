SELECT public.record_audit(
    project => $1,
    action => $2,
    target_type => $3,
    target_id => $4,
    details => $5
) AS "id!"
