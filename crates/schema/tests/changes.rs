//! Every kind of change is seen, told in a developer's words, and taken back by the repair.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{Case, ROLES, cases};
use meshhook_sandbox::testing::servers;
use meshhook_schema::{Catalog, Scope, Told, compare, repair};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop)
}

/// Everything in one transaction that is rolled back: the reading then works under a savepoint.
async fn told(connection: &mut PgConnection, case: &Case) -> Result<Vec<String>, String> {
    let text = |error: sqlx::Error| error.to_string();
    let mut transaction = connection.begin().await.map_err(text)?;
    run(&mut transaction, &case.before).await.map_err(text)?;
    let before =
        Catalog::read(&mut transaction, &Scope::project()).await.map_err(|error| error.to_string())?;
    run(&mut transaction, &case.change).await.map_err(text)?;
    let after =
        Catalog::read(&mut transaction, &Scope::project()).await.map_err(|error| error.to_string())?;
    let differences = compare(&before, &after);
    let told = differences.iter().map(|difference| difference.tell(Told::AfterRollback)).collect();
    let notes_only = differences.iter().all(|difference| difference.is_note());
    if (before.fingerprint() == after.fingerprint()) != notes_only {
        return Err("the fingerprint does not agree with the comparison".to_owned());
    }
    if case.repaired && !notes_only {
        let statements = repair(&after, &before);
        for statement in &statements {
            run(&mut transaction, statement)
                .await
                .map_err(|error| format!("{error}\nin {}", statements.join("\n")))?;
        }
        let mended =
            Catalog::read(&mut transaction, &Scope::project()).await.map_err(|error| error.to_string())?;
        let left = compare(&before, &mended);
        let left: Vec<_> = left.iter().filter(|difference| !difference.is_note()).collect();
        if !left.is_empty() {
            let left: Vec<String> = left.iter().map(|difference| difference.tell(Told::Neutral)).collect();
            return Err(format!("left by the repair: {}\nafter {}", left.join("\n"), statements.join("\n")));
        }
    }
    transaction.rollback().await.map_err(text)?;
    Ok(told)
}

#[tokio::test]
async fn every_change_is_told_and_can_be_repaired() {
    for server in servers().await {
        let database = server.create().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        run(&mut connection, ROLES).await.unwrap();
        let mut failures = String::new();
        for case in cases().iter().filter(|case| case.since <= server.major()) {
            match told(&mut connection, case).await {
                Ok(told) if told == case.told => {}
                Ok(told) => {
                    failures += &format!(
                        "{}: told\n  -- {}\nnot\n  -- {}\n",
                        case.name,
                        told.join("\n  -- "),
                        case.told.join("\n  -- ")
                    )
                }
                Err(error) => failures += &format!("{}: {error}\n", case.name),
            }
        }
        assert!(failures.is_empty(), "on {}:\n{failures}", server.describe());
    }
}
