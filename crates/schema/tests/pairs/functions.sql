Functions.

-- case: a function comes and one goes
-- from
CREATE FUNCTION gone(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: a body changes in place
-- unchanged: function f(int)
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';

-- case: every attribute changes in place
-- unchanged: function f(int)
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a; END';
-- to
CREATE FUNCTION f(a int) RETURNS int IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5
  SET search_path = '' SET work_mem = '8MB' LANGUAGE plpgsql AS 'BEGIN RETURN a; END';

-- case: attributes fall back to their defaults
-- unchanged: function f(int)
-- from
CREATE FUNCTION f(a int) RETURNS SETOF int STABLE STRICT SECURITY DEFINER PARALLEL RESTRICTED COST 5 ROWS 7
  SET search_path = public, pg_temp LANGUAGE plpgsql AS 'BEGIN RETURN NEXT a; END';
-- to
CREATE FUNCTION f(a int) RETURNS SETOF int LANGUAGE plpgsql AS 'BEGIN RETURN NEXT a; END';

-- case: settings with odd values
-- from
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = "$user", "Odd schema", public SET "app.name" = 'it''s, a "name"' SET datestyle = 'ISO, DMY' AS 'SELECT 1';

-- case: the return type changes
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
GRANT EXECUTE ON FUNCTION f TO reader;
COMMENT ON FUNCTION f IS 'x';
-- to
CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint';
GRANT EXECUTE ON FUNCTION f TO reader;
COMMENT ON FUNCTION f IS 'x';

-- case: an argument gets another name
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql AS 'SELECT b';

-- case: an argument gets another type, which is another function
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a bigint) RETURNS int LANGUAGE sql AS 'SELECT a::int';

-- case: a default is added in place
-- unchanged: function f(int,int)
-- from
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b';
-- to
CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a + b';

