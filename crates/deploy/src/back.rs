//! Taking back what a run has committed, by the rollbacks that were recorded when it was applied.

use std::collections::BTreeMap;
use std::time::Duration;

use meshhook_migrate::{
    Direction, Doubt, Folder, JournalState, Limits, Plan, Script, Session, State, Step, Version,
    recorded_rollbacks,
};
use uuid::Uuid;

use crate::event::{Event, Listener, Moment};
use crate::policy::Segments;
use crate::report::{Failure, Report, Stage, StepStatus};
use crate::runner::Runner;
use crate::segments::cut;
use crate::trouble::Trouble;

/// How often a connection that breaks while taking back is made anew.
const RECOVERIES: usize = 5;
/// How long a server that is away is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How taking back ended.
#[derive(Debug)]
pub(crate) enum Back {
    /// Everything is taken back.
    All,
    /// It stopped: why, and what to do.
    Stopped { failure: Failure, next: Vec<String> },
}

/// Takes these versions back, the highest first; what of them is not applied (any more) is passed over.
#[expect(clippy::too_many_arguments, reason = "taking back needs all that going forwards had")]
pub(crate) async fn take_back(
    session: &mut Session,
    folder: &Folder,
    run: Uuid,
    versions: &[Version],
    limits: Limits,
    retries: u32,
    report: &mut Report,
    on: Listener<'_>,
) -> Back {
    let mut recoveries = 0;
    loop {
        match once(session, folder, run, versions, limits, retries, report, &mut *on).await {
            Ok(back) => return back,
            Err(trouble) if trouble.is_lost() && recoveries < RECOVERIES => {
                recoveries += 1;
                on(Event::Moment(Moment::Recovering));
                let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
                if let Err(error) = session.recover(PATIENCE, &mut heard).await {
                    return stopped(Trouble::Run(error).failure(Stage::TakingBack));
                }
            }
            Err(trouble) => return stopped(trouble.failure(Stage::TakingBack)),
        }
    }
}

fn stopped(failure: Failure) -> Back {
    Back::Stopped { failure, next: Vec::new() }
}

#[expect(clippy::too_many_arguments, reason = "taking back needs all that going forwards had")]
async fn once(
    session: &mut Session,
    folder: &Folder,
    run: Uuid,
    versions: &[Version],
    limits: Limits,
    retries: u32,
    report: &mut Report,
    on: Listener<'_>,
) -> Result<Back, Trouble> {
    on(Event::Moment(Moment::TakingBack));
    let state = State::read(session.connection(), folder).await?;
    let there = standing(&state, versions);
    if there.is_empty() {
        return Ok(Back::All);
    }
    session.turn_back(run).await?;
    let rollbacks = recorded_rollbacks(session.connection(), &there).await?;
    let (steps, barrier) = steps(&state, folder, &there, &rollbacks);
    let plan = Plan { steps };
    // whoever asks to stop wants the database as it was: that is what is being done
    let cancel = meshhook_migrate::Cancel::never();
    let attempts = attempts(session, run).await?;
    let of = plan.steps.len();
    let mut runner =
        Runner { session, folder, run, limits, retries, attempts, number: 1, of, cancel: &cancel };
    for segment in cut(&plan, Segments::Joined) {
        let done = runner.segment(&segment, None, &mut *on).await?;
        for (version, _) in done {
            if let Some(step) = report.step(version).filter(|step| step.status == StepStatus::Done) {
                step.status = StepStatus::TakenBack;
            }
        }
    }
    Ok(barrier.unwrap_or(Back::All))
}

/// What of these versions is applied or begun, the highest first.
pub(crate) fn standing(state: &State, versions: &[Version]) -> Vec<Version> {
    let mut there: Vec<Version> = versions
        .iter()
        .copied()
        .filter(|version| {
            state.is_applied(*version) || state.interrupted.iter().any(|found| found.version == *version)
        })
        .collect();
    there.sort_unstable_by(|a, b| b.cmp(a));
    there.dedup();
    there
}

/// The steps back as far as they go, and what stops them.
fn steps(
    state: &State,
    folder: &Folder,
    versions: &[Version],
    rollbacks: &BTreeMap<Version, Script>,
) -> (Vec<Step>, Option<Back>) {
    let mut steps = Vec::new();
    for version in versions {
        let name = name(state, folder, *version);
        let script = match rollbacks.get(version) {
            Some(script) if script.irreversible.is_none() => script,
            found => {
                let why = found.and_then(|script| script.irreversible.clone());
                return (steps, Some(barrier(*version, &name, why)));
            }
        };
        let resumes = state
            .interruption(*version, Direction::Down)
            .map(|found| found.journal.clone())
            .unwrap_or_default();
        if let Some(entry) = resumes.iter().find(|entry| entry.state == JournalState::Started) {
            tracing::debug!(%version, statement = entry.statement, "a rollback was interrupted here");
        }
        steps.push(Step {
            version: *version,
            name,
            direction: Direction::Down,
            script: script.clone(),
            rollback: None,
            resumes,
            doubt: Doubt::Refuse,
        });
    }
    (steps, None)
}

fn barrier(version: Version, name: &str, why: Option<String>) -> Back {
    let why = why
        .map_or_else(|| "no rollback was recorded for it".to_owned(), |why| format!("irreversible: {why}"));
    let message = format!("{version}_{name} cannot be taken back: {why}");
    Back::Stopped {
        failure: Failure { version: Some(version), ..Failure::plain(Stage::TakingBack, message) },
        next: Vec::new(),
    }
}

pub(crate) fn name(state: &State, folder: &Folder, version: Version) -> String {
    let recorded = || state.applied.iter().find(|row| row.version == version);
    folder
        .get(version)
        .map(|migration| migration.name.clone())
        .or_else(|| recorded().map(|row| row.description.replace(' ', "_")))
        .unwrap_or_default()
}

/// How many attempts the log of a run has.
async fn attempts(session: &mut Session, run: Uuid) -> Result<usize, Trouble> {
    let sql = "SELECT coalesce(max(step), 0) FROM meshhook_ops.migration_log WHERE run = $1";
    let last: i32 = sqlx::query_scalar(sql)
        .bind(run)
        .persistent(false)
        .fetch_one(session.log())
        .await
        .map_err(|error| Trouble::Schema(error.into()))?;
    Ok(usize::try_from(last).unwrap_or_default())
}
