Names that are hard to write.

-- case: upper case, spaces and reserved words
-- keeps: "Order"
-- rows
INSERT INTO "Order" VALUES (1, 2);
-- from
CREATE SCHEMA "Select";
CREATE TABLE "Order" ("ID" int, "user" int);
-- to
CREATE SCHEMA "Select";
CREATE TYPE "Select"."Table" AS ENUM ('a');
CREATE TABLE "Order" ("ID" int PRIMARY KEY, "user" int NOT NULL DEFAULT 1, "group by" "Select"."Table", CONSTRAINT "check" CHECK ("user" > 0));
CREATE INDEX "Index" ON "Order" ("user", "group by" DESC);
CREATE VIEW "Select"."from" AS SELECT "ID" AS "where", "user" FROM "Order";
COMMENT ON COLUMN "Order"."group by" IS 'g';
GRANT SELECT ("ID") ON "Order" TO "Odd ""role""";

-- case: quotes, dots, backslashes and dollars
-- keeps: "a""b"
-- rows
INSERT INTO "a""b" VALUES (1, 2);
-- from
CREATE TABLE "a""b" ("it's" int, "b.c" int);
CREATE INDEX "i'dx" ON "a""b" ("it's");
-- to
CREATE TABLE "a""b" ("it's" bigint NOT NULL, "b.c" int DEFAULT 5, "back\slash" text, "$$" int, "--" int, "/*" int,
  CONSTRAINT "c'o""n.s" CHECK ("it's" > 0), CONSTRAINT "u'n" UNIQUE ("b.c"));
CREATE UNIQUE INDEX "i'dx" ON "a""b" ("it's", "$$");
CREATE SEQUENCE "s'e""q";
CREATE FUNCTION "f'u""n"("a'rg" int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE VIEW "v'i""e.w" AS SELECT "it's", "$$" FROM "a""b";
COMMENT ON TABLE "a""b" IS 'it''s "a" \ $$';
CREATE POLICY "p'o""l" ON "a""b" TO "Odd ""role""" USING ("it's" > 0);

-- case: functions and triggers with hostile names
-- from
CREATE TABLE "T" (a int);
-- to
CREATE TABLE "T" (a int);
CREATE FUNCTION "F'n"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER "t'r""g" BEFORE INSERT OR UPDATE OF a ON "T" FOR EACH ROW EXECUTE FUNCTION "F'n"('it''s');
COMMENT ON TRIGGER "t'r""g" ON "T" IS 't';
ALTER TABLE "T" DISABLE TRIGGER "t'r""g";

-- case: enums, domains and composite types with hostile names
-- from
CREATE TYPE "E'n.um" AS ENUM ('a');
CREATE DOMAIN "D'o""m" AS text;
CREATE TYPE "C'o.m" AS ("a'b" int);
-- to
CREATE TYPE "E'n.um" AS ENUM ('a', 'b''c');
CREATE DOMAIN "D'o""m" AS text DEFAULT 'x' CONSTRAINT "c'h" CHECK (VALUE <> '');
CREATE TYPE "C'o.m" AS ("a'b" bigint, "c d" "E'n.um");
COMMENT ON CONSTRAINT "c'h" ON DOMAIN "D'o""m" IS 'c';
COMMENT ON COLUMN "C'o.m"."a'b" IS 'a';

-- case: names of 63 bytes that differ only at their ends
-- keeps: "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1"
-- rows
INSERT INTO "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" VALUES (1, 2);
-- from
CREATE TABLE "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" ("Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" int, "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy2" int);
CREATE INDEX "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy3" ON "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" ("Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1");
-- to
CREATE TABLE "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" ("Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" bigint, "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy2" int CONSTRAINT "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy4" CHECK ("Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy2" > 0));
CREATE TABLE "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy2" ("Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" serial PRIMARY KEY);
CREATE INDEX "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy3" ON "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" ("Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy2");
CREATE FUNCTION "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy3"() RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: non-ASCII names
-- from
CREATE TABLE "größe" ("naïve" int, "日本語" text);
CREATE INDEX "ünïq" ON "größe" ("naïve");
-- to
CREATE SCHEMA "схема";
CREATE TABLE "größe" ("naïve" bigint, "日本語" text, "😀" int DEFAULT 1);
CREATE UNIQUE INDEX "ünïq" ON "größe" ("naïve");
CREATE VIEW "схема"."вид" AS SELECT "naïve" FROM "größe";
COMMENT ON TABLE "größe" IS 'グラフ';

-- case: non-ASCII names of 63 bytes
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s."üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüx" ("üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüx" int PRIMARY KEY);
CREATE INDEX ON s."üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüx" (("üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüx" + 1));

-- case: line breaks and tabs
-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE "line
break" ("tab	here" int, "new
line" text DEFAULT 'two
lines', CONSTRAINT "c
d" CHECK ("tab	here" > 0));
COMMENT ON COLUMN "line
break"."new
line" IS 'a
b';
CREATE TABLE t (a int);
CREATE INDEX "i
j" ON t (a);
COMMENT ON INDEX "i
j" IS 'x';

-- case: line breaks in what goes
-- from
CREATE TABLE "drop
TABLE t; --" (a int);
CREATE FUNCTION "f
g"() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE TABLE t (a int);

-- case: an index and a table are named as types are
-- from
CREATE TABLE "integer" ("char" "char", "timestamp" timestamp, "interval" interval);
-- to
CREATE TABLE "integer" ("char" "char", "timestamp" timestamptz, "interval" interval, "int4" int4, "text" text DEFAULT 'text');
CREATE TYPE "date" AS ENUM ('x');
CREATE TABLE "time" (d public."date", e pg_catalog.date);

-- case: names that shadow those of the catalog
-- from
CREATE TABLE pg_class (oid int, relname text);
CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TABLE pg_class (oid int, relname text, relkind "char");
CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';
CREATE FUNCTION now() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (at timestamptz DEFAULT pg_catalog.now(), n int DEFAULT public.now());

-- case: columns named like what PL/pgSQL and guards use
-- from
CREATE TABLE t (found int, conname int, relname int, attname int);
-- to
CREATE TABLE t (found bigint, conname int, relname int CHECK (relname > 0), attname int, "then" int DEFAULT 1, "end" int, CONSTRAINT "if" CHECK (found > conname));
CREATE POLICY "then" ON t USING (found > 0);

-- case: serial columns of tables with hostile and long names
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
CREATE TABLE s."Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy1" (id serial, "Longyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy2" bigserial);
CREATE TABLE s."T'x" ("I d" serial PRIMARY KEY, "J" int GENERATED ALWAYS AS IDENTITY);

-- case: overloaded functions over types with hostile names
-- from
CREATE TYPE "My Type" AS ENUM ('a');
CREATE FUNCTION f("My Type") RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f("My Type"[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE TYPE "My Type" AS ENUM ('a');
CREATE FUNCTION f("My Type") RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION f(character varying, timestamp with time zone, double precision[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION f("My Type") IS 'x';
REVOKE ALL ON FUNCTION f("My Type") FROM PUBLIC;
