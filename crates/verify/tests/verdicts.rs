//! The other verdicts: rules of the house, markers, what cannot be judged, and what is good.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use meshhook_migrate::Version;
use meshhook_sandbox::testing;
use meshhook_verify::{About, Event, Kind, Outcome, Remark, Request, Select, VerifyError, round_trip};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use support::{Pair, assert_good, findings, foreign, house, noted, of, project, run, version};

const BASE: Pair<'_> =
    ("CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, a text)", Some("DROP TABLE IF EXISTS t"));

/// Histories in which nothing is wrong.
const GOOD: &[(&str, &[Pair<'_>])] = &[
    ("columns", &[BASE, ("ALTER TABLE t ADD COLUMN IF NOT EXISTS b int NOT NULL DEFAULT 0", Some("ALTER TABLE t DROP COLUMN IF EXISTS b"))]),
    ("an index beside transactions", &[BASE, ("-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);",
        Some("-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS i;"))]),
    ("an enum value", &[("DROP TYPE IF EXISTS e; CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (e e NOT NULL DEFAULT 'a')",
        Some("DROP TABLE t; DROP TYPE e")),
        ("ALTER TYPE e ADD VALUE IF NOT EXISTS 'c'", Some("ALTER TABLE t ALTER e DROP DEFAULT; ALTER TYPE e RENAME TO old;
            CREATE TYPE e AS ENUM ('a', 'b'); ALTER TABLE t ALTER e TYPE e USING e::text::e; DROP TYPE old;
            ALTER TABLE t ALTER e SET DEFAULT 'a'"))]),
    ("a change of type", &[("CREATE TABLE t (a text NOT NULL, b text)", Some("DROP TABLE t")),
        ("ALTER TABLE t ALTER a TYPE timestamptz USING a::timestamptz, ALTER b TYPE uuid USING b::uuid",
         Some("ALTER TABLE t ALTER a TYPE text, ALTER b TYPE text"))]),
    ("a unique and a foreign key", &[("CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (p bigint, slug text DEFAULT '')",
        Some("DROP TABLE t; DROP TABLE p")),
        ("ALTER TABLE t ADD CONSTRAINT s UNIQUE (slug), ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p",
         Some("ALTER TABLE t DROP CONSTRAINT s, DROP CONSTRAINT f"))]),
    ("a foreign key that goes", &[("CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (p bigint CONSTRAINT f REFERENCES p)",
        Some("DROP TABLE t; DROP TABLE p")),
        ("ALTER TABLE t DROP CONSTRAINT f", Some("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p"))]),
    ("a backfill", &[BASE, ("ALTER TABLE t ADD b text; UPDATE t SET b = upper(a); ALTER TABLE t ALTER b SET NOT NULL",
        Some("ALTER TABLE t DROP b"))]),
    ("a backfill under a trigger that keeps the time", &[("CREATE TABLE t (a int, updated_at timestamptz DEFAULT now());
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END';
        CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()", Some("DROP TABLE t; DROP FUNCTION touch")),
        ("ALTER TABLE t ADD b int; UPDATE t SET b = a", Some("ALTER TABLE t DROP b"))]),
    ("a rename", &[BASE, ("ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME a TO b", Some("ALTER TABLE u RENAME b TO a; ALTER TABLE u RENAME TO t"))]),
    ("rows of its own", &[BASE, ("CREATE TABLE kinds (k text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b')", Some("DROP TABLE kinds"))]),
    ("a table that becomes partitioned", &[("CREATE TABLE t (id int NOT NULL, at timestamptz NOT NULL DEFAULT now())", Some("DROP TABLE t")),
        ("ALTER TABLE t RENAME TO old; CREATE TABLE t (LIKE old INCLUDING ALL) PARTITION BY RANGE (at);
          CREATE TABLE t_all PARTITION OF t DEFAULT; INSERT INTO t SELECT * FROM old; DROP TABLE old",
         Some("ALTER TABLE t RENAME TO parts; CREATE TABLE t (LIKE parts INCLUDING ALL); INSERT INTO t SELECT * FROM parts; DROP TABLE parts"))]),
    ("a check on what is there", &[BASE, ("ALTER TABLE t ADD CONSTRAINT c CHECK (a IN ('x', 'y'))", Some("ALTER TABLE t DROP CONSTRAINT c"))]),
];

#[tokio::test]
async fn good_migrations_pass_with_rows_and_as_a_chain() {
    for server in testing::servers().await {
        for (name, pairs) in GOOD {
            let mut request = house(pairs);
            request.chain = true;
            assert_good(&run(&server, &request).await, name);
            assert_good(&run(&server, &foreign(pairs)).await, name);
        }
    }
}

#[tokio::test]
async fn house_rules_count_elsewhere_only_when_asked_for() {
    for server in testing::servers().await {
        let again = [BASE, ("ALTER TABLE t ADD b int", Some("ALTER TABLE t DROP b"))];
        let mut request = house(&again);
        request.require.idempotent = true;
        let report = run(&server, &request).await;
        assert_eq!(of(&report, 0).outcome, Outcome::Passed, "{:#?}", of(&report, 0));
        let (kinds, told) = findings(of(&report, 1));
        assert_eq!(kinds, [Kind::NotIdempotent], "{told}");
        assert!(told.contains("already exists"), "{told}");

        let mut request = foreign(&again);
        assert_good(&run(&server, &request).await, "elsewhere");
        request.require.idempotent = true;
        assert_eq!(findings(of(&run(&server, &request).await, 1)).0, [Kind::NotIdempotent]);
    }
}

#[tokio::test]
async fn an_up_that_adds_something_every_time_is_not_idempotent() {
    for server in testing::servers().await {
        let mut request = house(&[BASE, ("CREATE INDEX ON t (a)", Some("DROP INDEX t_a_idx"))]);
        request.require.idempotent = true;
        let (kinds, told) = findings(of(&run(&server, &request).await, 1));
        assert_eq!(kinds, [Kind::NotIdempotent]);
        assert!(told.contains("t_a_idx1"), "{told}");
    }
}

#[tokio::test]
async fn an_up_that_adds_a_row_every_time_is_not_idempotent() {
    for server in testing::servers().await {
        let table = ("CREATE TABLE log (a text)", Some("DROP TABLE log"));
        let up = "INSERT INTO log VALUES ('again and again')";
        let pairs = [table, (up, Some("DELETE FROM log WHERE a = 'again and again'"))];
        let mut request = house(&pairs);
        request.select = Select::Versions(BTreeSet::from([version(1)]));
        request.require.idempotent = true;
        let (kinds, told) = findings(of(&run(&server, &request).await, 1));
        assert_eq!(kinds, [Kind::NotIdempotent], "{told}");
        assert!(told.contains("public.log"), "{told}");
    }
}

#[tokio::test]
async fn a_way_up_that_fails_on_rows_is_still_run_over_itself() {
    for server in testing::servers().await {
        let up = "ALTER TABLE t ADD b int NOT NULL";
        let mut request = house(&[BASE, (up, Some("ALTER TABLE t DROP b"))]);
        request.require.idempotent = true;
        let kinds = findings(of(&run(&server, &request).await, 1)).0;
        assert_eq!(kinds, [Kind::UpFailsWithRows, Kind::NotIdempotent]);
    }
}

#[tokio::test]
async fn a_second_way_up_that_leads_elsewhere_is_found() {
    for server in testing::servers().await {
        let base = ("CREATE SEQUENCE s", Some("DROP SEQUENCE s"));
        let up = "DO $$ BEGIN IF nextval('s') = 1 THEN CREATE TABLE first (); ELSE CREATE TABLE second (); END IF; END $$";
        let report = run(&server, &house(&[base, (up, Some("DROP TABLE IF EXISTS first, second"))])).await;
        let (kinds, told) = findings(of(&report, 1));
        assert_eq!(kinds, [Kind::SecondUpDiffers], "{told}");
        assert!(told.contains("public.second"), "{told}");

        let up = "DO $$ BEGIN IF nextval('s') > 1 THEN RAISE 'once only'; END IF; END $$";
        let report = run(&server, &house(&[base, (up, Some("SELECT 1"))])).await;
        let (kinds, told) = findings(of(&report, 1));
        assert!(
            kinds.contains(&Kind::UpFailsWithRows) || kinds.contains(&Kind::SecondUpDiffers),
            "{kinds:?} {told}"
        );
    }
}

#[tokio::test]
async fn a_missing_rollback_is_found_where_rollbacks_are_the_custom() {
    for server in testing::servers().await {
        let pairs = [BASE, ("ALTER TABLE t ADD b int", None)];
        for request in [house(&pairs), foreign(&pairs)] {
            assert_eq!(findings(of(&run(&server, &request).await, 1)).0, [Kind::NoRollback]);
        }
        let report = run(&server, &foreign(&[(BASE.0, None)])).await;
        assert_eq!(of(&report, 0).outcome, Outcome::Passed);
        assert_eq!(noted(of(&report, 0)), [About::Kind(Kind::NoRollback)]);
    }
}

#[tokio::test]
async fn an_irreversible_marker_is_honoured() {
    for server in testing::servers().await {
        let gone = "-- irreversible: the names are gone for good\n";
        let sql_too = format!("{gone}ALTER TABLE t ADD a text;\n");
        let wrong = format!("{gone}ALTER TABLE t ADD other text;\n");
        let up = "ALTER TABLE t DROP COLUMN IF EXISTS a";
        for (rollback, outcome) in
            [(gone, Outcome::Irreversible), (&sql_too, Outcome::Irreversible), (&wrong, Outcome::Failed)]
        {
            let mut request =
                house(&[BASE, (up, Some(rollback)), ("CREATE TABLE u ()", Some("DROP TABLE u"))]);
            request.chain = true;
            let report = run(&server, &request).await;
            let one = of(&report, 1);
            assert_eq!(one.outcome, outcome, "{one:#?}");
            assert_eq!(one.reason.as_deref(), Some("the names are gone for good"));
            let ended_above = report.chain.unwrap().ended_above;
            assert_eq!(ended_above, (rollback != sql_too).then_some(version(1)), "{rollback}");
        }
    }
}

#[tokio::test]
async fn an_up_that_fails_blocks_those_that_need_it_and_no_others() {
    for server in testing::servers().await {
        let pairs = [
            BASE,
            ("CREATE TABLE u (id int); ALTER TABLE missing ADD x int", Some("DROP TABLE u")),
            ("ALTER TABLE u ADD y int", Some("ALTER TABLE u DROP y")),
            ("ALTER TABLE t ADD z int", Some("ALTER TABLE t DROP z")),
            ("ALTER TABLE t ADD", Some("SELECT 1")),
        ];
        for request in [house(&pairs), foreign(&pairs)] {
            let report = run(&server, &request).await;
            let outcomes: Vec<Outcome> = report.migrations.iter().map(|one| one.outcome).collect();
            use Outcome::{Blocked, Failed, Passed};
            assert_eq!(outcomes, [Passed, Failed, Blocked, Passed, Failed]);
            assert_eq!(findings(of(&report, 1)).0, [Kind::UpFails]);
            assert_eq!(findings(of(&report, 4)).0, [Kind::UpFails]);
            let reason = of(&report, 2).reason.clone().unwrap();
            assert!(reason.contains(&version(1).to_string()), "{reason}");
            assert!(!report.passed());
        }
    }
}

#[tokio::test]
async fn a_missing_extension_is_no_verdict() {
    for server in testing::servers().await {
        let pairs = [
            BASE,
            (
                "CREATE EXTENSION meshhook_unheard_of; CREATE TABLE u (id int)",
                Some("DROP TABLE u; DROP EXTENSION meshhook_unheard_of"),
            ),
            ("ALTER TABLE u ADD y int", Some("ALTER TABLE u DROP y")),
        ];
        let report = run(&server, &house(&pairs)).await;
        let one = of(&report, 1);
        assert_eq!((one.outcome, one.findings.len()), (Outcome::Unverified, 0));
        let reason = one.reason.clone().unwrap();
        assert!(reason.contains("meshhook_unheard_of") && reason.contains(&server.describe()), "{reason}");
        assert_eq!(of(&report, 2).outcome, Outcome::Blocked);
        assert!(report.passed());
        assert_eq!((report.summary.unverified, report.summary.blocked), (1, 1));
    }
}

#[tokio::test]
async fn another_column_order_is_a_note() {
    for server in testing::servers().await {
        let base = ("CREATE TABLE t (a int, b int)", Some("DROP TABLE t"));
        let mut request = house(&[base, ("ALTER TABLE t DROP a", Some("ALTER TABLE t ADD a int"))]);
        request.require.rows = false;
        let report = run(&server, &request).await;
        let one = of(&report, 1);
        assert_eq!(one.outcome, Outcome::Passed, "{one:#?}");
        let note = one.notes.iter().find(|note| note.kind == About::Remark(Remark::ColumnOrder)).unwrap();
        assert!(note.told.message.contains("public.t"), "{}", note.told.message);
    }
}

#[tokio::test]
async fn scripts_with_transactions_of_their_own_run_elsewhere_and_not_in_the_house() {
    for server in testing::servers().await {
        let pairs = [("BEGIN; CREATE TABLE t (id int); COMMIT;", Some("BEGIN; DROP TABLE t; COMMIT;"))];
        assert_good(&run(&server, &foreign(&pairs)).await, "elsewhere");
        assert_eq!(findings(of(&run(&server, &house(&pairs)).await, 0)).0, [Kind::UpFails]);
    }
}

#[tokio::test]
async fn only_the_selected_are_tested_and_a_chain_covers_all() {
    for server in testing::servers().await {
        let pairs = [
            ("CREATE TABLE t (id int)", Some("SELECT 'forgets the table'")),
            ("CREATE TABLE u (id int)", Some("DROP TABLE u")),
        ];
        let mut request = house(&pairs);
        request.select = Select::Versions(BTreeSet::from([version(1)]));
        request.chain = true;
        let mut events = Vec::new();
        let report = round_trip(&server, &request, &mut |event| events.push(event)).await.unwrap();
        let tested: Vec<Version> = report.migrations.iter().map(|one| one.version).collect();
        assert_eq!(tested, [version(1)]);
        assert_eq!(of(&report, 1).outcome, Outcome::Passed);
        let chain = report.chain.as_ref().unwrap();
        assert_eq!(chain.findings[0].kind, Kind::RollbackDiffers);
        assert!(chain.findings[0].told.objects[0].contains("public.t"), "{:?}", chain.findings[0]);
        assert!(!report.passed());
        assert_eq!(events[0], Event::Begins { migrations: 2, tested: 1 });
        assert_eq!(events[1], Event::Applied(version(0)));
        assert!(events.contains(&Event::Finished { version: version(1), outcome: Outcome::Passed }));
    }
}

#[tokio::test]
async fn a_project_on_the_platform_is_tested_with_rows_in_auth_users() {
    for server in testing::servers().await {
        let up = "CREATE TABLE IF NOT EXISTS public.notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            owner uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE, body text NOT NULL)";
        let later = "ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS kind text NOT NULL";
        let request = Request::house(project(&[
            (up, Some("DROP TABLE IF EXISTS public.notes")),
            (later, Some("ALTER TABLE public.notes DROP COLUMN IF EXISTS kind")),
        ]));
        let report = run(&server, &request).await;
        assert_eq!(of(&report, 0).outcome, Outcome::Passed, "{:#?}", of(&report, 0));
        assert_eq!(findings(of(&report, 1)).0, [Kind::UpFailsWithRows]);
    }
}

#[tokio::test]
async fn versions_that_are_not_there_and_a_cancel_are_errors() {
    for server in testing::servers().await {
        let mut request = house(&[BASE]);
        request.select = Select::Versions(BTreeSet::from([version(7)]));
        let error = round_trip(&server, &request, &mut |_| {}).await.unwrap_err();
        assert!(error.to_string().contains(&version(7).to_string()), "{error}");
        request.select = Select::All;
        request.cancel = Some(Arc::new(AtomicBool::new(true)));
        let error = round_trip(&server, &request, &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, VerifyError::Cancelled), "{error}");
    }
}
