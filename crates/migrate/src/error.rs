//! What a script that failed tells: where, what Postgres said, and the line it happened in.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;

use serde::Serialize;

/// A script that could not be run; what is known about it is a [`Failure`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ScriptError(Box<Failure>);

/// Everything known about a script's failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The script's file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// That line of the file.
    pub sql_line: String,
    /// Which statement failed, from 1; unknown where Postgres could not even parse the script.
    pub statement: Option<usize>,
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// SQLSTATE.
    pub code: Option<String>,
    /// What is wrong.
    pub message: String,
    /// Postgres's detail.
    pub detail: Option<String>,
    /// Postgres's hint, or ours.
    pub hint: Option<String>,
    /// Postgres's context: which functions were running, innermost first.
    pub context: Option<String>,
    /// The constraint to blame.
    pub constraint: Option<String>,
}

/// The kinds of [`Failure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Postgres refused a statement of the script; nothing of its transaction is left.
    Statement,
    /// Postgres refused the commit, or a constraint deferred to it.
    Commit,
    /// The ledger row could not be written beside the script.
    Ledger,
    /// The script is not one that can be run; nothing was sent.
    Refused,
    /// The script's statements are done and kept, but the session could not be cleaned up behind them.
    Cleanup,
    /// The connection broke.
    Connection,
    /// The statement was cancelled: on request, or by a timeout of the session.
    Cancelled,
}

impl ScriptError {
    /// Wraps what is known.
    pub fn new(failure: Failure) -> ScriptError {
        ScriptError(Box::new(failure))
    }

    /// Replaces the kind.
    pub(crate) fn with_kind(mut self, kind: FailureKind) -> ScriptError {
        self.0.kind = kind;
        self
    }

    /// Says which statement it was, from 1.
    pub(crate) fn with_statement(mut self, number: usize) -> ScriptError {
        self.0.statement = Some(number);
        self
    }

    /// Adds a hint where Postgres gave none.
    pub(crate) fn with_hint(mut self, hint: &str) -> ScriptError {
        self.0.hint.get_or_insert_with(|| hint.to_owned());
        self
    }
}

impl Deref for ScriptError {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl std::error::Error for ScriptError {}

/// The widest part of a line of SQL that is shown.
const SHOWN: usize = 120;

impl fmt::Display for ScriptError {
    /// One screen: `file:line:column: message (SQLSTATE)`, the line with a caret, detail, hint, context.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path.display(), self.line, self.column, self.message)?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        let (shown, before) = window(&self.sql_line, self.column);
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        write!(f, "\n{margin} |\n{number} | {shown}\n{margin} | {}^", " ".repeat(before))?;
        for (what, text) in [("detail", &self.detail), ("hint", &self.hint), ("context", &self.context)] {
            if let Some(text) = text {
                write!(f, "\n{what}: {}", indented(text, what.len() + 2))?;
            }
        }
        Ok(())
    }
}

/// The part of a line around a column, and how many characters stand before the column in it.
fn window(line: &str, column: usize) -> (String, usize) {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let before = column.saturating_sub(1);
    let skipped = if before > SHOWN * 3 / 4 { before - SHOWN / 2 } else { 0 };
    let mut text = if skipped > 0 { "…".to_owned() } else { String::new() };
    let lead = text.chars().count();
    let mut rest = line.chars().skip(skipped).map(shown);
    text.extend(rest.by_ref().take(SHOWN));
    if rest.next().is_some() {
        text.push('…');
    }
    (text, before - skipped + lead)
}

/// A text of several lines, clipped, each line but the first moved in by `by`.
fn indented(text: &str, by: usize) -> String {
    const LINES: usize = 12;
    let mut lines = text.lines();
    let mut kept: Vec<&str> = lines.by_ref().take(LINES).collect();
    if lines.next().is_some() {
        kept.push("…");
    }
    kept.join(&format!("\n{}", " ".repeat(by)))
}
