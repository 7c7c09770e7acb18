Constraints of tables.

-- case: a check is added
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0));

-- case: a check changes its expression
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a >= 1 AND a < 100));

-- case: a check is renamed
-- from
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));
-- to
CREATE TABLE t (a int, CONSTRAINT d CHECK (a > 0));

-- case: a check becomes not valid, another valid
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 1);
-- from
CREATE TABLE t (a int, b int, CONSTRAINT a CHECK (a > 0));
ALTER TABLE t ADD CONSTRAINT b CHECK (b > 0) NOT VALID;
-- to
CREATE TABLE t (a int, b int, CONSTRAINT b CHECK (b > 0));
ALTER TABLE t ADD CONSTRAINT a CHECK (a > 0) NOT VALID;

-- case: validating does not drop the constraint
-- unchanged: table t
-- never: DROP CONSTRAINT
-- from
CREATE TABLE t (a int);
ALTER TABLE t ADD CONSTRAINT b CHECK (a > 0) NOT VALID;
-- to
CREATE TABLE t (a int, CONSTRAINT b CHECK (a > 0));

-- case: a check calls a function that changes its body
-- unchanged: table t
-- never: DROP FUNCTION
-- from
CREATE FUNCTION ok(a int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > 0';
CREATE TABLE t (a int CHECK (ok(a)));
-- to
CREATE FUNCTION ok(a int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > 1';
CREATE TABLE t (a int CHECK (ok(a)));

-- case: a check calls a function whose argument is renamed
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE FUNCTION ok(a int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > 0';
CREATE TABLE t (a int CHECK (ok(a)));
-- to
CREATE FUNCTION ok(b int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT b > 0';
CREATE TABLE t (a int CHECK (ok(a)));

-- case: a check without inheritance
-- from
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NO INHERIT);

-- case: a primary key is added and dropped
-- keeps: t
-- keeps: u
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1);
INSERT INTO u VALUES (1);
-- from
CREATE TABLE t (id int NOT NULL);
CREATE TABLE u (id int NOT NULL, PRIMARY KEY (id));
-- to
CREATE TABLE t (id int NOT NULL, PRIMARY KEY (id));
CREATE TABLE u (id int NOT NULL);

-- case: a primary key comes to a nullable column
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (id int);
-- to
CREATE TABLE t (id int PRIMARY KEY);

-- case: a primary key gets another column
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int, b int NOT NULL, PRIMARY KEY (a));
-- to
CREATE TABLE t (a int, b int NOT NULL, PRIMARY KEY (a, b));

-- case: a primary key moves to another column, and a foreign key with it
-- keeps: t
-- keeps: r
-- rows
INSERT INTO t VALUES (1, 1);
INSERT INTO r VALUES (1);
-- from
CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL);
CREATE TABLE r (x int REFERENCES t (a));
-- to
CREATE TABLE t (a int NOT NULL, b int PRIMARY KEY);
CREATE TABLE r (x int REFERENCES t (b));

-- case: a primary key changes under foreign keys that stay
-- keeps: t
-- keeps: r
-- rows
INSERT INTO t VALUES (1, 1);
INSERT INTO r VALUES (1);
-- from
CREATE TABLE t (a int PRIMARY KEY);
CREATE TABLE r (x int REFERENCES t (a) ON UPDATE CASCADE);
ALTER TABLE t ADD COLUMN b int;
-- to
CREATE TABLE t (a int, b int);
ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a) WITH (fillfactor = 50) DEFERRABLE;
ALTER TABLE t ADD CONSTRAINT t_a_key UNIQUE (a);
CREATE TABLE r (x int REFERENCES t (a) ON UPDATE CASCADE);

-- case: a primary key is named otherwise
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (id int CONSTRAINT one PRIMARY KEY);
-- to
CREATE TABLE t (id int CONSTRAINT two PRIMARY KEY);

-- case: a unique constraint is added over rows
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 'x');
-- from
CREATE TABLE t (id int, name text);
-- to
CREATE TABLE t (id int, name text UNIQUE, CONSTRAINT pair UNIQUE (id, name));

-- case: nulls not distinct, include and options
-- from
CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a));
-- to
CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) WITH (fillfactor = 80));

-- case: a unique constraint becomes deferrable
-- from
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a));
-- to
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a) DEFERRABLE INITIALLY DEFERRED);

-- case: a unique constraint becomes a unique index of the same name
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a));
-- to
CREATE TABLE t (a int);
CREATE UNIQUE INDEX u ON t (a);

-- case: an index and a constraint exchange their names
-- from
CREATE TABLE t (a int, b int, CONSTRAINT one UNIQUE (a));
CREATE INDEX two ON t (b);
-- to
CREATE TABLE t (a int, b int, CONSTRAINT two UNIQUE (a));
CREATE INDEX one ON t (b);

