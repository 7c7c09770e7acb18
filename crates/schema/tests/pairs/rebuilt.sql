-- What hangs on things that are made anew, by the plan or by Postgres itself: comments, rights, statistics, owners.

-- case: a column gets another type under indexes and statistics with targets
-- rows
INSERT INTO t VALUES (1, 1);
-- keeps: t
-- from
CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE, CONSTRAINT c CHECK (n > 0));
COMMENT ON CONSTRAINT c ON t IS 'checked';
COMMENT ON INDEX t_n_key IS 'its index';
CREATE INDEX x ON t ((n + 1), id);
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 300;
COMMENT ON INDEX x IS 'of an expression';
CREATE STATISTICS s (ndistinct) ON n, id FROM t;
ALTER STATISTICS s SET STATISTICS 77;
COMMENT ON STATISTICS s IS 'extended';
CREATE STATISTICS e ON (n * 2) FROM t;
ALTER STATISTICS e OWNER TO writer;
-- to
CREATE TABLE t (id int PRIMARY KEY, n bigint UNIQUE, CONSTRAINT c CHECK (n > 0));
COMMENT ON CONSTRAINT c ON t IS 'checked';
COMMENT ON INDEX t_n_key IS 'its index';
CREATE INDEX x ON t ((n + 1), id);
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 300;
COMMENT ON INDEX x IS 'of an expression';
CREATE STATISTICS s (ndistinct) ON n, id FROM t;
ALTER STATISTICS s SET STATISTICS 77;
COMMENT ON STATISTICS s IS 'extended';
CREATE STATISTICS e ON (n * 2) FROM t;
ALTER STATISTICS e OWNER TO writer;

-- case: an enum loses a value under statistics with a target
-- from
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE t (id int, m mood);
CREATE STATISTICS s ON id, m FROM t;
ALTER STATISTICS s SET STATISTICS 77;
-- to
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id int, m mood);
CREATE STATISTICS s ON id, m FROM t;
ALTER STATISTICS s SET STATISTICS 77;

-- case: a child's index and statistics are of a column that gets another type
-- from
CREATE TABLE t (id int, n int);
CREATE TABLE k () INHERITS (t);
CREATE INDEX x ON k ((n + 1));
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 12;
CREATE STATISTICS s ON id, n FROM k;
ALTER STATISTICS s SET STATISTICS 12;
-- to
CREATE TABLE t (id int, n bigint);
CREATE TABLE k () INHERITS (t);
CREATE INDEX x ON k ((n + 1));
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 12;
CREATE STATISTICS s ON id, n FROM k;
ALTER STATISTICS s SET STATISTICS 12;

-- case: a column gets another type, and the indexes of a partition have names and comments of their own
-- rows
INSERT INTO t VALUES (1, 1);
-- keeps: t
-- from
CREATE TABLE t (id int NOT NULL, n int NOT NULL, o int) PARTITION BY LIST (id);
CREATE TABLE k PARTITION OF t DEFAULT;
CREATE INDEX own_name ON k (n);
CREATE INDEX of_table ON t (n);
CREATE INDEX x ON t ((n + 1));
ALTER INDEX k_expr_idx ALTER COLUMN 1 SET STATISTICS 12;
COMMENT ON INDEX k_expr_idx IS 'a partition''s';
ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, n);
COMMENT ON CONSTRAINT k_id_n_key ON k IS 'a key';
ALTER TABLE k REPLICA IDENTITY USING INDEX k_id_n_key;
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);
COMMENT ON CONSTRAINT c ON k IS 'a check';
CREATE INDEX untouched ON t (o);
-- to
CREATE TABLE t (id int NOT NULL, n bigint NOT NULL, o int) PARTITION BY LIST (id);
CREATE TABLE k PARTITION OF t DEFAULT;
CREATE INDEX own_name ON k (n);
CREATE INDEX of_table ON t (n);
CREATE INDEX x ON t ((n + 1));
ALTER INDEX k_expr_idx ALTER COLUMN 1 SET STATISTICS 12;
COMMENT ON INDEX k_expr_idx IS 'a partition''s';
ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, n);
COMMENT ON CONSTRAINT k_id_n_key ON k IS 'a key';
ALTER TABLE k REPLICA IDENTITY USING INDEX k_id_n_key;
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);
COMMENT ON CONSTRAINT c ON k IS 'a check';
CREATE INDEX untouched ON t (o);

-- case: a column gets another type, and the indexes of a partition are as Postgres would make them
-- never: DROP INDEX
-- never: DROP CONSTRAINT
-- from
CREATE TABLE t (id int, n int) PARTITION BY LIST (id);
CREATE TABLE k PARTITION OF t DEFAULT;
CREATE INDEX x ON t (n, id);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, n);
-- to
CREATE TABLE t (id int, n bigint) PARTITION BY LIST (id);
CREATE TABLE k PARTITION OF t DEFAULT;
CREATE INDEX x ON t (n, id);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, n);

-- case: an expression of a generated column changes under what has targets and comments
-- from
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT c CHECK (g > 0));
COMMENT ON COLUMN t.g IS 'generated';
COMMENT ON CONSTRAINT c ON t IS 'a check';
GRANT SELECT (g) ON t TO reader;
ALTER TABLE t ALTER g SET STATISTICS 99;
CREATE INDEX x ON t ((g + 1));
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 12;
CREATE STATISTICS s ON id, g FROM t;
ALTER STATISTICS s SET STATISTICS 9;
-- to
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id * 3) STORED, CONSTRAINT c CHECK (g > 0));
COMMENT ON COLUMN t.g IS 'generated';
COMMENT ON CONSTRAINT c ON t IS 'a check';
GRANT SELECT (g) ON t TO reader;
ALTER TABLE t ALTER g SET STATISTICS 99;
CREATE INDEX x ON t ((g + 1));
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 12;
CREATE STATISTICS s ON id, g FROM t;
ALTER STATISTICS s SET STATISTICS 9;

