Found by tests/random.rs, and made as small as they go.

-- case: a composite type in use changes one attribute
-- from
CREATE TYPE k AS (a boolean, b boolean);
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, c k);
-- to
CREATE TYPE k AS (a boolean, b jsonb);
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, c k);

-- case: a partitioned table with a disabled trigger goes, and its partition stays away
-- from
CREATE TABLE t (id integer NOT NULL, c varchar(20)) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (10, 20);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $b$BEGIN RETURN new; END$b$;
CREATE TRIGGER z AFTER UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t DISABLE TRIGGER z;
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $b$BEGIN RETURN new; END$b$;

-- case: the position of a sequence is outside of its new bounds
-- from
CREATE SEQUENCE s AS smallint CYCLE CACHE 3;
-- to
CREATE SEQUENCE s AS smallint START WITH 10 MINVALUE 2;

-- case: a column that a child had too becomes the child's own, with another type
-- noted back: stays its table's own as well
-- from
CREATE TABLE t (id bigint);
CREATE TABLE u (extra integer) INHERITS (t);
ALTER TABLE t ADD COLUMN c varchar(40);
-- to
CREATE TABLE t (id bigint);
CREATE TABLE u (extra integer) INHERITS (t);
ALTER TABLE u ADD COLUMN c date;

-- case: types that have no cast between them
-- from
CREATE TABLE t (a date, b interval, c uuid NOT NULL);
-- to
CREATE TABLE t (a numeric(8,2), b boolean, c integer NOT NULL);

-- case: a partition is made with a check and an index of its parent
-- from
CREATE TABLE t (id integer NOT NULL, c inet) PARTITION BY HASH (id);
CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 3, REMAINDER 2);
ALTER TABLE t ADD CONSTRAINT n CHECK (id > 0);
CREATE INDEX i ON t USING hash (c);
-- to
CREATE SCHEMA other;

-- case: a partitioned table's column loses a default that its partition has from it
-- from
CREATE TABLE t (id integer NOT NULL, c varchar(20)) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (0, 10);
-- to
CREATE TABLE t (id integer NOT NULL, c varchar(20) DEFAULT true) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (0, 10);

-- case: statistics name their columns in another order, which is that of the table
-- from
CREATE TABLE t (a integer, b integer);
CREATE STATISTICS s ON a, b FROM t;
-- to
CREATE TABLE t (b integer);
ALTER TABLE t ADD COLUMN a integer;
CREATE STATISTICS s ON a, b FROM t;
COMMENT ON STATISTICS s IS 'the same';

-- case: a unique constraint becomes a primary key that a foreign key needs
-- from
CREATE TABLE t (id serial, c char(3));
CREATE TABLE u (id integer NOT NULL);
ALTER TABLE t ADD CONSTRAINT n UNIQUE (c, id);
-- to
CREATE TABLE t (id serial, c char(3));
CREATE TABLE u (id integer NOT NULL);
ALTER TABLE t ADD CONSTRAINT n PRIMARY KEY (id);
ALTER TABLE u ADD CONSTRAINT y FOREIGN KEY (id) REFERENCES t (id);

