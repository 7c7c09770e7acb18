-- Owners, grants, default privileges.

-- case: grants come on a table that stays
-- from
CREATE TABLE t (id int, name text);
-- to
CREATE TABLE t (id int, name text);
GRANT SELECT, INSERT ON t TO reader;
GRANT UPDATE ON t TO reader WITH GRANT OPTION;
GRANT ALL ON t TO writer;
GRANT SELECT ON t TO PUBLIC, "Odd ""role""";

-- case: a grant option comes and another goes
-- from
CREATE TABLE t (id int);
GRANT SELECT ON t TO reader;
GRANT INSERT ON t TO reader WITH GRANT OPTION;
-- to
CREATE TABLE t (id int);
GRANT SELECT ON t TO reader WITH GRANT OPTION;
GRANT INSERT ON t TO reader;

-- case: a table comes with its grants
-- from
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, name text);
GRANT SELECT ON t TO reader, writer;
GRANT UPDATE (name) ON t TO writer;
GRANT USAGE ON SEQUENCE t_id_seq TO writer;
REVOKE TRUNCATE ON t FROM postgres;

-- case: grants on columns come
-- from
CREATE TABLE t (id int, name text, "Secret" text);
-- to
CREATE TABLE t (id int, name text, "Secret" text);
GRANT SELECT (id, name) ON t TO reader;
GRANT UPDATE ("Secret"), SELECT ("Secret") ON t TO writer WITH GRANT OPTION;
GRANT ALL (name) ON t TO "Odd ""role""";

-- case: a grant on the whole table gives way to one on columns
-- from
CREATE TABLE t (id int, name text);
GRANT SELECT (id) ON t TO reader;
GRANT SELECT ON t TO reader;
-- to
CREATE TABLE t (id int, name text);
GRANT SELECT (id) ON t TO reader;

-- case: a grant on the whole table gives way to one on other columns
-- from
CREATE TABLE t (id int, name text);
GRANT SELECT, INSERT ON t TO reader;
CREATE VIEW v AS SELECT id FROM t;
GRANT SELECT ON v TO reader;
-- to
CREATE TABLE t (id int, name text);
GRANT SELECT (name), INSERT (id) ON t TO reader;
CREATE VIEW v AS SELECT id FROM t;
GRANT SELECT (id) ON v TO reader;

-- case: a column comes with a grant on it
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int, name text);
GRANT SELECT (name) ON t TO reader;

-- case: a view comes with grants on it and on a column
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;
GRANT SELECT ON v TO reader;
GRANT UPDATE (id) ON v TO writer;

-- case: the rights on a function come and PUBLIC's go
-- from
CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql RETURN 1;
CREATE PROCEDURE p() LANGUAGE sql AS '';
-- to
CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql RETURN 1;
CREATE PROCEDURE p() LANGUAGE sql AS '';
REVOKE EXECUTE ON FUNCTION f(int, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(int, text) TO reader;
REVOKE EXECUTE ON PROCEDURE p() FROM PUBLIC;

-- case: a function comes without PUBLIC's right to call it
-- from
-- to
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN 1;

-- case: rights on schemas, sequences, types and domains come
-- from
CREATE SCHEMA s;
CREATE SEQUENCE q;
CREATE TYPE e AS ENUM ('x');
CREATE DOMAIN d AS int;
-- to
CREATE SCHEMA s;
CREATE SEQUENCE q;
CREATE TYPE e AS ENUM ('x');
CREATE DOMAIN d AS int;
GRANT ALL ON SCHEMA s TO writer;
GRANT USAGE ON SCHEMA s TO reader;
GRANT ALL ON SEQUENCE q TO writer;
GRANT USAGE ON SEQUENCE q TO reader;
REVOKE USAGE ON TYPE e FROM PUBLIC;
GRANT USAGE ON TYPE e TO reader;
REVOKE USAGE ON DOMAIN d FROM PUBLIC;

-- case: someone else than the owner grants
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int);
GRANT SELECT ON t TO reader WITH GRANT OPTION;
SET ROLE reader;
GRANT SELECT ON t TO writer;
RESET ROLE;

-- case: a table comes on which someone else than the owner grants
-- from
-- to
CREATE TABLE t (id int);
GRANT SELECT ON t TO writer WITH GRANT OPTION;
SET ROLE writer;
GRANT SELECT ON t TO reader WITH GRANT OPTION;
SET ROLE reader;
GRANT SELECT ON t TO keeper;
RESET ROLE;

-- case: objects change hands
-- from
CREATE TABLE t (id serial, g int GENERATED ALWAYS AS IDENTITY);
CREATE VIEW v AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;
CREATE TYPE e AS ENUM ('x');
CREATE DOMAIN d AS int;
CREATE SEQUENCE q;
-- to
CREATE TABLE t (id serial, g int GENERATED ALWAYS AS IDENTITY);
CREATE VIEW v AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;
CREATE TYPE e AS ENUM ('x');
CREATE DOMAIN d AS int;
CREATE SEQUENCE q;
ALTER TABLE t OWNER TO keeper;
ALTER VIEW v OWNER TO keeper;
ALTER FUNCTION f() OWNER TO keeper;
ALTER TYPE e OWNER TO "Odd ""role""";
ALTER DOMAIN d OWNER TO keeper;
ALTER SEQUENCE q OWNER TO keeper;

