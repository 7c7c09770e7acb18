//! `verify`, `check` and `comment`: what a migration is held to.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::SourceArgs;

/// Which rows a database under test holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowsArg {
    /// Empty tables: judges the schema alone
    None,
    /// Those of the seed file
    Seed,
    /// The seed's, and rows made for every table that has none
    Made,
}

/// A rule that other projects' histories are held to only when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RequireArg {
    /// The up may run again over itself
    Idempotent,
    /// Trouble that comes only from rows is a finding, not a note
    Rows,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The migrations to prove; default: those that the base branch lacks
    #[arg(value_name = "VERSION", conflicts_with = "all")]
    pub(crate) versions: Vec<i64>,
    /// Every migration, and the whole chain
    #[arg(long)]
    pub(crate) all: bool,
    /// The rows that are there during the trip [default: made]
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) rows: Option<RowsArg>,
    /// Sample data to load instead of supabase/seed.sql
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// House rules to hold another project's history to
    #[arg(long, value_enum, value_name = "RULE", value_delimiter = ',')]
    pub(crate) require: Vec<RequireArg>,
    /// The branch that has been shipped
    #[arg(long, value_name = "BRANCH")]
    pub(crate) base: Option<String>,
    /// Run another project's history on a Supabase-shaped database
    #[arg(long)]
    pub(crate) platform: bool,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

/// The gates of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Gate {
    /// Names, pairs, encodings, own transactions
    Files,
    /// Nothing shipped was changed, new versions come last
    History,
    /// Up, down and up again, with rows
    RoundTrip,
    /// The declared schema is what the migrations end in
    Schema,
    /// `.sqlx/` fits the queries and the schema
    Offline,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Only these gates
    #[arg(long, value_enum, value_name = "GATE", value_delimiter = ',', conflicts_with = "skip")]
    pub(crate) only: Vec<Gate>,
    /// All gates but these
    #[arg(long, value_enum, value_name = "GATE", value_delimiter = ',')]
    pub(crate) skip: Vec<Gate>,
    /// The branch that has been shipped [default: the pull request's base, else origin's default branch]
    #[arg(long, value_name = "BRANCH")]
    pub(crate) base: Option<String>,
    /// Look at this commit instead of the working tree (history gate)
    #[arg(long, value_name = "REV")]
    pub(crate) commit: Option<String>,
    /// Move new migrations whose version is not above every shipped one, with their rollbacks
    #[arg(long)]
    pub(crate) fix: bool,
    /// Round trip of every migration, not only of those the base branch lacks
    #[arg(long)]
    pub(crate) all: bool,
    /// Also write report.json, summary.md, comment.md and check.sarif into this folder
    #[arg(long, value_name = "DIR", env = "MESHHOOK_REPORT")]
    pub(crate) report: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Comment {
    /// The folder that `check --report` wrote; it may come from a stranger
    #[arg(long, value_name = "DIR", env = "MESHHOOK_REPORT")]
    pub(crate) report: PathBuf,
    /// The pull request [default: the one whose check started this run]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) pull_request: Option<u64>,
}
