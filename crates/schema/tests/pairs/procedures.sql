Procedures.

-- case: one comes, and one goes
-- from
CREATE TABLE t (a int);
CREATE PROCEDURE gone(a int) LANGUAGE sql AS 'INSERT INTO public.t VALUES (a)';
-- to
CREATE TABLE t (a int);
CREATE PROCEDURE p(a int, b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
COMMENT ON PROCEDURE p IS 'does it';

-- case: the body changes in place
-- unchanged: procedure p(int)
-- from
CREATE PROCEDURE p(a int) LANGUAGE plpgsql AS 'BEGIN NULL; END';
-- to
CREATE PROCEDURE p(a int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN PERFORM 1; END';

-- case: an argument gets another name and a default goes
-- from
CREATE PROCEDURE p(a int, b int DEFAULT 1) LANGUAGE plpgsql AS 'BEGIN NULL; END';
GRANT EXECUTE ON PROCEDURE p TO reader;
-- to
CREATE PROCEDURE p(x int, b int) LANGUAGE plpgsql AS 'BEGIN NULL; END';
GRANT EXECUTE ON PROCEDURE p TO reader;

-- case: out arguments
-- from
CREATE PROCEDURE p(a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN b := a; END';
-- to
CREATE PROCEDURE p(a int, INOUT b text) LANGUAGE plpgsql AS 'BEGIN b := a; END';

-- case: an out argument changes its type
-- from
CREATE PROCEDURE p(a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN b := a; END';
-- to
CREATE PROCEDURE p(a int, OUT b text) LANGUAGE plpgsql AS 'BEGIN b := a; END';

-- case: a body that Postgres parses
-- from
CREATE TABLE t (a int, b int);
CREATE PROCEDURE p(x int) BEGIN ATOMIC INSERT INTO t (a) VALUES (x); END;
-- to
CREATE TABLE t (a int, c int);
CREATE PROCEDURE p(x int) BEGIN ATOMIC INSERT INTO t (a, c) VALUES (x, x); DELETE FROM t WHERE a = 0; END;

-- case: owners and grants
-- unchanged: procedure p()
-- from
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
-- to
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
ALTER PROCEDURE p OWNER TO keeper;
REVOKE ALL ON PROCEDURE p FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE p TO reader WITH GRANT OPTION;
