-- What plans trip over: each of these was found by somebody who looked for it.

-- case: foreign keys with a period come with the key they need, whichever is read first
-- since: 18
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE a_child (id int, during tstzrange);
CREATE TABLE parent (id int, during tstzrange);
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE a_child (id int, during tstzrange);
CREATE TABLE parent (id int, during tstzrange, CONSTRAINT parent_key UNIQUE (id, during WITHOUT OVERLAPS));
ALTER TABLE a_child
    ADD CONSTRAINT a_fk FOREIGN KEY (id, PERIOD during) REFERENCES parent (id, PERIOD during);

-- case: the key that a foreign key with a period needs is another one
-- since: 18
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE parent (id int, x int, during tstzrange, CONSTRAINT parent_key PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE child (id int, during tstzrange,
    CONSTRAINT fk FOREIGN KEY (id, PERIOD during) REFERENCES parent (id, PERIOD during));
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE parent (id int, x int, during tstzrange, CONSTRAINT parent_key PRIMARY KEY (id, x, during WITHOUT OVERLAPS));
CREATE TABLE child (id int, x int, during tstzrange,
    CONSTRAINT fk FOREIGN KEY (id, x, PERIOD during) REFERENCES parent (id, x, PERIOD during));

-- case: the type of a period changes under keys and foreign keys
-- since: 18
-- keeps: child
-- rows
INSERT INTO parent VALUES (1, '[2026-01-01,2026-02-01)');
INSERT INTO child VALUES (1, '[2026-01-01,2026-01-05)');
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE parent (id int, during daterange, CONSTRAINT parent_key PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE child (id int, during daterange,
    CONSTRAINT fk FOREIGN KEY (id, PERIOD during) REFERENCES parent (id, PERIOD during));
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE parent (id bigint, during daterange, CONSTRAINT parent_key PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE child (id bigint, during daterange,
    CONSTRAINT fk FOREIGN KEY (id, PERIOD during) REFERENCES parent (id, PERIOD during));

-- case: a generated column becomes plain while others read it
-- keeps: t
-- rows
INSERT INTO t (a) VALUES (1), (5);
-- from
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, CONSTRAINT b_positive CHECK (b > 0));
CREATE INDEX t_b ON t (b) WHERE b > 1;
CREATE VIEW v AS SELECT b + 1 AS c FROM t;
CREATE STATISTICS t_s ON a, b FROM t;
-- to
CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (b + 1) STORED, CONSTRAINT b_positive CHECK (b > 0));
CREATE INDEX t_b ON t (b) WHERE b > 1;
CREATE VIEW v AS SELECT b + 1 AS c FROM t;
CREATE STATISTICS t_s ON a, b FROM t;

-- case: a column that a generated one reads is generated in turn, and that one is plain
-- from
CREATE TABLE t (x int, a int GENERATED ALWAYS AS (x + 1) STORED, b int);
CREATE INDEX t_ab ON t (a, b);
-- to
CREATE TABLE t (x int, a int, b int GENERATED ALWAYS AS (a + 1) STORED);
CREATE INDEX t_ab ON t (a, b);

-- case: a virtual generated column is of other columns by then
-- since: 18
-- from
CREATE TABLE t (x int, a int GENERATED ALWAYS AS (x + 1) STORED, b int GENERATED ALWAYS AS (x + 2) VIRTUAL);
CREATE VIEW v AS SELECT a, b FROM t;
-- to
CREATE TABLE t (x int, a int, b int GENERATED ALWAYS AS (a + 2) VIRTUAL);
CREATE VIEW v AS SELECT a, b FROM t;

-- case: a check stays with the child and goes from the parent
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 1);
-- from
CREATE TABLE p (a int, b int, CONSTRAINT ab CHECK (a < 10), CONSTRAINT too CHECK (b < 10));
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (a int, b int, CONSTRAINT too CHECK (b < 10));
CREATE TABLE c (CONSTRAINT ab CHECK (a < 10)) INHERITS (p);

-- case: a check is the child's own as well, and later no longer
-- noted: is also defined by the table itself
-- from
CREATE TABLE p (a int, CONSTRAINT ab CHECK (a < 10));
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (a int, b int, CONSTRAINT ab CHECK (a < 10));
CREATE TABLE c (CONSTRAINT ab CHECK (a < 10)) INHERITS (p);

-- case: a check goes from the parent and stays in a grandchild
-- from
CREATE TABLE p (a int, CONSTRAINT ab CHECK (a < 10));
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (c);
-- to
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d (CONSTRAINT ab CHECK (a < 10)) INHERITS (c);

-- case: names with dots and quotes stand aside
-- keeps: "s.x"."t.a"
-- rows
INSERT INTO "s.x"."t.a" (e, c) VALUES ('a', ROW(1, 'x'));
-- from
CREATE SCHEMA "s.x";
CREATE TYPE "s.x"."e.""q" AS ENUM ('a', 'b');
CREATE TYPE "s.x"."c.d" AS (a int, b text);
CREATE TABLE "s.x"."t.a" ("i.d" int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "s.x"."q.""1"), e "s.x"."e.""q", c "s.x"."c.d");
-- to
CREATE SCHEMA "s.x";
CREATE TYPE "s.x"."e.""q" AS ENUM ('b', 'a');
CREATE TYPE "s.x"."c.d" AS (b text, a int);
CREATE TABLE "s.x"."t.a" ("i.d" int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "s.x"."q.""2"), e "s.x"."e.""q", c "s.x"."c.d");

-- case: a table whose name has dots becomes partitioned, with an identity and a range
-- keeps: "t.a"
-- rows
INSERT INTO "t.a" (r) VALUES ('[1,2)');
-- from
CREATE TYPE "r.x" AS RANGE (subtype = int4, multirange_type_name = "m.x");
CREATE TABLE "t.a" ("i.d" int GENERATED ALWAYS AS IDENTITY, r "r.x");
-- to
CREATE TYPE "r.x" AS RANGE (subtype = int8, multirange_type_name = "m.x");
CREATE TABLE "t.a" ("i.d" int GENERATED ALWAYS AS IDENTITY, r "r.x") PARTITION BY HASH ("i.d");
CREATE TABLE "t.a.1" PARTITION OF "t.a" FOR VALUES WITH (MODULUS 1, REMAINDER 0);

-- case: a partition is partitioned in turn, and plain again
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1), (2, 2);
-- from
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_a ON t (a);
-- to
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE t1a PARTITION OF t1 FOR VALUES IN (1);
CREATE TABLE t1d PARTITION OF t1 DEFAULT;
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_a ON t (a);

-- case: a table becomes partitioned, and a partition of it too
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1), (2, 2);
-- from
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE TABLE r (a int REFERENCES t);
-- to
CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2) PARTITION BY LIST (a);
CREATE TABLE t2a PARTITION OF t2 DEFAULT;
CREATE TABLE r (a int REFERENCES t);

-- case: a default partition is partitioned in turn, with identity and serial
-- keeps: t
-- rows
INSERT INTO t (a) VALUES (1), (2);
-- from
CREATE TABLE t (a int, s serial) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE td PARTITION OF t DEFAULT;
-- to
CREATE TABLE t (a int, s serial) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE td PARTITION OF t DEFAULT PARTITION BY HASH (s);
CREATE TABLE td0 PARTITION OF td FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE td1 PARTITION OF td FOR VALUES WITH (MODULUS 2, REMAINDER 1);

-- case: an enum that is the subtype of a range loses a label
-- keeps: t
-- rows
INSERT INTO t VALUES ('[a,b)', '{[a,b)}');
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TYPE r AS RANGE (subtype = e);
CREATE TABLE t (r r, m r_multirange);
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE r AS RANGE (subtype = e);
CREATE TABLE t (r r, m r_multirange);

-- case: attributes come to and go from the type of a table
-- from
CREATE TYPE ty AS (a int, b text);
CREATE TABLE t OF ty (PRIMARY KEY (a));
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TYPE ty AS (a int, c date);
CREATE TABLE t OF ty (PRIMARY KEY (a));
CREATE VIEW v AS SELECT a FROM t;

-- case: an attribute of the type of a table gets another type
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'x');
-- from
CREATE TYPE ty AS (a int, b text);
CREATE TABLE t OF ty (PRIMARY KEY (a));
-- to
CREATE TYPE ty AS (a bigint, b text);
CREATE TABLE t OF ty (PRIMARY KEY (a));

-- case: an enum in a typed table loses a label
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'b');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE ty AS (a int, b e);
CREATE TABLE t OF ty (PRIMARY KEY (a));
-- to
CREATE TYPE e AS ENUM ('b', 'c');
CREATE TYPE ty AS (a int, b e);
CREATE TABLE t OF ty (PRIMARY KEY (a));

