//! The row maker on real servers: every kind of column and rule gets rows.
#![allow(missing_docs, clippy::unwrap_used)]

use meshhook_sandbox::{Server, testing};
use meshhook_verify::{Fill, Filled, Shape};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

/// Makes the tables, fills them twice (as before and after a migration) and returns both results.
async fn fill(server: &Server, sql: &str) -> (PgConnection, Filled, Filled) {
    let database = server.create_bare().await.unwrap();
    let mut conn = database.connect().await.unwrap();
    conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    let shape = Shape::read(&mut conn).await.unwrap();
    let leave_out = ["auth".to_owned()];
    let fill = Fill {
        shape: &shape,
        also_suiting: None,
        leave_out: &leave_out,
        every_table: false,
        first: 1,
        count: 3,
    };
    let first = fill.run(&mut conn).await.unwrap();
    let second = Fill { every_table: true, first: 4, ..fill }.run(&mut conn).await.unwrap();
    // The connection keeps the database open; both go with the server.
    std::mem::forget(database);
    (conn, first, second)
}

async fn number(conn: &mut PgConnection, sql: &str) -> i64 {
    conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap().try_get(0).unwrap()
}

/// Each case: a name, tables, and the rows there are to be in the table `t` after both fillings.
const FILLED: &[(&str, &str, i64)] = &[
    ("core types", include_str!("rows/core_types.sql"), 6),
    ("arrays, enums, domains, composites, ranges", include_str!("rows/made_types.sql"), 6),
    ("checks", include_str!("rows/checks.sql"), 6),
    ("keys in order", "CREATE TABLE t (id serial PRIMARY KEY, a int NOT NULL, b int NOT NULL);
        CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int, a int REFERENCES a, PRIMARY KEY (id, a));
        ALTER TABLE t ADD FOREIGN KEY (b, a) REFERENCES b (id, a), ADD FOREIGN KEY (a) REFERENCES a, ADD UNIQUE (a)", 6),
    ("a circle with a nullable key", "CREATE TABLE t (id int PRIMARY KEY, u int);
        CREATE TABLE u (id int PRIMARY KEY, t int NOT NULL REFERENCES t); ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES u", 6),
    ("a circle without a way out", "CREATE TABLE t (id int PRIMARY KEY, u int NOT NULL);
        CREATE TABLE u (id int PRIMARY KEY, t int NOT NULL REFERENCES t); ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES u", 6),
    ("its own parent", "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint NOT NULL REFERENCES t)", 6),
    ("its own parent, or none", "CREATE TABLE t (id serial PRIMARY KEY, parent int REFERENCES t)", 6),
    ("a row in the platform's schema", "CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
        CREATE TABLE t (id uuid PRIMARY KEY REFERENCES auth.users)", 6),
    ("partitions by range", "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, ts timestamptz NOT NULL, PRIMARY KEY (id, ts))
        PARTITION BY RANGE (ts); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2001-01-01') TO ('2001-02-01')", 6),
    ("partitions by list, with partitions of their own", "CREATE TABLE t (kind text, n int) PARTITION BY LIST (kind);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('red', 'blue') PARTITION BY RANGE (n);
        CREATE TABLE t2 PARTITION OF t1 FOR VALUES FROM (1000) TO (2000)", 6),
    ("partitions by hash", "CREATE TABLE t (id int) PARTITION BY HASH (id);
        CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)", 6),
    ("exclusion", "CREATE TABLE t (during tstzrange NOT NULL, EXCLUDE USING gist (during WITH &&))", 6),
    ("a unique expression", "CREATE TABLE t (name varchar(2) NOT NULL); CREATE UNIQUE INDEX ON t (lower(name))", 6),
    ("one row only", "CREATE TABLE t (id boolean PRIMARY KEY DEFAULT true CHECK (id))", 1),
    ("generated columns", "CREATE TABLE t (a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED UNIQUE)", 6),
    ("no columns", "CREATE TABLE t ()", 6),
    ("odd names", "CREATE TABLE t (\"Select\" text NOT NULL, \"a\"\"b\" int CHECK (\"a\"\"b\" > 10), \"or der\" text CHECK (\"or der\" = 'x'))", 6),
    ("a trigger that refuses", "CREATE TABLE t (id int); CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'append only'; END $$; CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no()", 6),
    ("a constraint that raises", "CREATE FUNCTION fussy(text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS
        $$ BEGIN IF $1 <> 'good' THEN RAISE EXCEPTION 'bad'; END IF; RETURN true; END $$;
        CREATE TABLE t (a text NOT NULL CHECK (fussy(a) AND a IN ('good')))", 6),
    ("inheritance", "CREATE TABLE t (id int NOT NULL); CREATE TABLE u (more text NOT NULL) INHERITS (t)", 12),
];

#[tokio::test]
async fn every_kind_of_table_gets_rows() {
    for server in testing::servers().await {
        let mut wrong = Vec::new();
        for (name, sql, wanted) in FILLED {
            let (mut conn, first, second) = fill(&server, sql).await;
            let found = number(&mut conn, "SELECT count(*) FROM t").await;
            if found != *wanted || !first.unfilled.is_empty() {
                wrong.push(format!(
                    "{name}: {found} rows of {wanted}, {:?} {:?}",
                    first.unfilled, second.unfilled
                ));
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", server.describe(), wrong.join("\n"));
    }
}

#[tokio::test]
async fn a_table_that_cannot_be_filled_is_named_with_the_reason() {
    for server in testing::servers().await {
        let cases = [
            ("CREATE TABLE t (a int NOT NULL CHECK (a > 5 AND a < 5))", "violates check constraint"),
            ("CREATE TABLE t (a int) PARTITION BY LIST (a)", "no partition of relation"),
        ];
        for (sql, reason) in cases {
            let (_conn, first, _) = fill(&server, sql).await;
            let [unfilled] = first.unfilled.as_slice() else { panic!("{:?}", first.unfilled) };
            assert_eq!(unfilled.table, "public.t");
            assert!(unfilled.reason.contains(reason), "{}", unfilled.reason);
        }
    }
}

#[tokio::test]
async fn rows_differ_in_every_column_and_no_column_is_empty() {
    for server in testing::servers().await {
        let sql = "CREATE TABLE t (a text, b varchar(3), c int, d numeric(4,2), e uuid, f timestamptz, g jsonb, h date, i inet)";
        let (mut conn, _, _) = fill(&server, sql).await;
        for column in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {
            assert_eq!(
                number(&mut conn, &format!("SELECT count(DISTINCT {column}) FROM t")).await,
                6,
                "{column}"
            );
        }
    }
}

#[tokio::test]
async fn rows_suit_the_rules_that_the_migration_brings() {
    for server in testing::servers().await {
        let database = server.create_bare().await.unwrap();
        let mut conn = database.connect().await.unwrap();
        conn.execute(
            "CREATE TABLE p (id text PRIMARY KEY); CREATE TABLE t (kind text, at text, p text, n int, slug text DEFAULT '')",
        )
        .await
        .unwrap();
        let before = Shape::read(&mut conn).await.unwrap();
        let up = "CREATE TYPE kind AS ENUM ('x', 'y');
            ALTER TABLE t ALTER kind TYPE kind USING kind::kind, ALTER at TYPE timestamptz USING at::timestamptz,
            ADD FOREIGN KEY (p) REFERENCES p, ADD CHECK (n > 100), ADD UNIQUE (slug)";
        let copy = server.clone(&database).await.unwrap();
        let mut there = copy.connect().await.unwrap();
        there.execute(up).await.unwrap();
        let after = Shape::read(&mut there).await.unwrap();
        let mut conn = database.connect().await.unwrap();
        let fill = Fill {
            shape: &before,
            also_suiting: Some(&after),
            leave_out: &[],
            every_table: false,
            first: 1,
            count: 3,
        };
        assert_eq!(fill.run(&mut conn).await.unwrap().unfilled, []);
        conn.execute(up).await.unwrap();
        assert_eq!(number(&mut conn, "SELECT count(*) FROM t WHERE n > 100 AND kind IS NOT NULL").await, 3);
    }
}
