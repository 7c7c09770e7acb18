-- Takes back 20250804090000_create_user_preferences: the table that it made goes, with its rows.

-- The trigger first, it hangs onto a table that is not ours.
DROP TRIGGER IF EXISTS meshhook_create_user_preferences ON auth.users;
DROP FUNCTION IF EXISTS public.create_user_preferences();

DROP TABLE IF EXISTS public.user_preferences;
