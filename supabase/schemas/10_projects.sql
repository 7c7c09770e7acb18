-- Projects, and who may do what in them.
--
-- A project is the tenant: everything else belongs to one, and row level security everywhere asks one question,
-- "is the caller a member of this project, with at least this role". accessible_projects() is where it is answered.

-- Roles in rising order, so that `role >= 'editor'` means what it says.
CREATE TYPE public.project_role AS ENUM ('viewer', 'editor', 'admin', 'owner');

COMMENT ON TYPE public.project_role IS
    'What a member may do in a project, in rising order: each role includes the ones before it.';

-- The tenant.
CREATE TABLE public.projects (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT projects_pkey PRIMARY KEY (id),
    CONSTRAINT projects_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES auth.users (id) ON DELETE RESTRICT,
    CONSTRAINT projects_name_check CHECK (char_length(name) BETWEEN 1 AND 120)
);

CREATE INDEX projects_owner_id_idx ON public.projects (owner_id);

COMMENT ON TABLE public.projects IS 'The tenant: workflows, secrets and webhooks belong to a project.';
COMMENT ON COLUMN public.projects.id IS 'Identifier, also seen in URLs.';
COMMENT ON COLUMN public.projects.owner_id IS
    'The user who answers for the project. Always a member with the role owner.';
COMMENT ON COLUMN public.projects.name IS 'Name shown to people, 1 to 120 characters.';
COMMENT ON COLUMN public.projects.created_at IS 'When the project was created.';
COMMENT ON COLUMN public.projects.updated_at IS 'When the row last changed. Kept by a trigger.';

CREATE TRIGGER projects_touch_updated_at
BEFORE UPDATE ON public.projects
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- Who belongs to a project.
CREATE TABLE public.project_members (
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role public.project_role NOT NULL DEFAULT 'viewer',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT project_members_pkey PRIMARY KEY (project_id, user_id),
    CONSTRAINT project_members_project_id_fkey
        FOREIGN KEY (project_id) REFERENCES public.projects (id) ON DELETE CASCADE,
    CONSTRAINT project_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE
);

-- Row level security looks memberships up by user.
CREATE INDEX project_members_user_id_idx ON public.project_members (user_id);

COMMENT ON TABLE public.project_members IS 'Which user has which role in which project.';
COMMENT ON COLUMN public.project_members.project_id IS 'The project.';
COMMENT ON COLUMN public.project_members.user_id IS 'The member.';
COMMENT ON COLUMN public.project_members.role IS 'What the member may do.';
COMMENT ON COLUMN public.project_members.created_at IS 'When the user became a member.';
COMMENT ON COLUMN public.project_members.updated_at IS 'When the row last changed. Kept by a trigger.';

CREATE TRIGGER project_members_touch_updated_at
BEFORE UPDATE ON public.project_members
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- An owner is always a member. After a change of owner, the former one stays as an admin.
CREATE FUNCTION public.sync_project_owner()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.owner_id = NEW.owner_id THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        UPDATE public.project_members
        SET role = 'admin'
        WHERE project_id = NEW.id AND user_id = OLD.owner_id AND role = 'owner';
    END IF;
    INSERT INTO public.project_members (project_id, user_id, role)
    VALUES (NEW.id, NEW.owner_id, 'owner')
    ON CONFLICT (project_id, user_id) DO UPDATE SET role = 'owner';
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.sync_project_owner() IS 'Trigger function: keeps the owner of a project among its members.';

REVOKE ALL ON FUNCTION public.sync_project_owner() FROM PUBLIC, anon, authenticated, service_role;

CREATE TRIGGER projects_sync_owner
AFTER INSERT OR UPDATE OF owner_id ON public.projects
FOR EACH ROW EXECUTE FUNCTION public.sync_project_owner();

-- The one question of row level security. SECURITY DEFINER, because the policies of project_members ask it too and
-- would otherwise ask themselves. A set, not a boolean per row: `IN (SELECT ...)` is evaluated once per statement.
CREATE FUNCTION public.accessible_projects(minimum_role public.project_role DEFAULT 'viewer')
RETURNS SETOF uuid
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT m.project_id
    FROM public.project_members AS m
    WHERE m.user_id = (SELECT auth.uid())
        AND m.role >= minimum_role
$$;

COMMENT ON FUNCTION public.accessible_projects(public.project_role) IS
    'The projects in which the calling user has at least the given role. The base of every policy.';

REVOKE ALL ON FUNCTION public.accessible_projects(public.project_role) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.accessible_projects(public.project_role) TO authenticated, service_role;

-- Projects: members see them, anyone signed in may start one, admins rename, the owner deletes.
ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.projects FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, DELETE ON TABLE public.projects TO authenticated;
-- Handing a project over is the service's work: it checks that the new owner agrees.
GRANT UPDATE (name) ON TABLE public.projects TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.projects TO service_role;

-- The owner is named here as well: INSERT ... RETURNING reads the row before the trigger has made the membership.
CREATE POLICY projects_select ON public.projects
FOR SELECT TO authenticated
USING (owner_id = (SELECT auth.uid()) OR id IN (SELECT public.accessible_projects('viewer')));

CREATE POLICY projects_insert ON public.projects
FOR INSERT TO authenticated
WITH CHECK (owner_id = (SELECT auth.uid()));

CREATE POLICY projects_update ON public.projects
FOR UPDATE TO authenticated
USING (id IN (SELECT public.accessible_projects('admin')))
WITH CHECK (id IN (SELECT public.accessible_projects('admin')));

CREATE POLICY projects_delete ON public.projects
FOR DELETE TO authenticated
USING (id IN (SELECT public.accessible_projects('owner')));

-- Members: members see each other, admins manage everybody but owners, and anyone but the owner may leave.
ALTER TABLE public.project_members ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.project_members FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, DELETE ON TABLE public.project_members TO authenticated;
GRANT UPDATE (role) ON TABLE public.project_members TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.project_members TO service_role;

CREATE POLICY project_members_select ON public.project_members
FOR SELECT TO authenticated
USING (project_id IN (SELECT public.accessible_projects('viewer')));

CREATE POLICY project_members_insert ON public.project_members
FOR INSERT TO authenticated
WITH CHECK (role <> 'owner' AND project_id IN (SELECT public.accessible_projects('admin')));

CREATE POLICY project_members_update ON public.project_members
FOR UPDATE TO authenticated
USING (role <> 'owner' AND project_id IN (SELECT public.accessible_projects('admin')))
WITH CHECK (role <> 'owner' AND project_id IN (SELECT public.accessible_projects('admin')));

CREATE POLICY project_members_delete ON public.project_members
FOR DELETE TO authenticated
USING (
    role <> 'owner'
    AND (user_id = (SELECT auth.uid()) OR project_id IN (SELECT public.accessible_projects('admin')))
);
