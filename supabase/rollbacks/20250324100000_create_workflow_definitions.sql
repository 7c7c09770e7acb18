-- Takes back 20250324100000_create_workflow_definitions: the table that it made goes, with its rows.

-- Policies, triggers and indexes go with the table. DROP TABLE fires no row trigger, so published versions do not
-- object.
DROP TABLE IF EXISTS public.workflow_definitions;

-- What the table used.
DROP FUNCTION IF EXISTS public.guard_published_definition();
DROP TYPE IF EXISTS public.definition_status;