-- case: an index and a check of the same name
-- from
CREATE TABLE t (a int);
CREATE INDEX same ON t (a);
-- to
CREATE TABLE t (a int, CONSTRAINT same CHECK (a > 0));
CREATE INDEX same ON t (a);

-- case: a foreign key is added over rows
-- keeps: t
-- keeps: r
-- unchanged: table r
-- rows
INSERT INTO t VALUES (1);
INSERT INTO r VALUES (1), (NULL);
-- from
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int);
-- to
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int REFERENCES t);

-- case: the actions of a foreign key change
-- from
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int REFERENCES t ON DELETE CASCADE);
-- to
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int REFERENCES t ON DELETE SET NULL ON UPDATE RESTRICT);

-- case: on delete set null of some columns, and match full
-- from
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE r (a int, b int, FOREIGN KEY (a, b) REFERENCES t ON DELETE SET NULL);
-- to
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE r (a int, b int, c int, FOREIGN KEY (a, b) REFERENCES t ON DELETE SET NULL (b),
  CONSTRAINT full_match FOREIGN KEY (a, c) REFERENCES t MATCH FULL ON DELETE SET DEFAULT);

-- case: a foreign key becomes deferrable in place
-- never: DROP CONSTRAINT
-- from
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int REFERENCES t);
-- to
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int REFERENCES t DEFERRABLE INITIALLY DEFERRED);

-- case: a foreign key becomes initially immediate again
-- never: DROP CONSTRAINT
-- from
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int REFERENCES t DEFERRABLE INITIALLY DEFERRED);
-- to
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int REFERENCES t DEFERRABLE);

-- case: a foreign key that is not valid is validated
-- never: DROP CONSTRAINT
-- from
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int);
ALTER TABLE r ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t NOT VALID;
-- to
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (t_id int, CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t);

-- case: a foreign key goes to another table
-- from
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE r (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES t);
-- to
CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE r (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES u);

-- case: a foreign key to a unique index, not to a constraint
-- from
CREATE TABLE t (id int);
CREATE UNIQUE INDEX t_id ON t (id);
CREATE TABLE r (x int REFERENCES t (id));
-- to
CREATE TABLE t (id int);
CREATE UNIQUE INDEX t_other ON t (id);
CREATE TABLE r (x int REFERENCES t (id));

-- case: the unique index under a foreign key becomes a constraint
-- keeps: t
-- keeps: r
-- rows
INSERT INTO t VALUES (1);
INSERT INTO r VALUES (1);
-- from
CREATE TABLE t (id int);
CREATE UNIQUE INDEX t_id ON t (id);
CREATE TABLE r (x int REFERENCES t (id));
-- to
CREATE TABLE t (id int CONSTRAINT t_id UNIQUE);
CREATE TABLE r (x int REFERENCES t (id));

-- case: a table that refers to itself
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.node (id int PRIMARY KEY, parent int REFERENCES s.node, CHECK (parent <> id));

-- case: two tables that refer to each other come and go
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.chicken (id int PRIMARY KEY, egg int NOT NULL);
CREATE TABLE s.egg (id int PRIMARY KEY, chicken int NOT NULL REFERENCES s.chicken DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE s.chicken ADD FOREIGN KEY (egg) REFERENCES s.egg DEFERRABLE INITIALLY DEFERRED;

-- case: three tables in a circle lose one
-- from
CREATE TABLE a (id int PRIMARY KEY, x int);
CREATE TABLE b (id int PRIMARY KEY, x int REFERENCES a);
CREATE TABLE c (id int PRIMARY KEY, x int REFERENCES b);
ALTER TABLE a ADD CONSTRAINT a_x FOREIGN KEY (x) REFERENCES c;
-- to
CREATE TABLE a (id int PRIMARY KEY, x int);
CREATE TABLE b (id int PRIMARY KEY, x int REFERENCES a);
ALTER TABLE a ADD CONSTRAINT a_x FOREIGN KEY (x) REFERENCES b;

-- case: the circle's keys change their type
-- keeps: a
-- keeps: b
-- rows
INSERT INTO a VALUES (1, NULL);
INSERT INTO b VALUES (1, 1);
-- from
CREATE TABLE a (id int PRIMARY KEY, x int);
CREATE TABLE b (id int PRIMARY KEY, x int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b;
-- to
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
CREATE TABLE b (id bigint PRIMARY KEY, x bigint REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b;

-- case: an exclusion constraint
-- keeps: t
-- rows
INSERT INTO t VALUES (1, '[1,3)');
-- from
CREATE TABLE t (room int, during int4range);
-- to
CREATE TABLE t (room int, during int4range, CONSTRAINT free EXCLUDE USING gist (during WITH &&));

-- case: an exclusion constraint changes its condition
-- from
CREATE TABLE t (room int, during int4range, CONSTRAINT free EXCLUDE USING gist (during WITH &&) WHERE (room > 0));
-- to
CREATE TABLE t (room int, during int4range, CONSTRAINT free EXCLUDE USING gist (during WITH &&) WHERE (room > 5) DEFERRABLE);

-- case: an exclusion constraint changes its operators
-- from
CREATE TABLE t (a point, c circle, CONSTRAINT x EXCLUDE USING gist (c WITH &&));
-- to
CREATE TABLE t (a point, c circle, CONSTRAINT x EXCLUDE USING gist (c WITH ~=, (circle(a, 1)) WITH &&));

-- case: a constraint's comment
-- never: DROP CONSTRAINT
-- from
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));
COMMENT ON CONSTRAINT c ON t IS 'old';
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT u UNIQUE (a));
COMMENT ON CONSTRAINT c ON t IS 'new';
COMMENT ON CONSTRAINT u ON t IS 'it''s unique';
COMMENT ON INDEX u IS 'the index of it';

