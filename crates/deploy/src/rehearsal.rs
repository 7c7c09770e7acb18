//! The pending list, run in a sandbox that is where the environment is: the same code on another server.

use std::collections::BTreeMap;
use std::time::Duration;

use meshhook_migrate::connect::Target;
use meshhook_migrate::{
    Cancel, Direction, Folder, Limits, Opening, OwnTransaction, Plan, RunInfo, Session, State, Step, Version,
    run_script,
};
use meshhook_sandbox::{Database, Server, Settings};
use sqlx::PgConnection;

use crate::change::Change;
use crate::event::{Event, Listener};
use crate::policy::Segments;
use crate::report::{Failure, Stage};
use crate::runner::{Eye, Locks, Runner};
use crate::segments::{Segment, cut};
use crate::snapshot;
use crate::trouble::Trouble;
use meshhook_schema::Patterns;

/// What the rehearsal found.
#[derive(Debug, Default)]
pub(crate) struct Rehearsed {
    /// What each segment changes.
    pub(crate) changes: Vec<Change>,
    /// How long each script took.
    pub(crate) took: BTreeMap<Version, Duration>,
    /// The locks each script took.
    pub(crate) locks: BTreeMap<Version, Vec<String>>,
    /// The server's major version.
    pub(crate) major: u16,
    /// Why the way back could not be proven.
    pub(crate) warnings: Vec<String>,
}

/// Runs the segments in a sandbox, and back again.
pub(crate) async fn rehearse(
    settings: &Settings,
    folder: &Folder,
    state: &State,
    segments: &[Segment],
    runtime: &Patterns,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Rehearsed, Failure> {
    let mut note = |note: &str| on(Event::Note(note));
    let server = tokio::select! {
        started = Server::start(settings, &mut note) => started.map_err(no_sandbox)?,
        () = cancel.requested() => return Err(Failure::plain(Stage::Rehearsal, "stopped on request")),
    };
    let result = on_server(&server, folder, state, segments, runtime, on, cancel).await;
    // what is left of it goes with this process
    let _ = server.stop().await;
    result
}

fn no_sandbox(error: meshhook_sandbox::SandboxError) -> Failure {
    Failure::plain(Stage::Rehearsal, format!("there is no sandbox for the rehearsal: {error}")).with_details(
        vec!["`cargo xtask db doctor` says how to get one; `--no-rehearsal` goes on without".to_owned()],
    )
}

async fn on_server(
    server: &Server,
    folder: &Folder,
    state: &State,
    segments: &[Segment],
    runtime: &Patterns,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Rehearsed, Failure> {
    let database = server.create().await.map_err(no_sandbox)?;
    bring_to(&database, folder, state).await?;
    let failed = |trouble: Trouble| trouble.failure(Stage::Rehearsal);
    let target = Target::new(database.options());
    let mut session = Session::open(&target).await.map_err(|error| failed(error.into()))?;
    let mut rehearsed = Rehearsed { major: server.major(), ..Rehearsed::default() };
    let result = forwards_and_back(&mut session, folder, segments, runtime, &mut rehearsed, cancel).await;
    session.close().await;
    for warning in &rehearsed.warnings {
        on(Event::Note(warning));
    }
    result.map(|()| rehearsed).map_err(failed)
}

async fn forwards_and_back(
    session: &mut Session,
    folder: &Folder,
    segments: &[Segment],
    runtime: &Patterns,
    rehearsed: &mut Rehearsed,
    cancel: &Cancel,
) -> Result<(), Trouble> {
    session.lock(Duration::from_secs(10), &mut |_| {}, cancel).await?;
    session.prepare_ledger().await?;
    let run = session.open_run(&RunInfo::development("rehearsal"), &Opening::default()).await?;
    let me = current_user(session.connection()).await?;
    let before = snapshot::read(session.connection(), runtime).await?;
    let mut catalog = before.clone();
    let of = segments.iter().map(|segment| segment.steps.len()).sum();
    let mut runner = Runner {
        session,
        folder,
        run,
        limits: Limits::default(),
        retries: 0,
        attempts: 0,
        number: 1,
        of,
        cancel,
    };
    let mut locks =
        Locks::new(runner.session.connection()).await.map_err(|error| Trouble::Schema(error.into()))?;
    for segment in segments {
        let mut segment = segment.clone();
        // an earlier attempt may have done a part of it there; here it starts from nothing
        segment.steps.iter_mut().for_each(|step| step.resumes.clear());
        let mut eye = Eye {
            runtime,
            me: &me,
            catalog: &mut catalog,
            expected: None,
            change: Change::default(),
            locks: Some(&mut locks),
        };
        let ran = runner.segment(&segment, Some(&mut eye), &mut |_| {}).await?;
        rehearsed.changes.push(eye.change);
        rehearsed.took.extend(ran);
    }
    rehearsed.locks = locks.taken;
    let back =
        Plan { steps: segments.iter().flat_map(|segment| &segment.steps).rev().map_while(down).collect() };
    if back.steps.len() < of {
        return Ok(());
    }
    for segment in cut(&back, Segments::Joined) {
        if let Err(trouble) = runner.segment(&segment, None, &mut |_| {}).await {
            if trouble.is_stop() && cancel.is_requested() {
                return Err(trouble);
            }
            let said = trouble.failure(Stage::TakingBack).line();
            rehearsed.warnings.push(format!("the way back failed in the rehearsal: {said}"));
            return Ok(());
        }
    }
    let after = snapshot::read(runner.session.connection(), runtime).await?;
    for difference in meshhook_schema::compare(&before, &after).iter().filter(|found| !found.is_note()) {
        let object = difference.object();
        rehearsed.warnings.push(format!("the way back did not restore {object} in the rehearsal"));
    }
    Ok(())
}

/// The way back of a step; none where there is none to rehearse.
fn down(step: &Step) -> Option<Step> {
    let rollback = step.rollback.clone().filter(|rollback| rollback.irreversible.is_none())?;
    Some(Step {
        direction: Direction::Down,
        script: rollback,
        rollback: None,
        resumes: Vec::new(),
        ..step.clone()
    })
}

/// Runs every migration that the environment has applied.
async fn bring_to(database: &Database, folder: &Folder, state: &State) -> Result<(), Failure> {
    let mut conn = database.connect().await.map_err(no_sandbox)?;
    for row in &state.applied {
        let Some(migration) = folder.get(row.version) else { continue };
        run_script(&mut conn, &migration.up, OwnTransaction::Refuse).await.map_err(|error| {
            let mut failure = Failure::script(Stage::Rehearsal, row.version, &error);
            failure.message =
                format!("the sandbox cannot be brought to where the environment is: {}", failure.message);
            failure
        })?;
    }
    Ok(())
}

/// The role that scripts run as.
pub(crate) async fn current_user(conn: &mut PgConnection) -> Result<String, Trouble> {
    sqlx::query_scalar("SELECT current_user::text")
        .persistent(false)
        .fetch_one(conn)
        .await
        .map_err(|error| Trouble::Schema(error.into()))
}
