What somebody found who looked for what would fail.

-- case: the replica identity moves to another index, and the column of the first becomes nullable
-- from
CREATE TABLE t (a int NOT NULL, b int NOT NULL);
CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
-- to
CREATE TABLE t (a int, b int NOT NULL);
CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX j;

-- case: a generated column becomes plain with another type and a default
-- from
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- to
CREATE TABLE t (a int, g bigint DEFAULT 7);

-- case: an identity comes whose usual name an index has that goes
-- from
CREATE TABLE t (a int NOT NULL, b int);
CREATE INDEX t_a_seq ON t (b);
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int);

-- case: a table takes the name of the sequence of an identity that goes
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE t (a int NOT NULL); CREATE TABLE t_a_seq (a int);

-- case: a view takes the name of the sequence of an identity that goes with its column
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int);
-- to
CREATE TABLE t (b int); CREATE VIEW t_a_seq AS SELECT b FROM t;

-- case: a constraint trigger takes the name of a check
-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TABLE t (a int, CONSTRAINT x CHECK (a > 0));
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TABLE t (a int);
CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

-- case: a column's type has a cast of its own to the new one
-- rows
INSERT INTO t VALUES ('(7)');
-- from
CREATE TYPE c AS (x int);
CREATE FUNCTION to_i(c) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x';
CREATE CAST (c AS int) WITH FUNCTION to_i(c);
CREATE FUNCTION to_c(int) RETURNS c LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::c';
CREATE CAST (int AS c) WITH FUNCTION to_c(int);
CREATE TABLE t (a c);
-- to
CREATE TYPE c AS (x int);
CREATE FUNCTION to_i(c) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x';
CREATE CAST (c AS int) WITH FUNCTION to_i(c);
CREATE FUNCTION to_c(int) RETURNS c LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::c';
CREATE CAST (int AS c) WITH FUNCTION to_c(int);
CREATE TABLE t (a int);

-- case: an array has a cast of its own to a composite type
-- rows
INSERT INTO t VALUES ('{7}');
-- from
CREATE TYPE c AS (x int);
CREATE FUNCTION to_c(int[]) RETURNS c LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1[1])::c';
CREATE CAST (int[] AS c) WITH FUNCTION to_c(int[]) AS ASSIGNMENT;
CREATE FUNCTION of_c(c) RETURNS int[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[($1).x]';
CREATE CAST (c AS int[]) WITH FUNCTION of_c(c);
CREATE TABLE t (a int[]);
-- to
CREATE TYPE c AS (x int);
CREATE FUNCTION to_c(int[]) RETURNS c LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1[1])::c';
CREATE CAST (int[] AS c) WITH FUNCTION to_c(int[]) AS ASSIGNMENT;
CREATE FUNCTION of_c(c) RETURNS int[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[($1).x]';
CREATE CAST (c AS int[]) WITH FUNCTION of_c(c);
CREATE TABLE t (a c);

-- case: the number of a table becomes its name
-- rows
INSERT INTO t VALUES (1259);
-- from
CREATE TABLE t (a oid);
-- to
CREATE TABLE t (a regclass);

-- case: a not null constraint takes the name of one that goes
-- since: 18
-- from
CREATE TABLE t (a int, b int CONSTRAINT x NOT NULL);
-- to
CREATE TABLE t (a int CONSTRAINT x NOT NULL, b int);

-- case: a not null constraint takes the name of a check that goes
-- since: 18
-- from
CREATE TABLE t (a int NOT NULL, CONSTRAINT x CHECK (a > 0));
-- to
CREATE TABLE t (a int CONSTRAINT x NOT NULL);

-- case: a check takes the name that a not null constraint had
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT x NOT NULL);
-- to
CREATE TABLE t (a int CONSTRAINT y NOT NULL, CONSTRAINT x CHECK (a > 0));

-- case: a foreign key that is not valid becomes not enforced
-- since: 18
-- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (b int);
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES p NOT VALID;
-- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (b int, CONSTRAINT f FOREIGN KEY (b) REFERENCES p NOT ENFORCED);

-- case: a toast table has options and comes with a column
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int, n text) WITH (toast.autovacuum_enabled = false);

-- case: a toast table has options and comes with a column's type
-- from
CREATE TABLE t (n int);
-- to
CREATE TABLE t (n text) WITH (toast.autovacuum_enabled = false);

-- case: two columns of one index change their types
-- from
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t ((a = b));
-- to
CREATE TABLE t (a text, b text);
CREATE INDEX i ON t ((a = b));

-- case: two columns of one check change their types
-- from
CREATE TABLE t (a int, b int, CHECK (a < b));
-- to
CREATE TABLE t (a date, b date, CHECK (a < b));

-- case: two columns of an enum that loses a label are in one index
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (a e, b e);
CREATE INDEX i ON t (coalesce(a, b));
-- to
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (a e, b e);
CREATE INDEX i ON t (coalesce(a, b));

-- case: a check compares an enum with a range of it
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE er AS RANGE (subtype = e);
CREATE TABLE t (r er, e e, CHECK (e <@ r));
-- to
CREATE TYPE e AS ENUM ('a');
CREATE TYPE er AS RANGE (subtype = e);
CREATE TABLE t (r er, e e, CHECK (e <@ r));

-- case: two columns of one index get another collation
-- from
CREATE TABLE t (a text COLLATE "C", b text COLLATE "C");
CREATE INDEX i ON t (greatest(a, b));
-- to
CREATE TABLE t (a text COLLATE "POSIX", b text COLLATE "POSIX");
CREATE INDEX i ON t (greatest(a, b));

-- case: statistics are of an expression of two columns that change their types
-- from
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON (a = b), a FROM t;
-- to
CREATE TABLE t (a text, b text);
CREATE STATISTICS s ON (a = b), a FROM t;

