//! What is asked of a run, what is told while it goes on, and how it ends.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use crate::connect::ConnectError;
use crate::error::ScriptError;
use crate::folder::Direction;
use crate::ledger::{LedgerError, RunInfo};
use crate::lock::Holder;
use crate::plan::{Obstacle, Step};
use crate::version::Version;

/// How a run behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long another runner is waited for.
    pub lock_wait: Duration,
    /// What the log says about the run.
    pub info: RunInfo,
}

/// How long a script's statements may wait and run. Zero is for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// `lock_timeout`.
    pub lock_timeout: Duration,
    /// `statement_timeout`.
    pub statement_timeout: Duration,
}

impl Limits {
    /// As settings; `scope` is `LOCAL` for the open transaction, or `SESSION`.
    pub(crate) fn sql(self, scope: &str) -> String {
        let (lock, statement) = (self.lock_timeout.as_millis(), self.statement_timeout.as_millis());
        format!("SET {scope} lock_timeout = {lock};\nSET {scope} statement_timeout = {statement};\n")
    }
}

/// What happens while a plan is carried out.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another runner has the lock and is waited for.
    Waiting(&'a Holder),
    /// A script waits for locks that these have.
    Blocked(&'a [Holder]),
    /// A script begins.
    Started {
        /// The step.
        step: &'a Step,
        /// Its number, from 1.
        number: usize,
        /// How many there are.
        of: usize,
    },
    /// An invalid index, left by an earlier CREATE INDEX CONCURRENTLY that failed, was dropped.
    DroppedInvalidIndex {
        /// The step.
        step: &'a Step,
        /// The index, qualified.
        index: &'a str,
    },
    /// A script is done, and so is its ledger row.
    Finished {
        /// The step.
        step: &'a Step,
        /// Its number, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// How long it took.
        took: Duration,
    },
    /// A script failed.
    Failed {
        /// The step.
        step: &'a Step,
        /// What failed.
        error: &'a ScriptError,
    },
}

/// Something that listens to events.
pub type Listener<'a> = &'a mut (dyn FnMut(Event<'_>) + Send);

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The run in the log; none when there was nothing to do.
    pub run: Option<Uuid>,
    /// The steps that are done, in order.
    pub done: Vec<Done>,
}

/// A step that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Done {
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// Which way.
    pub direction: Direction,
    /// How long it took.
    pub took: Duration,
}

/// What a script that was stopped half way has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing of it is left.
    Unchanged,
    /// Some statements of a script without a transaction are done; `up` resumes it, `down` takes it back.
    Partial,
    /// It is done all the same, ledger row included.
    Done,
    /// The connection broke, and the database could not be asked.
    Unknown,
}

/// A run that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Another runner has the lock.
    #[error("another run is at work: {holder}; waited {} s for it", .waited.as_secs())]
    Locked {
        /// Who.
        holder: Box<Holder>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The connection broke, and the server did not come back, or what it was doing did not end.
    #[error("the server did not come back within {} s", .waited.as_secs())]
    Silent {
        /// How long it was waited for.
        waited: Duration,
    },
    /// The lock was lost while running.
    #[error("a script freed the lock against other runs, and another run took it: {0}")]
    LockLost(Box<Holder>),
    /// The wish cannot be fulfilled; nothing was changed.
    #[error("{}", Listed(.0))]
    Obstacles(Vec<Obstacle>),
    /// A script failed. Those before it are done and stay.
    #[error("{error}")]
    Script {
        /// The migration.
        version: Version,
        /// Which way.
        direction: Direction,
        /// What failed.
        error: ScriptError,
        /// What it left.
        standing: Standing,
        /// What was done before.
        report: Report,
    },
    /// Somebody stopped it, between two scripts or in one.
    #[error("interrupted: {} of {of} done{}", .report.done.len(), Stopped(.at))]
    Interrupted {
        /// The script that was running, and what it left.
        at: Option<(Version, Standing)>,
        /// How many steps there were.
        of: usize,
        /// What was done before.
        report: Report,
    },
}

struct Listed<'a>(&'a [Obstacle]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Obstacle::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

struct Stopped<'a>(&'a Option<(Version, Standing)>);

impl fmt::Display for Stopped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some((version, Standing::Unchanged)) => write!(f, "; nothing of {version} is left"),
            Some((version, Standing::Done)) => write!(f, "; {version} was done all the same"),
            Some((version, Standing::Partial)) => {
                write!(f, "; {version} is half done: `up` resumes it, `down` takes it back")
            }
            Some((version, Standing::Unknown)) => {
                write!(f, "; whether {version} was done is not known, see `status`")
            }
        }
    }
}
