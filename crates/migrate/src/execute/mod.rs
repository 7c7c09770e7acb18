//! Carrying a plan out: one transaction and one commit a migration, the ledger row inside, one runner at a time.

mod cancel;
mod journalled;
mod outcome;
mod segment;
mod watch;

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

pub use cancel::Cancel;
pub use outcome::{Done, Event, Limits, Listener, Report, RunError, Settings, Standing};
pub use segment::{Place, Segment};

use crate::connect::Target;
use crate::error::{FailureKind, ScriptError};
use crate::folder::Folder;
use crate::ledger::{self, LedgerError, Outcome, Record, RunInfo, State};
use crate::lock::{self, Backend};
use crate::plan::{Plan, Step, Wish, plan};
use crate::run::message::{self, Message};
use crate::run::{OwnTransaction, refuse};

/// Does what is wished, as far as it is not done already: connects, plans under the lock, runs, and lets go.
pub async fn migrate(
    target: &Target,
    folder: &Folder,
    wish: &Wish,
    settings: &Settings,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Report, RunError> {
    let mut session = Session::open(target).await?;
    let result = session.migrate(folder, wish, settings, on, cancel).await;
    session.close().await;
    result
}

/// The log may lose its last rows when the server crashes, the ledger may not: the log need not wait for the disk,
/// while a commit of the ledger also brings every row of the log before it to the disk. And a log that somebody has
/// locked must not hold up what is locked by us meanwhile.
const LOG_SESSION: &str = "SET synchronous_commit = off; SET lock_timeout = '10s';";

/// How long a server that is left is listened to.
const GOODBYE: Duration = Duration::from_secs(3);

/// Connections that work on one database: one runs the scripts and holds the lock, so that a lock lives as long as
/// the statement it protects, even when we are killed; the other writes
/// what the log has to say about failures.
pub struct Session {
    target: Target,
    conn: PgConnection,
    log: PgConnection,
    backend: Backend,
    log_backend: Backend,
    key: i64,
    locked: bool,
    /// Whether Supabase's own ledger is there and is to be kept in step; known once the state was read.
    supabase: bool,
}

impl Session {
    /// Connects twice.
    pub async fn open(target: &Target) -> Result<Session, RunError> {
        let (mut conn, mut log) = tokio::try_join!(target.connect(), target.connect())?;
        let settings = message::simple(&mut log, LOG_SESSION).await;
        settings.map_err(LedgerError::new("written"))?;
        let (backend, database) = lock::backend(&mut conn).await.map_err(LedgerError::new("read"))?;
        let (log_backend, _) = lock::backend(&mut log).await.map_err(LedgerError::new("read"))?;
        let (target, key) = (target.clone(), lock::lock_key(&database));
        Ok(Session { target, conn, log, backend, log_backend, key, locked: false, supabase: false })
    }

    /// Where the database stands.
    pub async fn state(&mut self, folder: &Folder) -> Result<State, LedgerError> {
        let state = State::read(&mut self.conn, folder).await?;
        self.supabase = state.keeps_supabase();
        Ok(state)
    }

    /// Keeps other runners out until [`Session::close`].
    pub async fn lock(&mut self, wait: Duration, on: Listener<'_>, cancel: &Cancel) -> Result<(), RunError> {
        let Session { conn, log, key, .. } = self;
        let taking = async {
            if let Some(holder) = lock::acquire(conn, *key, wait, |holder| on(Event::Waiting(holder))).await?
            {
                return Ok(Some(holder));
            }
            // of a run that was killed, the process that wrote its log may live a moment longer than the one that
            // held the lock, and would write behind our back
            lock::acquire(log, log_key(*key), wait, |holder| on(Event::Waiting(holder))).await
        };
        let got = tokio::select! {
            biased;
            got = taking => got,
            () = cancel.requested() => {
                return Err(RunError::Interrupted { at: None, of: 0, report: Report::default() });
            }
        };
        match got.map_err(LedgerError::new("locked"))? {
            None => {
                self.locked = true;
                Ok(())
            }
            Some(holder) => Err(RunError::Locked { holder: Box::new(holder), waited: wait }),
        }
    }

    /// Frees the lock and says goodbye.
    pub async fn close(mut self) {
        let goodbye = async {
            if self.locked {
                let _ = lock::release(&mut self.log, log_key(self.key)).await;
                let _ = lock::release(&mut self.conn, self.key).await;
            }
            let _ = tokio::join!(self.conn.close(), self.log.close());
        };
        // whoever does not answer finds out by itself
        let _ = tokio::time::timeout(GOODBYE, goodbye).await;
    }

    async fn migrate(
        &mut self,
        folder: &Folder,
        wish: &Wish,
        settings: &Settings,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Report, RunError> {
        // nothing to do needs no lock; obstacles may be another runner's unfinished work, so they do
        let state = self.state(folder).await?;
        if plan(folder, &state, wish).is_ok_and(|plan| plan.is_empty()) {
            return Ok(Report::default());
        }
        self.lock(settings.lock_wait, &mut *on, cancel).await?;
        let state = self.state(folder).await?;
        let plan = plan(folder, &state, wish).map_err(RunError::Obstacles)?;
        self.execute(&plan, &settings.info, on, cancel).await
    }

    /// Carries a plan out. The lock must be held since before the plan's state was read.
    pub async fn execute(
        &mut self,
        plan: &Plan,
        info: &RunInfo,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Report, RunError> {
        let mut report = Report::default();
        if plan.is_empty() {
            return Ok(report);
        }
        refuse_all(plan)?;
        ledger::create(&mut self.conn).await?;
        let run = Uuid::new_v4();
        ledger::abandon(&mut self.log).await.map_err(LedgerError::new("written"))?;
        ledger::open_run(&mut self.log, run, info).await.map_err(LedgerError::new("written"))?;
        report.run = Some(run);
        let result = self.steps(plan, run, &mut report, on, cancel).await;
        let outcome = match &result {
            Ok(()) => Outcome::Succeeded,
            Err(RunError::Interrupted { .. }) => Outcome::Interrupted,
            Err(_) => Outcome::Failed,
        };
        // the ledger is right whatever becomes of the log's last line
        let _ = ledger::close_run(&mut self.log, run, outcome).await;
        result.map(|()| report)
    }

    async fn steps(
        &mut self,
        plan: &Plan,
        run: Uuid,
        report: &mut Report,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<(), RunError> {
        let of = plan.steps.len();
        for (index, step) in plan.steps.iter().enumerate() {
            if cancel.is_requested() {
                return Err(RunError::Interrupted { at: None, of, report: report.clone() });
            }
            let number = index + 1;
            on(Event::Started { step, number, of });
            let description = step.name.replace('_', " ");
            let record = Record {
                run,
                step: i32::try_from(number).unwrap_or(i32::MAX),
                version: step.version,
                description: &description,
                direction: step.direction,
                script: &step.script,
                rollback: step.rollback.as_ref(),
                next: plan.steps.get(number),
                limits: Limits::default(),
                supabase: self.supabase,
            };
            if index == 0 {
                ledger::log_start(&mut self.log, &record).await.map_err(LedgerError::new("written"))?;
            }
            let started = Instant::now();
            let result = self.step(step, &record, &mut *on, cancel).await;
            let took = started.elapsed();
            if let Err(error) = result {
                return Err(self.failed(step, &record, error, of, report, on, cancel).await);
            }
            let Step { version, name, direction, .. } = step;
            report.done.push(Done { version: *version, name: name.clone(), direction: *direction, took });
            on(Event::Finished { step, number, of, took });
            self.keep_lock(step).await?;
        }
        Ok(())
    }

    /// Runs a script.
    async fn step(
        &mut self,
        step: &Step,
        record: &Record<'_>,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<(), ScriptError> {
        let Session { conn, target, backend, .. } = self;
        let script = async {
            if step.script.transactional {
                let statements = step.script.splits();
                let beside = record.done("transaction_timestamp()");
                Message::transaction(&step.script, &statements, &beside).send(conn).await
            } else {
                journalled::run(conn, step, record, on, cancel).await
            }
        };
        cancel.guard(script, target, backend.pid).await
    }

    /// What a failure means, and its row in the log.
    #[expect(clippy::too_many_arguments, reason = "the end of a step needs all that its beginning had")]
    async fn failed(
        &mut self,
        step: &Step,
        record: &Record<'_>,
        error: ScriptError,
        of: usize,
        report: &Report,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> RunError {
        let stopped = cancel.is_requested() && error.kind == FailureKind::Cancelled;
        let standing = match error.kind {
            FailureKind::Connection => self.ask(step).await,
            FailureKind::Cleanup => Standing::Done,
            _ if step.script.transactional => Standing::Unchanged,
            _ => self.partial(step).await,
        };
        if standing != Standing::Done {
            let outcome = if stopped { Outcome::Interrupted } else { Outcome::Failed };
            let _ = ledger::log_failure(&mut self.log, record, outcome, &error).await;
        }
        let report = report.clone();
        if stopped {
            return RunError::Interrupted { at: Some((step.version, standing)), of, report };
        }
        on(Event::Failed { step, error: &error });
        RunError::Script { version: step.version, direction: step.direction, error, standing, report }
    }

    /// After a broken connection: asks on another one, once the process at the old one's end is gone.
    async fn ask(&mut self, step: &Step) -> Standing {
        let Ok(mut conn) = self.target.connect().await else { return Standing::Unknown };
        for _ in 0..100 {
            match lock::is_alive(&mut conn, self.backend, false).await {
                Ok(false) => break,
                Ok(true) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(_) => return Standing::Unknown,
            }
        }
        let standing = ledger::standing(&mut conn, step.version, step.direction).await;
        self.log = conn;
        standing.unwrap_or(Standing::Unknown)
    }

    /// What the journal says about a script without a transaction that failed.
    async fn partial(&mut self, step: &Step) -> Standing {
        ledger::standing(&mut self.log, step.version, step.direction).await.unwrap_or(Standing::Unknown)
    }

    /// A script may free the runner's lock (`pg_advisory_unlock_all`, DISCARD ALL). Then it is taken again, and
    /// when somebody was faster, that is the end.
    async fn keep_lock(&mut self, step: &Step) -> Result<(), RunError> {
        let sql = step.script.sql.to_ascii_lowercase();
        if !sql.contains("advisory_unlock") && !sql.contains("discard") {
            return Ok(());
        }
        let written = LedgerError::new("locked");
        if self.locked && !lock::is_held(&mut self.conn, self.key).await.map_err(&written)? {
            let holder =
                lock::acquire(&mut self.conn, self.key, Duration::ZERO, |_| {}).await.map_err(&written)?;
            if let Some(holder) = holder {
                self.locked = false;
                return Err(RunError::LockLost(Box::new(holder)));
            }
        }
        Ok(())
    }
}

/// The lock that the log's connection holds beside the runner's.
fn log_key(key: i64) -> i64 {
    key.wrapping_add(1)
}

/// Looks through every script before the first is run.
fn refuse_all(plan: &Plan) -> Result<(), RunError> {
    for step in &plan.steps {
        refuse(&step.script, &step.script.splits(), OwnTransaction::Refuse).map_err(|error| {
            RunError::Script {
                version: step.version,
                direction: step.direction,
                error,
                standing: Standing::Unchanged,
                report: Report::default(),
            }
        })?;
    }
    Ok(())
}
