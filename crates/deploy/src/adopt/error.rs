//! Why a ledger is not adopted or mended.

use meshhook_migrate::connect::ConnectError;
use meshhook_migrate::{LedgerError, RunError, ScriptError, Version};
use meshhook_sandbox::SandboxError;

use super::Evidence;
use crate::snapshot::SchemaError;

/// A ledger that is not adopted or mended. Nothing was written, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The database cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The lock, or the session.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The schema cannot be read, or not be kept.
    #[error("{0}")]
    Schema(String),
    /// There is no sandbox.
    #[error("there is no sandbox to take evidence in: {0}")]
    Sandbox(#[from] SandboxError),
    /// A file fails in the sandbox.
    #[error("the sandbox cannot be brought to where the database is: {error}")]
    Script {
        /// The migration.
        version: Version,
        /// What failed.
        error: ScriptError,
    },
    /// What is asked for does not fit what is there.
    #[error("{}", .0.join("\n"))]
    Unfit(Vec<String>),
    /// Evidence needs a file that is not in this checkout.
    #[error(
        "{} applied and not among the files here, so that there is no evidence to be had; use a checkout that has {}, or \
         take them out of the ledger too (`repair --reverted`)",
        are(versions),
        if versions.len() == 1 { "it" } else { "them" }
    )]
    NoFile {
        /// The migrations.
        versions: Vec<Version>,
    },
    /// The live schema is not what the files make.
    #[error("the live schema is not what the files make, in {} places", .0.differences.len())]
    Contradicted(Box<Evidence>),
    /// It was changed by somebody between being examined and being written.
    #[error("the {what} changed after it was examined; nothing was written")]
    Moved {
        /// `schema` or `ledger`.
        what: &'static str,
    },
    /// Somebody asked to stop.
    #[error("stopped on request; nothing was written")]
    Stopped,
}

fn are(versions: &[Version]) -> String {
    let names: Vec<String> = versions.iter().map(Version::to_string).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", names.join(", "))
}

impl From<SchemaError> for AdoptError {
    fn from(error: SchemaError) -> AdoptError {
        AdoptError::Schema(error.to_string())
    }
}
