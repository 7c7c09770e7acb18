What changes together, under what is not often together.

-- case: a trigger compares whole rows, and columns come, go and get other types
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a', 2), (2, 'b', 3);
-- from
CREATE TABLE t (id int, n text, gone int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f();
-- to
CREATE TABLE t (id bigint, n text, came int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f();

-- case: a check and an index are on whole rows, and columns come, go and get other types
-- rows
INSERT INTO t VALUES (1, 'a', 2), (2, 'b', 3);
-- from
CREATE TABLE t (id int, n text, gone int, CONSTRAINT c CHECK (t IS NOT NULL));
CREATE INDEX i ON t ((t IS NULL));
CREATE INDEX j ON t (id) WHERE t IS NOT NULL;
-- to
CREATE TABLE t (id bigint, n text, came int DEFAULT 3, CONSTRAINT c CHECK (t IS NOT NULL));
CREATE INDEX i ON t ((t IS NULL));
CREATE INDEX j ON t (id) WHERE t IS NOT NULL;

-- case: a policy and a view take whole rows, and columns come, go and get other types
-- from
CREATE TABLE t (id int, n text, gone int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION sees(t) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1.id > 0 $$;
CREATE POLICY p ON t USING (sees(t));
CREATE VIEW v AS SELECT t, id FROM t;
CREATE VIEW w AS SELECT (v.t).n FROM v;
-- to
CREATE TABLE t (id bigint, n text, came int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION sees(t) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1.id > 0 $$;
CREATE POLICY p ON t USING (sees(t));
CREATE VIEW v AS SELECT t, id FROM t;
CREATE VIEW w AS SELECT (v.t).n FROM v;

-- case: defaults name a table, a function, a type, a sequence and a configuration by their numbers
-- from
CREATE TABLE t (id int);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE e AS ENUM ('a', 'b');
CREATE SEQUENCE s;
CREATE TEXT SEARCH CONFIGURATION cfg (COPY = simple);
CREATE TABLE d (id int, a regclass DEFAULT 't'::regclass, b regprocedure DEFAULT 'f(int)'::regprocedure, c regtype DEFAULT 'e'::regtype,
    s regclass DEFAULT 's'::regclass, g regconfig DEFAULT 'cfg'::regconfig);
-- to
CREATE VIEW t AS SELECT 1 AS id;
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE TYPE e AS ENUM ('b');
CREATE TABLE s (id int);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = "default");
CREATE TABLE d (id int, a regclass DEFAULT 't'::regclass, b regprocedure DEFAULT 'f(int)'::regprocedure, c regtype DEFAULT 'e'::regtype,
    s regclass DEFAULT 's'::regclass, g regconfig DEFAULT 'cfg'::regconfig);

-- case: tables that refer to each other become unlogged, and logged again
-- keeps: a
-- keeps: b
-- keeps: c
-- rows
INSERT INTO a VALUES (1); INSERT INTO b VALUES (1, 1); INSERT INTO c VALUES (1);
-- from
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
CREATE TABLE c (b int REFERENCES b);
-- to
CREATE UNLOGGED TABLE a (id int PRIMARY KEY);
CREATE UNLOGGED TABLE b (id int PRIMARY KEY, a int REFERENCES a);
CREATE UNLOGGED TABLE c (b int REFERENCES b);

-- case: a table becomes unlogged and a foreign key that stood in the way goes
-- keeps: a
-- keeps: b
-- rows
INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);
-- from
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a int REFERENCES a);
-- to
CREATE UNLOGGED TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a int);

-- case: a column's type changes under the condition and the list of a publication
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2, 'x');
-- from
CREATE TABLE t (id int PRIMARY KEY, a int, n text);
CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 0);
-- to
CREATE TABLE t (id bigint PRIMARY KEY, a bigint, n text);
CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 0);

-- case: a column goes from the condition and the list of a publication
-- from
CREATE TABLE t (id int PRIMARY KEY, a int, n text);
ALTER TABLE t REPLICA IDENTITY FULL;
CREATE PUBLICATION p FOR TABLE t (id, n) WHERE (id > 0 AND a > 1);
-- to
CREATE TABLE t (id int PRIMARY KEY, n text);
ALTER TABLE t REPLICA IDENTITY FULL;
CREATE PUBLICATION p FOR TABLE t (id, n) WHERE (id > 0);

-- case: foreign tables have columns, checks, triggers and defaults that change
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FOREIGN TABLE t (id int NOT NULL, n text OPTIONS (a '1'), g int DEFAULT 1, CONSTRAINT c CHECK (id > 0)) SERVER s OPTIONS (x 'y');
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE VIEW v AS SELECT id, n FROM t;
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FOREIGN TABLE t (id bigint, n varchar(3) OPTIONS (a '2', b '3') COLLATE "C", h int DEFAULT 1, CONSTRAINT c CHECK (id > 1)) SERVER s OPTIONS (x 'z');
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE VIEW v AS SELECT id, n FROM t;

-- case: a foreign table becomes a plain one
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE t (id int NOT NULL, n text) SERVER s;
CREATE VIEW v AS SELECT id, n FROM t;
-- to
CREATE TABLE t (id int NOT NULL, n text);
CREATE VIEW v AS SELECT id, n FROM t;

-- case: a foreign table is a partition, and a child
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TABLE t (id int NOT NULL, n text) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10) SERVER s;
CREATE TABLE u (id int);
CREATE FOREIGN TABLE u1 () INHERITS (u) SERVER s;
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TABLE t (id int NOT NULL, n text, m text DEFAULT 'x') PARTITION BY RANGE (id);
CREATE FOREIGN TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (20) SERVER s;
CREATE FOREIGN TABLE t2 PARTITION OF t DEFAULT SERVER s OPTIONS (a 'b');
CREATE TABLE u (id bigint, n text);
CREATE FOREIGN TABLE u1 (own int) INHERITS (u) SERVER s;

-- case: columns with defaults that Postgres rewrites for, in a table with rows and triggers
-- keeps: t
-- rows
INSERT INTO t VALUES (1), (2), (3);
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int, at timestamptz NOT NULL DEFAULT clock_timestamp(), u uuid NOT NULL DEFAULT gen_random_uuid(), r float NOT NULL DEFAULT random(),
    arr int[] NOT NULL DEFAULT '{}', j jsonb NOT NULL DEFAULT '{}'::jsonb, s serial NOT NULL, i int GENERATED ALWAYS AS IDENTITY, g int GENERATED ALWAYS AS (id * 2) STORED);

-- case: a default takes the value of an identity's sequence of another table
-- from
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, n text);
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'), n text);
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (INCREMENT 2), n text);
CREATE TABLE u (id bigint DEFAULT nextval('t_id_seq') + 1, n text);

-- case: an identity goes whose sequence another table's default takes
-- from
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, n text);
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'), n text);
-- to
CREATE TABLE t (id int, n text);
CREATE SEQUENCE s;
CREATE TABLE u (id int DEFAULT nextval('s'), n text);

-- case: a view and a function read sequences that change their types and names
-- from
CREATE SEQUENCE s AS int;
CREATE SEQUENCE r;
CREATE VIEW v AS SELECT last_value FROM s;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('r'); END;
-- to
CREATE SEQUENCE s AS bigint INCREMENT 3;
CREATE SEQUENCE q;
CREATE VIEW v AS SELECT last_value, is_called FROM s;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('q'); END;

-- case: a domain over a composite type, and an array of domains
-- rows
INSERT INTO t VALUES (1, ROW(1, 'a'), ARRAY[1, 2]);
-- from
CREATE TYPE c AS (a int, b text);
CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
CREATE DOMAIN p AS int CHECK (VALUE > 0);
CREATE TABLE t (id int, x d, y p[]);
-- to
CREATE TYPE c AS (a int, b text, e int);
CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
CREATE DOMAIN p AS bigint CHECK (VALUE > 0);
CREATE TABLE t (id int, x d, y p[]);

-- case: a range over a domain, and a domain over a range
-- from
CREATE DOMAIN p AS int CHECK (VALUE > 0);
CREATE TYPE r AS RANGE (subtype = int4, multirange_type_name = rs);
CREATE DOMAIN dr AS r CHECK (NOT isempty(VALUE));
CREATE TABLE t (id int, x dr, y rs, z p);
-- to
CREATE DOMAIN p AS int CHECK (VALUE > 1);
CREATE TYPE r AS RANGE (subtype = int8, multirange_type_name = rs);
CREATE DOMAIN dr AS r CHECK (NOT isempty(VALUE));
CREATE TABLE t (id int, x dr, y rs, z p);

