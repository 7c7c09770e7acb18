//! The private development database, on whichever servers `MESHHOOK_TEST_SERVERS` names.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use meshhook_sandbox::dev::{self, DevServer, Status};
use meshhook_sandbox::{SandboxError, Settings, testing};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{ConnectOptions, Executor, PgConnection};
use tempfile::TempDir;

/// A checkout whose development database goes with it.
struct Project {
    folder: TempDir,
    settings: Settings,
}

impl Project {
    fn new(settings: Settings) -> Project {
        let folder = tempfile::tempdir().unwrap();
        // As a checkout in a home folder is for the account that runs the server; but see the test of a private one.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Project { folder, settings }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    async fn ensure(&self) -> DevServer {
        self.try_ensure().await.unwrap_or_else(|error| panic!("{error}"))
    }

    async fn try_ensure(&self) -> Result<DevServer, SandboxError> {
        dev::ensure(self.path(), &self.settings, &mut |line| eprintln!("{line}")).await
    }

    async fn stop(&self) -> bool {
        dev::stop(self.path(), &self.settings, &mut |_| ()).await.unwrap()
    }

    async fn status(&self) -> Status {
        dev::status(self.path(), &self.settings).await.unwrap()
    }

    /// The data folder, where it is one.
    fn data(&self) -> PathBuf {
        let entries = fs::read_dir(self.path().join(".meshhook")).unwrap();
        let folder = entries.flatten().map(|entry| entry.path()).find(|path| path.is_dir()).unwrap();
        folder.join("data")
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let (path, settings) = (self.path().to_owned(), self.settings.clone());
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(dev::remove(&path, &settings, &mut |_| ())).unwrap();
        });
        let done = removal.join();
        assert!(std::thread::panicking() || done.is_ok());
    }
}

async fn connect(server: &DevServer) -> PgConnection {
    server.options().connect().await.unwrap()
}

async fn ask(connection: &mut PgConnection, query: &'static str) -> String {
    sqlx::query_scalar(query).fetch_one(connection).await.unwrap()
}

async fn is_native(project: &Project) -> bool {
    project.ensure().await.options().get_socket().is_some()
}

#[tokio::test]
async fn it_is_made_once_and_keeps_its_rows_over_stop_and_start() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        assert!(matches!(project.status().await, Status::Absent));
        assert!(!project.stop().await);

        let server = project.ensure().await;
        let mut connection = connect(&server).await;
        assert_eq!(ask(&mut connection, "SELECT to_regclass('auth.users')::text").await, "auth.users");
        assert_eq!(ask(&mut connection, "SHOW search_path").await, "\"$user\", public, extensions");
        assert_eq!(ask(&mut connection, "SHOW fsync").await, "on");
        assert_eq!(ask(&mut connection, "SELECT current_database()::text").await, dev::DATABASE);
        connection.execute("CREATE TABLE kept AS SELECT 'yes' AS word").await.unwrap();
        assert!(matches!(project.status().await, Status::Running(_)));

        assert!(project.stop().await);
        assert!(!project.stop().await, "it has been stopped");
        assert!(matches!(project.status().await, Status::Stopped(_)));
        assert!(server.options().connect().await.is_err());

        let again = project.ensure().await;
        assert_eq!(ask(&mut connect(&again).await, "SELECT word FROM kept").await, "yes");
        assert_eq!(again.describe(), server.describe());
        assert_eq!(again.major(), server.major());
        let url: sqlx::postgres::PgConnectOptions = again.url().parse().unwrap();
        assert_eq!(ask(&mut url.connect().await.unwrap(), "SELECT word FROM kept").await, "yes");
    }
}

#[tokio::test]
async fn removing_it_starts_afresh_and_leaves_nothing() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        let server = project.ensure().await;
        connect(&server).await.execute("CREATE TABLE gone ()").await.unwrap();
        dev::remove(project.path(), &project.settings, &mut |_| ()).await.unwrap();
        assert!(matches!(project.status().await, Status::Absent));
        if let Some(socket) = server.options().get_socket() {
            assert!(!socket.exists());
        }
        let again = project.ensure().await;
        let there = ask(&mut connect(&again).await, "SELECT (to_regclass('gone') IS NULL)::text").await;
        assert_eq!(there, "true");
    }
}

