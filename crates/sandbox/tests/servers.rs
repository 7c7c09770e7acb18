//! Throwaway servers, whichever `MESHHOOK_TEST_SERVERS` names: their databases, and that nothing is left of them.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use meshhook_sandbox::{Database, SandboxError, Server, Settings, missing_extension, testing};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection};

async fn start(settings: &Settings) -> Server {
    match Server::start(settings, &mut |line| eprintln!("{line}")).await {
        Ok(server) => server,
        Err(error) => panic!("{error}"),
    }
}

async fn ask<T>(connection: &mut PgConnection, query: &'static str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(query).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn a_database_is_shaped_like_a_supabase_project_and_a_bare_one_is_not() {
    for server in testing::servers().await {
        let (shaped, bare) = (server.create().await.unwrap(), server.create_bare().await.unwrap());
        for (database, expected) in [(&shaped, true), (&bare, false)] {
            let mut connection = database.connect().await.unwrap();
            let has: bool = ask(&mut connection, "SELECT to_regclass('auth.users') IS NOT NULL").await;
            assert_eq!(has, expected, "{}", server.describe());
        }
        let path: String = ask(&mut shaped.connect().await.unwrap(), "SHOW search_path").await;
        assert_eq!(path, "\"$user\", public, extensions");
    }
}

#[tokio::test]
async fn without_the_platform_not_even_its_roles_are_there() {
    for settings in testing::settings() {
        let server = start(&Settings { platform: false, ..settings }).await;
        let database = server.create().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        let roles: i64 =
            ask(&mut connection, "SELECT count(*) FROM pg_roles WHERE rolname IN ('anon', 'authenticator')")
                .await;
        assert_eq!(roles, 0, "{}", server.describe());
    }
}

#[tokio::test]
async fn a_clone_has_rows_settings_and_privileges_of_a_database_that_is_in_use() {
    for server in testing::servers().await {
        let original = server.create().await.unwrap();
        let mut busy = original.connect().await.unwrap();
        busy.execute("CREATE TABLE t AS SELECT 42 AS x").await.unwrap();
        let name = original.name();
        let script = format!(
            "ALTER DATABASE {name} SET work_mem = '7MB';
            ALTER DATABASE {name} SET app.note = 'it''s, \"quoted\"';
            ALTER ROLE anon IN DATABASE {name} SET search_path = '';
            ALTER DATABASE {name} SET search_path = \"$user\", public, \"Odd, one\";
            REVOKE CONNECT ON DATABASE {name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {name} TO anon WITH GRANT OPTION"
        );
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut busy).await.unwrap();
        let copy = server.clone(&original).await.unwrap();
        let mut inside = copy.connect().await.unwrap();
        assert_eq!(ask::<i32>(&mut inside, "SELECT x FROM t").await, 42);
        assert_eq!(ask::<String>(&mut inside, "SHOW work_mem").await, "7MB");
        assert_eq!(ask::<String>(&mut inside, "SHOW app.note").await, "it's, \"quoted\"");
        assert_eq!(ask::<String>(&mut inside, "SHOW search_path").await, "\"$user\", public, \"Odd, one\"");
        let same = |column: &str| {
            format!(
                "SELECT (SELECT {column} FROM pg_database AS d WHERE datname = '{name}')
                IS NOT DISTINCT FROM (SELECT {column} FROM pg_database AS d WHERE datname = '{}')",
                copy.name()
            )
        };
        let settings = "(SELECT array_agg((setrole, setconfig)::text ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid)";
        for column in ["datacl::text", "datdba", settings] {
            let same: bool =
                sqlx::query_scalar(AssertSqlSafe(same(column))).fetch_one(&mut inside).await.unwrap();
            assert!(same, "{column} differs on {}", server.describe());
        }
    }
}

