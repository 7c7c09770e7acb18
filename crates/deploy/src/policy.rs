//! What one environment of `supabase/deploy.toml` demands, as validated values. Holds no secret.

use std::path::PathBuf;
use std::time::Duration;

/// The rules of one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The environment's name.
    pub environment: String,
    /// How a command reaches it, for the commands that a report offers: `--env production`.
    pub reach: String,
    /// The major version of the server; checked when given.
    pub major: Option<u16>,
    /// What the connection must be like when the server is not on this machine.
    pub tls: Tls,
    /// A certificate authority of one's own, for [`Tls::VerifyFull`].
    pub root_certificate: Option<PathBuf>,
    /// `lock_timeout` of the scripts.
    pub lock_timeout: Duration,
    /// `statement_timeout` of the scripts.
    pub statement_timeout: Duration,
    /// How long another deploy is waited for.
    pub lock_wait: Duration,
    /// How often a segment is tried again after 55P03 or 40P01.
    pub retries: u32,
    /// Which migrations share a transaction.
    pub segments: Segments,
    /// Whether the pending list is run in a sandbox first.
    pub rehearsal: bool,
    /// What is done about a schema that is not as the last deploy left it.
    pub drift: DriftRule,
    /// A transaction that is open longer than this, on a table that a pending script names or on any, stops the
    /// deploy before it begins.
    pub long_transaction: Duration,
    /// How many connections must be free for others.
    pub free_connections: u32,
    /// Whether a person has to say yes (`--yes` in CI).
    pub confirm: bool,
    /// Names of tables that are made and dropped at run time, as globs of qualified names
    /// (`public.workflow_events_y*`): never drift.
    pub runtime: Vec<String>,
}

/// TLS for servers that are not on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Encrypted; the certificate is not checked.
    Require,
    /// Encrypted, and the certificate is that of the host.
    VerifyFull,
}

/// Which migrations share a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segments {
    /// As many as may.
    Joined,
    /// Each has its own, so that locks are short.
    PerMigration,
}

/// What is done about drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftRule {
    /// The deploy stops unless it is accepted with a reason.
    Refuse,
    /// It is told, and the deploy goes on.
    Warn,
}

impl Policy {
    /// The rules for a database that no file names: all defaults.
    pub fn named(environment: &str) -> Policy {
        Policy {
            environment: environment.to_owned(),
            reach: format!("--env {environment}"),
            major: None,
            tls: Tls::Require,
            root_certificate: None,
            // FACTS.md: a lock_timeout below deadlock_timeout (1 s) never beats autovacuum
            lock_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(15 * 60),
            lock_wait: Duration::from_secs(60),
            retries: 3,
            segments: Segments::Joined,
            rehearsal: true,
            drift: DriftRule::Refuse,
            long_transaction: Duration::from_secs(60),
            free_connections: 3,
            confirm: false,
            runtime: Vec::new(),
        }
    }
}
