-- NOT NULL constraints, which PostgreSQL 18 keeps by name.

-- case: a not null constraint gets another name
-- since: 18
-- never: DROP NOT NULL
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- from
CREATE TABLE t (a int CONSTRAINT "a is there" NOT NULL, b int NOT NULL, c int CONSTRAINT c_must NOT NULL);
-- to
CREATE TABLE t (a int CONSTRAINT "A must be" NOT NULL, b int CONSTRAINT b_must NOT NULL, c int NOT NULL);

-- case: a comment on a not null constraint comes, changes and goes
-- since: 18
-- never: DROP NOT NULL
-- unchanged: table t
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- from
CREATE TABLE t (a int CONSTRAINT a_is NOT NULL, b int NOT NULL, c int CONSTRAINT c_must NOT NULL);
COMMENT ON CONSTRAINT c_must ON t IS 'why';
COMMENT ON CONSTRAINT a_is ON t IS 'old';
-- to
CREATE TABLE t (a int CONSTRAINT a_is NOT NULL, b int NOT NULL, c int CONSTRAINT c_must NOT NULL);
COMMENT ON CONSTRAINT t_b_not_null ON t IS 'it''s needed';
COMMENT ON CONSTRAINT a_is ON t IS 'new';

-- case: a new not null constraint with a name and a comment
-- since: 18
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int, b int);
-- to
CREATE TABLE t (a int CONSTRAINT a_is NOT NULL, b int NOT NULL, c int CONSTRAINT c_is NOT NULL DEFAULT 3);
COMMENT ON CONSTRAINT a_is ON t IS 'a';
COMMENT ON CONSTRAINT t_b_not_null ON t IS 'b';
COMMENT ON CONSTRAINT c_is ON t IS 'c';
CREATE TABLE u (a int CONSTRAINT a_is NOT NULL, b int NOT NULL);
COMMENT ON CONSTRAINT a_is ON u IS 'u';
COMMENT ON CONSTRAINT u_b_not_null ON u IS 'v';

-- case: a not null constraint that is not valid becomes valid, with another name and a comment
-- since: 18
-- keeps: t
-- rows
INSERT INTO t VALUES (1, 2);
-- from
CREATE TABLE t (a int, b int);
ALTER TABLE t ADD CONSTRAINT a_is NOT NULL a NOT VALID, ADD CONSTRAINT b_is NOT NULL b NOT VALID;
-- to
CREATE TABLE t (a int CONSTRAINT a_must NOT NULL, b int CONSTRAINT b_is NOT NULL);
COMMENT ON CONSTRAINT b_is ON t IS 'valid';

-- case: a not null constraint is inherited by the children, and no more
-- since: 18
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 2);
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE t (a int CONSTRAINT a_is NOT NULL NO INHERIT, b int CONSTRAINT b_is NOT NULL);
CREATE TABLE c () INHERITS (t);
-- to
CREATE TABLE t (a int CONSTRAINT a_is NOT NULL, b int CONSTRAINT b_is NOT NULL NO INHERIT);
CREATE TABLE c () INHERITS (t);

-- case: the name of an inherited not null constraint changes with the parent's
-- since: 18
-- keeps: c
-- rows
INSERT INTO c VALUES (1);
-- from
CREATE TABLE t (a int CONSTRAINT a_is NOT NULL);
CREATE TABLE c () INHERITS (t);
CREATE TABLE p (a int CONSTRAINT a_is NOT NULL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE t (a int CONSTRAINT a_must NOT NULL);
CREATE TABLE c () INHERITS (t);
CREATE TABLE p (a int CONSTRAINT a_must NOT NULL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- case: a not null constraint whose own name ends as the usual ones do
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT really_not_null NOT NULL, b int NOT NULL);
-- to
CREATE TABLE t (a int NOT NULL, b int CONSTRAINT never_not_null NOT NULL);

-- case: a not null constraint changes its name under a primary key and an identity
-- since: 18
-- from
CREATE TABLE t (a int CONSTRAINT a_is NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
-- to
CREATE TABLE t (a int CONSTRAINT a_must NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

-- case: a not valid not null of a partitioned table is valid in one partition
-- since: 18
-- from
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p ADD CONSTRAINT b_is NOT NULL b NOT VALID;
-- to
CREATE TABLE p (a int, b int CONSTRAINT b_is NOT NULL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
