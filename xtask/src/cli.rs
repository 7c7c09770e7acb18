//! The command line as types. Only declarations: what a flag means is decided where it is used.

mod ledger;
mod proof;
mod schema;
mod shipping;
mod target;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::output::Format;
pub(crate) use ledger::{Baseline, Drift, Log, OriginArg, Repair};
pub(crate) use proof::{Check, Comment, Gate, RequireArg, RowsArg, Verify};
pub(crate) use schema::{Diff, Dump, Graph, SchemaArgs};
pub(crate) use shipping::{Deploy, Notify, Rollback};
pub(crate) use target::TargetArgs;

/// MeshHook's developer tools.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    pub(crate) fn global(&self) -> &Global {
        match &self.command {
            Command::Db(db) => &db.global,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Database migrations: write, prove, apply, take back
    Db(Db),
}

const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 a gate failed, or the operation failed with nothing changed · 2 usage or
configuration · 3 a deploy failed and was taken back completely · 4 a deploy failed and a person is
needed · 130 interrupted. stdout carries data only; progress and messages go to stderr.

First steps:
  cargo xtask db verify --all      every migration up, down and up again on a throwaway Postgres
  cargo xtask db new add_tags      a migration and its rollback to fill in
  cargo xtask db up                apply what is pending to your private development database
  cargo xtask db doctor            what is missing on this machine, and how to get it";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES, subcommand_value_name = "COMMAND")]
pub(crate) struct Db {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: DbCommand,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// How data is printed on stdout
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(crate) format: Format,

    /// Where throwaway databases live: auto, native[:MAJOR], docker, embedded, or a server's URL
    #[arg(
        long,
        global = true,
        env = "MESHHOOK_SANDBOX",
        hide_env_values = true,
        default_value = "auto",
        value_name = "WHERE"
    )]
    // parsed later: clap repeats a wrong value in its message, and this one may hold a password
    pub(crate) sandbox: String,

    /// Answer yes to questions (CI=true does the same for downloads)
    #[arg(long, short, global = true)]
    pub(crate) yes: bool,

    /// Log every statement with its time and rows on stderr; twice: also those of the tool itself
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// How the log is written
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,
}

/// How the log on stderr is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// One line an event
    Text,
    /// One JSON document a line
    Json,
}

