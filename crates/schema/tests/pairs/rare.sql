-- The rarer kinds: everything beside tables, views, functions and what belongs to them.

-- case: a schema comes, with a hostile name
-- from
-- to
CREATE SCHEMA "A "".b";
COMMENT ON SCHEMA "A "".b" IS 'it''s \ here';

-- case: a schema changes hands
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s AUTHORIZATION keeper;

-- case: an extension comes
-- from
CREATE SCHEMA ext;
-- to
CREATE SCHEMA ext;
CREATE EXTENSION citext WITH SCHEMA ext;
COMMENT ON EXTENSION citext IS 'texts';

-- case: an extension moves to another schema
-- never: DROP EXTENSION
-- from
CREATE SCHEMA ext;
CREATE EXTENSION hstore WITH SCHEMA public;
-- to
CREATE SCHEMA ext;
CREATE EXTENSION hstore WITH SCHEMA ext;

-- case: an extension is updated
-- refused back: no way back to version
-- from
CREATE EXTENSION pg_trgm VERSION '1.4';
-- to
CREATE EXTENSION pg_trgm VERSION '1.6';

-- case: a language comes
-- from
-- to
CREATE TRUSTED LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE mine IS 'my own';
GRANT USAGE ON LANGUAGE mine TO reader;
REVOKE USAGE ON LANGUAGE mine FROM PUBLIC;

-- case: a language changes its functions under a function written in it
-- unchanged: function public.f()
-- from
CREATE TRUSTED LANGUAGE mine HANDLER plpgsql_call_handler;
CREATE FUNCTION f() RETURNS int LANGUAGE mine AS 'BEGIN RETURN 1; END';
-- to
CREATE LANGUAGE mine HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION f() RETURNS int LANGUAGE mine AS 'BEGIN RETURN 1; END';

-- case: an access method comes, with a table of it
-- from
-- to
CREATE ACCESS METHOD mine TYPE TABLE HANDLER heap_tableam_handler;
COMMENT ON ACCESS METHOD mine IS 'a heap';
CREATE TABLE t (id int) USING mine;

-- case: a foreign data wrapper, a server, a mapping and a foreign table come
-- from
-- to
CREATE FOREIGN DATA WRAPPER w OPTIONS (debug 'true', "a b" 'x''y');
CREATE SERVER s TYPE 'kind' VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'example', port '5432');
CREATE USER MAPPING FOR PUBLIC SERVER s;
CREATE USER MAPPING FOR "Odd ""role""" SERVER s OPTIONS (user 'me');
CREATE FOREIGN TABLE ft (id int) SERVER s OPTIONS (table_name 'x');
COMMENT ON SERVER s IS 'over there';
COMMENT ON FOREIGN DATA WRAPPER w IS 'what wraps';
GRANT USAGE ON FOREIGN DATA WRAPPER w TO reader;
GRANT USAGE ON FOREIGN SERVER s TO reader WITH GRANT OPTION;

-- case: a wrapper, a server and a mapping change
-- never: CREATE SERVER
-- from
CREATE FOREIGN DATA WRAPPER w OPTIONS (a '1', b '2');
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'one', port '1');
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'one');
-- to
CREATE FOREIGN DATA WRAPPER w OPTIONS (b '2');
CREATE SERVER s VERSION '2' FOREIGN DATA WRAPPER w OPTIONS (host 'two', port '1');
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'two');

-- case: the validator of a wrapper comes
-- from
CREATE FOREIGN DATA WRAPPER w;
-- to
CREATE FOREIGN DATA WRAPPER w VALIDATOR postgresql_fdw_validator;

-- case: a mapping with a password cannot be made
-- refused: may be a secret
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'me', password 'secret');

-- case: a server of another kind is made again with its mapping
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s TYPE 'a' FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'me');
GRANT USAGE ON FOREIGN SERVER s TO reader;
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s TYPE 'b' FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'me');
GRANT USAGE ON FOREIGN SERVER s TO reader;

