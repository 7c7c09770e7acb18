-- What project migrations take for granted on Supabase, recreated on a plain PostgreSQL 15 to 18.
--
-- Run by a superuser, once in every fresh database. Safe to run again, and safe on a database that already has some of
-- it (nothing that exists is replaced). Roles belong to the whole server and several sandboxes may start at once, so
-- creating one tolerates that somebody else has just done it. No role gets a password, none becomes a superuser.

-- Roles. `supabase_admin` is a superuser on the platform; here it is a name that owns and is granted things.
DO $platform$
DECLARE
    wanted record;
    granted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('anon', 'NOLOGIN NOINHERIT'),
            ('authenticated', 'NOLOGIN NOINHERIT'),
            ('service_role', 'NOLOGIN NOINHERIT BYPASSRLS'),
            ('authenticator', 'LOGIN NOINHERIT'),
            ('supabase_admin', 'NOLOGIN'),
            ('supabase_auth_admin', 'NOLOGIN NOINHERIT CREATEROLE'),
            ('supabase_storage_admin', 'NOLOGIN NOINHERIT CREATEROLE'),
            ('dashboard_user', 'NOLOGIN CREATEDB CREATEROLE')
        ) AS r (name, options)
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name);
        BEGIN
            EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.options);
        EXCEPTION
            -- Another session was first: CREATE ROLE looks first (duplicate_object), the index has the last word.
            WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;

    -- PostgREST logs in as authenticator and becomes one of the three; the platform's postgres may act for all of them.
    FOR granted IN
        SELECT * FROM (VALUES
            ('anon', 'authenticator'),
            ('authenticated', 'authenticator'),
            ('service_role', 'authenticator'),
            ('anon', 'postgres'),
            ('authenticated', 'postgres'),
            ('service_role', 'postgres'),
            ('supabase_auth_admin', 'postgres'),
            ('supabase_storage_admin', 'postgres')
        ) AS g (name, member)
        WHERE EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = g.member)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT
            FROM pg_catalog.pg_auth_members AS m
            WHERE m.roleid = granted.name::regrole AND m.member = granted.member::regrole
        );
        BEGIN
            EXECUTE format('GRANT %I TO %I', granted.name, granted.member);
        EXCEPTION
            -- internal_error is "tuple concurrently updated".
            WHEN duplicate_object OR unique_violation OR internal_error THEN NULL;
        END;
    END LOOP;
END
$platform$;

-- Schemas, and who may look into them.
DO $platform$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('extensions', NULL),
            ('auth', 'supabase_auth_admin'),
            ('storage', 'supabase_storage_admin'),
            ('realtime', 'supabase_admin'),
            ('graphql_public', 'supabase_admin'),
            ('vault', 'supabase_admin')
        ) AS s (name, owner)
    LOOP
        CONTINUE WHEN to_regnamespace(wanted.name) IS NOT NULL;
        EXECUTE format('CREATE SCHEMA %I', wanted.name);
        IF wanted.owner IS NOT NULL THEN
            EXECUTE format('ALTER SCHEMA %I OWNER TO %I', wanted.name, wanted.owner);
        END IF;
        -- The vault is for the platform's own roles.
        IF wanted.name <> 'vault' THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO anon, authenticated, service_role', wanted.name);
        END IF;
        EXECUTE format('GRANT ALL ON SCHEMA %I TO dashboard_user', wanted.name);
        IF to_regrole('postgres') IS NOT NULL THEN
            EXECUTE format('GRANT ALL ON SCHEMA %I TO postgres', wanted.name);
        END IF;
    END LOOP;

    GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
    IF to_regrole('postgres') IS NOT NULL THEN
        GRANT ALL ON SCHEMA public TO postgres;
    END IF;
END
$platform$;

-- Extensions that every project has. A server without them is fine until a migration asks for one.
DO $platform$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['uuid-ossp', 'pgcrypto'] LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = wanted)
            OR EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = wanted);
        BEGIN
            EXECUTE format('CREATE EXTENSION %I WITH SCHEMA extensions', wanted);
        EXCEPTION
            -- Listed but not loadable (a library that is missing, for one).
            WHEN OTHERS THEN NULL;
        END;
    END LOOP;
END
$platform$;

