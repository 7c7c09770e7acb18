//! What a preflight found.

use std::fmt;

use serde::Serialize;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The name resolves, and something listens there.
    Reachable,
    /// The server lets us in.
    Login,
    /// The connection is encrypted.
    Tls,
    /// No transaction-mode pooler is in between.
    Pooler,
    /// The server's major version.
    Version,
    /// The database can be written to.
    ReadOnly,
    /// The role may do what migrations do.
    Rights,
    /// Connections are left for others.
    Connections,
    /// No transaction is open that scripts would have to wait for.
    LongTransactions,
    /// No transaction is prepared and forgotten.
    PreparedTransactions,
    /// The disk has room.
    Disk,
    /// No replication slot keeps the server from throwing WAL away.
    ReplicationSlots,
    /// Triggers and foreign keys are in force (`session_replication_role`).
    ReplicationRole,
    /// Event triggers run along with scripts.
    EventTriggers,
    /// No index is left over from a failed CREATE INDEX CONCURRENTLY.
    InvalidIndexes,
    /// No autovacuum is at work that does not yield.
    Autovacuum,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Check::Reachable => "reachable",
            Check::Login => "login",
            Check::Tls => "tls",
            Check::Pooler => "pooler",
            Check::Version => "version",
            Check::ReadOnly => "read-only",
            Check::Rights => "rights",
            Check::Connections => "connections",
            Check::LongTransactions => "long-transactions",
            Check::PreparedTransactions => "prepared-transactions",
            Check::Disk => "disk",
            Check::ReplicationSlots => "replication-slots",
            Check::ReplicationRole => "replication-role",
            Check::EventTriggers => "event-triggers",
            Check::InvalidIndexes => "invalid-indexes",
            Check::Autovacuum => "autovacuum",
        })
    }
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The deploy does not begin.
    Error,
    /// It begins; somebody should look.
    Warning,
    /// Good to know.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// Something that was found. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How much it matters.
    pub severity: Severity,
    /// What is the matter, without a final period.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Finding {
    /// Whether the deploy must not begin.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    pub(super) fn error(check: Check, message: impl Into<String>) -> Finding {
        Finding { check, severity: Severity::Error, message: message.into(), hint: None }
    }

    pub(super) fn warning(check: Check, message: impl Into<String>) -> Finding {
        Finding { check, severity: Severity::Warning, message: message.into(), hint: None }
    }

    pub(super) fn note(check: Check, message: impl Into<String>) -> Finding {
        Finding { check, severity: Severity::Note, message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.check, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}