-- case: a new partition has the bounds of one that goes
-- from
CREATE TABLE t (id integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (0, 10);
-- to
CREATE TABLE t (id integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE q PARTITION OF t FOR VALUES IN (10, 20);

-- case: a new column of a partitioned table has a storage that its partition has too
-- from
CREATE TABLE t (id integer NOT NULL, c varchar(40)) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t DEFAULT;
ALTER TABLE t ALTER COLUMN c SET STORAGE EXTERNAL;
-- to
CREATE TABLE t (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t DEFAULT;

-- case: a child comes with a column that it lists, and whose type changes in its parent
-- from
CREATE TABLE t (a int, b text);
-- to
CREATE TABLE t (a int, b text[]);
CREATE TABLE u (b text[]) INHERITS (t);

-- case: a materialized view reads a child's column, which gets another type with its parent's
-- from
CREATE TABLE t (a text);
CREATE TABLE u () INHERITS (t);
CREATE MATERIALIZED VIEW m AS SELECT a FROM u;
CREATE INDEX ON m (a);
-- to
CREATE TABLE t (a varchar(40));
CREATE TABLE u () INHERITS (t);
CREATE MATERIALIZED VIEW m AS SELECT a FROM u;
CREATE INDEX ON m (a);

-- case: a policy reads a partition's column, whose enum loses a value
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, e e) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t DEFAULT;
CREATE POLICY o ON p USING (e = 'a');
-- to
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id int, e e) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t DEFAULT;
CREATE POLICY o ON p USING (e = 'a');

-- case: a partition's column follows its table's, and has statistics and storage of its own
-- from
CREATE TABLE t (id int, c varchar(40)) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t ALTER c SET STORAGE EXTERNAL;
-- to
CREATE TABLE t (id int, c text) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t ALTER c SET STATISTICS 11, ALTER c SET STORAGE EXTERNAL;

-- case: a partition goes while a foreign key refers to its table
-- from
CREATE TABLE t (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY HASH (id);
CREATE TABLE q PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE u (id int REFERENCES t);
-- to
CREATE TABLE t (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY HASH (id);
CREATE TABLE u (id int REFERENCES t);

-- case: a child goes and its parent gets an identity
-- from
CREATE TABLE t (a int);
CREATE TABLE u () INHERITS (t);
-- to
CREATE TABLE t (a int, id int GENERATED ALWAYS AS IDENTITY);

-- case: statistics of columns and of expressions, and of expressions alone
-- from
CREATE TABLE t (b int, a int);
-- to
CREATE TABLE t (b int, a int);
CREATE STATISTICS s (ndistinct) ON a, b, (a::text), (a + b) FROM t;
CREATE STATISTICS r ON (a::text) FROM t;

-- case: the trigger of a partition has the state that its table's had when it was switched
-- from
CREATE TABLE t (id integer NOT NULL) PARTITION BY LIST (id);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $b$BEGIN RETURN new; END$b$;
CREATE TRIGGER z AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY HASH (id);
ALTER TABLE t ENABLE ALWAYS TRIGGER z;
-- to
CREATE TABLE t (id integer NOT NULL) PARTITION BY LIST (id);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $b$BEGIN RETURN new; END$b$;
CREATE TRIGGER z AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY HASH (id);

-- case: a partition that is partitioned in turn comes with its indexes
-- from
CREATE TABLE t (id integer NOT NULL, c boolean) PARTITION BY RANGE (id);
CREATE INDEX i ON t (c);
-- to
CREATE TABLE t (id integer NOT NULL, c boolean) PARTITION BY RANGE (id);
CREATE INDEX i ON t (c);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (9) PARTITION BY HASH (id);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);

-- case: the index of a partition is attached to another one
-- from
CREATE TABLE t (id integer NOT NULL, c int) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (9) PARTITION BY HASH (id);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE INDEX j ON p (c);
-- to
CREATE TABLE t (id integer NOT NULL, c int) PARTITION BY RANGE (id);
CREATE INDEX i ON t (c);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (9) PARTITION BY HASH (id);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE INDEX j ON p (c);

-- case: an identity comes to a table that has partitions
-- keeps: p
-- rows
INSERT INTO t VALUES (1), (2);
-- from
CREATE TABLE t (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (0) TO (1000000000);
-- to
CREATE TABLE t (id integer NOT NULL, n bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY 5)) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (0) TO (1000000000);

-- case: an identity comes to a table that has children
-- keeps: t
-- keeps: c
-- rows
INSERT INTO t VALUES (1);
INSERT INTO c VALUES (2, 3), (4, 5);
-- from
CREATE TABLE t (id integer NOT NULL);
CREATE TABLE c (x int) INHERITS (t);
-- to
CREATE TABLE t (id integer NOT NULL, n int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE c (x int) INHERITS (t);

-- case: a column comes to a partition of a partition that takes no NULL in it
-- from
CREATE TABLE t (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2) PARTITION BY HASH (id);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
-- to
CREATE TABLE t (id integer NOT NULL, c varchar(40)) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2) PARTITION BY HASH (id);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
ALTER TABLE p ALTER COLUMN c SET NOT NULL;

-- case: a parent and its child are in a publication, and the child goes
-- from
CREATE TABLE t (id integer);
CREATE TABLE c (x integer) INHERITS (t);
CREATE PUBLICATION p FOR TABLE t;
-- to
CREATE TABLE t (id integer);
CREATE PUBLICATION p FOR TABLE ONLY t;

-- case: a column becomes one of a range that is made again
-- from
CREATE TYPE k AS (a jsonb);
CREATE TYPE r AS RANGE (subtype = date);
CREATE TABLE t (id integer, c k);
-- to
CREATE TYPE k AS (a jsonb);
CREATE TYPE r AS RANGE (subtype = text);
CREATE TABLE t (id integer, c r);

-- case: one value becomes a list of one, and comes back
-- rows
INSERT INTO t VALUES (1, 'a', 2, 'b'), (2, NULL, NULL, '{'), (3, '{a}', 0, '');
-- from
CREATE TABLE t (id int, tag text, n int, w varchar(20));
-- to
CREATE TABLE t (id int, tag text[], n int[], w varchar(20)[]);

-- case: a list becomes a number of another type
-- from
CREATE TABLE t (id int, c integer[]);
-- to
CREATE TABLE t (id int, c double precision);

-- case: the sequence of a column comes to a table that somebody else owns
-- from
CREATE TABLE t (id bigint);
ALTER TABLE t OWNER TO keeper;
-- to
CREATE TABLE t (id bigserial);
ALTER TABLE t OWNER TO keeper;

-- case: the sequence of a column comes to a table along with another owner
-- from
CREATE TABLE t (id bigint);
-- to
CREATE TABLE t (id bigserial);
ALTER TABLE t OWNER TO keeper;

-- case: a view is made again while default privileges come
-- from
CREATE TABLE t (id integer);
CREATE VIEW v AS SELECT * FROM t;
-- to
CREATE TABLE t (id integer, c integer);
CREATE VIEW v AS SELECT c, id FROM t;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;

-- case: two keys of the same columns on a table with a partition
-- from
CREATE TABLE t (id integer NOT NULL, c int) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t DEFAULT;
ALTER TABLE t ADD CONSTRAINT n2 UNIQUE (c, id);
ALTER TABLE t ADD CONSTRAINT n5 UNIQUE (c, id);
-- to
CREATE TABLE t (id integer NOT NULL, c int) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t DEFAULT;
ALTER TABLE t ADD CONSTRAINT n5 UNIQUE (c, id);

-- case: a new child has as its own what its parent no longer has
-- from
CREATE TABLE t (id integer, c text);
-- to
CREATE TABLE t (id integer);
CREATE TABLE u (extra integer, c interval) INHERITS (t);

-- case: the own column of a child goes, and one of its name comes from the parent
-- from
CREATE TYPE r AS RANGE (subtype = text);
CREATE TABLE t (id integer);
CREATE TABLE u (extra integer, c r) INHERITS (t);
-- to
CREATE TYPE r AS RANGE (subtype = text);
CREATE TABLE t (id integer, c text GENERATED ALWAYS AS (id::text) STORED);
CREATE TABLE u (extra integer) INHERITS (t);

-- case: the storage of a column of a domain goes back to what is usual
-- from
CREATE DOMAIN d AS numeric(8,2);
CREATE DOMAIN e AS d;
CREATE TABLE t (id integer, c e);
ALTER TABLE t ALTER c SET STORAGE EXTERNAL;
-- to
CREATE DOMAIN d AS numeric(8,2);
CREATE DOMAIN e AS d;
CREATE TABLE t (id integer, c e);

-- case: a partition goes from a table that refers to itself
-- from
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (9);
CREATE TABLE q PARTITION OF t FOR VALUES FROM (10) TO (19);
-- to
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t) PARTITION BY RANGE (id);
CREATE TABLE q PARTITION OF t FOR VALUES FROM (10) TO (19);

-- case: a table of a composite type goes while the type changes
-- from
CREATE TYPE k AS (a date, b integer);
CREATE DOMAIN d AS k;
CREATE TABLE t (id integer, c k);
CREATE TABLE u (id integer, c d);
CREATE TABLE w (id integer, c k[]);
-- to
CREATE TYPE k AS (a uuid, n text, b integer);
CREATE DOMAIN d AS k;

-- case: a partition is older than a check of its table that is not valid
-- from
CREATE TABLE t (id integer NOT NULL, c double precision NOT NULL) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (20, 30);
ALTER TABLE t ADD CONSTRAINT n CHECK (c > 3) NOT VALID;
-- to
CREATE TABLE t (id integer NOT NULL, c double precision NOT NULL) PARTITION BY LIST (id);
ALTER TABLE t ADD CONSTRAINT n CHECK (c > 3) NOT VALID;

-- case: a column is generated or not, and an index of the child is on it
-- from
CREATE TABLE t (id integer, c char(3) GENERATED ALWAYS AS (length(id::text)) STORED);
CREATE TABLE u (extra integer) INHERITS (t);
CREATE INDEX i ON u (c, id);
CREATE VIEW v AS SELECT c FROM u;
-- to
CREATE TABLE t (id integer, c char(3));
CREATE TABLE u (extra integer) INHERITS (t);
CREATE INDEX i ON u (c, id);
CREATE VIEW v AS SELECT c FROM u;

-- case: a column with a storage of its own gets a type that has one only
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id integer, c text);
ALTER TABLE t ALTER c SET STORAGE EXTERNAL;
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id integer, c e);

