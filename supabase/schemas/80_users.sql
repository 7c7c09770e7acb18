-- What a user prefers: theme, time zone, mails.
--
-- One row per user, made when the user signs up, so that readers never have to deal with a missing one.

CREATE TABLE public.user_preferences (
    user_id uuid NOT NULL,
    theme text NOT NULL DEFAULT 'system',
    time_zone text NOT NULL DEFAULT 'UTC',
    mail_on_failure boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_preferences_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT user_preferences_theme_check CHECK (theme IN ('system', 'light', 'dark')),
    CONSTRAINT user_preferences_time_zone_check CHECK (char_length(time_zone) BETWEEN 1 AND 64)
);

COMMENT ON TABLE public.user_preferences IS 'What a user prefers. One row per user, made at sign-up.';
COMMENT ON COLUMN public.user_preferences.user_id IS 'The user.';
COMMENT ON COLUMN public.user_preferences.theme IS 'Colours of the interface: system, light or dark.';
COMMENT ON COLUMN public.user_preferences.time_zone IS 'IANA name of the time zone that times are shown in.';
COMMENT ON COLUMN public.user_preferences.mail_on_failure IS 'Whether a failed run sends a mail.';
COMMENT ON COLUMN public.user_preferences.created_at IS 'When the row was made.';
COMMENT ON COLUMN public.user_preferences.updated_at IS 'When the row last changed. Kept by a trigger.';

CREATE TRIGGER user_preferences_touch_updated_at
BEFORE UPDATE ON public.user_preferences
FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- New users get a row. SECURITY DEFINER, because it is Supabase's auth service that inserts the user.
CREATE FUNCTION public.create_user_preferences()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.user_preferences (user_id) VALUES (NEW.id) ON CONFLICT (user_id) DO NOTHING;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.create_user_preferences() IS 'Trigger function: gives a new user a row in user_preferences.';

REVOKE ALL ON FUNCTION public.create_user_preferences() FROM PUBLIC, anon, authenticated, service_role;

CREATE TRIGGER meshhook_create_user_preferences
AFTER INSERT ON auth.users
FOR EACH ROW EXECUTE FUNCTION public.create_user_preferences();

-- Everybody reads and changes their own row.
ALTER TABLE public.user_preferences ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.user_preferences FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT ON TABLE public.user_preferences TO authenticated;
GRANT UPDATE (theme, time_zone, mail_on_failure) ON TABLE public.user_preferences TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.user_preferences TO service_role;

CREATE POLICY user_preferences_select ON public.user_preferences
FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));

CREATE POLICY user_preferences_insert ON public.user_preferences
FOR INSERT TO authenticated
WITH CHECK (user_id = (SELECT auth.uid()));

CREATE POLICY user_preferences_update ON public.user_preferences
FOR UPDATE TO authenticated
USING (user_id = (SELECT auth.uid()))
WITH CHECK (user_id = (SELECT auth.uid()));
