//! The account that runs the server. `initdb` and `postgres` refuse to run as root, so root runs them as somebody else.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{User, getegid, geteuid};

use crate::error::SandboxError;

/// Who runs the server.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    uid: u32,
    gid: u32,
    /// We are root and become this account.
    switch: bool,
}

impl Account {
    /// Ourselves; for root `postgres`, else `nobody`.
    pub(crate) fn current() -> Result<Account, SandboxError> {
        if !geteuid().is_root() {
            let (uid, gid) = (geteuid(), getegid());
            let name = User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name);
            return Ok(Account { name, uid: uid.as_raw(), gid: gid.as_raw(), switch: false });
        }
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Account {
                name: user.name,
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
                switch: true,
            })
            .ok_or(SandboxError::NoAccount)
    }

    pub(crate) fn uid(&self) -> u32 {
        self.uid
    }

    /// A command that runs as this account, in a folder it can read, in plain English, and without the caller's `PG*`
    /// variables, which `postgres`, `psql` and `pg_ctl` would heed (PGDATA, PGOPTIONS, PGTZ…).
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir("/").env("LC_ALL", "C").env("TZ", "UTC");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if self.switch {
            command.uid(self.uid).gid(self.gid).env("HOME", "/").env("USER", &self.name);
        }
        command
    }

    /// Gives a path of ours to this account.
    pub(crate) fn own(&self, path: &Path) -> Result<(), SandboxError> {
        if self.switch {
            std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
                .map_err(SandboxError::io("hand over", path))?;
        }
        Ok(())
    }

    /// Can this account get to the path? For ourselves that shows when we use it.
    pub(crate) fn reaches(&self, path: &Path) -> bool {
        !self.switch
            || self
                .command("/bin/sh")
                .args(["-c", "test -x \"$0\""])
                .arg(path)
                .status()
                .is_ok_and(|status| status.success())
    }
}