-- case: a check changes, and its children have comments on theirs
-- from
CREATE TABLE t (id int, CONSTRAINT c CHECK (id > 0));
CREATE TABLE k () INHERITS (t);
CREATE TABLE l () INHERITS (k);
COMMENT ON CONSTRAINT c ON k IS 'of a child';
COMMENT ON CONSTRAINT c ON l IS 'of a grandchild';
-- to
CREATE TABLE t (id int, CONSTRAINT c CHECK (id > 1));
CREATE TABLE k () INHERITS (t);
CREATE TABLE l () INHERITS (k);
COMMENT ON CONSTRAINT c ON k IS 'of a child';
COMMENT ON CONSTRAINT c ON l IS 'still of a grandchild';

-- case: a materialized view made again has the statistics of its columns
-- from
CREATE TABLE t (id int, n text);
CREATE MATERIALIZED VIEW m AS SELECT id, n FROM t;
ALTER MATERIALIZED VIEW m ALTER n SET STATISTICS 42;
ALTER MATERIALIZED VIEW m ALTER n SET STORAGE EXTERNAL;
ALTER MATERIALIZED VIEW m ALTER id SET (n_distinct = 5);
GRANT SELECT (n) ON m TO reader;
COMMENT ON COLUMN m.n IS 'a column';
-- to
CREATE TABLE t (id int, n text);
CREATE MATERIALIZED VIEW m AS SELECT id + 1 AS id, n FROM t;
ALTER MATERIALIZED VIEW m ALTER n SET STATISTICS 42;
ALTER MATERIALIZED VIEW m ALTER n SET STORAGE EXTERNAL;
ALTER MATERIALIZED VIEW m ALTER id SET (n_distinct = 5);
GRANT SELECT (n) ON m TO reader;
COMMENT ON COLUMN m.n IS 'a column';
CREATE MATERIALIZED VIEW o AS SELECT 1 AS a;
ALTER MATERIALIZED VIEW o ALTER a SET STATISTICS 3;

-- case: an index of a partitioned table and its partition's have other statistics
-- from
CREATE TABLE t (id int, n int, o int) PARTITION BY LIST (id);
CREATE TABLE k PARTITION OF t DEFAULT;
CREATE INDEX y ON t (abs(o));
ALTER INDEX y ALTER COLUMN 1 SET STATISTICS 9;
-- to
CREATE TABLE t (id int, n int, o int) PARTITION BY LIST (id);
CREATE TABLE k PARTITION OF t DEFAULT;
CREATE INDEX x ON t ((n + 1));
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 11;
ALTER INDEX k_expr_idx ALTER COLUMN 1 SET STATISTICS 12;
CREATE INDEX y ON t (abs(o));
ALTER INDEX k_abs_idx ALTER COLUMN 1 SET STATISTICS 13;

-- case: the sequence of an identity keeps its comment and its rights when its table is rebuilt
-- from
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n text);
COMMENT ON SEQUENCE t_id_seq IS 'numbers';
GRANT USAGE ON SEQUENCE t_id_seq TO reader;
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n text) PARTITION BY LIST (n);
CREATE TABLE k PARTITION OF t DEFAULT;
COMMENT ON SEQUENCE t_id_seq IS 'numbers';
GRANT USAGE ON SEQUENCE t_id_seq TO reader;

-- case: a serial column becomes an identity, and its sequence keeps its comment and its rights
-- from
CREATE TABLE t (id serial, n int GENERATED ALWAYS AS IDENTITY);
COMMENT ON SEQUENCE t_id_seq IS 'numbers';
COMMENT ON SEQUENCE t_n_seq IS 'more';
GRANT USAGE ON SEQUENCE t_id_seq TO reader;
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n int NOT NULL);
COMMENT ON SEQUENCE t_id_seq IS 'numbers';
CREATE SEQUENCE t_n_seq;
COMMENT ON SEQUENCE t_n_seq IS 'more';
GRANT USAGE ON SEQUENCE t_id_seq TO reader;

-- case: comments on constraints that say NOT NULL
-- since: 18
-- from
CREATE TABLE t (id int CONSTRAINT given NOT NULL, n int, o int NOT NULL, p int NOT NULL);
COMMENT ON CONSTRAINT given ON t IS 'a name of its own';
COMMENT ON CONSTRAINT t_p_not_null ON t IS 'goes';
CREATE TABLE k () INHERITS (t);
COMMENT ON CONSTRAINT given ON k IS 'of a child';
-- to
CREATE TABLE t (id bigint CONSTRAINT given NOT NULL, n int CONSTRAINT other NOT NULL, o int NOT NULL, p int NOT NULL);
COMMENT ON CONSTRAINT given ON t IS 'a name of its own';
COMMENT ON CONSTRAINT other ON t IS 'new';
COMMENT ON CONSTRAINT t_o_not_null ON t IS 'it''s $function$ made up';
CREATE TABLE k () INHERITS (t);
COMMENT ON CONSTRAINT given ON k IS 'of a child';
CREATE TABLE u (a int NOT NULL);
COMMENT ON CONSTRAINT u_a_not_null ON u IS 'from the start';
