//! The development database on binaries of this machine. It is started with `pg_ctl`, goes on when we end, and comes up again
//! after a reboot with the next command.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::binaries::{self, Binaries};
use crate::cluster::{self, run};
use crate::embedded;
use crate::endpoint::Endpoint;
use crate::error::SandboxError;
use crate::postmaster::Postmaster;
use crate::server;
use crate::settings::{Note, Settings};

use super::state::{Place, State};

/// The socket's name holds it; the folder is ours alone, so that it cannot clash.
const PORT: u16 = 5432;
/// A data folder on its way.
const UNFINISHED: &str = "data.new-";
/// Where root puts the data when the project is out of the server's reach (in root's home, say).
const SHARED: &str = "/var/lib/meshhook";

/// A data folder and all that is needed to run it.
#[derive(Clone, Debug)]
pub(super) struct Native {
    pub(super) folder: PathBuf,
    pub(super) major: u16,
    made_by: PathBuf,
    sockets: PathBuf,
    account: Account,
}

impl Native {
    pub(super) fn recall(
        place: &Place,
        major: u16,
        binaries: &Path,
        folder: &Path,
    ) -> Result<Native, SandboxError> {
        let account = Account::current()?;
        Ok(Native {
            // An absolute one stays what it is.
            folder: place.project.join(folder),
            major,
            made_by: binaries.to_owned(),
            sockets: PathBuf::from(format!("/tmp/meshhook-dev-{}-{}", account.uid(), place.key())),
            account,
        })
    }

    /// Chooses a folder for new data; nothing is made yet.
    pub(super) fn new(
        place: &Place,
        binaries: &Binaries,
        account: &Account,
        note: Note<'_>,
    ) -> Result<(Native, State), SandboxError> {
        let name = format!("dev-{}", binaries.major);
        let folder = if account.reaches(&place.folder) {
            Path::new(".meshhook").join(name)
        } else {
            let shared = Path::new(SHARED).join(place.key()).join(name);
            note(&format!(
                "the development database goes to {}: user {} cannot get to {}",
                shared.display(),
                account.name,
                place.folder.display()
            ));
            shared
        };
        let native = Native::recall(place, binaries.major, &binaries.folder, &folder)?;
        let state = State::Native { major: binaries.major, binaries: binaries.folder.clone(), folder };
        Ok((native, state))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        Endpoint::Socket { folder: self.sockets.clone(), port: PORT, user: server::SUPERUSER.to_owned() }
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(Postmaster::of(&self.data()), Postmaster::Running(_) | Postmaster::Unknown(_))
    }

    /// The binaries that made the data, or others of the same major version.
    fn binaries(&self, settings: &Settings) -> Result<Binaries, SandboxError> {
        if let Ok(same) = binaries::probe(&self.made_by, &self.account)
            && same.major == self.major
        {
            return Ok(same);
        }
        let found = binaries::search(&self.account);
        if let Ok(other) = found.of_major(self.major) {
            return Ok(other.clone());
        }
        embedded::cached(settings, &self.account).filter(|it| it.major == self.major).ok_or_else(|| {
            SandboxError::Development {
                folder: self.folder.clone(),
                reason: format!(
                    "PostgreSQL {} made it, in {}, which is not there any more, and no other version can read it",
                    self.major,
                    self.made_by.display()
                ),
                hint: format!(
                    "install PostgreSQL {}, or start afresh without its data: rm -r {}",
                    self.major,
                    self.folder.display()
                ),
            }
        })
    }

    /// Makes the cluster if there is none, and starts the server if it does not run.
    pub(super) fn start(&self, settings: &Settings, note: Note<'_>) -> Result<(), SandboxError> {
        let binaries = self.binaries(settings)?;
        if !self.data().join("PG_VERSION").exists() {
            note(&format!("making the development database in {}", self.folder.display()));
            self.make(&binaries)?;
        }
        match Postmaster::of(&self.data()) {
            Postmaster::Running(_) if self.sockets.join(format!(".s.PGSQL.{PORT}")).exists() => return Ok(()),
            // Whoever cleans /tmp took its sockets away, or the project has moved and its key with it.
            Postmaster::Running(_) => {
                let elsewhere = self.sockets_in_use();
                self.stop(settings)?;
                if let Some(folder) = elsewhere {
                    // Empty by now; should it not be, it is not ours.
                    let _ = fs::remove_dir(folder);
                }
            }
            Postmaster::Stale => {
                let file = self.data().join("postmaster.pid");
                fs::remove_file(&file).map_err(SandboxError::io("remove", &file))?;
            }
            // Should it be a server, PostgreSQL will say so.
            Postmaster::None | Postmaster::Unknown(_) => {}
        }
        self.make_sockets()?;
        self.configure()?;
        note(&format!("starting the development database (PostgreSQL {})", binaries.version));
        let mut pg_ctl = self.account.command(binaries.folder.join("pg_ctl"));
        pg_ctl.args(["start", "--wait", "--silent", "--timeout=60", "--pgdata"]).arg(self.data());
        pg_ctl.arg("--log").arg(self.log());
        run(&mut pg_ctl).map(drop).map_err(|error| SandboxError::NotStarted {
            server: format!("the development database in {}", self.folder.display()),
            reason: error.brief(),
            log: fs::read_to_string(self.log()).unwrap_or_default(),
        })
    }

