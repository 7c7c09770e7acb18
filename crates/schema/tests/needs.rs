//! Who needs whom, as the plan will be ordered by it.
#![allow(clippy::unwrap_used, missing_docs)]

use meshhook_sandbox::testing::servers;
use meshhook_schema::{Catalog, Scope};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A schema, and `a > b` for each need of it; needs of the schema `public` are left out.
struct Case {
    name: &'static str,
    since: u16,
    sql: &'static str,
    needs: &'static [&'static str],
}

const fn case(name: &'static str, sql: &'static str, needs: &'static [&'static str]) -> Case {
    Case { name, since: 15, sql, needs }
}

const CASES: &[Case] = &[
    case(
        "a view on columns of a table and on a view",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v",
        &["view `public.v` > column `a` of `public.t`", "view `public.w` > view `public.v`"],
    ),
    case(
        "a default on a function",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a int DEFAULT f())",
        &[
            "default of column `a` of `public.t` > column `a` of `public.t`",
            "default of column `a` of `public.t` > function `public.f()`",
        ],
    ),
    case(
        "a policy on a function and on a column of another table",
        "CREATE FUNCTION f() RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE TABLE o (x int); CREATE TABLE t (a int);
         CREATE POLICY p ON t USING (f() AND a IN (SELECT x FROM o))",
        &[
            "policy `p` on `public.t` > column `a` of `public.t`",
            "policy `p` on `public.t` > column `x` of `public.o`",
            "policy `p` on `public.t` > function `public.f()`",
        ],
    ),
    case(
        "a foreign key on the key that it refers to",
        "CREATE TABLE o (id int CONSTRAINT k PRIMARY KEY); CREATE TABLE t (a int CONSTRAINT r REFERENCES o)",
        &[
            "constraint `k` on `public.o` > column `id` of `public.o`",
            "constraint `r` on `public.t` > column `a` of `public.t`",
            "constraint `r` on `public.t` > column `id` of `public.o`",
            "constraint `r` on `public.t` > constraint `k` on `public.o`",
        ],
    ),
    case(
        "a foreign key on a unique index",
        "CREATE TABLE o (id int); CREATE UNIQUE INDEX k ON o (id); CREATE TABLE t (a int CONSTRAINT r REFERENCES o (id))",
        &[
            "constraint `r` on `public.t` > column `a` of `public.t`",
            "constraint `r` on `public.t` > column `id` of `public.o`",
            "constraint `r` on `public.t` > index `k` on `public.o`",
            "index `k` on `public.o` > column `id` of `public.o`",
        ],
    ),
    case(
        "a column of an array of an enum, a row type, a composite type, a domain and a multirange",
        "CREATE TYPE e AS ENUM ('x'); CREATE TABLE o (z int); CREATE TYPE c AS (x e); CREATE DOMAIN d AS e;
         CREATE TYPE r AS RANGE (subtype = date); CREATE TABLE t (a e[], b o, c c[], d d, e r_multirange)",
        &[
            "attribute `x` of composite type `public.c` > enum `public.e`",
            "column `a` of `public.t` > enum `public.e`",
            "column `b` of `public.t` > table `public.o`",
            "column `c` of `public.t` > composite type `public.c`",
            "column `d` of `public.t` > domain `public.d`",
            "column `e` of `public.t` > range type `public.r`",
            "domain `public.d` > enum `public.e`",
        ],
    ),
    case(
        "a partition, its index and its key",
        "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY) PARTITION BY RANGE (a); CREATE INDEX i ON t (a);
         CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)",
        &[
            "constraint `k` on `public.t` > column `a` of `public.t`",
            "constraint `p_pkey` on `public.p` > column `a` of `public.p`",
            "constraint `p_pkey` on `public.p` > constraint `k` on `public.t`",
            "index `i` on `public.t` > column `a` of `public.t`",
            "index `p_a_idx` on `public.p` > column `a` of `public.p`",
            "index `p_a_idx` on `public.p` > index `i` on `public.t`",
            "table `public.p` > table `public.t`",
        ],
    ),
    case(
        "a foreign key of a partitioned table does not hang on the partitions",
        "CREATE TABLE o (id int CONSTRAINT k PRIMARY KEY);
         CREATE TABLE t (a int CONSTRAINT r REFERENCES o) PARTITION BY RANGE (a);
         CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)",
        &[
            "constraint `k` on `public.o` > column `id` of `public.o`",
            "constraint `r` on `public.t` > column `a` of `public.t`",
            "constraint `r` on `public.t` > column `id` of `public.o`",
            "constraint `r` on `public.t` > constraint `k` on `public.o`",
            "table `public.p` > table `public.t`",
        ],
    ),
    case(
        "a foreign key to a partitioned table does not hang on the partitions",
        "CREATE TABLE o (id int CONSTRAINT k PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE p PARTITION OF o FOR VALUES FROM (1) TO (2);
         CREATE TABLE t (a int CONSTRAINT r REFERENCES o)",
        &[
            "constraint `k` on `public.o` > column `id` of `public.o`",
            "constraint `p_pkey` on `public.p` > column `id` of `public.p`",
            "constraint `p_pkey` on `public.p` > constraint `k` on `public.o`",
            "constraint `r` on `public.t` > column `a` of `public.t`",
            "constraint `r` on `public.t` > column `id` of `public.o`",
            "constraint `r` on `public.t` > constraint `k` on `public.o`",
            "table `public.p` > table `public.o`",
        ],
    ),
    case(
        "a generated column on a column",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
        &[
            "default of column `b` of `public.t` > column `a` of `public.t`",
            "default of column `b` of `public.t` > column `b` of `public.t`",
        ],
    ),
    case(
        "a function with an SQL body on a view, and one that returns a row",
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; CREATE FUNCTION f() RETURNS bigint RETURN (SELECT count(a) FROM v);
         CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'",
        &[
            "function `public.f()` > view `public.v`",
            "function `public.g()` > table `public.t`",
            "view `public.v` > column `a` of `public.t`",
        ],
    ),
    case(
        "a trigger on its function and its columns",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TABLE t (a int, b int);
         CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (new.b > 1) EXECUTE FUNCTION f()",
        &[
            "function `public.f()` > extension `plpgsql`",
            "trigger `g` on `public.t` > column `a` of `public.t`",
            "trigger `g` on `public.t` > column `b` of `public.t`",
            "trigger `g` on `public.t` > function `public.f()`",
        ],
    ),
    case(
        "a serial column, both ways, and an identity column",
        "CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY)",
        &[
            "default of column `a` of `public.t` > column `a` of `public.t`",
            "default of column `a` of `public.t` > sequence `public.t_a_seq`",
            "sequence `public.t_a_seq` > column `a` of `public.t`",
        ],
    ),
    case(
        "a table in a publication, its columns and its row filter",
        "CREATE TABLE t (id int, b int); CREATE PUBLICATION p FOR TABLE t (id) WHERE (id > 1)",
        &[
            "table `public.t` of publication `p` > column `id` of `public.t`",
            "table `public.t` of publication `p` > table `public.t`",
        ],
    ),
    case(
        "an operator class on its function",
        "CREATE FUNCTION f(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
         CREATE OPERATOR CLASS c FOR TYPE int USING btree AS FUNCTION 1 f(int, int);
         CREATE TABLE t (a int); CREATE INDEX i ON t (a c)",
        &[
            "index `i` on `public.t` > column `a` of `public.t`",
            "index `i` on `public.t` > operator class `public.c` using `btree`",
            "operator class `public.c` using `btree` > function `public.f(integer, integer)`",
            "operator class `public.c` using `btree` > operator family `public.c` using `btree`",
        ],
    ),
    case(
        "a trigger that partitions have a clone of, and a clone's own state",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
         CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t DEFAULT;
         CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        &[
            "function `public.f()` > extension `plpgsql`",
            "table `public.p` > table `public.t`",
            "trigger `g` on `public.p` > function `public.f()`",
            "trigger `g` on `public.p` > trigger `g` on `public.t`",
            "trigger `g` on `public.t` > function `public.f()`",
        ],
    ),
    case(
        "a materialized view, its index, a rule and statistics",
        "CREATE TABLE t (a int, b int); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX i ON m (a);
         CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM t WHERE b = new.a; CREATE STATISTICS s ON a, b FROM t",
        &[
            "materialized view `public.m` > column `a` of `public.t`",
            "rule `r` on `public.t` > column `a` of `public.t`",
            "rule `r` on `public.t` > column `b` of `public.t`",
            "statistics object `public.s` > column `a` of `public.t`",
            "statistics object `public.s` > column `b` of `public.t`",
        ],
    ),
    case(
        "a view whose column has a default of its own, and a domain with a check on a function",
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; CREATE SEQUENCE s; ALTER VIEW v ALTER a SET DEFAULT nextval('s');
         CREATE FUNCTION f(text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
         CREATE DOMAIN d AS text CONSTRAINT c CHECK (f(VALUE))",
        &[
            "constraint `c` on `public.d` > function `public.f(text)`",
            "default of column `a` of `public.v` > sequence `public.s`",
            "view `public.v` > column `a` of `public.t`",
        ],
    ),
    case(
        "tables that inherit, a typed table and a schema",
        "CREATE SCHEMA x; CREATE TABLE x.t (a int); CREATE TABLE x.u (b int); CREATE TABLE x.v () INHERITS (x.t, x.u);
         CREATE TYPE x.c AS (a int); CREATE TABLE x.w OF x.c",
        &[
            "composite type `x.c` > schema `x`",
            "table `x.t` > schema `x`",
            "table `x.u` > schema `x`",
            "table `x.v` > schema `x`",
            "table `x.v` > table `x.t`",
            "table `x.v` > table `x.u`",
            "table `x.w` > composite type `x.c`",
            "table `x.w` > schema `x`",
        ],
    ),
    Case {
        since: 18,
        ..case("a NOT NULL of 18 is no object of its own", "CREATE TABLE t (a int NOT NULL)", &[])
    },
];

