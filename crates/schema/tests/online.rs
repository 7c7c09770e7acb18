//! What is done online: kept out of nobody's way, stopped anywhere and run again.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use common::judge::{Seen, Side, left, run};
use meshhook_sandbox::Server;
use meshhook_sandbox::testing::servers;
use meshhook_schema::plan::{Runs, Statement, plan};
use meshhook_schema::{Options, Plan};
use sqlx::{AssertSqlSafe, Row};

const BASE: &str = r#"
    CREATE TABLE other (id integer PRIMARY KEY);
    CREATE TABLE "T" (id integer NOT NULL, a integer, "b c" text);
"#;
const ROWS: &str = r#"
    INSERT INTO other SELECT generate_series(1, 100);
    INSERT INTO "T" SELECT n, n, n FROM generate_series(1, 50) n;
"#;

/// What the old schema has beyond the base, what the new one has, and words that a plan says in this order.
const CHANGES: &[(&str, &str, &[&str])] = &[
    ("", r#"CREATE INDEX i ON "T" (a)"#, &["CREATE INDEX CONCURRENTLY IF NOT EXISTS i"]),
    (r#"CREATE INDEX i ON "T" (a)"#, "", &["DROP INDEX CONCURRENTLY IF EXISTS public.i"]),
    (
        r#"CREATE INDEX i ON "T" (a)"#,
        r#"CREATE INDEX j ON "T" (a, id)"#,
        &["CREATE INDEX CONCURRENTLY IF NOT EXISTS j", "DROP INDEX CONCURRENTLY IF EXISTS public.i"],
    ),
    (
        r#"CREATE UNIQUE INDEX i ON "T" (a)"#,
        r#"CREATE UNIQUE INDEX i ON "T" (a, "b c"); COMMENT ON INDEX i IS 'x'"#,
        &[
            "RENAME TO i__old",
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i",
            "DROP INDEX CONCURRENTLY IF EXISTS public.i__old",
            "COMMENT ON INDEX",
        ],
    ),
    ("", r#"ALTER TABLE "T" ADD CONSTRAINT x CHECK (a > 0)"#, &["NOT VALID", "VALIDATE CONSTRAINT x"]),
    (
        "",
        r#"ALTER TABLE "T" ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES other DEFERRABLE"#,
        &["DEFERRABLE NOT VALID", "VALIDATE CONSTRAINT x"],
    ),
    (
        "",
        r#"ALTER TABLE "T" ADD CONSTRAINT "X y" UNIQUE NULLS NOT DISTINCT ("b c", a) INCLUDE (id) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED"#,
        &["CREATE UNIQUE INDEX CONCURRENTLY", r#"UNIQUE USING INDEX "X y" DEFERRABLE INITIALLY DEFERRED"#],
    ),
    (
        "",
        r#"ALTER TABLE "T" ADD PRIMARY KEY (a)"#,
        &["__is_not_null", "VALIDATE CONSTRAINT", "SET NOT NULL", "PRIMARY KEY USING INDEX"],
    ),
    (
        "",
        r#"ALTER TABLE "T" ALTER "b c" SET NOT NULL"#,
        &["NOT VALID", "VALIDATE CONSTRAINT", "SET NOT NULL", "DROP CONSTRAINT IF EXISTS"],
    ),
];

async fn side(server: &Server, scripts: &[&str]) -> Side {
    Side::new(server, None, scripts).await.unwrap()
}

fn statements(plan: &Plan) -> Vec<String> {
    plan.parts()
        .iter()
        .flat_map(|part| part.statements().map(|one| one.guarded_sql()).collect::<Vec<_>>())
        .collect()
}

/// As the runner does: an invalid index of the name that is built next goes first.
async fn apply(side: &mut Side, sql: &str) {
    if let Some((_, rest)) = sql.split_once(" INDEX CONCURRENTLY IF NOT EXISTS ") {
        let name = rest.split(" ON ").next().unwrap();
        let query = format!(
            "SELECT count(*) FROM pg_index WHERE NOT indisvalid AND indexrelid = to_regclass('{}')",
            name.replace('\'', "''")
        );
        let found: i64 =
            sqlx::query(AssertSqlSafe(query)).fetch_one(&mut side.connection).await.unwrap().get(0);
        if found > 0 {
            run(&mut side.connection, &format!("DROP INDEX CONCURRENTLY {name}")).await.unwrap();
        }
    }
    run(&mut side.connection, sql).await.unwrap_or_else(|error| panic!("{error}\n{sql}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_plan_can_be_stopped_after_any_statement_and_run_again() {
    for server in servers().await {
        for (before, after, words) in CHANGES {
            let to = side(&server, &[BASE, after]).await;
            let from = side(&server, &[BASE, before, ROWS]).await;
            let plan = plan(&from.seen.catalog, &to.seen.catalog, &Options::default()).unwrap();
            let script = statements(&plan);
            let text = script.join("\n");
            let mut rest = text.as_str();
            for word in *words {
                rest = rest.split_once(word).unwrap_or_else(|| panic!("no {word} in its place in\n{text}")).1;
            }
            let alone = |one: &Statement| one.runs == Runs::OutsideTransaction;
            assert!(plan.steps.iter().flat_map(|step| &step.statements).any(alone), "{text}");
            for stop in 0..=script.len() {
                let mut on = side(&server, &[BASE, before, ROWS]).await;
                for sql in &script[..stop] {
                    apply(&mut on, sql).await;
                }
                for sql in &script {
                    apply(&mut on, sql).await;
                }
                let seen = Seen { catalog: on.read().await.unwrap(), dump: None };
                assert_eq!(left(&seen, &to.seen), None, "stopped after {stop} of\n{text}");
            }
        }
    }
}

/// Somebody has written and not committed, and goes on writing while the rows are validated.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn validating_waits_for_no_writer_and_keeps_none_out() {
    for server in servers().await {
        for (before, after, _) in CHANGES {
            let to = side(&server, &[BASE, after]).await;
            let mut on = side(&server, &[BASE, before, ROWS]).await;
            let plan = plan(&on.seen.catalog, &to.seen.catalog, &Options::default()).unwrap();
            let mut writer = on.database.connect().await.unwrap();
            run(&mut writer, "SET lock_timeout = '3s'").await.unwrap();
            for statement in plan.steps.iter().flat_map(|step| &step.statements) {
                let sql = statement.guarded_sql();
                let validates = statement.sql.contains("VALIDATE CONSTRAINT");
                if !validates {
                    apply(&mut on, &sql).await;
                    continue;
                }
                // somebody has written and not committed: validating waits for nobody, and lets others write meanwhile
                run(&mut writer, r#"BEGIN; UPDATE "T" SET a = a WHERE id = 1"#).await.unwrap();
                run(&mut on.connection, "SET lock_timeout = '3s'; BEGIN").await.unwrap();
                apply(&mut on, &sql).await;
                run(&mut writer, r#"UPDATE "T" SET a = a WHERE id = 2; COMMIT"#).await.unwrap();
                run(&mut on.connection, "COMMIT; RESET lock_timeout").await.unwrap();
            }
            let seen = Seen { catalog: on.read().await.unwrap(), dump: None };
            assert_eq!(left(&seen, &to.seen), None);
        }
    }
}