-- case: a view changes in place while the table that it reads becomes a view
-- from
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;
-- to
CREATE VIEW t AS SELECT 1 AS id;
CREATE VIEW v AS SELECT id FROM t WHERE id > 1;

-- case: a policy changes in place while the table that it reads becomes a view
-- from
CREATE TABLE t (id int);
CREATE TABLE u (id int);
CREATE POLICY p ON u USING (id IN (SELECT t.id FROM t));
-- to
CREATE VIEW t AS SELECT 1 AS id;
CREATE TABLE u (id int);
CREATE POLICY p ON u USING (id IN (SELECT t.id FROM t WHERE t.id > 1));

-- case: a body in standard SQL changes in place while the table that it reads becomes a view
-- from
CREATE TABLE t (id int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT id FROM t; END;
-- to
CREATE VIEW t AS SELECT 1 AS id;
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT id FROM t WHERE id > 1; END;

-- case: a domain's check of the same name says something else, under an array column
-- from
CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE > 0);
CREATE TABLE t (y d[]);
-- to
CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE < 100);
CREATE TABLE t (y d[]);

-- case: a domain's check changes under a column of a composite with it
-- from
CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE > 0);
CREATE TYPE c AS (d d);
CREATE TABLE t (y c);
-- to
CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE < 100);
CREATE TYPE c AS (d d);
CREATE TABLE t (y c);

-- case: a domain gets a check under a column of a domain over its array
-- from
CREATE DOMAIN d AS int;
CREATE DOMAIN dd AS d[];
CREATE TABLE t (y dd);
-- to
CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
CREATE DOMAIN dd AS d[];
CREATE TABLE t (y dd);

-- case: a domain gets a check under a column of a range over it
-- from
CREATE DOMAIN d AS int;
CREATE TYPE r AS RANGE (subtype = d);
CREATE TABLE t (y r);
-- to
CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
CREATE TYPE r AS RANGE (subtype = d);
CREATE TABLE t (y r);

-- case: a domain takes no NULL from then on, under an array column
-- from
CREATE DOMAIN d AS int;
CREATE TABLE t (y d[]);
-- to
CREATE DOMAIN d AS int NOT NULL;
CREATE TABLE t (y d[]);

-- case: a domain with a check goes from a composite that a table uses
-- from
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TYPE c AS (a d);
CREATE TABLE t (c c);
-- to
CREATE TYPE c AS (a text);
CREATE TABLE t (c c);

-- case: the default of a table partitioned by an enum that loses a label is a function of it
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION va() RETURNS e LANGUAGE sql AS $$SELECT 'b'::e$$;
CREATE TABLE t (e e DEFAULT va()) PARTITION BY LIST (e);
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION va() RETURNS e LANGUAGE sql AS $$SELECT 'b'::e$$;
CREATE TABLE t (e e DEFAULT va()) PARTITION BY LIST (e);

-- case: the index of a table partitioned by an enum that loses a label is on a function of it
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE INDEX i ON t (vb(e));
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE INDEX i ON t (vb(e));

-- case: the trigger of a table partitioned by an enum that loses a label calls a function of it
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (vb(NEW.e)) EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (vb(NEW.e)) EXECUTE FUNCTION suppress_redundant_updates_trigger();

-- case: the policy of a table partitioned by a domain with another base calls a function of the domain
-- from
CREATE DOMAIN d AS int;
CREATE TABLE t (d d) PARTITION BY LIST (d);
CREATE FUNCTION f(d) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE POLICY p ON t USING (f(d));
-- to
CREATE DOMAIN d AS bigint;
CREATE TABLE t (d d) PARTITION BY LIST (d);
CREATE FUNCTION f(d) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE POLICY p ON t USING (f(d));

-- case: a generated column of a table partitioned by an enum that loses a label calls a function of it
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (e e, g boolean GENERATED ALWAYS AS (vb('b')) STORED) PARTITION BY LIST (e);
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (e e, g boolean GENERATED ALWAYS AS (vb('b')) STORED) PARTITION BY LIST (e);

-- case: a partition has a default of its own, a function of the enum that loses a label
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION va() RETURNS e LANGUAGE sql AS $$SELECT 'b'::e$$;
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TABLE tb PARTITION OF t (e DEFAULT va()) FOR VALUES IN ('b');
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION va() RETURNS e LANGUAGE sql AS $$SELECT 'b'::e$$;
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TABLE tb PARTITION OF t (e DEFAULT va()) FOR VALUES IN ('b');

-- case: a table becomes a view that calls a function that is made again
-- from
CREATE TABLE t (id int);
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$SELECT 'x'$$;
CREATE VIEW t AS SELECT g() AS id;

-- case: a table becomes a materialized view that calls a function that is made again
-- from
CREATE TABLE t (id int);
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$SELECT 'x'$$;
CREATE MATERIALIZED VIEW t AS SELECT g() AS id;

-- case: a range's multirange gets another name
-- from
CREATE TYPE tr AS RANGE (subtype = time, multirange_type_name = trs);
CREATE TABLE t (r tr);
-- to
CREATE TYPE tr AS RANGE (subtype = time, multirange_type_name = tm);
CREATE TABLE t (r tr);

-- case: an event trigger comes that forbids what is done after it
-- from
CREATE TABLE t (id int);
-- to
CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE EVENT TRIGGER guard ON sql_drop EXECUTE FUNCTION no();

-- case: a function changes in place while a type in its signature becomes one of another kind
-- from
CREATE TABLE w (a int);
CREATE FUNCTION f() RETURNS w LANGUAGE sql AS 'SELECT 1';
-- to
CREATE TYPE w AS (a int);
CREATE FUNCTION f() RETURNS w LANGUAGE sql AS 'SELECT 2';

