//! Running one script, with no ledger: in one transaction, or statement by statement.

pub(crate) mod index;
mod locate;
pub(crate) mod message;

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use crate::error::{FailureKind, ScriptError};
use crate::script::Script;
use crate::split::Split;
use message::{Message, failure_around};

/// What to do with a script that begins and ends transactions by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnTransaction {
    /// The house rule: refuse it, because what it commits escapes the runner's transaction.
    Refuse,
    /// For other projects' histories: run it statement by statement, so that its own BEGIN and COMMIT count.
    StatementByStatement,
}

/// Runs a script outside of any ledger and says how long it took. Used by the round trip.
///
/// A transactional script is one transaction, sent as one message, so that nothing of it is left when it fails.
/// Others run statement by statement, each on its own. The session is reset before and after: role, settings,
/// temporary tables, cursors, prepared statements. Settings meant to stay must be made in the connection's
/// options, because `RESET ALL` goes back to those.
pub async fn run_script(
    conn: &mut PgConnection,
    script: &Script,
    own: OwnTransaction,
) -> Result<Duration, ScriptError> {
    let statements = script.splits();
    refuse(script, &statements, own)?;
    let lost = |error| failure_around(script, error);
    reset(conn, script).await.map_err(lost)?;
    let started = Instant::now();
    let controlled = statements.iter().any(|statement| statement.controls_transaction);
    if script.transactional && !controlled {
        Message::transaction(script, &statements, "").send(conn).await?;
        Ok(started.elapsed())
    } else {
        let done = one_by_one(conn, script, &statements).await;
        let elapsed = started.elapsed();
        done?;
        reset(conn, script).await.map_err(|error| lost(error).with_kind(FailureKind::Cleanup))?;
        Ok(elapsed)
    }
}

/// Refuses what must not be sent: transaction control where it is not allowed, and COPY, whose rows would have to
/// come through the client.
pub(crate) fn refuse(script: &Script, statements: &[Split], own: OwnTransaction) -> Result<(), ScriptError> {
    // it would end the message early, and the server then hangs up
    if let Some(at) = script.sql.find('\0') {
        return Err(message::refusal_at(script, at, "the script has a NUL character in it", "remove it"));
    }
    for (index, statement) in statements.iter().enumerate() {
        if own == OwnTransaction::Refuse && statement.controls_transaction {
            let said = "the script begins or ends a transaction by itself";
            let hint = "leave that to the runner, so that script and ledger agree; for statements that refuse a \
                        transaction, make `-- no-transaction` the first line of the file";
            return Err(message::refusal(script, statements, index, said, hint));
        }
        if statement.copies_through_client {
            let said = "COPY from STDIN or to STDOUT needs a client that sends the rows";
            return Err(message::refusal(script, statements, index, said, "write the rows as INSERT"));
        }
    }
    Ok(())
}

async fn one_by_one(
    conn: &mut PgConnection,
    script: &Script,
    statements: &[Split],
) -> Result<(), ScriptError> {
    let mut open = false;
    for (number, statement) in statements.iter().enumerate() {
        let text = &script.sql[statement.range.clone()];
        let done = match index::clear_the_way(conn, text).await {
            Ok(()) => message::alone(conn, script, statements, number).await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            let error = message::failure_in(script, statements, number, error);
            let cleanup = message::cleanup(script, open);
            // the first failure is the one to tell; a session that cannot even be reset is a broken one
            let _ = message::simple(conn, &cleanup).await;
            return Err(error);
        }
        if statement.controls_transaction {
            open = statement.begins_transaction;
        }
    }
    if open {
        // as the outer COMMIT of sqlx or diesel would
        message::simple(conn, "COMMIT").await.map_err(|error| {
            message::failure_in(script, statements, statements.len().saturating_sub(1), error)
                .with_kind(FailureKind::Commit)
        })?;
    }
    Ok(())
}

/// Takes back what a script may have left in the session.
pub(crate) async fn reset(conn: &mut PgConnection, script: &Script) -> Result<(), sqlx::Error> {
    message::simple(conn, &message::reset_sql(script)).await.map(drop)
}
