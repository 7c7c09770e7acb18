Chains of dependencies, and what changes its kind.

-- case: enum, domain, table, function, view, materialized view, index and policy come in one plan
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TYPE s.level AS ENUM ('low', 'high');
CREATE DOMAIN s.grade AS s.level NOT NULL CHECK (VALUE IN ('low', 'high'));
CREATE TABLE s.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, g s.grade DEFAULT 'low', owner text);
CREATE FUNCTION s.score(t s.t) RETURNS int STABLE LANGUAGE sql AS 'SELECT CASE t.g::text WHEN ''low'' THEN 0 ELSE 1 END';
CREATE VIEW s.a_view AS SELECT id, s.score(t.*) AS score FROM s.t;
CREATE MATERIALIZED VIEW s.a_mv AS SELECT score, count(*) AS n FROM s.a_view GROUP BY score;
CREATE UNIQUE INDEX a_mv_score ON s.a_mv (score);
CREATE FUNCTION s.may(int) RETURNS boolean STABLE LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM s.a_mv WHERE score = $1)';
ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON s.t USING (s.may(id));

-- case: the enum at the bottom of the same chain loses a value
-- keeps: t
-- rows
INSERT INTO t (g) VALUES ('low');
-- from
CREATE TYPE level AS ENUM ('low', 'mid', 'high');
CREATE DOMAIN grade AS level NOT NULL;
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, g grade DEFAULT 'low');
CREATE FUNCTION score(t t) RETURNS int STABLE LANGUAGE sql AS 'SELECT CASE t.g::text WHEN ''low'' THEN 0 ELSE 1 END';
CREATE VIEW a_view AS SELECT id, g, score(t.*) AS score FROM t;
CREATE MATERIALIZED VIEW a_mv AS SELECT g, count(*) AS n FROM a_view GROUP BY g;
CREATE UNIQUE INDEX a_mv_g ON a_mv (g);
CREATE POLICY p ON t USING (g::text = 'high');
-- to
CREATE TYPE level AS ENUM ('low', 'high');
CREATE DOMAIN grade AS level NOT NULL;
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, g grade DEFAULT 'low');
CREATE FUNCTION score(t t) RETURNS int STABLE LANGUAGE sql AS 'SELECT CASE t.g::text WHEN ''low'' THEN 0 ELSE 1 END';
CREATE VIEW a_view AS SELECT id, g, score(t.*) AS score FROM t;
CREATE MATERIALIZED VIEW a_mv AS SELECT g, count(*) AS n FROM a_view GROUP BY g;
CREATE UNIQUE INDEX a_mv_g ON a_mv (g);
CREATE POLICY p ON t USING (g::text = 'high');

-- case: a column type changes at the bottom of a chain of views and functions
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (id int, n int);
CREATE VIEW v1 AS SELECT id, n FROM t;
CREATE FUNCTION f1() RETURNS SETOF v1 STABLE LANGUAGE sql AS 'SELECT * FROM v1';
CREATE VIEW v2 AS SELECT n FROM f1();
CREATE FUNCTION f2() RETURNS bigint STABLE BEGIN ATOMIC SELECT count(n) FROM v2; END;
CREATE VIEW v3 AS SELECT f2() AS x;
-- to
CREATE TABLE t (id int, n bigint);
CREATE VIEW v1 AS SELECT id, n FROM t;
CREATE FUNCTION f1() RETURNS SETOF v1 STABLE LANGUAGE sql AS 'SELECT * FROM v1';
CREATE VIEW v2 AS SELECT n FROM f1();
CREATE FUNCTION f2() RETURNS bigint STABLE BEGIN ATOMIC SELECT count(n) FROM v2; END;
CREATE VIEW v3 AS SELECT f2() AS x;

-- case: a table and all that hangs on it is exchanged for another
-- from
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id serial PRIMARY KEY, e e);
CREATE TABLE child (t_id int REFERENCES t);
CREATE VIEW v AS SELECT t.e, child.t_id FROM t JOIN child ON t_id = id;
CREATE FUNCTION f(e) RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
-- to
CREATE TYPE e AS ENUM ('b');
CREATE TABLE u (id serial PRIMARY KEY, e e);
CREATE TABLE child (u_id int REFERENCES u);
CREATE VIEW v AS SELECT u.e, child.u_id FROM u JOIN child ON u_id = id;
CREATE FUNCTION f(e) RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';

