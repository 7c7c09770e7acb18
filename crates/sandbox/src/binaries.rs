//! Finding PostgreSQL on this machine.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::error::SandboxError;

/// A folder with `initdb` and `postgres` that work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binaries {
    pub(crate) folder: PathBuf,
    /// `15.18`, `18beta1`.
    pub(crate) version: String,
    pub(crate) major: u16,
}

impl Binaries {
    pub(crate) fn describe(&self) -> String {
        format!("native PostgreSQL {}", self.version)
    }
}

/// What a search brought to light.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Newest first.
    pub(crate) usable: Vec<Binaries>,
    pub(crate) unusable: Vec<(PathBuf, String)>,
    /// MESHHOOK_PG_BIN named the folder: nothing else was looked at.
    named: bool,
}

impl Found {
    /// Of this major version, or the reason why not.
    pub(crate) fn of_major(&self, wanted: u16) -> Result<&Binaries, SandboxError> {
        self.usable.iter().find(|binaries| binaries.major == wanted).ok_or_else(|| {
            if self.usable.is_empty() {
                return SandboxError::NoBinaries { wanted, unusable: self.unusable.clone() };
            }
            let found = self.usable.iter().map(|it| (it.version.clone(), it.folder.clone())).collect();
            SandboxError::NoSuchMajor { wanted, found }
        })
    }

    /// Of the preferred major version, else the newest.
    pub(crate) fn preferring(&self, preferred: u16) -> Result<&Binaries, SandboxError> {
        self.of_major(preferred).or_else(|_| {
            self.usable.first().ok_or_else(|| SandboxError::NoBinaries {
                wanted: preferred,
                unusable: self.unusable.clone(),
            })
        })
    }
}

/// Looks in MESHHOOK_PG_BIN alone if it is set, else in PATH, in the usual folders, and at last where `pg_config` says.
pub(crate) fn search(account: &Account) -> Found {
    let named = std::env::var_os("MESHHOOK_PG_BIN").filter(|path| !path.is_empty()).map(PathBuf::from);
    let mut found = Found { named: named.is_some(), ..Found::default() };
    let candidates = match named {
        Some(folder) => vec![folder],
        None => candidates(),
    };
    let mut seen = HashSet::new();
    let mut candidates = candidates.into_iter();
    let mut asked = found.named;
    loop {
        // Asking costs a process, and mostly gives a folder that was looked at already.
        let next = candidates.next().or_else(|| {
            let ask = found.usable.is_empty() && !std::mem::replace(&mut asked, true);
            ask.then(pg_config).flatten()
        });
        let Some(folder) = next else { break };
        let Some(home) = home_of(&folder) else {
            if found.named {
                found.unusable.push((folder, "`initdb` and `postgres` are not both there".to_owned()));
            }
            continue;
        };
        if seen.insert(home.clone()) {
            match probe(&home, account) {
                Ok(binaries) => found.usable.push(binaries),
                Err(reason) => found.unusable.push((home, reason)),
            }
        }
    }
    // Stable: among equals, what was looked at first.
    found.usable.sort_by_key(|binaries| std::cmp::Reverse(numbers(&binaries.version)));
    found
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    output.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn candidates() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let usual = [
        ("/usr/lib/postgresql", "", "bin"), // Debian, Ubuntu, Alpine's versioned folders
        ("/usr/libexec", "postgresql", ""), // Alpine
        ("/usr", "pgsql-", "bin"),          // the PGDG packages for RHEL and its kin
        ("/opt/homebrew/opt", "postgresql@", "bin"), // Homebrew, Apple silicon
        ("/usr/local/opt", "postgresql@", "bin"), // Homebrew, Intel
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
        ("/Library/PostgreSQL", "", "bin"), // EDB's installer
    ];
    for (parent, prefix, rest) in usual {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        let mut here: Vec<PathBuf> = entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .map(|entry| entry.path().join(rest))
            .collect();
        here.sort();
        all.extend(here);
    }
    all.extend(["/usr/local/pgsql/bin", "/usr/lib/postgresql/bin"].map(PathBuf::from));
    all
}

/// Where the files really are: `postgres` looks for its libraries beside itself, and PATH may hold links.
fn home_of(folder: &Path) -> Option<PathBuf> {
    let initdb = folder.join("initdb").canonicalize().ok()?;
    let postgres = folder.join("postgres").canonicalize().ok()?;
    let home = postgres.parent()?;
    (initdb.is_file() && postgres.is_file() && home.join("initdb").is_file()).then(|| home.to_owned())
}

/// Asks `postgres --version`, as the account that is going to run it.
pub(crate) fn probe(home: &Path, account: &Account) -> Result<Binaries, String> {
    let output = account
        .command(home.join("postgres"))
        .arg("--version")
        .output()
        .map_err(|error| format!("cannot be run as user {}: {error}", account.name))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let (version, major) = read_version(&said).ok_or_else(|| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("`postgres --version` said: {}", said.lines().next().unwrap_or("nothing"))
    })?;
    Ok(Binaries { folder: home.to_owned(), version, major })
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` → `15.18` and 15.
fn read_version(said: &str) -> Option<(String, u16)> {
    let version = said.split("(PostgreSQL)").nth(1)?.split_whitespace().next()?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((version.to_owned(), digits.parse().ok()?))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(versions: &[&str]) -> Found {
        let usable = versions
            .iter()
            .map(|version| Binaries {
                folder: format!("/pg/{version}").into(),
                version: (*version).to_owned(),
                major: numbers(version)[0].try_into().unwrap(),
            })
            .collect();
        Found { usable, ..Found::default() }
    }

    #[test]
    fn versions_are_read_as_distributions_print_them() {
        let cases = [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(("15.18", 15))),
            ("postgres (PostgreSQL) 18beta1\n", Some(("18beta1", 18))),
            ("postgres (EnterpriseDB) 15.2\n", None),
            ("", None),
        ];
        for (said, expected) in cases {
            assert_eq!(read_version(said), expected.map(|(text, major)| (text.to_owned(), major)));
        }
    }

    #[test]
    fn the_preferred_major_wins_over_a_newer_one() {
        let found = found(&["18.1", "17.6", "15.18"]);
        assert_eq!(found.preferring(17).unwrap().version, "17.6");
        assert_eq!(found.preferring(16).unwrap().version, "18.1");
        assert_eq!(found.of_major(15).unwrap().version, "15.18");
    }

    #[test]
    fn a_major_that_is_missing_names_what_is_there() {
        let error = found(&["18.1", "15.18"]).of_major(16).unwrap_err().to_string();
        assert!(
            error.contains("PostgreSQL 16 is not on this machine; found 18.1 in /pg/18.1, 15.18"),
            "{error}"
        );
    }

    #[test]
    fn newer_minor_versions_come_first() {
        assert!(numbers("15.10") > numbers("15.9"));
        assert!(numbers("18.0") > numbers("17.12"));
    }
}