-- case: an identity comes with rights and a comment on its sequence, in a schema with dots
-- from
CREATE SCHEMA "s.s";
CREATE TABLE "s.s".t (a int NOT NULL);
-- to
CREATE SCHEMA "s.s";
CREATE TABLE "s.s".t (a int NOT NULL GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME "s.s"."q.q" START 5));
GRANT USAGE ON SEQUENCE "s.s"."q.q" TO reader;
COMMENT ON SEQUENCE "s.s"."q.q" IS 'mine';

-- case: the sequence of an identity gets another name, other rights and another comment
-- keeps: t
-- rows
INSERT INTO t VALUES (DEFAULT);
-- from
CREATE TABLE t (a int NOT NULL GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public."q.q" START 5));
GRANT USAGE ON SEQUENCE "q.q" TO reader;
COMMENT ON SEQUENCE "q.q" IS 'mine';
-- to
CREATE TABLE t (a int NOT NULL GENERATED BY DEFAULT AS IDENTITY (START 5));
GRANT SELECT ON SEQUENCE t_a_seq TO reader;
COMMENT ON SEQUENCE t_a_seq IS 'mine, too';

-- case: a child becomes a partition
-- noted back: stays its table's own
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 1);
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (1);

-- case: a column comes from several parents, and one lets it go
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2, 3);
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE q (a int, c int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (b int);
CREATE TABLE q (a int, c int);
CREATE TABLE c () INHERITS (p, q);

-- case: a column that comes from several parents gets another type
-- refused: has it from several tables
-- refused back: has it from several tables
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2, 3);
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE q (a int, c int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a bigint, b int);
CREATE TABLE q (a bigint, c int);
CREATE TABLE c () INHERITS (p, q);

-- case: names of 63 bytes stand aside, with their identities
-- keeps: ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt
-- rows
INSERT INTO ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt DEFAULT VALUES;
-- from
CREATE TABLE ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt
    (i int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq1), j int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq2));
CREATE TABLE ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttu (a int);
-- to
CREATE TABLE ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt
    (i int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq1), j int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq2))
    PARTITION BY LIST (i);
CREATE TABLE td PARTITION OF ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt DEFAULT;
CREATE TABLE ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttu (a int) PARTITION BY LIST (a);

-- case: a range with a multirange of its own name and an operator gets another subtype
-- from
CREATE TYPE r AS RANGE (subtype = int4, multirange_type_name = rr);
CREATE FUNCTION over(r, r) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT lower($1) < lower($2)';
CREATE OPERATOR <<< (LEFTARG = r, RIGHTARG = r, FUNCTION = over);
-- to
CREATE TYPE r AS RANGE (subtype = int8, multirange_type_name = rr);
CREATE FUNCTION over(r, r) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT lower($1) < lower($2)';
CREATE OPERATOR <<< (LEFTARG = r, RIGHTARG = r, FUNCTION = over);

-- case: a function that a domain checks with returns something else
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1);
-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE DOMAIN d AS int CHECK (f(VALUE) > 0);
CREATE TABLE t (d d, x int, CHECK (f(x) > 0));
CREATE VIEW v AS SELECT f(x) AS y, d FROM t;
-- to
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE DOMAIN d AS int CHECK (f(VALUE) > 0);
CREATE TABLE t (d d, x int, CHECK (f(x) > 0));
CREATE VIEW v AS SELECT f(x) AS y, d FROM t;

-- case: the sequence of an identity gets another name and loses its rights and its comment
-- from
CREATE TABLE t (a int NOT NULL GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public."q.q"));
GRANT USAGE ON SEQUENCE "q.q" TO reader;
COMMENT ON SEQUENCE "q.q" IS 'mine';
-- to
CREATE TABLE t (a int NOT NULL GENERATED BY DEFAULT AS IDENTITY);

-- case: diamond, the top column gets another type, a default and not null
-- keeps: d
-- rows
INSERT INTO d VALUES (1, 2);
-- from
CREATE TABLE g (a int, b int);
CREATE TABLE p () INHERITS (g);
CREATE TABLE q () INHERITS (g);
CREATE TABLE d () INHERITS (p, q);
-- to
CREATE TABLE g (a bigint NOT NULL DEFAULT 3, b int CHECK (b > 0));
CREATE TABLE p () INHERITS (g);
CREATE TABLE q () INHERITS (g);
CREATE TABLE d () INHERITS (p, q);

-- case: diamond loses a column and gets one
-- keeps: d
-- rows
INSERT INTO d VALUES (1, 2);
-- from
CREATE TABLE g (a int, b int);
CREATE TABLE p () INHERITS (g);
CREATE TABLE q () INHERITS (g);
CREATE TABLE d () INHERITS (p, q);
-- to
CREATE TABLE g (a int, c text);
CREATE TABLE p () INHERITS (g);
CREATE TABLE q () INHERITS (g);
CREATE TABLE d () INHERITS (p, q);

-- case: one of two parents gets a column that the other has
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (a int);
CREATE TABLE q (b int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a int, b int);
CREATE TABLE q (b int);
CREATE TABLE c () INHERITS (p, q);

-- case: a check of both parents goes from one
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE q (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a int);
CREATE TABLE q (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p, q);

-- case: a check of both parents says something else
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE q (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 1));
CREATE TABLE q (a int, CONSTRAINT k CHECK (a > 1));
CREATE TABLE c () INHERITS (p, q);

-- case: the order of parents changes
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (a int);
CREATE TABLE q (b int);
CREATE TABLE c (a int, b int) INHERITS (p, q);
-- to
CREATE TABLE p (a int);
CREATE TABLE q (b int);
CREATE TABLE c (a int, b int) INHERITS (q, p);

-- case: the order of parents changes and the columns are theirs alone
-- keeps: c
-- noted: stays its table's own
-- noted back: stays its table's own
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (a int);
CREATE TABLE q (b int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a bigint, x int);
CREATE TABLE q (b int);
CREATE TABLE c () INHERITS (q, p);

-- case: a sub-partition with a foreign key, a trigger and a generated column comes
-- keeps: t
-- rows
INSERT INTO r VALUES (1); INSERT INTO t (a, b) VALUES (1, 1), (2, 1);
-- from
CREATE TABLE r (id int PRIMARY KEY);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int, b int REFERENCES r, g int GENERATED ALWAYS AS (b * 2) STORED) PARTITION BY LIST (a);
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE td PARTITION OF t DEFAULT;
-- to
CREATE TABLE r (id int PRIMARY KEY);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int, b int REFERENCES r, g int GENERATED ALWAYS AS (b * 2) STORED) PARTITION BY LIST (a);
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY RANGE (b);
CREATE TABLE t1a PARTITION OF t1 FOR VALUES FROM (0) TO (10);
CREATE TABLE t1d PARTITION OF t1 DEFAULT;
CREATE TABLE td PARTITION OF t DEFAULT;

-- case: the default partition gives values to a new one
-- pending: rows that the default partition holds for a new one have to be moved by hand
-- keeps: t
-- rows
INSERT INTO t VALUES (1), (2), (3);
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE td PARTITION OF t DEFAULT;
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE td PARTITION OF t DEFAULT;

-- case: bounds of range partitions shift
-- keeps: t
-- rows
INSERT INTO t VALUES (1), (12);
-- from
CREATE TABLE t (a int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE t (a int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (11);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (11) TO (30);

-- case: a partition with policies and row security is attached
-- keeps: p1
-- rows
INSERT INTO p1 VALUES (1);
-- from
CREATE TABLE p (a int) PARTITION BY LIST (a);
ALTER TABLE p ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON p USING (a > 0);
CREATE TABLE p1 (a int);
-- to
CREATE TABLE p (a int) PARTITION BY LIST (a);
ALTER TABLE p ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON p USING (a > 1);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p1 ENABLE ROW LEVEL SECURITY;
ALTER TABLE p1 FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON p1 USING (a > 2);

-- case: a table with policies becomes partitioned
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'x');
-- from
CREATE TABLE t (a int, b text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t TO reader USING (a > 0) WITH CHECK (b <> '');
GRANT SELECT (a), UPDATE (b) ON t TO reader;
-- to
CREATE TABLE t (a int, b text) PARTITION BY LIST (a);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t TO reader USING (a > 0) WITH CHECK (b <> '');
GRANT SELECT (a), UPDATE (b) ON t TO reader;
CREATE TABLE t1 PARTITION OF t DEFAULT;
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;

-- case: domains over domains over an enum that loses a label
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'b', '{b}');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e DEFAULT 'b';
CREATE DOMAIN dd AS d CHECK (VALUE::text <> 'a');
CREATE TABLE t (id int, x dd, xs d[]);
-- to
CREATE TYPE e AS ENUM ('b', 'c');
CREATE DOMAIN d AS e DEFAULT 'b';
CREATE DOMAIN dd AS d CHECK (VALUE::text <> 'c');
CREATE TABLE t (id int, x dd, xs d[]);

-- case: the base of domains over domains changes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 5);
-- from
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE DOMAIN dd AS d CHECK (VALUE < 10);
CREATE TABLE t (id int, x dd DEFAULT 3);
CREATE FUNCTION f(dd) RETURNS d LANGUAGE sql AS 'SELECT $1::d';
-- to
CREATE DOMAIN d AS bigint CHECK (VALUE > 0);
CREATE DOMAIN dd AS d CHECK (VALUE < 10);
CREATE TABLE t (id int, x dd DEFAULT 3);
CREATE FUNCTION f(dd) RETURNS d LANGUAGE sql AS 'SELECT $1::d';

