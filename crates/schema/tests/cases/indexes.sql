-- case: an index is left behind
-- before
CREATE TABLE t (name text);
-- change
CREATE INDEX t_name_idx ON t (name);
-- told
-- index `t_name_idx` on `public.t` is still there after the rollback

-- case: an index is gone
-- before
CREATE TABLE t (name text);
CREATE INDEX t_name_idx ON t (name);
-- change
DROP INDEX t_name_idx;
-- told
-- index `t_name_idx` on `public.t` is missing after the rollback

-- case: an index of the same name on something else
-- before
CREATE TABLE t (name text);
CREATE INDEX t_name_idx ON t (name);
-- change
DROP INDEX t_name_idx;
CREATE UNIQUE INDEX t_name_idx ON t (lower(name) text_pattern_ops DESC) WHERE name <> '';
-- told
-- definition of index `t_name_idx` on `public.t` is `CREATE UNIQUE INDEX t_name_idx ON public.t USING btree (lower(name) text_pattern_ops DESC) WHERE (name <> ''::text)`, was `CREATE INDEX t_name_idx ON public.t USING btree (name)`

-- case: statistics of an indexed expression
-- before
CREATE TABLE t (name text);
CREATE INDEX t_name_idx ON t (lower(name));
-- change
ALTER INDEX t_name_idx ALTER COLUMN 1 SET STATISTICS 500;
-- told
-- statistics targets of index `t_name_idx` on `public.t` is `1=500`, was unset

-- case: a comment on an index
-- before
CREATE TABLE t (name text);
CREATE INDEX t_name_idx ON t (name);
-- change
COMMENT ON INDEX t_name_idx IS 'for the list';
-- told
-- comment on index `t_name_idx` on `public.t` is still there after the rollback

-- case: an index of a materialized view
-- before
CREATE MATERIALIZED VIEW m AS SELECT 1 AS n;
-- change
CREATE UNIQUE INDEX m_n ON m (n);
-- told
-- index `m_n` on `public.m` is still there after the rollback
