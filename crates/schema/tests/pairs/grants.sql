Grants, default privileges, owners, comments, schemas.

-- case: grants on a table change in place
-- unchanged: table t
-- from
CREATE TABLE t (a int, b int);
GRANT SELECT, INSERT ON t TO reader;
GRANT ALL ON t TO writer;
-- to
CREATE TABLE t (a int, b int);
GRANT SELECT, UPDATE ON t TO reader;
GRANT SELECT ON t TO PUBLIC;

-- case: the grant option comes and goes
-- from
CREATE TABLE t (a int);
GRANT SELECT ON t TO reader WITH GRANT OPTION;
GRANT SELECT, INSERT ON t TO writer;
-- to
CREATE TABLE t (a int);
GRANT SELECT ON t TO reader;
GRANT SELECT ON t TO writer WITH GRANT OPTION;
GRANT INSERT ON t TO writer;

-- case: grants on columns
-- unchanged: table t
-- from
CREATE TABLE t (a int, b int, c int);
GRANT SELECT (a, b), UPDATE (a) ON t TO reader;
-- to
CREATE TABLE t (a int, b int, c int, d int);
GRANT SELECT (a, d), INSERT (c) ON t TO reader;
GRANT REFERENCES (a) ON t TO "Odd ""role""" WITH GRANT OPTION;

-- case: a table's grant becomes a column's
-- from
CREATE TABLE t (a int, b int);
GRANT SELECT ON t TO reader;
-- to
CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO reader;

-- case: what the owner has is taken away
-- from
CREATE TABLE t (a int);
CREATE TABLE u (a int);
REVOKE ALL ON u FROM CURRENT_USER;
-- to
CREATE TABLE t (a int);
CREATE TABLE u (a int);
REVOKE INSERT, DELETE ON t FROM CURRENT_USER;

-- case: what everybody has is taken away
-- from
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE mood AS ENUM ('a');
-- to
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE mood AS ENUM ('a');
REVOKE ALL ON FUNCTION f FROM PUBLIC;
REVOKE ALL ON TYPE mood FROM PUBLIC;

-- case: grants on schemas, sequences, domains and languages
-- from
CREATE SCHEMA s;
CREATE SEQUENCE s.q;
CREATE DOMAIN s.d AS int;
-- to
CREATE SCHEMA s;
CREATE SEQUENCE s.q;
CREATE DOMAIN s.d AS int;
GRANT USAGE ON SCHEMA s TO reader;
GRANT CREATE, USAGE ON SCHEMA s TO writer WITH GRANT OPTION;
GRANT SELECT, USAGE ON SEQUENCE s.q TO reader;
GRANT USAGE ON DOMAIN s.d TO reader;

-- case: a table that is new comes with its grants
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.t (a int, b int);
GRANT SELECT ON s.t TO reader;
GRANT INSERT (b) ON s.t TO writer;
REVOKE TRUNCATE ON s.t FROM CURRENT_USER;

-- case: default privileges
-- from
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
-- to
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT USAGE ON SEQUENCES TO writer;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper GRANT USAGE ON TYPES TO reader;

-- case: default privileges reach what is made in the same plan, and no further
-- from
CREATE SCHEMA s;
CREATE TABLE s.old (a int);
-- to
CREATE SCHEMA s;
CREATE TABLE s.old (a int);
CREATE TABLE s.bare (a int);
CREATE FUNCTION s.bare() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO reader;
CREATE TABLE s.open (a int);
CREATE FUNCTION s.open() RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: default privileges that both sides have, and a table without them
-- from
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE t (a int);
-- to
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE t (a int);
CREATE TABLE u (a int);
CREATE TABLE w (a int);
REVOKE ALL ON w FROM reader;
CREATE VIEW v AS SELECT a FROM u;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION g TO PUBLIC;

-- case: default privileges while a view is replaced
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT b, a FROM t;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;

-- case: owners of everything that has one
-- from
CREATE SCHEMA s;
CREATE TABLE s.t (a int);
CREATE SEQUENCE s.q;
CREATE VIEW s.v AS SELECT a FROM s.t;
CREATE TYPE s.e AS ENUM ('a');
CREATE TYPE s.c AS (a int);
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE SCHEMA s;
CREATE TABLE s.t (a int);
CREATE SEQUENCE s.q;
CREATE VIEW s.v AS SELECT a FROM s.t;
CREATE TYPE s.e AS ENUM ('a');
CREATE TYPE s.c AS (a int);
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER SCHEMA s OWNER TO keeper;
ALTER TABLE s.t OWNER TO keeper;
ALTER SEQUENCE s.q OWNER TO keeper;
ALTER VIEW s.v OWNER TO keeper;
ALTER TYPE s.e OWNER TO keeper;
ALTER TYPE s.c OWNER TO keeper;
ALTER FUNCTION s.f OWNER TO keeper;

-- case: an owner changes while others hold grants
-- from
CREATE TABLE t (id serial, a int);
GRANT SELECT ON t TO reader;
-- to
CREATE TABLE t (id serial, a int);
GRANT SELECT ON t TO reader;
ALTER TABLE t OWNER TO keeper;

-- case: the new owner held a grant before
-- from
CREATE TABLE t (a int);
GRANT SELECT ON t TO keeper;
GRANT SELECT ON t TO reader;
-- to
CREATE TABLE t (a int);
ALTER TABLE t OWNER TO keeper;
GRANT SELECT, INSERT ON t TO reader;

