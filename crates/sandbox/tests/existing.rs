//! A server that is already there, played by a throwaway one.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::{Command, Stdio};

use meshhook_sandbox::{Choice, Database, SandboxError, Secret, Server, Settings, testing};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// The server, and a database of it to watch it from.
async fn host() -> (Server, Database) {
    let server = testing::servers().await.remove(0);
    let database = server.create_bare().await.unwrap();
    (server, database)
}

/// The same server as its owner would name it: a database that is not ours to use.
fn named(database: &Database) -> String {
    database.url().replace(&format!("/{}?", database.name()), "/postgres?")
}

fn settings(url: &str) -> Settings {
    Settings::new(Choice::Server(Secret::new(url.to_owned())))
}

async fn start(url: &str) -> Result<Server, SandboxError> {
    Server::start(&settings(url), &mut |line| eprintln!("{line}")).await
}

async fn say(connection: &mut PgConnection, statement: &str) {
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

/// Databases other than the ones that the host has by itself.
async fn databases(watch: &Database) -> Vec<String> {
    let query = "SELECT datname::text FROM pg_database
        WHERE datname NOT IN ('postgres', 'template0', 'template1', 'meshhook_platform', current_database())
        ORDER BY 1";
    sqlx::query_scalar(query).fetch_all(&mut watch.connect().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn databases_are_made_on_it_and_all_of_them_are_dropped() {
    let (_host, watch) = host().await;
    let server = start(&named(&watch)).await.unwrap();
    let (shaped, bare) = (server.create().await.unwrap(), server.create_bare().await.unwrap());
    let copy = server.clone(&shaped).await.unwrap();
    let mut connection = copy.connect().await.unwrap();
    let there: bool = sqlx::query_scalar("SELECT to_regclass('auth.users') IS NOT NULL")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(there);
    let now = databases(&watch).await;
    assert_eq!(now.len(), 4, "three and their template: {now:?}");
    assert!(now.iter().all(|name| name.starts_with("meshhook_sandbox_")), "{now:?}");
    drop((shaped, bare, copy));
    server.stop().await.unwrap();
    assert_eq!(databases(&watch).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_panic_leaves_no_database() {
    let (_host, watch) = host().await;
    let url = named(&watch);
    let task = tokio::spawn(async move {
        let server = start(&url).await.unwrap();
        let _database = server.create().await.unwrap();
        panic!("on purpose");
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(databases(&watch).await, Vec::<String>::new());
}

const CHILD: &str = "MESHHOOK_TEST_CHILD";

/// Not a test of its own: the process that is killed. It makes databases and waits for its end.
#[tokio::test]
async fn child_process_with_databases() {
    let Ok(url) = std::env::var(CHILD) else { return };
    let server = start(&url).await.unwrap();
    let _database = server.create().await.unwrap();
    println!("\nready");
    std::thread::sleep(std::time::Duration::from_secs(60));
}

#[tokio::test]
async fn what_a_killed_run_left_is_dropped_by_the_next_and_nothing_else_is() {
    let (_host, watch) = host().await;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process_with_databases", "--nocapture"])
        .env(CHILD, named(&watch))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    use std::io::BufRead;
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).find(|line| line == "ready").expect("it makes its databases");
    // A run that is still at work is left alone.
    start(&named(&watch)).await.unwrap().stop().await.unwrap();
    assert_eq!(databases(&watch).await.len(), 2);
    child.kill().unwrap();
    child.wait().unwrap();

    let mut admin = watch.connect().await.unwrap();
    let somebodys = ["meshhook", "meshhook_sandbox_of_joe", "meshhook_sandbox_1_of_joe"];
    for name in somebodys {
        say(&mut admin, &format!("CREATE DATABASE {name}")).await;
    }
    // Ours by name, of a day without comments: older than a day, and new.
    let old = "meshhook_sandbox_1_01890a5dac96774bbcceb302099a8057";
    let new = format!("meshhook_sandbox_1_{}", uuid::Uuid::now_v7().simple());
    for name in [old, &new] {
        say(&mut admin, &format!("CREATE DATABASE {name}")).await;
    }
    // Ours by name, but somebody wrote on it.
    say(&mut admin, "CREATE DATABASE meshhook_sandbox_2_01890a5dac96774bbcceb302099a8058").await;
    say(&mut admin, "COMMENT ON DATABASE meshhook_sandbox_2_01890a5dac96774bbcceb302099a8058 IS 'keep'")
        .await;

    let mut notes = Vec::new();
    let server =
        Server::start(&settings(&named(&watch)), &mut |line| notes.push(line.to_owned())).await.unwrap();
    let mut expected: Vec<String> = somebodys.iter().map(|name| (*name).to_owned()).collect();
    expected.extend([new, "meshhook_sandbox_2_01890a5dac96774bbcceb302099a8058".to_owned()]);
    expected.sort();
    assert_eq!(databases(&watch).await, expected);
    assert!(notes.iter().any(|note| note.ends_with(": 3")), "{notes:?}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_role_without_the_right_to_create_databases_is_told_so() {
    let (_host, watch) = host().await;
    say(&mut watch.connect().await.unwrap(), "CREATE ROLE joe LOGIN PASSWORD 'hunter2'").await;
    let error = start(&as_joe(&watch)).await.unwrap_err();
    assert!(matches!(&error, SandboxError::Unfit { .. }), "{error}");
    let text = format!("{error} {error:?}");
    assert!(text.contains("may not create databases") && text.contains("CREATEDB"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn a_role_that_is_no_superuser_has_bare_databases_and_is_told_why_not_shaped_ones() {
    let (_host, watch) = host().await;
    let mut admin = watch.connect().await.unwrap();
    // As on a server that never saw the platform: its roles cannot be made either.
    say(&mut admin, "CREATE ROLE joe LOGIN CREATEDB PASSWORD 'hunter2'").await;
    let server = start(&as_joe(&watch)).await.unwrap();
    let bare = server.create_bare().await.unwrap();
    bare.connect().await.unwrap().execute("CREATE TABLE t ()").await.unwrap();
    let error = server.create().await.unwrap_err();
    assert!(matches!(&error, SandboxError::Platform { .. }), "{error}");
    assert!(error.to_string().contains("superuser"), "{error}");
    drop(bare);
    server.stop().await.unwrap();
    assert_eq!(databases(&watch).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_read_only_server_is_told_so() {
    let (_host, watch) = host().await;
    let mut admin = watch.connect().await.unwrap();
    say(&mut admin, "CREATE ROLE joe LOGIN CREATEDB PASSWORD 'hunter2'").await;
    say(&mut admin, "ALTER ROLE joe SET default_transaction_read_only = on").await;
    let error = start(&as_joe(&watch)).await.unwrap_err();
    assert!(error.to_string().contains("read-only"), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_and_a_url_that_is_none_are_errors_without_the_password() {
    for url in [
        "postgres://joe:hunter2@127.0.0.1:1/app",
        "postgres://joe:hunter2@127.0.0.1:notaport/app",
        "postgres:///app?host=/nonexistent&user=joe&password=hunter2",
    ] {
        let error = start(url).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

/// The same server as another role.
fn as_joe(watch: &Database) -> String {
    let url = named(watch);
    match url.split_once("user=postgres") {
        Some((before, after)) => format!("{before}user=joe&password=hunter2{after}"),
        None => {
            let (_, host) = url.split_once('@').unwrap();
            format!("postgresql://joe:hunter2@{host}")
        }
    }
}
