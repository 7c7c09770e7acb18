Columns: what they are made of, and what becomes of their values.

-- case: a column is added
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1), (2);
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int, name text);

-- case: several columns are added and others dropped
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 'x', 'y'), (2, NULL, 'z');
-- from
CREATE TABLE t (id int, a text, b text);
-- to
CREATE TABLE t (id int, b text, c int DEFAULT 5, d timestamptz DEFAULT now(), e boolean NOT NULL DEFAULT false);

-- case: a column that is not null and has a default comes to a table with rows
-- keeps: t
-- rows
INSERT INTO t SELECT generate_series(1, 5);
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int, state text NOT NULL DEFAULT 'new');

-- case: a type is widened without a rewrite
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES ('abc', 1.25);
-- from
CREATE TABLE t (v varchar(10), n numeric(10,2));
-- to
CREATE TABLE t (v varchar(20), n numeric(12,2));

-- case: varchar becomes text
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES ('abc');
-- from
CREATE TABLE t (v varchar(10) NOT NULL);
-- to
CREATE TABLE t (v text NOT NULL);

-- case: an integer becomes a bigint
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 7), (2, 8);
-- from
CREATE TABLE t (id int PRIMARY KEY, n int);
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n bigint);

-- case: text becomes an integer, which needs a conversion
-- keeps: t
-- rows
INSERT INTO t VALUES ('12'), ('-3'), (NULL);
-- from
CREATE TABLE t (n text);
-- to
CREATE TABLE t (n integer);

-- case: text with a default becomes an integer with a default
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '12');
-- from
CREATE TABLE t (id int, n text DEFAULT '0');
-- to
CREATE TABLE t (id int, n integer DEFAULT 0);

-- case: text becomes jsonb
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '5');
-- from
CREATE TABLE t (id int, doc text);
-- to
CREATE TABLE t (id int, doc jsonb);

-- case: a text becomes an array of texts
-- from
CREATE TABLE t (id int, tags text);
-- to
CREATE TABLE t (id int, tags text[]);

-- case: an array's elements change their type
-- keeps: t
-- rows
INSERT INTO t VALUES ('{1,2}');
-- from
CREATE TABLE t (a int[]);
-- to
CREATE TABLE t (a bigint[]);

-- case: a timestamp gets a time zone
-- from
CREATE TABLE t (at timestamp NOT NULL DEFAULT now());
-- to
CREATE TABLE t (at timestamptz NOT NULL DEFAULT now());

-- case: text becomes uuid under a primary key with a default
-- keeps: t
-- rows
INSERT INTO t VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
-- from
CREATE TABLE t (id text PRIMARY KEY);
-- to
CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid());

-- case: boolean becomes integer
-- from
CREATE TABLE t (id int, flag boolean NOT NULL DEFAULT false);
-- to
CREATE TABLE t (id int, flag integer NOT NULL DEFAULT 0);

-- case: char, bit and varbit change their lengths
-- from
CREATE TABLE t (c char(3), b bit(4), v varbit(5), i interval, ts timestamp(0), tt time);
-- to
CREATE TABLE t (c char(5), b bit(6), v varbit(10), i interval hour to minute, ts timestamp(3), tt time(2));

-- case: a default is set, changed and dropped
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- from
CREATE TABLE t (a int, b int DEFAULT 1, c int DEFAULT 1);
-- to
CREATE TABLE t (a int DEFAULT 1, b int DEFAULT 2, c int);

-- case: a default calls a function that comes along
-- from
CREATE TABLE t (a int);
-- to
CREATE FUNCTION next_a() RETURNS int LANGUAGE sql AS 'SELECT 42';
CREATE TABLE t (a int DEFAULT next_a());

-- case: the function that a default calls is replaced by another
-- unchanged: table t
-- from
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int DEFAULT one());
-- to
CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE TABLE t (a int DEFAULT two());

-- case: defaults of every sort of literal
-- from
CREATE TABLE t (a text, b text, c date, d int[], e jsonb, f interval, g bytea, h text, i numeric);
-- to
CREATE TABLE t (a text DEFAULT 'it''s', b text DEFAULT E'back\\slash\nline', c date DEFAULT CURRENT_DATE,
  d int[] DEFAULT '{1,2}', e jsonb DEFAULT '{"a": [1, "$$"]}', f interval DEFAULT '1 day', g bytea DEFAULT '\x00ff',
  h text DEFAULT NULL, i numeric DEFAULT -1.5);

-- case: not null is added and dropped
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1);
-- from
CREATE TABLE t (a int, b int NOT NULL);
-- to
CREATE TABLE t (a int NOT NULL, b int);

-- case: a nullable column becomes not null and gets a default
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int NOT NULL DEFAULT 0);

-- case: type, default and nullability change together
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '1');
-- from
CREATE TABLE t (id int, n varchar(10) DEFAULT '5');
-- to
CREATE TABLE t (id int, n bigint NOT NULL DEFAULT 7);

-- case: a collation changes in place
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'ä');
-- from
CREATE TABLE t (id int, name text);
-- to
CREATE TABLE t (id int, name text COLLATE "C");

