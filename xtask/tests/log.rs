//! `log` and what `status` says of a run that never ended, with the real program.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::time::Duration;

use meshhook_migrate::connect::Target;
use meshhook_migrate::{Cancel, Opening, RunInfo, Session};
use support::Project;

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_listed_with_their_scripts_and_picked_out() {
    let settings = meshhook_sandbox::testing::settings().remove(0);
    let server = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
    let database = server.create().await.unwrap();
    let project = Project::small();
    let url = database.url();
    let run = |arguments: &[&str]| project.run(&[arguments, &["--database-url", &url]].concat());

    run(&["log"]).exits(0).says("nothing has been run yet");
    run(&["up"]).exits(0);
    project.migration("20260104000000_bad", "SELECT 1;\nSELECT 1/0;\n", "SELECT 1;\n");
    run(&["up"]).exits(1);

    let human = run(&["log"]).exits(0);
    let human = human.prints("up on development: failed in").prints("up on development: succeeded in");
    let human =
        human.prints("supabase/migrations/20260104000000_bad.sql:2:").prints("division by zero (22012)");
    assert!(human.stdout.find("failed in") < human.stdout.find("succeeded in"), "newest first");

    let runs = run(&["log", "--format", "json"]).exits(0).json();
    assert_eq!(runs.as_array().unwrap().len(), 2);
    assert_eq!(runs[1]["scripts"].as_array().unwrap().len(), 3);
    assert!(runs[1]["milliseconds"].is_i64() && runs[1]["scripts"][0]["milliseconds"].is_i64());
    assert!(runs[1]["notification_settled"].is_null(), "nobody was to be told");
    let failed = run(&["log", "--failed", "--format", "json"]).exits(0).json();
    assert_eq!(failed.as_array().unwrap().len(), 1);
    assert_eq!(failed[0]["scripts"][0]["error_code"], "22012");
    let id = runs[1]["id"].as_str().unwrap();
    let one = run(&["log", "--run", &id[..13], "--format", "json"]).exits(0).json();
    assert_eq!((one.as_array().unwrap().len(), one[0]["id"].as_str().unwrap()), (1, id));
    assert_eq!(run(&["log", "-n", "1", "--format", "json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(run(&["log", "--since", "1h", "--format", "json"]).json().as_array().unwrap().len(), 2);
    run(&["log", "--since", "2999-01-01"]).exits(0).says("no such run");
    run(&["log", "--since", "lately"]).exits(2).says("2026-01-31");
    run(&["log", "--run", "nobody"]).exits(1).says("no run's id begins with");
    database.remove().await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_a_run_that_is_at_work_from_one_that_was_killed() {
    let settings = meshhook_sandbox::testing::settings().remove(0);
    let server = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
    let database = server.create().await.unwrap();
    let project = Project::small();
    let url = database.url();
    let run = |arguments: &[&str]| project.run(&[arguments, &["--database-url", &url]].concat());

    let target = Target::new(database.options());
    let mut session = Session::open(&target).await.unwrap();
    session.lock(Duration::from_secs(5), &mut |_| {}, &Cancel::never()).await.unwrap();
    session.prepare_ledger().await.unwrap();
    let info = RunInfo {
        environment: "staging".to_owned(),
        actor: Some("ada".to_owned()),
        ..RunInfo::development("deploy")
    };
    let id = session.open_run(&info, &Opening { phase: "forwards", ..Opening::default() }).await.unwrap();

    let told = run(&["status"]).exits(0).says("(deploy by ada, began ").says("holds the lock: pid ");
    let told = told.says("whether its process lives is not known here");
    told.says("next: wait for it; or, when that process is known to be gone, `SELECT pg_terminate_backend(");
    let json = run(&["status", "--format", "json"]).exits(0).json();
    assert_eq!(json["unfinished"]["run"]["id"].as_str().unwrap(), id.to_string());
    assert_eq!(json["unfinished"]["at_work"], true);
    run(&["log"]).exits(0).prints("deploy on staging: running");
    assert_eq!(run(&["log", "--failed", "--format", "json"]).json().as_array().unwrap().len(), 0);

    session.close().await;
    let told = run(&["status"]).exits(0).says("was killed, and the next deploy takes it over");
    told.says("next: `cargo xtask db deploy --env staging`");
    assert_eq!(run(&["status", "--format", "json"]).exits(0).json()["unfinished"]["at_work"], false);
    run(&["log", "--failed"]).exits(0).prints("deploy on staging: killed");
    database.remove().await.unwrap();
    server.stop().await.unwrap();
}
