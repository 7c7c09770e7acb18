-- case: a column that comes from the second of two parents
-- before
CREATE TABLE a (x int);
CREATE TABLE b (y int);
CREATE TABLE c () INHERITS (a, b);
-- change
ALTER TABLE b ADD COLUMN z int DEFAULT 3 CONSTRAINT positive CHECK (z > 0);
-- told
-- column `z` of `public.b` is still there after the rollback
-- constraint `positive` on `public.b` is still there after the rollback

-- case: a default that only the child has
-- before
CREATE TABLE a (x int, y int DEFAULT 1);
CREATE TABLE c () INHERITS (a);
-- change
ALTER TABLE c ALTER x SET DEFAULT 5, ALTER y SET DEFAULT 2;
-- told
-- default of column `x` of `public.c` is still there after the rollback
-- default of column `y` of `public.c` is `2`, was `1`

-- case: a default that the child has lost
-- before
CREATE TABLE a (y int DEFAULT 1);
CREATE TABLE c () INHERITS (a);
-- change
ALTER TABLE c ALTER y DROP DEFAULT;
-- told
-- default of column `y` of `public.c` is missing after the rollback

-- case: a column and a check that the child defines too
-- before
CREATE TABLE a (x int, CONSTRAINT positive CHECK (x > 0));
CREATE TABLE c () INHERITS (a);
-- change
DROP TABLE c;
CREATE TABLE c (x int, CONSTRAINT positive CHECK (x > 0)) INHERITS (a);
-- not repaired: too rare
-- told
-- column `x` of `public.c` is also defined by the table itself, was only inherited
-- constraint `positive` on `public.c` is also defined by the table itself, was only inherited

-- case: another order of parents
-- before
CREATE TABLE a (x int);
CREATE TABLE b (x int);
CREATE TABLE c () INHERITS (a, b);
-- change
ALTER TABLE c NO INHERIT a;
ALTER TABLE c INHERIT a;
-- not repaired: too rare
-- told
-- table `public.c` has its parents in another order: public.b, public.a, was public.a, public.b

-- case: a typed table
-- before
CREATE TYPE pair AS (x int, y text);
CREATE TABLE t (x int, y text);
-- change
ALTER TABLE t OF pair;
-- not repaired: too rare
-- told
-- of type of table `public.t` is `public.pair`, was unset

-- case: details of a NOT NULL
-- since: 18
-- before
CREATE TABLE a (x int, y int CONSTRAINT mine NOT NULL NO INHERIT, z int);
CREATE TABLE c (x int) INHERITS (a);
-- change
ALTER TABLE a ALTER CONSTRAINT mine INHERIT;
ALTER TABLE a ADD CONSTRAINT late NOT NULL z NOT VALID;
COMMENT ON CONSTRAINT mine ON a IS 'why';
-- not repaired: too rare
-- told
-- not null comment of column `y` of `public.a` is `why`, was unset; not null no inherit of column `y` of `public.a` is unset, was `true`
-- column `z` of `public.a` is NOT NULL, was nullable; name of the NOT NULL of column `z` of `public.a` is `late`, was unset; column `z` of `public.a` is NOT NULL without validation, was NOT NULL with validation

-- case: a NOT NULL that the child defines too
-- since: 18
-- before
CREATE TABLE a (x int CONSTRAINT mine NOT NULL);
CREATE TABLE c () INHERITS (a);
-- change
DROP TABLE c;
CREATE TABLE c (CONSTRAINT mine NOT NULL x) INHERITS (a);
-- not repaired: too rare
-- told
-- not null also local of column `x` of `public.c` is `true`, was unset