-- case: a collation changes under an index and a view
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'ä');
-- from
CREATE TABLE t (id int, name text COLLATE "POSIX");
CREATE INDEX t_name ON t (name);
CREATE VIEW v AS SELECT name FROM t;
-- to
CREATE TABLE t (id int, name text COLLATE "C");
CREATE INDEX t_name ON t (name);
CREATE VIEW v AS SELECT name FROM t;

-- case: a collation and a type change together
-- from
CREATE TABLE t (name varchar(20) COLLATE "C" DEFAULT 'x');
-- to
CREATE TABLE t (name text DEFAULT 'y');

-- case: storage, compression and statistics target
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES ('a', 'b', 'c');
-- from
CREATE TABLE t (a text, b text, c text);
ALTER TABLE t ALTER b SET STORAGE EXTERNAL, ALTER c SET STATISTICS 100;
-- to
CREATE TABLE t (a text, b text, c text COMPRESSION pglz);
ALTER TABLE t ALTER a SET STORAGE MAIN, ALTER a SET STATISTICS 500;

-- case: column options
-- unchanged: table t
-- from
CREATE TABLE t (a int, b int);
ALTER TABLE t ALTER a SET (n_distinct = 5);
-- to
CREATE TABLE t (a int, b int);
ALTER TABLE t ALTER a SET (n_distinct_inherited = -0.5), ALTER b SET (n_distinct = 100);

-- case: a column's type changes under a view
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (id int, n int);
CREATE VIEW v AS SELECT id, n FROM t WHERE n > 0;
COMMENT ON VIEW v IS 'positive';
GRANT SELECT ON v TO reader;
-- to
CREATE TABLE t (id int, n bigint);
CREATE VIEW v AS SELECT id, n FROM t WHERE n > 0;
COMMENT ON VIEW v IS 'positive';
GRANT SELECT ON v TO reader;

-- case: a column's type changes under views on views, a materialized view and its index
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (id int, n int);
CREATE VIEW v1 AS SELECT id, n FROM t;
CREATE VIEW v2 WITH (security_invoker = true) AS SELECT id, n + 1 AS m FROM v1;
CREATE MATERIALIZED VIEW mv AS SELECT max(m) AS m, id FROM v2 GROUP BY id;
CREATE UNIQUE INDEX mv_id ON mv (id);
GRANT SELECT ON mv TO reader;
COMMENT ON COLUMN mv.m IS 'most';
-- to
CREATE TABLE t (id int, n numeric);
CREATE VIEW v1 AS SELECT id, n FROM t;
CREATE VIEW v2 WITH (security_invoker = true) AS SELECT id, n + 1 AS m FROM v1;
CREATE MATERIALIZED VIEW mv AS SELECT max(m) AS m, id FROM v2 GROUP BY id;
CREATE UNIQUE INDEX mv_id ON mv (id);
GRANT SELECT ON mv TO reader;
COMMENT ON COLUMN mv.m IS 'most';

-- case: a column's type changes under a policy
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (id int, owner_id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (owner_id = 1);
COMMENT ON POLICY own ON t IS 'mine only';
-- to
CREATE TABLE t (id int, owner_id bigint);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (owner_id = 1);
COMMENT ON POLICY own ON t IS 'mine only';

-- case: a column's type changes under another table's policy
-- from
CREATE TABLE members (id int, room int);
CREATE TABLE t (id int, room int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT USING (EXISTS (SELECT 1 FROM members m WHERE m.room = t.room));
-- to
CREATE TABLE members (id int, room bigint);
CREATE TABLE t (id int, room int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT USING (EXISTS (SELECT 1 FROM members m WHERE m.room = t.room));

-- case: a column's type changes under a generated column
-- keeps: t
-- rows
INSERT INTO t (id, n) VALUES (1, 2);
-- from
CREATE TABLE t (id int, n int, twice int GENERATED ALWAYS AS (n * 2) STORED);
-- to
CREATE TABLE t (id int, n bigint, twice bigint GENERATED ALWAYS AS (n * 2) STORED);

-- case: a column's type changes under indexes, plain, partial and on an expression
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2, 'x');
-- from
CREATE TABLE t (id int, n int, s varchar(10));
CREATE INDEX i1 ON t (n);
CREATE INDEX i2 ON t (id) WHERE n > 0;
CREATE INDEX i3 ON t ((n + 1), lower(s));
CREATE UNIQUE INDEX i4 ON t (s text_pattern_ops) INCLUDE (n);
-- to
CREATE TABLE t (id int, n bigint, s text);
CREATE INDEX i1 ON t (n);
CREATE INDEX i2 ON t (id) WHERE n > 0;
CREATE INDEX i3 ON t ((n + 1), lower(s));
CREATE UNIQUE INDEX i4 ON t (s text_pattern_ops) INCLUDE (n);

-- case: a column's type changes on both ends of a foreign key
-- keeps: parent
-- keeps: child
-- rows
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1);
-- from
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int, parent_id int REFERENCES parent ON DELETE CASCADE);
-- to
CREATE TABLE parent (id bigint PRIMARY KEY);
CREATE TABLE child (id int, parent_id bigint REFERENCES parent ON DELETE CASCADE);