#[tokio::test]
async fn a_removed_database_is_gone_and_a_dropped_one_soon() {
    for server in testing::servers().await {
        let (removed, dropped) = (server.create_bare().await.unwrap(), server.create_bare().await.unwrap());
        let busy = dropped.connect().await.unwrap();
        let names = [removed.name().to_owned(), dropped.name().to_owned()];
        removed.remove().await.unwrap();
        drop(dropped);
        let other = server.create_bare().await.unwrap();
        let mut admin = other.connect().await.unwrap();
        let left = async |admin: &mut PgConnection| -> Vec<String> {
            sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname = ANY ($1)")
                .bind(&names[..])
                .fetch_all(admin)
                .await
                .unwrap()
        };
        assert!(!left(&mut admin).await.contains(&names[0]));
        let since = Instant::now();
        while !left(&mut admin).await.is_empty() {
            assert!(since.elapsed() < Duration::from_secs(10), "still there on {}", server.describe());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(busy);
    }
}

#[tokio::test]
async fn an_extension_that_the_server_lacks_is_named() {
    for server in testing::servers().await {
        let database = server.create().await.unwrap();
        let error = database
            .connect()
            .await
            .unwrap()
            .execute("CREATE EXTENSION meshhook_no_such_extension")
            .await
            .unwrap_err();
        assert_eq!(missing_extension(&error).as_deref(), Some("meshhook_no_such_extension"));
        let said = server.lacks_extension("meshhook_no_such_extension");
        assert!(said.starts_with(&server.describe()) && said.contains("--sandbox docker"), "{said}");
        assert!(server.lacks_extension("pgcrypto").contains("contrib"));
        let error = database.connect().await.unwrap().execute("SELECT 1/0").await.unwrap_err();
        assert_eq!(missing_extension(&error), None);
    }
}

#[tokio::test]
async fn the_url_says_the_same_as_the_options() {
    for server in testing::servers().await {
        let database = server.create().await.unwrap();
        let options = PgConnectOptions::from_str(&database.url()).unwrap();
        let mut connection = options.connect().await.unwrap();
        assert_eq!(ask::<String>(&mut connection, "SELECT current_database()::text").await, database.name());
        assert!(!format!("{server:?} {database:?}").contains("password: \""));
    }
}

/// Where a server is: what has to be gone when it is.
#[derive(Debug)]
enum Trace {
    Folder(PathBuf),
    Port(u16),
}

impl Trace {
    fn of(database: &Database) -> Trace {
        Trace::from(&database.options())
    }

    fn from(options: &PgConnectOptions) -> Trace {
        match options.get_socket() {
            Some(folder) => Trace::Folder(folder.clone()),
            None => Trace::Port(options.get_port()),
        }
    }

    fn is_gone(&self) -> bool {
        match self {
            Trace::Folder(folder) => !folder.exists() && processes_naming(&folder.to_string_lossy()) == 0,
            Trace::Port(port) => TcpStream::connect(("127.0.0.1", *port)).is_err(),
        }
    }

    fn soon_gone(&self) -> bool {
        let since = Instant::now();
        while !self.is_gone() {
            if since.elapsed() > Duration::from_secs(10) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }
}

fn processes_naming(text: &str) -> usize {
    let output = Command::new("ps").args(["-A", "-ww", "-o", "args="]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.contains(text)).count()
}

#[tokio::test]
async fn nothing_is_left_after_stop() {
    for settings in testing::settings() {
        let server = start(&settings).await;
        let database = server.create().await.unwrap();
        let trace = Trace::of(&database);
        assert!(!trace.is_gone());
        drop(database);
        server.stop().await.unwrap();
        assert!(trace.is_gone(), "{trace:?}");
    }
}

#[tokio::test]
async fn a_server_lives_as_long_as_its_last_database() {
    for settings in testing::settings() {
        let server = start(&settings).await;
        let database = server.create().await.unwrap();
        let trace = Trace::of(&database);
        server.stop().await.unwrap();
        database.connect().await.unwrap();
        drop(database);
        assert!(trace.is_gone(), "{trace:?}");
    }
}

#[tokio::test]
async fn nothing_is_left_after_a_panic() {
    for settings in testing::settings() {
        let (tell, told) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(async move {
            let server = start(&settings).await;
            let database = server.create().await.unwrap();
            tell.send(Trace::of(&database)).unwrap();
            panic!("on purpose");
        });
        let trace = told.await.unwrap();
        assert!(task.await.unwrap_err().is_panic());
        assert!(trace.is_gone(), "{trace:?}");
    }
}

#[test]
fn nothing_is_left_when_it_is_dropped_where_no_runtime_is() {
    for settings in testing::settings() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (server, database) = runtime.block_on(async {
            let server = start(&settings).await;
            let database = server.create().await.unwrap();
            (server, database)
        });
        drop(runtime);
        let trace = Trace::of(&database);
        drop(database);
        drop(server);
        assert!(trace.is_gone(), "{trace:?}");
    }
}

const CHILD: &str = "MESHHOOK_TEST_CHILD";

/// Not a test of its own: the process that others start and kill. It starts a server and waits for its end.
#[tokio::test]
async fn child_process_with_a_server() {
    let Ok(which) = std::env::var(CHILD) else { return };
    let settings = &testing::settings()[which.parse::<usize>().unwrap()];
    let server = start(settings).await;
    let database = server.create().await.unwrap();
    database.connect().await.unwrap();
    println!("\nready {}", database.url());
    std::thread::sleep(Duration::from_secs(60));
}

/// Starts that process with the nth server; the second value is how its database is reached.
fn child(which: usize, environment: &[(&str, &str)]) -> (Child, PgConnectOptions) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process_with_a_server", "--nocapture"])
        .env(CHILD, which.to_string())
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("ready ")?.to_owned()));
    let options = PgConnectOptions::from_str(&url.expect("the child starts its server")).unwrap();
    (child, options)
}

