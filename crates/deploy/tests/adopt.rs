//! Databases that have a history, and ledgers that say something else than what is there: only what the live schema
//! bears out is written.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;

use common::Production;
use meshhook_deploy::{
    Action, AdoptError, Adoption, Baseline, Origin, Outcome, Repair, What, Writing, examine_baseline,
    examine_repair,
};
use meshhook_migrate::{Cancel, RunInfo, Version};
use meshhook_sandbox::Settings;
use meshhook_sandbox::testing::{servers, settings};
use uuid::Uuid;

/// Supabase's own ledger, as its CLI makes it.
const SUPABASE: &str = "create schema supabase_migrations;
    create table supabase_migrations.schema_migrations (version text not null primary key);
    alter table supabase_migrations.schema_migrations add column if not exists statements text[];
    alter table supabase_migrations.schema_migrations add column if not exists name text;";
/// sqlx's, as its CLI makes it.
const SQLX: &str = "create table public._sqlx_migrations (
    version bigint primary key, description text not null, installed_on timestamptz not null default now(),
    success boolean not null, checksum bytea not null, execution_time bigint not null);";

struct Case {
    production: Production,
    sandbox: Settings,
}

impl Case {
    /// Three migrations, the first two of which are in the database.
    async fn new(server: &meshhook_sandbox::Server, sandbox: Settings) -> Case {
        let production = Production::new(server).await;
        production.write(
            "1_one",
            "create table public.one (id int primary key, name text);",
            "drop table public.one;",
        );
        production.write("2_two", "create table public.two (id int);", "drop table public.two;");
        production.write("3_three", "create table public.three ();", "drop table public.three;");
        production
            .execute(
                "create table public.one (id int primary key, name text); create table public.two (id int);",
            )
            .await;
        Case { production, sandbox }
    }

    async fn baseline(
        &self,
        origin: Origin,
        to: Option<i64>,
        edited: &[i64],
    ) -> Result<Adoption, AdoptError> {
        let (target, folder) = (self.production.target(), self.production.folder());
        let request = Baseline {
            target: &target,
            folder: &folder,
            policy: &self.production.policy,
            origin,
            to: to.map(Version::new),
            accept_edited: edited.iter().copied().map(Version::new).collect::<BTreeSet<_>>(),
            sandbox: self.sandbox.clone(),
        };
        examine_baseline(&request, &mut |_| {}, &Cancel::never()).await
    }

    async fn repair(&self, actions: &[Action]) -> Result<Adoption, AdoptError> {
        let (target, folder) = (self.production.target(), self.production.folder());
        let request = Repair {
            target: &target,
            folder: &folder,
            policy: &self.production.policy,
            actions: actions.to_vec(),
            sandbox: self.sandbox.clone(),
        };
        examine_repair(&request, &mut |_| {}, &Cancel::never()).await
    }

    async fn carry_out(&self, adoption: &Adoption, accept: Option<&str>) -> Result<Uuid, AdoptError> {
        let (target, folder) = (self.production.target(), self.production.folder());
        let writing = Writing {
            target: &target,
            folder: &folder,
            policy: &self.production.policy,
            info: RunInfo { environment: "production".to_owned(), ..RunInfo::development(adoption.command) },
            reason: Some("the tests say so".to_owned()),
            accept_difference: accept.map(str::to_owned),
        };
        adoption.carry_out(&writing, &mut |_| {}, &Cancel::never()).await
    }

    async fn supabase(&self) -> String {
        self.production
            .ask("string_agg(version, ' ' ORDER BY version) FROM supabase_migrations.schema_migrations")
            .await
    }
}

async fn cases() -> Vec<(meshhook_sandbox::Server, Case)> {
    let mut cases = Vec::new();
    for (server, sandbox) in servers().await.into_iter().zip(settings()) {
        let case = Case::new(&server, sandbox).await;
        cases.push((server, case));
    }
    cases
}