async fn found(connection: &mut PgConnection, case: &Case) -> Vec<String> {
    let mut transaction = connection.begin().await.unwrap();
    transaction.execute("SET LOCAL search_path = public").await.unwrap();
    transaction.execute(sqlx::raw_sql(AssertSqlSafe(case.sql.to_owned()))).await.unwrap();
    let catalog = Catalog::read(&mut transaction, &Scope::project().with_dependencies()).await.unwrap();
    let plain = Catalog::read(&mut transaction, &Scope::project()).await.unwrap();
    assert_eq!(plain.fingerprint(), catalog.fingerprint());
    assert_eq!(plain, catalog);
    assert_eq!(plain.needed_by().len(), 0);
    let mut found = Vec::new();
    for (identity, _) in catalog.facts() {
        for needed in catalog.needs(identity) {
            assert!(catalog.get(needed).is_some(), "{needed} is no fact");
            found.push(format!("{identity} > {needed}"));
        }
    }
    found.retain(|need| !need.ends_with("> schema `public`"));
    found.sort();
    transaction.rollback().await.unwrap();
    found
}

#[tokio::test]
async fn what_an_extension_brings_is_needed_as_the_extension() {
    for server in servers().await {
        let database = server.create_bare().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        let there = "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'citext'";
        let there: bool = sqlx::query_scalar(there).fetch_one(&mut connection).await.unwrap();
        if !there {
            eprintln!("{} has no citext: nothing to read", server.describe());
            continue;
        }
        let sql = "CREATE EXTENSION citext; CREATE TABLE t (a citext, b citext[], c int); CREATE VIEW v AS SELECT a || 'x' AS x FROM t";
        let needs = [
            "column `a` of `public.t` > extension `citext`",
            "column `b` of `public.t` > extension `citext`",
            "view `public.v` > column `a` of `public.t`",
        ];
        assert_eq!(
            found(&mut connection, &case("citext", sql, &[])).await,
            needs,
            "on {}",
            server.describe()
        );
    }
}