-- case: a partition gets other values while a column of its table gets another type
-- from
CREATE TABLE t (id integer NOT NULL, c varchar(10)) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2);
-- to
CREATE TABLE t (id integer NOT NULL, c numeric(8,2)) PARTITION BY LIST (id);
CREATE TABLE p PARTITION OF t FOR VALUES IN (2, 3);

-- case: a column of a domain over an enum that loses a label takes no NULL from then on, and has a default
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'low');
-- from
CREATE TYPE e AS ENUM ('low', 'high', 'top');
CREATE DOMAIN d AS e;
CREATE TABLE t (id integer, c d);
-- to
CREATE TYPE e AS ENUM ('low', 'high');
CREATE DOMAIN d AS e;
CREATE TABLE t (id integer, c d NOT NULL DEFAULT 'low');
ALTER TABLE t ALTER c SET STATISTICS 7;

-- case: one partition goes, and another one comes with a key of its table
-- from
CREATE TABLE t (id integer NOT NULL, c int) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF t DEFAULT;
-- to
CREATE TABLE t (id integer NOT NULL, c int, CONSTRAINT k UNIQUE (c, id)) PARTITION BY RANGE (id);
CREATE TABLE q PARTITION OF t DEFAULT;

-- case: rights on the column of a child, which comes with that of its parent
-- from
CREATE TABLE t (id integer);
CREATE TABLE u (extra integer) INHERITS (t);
-- to
CREATE TABLE t (id integer, c integer);
CREATE TABLE u (extra integer) INHERITS (t);
GRANT UPDATE (c) ON u TO PUBLIC;
GRANT SELECT (c) ON u TO reader;

