//! Runs that are told step by step: one transaction for several scripts, to be looked at before it is committed.
//! This is what a deploy is made of; it decides, this carries out.

use std::convert::identity;
use std::time::{Duration, Instant};

use sqlx::PgConnection;
use uuid::Uuid;

use super::watch::watched;
use super::{Cancel, Event, Limits, Listener, RunError, Session, journalled};
use crate::error::{FailureKind, ScriptError};
use crate::ledger::{self, Closing, LedgerError, Mend, Opening, Outcome, Record, RunInfo};
use crate::lock;
use crate::plan::{Plan, Step};
use crate::run::message::{self, Message, failure_around};
use crate::silence::{SILENCE, answered};

/// What a session has beyond the scripts' own settings. A client that is gone (killed, or its machine lost) must not
/// keep locks: its running statement ends within seconds, and so does an open transaction that nobody continues.
const OWN_SETTINGS: &str = include_str!("own_settings.sql");

/// Where a step stands in its run.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The run in the log.
    pub run: Uuid,
    /// The attempt's number in the run, from 1: the log has a row for each.
    pub attempt: usize,
    /// The step's number, from 1.
    pub number: usize,
    /// How many steps there are.
    pub of: usize,
}

/// An open transaction that takes scripts. Dropping it without [`Segment::commit`] or [`Segment::rollback`] leaves the
/// transaction to the end of the session, which takes it back.
pub struct Segment<'s> {
    session: &'s mut Session,
    limits: Limits,
}

impl Session {
    /// Makes the ledger's tables where they are missing.
    pub async fn prepare_ledger(&mut self) -> Result<(), LedgerError> {
        let limits = Limits { lock_timeout: Duration::from_secs(10), ..Limits::default() };
        let written = LedgerError::new("created");
        let creating = async {
            message::simple(&mut self.conn, &limits.sql("SESSION")).await.map_err(&written)?;
            let created = ledger::create(&mut self.conn).await;
            message::simple(&mut self.conn, &Limits::default().sql("SESSION")).await.map_err(&written)?;
            created
        };
        answered(creating, &written).await
    }

    /// Looks through every script of a plan without sending anything.
    pub fn refuse(plan: &Plan) -> Result<(), RunError> {
        super::refuse_all(plan)
    }

    /// Opens a run in the log, and waits for the disk: what is done from here on must be known. The lock must be held.
    ///
    /// # Errors
    /// When it could not be written, or its answer never came; then it is not there, unless the server stays away.
    pub async fn open_run(&mut self, info: &RunInfo, opening: &Opening) -> Result<Uuid, LedgerError> {
        let id = Uuid::new_v4();
        let opened = self.write_run(id, info, opening).await;
        if opened.is_err() && self.recover(SILENCE, &mut |_| {}).await.is_ok() {
            let sql = "DELETE FROM meshhook_ops.migration_run WHERE id = $1";
            let _ = answered(sqlx::query(sql).bind(id).execute(&mut self.log), identity).await;
        }
        opened.map(|()| id)
    }

    async fn write_run(&mut self, id: Uuid, info: &RunInfo, opening: &Opening) -> Result<(), LedgerError> {
        self.log_waits_for_disk(true).await?;
        let writing = ledger::open_deploy(&mut self.log, id, info, opening, self.backend.pid);
        answered(writing, identity).await.map_err(LedgerError::new("written"))?;
        self.log_waits_for_disk(false).await
    }

    /// Says that a run goes backwards from now on.
    pub async fn turn_back(&mut self, run: Uuid) -> Result<(), LedgerError> {
        let sql = "UPDATE meshhook_ops.migration_run SET phase = 'backwards' WHERE id = $1";
        let turned = answered(sqlx::query(sql).bind(run).execute(&mut self.log), identity).await;
        turned.map(drop).map_err(LedgerError::new("written"))
    }

    /// Closes a run in the log: waits for the disk, since it is the last word.
    pub async fn close_run(&mut self, run: Uuid, closing: &Closing) -> Result<(), LedgerError> {
        self.log_waits_for_disk(true).await?;
        let closed = answered(ledger::close_deploy(&mut self.log, run, closing), identity).await;
        self.log_waits_for_disk(false).await?;
        closed.map_err(LedgerError::new("written"))
    }

    async fn log_waits_for_disk(&mut self, waits: bool) -> Result<(), LedgerError> {
        let sql = if waits { "SET synchronous_commit = on" } else { "SET synchronous_commit = off" };
        let set = answered(message::simple(&mut self.log, sql), identity).await;
        set.map(drop).map_err(LedgerError::new("written"))
    }