#[tokio::test]
async fn what_a_plan_asks_for_is_read_but_not_compared() {
    let sql = r#"CREATE TABLE t ("A b" text COLLATE "C", n int, UNIQUE (n)); CREATE VIEW v WITH (security_invoker, check_option = local) AS SELECT "A b", n FROM t;
        CREATE FUNCTION f(a int, OUT b int, text DEFAULT 'x') LANGUAGE sql AS 'SELECT 1';
        CREATE UNIQUE INDEX i ON t (lower("A b"), n) INCLUDE (n) WHERE n > 1;
        CREATE TABLE o (r int CONSTRAINT r REFERENCES t (n));"#;
    for server in servers().await {
        let database = server.create_bare().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        connection.execute(sql).await.unwrap();
        let catalog = Catalog::read(&mut connection, &Scope::project().with_dependencies()).await.unwrap();
        let told = |object: &str| {
            let (_, fact) = catalog.facts().find(|(identity, _)| identity.to_string() == object).unwrap();
            fact.derived.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
        };
        assert_eq!(
            told("view `public.v`"),
            [
                r#"column_names: A b, n"#,
                r#"columns: "A b" text COLLATE pg_catalog."C", n integer"#,
                "options: security_invoker=true, check_option=local"
            ]
        );
        assert_eq!(
            told("function `public.f(integer, text)`"),
            [
                "argument_defaults: 1",
                "argument_modes: i, o, i",
                "argument_names: a, b, ",
                "identity_arguments: a integer, OUT b integer, text",
            ]
        );
        assert_eq!(
            told("index `i` on `public.t`"),
            [
                "expressions: true",
                r#"included_columns: n"#,
                r#"key_columns: lower("A b"), n"#,
                "method: btree",
                "predicate: (n > 1)",
                "unique: true",
            ]
        );
        assert_eq!(
            told("constraint `r` on `public.o`"),
            ["columns: r", "referenced_columns: n", "references: public.t"]
        );
        assert_eq!(told("column `n` of `public.t`"), ["position: 2"]);
        assert_eq!(catalog.role().map(str::is_empty), Some(false));
    }
}

#[tokio::test]
async fn every_need_is_told_by_the_names_of_both() {
    for server in servers().await {
        let database = server.create_bare().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        let mut failures = String::new();
        for case in CASES.iter().filter(|case| case.since <= server.major()) {
            let found = found(&mut connection, case).await;
            if found != case.needs {
                failures += &format!(
                    "{}:\n  {}\nnot\n  {}\n",
                    case.name,
                    found.join("\n  "),
                    case.needs.join("\n  ")
                );
            }
        }
        assert!(failures.is_empty(), "on {}:\n{failures}", server.describe());
    }
}