-- case: a new table has keys that say the same
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int);
CREATE TABLE u (id int PRIMARY KEY, n int);
ALTER TABLE u ADD CONSTRAINT a UNIQUE (id);
ALTER TABLE u ADD CONSTRAINT b UNIQUE (id);
ALTER TABLE u ADD CONSTRAINT c UNIQUE (n) INCLUDE (id);
ALTER TABLE u ADD CONSTRAINT d UNIQUE (n) INCLUDE (id);

-- case: a partition comes while a trigger of its table is switched on again
-- from
CREATE TABLE t (id integer, a int) PARTITION BY HASH (id);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $b$BEGIN RETURN new; END$b$;
CREATE TRIGGER z AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t DISABLE TRIGGER z;
-- to
CREATE TABLE t (id integer, a int) PARTITION BY HASH (id);
CREATE TABLE t2 PARTITION OF t FOR VALUES WITH (MODULUS 3, REMAINDER 2);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $b$BEGIN RETURN new; END$b$;
CREATE TRIGGER z AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();

-- case: a column loses its storage with its type, in a partition too
-- from
CREATE TABLE t (id integer, a integer[]) PARTITION BY HASH (id);
CREATE TABLE t2 PARTITION OF t FOR VALUES WITH (MODULUS 3, REMAINDER 2);
ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL;
-- to
CREATE TABLE t (id integer, a bigint) PARTITION BY HASH (id);
CREATE TABLE t2 PARTITION OF t FOR VALUES WITH (MODULUS 3, REMAINDER 2);

-- case: a partition comes while a foreign key to its table goes
-- from
CREATE TABLE t0 (id bigint);
CREATE TABLE t3 (id integer NOT NULL PRIMARY KEY) PARTITION BY HASH (id);
ALTER TABLE t0 ADD CONSTRAINT y0 FOREIGN KEY (id) REFERENCES t3 (id);
-- to
CREATE TABLE t0 (id bigint);
CREATE TABLE t3 (id integer NOT NULL PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE p PARTITION OF t3 FOR VALUES WITH (MODULUS 3, REMAINDER 2);
