//! Everything before the run is opened: preflight, lock, what a killed run left, the plan, drift.

use std::collections::BTreeSet;

use meshhook_migrate::{
    Cancel, Closing, Goal, Obstacle, Opening, Plan, RunError, RunRow, Session, State, Step, Version, Wish,
    lock_holder,
};
use meshhook_sandbox::own;
use meshhook_schema::Catalog;
use sqlx::{Connection, PgConnection};

use super::{Request, differences, limits};
use crate::back::{Back, Way, take_back};
use crate::event::{Event, Listener, Moment};
use crate::policy::{DriftRule, Policy};
use crate::preflight::{self, Finding};
use crate::report::{Failure, Outcome, Report, Stage, StepReport};
use crate::snapshot::{self, SchemaError};
use crate::trouble::Trouble;
use crate::unfinished::{self, Leftover};
use meshhook_schema::Patterns;

/// What a deploy starts from, under the lock.
pub(super) struct Ready {
    pub(super) plan: Plan,
    pub(super) state: State,
    /// The highest applied version before, that of the first killed run if this one takes over.
    pub(super) from: Option<Version>,
    /// The schema now.
    pub(super) live: Catalog,
    /// The schema that a failure has to bring back.
    pub(super) before: Catalog,
    /// What the killed runs had applied.
    pub(super) inherited: Vec<Version>,
    /// The server's major version.
    pub(super) major: u16,
    /// Whether the database has what Supabase gives every project; the rehearsal's has it then too.
    pub(super) platform: bool,
}

