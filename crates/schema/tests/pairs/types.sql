Composite types, domains and ranges.

-- case: a composite type comes with a table and a function
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TYPE s.address AS (street text COLLATE "C", zip varchar(10), at point);
CREATE TABLE s.t (home s.address, others s.address[]);
CREATE FUNCTION s.f(a s.address) RETURNS s.address LANGUAGE sql AS 'SELECT a';

-- case: attributes come and go in a composite type that a table uses
-- unchanged: type address
-- keeps: t
-- rows
INSERT INTO t (id) VALUES (1);
-- from
CREATE TYPE address AS (street text, zip text);
CREATE TABLE t (id int, home address);
-- to
CREATE TYPE address AS (street text, city text);
CREATE TABLE t (id int, home address);

-- case: an attribute of a composite type changes its type
-- from
CREATE TYPE address AS (street text, zip int);
CREATE FUNCTION f() RETURNS address LANGUAGE sql AS 'SELECT NULL::public.address';
-- to
CREATE TYPE address AS (street text, zip bigint);
CREATE FUNCTION f() RETURNS address LANGUAGE sql AS 'SELECT NULL::public.address';

-- case: an attribute changes its type while tables use it
-- keeps: t
-- rows
INSERT INTO t (id) VALUES (1);
-- from
CREATE TYPE address AS (street text, zip int);
CREATE TABLE t (id int, home address);
-- to
CREATE TYPE address AS (street text, zip bigint);
CREATE TABLE t (id int, home address);

-- case: a composite type in a composite type
-- from
CREATE TYPE a AS (x int);
CREATE TYPE b AS (a a, n int);
-- to
CREATE TYPE c AS (x text);
CREATE TYPE a AS (x int, c c);
CREATE TYPE b AS (a a, n int);

-- case: a composite type becomes an enum
-- from
CREATE TYPE kind AS (a int);
-- to
CREATE TYPE kind AS ENUM ('a');

-- case: comments on a type and its attributes
-- unchanged: type address
-- from
CREATE TYPE address AS (street text);
-- to
CREATE TYPE address AS (street text);
COMMENT ON TYPE address IS 'where';
COMMENT ON COLUMN address.street IS 'which';

-- case: the attributes of a composite type change their order
-- from
CREATE TYPE address AS (street text, zip text);
-- to
CREATE TYPE address AS (zip text, street text);

-- case: a domain comes with a table that uses it
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE DOMAIN s.email AS text COLLATE "C" NOT NULL DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE ~ '@') CHECK (VALUE <> '''');
CREATE TABLE s.t (e s.email, f s.email[]);

-- case: default, not null and checks of a domain change in place
-- unchanged: type email
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'x@y');
-- from
CREATE DOMAIN email AS text DEFAULT 'x' CONSTRAINT a CHECK (VALUE <> '') CONSTRAINT b CHECK (VALUE <> 'b');
CREATE TABLE t (id int, e email);
-- to
CREATE DOMAIN email AS text NOT NULL CONSTRAINT a CHECK (VALUE ~ '@') CONSTRAINT c CHECK (VALUE <> 'c');
CREATE TABLE t (id int, e email);

-- case: a check of a domain is validated
-- never: DROP CONSTRAINT
-- unchanged: type email
-- from
CREATE DOMAIN email AS text;
ALTER DOMAIN email ADD CONSTRAINT a CHECK (VALUE <> '') NOT VALID;
-- to
CREATE DOMAIN email AS text CONSTRAINT a CHECK (VALUE <> '');

-- case: a domain has another base type
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 5);
-- from
CREATE DOMAIN amount AS int CHECK (VALUE > 0);
CREATE TABLE t (id int, a amount NOT NULL DEFAULT 1);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE DOMAIN amount AS bigint CHECK (VALUE > 0);
CREATE TABLE t (id int, a amount NOT NULL DEFAULT 1);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;

-- case: a domain over a domain
-- from
CREATE DOMAIN a AS int;
CREATE DOMAIN b AS a CHECK (VALUE > 0);
CREATE TABLE t (b b);
-- to
CREATE DOMAIN a AS int CHECK (VALUE < 100);
CREATE DOMAIN b AS a CHECK (VALUE > 1) DEFAULT 5;
CREATE TABLE t (b b);

-- case: a column changes from a type to a domain over it
-- keeps: t
-- rows
INSERT INTO t VALUES ('a@b');
-- from
CREATE TABLE t (e text);
-- to
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE TABLE t (e email);

-- case: a domain's check calls a function that comes along
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE FUNCTION s.ok(text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 <> ''''';
CREATE DOMAIN s.d AS text CHECK (s.ok(VALUE));

-- case: comments on a domain and its constraint
-- unchanged: type d
-- from
CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
-- to
CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
COMMENT ON DOMAIN d IS 'd';
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'c';
GRANT USAGE ON DOMAIN d TO reader;
ALTER DOMAIN d OWNER TO keeper;

-- case: a domain becomes an enum
-- from
CREATE DOMAIN kind AS text;
CREATE TABLE t (k kind);
-- to
CREATE TYPE kind AS ENUM ('a');
CREATE TABLE t (k kind);

-- case: a range type comes with a table
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE FUNCTION s.span(time, time) RETURNS float8 IMMUTABLE LANGUAGE sql AS 'SELECT EXTRACT(epoch FROM $1 - $2)::float8';
CREATE TYPE s.timerange AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = s.span, MULTIRANGE_TYPE_NAME = s.timeranges);
CREATE TABLE s.t (at s.timerange, many s.timeranges, EXCLUDE USING gist (at WITH &&));