    pub(super) fn stop(&self, settings: &Settings) -> Result<(), SandboxError> {
        let binaries = self.binaries(settings)?;
        let mut pg_ctl = self.account.command(binaries.folder.join("pg_ctl"));
        // Fast: sessions are ended, and what they did not commit is rolled back.
        pg_ctl
            .args(["stop", "--wait", "--silent", "--mode=fast", "--timeout=60", "--pgdata"])
            .arg(self.data());
        run(&mut pg_ctl)?;
        // made again at every start; a project that is deleted now leaves nothing behind
        let _ = fs::remove_dir(&self.sockets);
        Ok(())
    }

    /// The fifth line of `postmaster.pid`.
    fn sockets_in_use(&self) -> Option<PathBuf> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        file.lines().nth(4).filter(|line| line.starts_with('/')).map(PathBuf::from)
    }

    /// Removes the data. The server must have been stopped.
    pub(super) fn remove(&self) -> Result<(), SandboxError> {
        for folder in [&self.folder, &self.sockets] {
            match fs::remove_dir_all(folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(SandboxError::io("remove", folder)(error));
                }
                _ => {}
            }
        }
        if self.folder.starts_with(SHARED) {
            // Ours alone if it is empty now.
            let _ = self.folder.parent().map(fs::remove_dir);
            let _ = fs::remove_dir(SHARED);
        }
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// In another folder first: an interrupted `initdb` must not look like data.
    fn make(&self, binaries: &Binaries) -> Result<(), SandboxError> {
        let parent = self.folder.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).map_err(SandboxError::io("create", parent))?;
        if !self.folder.exists() {
            DirBuilder::new()
                .mode(0o700)
                .create(&self.folder)
                .map_err(SandboxError::io("create", &self.folder))?;
            self.account.own(&self.folder)?;
        }
        // Of a command that was killed; its `initdb` may still be at work in there, hence the new name each time.
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let unfinished = self.folder.join(format!("{UNFINISHED}{}", uuid::Uuid::new_v4().simple()));
        cluster::initdb(binaries, &unfinished, &self.account, true)?;
        let main = unfinished.join("postgresql.conf");
        let text = fs::read_to_string(&main).map_err(SandboxError::io("read", &main))?;
        // Writing into it keeps its owner.
        fs::write(&main, format!("{text}\ninclude = 'meshhook.conf'\n"))
            .map_err(SandboxError::io("write", &main))?;
        fs::rename(&unfinished, self.data()).map_err(SandboxError::io("rename", &unfinished))
    }

    /// Written at every start: the project may have moved, and the sockets with it.
    fn configure(&self) -> Result<(), SandboxError> {
        let file = self.data().join("meshhook.conf");
        let sockets = self.sockets.to_string_lossy().replace('\'', "''");
        let text = format!(
            "# Written by `cargo xtask db`; settings of your own belong into postgresql.auto.conf (ALTER SYSTEM).\n\
            listen_addresses = ''\n\
            unix_socket_directories = '{sockets}'\n\
            unix_socket_permissions = 0700\n\
            port = {PORT}\n\
            timezone = 'UTC'\n\
            max_locks_per_transaction = 256\n\
            jit = off\n"
        );
        fs::write(&file, text).map_err(SandboxError::io("write", &file))?;
        self.account.own(&file)
    }

    /// Sockets need a short path, so they cannot lie in the project. /tmp is emptied by a reboot, and is everybody's: a folder
    /// that somebody else put there is not used.
    fn make_sockets(&self) -> Result<(), SandboxError> {
        match DirBuilder::new().mode(0o700).create(&self.sockets) {
            Ok(()) => return self.account.own(&self.sockets),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(SandboxError::io("create", &self.sockets)(error)),
        }
        let metadata =
            fs::symlink_metadata(&self.sockets).map_err(SandboxError::io("look at", &self.sockets))?;
        if metadata.is_dir() && metadata.uid() == self.account.uid() && metadata.mode() & 0o077 == 0 {
            return Ok(());
        }
        Err(SandboxError::Development {
            folder: self.folder.clone(),
            reason: format!("its sockets belong into {}, which is somebody else's", self.sockets.display()),
            hint: format!("find out whose it is, and remove it: ls -ld {}", self.sockets.display()),
        })
    }
}
