Views.

-- case: a view comes, and one goes
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW gone AS SELECT b FROM t;
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;

-- case: a view's query changes and its columns stay
-- unchanged: view v
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t WHERE b > 0 ORDER BY a;

-- case: a view gets a column at its end
-- unchanged: view v
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
GRANT SELECT ON v TO reader;
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t;
GRANT SELECT ON v TO reader;

-- case: a view gets a column in the middle and keeps what hangs on it
-- from
CREATE TABLE t (a int, b int, c int);
CREATE VIEW v WITH (security_barrier = true) AS SELECT a, c FROM t;
COMMENT ON VIEW v IS 'a view';
COMMENT ON COLUMN v.c IS 'a column';
GRANT SELECT, INSERT ON v TO reader;
GRANT UPDATE (a) ON v TO writer;
ALTER VIEW v ALTER a SET DEFAULT 3;
-- to
CREATE TABLE t (a int, b int, c int);
CREATE VIEW v WITH (security_barrier = true) AS SELECT a, b, c FROM t;
COMMENT ON VIEW v IS 'a view';
COMMENT ON COLUMN v.c IS 'a column';
GRANT SELECT, INSERT ON v TO reader;
GRANT UPDATE (a) ON v TO writer;
ALTER VIEW v ALTER a SET DEFAULT 3;

-- case: a view's column gets another name
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a AS b FROM t;

-- case: a view's column gets another type
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
-- to
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a::text FROM t;
CREATE VIEW w AS SELECT a FROM v;

-- case: columns of a view change their order
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a, b FROM v;
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT b, a FROM t;
CREATE VIEW w AS SELECT a, b FROM v;
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';

-- case: options of a view change in place
-- unchanged: view v
-- unchanged: view w
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w WITH (security_barrier = true, security_invoker = true) AS SELECT a FROM t;
-- to
CREATE TABLE t (a int);
CREATE VIEW v WITH (security_invoker = true) AS SELECT a FROM t;
CREATE VIEW w WITH (security_barrier = false) AS SELECT a FROM t;

-- case: check options
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW w AS SELECT a FROM t WHERE a > 0;
-- to
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t WHERE a > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW w AS SELECT a FROM t WHERE a > 1 WITH LOCAL CHECK OPTION;

-- case: an option goes while the query changes
-- unchanged: view v
-- from
CREATE TABLE t (a int);
CREATE VIEW v WITH (security_invoker = true) AS SELECT a FROM t;
-- to
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t WHERE a > 0;

-- case: defaults of a view's columns
-- unchanged: view v
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v ALTER a SET DEFAULT 1;
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v ALTER b SET DEFAULT 2;

-- case: a recursive view
-- from
CREATE TABLE node (id int, parent int);
-- to
CREATE TABLE node (id int, parent int);
CREATE RECURSIVE VIEW tree (id, depth) AS
  SELECT id, 0 FROM node WHERE parent IS NULL
  UNION ALL SELECT n.id, t.depth + 1 FROM node n JOIN tree t ON n.parent = t.id;

-- case: views on views in the wrong order of names
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int);
CREATE VIEW z AS SELECT a FROM t;
CREATE VIEW m AS SELECT a FROM z;
CREATE VIEW a AS SELECT m.a, z.a AS b FROM m JOIN z USING (a);

-- case: the bottom of a chain of views changes
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v1 AS SELECT a, b FROM t;
CREATE VIEW v2 AS SELECT a, b FROM v1;
CREATE VIEW v3 WITH (security_invoker = true) AS SELECT b FROM v2;
COMMENT ON VIEW v3 IS 'three';
GRANT SELECT ON v2 TO reader WITH GRANT OPTION;
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v1 AS SELECT b FROM t;
CREATE VIEW v2 AS SELECT b FROM v1;
CREATE VIEW v3 WITH (security_invoker = true) AS SELECT b FROM v2;
COMMENT ON VIEW v3 IS 'three';
GRANT SELECT ON v2 TO reader WITH GRANT OPTION;

-- case: a view moves from one table to another
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TABLE u (a int);
CREATE VIEW v AS SELECT a FROM u;

-- case: a table becomes a view of the same name
-- from
CREATE TABLE thing (id int, name text);
GRANT SELECT ON thing TO reader;
-- to
CREATE TABLE things (id int, name text);
CREATE VIEW thing AS SELECT id, name FROM things;
GRANT SELECT ON thing TO reader;

-- case: a view becomes a materialized view
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
COMMENT ON VIEW v IS 'x';
GRANT SELECT ON v TO reader;
-- to
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
COMMENT ON MATERIALIZED VIEW v IS 'x';
GRANT SELECT ON v TO reader;
CREATE UNIQUE INDEX v_a ON v (a);

-- case: triggers on a view that is replaced
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TRIGGER tr ON v IS 'instead';
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT b, a FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TRIGGER tr ON v IS 'instead';

-- case: rules on a view that is replaced
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES (new.a);
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT b, a FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES (new.a);

-- case: the owner of a view
-- unchanged: view v
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
ALTER VIEW v OWNER TO keeper;

-- case: a view that is replaced keeps its owner and grants
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
ALTER VIEW v OWNER TO keeper;
GRANT SELECT ON v TO reader;
-- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT b FROM t;
ALTER VIEW v OWNER TO keeper;
GRANT SELECT ON v TO reader;

