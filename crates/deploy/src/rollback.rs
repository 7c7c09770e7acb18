//! Taking a deploy back on purpose, by the rollbacks that were recorded with it: it works from any checkout.

use std::collections::BTreeSet;

use chrono::Utc;
use meshhook_migrate::connect::Target;
use meshhook_migrate::{
    Cancel, Closing, Direction, Folder, Limits, Opening, Plan, RunFilter, RunInfo, Session, State, Step,
    Version, read_runs, recorded_rollbacks, run_steps,
};
use meshhook_schema::Catalog;
use uuid::Uuid;

use crate::back::{self, Back, Way, standing, take_back};
use crate::deploy::differences;
use crate::event::{Event, Listener, Moment};
use crate::loss::{Loss, losses};
use crate::policy::Policy;
use crate::report::{Failure, Outcome, Report, Stage, StepReport, StepStatus};
use crate::snapshot;
use crate::trouble::Trouble;
use crate::unfinished;
use meshhook_schema::Patterns;

/// How many runs are looked through for the last deploy that still stands.
const RUNS: u32 = 200;

/// What is to be taken back where.
#[derive(Debug, Clone)]
pub struct RollbackRequest<'a> {
    /// The database.
    pub target: &'a Target,
    /// The migrations of the checkout; only for names.
    pub folder: &'a Folder,
    /// The environment's rules.
    pub policy: &'a Policy,
    /// Who does it, for the log.
    pub info: RunInfo,
    /// How far.
    pub goal: Goal,
    /// Irreversible migrations whose rollback may be run although it brings back the shape only.
    pub allow_irreversible: BTreeSet<Version>,
}

/// How far back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// The last deploy that still stands, or the one that was killed.
    Last,
    /// What this run has applied: its id, or the beginning of it.
    Run(String),
    /// Everything above this version; 0 for everything.
    To(Version),
}

/// What will be done, to be confirmed.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The scripts, in order.
    pub plan: Plan,
    /// What is in the tables and columns that go.
    pub losses: Vec<Loss>,
    /// Whether it is known at all what goes: the schema from before was kept.
    pub losses_known: bool,
}