-- case: a table becomes a composite type, and a type a table
-- from
CREATE TABLE one (a int);
CREATE TYPE two AS (a int);
-- to
CREATE TYPE one AS (a int);
CREATE TABLE two (a int);

-- case: a table becomes a materialized view, a view a table
-- from
CREATE TABLE src (a int);
CREATE TABLE one (a int);
CREATE VIEW two AS SELECT a FROM src;
-- to
CREATE TABLE src (a int);
CREATE MATERIALIZED VIEW one AS SELECT a FROM src;
CREATE TABLE two (a int);

-- case: a sequence, an index and a table exchange their names
-- from
CREATE TABLE a (x int);
CREATE SEQUENCE b;
CREATE INDEX c ON a (x);
-- to
CREATE SEQUENCE a;
CREATE TABLE c (x int);
CREATE INDEX b ON c (x);

-- case: the sequence of a serial column takes the name of a table that goes
-- from
CREATE TABLE t_id_seq (a int);
-- to
CREATE TABLE t (id serial);

-- case: an enum and a domain exchange their names
-- from
CREATE TYPE a AS ENUM ('x');
CREATE DOMAIN b AS text;
CREATE TABLE t (a a, b b);
-- to
CREATE TYPE b AS ENUM ('x');
CREATE DOMAIN a AS text;
CREATE TABLE t (a a, b b);

-- case: a constraint of one table takes the name of an index of another
-- from
CREATE TABLE one (a int);
CREATE TABLE two (a int);
CREATE INDEX name ON one (a);
-- to
CREATE TABLE one (a int);
CREATE TABLE two (a int, CONSTRAINT name UNIQUE (a));

-- case: a primary key takes the name that a view had
-- from
CREATE TABLE t (id int NOT NULL);
CREATE VIEW t_pkey AS SELECT id FROM t;
-- to
CREATE TABLE t (id int NOT NULL PRIMARY KEY);

-- case: a trigger and a constraint trigger exchange their names
-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (a int);
CREATE TRIGGER a AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE CONSTRAINT TRIGGER b AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (a int);
CREATE TRIGGER b AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE CONSTRAINT TRIGGER a AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

-- case: a default, a check and a policy call a function that takes a table's row
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE base (a int);
CREATE FUNCTION of(base) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int DEFAULT of(ROW(1)::base), CHECK (of(ROW(a)::base) > 0));
CREATE POLICY p ON t USING (of(ROW(a)::base) = 1);