-- case: arrays of enums everywhere, and a label goes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '{a,b}', 'a');
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'z');
CREATE FUNCTION f(es e[] DEFAULT ARRAY['a']::e[]) RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT es[1]';
CREATE TABLE t (id int, es e[] NOT NULL DEFAULT ARRAY['a'::e, 'b'::e], o e);
CREATE INDEX t_part ON t (id) WHERE es @> ARRAY['a'::e];
CREATE INDEX t_gin ON t USING gin (es);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (o = ANY (es) AND f(es) = 'a');
CREATE VIEW v AS SELECT f(es) AS first, unnest(es) AS one FROM t;
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f(es e[] DEFAULT ARRAY['a']::e[]) RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT es[1]';
CREATE TABLE t (id int, es e[] NOT NULL DEFAULT ARRAY['a'::e, 'b'::e], o e);
CREATE INDEX t_part ON t (id) WHERE es @> ARRAY['a'::e];
CREATE INDEX t_gin ON t USING gin (es);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (o = ANY (es) AND f(es) = 'a');
CREATE VIEW v AS SELECT f(es) AS first, unnest(es) AS one FROM t;

-- case: an exclusion constraint changes its operators, method and predicate
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '[1,2)');
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE t (a int, r int4range, EXCLUDE USING gist (a WITH =, r WITH &&));
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE t (a int, r int4range, EXCLUDE USING gist (a WITH <>, r WITH &&) WHERE (a > 0) DEFERRABLE INITIALLY DEFERRED);

-- case: keys become deferrable under foreign keys

-- keeps: r
-- rows
INSERT INTO t VALUES (1, 1); INSERT INTO r VALUES (1);
-- from
CREATE TABLE t (a int PRIMARY KEY, b int CONSTRAINT b_key UNIQUE);
CREATE TABLE r (a int REFERENCES t DEFERRABLE);
-- to
CREATE TABLE t (a int PRIMARY KEY, b int CONSTRAINT b_key UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE r (a int REFERENCES t NOT DEFERRABLE);

-- case: replica identity moves from one index to another, which is also clustered
-- from
CREATE TABLE t (a int NOT NULL, b int NOT NULL);
CREATE UNIQUE INDEX ia ON t (a);
CREATE UNIQUE INDEX ib ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX ia;
ALTER TABLE t CLUSTER ON ia;
-- to
CREATE TABLE t (a bigint NOT NULL, b int NOT NULL);
CREATE UNIQUE INDEX ia ON t (a DESC);
CREATE UNIQUE INDEX ib ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX ib;
ALTER TABLE t CLUSTER ON ib;

-- case: replica identity by an index of a partitioned table's partitions
-- from
CREATE TABLE t (a int NOT NULL) PARTITION BY LIST (a);
CREATE UNIQUE INDEX ia ON t (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int NOT NULL) PARTITION BY LIST (a);
CREATE UNIQUE INDEX ia ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX ia;
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t1 REPLICA IDENTITY USING INDEX t1_a_idx;

-- case: reserved and odd names of everything
-- keeps: "select"
-- rows
INSERT INTO "select" ("from", "Größe""", "a.b") VALUES (1, 'x', 1);
-- from
CREATE SCHEMA "user";
CREATE TYPE "user"."table" AS ENUM ('x', 'y''s');
CREATE TABLE "select" ("from" int CONSTRAINT "primary" PRIMARY KEY, "Größe""" "user"."table" DEFAULT 'x', "a.b" int);
CREATE INDEX "in dex" ON "select" ("a.b");
CREATE VIEW "user"."order" AS SELECT "a.b" AS "group" FROM "select" WHERE "Größe""" = 'x';
CREATE FUNCTION "user"."do"("in" "user"."table") RETURNS "user"."table" LANGUAGE sql AS 'SELECT $1';
-- to
CREATE SCHEMA "user";
CREATE TYPE "user"."table" AS ENUM ('y''s', 'x');
CREATE TABLE "select" ("from" bigint CONSTRAINT "primary" PRIMARY KEY, "Größe""" "user"."table" DEFAULT 'x', "a.b" bigint);
CREATE INDEX "in dex" ON "select" ("a.b");
CREATE VIEW "user"."order" AS SELECT "a.b" AS "group" FROM "select" WHERE "Größe""" = 'x';
CREATE FUNCTION "user"."do"("in" "user"."table") RETURNS "user"."table" LANGUAGE sql AS 'SELECT $1';

-- case: non-ASCII names of 63 bytes stand aside
-- keeps: öööööööööööööööööööööööööööööö
-- rows
INSERT INTO öööööööööööööööööööööööööööööö VALUES ('a');
-- from
CREATE TYPE ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßx AS ENUM ('a', 'b');
CREATE TYPE ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßy AS ENUM ('a', 'b');
CREATE TABLE öööööööööööööööööööööööööööööö (a ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßx, b ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßy);
-- to
CREATE TYPE ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßx AS ENUM ('b', 'a');
CREATE TYPE ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßy AS ENUM ('b', 'a');
CREATE TABLE öööööööööööööööööööööööööööööö (a ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßx, b ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßy);

-- case: virtual generated columns change, come and become stored
-- since: 18
-- from
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL, c int GENERATED ALWAYS AS (a + 2) STORED);
CREATE VIEW v AS SELECT b, c FROM t;
CREATE TABLE p (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE t (a bigint, b bigint GENERATED ALWAYS AS (a + 10) VIRTUAL, c bigint GENERATED ALWAYS AS (a + 2) VIRTUAL);
CREATE VIEW v AS SELECT b, c FROM t;
CREATE TABLE p (a int, b int GENERATED ALWAYS AS (a + 5) VIRTUAL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- case: a virtual generated column becomes plain
-- since: 18
-- refused: virtual
-- from
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL);
-- to
CREATE TABLE t (a int, b int);

-- case: checks and foreign keys are enforced, and no longer
-- since: 18
-- keeps: t
-- rows
INSERT INTO r VALUES (1); INSERT INTO t VALUES (1, 1);
-- from
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (a int, b int, CONSTRAINT k CHECK (a > 0) NOT ENFORCED, CONSTRAINT f FOREIGN KEY (b) REFERENCES r NOT ENFORCED);
CREATE TABLE c (CONSTRAINT own CHECK (a < 9)) INHERITS (t);
-- to
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (a int, b int, CONSTRAINT k CHECK (a > 0), CONSTRAINT f FOREIGN KEY (b) REFERENCES r DEFERRABLE);
CREATE TABLE c (CONSTRAINT own CHECK (a < 9) NOT ENFORCED) INHERITS (t);

-- case: not enforced foreign keys of partitioned tables
-- since: 18
-- from
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (b) REFERENCES r NOT ENFORCED) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (b) REFERENCES r) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: nulls not distinct, in keys and indexes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, NULL, 1), (2, 5, NULL);
-- from
CREATE TABLE t (a int, b int, c int, CONSTRAINT u UNIQUE (b));
CREATE UNIQUE INDEX i ON t (c) NULLS NOT DISTINCT;
-- to
CREATE TABLE t (a int, b int, c int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (b) INCLUDE (a));
CREATE UNIQUE INDEX i ON t (c);

-- case: an owned sequence goes to another table and another column, and the first table goes
-- from
CREATE TABLE a (id serial PRIMARY KEY);
CREATE TABLE b (id int);
-- to
CREATE SEQUENCE a_id_seq AS int;
CREATE TABLE b (id int DEFAULT nextval('a_id_seq'));
ALTER SEQUENCE a_id_seq OWNED BY b.id;

-- case: a sequence changes its type, its owner column and its bounds
-- from
CREATE TABLE a (x int, y int);
CREATE SEQUENCE s AS smallint MAXVALUE 100 OWNED BY a.x;
-- to
CREATE TABLE a (x int, y int);
CREATE SEQUENCE s AS bigint INCREMENT -1 MINVALUE -50 MAXVALUE 7 START 7 OWNED BY a.y;

-- case: serial becomes identity, and its sequence keeps where it is
-- keeps: t
-- rows
INSERT INTO t (b) VALUES (1), (2);
-- from
CREATE TABLE t (id serial PRIMARY KEY, b int);
-- to
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, b int);

