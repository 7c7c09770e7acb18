Enums.

-- case: an enum comes with a table that uses it
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE TABLE s.t (m s.mood NOT NULL DEFAULT 'it''s ok', all_of s.mood[] DEFAULT '{sad,happy}');

-- case: a value is added at the end
-- unchanged: type mood
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'sad');
-- from
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id int, m mood);
-- to
CREATE TYPE mood AS ENUM ('sad', 'happy', 'ecstatic');
CREATE TABLE t (id int, m mood);

-- case: values are added at the beginning and in the middle
-- unchanged: type mood
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'c');
-- from
CREATE TYPE mood AS ENUM ('c', 'f');
CREATE TABLE t (id int, m mood);
-- to
CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e', 'f', 'g');
CREATE TABLE t (id int, m mood);

-- case: a value is added and used as a default at once
-- unchanged: type mood
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'sad');
-- from
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id int, m mood DEFAULT 'sad');
-- to
CREATE TYPE mood AS ENUM ('sad', 'happy', 'new');
CREATE TABLE t (id int, m mood DEFAULT 'new');

-- case: a value is added and used in a check, an index, a view, a policy and a function
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'sad');
-- from
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id int, m mood);
-- to
CREATE TYPE mood AS ENUM ('sad', 'happy', 'new');
CREATE TABLE t (id int, m mood, CONSTRAINT c CHECK (m <> 'new' OR id > 0));
CREATE INDEX i ON t (id) WHERE m = 'new';
CREATE VIEW v AS SELECT id FROM t WHERE m = 'new';
CREATE POLICY p ON t USING (m = 'new');
CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$ SELECT 'new'::public.mood $$;

-- case: a value that rows do not use is removed
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'sad');
-- from
CREATE TYPE mood AS ENUM ('sad', 'meh', 'happy');
CREATE TABLE t (id int, m mood NOT NULL DEFAULT 'sad');
-- to
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id int, m mood NOT NULL DEFAULT 'sad');

-- case: values are put in another order, with everything that uses them
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a', '{a,b}');
-- from
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, m mood NOT NULL DEFAULT 'a', l mood[], CHECK (m > 'a' OR id > 0));
CREATE INDEX i ON t (m) WHERE m <> 'c';
CREATE VIEW v AS SELECT id, m FROM t WHERE m >= 'b';
CREATE POLICY p ON t USING (m = 'a');
CREATE FUNCTION f(x mood DEFAULT 'b') RETURNS mood LANGUAGE sql AS 'SELECT x';
COMMENT ON TYPE mood IS 'moods';
GRANT USAGE ON TYPE mood TO reader;
GRANT SELECT ON v TO reader;
-- to
CREATE TYPE mood AS ENUM ('c', 'b', 'a');
CREATE TABLE t (id int, m mood NOT NULL DEFAULT 'a', l mood[], CHECK (m > 'a' OR id > 0));
CREATE INDEX i ON t (m) WHERE m <> 'c';
CREATE VIEW v AS SELECT id, m FROM t WHERE m >= 'b';
CREATE POLICY p ON t USING (m = 'a');
CREATE FUNCTION f(x mood DEFAULT 'b') RETURNS mood LANGUAGE sql AS 'SELECT x';
COMMENT ON TYPE mood IS 'moods';
GRANT USAGE ON TYPE mood TO reader;
GRANT SELECT ON v TO reader;

-- case: values are removed and added and the default changes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id int, m mood DEFAULT 'b');
-- to
CREATE TYPE mood AS ENUM ('a', 'c');
CREATE TABLE t (id int, m mood DEFAULT 'c');

-- case: text becomes an enum
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, m text NOT NULL DEFAULT 'a');
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id int, m mood NOT NULL DEFAULT 'a');

-- case: text with a check becomes an enum
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, m text DEFAULT 'a' CHECK (m IN ('a', 'b')));
CREATE INDEX i ON t (m);
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id int, m mood DEFAULT 'a');
CREATE INDEX i ON t (m);

-- case: one enum is exchanged for another
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TYPE one AS ENUM ('a', 'b');
CREATE TABLE t (id int, m one DEFAULT 'a');
-- to
CREATE TYPE two AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, m two DEFAULT 'a');

-- case: an enum inside a domain and a composite type loses a value
-- from
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE DOMAIN good AS mood CHECK (VALUE <> 'b');
CREATE TYPE pair AS (m mood, n int);
CREATE TABLE t (id int, g good, p pair);
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE DOMAIN good AS mood CHECK (VALUE <> 'b');
CREATE TYPE pair AS (m mood, n int);
CREATE TABLE t (id int, g good, p pair);

-- case: an enum in a partition key gets a value
-- from
CREATE TYPE k AS ENUM ('a', 'b');
CREATE TABLE t (id int, k k) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TYPE k AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, k k) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_c PARTITION OF t FOR VALUES IN ('c');

-- case: labels with hostile texts
-- from
CREATE TYPE mood AS ENUM ('a');
-- to
CREATE TYPE mood AS ENUM ('', 'it''s', 'a', 'back\slash', 'ünï', 'two words', '"quoted"', '$$', '63 bytes of text are what a label of an enum may have, no more.');

-- case: two enums gain values that a table of both uses
-- from
CREATE TYPE one AS ENUM ('a');
CREATE TYPE two AS ENUM ('x');
CREATE TABLE t (a one, b two);
-- to
CREATE TYPE one AS ENUM ('a', 'b');
CREATE TYPE two AS ENUM ('x', 'y');
CREATE TABLE t (a one DEFAULT 'b', b two DEFAULT 'y', CHECK (a <> 'b' OR b = 'y'));

-- case: an enum in the signature of functions, operators and casts loses a value
-- from
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE FUNCTION f(mood) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS SETOF mood LANGUAGE sql AS $$ SELECT 'a'::public.mood $$;
CREATE FUNCTION h(mood[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE CAST (mood AS int) WITH FUNCTION f(mood);
CREATE TABLE t (m mood, n int GENERATED ALWAYS AS (f(m)) STORED);
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE FUNCTION f(mood) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS SETOF mood LANGUAGE sql AS $$ SELECT 'a'::public.mood $$;
CREATE FUNCTION h(mood[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE CAST (mood AS int) WITH FUNCTION f(mood);
CREATE TABLE t (m mood, n int GENERATED ALWAYS AS (f(m)) STORED);

-- case: an enum's owner, comment and grants
-- unchanged: type mood
-- from
CREATE TYPE mood AS ENUM ('a');
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
ALTER TYPE mood OWNER TO keeper;
COMMENT ON TYPE mood IS 'x';
REVOKE ALL ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO reader;

-- case: an enum is made anew, and columns that are new or were text become of it
-- from
CREATE TYPE gear AS ENUM ('low', 'mid', 'high');
CREATE TABLE engines (gear gear, spare text);
-- to
CREATE TYPE gear AS ENUM ('high', 'low');
CREATE TABLE engines (gear gear, spare gear DEFAULT 'low', top gear);
CREATE DOMAIN first_gear AS gear DEFAULT 'low';