-- case: window functions, lateral joins, grouping sets, filters and casts
-- from
CREATE TABLE t (id int, grp text, at timestamptz, doc jsonb);
-- to
CREATE TABLE t (id int, grp text, at timestamptz, doc jsonb);
CREATE VIEW v AS
  WITH ranked AS (SELECT id, grp, row_number() OVER w AS n FROM t WINDOW w AS (PARTITION BY grp ORDER BY at DESC))
  SELECT r.id, r.grp, e.key, count(*) FILTER (WHERE r.n > 1) AS more
  FROM ranked r JOIN t USING (id) CROSS JOIN LATERAL jsonb_each(t.doc) AS e (key, value)
  GROUP BY GROUPING SETS ((r.id, r.grp, e.key), ()) HAVING count(*) > 0;
CREATE VIEW w AS SELECT DISTINCT ON (grp) grp, (doc -> 'x' ->> 'y')::numeric(10,2) AS y,
  CASE WHEN at > '2020-01-01' THEN 'new' ELSE 'old' END AS age FROM t ORDER BY grp, at;
CREATE VIEW u AS SELECT id FROM t UNION SELECT 1 EXCEPT (SELECT 2 INTERSECT SELECT 3);
CREATE VIEW x (one, two) AS VALUES (1, 'a'), (2, 'b');

-- case: a view needs a primary key because it groups by it
-- from
CREATE TABLE t (id int PRIMARY KEY, name text);
-- to
CREATE TABLE t (id int PRIMARY KEY, name text);
CREATE TABLE u (t_id int);
CREATE VIEW v AS SELECT t.id, t.name, count(*) AS n FROM t JOIN u ON u.t_id = t.id GROUP BY t.id;

-- case: the primary key that a view groups by is replaced
-- from
CREATE TABLE t (id int, name text, CONSTRAINT one PRIMARY KEY (id));
CREATE VIEW v AS SELECT id, name FROM t GROUP BY id;
-- to
CREATE TABLE t (id int, name text, CONSTRAINT two PRIMARY KEY (id));
CREATE VIEW v AS SELECT id, name FROM t GROUP BY id;

-- case: a view reads a whole row
-- from
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT t AS whole, to_jsonb(t.*) AS doc FROM t;
-- to
CREATE TABLE t (a int, b int, c int);
CREATE VIEW v AS SELECT t AS whole, to_jsonb(t.*) AS doc, c FROM t;

-- case: a view uses a function that changes its return type
-- from
CREATE FUNCTION f(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a';
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT f(a) AS x FROM t;
GRANT SELECT ON v TO reader;
-- to
CREATE FUNCTION f(a int) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT a::text';
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT f(a) AS x FROM t;
GRANT SELECT ON v TO reader;

-- case: a view and a table gain a column of the same name
-- keeps: t
-- rows
INSERT INTO t VALUES (1);
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT * FROM t;
-- to
CREATE TABLE t (a int, b int DEFAULT 1);
CREATE VIEW v AS SELECT * FROM t;

-- case: a view joins using a column that changes its type
-- from
CREATE TABLE t (a int);
CREATE TABLE u (a int);
CREATE VIEW v AS SELECT a, t.a AS x FROM t FULL JOIN u USING (a);
-- to
CREATE TABLE t (a bigint);
CREATE TABLE u (a int);
CREATE VIEW v AS SELECT a, t.a AS x FROM t FULL JOIN u USING (a);

-- case: what stays comes to read a view that is made again
-- from
CREATE TABLE rivers (name text, km int);
CREATE VIEW named AS SELECT name, km FROM rivers;
CREATE VIEW long AS SELECT name FROM rivers WHERE km > 100;
CREATE TABLE bridges (river text);
CREATE POLICY crossing ON bridges USING (river <> '');
-- to
CREATE TABLE rivers (name text, km int);
CREATE VIEW named AS SELECT name FROM rivers;
CREATE VIEW long AS SELECT name FROM named;
CREATE TABLE bridges (river text);
CREATE POLICY crossing ON bridges USING (EXISTS (SELECT FROM named WHERE name = river));

-- case: literals without a name, within unions and subqueries
-- from
CREATE TABLE t (id int, b bigint, n text);
-- to
CREATE TABLE t (id int, b bigint, n text);
CREATE VIEW a AS SELECT id, 'a' FROM t UNION ALL SELECT id, 'c' FROM t;
CREATE VIEW c AS SELECT * FROM (SELECT 'x, AS y' UNION SELECT 'z AS q') q;
CREATE VIEW d AS WITH c AS (SELECT 'x', 1 AS k UNION SELECT 'z', -1) SELECT * FROM c;
CREATE VIEW e AS SELECT * FROM (SELECT b FROM t UNION SELECT 3 UNION SELECT id + 1 FROM t) q;
CREATE VIEW f AS SELECT ARRAY(SELECT 'z' UNION SELECT 'y') AS b, EXISTS (SELECT NULL) AS c FROM t WHERE n IN (SELECT 'k' UNION SELECT 'l');
CREATE VIEW g AS SELECT l.x FROM t, LATERAL (SELECT 'a' || n AS x, 'b' UNION SELECT 'c', NULL) l;
CREATE VIEW h AS SELECT * FROM (SELECT DISTINCT 'x', n FROM t UNION SELECT n, CASE WHEN n = 'a' THEN 'b' END FROM t) q (n, m);
CREATE VIEW i AS SELECT 1 AS x UNION (SELECT 2 ORDER BY 1 LIMIT 1);

-- case: a list of values within a union
-- from
-- to
CREATE VIEW v AS SELECT 1 AS x, 'a' AS y EXCEPT VALUES (2, 'b'), (3, 'c');
CREATE VIEW w AS VALUES (1), (2) UNION VALUES (3);
CREATE VIEW u AS SELECT 3 AS n UNION ALL VALUES (4) UNION ALL VALUES (5), (6);
