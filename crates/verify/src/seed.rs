//! The seed, as much of it as loads at a version: it is written for the head.

use crate::report::Told;
use crate::request::Seed;
use crate::sql::run;
use meshhook_migrate::Script;
use sqlx::postgres::PgConnection;

/// Runs each statement under a savepoint. What is told are the statements that do not load.
pub(crate) async fn load(conn: &mut PgConnection, seed: &Seed) -> Result<Option<Told>, sqlx::Error> {
    let script = Script::new(seed.path.clone(), seed.sql.clone());
    let statements = script.statements();
    let mut refused = Vec::new();
    run(conn, "BEGIN").await?;
    for statement in &statements {
        match run(conn, format!("SAVEPOINT seed; {}\n; RELEASE SAVEPOINT seed", statement.text)).await {
            Ok(()) => {}
            Err(sqlx::Error::Database(error)) => {
                // A COMMIT in the seed has ended the transaction, and the savepoint with it.
                if run(conn, "ROLLBACK TO SAVEPOINT seed").await.is_err() {
                    run(conn, "ROLLBACK; BEGIN").await?;
                }
                refused.push(format!("{}:{}: {}", seed.path.display(), statement.line, error.message()));
            }
            Err(error) => return Err(error),
        }
    }
    // Constraints that were deferred speak up here.
    if let Err(error) = run(conn, "COMMIT").await {
        run(conn, "ROLLBACK").await?;
        refused.push(format!("{}: {error}", seed.path.display()));
    }
    if refused.is_empty() {
        return Ok(None);
    }
    let message = format!(
        "{} of the seed's {} statements do not load at this version",
        refused.len(),
        statements.len()
    );
    Ok(Some(Told { details: refused, ..Told::about(message, Vec::new()) }))
}