-- case: identity of a partitioned table comes, partitions come and go
-- since: 17
-- from
CREATE TABLE t (a int NOT NULL, b int) PARTITION BY LIST (b);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TABLE t (a int NOT NULL GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY LIST (b);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t3 PARTITION OF t FOR VALUES IN (3);

-- case: a partition with an identity is detached
-- since: 17
-- from
CREATE TABLE t (a int NOT NULL GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY LIST (b);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int NOT NULL GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY LIST (b);
CREATE TABLE t1 (a int NOT NULL, b int);

-- case: a generated column of a partition differs
-- from
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 2) STORED) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: generated column of a parent with children changes and becomes plain
-- keeps: c
-- rows
INSERT INTO c (a) VALUES (4);
-- from
CREATE TABLE p (a int, g int GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (a int, g int);
CREATE TABLE c () INHERITS (p);

-- case: a self-referencing partitioned table with a new default partition
-- keeps: t
-- rows
INSERT INTO t VALUES (1, NULL), (2, 1);
-- from
CREATE TABLE t (a int PRIMARY KEY, up int REFERENCES t) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE t (a int PRIMARY KEY, up int REFERENCES t ON DELETE CASCADE) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (5);
CREATE TABLE td PARTITION OF t DEFAULT;

-- case: a self-referencing table becomes partitioned
-- keeps: t
-- rows
INSERT INTO t VALUES (1, NULL), (2, 1);
-- from
CREATE TABLE t (a int PRIMARY KEY, up int REFERENCES t);
-- to
CREATE TABLE t (a int PRIMARY KEY, up int REFERENCES t) PARTITION BY RANGE (a);
CREATE TABLE td PARTITION OF t DEFAULT;

-- case: triggers of partitions on and off, and a row trigger renamed
-- from
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE t1 DISABLE TRIGGER x;
-- to
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
CREATE TRIGGER y AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE t2 DISABLE TRIGGER y;
ALTER TABLE t1 ENABLE ALWAYS TRIGGER y;

-- case: a check of a partitioned table stays with one partition
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1);
-- from
CREATE TABLE t (a int, b int, CONSTRAINT k CHECK (b > 0)) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (CONSTRAINT k CHECK (b > 0)) FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);

-- case: a foreign key of a partition becomes that of its table
-- keeps: t
-- rows
INSERT INTO r VALUES (1); INSERT INTO t VALUES (1, 1);
-- from
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t1 ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES r;
-- to
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (b) REFERENCES r) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: a function over a domain over an array of enums with a default, when the label goes
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN es AS e[] CHECK (cardinality(VALUE) > 0);
CREATE FUNCTION f(x es DEFAULT ARRAY['a'::e]) RETURNS SETOF e LANGUAGE sql AS 'SELECT unnest($1)';
CREATE TABLE t (x es DEFAULT ARRAY['b'::e], CHECK (x[1] <> 'b'));
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN es AS e[] CHECK (cardinality(VALUE) > 0);
CREATE FUNCTION f(x es DEFAULT ARRAY['a'::e]) RETURNS SETOF e LANGUAGE sql AS 'SELECT unnest($1)';
CREATE TABLE t (x es DEFAULT ARRAY['b'::e], CHECK (x[1] <> 'b'));

-- case: a table and its type swap names with a view
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
-- to
CREATE TABLE v (a int);
CREATE VIEW t AS SELECT a FROM v;
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.a';

-- case: a column comes to a parent where one child has it already and a grandchild is new
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 'x');
-- from
CREATE TABLE p (a int);
CREATE TABLE c (b text) INHERITS (p);
CREATE TABLE d () INHERITS (c);
-- to
CREATE TABLE p (a int, b text DEFAULT 'p');
CREATE TABLE c (b text DEFAULT 'c') INHERITS (p);
CREATE TABLE d () INHERITS (c);
CREATE TABLE e () INHERITS (d);

-- case: the primary key goes to another column while partitions have own names for theirs
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1);
-- from
CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT t_pk PRIMARY KEY (a)) PARTITION BY LIST (a);
CREATE TABLE t1 (a int NOT NULL, b int NOT NULL, CONSTRAINT one_pk PRIMARY KEY (a));
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1);
-- to
CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT t_pk PRIMARY KEY (b, a)) PARTITION BY LIST (a);
CREATE TABLE t1 (a int NOT NULL, b int NOT NULL, CONSTRAINT one_pk PRIMARY KEY (b, a));
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1);

-- case: not null of children of several parents
-- keeps: c
-- rows
INSERT INTO c VALUES (1);
-- from
CREATE TABLE p (a int NOT NULL);
CREATE TABLE q (a int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a int);
CREATE TABLE q (a int NOT NULL);
CREATE TABLE c () INHERITS (p, q);

-- case: composite attribute of a domain over an enum that changes, in a partitioned table
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW('a', 2));
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e;
CREATE TYPE c AS (x d, n int);
CREATE TABLE t (id int, c c) PARTITION BY LIST (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TYPE e AS ENUM ('a', 'c');
CREATE DOMAIN d AS e;
CREATE TYPE c AS (x d, n int);
CREATE TABLE t (id int, c c) PARTITION BY LIST (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: a materialized view, its index and comment, over a composite that changes places
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW('a', 'b'));
-- from
CREATE TYPE c AS (a text, b text);
CREATE TABLE t (id int, c c);
CREATE MATERIALIZED VIEW m AS SELECT id, (c).a, c FROM t;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE FUNCTION f(c) RETURNS c LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TYPE c AS (b text, a text);
CREATE TABLE t (id int, c c);
CREATE MATERIALIZED VIEW m AS SELECT id, (c).a, c FROM t;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE FUNCTION f(c) RETURNS c LANGUAGE sql AS 'SELECT $1';

-- case: bounds and types change at once
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int, b int DEFAULT 1) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE INDEX t_b ON t (b);
CREATE VIEW v AS SELECT b FROM t1;
-- to
CREATE TABLE t (a int, b bigint NOT NULL DEFAULT 2) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 2);
CREATE INDEX t_b ON t (b);
CREATE VIEW v AS SELECT b FROM t1;

-- case: a typed table changes everything about its attributes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2, 'x');
-- from
CREATE TYPE ty AS (a int, b int, c text);
CREATE TABLE t OF ty (a PRIMARY KEY, b DEFAULT 5 NOT NULL, CHECK (b > 0));
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f(ty) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
-- to
CREATE TYPE ty AS (a bigint, b numeric, d date);
CREATE TABLE t OF ty (a PRIMARY KEY, b DEFAULT 6 NOT NULL, CHECK (b > 0));
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f(ty) RETURNS int LANGUAGE sql AS 'SELECT $1.a::int';

-- case: attributes change places in the type of a table
-- refused: its columns cannot change places
-- refused back: its columns cannot change places
-- from
CREATE TYPE ty AS (a int, b int);
CREATE TABLE t OF ty;
-- to
CREATE TYPE ty AS (b int, a int);
CREATE TABLE t OF ty;

-- case: a typed table of a type that a column has too
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2); INSERT INTO u VALUES (ROW(1, 2));
-- from
CREATE TYPE ty AS (a int, b int);
CREATE TABLE t OF ty;
CREATE TABLE u (x ty);
-- to
CREATE TYPE ty AS (a int, b bigint, c text);
CREATE TABLE t OF ty;
CREATE TABLE u (x ty);

-- case: a foreign key to one partition, whose bounds change
-- keeps: t
-- rows
INSERT INTO t VALUES (1); INSERT INTO r VALUES (1);
-- from
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE r (a int REFERENCES t);
CREATE TABLE r1 (a int REFERENCES t1);
-- to
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 3);
CREATE TABLE r (a int REFERENCES t);
CREATE TABLE r1 (a int REFERENCES t1);

-- case: a partition that is referred to goes, and its table is referred to
-- from
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2) PARTITION BY LIST (a);
CREATE TABLE t2a PARTITION OF t2 DEFAULT;
CREATE TABLE r (a int REFERENCES t, b int REFERENCES t2);
-- to
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE r (a int REFERENCES t, b int);

-- case: a column with an enum array default moves its table between schemas of the same names
-- from
CREATE SCHEMA x;
CREATE TYPE x.e AS ENUM ('a', 'b');
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (v x.e[] DEFAULT '{a}', w e DEFAULT 'b');
CREATE INDEX i ON t (w) WHERE v[1] = 'a';
-- to
CREATE SCHEMA x;
CREATE TYPE x.e AS ENUM ('b', 'c');
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (v e[] DEFAULT '{a}', w x.e DEFAULT 'b');
CREATE INDEX i ON t (w) WHERE v[1] = 'a';

