//! A deploy that changes nothing: what would be run, proven in a sandbox.

use chrono::Utc;
use meshhook_migrate::{Cancel, Plan, State};

use super::Request;
use super::prepare::{drift, fit, has_platform, reachable, wanted};
use crate::event::{Event, Listener, Moment};
use crate::report::{Failure, Outcome, Report, Stage, StepReport};
use crate::segments::cut;
use crate::snapshot;
use crate::trouble::Trouble;
use meshhook_schema::Patterns;

/// Rehearses what a deploy would do. Nothing is written to the environment, not even a lock; a read-only connection is
/// enough. Returns the plan too, for its SQL.
pub async fn rehearse(request: &Request<'_>, on: Listener<'_>, cancel: &Cancel) -> (Report, Plan) {
    let mut report = Report::begin();
    let plan = match run(request, &mut report, on, cancel).await {
        Ok(plan) => plan,
        Err(failure) => {
            super::refuse(&mut report, failure, cancel.is_requested());
            Plan::default()
        }
    };
    report.finished = Utc::now();
    (report, plan)
}

async fn run(
    request: &Request<'_>,
    report: &mut Report,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Plan, Failure> {
    let early = |trouble: Trouble| trouble.failure(Stage::Preflight);
    on(Event::Moment(Moment::Preflight));
    reachable(request, report).await?;
    let connected = request.target.connect().await;
    let mut conn = connected.map_err(|error| Failure::plain(Stage::Preflight, error.to_string()))?;
    on(Event::Moment(Moment::ReadingLedger));
    let state = State::read(&mut conn, request.folder).await.map_err(|error| early(error.into()))?;
    report.from = state.highest();
    report.now = report.from;
    let plan = wanted(request, &state)?;
    report.to = plan.steps.last().map(|step| step.version).or(report.from);
    report.steps = plan.steps.iter().map(StepReport::new).collect();
    if !plan.is_empty() {
        fit(&mut conn, request, report).await?;
    }
    on(Event::Moment(Moment::ReadingSchema));
    let runtime = Patterns::new(&request.policy.runtime);
    let live = snapshot::read(&mut conn, &runtime).await.map_err(|error| early(error.into()))?;
    if state.ledger_exists {
        drift(&mut conn, request, &live, report).await?;
    }
    let segments = cut(&plan, request.policy.segments);
    if let Some(settings) = request.sandbox.as_ref().filter(|_| !segments.is_empty()) {
        on(Event::Moment(Moment::Rehearsing));
        let platform = has_platform(&mut conn).await;
        let settings = &meshhook_sandbox::Settings { platform, ..settings.clone() };
        let rehearsed =
            crate::rehearsal::rehearse(settings, request.folder, &state, &segments, &runtime, on, cancel);
        let rehearsed = rehearsed.await.inspect_err(|failure| {
            if let Some(step) = failure.version.and_then(|version| report.step(version)) {
                step.status = crate::report::StepStatus::Failed;
            }
        })?;
        super::note_rehearsal(report, &rehearsed);
    }
    report.outcome = if plan.is_empty() { Outcome::NothingToDo } else { Outcome::Succeeded };
    report.state = match plan.steps.len() {
        0 => format!("{} is up to date", request.policy.environment),
        count => format!("{count} to run; nothing was changed"),
    };
    Ok(plan)
}
