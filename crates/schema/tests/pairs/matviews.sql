Materialized views.

-- case: one comes and one goes
-- from
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW gone AS SELECT a FROM t;
-- to
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a, count(*) AS n FROM t GROUP BY a;

-- case: its query changes and its indexes, grants and comments stay
-- from
CREATE TABLE t (a int, b int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE UNIQUE INDEX mv_a ON mv (a);
COMMENT ON MATERIALIZED VIEW mv IS 'x';
COMMENT ON COLUMN mv.a IS 'y';
COMMENT ON INDEX mv_a IS 'z';
GRANT SELECT ON mv TO reader;
-- to
CREATE TABLE t (a int, b int);
CREATE MATERIALIZED VIEW mv AS SELECT a, b FROM t WHERE b > 0;
CREATE UNIQUE INDEX mv_a ON mv (a);
COMMENT ON MATERIALIZED VIEW mv IS 'x';
COMMENT ON COLUMN mv.a IS 'y';
COMMENT ON INDEX mv_a IS 'z';
GRANT SELECT ON mv TO reader;

-- case: views on it, and it on views
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW below AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT a FROM below;
CREATE VIEW above AS SELECT a FROM mv;
CREATE MATERIALIZED VIEW top AS SELECT a FROM above WITH NO DATA;
CREATE INDEX top_a ON top (a);
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW below AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT a, b FROM below;
CREATE VIEW above AS SELECT a FROM mv;
CREATE MATERIALIZED VIEW top AS SELECT a FROM above WITH NO DATA;
CREATE INDEX top_a ON top (a);

-- case: options, statistics and storage change in place
-- unchanged: materialized view mv
-- from
CREATE TABLE t (a text);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
-- to
CREATE TABLE t (a text);
CREATE MATERIALIZED VIEW mv WITH (autovacuum_enabled = false, fillfactor = 80) AS SELECT a FROM t;
ALTER MATERIALIZED VIEW mv ALTER a SET STATISTICS 50, ALTER a SET STORAGE EXTERNAL;

-- case: its clustered index
-- unchanged: materialized view mv
-- from
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE INDEX mv_a ON mv (a);
-- to
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE INDEX mv_a ON mv (a);
ALTER MATERIALIZED VIEW mv CLUSTER ON mv_a;

-- case: a materialized view becomes a table
-- from
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE INDEX mv_a ON mv (a);
-- to
CREATE TABLE t (a int);
CREATE TABLE mv (a int);
CREATE INDEX mv_a ON mv (a);

-- case: its owner
-- unchanged: materialized view mv
-- from
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
-- to
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
ALTER MATERIALIZED VIEW mv OWNER TO keeper;

-- case: the table under it loses a column
-- from
CREATE TABLE t (a int, b int);
CREATE MATERIALIZED VIEW mv AS SELECT a, b FROM t;
CREATE INDEX mv_b ON mv (b);
CREATE INDEX mv_a ON mv (a);
-- to
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE INDEX mv_a ON mv (a);

-- case: a function in it is replaced
-- from
CREATE FUNCTION f(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a';
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT f(a) AS x FROM t;
CREATE INDEX mv_x ON mv (x);
-- to
CREATE FUNCTION f(a int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT a::bigint';
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT f(a) AS x FROM t;
CREATE INDEX mv_x ON mv (x);

-- case: one comes, and a table and a view get options, in an order of their own
-- from
CREATE TABLE u (id int) WITH (fillfactor = 70, parallel_workers = 1);
CREATE VIEW w WITH (security_invoker) AS SELECT id FROM u;
-- to
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70, autovacuum_enabled = false) AS SELECT 1 AS a;
CREATE TABLE t (id int, n text) WITH (parallel_workers = 2, fillfactor = 70, toast.autovacuum_enabled = false, autovacuum_enabled = false);
CREATE VIEW v WITH (security_invoker = on, check_option = local, security_barrier) AS SELECT id FROM t;
CREATE TABLE u (id int) WITH (autovacuum_enabled = false, parallel_workers = 2, fillfactor = 70);
CREATE VIEW w WITH (security_barrier, security_invoker) AS SELECT id FROM u;
