//! `drift`: the live schema against the one that the last run left. Only reads.

use std::time::Duration;

use chrono::{DateTime, Utc};
use meshhook_deploy::{Drift as Found, DriftError, Policy, drift};
use meshhook_migrate::RunInfo;
use meshhook_notify::{Announcement, Channel, Delivery, Outcome};

use super::target::{Chosen, Kind};
use super::{announce, deploy};
use crate::cli::Drift;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// How long telling people may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn run(project: &Project, args: Drift) -> anyhow::Result<Exit> {
    let chosen = Chosen::open(project, &args.target).await?;
    let policy = deploy::policy(project, &chosen)?;
    let channels = announce::channels(project, &chosen)?;
    let mut connection = chosen.connect().await?;
    let began = Utc::now();
    let found = drift(&mut connection, &policy).await.map_err(|error| explain(error, &chosen))?;
    let deliveries = if found.is_none() {
        Vec::new()
    } else {
        tell(&channels, &found, &deploy::info(project, "drift", &policy), (&policy, began)).await
    };
    match project.global.format {
        Format::Json => output::json(&serde_json::json!({
            "target": chosen.shown, "drift": found, "notifications": deliveries,
        }))?,
        Format::Human => show(&found),
    }
    let left = left(&found);
    if found.is_none() {
        output::say(format!("no drift: the schema is as {left} left it"));
        return Ok(Exit::Done);
    }
    output::say(format!(
        "drift: {} as {left} left it; the SQL takes that back. What is to stay is written as a migration",
        count(&found)
    ));
    Ok(Exit::Failed)
}

fn count(found: &Found) -> String {
    match found.differences.len() {
        1 => "1 object is not".to_owned(),
        many => format!("{many} objects are not"),
    }
}

/// The run that left the schema.
fn left(found: &Found) -> String {
    let by = found.actor.as_ref().map(|actor| format!(" by {actor}")).unwrap_or_default();
    let since = found.since.format("%Y-%m-%d %H:%M:%S UTC");
    format!("the {}{by} of {since} (run {})", found.command, found.run)
}

/// Tells the environment's channels. What does not go out is warned about, and not kept: the next night finds it again.
async fn tell(
    channels: &[Channel],
    found: &Found,
    info: &RunInfo,
    (policy, began): (&Policy, DateTime<Utc>),
) -> Vec<Delivery> {
    let announcement = announcement(found, info, policy, began);
    let deliveries = meshhook_notify::deliver(channels, &announcement, PATIENCE).await;
    for delivery in &deliveries {
        if let Some(error) = &delivery.last_error {
            output::warn(format!("`{}` was not told: {error}", delivery.channel));
        }
    }
    deliveries
}

fn announcement(found: &Found, info: &RunInfo, policy: &Policy, began: DateTime<Utc>) -> Announcement {
    let environment = policy.environment.clone();
    let show = format!("cargo xtask db drift {}", policy.reach);
    Announcement {
        outcome: Outcome::Drift,
        run: Some(found.run),
        from: None,
        to: None,
        migrations: Vec::new(),
        failure: None,
        state: format!("{} as {} left it", count(found), left(found)),
        next: vec![
            format!("`{show}` prints the SQL that takes it back"),
            "what is to stay is written as a migration".to_owned(),
        ],
        notes: found.differences.iter().map(|difference| difference.sentence.clone()).collect(),
        commit: info.git_commit.clone(),
        actor: info.actor.clone(),
        ci_url: info.ci_url.clone(),
        started: began,
        finished: Utc::now(),
        environment,
    }
}

/// Sentences as comments, and the SQL: fit to be piped into a file.
fn show(found: &Found) {
    for difference in &found.differences {
        output::line(format!("-- {}", difference.sentence.replace('\n', "\n-- ")));
    }
    for statement in &found.sql {
        output::line(statement);
    }
}

fn explain(error: DriftError, chosen: &Chosen) -> Failure {
    let option = match &chosen.kind {
        Kind::Environment(name) => format!(" --env {name}"),
        Kind::Private | Kind::Own => String::new(),
    };
    let failure = Failure::failed(error.to_string());
    match error {
        DriftError::NoBase | DriftError::BaseGone { .. } => failure.hint(format!(
            "`cargo xtask db deploy{option}` leaves one, and so does `cargo xtask db baseline{option}`"
        )),
        DriftError::Unreadable(_) => failure,
    }
}
