//! Which provider it is going to be.

use crate::account::Account;
use crate::binaries::{self, Binaries, Found};
use crate::docker::{self, Engine};
use crate::embedded;
use crate::error::{Attempt, SandboxError};
use crate::existing;
use crate::folder;
use crate::native;
use crate::server::{Backend, Server, Shape, TEMPLATE};
use crate::settings::{Choice, Note, Settings};

pub(crate) async fn start(settings: &Settings, note: Note<'_>) -> Result<Server, SandboxError> {
    refuse_callers_options()?;
    let swept = folder::sweep();
    if swept > 0 {
        note(&format!("removed what {} left", runs(swept)));
    }
    match &settings.choice {
        Choice::Auto => auto(settings, note).await,
        Choice::Native(major) => native(*major, settings, note).await,
        Choice::Docker => docker(settings, note).await,
        Choice::Embedded => {
            let account = Account::current()?;
            let binaries = embedded::fetched(settings, &account, note)?;
            run(&binaries, "embedded", &account, settings, note).await
        }
        Choice::Server(url) => existing::start(url, settings, note).await,
    }
}

/// sqlx takes PGOPTIONS from the environment, and its options can be added to but not cleared.
pub(crate) fn refuse_callers_options() -> Result<(), SandboxError> {
    match std::env::var_os("PGOPTIONS") {
        Some(options) if !options.is_empty() => Err(SandboxError::CallersOptions),
        _ => Ok(()),
    }
}

fn runs(count: usize) -> String {
    if count == 1 { "an earlier run".to_owned() } else { format!("{count} earlier runs") }
}

/// What is installed; when a major version is wanted that only the embedded server has, that one.
async fn native(wanted: Option<u16>, settings: &Settings, note: Note<'_>) -> Result<Server, SandboxError> {
    let account = Account::current()?;
    let found = binaries::search(&account);
    let chosen = match wanted {
        None => found.preferring(settings.major),
        Some(major) => found.of_major(major),
    };
    match chosen {
        Ok(binaries) => run(binaries, "native", &account, settings, note).await,
        Err(error) if wanted == Some(embedded::MAJOR) => match embedded::fetched(settings, &account, note) {
            Ok(binaries) => run(&binaries, "embedded", &account, settings, note).await,
            // What was asked for is what is missing.
            Err(SandboxError::NoConsent { .. }) => Err(error),
            Err(other) => Err(other),
        },
        Err(error) => Err(error),
    }
}

async fn docker(settings: &Settings, note: Note<'_>) -> Result<Server, SandboxError> {
    let engine = Engine::connect().await?;
    let swept = engine.sweep().await;
    if swept > 0 {
        note(&format!("removed the containers that {} left", runs(swept)));
    }
    let image = engine.image(settings, note).await?;
    docker::start(&engine, &image, settings, note).await
}

/// Native of the configured major version, else docker, else native of another version, else embedded. What does not work is
/// said and passed over.
async fn auto(settings: &Settings, note: Note<'_>) -> Result<Server, SandboxError> {
    let mut attempts = Vec::new();
    let mut pass = |way: &'static str, error: &SandboxError, note: &mut (dyn FnMut(&str) + Send)| {
        let reason = error.brief();
        note(&format!("{way}: {reason}"));
        attempts.push(Attempt { way, reason });
    };
    let local = Account::current().map(|account| (binaries::search(&account), account));
    if let Ok((found, account)) = &local
        && let Ok(binaries) = found.of_major(settings.major)
    {
        match run(binaries, "native", account, settings, note).await {
            Ok(server) => return Ok(server),
            Err(error) => pass("native", &error, note),
        }
    }
    match docker(settings, note).await {
        Ok(server) => return Ok(server),
        Err(error) => pass("docker", &error, note),
    }
    match local {
        Ok((found, account)) => {
            match another(&found, &account, settings, note).await {
                Ok(server) => return Ok(server),
                Err(error) => pass("native", &error, note),
            }
            match embedded::fetched(settings, &account, note) {
                Ok(binaries) => {
                    warn_of_version(&binaries, settings, note);
                    return run(&binaries, "embedded", &account, settings, note).await;
                }
                Err(error) => pass("embedded", &error, note),
            }
        }
        Err(error) => pass("native", &error, note),
    }
    Err(SandboxError::NoServer { attempts })
}

/// Native of another version than production's.
async fn another(
    found: &Found,
    account: &Account,
    settings: &Settings,
    note: Note<'_>,
) -> Result<Server, SandboxError> {
    let binaries = found.preferring(settings.major)?;
    warn_of_version(binaries, settings, note);
    run(binaries, "native", account, settings, note).await
}

/// A migration proven on another version than production's is proven a little less.
pub(crate) fn warn_of_version(binaries: &Binaries, settings: &Settings, note: Note<'_>) {
    if binaries.major != settings.major {
        note(&format!(
            "warning: using PostgreSQL {} of this machine, while production runs {}",
            binaries.version, settings.major
        ));
    }
}

async fn run(
    binaries: &Binaries,
    kind: &str,
    account: &Account,
    settings: &Settings,
    note: Note<'_>,
) -> Result<Server, SandboxError> {
    let (native, endpoint) = native::start(binaries, account, settings, note).await?;
    let shape = if settings.platform { Shape::Ready(TEMPLATE) } else { Shape::Bare };
    Server::over(Some(Backend::Native(native)), endpoint, kind, shape).await
}