-- case: a default goes
-- from
CREATE FUNCTION f(a int DEFAULT 1, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a + b';
-- to
CREATE FUNCTION f(a int, b int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT a + b';

-- case: a default goes while a view uses it
-- from
CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a + b';
CREATE VIEW v AS SELECT f(1) AS x;
-- to
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b';
CREATE VIEW v AS SELECT f(1, 2) AS x;

-- case: out arguments, inout and variadic
-- from
CREATE FUNCTION f(a int, OUT b int, OUT c text) LANGUAGE sql AS 'SELECT a, ''x''::text';
-- to
CREATE FUNCTION f(a int, OUT b int, OUT c text, OUT d int) LANGUAGE sql AS 'SELECT a, ''x''::text, 1';
CREATE FUNCTION g(INOUT a int, VARIADIC b text[] DEFAULT '{}') LANGUAGE sql AS 'SELECT a';

-- case: a table function changes its columns
-- from
CREATE FUNCTION f() RETURNS TABLE (a int, b text) LANGUAGE sql AS 'SELECT 1, ''x''::text';
CREATE VIEW v AS SELECT a FROM f();
-- to
CREATE FUNCTION f() RETURNS TABLE (a int, b text, c date) LANGUAGE sql AS 'SELECT 1, ''x''::text, current_date';
CREATE VIEW v AS SELECT a FROM f();

-- case: overloaded functions, one changes
-- unchanged: function f(int)
-- unchanged: function f(text)
-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''''';
-- to
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1';
COMMENT ON FUNCTION f(int, int) IS 'two';

-- case: an SQL body that Postgres parses
-- from
CREATE TABLE t (a int, b text);
CREATE FUNCTION f(x int) RETURNS text STABLE BEGIN ATOMIC SELECT b FROM t WHERE a = x; END;
-- to
CREATE TABLE t (a int, b text);
CREATE FUNCTION f(x int) RETURNS text STABLE BEGIN ATOMIC SELECT 'x' || b FROM t WHERE a = x ORDER BY b LIMIT 1; END;
CREATE FUNCTION g(x int) RETURNS int RETURN x + 1;

-- case: an SQL body that Postgres parses needs a view that changes
-- from
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f(x int) RETURNS text STABLE BEGIN ATOMIC SELECT b FROM v WHERE a = x; END;
GRANT EXECUTE ON FUNCTION f TO writer;
-- to
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT b, a FROM t;
CREATE FUNCTION f(x int) RETURNS text STABLE BEGIN ATOMIC SELECT b FROM v WHERE a = x; END;
GRANT EXECUTE ON FUNCTION f TO writer;

-- case: a body needs a table that comes later
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.t (a int);
CREATE FUNCTION s.f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM s.t';
CREATE FUNCTION s.a() RETURNS bigint LANGUAGE sql AS 'SELECT s.f()';
CREATE VIEW s.v AS SELECT s.a() AS n;

-- case: a body needs a column that comes at the same time
-- from
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM public.t';
-- to
CREATE TABLE t (a int, b int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT b FROM public.t';

-- case: functions that call each other
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
SET check_function_bodies = off;
CREATE FUNCTION s.even(n int) RETURNS boolean LANGUAGE sql AS 'SELECT n = 0 OR s.odd(n - 1)';
CREATE FUNCTION s.odd(n int) RETURNS boolean LANGUAGE sql AS 'SELECT n <> 0 AND s.even(n - 1)';

-- case: a function takes and returns rows of a table
-- from
CREATE TABLE t (a int);
CREATE FUNCTION f(t) RETURNS t LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
-- to
CREATE TABLE t (a int, b int);
CREATE FUNCTION f(t) RETURNS t LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
CREATE FUNCTION full_name(t) RETURNS text LANGUAGE sql AS 'SELECT $1.a::text || $1.b::text';

-- case: %TYPE is resolved when the function is made
-- from
CREATE TABLE t (a int);
CREATE FUNCTION f(x t.a%TYPE) RETURNS t.a%TYPE LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TABLE t (a bigint);
CREATE FUNCTION f(x t.a%TYPE) RETURNS t.a%TYPE LANGUAGE sql AS 'SELECT $1';

-- case: polymorphic arguments
-- from
CREATE FUNCTION f(anyelement) RETURNS anyarray LANGUAGE sql AS 'SELECT ARRAY[$1]';
-- to
CREATE FUNCTION f(anyelement) RETURNS anyarray LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[$1, $1]';
CREATE FUNCTION g(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1';

-- case: a function is used by a default, a check, a generated column, an index, a policy and a view
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t (b) VALUES (5);
-- from
CREATE FUNCTION f(x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE t (a int DEFAULT f(1), b int CHECK (f(b) > 0), c int GENERATED ALWAYS AS (f(b)) STORED);
CREATE INDEX i ON t (f(b));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (f(a) > 0);
CREATE VIEW v AS SELECT f(a) FROM t;
-- to
CREATE FUNCTION f(x int) RETURNS int IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT $1 * 1';
CREATE TABLE t (a int DEFAULT f(1), b int CHECK (f(b) > 0), c int GENERATED ALWAYS AS (f(b)) STORED);
CREATE INDEX i ON t (f(b));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (f(a) > 0);
CREATE VIEW v AS SELECT f(a) FROM t;

-- case: the same, and an argument gets another name
-- keeps: t
-- rows
INSERT INTO t (b) VALUES (5);
-- from
CREATE FUNCTION f(x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE t (a int DEFAULT f(1), b int CHECK (f(b) > 0), c int GENERATED ALWAYS AS (f(b)) STORED);
CREATE INDEX i ON t (f(b));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (f(a) > 0);
CREATE VIEW v AS SELECT f(a) FROM t;
-- to
CREATE FUNCTION f(y int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE t (a int DEFAULT f(1), b int CHECK (f(b) > 0), c int GENERATED ALWAYS AS (f(b)) STORED);
CREATE INDEX i ON t (f(b));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (f(a) > 0);
CREATE VIEW v AS SELECT f(a) FROM t;

-- case: bodies full of quotes and dollars
-- unchanged: function f()
-- from
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $x$ BEGIN RETURN 'a'; END $x$;
-- to
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $x$
-- a comment; with 'quotes'
BEGIN
  EXECUTE $$ SELECT '$function$' $$;
  RETURN E'\\ \' $do$ "' || $body$ it's $body$;
END
$x$;
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS 'SELECT ''$meshhook$''::text';

-- case: a trigger function returns something else
-- from
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';

-- case: the language changes in place
-- unchanged: function f(int)
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a; END';

-- case: a function becomes a procedure
-- from
CREATE FUNCTION f(a int) RETURNS void LANGUAGE sql AS 'SELECT';
GRANT EXECUTE ON FUNCTION f TO reader;
-- to
CREATE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT';
GRANT EXECUTE ON PROCEDURE f TO reader;

-- case: a function becomes an aggregate
-- from
CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
-- to
CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int, initcond = '0');

-- case: a support function and a planner's estimate
-- from
CREATE FUNCTION f(text, text) RETURNS boolean IMMUTABLE STRICT LANGUAGE internal AS 'text_starts_with';
-- to
CREATE FUNCTION f(text, text) RETURNS boolean IMMUTABLE STRICT LANGUAGE internal AS 'text_starts_with' SUPPORT text_starts_with_support;

-- case: a window function written in C
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE FUNCTION s.number() RETURNS bigint WINDOW IMMUTABLE LANGUAGE internal AS 'window_row_number';

-- case: owner and grants of functions
-- unchanged: function f()
-- unchanged: function g()
-- from
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION g FROM PUBLIC;
-- to
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f OWNER TO keeper;
REVOKE ALL ON FUNCTION f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f TO reader, writer;

-- case: defaults that name enums, functions and casts
-- from
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE FUNCTION f(m mood DEFAULT 'happy', at timestamptz DEFAULT now()) RETURNS mood LANGUAGE sql AS 'SELECT m';
-- to
CREATE TYPE mood AS ENUM ('sad', 'happy', 'ok');
CREATE FUNCTION f(m mood DEFAULT 'ok', at timestamptz DEFAULT now() - interval '1 day') RETURNS mood LANGUAGE sql AS 'SELECT m';

-- case: a function returns another type, and much that is new calls it
-- from
CREATE FUNCTION toll(km int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT km';
CREATE TABLE trips (km int, price int);
-- to
CREATE FUNCTION toll(km int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT km::bigint';
CREATE TABLE trips (
    km int DEFAULT toll(2), price int CHECK (toll(price) > 0), extra int DEFAULT toll(3),
    whole bigint GENERATED ALWAYS AS (toll(km)) STORED
);
CREATE INDEX trips_toll ON trips (toll(km));
CREATE TABLE passes (km int DEFAULT toll(2), CHECK (toll(km) > 1));
CREATE DOMAIN fee AS int DEFAULT toll(1) CHECK (toll(VALUE) > 0);

-- case: a function in standard SQL comes to read a materialized view that is made again
-- from
CREATE TABLE marks (pupil int, mark int);
CREATE MATERIALIZED VIEW bests AS SELECT pupil, mark FROM marks;
CREATE FUNCTION best() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT mark FROM marks; END;
-- to
CREATE TABLE marks (pupil int, mark int);
CREATE MATERIALIZED VIEW bests AS SELECT mark FROM marks;
CREATE FUNCTION best() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT mark FROM bests; END;

-- case: a function with a default takes the place of one that its callers could mean too
-- from
CREATE TABLE t (id int);
CREATE FUNCTION f(a int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE VIEW v AS SELECT f(id) FROM t;
CREATE POLICY p ON t USING (f(id));
-- to
CREATE TABLE t (id int);
CREATE FUNCTION f(a int, b int DEFAULT 0) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE VIEW v AS SELECT f(id) FROM t;
CREATE POLICY p ON t USING (f(id, 1));

-- case: an attribute of a composite type and the function that fills it
-- from
CREATE TYPE p AS (x int, y text);
CREATE FUNCTION f(a int, b text) RETURNS p LANGUAGE sql AS 'SELECT (a, b)::p';
-- to
CREATE TYPE p AS (x int, y text, z boolean);
CREATE FUNCTION f(a int, b text, c boolean) RETURNS p LANGUAGE sql AS 'SELECT (a, b, c)::p';

-- case: an argument has the name of a materialized view that calls the function by another one
-- from
-- to
CREATE TABLE t (x int);
CREATE FUNCTION twice(m int) RETURNS int LANGUAGE sql AS 'SELECT m * 2';
CREATE FUNCTION more(m int) RETURNS int LANGUAGE sql AS 'SELECT public.twice(m) + 1';
CREATE MATERIALIZED VIEW m AS SELECT more(x) AS y FROM t;

-- case: a function gets a default, and fits the calls of one of its name that goes
-- rows
INSERT INTO t DEFAULT VALUES;
-- keeps: t
-- from
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'select a';
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'select a';
CREATE TABLE t (id int DEFAULT f(1), CHECK (f(id, 2) > 0));
CREATE VIEW v AS SELECT f(id) AS x, f(id, 3) AS y FROM t;
CREATE POLICY p ON t USING (f(id) = 1);
-- to
CREATE FUNCTION f(a int, b int DEFAULT 3) RETURNS int LANGUAGE sql IMMUTABLE AS 'select a';
CREATE TABLE t (id int DEFAULT f(1), CHECK (f(id, 2) > 0));
CREATE VIEW v AS SELECT f(id) AS x, f(id, 3) AS y FROM t;
CREATE POLICY p ON t USING (f(id) = 1);

-- case: bodies that Postgres parses, with literals that have no name
-- from
CREATE TABLE t (a text, b bigint);
-- to
CREATE TABLE t (a text, b bigint);
CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT 'a' UNION SELECT 'b'; END;
CREATE FUNCTION g() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'a'; END;
CREATE FUNCTION h() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'a'::text; END;
CREATE FUNCTION i() RETURNS SETOF bigint LANGUAGE sql BEGIN ATOMIC SELECT 1::bigint UNION SELECT 2; END;
CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC
    INSERT INTO t SELECT 'a', 3;
    INSERT INTO t VALUES ('b', 4);
    INSERT INTO t SELECT 'x', b + 1 FROM t UNION SELECT 'y', 2;
END;
CREATE TABLE u (a text, b bigint);
CREATE RULE r AS ON INSERT TO u DO ALSO INSERT INTO t SELECT 'a', -1 FROM t;
