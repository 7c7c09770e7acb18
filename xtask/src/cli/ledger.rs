//! `baseline`, `repair`, `drift` and `log`: what is known about a database, and putting that right.

use clap::{ArgGroup, Args, ValueEnum};

use super::{SourceArgs, TargetArgs};

/// Who says which migrations are in a database already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OriginArg {
    /// Another tool's ledger, if there is one with something to say; else every file up to `--to`
    Auto,
    /// `supabase_migrations.schema_migrations`
    Supabase,
    /// `public._sqlx_migrations`
    Sqlx,
    /// Every file up to `--to`
    Files,
}

#[derive(Debug, Args)]
pub(crate) struct Baseline {
    /// Up to and with this version
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<i64>,
    /// Who says what is applied
    #[arg(long, value_enum, default_value_t = OriginArg::Auto, value_name = "WHO")]
    pub(crate) from: OriginArg,
    /// Take this migration over although its file differs from the one that sqlx applied
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    pub(crate) accept_edited: Vec<i64>,
    /// Why, for the log; may be left out only where a person is asked
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Go on although the live schema is not what the files make; why, for the log
    #[arg(long, value_name = "REASON")]
    pub(crate) accept_difference: Option<String>,
    /// Show the evidence and write nothing; works on a read-only connection
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).multiple(true).args(["checksum", "applied", "reverted"])))]
pub(crate) struct Repair {
    /// The file was edited in a way that changes nothing: record its checksum
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    pub(crate) checksum: Vec<i64>,
    /// It is in the database: record it as applied, without running it
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    pub(crate) applied: Vec<i64>,
    /// It is not in the database: take it out of the ledger, without running its rollback
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    pub(crate) reverted: Vec<i64>,
    /// Why, for the log
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Go on although the live schema says otherwise; why, for the log
    #[arg(long, value_name = "REASON")]
    pub(crate) accept_difference: Option<String>,
    /// Show the evidence and write nothing; works on a read-only connection
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Drift {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Log {
    /// At most this many runs, newest first
    #[arg(long, short = 'n', default_value_t = 20)]
    pub(crate) limit: u32,
    /// Only runs that did not succeed
    #[arg(long)]
    pub(crate) failed: bool,
    /// Only runs since then: 90min, 2h, 3d, 1w, 2026-01-31, 2026-01-31T12:00:00Z
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Only this run; the beginning of its id will do
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}
