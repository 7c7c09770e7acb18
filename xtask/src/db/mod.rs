//! `cargo xtask db`: one module a command.

mod adopt;
mod announce;
mod baseline;
mod check;
mod comment;
mod completions;
mod deploy;
mod development;
mod diff;
mod doctor;
mod drift;
mod dump;
mod finding;
mod github;
mod graph;
mod history;
mod interrupt;
mod log;
mod migrate;
mod new;
mod notify;
mod prepare;
mod psql;
mod repair;
mod report;
mod rollback;
mod schema;
mod silent;
mod status;
mod target;
mod unfinished;
mod verify;

use std::path::{Path, PathBuf};

use meshhook_migrate::{Folder, OwnTransaction, run_script};
use meshhook_sandbox::Database;

use crate::cli::{Db, DbCommand};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output;

/// Runs the command that was given.
pub(crate) async fn run(db: Db) -> anyhow::Result<Exit> {
    // these need no project
    let command = match db.command {
        DbCommand::Completions(args) => return Ok(completions::run(&args)),
        DbCommand::PrepareStep(args) => return prepare::step(args).await,
        DbCommand::Comment(args) => return comment::run(args).await,
        command => command,
    };
    if let DbCommand::Doctor(args) = command {
        let (project, broken) = Project::find_leniently(&db.global)?;
        return doctor::run(&project, &args, broken).await;
    }
    if command.target().is_some_and(|target| target.variable_unused) {
        output::say("note: MESHHOOK_DATABASE_URL is set and not used: `--env` names the database");
    }
    let project = &Project::find(&db.global)?;
    match command {
        DbCommand::New(args) => new::run(project, &args),
        DbCommand::Diff(args) => diff::run(project, &args).await,
        DbCommand::Up(args) => migrate::up(project, args).await,
        DbCommand::Down(args) => migrate::down(project, args).await,
        DbCommand::Redo(args) => migrate::redo(project, args).await,
        DbCommand::Reset(args) => development::reset(project, args).await,
        DbCommand::Seed(args) => development::seed(project, args).await,
        DbCommand::Status(args) => status::status(project, args).await,
        DbCommand::Notify(args) => notify::run(project, args).await,
        DbCommand::Log(args) => log::run(project, args).await,
        DbCommand::Baseline(args) => baseline::run(project, args).await,
        DbCommand::Repair(args) => repair::run(project, args).await,
        DbCommand::Drift(args) => drift::run(project, args).await,
        DbCommand::Dump(args) => dump::run(project, &args).await,
        DbCommand::Graph(args) => graph::run(project, &args).await,
        DbCommand::Verify(args) => verify::run(project, args).await,
        DbCommand::Check(args) => check::run(project, args).await,
        DbCommand::Deploy(args) => deploy::run(project, args).await,
        DbCommand::Rollback(args) => rollback::run(project, args).await,
        DbCommand::Prepare(args) => prepare::run(project, args).await,
        DbCommand::Start => development::start(project).await,
        DbCommand::Stop(args) => development::stop(project, &args).await,
        DbCommand::Psql(args) => psql::run(project, args).await,
        DbCommand::Completions(_)
        | DbCommand::PrepareStep(_)
        | DbCommand::Comment(_)
        | DbCommand::Doctor(_) => Ok(Exit::Done),
    }
}

/// The project's migrations, or those of `--source`, with paths as seen from the project's root: that is how
/// they are printed, logged and annotated.
fn look_at_folder(project: &Project, source: Option<&Path>) -> anyhow::Result<Folder> {
    let mut folder = Folder::read(&project.source(source)?);
    let shorten = |path: &mut PathBuf| {
        if let Ok(short) = path.strip_prefix(&project.root) {
            *path = short.to_path_buf();
        }
    };
    for migration in &mut folder.migrations {
        shorten(&mut migration.up.path);
        migration.rollback.iter_mut().for_each(|rollback| shorten(&mut rollback.path));
    }
    for problem in &mut folder.problems {
        shorten(&mut problem.path);
    }
    Ok(folder)
}

/// The same, fit to be run: what cannot be run for certain is an error that lists every reason.
fn read_folder(project: &Project, source: Option<&Path>) -> anyhow::Result<Folder> {
    let folder = look_at_folder(project, source)?;
    let blockers: Vec<String> = folder.blockers().map(|problem| format!("  {problem}")).collect();
    if blockers.is_empty() {
        return Ok(folder);
    }
    Err(Failure::failed(format!("the migration files cannot be used as they are:\n{}", blockers.join("\n")))
        .hint("`cargo xtask db check --only files` lists everything that is wrong with them")
        .into())
}

/// Brings a sandbox database to head, without a ledger.
async fn apply_all(project: &Project, database: &Database) -> anyhow::Result<()> {
    let folder = read_folder(project, None)?;
    let mut connection = database.connect().await?;
    for migration in &folder.migrations {
        run_script(&mut connection, &migration.up, OwnTransaction::Refuse).await?;
    }
    Ok(())
}
