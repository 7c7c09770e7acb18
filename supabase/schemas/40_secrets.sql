-- Secrets that workflows use: API keys, signing keys.
--
-- AES-256-GCM, by the application: the key never comes near the database.

CREATE TABLE public.secrets (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL,
    key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    ciphertext bytea NOT NULL,
    nonce bytea NOT NULL,
    key_id text NOT NULL,
    CONSTRAINT secrets_pkey PRIMARY KEY (id),
    CONSTRAINT secrets_project_id_key_key UNIQUE (project_id, key),
    CONSTRAINT secrets_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects (id) ON DELETE CASCADE,
    CONSTRAINT secrets_key_check CHECK (key ~ '^[A-Z][A-Z0-9_]*$'),
    CONSTRAINT secrets_key_length_check CHECK (char_length(key) BETWEEN 1 AND 120)
);

COMMENT ON TABLE public.secrets IS 'Values that workflows use, encrypted by the application.';
COMMENT ON COLUMN public.secrets.id IS 'Identifier, what webhook endpoints refer to.';
COMMENT ON COLUMN public.secrets.project_id IS 'The project that the secret belongs to.';
COMMENT ON COLUMN public.secrets.key IS 'Name in upper case, unique in the project, as workflows write it.';
COMMENT ON COLUMN public.secrets.created_at IS 'When the secret was created.';
COMMENT ON COLUMN public.secrets.updated_at IS 'When the row last changed. Kept by a trigger.';
COMMENT ON COLUMN public.secrets.ciphertext IS
    'The value, encrypted with AES-256-GCM, the authentication tag at its end.';
COMMENT ON COLUMN public.secrets.nonce IS 'The 12 bytes that this encryption was made unique with.';
COMMENT ON COLUMN public.secrets.key_id IS
    'Which key of the key service it was encrypted with; none when it has to be set again.';

CREATE TRIGGER secrets_touch_updated_at
BEFORE UPDATE ON public.secrets
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- Editors see which secrets there are, admins rename and delete them. Values come and go through the service alone,
-- since it has the key: the grants name columns.
ALTER TABLE public.secrets ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.secrets FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT (id, project_id, key, created_at, updated_at, key_id) ON TABLE public.secrets TO authenticated;
GRANT UPDATE (key) ON TABLE public.secrets TO authenticated;
GRANT DELETE ON TABLE public.secrets TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.secrets TO service_role;

CREATE POLICY secrets_select ON public.secrets
FOR SELECT TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')));

CREATE POLICY secrets_insert ON public.secrets
FOR INSERT TO authenticated
WITH CHECK (project_id IN (SELECT public.accessible_projects('admin')));

CREATE POLICY secrets_update ON public.secrets
FOR UPDATE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('admin')))
WITH CHECK (project_id IN (SELECT public.accessible_projects('admin')));

CREATE POLICY secrets_delete ON public.secrets
FOR DELETE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('admin')));
