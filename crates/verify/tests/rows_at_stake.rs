//! Migrations that work on an empty database only.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use meshhook_sandbox::testing;
use meshhook_verify::{About, Kind, Outcome, Rows};
use support::{Pair, findings, foreign, house, noted, of, run, seeded};

const BASE: Pair<'_> = ("CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL)", Some("DROP TABLE t"));

/// A migration on `t`, the kind of its finding, and what the finding names.
const AT_STAKE: &[(&str, &str, Kind, &str)] = &[
    // No default, and no rows in the seed: this fails in production.
    ("ALTER TABLE t ADD b int NOT NULL", "ALTER TABLE t DROP b", Kind::UpFailsWithRows, "b"),
    ("DELETE FROM t", "SELECT 1", Kind::RowsLost, "public.t"),
    (
        "ALTER TABLE t DROP a",
        "ALTER TABLE t ADD a text NOT NULL DEFAULT ''; ALTER TABLE t ALTER a DROP DEFAULT",
        Kind::RowsLost,
        "public.t.a",
    ),
    ("ALTER TABLE t DROP a", "ALTER TABLE t ADD a text NOT NULL", Kind::RowsLost, "public.t.a"),
    (
        "ALTER TABLE t RENAME TO u",
        "DROP TABLE u; CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL)",
        Kind::RowsLost,
        "public.t",
    ),
    ("UPDATE t SET a = 'same'", "SELECT 1", Kind::RowsLost, "public.t.a"),
    (
        "ALTER TABLE t RENAME a TO b",
        "ALTER TABLE t DROP b, ADD a text NOT NULL DEFAULT ''; ALTER TABLE t ALTER a DROP DEFAULT",
        Kind::RowsLost,
        "public.t.a",
    ),
    (
        "ALTER TABLE t ADD b int",
        "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN RAISE EXCEPTION 'rows'; END IF; END $$; ALTER TABLE t DROP b",
        Kind::RollbackFails,
        "rows",
    ),
    (
        "CREATE TABLE u (id int)",
        "DO $$ BEGIN IF EXISTS (SELECT FROM u) THEN RAISE EXCEPTION 'written since'; END IF; END $$; DROP TABLE u",
        Kind::RollbackFails,
        "written since",
    ),
    ("INSERT INTO t VALUES (77, 'x')", "SELECT 1", Kind::RollbackDiffers, "public.t"),
];

#[tokio::test]
async fn what_only_rows_show_is_a_finding_in_the_house_and_a_note_elsewhere() {
    for server in testing::servers().await {
        let mut wrong = Vec::new();
        for (up, rollback, kind, named) in AT_STAKE {
            let pairs = [BASE, (*up, Some(*rollback))];
            let report = run(&server, &house(&pairs)).await;
            let (kinds, told) = findings(of(&report, 1));
            if kinds != [*kind] || !told.contains(named) || !of(&report, 1).findings[0].told.with_rows {
                wrong.push(format!("house: {up}\n    {kinds:?} {told}"));
            }
            let report = run(&server, &foreign(&pairs)).await;
            let told_elsewhere = noted(of(&report, 1));
            let written_since = *named == "written since";
            if of(&report, 1).outcome != Outcome::Passed
                || (!written_since && told_elsewhere != [About::Kind(*kind)])
            {
                wrong.push(format!("elsewhere: {up}\n    {:?}", of(&report, 1)));
            }
            let mut asked = foreign(&pairs);
            asked.rows_asked = true;
            let report = run(&server, &asked).await;
            if findings(of(&report, 1)).0 != [*kind] {
                wrong.push(format!("asked: {up}\n    {:?}", of(&report, 1)));
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", server.describe(), wrong.join("\n"));
    }
}

#[tokio::test]
async fn who_lost_the_values_is_told() {
    for server in testing::servers().await {
        for (up, rollback, told) in [
            ("UPDATE t SET a = 'same'", "SELECT 1", "by the way up"),
            ("SELECT 1", "DELETE FROM t", "by the rollback"),
        ] {
            let report = run(&server, &house(&[BASE, (up, Some(rollback))])).await;
            let found = findings(of(&report, 1)).1;
            assert!(found.contains(told), "{found}");
        }
    }
}

#[tokio::test]
async fn without_rows_none_of_it_shows() {
    for server in testing::servers().await {
        let mut request = house(&[BASE, ("ALTER TABLE t ADD b int NOT NULL", Some("ALTER TABLE t DROP b"))]);
        request.rows = Rows::None;
        assert_eq!(of(&run(&server, &request).await, 1).outcome, Outcome::Passed);
    }
}

#[tokio::test]
async fn rows_of_the_seed_are_there_as_far_as_it_loads() {
    for server in testing::servers().await {
        let pairs = [
            BASE,
            ("ALTER TABLE t ADD CHECK (a <> 'sample')", Some("ALTER TABLE t DROP CONSTRAINT t_a_check")),
        ];
        let seed = "INSERT INTO later VALUES (1); INSERT INTO t VALUES (1, 'sample');";
        let mut request = seeded(house(&pairs), seed);
        for (rows, outcome) in
            [(Rows::Made, Outcome::Failed), (Rows::Seed, Outcome::Failed), (Rows::None, Outcome::Passed)]
        {
            request.rows = rows;
            assert_eq!(of(&run(&server, &request).await, 1).outcome, outcome, "{rows:?}");
        }
    }
}

#[tokio::test]
async fn a_table_that_got_no_rows_is_named() {
    for server in testing::servers().await {
        let base = ("CREATE TABLE t (a int NOT NULL CHECK (a > 1 AND a < 1))", Some("DROP TABLE t"));
        let report =
            run(&server, &house(&[base, ("ALTER TABLE t ADD b int", Some("ALTER TABLE t DROP b"))])).await;
        let unfilled = &of(&report, 1).unfilled;
        assert_eq!(unfilled.len(), 1);
        assert_eq!(unfilled[0].table, "public.t");
        assert!(unfilled[0].reason.contains("check constraint"), "{}", unfilled[0].reason);
    }
}

#[tokio::test]
async fn objects_that_rows_bring_about_are_not_blamed_on_the_migration() {
    for server in testing::servers().await {
        let base = ("CREATE TABLE t (n int) PARTITION BY LIST (n);
            CREATE FUNCTION part(n int) RETURNS void LANGUAGE plpgsql AS
            $$ BEGIN EXECUTE format('CREATE TABLE IF NOT EXISTS t_%s PARTITION OF t FOR VALUES IN (%s)', n, n); END $$",
            Some("DROP TABLE t; DROP FUNCTION part"));
        let pairs = [base, ("ALTER TABLE t ADD b int", Some("ALTER TABLE t DROP b"))];
        let report = run(&server, &seeded(house(&pairs), "SELECT part(7); INSERT INTO t VALUES (7);")).await;
        assert_eq!(of(&report, 1).outcome, Outcome::Passed, "{:#?}", of(&report, 1));
    }
}