-- case: a rule changes in place while the table that it reads becomes a view
-- from
CREATE TABLE t (id int);
CREATE TABLE u (id int);
CREATE RULE r AS ON INSERT TO u WHERE EXISTS (SELECT FROM t) DO INSTEAD NOTHING;
-- to
CREATE VIEW t AS SELECT 1 AS id;
CREATE TABLE u (id int);
CREATE RULE r AS ON INSERT TO u WHERE EXISTS (SELECT FROM t WHERE id > 1) DO INSTEAD NOTHING;

-- case: a default changes in place while the sequence that it names becomes a table
-- from
CREATE SEQUENCE t;
CREATE TABLE u (id oid DEFAULT 't'::regclass);
-- to
CREATE TABLE t (id int);
CREATE TABLE u (id oid DEFAULT 't'::regclass::oid);

-- case: a domain's default is a function of an enum that loses a label
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION va() RETURNS e LANGUAGE sql AS $$SELECT 'b'::e$$;
CREATE DOMAIN d AS e DEFAULT va();
CREATE TABLE t (e d);
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION va() RETURNS e LANGUAGE sql AS $$SELECT 'b'::e$$;
CREATE DOMAIN d AS e DEFAULT va();
CREATE TABLE t (e d);

-- case: a column goes, and a body in standard SQL inserts on conflict
-- from
CREATE TABLE b (id int PRIMARY KEY, n text, x text);
-- to
CREATE TABLE b (id int PRIMARY KEY, n text);
CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC
  INSERT INTO b (id, n) VALUES (1, 'm') ON CONFLICT (id) DO UPDATE SET n = excluded.n;
END;

-- case: a column goes, and a rule inserts on conflict
-- from
CREATE TABLE b (id int PRIMARY KEY, n text, x text);
CREATE TABLE c (id int);
-- to
CREATE TABLE b (id int PRIMARY KEY, n text);
CREATE TABLE c (id int);
CREATE RULE r AS ON INSERT TO c DO ALSO INSERT INTO b (id, n) VALUES (NEW.id, 'm') ON CONFLICT (id) DO UPDATE SET n = excluded.n;

-- case: a type takes the name of the multirange of a range that goes
-- from
CREATE TYPE myrange AS RANGE (subtype = int);
-- to
CREATE TYPE mymultirange AS (x int);

-- case: a table takes the name of the multirange of a range that goes
-- from
CREATE TYPE myrange AS RANGE (subtype = int);
-- to
CREATE TABLE mymultirange (x int);

-- case: a column is of a type that takes the name of the multirange of a range that goes
-- from
CREATE TYPE r AS RANGE (subtype = int, multirange_type_name = rs);
-- to
CREATE TYPE rs AS ENUM ('a');
CREATE TABLE t (e rs);

-- case: a type takes the name of an array type
-- from
CREATE TYPE e AS ENUM ('a');
-- to
CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN _e AS int;