-- case: fifty tables in a chain of foreign keys go and come the other way round
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.t0 (id int PRIMARY KEY);
CREATE TABLE s.t1 (id int PRIMARY KEY, up int REFERENCES s.t0);
CREATE TABLE s.t2 (id int PRIMARY KEY, up int REFERENCES s.t1);
CREATE TABLE s.t3 (id int PRIMARY KEY, up int REFERENCES s.t2);
CREATE TABLE s.t4 (id int PRIMARY KEY, up int REFERENCES s.t3);
CREATE TABLE s.t5 (id int PRIMARY KEY, up int REFERENCES s.t4);
CREATE TABLE s.t6 (id int PRIMARY KEY, up int REFERENCES s.t5);
CREATE TABLE s.t7 (id int PRIMARY KEY, up int REFERENCES s.t6);
CREATE TABLE s.t8 (id int PRIMARY KEY, up int REFERENCES s.t7);
CREATE TABLE s.t9 (id int PRIMARY KEY, up int REFERENCES s.t8);
CREATE TABLE s.t10 (id int PRIMARY KEY, up int REFERENCES s.t9);
CREATE TABLE s.t11 (id int PRIMARY KEY, up int REFERENCES s.t10);
CREATE TABLE s.t12 (id int PRIMARY KEY, up int REFERENCES s.t11);
CREATE TABLE s.t13 (id int PRIMARY KEY, up int REFERENCES s.t12);
CREATE TABLE s.t14 (id int PRIMARY KEY, up int REFERENCES s.t13);
CREATE TABLE s.t15 (id int PRIMARY KEY, up int REFERENCES s.t14);
CREATE TABLE s.t16 (id int PRIMARY KEY, up int REFERENCES s.t15);
CREATE TABLE s.t17 (id int PRIMARY KEY, up int REFERENCES s.t16);
CREATE TABLE s.t18 (id int PRIMARY KEY, up int REFERENCES s.t17);
CREATE TABLE s.t19 (id int PRIMARY KEY, up int REFERENCES s.t18);
CREATE TABLE s.t20 (id int PRIMARY KEY, up int REFERENCES s.t19);
CREATE TABLE s.t21 (id int PRIMARY KEY, up int REFERENCES s.t20);
CREATE TABLE s.t22 (id int PRIMARY KEY, up int REFERENCES s.t21);
CREATE TABLE s.t23 (id int PRIMARY KEY, up int REFERENCES s.t22);
CREATE TABLE s.t24 (id int PRIMARY KEY, up int REFERENCES s.t23);
CREATE TABLE s.t25 (id int PRIMARY KEY, up int REFERENCES s.t24);
CREATE TABLE s.t26 (id int PRIMARY KEY, up int REFERENCES s.t25);
CREATE TABLE s.t27 (id int PRIMARY KEY, up int REFERENCES s.t26);
CREATE TABLE s.t28 (id int PRIMARY KEY, up int REFERENCES s.t27);
CREATE TABLE s.t29 (id int PRIMARY KEY, up int REFERENCES s.t28);
CREATE TABLE s.t30 (id int PRIMARY KEY, up int REFERENCES s.t29);
CREATE TABLE s.t31 (id int PRIMARY KEY, up int REFERENCES s.t30);
CREATE TABLE s.t32 (id int PRIMARY KEY, up int REFERENCES s.t31);
CREATE TABLE s.t33 (id int PRIMARY KEY, up int REFERENCES s.t32);
CREATE TABLE s.t34 (id int PRIMARY KEY, up int REFERENCES s.t33);
CREATE TABLE s.t35 (id int PRIMARY KEY, up int REFERENCES s.t34);
CREATE TABLE s.t36 (id int PRIMARY KEY, up int REFERENCES s.t35);
CREATE TABLE s.t37 (id int PRIMARY KEY, up int REFERENCES s.t36);
CREATE TABLE s.t38 (id int PRIMARY KEY, up int REFERENCES s.t37);
CREATE TABLE s.t39 (id int PRIMARY KEY, up int REFERENCES s.t38);
CREATE TABLE s.t40 (id int PRIMARY KEY, up int REFERENCES s.t39);
CREATE TABLE s.t41 (id int PRIMARY KEY, up int REFERENCES s.t40);
CREATE TABLE s.t42 (id int PRIMARY KEY, up int REFERENCES s.t41);
CREATE TABLE s.t43 (id int PRIMARY KEY, up int REFERENCES s.t42);
CREATE TABLE s.t44 (id int PRIMARY KEY, up int REFERENCES s.t43);
CREATE TABLE s.t45 (id int PRIMARY KEY, up int REFERENCES s.t44);
CREATE TABLE s.t46 (id int PRIMARY KEY, up int REFERENCES s.t45);
CREATE TABLE s.t47 (id int PRIMARY KEY, up int REFERENCES s.t46);
CREATE TABLE s.t48 (id int PRIMARY KEY, up int REFERENCES s.t47);
CREATE TABLE s.t49 (id int PRIMARY KEY, up int REFERENCES s.t48);

-- case: a column's default calls a function that reads the table
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int, pos bigint);
CREATE FUNCTION next_pos() RETURNS bigint STABLE BEGIN ATOMIC SELECT coalesce(max(pos), 0) + 1 FROM t; END;
ALTER TABLE t ALTER pos SET DEFAULT next_pos();

-- case: a view that a function reads which a policy calls gets another column
-- from
CREATE TABLE t (id int, team int);
CREATE VIEW teams AS SELECT team FROM t;
CREATE FUNCTION member(int) RETURNS boolean STABLE BEGIN ATOMIC SELECT EXISTS (SELECT FROM teams WHERE team = $1); END;
CREATE POLICY p ON t USING (member(team));
-- to
CREATE TABLE t (id int, team int);
CREATE VIEW teams AS SELECT id, team FROM t;
CREATE FUNCTION member(int) RETURNS boolean STABLE BEGIN ATOMIC SELECT EXISTS (SELECT FROM teams WHERE team = $1); END;
CREATE POLICY p ON t USING (member(team));

