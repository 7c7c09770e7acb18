//! Taking back what a run has committed, by the rollbacks that were recorded when it was applied.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::identity;
use std::time::Duration;

use meshhook_migrate::{
    Cancel, Direction, Doubt, Folder, Limits, Plan, Script, Session, State, Step, Version, answered,
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
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How taking back ended.
#[derive(Debug)]
pub(crate) enum Back {
    /// Everything is taken back.
    All,
    /// It stopped, and this is why.
    Stopped(Failure),
}

/// What taking back needs to know, whoever does it.
pub(crate) struct Way<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) run: Uuid,
    pub(crate) limits: Limits,
    pub(crate) retries: u32,
    /// Irreversible migrations whose rollback, which brings back the shape only, may be run.
    pub(crate) allow: &'a BTreeSet<Version>,
    pub(crate) cancel: &'a Cancel,
}

/// Takes these versions back, the highest first; what of them is not applied (any more) is passed over.
pub(crate) async fn take_back(
    session: &mut Session,
    way: &Way<'_>,
    versions: &[Version],
    report: &mut Report,
    on: Listener<'_>,
) -> Back {
    let mut recoveries = 0;
    loop {
        match once(session, way, versions, report, &mut *on).await {
            Ok(back) => return back,
            Err(trouble) if trouble.is_lost() && recoveries < RECOVERIES => {
                recoveries += 1;
                on(Event::Moment(Moment::Recovering));
                let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
                if let Err(error) = session.recover(PATIENCE, &mut heard).await {
                    return Back::Stopped(Trouble::Run(error).failure(Stage::TakingBack));
                }
            }
            Err(trouble) => return Back::Stopped(trouble.failure(Stage::TakingBack)),
        }
    }
}

async fn once(
    session: &mut Session,
    way: &Way<'_>,
    versions: &[Version],
    report: &mut Report,
    on: Listener<'_>,
) -> Result<Back, Trouble> {
    on(Event::Moment(Moment::TakingBack));
    let state = State::read(session.connection(), way.folder).await?;
    let there = standing(&state, versions);
    if there.is_empty() {
        return Ok(Back::All);
    }
    session.turn_back(way.run).await?;
    let rollbacks = recorded_rollbacks(session.connection(), &there).await?;
    let (steps, barrier) = steps(&state, way, &there, &rollbacks);
    let attempts = attempts(session, way.run).await?;
    let Way { folder, run, limits, retries, cancel, .. } = *way;
    let of = steps.len();
    let mut runner = Runner { session, folder, run, limits, retries, attempts, number: 1, of, cancel };
    for segment in cut(&Plan { steps }, Segments::Joined) {
        for (version, _) in runner.segment(&segment, None, &mut *on).await? {
            if let Some(step) = report.step(version).filter(|step| step.status == StepStatus::Done) {
                step.status = StepStatus::TakenBack;
            }
        }
    }
    Ok(barrier.map_or(Back::All, Back::Stopped))
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
pub(crate) fn steps(
    state: &State,
    way: &Way<'_>,
    versions: &[Version],
    rollbacks: &BTreeMap<Version, Script>,
) -> (Vec<Step>, Option<Failure>) {
    let mut steps = Vec::new();
    for version in versions {
        let name = name(state, way.folder, *version);
        let found = rollbacks.get(version);
        let allowed = |script: &&Script| {
            script.irreversible.is_none() || (way.allow.contains(version) && !script.is_blank())
        };
        let Some(script) = found.filter(allowed) else {
            return (steps, Some(barrier(*version, &name, found)));
        };
        let resumes = state.interruption(*version, Direction::Down).map(|found| found.journal.clone());
        steps.push(Step {
            version: *version,
            name,
            direction: Direction::Down,
            script: script.clone(),
            rollback: None,
            resumes: resumes.unwrap_or_default(),
            doubt: Doubt::Refuse,
        });
    }
    (steps, None)
}

fn barrier(version: Version, name: &str, found: Option<&Script>) -> Failure {
    let why = match found.and_then(|script| script.irreversible.as_ref()) {
        Some(why) => format!("irreversible: {why}"),
        None => "no rollback was recorded for it".to_owned(),
    };
    let message = format!("{version}_{name} cannot be taken back: {why}");
    Failure { version: Some(version), ..Failure::plain(Stage::TakingBack, message) }
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
    let reading = sqlx::query_scalar(sql).bind(run).persistent(false).fetch_one(session.log());
    let last: i32 = answered(reading, identity).await.map_err(|error| Trouble::Schema(error.into()))?;
    Ok(usize::try_from(last).unwrap_or_default())
}
