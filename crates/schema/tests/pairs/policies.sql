Row level security.

-- case: enabled, with a policy
-- keeps: t
-- unchanged: table t
-- rows
INSERT INTO t VALUES (1, 'x');
-- from
CREATE TABLE t (id int, owner text);
-- to
CREATE TABLE t (id int, owner text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t FOR SELECT TO reader USING (owner = current_user);

-- case: expressions and roles change in place
-- never: DROP POLICY
-- from
CREATE TABLE t (id int, owner text);
CREATE POLICY p ON t FOR UPDATE TO reader USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY q ON t USING (true);
-- to
CREATE TABLE t (id int, owner text);
CREATE POLICY p ON t FOR UPDATE TO writer, reader USING (id > 5) WITH CHECK (owner = 'it''s');
CREATE POLICY q ON t TO "Odd ""role""" USING (false);

-- case: a policy loses its check
-- from
CREATE TABLE t (id int, owner text);
CREATE POLICY p ON t FOR ALL USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY q ON t FOR UPDATE USING (id > 0) WITH CHECK (id > 1);
-- to
CREATE TABLE t (id int, owner text);
CREATE POLICY p ON t FOR ALL USING (id > 0);
CREATE POLICY q ON t FOR UPDATE WITH CHECK (id > 1);

-- case: the command and the sort of a policy
-- from
CREATE TABLE t (id int, owner text);
CREATE POLICY p ON t FOR SELECT USING (id > 0);
CREATE POLICY r ON t AS RESTRICTIVE USING (id > 0);
COMMENT ON POLICY p ON t IS 'p';
-- to
CREATE TABLE t (id int, owner text);
CREATE POLICY p ON t FOR INSERT WITH CHECK (id > 0);
CREATE POLICY r ON t USING (id > 0);
COMMENT ON POLICY p ON t IS 'p';

-- case: a policy calls a function that is replaced
-- from
CREATE FUNCTION me() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (id = me());
-- to
CREATE FUNCTION me() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT 1::bigint';
CREATE TABLE t (id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (id = me());

-- case: a policy looks into another table, which comes along
-- from
CREATE TABLE t (id int, team int);
-- to
CREATE TABLE t (id int, team int);
CREATE TABLE members (person text, team int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (team IN (SELECT m.team FROM members m WHERE m.person = current_user));

-- case: the table that a policy looks into is exchanged
-- from
CREATE TABLE t (id int, team int);
CREATE TABLE members (person text, team int);
CREATE POLICY p ON t USING (team IN (SELECT m.team FROM members m));
-- to
CREATE TABLE t (id int, team int);
CREATE TABLE persons (person text, team int);
CREATE POLICY p ON t USING (team IN (SELECT m.team FROM persons m));

-- case: policies that look into each other's tables
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s.a (id int, b_id int);
CREATE TABLE s.b (id int, a_id int);
ALTER TABLE s.a ENABLE ROW LEVEL SECURITY;
ALTER TABLE s.b ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON s.a USING (EXISTS (SELECT FROM s.b WHERE b.id = b_id));
CREATE POLICY p ON s.b USING (EXISTS (SELECT FROM s.a WHERE a.id = a_id));

-- case: a column of a policy goes
-- from
CREATE TABLE t (id int, owner text);
CREATE POLICY p ON t USING (owner = current_user);
-- to
CREATE TABLE t (id int);
CREATE POLICY p ON t USING (id > 0);

-- case: a policy reads settings and jwt claims
-- from
CREATE TABLE t (id uuid, tenant uuid);
-- to
CREATE TABLE t (id uuid, tenant uuid);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Tenants see their own" ON t FOR ALL TO reader, writer
  USING (tenant = (SELECT nullif(current_setting('request.jwt.claims', true), '')::json ->> 'tenant')::uuid)
  WITH CHECK (tenant = (SELECT nullif(current_setting('request.jwt.claims', true), '')::json ->> 'tenant')::uuid);

-- case: forced, then only enabled
-- unchanged: table t
-- from
CREATE TABLE t (id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (true);
-- to
CREATE TABLE t (id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (true);
CREATE POLICY q ON t AS RESTRICTIVE FOR DELETE USING (false);
