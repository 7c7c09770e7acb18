//! The private development database: one per checkout, made and started when it is first needed, kept between runs.
//!
//! It is durable, unlike the throwaway servers: data lies in the project's git-ignored `.meshhook` folder (or in a container's
//! volume), the server goes on when the command that started it ends, and the next command starts it again after a reboot.

mod docker;
mod native;
mod state;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use crate::account::Account;
use crate::binaries::{self, Binaries};
use crate::choose;
use crate::embedded;
use crate::endpoint::Endpoint;
use crate::error::{Attempt, SandboxError};
use crate::server::{self, Strategy, identifier, sql};
use crate::settings::{Choice, Note, Settings};

use docker::Docker;
use native::Native;
use state::{Place, State};

/// What the development database is called.
pub const DATABASE: &str = "meshhook";
/// While the platform is being put into it.
const UNFINISHED: &str = "meshhook_unfinished";

/// The development database, running.
#[derive(Clone, Debug)]
pub struct DevServer {
    endpoint: Endpoint,
    description: String,
    major: u16,
}

impl DevServer {
    /// How to connect with sqlx.
    pub fn options(&self) -> PgConnectOptions {
        self.endpoint.options(DATABASE)
    }

    /// How to connect with anything else. In a container's case it holds the password: do not print it.
    pub fn url(&self) -> String {
        self.endpoint.url(DATABASE)
    }

    /// In words: `the development database (PostgreSQL 15.18 in .meshhook/dev-15)`.
    pub fn describe(&self) -> String {
        self.description.clone()
    }

    /// Its major version.
    pub fn major(&self) -> u16 {
        self.major
    }
}

/// How the development database is.
#[derive(Clone, Debug)]
pub enum Status {
    /// None has been made for this checkout.
    Absent,
    /// It is there and does not run; the text says what it is.
    Stopped(String),
    /// It runs.
    Running(DevServer),
}

/// The development database of this checkout: made if there is none, started if it does not run.
///
/// Which server it is was settled when it was made, and stays so ([`Settings::choice`] counts only then): native binaries of
/// whichever version, preferring the configured one; else a container; else the embedded wheel.
pub async fn ensure(project: &Path, settings: &Settings, note: Note<'_>) -> Result<DevServer, SandboxError> {
    choose::refuse_callers_options()?;
    let place = Place::of(project)?;
    // No lock in the everyday case.
    if let Some(held) = Held::recall(&place)?
        && let Some(endpoint) = held.endpoint().await
        && let Ok(server) = held.look(endpoint).await
    {
        return Ok(server);
    }
    let _lock = place.lock(note).await?;
    let held = match Held::recall(&place)? {
        Some(held) => held,
        None => {
            let (held, state) = settle(&place, settings, note).await?;
            // Before anything is made, so that it is found again should we be killed on the way.
            place.write(&state)?;
            held
        }
    };
    let endpoint = match &held {
        Held::Native(native, _) => {
            native.start(settings, note)?;
            native.endpoint()
        }
        Held::Docker(docker) => docker.start(&place, note).await?,
    };
    make_database(&endpoint, settings, &held.describe()).await?;
    held.look(endpoint).await
}

/// How it is; nothing is started or made.
pub async fn status(project: &Path, _settings: &Settings) -> Result<Status, SandboxError> {
    let place = Place::of(project)?;
    let Some(held) = Held::recall(&place)? else { return Ok(Status::Absent) };
    match held.endpoint().await {
        Some(endpoint) => match held.look(endpoint).await {
            Ok(server) => Ok(Status::Running(server)),
            Err(_) => Ok(Status::Stopped(held.describe())),
        },
        None => Ok(Status::Stopped(held.describe())),
    }
}

/// Stops it, ending the sessions in it. Says whether it was running. Its data stays.
pub async fn stop(project: &Path, settings: &Settings, note: Note<'_>) -> Result<bool, SandboxError> {
    let place = Place::of(project)?;
    if place.read()?.is_none() {
        return Ok(false);
    }
    let _lock = place.lock(note).await?;
    match Held::recall(&place)? {
        Some(Held::Native(native, _)) if native.is_running() => native.stop(settings).map(|()| true),
        Some(Held::Docker(docker)) if docker.endpoint().await?.is_some() => {
            docker.stop().await.map(|()| true)
        }
        _ => Ok(false),
    }
}

/// Stops it and removes it with all its data; the next [`ensure`] makes a new one, of whichever server is then there.
pub async fn remove(project: &Path, settings: &Settings, note: Note<'_>) -> Result<(), SandboxError> {
    let place = Place::of(project)?;
    if place.read()?.is_none() {
        return Ok(());
    }
    let _lock = place.lock(note).await?;
    match Held::recall(&place)? {
        Some(Held::Native(native, _)) => {
            if native.is_running() {
                native.stop(settings)?;
            }
            native.remove()?;
        }
        Some(Held::Docker(docker)) => docker.remove().await?,
        None => {}
    }
    place.forget()
}

/// What holds the data.
#[derive(Debug)]
enum Held {
    /// And where it is, as told to people.
    Native(Native, PathBuf),
    Docker(Docker),
}

impl Held {
    fn recall(place: &Place) -> Result<Option<Held>, SandboxError> {
        Ok(match place.read()? {
            None => None,
            Some(State::Native { major, binaries, folder }) => {
                let native = Native::recall(place, major, &binaries, &folder)?;
                Some(Held::Native(native, folder))
            }
            Some(State::Docker { image, name, password }) => {
                Some(Held::Docker(Docker::recall(&image, &name, &password)))
            }
        })
    }