-- case: names that Postgres made, and the same ones given
-- from
CREATE TABLE t (a int CHECK (a > 0), b int UNIQUE, CHECK (a > b));
-- to
CREATE TABLE t (a int CHECK (a > 1), b int UNIQUE, CHECK (a >= b), CHECK (b > 0));

-- case: not null by name
-- since: 18
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int CONSTRAINT first_name NOT NULL, b int);
-- to
CREATE TABLE t (a int CONSTRAINT second_name NOT NULL, b int CONSTRAINT b_there NOT NULL);

-- case: not null that is not valid yet
-- since: 18
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int);
ALTER TABLE t ADD CONSTRAINT a_there NOT NULL a NOT VALID;

-- case: not null that is not valid is validated
-- since: 18
-- from
CREATE TABLE t (a int);
ALTER TABLE t ADD CONSTRAINT a_there NOT NULL a NOT VALID;
-- to
CREATE TABLE t (a int CONSTRAINT a_there NOT NULL);

-- case: not null that is not inherited
-- since: 18
-- from
CREATE TABLE t (a int NOT NULL);
-- to
CREATE TABLE t (a int NOT NULL NO INHERIT);

-- case: constraints that are not enforced
-- since: 18
-- from
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT c CHECK (a > 0));
CREATE TABLE r (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES t);
-- to
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED);
CREATE TABLE r (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES t NOT ENFORCED);

-- case: enforcing a foreign key happens in place
-- since: 18
-- never: DROP CONSTRAINT
-- from
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES t NOT ENFORCED);
-- to
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE r (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES t);

-- case: a key without overlaps and a foreign key with a period
-- since: 18
-- from
CREATE TABLE t (id int4range, valid daterange);
CREATE TABLE r (id int4range, valid daterange);
-- to
CREATE TABLE t (id int4range, valid daterange, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE r (id int4range, valid daterange, FOREIGN KEY (id, PERIOD valid) REFERENCES t (id, PERIOD valid));

-- case: a key is made anew, and a new foreign key needs it
-- from
CREATE TABLE t (a int, CONSTRAINT k UNIQUE (a) DEFERRABLE);
CREATE TABLE u (b int);
-- to
CREATE TABLE t (a int, CONSTRAINT k UNIQUE (a));
CREATE TABLE u (b int CONSTRAINT f REFERENCES t (a));

-- case: a primary key gets another column, and tables that are new to it refer to it
-- from
CREATE TABLE depots (region int NOT NULL, code int NOT NULL, CONSTRAINT depots_key PRIMARY KEY (code));
CREATE TABLE vans (region int, code int);
-- to
CREATE TABLE depots (region int NOT NULL, code int NOT NULL, CONSTRAINT depots_key PRIMARY KEY (region, code));
CREATE TABLE vans (region int, code int, CONSTRAINT vans_depot FOREIGN KEY (region, code) REFERENCES depots);
CREATE TABLE bikes (region int, code int, FOREIGN KEY (region, code) REFERENCES depots);

-- case: a primary key and what refers to it lose a column
-- from
CREATE TABLE shelves (hall int NOT NULL, no int NOT NULL, PRIMARY KEY (hall, no));
CREATE TABLE boxes (hall int, shelf int, CONSTRAINT boxes_shelf FOREIGN KEY (hall, shelf) REFERENCES shelves);
-- to
CREATE TABLE shelves (no int NOT NULL, PRIMARY KEY (no));
CREATE TABLE boxes (shelf int, CONSTRAINT boxes_shelf FOREIGN KEY (shelf) REFERENCES shelves);

-- case: a column goes from a foreign key and from the key that it points to
-- from
CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE b (x int, y int, CONSTRAINT b_a FOREIGN KEY (x, y) REFERENCES a);
-- to
CREATE TABLE a (x int, PRIMARY KEY (x));
CREATE TABLE b (x int, CONSTRAINT b_a FOREIGN KEY (x) REFERENCES a);
