//! A server of a test's own: with TCP, a password, TLS where the test brings a certificate, and whatever settings it
//! wants. It can be stopped and started, which the shared throwaway servers cannot.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::binaries::{self, Binaries};
use crate::cluster::{self, run};
use crate::error::SandboxError;
use crate::folder::Folder;
use crate::settings::Choice;

/// The superuser's password. Over the socket none is asked for.
const PASSWORD: &str = "a password of tests";

/// A PostgreSQL server from local binaries. Dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct Cluster {
    folder: Folder,
    binaries: Binaries,
    account: Account,
    port: u16,
    parameters: Vec<(String, String)>,
}

impl Cluster {
    /// Makes a cluster that nobody has started yet; `parameters` go to `postgres -c`. Of the major version that the
    /// first `native:…` of `MESHHOOK_TEST_SERVERS` names, else the newest on this machine.
    pub fn new(parameters: &[(&str, &str)]) -> Result<Cluster, SandboxError> {
        let account = Account::current()?;
        let wanted = super::settings().into_iter().find_map(|settings| match settings.choice {
            Choice::Native(major) => major,
            _ => None,
        });
        let binaries = binaries::search(&account).preferring(wanted.unwrap_or(u16::MAX))?.clone();
        let folder = Folder::create(&account)?;
        let data = folder.path().join("data");
        cluster::initdb(&binaries, &data, &account, false)?;
        let access = "local all all trust\nlocal replication all trust\nhost all all all scram-sha-256\n";
        let file = data.join("pg_hba.conf");
        fs::write(&file, access).map_err(SandboxError::io("write", &file))?;
        let port = free_port()?;
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ok(Cluster { parameters: parameters.collect(), folder, binaries, account, port })
    }

    /// Makes it, starts it, and gives the superuser `postgres` a password.
    pub fn started(parameters: &[(&str, &str)]) -> Result<Cluster, SandboxError> {
        let cluster = Cluster::new(parameters)?;
        cluster.start()?;
        cluster.psql(&format!("ALTER ROLE postgres PASSWORD '{PASSWORD}'"))?;
        Ok(cluster)
    }

    /// Starts it and waits until it takes connections.
    pub fn start(&self) -> Result<(), SandboxError> {
        let quoted = |value: &str| format!("'{}'", value.replace('\'', "'\\''"));
        let mut options = format!(
            "-c listen_addresses='127.0.0.1,::1' -c unix_socket_directories={} -p {}",
            quoted(&self.folder.path().to_string_lossy()),
            self.port
        );
        for (name, value) in &self.parameters {
            options += &format!(" -c {name}={}", quoted(value));
        }
        let mut pg_ctl = self.account.command(self.binaries.folder.join("pg_ctl"));
        pg_ctl.args(["start", "--wait", "--silent", "--timeout=60", "--pgdata"]).arg(self.data());
        pg_ctl.arg("--log").arg(self.folder.path().join("log")).arg("--options").arg(options);
        run(&mut pg_ctl).map(drop).map_err(|error| SandboxError::NotStarted {
            server: self.binaries.describe(),
            reason: error.brief(),
            log: self.folder.log(),
        })
    }

    /// Stops it: `smart`, `fast`, or `immediate`, which is a crash.
    pub fn stop(&self, mode: &str) -> Result<(), SandboxError> {
        let mut pg_ctl = self.account.command(self.binaries.folder.join("pg_ctl"));
        pg_ctl.args(["stop", "--wait", "--silent", "--timeout=60", "--mode", mode, "--pgdata"]);
        run(pg_ctl.arg(self.data())).map(drop)
    }

    /// Where it listens on 127.0.0.1 and ::1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its major version.
    pub fn major(&self) -> u16 {
        self.binaries.major
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its socket's folder, where tests may put files of their own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The superuser's password.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// A URL over the socket, as the superuser.
    pub fn socket_url(&self, database: &str) -> String {
        let folder = self.folder.path().display();
        format!("postgresql:///{database}?host={folder}&port={}&user=postgres", self.port)
    }

    /// A URL over TCP, as the superuser with its password.
    pub fn url(&self, host: &str, database: &str) -> String {
        let password = PASSWORD.replace(' ', "%20");
        format!("postgresql://postgres:{password}@{host}:{}/{database}", self.port)
    }

    /// A program that is run as the server's account, since neither `postgres` nor `pgbouncer` runs as root.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        self.account.command(program)
    }

    /// Writes a file that belongs to the server's account and that nobody else may read, as a key must be.
    pub fn write(&self, path: &Path, content: impl AsRef<[u8]>) -> Result<(), SandboxError> {
        fs::write(path, content).map_err(SandboxError::io("write", path))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
            .map_err(SandboxError::io("protect", path))?;
        self.account.own(path)
    }

    /// Runs SQL with psql, over the socket, as the superuser; what it prints comes back.
    pub fn psql(&self, sql: &str) -> Result<String, SandboxError> {
        let mut psql = self.account.command("psql");
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            &self.socket_url("postgres"),
            "-c",
            sql,
        ]);
        run(&mut psql)
    }
}

/// Somebody else may take it before we do; then the server says so.
fn free_port() -> Result<u16, SandboxError> {
    let any = Path::new("127.0.0.1:0");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(SandboxError::io("listen on", any))?;
    listener.local_addr().map(|address| address.port()).map_err(SandboxError::io("listen on", any))
}
