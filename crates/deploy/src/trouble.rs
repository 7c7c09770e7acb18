//! What can go wrong once a run is open, and what kind of trouble it is.

use meshhook_migrate::{FailureKind, LedgerError, RunError, ScriptError, Version};

use crate::report::{Failure, Stage};
use crate::snapshot::SchemaError;

/// Something that ends a deploy.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A script failed.
    Script { version: Version, error: ScriptError },
    /// What was done is not what was rehearsed.
    Differs(Vec<String>),
    /// The ledger or the log.
    Ledger(LedgerError),
    /// The schema could not be read.
    Schema(SchemaError),
    /// The commit was refused, or its answer never came.
    Commit(sqlx::Error),
    /// The session, the lock.
    Run(RunError),
    /// Somebody asked to stop, between two scripts.
    Stopped,
}

/// lock_not_available, deadlock_detected: the only failures that another try can mend.
const TRANSIENT: [&str; 2] = ["55P03", "40P01"];

impl Trouble {
    /// Whether the connection is gone, so that only another one can tell what was done.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Trouble::Script { error, .. } => error.kind == FailureKind::Connection,
            Trouble::Commit(error) | Trouble::Schema(SchemaError::Table(error)) => is_lost(error),
            Trouble::Schema(SchemaError::Read(_)) => true,
            Trouble::Ledger(error) => error.code.as_deref().is_none_or(|code| code.starts_with("57P")),
            Trouble::Run(RunError::Ledger(error)) => {
                error.code.as_deref().is_none_or(|code| code.starts_with("57P"))
            }
            Trouble::Run(_) | Trouble::Schema(_) | Trouble::Differs(_) | Trouble::Stopped => false,
        }
    }

    /// Whether another try can mend it.
    pub(crate) fn is_transient(&self) -> bool {
        let code = match self {
            Trouble::Script { error, .. } => error.code.clone(),
            Trouble::Commit(error) => code(error),
            Trouble::Ledger(error) | Trouble::Run(RunError::Ledger(error)) => error.code.clone(),
            _ => None,
        };
        code.is_some_and(|code| TRANSIENT.contains(&&*code))
    }

    /// Whether it is the answer to a request to stop.
    pub(crate) fn is_stop(&self) -> bool {
        match self {
            Trouble::Stopped => true,
            Trouble::Script { error, .. } => error.kind == FailureKind::Cancelled,
            _ => false,
        }
    }

    /// For the report.
    pub(crate) fn failure(&self, stage: Stage) -> Failure {
        match self {
            Trouble::Script { version, error } => Failure::script(stage, *version, error),
            Trouble::Differs(differences) => {
                let message = "what the scripts did here is not what they did in the rehearsal";
                Failure::plain(Stage::Check, message).with_details(differences.clone())
            }
            Trouble::Ledger(error) => coded(stage, error.code.clone(), error.to_string()),
            Trouble::Schema(error) => Failure::plain(stage, error.to_string()),
            Trouble::Commit(error) => {
                let said = error
                    .as_database_error()
                    .map_or_else(|| error.to_string(), |said| said.message().to_owned());
                coded(Stage::Check, code(error), format!("the transaction could not be committed: {said}"))
            }
            Trouble::Run(error) => Failure::plain(stage, error.to_string()),
            Trouble::Stopped => Failure::plain(stage, "stopped on request"),
        }
    }
}

fn coded(stage: Stage, code: Option<String>, message: String) -> Failure {
    Failure { code, ..Failure::plain(stage, message) }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|said| said.code()).map(|code| code.into_owned())
}

fn is_lost(error: &sqlx::Error) -> bool {
    code(error).is_none_or(|code| code.starts_with("57P"))
}

impl From<LedgerError> for Trouble {
    fn from(error: LedgerError) -> Trouble {
        Trouble::Ledger(error)
    }
}

impl From<SchemaError> for Trouble {
    fn from(error: SchemaError) -> Trouble {
        Trouble::Schema(error)
    }
}

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Trouble {
        Trouble::Run(error)
    }
}
