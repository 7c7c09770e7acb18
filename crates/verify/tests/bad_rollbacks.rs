//! What a rollback can forget: each fails the round trip, and names the object.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use meshhook_sandbox::testing;
use meshhook_verify::{Kind, Outcome};
use support::{findings, foreign, house, of, run};

const BASE: &str = "CREATE TABLE t (id int PRIMARY KEY, a text);
    CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE VIEW v AS SELECT id FROM t;
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE SEQUENCE s";
const NO_BASE: &str = "DROP TABLE t CASCADE; DROP TYPE mood; DROP FUNCTION f; DROP SEQUENCE s";

/// A way up, a rollback that forgets something, and words that the finding has to have.
const FORGETFUL: &[(&str, &str, &str)] = &[
    ("CREATE INDEX t_a_idx ON t (a)", "SELECT 1", "index `t_a_idx` on `public.t`"),
    (
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON t USING (true)",
        "ALTER TABLE t DISABLE ROW LEVEL SECURITY",
        "policy `mine` on `public.t`",
    ),
    ("GRANT SELECT ON t TO PUBLIC", "SELECT 1", "public.t"),
    ("GRANT UPDATE (a) ON t TO PUBLIC", "SELECT 1", "public.t"),
    ("COMMENT ON TABLE t IS 'new'", "SELECT 1", "public.t"),
    ("COMMENT ON COLUMN t.a IS 'new'", "SELECT 1", "`a`"),
    ("ALTER TABLE t DISABLE TRIGGER tr", "SELECT 1", "trigger `tr` on `public.t`"),
    ("ALTER TYPE mood ADD VALUE 'calm'", "SELECT 1", "calm"),
    ("ALTER VIEW v SET (security_invoker = true)", "SELECT 1", "security_invoker"),
    ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "SELECT 1", "public.t"),
    ("ALTER TABLE t ALTER a SET DEFAULT 'x'", "SELECT 1", "default"),
    ("ALTER TABLE t ADD b int", "SELECT 1", "column `b` of `public.t`"),
    ("ALTER TABLE t ADD CONSTRAINT long CHECK (length(a) > 0)", "SELECT 1", "long"),
    ("CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'", "SELECT 1", "public.g()"),
    ("ALTER TABLE t SET (fillfactor = 70)", "SELECT 1", "fillfactor"),
    ("CREATE EXTENSION pg_trgm", "SELECT 1", "extension `pg_trgm`"),
    ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "SELECT 1", "tables that `"),
    ("ALTER SEQUENCE s INCREMENT 5", "SELECT 1", "sequence `public.s`"),
];

#[tokio::test]
async fn each_thing_that_a_rollback_forgets_is_found_and_named() {
    for server in testing::servers().await {
        let mut wrong = Vec::new();
        for (up, rollback, named) in FORGETFUL {
            let pairs = [(BASE, Some(NO_BASE)), (*up, Some(*rollback))];
            for request in [house(&pairs), foreign(&pairs)] {
                let report = run(&server, &request).await;
                assert_eq!(of(&report, 0).outcome, Outcome::Passed, "{:#?}", of(&report, 0));
                let (kinds, told) = findings(of(&report, 1));
                if kinds != [Kind::RollbackDiffers] || !told.contains(named) || report.passed() {
                    wrong.push(format!("{up}\n    {kinds:?} {told}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", server.describe(), wrong.join("\n"));
    }
}

#[tokio::test]
async fn a_difference_comes_with_the_sql_that_the_rollback_lacks() {
    for server in testing::servers().await {
        let pairs = [(BASE, Some(NO_BASE)), ("CREATE INDEX t_a_idx ON t (a)", Some("SELECT 1"))];
        let report = run(&server, &house(&pairs)).await;
        let lacks = &of(&report, 1).findings[0].told.lacks;
        assert!(lacks.iter().any(|sql| sql.contains("DROP INDEX") && sql.contains("t_a_idx")), "{lacks:?}");
    }
}

#[tokio::test]
async fn a_rollback_that_fails_is_shown_with_its_place() {
    for server in testing::servers().await {
        let pairs = [("CREATE TABLE t (id int)", Some("\nDROP TABLE t;\nDROP TABLE missing"))];
        for request in [house(&pairs), foreign(&pairs)] {
            let report = run(&server, &request).await;
            let one = of(&report, 0);
            assert_eq!(findings(one).0, [Kind::RollbackFails]);
            let error = one.findings[0].told.error.as_ref().unwrap();
            assert_eq!((error.line, error.code.as_deref()), (3, Some("42P01")));
            assert!(error.message.contains("missing"), "{error}");
        }
    }
}

#[tokio::test]
async fn later_migrations_are_judged_by_themselves_after_a_bad_one() {
    for server in testing::servers().await {
        let pairs = [
            (BASE, Some(NO_BASE)),
            ("CREATE INDEX t_a_idx ON t (a)", Some("SELECT 1")),
            ("ALTER TABLE t ADD b int", Some("ALTER TABLE t DROP b")),
        ];
        let report = run(&server, &house(&pairs)).await;
        let outcomes: Vec<Outcome> = report.migrations.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Passed, Outcome::Failed, Outcome::Passed]);
    }
}

#[tokio::test]
async fn a_role_that_stays_behind_is_found_in_the_house_and_does_not_meet_itself() {
    for server in testing::servers().await {
        let pairs = [(
            "CREATE ROLE meshhook_test_reader; CREATE TABLE t (id int); GRANT SELECT ON t TO meshhook_test_reader",
            Some("DROP TABLE t"),
        )];
        let report = run(&server, &house(&pairs)).await;
        let (kinds, told) = findings(of(&report, 0));
        assert_eq!(kinds, [Kind::RollbackDiffers], "{:#?}", of(&report, 0));
        assert!(told.contains("role `meshhook_test_reader` is still there after the rollback"), "{told}");
        // The first run's database is gone, its role is the server's: dropped, or the next run would fail on it.
        let pairs = [(pairs[0].0, Some("DROP TABLE t; DROP ROLE meshhook_test_reader"))];
        let report = run(&server, &house(&pairs)).await;
        assert_eq!(of(&report, 0).outcome, Outcome::Passed, "{:#?}", of(&report, 0));
    }
}
