-- Webhook endpoints: the addresses that start runs.
--
-- An endpoint names a workflow by slug, not by id: it always starts the version that is published now.

-- How a caller proves who it is.
CREATE TYPE public.webhook_verification AS ENUM ('none', 'hmac', 'jwt');

COMMENT ON TYPE public.webhook_verification IS
    'How a caller of a webhook proves who it is: not at all, HMAC-SHA256 over the body, or a JWT.';

CREATE TABLE public.webhook_endpoints (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL,
    slug text NOT NULL,
    workflow_slug text NOT NULL,
    verification public.webhook_verification NOT NULL DEFAULT 'hmac',
    secret_id uuid,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    rate_limit_per_minute integer NOT NULL DEFAULT 60,
    CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_endpoints_project_id_slug_key UNIQUE (project_id, slug),
    CONSTRAINT webhook_endpoints_project_id_fkey
        FOREIGN KEY (project_id) REFERENCES public.projects (id) ON DELETE CASCADE,
    CONSTRAINT webhook_endpoints_secret_id_fkey
        FOREIGN KEY (secret_id) REFERENCES public.secrets (id) ON DELETE SET NULL,
    CONSTRAINT webhook_endpoints_slug_check CHECK (slug ~ '^[a-z0-9][a-z0-9-]*$'),
    CONSTRAINT webhook_endpoints_slug_length_check CHECK (char_length(slug) BETWEEN 1 AND 80),
    CONSTRAINT webhook_endpoints_workflow_slug_check CHECK (workflow_slug ~ '^[a-z0-9][a-z0-9-]*$'),
    CONSTRAINT webhook_endpoints_rate_limit_per_minute_check CHECK (rate_limit_per_minute BETWEEN 1 AND 6000)
);

CREATE INDEX webhook_endpoints_secret_id_idx ON public.webhook_endpoints (secret_id);

COMMENT ON TABLE public.webhook_endpoints IS 'Addresses that start runs when they are called.';
COMMENT ON COLUMN public.webhook_endpoints.id IS 'Identifier of the endpoint.';
COMMENT ON COLUMN public.webhook_endpoints.project_id IS 'The project that the endpoint belongs to.';
COMMENT ON COLUMN public.webhook_endpoints.slug IS 'Last part of the address, unique in the project.';
COMMENT ON COLUMN public.webhook_endpoints.workflow_slug IS
    'Workflow to start; the version is the one published at the time of the call.';
COMMENT ON COLUMN public.webhook_endpoints.verification IS 'How callers prove who they are.';
COMMENT ON COLUMN public.webhook_endpoints.secret_id IS
    'Key that callers are verified with. When null, an endpoint that verifies refuses every call.';
COMMENT ON COLUMN public.webhook_endpoints.enabled IS 'Whether calls are accepted.';
COMMENT ON COLUMN public.webhook_endpoints.created_at IS 'When the endpoint was created.';
COMMENT ON COLUMN public.webhook_endpoints.updated_at IS 'When the row last changed. Kept by a trigger.';
COMMENT ON COLUMN public.webhook_endpoints.rate_limit_per_minute IS
    'Calls accepted within a minute; further ones get status 429.';

CREATE TRIGGER webhook_endpoints_touch_updated_at
BEFORE UPDATE ON public.webhook_endpoints
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- Members read, editors write, and the secret is one of the same project.
ALTER TABLE public.webhook_endpoints ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.webhook_endpoints FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.webhook_endpoints TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.webhook_endpoints TO service_role;

CREATE POLICY webhook_endpoints_select ON public.webhook_endpoints
FOR SELECT TO authenticated
USING (project_id IN (SELECT public.accessible_projects('viewer')));

CREATE POLICY webhook_endpoints_insert ON public.webhook_endpoints
FOR INSERT TO authenticated
WITH CHECK (
    project_id IN (SELECT public.accessible_projects('editor'))
    AND (
        secret_id IS NULL
        OR EXISTS (
            SELECT FROM public.secrets AS s WHERE s.id = secret_id AND s.project_id = webhook_endpoints.project_id
        )
    )
);

CREATE POLICY webhook_endpoints_update ON public.webhook_endpoints
FOR UPDATE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')))
WITH CHECK (
    project_id IN (SELECT public.accessible_projects('editor'))
    AND (
        secret_id IS NULL
        OR EXISTS (
            SELECT FROM public.secrets AS s WHERE s.id = secret_id AND s.project_id = webhook_endpoints.project_id
        )
    )
);

CREATE POLICY webhook_endpoints_delete ON public.webhook_endpoints
FOR DELETE TO authenticated
USING (project_id IN (SELECT public.accessible_projects('editor')));
