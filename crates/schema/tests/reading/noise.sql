CREATE SCHEMA noise;
CREATE TABLE noise.t (id serial PRIMARY KEY, name text UNIQUE, CHECK (id > 0));
CREATE TYPE noise.e AS ENUM ('a', 'b');
CREATE FUNCTION noise.f(noise.e) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW noise.v AS SELECT id FROM noise.t;
DROP SCHEMA noise CASCADE;
DO $$
BEGIN
    IF to_regclass('public.item') IS NOT NULL THEN
        ALTER TABLE public.item ADD COLUMN noise int;
        ALTER TABLE public.item DROP COLUMN noise;
        INSERT INTO public.owner (name) VALUES ('x');
        INSERT INTO public.item (owner, name) SELECT id, 'y' FROM public.owner;
        REFRESH MATERIALIZED VIEW public.item_count;
        DELETE FROM public.item;
    END IF;
END $$;
ANALYZE;
