SELECT m.action AS "action!", m.partition_name AS "partition!"
FROM public.maintain_workflow_event_partitions($1, $2) AS m
