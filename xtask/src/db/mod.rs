//! `cargo xtask db`: one module a command.

mod check;
mod completions;
mod development;
mod doctor;
mod finding;
mod history;
mod interrupt;
mod migrate;
mod new;
mod prepare;
mod psql;
mod status;
mod target;
mod verify;

use meshhook_migrate::{Folder, OwnTransaction, run_script};
use meshhook_sandbox::Database;

use crate::cli::{Db, DbCommand};
use crate::context::Project;
use crate::exit::{Exit, Failure};

/// Runs the command that was given.
pub(crate) async fn run(db: Db) -> anyhow::Result<Exit> {
    // these need no project
    let command = match db.command {
        DbCommand::Completions(args) => return Ok(completions::run(&args)),
        DbCommand::PrepareStep(args) => return prepare::step(args).await,
        command => command,
    };
    let project = &Project::find(&db.global)?;
    match command {
        DbCommand::New(args) => new::run(project, &args),
        DbCommand::Up(args) => migrate::up(project, args).await,
        DbCommand::Down(args) => migrate::down(project, args).await,
        DbCommand::Redo(args) => migrate::redo(project, args).await,
        DbCommand::Reset(args) => development::reset(project, args).await,
        DbCommand::Seed(args) => development::seed(project, args).await,
        DbCommand::Status(args) => status::status(project, args).await,
        DbCommand::Log(args) => status::log(project, args).await,
        DbCommand::Verify(args) => verify::run(project, args).await,
        DbCommand::Check(args) => check::run(project, args).await,
        DbCommand::Prepare(args) => prepare::run(project, args).await,
        DbCommand::Start => development::start(project).await,
        DbCommand::Stop(args) => development::stop(project, &args).await,
        DbCommand::Psql(args) => psql::run(project, args).await,
        DbCommand::Doctor(args) => doctor::run(project, &args).await,
        DbCommand::Completions(_) | DbCommand::PrepareStep(_) => Ok(Exit::Done),
    }
}

/// The project's migrations. What cannot be run for certain is an error that lists every reason.
fn read_folder(project: &Project, source: Option<&std::path::Path>) -> anyhow::Result<Folder> {
    let folder = Folder::read(&project.source(source)?);
    let blockers: Vec<String> = folder.blockers().map(|problem| format!("  {}", relative(project, problem))).collect();
    if blockers.is_empty() {
        return Ok(folder);
    }
    Err(Failure::failed(format!("the migration files cannot be used as they are:\n{}", blockers.join("\n")))
        .hint("`cargo xtask db check --only files` lists everything that is wrong with them")
        .into())
}

/// A problem with its path as seen from the project's root.
fn relative(project: &Project, problem: &meshhook_migrate::Problem) -> String {
    let mut problem = problem.clone();
    if let Ok(path) = problem.path.strip_prefix(&project.root) {
        problem.path = path.to_path_buf();
    }
    problem.to_string()
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
