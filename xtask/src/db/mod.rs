//! `cargo xtask db`: one module a command.

//mod check;
mod completions;
mod finding;
mod history;
mod new;
mod prepare;

use meshhook_migrate::{Folder, OwnTransaction, run_script};
use meshhook_sandbox::Database;

use crate::cli::{Db, DbCommand};
use crate::context::Project;
use crate::exit::{Exit, Failure};

/// Runs the command that was given.
pub(crate) async fn run(db: Db) -> anyhow::Result<Exit> {
    let project = match &db.command {
        // these need no project
        DbCommand::Completions(args) => return Ok(completions::run(args)),
        DbCommand::PrepareStep(_) => None,
        _ => Some(Project::find(&db.global)?),
    };
    let project = project.as_ref();
    match (db.command, project) {
        (DbCommand::PrepareStep(args), _) => prepare::step(args).await,
        (DbCommand::New(args), Some(project)) => new::run(project, &args),
        (DbCommand::Check(_), Some(_)) => todo!(),
        (DbCommand::Prepare(args), Some(project)) => prepare::run(project, args).await,
        _ => todo!(),
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