-- case: an operator and an index on it come with their function
-- from
CREATE TABLE t (a int);
-- to
CREATE FUNCTION near(int, int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT abs($1 - $2) < 2';
CREATE OPERATOR ~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = near);
CREATE TABLE t (a int, CHECK (a OPERATOR(public.~~~) 5));
CREATE VIEW v AS SELECT a FROM t WHERE a ~~~ 3;

-- case: an AND within an AND stays one, wherever it stands
-- from
CREATE TABLE t (a int, b int);
-- to
CREATE TABLE t (a int, b int, g bool GENERATED ALWAYS AS (a BETWEEN 1 AND 2 AND b > 0) STORED,
    CONSTRAINT c CHECK (b BETWEEN 0 AND 9 AND a > 0));
CREATE INDEX i ON t (a) WHERE b BETWEEN 0 AND 9 AND a > 0;
CREATE VIEW v AS SELECT a FROM t WHERE (a, b, a) IS DISTINCT FROM (1, 2, 3);
CREATE POLICY p ON t USING (a BETWEEN 0 AND 9 AND b = 1);
CREATE FUNCTION f(x bool DEFAULT (1 BETWEEN 0 AND 2 AND true)) RETURNS text LANGUAGE sql
    AS $$ SELECT '((a AND b) AND c)' WHERE ((x AND x) AND x) $$;

-- case: rows that are compared within rows stay rows
-- from
CREATE TABLE t (a int, b int, c int);
-- to
CREATE TABLE t (a int, b int, c int, CONSTRAINT k CHECK (((a, b), c) IS DISTINCT FROM ((1, 2), 3)),
    CONSTRAINT e CHECK (((a, b), c) = ((1, 2), 3)));

-- case: a new overload would fit the calls of the one that goes
-- from
CREATE FUNCTION f(a text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (x text CHECK (f(x)));
-- to
CREATE FUNCTION f(a text, b int DEFAULT 1) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (x text CHECK (f(x)));

-- case: an index and statistics are made of a function that is replaced
-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (a int);
-- to
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
CREATE TABLE t (a int);
CREATE INDEX i ON t (f(a));
CREATE STATISTICS s ON f(a), a FROM t;

-- case: a table becomes partitioned, and a function of its rows loses its check
-- from
CREATE TABLE t (a int);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
ALTER TABLE t ADD CONSTRAINT c CHECK (f(t) > 0);
CREATE INDEX i ON t (f(t));
-- to
CREATE TABLE t (a int) PARTITION BY RANGE (a);
CREATE TABLE p PARTITION OF t DEFAULT;
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';

-- case: a default needs a function of the table that goes with it
-- from
CREATE TABLE t (a int);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
ALTER TABLE t ALTER a SET DEFAULT f(NULL);
-- to
CREATE TABLE other (a int);

-- case: an enum loses a value while one table is of it and another comes
-- keeps: t
-- rows
INSERT INTO t VALUES ('b');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (e e);
-- to
CREATE TYPE e AS ENUM ('b');
CREATE TABLE t (e e, f e[]);
CREATE TABLE u (e e DEFAULT 'b' CHECK (e <> ALL (ARRAY[]::e[])));
CREATE DOMAIN d AS e;

-- case: a function gets another result while a table comes that calls it
-- from
CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT f(a) AS x FROM t;
-- to
CREATE FUNCTION f(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 1::bigint';
CREATE TABLE t (a int DEFAULT f(1));
CREATE TABLE u (a int DEFAULT f(2), CHECK (f(a) > 0));
CREATE INDEX i ON u (f(a));
CREATE INDEX j ON t (f(a));
CREATE VIEW v AS SELECT f(a) AS x FROM t;

-- case: a table goes with a default that a function of its rows computes
-- from
CREATE TABLE t (id int, n bigint);
CREATE FUNCTION rows() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END;
ALTER TABLE t ALTER n SET DEFAULT rows();
-- to
SELECT;
