-- Takes back 20260511093000_manage_workflow_event_partitions: no partition is made or dropped any more. Those that are
-- there stay, with their events; new months go into the default partition.

DROP FUNCTION IF EXISTS public.maintain_workflow_event_partitions(integer, integer);
DROP FUNCTION IF EXISTS public.drop_workflow_event_partitions(integer);
DROP FUNCTION IF EXISTS public.create_workflow_event_partitions(integer);
DROP FUNCTION IF EXISTS public.create_workflow_event_partition(date);
