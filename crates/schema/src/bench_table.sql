CREATE TABLE bench.t{n} (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    parent uuid REFERENCES bench.t{parent} ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    slug varchar(80) NOT NULL,
    status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'running', 'done')),
    payload jsonb NOT NULL DEFAULT '{}',
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (slug)
);
CREATE INDEX t{n}_name ON bench.t{n} (lower(name), created_at DESC);
CREATE INDEX t{n}_open ON bench.t{n} (status) WHERE status <> 'done';
COMMENT ON TABLE bench.t{n} IS 'Table {n}';
COMMENT ON COLUMN bench.t{n}.slug IS 'Unique and readable';
ALTER TABLE bench.t{n} ENABLE ROW LEVEL SECURITY;
CREATE POLICY "read" ON bench.t{n} FOR SELECT USING (status = 'done');
CREATE POLICY "write" ON bench.t{n} FOR UPDATE USING (attempts < 3) WITH CHECK (attempts < 4);
GRANT SELECT ON bench.t{n} TO public;
CREATE FUNCTION bench.touch{n}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
    AS $$ BEGIN new.updated_at := now(); RETURN new; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON bench.t{n} FOR EACH ROW EXECUTE FUNCTION bench.touch{n}();
