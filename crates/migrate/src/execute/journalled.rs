//! A script without a transaction: statement by statement, with a journal that makes "never twice" hold.
//!
//! A statement that may run in a transaction gets one, with its journal row inside: it is done exactly when the
//! journal says so. One that refuses a transaction (CREATE INDEX CONCURRENTLY, VACUUM, a block that commits) has a
//! row before it and one after it; when only the first is there, the database is asked, or the statement can be
//! run twice, or somebody has to say (see `nature`).

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::{Cancel, Event, Limits, Listener};
use crate::error::{FailureKind, ScriptError};
use crate::folder::Direction;
use crate::ledger::{JournalState, Record};
use crate::nature::{Index, Nature, Recovery, nature};
use crate::plan::{Doubt, Step};
use crate::run::index::{drop_index, find_index};
use crate::run::message::{self, Message};
use crate::script::Script;
use crate::split::Split;

/// Runs the script to its end, ledger row included, or as far as it goes.
pub(super) async fn run(
    conn: &mut PgConnection,
    step: &Step,
    record: &Record<'_>,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<(), ScriptError> {
    let script = &step.script;
    let statements = script.splits();
    let started = Instant::now();
    let mut running = Running { conn, step, record, script, statements: &statements, on };
    let result = running.all(cancel).await;
    let since = format!("(clock_timestamp() - make_interval(secs => {}))", started.elapsed().as_secs_f64());
    let result = match result {
        Ok(()) => running.write(&record.done(&since)).await,
        Err(error) => Err(error),
    };
    let reset = message::simple(conn, &message::reset_sql(script)).await;
    match (result, reset) {
        (Ok(()), Err(error)) => {
            let failure = message::failure_around(script, error);
            // a broken connection is asked about, whatever it broke in
            let broken = failure.kind == FailureKind::Connection;
            Err(if broken { failure } else { failure.with_kind(FailureKind::Cleanup) })
        }
        (result, _) => result,
    }
}

struct Running<'a, 'b> {
    conn: &'a mut PgConnection,
    step: &'a Step,
    record: &'a Record<'a>,
    script: &'a Script,
    statements: &'a [Split],
    on: Listener<'b>,
}

impl Running<'_, '_> {
    async fn all(&mut self, cancel: &Cancel) -> Result<(), ScriptError> {
        for index in 0..self.statements.len() {
            if cancel.is_requested() {
                let stopped = message::refusal(
                    self.script,
                    self.statements,
                    index,
                    "stopped before this statement",
                    "",
                );
                return Err(stopped.with_kind(FailureKind::Cancelled));
            }
            self.statement(index).await?;
        }
        Ok(())
    }

    async fn statement(&mut self, index: usize) -> Result<(), ScriptError> {
        let nature = nature(self.text(index));
        let known =
            self.step.resumes.iter().find(|entry| entry.statement == index + 1).map(|entry| entry.state);
        match (nature, known) {
            (Nature::Session, _) => self.alone(index).await,
            (_, Some(JournalState::Done)) => Ok(()),
            (Nature::Atomic, _) => {
                let beside = self.entry(index, "done");
                Message::statement(self.script, self.statements, index, &beside).send(self.conn).await
            }
            (Nature::Alone(Recovery::BuildIndex(wanted)), known) => self.build(index, &wanted, known).await,
            (Nature::Alone(Recovery::Ask), Some(JournalState::Started)) => match self.step.doubt {
                Doubt::Skip => self.journal(index, "done").await,
                Doubt::Rerun => self.journalled(index).await,
                Doubt::Refuse => Err(message::refusal(
                    self.script,
                    self.statements,
                    index,
                    "an earlier attempt was interrupted here, and nobody knows whether the statement was done",
                    "look, then say so with `--doubt rerun` or `--doubt skip`",
                )),
            },
            (Nature::Alone(_), _) => self.journalled(index).await,
        }
    }

    /// CREATE INDEX CONCURRENTLY, which leaves an invalid index behind when it fails, and passes over it with
    /// success when it is run again with IF NOT EXISTS.
    async fn build(
        &mut self,
        index: usize,
        wanted: &Index,
        known: Option<JournalState>,
    ) -> Result<(), ScriptError> {
        match find_index(self.conn, wanted).await.map_err(|error| self.failure(index, error))? {
            Some((name, false)) => {
                drop_index(self.conn, &name).await.map_err(|error| self.failure(index, error))?;
                (self.on)(Event::DroppedInvalidIndex { step: self.step, index: &name });
            }
            Some((_, true)) if known == Some(JournalState::Started) => {
                return self.journal(index, "done").await;
            }
            _ => {}
        }
        self.journalled(index).await
    }

    async fn journalled(&mut self, index: usize) -> Result<(), ScriptError> {
        self.journal(index, "started").await?;
        let result = self.alone_and_patient(index).await;
        match &result {
            Ok(()) => self.journal(index, "done").await?,
            // best effort: without it the statement is in doubt, which is true as well
            Err(error) if error.kind != FailureKind::Connection => {
                let _ = self.journal(index, "failed").await;
            }
            Err(_) => {}
        }
        result
    }

    async fn alone(&mut self, index: usize) -> Result<(), ScriptError> {
        let sent = message::alone(self.conn, self.script, self.statements, index).await;
        sent.map_err(|error| self.failure(index, error))
    }

    /// The same for what refuses a transaction: it waits for old transactions in a queue that holds nobody up, so it
    /// may wait as long as it may run.
    async fn alone_and_patient(&mut self, index: usize) -> Result<(), ScriptError> {
        if self.record.limits.lock_timeout.is_zero() {
            return self.alone(index).await;
        }
        let patient = Limits { lock_timeout: Duration::ZERO, ..self.record.limits };
        self.limit(index, patient).await?;
        let result = self.alone(index).await;
        let back = self.limit(index, self.record.limits).await;
        result.and(back)
    }

    async fn limit(&mut self, index: usize, limits: Limits) -> Result<(), ScriptError> {
        let set = message::simple(self.conn, &limits.sql("SESSION")).await;
        set.map(drop).map_err(|error| self.failure(index, error))
    }

    async fn journal(&mut self, index: usize, state: &str) -> Result<(), ScriptError> {
        let sql = self.entry(index, state);
        self.write(&sql).await
    }

    /// A row of the journal, and the way back beside the first, so that it can be taken back however far it comes.
    fn entry(&self, index: usize, state: &str) -> String {
        let way_back = match self.step.direction {
            Direction::Up => self.record.keep_rollback().unwrap_or_default(),
            Direction::Down => String::new(),
        };
        format!("{way_back}{}", self.record.statement(index + 1, self.text(index), state))
    }

    /// Writes to the ledger in a transaction of its own.
    async fn write(&mut self, sql: &str) -> Result<(), ScriptError> {
        let written = message::simple(self.conn, &format!("BEGIN;\n{sql}COMMIT;")).await;
        if let Err(error) = written {
            let failure = message::failure_around(self.script, error);
            if failure.kind == FailureKind::Connection {
                return Err(failure);
            }
            let _ = message::simple(self.conn, "ROLLBACK").await;
            return Err(failure.with_kind(FailureKind::Ledger));
        }
        Ok(())
    }

    fn failure(&self, index: usize, error: sqlx::Error) -> ScriptError {
        message::failure_in(self.script, self.statements, index, error)
    }

    fn text(&self, index: usize) -> &str {
        &self.script.sql[self.statements[index].range.clone()]
    }
}