-- case: a table changes hands, to a role that had rights on it
-- from
CREATE TABLE t (id int, name text);
GRANT SELECT ON t TO keeper WITH GRANT OPTION;
GRANT SELECT (name) ON t TO keeper;
GRANT SELECT ON t TO reader;
-- to
CREATE TABLE t (id int, name text);
ALTER TABLE t OWNER TO keeper;
GRANT SELECT ON t TO reader, postgres;

-- case: a table changes hands and its old owner's missing right with it
-- from
CREATE TABLE t (id int);
REVOKE TRUNCATE ON t FROM postgres;
-- to
CREATE TABLE t (id int);
ALTER TABLE t OWNER TO keeper;

-- case: objects come that belong to someone else
-- from
-- to
CREATE TABLE t (id serial PRIMARY KEY);
GRANT SELECT ON t TO reader, postgres;
ALTER TABLE t OWNER TO keeper;
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;
ALTER FUNCTION f() OWNER TO "Odd ""role""";

-- case: default privileges come
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON TABLES TO writer WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper IN SCHEMA s GRANT ALL ON SEQUENCES TO "Odd ""role""";
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO reader;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;

-- case: default privileges change
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO writer WITH GRANT OPTION;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, UPDATE ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO writer;

-- case: default privileges go with their schema
-- from
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO reader;
-- to
CREATE TABLE t (id int);

-- case: default privileges on large objects come
-- since: 18
-- from
-- to
ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO reader;

-- case: default privileges and objects come in one change, and the objects do not get them
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.t (id int);
CREATE SEQUENCE s.q;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON SEQUENCES TO reader;

-- case: a schema comes with default privileges that its tables got
-- from
-- to
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO reader;
CREATE TABLE s.t (id int);

-- case: what default privileges give is not granted again
-- never: GRANT
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader, writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader, writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
CREATE TABLE t (id serial PRIMARY KEY, g int GENERATED ALWAYS AS IDENTITY);
CREATE VIEW v AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;
CREATE TYPE e AS ENUM ('x');

-- case: what default privileges give is taken where it should not be
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader, writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader, writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, name text);
REVOKE ALL ON t FROM reader;
REVOKE INSERT, UPDATE ON t FROM writer;
GRANT UPDATE (name) ON t TO writer;
REVOKE ALL ON SEQUENCE t_id_seq FROM reader;
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;
REVOKE EXECUTE ON FUNCTION f() FROM reader;
GRANT EXECUTE ON FUNCTION f() TO PUBLIC;

-- case: a table that default privileges reach comes and belongs to a role they name
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader, keeper;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader, keeper;
CREATE TABLE t (id int);
ALTER TABLE t OWNER TO keeper;

-- case: a view made again has its rights again
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader;
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;
REVOKE ALL ON v FROM reader;
GRANT SELECT ON v TO writer;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO reader;
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id::text FROM t;
REVOKE ALL ON v FROM reader;
GRANT SELECT ON v TO writer;

-- case: a column becomes an identity where default privileges reach its sequence
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO reader, writer;
CREATE TABLE t (id int NOT NULL, g int GENERATED ALWAYS AS IDENTITY);
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO reader, writer;
CREATE TABLE t (id int NOT NULL GENERATED ALWAYS AS IDENTITY, g int NOT NULL);
REVOKE ALL ON SEQUENCE t_id_seq FROM writer;

-- case: a view made again has the rights on its columns again
-- from
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id, 1 AS one FROM t;
GRANT SELECT (one) ON v TO reader;
COMMENT ON COLUMN v.one IS 'x';
-- to
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT 1 AS one FROM t;
GRANT SELECT (one) ON v TO reader;
COMMENT ON COLUMN v.one IS 'x';

-- case: a function made again has its rights and its owner again
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN 1;
REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(int) TO reader;
ALTER FUNCTION f(int) OWNER TO keeper;
-- to
CREATE FUNCTION f(a int) RETURNS text LANGUAGE sql RETURN 'x';
REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(int) TO reader;
ALTER FUNCTION f(int) OWNER TO keeper;

-- case: default privileges of another role come and go
-- from
ALTER DEFAULT PRIVILEGES FOR ROLE "Odd ""role""" GRANT SELECT ON TABLES TO PUBLIC;
-- to
ALTER DEFAULT PRIVILEGES FOR ROLE "Odd ""role""" REVOKE INSERT ON TABLES FROM "Odd ""role""";
ALTER DEFAULT PRIVILEGES FOR ROLE keeper IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO PUBLIC, "Odd ""role""";

-- case: default privileges in a schema give PUBLIC what it has anyway
-- from
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;

-- case: a partition comes with rights of its own
-- from
CREATE TABLE t (id int) PARTITION BY LIST (id);
GRANT SELECT ON t TO reader;
-- to
CREATE TABLE t (id int) PARTITION BY LIST (id);
GRANT SELECT ON t TO reader;
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
GRANT INSERT ON t1 TO writer;

-- case: a view comes with a comment on its column
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;
COMMENT ON COLUMN v.id IS 'x';
