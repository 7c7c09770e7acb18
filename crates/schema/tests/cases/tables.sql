-- case: a table that the rollback forgot is told alone, without its columns, indexes and grants
-- change
CREATE TABLE t (id int PRIMARY KEY, name text DEFAULT 'x');
CREATE INDEX t_name_idx ON t (name);
COMMENT ON COLUMN t.name IS 'a name';
GRANT SELECT ON t TO reader;
-- told
-- table `public.t` is still there after the rollback

-- case: a table that is gone
-- before
CREATE TABLE t (id int PRIMARY KEY);
-- change
DROP TABLE t;
-- told
-- table `public.t` is missing after the rollback

-- case: a name with quotes, dots, a line break and capitals
-- change
CREATE TABLE "We.ird ""T""
x" ("Sp ace" int);
-- told
-- table `public."We.ird ""T""\nx"` is still there after the rollback

-- case: names of 63 bytes, of another alphabet, and reserved ones
-- before
CREATE TABLE "ÄÖ таблица 表 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" ("select" int);
-- change
CREATE INDEX "order" ON "ÄÖ таблица 表 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" ("select");
ALTER TABLE "ÄÖ таблица 表 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" ALTER "select" SET NOT NULL;
-- told
-- column `select` of `public."ÄÖ таблица 表 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"` is NOT NULL, was nullable
-- index `order` on `public."ÄÖ таблица 表 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"` is still there after the rollback

-- case: a storage option
-- before
CREATE TABLE t (id int) WITH (fillfactor = 70);
-- change
ALTER TABLE t SET (fillfactor = 80, autovacuum_enabled = false);
-- told
-- option `autovacuum_enabled` of table `public.t` is `false`, was unset; option `fillfactor` of table `public.t` is `80`, was `70`

-- case: an option of the toast table
-- before
CREATE TABLE t (id int, body text);
-- change
ALTER TABLE t SET (toast.autovacuum_enabled = false);
-- told
-- option `toast.autovacuum_enabled` of table `public.t` is `false`, was unset

-- case: an unlogged table
-- before
CREATE TABLE t (id int);
-- change
ALTER TABLE t SET UNLOGGED;
-- told
-- table `public.t` is unlogged, was logged

-- case: row level security
-- before
CREATE TABLE t (id int);
-- change
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;
-- told
-- row level security for the owner of table `public.t` is enabled, was disabled; row level security of table `public.t` is enabled, was disabled

-- case: replica identity
-- before
CREATE TABLE t (id int);
-- change
ALTER TABLE t REPLICA IDENTITY FULL;
-- told
-- replica identity of table `public.t` is `full`, was unset

-- case: replica identity by an index
-- before
CREATE TABLE t (id int NOT NULL);
CREATE UNIQUE INDEX t_id ON t (id);
-- change
ALTER TABLE t REPLICA IDENTITY USING INDEX t_id;
-- told
-- replica identity of table `public.t` is `index`, was unset
-- index `t_id` on `public.t` is the table's replica identity, was not

-- case: the index that a table is clustered on
-- before
CREATE TABLE t (id int);
CREATE INDEX t_id ON t (id);
-- change
ALTER TABLE t CLUSTER ON t_id;
-- told
-- index `t_id` on `public.t` is what the table is clustered on, was not

-- case: the owner
-- before
CREATE TABLE t (id int);
-- change
ALTER TABLE t OWNER TO reader;
-- told
-- owner of table `public.t` is `reader`, was `postgres`

-- case: a partition that is left behind
-- before
CREATE TABLE p (id int, at date) PARTITION BY RANGE (at);
CREATE INDEX p_at ON p (at);
-- change
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- told
-- table `public.p1` is still there after the rollback

-- case: an index of a partitioned table is told once, not for each partition
-- before
CREATE TABLE p (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- change
CREATE INDEX p_at ON p (at);
-- told
-- index `p_at` on `public.p` is still there after the rollback

-- case: a column of a partitioned table is told once
-- before
CREATE TABLE p (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- change
ALTER TABLE p ADD COLUMN note text DEFAULT 'x' NOT NULL;
-- told
-- column `note` of `public.p` is still there after the rollback

-- case: a partitioned table that is gone takes its partitions along
-- before
CREATE TABLE p (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- change
DROP TABLE p;
-- told
-- table `public.p` is missing after the rollback

-- case: a detached partition
-- before
CREATE TABLE p (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- change
ALTER TABLE p DETACH PARTITION p1;
-- told
-- table `public.p1` lacks the parent `public.p`; partition bound of table `public.p1` is unset, was `FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')`

-- case: other bounds of a partition
-- before
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- change
ALTER TABLE p DETACH PARTITION p1;
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1, 2);
-- told
-- partition bound of table `public.p1` is `FOR VALUES IN (1, 2)`, was `FOR VALUES IN (1)`

-- case: inheritance
-- before
CREATE TABLE a (id int);
CREATE TABLE b (id int);
-- change
ALTER TABLE b INHERIT a;
-- told
-- table `public.b` has the extra parent `public.a`
-- column `id` of `public.b` is also defined by the table itself, was only inherited

-- case: a table in another schema, and the schema
-- change
CREATE SCHEMA "Other";
CREATE TABLE "Other".t (id int);
-- told
-- schema `Other` is still there after the rollback
-- table `Other.t` is still there after the rollback
