-- case: a check
-- before
CREATE TABLE t (id int);
-- change
ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0);
-- told
-- constraint `positive` on `public.t` is still there after the rollback

-- case: a check that differs
-- before
CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0));
-- change
ALTER TABLE t DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (id >= 0);
-- told
-- definition of constraint `positive` on `public.t` is `CHECK ((id >= 0))`, was `CHECK ((id > 0))`

-- case: a check that is not validated
-- before
CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0));
-- change
ALTER TABLE t DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
-- told
-- constraint `positive` on `public.t` is NOT VALID, was validated

-- case: NO INHERIT
-- before
CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0));
-- change
ALTER TABLE t DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (id > 0) NO INHERIT;
-- told
-- definition of constraint `positive` on `public.t` is `CHECK ((id > 0)) NO INHERIT`, was `CHECK ((id > 0))`

-- case: a primary key that is gone
-- before
CREATE TABLE t (id int NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (id));
-- change
ALTER TABLE t DROP CONSTRAINT t_pkey;
ALTER TABLE t ALTER id SET NOT NULL;
-- told
-- constraint `t_pkey` on `public.t` is missing after the rollback

-- case: a unique constraint is told once, not with its index
-- before
CREATE TABLE t (id int, name text);
-- change
ALTER TABLE t ADD CONSTRAINT t_name_key UNIQUE NULLS NOT DISTINCT (name) INCLUDE (id) WITH (fillfactor = 70);
-- told
-- constraint `t_name_key` on `public.t` is still there after the rollback

-- case: storage options of a constraint's index
-- before
CREATE TABLE t (id int, CONSTRAINT t_id_key UNIQUE (id));
-- change
ALTER INDEX t_id_key SET (fillfactor = 60);
-- told
-- option `fillfactor` of constraint `t_id_key` on `public.t` is `60`, was unset

-- case: a unique constraint that is an index only
-- before
CREATE TABLE t (id int, CONSTRAINT t_id_key UNIQUE (id));
-- change
ALTER TABLE t DROP CONSTRAINT t_id_key;
CREATE UNIQUE INDEX t_id_key ON t (id);
-- told
-- constraint `t_id_key` on `public.t` is missing after the rollback
-- index `t_id_key` on `public.t` is still there after the rollback

-- case: a foreign key
-- before
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a int);
-- change
ALTER TABLE b ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES a ON DELETE CASCADE;
-- told
-- constraint `b_a_fkey` on `public.b` is still there after the rollback

-- case: the action and deferral of a foreign key
-- before
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a int CONSTRAINT b_a_fkey REFERENCES a ON DELETE CASCADE);
-- change
ALTER TABLE b DROP CONSTRAINT b_a_fkey,
    ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES a ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
-- told
-- definition of constraint `b_a_fkey` on `public.b` is `FOREIGN KEY (a) REFERENCES public.a(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED`, was `FOREIGN KEY (a) REFERENCES public.a(id) ON DELETE CASCADE`

-- case: a foreign key on a partitioned table is told once
-- before
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE p (a int, at date) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- change
ALTER TABLE p ADD CONSTRAINT p_a_fkey FOREIGN KEY (a) REFERENCES a;
-- told
-- constraint `p_a_fkey` on `public.p` is still there after the rollback

-- case: a foreign key to a partitioned table is told once
-- before
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE b (p int);
-- change
ALTER TABLE b ADD CONSTRAINT b_p_fkey FOREIGN KEY (p) REFERENCES p;
-- told
-- constraint `b_p_fkey` on `public.b` is still there after the rollback

-- case: a primary key of a partitioned table is told once
-- before
CREATE TABLE p (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- change
ALTER TABLE p ADD PRIMARY KEY (id);
-- told
-- constraint `p_pkey` on `public.p` is still there after the rollback

-- case: an exclusion
-- before
CREATE TABLE t (r int4range);
-- change
ALTER TABLE t ADD CONSTRAINT apart EXCLUDE USING gist (r WITH &&);
-- told
-- constraint `apart` on `public.t` is still there after the rollback

-- case: a constraint that is not enforced
-- since: 18
-- before
CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0));
-- change
ALTER TABLE t DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (id > 0) NOT ENFORCED;
-- told
-- definition of constraint `positive` on `public.t` is `CHECK ((id > 0)) NOT ENFORCED`, was `CHECK ((id > 0))`

-- case: a temporal key
-- since: 18
-- before
CREATE TABLE t (r int4range, at tstzrange);
-- change
ALTER TABLE t ADD CONSTRAINT t_at UNIQUE (r, at WITHOUT OVERLAPS);
-- told
-- constraint `t_at` on `public.t` is still there after the rollback

-- case: a comment on a constraint
-- before
CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0));
-- change
COMMENT ON CONSTRAINT positive ON t IS 'because';
-- told
-- comment on constraint `positive` on `public.t` is still there after the rollback
