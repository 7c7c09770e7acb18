//! Which database a command works on. What is typed goes before what the shell has set.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::DbCommand;

/// Which database a command works on. Nothing given: the private development database.
#[derive(Debug, Clone, Default)]
pub(crate) struct TargetArgs {
    /// An environment.
    pub(crate) env: Option<String>,
    /// A database of one's own; none where there is an environment.
    pub(crate) database_url: Option<String>,
    /// Whether `MESHHOOK_DATABASE_URL` names a database too, which is not used.
    pub(crate) variable_unused: bool,
    /// Whether the database was named on the command line, and not by the variable alone.
    typed: bool,
}

#[derive(Debug, Args)]
struct Given {
    /// An environment of supabase/deploy.toml, whose URL is in the variable named there
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// A database of your own, postgres://user:password@host:port/database
    #[arg(long, value_name = "URL", env = "MESHHOOK_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

// `conflicts_with` cannot do this: to clap a variable is as good as what was typed
impl FromArgMatches for TargetArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let Given { env, database_url } = Given::from_arg_matches(matches)?;
        let typed = matches.value_source("database_url") == Some(ValueSource::CommandLine);
        if env.is_none() {
            return Ok(TargetArgs { env, database_url, variable_unused: false, typed });
        }
        if typed {
            let message = "`--env` and `--database-url` both name a database: give one of them";
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
        }
        let variable_unused = database_url.is_some_and(|url| !url.is_empty());
        Ok(TargetArgs { env, database_url: None, variable_unused, typed: true })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = TargetArgs::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for TargetArgs {
    fn augment_args(command: Command) -> Command {
        Given::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Given::augment_args_for_update(command)
    }
}

impl TargetArgs {
    /// Whether the database was named on the command line, and not by the variable alone.
    pub(crate) fn is_typed(&self) -> bool {
        self.typed
    }
}

impl DbCommand {
    /// What was said about the database, where a command works on one.
    pub(crate) fn target(&self) -> Option<&TargetArgs> {
        match self {
            DbCommand::Up(args) => Some(&args.target),
            DbCommand::Down(args) => Some(&args.target),
            DbCommand::Redo(args) => Some(&args.target),
            DbCommand::Reset(args) => Some(&args.target),
            DbCommand::Seed(args) => Some(&args.target),
            DbCommand::Status(args) => Some(&args.target),
            DbCommand::Log(args) => Some(&args.target),
            DbCommand::Deploy(args) => Some(&args.target),
            DbCommand::Rollback(args) => Some(&args.target),
            DbCommand::Notify(args) => Some(&args.target),
            DbCommand::Psql(args) => Some(&args.target),
            DbCommand::Baseline(args) => Some(&args.target),
            DbCommand::Repair(args) => Some(&args.target),
            DbCommand::Drift(args) => Some(&args.target),
            DbCommand::Dump(args) => Some(&args.schema.target),
            DbCommand::Graph(args) => Some(&args.schema.target),
            DbCommand::New(_)
            | DbCommand::Diff(_)
            | DbCommand::Verify(_)
            | DbCommand::Check(_)
            | DbCommand::Comment(_)
            | DbCommand::Prepare(_)
            | DbCommand::Start
            | DbCommand::Stop(_)
            | DbCommand::Doctor(_)
            | DbCommand::Completions(_)
            | DbCommand::PrepareStep(_) => None,
        }
    }
}