#[test]
fn nothing_is_left_when_the_process_is_killed_or_interrupted() {
    for which in 0..testing::settings().len() {
        for signal in [Signal::SIGKILL, Signal::SIGINT, Signal::SIGTERM] {
            let (mut process, options) = child(which, &[]);
            let trace = Trace::from(&options);
            assert!(!trace.is_gone());
            kill(Pid::from_raw(process.id().try_into().unwrap()), signal).unwrap();
            process.wait().unwrap();
            assert!(trace.soon_gone(), "{trace:?} after {signal}");
        }
    }
}

/// The supervisor goes too, as when a whole service or container is killed. Nobody is left to clean up, so the next run does.
#[tokio::test]
async fn what_is_left_when_the_supervisor_is_killed_as_well_is_swept_by_the_next_run() {
    for (which, settings) in testing::settings().iter().enumerate() {
        let (mut process, options) = child(which, &[]);
        let trace = Trace::from(&options);
        let pid = process.id().to_string();
        let children = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().unwrap();
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        let supervisors = children.lines().filter_map(|line| {
            let (child, parent) = line.trim().split_once(char::is_whitespace)?;
            (parent.trim() == pid).then(|| Pid::from_raw(child.parse().unwrap()))
        });
        for supervisor in supervisors {
            kill(supervisor, Signal::SIGKILL).unwrap();
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let next = start(settings).await;
        // Soon, because another test's start may have begun to sweep just before.
        assert!(trace.soon_gone(), "{trace:?} after the start of {}", next.describe());
    }
}

#[test]
fn variables_of_the_caller_do_not_matter() {
    let variables = [
        ("PGHOST", "nowhere.invalid"),
        ("PGHOSTADDR", "203.0.113.1"),
        ("PGPORT", "1"),
        ("PGUSER", "nobody"),
        ("PGPASSWORD", "wrong"),
        ("PGDATABASE", "nothing"),
        ("PGSSLMODE", "require"),
        ("PGDATA", "/nonexistent"),
        ("PGTZ", "Mars"),
        ("TZ", "Asia/Kathmandu"),
        ("LC_ALL", "xx_XX.UTF-8"),
    ];
    for which in 0..testing::settings().len() {
        let (mut process, options) = child(which, &variables);
        process.kill().unwrap();
        process.wait().unwrap();
        assert!(Trace::from(&options).soon_gone());
    }
}

#[tokio::test]
async fn options_of_the_caller_are_refused_because_sqlx_hands_them_on() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process_with_a_server", "--nocapture"])
        .env(CHILD, "0")
        .env("PGOPTIONS", "-c search_path=nowhere")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("PGOPTIONS"), "{output:?}");
}

#[tokio::test]
async fn ten_servers_at_once_do_not_get_in_each_others_way() {
    let settings = testing::settings().remove(0);
    let all: Vec<_> = (0..10)
        .map(|_| {
            let settings = settings.clone();
            tokio::spawn(async move {
                let server = start(&settings).await;
                let database = server.create().await.unwrap();
                database.connect().await.unwrap().execute("CREATE TABLE t ()").await.unwrap();
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
}

#[tokio::test]
async fn a_version_that_is_not_here_is_an_error_that_names_what_is() {
    let settings = Settings::new("native:9".parse().unwrap());
    let error = Server::start(&settings, &mut |_| ()).await.unwrap_err();
    assert!(
        matches!(error, SandboxError::NoSuchMajor { wanted: 9, .. } | SandboxError::NoBinaries { .. }),
        "{error}"
    );
}
