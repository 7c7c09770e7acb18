//! Why there is no report at all.

use meshhook_sandbox::SandboxError;
use meshhook_schema::ReadError;

/// The round trip could not be made. What is wrong with a migration is never this, but a finding.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The sandbox broke.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A query of ours failed.
    #[error("cannot {doing}: {source}")]
    Query {
        /// What was being done.
        doing: &'static str,
        /// What Postgres or the connection said.
        source: sqlx::Error,
    },
    /// The catalog could not be read because the connection broke.
    #[error("cannot read the catalog: {0}")]
    Catalog(#[from] ReadError),
    /// Versions were asked for that the folder does not have.
    #[error("there is no migration {}", .versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    UnknownVersions {
        /// Which.
        versions: Vec<meshhook_migrate::Version>,
    },
    /// A migration fails on an empty database; the round trip tells more of it.
    #[error(transparent)]
    Migration(Box<meshhook_migrate::ScriptError>),
    /// A file of the declared schema cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Stopped from outside.
    #[error("cancelled")]
    Cancelled,
}

impl VerifyError {
    /// Whether Postgres refused a query of ours, on a connection that is whole.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            VerifyError::Query { source, .. } => source.as_database_error().is_some(),
            VerifyError::Catalog(ReadError::Database(source)) => source.as_database_error().is_some(),
            VerifyError::Catalog(_) => true,
            _ => false,
        }
    }
}

/// Says what a query was for.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, VerifyError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, VerifyError> {
        self.map_err(|source| VerifyError::Query { doing, source })
    }
}
