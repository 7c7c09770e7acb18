-- case: how columns of a materialized view are stored
-- before
CREATE TABLE t (a text);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
-- change
ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 7, ALTER a SET STORAGE external, ALTER a SET (n_distinct = 5);
-- not repaired: too rare
-- told
-- column `a` of `public.m` is still there after the rollback

-- case: the access method of a table and of a materialized view
-- before
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
-- change
ALTER TABLE t SET ACCESS METHOD heap2;
ALTER MATERIALIZED VIEW m SET ACCESS METHOD heap2;
-- not repaired: too rare
-- told
-- access method of table `public.t` is `heap2`, was unset
-- access method of materialized view `public.m` is `heap2`, was unset

-- case: access methods and languages
-- change
CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD tree IS 'why';
CREATE TRUSTED LANGUAGE plmine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE plmine IS 'why';
GRANT USAGE ON LANGUAGE plmine TO reader;
-- not repaired: too rare
-- told
-- language `plmine` is still there after the rollback
-- access method `tree` is still there after the rollback

-- case: a comment on the index of a constraint
-- before
CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY);
-- change
COMMENT ON INDEX k IS 'why';
-- not repaired: too rare
-- told
-- index comment of constraint `k` on `public.t` is `why`, was unset

-- case: statistics of an excluded expression
-- not dumped: pg_dump forgets the statistics of a constraint's index
-- before
CREATE TABLE t (a int, CONSTRAINT x EXCLUDE USING btree ((a + 1) WITH =));
-- change
ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 50;
-- not repaired: too rare
-- told
-- statistics targets of constraint `x` on `public.t` is `1=50`, was unset

-- case: an index that waits for those of the partitions
-- before
CREATE TABLE t (a int) PARTITION BY RANGE (a);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2);
-- change
CREATE INDEX i ON ONLY t (a);
-- not repaired: too rare
-- told
-- index `i` on `public.t` is still there after the rollback

-- case: a constraint whose index waits for those of the partitions
-- before
CREATE TABLE t (a int) PARTITION BY RANGE (a);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2);
-- change
ALTER TABLE ONLY t ADD CONSTRAINT k UNIQUE (a);
-- not repaired: too rare
-- told
-- constraint `k` on `public.t` is still there after the rollback

-- case: a constraint's index as identity and as the order of rows
-- before
CREATE TABLE t (a int NOT NULL CONSTRAINT k UNIQUE);
-- change
ALTER TABLE t CLUSTER ON k;
ALTER TABLE t REPLICA IDENTITY USING INDEX k;
-- not repaired: too rare
-- told
-- replica identity of table `public.t` is `index`, was unset
-- constraint `k` on `public.t` is what the table is clustered on, was not; constraint `k` on `public.t` is the table's replica identity, was not

-- case: a function with every attribute
-- before
CREATE FUNCTION f(int) RETURNS SETOF int LANGUAGE internal AS 'int4up';
CREATE FUNCTION w() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
-- change
DROP FUNCTION w();
CREATE FUNCTION w() RETURNS bigint LANGUAGE internal AS 'window_row_number';
ALTER FUNCTION f(int) SUPPORT generate_series_int4_support ROWS 5 PARALLEL RESTRICTED;
DROP FUNCTION h();
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql.so', 'plpgsql_call_handler';
-- not repaired: too rare
-- told
-- PARALLEL of function `public.f(integer)` is `restricted`, was unset; rows of function `public.f(integer)` is `5`, was unset; support of function `public.f(integer)` is `generate_series_int4_support`, was unset
-- object file of function `public.h()` is `$libdir/plpgsql.so`, was `$libdir/plpgsql`
-- function `public.w()` is not a window function, was before