-- auth: the users, and the functions that policies ask who is calling.
DO $platform$
BEGIN
    IF to_regclass('auth.users') IS NULL THEN
        CREATE TABLE auth.users (
            instance_id uuid,
            id uuid PRIMARY KEY,
            aud varchar(255),
            role varchar(255),
            email varchar(255),
            encrypted_password varchar(255),
            email_confirmed_at timestamptz,
            invited_at timestamptz,
            confirmation_token varchar(255),
            confirmation_sent_at timestamptz,
            recovery_token varchar(255),
            recovery_sent_at timestamptz,
            email_change_token_new varchar(255),
            email_change varchar(255),
            email_change_sent_at timestamptz,
            last_sign_in_at timestamptz,
            raw_app_meta_data jsonb,
            raw_user_meta_data jsonb,
            is_super_admin boolean,
            created_at timestamptz DEFAULT now(),
            updated_at timestamptz DEFAULT now(),
            phone text UNIQUE DEFAULT NULL,
            phone_confirmed_at timestamptz,
            phone_change text DEFAULT '',
            phone_change_token varchar(255) DEFAULT '',
            phone_change_sent_at timestamptz,
            confirmed_at timestamptz GENERATED ALWAYS AS (LEAST(email_confirmed_at, phone_confirmed_at)) STORED,
            email_change_token_current varchar(255) DEFAULT '',
            email_change_confirm_status smallint DEFAULT 0
                CHECK (email_change_confirm_status >= 0 AND email_change_confirm_status <= 2),
            banned_until timestamptz,
            reauthentication_token varchar(255) DEFAULT '',
            reauthentication_sent_at timestamptz,
            is_sso_user boolean NOT NULL DEFAULT false,
            deleted_at timestamptz,
            is_anonymous boolean NOT NULL DEFAULT false
        );
        CREATE UNIQUE INDEX users_email_partial_key ON auth.users (email) WHERE is_sso_user = false;
        CREATE INDEX users_instance_id_idx ON auth.users (instance_id);
        ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
    END IF;

    IF to_regclass('auth.identities') IS NULL THEN
        CREATE TABLE auth.identities (
            provider_id text NOT NULL,
            user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
            identity_data jsonb NOT NULL,
            provider text NOT NULL,
            last_sign_in_at timestamptz,
            created_at timestamptz,
            updated_at timestamptz,
            email text GENERATED ALWAYS AS (lower(identity_data ->> 'email')) STORED,
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            UNIQUE (provider_id, provider)
        );
        CREATE INDEX identities_user_id_idx ON auth.identities (user_id);
        ALTER TABLE auth.identities ENABLE ROW LEVEL SECURITY;
    END IF;

    IF to_regprocedure('auth.uid()') IS NULL THEN
        CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $body$
            SELECT coalesce(
                nullif(current_setting('request.jwt.claim.sub', true), ''),
                nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
            )::uuid
        $body$;
    END IF;

    IF to_regprocedure('auth.role()') IS NULL THEN
        CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $body$
            SELECT coalesce(
                nullif(current_setting('request.jwt.claim.role', true), ''),
                nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
            )::text
        $body$;
    END IF;

    IF to_regprocedure('auth.email()') IS NULL THEN
        CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS $body$
            SELECT coalesce(
                nullif(current_setting('request.jwt.claim.email', true), ''),
                nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
            )::text
        $body$;
    END IF;

    IF to_regprocedure('auth.jwt()') IS NULL THEN
        CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $body$
            SELECT coalesce(
                nullif(current_setting('request.jwt.claim', true), ''),
                nullif(current_setting('request.jwt.claims', true), '')
            )::jsonb
        $body$;
    END IF;
END
$platform$;

