//! A throwaway server from binaries on this machine: a copied cluster, a socket in a private folder, a supervisor.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, Connection};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::cluster::{self, Cached};
use crate::endpoint::Endpoint;
use crate::error::SandboxError;
use crate::folder::Folder;
use crate::server::{self, Strategy, TEMPLATE};
use crate::settings::{Note, Settings};

/// The socket's name holds it; there is no TCP, so it cannot clash.
const PORT: u16 = 5432;
const PATIENCE: Duration = Duration::from_secs(30);

/// Nothing needs to survive a crash, and no client but ours ever connects.
const PARAMETERS: &[(&str, &str)] = &[
    ("listen_addresses", ""),
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("max_wal_size", "1GB"),
    ("checkpoint_timeout", "1h"),
    ("shared_buffers", "64MB"),
    // Files in the data folder, where the others would be in /dev/shm and outlive a server that was killed.
    ("dynamic_shared_memory_type", "mmap"),
    ("max_connections", "100"),
    // A thousand tables with their indexes in one transaction, or dropped in one.
    ("max_locks_per_transaction", "1024"),
    // Would only steal time; nothing lives long enough to need it.
    ("autovacuum", "off"),
    ("jit", "off"),
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("log_min_messages", "warning"),
    ("timezone", "UTC"),
];

/// A running server. Dropping it stops the server and removes its folder, in this order.
#[derive(Debug)]
pub(crate) struct Native {
    supervisor: Supervisor,
    folder: Folder,
}

/// Starts a server from these binaries; makes and caches its cluster if this is the first time.
pub(crate) async fn start(
    binaries: &Binaries,
    account: &Account,
    settings: &Settings,
    note: Note<'_>,
) -> Result<(Native, Endpoint), SandboxError> {
    let cached = Cached::of(&settings.cache, binaries, account, settings.platform);
    if !cached.is_there() {
        make(&cached, binaries, account, settings.platform, note).await?;
    }
    let folder = Folder::create(account)?;
    let data = folder.path().join("data");
    if let Err(error) = cached.copy_to(&data, account) {
        // Somebody may have emptied the cache just now.
        if cached.is_there() {
            return Err(error);
        }
        make(&cached, binaries, account, settings.platform, note).await?;
        cached.copy_to(&data, account)?;
    }
    run(binaries, account, folder).await
}

/// Makes the cluster: `initdb`, and in it the template that databases are cloned from.
async fn make(
    cached: &Cached,
    binaries: &Binaries,
    account: &Account,
    platform: bool,
    note: Note<'_>,
) -> Result<(), SandboxError> {
    // A few seconds at most, and blocking: another process that makes the same cluster is doing our work.
    let _lock = cached.lock()?;
    if cached.is_there() {
        return Ok(());
    }
    note(&format!("making a PostgreSQL {} cluster, once per version", binaries.version));
    let folder = Folder::create(account)?;
    let data = folder.path().join("data");
    cluster::initdb(binaries, &data, account, false)?;
    let (native, endpoint) = run(binaries, account, folder).await?;
    if platform {
        let name = binaries.describe();
        let mut admin = server::connect(&endpoint, server::MAINTENANCE, &name).await?;
        server::copy_database(&mut admin, "template1", TEMPLATE, None, Strategy::FileCopy, &name).await?;
        server::fill_template(&mut admin, &endpoint, TEMPLATE, &name).await?;
        let _ = admin.close().await;
    }
    let folder = native.shut_down()?;
    cached.keep(&folder.path().join("data"), account)
}

async fn run(
    binaries: &Binaries,
    account: &Account,
    folder: Folder,
) -> Result<(Native, Endpoint), SandboxError> {
    let mut native = Native::launch(binaries, account, folder)?;
    let endpoint = Endpoint::Socket {
        folder: native.folder.path().to_owned(),
        port: PORT,
        user: server::SUPERUSER.to_owned(),
    };
    native.wait_until_ready(binaries, &endpoint).await?;
    Ok((native, endpoint))
}

impl Native {
    fn launch(binaries: &Binaries, account: &Account, folder: Folder) -> Result<Native, SandboxError> {
        let mut command = account.command("/bin/sh");
        command.args(["-c", include_str!("supervise.sh"), "meshhook-sandbox"]).arg(folder.path());
        command.arg(binaries.folder.join("postgres"));
        arguments(&mut command, folder.path());
        Ok(Native { supervisor: Supervisor::spawn(command)?, folder })
    }

    async fn wait_until_ready(
        &mut self,
        binaries: &Binaries,
        endpoint: &Endpoint,
    ) -> Result<(), SandboxError> {
        let socket = self.folder.path().join(format!(".s.PGSQL.{PORT}"));
        let ended = self.folder.path().join("exit");
        let since = Instant::now();
        let options = endpoint.options(server::MAINTENANCE);
        let reason = loop {
            if socket.exists() {
                match options.connect().await {
                    Ok(connection) => return connection.close().await.or(Ok(())),
                    Err(error) if server::is_coming_up(&error) => {}
                    Err(error) => break error.to_string(),
                }
            }
            if ended.exists() || self.supervisor.has_ended() {
                break "it ended by itself".to_owned();
            }
            if since.elapsed() > PATIENCE {
                break format!("no answer within {} s", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        };
        Err(SandboxError::NotStarted { server: binaries.describe(), reason, log: self.folder.log() })
    }

    /// Stops the server cleanly, so that its data folder can be copied.
    fn shut_down(self) -> Result<Folder, SandboxError> {
        let Native { mut supervisor, folder } = self;
        supervisor.finish();
        Ok(folder)
    }
}

fn arguments(command: &mut Command, folder: &Path) {
    command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-p", &PORT.to_string()]);
    for (name, value) in PARAMETERS {
        command.args(["-c", &format!("{name}={value}")]);
    }
}

/// The shell that runs the server, and the pipe it listens to.
#[derive(Debug)]
struct Supervisor {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl Supervisor {
    fn spawn(mut command: Command) -> Result<Supervisor, SandboxError> {
        // A process group of its own: `Ctrl-C` on the terminal is for us, who then clean up in order.
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(SandboxError::io("run", "/bin/sh"))?;
        let pipe = child.stdin.take();
        Ok(Supervisor { child, pipe })
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Asks for a clean shutdown and waits for it.
    fn finish(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            // If nobody reads any more, it has ended already.
            let _ = pipe.write_all(b"finish\n");
            self.wait();
        }
    }

    fn wait(&mut self) {
        let since = Instant::now();
        while !self.has_ended() {
            if since.elapsed() > PATIENCE {
                // Whatever is left is stopped by the folder's removal.
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.pipe.take());
        self.wait();
    }
}
