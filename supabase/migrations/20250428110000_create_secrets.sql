-- Secrets that workflows use: API keys, signing keys.
--
-- First cut, stored as they are and readable by the service alone. Encryption follows with the key service.

CREATE TABLE IF NOT EXISTS public.secrets (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL,
    key text NOT NULL,
    value text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT secrets_pkey PRIMARY KEY (id),
    CONSTRAINT secrets_project_id_key_key UNIQUE (project_id, key),
    CONSTRAINT secrets_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects (id) ON DELETE CASCADE,
    CONSTRAINT secrets_key_check CHECK (key ~ '^[A-Z][A-Z0-9_]*$'),
    CONSTRAINT secrets_key_length_check CHECK (char_length(key) BETWEEN 1 AND 120)
);

COMMENT ON TABLE public.secrets IS 'Values that workflows use and people must not read back.';
COMMENT ON COLUMN public.secrets.id IS 'Identifier, what webhook endpoints refer to.';
COMMENT ON COLUMN public.secrets.project_id IS 'The project that the secret belongs to.';
COMMENT ON COLUMN public.secrets.key IS 'Name in upper case, unique in the project, as workflows write it.';
COMMENT ON COLUMN public.secrets.value IS 'The value itself. Null means that it has to be set again.';
COMMENT ON COLUMN public.secrets.created_at IS 'When the secret was created.';
COMMENT ON COLUMN public.secrets.updated_at IS 'When the row last changed. Kept by a trigger.';

CREATE OR REPLACE TRIGGER secrets_touch_updated_at
BEFORE UPDATE ON public.secrets
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- Editors see which secrets there are, admins set them, nobody but the service reads a value: the grants name columns.
ALTER TABLE public.secrets ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.secrets FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT (id, project_id, key, created_at, updated_at) ON TABLE public.secrets TO authenticated;
GRANT INSERT (project_id, key, value) ON TABLE public.secrets TO authenticated;
GRANT UPDATE (key, value) ON TABLE public.secrets TO authenticated;
GRANT DELETE ON TABLE public.secrets TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.secrets TO service_role;

DROP POLICY IF EXISTS secrets_select ON public.secrets;
CREATE POLICY secrets_select ON public.secrets
FOR SELECT TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')));

DROP POLICY IF EXISTS secrets_insert ON public.secrets;
CREATE POLICY secrets_insert ON public.secrets
FOR INSERT TO authenticated
WITH CHECK (project_id IN (SELECT public.accessible_projects('admin')));

DROP POLICY IF EXISTS secrets_update ON public.secrets;
CREATE POLICY secrets_update ON public.secrets
FOR UPDATE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('admin')))
WITH CHECK (project_id IN (SELECT public.accessible_projects('admin')));

DROP POLICY IF EXISTS secrets_delete ON public.secrets;
CREATE POLICY secrets_delete ON public.secrets
FOR DELETE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('admin')));
