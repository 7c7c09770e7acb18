-- case: a function is left behind
-- change
CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT a';
-- told
-- function `public.f(integer, text)` is still there after the rollback

-- case: overloaded functions are told apart
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- change
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- told
-- function `public.f(text)` is still there after the rollback

-- case: a body
-- before
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1;
END $$;
-- change
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 2;
END $$;
-- told
-- body of function `public.f()` differs at line 3: `RETURN 2;`, was `RETURN 1;`

-- case: a body in standard form
-- before
CREATE FUNCTION f(a int) RETURNS int RETURN a + 1;
-- change
CREATE OR REPLACE FUNCTION f(a int) RETURNS int RETURN a + 2;
-- told
-- body of function `public.f(integer)` is `RETURN (a + 2)`, was `RETURN (a + 1)`

-- case: attributes of a function
-- before
CREATE FUNCTION f(a int) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
-- change
ALTER FUNCTION f(int) STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 7 ROWS 9 SET search_path = '';
-- told
-- cost of function `public.f(integer)` is `7`, was unset; function `public.f(integer)` is LEAKPROOF, was not; PARALLEL of function `public.f(integer)` is `safe`, was unset; rows of function `public.f(integer)` is `9`, was unset; function `public.f(integer)` is SECURITY DEFINER, was SECURITY INVOKER; setting `search_path` of function `public.f(integer)` is `""`, was unset; function `public.f(integer)` is STRICT, was CALLED ON NULL INPUT; function `public.f(integer)` is stable, was volatile

-- case: names and defaults of arguments
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- change
DROP FUNCTION f(int);
CREATE FUNCTION f(b int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- told
-- argument list of function `public.f(integer)` is `b integer DEFAULT 3`, was `a integer`

-- case: a result
-- before
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- change
DROP FUNCTION f();
CREATE FUNCTION f() RETURNS TABLE (x int) LANGUAGE sql AS 'SELECT 1';
-- told
-- result of function `public.f()` is `TABLE(x integer)`, was `integer`

-- case: a procedure
-- change
CREATE PROCEDURE p(INOUT x int) LANGUAGE sql AS 'SELECT 1';
-- told
-- procedure `public.p(integer)` is still there after the rollback

-- case: an aggregate
-- not repaired: too rare
-- before
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0');
-- change
CREATE OR REPLACE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '5');
-- told
-- initial of aggregate `public.total(integer)` is `5`, was `0`

-- case: a function anyone may run is no grant, one that is kept from PUBLIC is
-- before
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- change
REVOKE EXECUTE ON FUNCTION f() FROM public;
-- told
-- grant EXECUTE on function `public.f()` to PUBLIC is missing after the rollback

-- case: a revocation that is lost
-- before
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION f() FROM public;
-- change
GRANT EXECUTE ON FUNCTION f() TO public;
-- told
-- grant EXECUTE on function `public.f()` to PUBLIC is still there after the rollback

-- case: a trigger is left behind
-- before
CREATE TABLE t (a int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
-- change
CREATE TRIGGER t_touch BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION touch();
-- told
-- trigger `t_touch` on `public.t` is still there after the rollback

-- case: a trigger that was disabled
-- before
CREATE TABLE t (a int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE t DISABLE TRIGGER x;
-- change
ALTER TABLE t ENABLE TRIGGER x;
-- told
-- trigger `x` on `public.t` is enabled, was disabled

-- case: a trigger that always fires
-- before
CREATE TABLE t (a int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
-- change
ALTER TABLE t ENABLE ALWAYS TRIGGER x;
-- told
-- trigger `x` on `public.t` is always enabled, was enabled

-- case: a constraint trigger with transition tables and another condition
-- before
CREATE TABLE t (a int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE CONSTRAINT TRIGGER x AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
-- change
DROP TRIGGER x ON t;
CREATE CONSTRAINT TRIGGER x AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
-- told
-- definition of trigger `x` on `public.t` is `CREATE CONSTRAINT TRIGGER x AFTER UPDATE ON public.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.touch()`, was `CREATE CONSTRAINT TRIGGER x AFTER UPDATE ON public.t NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION public.touch()`

-- case: a trigger of a partitioned table is told once
-- before
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
-- change
CREATE TRIGGER x AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION touch();
-- told
-- trigger `x` on `public.p` is still there after the rollback

-- case: a trigger that is disabled on one partition
-- before
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER x AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION touch();
-- change
ALTER TABLE p1 DISABLE TRIGGER x;
-- told
-- trigger `x` on `public.p1` is disabled, was enabled

-- case: an event trigger
-- before
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- change
CREATE EVENT TRIGGER watcher ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch();
-- told
-- event trigger `watcher` is still there after the rollback