-- case: a column's type changes on both ends of a foreign key to types without an implicit conversion
-- keeps: parent
-- keeps: child
-- rows
INSERT INTO parent VALUES ('1');
INSERT INTO child VALUES ('1');
-- from
CREATE TABLE parent (id text PRIMARY KEY);
CREATE TABLE child (parent_id text REFERENCES parent);
-- to
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (parent_id int REFERENCES parent);

-- case: a column's type changes under a trigger that names it
-- from
CREATE TABLE t (id int, n int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr BEFORE UPDATE OF n ON t FOR EACH ROW WHEN (old.n IS DISTINCT FROM new.n) EXECUTE FUNCTION f();
-- to
CREATE TABLE t (id int, n bigint);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr BEFORE UPDATE OF n ON t FOR EACH ROW WHEN (old.n IS DISTINCT FROM new.n) EXECUTE FUNCTION f();

-- case: a column's type changes under a check and a rule
-- from
CREATE TABLE t (id int, n int CHECK (n > 0));
CREATE TABLE log (n int);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.n);
-- to
CREATE TABLE t (id int, n numeric CHECK (n > 0));
CREATE TABLE log (n int);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.n);

-- case: a column's type changes under a function with an SQL body
-- from
CREATE TABLE t (id int, n int);
CREATE FUNCTION f() RETURNS bigint STABLE BEGIN ATOMIC SELECT sum(n) FROM t; END;
-- to
CREATE TABLE t (id int, n bigint);
CREATE FUNCTION f() RETURNS bigint STABLE BEGIN ATOMIC SELECT sum(n)::bigint FROM t; END;

-- case: a column's type changes under extended statistics
-- from
CREATE TABLE t (a int, b int);
CREATE STATISTICS st (dependencies) ON a, b FROM t;
-- to
CREATE TABLE t (a bigint, b int);
CREATE STATISTICS st (dependencies) ON a, b FROM t;

-- case: a column goes that a view, an index and a check use
-- from
CREATE TABLE t (id int, a int, b int CHECK (b > a));
CREATE INDEX i ON t (a, b);
CREATE VIEW v AS SELECT id, a FROM t;
-- to
CREATE TABLE t (id int, b int CHECK (b > 0));
CREATE INDEX i ON t (b);
CREATE VIEW v AS SELECT id FROM t;

-- case: a column goes and a view loses it
-- from
CREATE TABLE t (id int, a int);
CREATE VIEW v AS SELECT * FROM t;
-- to
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT * FROM t;

-- case: a column is added in the middle
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int, c int);
-- to
CREATE TABLE t (a int, b int, c int);

-- case: a serial column is added and dropped
-- keeps: t
-- rows
INSERT INTO t VALUES ('x');
-- from
CREATE TABLE t (name text);
-- to
CREATE TABLE t (name text, id bigserial);

-- case: a table without columns gets one
-- from
CREATE TABLE t ();
-- to
CREATE TABLE t (a int);

-- case: all columns are exchanged
-- from
CREATE TABLE t (a int, b text);
-- to
CREATE TABLE t (c int, d text);

-- case: row level security, fillfactor, replica identity and persistence
-- from
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE UNLOGGED TABLE u (id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY, REPLICA IDENTITY FULL;
ALTER TABLE t SET (fillfactor = 70);
-- to
CREATE TABLE t (id int PRIMARY KEY, a int) WITH (autovacuum_enabled = false);
CREATE TABLE u (id int);
ALTER TABLE t FORCE ROW LEVEL SECURITY;

-- case: replica identity by an index, and a clustered index
-- from
CREATE TABLE t (id int NOT NULL, a int);
CREATE UNIQUE INDEX t_id ON t (id);
CREATE INDEX t_a ON t (a);
-- to
CREATE TABLE t (id int NOT NULL, a int);
CREATE UNIQUE INDEX t_id ON t (id);
CREATE INDEX t_a ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_id;
ALTER TABLE t CLUSTER ON t_a;

-- case: a unique index takes part in replica identity and changes
-- from
CREATE TABLE t (id int NOT NULL, a int NOT NULL);
CREATE UNIQUE INDEX t_id ON t (id);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_id;
-- to
CREATE TABLE t (id int NOT NULL, a int NOT NULL);
CREATE UNIQUE INDEX t_id ON t (a, id);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_id;

-- case: a typed table
-- from
CREATE TYPE pair AS (a int, b text);
-- to
CREATE TYPE pair AS (a int, b text);
CREATE TABLE pairs OF pair (PRIMARY KEY (a), b DEFAULT 'x');

-- case: a table becomes typed
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 'x');
-- from
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t (a int, b text);
-- to
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t OF pair;

-- case: many tables come and go
-- from
CREATE TABLE a (id serial PRIMARY KEY, name text UNIQUE);
CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a);
-- to
CREATE TABLE c (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), created timestamptz NOT NULL DEFAULT now());
CREATE TABLE d (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, c_id uuid NOT NULL REFERENCES c (id));
CREATE INDEX ON d (c_id);
