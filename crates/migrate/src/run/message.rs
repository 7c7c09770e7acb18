//! One message of the simple query protocol around a script, and what its failure means.
//!
//! A whole script with its transaction, its ledger row and the cleanup of the session is one message and one
//! round trip. Postgres parses all of it before it runs any of it, gives positions into it, and confirms each
//! statement that is done, so that the failed one is known by counting.

use std::ops::Range;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, Either, PgConnection};

use super::locate::{Sent, locate};
use crate::error::{Failure, FailureKind, ScriptError};
use crate::script::{Script, line_and_column};
use crate::split::{Split, is_closed, split};

const BEGIN: &str = "BEGIN;\n";
/// Deferred constraints are checked before the ledger is written, so that their failure can be told apart.
const CHECK_DEFERRED: &str = "\n;\nSET CONSTRAINTS ALL IMMEDIATE;\n";
/// The same where more scripts follow in the transaction, which shall find deferred constraints deferred.
const FLUSH_DEFERRED: &str = include_str!("flush_deferred.sql");
const RESET: &str = include_str!("reset.sql");
const DEALLOCATE: &str = include_str!("deallocate.sql");

/// A script, or one statement of it, with what is sent around it.
pub(crate) struct Message<'a> {
    script: &'a Script,
    statements: &'a [Split],
    /// Which of the statements it holds.
    part: Range<usize>,
    /// The byte of the script at which the sent part begins.
    origin: usize,
    /// What stands before it: BEGIN, or nothing in a transaction that is open already.
    opening: &'static str,
    sql: String,
    /// Statements behind the script's up to and with COMMIT.
    closing: usize,
}

impl<'a> Message<'a> {
    /// The whole script in a transaction of its own, `beside` in the same transaction, and the session's cleanup
    /// behind.
    pub(crate) fn transaction(script: &'a Script, statements: &'a [Split], beside: &str) -> Message<'a> {
        let part = 0..statements.len();
        Message::around(script, statements, part, 0..script.sql.len(), beside, &reset_sql(script))
    }

    /// The whole script inside a transaction that is open and stays open, the session's cleanup and `beside` behind
    /// it. After a failure it is the caller who rolls back.
    pub(crate) fn inside(script: &'a Script, statements: &'a [Split], beside: &str) -> Message<'a> {
        let part = 0..statements.len();
        let (sql, closing) = if is_closed(&script.sql) {
            let behind = format!("{FLUSH_DEFERRED}{}{beside}", reset_sql(script));
            (format!("{}\n;\n{behind}", script.sql), split(&behind).len())
        } else {
            (script.sql.clone(), 0)
        };
        Message { script, statements, part, origin: 0, opening: "", sql, closing }
    }

    /// One statement in a transaction of its own, `beside` in the same transaction.
    pub(crate) fn statement(
        script: &'a Script,
        statements: &'a [Split],
        index: usize,
        beside: &str,
    ) -> Message<'a> {
        let text = statements[index].range.clone();
        Message::around(script, statements, index..index + 1, text, beside, "")
    }

    fn around(
        script: &'a Script,
        statements: &'a [Split],
        part: Range<usize>,
        text: Range<usize>,
        beside: &str,
        behind: &str,
    ) -> Message<'a> {
        let origin = text.start;
        let text = &script.sql[text];
        // Postgres says where a string or comment that never ends begins, and runs nothing; what stands behind
        // would only become part of it
        let (sql, closing) = if is_closed(text) {
            (format!("{BEGIN}{text}{CHECK_DEFERRED}{beside}COMMIT;\n{behind}"), 2 + split(beside).len())
        } else {
            (format!("{BEGIN}{text}"), 0)
        };
        Message { script, statements, part, origin, opening: BEGIN, sql, closing }
    }

    /// Sends it into a transaction that is open. Rolling back is left to the caller.
    pub(crate) async fn send_inside(&self, conn: &mut PgConnection) -> Result<(), ScriptError> {
        let (done, result) =
            counted(conn, &self.sql, |index, rows, took| self.trace(index, rows, took)).await;
        let Err(error) = result else { return Ok(()) };
        let kind = match done.checked_sub(self.part.len()) {
            None => FailureKind::Statement,
            Some(0) => FailureKind::Commit,
            Some(_) => FailureKind::Ledger,
        };
        let failure = self.describe(Some(done), error);
        Err(self.of_kind(failure, kind))
    }

    /// A failure whose kind is known from how far the message came.
    fn of_kind(&self, mut failure: ScriptError, kind: FailureKind) -> ScriptError {
        if failure.kind == FailureKind::Statement {
            failure = failure.with_kind(kind);
        }
        if failure.kind == FailureKind::Commit {
            failure =
                failure.with_hint("the constraint is deferred, so it was checked at the end of the script");
        }
        failure
    }

    /// Sends it. After a failure inside the transaction, that is rolled back and the session reset.
    pub(crate) async fn send(&self, conn: &mut PgConnection) -> Result<(), ScriptError> {
        let (done, result) =
            counted(conn, &self.sql, |index, rows, took| self.trace(index, rows, took)).await;
        let Err(error) = result else { return Ok(()) };
        let begun = done > 0;
        let inside = done.saturating_sub(1);
        let kind = match inside.checked_sub(self.part.len()) {
            None => FailureKind::Statement,
            Some(0) => FailureKind::Commit,
            Some(closing) if closing + 1 < self.closing => FailureKind::Ledger,
            Some(closing) if closing < self.closing => FailureKind::Commit,
            Some(_) => FailureKind::Cleanup,
        };
        let failure = self.of_kind(self.describe(begun.then_some(inside), error), kind);
        if failure.kind != FailureKind::Connection {
            let open = begun && kind != FailureKind::Cleanup;
            // the first failure is the one to tell; a session that cannot even be reset is a broken one
            let _ = simple(conn, &cleanup(self.script, open)).await;
        }
        Err(failure)
    }

    /// A statement of the message is done; those of the script are told.
    fn trace(&self, index: usize, rows: u64, took: Duration) {
        let inside = index.checked_sub(usize::from(!self.opening.is_empty()));
        let number =
            inside.map(|inside| self.part.start + inside).filter(|number| self.part.contains(number));
        if let Some(statement) = number.and_then(|number| self.statements.get(number)) {
            trace_statement(self.script, statement, rows, took);
        }
    }

    /// `inside` is how many statements of the part were done, when it was begun at all. What shows only at the
    /// end is told at the last statement.
    fn describe(&self, inside: Option<usize>, error: sqlx::Error) -> ScriptError {
        let last = self.part.end.saturating_sub(1);
        let index = inside.map(|inside| (self.part.start + inside).min(last));
        let statement = index.and_then(|index| self.statements.get(index)).map(|found| found.range.clone());
        let sent = Sent { sql: &self.script.sql, prefix: self.opening.len(), origin: self.origin, statement };
        describe(self.script, &sent, index, error)
    }
}

