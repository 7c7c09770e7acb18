//! The folder a throwaway server lives in, and the sweeping of those whose owners are gone.
//!
//! Owner and sweeper meet on a lock file: the kernel gives the lock back when the owner ends in any way, which no process
//! number can promise (they are reused, and mean nothing across containers).

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use nix::sys::signal::{Signal, kill};

use crate::account::Account;
use crate::error::SandboxError;
use crate::postmaster::Postmaster;

/// Not TMPDIR: the path of a socket must stay under 104 bytes (macOS; 108 on Linux), and the server's account must get there.
const DISK: &str = "/tmp";
/// Copying a cluster's thousand files takes a tenth of the time in memory, and so does every CREATE DATABASE.
const MEMORY: &str = "/dev/shm";
/// What has to be free there: a database takes 8 MB, and containers have 64 MB in all.
const ROOM: u64 = 2 << 30;
/// Names another folder for throwaway servers.
const VARIABLE: &str = "MESHHOOK_SANDBOX_DIR";
const PREFIX: &str = "meshhook-sandbox-";
/// A folder on its way to being locked; older ones were abandoned.
const UNFINISHED: &str = ".new";

/// A folder of the server's account, locked by this process for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    pub(crate) fn create(account: &Account) -> Result<Folder, SandboxError> {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let path = parent().join(format!("{PREFIX}{}", &id[..12]));
        let unfinished = path.with_extension(&UNFINISHED[1..]);
        DirBuilder::new().mode(0o700).create(&unfinished).map_err(SandboxError::io("create", &unfinished))?;
        let file = unfinished.join("lock");
        let lock = File::create_new(&file).map_err(SandboxError::io("create", &file))?;
        lock.lock().map_err(SandboxError::io("lock", &file))?;
        account.own(&unfinished)?;
        fs::rename(&unfinished, &path).map_err(SandboxError::io("rename", &unfinished))?;
        Ok(Folder { path, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the server wrote to its log, or nothing.
    pub(crate) fn log(&self) -> String {
        fs::read(self.path.join("log"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

fn parent() -> PathBuf {
    named().unwrap_or_else(|| PathBuf::from(if has_room(Path::new(MEMORY)) { MEMORY } else { DISK }))
}

fn named() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(target_os = "linux")]
fn has_room(folder: &Path) -> bool {
    use nix::sys::statfs::{TMPFS_MAGIC, statfs};
    statfs(folder).is_ok_and(|system| {
        let block = u64::try_from(system.block_size()).unwrap_or_default();
        system.filesystem_type() == TMPFS_MAGIC && system.blocks_available() * block >= ROOM
    })
}

#[cfg(not(target_os = "linux"))]
fn has_room(_: &Path) -> bool {
    false
}

/// Removes what runs ended by `kill -9` together with their supervisors left behind. Returns how many.
pub(crate) fn sweep() -> usize {
    let parents = [Some(PathBuf::from(DISK)), Some(PathBuf::from(MEMORY)), named()];
    parents.into_iter().flatten().map(|parent| sweep_in(&parent)).sum()
}

fn sweep_in(parent: &Path) -> usize {
    let Ok(entries) = fs::read_dir(parent) else { return 0 };
    let us = nix::unistd::geteuid();
    let mut swept = 0;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(metadata) = fs::symlink_metadata(entry.path()) else { continue };
        // Somebody else's are somebody else's to sweep; a link could point anywhere.
        if !name.starts_with(PREFIX) || !metadata.is_dir() || !(us.is_root() || metadata.uid() == us.as_raw())
        {
            continue;
        }
        let abandoned = if name.ends_with(UNFINISHED) {
            metadata.modified().is_ok_and(|then| {
                SystemTime::now().duration_since(then).is_ok_and(|age| age > Duration::from_secs(3600))
            })
        } else {
            // Keep the lock until the folder is gone, so that two sweepers do not get in each other's way.
            match File::open(entry.path().join("lock")) {
                Ok(lock) if lock.try_lock().is_ok() => {
                    remove(&entry.path());
                    swept += 1;
                    continue;
                }
                Ok(_) => false,
                Err(error) => error.kind() == std::io::ErrorKind::NotFound,
            }
        };
        if abandoned {
            remove(&entry.path());
            swept += 1;
        }
    }
    swept
}

/// Stops the server in this folder if it still runs, and removes the folder.
fn remove(path: &Path) {
    let data = path.join("data");
    if let Postmaster::Running(server) = Postmaster::of(&data) {
        // Immediate shutdown; its children end with it. A server that hangs is killed.
        for (signal, patience) in [(Signal::SIGQUIT, 3000), (Signal::SIGKILL, 1000)] {
            let _ = kill(server, signal);
            for _ in 0..patience / 10 {
                if !matches!(Postmaster::of(&data), Postmaster::Running(_)) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
    // Files may still appear while the last of its processes end.
    for _ in 0..50 {
        match fs::remove_dir_all(path) {
            Ok(()) => return,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !path.exists() => return,
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sweep_leaves_folders_with_an_owner_alone_and_takes_the_others() {
        let account = Account::current().unwrap();
        let owned = Folder::create(&account).unwrap();
        let orphan = Folder::create(&account).unwrap();
        let path = orphan.path().to_owned();
        // As the kernel does when a process ends: the lock goes, the folder stays.
        let Folder { _lock, .. } = &orphan;
        _lock.unlock().unwrap();
        sweep();
        assert!(owned.path().exists());
        assert!(!path.exists());
    }
}
