//! A deploy that was killed could tell nobody: its message is written here, once, and sent like any other that was
//! late.

use std::time::Duration;

use chrono::Utc;
use meshhook_migrate::{RunRow, lock_holder, notifications, unfinished_run};
use meshhook_notify::{Announcement, Notification, Outcome, deliver};
use sqlx::PgConnection;

use super::migrate::ci_url;
use super::target::{Chosen, Kind};
use crate::config::Channels;
use crate::context::Project;
use crate::output;

/// Keeps a message about the last run when that has no end, nobody was told, and its process is gone. It is gone when
/// nobody holds the deploy's lock, or when it was a job of this very CI run: the one that deployed is over by the
/// time that another asks, and a server may hold a dead client's lock until it notices.
pub(crate) async fn keep_message(
    connection: &mut PgConnection,
    project: &Project,
    chosen: &Chosen,
) -> anyhow::Result<()> {
    let Kind::Environment(environment) = &chosen.kind else { return Ok(()) };
    let Some(run) = unfinished_run(connection).await? else { return Ok(()) };
    if notifications::is_kept(connection, run.id).await? {
        return Ok(());
    }
    let holder = lock_holder(connection).await?;
    let ours = run.ci_url.is_some() && run.ci_url == ci_url();
    if let (Some(holder), false) = (holder, ours) {
        output::say(format!("run {} has no end yet, and may still be at work: {holder}", run.id));
        return Ok(());
    }
    let configured = Channels::read(&project.deploy)?;
    let mut channels = Vec::new();
    for name in &project.deploy.environment(environment)?.channels {
        match configured.resolve(name, &|name| std::env::var(name).ok()) {
            Ok(channel) => channels.push(channel),
            Err(failure) => output::warn(failure.message),
        }
    }
    output::warn(format!("run {} was killed before it ended, and told nobody", run.id));
    let announcement = announcement(environment, &run);
    // no time to send: all of them are kept as pending
    let deliveries = deliver(&channels, &announcement, Duration::ZERO).await;
    let message = Notification::new(&announcement, deliveries);
    Ok(notifications::store(connection, run.id, &message.to_json()).await?)
}

fn announcement(environment: &str, run: &RunRow) -> Announcement {
    Announcement {
        outcome: Outcome::NeedsPerson,
        environment: environment.to_owned(),
        run: Some(run.id),
        from: run.version_before.filter(|version| *version > 0).map(|version| version.to_string()),
        to: None,
        migrations: Vec::new(),
        failure: None,
        state: format!(
            "the {} was killed before it ended; what it had begun is neither finished nor taken back",
            run.command
        ),
        next: vec![
            format!("`cargo xtask db status --env {environment}` shows how far it came"),
            format!(
                "run it again (the job, or `cargo xtask db deploy --env {environment}`): it finishes what was begun, or takes it back"
            ),
        ],
        notes: Vec::new(),
        commit: run.git_commit.clone(),
        actor: run.actor.clone(),
        ci_url: run.ci_url.clone(),
        started: run.started_at,
        finished: Utc::now(),
    }
}