-- case: a grant that another role made
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int);
GRANT SELECT ON t TO reader WITH GRANT OPTION;
SET ROLE reader;
GRANT SELECT ON t TO writer;
RESET ROLE;

-- case: a new table has an owner and grants
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s AUTHORIZATION keeper;
CREATE TABLE s.t (a serial);
ALTER TABLE s.t OWNER TO keeper;
GRANT SELECT ON s.t TO reader;
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION s.f OWNER TO keeper;
REVOKE ALL ON FUNCTION s.f FROM PUBLIC;

-- case: maintenance may be granted
-- since: 17
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int);
GRANT MAINTAIN ON t TO reader;

-- case: comments on everything come, change and go
-- from
CREATE SCHEMA s;
COMMENT ON SCHEMA s IS 'old';
CREATE TABLE s.t (a int, b int);
COMMENT ON TABLE s.t IS 'goes';
COMMENT ON COLUMN s.t.b IS 'old';
CREATE SEQUENCE s.q;
CREATE TYPE s.e AS ENUM ('a');
CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE SCHEMA s;
COMMENT ON SCHEMA s IS 'new';
CREATE TABLE s.t (a int, b int);
COMMENT ON COLUMN s.t.a IS 'comes';
COMMENT ON COLUMN s.t.b IS E'new\nlines, a ''quote'', a \\ and $$';
CREATE SEQUENCE s.q;
COMMENT ON SEQUENCE s.q IS 'numbers';
CREATE TYPE s.e AS ENUM ('a');
COMMENT ON TYPE s.e IS 'letters';
CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION s.f(int) IS 'one';

-- case: a schema comes with things in it and another goes with its own
-- from
CREATE SCHEMA one;
CREATE TABLE one.t (id serial PRIMARY KEY);
CREATE VIEW one.v AS SELECT id FROM one.t;
CREATE FUNCTION one.f() RETURNS SETOF one.t LANGUAGE sql AS 'SELECT * FROM one.t';
-- to
CREATE SCHEMA two;
CREATE TYPE two.e AS ENUM ('a');
CREATE TABLE two.t (id serial PRIMARY KEY, e two.e);
CREATE VIEW two.v AS SELECT id FROM two.t;

-- case: an empty schema
-- from
CREATE SCHEMA one;
-- to
CREATE SCHEMA "Two words";

-- case: a comment on the public schema, and its grants
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int);
COMMENT ON SCHEMA public IS 'ours';
GRANT CREATE ON SCHEMA public TO writer;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;

-- case: the public schema goes
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
DROP SCHEMA public;

-- case: a table moves to another schema and a view with it
-- from
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE TABLE one.t (a int);
CREATE VIEW one.v AS SELECT a FROM one.t;
-- to
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE TABLE two.t (a int);
CREATE VIEW two.v AS SELECT a FROM two.t;

-- case: rights on what an extension brought
-- from
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE EXTENSION pg_trgm WITH SCHEMA one;
REVOKE ALL ON FUNCTION one.similarity(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION one.word_similarity(text, text) TO reader;
-- to
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE EXTENSION pg_trgm WITH SCHEMA one;
REVOKE ALL ON FUNCTION one.word_similarity(text, text) FROM PUBLIC;

-- case: rights on what an extension brought move with it
-- never: EXTENSION pg_trgm WITH
-- from
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE EXTENSION pg_trgm WITH SCHEMA one;
REVOKE ALL ON FUNCTION one.similarity(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION one.word_similarity(text, text) TO reader;
-- to
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE EXTENSION pg_trgm WITH SCHEMA two;
REVOKE ALL ON FUNCTION two.similarity(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION two.show_limit() TO reader;

-- case: an extension comes with rights on what it brings
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO writer;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO writer;
CREATE EXTENSION citext;
GRANT EXECUTE ON FUNCTION citext_eq(citext, citext) TO reader;

-- case: rights on what came with the server
-- from
GRANT SELECT (rolname) ON pg_catalog.pg_authid TO reader;
-- to
REVOKE SELECT ON pg_catalog.pg_roles FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_reset() TO reader;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;

-- case: a grant on the whole table gives way to one on a column, and both were passed on
-- from
CREATE TABLE t (id int, n text);
GRANT SELECT ON t TO reader WITH GRANT OPTION;
SET ROLE reader;
GRANT SELECT ON t TO writer;
RESET ROLE;
-- to
CREATE TABLE t (id int, n text);
GRANT SELECT (id), UPDATE (n) ON t TO reader WITH GRANT OPTION;
SET ROLE reader;
GRANT SELECT (id) ON t TO writer;
RESET ROLE;

-- case: a grant on the whole table goes, and those on a column stay that were passed on
-- from
CREATE TABLE t (id int, n text);
GRANT SELECT ON t TO reader WITH GRANT OPTION;
GRANT SELECT (id), UPDATE (n) ON t TO reader WITH GRANT OPTION;
SET ROLE reader;
GRANT SELECT (id), UPDATE (n) ON t TO writer;
RESET ROLE;
-- to
CREATE TABLE t (id int, n text);
GRANT SELECT (id), UPDATE (n) ON t TO reader WITH GRANT OPTION;
SET ROLE reader;
GRANT SELECT (id), UPDATE (n) ON t TO writer;
RESET ROLE;