#[tokio::test]
async fn a_living_database_is_adopted_and_deployed_to() {
    for (server, case) in cases().await {
        let production = &case.production;
        let adoption = case.baseline(Origin::Auto, Some(2), &[]).await.unwrap();
        assert!(adoption.holds(), "{adoption:#?}");
        assert_eq!(production.ask("to_regnamespace('meshhook_ops')").await, "", "looking writes nothing");
        case.carry_out(&adoption, None).await.unwrap();
        assert_eq!(production.applied().await, "1 2");
        assert_eq!(production.scripts().await, "up 1 adopted, up 2 adopted");
        assert_eq!(production.runs().await, "baseline succeeded");
        assert_eq!(production.ask("reason FROM meshhook_ops.migration_run").await, "the tests say so");
        assert_eq!(production.ask("count(*) FROM meshhook_ops.rollback_script").await, "2");
        assert_eq!(production.ask("count(*) FROM meshhook_ops.schema_snapshot").await, "1");

        // the snapshot is a base for drift, and a deploy goes on from there
        production.execute("create table public.by_hand ()").await;
        assert_eq!(production.deploy().await.outcome, Outcome::Refused);
        production.execute("drop table public.by_hand").await;
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        assert_eq!(production.applied().await, "1 2 3");

        let again = case.baseline(Origin::Auto, None, &[]).await.unwrap();
        assert!(again.is_empty(), "{again:#?}");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_differs_is_not_adopted_unless_somebody_says_why() {
    for (server, case) in cases().await {
        let production = &case.production;
        production
            .execute("alter table public.two add column surprise int; alter table public.one drop name")
            .await;
        let adoption = case.baseline(Origin::Files, Some(2), &[]).await.unwrap();
        let evidence = adoption.evidence.clone().unwrap();
        assert_eq!(
            evidence.differences,
            [
                "column `name` of `public.one` is missing",
                "column `surprise` of `public.two` is there and is not expected"
            ]
        );
        assert!(evidence.sql.iter().any(|sql| sql.contains("DROP COLUMN surprise")), "{:?}", evidence.sql);
        assert!(evidence.sql.iter().any(|sql| sql.contains("ADD COLUMN name")), "{:?}", evidence.sql);
        let refused = case.carry_out(&adoption, None).await;
        assert!(matches!(refused, Err(AdoptError::Contradicted(_))), "{refused:?}");
        assert_eq!(production.ask("to_regnamespace('meshhook_ops')").await, "");

        case.carry_out(&adoption, Some("the column goes next week")).await.unwrap();
        assert_eq!(production.applied().await, "1 2");
        let reason = production.ask("reason FROM meshhook_ops.migration_run").await;
        assert_eq!(reason, "the tests say so; difference accepted: the column goes next week");
        let message = production.ask("message FROM meshhook_ops.migration_run").await;
        assert!(message.contains("surprise"), "{message}");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn supabases_ledger_is_adopted_and_agrees_afterwards_forwards_and_backwards() {
    for (server, case) in cases().await {
        let production = &case.production;
        production.execute(SUPABASE).await;
        production
            .execute("insert into supabase_migrations.schema_migrations (version, name) values ('1', 'one'), ('2', 'two')")
            .await;
        let report = production.deploy().await;
        assert_eq!(report.outcome, Outcome::Refused);
        assert!(report.failure.unwrap().message.contains("cargo xtask db baseline"));

        let adoption = case.baseline(Origin::Auto, None, &[]).await.unwrap();
        assert!(adoption.holds(), "{adoption:#?}");
        case.carry_out(&adoption, None).await.unwrap();
        assert_eq!(production.applied().await, "1 2");
        assert_eq!(case.supabase().await, "1 2");

        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        assert_eq!(case.supabase().await, "1 2 3");
        production.execute("drop table public.three").await;
        let adoption = case.repair(&[Action::Reverted(Version::new(3))]).await.unwrap();
        assert!(adoption.holds(), "{adoption:#?}");
        case.carry_out(&adoption, None).await.unwrap();
        assert_eq!((production.applied().await, case.supabase().await), ("1 2".into(), "1 2".into()));
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn what_supabases_ledger_lacks_is_added_to_it() {
    for (server, case) in cases().await {
        let production = &case.production;
        let adoption = case.baseline(Origin::Files, Some(1), &[]).await.unwrap();
        assert!(!adoption.holds(), "the second table is there");
        case.carry_out(&adoption, Some("the second comes with Supabase's")).await.unwrap();
        production.execute(SUPABASE).await;
        production
            .execute("insert into supabase_migrations.schema_migrations (version, name) values ('2', 'two')")
            .await;
        let adoption = case.baseline(Origin::Auto, None, &[]).await.unwrap();
        let what: Vec<(i64, What)> =
            adoption.changes.iter().map(|change| (change.version.number(), change.what.clone())).collect();
        assert_eq!(what, [(2, What::Adopt { since_sqlx: false }), (1, What::Supabase)]);
        case.carry_out(&adoption, None).await.unwrap();
        assert_eq!(case.supabase().await, "1 2");
        assert_eq!(production.applied().await, "1 2");
        assert_eq!(
            production
                .ask("statements[1] FROM supabase_migrations.schema_migrations WHERE version = '1'")
                .await,
            "create table public.one (id int primary key, name text)"
        );
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn sqlxs_ledger_is_adopted_with_its_times_and_an_edited_file_must_be_named() {
    for (server, case) in cases().await {
        let production = &case.production;
        production.execute(SQLX).await;
        for (version, checksum) in
            [(1, production.folder().migrations[0].up.checksum.to_string()), (2, "00".to_owned())]
        {
            production
                .execute(&format!(
                    "insert into public._sqlx_migrations values ({version}, 'x', '2020-01-02 03:04:05+00', true, \
                     decode('{checksum}', 'hex'), 4711)"
                ))
                .await;
        }
        let refused = case.baseline(Origin::Auto, None, &[]).await.unwrap_err();
        assert!(refused.to_string().contains("--accept-edited 2"), "{refused}");
        let adoption = case.baseline(Origin::Auto, None, &[2]).await.unwrap();
        assert!(adoption.holds(), "{adoption:#?}");
        case.carry_out(&adoption, None).await.unwrap();
        assert_eq!(production.applied().await, "1 2");
        let times = "string_agg(extract(year FROM installed_on) || ' ' || execution_time, ', ') \
                     FROM meshhook_ops._sqlx_migrations";
        assert_eq!(production.ask(times).await, "2020 4711, 2020 4711");
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn what_moves_between_looking_and_writing_is_noticed() {
    for (server, case) in cases().await {
        let adoption = case.baseline(Origin::Files, Some(2), &[]).await.unwrap();
        case.production.execute("create table public.late ()").await;
        let refused = case.carry_out(&adoption, None).await;
        assert!(matches!(refused, Err(AdoptError::Moved { what: "schema" })), "{refused:?}");
        assert_eq!(case.production.applied().await, "");
        case.production.execute("drop table public.late").await;
        let (first, second) = tokio::join!(case.carry_out(&adoption, None), case.carry_out(&adoption, None));
        let moved = [&first, &second].iter().filter(|it| matches!(it, Err(AdoptError::Moved { .. }))).count();
        assert_eq!(moved, 1, "{first:?} {second:?}");
        assert_eq!(case.production.runs().await, "baseline succeeded");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_checksum_is_rewritten_when_the_new_file_makes_the_same_schema() {
    for (server, case) in cases().await {
        let production = &case.production;
        let adoption = case.baseline(Origin::Files, Some(2), &[]).await.unwrap();
        case.carry_out(&adoption, None).await.unwrap();
        production.write(
            "2_two",
            "-- said better\ncreate table public.two (id integer);",
            "drop table if exists public.two;",
        );
        assert_eq!(production.deploy().await.outcome, Outcome::Refused);
        let adoption = case.repair(&[Action::Checksum(Version::new(2))]).await.unwrap();
        assert!(adoption.holds(), "{adoption:#?}");
        case.carry_out(&adoption, None).await.unwrap();
        assert_eq!(production.scripts().await, "up 1 adopted, up 2 adopted, up 2 mended");
        let rollback = production.ask("sql FROM meshhook_ops.rollback_script WHERE version = 2").await;
        assert_eq!(rollback, "drop table if exists public.two;");
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);

        production.write("2_two", "create table public.two (id text);", "drop table if exists public.two;");
        let adoption = case.repair(&[Action::Checksum(Version::new(2))]).await.unwrap();
        assert_eq!(
            adoption.evidence.clone().unwrap().differences,
            ["type of column `id` of `public.two` is `integer`, was `text`"]
        );
        assert!(matches!(case.carry_out(&adoption, None).await, Err(AdoptError::Contradicted(_))));
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_row_is_marked_only_when_the_schema_bears_it_out() {
    for (server, case) in cases().await {
        let production = &case.production;
        let adoption = case.baseline(Origin::Files, Some(2), &[]).await.unwrap();
        case.carry_out(&adoption, None).await.unwrap();

        let lie = case.repair(&[Action::Applied(Version::new(3))]).await.unwrap();
        assert_eq!(lie.evidence.clone().unwrap().differences, ["table `public.three` is missing"]);
        assert!(matches!(case.carry_out(&lie, None).await, Err(AdoptError::Contradicted(_))));
        let lie = case.repair(&[Action::Reverted(Version::new(2))]).await.unwrap();
        assert!(!lie.holds());
        assert_eq!(production.applied().await, "1 2");
        for (action, expected) in [
            (Action::Applied(Version::new(2)), "applied already"),
            (Action::Applied(Version::new(9)), "no migration has version 9"),
            (Action::Reverted(Version::new(3)), "not in the ledger"),
            (Action::Checksum(Version::new(1)), "checksum already"),
        ] {
            let error = case.repair(&[action]).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }

        production.execute("create table public.three ()").await;
        let truth = case.repair(&[Action::Applied(Version::new(3))]).await.unwrap();
        case.carry_out(&truth, None).await.unwrap();
        assert_eq!(production.applied().await, "1 2 3");
        assert_eq!(production.runs().await, "baseline succeeded, repair succeeded");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn what_a_killed_deploy_left_is_put_in_order_and_is_over_with_that() {
    for (server, case) in cases().await {
        let production = &case.production;
        let adoption = case.baseline(Origin::Files, Some(2), &[]).await.unwrap();
        case.carry_out(&adoption, None).await.unwrap();
        production
            .execute(
                "insert into meshhook_ops.journal \
                 (version, direction, statement, script_checksum, statement_checksum, state) \
                 values (3, 'up', 1, '\\x00', '\\x00', 'started'); create table public.three (); \
                 insert into meshhook_ops.migration_run (id, command, environment, tool_version, phase) \
                 values (gen_random_uuid(), 'deploy', 'production', '0', 'backwards')",
            )
            .await;
        let lie = case.repair(&[Action::Reverted(Version::new(3))]).await.unwrap();
        assert!(!lie.holds(), "it is there");
        let truth = case.repair(&[Action::Applied(Version::new(3))]).await.unwrap();
        case.carry_out(&truth, None).await.unwrap();
        assert_eq!(production.ask("count(*) FROM meshhook_ops.journal").await, "0");
        assert_eq!(production.applied().await, "1 2 3");
        // it was taking back; the next deploy does not go on with that
        assert_eq!(production.deploy().await.outcome, Outcome::NothingToDo);
        assert_eq!(production.applied().await, "1 2 3");
        assert_eq!(production.runs().await, "baseline succeeded, deploy interrupted, repair succeeded");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn owners_and_the_platforms_grants_are_told_and_not_counted_and_other_grants_are() {
    for (server, case) in cases().await {
        let production = &case.production;
        production
            .execute("alter table public.one owner to service_role; revoke all on public.two from anon")
            .await;
        let database = production.ask("current_database()").await;
        production
            .execute(&format!("alter database {database} set default_transaction_read_only = on"))
            .await;
        let adoption = case.baseline(Origin::Files, Some(2), &[]).await.unwrap();
        let evidence = adoption.evidence.unwrap();
        assert!(evidence.holds(), "{evidence:#?}");
        let told =
            evidence.notes.iter().any(|note| note.starts_with("not counted, ") && note.contains("anon"));
        assert!(told, "{:?}", evidence.notes);

        production.execute("begin read write; grant select on public.one to pg_monitor; commit").await;
        let evidence = case.baseline(Origin::Files, Some(2), &[]).await.unwrap().evidence.unwrap();
        assert_eq!(
            evidence.differences,
            ["grant SELECT on `public.one` to `pg_monitor` is there and is not expected"]
        );
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn evidence_needs_every_file() {
    for (server, case) in cases().await {
        let adoption = case.baseline(Origin::Files, Some(2), &[]).await.unwrap();
        case.carry_out(&adoption, None).await.unwrap();
        case.production.remove("1_one");
        case.production.execute("create table public.three ()").await;
        let error = case.repair(&[Action::Applied(Version::new(3))]).await.unwrap_err();
        assert!(
            matches!(&error, AdoptError::NoFile { versions } if versions == &[Version::new(1)]),
            "{error}"
        );
        assert!(error.to_string().starts_with("1 is applied and not among the files here"), "{error}");
        server.stop().await.unwrap();
    }
}