-- case: grants and comments on typed tables, attributes and domains that are made anew
-- from
CREATE TYPE c AS (a text, b text);
COMMENT ON TYPE c IS 'c';
COMMENT ON COLUMN c.a IS 'ca';
REVOKE ALL ON TYPE c FROM PUBLIC;
GRANT USAGE ON TYPE c TO reader;
CREATE DOMAIN d AS int CHECK (VALUE > 0);
COMMENT ON CONSTRAINT d_check ON DOMAIN d IS 'dc';
GRANT USAGE ON TYPE d TO reader;
CREATE TABLE t (x c, y d);
-- to
CREATE TYPE c AS (b text, a text);
COMMENT ON TYPE c IS 'c';
COMMENT ON COLUMN c.a IS 'ca';
REVOKE ALL ON TYPE c FROM PUBLIC;
GRANT USAGE ON TYPE c TO reader;
CREATE DOMAIN d AS bigint CHECK (VALUE > 0);
COMMENT ON CONSTRAINT d_check ON DOMAIN d IS 'dc';
GRANT USAGE ON TYPE d TO reader;
CREATE TABLE t (x c, y d);

-- case: temporal keys of partitioned tables and their types
-- since: 18
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE t (id int, p int4range, CONSTRAINT k PRIMARY KEY (id, p WITHOUT OVERLAPS)) PARTITION BY LIST (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE r (id int, p int4range, CONSTRAINT fk FOREIGN KEY (id, PERIOD p) REFERENCES t (id, PERIOD p));
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE t (id int, x int, p int4range, CONSTRAINT k PRIMARY KEY (id, x, p WITHOUT OVERLAPS)) PARTITION BY LIST (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE r (id int, x int, p int4range, CONSTRAINT fk FOREIGN KEY (id, x, PERIOD p) REFERENCES t (id, x, PERIOD p));

-- case: not null names of a partition that is detached, attached and renamed at once
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT ta NOT NULL, b int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 (a int CONSTRAINT mine NOT NULL, b int NOT NULL);
-- to
CREATE TABLE t (a int CONSTRAINT tb NOT NULL, b int CONSTRAINT tbb NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 (a int NOT NULL, b int CONSTRAINT lone NOT NULL);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);

-- case: a table with not null constraints becomes partitioned
-- since: 18
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int NOT NULL, b int CONSTRAINT bee NOT NULL);
COMMENT ON CONSTRAINT bee ON t IS 'b';
-- to
CREATE TABLE t (a int NOT NULL, b int CONSTRAINT bee NOT NULL) PARTITION BY LIST (a);
COMMENT ON CONSTRAINT bee ON t IS 'b';
CREATE TABLE t1 PARTITION OF t DEFAULT;
COMMENT ON CONSTRAINT bee ON t1 IS 'b1';

-- case: stored generated columns over a composite that changes places
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW('a', 'b'));
-- from
CREATE TYPE c AS (a text, b text);
CREATE TABLE t (id int, c c, g text GENERATED ALWAYS AS ((c).a || (c).b) STORED);
-- to
CREATE TYPE c AS (b text, a text);
CREATE TABLE t (id int, c c, g text GENERATED ALWAYS AS ((c).a || (c).b) STORED);

-- case: generated columns of each other's sources swap with plain ones
-- from
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c int, d int GENERATED ALWAYS AS (c + 1) STORED);
CREATE INDEX i ON t (b, d);
CREATE VIEW v AS SELECT a, b, c, d FROM t;
-- to
CREATE TABLE t (b int, a int GENERATED ALWAYS AS (b + 1) STORED, d int, c int GENERATED ALWAYS AS (d + 1) STORED);
CREATE INDEX i ON t (b, d);
CREATE VIEW v AS SELECT a, b, c, d FROM t;

-- case: a generated column becomes plain under a key and a foreign key
-- keeps: r
-- rows
INSERT INTO t (a) VALUES (1); INSERT INTO r VALUES (2);
-- from
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED UNIQUE);
CREATE TABLE r (b int REFERENCES t (b));
-- to
CREATE TABLE t (a int, b int UNIQUE);
CREATE TABLE r (b int REFERENCES t (b));

-- case: child columns own and inherited while parents swap
-- keeps: c
-- noted: stays its table's own
-- noted back: stays its table's own
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (a int, k int CHECK (k > 0));
CREATE TABLE q (a int, k int CHECK (k > 0));
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (a int, k int CHECK (k > 0));
CREATE TABLE q (a int, k int CHECK (k > 0));
CREATE TABLE c () INHERITS (q);

-- case: a domain's not null and default under composite, array and table
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW(1), ARRAY[2]);
-- from
CREATE DOMAIN d AS int;
CREATE TYPE c AS (x d);
CREATE TABLE t (a d, b c, cs d[]);
-- to
CREATE DOMAIN d AS int NOT NULL DEFAULT 4 CHECK (VALUE > 0);
CREATE TYPE c AS (x d);
CREATE TABLE t (a d, b c, cs d[]);

-- case: a table whose row type a column has gets a column of another type
-- refused: row type
-- refused back: row type
-- from
CREATE TABLE t (a int, b int);
CREATE TABLE u (x t);
-- to
CREATE TABLE t (a bigint, b int);
CREATE TABLE u (x t);

-- case: a table whose row type is used becomes partitioned
-- from
CREATE TABLE t (a int, b int);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE VIEW v AS SELECT f(t) AS x FROM t;
-- to
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE td PARTITION OF t DEFAULT;
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE VIEW v AS SELECT f(t) AS x FROM t;

-- case: a unique index becomes a constraint of its name, and a constraint an index
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int, b int, CONSTRAINT y UNIQUE (b));
CREATE UNIQUE INDEX x ON t (a);
COMMENT ON INDEX x IS 'ix';
-- to
CREATE TABLE t (a int, b int, CONSTRAINT x UNIQUE (a));
CREATE UNIQUE INDEX y ON t (b);
COMMENT ON CONSTRAINT x ON t IS 'cx';

-- case: a function with all sorts of users returns another type
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1);
-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE t (a int DEFAULT f(1), b int, g int GENERATED ALWAYS AS (f(b)) STORED, CHECK (f(a) > 0), EXCLUDE USING btree (f(a) WITH =));
CREATE INDEX i ON t (f(b)) WHERE f(a) > 0;
CREATE STATISTICS s ON f(a), f(b) FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (f(a) = 1);
CREATE MATERIALIZED VIEW m AS SELECT f(a) AS x FROM t;
CREATE FUNCTION h() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT f(1); END;
-- to
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE TABLE t (a int DEFAULT f(1), b int, g int GENERATED ALWAYS AS (f(b)) STORED, CHECK (f(a) > 0), EXCLUDE USING btree (f(a) WITH =));
CREATE INDEX i ON t (f(b)) WHERE f(a) > 0;
CREATE STATISTICS s ON f(a), f(b) FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (f(a) = 1);
CREATE MATERIALIZED VIEW m AS SELECT f(a) AS x FROM t;
CREATE FUNCTION h() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT f(1); END;

-- case: an enum at every level of partitions loses a label
-- keeps: t
-- rows
INSERT INTO t VALUES ('a', 'a', 1), ('b', 'b', 2);
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (x e, y e, n int, PRIMARY KEY (x, y)) PARTITION BY LIST (x);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a') PARTITION BY LIST (y);
CREATE TABLE taa PARTITION OF ta FOR VALUES IN ('a');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');
CREATE TABLE r (x e, y e, FOREIGN KEY (x, y) REFERENCES t);
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (x e, y e, n int, PRIMARY KEY (x, y)) PARTITION BY LIST (x);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a') PARTITION BY LIST (y);
CREATE TABLE taa PARTITION OF ta FOR VALUES IN ('a');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');
CREATE TABLE r (x e, y e, FOREIGN KEY (x, y) REFERENCES t);

