//! `diff`, `dump` and `graph`: a schema, and the way to it.

use std::path::PathBuf;

use clap::Args;

use super::TargetArgs;

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// Write a migration of this name and its rollback; without it the SQL is printed
    pub(crate) name: Option<String>,
    /// What there is: `migrations`, `schemas`, a database's URL, a file or a folder of SQL
    #[arg(long, value_name = "SCHEMA", default_value = "migrations", hide_default_value = true)]
    // parsed later: clap repeats a wrong value in its message, and this one may hold a password
    pub(crate) from: String,
    /// What is wanted: the same
    #[arg(long, value_name = "SCHEMA", default_value = "schemas", hide_default_value = true)]
    pub(crate) to: String,
    /// Print the way back instead
    #[arg(long, conflicts_with = "name")]
    pub(crate) rollback: bool,
    /// What has another name now: `table=new`, `table.column=new`, `type=new`, `schema=new` (repeat for several)
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<String>,
    /// Tables and columns may be dropped with what is in them
    #[arg(long)]
    pub(crate) allow_drop: bool,
    /// Plain DDL, for a database that nobody uses meanwhile: no CONCURRENTLY, no NOT VALID
    #[arg(long)]
    pub(crate) offline_ddl: bool,
    /// Two files of somebody else, but on a Supabase-shaped database
    #[arg(long)]
    pub(crate) platform: bool,
}

/// The schema that a command is about.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The schema: `migrations` (default), `schemas`, a database's URL, a file or a folder of SQL
    #[arg(long, value_name = "SCHEMA")]
    // parsed later: clap repeats a wrong value in its message, and this one may hold a password
    pub(crate) from: Option<String>,
    /// Somebody else's files, but on a Supabase-shaped database
    #[arg(long)]
    pub(crate) platform: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Dump {
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    /// Write a file, or with `--by-domain` a folder, instead of printing
    #[arg(long, value_name = "PATH", default_value = "-", hide_default_value = true)]
    pub(crate) output: PathBuf,
    /// One file for each table and view, and for each other kind of object in a schema
    #[arg(long)]
    pub(crate) by_domain: bool,
    /// Write over files that say something else
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    /// Only what this branch touches, compared with what the base branch has shipped, and its direct neighbours
    #[arg(long, conflicts_with_all = ["from", "env", "table", "namespace"])]
    pub(crate) changed: bool,
    /// The branch that has been shipped [default: the pull request's base, else origin's default branch]
    #[arg(long, value_name = "BRANCH", requires = "changed")]
    pub(crate) base: Option<String>,
    /// Only the tables of this schema and what they point to
    #[arg(long = "schema", value_name = "NAME")]
    pub(crate) namespace: Option<String>,
    /// Only this table and what is `--depth` steps away
    #[arg(long, value_name = "TABLE")]
    pub(crate) table: Option<String>,
    /// How many steps
    #[arg(long, value_name = "N", default_value_t = 1, requires = "table")]
    pub(crate) depth: usize,
    /// Views too
    #[arg(long)]
    pub(crate) views: bool,
}
