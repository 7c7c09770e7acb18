-- Takes back 20250428110000_create_secrets: the table that it made goes, with its rows.

DROP TABLE IF EXISTS public.secrets;