-- case: a key gets another column under foreign keys of tables in a circle
-- keeps: a
-- rows
INSERT INTO a VALUES (1, 1, NULL); INSERT INTO b VALUES (1, 1, 1); UPDATE a SET b = 1;
-- from
CREATE TABLE a (id int PRIMARY KEY, x int, b int);
CREATE TABLE b (id int PRIMARY KEY, x int, a int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
-- to
CREATE TABLE a (id int, x int UNIQUE, b int, PRIMARY KEY (id) INCLUDE (x));
CREATE TABLE b (id bigint PRIMARY KEY, x int, a int REFERENCES a ON DELETE SET NULL);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED;

-- case: columns of views change places, and views are on them
-- from
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT * FROM v;
CREATE MATERIALIZED VIEW m AS SELECT b, count(*) AS n FROM w GROUP BY b;
CREATE UNIQUE INDEX m_b ON m (b);
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
GRANT SELECT (a) ON v TO reader;
COMMENT ON COLUMN v.a IS 'a';
ALTER VIEW v ALTER COLUMN a SET DEFAULT 5;
-- to
CREATE TABLE t (a int, b text);
CREATE VIEW v WITH (security_invoker) AS SELECT b, a FROM t;
CREATE VIEW w AS SELECT * FROM v;
CREATE MATERIALIZED VIEW m AS SELECT b, count(*) AS n FROM w GROUP BY b;
CREATE UNIQUE INDEX m_b ON m (b);
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
GRANT SELECT (a) ON v TO reader;
COMMENT ON COLUMN v.a IS 'a';
ALTER VIEW v ALTER COLUMN a SET DEFAULT 5;

-- case: a range over a domain over an enum
-- keeps: t
-- rows
INSERT INTO t VALUES ('[a,c)');
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TYPE r AS RANGE (subtype = e);
CREATE DOMAIN d AS r;
CREATE TABLE t (x d);
CREATE INDEX i ON t USING gist (x);
-- to
CREATE TYPE e AS ENUM ('a', 'c', 'd');
CREATE TYPE r AS RANGE (subtype = e);
CREATE DOMAIN d AS r;
CREATE TABLE t (x d);
CREATE INDEX i ON t USING gist (x);

-- case: a composite of a composite of an enum, all change
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW(ROW('a', 7), 'x'));
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE i AS (x e, n int);
CREATE TYPE o AS (i i, t text);
CREATE TABLE t (id int, o o);
-- to
CREATE TYPE e AS ENUM ('c', 'a');
CREATE TYPE i AS (n int, x e);
CREATE TYPE o AS (t text, i i);
CREATE TABLE t (id int, o o);

-- case: a composite of an array of another, which only loses a label
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW(ARRAY[ROW('a', 'q,"')::i], 'x'));
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE i AS (x e, s text);
CREATE TYPE o AS (i i[], t text);
CREATE TABLE t (id int, o o);
-- to
CREATE TYPE e AS ENUM ('c', 'a');
CREATE TYPE i AS (x e, s text);
CREATE TYPE o AS (t text, i i[]);
CREATE TABLE t (id int, o o);

-- case: a composite of an array of one that changes places
-- refused: array
-- refused back: array
-- from
CREATE TYPE i AS (x text, s text);
CREATE TYPE o AS (i i[], t text);
CREATE TABLE t (id int, o o);
-- to
CREATE TYPE i AS (s text, x text);
CREATE TYPE o AS (t text, i i[]);
CREATE TABLE t (id int, o o);

-- case: attributes whose names need quotes change places in a column of such a name
-- keeps: "T"
-- rows
INSERT INTO "T" VALUES (ROW('a', 'b'));
-- from
CREATE TYPE "C c" AS ("A ""a" text, "order" text);
CREATE TABLE "T" ("x.y" "C c");
-- to
CREATE TYPE "C c" AS ("order" text, "A ""a" text);
CREATE TABLE "T" ("x.y" "C c");

-- case: attributes change places in inherited and partitioned columns
-- keeps: c
-- rows
INSERT INTO c VALUES (ROW('a', 'b')); INSERT INTO p VALUES (1, ROW('a', 'b'));
-- from
CREATE TYPE ty AS (a text, b text);
CREATE TABLE t (x ty);
CREATE TABLE c () INHERITS (t);
CREATE TABLE p (i int, x ty) PARTITION BY LIST (i);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TYPE ty AS (b text, a text);
CREATE TABLE t (x ty);
CREATE TABLE c () INHERITS (t);
CREATE TABLE p (i int, x ty) PARTITION BY LIST (i);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- case: an attribute gets a type that its values do not fit by assignment
-- rows
INSERT INTO t VALUES (ROW('12', '{"a": 1}'));
-- from
CREATE TYPE ty AS (a text, b text);
CREATE TABLE t (x ty);
-- to
CREATE TYPE ty AS (a int, b jsonb);
CREATE TABLE t (x ty);

-- case: identity, default and not null of a child change with its parents
-- from
CREATE TABLE p (a int NOT NULL DEFAULT 1);
CREATE TABLE c (x int GENERATED ALWAYS AS IDENTITY) INHERITS (p);
-- to
CREATE TABLE p (a int NOT NULL GENERATED ALWAYS AS IDENTITY);
CREATE TABLE c (x int) INHERITS (p);

-- case: a table with children becomes partitioned, and they leave it
-- noted back: stays its table's own
-- keeps: c
-- rows
INSERT INTO p VALUES (1); INSERT INTO c VALUES (2);
-- from
CREATE TABLE p (a int);
CREATE TABLE c (b int) INHERITS (p);
-- to
CREATE TABLE p (a int) PARTITION BY LIST (a);
CREATE TABLE pd PARTITION OF p DEFAULT;
CREATE TABLE c (a int, b int);

-- case: the default partition becomes an ordinary one, and another the default
-- keeps: t
-- rows
INSERT INTO t VALUES (1), (2);
-- from
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t DEFAULT;
-- to
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);

-- case: a sub-partitioned partition leaves with its own partitions
-- keeps: t1
-- rows
INSERT INTO t VALUES (1, 1);
-- from
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE t1a PARTITION OF t1 FOR VALUES IN (1);
-- to
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
CREATE TABLE t1 (a int, b int, PRIMARY KEY (a, b)) PARTITION BY LIST (b);
CREATE TABLE t1a PARTITION OF t1 FOR VALUES IN (1);

-- case: a function that a table is partitioned by returns another type
-- refused: it cannot be altered that way
-- refused back: it cannot be altered that way
-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE pt (a int) PARTITION BY RANGE (f(a));
-- to
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE TABLE pt (a int) PARTITION BY RANGE (f(a));

-- case: a trigger with transition tables, a when and columns, whose column goes
-- from
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int, b int);
CREATE TRIGGER x AFTER UPDATE OF b ON t FOR EACH ROW WHEN (old.b IS DISTINCT FROM new.b) EXECUTE FUNCTION tf('1', 'it''s');
CREATE TRIGGER y AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION tf();
-- to
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int, c bigint);
CREATE TRIGGER x AFTER UPDATE OF c ON t FOR EACH ROW WHEN (old.c IS DISTINCT FROM new.c) EXECUTE FUNCTION tf('1', 'it''s');
CREATE TRIGGER y AFTER INSERT ON t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION tf();

-- case: a plain column becomes a child's inherited one, whose type differs
-- keeps: c
-- rows
INSERT INTO c VALUES (1, '5');
-- from
CREATE TABLE p (a int);
CREATE TABLE c (a int, b text);
-- to
CREATE TABLE p (a bigint, b int);
CREATE TABLE c (a bigint, b int, CHECK (b > 0)) INHERITS (p);

-- case: a domain in a key of a partitioned table changes its base
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (a d, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10);
-- to
CREATE DOMAIN d AS bigint CHECK (VALUE > 0);
CREATE TABLE t (a d, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10);

-- case: a collation made anew under keys, partitions and domains
-- keeps: t
-- rows
INSERT INTO t VALUES ('a', 'b');
-- from
CREATE COLLATION co (provider = libc, locale = 'C');
CREATE DOMAIN d AS text COLLATE co;
CREATE TABLE t (a text COLLATE co PRIMARY KEY, b d);
CREATE INDEX i ON t (b DESC);
-- to
CREATE COLLATION co (provider = libc, locale = 'POSIX');
CREATE DOMAIN d AS text COLLATE co;
CREATE TABLE t (a text COLLATE co PRIMARY KEY, b d);
CREATE INDEX i ON t (b DESC);

-- case: publication of columns, with a row filter, of a table that becomes partitioned
-- from
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE PUBLICATION p FOR TABLE t (a) WHERE (a > 0) WITH (publish_via_partition_root);
-- to
CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY LIST (a);
CREATE TABLE td PARTITION OF t DEFAULT;
CREATE PUBLICATION p FOR TABLE t (a) WHERE (a > 0) WITH (publish_via_partition_root);

-- case: rules and a view's triggers around a table that becomes partitioned and back
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES (new.a);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER x INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TRIGGER z BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
-- to
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE td PARTITION OF t DEFAULT;
CREATE VIEW v AS SELECT a FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES (new.a);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER x INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TRIGGER z BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();

-- case: constraints of the same names on parent and child that are not each other's
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0) NO INHERIT);
CREATE TABLE c (CONSTRAINT k CHECK (a > 5)) INHERITS (p);
-- to
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 5));
CREATE TABLE c () INHERITS (p);

-- case: a check goes from all levels and comes to the lowest under another meaning
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (c);
-- to
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d (CONSTRAINT k CHECK (a > 7)) INHERITS (c);

-- case: a column goes from one child and stays with its brother
-- noted back: stays its table's own
-- keeps: d
-- rows
INSERT INTO c VALUES (1, 2); INSERT INTO d VALUES (1, 2);
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (p);
CREATE TABLE dd () INHERITS (d);
-- to
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d (b int) INHERITS (p);
CREATE TABLE dd () INHERITS (d);

