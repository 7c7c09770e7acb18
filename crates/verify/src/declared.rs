//! The declared schema against the migrations: both are applied to empty databases, and the catalogs compared.

use std::path::PathBuf;

use meshhook_migrate::{Folder, OwnTransaction, Script, ScriptError, run_script};
use meshhook_sandbox::{Database, Server};
use meshhook_schema::{Catalog, Difference, Patterns, Scope, Told, compare, repair};
use sqlx::ConnectOptions;

use crate::error::{Doing, VerifyError};

/// What the declared schema says beside the migrations.
#[derive(Debug)]
pub struct Declared {
    /// Statements of the declared schema that fail whatever comes before them.
    pub failures: Vec<ScriptError>,
    /// Where the migrations' end is not what is declared: object, sentence, and the file that most likely lacks it.
    pub differences: Vec<Departure>,
    /// SQL that takes the migrations' end to what is declared; a migration is to do the same.
    pub sql: Vec<String>,
    /// How many statements were declared.
    pub statements: usize,
}

/// One object that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// ``table `public.t` ``.
    pub object: String,
    /// One sentence, seen from the migrations towards what is declared.
    pub sentence: String,
}

/// Compares. `files` are the declared schema, `runtime` what is made and dropped at run time.
///
/// Statements may stand in any order: what waits for something else is tried again. Bodies of functions are not looked
/// into meanwhile (`check_function_bodies = off`), since they may name what comes later.
pub async fn declared(
    server: &Server,
    migrations: &Folder,
    files: &[PathBuf],
    runtime: &Patterns,
) -> Result<Declared, VerifyError> {
    let (one, other) = (server.create().await?, server.create().await?);
    let statements = read(files)?;
    let failures = apply_in_any_order(&other, &statements).await?;
    let mut conn = one.connect().await?;
    for migration in &migrations.migrations {
        run_script(&mut conn, &migration.up, OwnTransaction::Refuse)
            .await
            .map_err(|error| VerifyError::Migration(Box::new(error)))?;
    }
    let scope = Scope::project();
    let migrated = Catalog::read(&mut conn, &scope).await?.excluding(runtime);
    let wanted = Catalog::read(&mut other.connect().await?, &scope).await?.excluding(runtime);
    let differences: Vec<Difference> =
        compare(&migrated, &wanted).into_iter().filter(|found| !found.is_note()).collect();
    let departures = differences
        .iter()
        .map(|found| Departure { object: found.object(), sentence: found.tell(Told::Neutral) })
        .collect();
    let sql =
        if differences.is_empty() || !failures.is_empty() { Vec::new() } else { repair(&migrated, &wanted) };
    Ok(Declared { failures, differences: departures, sql, statements: statements.len() })
}

/// Every statement as a script of its own. What stands around it in its file becomes blank, so that Postgres's
/// positions are those of the file.
fn read(files: &[PathBuf]) -> Result<Vec<Script>, VerifyError> {
    let mut statements = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path)
            .map_err(|source| VerifyError::File { path: path.clone(), source })?;
        let whole = Script::new(path, text);
        let blank = |text: &str| -> String {
            text.chars().map(|character| if character == '\n' { '\n' } else { ' ' }).collect()
        };
        for statement in whole.statements() {
            let before = blank(&whole.sql[..statement.range.start]);
            statements.push(Script::new(path, format!("{before}{}", statement.text)));
        }
    }
    Ok(statements)
}

/// Round after round, until nothing is left or a round brings nothing on. Returns what fails then.
async fn apply_in_any_order(
    database: &Database,
    statements: &[Script],
) -> Result<Vec<ScriptError>, VerifyError> {
    let options = database.options().options([("check_function_bodies", "off")]);
    let mut conn = options.connect().await.doing("connect to the sandbox")?;
    let mut waiting: Vec<&Script> = statements.iter().collect();
    loop {
        let mut failed = Vec::new();
        for script in &waiting {
            if let Err(error) = run_script(&mut conn, script, OwnTransaction::Refuse).await {
                failed.push((*script, error));
            }
        }
        let stuck = failed.len() == waiting.len();
        if failed.is_empty() || stuck {
            return Ok(failed.into_iter().map(|(_, error)| error).collect());
        }
        waiting = failed.into_iter().map(|(script, _)| script).collect();
    }
}
