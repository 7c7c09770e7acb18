//! Which provider it is going to be.

use crate::account::Account;
use crate::binaries::{self, Binaries};
use crate::error::{Attempt, SandboxError};
use crate::native;
use crate::server::{Backend, Server, TEMPLATE};
use crate::settings::{Choice, Note, Settings};

pub(crate) async fn start(settings: &Settings, note: Note<'_>) -> Result<Server, SandboxError> {
    crate::folder::sweep();
    match &settings.choice {
        Choice::Native(major) => {
            let account = Account::current()?;
            let found = binaries::search(&account);
            let binaries = match major {
                Some(major) => found.of_major(*major)?,
                None => found.preferring(settings.major)?,
            };
            from_binaries(binaries, &account, settings, note).await
        }
        Choice::Auto => auto(settings, note).await,
        other => Err(SandboxError::NoServer {
            attempts: vec![Attempt { way: "sandbox", reason: format!("{other} is not there yet") }],
        }),
    }
}

async fn auto(settings: &Settings, note: Note<'_>) -> Result<Server, SandboxError> {
    let account = Account::current()?;
    let found = binaries::search(&account);
    let binaries = found.preferring(settings.major)?;
    if binaries.major != settings.major {
        note(&format!(
            "no PostgreSQL {} here: using {}, which may differ from production",
            settings.major, binaries.version
        ));
    }
    from_binaries(binaries, &account, settings, note).await
}

async fn from_binaries(
    binaries: &Binaries,
    account: &Account,
    settings: &Settings,
    note: Note<'_>,
) -> Result<Server, SandboxError> {
    let (native, endpoint) = native::start(binaries, account, settings, note).await?;
    let template = settings.platform.then(|| TEMPLATE.to_owned());
    Server::over(Backend::Native(native), endpoint, "native", template, settings.platform).await
}
