//! Data folders: what `initdb` makes is kept and copied, because making it takes seconds and copying it milliseconds.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::error::SandboxError;
use crate::server::PLATFORM;

/// Part of every cache key: raise it when clusters are made in another way.
const FORMAT: u32 = 1;

/// `initdb`'s arguments. Locale and encoding as on Supabase would be en_US.UTF-8, which not every machine has; C.UTF-8 sorts by
/// code point everywhere.
const INITDB: [&str; 6] = [
    "--auth=trust",
    "--username=postgres",
    "--encoding=UTF8",
    "--no-locale",
    "--lc-ctype=C.UTF-8",
    "--no-instructions",
];

/// Small WAL segments, because they are copied with every server.
const THROWAWAY: [&str; 2] = ["--no-sync", "--wal-segsize=1"];

/// After that long a cluster in the cache is made anew, 30 MB each.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The place in the cache for clusters of this kind.
pub(crate) struct Cached {
    path: PathBuf,
}

impl Cached {
    pub(crate) fn of(cache: &Path, binaries: &Binaries, account: &Account, platform: bool) -> Cached {
        let mut hash = Sha256::new();
        for part in [
            FORMAT.to_string(),
            binaries.version.clone(),
            binaries.folder.to_string_lossy().into_owned(),
            account.uid().to_string(),
            INITDB.join(" "),
            THROWAWAY.join(" "),
            if platform { PLATFORM.to_owned() } else { String::new() },
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let key: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Cached { path: cache.join("clusters").join(format!("{}-{key}", binaries.version)) }
    }

    /// Not `with_extension`: the version has a dot of its own.
    fn beside(&self, what: &str) -> PathBuf {
        PathBuf::from(format!("{}.{what}", self.path.display()))
    }

    pub(crate) fn is_there(&self) -> bool {
        self.path.join("PG_VERSION").exists()
    }

    /// Copies the cluster to `data`, as the account that will run it.
    pub(crate) fn copy_to(&self, data: &Path, account: &Account) -> Result<(), SandboxError> {
        copy(&self.path, data, account)
    }

    /// Lets one process at a time make this cluster; the others wait here and then find it made.
    pub(crate) fn lock(&self) -> Result<File, SandboxError> {
        let folder = self.path.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder).map_err(SandboxError::io("create", folder))?;
        let file = self.beside("lock");
        let lock = File::create(&file).map_err(SandboxError::io("create", &file))?;
        lock.lock().map_err(SandboxError::io("lock", &file))?;
        Ok(lock)
    }

    /// Keeps a copy of `data`, a cluster that was shut down cleanly. Whoever looks sees all of it or nothing.
    pub(crate) fn keep(&self, data: &Path, account: &Account) -> Result<(), SandboxError> {
        let making = self.beside("making");
        if making.exists() {
            fs::remove_dir_all(&making).map_err(SandboxError::io("remove", &making))?;
        }
        fs::create_dir(&making).map_err(SandboxError::io("create", &making))?;
        account.own(&making)?;
        if !account.reaches(&making) {
            let source = std::io::Error::other(format!(
                "user {} cannot get there; name another folder in MESHHOOK_CACHE",
                account.name
            ));
            return Err(SandboxError::Io { doing: "use the cache", path: making, source });
        }
        let inner = making.join("data");
        copy(data, &inner, account)?;
        fs::rename(&inner, &self.path).map_err(SandboxError::io("rename", &inner))?;
        fs::remove_dir(&making).map_err(SandboxError::io("remove", &making))?;
        self.forget_others();
        Ok(())
    }

    /// Removes clusters that were made long ago: of a version that was replaced, or with a platform script that was changed.
    /// Should one still be in use, it is made again.
    fn forget_others(&self) {
        let Some(entries) = self.path.parent().and_then(|folder| fs::read_dir(folder).ok()) else { return };
        for entry in entries.flatten() {
            let age = entry.metadata().and_then(|it| it.modified()).ok().and_then(|then| then.elapsed().ok());
            if age.is_some_and(|age| age > KEPT) && entry.path().is_dir() && entry.path() != self.path {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn copy(from: &Path, to: &Path, account: &Account) -> Result<(), SandboxError> {
    let mut command = account.command("cp");
    if cfg!(target_os = "macos") {
        command.arg("-cRp"); // clonefile
    } else if cfg!(target_env = "gnu") {
        command.args(["-a", "--reflink=auto"]);
    } else {
        command.arg("-Rp");
    }
    run(command.arg(from).arg(to)).map(drop)
}

/// Makes a new cluster in `data`: one that nothing depends on, or one that is safely on the disk.
pub(crate) fn initdb(
    binaries: &Binaries,
    data: &Path,
    account: &Account,
    durable: bool,
) -> Result<(), SandboxError> {
    let mut command = account.command(binaries.folder.join("initdb"));
    if !durable {
        command.args(THROWAWAY);
    }
    run(command.args(INITDB).arg("--pgdata").arg(data)).map(drop)
}

/// Runs a program to its end; what it said counts only if it fails.
pub(crate) fn run(command: &mut Command) -> Result<String, SandboxError> {
    let program = PathBuf::from(command.get_program());
    let output =
        command.stdin(std::process::Stdio::null()).output().map_err(SandboxError::io("run", &program))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let program = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).join("\n");
    Err(SandboxError::Program { program, status: output.status, output: said })
}