-- case: a collation of the C library comes and is used
-- from
CREATE TABLE t (id int);
-- to
CREATE COLLATION "Plain" (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
COMMENT ON COLLATION "Plain" IS 'bytes';
CREATE TABLE t (id int, name text COLLATE "Plain");

-- case: a collation of the C library changes
-- from
CREATE COLLATION c (provider = libc, locale = 'C');
COMMENT ON COLLATION c IS 'x';
-- to
CREATE COLLATION c (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
COMMENT ON COLLATION c IS 'x';

-- The embedded server of version 18 is built without ICU.

-- case: collations of ICU come
-- before: 18
-- from
-- to
CREATE COLLATION german (provider = icu, locale = 'de-u-co-phonebk');
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
COMMENT ON COLLATION blind IS 'no case';

-- case: a collation changes
-- before: 18
-- from
CREATE COLLATION c (provider = icu, locale = 'de');
-- to
CREATE COLLATION c (provider = icu, locale = 'sv', deterministic = false);

-- case: a collation has rules
-- since: 16
-- before: 18
-- from
-- to
CREATE COLLATION c (provider = icu, locale = 'und', rules = '&a < g');

-- case: a conversion comes
-- from
-- to
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION conv IS 'from the west';

-- case: a conversion becomes the default
-- from
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
-- to
CREATE DEFAULT CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;

-- case: a range comes, with a column of it
-- from
CREATE TABLE t (id int);
-- to
CREATE FUNCTION diff(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = diff, multirange_type_name = floatses);
COMMENT ON TYPE floats IS 'from to';
CREATE TABLE t (id int, span floats, spans floatses);

-- case: a range of texts has a collation and an operator class
-- from
-- to
CREATE TYPE words AS RANGE (subtype = text, subtype_opclass = text_pattern_ops, collation = "C");

-- case: a range changes its collation
-- from
CREATE TYPE words AS RANGE (subtype = text, collation = "C");
-- to
CREATE TYPE words AS RANGE (subtype = text, collation = "POSIX");

-- case: a range with a function that makes it canonical comes
-- from
-- to
CREATE TYPE r;
CREATE FUNCTION canon(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE r AS RANGE (subtype = int4, canonical = canon);

-- case: a shell type comes
-- from
-- to
CREATE TYPE later;

-- case: a base type comes with its functions
-- from
-- to
CREATE TYPE pos;
CREATE FUNCTION pos_in(cstring) RETURNS pos LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION pos_out(pos) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE pos (INPUT = pos_in, OUTPUT = pos_out, LIKE = int4);
CREATE TABLE t (id pos);

-- case: a base type gets a receive function and another storage
-- unchanged: type t
-- from
CREATE TYPE t;
CREATE FUNCTION t_in(cstring) RETURNS t LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION t_out(t) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION t_send(t) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE TYPE t (INPUT = t_in, OUTPUT = t_out, STORAGE = extended, CATEGORY = 'S', DEFAULT = 'it''s');
-- to
CREATE TYPE t;
CREATE FUNCTION t_in(cstring) RETURNS t LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION t_out(t) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION t_send(t) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE TYPE t (INPUT = t_in, OUTPUT = t_out, SEND = t_send, STORAGE = external, CATEGORY = 'S', DEFAULT = 'it''s');

-- case: aggregates come
-- from
-- to
CREATE FUNCTION add_up(int8, int8) RETURNS int8 LANGUAGE sql IMMUTABLE STRICT RETURN $1 + $2;
CREATE AGGREGATE total(int8) (sfunc = add_up, stype = int8, initcond = '0', combinefunc = add_up, parallel = safe);
CREATE AGGREGATE how_many(*) (sfunc = int8inc, stype = int8, initcond = '0');
CREATE AGGREGATE biggest(int4) (sfunc = int4larger, stype = int4, sortop = >);
CREATE AGGREGATE middle(float8 ORDER BY anyelement) (
    sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
CREATE AGGREGATE moving(int8) (sfunc = add_up, stype = int8, msfunc = add_up, minvfunc = int8mi, mstype = int8);
COMMENT ON AGGREGATE total(int8) IS 'all of it';
REVOKE EXECUTE ON FUNCTION total(int8) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION how_many() TO reader;
ALTER AGGREGATE middle(float8 ORDER BY anyelement) OWNER TO keeper;

-- case: an aggregate gets another start under a view that uses it
-- unchanged: view v
-- never: DROP AGGREGATE
-- from
CREATE AGGREGATE total(x int8) (sfunc = int8pl, stype = int8, initcond = '0');
CREATE VIEW v AS SELECT total(x) FROM (VALUES (1::int8)) AS t (x);
-- to
CREATE AGGREGATE total(x int8) (sfunc = int8pl, stype = int8, initcond = '7', parallel = safe);
CREATE VIEW v AS SELECT total(x) FROM (VALUES (1::int8)) AS t (x);

-- case: an aggregate changes its result under a view that uses it
-- from
CREATE FUNCTION s(int8, int8) RETURNS int8 LANGUAGE sql RETURN $1 + $2;
CREATE AGGREGATE total(int8) (sfunc = s, stype = int8, initcond = '0');
CREATE VIEW v AS SELECT total(x)::text AS x FROM (VALUES (1::int8)) AS t (x);
GRANT EXECUTE ON FUNCTION total(int8) TO reader;
-- to
CREATE FUNCTION s(int8, int8) RETURNS int8 LANGUAGE sql RETURN $1 + $2;
CREATE FUNCTION f(int8) RETURNS text LANGUAGE sql RETURN $1::text;
CREATE AGGREGATE total(int8) (sfunc = s, stype = int8, initcond = '0', finalfunc = f);
CREATE VIEW v AS SELECT total(x)::text AS x FROM (VALUES (1::int8)) AS t (x);
GRANT EXECUTE ON FUNCTION total(int8) TO reader;

-- case: rules come, one of them disabled
-- from
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;
-- to
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;
CREATE RULE "Ins" AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (NEW.id);
CREATE RULE del AS ON DELETE TO t WHERE OLD.id = 1 DO INSTEAD NOTHING;
ALTER TABLE t DISABLE RULE del;
COMMENT ON RULE "Ins" ON v IS 'in here';

-- case: a rule does something else
-- never: DROP RULE
-- from
CREATE TABLE t (id int);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
COMMENT ON RULE r ON t IS 'x';
-- to
CREATE TABLE t (id int);
CREATE RULE r AS ON UPDATE TO t WHERE OLD.id > 0 DO ALSO NOTHING;
ALTER TABLE t ENABLE ALWAYS RULE r;
COMMENT ON RULE r ON t IS 'x';

-- case: statistics come
-- from
CREATE TABLE t (a int, b int, c text);
-- to
CREATE TABLE t (a int, b int, c text);
CREATE STATISTICS s (dependencies, mcv) ON a, b FROM t;
CREATE STATISTICS "On Expr" ON (a + b), lower(c) FROM t;
ALTER STATISTICS s SET STATISTICS 500;
COMMENT ON STATISTICS s IS 'together';

-- case: statistics get another target
-- never: DROP STATISTICS
-- from
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON a, b FROM t;
-- to
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON a, b FROM t;
ALTER STATISTICS s SET STATISTICS 10;

-- case: statistics are of other columns
-- from
CREATE TABLE t (a int, b int, c int);
CREATE STATISTICS s ON a, b FROM t;
COMMENT ON STATISTICS s IS 'x';
-- to
CREATE TABLE t (a int, b int, c int);
CREATE STATISTICS s (ndistinct) ON a, c FROM t;
COMMENT ON STATISTICS s IS 'x';

-- case: casts come
-- from
CREATE TYPE pair AS (a int, b int);
CREATE TYPE "Mood" AS ENUM ('x');
CREATE FUNCTION sum_of(pair) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1.a + $1.b;
-- to
CREATE TYPE pair AS (a int, b int);
CREATE TYPE "Mood" AS ENUM ('x');
CREATE FUNCTION sum_of(pair) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1.a + $1.b;
CREATE CAST (pair AS int) WITH FUNCTION sum_of(pair) AS ASSIGNMENT;
CREATE CAST (text AS "Mood") WITH INOUT AS IMPLICIT;
COMMENT ON CAST (pair AS int) IS 'summed up';

-- case: a cast is used in other places
-- from
CREATE TYPE m AS ENUM ('x');
CREATE CAST (text AS m) WITH INOUT;
COMMENT ON CAST (text AS m) IS 'x';
-- to
CREATE TYPE m AS ENUM ('x');
CREATE CAST (text AS m) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (text AS m) IS 'x';

-- case: a transform comes, changes
-- from
CREATE FUNCTION a(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE FUNCTION b(internal) RETURNS int4 LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
-- to
CREATE FUNCTION a(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE FUNCTION b(internal) RETURNS int4 LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE TRANSFORM FOR int4 LANGUAGE plpgsql (FROM SQL WITH FUNCTION a(internal), TO SQL WITH FUNCTION b(internal));
COMMENT ON TRANSFORM FOR int4 LANGUAGE plpgsql IS 'both ways';

-- case: a transform loses a direction
-- never: DROP TRANSFORM
-- from
CREATE FUNCTION a(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE FUNCTION b(internal) RETURNS int4 LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE TRANSFORM FOR int4 LANGUAGE plpgsql (FROM SQL WITH FUNCTION a(internal), TO SQL WITH FUNCTION b(internal));
-- to
CREATE FUNCTION a(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE FUNCTION b(internal) RETURNS int4 LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE TRANSFORM FOR int4 LANGUAGE plpgsql (FROM SQL WITH FUNCTION a(internal));

-- case: operators come, each other's commutator and negator
-- from
CREATE TYPE pair AS (a int, b int);
-- to
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION lt(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1.a < $2.a;
CREATE FUNCTION gt(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1.a > $2.a;
CREATE FUNCTION ge(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1.a >= $2.a;
CREATE FUNCTION neg(pair) RETURNS pair LANGUAGE sql IMMUTABLE RETURN ROW(-$1.a, -$1.b)::pair;
CREATE OPERATOR <# (FUNCTION = lt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = >#, NEGATOR = >=#, RESTRICT = scalarltsel);
CREATE OPERATOR ># (FUNCTION = gt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#, JOIN = scalargtjoinsel);
CREATE OPERATOR >=# (FUNCTION = ge, LEFTARG = pair, RIGHTARG = pair, NEGATOR = <#);
CREATE OPERATOR @- (FUNCTION = neg, RIGHTARG = pair);
COMMENT ON OPERATOR <# (pair, pair) IS 'less';
COMMENT ON OPERATOR @- (NONE, pair) IS 'minus';
ALTER OPERATOR ># (pair, pair) OWNER TO keeper;

-- case: an operator gets other estimators
-- never: DROP OPERATOR
-- from
CREATE FUNCTION lt(text, int) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < $2;
CREATE OPERATOR <# (FUNCTION = lt, LEFTARG = text, RIGHTARG = int, RESTRICT = scalarltsel);
-- to
CREATE FUNCTION lt(text, int) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < $2;
CREATE OPERATOR <# (FUNCTION = lt, LEFTARG = text, RIGHTARG = int, JOIN = scalarltjoinsel);

-- case: an operator is another function under a view that uses it
-- from
CREATE FUNCTION lt(text, int) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < $2;
CREATE FUNCTION lt2(text, int) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < $2 - 1;
CREATE OPERATOR <# (FUNCTION = lt, LEFTARG = text, RIGHTARG = int);
CREATE VIEW v AS SELECT 'x'::text <# 3 AS less;
-- to
CREATE FUNCTION lt(text, int) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < $2;
CREATE FUNCTION lt2(text, int) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < $2 - 1;
CREATE OPERATOR <# (FUNCTION = lt2, LEFTARG = text, RIGHTARG = int, HASHES);
CREATE VIEW v AS SELECT 'x'::text <# 3 AS less;

-- case: the other half of a pair of operators comes
-- from
CREATE FUNCTION lt(text, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < length($2);
CREATE FUNCTION gt(text, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) > length($2);
CREATE OPERATOR <# (FUNCTION = lt, LEFTARG = text, RIGHTARG = text);
CREATE VIEW v AS SELECT 'x'::text <# 'y' AS less;
-- to
CREATE FUNCTION lt(text, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) < length($2);
CREATE FUNCTION gt(text, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN length($1) > length($2);
CREATE OPERATOR <# (FUNCTION = lt, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR ># (FUNCTION = gt, LEFTARG = text, RIGHTARG = text, COMMUTATOR = <#);
CREATE VIEW v AS SELECT 'x'::text <# 'y' AS less;

-- case: an operator class comes with its family
-- from
-- to
CREATE OPERATOR CLASS backwards FOR TYPE int4 USING btree AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int4, int4);
CREATE TABLE t (id int);
CREATE INDEX t_back ON t (id backwards);
COMMENT ON OPERATOR CLASS backwards USING btree IS 'down';
COMMENT ON OPERATOR FAMILY backwards USING btree IS 'all down';

-- case: an operator family has members of two types
-- from
CREATE OPERATOR FAMILY "Fam" USING btree;
-- to
CREATE OPERATOR FAMILY "Fam" USING btree;
CREATE OPERATOR CLASS small FOR TYPE int2 USING btree FAMILY "Fam" AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint2cmp(int2, int2);
CREATE OPERATOR CLASS large FOR TYPE int4 USING btree FAMILY "Fam" AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
ALTER OPERATOR FAMILY "Fam" USING btree ADD OPERATOR 1 < (int2, int4), FUNCTION 1 (int2, int4) btint24cmp(int2, int4);

-- case: an operator family loses a member and gets another
-- never: DROP OPERATOR FAMILY
-- from
CREATE OPERATOR FAMILY f USING btree;
ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int2, int4), FUNCTION 1 (int2, int4) btint24cmp(int2, int4);
-- to
CREATE OPERATOR FAMILY f USING btree;
ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int2, int4), OPERATOR 5 > (int4, int8);

-- case: an operator class for gist comes
-- from
-- to
CREATE OPERATOR CLASS points FOR TYPE point USING gist AS
    OPERATOR 1 <<, OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops,
    FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal),
    FUNCTION 2 gist_box_union(internal, internal), FUNCTION 3 gist_point_compress(internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal),
    STORAGE box;

-- case: an operator class becomes the default
-- from
CREATE TYPE pair AS (a int, b int);
CREATE OPERATOR CLASS pairs FOR TYPE pair USING hash AS OPERATOR 1 = (record, record), FUNCTION 1 (pair, pair) hash_record(record);
-- to
CREATE TYPE pair AS (a int, b int);
CREATE OPERATOR CLASS pairs DEFAULT FOR TYPE pair USING hash AS OPERATOR 1 = (record, record), FUNCTION 1 (pair, pair) hash_record(record);

-- case: text search objects come
-- from
-- to
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH TEMPLATE tpl (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY "Plain" (TEMPLATE = tpl, StopWords = 'english', Accept = 'false');
CREATE TEXT SEARCH DICTIONARY stem (TEMPLATE = snowball, language = 'english');
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = p);
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR asciiword, word WITH "Plain", stem;
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR "float", "int" WITH simple;
COMMENT ON TEXT SEARCH PARSER p IS 'p';
COMMENT ON TEXT SEARCH TEMPLATE tpl IS 't';
COMMENT ON TEXT SEARCH DICTIONARY "Plain" IS 'd';
COMMENT ON TEXT SEARCH CONFIGURATION conf IS 'c';
ALTER TEXT SEARCH DICTIONARY stem OWNER TO keeper;

-- case: a configuration maps other tokens under an index that uses it
-- unchanged: index i
-- never: DROP TEXT
-- from
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR asciiword, word, email WITH simple;
CREATE TABLE t (body text);
CREATE INDEX i ON t USING gin (to_tsvector('public.conf', body));
-- to
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR asciiword WITH english_stem, simple;
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR word, url WITH simple;
CREATE TABLE t (body text);
CREATE INDEX i ON t USING gin (to_tsvector('public.conf', body));

-- case: a dictionary gets other settings
-- never: DROP TEXT
-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, StopWords = 'english', Accept = 'false');
-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, Accept = 'true');

-- case: a configuration has another parser
-- from
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = p);
-- to
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR word WITH simple;

-- case: publications come
-- from
CREATE TABLE t (id int PRIMARY KEY, name text, secret text);
CREATE TABLE parent (id int);
CREATE TABLE child () INHERITS (parent);
CREATE SCHEMA s;
-- to
CREATE TABLE t (id int PRIMARY KEY, name text, secret text);
CREATE TABLE parent (id int);
CREATE TABLE child () INHERITS (parent);
CREATE SCHEMA s;
CREATE PUBLICATION part FOR TABLE t (id, name) WHERE (id > 10), ONLY parent WITH (publish = 'insert, delete');
CREATE PUBLICATION "In Schema" FOR TABLES IN SCHEMA s WITH (publish_via_partition_root = true);
CREATE PUBLICATION everything FOR ALL TABLES;
COMMENT ON PUBLICATION part IS 'some of it';
ALTER PUBLICATION "In Schema" OWNER TO postgres;

-- case: a publication publishes other things
-- never: DROP PUBLICATION
-- from
CREATE TABLE t (id int PRIMARY KEY, name text);
CREATE TABLE u (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id), u WHERE (id > 0);
-- to
CREATE TABLE t (id int PRIMARY KEY, name text);
CREATE TABLE u (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t WHERE (name <> ''), u WITH (publish = 'insert', publish_via_partition_root = true);

-- case: a table and a schema leave a publication
-- from
CREATE SCHEMA s;
CREATE TABLE t (id int);
CREATE TABLE gone (id int);
CREATE PUBLICATION p FOR TABLE t, gone, TABLES IN SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE t (id int);
CREATE PUBLICATION p;

-- case: a publication is of all tables now
-- from
CREATE TABLE t (id int);
CREATE PUBLICATION p FOR TABLE t;
COMMENT ON PUBLICATION p IS 'x';
-- to
CREATE TABLE t (id int);
CREATE PUBLICATION p FOR ALL TABLES;
COMMENT ON PUBLICATION p IS 'x';

-- case: a publication sends generated columns
-- since: 18
-- from
CREATE PUBLICATION p;
-- to
CREATE PUBLICATION p WITH (publish_generated_columns = stored);

-- case: event triggers come
-- from
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER "On End" ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION watch();
CREATE EVENT TRIGGER off ON sql_drop EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER off DISABLE;
COMMENT ON EVENT TRIGGER off IS 'asleep';

-- case: an event trigger wakes
-- never: DROP EVENT
-- from
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER e DISABLE;
-- to
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER e ENABLE ALWAYS;

-- case: an event trigger is on another event
-- from
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION watch();
COMMENT ON EVENT TRIGGER e IS 'x';
-- to
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION watch();
COMMENT ON EVENT TRIGGER e IS 'x';

-- case: comments come on everything that hangs on something
-- from
CREATE TABLE t (id int CONSTRAINT pos CHECK (id > 0), name text);
CREATE INDEX i ON t (name);
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN d AS int CONSTRAINT small CHECK (VALUE < 10);
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg();
CREATE POLICY pol ON t;
CREATE PROCEDURE proc(int) LANGUAGE sql AS '';
CREATE SEQUENCE seq;
-- to
CREATE TABLE t (id int CONSTRAINT pos CHECK (id > 0), name text);
CREATE INDEX i ON t (name);
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN d AS int CONSTRAINT small CHECK (VALUE < 10);
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg();
CREATE POLICY pol ON t;
CREATE PROCEDURE proc(int) LANGUAGE sql AS '';
CREATE SEQUENCE seq;
COMMENT ON TABLE t IS 't';
COMMENT ON COLUMN t.name IS E'a\nb';
COMMENT ON CONSTRAINT pos ON t IS 'c';
COMMENT ON INDEX i IS 'i';
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN v.id IS 'vc';
COMMENT ON MATERIALIZED VIEW m IS 'm';
COMMENT ON COLUMN m.id IS 'mc';
COMMENT ON TYPE pair IS 'p';
COMMENT ON COLUMN pair.a IS 'pa';
COMMENT ON DOMAIN d IS 'd';
COMMENT ON CONSTRAINT small ON DOMAIN d IS 's';
COMMENT ON FUNCTION tg() IS 'f';
COMMENT ON TRIGGER trg ON t IS 'tr';
COMMENT ON POLICY pol ON t IS 'po';
COMMENT ON PROCEDURE proc(int) IS 'pr';
COMMENT ON SEQUENCE seq IS 'sq';

-- case: a comment changes
-- from
CREATE TABLE t (id int);
COMMENT ON TABLE t IS 'one';
-- to
CREATE TABLE t (id int);
COMMENT ON TABLE t IS 'two $$ ''quotes'' $do$';

-- case: the options of a foreign table and its columns
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE f (id int OPTIONS (a '1', b '2')) SERVER s OPTIONS (tab 'x', old 'y');
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE f (id int OPTIONS (a '3', c '4')) SERVER s OPTIONS (tab 'z', new 'y');

-- case: options of a subscription
-- from
CREATE SUBSCRIPTION s CONNECTION 'dbname=d' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false);
-- to
CREATE SUBSCRIPTION s CONNECTION 'dbname=d' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false, disable_on_error = true, streaming = on, synchronous_commit = 'local');