/// Takes back. `confirm` is asked under the lock, before anything is changed.
pub async fn rollback(
    request: &RollbackRequest<'_>,
    confirm: &mut dyn FnMut(&Intent) -> bool,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Report {
    let mut report = Report::begin();
    if let Err(failure) = run(request, confirm, &mut report, on, cancel).await {
        report.outcome = if cancel.is_requested() { Outcome::Interrupted } else { Outcome::Refused };
        report.now = report.from;
        report.state = "nothing was changed".to_owned();
        report.failure = Some(failure);
    }
    report.finished = Utc::now();
    report
}

async fn run(
    request: &RollbackRequest<'_>,
    confirm: &mut dyn FnMut(&Intent) -> bool,
    report: &mut Report,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    on(Event::Moment(Moment::Preflight));
    let opened = Session::open(request.target).await;
    let mut session = opened.map_err(|error| Failure::plain(Stage::Preflight, error.to_string()))?;
    let result = locked(&mut session, request, confirm, report, on, cancel).await;
    session.close().await;
    result
}

/// What is to be taken back, and what was before it.
struct Chosen {
    versions: Vec<Version>,
    before: Option<Catalog>,
    continues: Option<Uuid>,
}

async fn locked(
    session: &mut Session,
    request: &RollbackRequest<'_>,
    confirm: &mut dyn FnMut(&Intent) -> bool,
    report: &mut Report,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    let early = |trouble: Trouble| trouble.failure(Stage::Preflight);
    on(Event::Moment(Moment::Locking));
    let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
    let locked = session.lock(request.policy.lock_wait, &mut heard, cancel).await;
    locked.map_err(|error| Failure::plain(Stage::Preflight, error.to_string()))?;
    on(Event::Moment(Moment::ReadingLedger));
    let state = session.state(request.folder).await.map_err(|error| early(error.into()))?;
    report.from = state.highest();
    if !state.ledger_exists {
        report.now = report.from;
        report.state = format!("{} has no ledger: nothing was ever deployed", request.policy.environment);
        return Ok(());
    }
    session.prepare_ledger().await.map_err(|error| early(error.into()))?;
    let chosen = choose(session, request, &state).await?;
    let there = standing(&state, &chosen.versions);
    if there.is_empty() {
        report.now = report.from;
        report.state = format!("{}: nothing of it is applied any more", request.policy.environment);
        return Ok(());
    }
    on_top(&state, &there)?;
    let run = Uuid::nil();
    let limits = Limits {
        lock_timeout: request.policy.lock_timeout,
        statement_timeout: request.policy.statement_timeout,
    };
    let (folder, retries, allow) = (request.folder, request.policy.retries, &request.allow_irreversible);
    let mut way = Way { folder, run, limits, retries, allow, cancel };
    let recorded =
        recorded_rollbacks(session.connection(), &there).await.map_err(|error| early(error.into()))?;
    let (steps, barrier) = back::steps(&state, &way, &there, &recorded);
    if let Some(barrier) = barrier {
        return Err(Failure { stage: Stage::Preflight, ..barrier }.with_details(vec![
            "`--allow-irreversible VERSION` runs a rollback that brings back the shape only; `--to VERSION` stops above it"
                .to_owned(),
        ]));
    }
    on(Event::Moment(Moment::ReadingSchema));
    let runtime = Patterns::new(&request.policy.runtime);
    let live = snapshot::read(session.connection(), &runtime).await.map_err(|error| early(error.into()))?;
    let found = match &chosen.before {
        Some(before) => losses(session.connection(), &live, before).await,
        None => Vec::new(),
    };
    report.steps = steps
        .iter()
        .map(|step: &Step| StepReport { status: StepStatus::Done, ..StepReport::new(step) })
        .collect();
    report.to = remains(&state, &there);
    let intent = Intent { plan: Plan { steps }, losses: found, losses_known: chosen.before.is_some() };
    if !confirm(&intent) {
        return Err(Failure::plain(Stage::Preflight, "not confirmed"));
    }
    report.notes.extend(intent.losses.iter().map(|loss| format!("taking back drops {loss}")));
    on(Event::Moment(Moment::OpeningRun));
    let kept = snapshot::save(session.log(), &live).await.map_err(|error| early(error.into()))?;
    let opening = Opening {
        phase: "backwards",
        continues: chosen.continues,
        version_before: state.highest(),
        fingerprint_before: Some(kept),
        ..Opening::default()
    };
    way.run = session.open_run(&request.info, &opening).await.map_err(|error| early(error.into()))?;
    report.run = Some(way.run);
    report.continues = chosen.continues;
    report.fingerprint_before = opening.fingerprint_before;
    let back = take_back(session, &way, &there, report, &mut *on).await;
    finish(session, request, &way, &there, chosen.before.as_ref(), back, report, on).await;
    Ok(())
}

/// Which versions are meant.
async fn choose(
    session: &mut Session,
    request: &RollbackRequest<'_>,
    state: &State,
) -> Result<Chosen, Failure> {
    let early = |trouble: Trouble| trouble.failure(Stage::Preflight);
    let unfinished = unfinished::find(session).await.map_err(early)?;
    let killed = unfinished.as_ref().map(|found| found.run.id);
    match (request.goal.clone(), unfinished) {
        (Goal::Last, Some(found)) => {
            Ok(Chosen { versions: found.versions, before: found.before, continues: killed })
        }
        (Goal::To(version), _) => {
            if version.number() != 0 && !state.is_applied(version) {
                let message = format!("{version} is not applied, so nothing can be taken back to it");
                return Err(Failure::plain(Stage::Preflight, message));
            }
            let above = state.applied.iter().map(|row| row.version);
            let begun = state.interrupted.iter().map(|found| found.version);
            let versions: Vec<Version> = above.chain(begun).filter(|above| *above > version).collect();
            let before = before(session, state, &versions).await.map_err(early)?;
            Ok(Chosen { versions, before, continues: killed })
        }
        (Goal::Run(wanted), _) => {
            let id = find_run(session, &wanted).await?;
            let applied = applied_by(session, id).await.map_err(early)?;
            let Some(versions) = applied else {
                return Err(Failure::plain(Stage::Preflight, format!("the log has no run {id}")));
            };
            let before = before(session, state, &versions).await.map_err(early)?;
            Ok(Chosen { versions, before, continues: killed })
        }
        (Goal::Last, None) => {
            // a baseline has applied nothing, so there is nothing of it to take back
            let commands = Some(vec!["deploy".to_owned()]);
            let filter = RunFilter { commands, limit: Some(RUNS), ..RunFilter::default() };
            let runs = read_runs(session.connection(), &filter).await.map_err(|error| early(error.into()))?;
            for run in runs {
                let versions = applied_by(session, run.id).await.map_err(early)?.unwrap_or_default();
                if !standing(state, &versions).is_empty() {
                    let before = before(session, state, &versions).await.map_err(early)?;
                    return Ok(Chosen { versions, before, continues: None });
                }
            }
            Ok(Chosen { versions: Vec::new(), before: None, continues: None })
        }
    }
}

/// The run whose id begins like this.
async fn find_run(session: &mut Session, wanted: &str) -> Result<Uuid, Failure> {
    let filter = RunFilter::default();
    let runs = read_runs(session.connection(), &filter).await;
    let runs = runs.map_err(|error| Trouble::from(error).failure(Stage::Preflight))?;
    let wanted = wanted.trim().to_ascii_lowercase();
    let found: Vec<Uuid> =
        runs.iter().map(|run| run.id).filter(|id| id.to_string().starts_with(&wanted)).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::plain(Stage::Preflight, format!("the log has no run {wanted}"))),
        many => {
            let message = format!("{} runs begin with {wanted}: say more of it", many.len());
            Err(Failure::plain(Stage::Preflight, message))
        }
    }
}