-- case: parent and child have an identity each, and the parent's goes
-- from
CREATE TABLE p (a int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE c (a int GENERATED ALWAYS AS IDENTITY) INHERITS (p);
-- to
CREATE TABLE p (a int);
CREATE TABLE c (a int GENERATED ALWAYS AS IDENTITY) INHERITS (p);

-- case: a parent's not null goes, and its child has a primary key
-- from
CREATE TABLE p (a int NOT NULL);
CREATE TABLE c (PRIMARY KEY (a)) INHERITS (p);
-- to
CREATE TABLE p (a int);
CREATE TABLE c (PRIMARY KEY (a)) INHERITS (p);

-- case: a level of partitions goes, and its partition takes its place
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE m PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE TABLE l PARTITION OF m FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE l PARTITION OF t FOR VALUES IN (1);

-- case: a level of partitions goes, and another of the same bounds takes its partition
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE m1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE TABLE l PARTITION OF m1 FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE m2 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE TABLE l PARTITION OF m2 FOR VALUES IN (1);

-- case: a default partition with a level goes, and its partition is the default
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE m PARTITION OF t DEFAULT PARTITION BY LIST (a);
CREATE TABLE l PARTITION OF m FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE l PARTITION OF t DEFAULT;

-- case: a table with a key is attached to one that becomes partitioned and gets the key
-- from
CREATE TABLE m (a int NOT NULL);
CREATE TABLE c1 (a int PRIMARY KEY);
-- to
CREATE TABLE m (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE c1 PARTITION OF m FOR VALUES FROM (1) TO (2);

-- case: a table with an index is attached to one that becomes partitioned and gets the index
-- from
CREATE TABLE m (a int);
CREATE TABLE c1 (a int);
CREATE INDEX c1_a_idx ON c1 (a);
-- to
CREATE TABLE m (a int) PARTITION BY RANGE (a);
CREATE INDEX i ON m (a);
CREATE TABLE c1 PARTITION OF m FOR VALUES FROM (1) TO (2);

-- case: a foreign table with a child becomes partitioned
-- noted back: stays its table's own
-- from
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE t (a int) SERVER s; CREATE TABLE c () INHERITS (t);
-- to
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE c PARTITION OF t DEFAULT;

-- case: a partition has an index of its own, and its table is made anew
-- from
CREATE TABLE t (a int, c int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE INDEX own ON t1 (c);
-- to
CREATE TABLE t (a bigint, c int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE INDEX own ON t1 (c);

-- case: a partition has a key of its own, and its table is made anew
-- from
CREATE TABLE t (a int, c int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (CONSTRAINT own UNIQUE (c)) FOR VALUES IN (1);
-- to
CREATE TABLE t (a bigint, c int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (CONSTRAINT own UNIQUE (c)) FOR VALUES IN (1);

-- case: one of two parents gives up a not null
-- from
CREATE TABLE l (a int NOT NULL);
CREATE TABLE r (a int NOT NULL);
CREATE TABLE d () INHERITS (l, r);
-- to
CREATE TABLE l (a int NOT NULL);
CREATE TABLE r (a int);
CREATE TABLE d () INHERITS (l, r);

-- case: a disabled trigger of a partition, and other bounds
-- from
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TRIGGER y AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE t1 DISABLE TRIGGER y;
-- to
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 3);
CREATE TRIGGER y AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE t1 DISABLE TRIGGER y;

-- case: a comment on the trigger of a partition, and other bounds
-- from
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TRIGGER y AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
COMMENT ON TRIGGER y ON t1 IS 'y';
-- to
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 3);
CREATE TRIGGER y AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
COMMENT ON TRIGGER y ON t1 IS 'y';

-- case: a partition refers to its table and gets other bounds
-- from
CREATE TABLE t (a int PRIMARY KEY, up int) PARTITION BY LIST (a);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t2 ADD CONSTRAINT f FOREIGN KEY (up) REFERENCES t;
-- to
CREATE TABLE t (a int PRIMARY KEY, up int) PARTITION BY LIST (a);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2, 3);
ALTER TABLE t2 ADD CONSTRAINT f FOREIGN KEY (up) REFERENCES t;

-- case: a partition leaves and has an identity of its own
-- since: 17
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY LIST (b);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY LIST (b);
CREATE TABLE t1 (a int GENERATED ALWAYS AS IDENTITY, b int);

-- case: a serial's sequence of a table that changes hands loses a right of its new owner
-- from
CREATE TABLE t (id serial);
-- to
CREATE TABLE t (id serial);
ALTER TABLE t OWNER TO keeper;
REVOKE SELECT ON SEQUENCE t_id_seq FROM keeper;

-- case: a sequence takes the name of a type that goes
-- from
CREATE TYPE y AS ENUM ('a');
-- to
CREATE SEQUENCE y;

-- case: an identity's sequence takes the name of a type that goes
-- from
CREATE TYPE t_id_seq AS (a int);
CREATE TABLE t (id int NOT NULL);
-- to
CREATE TABLE t (id int NOT NULL GENERATED ALWAYS AS IDENTITY);

-- case: a composite type has the name of an array type
-- from
CREATE TABLE u (a int);
-- to
CREATE TABLE u (a int);
CREATE TYPE _u AS (a int);

-- case: an enum, a domain and a range have the names of array types
-- from
CREATE TABLE u (a int);
CREATE TYPE v AS ENUM ('x');
CREATE TYPE w AS ENUM ('x');
-- to
CREATE TABLE u (a int);
CREATE TYPE v AS ENUM ('x');
CREATE TYPE w AS ENUM ('x');
CREATE TYPE _u AS ENUM ('x');
CREATE DOMAIN _v AS text;
CREATE TYPE _w AS RANGE (SUBTYPE = int);

-- case: two tables change which has a column of the other's type
-- from
CREATE TABLE w (a int);
CREATE TABLE u (a int, b w);
-- to
CREATE TABLE u (a int);
CREATE TABLE w (a int, b u);

-- case: an enum takes the name of the multirange of a range that goes
-- from
CREATE TYPE r AS RANGE (SUBTYPE = int);
-- to
CREATE TYPE r_multirange AS ENUM ('x');

-- case: a table takes the name of the multirange of a range that goes, in another place
-- from
CREATE TYPE r AS RANGE (SUBTYPE = int);
-- to
CREATE TABLE r_multirange (a int);

-- case: an enum takes the name of a multirange that gets another one
-- from
CREATE TYPE r AS RANGE (SUBTYPE = int);
CREATE TABLE t (a r);
-- to
CREATE TYPE r_multirange AS ENUM ('x');
CREATE TYPE r AS RANGE (SUBTYPE = int, MULTIRANGE_TYPE_NAME = mr);
CREATE TABLE t (a r);

-- case: a range is set aside and its multirange gets another name
-- from
CREATE TYPE r AS RANGE (SUBTYPE = int);
CREATE TABLE t (a r);
-- to
CREATE TYPE r AS RANGE (SUBTYPE = int, MULTIRANGE_TYPE_NAME = mr);
CREATE TABLE t (a r);

-- case: an extension comes whose type has the name of a table that goes
-- from
CREATE TABLE hstore (a int);
-- to
CREATE EXTENSION hstore;

-- case: a function depends on an extension
-- from
CREATE EXTENSION hstore;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE EXTENSION hstore;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f DEPENDS ON EXTENSION hstore;

-- case: a column goes and another's not null takes the name of its own
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT x NOT NULL, b int);
-- to
CREATE TABLE t (b int CONSTRAINT x NOT NULL);

-- case: a not null constraint gives its name to one of a new column
-- since: 18
-- from
CREATE TABLE t (b int CONSTRAINT x NOT NULL);
-- to
CREATE TABLE t (b int CONSTRAINT y NOT NULL, c int CONSTRAINT x NOT NULL);

-- case: a not null constraint gives its name to a check
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT x NOT NULL);
-- to
CREATE TABLE t (a int CONSTRAINT y NOT NULL CONSTRAINT x CHECK (a > 0));

-- case: a not null constraint and a check exchange their names
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT x NOT NULL CONSTRAINT y CHECK (a > 0));
-- to
CREATE TABLE t (a int CONSTRAINT y NOT NULL CONSTRAINT x CHECK (a > 0));