-- case: operators are called with their schema, and the operator goes to another function
-- from
CREATE SCHEMA o;
CREATE FUNCTION o.f(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE OPERATOR o.### (FUNCTION = o.f, LEFTARG = int, RIGHTARG = int);
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id OPERATOR(o.###) 2) STORED, CHECK (id OPERATOR(o.###) 1 > 0));
CREATE VIEW v AS SELECT id OPERATOR(o.###) 1 AS x FROM t;
CREATE INDEX i ON t ((id OPERATOR(o.###) 3));
-- to
CREATE SCHEMA o;
CREATE FUNCTION o.f(int, int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE OPERATOR o.### (FUNCTION = o.f, LEFTARG = int, RIGHTARG = int);
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id OPERATOR(o.###) 2) STORED, CHECK (id OPERATOR(o.###) 1 > 0));
CREATE VIEW v AS SELECT id OPERATOR(o.###) 1 AS x FROM t;
CREATE INDEX i ON t ((id OPERATOR(o.###) 3));

-- case: options of a table, its toast and its columns come, change and go
-- unchanged: table t
-- from
CREATE TABLE t (id int, n text) WITH (fillfactor = 70, toast.autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.2);
CREATE TABLE u (id int, n text) WITH (toast.vacuum_truncate = false);
ALTER TABLE t ALTER n SET (n_distinct = 5);
-- to
CREATE TABLE t (id int, n text) WITH (fillfactor = 80, toast.autovacuum_vacuum_threshold = 9, toast_tuple_target = 200);
CREATE TABLE u (id int, n text) WITH (vacuum_index_cleanup = off);
ALTER TABLE t ALTER n SET (n_distinct_inherited = -0.5);

-- case: ordered, hypothetical, variadic and parallel aggregates come, change and are used
-- from
CREATE AGGREGATE a (float8 ORDER BY anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
CREATE AGGREGATE s (int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT s(id) AS x FROM t;
COMMENT ON AGGREGATE s (int) IS 'sum';
GRANT EXECUTE ON FUNCTION s(int) TO reader;
-- to
CREATE AGGREGATE s (int) (sfunc = int4pl, stype = int, initcond = '1', combinefunc = int4pl, parallel = safe);
CREATE AGGREGATE vs (VARIADIC "any" ORDER BY VARIADIC "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, hypothetical);
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT s(id) AS x FROM t;
COMMENT ON AGGREGATE s (int) IS 'the sum';
ALTER AGGREGATE s (int) OWNER TO keeper;

-- case: a nondeterministic collation takes the place of a usual one under a key
-- before: 18
-- keeps: t
-- rows
INSERT INTO t VALUES ('a'), ('b');
-- from
CREATE COLLATION ci (provider = icu, locale = 'und');
CREATE TABLE t (n text COLLATE ci PRIMARY KEY, CHECK (n <> 'x' COLLATE ci));
CREATE TABLE r (n text COLLATE ci REFERENCES t);
CREATE VIEW v AS SELECT n COLLATE "C" AS n FROM t ORDER BY n COLLATE ci;
-- to
CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE t (n text COLLATE ci PRIMARY KEY, CHECK (n <> 'x' COLLATE ci));
CREATE TABLE r (n text COLLATE ci REFERENCES t);
CREATE VIEW v AS SELECT n COLLATE "C" AS n FROM t ORDER BY n COLLATE ci;

-- case: columns change their types within a union, a char and a varchar
-- keeps: t
-- rows
INSERT INTO t VALUES ('a', 'b', 1.25);
-- from
CREATE TABLE t (a varchar(3), b varchar(5), c numeric(5, 2));
CREATE VIEW v AS SELECT a, c FROM t UNION ALL SELECT b, 1 FROM t;
CREATE VIEW w AS SELECT * FROM v WHERE a = 'x';
-- to
CREATE TABLE t (a text, b varchar(9), c numeric(7, 3));
CREATE VIEW v AS SELECT a, c FROM t UNION ALL SELECT b, 1 FROM t;
CREATE VIEW w AS SELECT * FROM v WHERE a = 'x';

-- case: materialized views that hold nothing, and one that is indexed to be refreshed
-- from
CREATE TABLE t (id int, n text);
CREATE MATERIALIZED VIEW m AS SELECT id, n FROM t WITH NO DATA;
CREATE UNIQUE INDEX mi ON m (id);
CREATE MATERIALIZED VIEW k AS SELECT id FROM m WITH NO DATA;
-- to
CREATE TABLE t (id bigint, n text);
CREATE MATERIALIZED VIEW m AS SELECT id, n, 1 AS x FROM t WITH NO DATA;
CREATE UNIQUE INDEX mi ON m (id);
CREATE MATERIALIZED VIEW k AS SELECT id, x FROM m WITH NO DATA;

-- case: a policy is for many roles, by name of the session, and over a function of each
-- from
CREATE TABLE t (id int, owner name DEFAULT current_user);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t AS RESTRICTIVE FOR UPDATE TO reader, writer USING (owner = current_user) WITH CHECK (owner = session_user);
CREATE POLICY b ON t FOR DELETE TO PUBLIC USING (pg_has_role(owner, 'member'));
-- to
CREATE TABLE t (id int, owner text DEFAULT session_user);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t AS RESTRICTIVE FOR UPDATE TO writer, keeper USING (owner = current_user) WITH CHECK (owner = session_user);
CREATE POLICY b ON t FOR DELETE TO reader USING (EXISTS (SELECT 1 FROM t AS x WHERE x.id = t.id));

-- case: rules of every event of a table that changes
-- from
CREATE TABLE t (id int, n text);
CREATE TABLE log (id int, n text, at timestamptz DEFAULT now());
CREATE RULE r1 AS ON UPDATE TO t WHERE OLD.n IS DISTINCT FROM NEW.n DO ALSO INSERT INTO log VALUES (NEW.*);
CREATE RULE r2 AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE RULE r3 AS ON INSERT TO t DO ALSO (INSERT INTO log (id) VALUES (NEW.id); NOTIFY t);
-- to
CREATE TABLE t (id bigint, n text, m text);
CREATE TABLE log (id bigint, n text, m text, at timestamptz DEFAULT now());
CREATE RULE r1 AS ON UPDATE TO t WHERE OLD.n IS DISTINCT FROM NEW.n DO ALSO INSERT INTO log VALUES (NEW.*);
CREATE RULE r2 AS ON DELETE TO t DO INSTEAD UPDATE t SET n = NULL WHERE id = OLD.id;
CREATE RULE r3 AS ON INSERT TO t DO ALSO (INSERT INTO log (id) VALUES (NEW.id); NOTIFY t);

-- case: functions whose bodies Postgres parses insert, update, merge and return rows of a table that changes
-- from
CREATE TABLE t (id int PRIMARY KEY, n text);
CREATE FUNCTION ins(a int) RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (a, 'x') ON CONFLICT (id) DO UPDATE SET n = excluded.n RETURNING *; END;
CREATE FUNCTION upd(a int) RETURNS void LANGUAGE sql BEGIN ATOMIC UPDATE t SET n = 'y' WHERE id = a; DELETE FROM t WHERE id = a; END;
CREATE FUNCTION one(x t) RETURNS text LANGUAGE sql RETURN x.n || x.id;
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n text, m int);
CREATE FUNCTION ins(a int) RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (a, 'x') ON CONFLICT (id) DO UPDATE SET n = excluded.n RETURNING *; END;
CREATE FUNCTION upd(a int) RETURNS void LANGUAGE sql BEGIN ATOMIC UPDATE t SET n = 'y', m = 1 WHERE id = a; DELETE FROM t WHERE id = a; END;
CREATE FUNCTION one(x t) RETURNS text LANGUAGE sql RETURN x.n || x.id || x.m;

-- case: casts in each way come between types that change
-- from
CREATE TYPE a AS (x int);
CREATE TYPE b AS ENUM ('one', 'two');
CREATE FUNCTION ab(a) RETURNS b LANGUAGE sql IMMUTABLE AS $$ SELECT 'one'::b $$;
CREATE CAST (a AS b) WITH FUNCTION ab(a) AS ASSIGNMENT;
CREATE CAST (b AS int) WITH INOUT;
CREATE VIEW v AS SELECT CAST(ROW(1)::a AS b) AS x;
COMMENT ON CAST (a AS b) IS 'from a to b';
-- to
CREATE TYPE a AS (x int, y int);
CREATE TYPE b AS ENUM ('two', 'one');
CREATE FUNCTION ab(a) RETURNS b LANGUAGE sql IMMUTABLE AS $$ SELECT 'one'::b $$;
CREATE CAST (a AS b) WITH FUNCTION ab(a) AS IMPLICIT;
CREATE VIEW v AS SELECT CAST(ROW(1, 2)::a AS b) AS x;
COMMENT ON CAST (a AS b) IS 'from a to b';

-- case: an exclusion constraint of a table whose range gets another type, beside partitions and partial ones
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '[1,3)'), (2, '[4,5)');
-- from
CREATE TABLE t (id int, r int4range, CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE (id > 0) DEFERRABLE);
-- to
CREATE TABLE t (id int, r int8range, CONSTRAINT x EXCLUDE USING gist (r WITH &&, int8range(id, id + 1) WITH =) WHERE (id > 1) DEFERRABLE INITIALLY DEFERRED);

-- case: a foreign key of several columns, in another order and with other columns
-- keeps: t
-- keeps: u
-- rows
INSERT INTO t VALUES (1, 2, 3); INSERT INTO u VALUES (1, 2, 3);
-- from
CREATE TABLE t (a int, b int, c int, UNIQUE (a, b), UNIQUE (c, a));
CREATE TABLE u (a int, b int, c int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES t (a, b) ON UPDATE CASCADE);
-- to
CREATE TABLE t (a int, b int, c bigint, UNIQUE (b, a), UNIQUE (c, a));
CREATE TABLE u (a int, b int, c bigint, CONSTRAINT f FOREIGN KEY (b, a) REFERENCES t (b, a) ON UPDATE CASCADE, CONSTRAINT g FOREIGN KEY (c, a) REFERENCES t (c, a) MATCH FULL);

-- case: a view is updatable, has rules in place of triggers, and defaults
-- from
CREATE TABLE t (id int, n text);
CREATE VIEW v AS SELECT id, n FROM t WHERE id > 0 WITH LOCAL CHECK OPTION;
ALTER VIEW v ALTER n SET DEFAULT 'v';
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (NEW.id, NEW.n);
-- to
CREATE TABLE t (id int, n varchar(9));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE VIEW v AS SELECT id, n FROM t WHERE id > 0;
ALTER VIEW v ALTER n SET DEFAULT 'w';
CREATE TRIGGER r INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();

-- case: event triggers with tags of a function that is replaced
-- from
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE SEQUENCE') EXECUTE FUNCTION f();
-- to
CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE SEQUENCE', 'DROP SEQUENCE') EXECUTE FUNCTION g();
CREATE TABLE t (id int);

-- case: comments on each sort of thing that goes with what it is on
-- from
CREATE TABLE t (id int PRIMARY KEY, n text);
CREATE INDEX i ON t (n);
COMMENT ON INDEX i IS 'i'; COMMENT ON CONSTRAINT t_pkey ON t IS 'k'; COMMENT ON COLUMN t.n IS 'n'; COMMENT ON INDEX t_pkey IS 'ix';
CREATE VIEW v AS SELECT n FROM t; COMMENT ON VIEW v IS 'v'; COMMENT ON COLUMN v.n IS 'vn';
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n varchar(7));
CREATE INDEX i ON t (n DESC);
COMMENT ON INDEX i IS 'i'; COMMENT ON CONSTRAINT t_pkey ON t IS 'k'; COMMENT ON COLUMN t.n IS 'n'; COMMENT ON INDEX t_pkey IS 'ix';
CREATE VIEW v AS SELECT n FROM t; COMMENT ON VIEW v IS 'v'; COMMENT ON COLUMN v.n IS 'vn';

-- case: functions with bodies of text return rows of a table that changes
-- from
CREATE TABLE t (id int PRIMARY KEY, n text);
CREATE FUNCTION everything() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE FUNCTION one(a int) RETURNS t LANGUAGE sql AS 'SELECT id, n FROM t WHERE id = a';
-- to
CREATE TABLE t (id int PRIMARY KEY, n text, m int);
CREATE FUNCTION everything() RETURNS SETOF t LANGUAGE sql STABLE AS 'SELECT * FROM t';
CREATE FUNCTION one(a int) RETURNS t LANGUAGE sql STABLE AS 'SELECT id, n, m FROM t WHERE id = a';

-- case: what comes of each kind needs what is replaced
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id int);
CREATE FOREIGN DATA WRAPPER w OPTIONS (a 'b');
CREATE SERVER s TYPE 'x' FOREIGN DATA WRAPPER w;
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id int DEFAULT f(1), x e, g bigint GENERATED ALWAYS AS (f(2)) STORED, CHECK (f(id) > 0));
CREATE FOREIGN DATA WRAPPER w OPTIONS (a 'b');
CREATE SERVER s TYPE 'y' FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR reader SERVER s OPTIONS ("user" 'y');
CREATE FOREIGN TABLE ft (id int) SERVER s;
CREATE CAST (e AS int) WITH INOUT;
CREATE DOMAIN d AS e CHECK (VALUE <> 'a');
CREATE TYPE c AS (x e, y int);
CREATE TABLE u (id int, x d, y c, z e[]);
CREATE OPERATOR ## (FUNCTION = f, RIGHTARG = int);
CREATE AGGREGATE a (int) (sfunc = int4pl, stype = int, finalfunc = f);
CREATE INDEX i ON t (f(id));
CREATE POLICY p ON t USING (f(id) > 0);
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (f(NEW.id) > 0) EXECUTE FUNCTION tr();
CREATE RULE r AS ON DELETE TO t WHERE f(OLD.id) > 1 DO INSTEAD NOTHING;
CREATE VIEW v AS SELECT f(id) AS n, 'a'::e AS x FROM t;
CREATE MATERIALIZED VIEW m AS SELECT n, x FROM v;
CREATE FUNCTION g(e) RETURNS SETOF v LANGUAGE sql BEGIN ATOMIC SELECT * FROM v; END;

-- case: an identity becomes serial, and another table's default and a view take from it
-- from
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, n text);
CREATE TABLE u (id int DEFAULT nextval('t_id_seq') + 1, n text);
CREATE TABLE w (id int DEFAULT nextval('t_id_seq'), n text);
CREATE VIEW v AS SELECT last_value FROM t_id_seq;
CREATE VIEW x AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('t_id_seq'); END;
-- to
CREATE TABLE t (id serial, n text);
CREATE TABLE u (id int DEFAULT nextval('t_id_seq'), n text);
CREATE TABLE w (id int DEFAULT nextval('t_id_seq'), n text);
CREATE VIEW v AS SELECT last_value FROM t_id_seq;
CREATE VIEW x AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('t_id_seq'); END;

-- case: a table with everything on it gets another name for each part
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a', 1); INSERT INTO r VALUES (1);
-- from
CREATE TABLE t (id int CONSTRAINT k PRIMARY KEY, n text CONSTRAINT nn NOT NULL CONSTRAINT c CHECK (n <> ''), u int CONSTRAINT q UNIQUE);
CREATE TABLE r (t int CONSTRAINT f REFERENCES t);
CREATE INDEX i ON t (n);
CREATE STATISTICS s ON id, n FROM t;
ALTER TABLE t CLUSTER ON i;
-- to
CREATE TABLE t (id int CONSTRAINT k2 PRIMARY KEY, n text CONSTRAINT nn2 NOT NULL CONSTRAINT c2 CHECK (n <> ''), u int CONSTRAINT q2 UNIQUE);
CREATE TABLE r (t int CONSTRAINT f2 REFERENCES t);
CREATE INDEX i2 ON t (n);
CREATE STATISTICS s2 ON id, n FROM t;
ALTER TABLE t CLUSTER ON i2;

-- case: a function's default is an enum that loses a value, and a procedure calls it by name
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE FUNCTION f(x e DEFAULT 'a', VARIADIC y e[] DEFAULT '{a,b}') RETURNS TABLE (o e, p int) LANGUAGE sql AS $$ SELECT x, 1 $$;
CREATE PROCEDURE p(INOUT x e DEFAULT 'b') LANGUAGE plpgsql AS $$ BEGIN PERFORM f(x => x); END $$;
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f(x e DEFAULT 'b', VARIADIC y e[] DEFAULT '{a}') RETURNS TABLE (o e, p int) LANGUAGE sql AS $$ SELECT x, 1 $$;
CREATE PROCEDURE p(INOUT x e DEFAULT 'a') LANGUAGE plpgsql AS $$ BEGIN PERFORM f(x => x); END $$;

-- case: views within views use columns that change, with options, triggers and grants in the middle
-- from
CREATE TABLE t (id int, n text, c char(3));
CREATE VIEW v1 WITH (security_invoker = true) AS SELECT * FROM t;
CREATE VIEW v2 WITH (security_barrier) AS SELECT id, n || 'x' AS n FROM v1;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr INSTEAD OF UPDATE ON v2 FOR EACH ROW EXECUTE FUNCTION f();
GRANT SELECT (id), UPDATE (n) ON v2 TO reader;
CREATE MATERIALIZED VIEW v3 AS SELECT count(*) AS c, n FROM v2 GROUP BY n;
CREATE UNIQUE INDEX ON v3 (n);
GRANT SELECT ON v3 TO writer WITH GRANT OPTION;
COMMENT ON TRIGGER tr ON v2 IS 'tr';
-- to
CREATE TABLE t (id bigint, n varchar(20), c char(3), d int);
CREATE VIEW v1 WITH (security_invoker = true) AS SELECT * FROM t;
CREATE VIEW v2 WITH (security_barrier) AS SELECT id, n || 'x' AS n FROM v1;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr INSTEAD OF UPDATE ON v2 FOR EACH ROW EXECUTE FUNCTION f();
GRANT SELECT (id), UPDATE (n) ON v2 TO reader;
CREATE MATERIALIZED VIEW v3 AS SELECT count(*) AS c, n FROM v2 GROUP BY n;
CREATE UNIQUE INDEX ON v3 (n);
GRANT SELECT ON v3 TO writer WITH GRANT OPTION;
COMMENT ON TRIGGER tr ON v2 IS 'tr';

-- case: an array of an enum, of a domain and of a composite type, with defaults, and each changes
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TYPE c AS (x int, y e);
CREATE TABLE t (id int, a e[] DEFAULT '{a,b}' NOT NULL, b d[] DEFAULT ARRAY['x']::d[], k c[] DEFAULT '{}');
CREATE INDEX i ON t USING gin (a);
CREATE VIEW v AS SELECT unnest(a) AS x, b[1] AS y, (k[1]).y AS z FROM t;
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE DOMAIN d AS varchar(9) CHECK (VALUE <> '');
CREATE TYPE c AS (x bigint, y e);
CREATE TABLE t (id int, a e[] DEFAULT '{a,b}' NOT NULL, b d[] DEFAULT ARRAY['x']::d[], k c[] DEFAULT '{}');
CREATE INDEX i ON t USING gin (a);
CREATE VIEW v AS SELECT unnest(a) AS x, b[1] AS y, (k[1]).y AS z FROM t;

-- case: a partitioned table changes everything at once
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a', 2), (11, 'b', 3);
-- from
CREATE TABLE o (id int PRIMARY KEY);
CREATE TABLE t (id int NOT NULL, n text, o int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
CREATE INDEX i ON t (n);
CREATE VIEW v AS SELECT n, o FROM t;
-- to
CREATE TABLE o (id bigint PRIMARY KEY);
CREATE TABLE t (id int NOT NULL, n varchar(5) NOT NULL DEFAULT 'x', o bigint, g int GENERATED ALWAYS AS (id + 1) STORED, PRIMARY KEY (id),
    CONSTRAINT c CHECK (o > 0), CONSTRAINT f FOREIGN KEY (o) REFERENCES o NOT VALID) PARTITION BY RANGE (id);
ALTER TABLE t DROP CONSTRAINT f;
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (30) WITH (fillfactor = 50);
CREATE UNIQUE INDEX i ON t (n, id) INCLUDE (o) WHERE o > 1;
CREATE VIEW v AS SELECT n, o, g FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (o = 1);
GRANT SELECT ON t1 TO reader;

-- case: a check and an index use functions in a chain, the lowest of which is replaced
-- from
CREATE FUNCTION a(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1 + 1;
CREATE FUNCTION b(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN a($1) * 2;
CREATE FUNCTION c(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN b($1) - 3;
CREATE TABLE t (id int CHECK (c(id) > 0), g int GENERATED ALWAYS AS (b(id)) STORED, d int DEFAULT c(3));
CREATE INDEX i ON t (c(id)) WHERE b(id) > 0;
CREATE STATISTICS s ON (c(id)), (b(id)) FROM t;
-- to
CREATE FUNCTION a(int) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1 + 1;
CREATE FUNCTION b(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN a($1) * 2;
CREATE FUNCTION c(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN b($1) - 3;
CREATE TABLE t (id int CHECK (c(id) > 0), g int GENERATED ALWAYS AS (b(id)) STORED, d int DEFAULT c(3));
CREATE INDEX i ON t (c(id)) WHERE b(id) > 0;
CREATE STATISTICS s ON (c(id)), (b(id)) FROM t;

-- case: a column becomes generated under an index, a key that refers and a view
-- from
CREATE TABLE o (id int PRIMARY KEY);
CREATE TABLE t (id int, g int REFERENCES o, UNIQUE (g));
CREATE INDEX i ON t (g) WHERE g > 0;
CREATE VIEW v AS SELECT g FROM t;
-- to
CREATE TABLE o (id int PRIMARY KEY);
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id * 2) STORED REFERENCES o, UNIQUE (g));
CREATE INDEX i ON t (g) WHERE g > 0;
CREATE VIEW v AS SELECT g FROM t;

-- case: schemas exchange their tables, functions and types
-- from
CREATE SCHEMA a; CREATE SCHEMA b;
CREATE TYPE a.e AS ENUM ('x'); CREATE TABLE a.t (id int PRIMARY KEY, x a.e); CREATE FUNCTION a.f(a.t) RETURNS a.e LANGUAGE sql AS 'SELECT $1.x';
CREATE TABLE b.u (id int REFERENCES a.t, x a.e DEFAULT 'x'); CREATE VIEW b.v AS SELECT a.f(t) AS r FROM a.t;
-- to
CREATE SCHEMA a; CREATE SCHEMA b;
CREATE TYPE b.e AS ENUM ('x'); CREATE TABLE b.t (id int PRIMARY KEY, x b.e); CREATE FUNCTION b.f(b.t) RETURNS b.e LANGUAGE sql AS 'SELECT $1.x';
CREATE TABLE a.u (id int REFERENCES b.t, x b.e DEFAULT 'x'); CREATE VIEW a.v AS SELECT b.f(t) AS r FROM b.t;

-- case: a schema goes with all that others use of it
-- from
CREATE SCHEMA a;
CREATE DOMAIN a.d AS int CHECK (VALUE > 0);
CREATE FUNCTION a.f() RETURNS a.d LANGUAGE sql AS 'SELECT 1';
CREATE SEQUENCE a.s;
CREATE TABLE t (id a.d DEFAULT a.f(), s int DEFAULT nextval('a.s'), k text COLLATE "C");
CREATE COLLATION a.c FROM "C";
CREATE TABLE u (k text COLLATE a.c);
CREATE INDEX i ON t (k COLLATE a.c);
-- to
CREATE TABLE t (id int DEFAULT 1, s int, k text COLLATE "C");
CREATE TABLE u (k text);
CREATE INDEX i ON t (k);

-- case: a table's owner, schema-wide rights and policies change with the roles they name
-- from
CREATE TABLE t (id int, o text);
ALTER TABLE t OWNER TO keeper;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO keeper USING (o = current_user);
CREATE VIEW v AS SELECT * FROM t; ALTER VIEW v OWNER TO writer;
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; ALTER FUNCTION f() OWNER TO keeper; REVOKE ALL ON FUNCTION f() FROM PUBLIC;
GRANT ALL ON t TO reader; REVOKE SELECT ON t FROM keeper;
-- to
CREATE TABLE t (id bigint, o text);
ALTER TABLE t OWNER TO writer;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO writer USING (o = current_user);
CREATE VIEW v AS SELECT * FROM t; ALTER VIEW v OWNER TO keeper;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; ALTER FUNCTION f() OWNER TO writer; REVOKE ALL ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO reader;
GRANT ALL ON t TO reader WITH GRANT OPTION; REVOKE INSERT ON t FROM writer;

-- case: tables inherit from each other the other way round
-- noted: stays its table's own
-- noted back: stays its table's own
-- from
CREATE TABLE a (id int, x int);
CREATE TABLE b (y int) INHERITS (a);
-- to
CREATE TABLE b (id int, x int, y int);
CREATE TABLE a () INHERITS (b);

-- case: an unlogged sequence and identity of a table that is unlogged
-- since: 17
-- from
CREATE UNLOGGED TABLE t (id int GENERATED ALWAYS AS IDENTITY, s serial);
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, s serial);

-- case: columns of bit, interval, time, numeric and arrays change what they hold
-- rows
INSERT INTO t VALUES ('1 day', '12:30', 1.5, '{1,2}', B'101', '2020-01-01');
-- from
CREATE TABLE t (a interval, b time, c numeric(6, 2) DEFAULT 1.50, d int[] DEFAULT '{1}', e bit varying(5), f date DEFAULT '2020-01-01');
CREATE VIEW v AS SELECT a, b, c, d[1] AS d, f FROM t;
-- to
CREATE TABLE t (a interval(3), b time(3), c numeric(8, 3) DEFAULT 1.500, d bigint[] DEFAULT '{1}', e bit varying(9), f timestamp DEFAULT '2020-01-01');
CREATE VIEW v AS SELECT a, b, c, d[1] AS d, f FROM t;

-- case: a citext column becomes text as its extension goes
-- from
CREATE EXTENSION citext;
CREATE TABLE t (id int, c citext UNIQUE, d citext DEFAULT 'x', CHECK (c <> 'y'));
CREATE INDEX i ON t (lower(c));
CREATE VIEW v AS SELECT c FROM t WHERE c = 'a';
CREATE FUNCTION f(citext) RETURNS citext LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TABLE t (id int, c text UNIQUE, d text DEFAULT 'x', CHECK (c <> 'y'));
CREATE INDEX i ON t (lower(c));
CREATE VIEW v AS SELECT c FROM t WHERE c = 'a';
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1';

-- case: an extension with types, operators and classes in use moves to another schema
-- from
CREATE SCHEMA x; CREATE SCHEMA y;
CREATE EXTENSION pg_trgm SCHEMA x;
CREATE EXTENSION citext SCHEMA x;
CREATE TABLE t (id int, c x.citext, n text);
CREATE INDEX i ON t USING gin (n x.gin_trgm_ops);
CREATE INDEX j ON t USING gist (n x.gist_trgm_ops (siglen = 64));
CREATE VIEW v AS SELECT x.similarity(n, 'a') AS s, c FROM t WHERE c OPERATOR(x.=) 'q'::x.citext;
CREATE FUNCTION f(a x.citext) RETURNS x.citext LANGUAGE sql AS $$ SELECT a $$;
-- to
CREATE SCHEMA x; CREATE SCHEMA y;
CREATE EXTENSION pg_trgm SCHEMA y;
CREATE EXTENSION citext SCHEMA y;
CREATE TABLE t (id int, c y.citext, n text);
CREATE INDEX i ON t USING gin (n y.gin_trgm_ops);
CREATE INDEX j ON t USING gist (n y.gist_trgm_ops (siglen = 32));
CREATE VIEW v AS SELECT y.similarity(n, 'a') AS s, c FROM t WHERE c OPERATOR(y.=) 'q'::y.citext;
CREATE FUNCTION f(a y.citext) RETURNS y.citext LANGUAGE sql AS $$ SELECT a $$;

-- case: a trigram index goes with its extension, and a gist key needs one
-- from
CREATE EXTENSION pg_trgm;
CREATE TABLE t (id int, n text, r int4range);
CREATE INDEX i ON t USING gin (n gin_trgm_ops);
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE t (id int, n text, r int4range, EXCLUDE USING gist (id WITH =, r WITH &&));
CREATE INDEX i ON t (n);

-- case: a configuration and its dictionaries change under an index, a generated column and a trigger
-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION c (COPY = english);
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword WITH d, english_stem;
CREATE TABLE t (id int, n text, v tsvector GENERATED ALWAYS AS (to_tsvector('c', n)) STORED);
CREATE INDEX i ON t USING gin (to_tsvector('c'::regconfig, n));
-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, language = german);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword, word WITH d;
CREATE TABLE t (id int, n text, v tsvector GENERATED ALWAYS AS (to_tsvector('c', coalesce(n, ''))) STORED);
CREATE INDEX i ON t USING gin (to_tsvector('c'::regconfig, n)) WITH (fastupdate = off);

-- case: list partitions with NULL, hash and expressions, whose function is replaced
-- from
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE t (id int, n text) PARTITION BY LIST (n);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a', NULL);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b') PARTITION BY HASH (id);
CREATE TABLE t20 PARTITION OF t2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t21 PARTITION OF t2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX i ON t (id, f(n));
-- to
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
CREATE TABLE t (id bigint, n text, m int DEFAULT 7) PARTITION BY LIST (n);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a', 'c');
CREATE TABLE t3 PARTITION OF t FOR VALUES IN (NULL);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b') PARTITION BY RANGE (id);
CREATE TABLE t20 PARTITION OF t2 FOR VALUES FROM (0) TO (MAXVALUE);
CREATE INDEX i ON t (id, f(n)) WHERE m > 1;

-- case: a partition has its own defaults, checks, triggers, policies, grants and statistics, and each changes
-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id int, n text DEFAULT 'p') PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t (n DEFAULT 'c', CONSTRAINT own CHECK (n <> 'q')) FOR VALUES FROM (MINVALUE) TO (5);
CREATE TRIGGER tr BEFORE INSERT ON t1 FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t1 USING (id > 0);
CREATE STATISTICS s ON id, n FROM t1;
GRANT SELECT ON t1 TO reader;
CREATE UNIQUE INDEX u ON t1 (n);
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id int, n text DEFAULT 'q') PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t (n DEFAULT 'd' NOT NULL, CONSTRAINT own CHECK (n <> 'r')) FOR VALUES FROM (MINVALUE) TO (6);
CREATE TRIGGER tr AFTER INSERT ON t1 FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t1 FOR SELECT TO reader USING (id > 1);
CREATE STATISTICS s (ndistinct) ON id, n FROM t1;
GRANT SELECT, INSERT ON t1 TO writer;
CREATE UNIQUE INDEX u ON t1 (n, id);

-- case: views with every sort of query
-- before: 18
-- from
CREATE TABLE t (id int PRIMARY KEY, n text, a int[], j jsonb, at timestamptz, x xml);
CREATE VIEW v1 AS SELECT DISTINCT ON (n) id, n FROM t ORDER BY n, id DESC NULLS LAST LIMIT 5 OFFSET 1;
CREATE VIEW v2 AS SELECT o, u FROM t, ROWS FROM (unnest(a), generate_series(1, 3)) WITH ORDINALITY AS r (u, g, o);
CREATE VIEW v3 AS SELECT id, a[1:2] AS s, j -> 'x' ->> 'y' AS y, extract(epoch FROM at AT TIME ZONE 'UTC') AS e, (at, at) OVERLAPS (at, at) AS o FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (1);
CREATE VIEW v4 AS SELECT sum(id) FILTER (WHERE id > 1) OVER w AS s, rank() OVER (PARTITION BY n ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS r FROM t WINDOW w AS (PARTITION BY n);
CREATE VIEW v5 AS SELECT n, count(*) AS c, grouping(n) AS g, percentile_cont(0.5) WITHIN GROUP (ORDER BY id) AS p FROM t GROUP BY GROUPING SETS ((n), ()) HAVING count(*) > 0;
CREATE VIEW v6 AS WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3) SEARCH DEPTH FIRST BY i SET o SELECT i FROM r;
CREATE VIEW v7 AS SELECT x.* FROM XMLTABLE('/a' PASSING ('<a/>'::xml) COLUMNS n int PATH 'b') AS x, LATERAL (SELECT 1) l (one) WHERE EXISTS (SELECT FROM t WHERE t.id = ANY (ARRAY[1, 2]) AND (t.id, t.n) IN (SELECT 1, 'x'));
CREATE VIEW v8 AS SELECT xmlelement(name a, xmlattributes(n AS b), id) AS x, CASE n WHEN 'a' THEN 1 ELSE 2 END AS c, coalesce(nullif(n, ''), 'z') AS z, n SIMILAR TO 'a%' AS s, n LIKE 'x!%' ESCAPE '!' AS l, (id + 1)::numeric(5, 2) AS p, -id AS m, NOT (id > 1) AS b, id BETWEEN SYMMETRIC 2 AND 1 AS w FROM t;
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n varchar(30), a bigint[], j jsonb, at timestamptz(3), x xml);
CREATE VIEW v1 AS SELECT DISTINCT ON (n) id, n FROM t ORDER BY n, id DESC NULLS LAST LIMIT 5 OFFSET 1;
CREATE VIEW v2 AS SELECT o, u FROM t, ROWS FROM (unnest(a), generate_series(1, 3)) WITH ORDINALITY AS r (u, g, o);
CREATE VIEW v3 AS SELECT id, a[1:2] AS s, j -> 'x' ->> 'y' AS y, extract(epoch FROM at AT TIME ZONE 'UTC') AS e, (at, at) OVERLAPS (at, at) AS o FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (1);
CREATE VIEW v4 AS SELECT sum(id) FILTER (WHERE id > 1) OVER w AS s, rank() OVER (PARTITION BY n ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS r FROM t WINDOW w AS (PARTITION BY n);
CREATE VIEW v5 AS SELECT n, count(*) AS c, grouping(n) AS g, percentile_cont(0.5) WITHIN GROUP (ORDER BY id) AS p FROM t GROUP BY GROUPING SETS ((n), ()) HAVING count(*) > 0;
CREATE VIEW v6 AS WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3) SEARCH DEPTH FIRST BY i SET o SELECT i FROM r;
CREATE VIEW v7 AS SELECT x.* FROM XMLTABLE('/a' PASSING ('<a/>'::xml) COLUMNS n int PATH 'b') AS x, LATERAL (SELECT 1) l (one) WHERE EXISTS (SELECT FROM t WHERE t.id = ANY (ARRAY[1, 2]) AND (t.id, t.n) IN (SELECT 1, 'x'));
CREATE VIEW v8 AS SELECT xmlelement(name a, xmlattributes(n AS b), id) AS x, CASE n WHEN 'a' THEN 1 ELSE 2 END AS c, coalesce(nullif(n, ''), 'z') AS z, n SIMILAR TO 'a%' AS s, n LIKE 'x!%' ESCAPE '!' AS l, (id + 1)::numeric(5, 2) AS p, -id AS m, NOT (id > 1) AS b, id BETWEEN SYMMETRIC 2 AND 1 AS w FROM t;

-- case: views of what only later versions know
-- since: 17
-- from
CREATE TABLE t (id int PRIMARY KEY, n text, j jsonb);
CREATE VIEW v AS SELECT jt.* FROM t, JSON_TABLE(j, '$.a[*]' COLUMNS (o FOR ORDINALITY, b int PATH '$.b' DEFAULT 1 ON EMPTY, NESTED PATH '$.c' COLUMNS (d text PATH '$'))) AS jt;
CREATE VIEW w AS SELECT JSON_OBJECT('a': id ABSENT ON NULL) AS o, JSON_ARRAYAGG(n ORDER BY id) AS a, n IS JSON OBJECT AS i, JSON_VALUE(j, '$.a' RETURNING int) AS q FROM t GROUP BY id, n, j;
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n varchar(40), j jsonb);
CREATE VIEW v AS SELECT jt.* FROM t, JSON_TABLE(j, '$.a[*]' COLUMNS (o FOR ORDINALITY, b int PATH '$.b' DEFAULT 1 ON EMPTY, NESTED PATH '$.c' COLUMNS (d text PATH '$'))) AS jt;
CREATE VIEW w AS SELECT JSON_OBJECT('a': id ABSENT ON NULL) AS o, JSON_ARRAYAGG(n ORDER BY id) AS a, n IS JSON OBJECT AS i, JSON_VALUE(j, '$.a' RETURNING int) AS q FROM t GROUP BY id, n, j;

-- case: triggers with transition tables and lists of columns, whose columns change
-- from
CREATE TABLE t (id int, a int, b text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM count(*) FROM n; RETURN NULL; END $$;
CREATE TRIGGER t1 AFTER UPDATE ON t REFERENCING NEW TABLE AS n OLD TABLE AS o FOR EACH STATEMENT EXECUTE FUNCTION f('a''b', E'c\\d');
CREATE TRIGGER t2 BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN (OLD.a <> NEW.a AND NEW.b IS NOT NULL) EXECUTE FUNCTION f();
CREATE TRIGGER t3 AFTER DELETE ON t FOR EACH ROW WHEN (OLD.b <> '') EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ALWAYS TRIGGER t2; ALTER TABLE t DISABLE TRIGGER t3;
COMMENT ON TRIGGER t3 ON t IS 'three';
-- to
CREATE TABLE t (id int, a bigint, c text, b varchar(3));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM count(*) FROM n; RETURN NULL; END $$;
CREATE TRIGGER t1 AFTER UPDATE ON t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f('a''b', E'c\\d', 'e');
CREATE TRIGGER t2 BEFORE UPDATE OF a, c ON t FOR EACH ROW WHEN (OLD.a <> NEW.a AND NEW.b IS NOT NULL) EXECUTE FUNCTION f();
CREATE TRIGGER t3 AFTER DELETE ON t FOR EACH ROW WHEN (OLD.b <> '') EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ALWAYS TRIGGER t2; ALTER TABLE t DISABLE TRIGGER t3;
COMMENT ON TRIGGER t3 ON t IS 'three';

-- case: a publication of a schema, of tables with partitions, and of all
-- from
CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY);
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
CREATE PUBLICATION a FOR TABLES IN SCHEMA s;
CREATE PUBLICATION b FOR TABLE p, s.t WITH (publish = 'insert', publish_via_partition_root);
CREATE PUBLICATION c FOR ALL TABLES;
COMMENT ON PUBLICATION b IS 'b';
-- to
CREATE SCHEMA s; CREATE SCHEMA r;
CREATE TABLE r.t (id int PRIMARY KEY);
CREATE TABLE p (id bigint PRIMARY KEY, n text) PARTITION BY HASH (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE PUBLICATION a FOR TABLES IN SCHEMA r, s;
CREATE PUBLICATION b FOR TABLE p1, r.t WITH (publish = 'insert, update');
CREATE PUBLICATION c FOR TABLE p WHERE (id > 1) WITH (publish_via_partition_root);
COMMENT ON PUBLICATION b IS 'b2';

-- case: functions of every attribute and language
-- from
CREATE FUNCTION a(IN x int, OUT y int, INOUT z text) LANGUAGE plpgsql COST 5 AS $$ BEGIN y := x; END $$;
CREATE FUNCTION b(VARIADIC x numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'SELECT max(i) FROM unnest(x) i';
CREATE FUNCTION c() RETURNS SETOF int LANGUAGE sql ROWS 7 SECURITY DEFINER SET search_path = pg_catalog, "Odd name" SET work_mem = '4MB' AS 'SELECT 1';
CREATE FUNCTION d(anyelement, anyarray DEFAULT '{}'::int[]) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION e(x anycompatible, y anycompatible) RETURNS TABLE (a int, "B c" text) LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY SELECT 1, '$$'::text; END $f$;
-- to
CREATE FUNCTION a(IN x int, OUT y bigint, INOUT z text) LANGUAGE plpgsql COST 6 AS $$ BEGIN y := x; END $$;
CREATE FUNCTION b(VARIADIC x numeric[]) RETURNS numeric LANGUAGE sql STABLE PARALLEL RESTRICTED AS 'SELECT max(i) FROM unnest(x) i';
CREATE FUNCTION c() RETURNS SETOF int LANGUAGE sql ROWS 8 SET search_path = '' AS 'SELECT 1';
CREATE FUNCTION d(anyelement, anyarray DEFAULT '{1}'::int[]) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION e(x anycompatible, y anycompatible) RETURNS TABLE (a int, "B c" text, d int) LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY SELECT 1, '$$'::text, 2; END $f$;

-- case: a typed table of a type with a type, and both change
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW('x', 1), 'a');
-- from
CREATE TYPE i AS (a text, b int);
CREATE TYPE o AS (id int, i i, n text);
CREATE TABLE t OF o (PRIMARY KEY (id), n WITH OPTIONS DEFAULT 'q');
CREATE VIEW v AS SELECT (i).a AS a FROM t;
-- to
CREATE TYPE i AS (a text, b bigint);
CREATE TYPE o AS (id bigint, i i, n text);
CREATE TABLE t OF o (PRIMARY KEY (id), n WITH OPTIONS DEFAULT 'r');
CREATE VIEW v AS SELECT (i).a AS a FROM t;

-- case: a matview on a function on a view on a table with a domain, and the domain goes
-- from
CREATE DOMAIN d AS text CHECK (VALUE ~ '^a');
CREATE TABLE t (id int PRIMARY KEY, n d NOT NULL);
CREATE VIEW v AS SELECT id, n FROM t;
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql STABLE AS 'SELECT * FROM public.v';
CREATE MATERIALIZED VIEW m AS SELECT n FROM f();
CREATE UNIQUE INDEX u ON m (n);
-- to
CREATE TABLE t (id int PRIMARY KEY, n text NOT NULL CHECK (n ~ '^a'));
CREATE VIEW v AS SELECT id, n FROM t;
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql STABLE AS 'SELECT * FROM public.v';
CREATE MATERIALIZED VIEW m AS SELECT n FROM f();
CREATE UNIQUE INDEX u ON m (n);

-- case: a function returns a table of views' columns that change, and takes a view's row
-- refused back: its type needs view
-- from
CREATE TABLE t (id int, n text);
CREATE VIEW v AS SELECT id, n FROM t;
CREATE FUNCTION f(v) RETURNS text LANGUAGE sql AS 'SELECT $1.n';
CREATE VIEW w AS SELECT f(v) AS x FROM v;
CREATE FUNCTION g() RETURNS v[] LANGUAGE sql AS 'SELECT array_agg(v) FROM v';
CREATE TABLE u (id int, r v);
-- to
CREATE TABLE t (id int, n text);
CREATE VIEW v AS SELECT id, n, 1 AS o FROM t;
CREATE FUNCTION f(v) RETURNS text LANGUAGE sql AS 'SELECT $1.n || $1.o';
CREATE VIEW w AS SELECT f(v) AS x FROM v;
CREATE FUNCTION g() RETURNS v[] LANGUAGE sql AS 'SELECT array_agg(v) FROM v';
CREATE TABLE u (id int, r v);

-- case: two tables exchange their names through their columns, keys and children
-- from
CREATE TABLE a (id int PRIMARY KEY, x int REFERENCES a);
CREATE TABLE b (id text PRIMARY KEY, y text REFERENCES b);
CREATE TABLE c (a int REFERENCES a, b text REFERENCES b);
-- to
CREATE TABLE a (id text PRIMARY KEY, y text REFERENCES a);
CREATE TABLE b (id int PRIMARY KEY, x int REFERENCES b);
CREATE TABLE c (a text REFERENCES a, b int REFERENCES b);

-- case: a large object of grants, to everybody, to many, by column, and back
-- from
CREATE TABLE t (a int, b int, c int);
GRANT SELECT (a, b), INSERT (c), REFERENCES (a) ON t TO reader, writer; GRANT TRUNCATE, TRIGGER ON t TO PUBLIC; GRANT ALL ON t TO "Odd ""role""";
CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO reader; CREATE TYPE e AS ENUM ('a'); REVOKE USAGE ON TYPE e FROM PUBLIC; GRANT USAGE ON TYPE e TO writer;
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN SERVER sv TO reader WITH GRANT OPTION; GRANT USAGE ON FOREIGN DATA WRAPPER w TO writer;
-- to
CREATE TABLE t (a int, b bigint, d int);
GRANT SELECT (a), UPDATE (b, d) ON t TO reader; GRANT SELECT (b) ON t TO writer WITH GRANT OPTION; GRANT TRUNCATE ON t TO PUBLIC; GRANT SELECT, UPDATE ON t TO "Odd ""role""";
CREATE SEQUENCE s; GRANT SELECT, UPDATE ON SEQUENCE s TO reader; CREATE TYPE e AS ENUM ('a', 'b'); GRANT USAGE ON TYPE e TO writer WITH GRANT OPTION;
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN SERVER sv TO reader; GRANT USAGE ON FOREIGN DATA WRAPPER w TO PUBLIC;

-- case: an online change of a busy table with everything
-- keeps: t
-- rows
INSERT INTO t SELECT g, 'n' || g, g FROM generate_series(1, 20) g;
-- from
CREATE TABLE o (id int PRIMARY KEY);
INSERT INTO o SELECT generate_series(1, 20);
CREATE TABLE t (id int, n text, o int);
CREATE INDEX i ON t (n);
-- to
CREATE TABLE o (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, n text NOT NULL CONSTRAINT c CHECK (n <> '') CONSTRAINT u UNIQUE, o int NOT NULL CONSTRAINT f REFERENCES o ON DELETE CASCADE, x text COLLATE "C" DEFAULT 'q' NOT NULL);
CREATE INDEX i ON t (n DESC, o) INCLUDE (x);
CREATE INDEX j ON t USING brin (id) WITH (pages_per_range = 4);
CREATE INDEX k ON t USING hash (n);

-- case: a plain table becomes partitioned with foreign keys, triggers, policies, rights and an identity
-- keeps: t
-- rows
INSERT INTO o VALUES (1); INSERT INTO t (n, o) VALUES ('a', 1), ('b', 1);
-- from
CREATE TABLE o (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n text NOT NULL, o int REFERENCES o);
CREATE INDEX i ON t (n);
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (n <> '');
GRANT SELECT ON t TO reader;
COMMENT ON TABLE t IS 'the table';
CREATE VIEW v AS SELECT id, n FROM t;
-- to
CREATE TABLE o (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id bigint NOT NULL, n text NOT NULL, o int REFERENCES o, PRIMARY KEY (id, n)) PARTITION BY LIST (n);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE tz PARTITION OF t DEFAULT;
CREATE INDEX i ON t (n);
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (n <> '');
GRANT SELECT ON t TO reader;
COMMENT ON TABLE t IS 'the table';
CREATE VIEW v AS SELECT id, n FROM t;

-- case: tables in a chain of foreign keys get other key types and other keys
-- rows
INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1, 1); INSERT INTO c VALUES (1, 1);
-- from
CREATE TABLE a (id int PRIMARY KEY, n text UNIQUE);
CREATE TABLE b (id int PRIMARY KEY REFERENCES a, a int REFERENCES a ON DELETE CASCADE);
CREATE TABLE c (id int REFERENCES b, b int REFERENCES b (id) DEFERRABLE INITIALLY DEFERRED);
-- to
CREATE TABLE a (id bigint PRIMARY KEY, n text UNIQUE);
CREATE TABLE b (id bigint PRIMARY KEY REFERENCES a, a bigint REFERENCES a ON DELETE SET NULL);
CREATE TABLE c (id bigint REFERENCES b, b bigint REFERENCES b (id) DEFERRABLE);

-- case: unnamed constraints and indexes take each other's names
-- from
CREATE TABLE t (a int, b int, UNIQUE (a), CHECK (a > 0), CHECK (b > 0));
CREATE INDEX ON t (b); CREATE INDEX ON t (a, b); CREATE INDEX ON t ((a + b)); CREATE INDEX ON t ((a - b));
-- to
CREATE TABLE t (a int, b int, CHECK (b > 0), CHECK (a > 0), UNIQUE (b));
CREATE INDEX ON t (a); CREATE INDEX ON t (b, a); CREATE INDEX ON t ((a - b)); CREATE INDEX ON t ((a + b));

-- case: serial, bigserial and identity in one table change into each other
-- keeps: t
-- rows
INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES;
-- from
CREATE TABLE t (a serial, b bigserial, c int GENERATED ALWAYS AS IDENTITY (START 10), d smallint GENERATED BY DEFAULT AS IDENTITY);
-- to
CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY, b int GENERATED BY DEFAULT AS IDENTITY (START 100 INCREMENT 5), c serial, d bigserial);

-- case: a schema's things all move to another, by name only
-- from
CREATE SCHEMA old;
CREATE TYPE old.e AS ENUM ('a');
CREATE DOMAIN old.d AS int;
CREATE SEQUENCE old.s;
CREATE TABLE old.t (id old.d DEFAULT nextval('old.s'), e old.e);
CREATE FUNCTION old.f() RETURNS old.e LANGUAGE sql AS $$ SELECT 'a'::old.e $$;
CREATE VIEW old.v AS SELECT old.f() AS f, * FROM old.t;
-- to
CREATE SCHEMA new;
CREATE TYPE new.e AS ENUM ('a');
CREATE DOMAIN new.d AS int;
CREATE SEQUENCE new.s;
CREATE TABLE new.t (id new.d DEFAULT nextval('new.s'), e new.e);
CREATE FUNCTION new.f() RETURNS new.e LANGUAGE sql AS $$ SELECT 'a'::new.e $$;
CREATE VIEW new.v AS SELECT new.f() AS f, * FROM new.t;

-- case: policies with subqueries over each other's tables, functions and settings change with columns
-- from
CREATE TABLE m (u uuid, g int);
CREATE TABLE t (id int, g int, o uuid DEFAULT gen_random_uuid());
CREATE FUNCTION me() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('a.b', true), '')::uuid $$;
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE m ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t USING (g IN (SELECT m.g FROM m WHERE m.u = me()));
CREATE POLICY b ON t FOR INSERT WITH CHECK (o = me() AND EXISTS (SELECT 1 FROM m WHERE m.g = t.g));
CREATE POLICY c ON m USING (u = me());
-- to
CREATE TABLE m (u text, g bigint);
CREATE TABLE t (id int, g bigint, o text DEFAULT gen_random_uuid());
CREATE FUNCTION me() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('a.b', true) $$;
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE m ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t USING (g IN (SELECT m.g FROM m WHERE m.u = me()));
CREATE POLICY b ON t FOR INSERT WITH CHECK (o = me() AND EXISTS (SELECT 1 FROM m WHERE m.g = t.g));
CREATE POLICY c ON m USING (u = me());

-- case: indexes of each method and option change
-- from
CREATE TABLE t (id int, n text, p point, a int[], r int4range, j jsonb);
CREATE INDEX a ON t USING gin (a) WITH (fastupdate = off, gin_pending_list_limit = 64);
CREATE INDEX b ON t USING gist (p) WITH (buffering = on);
CREATE INDEX c ON t USING spgist (r);
CREATE INDEX d ON t USING brin (id int4_minmax_multi_ops (values_per_range = 8)) WITH (autosummarize);
CREATE INDEX e ON t (n text_pattern_ops, n COLLATE "C" DESC NULLS LAST) WITH (deduplicate_items = off);
CREATE UNIQUE INDEX f ON t (id) NULLS NOT DISTINCT WHERE n IS NOT NULL;
CREATE INDEX g ON t USING gin (j jsonb_path_ops);
CREATE INDEX h ON t ((j ->> 'a'), ((j -> 'b')::text), lower(n)); ALTER INDEX h ALTER COLUMN 2 SET STATISTICS 50;
-- to
CREATE TABLE t (id int, n text, p point, a int[], r int4range, j jsonb);
CREATE INDEX a ON t USING gin (a) WITH (fastupdate = on);
CREATE INDEX b ON t USING spgist (p);
CREATE INDEX c ON t USING gist (r) INCLUDE (id) WITH (fillfactor = 60);
CREATE INDEX d ON t USING brin (id int4_bloom_ops) WITH (pages_per_range = 8);
CREATE INDEX e ON t (n, n COLLATE "C") WITH (deduplicate_items = on);
CREATE UNIQUE INDEX f ON t (id) WHERE n IS NOT NULL;
CREATE INDEX g ON t USING gin (j);
CREATE INDEX h ON t ((j ->> 'a'), ((j -> 'b')::text), lower(n)); ALTER INDEX h ALTER COLUMN 1 SET STATISTICS 60;

-- case: an enum gets values in the middle while a partition, a check, a default and a function use the new ones
-- from
CREATE TYPE e AS ENUM ('a', 'd');
CREATE TABLE t (id int, e e DEFAULT 'a') PARTITION BY LIST (e);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TYPE e AS ENUM ('0', 'a', 'b', 'c', 'd', 'z');
CREATE TABLE t (id int, e e DEFAULT 'b', CHECK (e <> 'c')) PARTITION BY LIST (e);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a', 'b');
CREATE TABLE tz PARTITION OF t FOR VALUES IN ('z');
CREATE FUNCTION f(x e DEFAULT 'c') RETURNS e LANGUAGE sql AS $$ SELECT 'z'::e $$;
CREATE INDEX i ON ta (id) WHERE e = 'b';
CREATE VIEW v AS SELECT * FROM t WHERE e IN ('0', 'z');

-- case: comments, rights and owners on what is replaced under others
-- from
CREATE TYPE e AS ENUM ('a', 'b'); COMMENT ON TYPE e IS 'e'; ALTER TYPE e OWNER TO keeper; GRANT USAGE ON TYPE e TO reader;
CREATE DOMAIN d AS e CHECK (VALUE <> 'b'); COMMENT ON DOMAIN d IS 'd'; COMMENT ON CONSTRAINT d_check ON DOMAIN d IS 'dc'; ALTER DOMAIN d OWNER TO writer;
CREATE TABLE t (id int, x d, y e DEFAULT 'a'); COMMENT ON COLUMN t.x IS 'x'; GRANT SELECT (x, y) ON t TO reader;
CREATE VIEW v AS SELECT x, y FROM t; COMMENT ON COLUMN v.x IS 'vx'; ALTER VIEW v OWNER TO writer; GRANT SELECT ON v TO reader;
CREATE FUNCTION f(e) RETURNS d LANGUAGE sql AS 'SELECT $1'; COMMENT ON FUNCTION f(e) IS 'f'; REVOKE ALL ON FUNCTION f(e) FROM PUBLIC; ALTER FUNCTION f(e) OWNER TO keeper;
-- to
CREATE TYPE e AS ENUM ('a'); COMMENT ON TYPE e IS 'e'; ALTER TYPE e OWNER TO keeper; GRANT USAGE ON TYPE e TO reader;
CREATE DOMAIN d AS e CHECK (VALUE <> 'a'); COMMENT ON DOMAIN d IS 'd'; COMMENT ON CONSTRAINT d_check ON DOMAIN d IS 'dc'; ALTER DOMAIN d OWNER TO writer;
CREATE TABLE t (id int, x d, y e DEFAULT 'a'); COMMENT ON COLUMN t.x IS 'x'; GRANT SELECT (x, y) ON t TO reader;
CREATE VIEW v AS SELECT x, y FROM t; COMMENT ON COLUMN v.x IS 'vx'; ALTER VIEW v OWNER TO writer; GRANT SELECT ON v TO reader;
CREATE FUNCTION f(e) RETURNS d LANGUAGE sql AS 'SELECT $1'; COMMENT ON FUNCTION f(e) IS 'f'; REVOKE ALL ON FUNCTION f(e) FROM PUBLIC; ALTER FUNCTION f(e) OWNER TO keeper;

-- case: multi-column foreign keys with actions over some columns, match full, to partitioned tables, on partitions
-- from
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
CREATE TABLE c (a int, b int, FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));
CREATE TABLE d (a int, b int) PARTITION BY LIST (a);
CREATE TABLE d1 PARTITION OF d FOR VALUES IN (1);
ALTER TABLE d1 ADD CONSTRAINT own FOREIGN KEY (a, b) REFERENCES p MATCH FULL;
-- to
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (5) TO (9);
CREATE TABLE c (a int, b int, FOREIGN KEY (a, b) REFERENCES p ON DELETE SET DEFAULT (a, b) DEFERRABLE);
CREATE TABLE d (a int, b int, CONSTRAINT own FOREIGN KEY (a, b) REFERENCES p) PARTITION BY LIST (a);
CREATE TABLE d1 PARTITION OF d FOR VALUES IN (1);
CREATE TABLE d2 PARTITION OF d FOR VALUES IN (2);

-- case: an aggregate over a function that changes, in a view, an index and a window
-- from
CREATE FUNCTION st(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE ag (int) (sfunc = st, stype = int, initcond = '0', msfunc = st, minvfunc = st, mstype = int, minitcond = '0');
CREATE TABLE t (id int, n text);
CREATE VIEW v AS SELECT ag(id) OVER (ORDER BY n) AS w, ag(id) FILTER (WHERE n > '') OVER () AS x FROM t;
-- to
CREATE FUNCTION st(int, int) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 * $2';
CREATE FUNCTION stb(bigint, int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 * $2';
CREATE AGGREGATE ag (int) (sfunc = stb, stype = bigint, initcond = '1');
CREATE TABLE t (id int, n text);
CREATE VIEW v AS SELECT ag(id) OVER (ORDER BY n) AS w, ag(id) FILTER (WHERE n > '') OVER () AS x FROM t;

-- case: names that need quotes in every place that takes one
-- from
CREATE SCHEMA "a.b"; CREATE TYPE "a.b"."E ""x""" AS ENUM ('it''s', 'b\c'); CREATE COLLATION "a.b"."C x" FROM "C";
CREATE TABLE "a.b"."T'1" ("a b" int, "sel""ect" "a.b"."E ""x""" DEFAULT 'it''s', "ünï" text COLLATE "a.b"."C x", CONSTRAINT "k k" PRIMARY KEY ("a b"));
CREATE FUNCTION "a.b"."f(x"("a,b" int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT "a,b"';
CREATE VIEW "a.b"."v v" AS SELECT "a b", "a.b"."f(x"("a b") AS "f;f" FROM "a.b"."T'1";
CREATE TRIGGER "t;t" INSTEAD OF UPDATE ON "a.b"."v v" FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE STATISTICS "a.b"."s""s" ON "a b", "sel""ect" FROM "a.b"."T'1"; CREATE PUBLICATION "p-p" FOR TABLE "a.b"."T'1";
-- to
CREATE SCHEMA "a.b"; CREATE TYPE "a.b"."E ""x""" AS ENUM ('b\c'); CREATE COLLATION "a.b"."C x" FROM "POSIX";
CREATE TABLE "a.b"."T'1" ("a b" bigint, "sel""ect" "a.b"."E ""x""" DEFAULT 'b\c', "ünï" text COLLATE "a.b"."C x" NOT NULL, CONSTRAINT "k k" PRIMARY KEY ("a b", "ünï"));
CREATE FUNCTION "a.b"."f(x"("a,b" bigint DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT "a,b"::int';
CREATE VIEW "a.b"."v v" AS SELECT "a b", "a.b"."f(x"("a b") AS "f;f" FROM "a.b"."T'1";
CREATE TRIGGER "t;t" INSTEAD OF UPDATE OR DELETE ON "a.b"."v v" FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE STATISTICS "a.b"."s""s" ON "a b", "ünï" FROM "a.b"."T'1"; CREATE PUBLICATION "p-p" FOR TABLE "a.b"."T'1" ("a b", "ünï");
