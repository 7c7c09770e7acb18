//! A deploy that was killed: whoever asks for what was not sent tells the team, once.

#![allow(clippy::unwrap_used, reason = "these are tests")]

#[path = "../../crates/notify/tests/support/mod.rs"]
mod listeners;
mod support;

use std::process::{Child, Stdio};
use std::time::Duration;

use listeners::{HttpServer, reply};
use support::{Project, Ran, finish};

const SETTINGS: &str = r#"
[environments.production]
url_variable = "PRODUCTION_DATABASE_URL"
channels = ["team"]

[channels.team]
kind = "slack"
url_variable = "TEAM_URL"
"#;

/// A project whose deploy takes long, a database for it, and somebody who listens.
struct Scene {
    project: Project,
    sandbox: meshhook_sandbox::Server,
    database: meshhook_sandbox::Database,
    team: HttpServer,
}

impl Scene {
    async fn new() -> Scene {
        let settings = meshhook_sandbox::testing::settings().remove(0);
        let sandbox = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
        let database = sandbox.create_bare().await.unwrap();
        let project = Project::small();
        project.write("supabase/deploy.toml", SETTINGS);
        project.migration("20260201000000_slow", "SELECT pg_sleep(60);\n", "SELECT 1;\n");
        Scene { project, sandbox, database, team: HttpServer::start(vec![reply(200)]) }
    }

    fn command(&self, arguments: &[&str], ci_run: Option<&str>) -> std::process::Command {
        let mut command = self.project.command(arguments);
        command.env("PRODUCTION_DATABASE_URL", self.database.url()).env("TEAM_URL", self.team.url("/t"));
        if let Some(run) = ci_run {
            command.env("GITHUB_SERVER_URL", "https://github.test").env("GITHUB_REPOSITORY", "acme/shop");
            command.env("GITHUB_RUN_ID", run);
        }
        command
    }

    /// A deploy that has come to the slow script.
    async fn deploying(&self, ci_run: Option<&str>) -> Child {
        let arguments = ["deploy", "--env", "production", "--yes", "--no-rehearsal"];
        let mut command = self.command(&arguments, ci_run);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..300 {
            if self.sleepers().await > 0 {
                return child;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("the deploy has not come to its slow script");
    }

    async fn sleepers(&self) -> i64 {
        let query = "SELECT count(*) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query ~ 'pg_sleep'";
        let mut connection = self.database.connect().await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
    }

    /// What a server does when it notices that a client is gone.
    async fn server_notices(&self) {
        let query = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let mut connection = self.database.connect().await.unwrap();
        let _: i64 = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
    }

    fn retry(&self, ci_run: Option<&str>) -> Ran {
        finish(self.command(&["notify", "--retry", "--env", "production"], ci_run)).exits(0)
    }

    async fn end(self) {
        self.server_notices().await;
        self.database.remove().await.unwrap();
        self.sandbox.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_deploy_is_announced_once_and_a_living_one_is_not() {
    let scene = Scene::new().await;
    let mut deploy = scene.deploying(None).await;
    scene.retry(None).says("may still be at work").prints("nothing is waiting to be sent");
    assert_eq!(scene.team.requests().len(), 0);

    deploy.kill().unwrap();
    deploy.wait().unwrap();
    scene.server_notices().await;
    scene.retry(None).says("was killed before it ended, and told nobody").prints("sent");
    let message = scene.team.request().everything();
    for part in ["production", "was killed before it ended", "db status --env production"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    scene.retry(None).prints("nothing is waiting to be sent");
    assert_eq!(scene.team.requests().len(), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_alert_of_the_same_ci_run_does_not_wait_for_the_server_to_notice() {
    let scene = Scene::new().await;
    let mut deploy = scene.deploying(Some("77")).await;
    deploy.kill().unwrap();
    deploy.wait().unwrap();
    scene.retry(Some("77")).says("was killed before it ended").prints("sent");
    assert!(scene.team.request().everything().contains("acme/shop/actions/runs/77"));
    scene.end().await;
}