/// What a run has applied, with those it took over; none when there is no such run.
async fn applied_by(session: &mut Session, run: Uuid) -> Result<Option<Vec<Version>>, Trouble> {
    let mut versions = BTreeSet::new();
    let (mut next, mut any) = (Some(run), false);
    let mut seen = BTreeSet::new();
    while let Some(id) = next.filter(|id| seen.insert(*id)) {
        let filter = RunFilter { id: Some(id), ..RunFilter::default() };
        let Some(row) = read_runs(session.connection(), &filter).await?.pop() else { break };
        any = true;
        let steps = run_steps(session.connection(), id).await?;
        versions.extend(
            steps.into_iter().filter(|step| step.direction == Direction::Up).map(|step| step.version),
        );
        next = row.continues;
    }
    Ok(any.then(|| versions.into_iter().collect()))
}

/// The schema from before the first of these was applied, if it was kept.
async fn before(
    session: &mut Session,
    state: &State,
    versions: &[Version],
) -> Result<Option<Catalog>, Trouble> {
    let sql = include_str!("sql/fingerprint_before.sql");
    let numbers: Vec<i64> = versions.iter().map(|version| version.number()).collect();
    let fingerprint: Option<Option<String>> = sqlx::query_scalar(sql)
        .bind(numbers)
        .bind(remains(state, versions).map_or(0, Version::number))
        .persistent(false)
        .fetch_optional(session.connection())
        .await
        .map_err(|error| Trouble::Schema(error.into()))?;
    match fingerprint.flatten() {
        Some(fingerprint) => Ok(snapshot::find(session.connection(), &fingerprint).await?),
        None => Ok(None),
    }
}