/// What brings a session back after a failure.
pub(crate) fn cleanup(script: &Script, open: bool) -> String {
    format!("{}{}", if open { "ROLLBACK;\n" } else { "" }, reset_sql(script))
}

/// What brings a session back after a script. Prepared statements only where it may have made some: the block
/// that drops them costs more than all the rest.
pub(crate) fn reset_sql(script: &Script) -> String {
    let prepares = script.sql.to_ascii_lowercase().contains("prepare");
    format!("{RESET}{}", if prepares { DEALLOCATE } else { "" })
}

/// Sends SQL by the simple protocol; returns how many statements were done.
pub(crate) async fn simple(conn: &mut PgConnection, sql: &str) -> Result<usize, sqlx::Error> {
    let (done, result) = counted(conn, sql, |_, _, _| {}).await;
    tracing::trace!(sql = %meshhook_redact::clean(sql.trim()), statements = done, ok = result.is_ok(), "sent");
    result.map(|()| done)
}

/// Sends SQL, and hears of each statement that is done: its number from 0, its rows, its time.
async fn counted(
    conn: &mut PgConnection,
    sql: &str,
    mut each: impl FnMut(usize, u64, Duration),
) -> (usize, Result<(), sqlx::Error>) {
    let mut done = 0;
    let mut began = Instant::now();
    // the text comes from the project's own files, which are meant to be run as they are
    let mut results = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_many(conn);
    loop {
        match results.try_next().await {
            Ok(Some(Either::Left(result))) => {
                let now = Instant::now();
                each(done, result.rows_affected(), now - began);
                began = now;
                done += 1;
            }
            Ok(Some(Either::Right(_))) => {}
            Ok(None) => return (done, Ok(())),
            Err(error) => return (done, Err(error)),
        }
    }
}

/// Tells the log of the process that a statement is done.
fn trace_statement(script: &Script, statement: &Split, rows: u64, took: Duration) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    let (line, _) = line_and_column(&script.sql, statement.range.start);
    tracing::debug!(
        script = %script.path.display(),
        line,
        rows,
        milliseconds = took.as_secs_f64() * 1000.0,
        sql = %meshhook_redact::clean(&script.sql[statement.range.clone()]),
        "statement",
    );
}

