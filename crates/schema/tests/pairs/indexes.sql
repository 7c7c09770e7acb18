Indexes.

-- case: an index is added to a table with rows
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int);
CREATE INDEX i ON t (a);

-- case: an index changes its columns
-- unchanged: table t
-- from
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a);
-- to
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a, b);

-- case: an index becomes unique
-- from
CREATE TABLE t (a int);
CREATE INDEX i ON t (a);
-- to
CREATE TABLE t (a int);
CREATE UNIQUE INDEX i ON t (a);

-- case: a unique index ignores nulls no more
-- from
CREATE TABLE t (a int);
CREATE UNIQUE INDEX i ON t (a);
-- to
CREATE TABLE t (a int);
CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT;

-- case: a partial index changes its condition
-- from
CREATE TABLE t (a int, gone timestamptz);
CREATE INDEX i ON t (a) WHERE gone IS NULL;
-- to
CREATE TABLE t (a int, gone timestamptz);
CREATE INDEX i ON t (a) WHERE gone IS NOT NULL AND a > 3;

-- case: order, nulls, collation and operator class
-- from
CREATE TABLE t (a text, b int);
CREATE INDEX i ON t (a, b);
-- to
CREATE TABLE t (a text, b int);
CREATE INDEX i ON t (a COLLATE "C" text_pattern_ops DESC NULLS LAST, b NULLS FIRST);

-- case: expressions
-- from
CREATE TABLE t (a text, doc jsonb);
CREATE INDEX i ON t (lower(a));
-- to
CREATE TABLE t (a text, doc jsonb);
CREATE INDEX i ON t (upper(a), (doc ->> 'k'), ((a || 'x')));

-- case: included columns
-- from
CREATE TABLE t (a int, b int, c int);
CREATE INDEX i ON t (a) INCLUDE (b);
-- to
CREATE TABLE t (a int, b int, c int);
CREATE INDEX i ON t (a) INCLUDE (b, c);

-- case: another access method
-- from
CREATE TABLE t (a int, doc jsonb);
CREATE INDEX i ON t USING btree (a);
CREATE INDEX j ON t USING gin (doc);
-- to
CREATE TABLE t (a int, doc jsonb);
CREATE INDEX i ON t USING hash (a);
CREATE INDEX j ON t USING gin (doc jsonb_path_ops);

-- case: storage parameters change in place
-- unchanged: index i
-- unchanged: index g
-- from
CREATE TABLE t (a int, doc jsonb);
CREATE INDEX i ON t (a) WITH (fillfactor = 70);
CREATE INDEX g ON t USING gin (doc);
-- to
CREATE TABLE t (a int, doc jsonb);
CREATE INDEX i ON t (a) WITH (deduplicate_items = off);
CREATE INDEX g ON t USING gin (doc) WITH (fastupdate = off);

-- case: statistics of an expression change in place
-- unchanged: index i
-- from
CREATE TABLE t (a text);
CREATE INDEX i ON t (lower(a));
-- to
CREATE TABLE t (a text);
CREATE INDEX i ON t (lower(a));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 500;

-- case: parameters of an operator class
-- from
CREATE TABLE t (v tsvector);
CREATE INDEX i ON t USING gist (v);
-- to
CREATE TABLE t (v tsvector);
CREATE INDEX i ON t USING gist (v tsvector_ops (siglen = 100));

-- case: brin with its options
-- from
CREATE TABLE t (a int, at timestamptz);
-- to
CREATE TABLE t (a int, at timestamptz);
CREATE INDEX i ON t USING brin (at, a int4_minmax_multi_ops) WITH (pages_per_range = 32, autosummarize = on);

-- case: a comment on an index changes in place
-- unchanged: index i
-- from
CREATE TABLE t (a int);
CREATE INDEX i ON t (a);
-- to
CREATE TABLE t (a int);
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'fast';

-- case: an index that is replaced keeps its comment
-- from
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'fast';
-- to
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (b);
COMMENT ON INDEX i IS 'fast';

-- case: an index moves to another table
-- from
CREATE TABLE t (a int);
CREATE TABLE u (a int);
CREATE INDEX i ON t (a);
-- to
CREATE TABLE t (a int);
CREATE TABLE u (a int);
CREATE INDEX i ON u (a);

-- case: two indexes exchange their names
-- from
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b);
-- to
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (b);
CREATE INDEX j ON t (a);

-- case: an index uses a function that is replaced
-- from
CREATE FUNCTION f(a text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower(a)';
CREATE TABLE t (a text);
CREATE INDEX i ON t (f(a));
-- to
CREATE FUNCTION f(b text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT upper(b)';
CREATE TABLE t (a text);
CREATE INDEX i ON t (f(a));

-- case: an index on a materialized view
-- unchanged: materialized view mv
-- from
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE INDEX i ON mv (a);
-- to
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE UNIQUE INDEX i ON mv (a);

-- case: an index whose column is dropped and another takes its name
-- from
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (b);
-- to
CREATE TABLE t (a int, c int);
CREATE INDEX i ON t (c);

-- case: an index that spans a column that comes and one that stays
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int, b int NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX i ON t (a, b);

-- case: indexes whose names Postgres made
-- from
CREATE TABLE t (a int, b int);
CREATE INDEX ON t (a);
-- to
CREATE TABLE t (a int, b int);
CREATE INDEX ON t (a);
CREATE INDEX ON t (a);
CREATE INDEX ON t ((a + b));

-- case: full text search with a configuration
-- from
CREATE TABLE t (title text, body text);
-- to
CREATE TABLE t (title text, body text,
  words tsvector GENERATED ALWAYS AS (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(body, ''))) STORED);
CREATE INDEX i ON t USING gin (words);
CREATE INDEX j ON t USING gin (to_tsvector('simple'::regconfig, body));