const CHILD: &str = "MESHHOOK_TEST_CHILD";

/// Not a test of its own: the process that others start. It ensures the database and ends.
#[tokio::test]
async fn child_process_that_ensures_the_database() {
    let Ok(child) = std::env::var(CHILD) else { return };
    let (which, path) = child.split_once(' ').unwrap();
    let settings = &testing::settings()[which.parse::<usize>().unwrap()];
    let server = dev::ensure(Path::new(path), settings, &mut |line| eprintln!("{line}")).await.unwrap();
    connect(&server).await.execute("SELECT 1").await.unwrap();
}

fn child(which: usize, project: &Project) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process_that_ensures_the_database"])
        .env(CHILD, format!("{which} {}", project.path().display()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn several_shells_at_once_make_one_database_that_outlives_them() {
    for (which, settings) in testing::settings().into_iter().enumerate() {
        let project = Project::new(settings);
        let mut shells: Vec<Child> = (0..4).map(|_| child(which, &project)).collect();
        for shell in &mut shells {
            assert!(shell.wait().unwrap().success());
        }
        let Status::Running(server) = project.status().await else { panic!("it ended with the shells") };
        connect(&server).await.execute("SELECT 1").await.unwrap();
    }
}

#[tokio::test]
async fn a_shell_that_is_killed_while_it_makes_the_database_leaves_nothing_in_the_way() {
    for (which, settings) in testing::settings().into_iter().enumerate() {
        let project = Project::new(settings);
        for milliseconds in [50, 200, 400, 600, 900, 1500] {
            let mut shell = child(which, &project);
            std::thread::sleep(std::time::Duration::from_millis(milliseconds));
            shell.kill().unwrap();
            shell.wait().unwrap();
        }
        let server = project.ensure().await;
        let word = ask(&mut connect(&server).await, "SELECT to_regclass('auth.users')::text").await;
        assert_eq!(word, "auth.users");
    }
}

/// The server goes on with a killed shell's statement. Its last one gives the database its name: here that is held open
/// until the next shell, which has not seen the name, waits for it.
#[tokio::test]
async fn a_killed_shells_server_may_name_the_database_after_the_next_shell_has_looked() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        let server = project.ensure().await;
        let elsewhere = server.options().database("postgres");
        let mut killed = elsewhere.connect().await.unwrap();
        killed.execute("ALTER DATABASE meshhook RENAME TO half_made").await.unwrap();
        killed.execute("BEGIN; ALTER DATABASE half_made RENAME TO meshhook").await.unwrap();

        let end_it = async {
            let mut watch = elsewhere.connect().await.unwrap();
            let waits = "SELECT count(*)::text FROM pg_stat_activity \
                         WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER DATABASE%'";
            for _ in 0..600 {
                if ask(&mut watch, waits).await != "0" {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            assert_eq!(ask(&mut watch, waits).await, "1", "the next shell never came to its last statement");
            killed.execute("COMMIT").await.unwrap();
        };
        let (server, ()) = tokio::join!(project.ensure(), end_it);
        let mut connection = connect(&server).await;
        let ours = "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname NOT LIKE 'template%' \
                    AND datname !~ '^(postgres|supabase)'";
        assert_eq!(ask(&mut connection, ours).await, "meshhook");
        assert_eq!(ask(&mut connection, "SELECT to_regclass('auth.users')::text").await, "auth.users");
    }
}

#[tokio::test]
async fn it_comes_up_again_after_a_crash_and_after_a_reboot() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        if !is_native(&project).await {
            continue; // a container comes up by itself or is started: nothing of ours is in the way
        }
        let server = project.ensure().await;
        connect(&server).await.execute("CREATE TABLE kept AS SELECT 'yes' AS word").await.unwrap();
        let file = project.data().join("postmaster.pid");
        let content = fs::read_to_string(&file).unwrap();
        let pid: i32 = content.lines().next().unwrap().parse().unwrap();

        // A crash: the file stays, its process has ended.
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        while kill(Pid::from_raw(pid), None).is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert!(file.exists());
        assert!(matches!(project.status().await, Status::Stopped(_)));
        let server = project.ensure().await;
        assert_eq!(ask(&mut connect(&server).await, "SELECT word FROM kept").await, "yes");

        // A reboot: /tmp was emptied, and the number in the file is somebody else's now.
        project.stop().await;
        assert!(!server.options().get_socket().unwrap().exists(), "a stopped server leaves no socket folder");
        let mut other = Command::new("sleep").arg("60").spawn().unwrap();
        fs::write(&file, content.replacen(&pid.to_string(), &other.id().to_string(), 1)).unwrap();
        let server = project.try_ensure().await;
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(ask(&mut connect(&server.unwrap()).await, "SELECT word FROM kept").await, "yes");
    }
}

