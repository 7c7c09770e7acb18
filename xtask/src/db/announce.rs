//! What a deploy did, told to people: from the report to the channels, and kept with the run.

use std::path::Path;
use std::time::Duration;

use meshhook_deploy::{Outcome, Policy, Report, StepStatus};
use meshhook_migrate::{RunInfo, notifications};
use meshhook_notify::github::{self, Api};
use meshhook_notify::{
    self as notify, Announcement, Channel, Delivery, DeliveryState, MigrationLine, Notification,
};
use uuid::Uuid;

use super::target::{Chosen, Kind};
use crate::config::Channels;
use crate::context::Project;
use crate::exit::Failure;
use crate::output;

/// How long sending may take. After an interrupt, GitHub kills within seconds.
const PATIENCE: Duration = Duration::from_secs(20);
const HASTE: Duration = Duration::from_secs(3);

/// The channels of the chosen environment, their variables looked up: what is missing is known before a deploy begins.
pub(crate) fn channels(project: &Project, chosen: &Chosen) -> Result<Vec<Channel>, Failure> {
    match &chosen.kind {
        Kind::Environment(name) => {
            let names = &project.deploy.environment(name)?.channels;
            Channels::read(&project.deploy)?.resolve_all(names, &variable)
        }
        Kind::Own | Kind::Private => Ok(Vec::new()),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Tells the channels, and GitHub where it is the one that runs this. Never fails a deploy: what did not go out is kept
/// with the run.
pub(crate) async fn announce(
    project: &Project,
    chosen: &Chosen,
    channels: &[Channel],
    policy: &Policy,
    info: &RunInfo,
    report: &Report,
) -> Vec<Delivery> {
    let patience = if report.outcome == Outcome::Interrupted { HASTE } else { PATIENCE };
    if !channels.is_empty() && report.outcome != Outcome::Interrupted {
        earlier(project, chosen).await;
    }
    let Some(outcome) = outcome(info, report.outcome) else { return Vec::new() };
    let announcement = announcement(policy, info, report, outcome);
    let deliveries = told(chosen, channels, report.run, &announcement, patience).await;
    for delivery in deliveries.iter().filter(|delivery| delivery.state != DeliveryState::Sent) {
        let why = delivery.last_error.as_deref().unwrap_or("it was not sent in time");
        let kept = match (delivery.state, report.run) {
            (DeliveryState::Pending, Some(_)) => {
                "; it is kept, and sent by the next deploy or `notify --retry`"
            }
            _ => "",
        };
        output::warn(format!("`{}` was not told: {why}{kept}", delivery.channel));
    }
    github(chosen, &announcement).await;
    deliveries
}

/// Kept before it is sent, so that a process that is killed meanwhile loses none.
async fn told(
    chosen: &Chosen,
    channels: &[Channel],
    run: Option<Uuid>,
    announcement: &Announcement,
    patience: Duration,
) -> Vec<Delivery> {
    let wanting = channels.iter().filter(|channel| channel.wants(announcement.outcome));
    let pending: Vec<Delivery> = wanting.map(|channel| Delivery::kept(channel.name(), "")).collect();
    if pending.is_empty() {
        return pending;
    }
    keep(chosen, run, announcement, &pending).await;
    let deliveries = notify::redeliver(channels, announcement, &pending, patience).await;
    keep(chosen, run, announcement, &deliveries).await;
    deliveries
}

async fn keep(chosen: &Chosen, run: Option<Uuid>, announcement: &Announcement, deliveries: &[Delivery]) {
    let Some(run) = run else { return };
    let notification = Notification::new(announcement, deliveries.to_vec());
    let kept = async {
        let mut connection = chosen.connect().await?;
        notifications::store(&mut connection, run, &notification.to_json()).await?;
        anyhow::Ok(())
    };
    match tokio::time::timeout(HASTE, kept).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => output::warn(format!("the message could not be kept with the run: {error}")),
        Err(_) => output::warn("the message could not be kept with the run: the database does not answer"),
    }
}

/// What earlier runs could not send.
async fn earlier(project: &Project, chosen: &Chosen) {
    let sent = async {
        let mut connection = chosen.connect().await?;
        super::notify::resend(&mut connection, &project.deploy, HASTE).await
    };
    // the messages stay where they are
    if let Err(error) = sent.await {
        tracing::debug!(%error, "messages of earlier runs were not sent");
    }
}

/// The job's summary, an annotation, and the deployment's status, where GitHub runs this.
async fn github(chosen: &Chosen, announcement: &Announcement) {
    if let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty())
        && let Err(error) = github::append_summary(Path::new(&file), &github::summary(announcement))
    {
        output::warn(format!("the job's summary could not be written: {error}"));
    }
    if !output::on_github() {
        return;
    }
    if let Some(annotation) = github::failure_annotation(announcement) {
        output::workflow_command(&annotation.command());
    }
    if !matches!(chosen.kind, Kind::Environment(_)) || variable("GITHUB_TOKEN").is_none() {
        return;
    }
    let announcement = announcement.clone();
    let status = tokio::task::spawn_blocking(move || {
        let api = Api::from_environment(variable, "GITHUB_TOKEN")?;
        github::deployment_status(&api, &announcement)
    });
    match tokio::time::timeout(HASTE, status).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => output::warn(format!("the deployment's status was not set: {error}")),
        Ok(Err(_)) | Err(_) => output::warn("the deployment's status was not set: GitHub does not answer"),
    }
}

/// Nothing to do is nothing to tell.
fn outcome(info: &RunInfo, outcome: Outcome) -> Option<notify::Outcome> {
    match outcome {
        Outcome::NothingToDo => None,
        Outcome::Succeeded if info.command == "rollback" => Some(notify::Outcome::TakenBack),
        Outcome::Succeeded => Some(notify::Outcome::Succeeded),
        Outcome::Refused => Some(notify::Outcome::Failed),
        Outcome::RolledBack => Some(notify::Outcome::RolledBack),
        Outcome::NeedsPerson => Some(notify::Outcome::NeedsPerson),
        Outcome::Interrupted => Some(notify::Outcome::Interrupted),
    }
}

fn announcement(policy: &Policy, info: &RunInfo, report: &Report, outcome: notify::Outcome) -> Announcement {
    let backwards = info.command == "rollback";
    let migrations = report.steps.iter().map(|step| MigrationLine {
        version: step.version.to_string(),
        name: step.name.clone(),
        status: match step.status {
            StepStatus::Done => notify::StepStatus::Applied,
            StepStatus::TakenBack => notify::StepStatus::TakenBack,
            StepStatus::Failed => notify::StepStatus::Failed,
            StepStatus::NotRun if backwards => notify::StepStatus::Applied,
            StepStatus::NotRun => notify::StepStatus::NotRun,
        },
        took: step.took,
    });
    Announcement {
        outcome,
        environment: policy.environment.clone(),
        run: report.run,
        from: report.from.map(|version| version.to_string()),
        to: report.to.map(|version| version.to_string()),
        migrations: migrations.collect(),
        failure: report.failure.as_ref().map(|failure| notify::Failure {
            place: failure.place.clone(),
            code: failure.code.clone(),
            message: failure.message.clone(),
            details: failure.details.clone(),
        }),
        state: report.state.clone(),
        next: report.next.clone(),
        notes: report.notes.clone(),
        commit: info.git_commit.clone(),
        actor: info.actor.clone(),
        ci_url: info.ci_url.clone(),
        started: report.started,
        finished: report.finished,
    }
}
