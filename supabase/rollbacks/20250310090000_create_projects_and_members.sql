-- Takes back 20250310090000_create_projects_and_members: the tables that it made go, with their rows.

-- Policies on both tables call accessible_projects(); they go with the tables.
DROP TABLE IF EXISTS public.project_members;
DROP TABLE IF EXISTS public.projects;

-- What the tables used.
DROP FUNCTION IF EXISTS public.accessible_projects(public.project_role);
DROP FUNCTION IF EXISTS public.sync_project_owner();
DROP FUNCTION IF EXISTS public.touch_updated_at();
DROP TYPE IF EXISTS public.project_role;
