//! Taking deploys back on purpose.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;

use common::Production;
use meshhook_deploy::{Goal, Intent, Outcome, Report, RollbackRequest, StepStatus, rollback};
use meshhook_migrate::{Cancel, RunInfo, Version};
use meshhook_sandbox::testing::servers;

const ONE: (&str, &str, &str) =
    ("1_one", "create table public.one (id int primary key);", "drop table public.one;");
const TWO: (&str, &str, &str) = ("2_two", "create table public.two (id int);", "drop table public.two;");
const THREE: (&str, &str, &str) =
    ("3_three", "alter table public.one add column name text;", "alter table public.one drop column name;");

async fn take_back(
    production: &Production,
    goal: Goal,
    allow: &[i64],
    confirm: &mut dyn FnMut(&Intent) -> bool,
) -> Report {
    let (target, folder) = (production.target(), production.folder());
    let request = RollbackRequest {
        target: &target,
        folder: &folder,
        policy: &production.policy,
        info: RunInfo { environment: "production".to_owned(), ..RunInfo::development("rollback") },
        goal,
        allow_irreversible: allow.iter().copied().map(Version::new).collect::<BTreeSet<_>>(),
    };
    rollback(&request, confirm, &mut |_| {}, &Cancel::never()).await
}

async fn deployed(server: &meshhook_sandbox::Server) -> Production {
    let production = Production::new(server).await;
    production.write(ONE.0, ONE.1, ONE.2);
    assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
    for (name, up, down) in [TWO, THREE] {
        production.write(name, up, down);
    }
    assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
    production
}

#[tokio::test]
async fn an_older_checkout_takes_a_newer_deploy_back() {
    for server in servers().await {
        let production = deployed(&server).await;
        let before = production
            .ask("fingerprint_before FROM meshhook_ops.migration_run ORDER BY started_at DESC LIMIT 1")
            .await;
        for name in ["2_two", "3_three"] {
            production.remove(name);
        }
        let report = take_back(&production, Goal::Last, &[], &mut |_| true).await;
        assert_eq!(report.outcome, Outcome::Succeeded, "{report:#?}");
        assert!(report.steps.iter().all(|step| step.status == StepStatus::TakenBack));
        assert_eq!((report.from, report.now), (Some(Version::new(3)), Some(Version::new(1))));
        assert_eq!(report.fingerprint_after.as_deref(), Some(&*before));
        assert_eq!(production.applied().await, "1");
        assert_eq!(production.runs().await, "deploy succeeded, deploy succeeded, rollback succeeded");
        assert_eq!(
            production.scripts().await,
            "up 1 succeeded, up 2 succeeded, up 3 succeeded, down 3 succeeded, down 2 succeeded"
        );
        // the deploy before that one is the last that stands now
        assert_eq!(take_back(&production, Goal::Last, &[], &mut |_| true).await.outcome, Outcome::Succeeded);
        assert_eq!(production.applied().await, "");
        assert_eq!(
            take_back(&production, Goal::Last, &[], &mut |_| true).await.outcome,
            Outcome::NothingToDo
        );
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn what_will_be_lost_is_said_before_anything_is_taken_back() {
    for server in servers().await {
        let production = deployed(&server).await;
        production
            .execute(
                "insert into public.two values (1), (2); insert into public.one values (1, 'a'), (2, null)",
            )
            .await;
        let mut said = Vec::new();
        let report = take_back(&production, Goal::Last, &[], &mut |intent| {
            said = intent.losses.iter().map(ToString::to_string).collect();
            assert!(intent.losses_known);
            false
        })
        .await;
        assert_eq!(report.outcome, Outcome::Refused);
        assert_eq!(said, ["table `public.two` with 2 rows", "column `name` of `public.one` with 1 row"]);
        assert_eq!(production.applied().await, "1 2 3");
        assert_eq!(production.runs().await, "deploy succeeded, deploy succeeded");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_run_goes_back_alone_only_when_nothing_stands_on_it() {
    for server in servers().await {
        let production = deployed(&server).await;
        let first = production.ask("id FROM meshhook_ops.migration_run ORDER BY started_at LIMIT 1").await;
        let report = take_back(&production, Goal::Run(first[..8].to_owned()), &[], &mut |_| true).await;
        assert_eq!(report.outcome, Outcome::Refused);
        assert!(report.failure.unwrap().message.contains("on top of it: 2, 3"));
        let mut known = true;
        let report = take_back(&production, Goal::To(Version::new(2)), &[], &mut |intent| {
            known = intent.losses_known;
            true
        })
        .await;
        assert!(!known, "no schema was kept between two scripts of one run");
        assert_eq!((report.outcome, &*report.notes), (Outcome::Succeeded, &[][..]));
        let report =
            take_back(&production, Goal::To(Version::new(1)), &[], &mut |intent| intent.losses_known).await;
        assert_eq!((report.outcome, &*report.notes), (Outcome::Succeeded, &[][..]));
        let report = take_back(&production, Goal::Run(first[..8].to_owned()), &[], &mut |_| true).await;
        assert_eq!(report.outcome, Outcome::Succeeded);
        assert_eq!(production.applied().await, "");
        for goal in [Goal::Run(uuid::Uuid::nil().to_string()), Goal::To(Version::new(7))] {
            assert_eq!(take_back(&production, goal, &[], &mut |_| true).await.outcome, Outcome::Refused);
        }
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn an_irreversible_migration_is_taken_back_only_when_its_name_is_said() {
    for server in servers().await {
        let mut production = Production::new(&server).await;
        production.allow = [Version::new(1), Version::new(2)].into();
        production.write(ONE.0, ONE.1, "-- irreversible: because\ndrop table public.one;");
        production.write(TWO.0, TWO.1, "-- irreversible: not at all\n");
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        let report = take_back(&production, Goal::Last, &[], &mut |_| true).await;
        assert_eq!(report.outcome, Outcome::Refused);
        assert!(report.failure.unwrap().message.contains("irreversible: not at all"));
        // without SQL there is nothing that could be run
        assert_eq!(
            take_back(&production, Goal::Last, &[1, 2], &mut |_| true).await.outcome,
            Outcome::Refused
        );
        production.execute("delete from meshhook_ops._sqlx_migrations where version = 2").await;
        assert_eq!(take_back(&production, Goal::Last, &[], &mut |_| true).await.outcome, Outcome::Refused);
        assert_eq!(take_back(&production, Goal::Last, &[1], &mut |_| true).await.outcome, Outcome::Succeeded);
        assert_eq!(production.ask("to_regclass('public.one')").await, "");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_rollback_that_fails_leaves_everything_applied() {
    for server in servers().await {
        let production = deployed(&server).await;
        production.execute("create view public.v as select name from public.one").await;
        let report = take_back(&production, Goal::Last, &[], &mut |_| true).await;
        assert_eq!(report.outcome, Outcome::Refused, "{report:#?}");
        let failure = report.failure.unwrap();
        assert_eq!(failure.code.as_deref(), Some("2BP01"));
        assert!(failure.place.unwrap().contains("rollbacks/3_three.sql"));
        assert_eq!(production.applied().await, "1 2 3");
        assert_eq!(production.runs().await, "deploy succeeded, deploy succeeded, rollback failed");
        server.stop().await.unwrap();
    }
}
