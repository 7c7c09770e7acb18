//! `notify`, as people and workflows call it: the real program, real listeners, a real database.

#![allow(clippy::unwrap_used, reason = "these are tests")]

#[path = "../../crates/notify/tests/support/mod.rs"]
mod listeners;
mod support;

use std::time::Duration;

use listeners::smtp::SmtpServer;
use listeners::{HttpServer, KEY, announcements, closed_port, reply};
use meshhook_migrate::{RunFilter, notifications, read_runs};
use meshhook_notify::{Channel, DeliveryState, Notification, deliver};
use support::{Project, Ran, finish};

const SETTINGS: &str = r#"
[environments.production]
url_variable = "PRODUCTION_DATABASE_URL"
channels = ["team", "hook"]

[channels.team]
kind = "slack"
url_variable = "TEAM_URL"

[channels.hook]
kind = "webhook"
url_variable = "HOOK_URL"
secret_variable = "HOOK_SECRET"

[channels.mail]
kind = "email"
server_variable = "SMTP_URL"
from = "Deploys <deploy@example.com>"
to = ["team@example.com"]
"#;

fn project() -> Project {
    let project = Project::small();
    project.write("supabase/deploy.toml", SETTINGS);
    project
}

fn notify(project: &Project, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = project.command(&[&["notify"], arguments].concat());
    command.envs(variables.iter().copied());
    finish(command)
}

#[test]
fn a_test_message_arrives_and_nothing_else_is_asked_for() {
    let project = project();
    let server = HttpServer::start(vec![reply(200)]);
    let url = server.url("/in/s3cret-path");
    let ran = notify(&project, &["--test", "team"], &[("TEAM_URL", &url)]);
    ran.exits(0).prints("`team` took it after").says("sending a test message to `team`");
    let body = server.request().json();
    assert_eq!(body["text"], "Test: messages about this project arrive here");

    let arguments = ["--test", "team", "--env", "production", "--format", "json"];
    let json = notify(&project, &arguments, &[("TEAM_URL", &url)]).exits(0).json();
    assert_eq!((&json[0]["channel"], &json[0]["state"]), (&"team".into(), &"sent".into()));
    assert_eq!(server.requests()[1].json()["text"], "Test: messages about production arrive here");
}

#[test]
fn a_signed_webhook_and_a_mail_server_are_proven_too() {
    let project = project();
    let server = HttpServer::start(vec![reply(503), reply(202)]);
    let variables = [("HOOK_URL", server.url("/x")), ("HOOK_SECRET", KEY.to_owned())];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    notify(&project, &["--test", "hook"], &variables).exits(0).prints("2 attempts");
    let requests = server.requests();
    assert_eq!(requests[0].headers["webhook-id"], requests[1].headers["webhook-id"]);
    let mut headers = meshhook_headers(&requests[1]);
    headers.sort();
    assert_eq!(headers.len(), 3);

    let smtp = SmtpServer::start("AGRlcGxveQBwNHNzLXdvcmQ=", 0);
    let url = format!("smtp://deploy:p4ss-word@127.0.0.1:{}", smtp.port);
    notify(&project, &["--test", "mail"], &[("SMTP_URL", &url)]).exits(0).prints("`mail` took it");
    assert!(smtp.mails()[0].data.contains("Subject: Test: messages about this project arrive here"));
}

fn meshhook_headers(request: &listeners::Request) -> Vec<String> {
    request.headers.keys().filter(|name| name.starts_with("webhook-")).cloned().collect()
}