-- case: a column goes from the top and stays at the bottom
-- noted back: stays its table's own
-- keeps: dd
-- rows
INSERT INTO dd VALUES (1, 2);
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE d () INHERITS (p);
CREATE TABLE dd () INHERITS (d);
-- to
CREATE TABLE p (a int);
CREATE TABLE d () INHERITS (p);
CREATE TABLE dd (b int) INHERITS (d);

-- case: storage, statistics and compression of columns with children
-- from
CREATE TABLE p (a text, b text);
ALTER TABLE p ALTER b SET STORAGE EXTERNAL;
CREATE TABLE c () INHERITS (p);
CREATE TABLE t (a text) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t DEFAULT;
-- to
CREATE TABLE p (a text, b text);
ALTER TABLE p ALTER a SET STORAGE MAIN;
CREATE TABLE c () INHERITS (p);
ALTER TABLE c ALTER a SET STORAGE EXTERNAL, ALTER b SET STATISTICS 10;
CREATE TABLE t (a text COMPRESSION pglz) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t DEFAULT;
ALTER TABLE t1 ALTER a SET STATISTICS 5;

-- case: partitions of several parents' worth of bounds exchange, with keys and default
-- keeps: t
-- rows
INSERT INTO t VALUES (1), (15), (99);
-- from
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE lo PARTITION OF t FOR VALUES FROM (MINVALUE) TO (10);
CREATE TABLE hi PARTITION OF t FOR VALUES FROM (10) TO (MAXVALUE);
-- to
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE lo PARTITION OF t FOR VALUES FROM (MINVALUE) TO (12);
CREATE TABLE hi PARTITION OF t FOR VALUES FROM (12) TO (MAXVALUE);

-- case: an inherited check comes to a parent whose child has it and a foreign child table too
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TABLE p (a int);
CREATE TABLE c (CONSTRAINT k CHECK (a > 0)) INHERITS (p);
CREATE FOREIGN TABLE f () INHERITS (p) SERVER s;
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p);
CREATE FOREIGN TABLE f (b int) INHERITS (p) SERVER s;

-- case: a check is of parent and child, then only of the grandchild and its brother
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c (CONSTRAINT k CHECK (a > 0)) INHERITS (p);
CREATE TABLE d () INHERITS (c);
CREATE TABLE e () INHERITS (c);
CREATE TABLE g () INHERITS (p);
-- to
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d (CONSTRAINT k CHECK (a > 0)) INHERITS (c);
CREATE TABLE e () INHERITS (c);
CREATE TABLE g (CONSTRAINT k CHECK (a > 0)) INHERITS (p);

-- case: a check stays with a child that leaves, and with one that stays
-- keeps: c
-- noted back: stays its table's own
-- rows
INSERT INTO c VALUES (1); INSERT INTO d VALUES (1);
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (p);
-- to
CREATE TABLE p (a int);
CREATE TABLE c (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE d () INHERITS (p);

-- case: sequences with odd names owned by columns with odd names, in odd schemas
-- from
CREATE SCHEMA "a.b";
CREATE TABLE "a.b"."t""1" ("c.1" int, d int);
CREATE SEQUENCE "a.b"."s.q" OWNED BY "a.b"."t""1"."c.1";
ALTER TABLE "a.b"."t""1" ALTER "c.1" SET DEFAULT nextval('"a.b"."s.q"');
-- to
CREATE SCHEMA "a.b";
CREATE TABLE "a.b"."t""1" ("c.1" bigint, d int);
CREATE SEQUENCE "a.b"."s.q" INCREMENT 5 OWNED BY "a.b"."t""1".d;
ALTER TABLE "a.b"."t""1" ALTER d SET DEFAULT nextval('"a.b"."s.q"');

-- case: a table with odd names of everything is partitioned, and its columns are typed anew
-- keeps: "a.b"."t""1"
-- rows
INSERT INTO "a.b"."t""1" ("c.1") VALUES ('x.y');
-- from
CREATE SCHEMA "a.b";
CREATE TYPE "a.b"."e.1" AS ENUM ('x.y', 'z"');
CREATE TABLE "a.b"."t""1" ("c.1" "a.b"."e.1" CONSTRAINT "n.n" NOT NULL, "i.d" int GENERATED ALWAYS AS IDENTITY, CONSTRAINT "p.k" PRIMARY KEY ("c.1", "i.d"));
CREATE INDEX "i.x" ON "a.b"."t""1" ("c.1") WHERE "c.1" <> 'z"';
CREATE TABLE r (a "a.b"."e.1", b int, CONSTRAINT "f.k" FOREIGN KEY (a, b) REFERENCES "a.b"."t""1");
-- to
CREATE SCHEMA "a.b";
CREATE TYPE "a.b"."e.1" AS ENUM ('z"', 'x.y');
CREATE TABLE "a.b"."t""1" ("c.1" "a.b"."e.1" CONSTRAINT "n.n" NOT NULL, "i.d" int GENERATED ALWAYS AS IDENTITY, CONSTRAINT "p.k" PRIMARY KEY ("c.1", "i.d")) PARTITION BY LIST ("c.1");
CREATE INDEX "i.x" ON "a.b"."t""1" ("c.1") WHERE "c.1" <> 'z"';
CREATE TABLE "a.b"."t.d" PARTITION OF "a.b"."t""1" DEFAULT;
CREATE TABLE r (a "a.b"."e.1", b int, CONSTRAINT "f.k" FOREIGN KEY (a, b) REFERENCES "a.b"."t""1");

-- case: row security of partitions and of a view that asks as its invoker, under a type that changes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (a int, e e) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t AS RESTRICTIVE FOR SELECT TO reader USING (e = 'a');
CREATE POLICY p ON t1 FOR INSERT WITH CHECK (e = ANY (ARRAY['a', 'b']::e[]));
CREATE VIEW v WITH (security_barrier, security_invoker) AS SELECT * FROM t WHERE e = 'a';
GRANT SELECT ON v TO reader;
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (a int, e e) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t AS RESTRICTIVE FOR SELECT TO reader USING (e = 'a');
CREATE POLICY p ON t1 FOR INSERT WITH CHECK (e = ANY (ARRAY['a', 'b']::e[]));
CREATE VIEW v WITH (security_barrier, security_invoker) AS SELECT * FROM t WHERE e = 'a';
GRANT SELECT ON v TO reader;

-- case: a domain over a composite gets a check, and the composite an attribute
-- keeps: t
-- rows
INSERT INTO t VALUES (ROW(1, 'x'));
-- from
CREATE TYPE c AS (a int, b text);
CREATE DOMAIN d AS c;
CREATE TABLE t (x d);
-- to
CREATE TYPE c AS (a int, b text);
CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
CREATE TABLE t (x d);

-- case: an attribute comes to a composite that a domain and arrays are of
-- from
CREATE TYPE c AS (a int, b text);
CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
CREATE TABLE t (x d, y c[]);
-- to
CREATE TYPE c AS (a int, b text, z date);
CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
CREATE TABLE t (x d, y c[]);

-- case: a primary key moves between columns, with identity and not null left behind
-- keeps: t
-- rows
INSERT INTO t (b) VALUES (5);
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b int);
-- to
CREATE TABLE t (a int, b int PRIMARY KEY);

