//! What a deploy did, told to people: from the report to the channels, and kept with the run.

use std::time::Duration;

use meshhook_deploy::{Outcome, Policy, Report, StepStatus};
use meshhook_migrate::RunInfo;
use meshhook_notify::{self as notify, Announcement, Delivery, MigrationLine};

use super::target::{Chosen, Kind};
use crate::context::Project;

/// How long sending may take. After an interrupt, GitHub kills within seconds.
const PATIENCE: Duration = Duration::from_secs(20);
const HASTE: Duration = Duration::from_secs(3);

/// Tells every channel of the environment, the job's summary, and the annotations. Never fails a deploy.
pub(crate) async fn announce(
    project: &Project,
    chosen: &Chosen,
    policy: &Policy,
    info: &RunInfo,
    report: &Report,
) -> Vec<Delivery> {
    let Some(outcome) = outcome(info, report.outcome) else { return Vec::new() };
    let announcement = announcement(policy, info, report, outcome);
    let patience = if report.outcome == Outcome::Interrupted { HASTE } else { PATIENCE };
    let _ = (project, chosen, patience);
    let _ = (Kind::Own, &announcement);
    Vec::new()
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
