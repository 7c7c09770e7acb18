-- Things of which each needs the other, in one schema the one and in the other schema the other: what such a plan makes
-- stands the other way round when it runs again.

-- case: two materialized views swap who reads whom
-- from
CREATE TABLE t (id int);
CREATE MATERIALIZED VIEW a AS SELECT id FROM t;
CREATE MATERIALIZED VIEW b AS SELECT id FROM a;
CREATE UNIQUE INDEX bi ON b (id);
GRANT SELECT ON b TO reader;
-- to
CREATE TABLE t (id int);
CREATE MATERIALIZED VIEW b AS SELECT id FROM t;
CREATE MATERIALIZED VIEW a AS SELECT id FROM b;
CREATE UNIQUE INDEX bi ON b (id);
GRANT SELECT ON b TO reader;

-- case: three materialized views read each other the other way round, and a policy and a view read them
-- from
CREATE TABLE t (id int);
CREATE MATERIALIZED VIEW a AS SELECT id FROM t;
CREATE MATERIALIZED VIEW b AS SELECT id FROM a;
CREATE MATERIALIZED VIEW c AS SELECT id FROM b;
CREATE VIEW top AS SELECT a.id FROM a, b, c;
COMMENT ON VIEW top IS 'reads all three';
CREATE POLICY p ON t USING (id IN (SELECT id FROM c));
-- to
CREATE TABLE t (id int);
CREATE MATERIALIZED VIEW c AS SELECT id FROM t;
CREATE MATERIALIZED VIEW b AS SELECT id FROM c;
CREATE MATERIALIZED VIEW a AS SELECT id FROM b;
CREATE VIEW top AS SELECT a.id FROM a, b, c;
COMMENT ON VIEW top IS 'reads all three';
CREATE POLICY p ON t USING (id IN (SELECT id FROM a));

-- case: two views swap who reads whom, and their table gets a column that both show
-- from
CREATE TABLE t (id int);
CREATE VIEW a AS SELECT id FROM t;
CREATE VIEW b AS SELECT id FROM a;
COMMENT ON COLUMN b.id IS 'read through two';
-- to
CREATE TABLE t (id int, k int);
CREATE VIEW b AS SELECT id, k FROM t;
CREATE VIEW a AS SELECT id, k FROM b;
CREATE VIEW c AS SELECT * FROM a;
COMMENT ON COLUMN b.id IS 'read through two';

-- case: a materialized view and a function in standard SQL swap who reads whom
-- from
CREATE TABLE t (id int);
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC SELECT id FROM m; END;
CREATE VIEW v AS SELECT f.f FROM f();
-- to
CREATE TABLE t (id int);
CREATE FUNCTION f() RETURNS SETOF bigint LANGUAGE sql BEGIN ATOMIC SELECT id::bigint FROM t; END;
CREATE MATERIALIZED VIEW m AS SELECT f.f AS id FROM f();
CREATE VIEW v AS SELECT m.id AS f FROM m;

-- case: two functions in standard SQL swap who calls whom, and what they return
-- rows
INSERT INTO t DEFAULT VALUES;
-- keeps: t
-- from
CREATE FUNCTION a() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
CREATE FUNCTION b() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a(); END;
CREATE TABLE t (n int DEFAULT a());
-- to
CREATE FUNCTION b() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT 1::bigint; END;
CREATE FUNCTION a() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT b(); END;
CREATE TABLE t (n int DEFAULT a());

-- case: two domains swap which is over which
-- rows
INSERT INTO t VALUES (1, 2);
-- keeps: t
-- from
CREATE DOMAIN a AS int;
CREATE DOMAIN b AS a;
CREATE TABLE t (x a, y b);
-- to
CREATE DOMAIN b AS int;
CREATE DOMAIN a AS b;
CREATE TABLE t (x a, y b);

-- case: two composite types swap which is part of which
-- from
CREATE TYPE a AS (x int);
CREATE TYPE b AS (z int, y a);
CREATE FUNCTION f(b) RETURNS a LANGUAGE sql AS 'select null::a';
-- to
CREATE TYPE b AS (z int);
CREATE TYPE a AS (x int, w b);
CREATE FUNCTION f(b) RETURNS a LANGUAGE sql AS 'select null::a';