-- case: unlogged, partitioned and child tables with storage options
-- from
CREATE UNLOGGED TABLE u (a int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE p (a int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) WITH (fillfactor = 50);
CREATE INDEX i ON p (a) WITH (fillfactor = 60);
-- to
CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE p (a int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) WITH (autovacuum_enabled = false);
CREATE INDEX i ON p (a) WITH (fillfactor = 70);

-- case: an index of a partition is clustered on and identifies replicas, and its table's index changes
-- from
CREATE TABLE t (a int NOT NULL, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE UNIQUE INDEX i ON t (a);
ALTER TABLE t1 REPLICA IDENTITY USING INDEX t1_a_idx;
ALTER TABLE t1 CLUSTER ON t1_a_idx;
-- to
CREATE TABLE t (a int NOT NULL, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE UNIQUE INDEX i ON t (a) INCLUDE (b);
ALTER TABLE t1 REPLICA IDENTITY USING INDEX t1_a_b_idx;

-- case: a child that has everything from several parents becomes plain
-- keeps: c
-- noted back: stays its table's own
-- rows
INSERT INTO c VALUES (1, 2, 3);
-- from
CREATE TABLE p (a int NOT NULL, b int DEFAULT 1 CHECK (b > 0));
CREATE TABLE q (a int, c int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a int NOT NULL, b int DEFAULT 1 CHECK (b > 0));
CREATE TABLE q (a int, c int);
CREATE TABLE c (a int NOT NULL, b int DEFAULT 1, c int, CONSTRAINT p_b_check CHECK (b > 0));

-- case: functions whose arguments are domains over enums, with overloads that go
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e;
CREATE FUNCTION f(d) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(e[]) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE PROCEDURE pr(INOUT x d) LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE ag(d) (SFUNC = array_append, STYPE = d[]);
-- to
CREATE TYPE e AS ENUM ('b', 'c');
CREATE DOMAIN d AS e;
CREATE FUNCTION f(d) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE PROCEDURE pr(INOUT x d) LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE ag(d) (SFUNC = array_append, STYPE = d[]);

-- case: virtual generated columns under checks and policies
-- since: 18
-- from
CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a * 2) VIRTUAL, CONSTRAINT k CHECK (v > 0));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (v > 1);
CREATE TABLE c () INHERITS (t);
-- to
CREATE TABLE t (a bigint, v bigint GENERATED ALWAYS AS (a * 3) VIRTUAL, CONSTRAINT k CHECK (v > 1));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (v > 2);
CREATE TABLE c () INHERITS (t);

-- case: a not null comes to all of a partitioned tree and goes from another, by name
-- since: 18
-- from
CREATE TABLE t (a int, b int CONSTRAINT bn NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE t1a PARTITION OF t1 FOR VALUES IN (1);
-- to
CREATE TABLE t (a int CONSTRAINT an NOT NULL, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE t1a PARTITION OF t1 (b NOT NULL) FOR VALUES IN (1);

-- case: not null constraints of children with names of their own
-- since: 18
-- from
CREATE TABLE p (a int, b int NOT NULL);
CREATE TABLE c (CONSTRAINT mine NOT NULL a) INHERITS (p);
-- to
CREATE TABLE p (a int CONSTRAINT theirs NOT NULL, b int);
CREATE TABLE c (CONSTRAINT bmine NOT NULL b) INHERITS (p);

-- case: inherited not null that is not valid above
-- since: 18
-- from
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
ALTER TABLE p ADD CONSTRAINT an NOT NULL a NOT VALID;
ALTER TABLE c VALIDATE CONSTRAINT an;

-- case: not enforced checks of parents and children, and a domain
-- since: 18
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0) NOT ENFORCED);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p);

-- case: a temporal unique key becomes a plain one, and back
-- since: 18
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE t (id int NOT NULL, p int4range NOT NULL, CONSTRAINT k UNIQUE (id, p WITHOUT OVERLAPS));
ALTER TABLE t REPLICA IDENTITY FULL;
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE t (id bigint NOT NULL, p int4range NOT NULL, CONSTRAINT k UNIQUE (id, p));
ALTER TABLE t REPLICA IDENTITY USING INDEX k;

-- case: a generated column is made anew, and what is generated cannot be from generated, so chains through functions
-- keeps: plain
-- rows
INSERT INTO plain VALUES (1);
-- from
CREATE TABLE plain (a int);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (f(a)) STORED, c int);
CREATE VIEW v AS SELECT b FROM t WHERE b > 0;
CREATE MATERIALIZED VIEW m AS SELECT b FROM v;
CREATE INDEX m_b ON m (b);
-- to
CREATE TABLE plain (a int);
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1::bigint';
CREATE TABLE t (a int, b int, c bigint GENERATED ALWAYS AS (f(a) + b) STORED);
CREATE VIEW v AS SELECT b FROM t WHERE b > 0 AND c > 0;
CREATE MATERIALIZED VIEW m AS SELECT b FROM v;
CREATE INDEX m_b ON m (b);

-- case: one enum in a table that is rebuilt and one that is not, at once
-- keeps: u
-- rows
INSERT INTO t VALUES ('a', 1); INSERT INTO u VALUES ('a');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e, y int) PARTITION BY LIST (x);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE u (x e);
-- to
CREATE TYPE e AS ENUM ('a', 'c');
CREATE TABLE t (x e, y int) PARTITION BY LIST (x);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE u (x e);

-- case: a domain with a check made anew, in a table that is rebuilt and one that is not
-- keeps: u
-- rows
INSERT INTO t VALUES (1, '{2}'); INSERT INTO u VALUES (3, '{4}');
-- from
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (x d, y d[]) PARTITION BY LIST (x);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE u (x d, y d[]);
-- to
CREATE DOMAIN d AS int CONSTRAINT other CHECK (VALUE > -1);
CREATE TABLE t (x d, y d[]) PARTITION BY LIST (x);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE u (x d, y d[]);

-- case: a composite gets an attribute first, and is in a partitioned table that is plain later
-- keeps: plain
-- rows
INSERT INTO plain VALUES (1); INSERT INTO t VALUES (1, ROW('a', 'b'));
-- from
CREATE TABLE plain (a int);
CREATE TYPE c AS (a text, b text);
CREATE TABLE t (id int, c c) PARTITION BY LIST (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;
-- to
CREATE TABLE plain (a int);
CREATE TYPE c AS (n int, b text, a text);
CREATE TABLE t (id int, c c);

-- case: a range over a composite, and a composite over a range, when the composite changes places
-- refused: array, domain or range
-- refused back: array, domain or range
-- from
CREATE TYPE c AS (a int, b int);
CREATE TYPE r AS RANGE (subtype = c);
CREATE TABLE t (x r);
-- to
CREATE TYPE c AS (b int, a int);
CREATE TYPE r AS RANGE (subtype = c);
CREATE TABLE t (x r);

-- case: partitions with an identity and a serial are rebuilt one by one
-- keeps: t
-- rows
INSERT INTO t (a) VALUES (1), (2);
-- from
CREATE TABLE t (a int, s bigserial, g int GENERATED ALWAYS AS (a + 1) STORED, CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY HASH (a);
CREATE TABLE t1a PARTITION OF t1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TABLE t (a int, s bigserial, g int GENERATED ALWAYS AS (a + 1) STORED, CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY RANGE (s);
CREATE TABLE t1a PARTITION OF t1 FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2) PARTITION BY LIST (a);
CREATE TABLE t2a PARTITION OF t2 DEFAULT;

-- case: grants, comments, policies and triggers of partitions that are rebuilt
-- from
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
GRANT SELECT ON t1 TO reader;
COMMENT ON TABLE t1 IS 'one';
COMMENT ON COLUMN t1.b IS 'bee';
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t1 USING (b > 0);
CREATE TRIGGER own AFTER INSERT ON t1 FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TRIGGER above AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
-- to
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
GRANT SELECT ON t1 TO reader;
COMMENT ON TABLE t1 IS 'one';
COMMENT ON COLUMN t1.b IS 'bee';
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t1 USING (b > 0);
CREATE TRIGGER own AFTER INSERT ON t1 FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TRIGGER above AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();

-- case: a typed table becomes plain while its type changes, and a plain one typed
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'x'); INSERT INTO u VALUES (1, 'y');
-- from
CREATE TYPE ty AS (a int, b text);
CREATE TABLE t OF ty;
CREATE TABLE u (a bigint, b text);
-- to
CREATE TYPE ty AS (a bigint, b text);
CREATE TABLE t (a int, b text);
CREATE TABLE u OF ty;

-- case: two parents change the type of what one child has of both, and it leaves one
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE q (a int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a bigint, b int);
CREATE TABLE q (a int);
CREATE TABLE c () INHERITS (p);

-- case: exclusion constraints on expressions of an enum that changes
-- keeps: t
-- rows
INSERT INTO t VALUES ('a', '[1,2)');
-- from
CREATE EXTENSION btree_gist;
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (e e, r int4range, CONSTRAINT x EXCLUDE USING gist (e WITH =, r WITH &&) WHERE (e <> 'b') DEFERRABLE);
-- to
CREATE EXTENSION btree_gist;
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (e e, r int4range, CONSTRAINT x EXCLUDE USING gist (e WITH =, r WITH &&) WHERE (e <> 'b') DEFERRABLE);

-- case: a check of two parents goes from both and stays with the child
-- from
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE q (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a int);
CREATE TABLE q (a int);
CREATE TABLE c (CONSTRAINT k CHECK (a > 0)) INHERITS (p, q);

-- case: a column of two parents goes from both and stays with the child
-- keeps: c
-- noted back: stays its table's own
-- rows
INSERT INTO c VALUES (1, 5);
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE q (b int);
CREATE TABLE c () INHERITS (p, q);
-- to
CREATE TABLE p (a int);
CREATE TABLE q ();
CREATE TABLE c (b int) INHERITS (p, q);

-- case: a table goes from one type to another, with its columns
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'x');
-- from
CREATE TYPE ty AS (a int, b text);
CREATE TABLE t OF ty (PRIMARY KEY (a));
CREATE TABLE u (a int, b text);
-- to
CREATE TYPE tz AS (a bigint, b text);
CREATE TABLE t OF tz (PRIMARY KEY (a));
CREATE TABLE u OF tz;

-- case: the collation that a table is partitioned by is made anew
-- from
CREATE COLLATION co (provider = libc, locale = 'C');
CREATE TABLE t (a text COLLATE co) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a') TO ('b');
-- to
CREATE COLLATION co (provider = libc, locale = 'POSIX');
CREATE TABLE t (a text COLLATE co) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a') TO ('b');