    fn describe(&self) -> String {
        match self {
            Held::Native(native, folder) => {
                format!("the development database (PostgreSQL {} in {})", native.major, folder.display())
            }
            Held::Docker(docker) => {
                format!("the development database (container {} of {})", docker.name, docker.image)
            }
        }
    }

    /// Where it would answer, unless it is plain that it does not run.
    async fn endpoint(&self) -> Option<Endpoint> {
        match self {
            Held::Native(native, _) => native.is_running().then(|| native.endpoint()),
            Held::Docker(docker) => docker.endpoint().await.ok().flatten(),
        }
    }

    /// Connects, which proves that it runs and that its database is complete.
    async fn look(&self, endpoint: Endpoint) -> Result<DevServer, SandboxError> {
        let description = self.describe();
        let mut connection = endpoint
            .options(DATABASE)
            .connect()
            .await
            .map_err(|source| SandboxError::Connect { server: description.clone(), source })?;
        let number: String = sqlx::query_scalar("SHOW server_version_num")
            .fetch_one(&mut connection)
            .await
            .map_err(|source| sql("read the version", &description, source))?;
        let _ = connection.close().await;
        let major = number.parse::<u32>().ok().and_then(|number| u16::try_from(number / 10_000).ok());
        Ok(DevServer { endpoint, description, major: major.unwrap_or_default() })
    }
}

/// Native of whichever version, preferring the configured one; else docker; else embedded.
async fn settle(place: &Place, settings: &Settings, note: Note<'_>) -> Result<(Held, State), SandboxError> {
    let account = Account::current();
    let native = |binaries: &Binaries, note: Note<'_>| {
        let account = Account::current()?;
        let (native, state) = Native::new(place, binaries, &account, note)?;
        let State::Native { folder, .. } = &state else { unreachable!("Native::new makes no other") };
        let folder = folder.clone();
        Ok((Held::Native(native, folder), state))
    };
    let mut attempts = Vec::new();
    let mut failed = |way, error: SandboxError| attempts.push(Attempt { way, reason: error.brief() });
    // A server that sandboxes may use is no place for a development database.
    let any = matches!(settings.choice, Choice::Auto | Choice::Server(_));
    if any || matches!(settings.choice, Choice::Native(_)) {
        let found = account.as_ref().ok().map(binaries::search).unwrap_or_default();
        let chosen = match settings.choice {
            Choice::Native(Some(major)) => found.of_major(major),
            _ => found.preferring(settings.major),
        };
        match chosen {
            Ok(binaries) => {
                if any {
                    choose::warn_of_version(binaries, settings, note);
                }
                return native(binaries, note);
            }
            Err(error) if any => failed("native", error),
            // Only the embedded server has it.
            Err(_) if settings.choice == Choice::Native(Some(embedded::MAJOR)) => {}
            Err(error) => return Err(error),
        }
    }
    if any || settings.choice == Choice::Docker {
        match Docker::new(place, settings, note).await {
            Ok((docker, state)) => return Ok((Held::Docker(docker), state)),
            Err(error) if any => {
                note(&format!("docker: {}", error.brief()));
                failed("docker", error);
            }
            Err(error) => return Err(error),
        }
    }
    match account.and_then(|account| embedded::fetched(settings, &account, note)) {
        Ok(binaries) => native(&binaries, note),
        Err(error) if any => {
            failed("embedded", error);
            Err(SandboxError::NoServer { attempts })
        }
        Err(error) => Err(error),
    }
}

/// How often a database that somebody else is making is looked for again, and how long in between.
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// duplicate_database, or the unique index that two at once run into.
fn is_there_already(error: &SandboxError) -> bool {
    let SandboxError::Sql { source, .. } = error else { return false };
    let code = source.as_database_error().and_then(|said| said.code());
    code.is_some_and(|code| matches!(&*code, "42P04" | "23505"))
}

/// Makes the database, unless it is there. It gets its name last, so that a half-made one is never taken for it.
async fn make_database(endpoint: &Endpoint, settings: &Settings, name: &str) -> Result<(), SandboxError> {
    let mut admin = server::connect(endpoint, endpoint.maintenance(), name).await?;
    let there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut admin)
            .await
            .map_err(|source| sql("list the databases", name, source))?;
    if there {
        return Ok(());
    }
    let say = async |admin: &mut PgConnection, statement: String| {
        admin
            .execute(AssertSqlSafe(statement))
            .await
            .map(drop)
            .map_err(|source| sql("make the database", name, source))
    };
    let unfinished = identifier(UNFINISHED);
    let (endpoint, source) = match server::platform_source(endpoint, name).await? {
        Some((endpoint, source)) if settings.platform => (endpoint, source),
        _ => (endpoint.clone(), "template1"),
    };
    let mut admin = server::connect(&endpoint, endpoint.maintenance(), name).await?;
    for attempt in 1.. {
        say(&mut admin, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
        let (owner, strategy) = (endpoint.owner(), Strategy::Default);
        match server::copy_database(&mut admin, source, UNFINISHED, owner, strategy, name).await {
            // for a shell that was killed, the server goes on until it has made it
            Err(error) if attempt < ATTEMPTS && is_there_already(&error) => tokio::time::sleep(PAUSE).await,
            made => {
                made?;
                break;
            }
        }
    }
    if settings.platform && source == "template1" {
        let mut inside = server::connect(&endpoint, UNFINISHED, name).await?;
        server::apply_platform(&mut inside, name).await?;
        let _ = inside.close().await;
    }
    match say(&mut admin, format!("ALTER DATABASE {unfinished} RENAME TO {}", identifier(DATABASE))).await {
        // a killed shell's last statement was still running when this one looked: that database is as complete as ours
        Err(error) if is_there_already(&error) => {
            say(&mut admin, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await
        }
        renamed => renamed,
    }
}