-- case: a transform and a function that uses it
-- change
CREATE FUNCTION from_sql(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'boolin';
CREATE FUNCTION to_sql(internal) RETURNS int LANGUAGE internal STRICT IMMUTABLE AS 'int4in';
CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION from_sql(internal), TO SQL WITH FUNCTION to_sql(internal));
COMMENT ON TRANSFORM FOR int LANGUAGE plpgsql IS 'why';
CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql TRANSFORM FOR TYPE int AS 'BEGIN RETURN 1; END';
-- not repaired: too rare
-- told
-- function `public.f(integer)` is still there after the rollback
-- function `public.from_sql(internal)` is still there after the rollback
-- function `public.to_sql(internal)` is still there after the rollback
-- transform `integer LANGUAGE plpgsql` is still there after the rollback

-- case: an aggregate with every attribute
-- before
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE AGGREGATE average(int) (sfunc = int4_avg_accum, stype = int8[], initcond = '{0,0}');
CREATE AGGREGATE spread(float8 ORDER BY float8) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_cont_float8_final);
CREATE AGGREGATE rank_of(VARIADIC "any" ORDER BY VARIADIC "any")
    (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, hypothetical);
CREATE AGGREGATE least_of(int) (sfunc = int4smaller, stype = int);
CREATE AGGREGATE mean(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg);
-- change
DROP AGGREGATE average(int);
CREATE AGGREGATE average(int) (sfunc = int4_avg_accum, stype = int8[], sspace = 20, finalfunc = int8_avg,
    finalfunc_modify = shareable, combinefunc = int4_avg_combine, initcond = '{0,1}', msfunc = int4_avg_accum,
    minvfunc = int4_avg_accum_inv, mstype = int8[], msspace = 20, mfinalfunc = int8_avg, mfinalfunc_modify = shareable,
    minitcond = '{0,0}', parallel = safe);
