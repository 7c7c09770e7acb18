-- case: an enum's extra value
-- before
CREATE TYPE status AS ENUM ('running', 'done');
-- change
ALTER TYPE status ADD VALUE 'paused' BEFORE 'done';
-- not repaired: an enum value cannot be removed
-- told
-- enum `public.status` has the extra value `paused`

-- case: an enum value that is gone
-- before
CREATE TYPE status AS ENUM ('running', 'paused', 'done');
-- change
DROP TYPE status;
CREATE TYPE status AS ENUM ('running', 'done');
-- told
-- enum `public.status` lacks the value `paused`

-- case: an enum in another order
-- before
CREATE TYPE status AS ENUM ('a', 'b', 'c');
-- change
DROP TYPE status;
CREATE TYPE status AS ENUM ('a', 'c', 'b');
-- not repaired: the order of an enum cannot be changed
-- told
-- enum `public.status` has its values in another order: a, c, b, was a, b, c

-- case: a type is left behind
-- change
CREATE TYPE "Status" AS ENUM ('a');
CREATE TYPE pair AS (x int, y text);
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE TYPE span AS RANGE (subtype = float8);
-- told
-- enum `public.Status` is still there after the rollback
-- composite type `public.pair` is still there after the rollback
-- domain `public.email` is still there after the rollback
-- range type `public.span` is still there after the rollback

-- case: a composite type
-- before
CREATE TYPE pair AS (x int, y text);
-- change
ALTER TYPE pair ADD ATTRIBUTE z int, ALTER ATTRIBUTE y TYPE varchar(5);
-- told
-- type of attribute `y` of composite type `public.pair` is `character varying(5)`, was `text`
-- attribute `z` of composite type `public.pair` is still there after the rollback

-- case: a domain
-- before
CREATE DOMAIN email AS text DEFAULT 'a@b' CONSTRAINT at CHECK (VALUE ~ '@');
-- change
ALTER DOMAIN email SET NOT NULL;
ALTER DOMAIN email SET DEFAULT 'x@y';
ALTER DOMAIN email DROP CONSTRAINT at;
-- told
-- default of domain `public.email` is `'x@y'::text`, was `'a@b'::text`; domain `public.email` is NOT NULL, was nullable
-- constraint `at` on `public.email` is missing after the rollback

-- case: a domain's constraint that is not validated
-- before
CREATE DOMAIN email AS text CONSTRAINT at CHECK (VALUE ~ '@');
-- change
ALTER DOMAIN email DROP CONSTRAINT at;
ALTER DOMAIN email ADD CONSTRAINT at CHECK (VALUE ~ '@') NOT VALID;
-- told
-- constraint `at` on `public.email` is NOT VALID, was validated

-- case: a sequence
-- before
CREATE SEQUENCE s;
-- change
ALTER SEQUENCE s AS int INCREMENT 5 MINVALUE 2 MAXVALUE 100 START 3 RESTART 3 CACHE 4 CYCLE;
-- told
-- cache of sequence `public.s` is `4`, was `1`; sequence `public.s` cycles, did not before; increment of sequence `public.s` is `5`, was `1`; max of sequence `public.s` is `100`, was `9223372036854775807`; min of sequence `public.s` is `2`, was `1`; start of sequence `public.s` is `3`, was `1`; type of sequence `public.s` is `integer`, was `bigint`

-- case: how far a sequence has come is no difference
-- before
CREATE SEQUENCE s;
-- change
SELECT nextval('s');

-- case: the column that a sequence belongs to
-- before
CREATE TABLE t (id int);
CREATE SEQUENCE s;
-- change
ALTER SEQUENCE s OWNED BY t.id;
-- told
-- owner column of sequence `public.s` is `public.t.id`, was unset

-- case: a collation, a cast, an operator, text search
-- change
CREATE COLLATION german (provider = libc, locale = 'C');
CREATE TYPE pair AS (x int, y text);
CREATE CAST (pair AS text) WITH INOUT;
CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq);
CREATE TEXT SEARCH CONFIGURATION mine (COPY = pg_catalog.english);
CREATE TEXT SEARCH DICTIONARY plainly (TEMPLATE = simple);
-- not repaired: too rare
-- told
-- collation `public.german` is still there after the rollback
-- composite type `public.pair` is still there after the rollback
-- cast `public.pair AS text` is still there after the rollback
-- operator `public.===(integer, integer)` is still there after the rollback
-- text search dictionary `public.plainly` is still there after the rollback
-- text search configuration `public.mine` is still there after the rollback

-- case: a mapping of a text search configuration
-- before
CREATE TEXT SEARCH CONFIGURATION mine (COPY = pg_catalog.english);
-- change
ALTER TEXT SEARCH CONFIGURATION mine DROP MAPPING FOR email;
-- not repaired: too rare
-- told
-- text search configuration `public.mine` lacks the member `email: simple`
