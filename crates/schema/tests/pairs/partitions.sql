Partitioned tables and their partitions.

-- case: a partitioned table with partitions of each sort
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.r (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE s.r_1 PARTITION OF s.r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE s.r_2 PARTITION OF s.r FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
CREATE TABLE s.r_d PARTITION OF s.r DEFAULT;
CREATE TABLE s.l (id int, k text) PARTITION BY LIST (k);
CREATE TABLE s.l_a PARTITION OF s.l FOR VALUES IN ('a', 'b', NULL);
CREATE TABLE s.h (id int) PARTITION BY HASH (id);
CREATE TABLE s.h_0 PARTITION OF s.h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE s.h_1 PARTITION OF s.h FOR VALUES WITH (MODULUS 2, REMAINDER 1);

-- case: a partition is added and another dropped
-- keeps: t_a
-- unchanged: table t_a
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_c PARTITION OF t FOR VALUES IN ('c');

-- case: a partition is detached and keeps its rows
-- keeps: t_a
-- unchanged: table t_a
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a (id int, k text);

-- case: a table is attached and keeps its rows
-- keeps: t_a
-- unchanged: table t_a
-- rows
INSERT INTO t_a VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text, CONSTRAINT c CHECK (id > 0)) PARTITION BY LIST (k);
CREATE INDEX t_id ON t (id);
CREATE TABLE t_a (id int, k text, CONSTRAINT c CHECK (id > 0));
-- to
CREATE TABLE t (id int, k text, CONSTRAINT c CHECK (id > 0)) PARTITION BY LIST (k);
CREATE INDEX t_id ON t (id);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: bounds of a partition change
-- keeps: t_a
-- unchanged: table t_a
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a', 'z');

-- case: two partitions exchange their bounds
-- unchanged: table t
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('b');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('a');

-- case: a partition becomes the default one
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_d PARTITION OF t DEFAULT;
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t DEFAULT;
CREATE TABLE t_d PARTITION OF t FOR VALUES IN ('d');

-- case: a plain table becomes partitioned and keeps its rows
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'x'), (2, NULL);
-- from
CREATE TABLE t (id int, k text);
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t DEFAULT;

-- case: the partition key changes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'x'), (2, NULL);
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t DEFAULT;
-- to
CREATE TABLE t (id int, k text) PARTITION BY HASH (id);
CREATE TABLE t_a PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);

-- case: an index comes to a partitioned table and all its partitions
-- keeps: t
-- unchanged: table t_a
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
CREATE INDEX t_id ON t (id);

-- case: an index of a partitioned table changes
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
CREATE INDEX t_id ON t (id);
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
CREATE INDEX t_id ON t (id, k);

-- case: partitioned at two levels, with an index
-- from
CREATE TABLE t (id int, k text, at date) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a') PARTITION BY RANGE (at);
CREATE TABLE t_a_1 PARTITION OF t_a FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- to
CREATE TABLE t (id int, k text, at date) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a') PARTITION BY RANGE (at);
CREATE TABLE t_a_1 PARTITION OF t_a FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE t_a_2 PARTITION OF t_a FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX t_id ON t (id);
CREATE INDEX t_a_at ON t_a (at);

-- case: an index on the parent only
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX t_id ON ONLY t (id);

-- case: an index on the parent only, then one on the partition is attached
-- unchanged: index a_id
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX t_id ON ONLY t (id);
CREATE INDEX a_id ON t_a (id);
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX t_id ON ONLY t (id);
CREATE INDEX a_id ON t_a (id);
ALTER INDEX t_id ATTACH PARTITION a_id;

-- case: the partitions' indexes have other names
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX one ON t_a (id);
CREATE INDEX t_id ON t (id);
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX two ON t_a (id);
CREATE INDEX t_id ON t (id);

