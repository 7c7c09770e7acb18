//! Deploys to a real server: all of it or nothing of it, and the log says which.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Production;
use meshhook_deploy::{Outcome, Segments, Stage, StepStatus};
use meshhook_migrate::Version;
use meshhook_sandbox::testing::{servers, settings};

const ONE: (&str, &str, &str) =
    ("1_one", "create table public.one (id int primary key, name text);", "drop table public.one;");
const TWO: (&str, &str, &str) = (
    "2_two",
    "insert into public.one values (1, 'a'), (2, 'a'); create table public.two ();",
    "drop table public.two; delete from public.one;",
);
/// Fails on the rows that are there, and only on those.
const THREE_FAILS: (&str, &str, &str) =
    ("3_three", "create unique index three on public.one (name);", "drop index public.three;");

fn write(production: &Production, files: &[(&str, &str, &str)]) {
    for (name, up, rollback) in files {
        production.write(name, up, rollback);
    }
}

#[tokio::test]
async fn good_migrations_are_applied_rehearsed_logged_and_snapshotted() {
    for (server, settings) in servers().await.into_iter().zip(settings()) {
        let mut production = Production::new(&server).await;
        production.sandbox = Some(settings);
        write(
            &production,
            &[
                ONE,
                TWO,
                (
                    "3_three",
                    "-- no-transaction\ncreate index concurrently three on public.one (name);",
                    "-- no-transaction\ndrop index concurrently if exists public.three;",
                ),
            ],
        );
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::Succeeded, "{report:#?}");
        assert_eq!(report.notes, [""; 0]);
        assert!(report.steps.iter().all(|step| step.status == StepStatus::Done && step.rehearsed.is_some()));
        assert_eq!((report.from, report.now), (None, Some(Version::new(3))));
        assert_eq!(production.applied().await, "1 2 3");
        assert_eq!(production.scripts().await, "up 1 succeeded, up 2 succeeded, up 3 succeeded");
        assert_eq!(production.runs().await, "deploy succeeded");
        assert_eq!(production.ask("count(*) FROM meshhook_ops.schema_snapshot").await, "2");

        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::NothingToDo, "{report:#?}");
        assert_eq!(production.runs().await, "deploy succeeded");

        production.write(
            "4_four",
            "alter table public.one add column x int; create table public.new (id int);",
            "drop table public.new; alter table public.one drop column x;",
        );
        let report = production.deploy().await;
        assert_eq!(
            report.steps[0].locks,
            ["public.one: AccessExclusiveLock"],
            "nobody waits for a new table"
        );
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_failing_migration_takes_its_segment_with_it() {
    for server in servers().await {
        let production = Production::new(&server).await;
        write(&production, &[ONE, TWO, THREE_FAILS]);
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::RolledBack, "{report:#?}");
        let failure = report.failure.unwrap();
        assert_eq!(failure.stage, Stage::Script);
        assert_eq!(failure.code.as_deref(), Some("23505"));
        assert!(failure.place.unwrap().ends_with("migrations/3_three.sql:1:1"));
        assert_eq!(production.ask("to_regclass('public.one')").await, "");
        assert_eq!(production.applied().await, "");
        assert_eq!(production.scripts().await, "up 1 rolled back, up 2 rolled back, up 3 failed");
        assert_eq!(production.runs().await, "deploy rolled-back");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn committed_segments_are_taken_back_by_the_recorded_rollbacks() {
    for server in servers().await {
        let mut production = Production::new(&server).await;
        production.policy.segments = Segments::PerMigration;
        write(&production, &[ONE, TWO, THREE_FAILS]);
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::RolledBack, "{report:#?}");
        assert_eq!(production.ask("to_regclass('public.one')").await, "");
        assert_eq!(production.applied().await, "");
        assert_eq!(
            production.scripts().await,
            "up 1 succeeded, up 2 succeeded, up 3 failed, down 2 succeeded, down 1 succeeded"
        );
        let statuses: Vec<StepStatus> = report.steps.iter().map(|step| step.status).collect();
        assert_eq!(statuses, [StepStatus::TakenBack, StepStatus::TakenBack, StepStatus::Failed]);
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_half_done_script_without_a_transaction_is_taken_back_too() {
    for server in servers().await {
        let production = Production::new(&server).await;
        write(&production, &[ONE, TWO]);
        production.write(
            "3_three",
            "-- no-transaction\ncreate index concurrently fine on public.one (id);\ncreate unique index concurrently three on public.one (name);",
            "-- no-transaction\ndrop index concurrently if exists public.three;\ndrop index concurrently if exists public.fine;",
        );
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::RolledBack, "{report:#?}");
        assert!(report.failure.unwrap().place.unwrap().ends_with(":3:1"));
        assert_eq!(production.ask("to_regclass('public.one')").await, "");
        assert_eq!(production.applied().await, "");
        assert_eq!(production.ask("count(*) FROM meshhook_ops.journal").await, "0");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn what_fails_in_the_rehearsal_never_reaches_production() {
    for (server, settings) in servers().await.into_iter().zip(settings()) {
        let mut production = Production::new(&server).await;
        production.sandbox = Some(settings);
        write(&production, &[ONE, ("2_two", "select 1;\nselect 1/0;", "select 1;")]);
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::RolledBack, "{report:#?}");
        let failure = report.failure.unwrap();
        assert_eq!(failure.stage, Stage::Rehearsal);
        assert!(failure.place.unwrap().ends_with("2_two.sql:2:1"));
        assert_eq!(production.ask("to_regclass('public.one')").await, "");
        assert_eq!(production.runs().await, "deploy rolled-back");
        assert_eq!(production.scripts().await, "up 2 failed");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_change_that_was_not_rehearsed_is_a_failure() {
    for (server, settings) in servers().await.into_iter().zip(settings()) {
        let mut production = Production::new(&server).await;
        production.sandbox = Some(settings);
        write(&production, &[ONE]);
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        // the script finds other rows in production than in the sandbox, and does something else
        production.execute("insert into public.one values (7, 'x')").await;
        production.write(
            "2_two",
            "do $$ begin if exists (select from public.one) then alter table public.one add column surprise int; \
             else alter table public.one add column expected int; end if; end $$;",
            "alter table public.one drop column if exists expected;",
        );
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::RolledBack, "{report:#?}");
        let failure = report.failure.unwrap();
        assert_eq!(failure.stage, Stage::Check);
        assert!(failure.details.iter().any(|line| line.contains("surprise")), "{:?}", failure.details);
        assert!(failure.details.iter().any(|line| line.contains("expected")), "{:?}", failure.details);
        assert_eq!(production.applied().await, "1");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn an_irreversible_migration_needs_its_name_said_and_then_stops_the_way_back() {
    for server in servers().await {
        let mut production = Production::new(&server).await;
        production.policy.segments = Segments::PerMigration;
        write(
            &production,
            &[
                ONE,
                (
                    "2_two",
                    "insert into public.one values (1, 'a'), (2, 'a');",
                    "-- irreversible: rows are rows\n",
                ),
                THREE_FAILS,
            ],
        );
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::Refused, "{report:#?}");
        assert_eq!(production.ask("to_regnamespace('meshhook_ops')").await, "meshhook_ops");
        assert_eq!(production.runs().await, "");

        production.allow.insert(Version::new(2));
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::NeedsPerson, "{report:#?}");
        assert_eq!(report.now, Some(Version::new(2)));
        assert_eq!(production.applied().await, "1 2");
        assert!(
            report.next.iter().any(|line| line.contains("backwards is no way: 2_two cannot be taken back")),
            "{:?}",
            report.next
        );
        assert_eq!(production.runs().await, "deploy needs-a-person");
        let message = production.ask("message FROM meshhook_ops.migration_run").await;
        assert!(
            message.contains("3_three.sql") && message.contains("irreversible: rows are rows"),
            "{message}"
        );

        // the way forwards that it printed: mend the cause, deploy again
        production.execute("update public.one set name = name || id").await;
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::Succeeded, "{report:#?}");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn drift_stops_a_deploy_until_it_is_accepted_with_a_reason() {
    for server in servers().await {
        let mut production = Production::new(&server).await;
        write(&production, &[ONE]);
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        production.execute("create index by_hand on public.one (name)").await;
        write(&production, &[("2_two", "create table public.two ();", "drop table public.two;")]);
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::Refused);
        assert!(report.failure.unwrap().details[0].contains("by_hand"));
        production.accept_drift = Some("an index for the incident of Tuesday".to_owned());
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::Succeeded, "{report:#?}");
        assert_eq!(
            production.ask("reason FROM meshhook_ops.migration_run ORDER BY started_at DESC LIMIT 1").await,
            "an index for the incident of Tuesday"
        );
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn two_deploys_at_once_apply_everything_once_and_both_end_well() {
    for server in servers().await {
        let production = Production::new(&server).await;
        write(&production, &[ONE, ("2_two", "select pg_sleep(1);", "select 1;")]);
        let (first, second) = tokio::join!(production.deploy(), production.deploy());
        let mut outcomes = [first.outcome, second.outcome];
        outcomes.sort_by_key(|outcome| *outcome != Outcome::Succeeded);
        assert_eq!(outcomes, [Outcome::Succeeded, Outcome::NothingToDo]);
        assert_eq!(production.scripts().await, "up 1 succeeded, up 2 succeeded");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn deferred_constraints_stay_deferred_from_script_to_script() {
    for server in servers().await {
        let production = Production::new(&server).await;
        let circle = "create table public.a (id int primary key, b int);
            create table public.b (id int primary key, a int references public.a deferrable initially deferred);
            alter table public.a add foreign key (b) references public.b deferrable initially deferred;
            insert into public.a values (1, 1); insert into public.b values (1, 1);";
        write(
            &production,
            &[
                ("1_circle", circle, "drop table public.a, public.b;"),
                ("2_alter", "alter table public.a add column c int;", "alter table public.a drop column c;"),
                (
                    "3_more",
                    "insert into public.a values (2, 2); insert into public.b values (2, 2);",
                    "select 1;",
                ),
                ("4_broken", "insert into public.a values (3, 3);", "select 1;"),
            ],
        );
        let report = production.deploy().await;
        let failure = report.failure.unwrap();
        assert_eq!(failure.code.as_deref(), Some("23503"));
        assert!(failure.place.unwrap().contains("4_broken.sql"));
        production.remove("4_broken");
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_lock_that_is_held_is_waited_for_a_few_times_and_then_everything_is_as_before() {
    for server in servers().await {
        let mut production = Production::new(&server).await;
        write(&production, &[ONE]);
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        production.policy.lock_timeout = std::time::Duration::from_millis(1100);
        production.policy.retries = 1;
        write(
            &production,
            &[("2_two", "alter table public.one add column x int;", "alter table public.one drop column x;")],
        );
        let mut holder = production.connect().await;
        sqlx::raw_sql("BEGIN; SELECT * FROM public.one").execute(&mut holder).await.unwrap();
        let (mut blocked, mut retried) = (0, 0);
        let report = production
            .deploy_with(
                &mut |event| match event {
                    meshhook_deploy::Event::Script(meshhook_migrate::Event::Blocked(by)) => {
                        blocked += by.len()
                    }
                    meshhook_deploy::Event::Retrying { .. } => retried += 1,
                    _ => {}
                },
                &meshhook_migrate::Cancel::never(),
            )
            .await;
        assert_eq!(report.outcome, Outcome::RolledBack, "{report:#?}");
        assert_eq!(report.failure.unwrap().code.as_deref(), Some("55P03"));
        assert!(blocked >= 1, "the blocker is told");
        assert_eq!(retried, 1);
        assert_eq!(production.applied().await, "1");
        drop(holder);
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        server.stop().await.unwrap();
    }
}