-- case: a range type has another subtype
-- from
CREATE TYPE r AS RANGE (SUBTYPE = float8);
-- to
CREATE TYPE r AS RANGE (SUBTYPE = text, COLLATION = "C");

-- case: owner, comment and grant of a range type
-- unchanged: type r
-- from
CREATE TYPE r AS RANGE (SUBTYPE = float8);
-- to
CREATE TYPE r AS RANGE (SUBTYPE = float8);
COMMENT ON TYPE r IS 'r';
GRANT USAGE ON TYPE r TO reader;
ALTER TYPE r OWNER TO keeper;

-- case: a type moves to another schema and a column with it
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE SCHEMA one;
CREATE TYPE one.mood AS ENUM ('a');
CREATE TABLE t (id int, m one.mood);
-- to
CREATE SCHEMA two;
CREATE TYPE two.mood AS ENUM ('a');
CREATE TABLE t (id int, m two.mood);

-- case: the check of a domain of an array column needs a function that is replaced
-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE DOMAIN d AS int CONSTRAINT c CHECK (f(VALUE) > 0);
CREATE TABLE t (x d[], y d);
-- to
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
CREATE DOMAIN d AS int CONSTRAINT c CHECK (f(VALUE) > 0);
CREATE TABLE t (x d[], y d);

-- case: a range gets another subtype while columns are of it and of its multirange
-- keeps: t
-- rows
INSERT INTO t VALUES ('[1,2)', '{[1,2)}');
-- from
CREATE TYPE r AS RANGE (subtype = float8, multirange_type_name = many);
CREATE TABLE t (r r, m many);
-- to
CREATE TYPE r AS RANGE (subtype = numeric, multirange_type_name = many);
CREATE TABLE t (r r, m many);

-- case: a domain's default and its check call functions that are made again
-- rows
INSERT INTO t VALUES (7, '{8}');
-- keeps: t
-- from
CREATE FUNCTION checked(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION initial() RETURNS int LANGUAGE sql AS 'select 1';
CREATE DOMAIN d AS int DEFAULT initial() CONSTRAINT c CHECK (checked(VALUE));
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'by a function';
CREATE TABLE t (x d, y d[]);
CREATE FUNCTION uses(d) RETURNS d LANGUAGE sql AS 'select $1';
CREATE DOMAIN e AS text DEFAULT initial()::text;
CREATE DOMAIN f AS text DEFAULT initial()::text;
-- to
CREATE FUNCTION checked(v int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION initial() RETURNS bigint LANGUAGE sql AS 'select 1::bigint';
CREATE DOMAIN d AS int DEFAULT initial() CONSTRAINT c CHECK (checked(VALUE));
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'by a function';
CREATE TABLE t (x d, y d[]);
CREATE FUNCTION uses(d) RETURNS d LANGUAGE sql AS 'select $1';
CREATE DOMAIN e AS text DEFAULT initial()::text || 'x';
CREATE DOMAIN f AS text DEFAULT 'none';
