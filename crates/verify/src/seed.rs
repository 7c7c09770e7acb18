//! The seed, as much of it as loads at a version: it is written for the head.

use crate::request::Seed;
use crate::sql::run;
use meshhook_migrate::Script;
use sqlx::postgres::PgConnection;

/// Runs each statement under a savepoint; those that need tables or columns of a later version are passed over.
pub(crate) async fn load(conn: &mut PgConnection, seed: &Seed) -> Result<(), sqlx::Error> {
    let script = Script::new(seed.path.clone(), seed.sql.clone());
    run(conn, "BEGIN").await?;
    for statement in script.statements() {
        match run(conn, format!("SAVEPOINT seed; {}\n; RELEASE SAVEPOINT seed", statement.text)).await {
            Ok(()) => {}
            Err(sqlx::Error::Database(_)) => {
                // A COMMIT in the seed has ended the transaction, and the savepoint with it.
                if run(conn, "ROLLBACK TO SAVEPOINT seed").await.is_err() {
                    run(conn, "ROLLBACK; BEGIN").await?;
                }
            }
            Err(error) => return Err(error),
        }
    }
    // Constraints that were deferred speak up here; RESET because a seed may set the session up for itself.
    match run(conn, "COMMIT").await {
        Ok(()) => {}
        Err(sqlx::Error::Database(_)) => run(conn, "ROLLBACK").await?,
        Err(error) => return Err(error),
    }
    run(conn, "RESET SESSION AUTHORIZATION; RESET ALL").await
}