/// The highest version that stays.
fn remains(state: &State, versions: &[Version]) -> Option<Version> {
    state.applied.iter().map(|row| row.version).filter(|version| !versions.contains(version)).max()
}

/// What was applied later stands on what is to go.
fn on_top(state: &State, versions: &[Version]) -> Result<(), Failure> {
    let lowest = versions.iter().min();
    let above: Vec<String> = state
        .applied
        .iter()
        .map(|row| row.version)
        .filter(|version| Some(version) > lowest && !versions.contains(version))
        .map(|version| version.to_string())
        .collect();
    if above.is_empty() {
        return Ok(());
    }
    let message = format!("later migrations are applied on top of it: {}", above.join(", "));
    let advice = "take those back first, or say how far with `--to VERSION`".to_owned();
    Err(Failure::plain(Stage::Preflight, message).with_details(vec![advice]))
}

#[expect(clippy::too_many_arguments, reason = "the end of a run needs all that its beginning had")]
async fn finish(
    session: &mut Session,
    request: &RollbackRequest<'_>,
    way: &Way<'_>,
    versions: &[Version],
    before: Option<&Catalog>,
    back: Back,
    report: &mut Report,
    on: Listener<'_>,
) {
    let environment = &request.policy.environment;
    let runtime = Patterns::new(&request.policy.runtime);
    on(Event::Moment(Moment::Comparing));
    let state = State::read(session.connection(), request.folder).await.ok();
    report.now = state.as_ref().and_then(State::highest);
    let now = snapshot::read(session.connection(), &runtime).await.ok();
    if let Some(now) = &now {
        let saved = async {
            snapshot::prune(session.log()).await?;
            snapshot::save(session.log(), now).await
        };
        report.fingerprint_after = saved.await.ok();
    }
    let left = state.as_ref().map_or_else(|| versions.to_vec(), |state| standing(state, versions));
    for step in &mut report.steps {
        step.status = if left.contains(&step.version) { StepStatus::NotRun } else { StepStatus::TakenBack };
    }
    match back {
        Back::All => {
            report.outcome = Outcome::Succeeded;
            report.state = match report.now {
                Some(version) => format!("{environment} is at {version}"),
                None => format!("{environment} has no migration applied"),
            };
            if let (Some(before), Some(now)) = (before, &now) {
                let differs = differences(before, now);
                report
                    .notes
                    .extend(differs.iter().map(|line| format!("not as it was before that deploy: {line}")));
            }
        }
        Back::Stopped(failure) => {
            let untouched = left.len() == versions.len()
                && state.as_ref().is_some_and(|state| {
                    state.interrupted.iter().all(|found| found.direction == Direction::Up)
                });
            report.outcome = match untouched {
                true if way.cancel.is_requested() => Outcome::Interrupted,
                true => Outcome::Refused,
                false => Outcome::NeedsPerson,
            };
            if let Some(step) = failure.version.and_then(|version| report.step(version)) {
                step.status = StepStatus::Failed;
            }
            report.failure = Some(failure);
            let reach = &request.policy.reach;
            let list: Vec<String> = left.iter().rev().map(Version::to_string).collect();
            report.state = if untouched {
                format!("nothing was changed in {environment}")
            } else {
                format!("still applied in {environment}: {}", list.join(", "))
            };
            report.next = vec![
                format!("cargo xtask db status {reach}"),
                format!("backwards: mend what stopped it, then `cargo xtask db rollback {reach}`"),
                format!("forwards: `cargo xtask db deploy {reach}`"),
            ];
        }
    }
    on(Event::Moment(Moment::ClosingRun));
    let closing = Closing {
        outcome: report.outcome.as_str(),
        message: report.failure.as_ref().map(Failure::line),
        version_after: report.now,
        fingerprint_after: report.fingerprint_after.clone(),
        reason: None,
    };
    if let Err(error) = session.close_run(way.run, &closing).await {
        report.notes.push(format!("the end of the run could not be logged: {error}"));
    }
}
