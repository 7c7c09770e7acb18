-- Composite types that change under the columns of tables.

-- case: attributes come, go and change places under the columns of the type
-- keeps: plain
-- rows
INSERT INTO plain VALUES (1);
INSERT INTO t VALUES (1, ROW('x', 2, 'kept')), (2, NULL), (3, ROW(NULL, NULL, NULL)), (4, ROW('a,"b', NULL, ''));
-- from
CREATE TYPE c AS (a text, n int, z text);
CREATE TABLE plain (id int);
CREATE TABLE t (id int, c c);
-- to
CREATE TYPE c AS (z text, n int, a text);
CREATE TABLE plain (id int);
CREATE TABLE t (id int, c c);

-- case: an attribute is dropped and another of the same type is added
-- rows
INSERT INTO t (id, c.a, c.b) VALUES (1, 'a', 'b');
-- from
CREATE TYPE c AS (a text, b text);
CREATE TABLE t (id int, c c);
-- to
CREATE TYPE c AS (b text, x text);
CREATE TABLE t (id int, c c);

-- case: an attribute gets another type under a column
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW(1, 'b')), (2, NULL);
-- from
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (id int, c c);
CREATE VIEW v AS SELECT (c).a FROM t;
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t (id int, c c);
CREATE VIEW v AS SELECT (c).a FROM t;

-- case: attributes change places under an array of the type
-- refused: array
-- refused back: array
-- rows
INSERT INTO t VALUES (1, ARRAY[ROW('a', 'b')::c]);
-- from
CREATE TYPE c AS (a text, b text);
CREATE TABLE t (id int, c c[]);
-- to
CREATE TYPE c AS (b text, a text);
CREATE TABLE t (id int, c c[]);

-- case: attributes change places in a type within a type
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW(1, ROW('a', 'b')));
-- from
CREATE TYPE inner_one AS (a text, b text);
CREATE TYPE outer_one AS (n int, i inner_one);
CREATE TABLE t (id int, o outer_one);
-- to
CREATE TYPE inner_one AS (b text, a text);
CREATE TYPE outer_one AS (n int, i inner_one);
CREATE TABLE t (id int, o outer_one);

-- case: attributes change places under a domain over the type
-- refused: domain
-- refused back: domain
-- rows
INSERT INTO t VALUES (1, ROW('a', 'b'));
-- from
CREATE TYPE c AS (a text, b text);
CREATE DOMAIN d AS c;
CREATE TABLE t (id int, c d);
-- to
CREATE TYPE c AS (b text, a text);
CREATE DOMAIN d AS c;
CREATE TABLE t (id int, c d);

-- case: attributes change places, with a default, an index and a check of the column
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW('a', 'b'));
-- from
CREATE TYPE c AS (a text, b text);
CREATE TABLE t (id int, c c DEFAULT ROW('a', 'b')::c, CHECK ((c).a <> 'z'));
CREATE INDEX t_a ON t (((c).a));
-- to
CREATE TYPE c AS (b text, a text);
CREATE TABLE t (id int, c c DEFAULT ROW('b', 'a')::c, CHECK ((c).a <> 'z'));
CREATE INDEX t_a ON t (((c).a));

-- case: attributes change places in a column of a table that is partitioned anew
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW('a', 'b'));
-- from
CREATE TYPE c AS (a text, b text);
CREATE TABLE t (id int, c c);
-- to
CREATE TYPE c AS (b text, a text);
CREATE TABLE t (id int, c c) PARTITION BY LIST (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;

-- case: an enum in a composite type loses a label
-- keeps: t
-- rows
INSERT INTO t VALUES (1, ROW('x', 'b'), ARRAY[ROW('y', 'b')::c]);
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE c AS (t text, e e);
CREATE TABLE t (id int, c c, cs c[]);
-- to
CREATE TYPE e AS ENUM ('b', 'c');
CREATE TYPE c AS (t text, e e);
CREATE TABLE t (id int, c c, cs c[]);
