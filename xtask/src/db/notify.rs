//! `notify`: proves a channel, and sends again what did not go out.

use std::time::{Duration, Instant};

use meshhook_migrate::notifications;
use meshhook_notify::{Announcement, Channel, Delivery, DeliveryState, Notification, deliver, redeliver};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::silent;
use super::target::Chosen;
use crate::cli::Notify;
use crate::config::{Channels, Deploy};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// How long one message may take, all attempts together.
const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) async fn run(project: &Project, args: Notify) -> anyhow::Result<Exit> {
    meshhook_redact::remember_environment();
    match &args.test {
        Some(name) => test(project, name, args.target.env.as_deref()).await,
        None => retry(project, &args).await,
    }
}

fn lookup(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

async fn test(project: &Project, name: &str, environment: Option<&str>) -> anyhow::Result<Exit> {
    if let Some(environment) = environment {
        project.deploy.environment(environment)?;
    }
    let channel = Channels::read(&project.deploy)?.resolve(name, &lookup)?;
    let announcement = Announcement::test(environment.unwrap_or("this project"));
    output::say(format!("sending a test message to `{name}`"));
    let began = Instant::now();
    let deliveries = deliver(&[channel], &announcement, DEADLINE).await;
    if project.global.format == Format::Json {
        output::json(&deliveries)?;
    }
    for delivery in &deliveries {
        let tries = attempts(delivery);
        match delivery.state {
            DeliveryState::Sent if project.global.format == Format::Human => {
                output::line(format!(
                    "`{name}` took it after {:.1} s, {tries}",
                    began.elapsed().as_secs_f64()
                ));
            }
            DeliveryState::Sent => {}
            DeliveryState::Pending | DeliveryState::GivenUp => {
                let why = delivery.last_error.as_deref().unwrap_or("it could not be sent");
                return Err(Failure::failed(format!("`{name}` did not take the message ({tries}): {why}"))
                    .hint("see that the variable holds the channel's present address, and that this machine may reach it")
                    .into());
            }
        }
    }
    Ok(Exit::Done)
}

fn attempts(delivery: &Delivery) -> String {
    if delivery.attempts == 1 { "1 attempt".to_owned() } else { format!("{} attempts", delivery.attempts) }
}

async fn retry(project: &Project, args: &Notify) -> anyhow::Result<Exit> {
    if args.target.env.is_none() && args.target.database_url.is_none() {
        return Err(Failure::usage(
            "`--retry` needs `--env NAME`: the messages are kept in that environment's log",
        )
        .into());
    }
    // before the database is asked: a broken file is a mistake of the caller's
    Channels::read(&project.deploy)?;
    let chosen = Chosen::open(project, &args.target).await?;
    let mut connection = chosen.connect().await?;
    silent::keep_message(&mut connection, project, &chosen).await?;
    let resent = resend(&mut connection, &project.deploy, DEADLINE).await?;
    if project.global.format == Format::Json {
        output::json(&resent)?;
    } else if resent.is_empty() {
        output::line("nothing is waiting to be sent");
    } else {
        let rows = resent.iter().map(|it| {
            let state = match it.delivery.state {
                DeliveryState::Sent => "sent",
                DeliveryState::Pending => "pending",
                DeliveryState::GivenUp => "given up",
            };
            let error = it.delivery.last_error.clone().unwrap_or_default();
            [
                it.run.to_string(),
                it.delivery.channel.clone(),
                state.to_owned(),
                it.delivery.attempts.to_string(),
                error,
            ]
        });
        output::line(output::table(["RUN", "CHANNEL", "STATE", "ATTEMPTS", "ERROR"], rows));
    }
    // also what was given up: nobody was told, and no later call tries it
    let unsent = resent.iter().any(|it| it.delivery.state != DeliveryState::Sent);
    Ok(if unsent { Exit::Failed } else { Exit::Done })
}

/// What became of a message that had not gone out.
#[derive(Debug, Serialize)]
pub(crate) struct Resent {
    /// The run it is about.
    pub(crate) run: Uuid,
    #[serde(flatten)]
    pub(crate) delivery: Delivery,
}

/// Sends everything again that is kept as pending in this database, oldest run first, in at most `deadline` a run;
/// keeps what became of it. A channel that cannot be used now is warned about, and its messages stay pending.
pub(crate) async fn resend(
    connection: &mut PgConnection,
    deploy: &Deploy,
    deadline: Duration,
) -> anyhow::Result<Vec<Resent>> {
    let configured = Channels::read(deploy)?;
    let mut resent = Vec::new();
    for (run, kept) in notifications::pending(connection).await? {
        let Ok(kept) = Notification::from_json(&kept) else {
            output::warn(format!(
                "the message about run {run} was kept by another version of this tool: skipped"
            ));
            continue;
        };
        let pending = |delivery: &&Delivery| delivery.state == DeliveryState::Pending;
        let names: Vec<String> =
            kept.deliveries.iter().filter(pending).map(|it| it.channel.clone()).collect();
        let channels = usable(&configured, &names);
        let deliveries = redeliver(&channels, &kept.announcement, &kept.deliveries, deadline).await;
        let tried = kept.deliveries.iter().zip(&deliveries).filter(|(before, _)| pending(before));
        resent.extend(tried.map(|(_, after)| Resent { run, delivery: after.clone() }));
        let notification = Notification::new(&kept.announcement, deliveries);
        notifications::store(connection, run, &notification.to_json()).await?;
    }
    Ok(resent)
}

/// The channels of these names; those that cannot be used are warned about.
fn usable(configured: &Channels, names: &[String]) -> Vec<Channel> {
    let mut channels = Vec::new();
    for name in names {
        match configured.resolve(name, &lookup) {
            Ok(channel) => channels.push(channel),
            Err(failure) => output::warn(format!("`{name}` is not told: {}", failure.message)),
        }
    }
    channels
}