-- case: a not null constraint of a partition is not valid, and its table gets a valid one
-- since: 18
-- from
CREATE TABLE p (a int, c int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (2);
ALTER TABLE p1 ADD CONSTRAINT nv NOT NULL c NOT VALID;
-- to
CREATE TABLE p (a int, c int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (2);

-- case: a parent gets a not null constraint that its child has without inheritance
-- since: 18
-- from
CREATE TABLE t (a int);
CREATE TABLE c (CONSTRAINT n NOT NULL a NO INHERIT) INHERITS (t);
-- to
CREATE TABLE t (a int CONSTRAINT n NOT NULL);
CREATE TABLE c () INHERITS (t);

-- case: a not null constraint becomes inherited by a child that has a not valid one of another name
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT n1 NOT NULL NO INHERIT);
CREATE TABLE c () INHERITS (t);
ALTER TABLE c ADD CONSTRAINT n2 NOT NULL a NOT VALID;
-- to
CREATE TABLE t (a int CONSTRAINT n1 NOT NULL);
CREATE TABLE c () INHERITS (t);

-- case: a partition leaves a table whose not null constraint is not valid, and keeps it valid
-- since: 18
-- from
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
ALTER TABLE p ADD CONSTRAINT bn NOT NULL b NOT VALID;
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
ALTER TABLE p ADD CONSTRAINT bn NOT NULL b NOT VALID;
CREATE TABLE p1 (a int, b int CONSTRAINT bn NOT NULL);

-- case: a foreign table's not null constraint gets another name
-- since: 18
-- from
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE ft (a int CONSTRAINT fa NOT NULL) SERVER s;
-- to
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE ft (a int CONSTRAINT fb NOT NULL) SERVER s;

-- case: a virtual column comes to a table, and its partition computes it otherwise
-- since: 18
-- from
CREATE TABLE t (id int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id * 2) VIRTUAL) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t (g GENERATED ALWAYS AS (id * 4)) FOR VALUES FROM (10) TO (20);

-- case: a virtual column is made again, and its partition computes it otherwise
-- since: 18
-- from
CREATE TABLE t (id int, a int, g int GENERATED ALWAYS AS (a * 2) VIRTUAL) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t (g GENERATED ALWAYS AS (a * 3)) FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE t (id int, a numeric, g int GENERATED ALWAYS AS (a * 2) VIRTUAL) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t (g GENERATED ALWAYS AS (a * 3)) FOR VALUES FROM (10) TO (20);

-- case: a generated column that is made again comes to the list of a publication
-- since: 18
-- from
CREATE TABLE u (id int PRIMARY KEY, g int GENERATED ALWAYS AS (id * 2) STORED);
-- to
CREATE TABLE u (id int PRIMARY KEY, g bigint GENERATED ALWAYS AS (id * 2) STORED);
CREATE PUBLICATION p FOR TABLE u (id, g);

-- case: a partition leaves a table with an identity and gets its own
-- since: 17
-- from
CREATE TABLE p (a int GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY LIST (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE p (a int GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY LIST (b);
CREATE TABLE p1 (a int GENERATED ALWAYS AS IDENTITY, b int);

-- case: the index of the replica identity gets another column, and the one it had becomes nullable
-- from
CREATE TABLE t (a int NOT NULL, b int NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
-- to
CREATE TABLE t (a int, b int NOT NULL);
CREATE UNIQUE INDEX i ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;

-- case: the replica identity goes from an index that goes to a new key, and its column becomes nullable
-- from
CREATE TABLE t (a int NOT NULL, b int NOT NULL);
CREATE UNIQUE INDEX i ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
-- to
CREATE TABLE t (a int PRIMARY KEY, b int);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;

-- case: a partial index becomes the whole one of the replica identity, and its column not null
-- from
CREATE TABLE t (a int);
CREATE UNIQUE INDEX i ON t (a) WHERE a > 0;
-- to
CREATE TABLE t (a int NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;

-- case: a generated column becomes plain while the column that it is computed of gets another type
-- keeps: t
-- rows
INSERT INTO t VALUES ('a');
-- from
CREATE TABLE t (b varchar(9), s text GENERATED ALWAYS AS (b || 'x') STORED);
-- to
CREATE TABLE t (b text, s text);

-- case: a generated column becomes an identity while the column that it is computed of gets another type
-- from
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- to
CREATE TABLE t (a bigint, g int GENERATED ALWAYS AS IDENTITY);

-- case: a generated column becomes plain while the enum of the column that it is computed of loses a label
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (a e, g boolean GENERATED ALWAYS AS (a = 'a') STORED);
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (a e, g boolean);

-- case: an identity comes whose usual name the sequence of another identity has that goes
-- from
CREATE TABLE t (a int NOT NULL); CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME t_a_seq));
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); CREATE TABLE u (a int NOT NULL);

-- case: the sequences of two identities move on in a chain
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME p)); CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME q));
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME q)); CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME r));

-- case: the identity of a new table has the name of the sequence of a table that goes
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME t_a_seq));

-- case: a key takes the name that the sequence of an identity had
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME q), b int);
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME r), b int CONSTRAINT q UNIQUE);

-- case: a sequence takes the name that the sequence of an identity had
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME q));
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME r)); CREATE SEQUENCE q;

-- case: the compression of a column whose type is widened
-- from
CREATE TABLE t (a varchar(5) COMPRESSION pglz);
-- to
CREATE TABLE t (a varchar(6) COMPRESSION pglz);

-- case: the storage of a column whose domain is made again
-- from
CREATE DOMAIN d AS varchar(5);
CREATE TABLE t (a d COMPRESSION pglz); ALTER TABLE t ALTER a SET STORAGE EXTERNAL;
-- to
CREATE DOMAIN d AS text;
CREATE TABLE t (a d COMPRESSION pglz); ALTER TABLE t ALTER a SET STORAGE EXTERNAL;

-- case: the storage of a column whose composite type changes places
-- from
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (a c); ALTER TABLE t ALTER a SET STORAGE MAIN;
-- to
CREATE TYPE c AS (b text, a int);
CREATE TABLE t (a c); ALTER TABLE t ALTER a SET STORAGE MAIN;

