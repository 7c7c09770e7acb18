//! `pg_dump -s` as the independent judge: a blind spot of the reader cannot prove itself.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::Path;

use common::dump::{dump, pg_dump};
use common::{Case, ROLES, cases};
use meshhook_sandbox::testing::servers;
use meshhook_sandbox::{Database, Server};
use meshhook_schema::{Catalog, Scope, compare};
use sqlx::{AssertSqlSafe, Executor};

async fn run(database: &Database, sql: &str) {
    let mut connection = database.connect().await.unwrap();
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
}

async fn read(database: &Database) -> Catalog {
    Catalog::read(&mut database.connect().await.unwrap(), &Scope::project()).await.unwrap()
}

/// Says what is wrong when reader and dump do not agree on whether the change changed anything.
async fn judge(server: &Server, program: &Path, case: &Case) -> Option<String> {
    let database = server.create_bare().await.unwrap();
    run(&database, &case.before).await;
    let before = (read(&database).await, dump(program, &database.url()).await.unwrap());
    run(&database, &case.change).await;
    let after = (read(&database).await, dump(program, &database.url()).await.unwrap());
    database.remove().await.unwrap();
    let seen = !compare(&before.0, &after.0).is_empty();
    let dumped = before.1 != after.1;
    (seen != dumped)
        .then(|| format!("{}: the reader sees a difference: {seen}; pg_dump: {dumped}", case.name))
}

/// Two dumps and a database for each case take their time: all of them are judged where tests are asked to be thorough
/// (`MESHHOOK_TEST_SERVERS`, as continuous integration sets it), every fifth otherwise.
fn step() -> usize {
    if std::env::var_os("MESHHOOK_TEST_SERVERS").is_some() { 1 } else { 5 }
}

#[tokio::test]
async fn the_reader_and_pg_dump_agree_on_every_case() {
    for server in servers().await {
        let Some(program) = pg_dump(server.major()) else {
            eprintln!("no pg_dump of version {} or later here: nothing to judge by", server.major());
            continue;
        };
        run(&server.create_bare().await.unwrap(), ROLES).await;
        let mut failures = Vec::new();
        let cases = cases();
        for case in cases.iter().filter(|case| case.dumped && case.since <= server.major()).step_by(step()) {
            failures.extend(judge(&server, &program, case).await);
        }
        assert!(failures.is_empty(), "on {}:\n{}", server.describe(), failures.join("\n"));
    }
}