#[test]
fn a_channel_that_does_not_answer_well_is_exit_1_and_its_address_is_not_shown() {
    let project = project();
    let server = HttpServer::start(vec![reply(404).body("no_service for /in/s3cret-path")]);
    let ran = notify(&project, &["--test", "team"], &[("TEAM_URL", &server.url("/in/s3cret-path"))]);
    let ran = ran.exits(1).says("`team` did not take the message (1 attempt): answered 404").says("hint:");
    assert!(!ran.stderr.contains("s3cret-path") && ran.stdout.is_empty(), "{ran:?}");

    // a wrong secret of a webhook is said without its value, too
    let variables = [("HOOK_URL", "https://127.0.0.1:1/x"), ("HOOK_SECRET", "whsec_tooshort-s3cret")];
    let ran = notify(&project, &["--test", "hook"], &variables);
    let ran = ran.exits(2).says("supabase/deploy.toml:13:19: `channels.hook.secret_variable`");
    assert!(!ran.stderr.contains("tooshort"), "{ran:?}");
}

#[test]
fn what_is_missing_is_exit_2_and_named() {
    let project = project();
    notify(&project, &["--test", "ghost"], &[])
        .exits(2)
        .says("there is no channel `ghost` in supabase/deploy.toml; known: `hook`, `mail`, `team`");
    notify(&project, &["--test", "team"], &[])
        .exits(2)
        .says("supabase/deploy.toml:8:16: `channels.team.url_variable`: the variable `TEAM_URL` is not set");
    notify(&project, &["--test", "team", "--env", "ghost"], &[("TEAM_URL", "http://127.0.0.1:1/")])
        .exits(2)
        .says("there is no environment `ghost`");
    notify(&project, &["--retry"], &[]).exits(2).says("`--retry` needs `--env NAME`");
    notify(&project, &[], &[]).exits(2).says("--test");
    notify(&project, &["--retry", "--test", "team"], &[]).exits(2).says("cannot be used with");

    project.write("supabase/deploy.toml", "[channels.c]\nkind = 'slack'\nurl_variable = 'http://x/s3cret'\n");
    let ran = notify(&project, &["--test", "c"], &[]);
    let ran = ran
        .exits(2)
        .says("supabase/deploy.toml:3:16: `channels.c.url_variable`: must be the name of a variable");
    assert!(!ran.stderr.contains("s3cret"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_go_out_is_sent_later_under_the_same_id() {
    let settings = meshhook_sandbox::testing::settings().remove(0);
    let sandbox = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
    let database = sandbox.create_bare().await.unwrap();
    let project = project();
    let database_url = database.url();
    project.run(&["up", "--database-url", &database_url]).exits(0);
    let mut connection = database.connect().await.unwrap();
    let run = read_runs(&mut connection, &RunFilter::default()).await.unwrap()[0].id;

    // a deploy whose channels were down
    let dead = format!("http://127.0.0.1:{}/x", closed_port());
    let channels = [Channel::slack("team", &dead).unwrap(), Channel::webhook("hook", &dead, KEY).unwrap()];
    let announcement =
        meshhook_notify::Announcement { finished: chrono::Utc::now(), ..announcements::rolled_back() };
    let deliveries = deliver(&channels, &announcement, Duration::from_millis(300)).await;
    let ids: Vec<String> = deliveries.iter().map(|delivery| delivery.id.clone()).collect();
    let kept = Notification::new(&announcement, deliveries);
    assert!(!kept.is_settled());
    notifications::store(&mut connection, run, &kept.to_json()).await.unwrap();

    // one is back, the other's variable is not set
    let team = HttpServer::start(vec![reply(200)]);
    let hook = HttpServer::start(vec![reply(200)]);
    let (team_url, hook_url) = (team.url("/t"), hook.url("/h"));
    let url = ("PRODUCTION_DATABASE_URL", database_url.as_str());
    let retry = ["--retry", "--env", "production"];
    let settled = || {
        let log = ["log", "--format", "json", "--database-url", &database_url];
        project.run(&log).exits(0).json()[0]["notification_settled"].clone()
    };
    assert_eq!(settled(), false);
    notify(&project, &retry, &[url, ("TEAM_URL", &team_url)])
        .exits(1)
        .prints("sent")
        .prints("pending")
        .says("the variable `HOOK_URL` is not set");
    assert_eq!(team.request().json()["text"], "Rolled back: production is as it was");

    // now both are
    let variables = [url, ("TEAM_URL", &team_url), ("HOOK_URL", &hook_url), ("HOOK_SECRET", KEY)];
    let json = notify(&project, &[&retry[..], &["--format", "json"]].concat(), &variables).exits(0).json();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!((&json[0]["channel"], &json[0]["state"]), (&"hook".into(), &"sent".into()));
    assert_eq!(json[0]["run"], run.to_string());
    assert_eq!(hook.request().headers["webhook-id"], ids[1]);
    assert_eq!(team.requests().len(), 1);

    assert!(notifications::pending(&mut connection).await.unwrap().is_empty());
    notify(&project, &retry, &variables).exits(0).prints("nothing is waiting to be sent");
    let row: serde_json::Value =
        sqlx::query_scalar("SELECT notification FROM meshhook_ops.migration_run WHERE id = $1")
            .bind(run)
            .fetch_one(&mut connection)
            .await
            .unwrap();
    let kept = Notification::from_json(&row).unwrap();
    assert!(
        kept.is_settled() && kept.deliveries.iter().all(|delivery| delivery.state == DeliveryState::Sent)
    );
    assert_eq!(row["settled"], true);
    assert_eq!(settled(), true);

    // a channel that is gone for good: nobody was told, so it is no success, and it is not tried again
    let deliveries = deliver(&channels[..1], &announcement, Duration::from_millis(300)).await;
    let kept = Notification::new(&announcement, deliveries);
    notifications::store(&mut connection, run, &kept.to_json()).await.unwrap();
    let gone = HttpServer::start(vec![reply(410)]);
    let variables = [url, ("TEAM_URL", &gone.url("/t"))];
    notify(&project, &retry, &variables).exits(1).prints("given up");
    notify(&project, &retry, &variables).exits(0).prints("nothing is waiting to be sent");

    database.remove().await.unwrap();
    sandbox.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_announced_to_the_environments_channels_and_fails_whatever_becomes_of_that() {
    let settings = meshhook_sandbox::testing::settings().remove(0);
    let sandbox = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
    let database = sandbox.create().await.unwrap();
    let project = project();
    let team = HttpServer::start(vec![reply(200)]);
    let (url, team_url) = (database.url(), team.url("/in/s3cret-path"));
    let run = |arguments: &[&str], team_url: &str| {
        let mut command = project.command(&[arguments, &["--env", "production"]].concat());
        command.env("PRODUCTION_DATABASE_URL", &url).env("TEAM_URL", team_url);
        command.env("HOOK_URL", format!("http://127.0.0.1:{}/", closed_port())).env("HOOK_SECRET", KEY);
        finish(command)
    };
    project.run(&["up", "--database-url", &url]).exits(0);
    let execute = async |sql: &'static str| {
        sqlx::raw_sql(sql).execute(&mut database.connect().await.unwrap()).await.unwrap();
    };
    execute("DELETE FROM meshhook_ops._sqlx_migrations").await;
    let ran = run(&["baseline", "--yes", "--reason", "we move over"], &team_url).exits(0);
    ran.says("3 changes recorded in run ").says("`cargo xtask db log --env production` shows it");
    run(&["drift"], &team_url).exits(0);
    execute("CREATE TABLE public.by_hand ()").await;
    let ran = run(&["drift"], &team_url).exits(1).prints("DROP TABLE");
    let ran = ran.says("`hook` was not told");
    assert!(!ran.stderr.contains("s3cret-path"), "{}", ran.stderr);
    let requests = team.requests();
    assert_eq!(requests.len(), 1, "no drift is no news");
    let body = requests[0].json().to_string();
    assert!(body.contains("by_hand") && body.contains("cargo xtask db drift --env production"), "{body}");
    database.remove().await.unwrap();
    sandbox.stop().await.unwrap();
}