-- storage: buckets, objects, and the path functions that policies on storage.objects use.
DO $platform$
BEGIN
    IF to_regclass('storage.buckets') IS NULL THEN
        CREATE TABLE storage.buckets (
            id text PRIMARY KEY,
            name text NOT NULL UNIQUE,
            owner uuid,
            created_at timestamptz DEFAULT now(),
            updated_at timestamptz DEFAULT now(),
            public boolean DEFAULT false,
            avif_autodetection boolean DEFAULT false,
            file_size_limit bigint,
            allowed_mime_types text[],
            owner_id text
        );
        ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY;
    END IF;

    IF to_regclass('storage.objects') IS NULL THEN
        CREATE TABLE storage.objects (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            bucket_id text REFERENCES storage.buckets (id),
            name text,
            owner uuid,
            created_at timestamptz DEFAULT now(),
            updated_at timestamptz DEFAULT now(),
            last_accessed_at timestamptz DEFAULT now(),
            metadata jsonb,
            path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/')) STORED,
            version text,
            owner_id text,
            user_metadata jsonb
        );
        CREATE UNIQUE INDEX bucketid_objname ON storage.objects (bucket_id, name);
        ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
    END IF;

    IF to_regprocedure('storage.foldername(text)') IS NULL THEN
        CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $body$
            SELECT (string_to_array(name, '/'))[1 : array_length(string_to_array(name, '/'), 1) - 1]
        $body$;
    END IF;

    IF to_regprocedure('storage.filename(text)') IS NULL THEN
        CREATE FUNCTION storage.filename(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
            SELECT (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)]
        $body$;
    END IF;

    IF to_regprocedure('storage.extension(text)') IS NULL THEN
        CREATE FUNCTION storage.extension(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
            SELECT reverse(split_part(reverse(name), '.', 1))
        $body$;
    END IF;
END
$platform$;

-- Owners and grants of what was made above. What an existing platform owns by itself is left as it is.
DO $platform$
DECLARE
    object record;
BEGIN
    FOR object IN
        SELECT c.oid::regclass AS name, n.nspname, c.relowner <> n.nspowner AS ours
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE (n.nspname, c.relname) IN (
            ('auth', 'users'), ('auth', 'identities'), ('storage', 'buckets'), ('storage', 'objects')
        )
    LOOP
        CONTINUE WHEN NOT object.ours;
        EXECUTE format('ALTER TABLE %s OWNER TO %I', object.name, 'supabase_' || object.nspname || '_admin');
        EXECUTE format('GRANT ALL ON TABLE %s TO dashboard_user', object.name);
        IF to_regrole('postgres') IS NOT NULL THEN
            EXECUTE format('GRANT ALL ON TABLE %s TO postgres WITH GRANT OPTION', object.name);
        END IF;
        IF object.nspname = 'storage' THEN
            EXECUTE format('GRANT ALL ON TABLE %s TO anon, authenticated, service_role', object.name);
        END IF;
    END LOOP;

    FOR object IN
        SELECT p.oid::regprocedure AS name, n.nspname, p.proowner <> n.nspowner AS ours
        FROM pg_catalog.pg_proc AS p
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
        WHERE (n.nspname, p.proname) IN (
            ('auth', 'uid'), ('auth', 'role'), ('auth', 'email'), ('auth', 'jwt'),
            ('storage', 'foldername'), ('storage', 'filename'), ('storage', 'extension')
        )
    LOOP
        CONTINUE WHEN NOT object.ours;
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', object.name, 'supabase_' || object.nspname || '_admin');
    END LOOP;
END
$platform$;

-- The publication that migrations add tables to. Empty, as in a new project.
DO $platform$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = 'supabase_realtime') THEN
        -- A sandbox may run with wal_level = minimal, which only warns here.
        PERFORM set_config('client_min_messages', 'error', true);
        CREATE PUBLICATION supabase_realtime;
    END IF;
END
$platform$;

-- Default privileges in public: whatever a migration makes is open to the API roles until the migration says otherwise.
-- The search path is the platform's, for sessions that start after this one.
DO $platform$
DECLARE
    maker name;
    grantees text := 'anon, authenticated, service_role';
BEGIN
    IF to_regrole('postgres') IS NOT NULL THEN
        grantees := 'postgres, ' || grantees;
    END IF;
    FOR maker IN
        SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ('postgres', current_user) ORDER BY rolname
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT ALL ON TABLES TO %s', maker, grantees);
        EXECUTE format(
            'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT ALL ON FUNCTIONS TO %s', maker, grantees
        );
        EXECUTE format(
            'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT ALL ON SEQUENCES TO %s', maker, grantees
        );
    END LOOP;
    EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public, extensions', current_database());
END
$platform$;