    /// The connection that runs the scripts.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.conn
    }

    /// The connection that writes the log.
    pub fn log(&mut self) -> &mut PgConnection {
        &mut self.log
    }

    /// The server process that runs the scripts.
    pub fn pid(&self) -> i32 {
        self.backend.pid
    }

    /// Opens a transaction for scripts.
    pub async fn begin(&mut self, limits: Limits) -> Result<Segment<'_>, LedgerError> {
        let sql = format!("{OWN_SETTINGS}BEGIN;\n{}", limits.sql("LOCAL"));
        let begun = answered(message::simple(&mut self.conn, &sql), identity).await;
        begun.map_err(LedgerError::new("written"))?;
        Ok(Segment { session: self, limits })
    }

    /// Runs a script without a transaction, with its journal; its ledger row is written at its end.
    pub async fn run_alone(
        &mut self,
        step: &Step,
        place: Place,
        limits: Limits,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Duration, ScriptError> {
        let description = step.name.replace('_', " ");
        let record = record(step, place, limits, self.supabase, &description);
        let Session { conn, log, target, backend, .. } = self;
        let lost = |error| failure_around(&step.script, error);
        let logged = answered(ledger::log_start(log, &record), identity).await;
        logged.map_err(|error| unlogged(step, error))?;
        let settings = format!("{OWN_SETTINGS}{}", limits.sql("SESSION"));
        answered(message::simple(conn, &settings), identity).await.map_err(lost)?;
        on(Event::Started { step, number: place.number, of: place.of });
        let started = Instant::now();
        let mut inner: Vec<String> = Vec::new();
        let mut heard = |event: Event<'_>| {
            if let Event::DroppedInvalidIndex { index, .. } = event {
                inner.push(index.to_owned());
            }
        };
        let script = journalled::run(conn, step, &record, &mut heard, cancel);
        let result = watched(cancel.guard(script, target, backend.pid), log, backend.pid, &mut *on).await;
        for index in &inner {
            on(Event::DroppedInvalidIndex { step, index });
        }
        let took = started.elapsed();
        match result.unwrap_or_else(|| Err(silent(step))) {
            Ok(()) => {
                on(Event::Finished { step, number: place.number, of: place.of, took });
                self.still_locked(step).await?;
                Ok(took)
            }
            Err(error) => {
                on(Event::Failed { step, error: &error });
                let outcome = if cancelled(cancel, &error) { Outcome::Interrupted } else { Outcome::Failed };
                let _ =
                    answered(ledger::log_failure(&mut self.log, &record, outcome, &error), identity).await;
                Err(error)
            }
        }
    }

    /// Writes that a script failed although the transaction around it is gone already.
    pub async fn log_failure(&mut self, step: &Step, place: Place, outcome: Outcome, error: &ScriptError) {
        let description = step.name.replace('_', " ");
        let record = record(step, place, Limits::default(), false, &description);
        // the ledger is right whatever becomes of this line
        let _ = answered(ledger::log_failure(&mut self.log, &record, outcome, error), identity).await;
    }

    /// Writes that a script failed before it was run here: in the rehearsal.
    pub async fn log_rehearsal(
        &mut self,
        run: Uuid,
        step: &Step,
        code: Option<&str>,
        message: &str,
        position: Option<&str>,
    ) {
        let logged = sqlx::query(include_str!("log_rehearsal.sql"))
            .bind(run)
            .bind(step.version.number())
            .bind(step.script.path.to_string_lossy().into_owned())
            .bind(step.direction.as_str())
            .bind(code)
            .bind(meshhook_redact::clean(message))
            .bind(position);
        // the run's own row says it too
        let _ = logged.execute(&mut self.log).await;
    }

    /// Writes that the scripts of a transaction are gone with it, but those that are said to have failed.
    pub async fn log_rolled_back(&mut self, run: Uuid) {
        let sql = "UPDATE meshhook_ops.migration_log SET status = 'rolled back', finished_at = clock_timestamp() \
                   WHERE run = $1 AND status = 'started'";
        // the ledger is right whatever becomes of this line
        let _ = answered(sqlx::query(sql).bind(run).execute(&mut self.log), identity).await;
    }

    /// After a broken connection: a new session with the lock, once the process at the old one's end is gone, so that
    /// what it did is settled. A server that restarts is waited for.
    ///
    /// # Errors
    /// When that does not come about within `patience`, or another run has taken the lock meanwhile.
    pub async fn recover(&mut self, patience: Duration, on: Listener<'_>) -> Result<(), RunError> {
        let deadline = Instant::now() + patience;
        let fresh = loop {
            match tokio::time::timeout(patience, Session::open(&self.target)).await {
                Ok(Ok(fresh)) => break fresh,
                Ok(Err(error)) if Instant::now() >= deadline => return Err(error),
                Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(200)).await,
                Err(_) => return Err(RunError::Silent { waited: patience }),
            }
        };
        let old = [self.backend, self.log_backend];
        // closes our ends of the old connections, so that a process of the server that is idle goes by itself
        *self = Session { supabase: self.supabase, ..fresh };
        let terminated = LedgerError::new("read");
        let asked = Instant::now();
        loop {
            // a statement that still runs for a client that is gone: ours to end
            let end = asked.elapsed() > Duration::from_secs(1);
            let mut alive = false;
            for backend in old {
                alive |= lock::is_alive(&mut self.log, backend, end).await.map_err(&terminated)?;
            }
            if !alive {
                break;
            }
            if Instant::now() >= deadline {
                return Err(RunError::Silent { waited: patience });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let rest = deadline.saturating_duration_since(Instant::now());
        self.lock(rest.max(Duration::from_secs(1)), on, &Cancel::never()).await
    }

    /// A script may free the lock; see [`Session::keep_lock`].
    async fn still_locked(&mut self, step: &Step) -> Result<(), ScriptError> {
        self.keep_lock(step).await.map_err(|error| {
            let place = message::failure_around(&step.script, sqlx::Error::Protocol(error.to_string()));
            place.with_kind(FailureKind::Ledger)
        })
    }
}

