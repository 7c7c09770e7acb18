-- Takes back 20250915120000_create_workflows_view: the view goes, no rows are lost.

DROP VIEW IF EXISTS public.workflows;
