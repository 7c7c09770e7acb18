//! Several runners, stopped runners, broken connections.

mod common;

use std::time::{Duration, Instant};

use common::{Project, settings};
use meshhook_migrate::connect::Target;
use meshhook_migrate::{
    Cancel, Event, FailureKind, Goal, RunError, Settings, Standing, Wish, migrate, read_log,
};
use meshhook_sandbox::testing::servers;
use sqlx::Connection;
use sqlx::migrate::Migrate;
use tokio::sync::watch;

/// Migrations that show when they are run twice: a plain one fails, the others count.
async fn project(server: &meshhook_sandbox::Server) -> Project {
    let project =
        Project::new(server, &[("1_counted", "create table counted (id int);", "drop table counted;")]).await;
    for number in 2..12 {
        let name = format!("{number}_row");
        project.write(&name, &format!("insert into counted values ({number});"), "select 1;");
    }
    let index = "-- no-transaction\ninsert into counted values (12);\ncreate index concurrently i on counted (id);\ninsert into counted values (13);";
    project.write("12_index", index, "drop index i;");
    project
}

#[tokio::test]
async fn two_and_ten_runners_at_once_apply_each_migration_once() {
    for server in servers().await {
        for runners in [2, 10] {
            let project = project(&server).await;
            let (folder, target) = (project.folder(), project.target());
            let run = |_| {
                let (folder, target) = (folder.clone(), target.clone());
                tokio::spawn(async move {
                    let wish = Wish::new(Goal::Up(None));
                    migrate(&target, &folder, &wish, &settings(), &mut |_| {}, &Cancel::never()).await
                })
            };
            let tasks: Vec<_> = (0..runners).map(run).collect();
            let mut done = 0;
            for task in tasks {
                done += task.await.unwrap().unwrap().done.len();
            }
            assert_eq!(done, 12, "{runners} runners");
            assert_eq!(
                project.ask("array_agg(id order by id) from counted").await,
                "{2,3,4,5,6,7,8,9,10,11,12,13}"
            );
            assert!(project.state().await.is_up_to_date());
        }
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_runner_that_cannot_get_the_lock_names_who_has_it() {
    for server in servers().await {
        let project = project(&server).await;
        let mut theirs =
            sqlx::PgConnection::connect_with(&project.target().options().application_name("somebody else"))
                .await
                .unwrap();
        theirs.lock().await.unwrap();
        let patient = Settings { lock_wait: Duration::from_millis(200), ..settings() };
        let mut waited_for = Vec::new();
        let mut on = |event: Event<'_>| {
            if let Event::Waiting(holder) = event {
                waited_for.push(holder.application.clone());
            }
        };
        let wish = Wish::new(Goal::Up(None));
        let folder = project.folder();
        let refused = migrate(&project.target(), &folder, &wish, &patient, &mut on, &Cancel::never()).await;
        let error = refused.unwrap_err();
        assert!(
            matches!(&error, RunError::Locked { holder, .. } if holder.application == "somebody else"),
            "{error}"
        );
        assert_eq!(waited_for, ["somebody else"]);
        assert_eq!(project.ask("to_regnamespace('meshhook_ops')").await, "");
        // whoever dies frees it
        drop(theirs);
        project.up().await.unwrap();
        server.stop().await.unwrap();
    }
}

/// Sends the request to stop once a backend is seen sleeping.
async fn stop_while_it_sleeps(target: Target, stop: watch::Sender<bool>) {
    let mut conn = target.connect().await.expect("it works here");
    loop {
        let sql = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'";
        let sleeping: i64 = sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("it works here");
        if sleeping > 0 {
            stop.send_replace(true);
            // the receiver must not see the sender gone before it has seen the value
            return stop.closed().await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_run_that_is_stopped_cancels_its_statement_and_says_what_is_left() {
    for server in servers().await {
        for (sleep, standing, interrupted) in [
            ("create table two (); select pg_sleep(60);", Standing::Unchanged, 0),
            ("-- no-transaction\ncreate table two ();\nselect pg_sleep(60);", Standing::Partial, 1),
        ] {
            let project =
                Project::new(&server, &[("1_one", "create table one ();", "drop table one;")]).await;
            project.write("2_two", sleep, "drop table if exists two;");
            project.write("3_three", "create table three ();", "drop table three;");
            let (stop, stopped) = watch::channel(false);
            let started = Instant::now();
            let wish = Wish::new(Goal::Up(None));
            let cancel = Cancel::new(stopped);
            let stopping = tokio::spawn(stop_while_it_sleeps(project.target(), stop));
            let error = project.run_with(wish, &mut |_| {}, &cancel).await.unwrap_err();
            drop(cancel);
            stopping.await.unwrap();
            assert!(started.elapsed() < Duration::from_secs(20));
            let RunError::Interrupted { at, of, report } = &error else { panic!("{error}") };
            assert_eq!(
                at.map(|(version, standing)| (version.number(), standing)),
                Some((2, standing)),
                "{error}"
            );
            assert_eq!((*of, report.done.len()), (3, 1));
            let state = project.state().await;
            assert_eq!((state.applied.len(), state.interrupted.len()), (1, interrupted));
            let log = read_log(&mut project.connect().await, 1).await.unwrap();
            assert_eq!((log[0].status.as_str(), log[0].outcome.as_str()), ("interrupted", "interrupted"));
            // nothing is left running, and nobody holds the lock
            assert_eq!(project.ask("count(*) from pg_locks where locktype = 'advisory'").await, "0");
            project.down(2).await.unwrap();
        }
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_reported_with_what_is_left() {
    for server in servers().await {
        let project = Project::new(&server, &[("1_one", "create table one ();", "drop table one;")]).await;
        let own = "create table two ();\nselect pg_terminate_backend(pg_backend_pid());";
        project.write("2_two", own, "drop table two;");
        let error = project.up().await.unwrap_err();
        let RunError::Script { error, standing, .. } = &error else { panic!("{error}") };
        assert_eq!((error.kind, *standing), (FailureKind::Connection, Standing::Unchanged), "{error}");
        assert_eq!(project.applied().await, [1]);
        server.stop().await.unwrap();
    }
}