/// Gets ready; `None` when there is nothing to do.
pub(super) async fn prepare(
    request: &Request<'_>,
    report: &mut Report,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Option<(Session, Ready)>, Failure> {
    on(Event::Moment(Moment::Preflight));
    reachable(request, report).await?;
    let opened = Session::open(request.target).await;
    let mut session = opened.map_err(|error| Failure::plain(Stage::Preflight, error.to_string()))?;
    match ready(&mut session, request, report, on, cancel).await {
        Ok(Some(ready)) => Ok(Some((session, ready))),
        Ok(None) => {
            session.close().await;
            Ok(None)
        }
        Err(failure) => {
            session.close().await;
            Err(failure)
        }
    }
}

async fn ready(
    session: &mut Session,
    request: &Request<'_>,
    report: &mut Report,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Option<Ready>, Failure> {
    let early = |trouble: Trouble| trouble.failure(Stage::Preflight);
    let state = session.state(request.folder).await.map_err(|error| early(error.into()))?;
    report.from = state.highest();
    report.to = target(request).or(report.from);
    if is_done(session, request, &state).await.map_err(early)? {
        (report.outcome, report.now) = (Outcome::NothingToDo, report.from);
        report.state = format!("{} is up to date", request.policy.environment);
        return Ok(None);
    }
    fit(session.connection(), request, report).await?;
    on(Event::Moment(Moment::Locking));
    let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
    let locked = session.lock(request.policy.lock_wait, &mut heard, cancel).await;
    locked.map_err(|error| match error {
        RunError::Interrupted { .. } => {
            Failure::plain(Stage::Preflight, "stopped while waiting for another run")
        }
        error => Failure::plain(Stage::Preflight, error.to_string()),
    })?;
    on(Event::Moment(Moment::ReadingLedger));
    session.prepare_ledger().await.map_err(|error| early(error.into()))?;
    let leftover = take_over(session, request, report, &mut *on).await?;
    let state = session.state(request.folder).await.map_err(|error| early(error.into()))?;
    let plan = wanted(request, &state).inspect_err(|_| {
        if let Some(found) = &leftover {
            stuck(request, &found.run, report);
        }
    })?;
    Session::refuse(&plan).map_err(|error| match error {
        RunError::Script { version, error, .. } => Failure::script(Stage::Preflight, version, &error),
        error => Failure::plain(Stage::Preflight, error.to_string()),
    })?;
    report.from = leftover.as_ref().map_or(state.highest(), |found| highest_before(found, &state));
    report.steps = plan.steps.iter().map(StepReport::new).collect();
    if plan.is_empty() && leftover.is_none() {
        // another deploy has done it while this one waited
        (report.outcome, report.now) = (Outcome::NothingToDo, report.from);
        report.state = format!("{} is up to date", request.policy.environment);
        return Ok(None);
    }
    on(Event::Moment(Moment::ReadingSchema));
    let runtime = Patterns::new(&request.policy.runtime);
    let live = snapshot::read(session.connection(), &runtime).await.map_err(|error| early(error.into()))?;
    if leftover.is_none() {
        drift(session.connection(), request, &live, report).await?;
    }
    let kept = snapshot::save(session.log(), &live).await.map_err(|error| early(error.into()))?;
    report.fingerprint_before =
        Some(leftover.as_ref().and_then(|found| found.fingerprint.clone()).unwrap_or(kept));
    let major = major(session).await.map_err(|error| early(Trouble::Schema(error)))?;
    let (before, inherited) = match leftover {
        Some(found) => (found.before.unwrap_or_else(|| live.clone()), found.versions),
        None => (live.clone(), Vec::new()),
    };
    let platform = has_platform(session.connection()).await;
    Ok(Some(Ready { plan, state, from: report.from, live, before, inherited, major, platform }))
}

/// Looks at the way to the server.
pub(super) async fn reachable(request: &Request<'_>, report: &mut Report) -> Result<(), Failure> {
    let (conn, findings) = preflight::server(request.target, request.policy).await;
    if let Some(conn) = conn {
        // only its farewell can fail
        let _ = conn.close().await;
    }
    judge(findings, report)
}

/// Looks at the database, once there is something to do in it.
pub(super) async fn fit(
    conn: &mut PgConnection,
    request: &Request<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let findings = preflight::database(conn, request.policy).await;
    judge(findings, report)
}

/// Keeps what was found; every error of it stands against the deploy.
fn judge(findings: Vec<Finding>, report: &mut Report) -> Result<(), Failure> {
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.is_error()).collect();
    let failure = match errors.as_slice() {
        [] => None,
        [one] => Some(Failure::plain(Stage::Preflight, one.message.clone()).with_details(hint(one))),
        many => {
            let message = format!("{} things stand against this deploy", many.len());
            let details = many.iter().flat_map(|one| [vec![one.message.clone()], hint(one)].concat());
            Some(Failure::plain(Stage::Preflight, message).with_details(details.collect()))
        }
    };
    report.findings.extend(findings);
    failure.map_or(Ok(()), Err)
}

fn hint(finding: &Finding) -> Vec<String> {
    finding.hint.iter().map(|hint| format!("hint: {hint}")).collect()
}

/// The version that is meant to be reached.
fn target(request: &Request<'_>) -> Option<Version> {
    request.to.or_else(|| request.folder.migrations.last().map(|migration| migration.version))
}

/// Whether there is nothing to do, no other run is at work, and none was killed.
async fn is_done(session: &mut Session, request: &Request<'_>, state: &State) -> Result<bool, Trouble> {
    if !state.interrupted.is_empty() || !wanted(request, state).is_ok_and(|plan| plan.is_empty()) {
        return Ok(false);
    }
    let unfinished = meshhook_migrate::unfinished_run(session.connection()).await?;
    Ok(unfinished.is_none() && lock_holder(session.connection()).await?.is_none())
}

/// The plan, when nothing stands against it.
pub(super) fn wanted(request: &Request<'_>, state: &State) -> Result<Plan, Failure> {
    let mut wish = Wish::new(Goal::Up(request.to));
    wish.out_of_order = request.out_of_order;
    wish.doubt = request.doubt;
    let plan = meshhook_migrate::plan(request.folder, state, &wish)
        .map_err(|obstacles| obstructed(&obstacles, &request.policy.reach))?;
    let one_way: Vec<String> = plan
        .steps
        .iter()
        .filter(|step| !request.allow_irreversible.contains(&step.version))
        .filter_map(why_one_way)
        .collect();
    if one_way.is_empty() {
        return Ok(plan);
    }
    let message =
        "migrations that cannot be taken back are pending; allow each with `--allow-irreversible VERSION`";
    Err(Failure::plain(Stage::Preflight, message).with_details(one_way))
}

fn why_one_way(step: &Step) -> Option<String> {
    match &step.rollback {
        None => Some(format!("{}_{}: it has no rollback", step.version, step.name)),
        Some(rollback) => {
            let why = rollback.irreversible.as_ref()?;
            Some(format!("{}_{}: irreversible: {why}", step.version, step.name))
        }
    }
}

fn obstructed(obstacles: &[Obstacle], reach: &str) -> Failure {
    let all: Vec<String> = obstacles.iter().map(|obstacle| as_typed(&obstacle.to_string(), reach)).collect();
    let message = match all.len() {
        1 => all.first().cloned().unwrap_or_default(),
        count => format!("{count} things stand against this deploy"),
    };
    Failure::plain(Stage::Preflight, message).with_details(if all.len() > 1 { all } else { Vec::new() })
}

/// The commands in a text as somebody types them for this environment: development's `down` is its `rollback`.
fn as_typed(text: &str, reach: &str) -> String {
    text.replace("`down`", &format!("`cargo xtask db rollback {reach}`"))
        .replace("`cargo xtask db baseline`", &format!("`cargo xtask db baseline {reach}`"))
        .replace("`cargo xtask db repair ", &format!("`cargo xtask db repair {reach} --reason … "))
        .replace("`repair --checksum", &format!("`cargo xtask db repair {reach} --reason … --checksum"))
}

/// A killed run is taken over: what it was taking back is taken back to its end, what it was applying goes on.
async fn take_over(
    session: &mut Session,
    request: &Request<'_>,
    report: &mut Report,
    on: Listener<'_>,
) -> Result<Option<Leftover>, Failure> {
    let early = |trouble: Trouble| trouble.failure(Stage::Preflight);
    let Some(found) = unfinished::find(session).await.map_err(early)? else { return Ok(None) };
    let run = &found.run;
    let began = run.started_at.format("%Y-%m-%d %H:%M:%S UTC");
    let note = format!("the {} {} of {began} was killed; this one takes over", run.command, run.id);
    on(Event::Note(&note));
    report.notes.push(note);
    report.continues = Some(run.id);
    if !found.goes_backwards() {
        return Ok(Some(found));
    }
    let opening = Opening { phase: "backwards", continues: Some(run.id), ..Opening::default() };
    let id = session.open_run(&request.info, &opening).await.map_err(|error| early(error.into()))?;
    let policy = request.policy;
    let mut aside = Report::begin();
    let way = Way {
        folder: request.folder,
        run: id,
        limits: limits(policy),
        retries: policy.retries,
        allow: &BTreeSet::new(),
        cancel: &Cancel::never(),
    };
    let failure = match take_back(session, &way, &found.versions, &mut aside, on).await {
        Back::All => None,
        Back::Stopped(failure) => Some(failure),
    };
    let closing = Closing {
        outcome: if failure.is_none() { "rolled-back" } else { "needs-a-person" },
        message: Some(
            failure
                .as_ref()
                .map_or_else(|| "finished what a killed run was taking back".to_owned(), Failure::line),
        ),
        fingerprint_after: found.fingerprint.clone().filter(|_| failure.is_none()),
        ..Closing::default()
    };
    session.close_run(id, &closing).await.map_err(|error| early(error.into()))?;
    match failure {
        None => {
            report.continues = None;
            Ok(None)
        }
        Some(failure) => {
            stuck(request, &found.run, report);
            Err(failure)
        }
    }
}

/// What a killed run left half done can neither go on nor back by itself.
fn stuck(request: &Request<'_>, run: &RunRow, report: &mut Report) {
    let Policy { environment, reach, .. } = request.policy;
    report.outcome = Outcome::NeedsPerson;
    report.state = format!("{environment} is as the killed {} {} left it", run.command, run.id);
    report.next = vec![
        format!("cargo xtask db status {reach}"),
        format!("forwards: mend what stands in the way, then `cargo xtask db deploy {reach}`"),
        format!("backwards: `cargo xtask db rollback {reach}`"),
    ];
}

/// The highest version that none of the killed runs had applied.
fn highest_before(found: &Leftover, state: &State) -> Option<Version> {
    state.applied.iter().map(|row| row.version).filter(|version| !found.versions.contains(version)).max()
}

/// The live schema against the one that the last run left.
pub(super) async fn drift(
    conn: &mut PgConnection,
    request: &Request<'_>,
    live: &Catalog,
    report: &mut Report,
) -> Result<(), Failure> {
    let early = |error: SchemaError| Trouble::from(error).failure(Stage::Preflight);
    let Some(kept) = snapshot::latest(conn).await.map_err(early)? else { return Ok(()) };
    if kept.fingerprint == live.fingerprint().to_string() {
        return Ok(());
    }
    let Some(then) = kept.catalog else {
        report
            .notes
            .push(format!("drift could not be told: the schema that run {} left is not kept", kept.run));
        return Ok(());
    };
    let found = differences(&then, live);
    if found.is_empty() {
        return Ok(());
    }
    let (environment, reach) = (&request.policy.environment, &request.policy.reach);
    match (&request.accept_drift, request.policy.drift) {
        (Some(reason), _) => {
            report.notes.push(format!("drift was accepted ({reason}): {}", found.join("; ")))
        }
        (None, DriftRule::Warn) => report.notes.push(format!("drift: {}", found.join("; "))),
        (None, DriftRule::Refuse) => {
            let message = format!(
                "{environment} is not as the last run left it; `cargo xtask db drift {reach}` shows the \
                 SQL, `--accept-drift REASON` goes on all the same"
            );
            return Err(Failure::plain(Stage::Preflight, message).with_details(found));
        }
    }
    Ok(())
}

/// Whether the database is shaped like a Supabase project. Where nobody can tell, it is taken for one.
pub(super) async fn has_platform(conn: &mut PgConnection) -> bool {
    own::has_platform(conn).await.unwrap_or(true)
}

async fn major(session: &mut Session) -> Result<u16, SchemaError> {
    let sql = "SELECT current_setting('server_version_num')::integer / 10000";
    let major: i32 = sqlx::query_scalar(sql).persistent(false).fetch_one(session.connection()).await?;
    Ok(u16::try_from(major).unwrap_or_default())
}