impl Segment<'_> {
    /// Runs a script, its ledger row beside it. After a failure only [`Segment::rollback`] makes sense.
    pub async fn run(
        &mut self,
        step: &Step,
        place: Place,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Duration, ScriptError> {
        let description = step.name.replace('_', " ");
        let record = record(step, place, self.limits, self.session.supabase, &description);
        let Session { conn, log, target, backend, .. } = &mut *self.session;
        let logged = answered(ledger::log_start(log, &record), identity).await;
        logged.map_err(|error| unlogged(step, error))?;
        on(Event::Started { step, number: place.number, of: place.of });
        let started = Instant::now();
        let statements = step.script.splits();
        // the message arrives when the script begins
        let limits = self.limits.sql("LOCAL");
        let beside = format!("{OWN_SETTINGS}{}{limits}", record.done("statement_timestamp()"));
        let sent = Message::inside(&step.script, &statements, &beside);
        let script = cancel.guard(sent.send_inside(conn), target, backend.pid);
        let result = watched(script, log, backend.pid, &mut *on).await.unwrap_or_else(|| Err(silent(step)));
        let took = started.elapsed();
        match result {
            Ok(()) => {
                on(Event::Finished { step, number: place.number, of: place.of, took });
                self.session.still_locked(step).await?;
                Ok(took)
            }
            Err(error) => {
                on(Event::Failed { step, error: &error });
                Err(error)
            }
        }
    }

    /// Changes the ledger without running anything, as a run of its own that is over with this transaction: either all
    /// of it is kept, its lines in the log too, or nothing.
    pub async fn mend(
        &mut self,
        info: &RunInfo,
        opening: &Opening,
        closing: &Closing,
        mends: &[Mend<'_>],
    ) -> Result<Uuid, LedgerError> {
        let Session { conn, supabase, backend, .. } = &mut *self.session;
        ledger::mend(conn, info, (opening, closing), mends, *supabase, backend.pid).await
    }

    /// The connection, to look at what the scripts have done, before anybody else sees it.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.session.conn
    }

    /// Keeps it.
    ///
    /// # Errors
    /// [`sqlx::Error`] of a connection that broke: whether it was kept is then for the ledger to say, after
    /// [`Session::recover`].
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        let Session { conn, log, backend, .. } = self.session;
        let committed = watched(message::simple(conn, "COMMIT"), log, backend.pid, &mut |_| {}).await;
        committed.unwrap_or_else(|| Err(sqlx::Error::PoolTimedOut)).map(drop)
    }

    /// Takes it back.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        answered(message::simple(&mut self.session.conn, "ROLLBACK"), identity).await.map(drop)
    }
}

fn record<'a>(
    step: &'a Step,
    place: Place,
    limits: Limits,
    supabase: bool,
    description: &'a str,
) -> Record<'a> {
    Record {
        run: place.run,
        step: i32::try_from(place.attempt).unwrap_or(i32::MAX),
        version: step.version,
        description,
        direction: step.direction,
        script: &step.script,
        rollback: step.rollback.as_ref(),
        next: None,
        limits,
        supabase,
    }
}

/// The log could not be written, and nothing was sent.
fn unlogged(step: &Step, error: sqlx::Error) -> ScriptError {
    let failure = failure_around(&step.script, error);
    if failure.kind == FailureKind::Connection { failure } else { failure.with_kind(FailureKind::Ledger) }
}

fn silent(step: &Step) -> ScriptError {
    failure_around(&step.script, sqlx::Error::Protocol("the server does not answer any more".to_owned()))
}

fn cancelled(cancel: &Cancel, error: &ScriptError) -> bool {
    cancel.is_requested() && error.kind == FailureKind::Cancelled
}
