CREATE TYPE mood AS ENUM ('good', 'so so', 'bad');
CREATE DOMAIN slug AS text CONSTRAINT slug_form CHECK (VALUE ~ '^[a-z-]+$');
CREATE TYPE pair AS (x int, y numeric(10, 2));
CREATE TABLE owner (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL UNIQUE);
CREATE TABLE item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner uuid NOT NULL REFERENCES owner ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL CHECK (name <> ''),
    mood mood DEFAULT 'good',
    length int GENERATED ALWAYS AS (length(name)) STORED,
    number serial
);
CREATE INDEX item_name ON item (lower(name), owner) WHERE mood = 'good';
CREATE TABLE event (item bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (item, at))
    PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX event_at ON event (at);
CREATE VIEW good_item WITH (security_invoker = true) AS SELECT id, name FROM item WHERE mood = 'good';
CREATE MATERIALIZED VIEW item_count AS SELECT owner, count(*) AS count FROM item GROUP BY owner;
CREATE UNIQUE INDEX item_count_owner ON item_count (owner);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
    AS $$ BEGIN RETURN new; END $$;
CREATE FUNCTION mood_of(item bigint, fallback mood DEFAULT 'bad') RETURNS mood STABLE
    RETURN (SELECT i.mood FROM item AS i WHERE i.id = mood_of.item);
CREATE TRIGGER item_touch BEFORE UPDATE ON item FOR EACH ROW WHEN (old.name <> new.name) EXECUTE FUNCTION touch();
CREATE TRIGGER event_touch AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON item FOR SELECT TO authenticated USING (owner IS NOT NULL);
REVOKE ALL ON item FROM anon;
GRANT SELECT (name) ON item TO anon;
REVOKE EXECUTE ON FUNCTION touch() FROM public;
COMMENT ON TABLE item IS 'What is owned';
COMMENT ON COLUMN item.name IS 'Its name';
CREATE STATISTICS item_statistics (dependencies) ON owner, name FROM item;
CREATE PUBLICATION items FOR TABLE item;