/// Sends one statement of a script alone.
pub(crate) async fn alone(
    conn: &mut PgConnection,
    script: &Script,
    statements: &[Split],
    index: usize,
) -> Result<(), sqlx::Error> {
    let statement = &statements[index];
    let sql = script.sql[statement.range.clone()].to_owned();
    let (_, result) =
        counted(conn, &sql, |_, rows, took| trace_statement(script, statement, rows, took)).await;
    result
}

/// The failure of a statement that was sent alone.
pub(crate) fn failure_in(
    script: &Script,
    statements: &[Split],
    index: usize,
    error: sqlx::Error,
) -> ScriptError {
    let range = statements.get(index).map_or(0..0, |statement| statement.range.clone());
    let sent = Sent { sql: &script.sql, prefix: 0, origin: range.start, statement: Some(range) };
    describe(script, &sent, Some(index), error)
}

/// The failure of what is sent around a script.
pub(crate) fn failure_around(script: &Script, error: sqlx::Error) -> ScriptError {
    describe(script, &Sent { sql: &script.sql, prefix: 0, origin: 0, statement: None }, None, error)
}

/// A failure of ours, before the statement was sent.
pub(crate) fn refusal(
    script: &Script,
    statements: &[Split],
    index: usize,
    message: &str,
    hint: &str,
) -> ScriptError {
    refusal_at(script, statements[index].range.start, message, hint).with_statement(index + 1)
}

/// A failure of ours at a byte of the script.
pub(super) fn refusal_at(script: &Script, byte: usize, message: &str, hint: &str) -> ScriptError {
    let mut failure = at(script, byte);
    failure.kind = FailureKind::Refused;
    failure.message = message.to_owned();
    failure.hint = (!hint.is_empty()).then(|| hint.to_owned());
    ScriptError::new(failure)
}

/// A failure with nothing but its place.
fn at(script: &Script, byte: usize) -> Failure {
    let (line, column) = line_and_column(&script.sql, byte);
    Failure {
        path: script.path.clone(),
        line,
        column,
        sql_line: script.sql.lines().nth(line - 1).unwrap_or_default().to_owned(),
        statement: None,
        kind: FailureKind::Statement,
        code: None,
        message: String::new(),
        detail: None,
        hint: None,
        context: None,
        constraint: None,
    }
}

fn describe(script: &Script, sent: &Sent<'_>, index: Option<usize>, error: sqlx::Error) -> ScriptError {
    let start = sent.statement.as_ref().map_or(sent.origin, |range| range.start);
    let Some(said) = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
    else {
        let mut failure = at(script, start);
        failure.statement = index.map(|index| index + 1);
        failure.kind = FailureKind::Connection;
        failure.message = format!("the connection to the database broke: {error}");
        return ScriptError::new(failure);
    };
    let mut failure = at(script, locate(sent, said));
    let owned = |text: Option<&str>| text.map(str::to_owned);
    failure.statement = index.map(|index| index + 1);
    failure.kind = match said.code() {
        "57014" => FailureKind::Cancelled,
        // the server goes down or threw us out
        "57P01" | "57P02" | "57P03" | "57P05" => FailureKind::Connection,
        _ => FailureKind::Statement,
    };
    failure.code = Some(said.code().to_owned());
    failure.message = said.message().to_owned();
    failure.detail = owned(said.detail());
    failure.hint = owned(said.hint()).or_else(|| advice(said, script));
    failure.context = owned(said.r#where()).or_else(|| internal_query(said));
    failure.constraint = owned(said.constraint());
    ScriptError::new(failure)
}

fn internal_query(error: &PgDatabaseError) -> Option<String> {
    match error.position()? {
        PgErrorPosition::Internal { query, .. } => Some(format!("SQL statement \"{query}\"")),
        PgErrorPosition::Original(_) => None,
    }
}

/// What to do about failures that come from how the script is run.
fn advice(error: &PgDatabaseError, script: &Script) -> Option<String> {
    let advice = match error.code() {
        // active_sql_transaction: CREATE INDEX CONCURRENTLY, VACUUM …
        "25001" if script.transactional => {
            "make `-- no-transaction` the very first bytes of the file; it then runs statement by statement"
        }
        // invalid_transaction_termination: COMMIT in a DO block or procedure
        "2D000" if script.transactional => {
            "a block that commits needs `-- no-transaction` as the very first bytes of the file"
        }
        // unsafe_new_enum_value_usage
        "55P04" => "a new enum value can be used only after a commit: put its use into the next migration",
        "42601" if script.sql.lines().any(|line| line.starts_with('\\')) => {
            "lines that begin with a backslash are psql's own commands; Postgres does not know them"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}