#[tokio::test]
async fn sockets_that_were_cleaned_away_are_made_again() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        if !is_native(&project).await {
            continue;
        }
        let server = project.ensure().await;
        fs::remove_dir_all(server.options().get_socket().unwrap()).unwrap();
        let again = project.ensure().await;
        connect(&again).await.execute("SELECT 1").await.unwrap();
    }
}

#[tokio::test]
async fn a_project_that_moved_keeps_its_database() {
    for settings in testing::settings() {
        let mut project = Project::new(settings);
        if !is_native(&project).await {
            continue; // a container's name comes from the path, and is remembered
        }
        let server = project.ensure().await;
        connect(&server).await.execute("CREATE TABLE kept AS SELECT 'yes' AS word").await.unwrap();
        let new = tempfile::tempdir().unwrap();
        fs::set_permissions(new.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(project.path().join(".meshhook"), new.path().join(".meshhook")).unwrap();
        let old_sockets = server.options().get_socket().unwrap().clone();
        project.folder = new;
        let server = project.ensure().await;
        assert_eq!(ask(&mut connect(&server).await, "SELECT word FROM kept").await, "yes");
        assert!(!old_sockets.exists());
    }
}

#[tokio::test]
async fn a_project_that_the_servers_account_cannot_reach_has_its_data_elsewhere_and_says_where() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        fs::set_permissions(project.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let mut notes = Vec::new();
        let server = dev::ensure(project.path(), &project.settings, &mut |line| notes.push(line.to_owned()))
            .await
            .unwrap();
        connect(&server).await.execute("SELECT 1").await.unwrap();
        if nix::unistd::geteuid().is_root() && server.options().get_socket().is_some() {
            assert!(notes.iter().any(|note| note.contains("/var/lib/meshhook")), "{notes:?}");
            assert!(server.describe().contains("/var/lib/meshhook"), "{}", server.describe());
        }
    }
}

#[tokio::test]
async fn data_of_a_version_that_is_not_here_any_more_is_an_error_that_says_what_to_type() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        fs::create_dir(project.path().join(".meshhook")).unwrap();
        let state =
            r#"{ "kind": "native", "major": 9, "binaries": "/gone/9/bin", "folder": ".meshhook/dev-9" }"#;
        fs::write(project.path().join(".meshhook/dev.json"), state).unwrap();
        let error = project.try_ensure().await.unwrap_err().to_string();
        assert!(error.contains("PostgreSQL 9 made it, in /gone/9/bin"), "{error}");
        assert!(error.contains("rm -r ") && error.contains(".meshhook/dev-9"), "{error}");
    }
}

#[tokio::test]
async fn what_is_kept_is_ignored_by_git_and_closed_to_others() {
    for settings in testing::settings() {
        let project = Project::new(settings);
        let server = project.ensure().await;
        let folder = project.path().join(".meshhook");
        assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.join("dev.json")), 0o600);
        if let Some(socket) = server.options().get_socket() {
            assert_eq!(mode(socket), 0o700);
            assert_eq!(mode(&project.data()), 0o700);
        }
    }
}