-- case: a primary key comes to a partitioned table
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int NOT NULL, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int NOT NULL, k text NOT NULL, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a unique constraint of a partition alone
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t (CONSTRAINT only_here UNIQUE (id)) FOR VALUES IN ('a');

-- case: a foreign key from a partitioned table
-- keeps: t
-- rows
INSERT INTO p VALUES (1);
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int REFERENCES p, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a foreign key to a partitioned table
-- from
CREATE TABLE t (id int, k text, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE r (id int, k text);
-- to
CREATE TABLE t (id int, k text, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE r (id int, k text, FOREIGN KEY (id, k) REFERENCES t ON DELETE CASCADE);

-- case: a column comes to a partitioned table
-- keeps: t_a
-- unchanged: table t_a
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text, note text DEFAULT '-', n int NOT NULL DEFAULT 0) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a column of a partitioned table changes its type and nullability
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX t_id ON t (id);
-- to
CREATE TABLE t (id bigint NOT NULL, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX t_id ON t (id);

-- case: a partition has a default of its own
-- from
CREATE TABLE t (id int DEFAULT 1, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int DEFAULT 1, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t (id DEFAULT 2, k NOT NULL) FOR VALUES IN ('a');

-- case: the parent's default changes, the partition's stays
-- from
CREATE TABLE t (id int DEFAULT 1, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t (id DEFAULT 2) FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
-- to
CREATE TABLE t (id int DEFAULT 5, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t (id DEFAULT 2) FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');

-- case: a check of a partitioned table
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text, CONSTRAINT c CHECK (id > 0)) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a trigger of a partitioned table reaches the partitions
-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t_b DISABLE TRIGGER tr;

-- case: a trigger of a partitioned table changes
-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TRIGGER tr AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();

-- case: identity of a partitioned table
-- from
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, k text) PARTITION BY LIST (k);
-- to
CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 10), k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a partition that has its columns in another order
-- keeps: t_a
-- rows
INSERT INTO t VALUES (1, 'a', 'x');
-- from
CREATE TABLE t (id int, k text, note text) PARTITION BY LIST (k);
CREATE TABLE t_a (note text, k text, id int);
ALTER TABLE t ATTACH PARTITION t_a FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text, note text, more int) PARTITION BY LIST (k);
CREATE TABLE t_a (note text, k text, id int, more int);
ALTER TABLE t ATTACH PARTITION t_a FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');

-- case: a partition in another schema, with options and comments
-- from
CREATE SCHEMA parts;
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
-- to
CREATE SCHEMA parts;
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE parts.t_a PARTITION OF t FOR VALUES IN ('a') WITH (fillfactor = 60);
COMMENT ON TABLE parts.t_a IS 'a';
COMMENT ON COLUMN parts.t_a.id IS 'number';
GRANT SELECT ON parts.t_a TO reader;
ALTER TABLE parts.t_a ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON parts.t_a USING (true);

-- case: a key on expressions, with collations and operator classes
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.t (id int, k text) PARTITION BY LIST (lower(k));
CREATE TABLE s.t_a PARTITION OF s.t FOR VALUES IN ('a');
CREATE TABLE s.u (id int, k text) PARTITION BY RANGE (k COLLATE "C" text_pattern_ops, (id + 1));
CREATE TABLE s.u_a PARTITION OF s.u FOR VALUES FROM ('a', MINVALUE) TO ('b', 0);

-- case: a partitioned table goes with its partitions, and the view on it
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE VIEW v AS SELECT * FROM t;
-- to
CREATE TABLE u (id int);

-- case: a partition moves to another parent
-- keeps: t_a
-- unchanged: table t_a
-- rows
INSERT INTO t_a VALUES (1, 'a');
-- from
CREATE TABLE one (id int, k text) PARTITION BY LIST (k);
CREATE TABLE two (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF one FOR VALUES IN ('a');
-- to
CREATE TABLE one (id int, k text) PARTITION BY LIST (k);
CREATE TABLE two (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF two FOR VALUES IN ('a');

-- case: a column by which a table is partitioned gets another type
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '1'), (2, '5');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN ('1');
CREATE TABLE t_d PARTITION OF t DEFAULT;
CREATE INDEX t_k ON t (k);
CREATE VIEW v AS SELECT k FROM t;
-- to
CREATE TABLE t (id int, k int) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_d PARTITION OF t DEFAULT;
CREATE INDEX t_k ON t (k);
CREATE VIEW v AS SELECT k FROM t;

-- case: a column by which only a partition is partitioned gets another type
-- keeps: t
-- keeps: r
-- rows
INSERT INTO t VALUES (1, 'eu', 3), (2, 'us', 4);
INSERT INTO r VALUES (1, 'eu', 3);
-- from
CREATE TABLE t (id int, k text, n int, CONSTRAINT p PRIMARY KEY (id, k, n)) PARTITION BY LIST (k);
CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us');
CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu') PARTITION BY RANGE (n);
CREATE TABLE t_eu_1 PARTITION OF t_eu FOR VALUES FROM (0) TO (9);
CREATE TABLE r (id int, k text, n int, FOREIGN KEY (id, k, n) REFERENCES t);
-- to
CREATE TABLE t (id int, k text, n bigint, CONSTRAINT p PRIMARY KEY (id, k, n)) PARTITION BY LIST (k);
CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us');
CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu') PARTITION BY RANGE (n);
CREATE TABLE t_eu_1 PARTITION OF t_eu FOR VALUES FROM (0) TO (9);
CREATE TABLE r (id int, k text, n bigint, FOREIGN KEY (id, k, n) REFERENCES t);

-- case: a partition is partitioned by something else, and its table's triggers do not notice
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'a');
-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a') PARTITION BY RANGE (id);
CREATE TABLE t_a_1 PARTITION OF t_a DEFAULT;
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a') PARTITION BY HASH (id);
CREATE TABLE t_a_1 PARTITION OF t_a FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

-- case: a table is partitioned by an enum that loses a label
-- keeps: t
-- rows
INSERT INTO t VALUES ('a'), ('b');
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (k e) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_d PARTITION OF t DEFAULT;
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (k e) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_d PARTITION OF t DEFAULT;

-- case: a column that a partition was partitioned by goes
-- from
CREATE TABLE t (k text, at date) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a') PARTITION BY RANGE (at);
CREATE TABLE t_a_1 PARTITION OF t_a DEFAULT;
-- to
CREATE TABLE t (k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a new partition is partitioned by a new column
-- from
CREATE TABLE t (k text, l text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a') PARTITION BY LIST (l);
-- to
CREATE TABLE t (k text, l text, at date) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a') PARTITION BY LIST (l);
CREATE TABLE t_a_b PARTITION OF t_a FOR VALUES IN ('b') PARTITION BY RANGE (at);

-- case: the index of a partitioned table has other options, and another name
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX i ON t (id) WITH (fillfactor = 50);
CREATE INDEX j ON ONLY t (k);
CREATE INDEX j_a ON t_a (k);
ALTER INDEX j ATTACH PARTITION j_a;
ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (id, k) WITH (fillfactor = 60);
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX i ON t (id) WITH (fillfactor = 70);
CREATE INDEX l ON ONLY t (k);
CREATE INDEX j_a ON t_a (k);
ALTER INDEX l ATTACH PARTITION j_a;
ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (id, k) WITH (fillfactor = 80);

-- case: a partition's key is attached to an index of its table that is no constraint's
-- from
CREATE TABLE t (id int NOT NULL, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int NOT NULL, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
ALTER TABLE t_a ADD CONSTRAINT t_a_pk PRIMARY KEY (k, id);
CREATE UNIQUE INDEX t_k_id ON t (k, id);

-- case: a new partition's own key serves the index of its table, and a foreign key that points to it
-- from
CREATE TABLE t (id int NOT NULL, k text NOT NULL) PARTITION BY LIST (k);
CREATE UNIQUE INDEX t_k_id ON t (k, id);
CREATE TABLE r (k text, id int, CONSTRAINT r_t FOREIGN KEY (k, id) REFERENCES t (k, id));
-- to
CREATE TABLE t (id int NOT NULL, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t (PRIMARY KEY (k, id)) FOR VALUES IN ('a');
CREATE UNIQUE INDEX t_k_id ON t (k, id);
CREATE TABLE r (k text, id int, CONSTRAINT r_t FOREIGN KEY (k, id) REFERENCES t (k, id));

-- case: an index with a partition's key attached becomes a primary key
-- from
CREATE TABLE t (id int NOT NULL, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE UNIQUE INDEX t_pkey ON t (k, id);
ALTER TABLE t_a ADD CONSTRAINT t_a_pk PRIMARY KEY USING INDEX t_a_k_id_idx;
-- to
CREATE TABLE t (id int NOT NULL, k text NOT NULL, PRIMARY KEY (k, id)) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: the last index is attached, and the index of the table is valid
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
CREATE INDEX t_id ON ONLY t (id);
CREATE INDEX t_a_id ON t_a (id);
CREATE INDEX t_b_id ON t_b (id);
ALTER INDEX t_id ATTACH PARTITION t_a_id;
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b');
CREATE INDEX t_id ON ONLY t (id);
CREATE INDEX t_a_id ON t_a (id);
CREATE INDEX t_b_id ON t_b (id);
ALTER INDEX t_id ATTACH PARTITION t_a_id;
ALTER INDEX t_id ATTACH PARTITION t_b_id;

-- case: a table is attached that has an index of its own beside the one which is attached
-- keeps: t_a
-- rows
INSERT INTO t_a VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE INDEX t_id ON t (id);
CREATE TABLE t_a (id int, k text);
CREATE INDEX own ON t_a (id);
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE INDEX t_id ON t (id);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX own ON t_a (id);

-- case: a detached partition keeps no foreign key of its table
-- keeps: t_a
-- rows
INSERT INTO t VALUES (NULL, 'a');
-- from
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (id int CONSTRAINT t_r REFERENCES r, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE r (id int PRIMARY KEY);
CREATE TABLE t (id int CONSTRAINT t_r REFERENCES r, k text) PARTITION BY LIST (k);
CREATE TABLE t_a (id int, k text);

-- case: a partition moves to another table, with an index of the same name above
-- keeps: a
-- rows
INSERT INTO t VALUES (1, 'a');
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE a PARTITION OF t FOR VALUES IN ('a');
CREATE INDEX above ON t (k);
-- to
CREATE TABLE u (id int, k text) PARTITION BY LIST (k);
CREATE TABLE a PARTITION OF u FOR VALUES IN ('a');
CREATE INDEX above ON u (k);

-- case: the keys of partitions that stand alone are attached later
-- from
CREATE TABLE t (id int, k text, UNIQUE (k, id)) PARTITION BY LIST (k);
CREATE TABLE t_a (id int, k text, UNIQUE (k, id));
-- to
CREATE TABLE t (id int, k text, UNIQUE (k, id)) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a trigger of a plain table becomes the clone of its new parent's
-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a (id int, k text);
CREATE TRIGGER g BEFORE UPDATE ON t_a FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: the default of a serial goes from the table and its partitions
-- from
CREATE TABLE t (id serial, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id text, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a partition is younger than a check that is not valid, and another check takes its name
-- from
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID;
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text, CONSTRAINT c CHECK (id > 1)) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: a column may be null in the table, and is in the key of its partition
-- from
CREATE TABLE t (id int, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TABLE t (id int, k text) PARTITION BY LIST (k);
CREATE TABLE t_a PARTITION OF t (PRIMARY KEY (k, id)) FOR VALUES IN ('a');
