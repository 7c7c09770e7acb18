Tables that inherit.

-- case: a child comes and goes
-- from
CREATE TABLE p (id int, name text);
-- to
CREATE TABLE p (id int, name text);
CREATE TABLE c (extra int) INHERITS (p);

-- case: a table begins to inherit
-- keeps: c
-- unchanged: table c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (id int);
CREATE TABLE c (id int, extra int);
-- to
CREATE TABLE p (id int);
CREATE TABLE c (id int, extra int) INHERITS (p);

-- case: a child gets a second parent
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (id int);
CREATE TABLE q (extra int);
CREATE TABLE c (extra int) INHERITS (p);
-- to
CREATE TABLE p (id int);
CREATE TABLE q (extra int);
CREATE TABLE c (extra int) INHERITS (p, q);

-- case: a column comes to a parent
-- keeps: c
-- unchanged: table c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (id int);
CREATE TABLE c (extra int) INHERITS (p);
CREATE TABLE g (more int) INHERITS (c);
-- to
CREATE TABLE p (id int, name text NOT NULL DEFAULT 'x');
CREATE TABLE c (extra int) INHERITS (p);
CREATE TABLE g (more int) INHERITS (c);

-- case: a column of a parent changes its type
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (id int);
CREATE TABLE c (extra int) INHERITS (p);
-- to
CREATE TABLE p (id bigint);
CREATE TABLE c (extra int) INHERITS (p);

-- case: a child has a default of its own
-- from
CREATE TABLE p (id int DEFAULT 1);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int DEFAULT 1);
CREATE TABLE c () INHERITS (p);
ALTER TABLE c ALTER id SET DEFAULT 2;

-- case: the parent's default changes and the child's stays
-- noted back: stays its table's own as well
-- from
CREATE TABLE p (id int DEFAULT 1);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d (id int DEFAULT 7) INHERITS (p);
-- to
CREATE TABLE p (id int DEFAULT 3);
CREATE TABLE c (id int DEFAULT 1) INHERITS (p);
CREATE TABLE d (id int DEFAULT 7) INHERITS (p);

-- case: a child drops its default
-- from
CREATE TABLE p (id int DEFAULT 1);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int DEFAULT 1);
CREATE TABLE c () INHERITS (p);
ALTER TABLE c ALTER id DROP DEFAULT;

-- case: a check that is inherited, one that is not, and one of the child
-- from
CREATE TABLE p (id int);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int, CONSTRAINT one CHECK (id > 0), CONSTRAINT two CHECK (id < 9) NO INHERIT);
CREATE TABLE c (CONSTRAINT three CHECK (id <> 5)) INHERITS (p);

-- case: an inherited column becomes not null
-- keeps: c
-- rows
INSERT INTO c VALUES (1);
-- from
CREATE TABLE p (id int);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int NOT NULL);
CREATE TABLE c () INHERITS (p);

-- case: a child is not null where its parent is not
-- noted back: stays its table's own as well
-- from
CREATE TABLE p (id int);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int);
CREATE TABLE c (id int NOT NULL) INHERITS (p);

-- case: an inherited column also becomes the child's own
-- noted back: stays its table's own as well
-- from
CREATE TABLE p (id int, a int);
CREATE TABLE c (b int) INHERITS (p);
-- to
CREATE TABLE p (id int, a int);
CREATE TABLE c (a int, b int) INHERITS (p);
COMMENT ON COLUMN c.a IS 'the child''s own';

-- case: a parent goes and the child stays
-- noted back: stays its table's own as well
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (id int);
CREATE TABLE c (b int) INHERITS (p);
-- to
CREATE TABLE c (id int, b int);

-- case: indexes and keys of parent and child are their own
-- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (PRIMARY KEY (id)) INHERITS (p);
CREATE INDEX c_i ON c (id DESC);

-- case: a column goes from the parent and stays with the child
-- noted back: stays its table's own as well
-- keeps: c
-- rows
INSERT INTO c VALUES (1, 2);
-- from
CREATE TABLE p (id int, a int);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int);
CREATE TABLE c (a int) INHERITS (p);

-- case: of several inherited columns, one becomes the child's own as well
-- keeps: c
-- unchanged: table c
-- noted back: stays its table's own as well
-- rows
INSERT INTO c VALUES (1, 'x', 3, 4);
-- from
CREATE TABLE p (a int, b text COLLATE "C", CONSTRAINT b_short CHECK (length(b) < 9));
CREATE TABLE q (a int, d int DEFAULT 1);
CREATE TABLE c (own int) INHERITS (p, q);
CREATE TABLE grandchild () INHERITS (c);
-- to
CREATE TABLE p (a int, b text COLLATE "C", CONSTRAINT b_short CHECK (length(b) < 9));
CREATE TABLE q (a int, d int DEFAULT 1);
CREATE TABLE c (own int, a int) INHERITS (p, q);
CREATE TABLE grandchild () INHERITS (c);
COMMENT ON TABLE c IS 'changed';

-- case: parent and child get a column at once, which both list
-- from
CREATE TABLE p (id int);
CREATE TABLE c () INHERITS (p);
-- to
CREATE TABLE p (id int, a int);
CREATE TABLE c (a int) INHERITS (p);