/// Which migrations a command reads. Nothing given: supabase/migrations and supabase/rollbacks.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SourceArgs {
    /// Another folder: sqlx (`V_name.sql`, `V_name.up.sql` + `V_name.down.sql`) or diesel (`V_name/up.sql`)
    #[arg(long, value_name = "DIR")]
    pub(crate) source: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Write the next migration and its rollback
    #[command(
        after_help = "Examples:\n  cargo xtask db new add_tags\n  cargo xtask db new index_runs --no-transaction\n  echo 'ALTER TABLE …;' | cargo xtask db new add_tags"
    )]
    New(New),
    /// Write the SQL from one schema to another and back, after proving it on a throwaway Postgres
    #[command(
        after_help = "Examples:\n  cargo xtask db diff add_tags                # supabase/schemas was edited: the migration and its rollback\n  cargo xtask db diff                         # only print it\n  cargo xtask db diff --from old.sql --to new.sql --rollback\n  cargo xtask db diff rename_body --rename public.notes.body=content"
    )]
    Diff(Diff),
    /// Apply pending migrations
    #[command(
        after_help = "Examples:\n  cargo xtask db up\n  cargo xtask db up --dry-run\n  cargo xtask db up --to 20260114101500 --database-url postgres://…"
    )]
    Up(Up),
    /// Take migrations back, the last one by default
    #[command(
        after_help = "Examples:\n  cargo xtask db down\n  cargo xtask db down 3\n  cargo xtask db down --to 20260114101500   # that one stays\n  cargo xtask db down --to 0               # everything"
    )]
    Down(Down),
    /// Take the last migration back and apply it again
    Redo(Redo),
    /// Rebuild the development database: empty, every migration, seed
    Reset(Reset),
    /// Load the sample data of supabase/seed.sql
    Seed(Seed),
    /// Compare the ledger with the files: applied, pending, edited, missing, out of order, interrupted
    Status(Status),
    /// Who ran what, when, how long, with which outcome
    Log(Log),
    /// Prove migrations on a throwaway Postgres: up, down, up again, with rows
    #[command(
        after_help = "Examples:\n  cargo xtask db verify                    # what the base branch lacks\n  cargo xtask db verify --all\n  cargo xtask db verify 20260114101500\n  cargo xtask db verify --all --source ../other/migrations --format json"
    )]
    Verify(Verify),
    /// Run every pre-merge gate
    #[command(
        after_help = "Examples:\n  cargo xtask db check\n  cargo xtask db check --only history --base origin/main\n  cargo xtask db check --skip offline"
    )]
    Check(Check),
    /// Put the report of a check under its pull request on GitHub
    #[command(
        after_help = "For a job that may write, such as one started by `workflow_run`. Reads GITHUB_TOKEN, GITHUB_REPOSITORY,\nGITHUB_API_URL and GITHUB_EVENT_PATH.\n\nExample:\n  cargo xtask db comment --report DIR --pull-request 41"
    )]
    Comment(Comment),
    /// Bring an environment to this checkout's head, or leave it where it was
    #[command(
        after_help = "Examples:\n  cargo xtask db deploy --env production --dry-run\n  cargo xtask db deploy --env production --yes\n  cargo xtask db deploy --env staging --allow-irreversible 20260309090000"
    )]
    Deploy(Deploy),
    /// Take back the last deploy, by the rollbacks that are recorded in the database
    #[command(
        after_help = "Examples:\n  cargo xtask db rollback --env production\n  cargo xtask db rollback --env production --to 20260706101000\n  cargo xtask db rollback --env production --dry-run"
    )]
    Rollback(Rollback),
    /// Prove a channel, or send again what did not go out
    #[command(
        after_help = "Examples:\n  cargo xtask db notify --test team\n  cargo xtask db notify --retry --env production"
    )]
    Notify(Notify),
    /// Refresh sqlx's offline data (.sqlx/) for crates/store
    Prepare(Prepare),
    /// Start the private development database
    Start,
    /// Stop the private development database; its data stays
    Stop(Stop),
    /// Open psql on the development database, or on the one given
    #[command(
        after_help = "Examples:\n  cargo xtask db psql\n  cargo xtask db psql -- -c 'SELECT count(*) FROM projects'"
    )]
    Psql(Psql),
    /// What is here, what is missing, and the command that mends it
    #[command(after_help = "Examples:\n  cargo xtask db doctor\n  cargo xtask db doctor --env production")]
    Doctor(Doctor),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Adopt a database that has a history: record what is in it as applied, after proving it
    #[command(
        after_help = "Examples:\n  cargo xtask db baseline --env production --dry-run   # evidence only\n  cargo xtask db baseline --env production             # from Supabase's or sqlx's own ledger\n  cargo xtask db baseline --to 20260114101500 --database-url postgres://…"
    )]
    Baseline(Baseline),
    /// Mend the ledger where it says something else than what is in the database
    #[command(
        after_help = "Examples:\n  cargo xtask db repair --checksum 20260114101500 --reason 'a comment was corrected' --env staging\n  cargo xtask db repair --applied 20260114101500 --reason 'run by hand on Tuesday' --env staging\n  cargo xtask db repair --reverted 20260114101500 --reason 'taken back by hand' --env staging"
    )]
    Repair(Repair),
    /// Compare the live schema with the one that the last deploy left; exit 1 when they differ
    #[command(
        after_help = "Examples:\n  cargo xtask db drift --env production\n  cargo xtask db drift --env production > back.sql   # the SQL that takes the changes back"
    )]
    Drift(Drift),
    /// Write a schema as SQL that makes it anew, after trying it out on a throwaway Postgres
    #[command(
        after_help = "Examples:\n  cargo xtask db dump > schema.sql                     # what the migrations end in\n  cargo xtask db dump --by-domain --output schema      # a folder for each schema, a file for each table\n  cargo xtask db dump --env production --output prod.sql\n  cargo xtask db diff --from prod.sql --to schemas     # every dump is a schema that `diff` takes"
    )]
    Dump(Dump),
    /// Print a schema as a Mermaid entity diagram
    #[command(
        after_help = "Examples:\n  cargo xtask db graph > schema.mmd\n  cargo xtask db graph --changed                # what this branch touches, for the pull request\n  cargo xtask db graph --table workflow_runs --depth 2"
    )]
    Graph(Graph),
    /// sqlx's own prepare step, in a process of its own because it prints and changes directories
    #[command(name = "__prepare-step", hide = true)]
    PrepareStep(PrepareStep),
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// What it does, in a few words: letters, digits, `_` and `-`
    pub(crate) name: String,
    /// For statements that cannot run in a transaction, such as CREATE INDEX CONCURRENTLY
    #[arg(long)]
    pub(crate) no_transaction: bool,
}

/// What became of a statement that was begun when a run was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoubtArg {
    /// It was not done: run it again
    Rerun,
    /// It was done: go on behind it
    Skip,
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Stop after this version
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<i64>,
    /// Print the SQL instead of running it; writes nothing and works on a read-only connection
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Also apply migrations that are older than one already applied
    #[arg(long)]
    pub(crate) allow_out_of_order: bool,
    /// What became of a statement that an interrupted run left in doubt
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) doubt: Option<DoubtArg>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Down {
    /// How many migrations to take back
    #[arg(value_name = "N", conflicts_with = "to")]
    pub(crate) count: Option<usize>,
    /// Take back everything above this version; 0 takes back everything
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<i64>,
    /// Print the SQL instead of running it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Run rollbacks that say `-- irreversible:`; what they lose is lost
    #[arg(long)]
    pub(crate) allow_irreversible: bool,
    /// What became of a statement that an interrupted run left in doubt
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) doubt: Option<DoubtArg>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Redo {
    /// Print the SQL instead of running it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Run rollbacks that say `-- irreversible:`; what they lose is lost
    #[arg(long)]
    pub(crate) allow_irreversible: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// Leave the sample data out
    #[arg(long)]
    pub(crate) no_seed: bool,
    /// Print the SQL instead of running it
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Seed {
    /// Print the SQL instead of running it
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Prepare {
    /// Compare instead of writing: exit 1 when `.sqlx/` is out of date
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Stop {
    /// Also delete its data
    #[arg(long)]
    pub(crate) delete: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Psql {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Passed on to psql
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Look at this environment of supabase/deploy.toml instead: settings, variables, connection, preflight, ledger
    #[arg(long, value_name = "NAME", conflicts_with = "fix")]
    pub(crate) env: Option<String>,
    /// Do what can be done without asking anything else: fetch the embedded server, write .gitattributes lines
    #[arg(long)]
    pub(crate) fix: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// bash, zsh, fish, elvish or powershell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct PrepareStep {
    #[arg(long)]
    pub(crate) package: PathBuf,
}