-- case: the storage of a column whose collation is made again
-- from
CREATE COLLATION c FROM "C";
CREATE TABLE t (a text COLLATE c); ALTER TABLE t ALTER a SET STORAGE MAIN;
-- to
CREATE COLLATION c FROM "POSIX";
CREATE TABLE t (a text COLLATE c); ALTER TABLE t ALTER a SET STORAGE MAIN;

-- case: the storage and compression of an array column whose enum loses a label
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (a e[]); ALTER TABLE t ALTER a SET STORAGE MAIN, ALTER a SET COMPRESSION pglz;
-- to
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (a e[]); ALTER TABLE t ALTER a SET STORAGE MAIN, ALTER a SET COMPRESSION pglz;

-- case: the bounds of an identity shrink along with its type
-- from
CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 1000000));
-- to
CREATE TABLE t (a smallint GENERATED ALWAYS AS IDENTITY (MAXVALUE 30000));

-- case: the start of an identity does not fit its new type
-- from
CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY (START 5000000000));
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);

-- case: an identity stands beyond its new type
-- rows
SELECT setval('t_a_seq', 100000);
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE t (a smallint GENERATED ALWAYS AS IDENTITY);

-- case: a range's multirange takes the name of a table that goes
-- from
CREATE TABLE m (a int);
-- to
CREATE TYPE q AS RANGE (subtype = int4, multirange_type_name = m);

-- case: a range's multirange takes the name of an enum that goes, and the enum comes back
-- from
CREATE TYPE m AS ENUM ('a');
-- to
CREATE TYPE q AS RANGE (subtype = int4, multirange_type_name = m);

-- case: an enum loses its order and a partition a value of its bounds
-- keeps: t
-- rows
INSERT INTO t VALUES (2, 'a');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 2);
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (2);

-- case: an enum changes and a partition leaves, or is attached
-- keeps: t1
-- rows
INSERT INTO t VALUES (2, 'a');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 (f int, e e);

-- case: an enum changes and a partition moves to another table
-- keeps: t1
-- rows
INSERT INTO t VALUES (2, 'a');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE u (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE u (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF u FOR VALUES IN (2);

-- case: an enum changes and a child changes its parent
-- keeps: c
-- noted: stays its table's own
-- noted back: stays its table's own
-- rows
INSERT INTO c VALUES ('a');
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE p (e e);
CREATE TABLE q (e e);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE p (e e);
CREATE TABLE q (e e);
CREATE TABLE c () INHERITS (q);

-- case: a composite changes its places and a partition its bounds
-- keeps: t
-- rows
INSERT INTO t VALUES (2, ROW('a', 1));
-- from
CREATE TYPE e AS (a text, b int);
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 2);
-- to
CREATE TYPE e AS (b int, a text);
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (2);

-- case: a domain gets another base and a partition its bounds
-- keeps: t
-- rows
INSERT INTO t VALUES (2, 2);
-- from
CREATE DOMAIN e AS int;
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 2);
-- to
CREATE DOMAIN e AS bigint;
CREATE TABLE t (f int, e e) PARTITION BY LIST (f);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (2);

-- case: a new partition has not the storage and compression of its table
-- from
CREATE TABLE t (a int, n text, o text) PARTITION BY LIST (a);
ALTER TABLE t ALTER n SET STORAGE MAIN, ALTER o SET COMPRESSION pglz;
-- to
CREATE TABLE t (a int, n text, o text) PARTITION BY LIST (a);
ALTER TABLE t ALTER n SET STORAGE MAIN, ALTER o SET COMPRESSION pglz;
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t2 ALTER n SET STORAGE EXTENDED, ALTER o SET COMPRESSION default;

-- case: a new child has not the storage and compression of its parent
-- from
CREATE TABLE p (n text, o text);
ALTER TABLE p ALTER n SET STORAGE MAIN, ALTER o SET COMPRESSION pglz;
-- to
CREATE TABLE p (n text, o text);
ALTER TABLE p ALTER n SET STORAGE MAIN, ALTER o SET COMPRESSION pglz;
CREATE TABLE c () INHERITS (p);
ALTER TABLE c ALTER n SET STORAGE EXTENDED, ALTER o SET COMPRESSION default;

-- case: a serial column goes and a partition gets other bounds
-- from
CREATE TABLE t (a int, s serial) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 2);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: a serial column goes and a partition leaves
-- from
CREATE TABLE t (a int, s serial) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 (a int);

