-- case: a view is left behind
-- change
CREATE VIEW v AS SELECT 1 AS n;
-- told
-- view `public.v` is still there after the rollback

-- case: a view's query
-- before
CREATE VIEW v AS SELECT 1 AS a,
    2 AS b;
-- change
CREATE OR REPLACE VIEW v AS SELECT 1 AS a,
    3 AS b;
-- told
-- query of view `public.v` differs at line 2: `3 AS b`, was `2 AS b`

-- case: a view that lost security_invoker
-- before
CREATE TABLE t (a int);
CREATE VIEW w WITH (security_invoker = true) AS SELECT a FROM t;
-- change
ALTER VIEW w RESET (security_invoker);
-- told
-- option `security_invoker` of view `public.w` is unset, was `true`

-- case: a view whose security_invoker is off
-- before
CREATE TABLE t (a int);
CREATE VIEW w WITH (security_invoker = true) AS SELECT a FROM t;
-- change
ALTER VIEW w SET (security_invoker = false);
-- told
-- option `security_invoker` of view `public.w` is `false`, was `true`

-- case: check option
-- before
CREATE TABLE t (a int);
CREATE VIEW w AS SELECT a FROM t WHERE a > 0;
-- change
ALTER VIEW w SET (check_option = cascaded);
-- told
-- option `check_option` of view `public.w` is `cascaded`, was unset

-- case: a default of a view's column
-- before
CREATE TABLE t (a int);
CREATE VIEW w AS SELECT a FROM t;
-- change
ALTER VIEW w ALTER a SET DEFAULT 7;
-- told
-- default of column `a` of `public.w` is still there after the rollback

-- case: a comment on a view's column
-- before
CREATE TABLE t (a int);
CREATE VIEW w AS SELECT a FROM t;
-- change
COMMENT ON COLUMN w.a IS 'a';
-- told
-- comment on column `a` of `public.w` is still there after the rollback

-- case: a materialized view's query
-- before
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- change
DROP MATERIALIZED VIEW m;
CREATE MATERIALIZED VIEW m AS SELECT 2 AS a;
-- told
-- query of materialized view `public.m` is `SELECT 2 AS a`, was `SELECT 1 AS a`

-- case: a materialized view that is filled is no difference
-- before
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA;
-- change
REFRESH MATERIALIZED VIEW m;

-- case: a rule
-- before
CREATE TABLE t (a int);
-- change
CREATE RULE keep AS ON DELETE TO t DO INSTEAD NOTHING;
-- told
-- rule `keep` on `public.t` is still there after the rollback

-- case: a disabled rule
-- before
CREATE TABLE t (a int);
CREATE RULE keep AS ON DELETE TO t DO INSTEAD NOTHING;
-- change
ALTER TABLE t DISABLE RULE keep;
-- told
-- rule `keep` on `public.t` is disabled, was enabled