DROP AGGREGATE rank_of(VARIADIC "any" ORDER BY VARIADIC "any");
CREATE AGGREGATE rank_of(VARIADIC "any" ORDER BY VARIADIC "any")
    (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
CREATE OR REPLACE AGGREGATE least_of(int) (sfunc = int4smaller, stype = int, sortop = <);
CREATE OR REPLACE AGGREGATE mean(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg,
    combinefunc = numeric_avg_combine, serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize);
CREATE FUNCTION last_of(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE moved(int) (sfunc = int4pl, stype = int, finalfunc = last_of, finalfunc_extra, msfunc = int4pl,
    minvfunc = int4mi, mstype = int, mfinalfunc = last_of, mfinalfunc_extra);
COMMENT ON AGGREGATE total(int) IS 'why';
REVOKE EXECUTE ON FUNCTION total(int) FROM public;
-- not repaired: too rare
-- told
-- function `public.last_of(integer, integer)` is still there after the rollback
-- combine of aggregate `public.average(integer)` is `int4_avg_combine(bigint[],bigint[])`, was unset; final of aggregate `public.average(integer)` is `int8_avg(bigint[])`, was unset; final modify of aggregate `public.average(integer)` is `s`, was `r`; initial of aggregate `public.average(integer)` is `{0,1}`, was `{0,0}`; moving final of aggregate `public.average(integer)` is `int8_avg(bigint[])`, was unset; moving final modify of aggregate `public.average(integer)` is `s`, was `r`; moving initial of aggregate `public.average(integer)` is `{0,0}`, was unset; moving inverse of aggregate `public.average(integer)` is `int4_avg_accum_inv(bigint[],integer)`, was unset; moving state size of aggregate `public.average(integer)` is `20`, was unset; moving state type of aggregate `public.average(integer)` is `bigint[]`, was unset; moving transition of aggregate `public.average(integer)` is `int4_avg_accum(bigint[],integer)`, was unset; PARALLEL of aggregate `public.average(integer)` is `safe`, was unset; state size of aggregate `public.average(integer)` is `20`, was unset
-- sort operator of aggregate `public.least_of(integer)` is `<(integer,integer)`, was unset
-- combine of aggregate `public.mean(numeric)` is `numeric_avg_combine(internal,internal)`, was unset; deserialize of aggregate `public.mean(numeric)` is `numeric_avg_deserialize(bytea,internal)`, was unset; serialize of aggregate `public.mean(numeric)` is `numeric_avg_serialize(internal)`, was unset
-- aggregate `public.moved(integer)` is still there after the rollback
-- final extra of aggregate `public.rank_of("any")` is `true`, was unset
-- grant EXECUTE on aggregate `public.total(integer)` to PUBLIC is missing after the rollback
-- comment on aggregate `public.total(integer)` is still there after the rollback

-- case: a base type and a type that is only a name
-- before
CREATE TYPE money2;
CREATE FUNCTION money2_in(cstring) RETURNS money2 LANGUAGE internal STRICT IMMUTABLE AS 'int8in';
CREATE FUNCTION money2_out(money2) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'int8out';
-- change
CREATE TYPE money2 (input = money2_in, output = money2_out, like = int8, category = 'M', preferred = true, delimiter = ';');
CREATE TYPE later;
COMMENT ON TYPE money2 IS 'why';
-- not repaired: too rare
-- told
-- type `public.later` is still there after the rollback
-- functions of type `public.money2` is `input=public.money2_in, output=public.money2_out, receive=-, send=-, typmod_in=-, typmod_out=-, analyze=-, subscript=-, length=8, by_value=true, alignment=d, storage=p, category=M, preferred=true, delimiter=;, element=-, default=, collatable=false`, was unset; shell of type `public.money2` is unset, was `true`
-- comment on type `public.money2` is still there after the rollback

-- case: a range with every attribute
-- change
CREATE FUNCTION apart(text, text) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TYPE words AS RANGE (subtype = text, subtype_opclass = text_pattern_ops, collation = "C", subtype_diff = apart,
    multirange_type_name = many_words);
CREATE TYPE days;
CREATE FUNCTION whole(days) RETURNS days LANGUAGE internal STRICT IMMUTABLE AS 'daterange_canonical';
CREATE TYPE days AS RANGE (subtype = date, canonical = whole);
-- not repaired: too rare
-- told
-- range type `public.days` is still there after the rollback
-- range type `public.words` is still there after the rollback
-- function `public.apart(text, text)` is still there after the rollback
-- function `public.whole(public.days)` is still there after the rollback

-- case: a domain with a collation and no null
-- before
CREATE DOMAIN d AS text;
CREATE DOMAIN e AS varchar(5) COLLATE "C" NOT NULL;
-- change
DROP DOMAIN d;
CREATE DOMAIN d AS text COLLATE "C";
DROP DOMAIN e;
CREATE DOMAIN e AS varchar(6) COLLATE "C";
-- not repaired: too rare
-- told
-- collation of domain `public.d` is `pg_catalog."C"`, was unset
-- domain `public.e` is nullable, was NOT NULL; type of domain `public.e` is `character varying(6)`, was `character varying(5)`

-- case: casts
-- before
CREATE TYPE pair AS (x int, y text);
CREATE FUNCTION pair(int) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1, '''')::pair';
CREATE CAST (int AS pair) WITH FUNCTION pair(int) AS ASSIGNMENT;
CREATE CAST (pair AS text) WITH INOUT AS IMPLICIT;
-- change
DROP CAST (int AS pair);
CREATE CAST (int AS pair) WITH FUNCTION pair(int);
COMMENT ON CAST (pair AS text) IS 'why';
-- not repaired: too rare
-- told
-- context of cast `integer AS public.pair` is unset, was `assignment`
-- comment on cast `public.pair AS text` is still there after the rollback

-- case: an operator with every attribute, a family and a class
-- change
CREATE OPERATOR <<< (leftarg = int, rightarg = int, function = int4lt, commutator = >>>, negator = >>=, restrict = scalarltsel,
    join = scalarltjoinsel);
CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq, commutator = ===, hashes, merges);
COMMENT ON OPERATOR === (int, int) IS 'why';
CREATE OPERATOR FAMILY numbers USING btree;
CREATE OPERATOR CLASS numbers_ops FOR TYPE int USING btree FAMILY numbers AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
ALTER OPERATOR FAMILY numbers USING btree ADD OPERATOR 1 < (int4, int8), FUNCTION 1 (int4, int8) btint48cmp(int4, int8);
CREATE OPERATOR CLASS marks_ops DEFAULT FOR TYPE point USING gin AS OPERATOR 1 ~=, FUNCTION 1 btint4cmp(int, int), STORAGE int;
CREATE OPERATOR FAMILY near USING gist;
ALTER OPERATOR FAMILY near USING gist ADD OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops;
COMMENT ON OPERATOR FAMILY numbers USING btree IS 'why';
COMMENT ON OPERATOR CLASS numbers_ops USING btree IS 'why';
-- not repaired: too rare
-- told
-- operator `public.<<<(integer, integer)` is still there after the rollback
-- operator `public.===(integer, integer)` is still there after the rollback
-- operator `public.>>=(integer, integer)` is still there after the rollback
-- operator `public.>>>(integer, integer)` is still there after the rollback
-- operator family `public.marks_ops` using `gin` is still there after the rollback
-- operator family `public.near` using `gist` is still there after the rollback
-- operator family `public.numbers` using `btree` is still there after the rollback
-- operator class `public.marks_ops` using `gin` is still there after the rollback
-- operator class `public.numbers_ops` using `btree` is still there after the rollback

-- case: everything of text search
-- change
CREATE TEXT SEARCH PARSER mine (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, headline = prsd_headline,
    lextypes = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE plain (init = dsimple_init, lexize = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY words (template = plain, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION conf (parser = mine);
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR word, asciiword WITH words, pg_catalog.simple;
COMMENT ON TEXT SEARCH PARSER mine IS 'why';
COMMENT ON TEXT SEARCH TEMPLATE plain IS 'why';
COMMENT ON TEXT SEARCH DICTIONARY words IS 'why';
COMMENT ON TEXT SEARCH CONFIGURATION conf IS 'why';
-- not repaired: too rare
-- told
-- text search parser `public.mine` is still there after the rollback
-- text search template `public.plain` is still there after the rollback
-- text search dictionary `public.words` is still there after the rollback
-- text search configuration `public.conf` is still there after the rollback

-- case: the options of a text search dictionary
-- before
CREATE TEXT SEARCH DICTIONARY words (template = simple, stopwords = english);
-- change
ALTER TEXT SEARCH DICTIONARY words (stopwords = german);
-- not repaired: too rare
-- told
-- settings of text search dictionary `public.words` is `stopwords = 'german'`, was `stopwords = 'english'`

-- case: conversions and collations
-- change
CREATE DEFAULT CONVERSION mine FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION mine IS 'why';
CREATE COLLATION plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
COMMENT ON COLLATION plain IS 'why';
-- not repaired: too rare
-- told
-- collation `public.plain` is still there after the rollback
-- conversion `public.mine` is still there after the rollback

-- case: a publication with every attribute
-- before
CREATE TABLE t (id int PRIMARY KEY, b int);
CREATE TABLE u (id int PRIMARY KEY);
CREATE SCHEMA x;
CREATE PUBLICATION p FOR TABLE t, u;
CREATE PUBLICATION q FOR ALL TABLES;
-- change
ALTER PUBLICATION p SET (publish = 'insert, delete', publish_via_partition_root = true);
ALTER PUBLICATION p SET TABLE t WHERE (id > 1), TABLES IN SCHEMA x;
COMMENT ON PUBLICATION p IS 'why';
DROP PUBLICATION q;
-- not repaired: too rare
-- told
-- publication `p` lacks the operations `update`, `truncate`; publish via partition root of publication `p` is `true`, was unset
-- publication `q` is missing after the rollback
-- row filter of table `public.t` of publication `p` is `(id > 1)`, was unset
-- table `public.u` of publication `p` is missing after the rollback
-- schema `x` of publication `p` is still there after the rollback
-- comment on publication `p` is still there after the rollback

-- case: the columns of a published table
-- before
CREATE TABLE t (id int PRIMARY KEY, b int);
CREATE PUBLICATION p FOR TABLE t (id);
-- change
ALTER PUBLICATION p SET TABLE t (id, b);
-- not repaired: too rare
-- told
-- columns of table `public.t` of publication `p` is `b, id`, was `id`

-- case: a publication with generated columns
-- since: 18
-- before
CREATE PUBLICATION p FOR ALL TABLES;
-- change
ALTER PUBLICATION p SET (publish_generated_columns = stored);
-- not repaired: too rare
-- told
-- publish generated columns of publication `p` is `stored`, was unset

-- case: a subscription
-- not dumped: a database with a subscription cannot be dropped
-- before
CREATE SUBSCRIPTION s CONNECTION 'host=localhost password=secret' PUBLICATION p
    WITH (connect = false, slot_name = 'one', streaming = off);
-- change
ALTER SUBSCRIPTION s SET (slot_name = 'two', binary = true, streaming = on, synchronous_commit = 'local', disable_on_error = true);
ALTER SUBSCRIPTION s SET PUBLICATION p, q WITH (refresh = false);
COMMENT ON SUBSCRIPTION s IS 'why';
ALTER SUBSCRIPTION s ENABLE;
-- not repaired: too rare
-- told
-- binary of subscription `s` is `true`, was unset; disable on error of subscription `s` is `true`, was unset; subscription `s` is enabled, was disabled; publications of subscription `s` is `p, q`, was `p`; slot of subscription `s` is `two`, was `one`; streaming of subscription `s` is `on`, was unset; synchronous commit of subscription `s` is `local`, was unset
-- comment on subscription `s` is still there after the rollback

-- case: a subscription of later versions
-- since: 17
-- not dumped: a database with a subscription cannot be dropped
-- change
CREATE SUBSCRIPTION s CONNECTION 'host=localhost password=secret' PUBLICATION p
    WITH (connect = false, enabled = false, slot_name = NONE, create_slot = false, streaming = parallel, origin = none,
          password_required = false, run_as_owner = true, two_phase = true, failover = true);
-- not repaired: too rare
-- told
-- subscription `s` is still there after the rollback

-- case: an event trigger with tags
-- before
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION f();
-- change
DROP EVENT TRIGGER e;
CREATE EVENT TRIGGER e ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP VIEW') EXECUTE FUNCTION f();
ALTER EVENT TRIGGER e ENABLE REPLICA;
COMMENT ON EVENT TRIGGER e IS 'why';
-- not repaired: too rare
-- told
-- event trigger `e` is enabled for replicas only, was enabled; event of event trigger `e` is `sql_drop`, was `ddl_command_end`; tags of event trigger `e` is `DROP TABLE, DROP VIEW`, was `DROP TABLE`
-- comment on event trigger `e` is still there after the rollback

-- case: statistics of an expression
-- before
CREATE TABLE t (a int, b int);
CREATE STATISTICS s (ndistinct, mcv) ON a, (b + 1) FROM t;
-- change
ALTER STATISTICS s SET STATISTICS 77;
COMMENT ON STATISTICS s IS 'why';
-- not repaired: too rare
-- told
-- statistics target of statistics object `public.s` is `77`, was unset
-- comment on statistics object `public.s` is still there after the rollback

-- case: statistics of a materialized view go with it
-- before
CREATE TABLE t (a int, b int);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE STATISTICS s ON a, b FROM m;
-- change
DROP MATERIALIZED VIEW m;
-- not repaired: too rare
-- told
-- materialized view `public.m` is missing after the rollback

-- case: foreign things with every attribute, without secrets
-- before
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s TYPE 'a' VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'h', api_key 'k', url 'https://u:p@h');
CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'x'), b int) SERVER s OPTIONS (table_name 't');
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'u', password 'secret');
-- change
CREATE FUNCTION validate(text[], oid) RETURNS void LANGUAGE internal AS 'postgresql_fdw_validator';
ALTER FOREIGN DATA WRAPPER w OPTIONS (mode 'fast');
ALTER SERVER s VERSION '2' OPTIONS (SET host 'i');
ALTER FOREIGN TABLE ft OPTIONS (SET table_name 'u'), ALTER a OPTIONS (SET column_name 'y');
DROP USER MAPPING FOR reader SERVER s;
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'v', password 'secret');
CREATE USER MAPPING FOR public SERVER s;
COMMENT ON SERVER s IS 'why';
COMMENT ON FOREIGN DATA WRAPPER w IS 'why';
GRANT USAGE ON FOREIGN SERVER s TO reader;
GRANT USAGE ON FOREIGN DATA WRAPPER w TO reader;
ALTER FOREIGN DATA WRAPPER w VALIDATOR validate;
-- not repaired: too rare
-- told
-- option `mode` of foreign data wrapper `w` is `fast`, was unset; validator of foreign data wrapper `w` is `public.validate`, was unset
-- option `host` of server `s` is `i`, was `h`; version of server `s` is `2`, was `1`
-- user mapping of `public` for server `s` is still there after the rollback
-- option `user` of user mapping of `reader` for server `s` is `v`, was `u`
-- option `table_name` of foreign table `public.ft` is `u`, was `t`
-- option `column_name` of column `a` of `public.ft` is `y`, was `x`
-- function `public.validate(text[], oid)` is still there after the rollback
-- grant USAGE on foreign data wrapper `w` to `reader` is still there after the rollback
-- grant USAGE on server `s` to `reader` is still there after the rollback
-- comment on foreign data wrapper `w` is still there after the rollback
-- comment on server `s` is still there after the rollback

-- case: the handler of a wrapper
-- before
CREATE FUNCTION handle() RETURNS fdw_handler LANGUAGE internal AS 'bthandler';
CREATE FOREIGN DATA WRAPPER w;
-- change
DROP FOREIGN DATA WRAPPER w;
CREATE FOREIGN DATA WRAPPER w HANDLER handle;
-- not repaired: too rare
-- told
-- handler of foreign data wrapper `w` is `public.handle`, was unset

-- case: a sequence with every attribute
-- before
CREATE SEQUENCE s AS int;
-- change
ALTER SEQUENCE s AS bigint START 5 INCREMENT 2 MINVALUE 3 MAXVALUE 99 CACHE 4 CYCLE RESTART 5;
ALTER SEQUENCE s SET UNLOGGED;
-- not repaired: too rare
-- told
-- cache of sequence `public.s` is `4`, was `1`; sequence `public.s` cycles, did not before; increment of sequence `public.s` is `2`, was `1`; max of sequence `public.s` is `99`, was `2147483647`; min of sequence `public.s` is `3`, was `1`; start of sequence `public.s` is `5`, was `1`; type of sequence `public.s` is `bigint`, was `integer`; sequence `public.s` is unlogged, was logged

-- case: options, checks and owners of views
-- before
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t WHERE a > 1;
-- change
ALTER VIEW v SET (security_barrier = true, check_option = cascaded);
ALTER VIEW v OWNER TO reader;
-- not repaired: too rare
-- told
-- option `check_option` of view `public.v` is `cascaded`, was unset; option `security_barrier` of view `public.v` is `true`, was unset; owner of view `public.v` is `reader`, was `postgres`

-- case: a sequence of an identity that cycles
-- before
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);
-- change
ALTER TABLE t ALTER id SET CYCLE;
-- told
-- identity cycle of column `id` of `public.t` is `true`, was unset

-- case: a collation that the server brings itself
-- since: 17
-- change
CREATE COLLATION mine (provider = builtin, locale = 'C.UTF-8');
-- not repaired: too rare
-- told
-- collation `public.mine` is still there after the rollback