-- case: a parent's column becomes generated, which its child lists with a default
-- from
CREATE TABLE p (a int, b int);
CREATE TABLE c (b int DEFAULT 6) INHERITS (p);
-- to
CREATE TABLE p (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE c () INHERITS (p);

-- case: a partition becomes partitioned and takes its brother, which its policy reads
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
CREATE POLICY p ON t1 USING (EXISTS (SELECT FROM t2));
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE TABLE t2 PARTITION OF t1 FOR VALUES IN (1);
CREATE POLICY p ON t1 USING (EXISTS (SELECT FROM t2));

-- case: row security comes to a table, and its partition becomes partitioned
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;

-- case: replica identity comes to a table, and its partition becomes partitioned
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
ALTER TABLE t REPLICA IDENTITY FULL;

-- case: text search column generated with weights, a trigger in its place
-- keeps: t
-- rows
INSERT INTO t (id, a, b) VALUES (1, 'a fat cat', 'dogs');
-- from
CREATE TABLE t (id int, a text, b varchar(100), s tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', coalesce(a, '')), 'A') || setweight(to_tsvector('simple', coalesce(b, '')), 'B')) STORED);
CREATE INDEX i ON t USING gin (s) WITH (fastupdate = off, gin_pending_list_limit = 128);
-- to
CREATE TABLE t (id int, a text, b text, s tsvector);
CREATE INDEX i ON t USING gist (s tsvector_ops (siglen = 100));
CREATE TRIGGER tr BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(s, 'pg_catalog.english', a, b);

-- case: replica identity moves from a key that goes to a new index
-- from
CREATE TABLE t (a int PRIMARY KEY, b int);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;
-- to
CREATE TABLE t (a int, b int NOT NULL);
CREATE UNIQUE INDEX ia ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX ia;

-- case: column of the replica identity index becomes nullable, and the index is partial
-- from
CREATE TABLE t (a int NOT NULL);
CREATE UNIQUE INDEX ia ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX ia;
-- to
CREATE TABLE t (a int);
CREATE UNIQUE INDEX ia ON t (a) WHERE a > 0;

-- case: sequences are owned crosswise, by tables of other owners and schemas, and change hands
-- from
CREATE SCHEMA s; 
CREATE SEQUENCE q1; CREATE SEQUENCE q2 AS smallint MINVALUE -5 CYCLE;
CREATE TABLE a (id int DEFAULT nextval('q1')); CREATE TABLE b (id int DEFAULT nextval('q2'));
ALTER SEQUENCE q1 OWNED BY b.id; ALTER SEQUENCE q2 OWNED BY a.id;
GRANT USAGE ON SEQUENCE q1 TO reader WITH GRANT OPTION;
-- to
CREATE SCHEMA s; 
CREATE SEQUENCE q1; CREATE SEQUENCE q2 AS bigint INCREMENT -1 CACHE 5;
CREATE TABLE a (id bigint DEFAULT nextval('q2')); CREATE TABLE b (id int DEFAULT nextval('q1'));
ALTER TABLE a OWNER TO keeper; ALTER TABLE b OWNER TO keeper;
ALTER SEQUENCE q1 OWNER TO keeper;
ALTER SEQUENCE q1 OWNED BY a.id;
ALTER SEQUENCE q2 OWNER TO writer;
GRANT USAGE ON SEQUENCE q2 TO reader WITH GRANT OPTION;
SET ROLE reader; GRANT USAGE ON SEQUENCE q2 TO "Odd ""role"""; RESET ROLE;

-- case: a policy of a table reads its partition, which becomes partitioned
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE POLICY q ON t USING (a IN (SELECT a FROM t1));

-- case: forced row security, and partition that becomes partitioned with policies
-- from
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE VIEW v AS SELECT a FROM t;
CREATE POLICY q ON t1 USING (a IN (SELECT a FROM v));
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE VIEW v AS SELECT a FROM t;
ALTER TABLE t FORCE ROW LEVEL SECURITY;

-- case: a partition becomes partitioned, its brother its partition, and a column gets another type
-- from
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TABLE t (a int, b bigint) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE TABLE t2 PARTITION OF t1 FOR VALUES IN (1);

-- case: a partition becomes partitioned, the table is forced
-- from
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);
ALTER TABLE t FORCE ROW LEVEL SECURITY;

-- case: serial goes, two partitions, one's bounds change
-- from
CREATE TABLE t (a int, s serial) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 3); 
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: a column with default of another table's sequence goes and bounds change
-- from
CREATE SEQUENCE q;
CREATE TABLE t (a int, s int DEFAULT nextval('q')) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 3); 
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: a table comes that inherits and has a column's statistics and options back to none
-- from
CREATE TABLE p (n text);
ALTER TABLE p ALTER n SET STATISTICS 5, ALTER n SET (n_distinct = 4);
-- to
CREATE TABLE p (n text);
ALTER TABLE p ALTER n SET STATISTICS 5, ALTER n SET (n_distinct = 4);
CREATE TABLE c () INHERITS (p);
ALTER TABLE c ALTER n SET STATISTICS 0;

-- case: LIKE including storage, a child attached with other storage
-- from
CREATE TABLE p (a int, n text) PARTITION BY LIST (a);
ALTER TABLE p ALTER n SET STORAGE MAIN;
CREATE TABLE c (a int, n text);
-- to
CREATE TABLE p (a int, n text) PARTITION BY LIST (a);
ALTER TABLE p ALTER n SET STORAGE MAIN;
CREATE TABLE c (a int, n text);
ALTER TABLE p ATTACH PARTITION c DEFAULT;

-- case: foreign table's server changes under a parent with a child of it
-- from
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE SERVER s2 FOREIGN DATA WRAPPER w;
CREATE TABLE p (a int);
CREATE FOREIGN TABLE f () INHERITS (p) SERVER s;
CREATE FOREIGN TABLE g () INHERITS (f) SERVER s;
-- to
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE SERVER s2 FOREIGN DATA WRAPPER w;
CREATE TABLE p (a int);
CREATE FOREIGN TABLE f () INHERITS (p) SERVER s2;
CREATE FOREIGN TABLE g () INHERITS (f) SERVER s;

-- case: enum remade, domain default calls function of the enum
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION va() RETURNS e LANGUAGE sql IMMUTABLE AS $$SELECT 'b'::e$$;
CREATE DOMAIN d AS e DEFAULT va();
CREATE TABLE t (id int, e d);
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION va() RETURNS e LANGUAGE sql IMMUTABLE AS $$SELECT 'b'::e$$;
CREATE DOMAIN d AS e DEFAULT va();
CREATE TABLE t (id int, e d);

-- case: the default of a partition calls a function that takes a list of an enum which changes
-- from
CREATE TYPE e AS ENUM ('b', 'n', 'a');
CREATE FUNCTION va(VARIADIC xs e[] DEFAULT '{n}') RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT $1[1]';
CREATE TABLE t (id int, e e DEFAULT va()) PARTITION BY LIST (e);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a', 'n');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION va(VARIADIC e[]) RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT $1[1]';
CREATE TABLE t (id int, e e) PARTITION BY LIST (e);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');

