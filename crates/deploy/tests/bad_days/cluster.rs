//! PostgreSQL servers of our own, with durability on, that can be stopped as by a power cut.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use meshhook_sandbox::{Choice, Server, Settings, testing};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

/// Everything that is written lies in one folder, and a process watches that outlives us: when we are gone, however
/// that came, it ends the servers, takes the mounts away and removes the folder.
const JANITOR: &str = r#"trap '' INT HUP TERM
cat >/dev/null
for file in "$1"/*/data/postmaster.pid; do
    [ -e "$file" ] || continue
    pid=$(head -n 1 "$file")
    kill -QUIT "$pid" 2>/dev/null
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null
done
for folder in "$1"/*; do
    mountpoint -q "$folder" 2>/dev/null && umount "$folder"
done
rm -rf "$1""#;

const SETTINGS: [&str; 14] = [
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "listen_addresses=127.0.0.1",
    "max_connections=40",
    "shared_buffers=32MB",
    "autovacuum=off",
    "jit=off",
    "logging_collector=off",
    "checkpoint_timeout=1h",
    "max_wal_size=128MB",
    "min_wal_size=16MB",
    "timezone=UTC",
    "dynamic_shared_memory_type=mmap",
];

/// The folder of all servers, and who cleans it up.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    bin: PathBuf,
    janitor: Child,
}

impl Place {
    /// Finds PostgreSQL through the sandbox: the first native server of `MESHHOOK_TEST_SERVERS`.
    pub(crate) async fn new() -> Place {
        let native = testing::settings().into_iter().find(|found| matches!(found.choice, Choice::Native(_)));
        let settings = native.unwrap_or_else(|| Settings::new(Choice::Native(None)));
        let server = Server::start(&settings, &mut |line| eprintln!("{line}")).await.unwrap();
        let database = server.create().await.unwrap();
        let sql = "SELECT setting FROM pg_catalog.pg_config WHERE name = 'BINDIR'";
        let bin: String =
            sqlx::query_scalar(sql).fetch_one(&mut database.connect().await.unwrap()).await.unwrap();
        drop(database);
        server.stop().await.unwrap();
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("meshhook-bad-days-").tempdir_in(parent).unwrap().keep();
        open(&folder, 0o755);
        let janitor = Command::new("/bin/sh")
            .args(["-c", JANITOR, "janitor"])
            .arg(&folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        Place { folder, bin: PathBuf::from(bin), janitor }
    }

    /// Makes and starts a server; on a disk of its own with so many megabytes if that is wished.
    pub(crate) async fn cluster(&self, name: &str, disk: Option<u32>) -> Cluster {
        let folder = self.folder.join(name);
        fs::create_dir(&folder).unwrap();
        if let Some(size) = disk {
            let options = format!("size={size}m,mode=755");
            run(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&folder));
        }
        let account = account();
        if let Some((uid, gid)) = account {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).unwrap();
        }
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut cluster = Cluster { folder, bin: self.bin.clone(), account, port, process: None };
        let mut initdb = cluster.command("initdb");
        initdb.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-locale",
            "--wal-segsize=1",
        ]);
        run(initdb.arg("--pgdata").arg(cluster.data()).stdout(Stdio::null()));
        cluster.start();
        cluster.ready(Duration::from_secs(30)).await.unwrap();
        cluster
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.janitor.stdin.take());
        let _ = self.janitor.wait();
    }
}

/// Whether a small disk can be had.
pub(crate) fn can_mount() -> bool {
    cfg!(target_os = "linux") && geteuid().is_root()
}

/// `initdb` and `postgres` refuse to run as root.
fn account() -> Option<(u32, u32)> {
    if !geteuid().is_root() {
        return None;
    }
    let user = ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).unwrap()).unwrap();
    Some((user.uid.as_raw(), user.gid.as_raw()))
}

fn open(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

/// A server.
pub(crate) struct Cluster {
    pub(crate) folder: PathBuf,
    bin: PathBuf,
    account: Option<(u32, u32)>,
    pub(crate) port: u16,
    process: Option<Child>,
}

impl Cluster {
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir("/").env("LC_ALL", "C").env("TZ", "UTC").env_remove("PGDATA");
        if let Some((uid, gid)) = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Starts the server; it may still recover when this returns.
    pub(crate) fn start(&mut self) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(&self.folder).args(["-p", &self.port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        let process = command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        self.process = Some(process.unwrap());
    }

    /// Beside the folder, which may be a full disk.
    pub(crate) fn log(&self) -> PathBuf {
        PathBuf::from(format!("{}.log", self.folder.display()))
    }

    /// As `pg_ctl stop -m immediate`: nothing is written that was not.
    pub(crate) fn stop_at_once(&mut self) {
        if let Some(mut process) = self.process.take() {
            kill(Pid::from_raw(i32::try_from(process.id()).unwrap()), Signal::SIGQUIT).unwrap();
            process.wait().unwrap();
        }
    }

    /// Whether the server has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.as_mut().is_none_or(|process| process.try_wait().unwrap().is_some())
    }

    /// Waits until the server takes connections.
    pub(crate) async fn ready(&mut self, patience: Duration) -> Result<(), String> {
        let since = Instant::now();
        loop {
            let error = match self.try_connect("postgres").await {
                Ok(conn) => return conn.close().await.map_err(|error| error.to_string()),
                Err(error) => error,
            };
            if since.elapsed() > patience {
                return Err(format!("the server is not ready: {error}"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn try_connect(&self, database: &str) -> Result<PgConnection, sqlx::Error> {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.folder)
            .port(self.port)
            .username("postgres")
            .database(database)
            .application_name("bad-days")
            .connect()
            .await
    }

    pub(crate) async fn connect(&self, database: &str) -> PgConnection {
        self.try_connect(database).await.unwrap()
    }

    pub(crate) async fn execute(&self, database: &str, sql: &str) {
        let mut conn = self.connect(database).await;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }

    /// A database like another one, to which nobody may be connected.
    pub(crate) async fn clone(&self, from: &str, to: &str) {
        self.execute("postgres", &format!("CREATE DATABASE {to} TEMPLATE {from}")).await;
    }

    pub(crate) async fn drop_database(&self, name: &str) {
        self.execute("postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop_at_once();
    }
}