-- case: multirange's name becomes a composite's, and the range's automatic one changes by rename of the range
-- from
CREATE TYPE myrange AS RANGE (subtype = int);
CREATE TABLE t (a myrange, b mymultirange);
CREATE FUNCTION f(mymultirange) RETURNS myrange LANGUAGE sql AS 'SELECT range_merge($1)';
CREATE VIEW v AS SELECT f(b) * a AS x FROM t;
-- to
CREATE TYPE mymultirange AS (x int);
CREATE TYPE yourrange AS RANGE (subtype = int);
CREATE TABLE t (a yourrange, b yourmultirange, c mymultirange);
CREATE FUNCTION f(yourmultirange) RETURNS yourrange LANGUAGE sql AS 'SELECT range_merge($1)';
CREATE VIEW v AS SELECT f(b) * a AS x FROM t;

-- case: views that read a table that becomes a view of itself renamed (the rename-and-view pattern)
-- from
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION tr();
CREATE FUNCTION full_name(users) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.name';
CREATE VIEW names AS SELECT u.full_name FROM users u;
CREATE POLICY p ON users USING (id > 0);
-- to
CREATE TABLE people (id int PRIMARY KEY, first text, last text);
CREATE VIEW users AS SELECT id, first || ' ' || last AS name FROM people;
CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO people VALUES (NEW.id, NEW.name, ''); RETURN NEW; END $$;
CREATE TRIGGER tr INSTEAD OF INSERT ON users FOR EACH ROW EXECUTE FUNCTION tr();
CREATE FUNCTION full_name(users) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.name || ''!''';
CREATE VIEW names AS SELECT u.full_name FROM users u;
CREATE POLICY p ON people USING (id > 0);

-- case: a view with an INSTEAD rule using ON CONFLICT and excluded, whose table changes columns
-- from
CREATE TABLE kv (k text PRIMARY KEY, v text, old int, at timestamptz);
CREATE VIEW w AS SELECT k, v FROM kv;
CREATE RULE put AS ON INSERT TO w DO INSTEAD INSERT INTO kv (k, v) VALUES (NEW.k, NEW.v) ON CONFLICT (k) DO UPDATE SET v = excluded.v;
-- to
CREATE TABLE kv (k text PRIMARY KEY, v varchar(9), at timestamp, n int);
CREATE VIEW w AS SELECT k, v FROM kv;
CREATE RULE put AS ON INSERT TO w DO INSTEAD INSERT INTO kv (k, v) VALUES (NEW.k, NEW.v) ON CONFLICT (k) DO UPDATE SET v = excluded.v, at = excluded.at;

-- case: an enum loses a label by which a table is partitioned, and checks call a function of it
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT true$$;
CREATE TABLE t (id int, e e, CONSTRAINT c CHECK (vb(e))) PARTITION BY LIST (e);
CREATE TABLE tb PARTITION OF t (CHECK (vb(e) AND id > 0)) FOR VALUES IN ('b');
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT true$$;
CREATE TABLE t (id int, e e, CONSTRAINT c CHECK (vb(e))) PARTITION BY LIST (e);
CREATE TABLE tb PARTITION OF t (CHECK (vb(e) AND id > 0)) FOR VALUES IN ('b');

-- case: an enum loses a label by which a table is partitioned, and a generated column calls a function of it
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT true$$;
CREATE TABLE t (id int, e e, g boolean GENERATED ALWAYS AS (vb('b')) STORED) PARTITION BY LIST (e);
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT true$$;
CREATE TABLE t (id int, e e, g boolean GENERATED ALWAYS AS (vb('b')) STORED) PARTITION BY LIST (e);

-- case: an enum loses a label by which a table is partitioned, and all that hangs on it calls a function of it
-- from
CREATE TYPE e AS ENUM ('b', 'n');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT true$$;
CREATE TABLE t (id int, e e) PARTITION BY LIST (e);
CREATE POLICY p ON t USING (vb(e));
CREATE INDEX i ON t (id) WHERE vb(e);
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (vb(NEW.e)) EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE RULE r AS ON DELETE TO t WHERE vb(OLD.e) DO INSTEAD NOTHING;
CREATE STATISTICS s ON (vb(e)), id FROM t;
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION vb(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT true$$;
CREATE TABLE t (id int, e e) PARTITION BY LIST (e);
CREATE POLICY p ON t USING (vb(e));
CREATE INDEX i ON t (id) WHERE vb(e);
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (vb(NEW.e)) EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE RULE r AS ON DELETE TO t WHERE vb(OLD.e) DO INSTEAD NOTHING;
CREATE STATISTICS s ON (vb(e)), id FROM t;

-- case: an identity comes whose usual name a table has that goes
-- from
CREATE TABLE t (a int NOT NULL); CREATE TABLE t_a_seq (b int);
-- to
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);

-- case: a table takes the name of the sequence of an identity of a table that goes
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE t_a_seq (a int);

-- case: an index takes the name of the sequence of an identity of a table that goes
-- from
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); CREATE TABLE u (b int);
-- to
CREATE TABLE u (b int); CREATE INDEX t_a_seq ON u (b);

-- case: not null constraints move on in a chain
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT x NOT NULL, b int CONSTRAINT y NOT NULL);
-- to
CREATE TABLE t (a int CONSTRAINT y NOT NULL, b int CONSTRAINT z NOT NULL);

-- case: a not null constraint takes the name of one that goes with its column
-- since: 18
-- from
CREATE TABLE t (a int, b int CONSTRAINT x NOT NULL);
-- to
CREATE TABLE t (a int CONSTRAINT x NOT NULL);
