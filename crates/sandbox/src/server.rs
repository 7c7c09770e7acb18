//! A running server, wherever it came from, and the making of databases on it.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

use crate::choose;
use crate::database::{Database, Reaper};
use crate::docker::Container;
use crate::endpoint::Endpoint;
use crate::error::SandboxError;
use crate::native::Native;
use crate::owner::Owner;
use crate::settings::{Note, Settings};

/// What Supabase puts on every project's database.
pub(crate) const PLATFORM: &str = include_str!("platform.sql");
/// The database that administration happens in, where nothing else is said.
pub(crate) const MAINTENANCE: &str = "postgres";
/// The superuser of servers that we make.
pub(crate) const SUPERUSER: &str = "postgres";
/// The superuser of the platform's image, where `postgres` is none.
const PLATFORM_ADMIN: &str = "supabase_admin";
/// The database that others are cloned from, on servers that we make.
pub(crate) const TEMPLATE: &str = "meshhook_platform";
/// What every database of ours is called, so that it is recognised on somebody's server.
pub(crate) const PREFIX: &str = "meshhook_sandbox_";

/// Waits for each of them to be gone, at most a second.
const END_SESSIONS: &str = "SELECT pg_catalog.pg_terminate_backend(pid, 1000)
    FROM pg_catalog.pg_stat_activity WHERE datname = $1 AND pid <> pg_catalog.pg_backend_pid()";

/// A running throwaway server. Dropping it, and the last database made on it, leaves nothing behind.
#[derive(Debug)]
pub struct Server {
    inner: Arc<Inner>,
}

/// What keeps the server alive; dropping it ends the server.
#[derive(Debug)]
#[expect(dead_code, reason = "held for their Drop")]
pub(crate) enum Backend {
    Native(Native),
    Docker(Box<Container>),
}

/// What a new database looks like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// As the server makes them.
    Bare,
    /// A template with the platform in it is there already, under this name.
    Ready(&'static str),
    /// A template has to be made by running the platform script.
    Platform,
    /// The server is the platform's own image, which puts everything into this database.
    CopyOf(&'static str),
}

/// Shared by the server and its databases.
#[derive(Debug)]
pub(crate) struct Inner {
    // Dropped in this order: databases first, then what they live on.
    pub(crate) reaper: Reaper,
    _backend: Option<Backend>,
    pub(crate) endpoint: Endpoint,
    pub(crate) description: String,
    version: String,
    major: u16,
    shape: Shape,
    /// Made when first needed, and then dropped with the server.
    template: OnceCell<String>,
}

impl Server {
    /// Starts the server that the settings ask for. `note` is told what takes time and what was fallen back to.
    pub async fn start(settings: &Settings, note: Note<'_>) -> Result<Server, SandboxError> {
        choose::start(settings, note).await
    }

    /// A server that runs; `kind` is how it is spoken of.
    pub(crate) async fn over(
        backend: Option<Backend>,
        endpoint: Endpoint,
        kind: &str,
        shape: Shape,
    ) -> Result<Server, SandboxError> {
        let mut admin = connect(&endpoint, endpoint.maintenance(), kind).await?;
        let full: String = sqlx::query_scalar("SHOW server_version")
            .fetch_one(&mut admin)
            .await
            .map_err(|source| sql("read the version", kind, source))?;
        let _ = admin.close().await;
        let version = full.split_whitespace().next().unwrap_or_default().to_owned();
        let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
        let description = match &backend {
            Some(_) => format!("{kind} PostgreSQL {version}"),
            None => format!("{kind} (PostgreSQL {version})"),
        };
        Ok(Server {
            inner: Arc::new(Inner {
                reaper: Reaper::new(endpoint.clone(), backend.is_none()),
                _backend: backend,
                endpoint,
                description,
                major: digits.parse().unwrap_or_default(),
                version,
                shape,
                template: OnceCell::new(),
            }),
        })
    }

    /// Its major version: 15.
    pub fn major(&self) -> u16 {
        self.inner.major
    }

    /// Its version: `15.18`.
    pub fn version(&self) -> &str {
        &self.inner.version
    }

    /// In words: `native PostgreSQL 15.18`.
    pub fn describe(&self) -> String {
        self.inner.description.clone()
    }

    /// What to say about a script that failed because of [`crate::missing_extension`]: the extension, the server, and the
    /// sandbox that has it.
    pub fn lacks_extension(&self, name: &str) -> String {
        let advice = crate::extension::advice(name);
        format!("{} does not have the extension `{name}`\n\nhint: {advice}", self.describe())
    }

    /// A fresh database, shaped like a Supabase project if the settings say so.
    pub async fn create(&self) -> Result<Database, SandboxError> {
        let mut admin = self.inner.admin().await?;
        let template = match &self.inner.shape {
            Shape::Bare => "template1",
            Shape::Ready(name) => name,
            Shape::Platform | Shape::CopyOf(_) => self.inner.template(&mut admin).await?,
        };
        self.make(&mut admin, template).await
    }

    /// A fresh database as the server makes them, without the platform's objects. The platform's roles belong to the whole
    /// server: they are absent only where [`Settings::platform`] is off.
    pub async fn create_bare(&self) -> Result<Database, SandboxError> {
        let mut admin = self.inner.admin().await?;
        self.make(&mut admin, "template1").await
    }

    /// A copy of a database of this server: rows, objects, settings and privileges. Other sessions in it are ended, because
    /// PostgreSQL copies no database that somebody is connected to.
    pub async fn clone(&self, of: &Database) -> Result<Database, SandboxError> {
        let mut admin = self.inner.admin().await?;
        self.make(&mut admin, of.name()).await
    }

    /// Stops the server and waits until nothing is left of it. A database that is still held keeps it alive.
    pub async fn stop(self) -> Result<(), SandboxError> {
        // Blocks for some 50 ms, on a thread where that hurts nobody.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
        Ok(())
    }

    async fn make(&self, admin: &mut PgConnection, template: &str) -> Result<Database, SandboxError> {
        let database = Database::named(&self.inner);
        self.inner.copy_database(admin, template, database.name()).await?;
        Ok(database)
    }
}

impl Inner {
    async fn admin(&self) -> Result<PgConnection, SandboxError> {
        connect(&self.endpoint, self.endpoint.maintenance(), &self.description).await
    }

    async fn template(&self, admin: &mut PgConnection) -> Result<&str, SandboxError> {
        self.template
            .get_or_try_init(|| async {
                let name = new_name();
                let made = match self.shape {
                    Shape::CopyOf(source) => self.copy_database(admin, source, &name).await,
                    _ => {
                        self.copy_database(admin, "template1", &name).await?;
                        fill_template(admin, &self.endpoint, &name, &self.description).await
                    }
                };
                if made.is_err() {
                    self.reaper.take(name.clone());
                }
                made.map(|()| name)
            })
            .await
            .map(String::as_str)
    }

    async fn copy_database(
        &self,
        admin: &mut PgConnection,
        template: &str,
        name: &str,
    ) -> Result<(), SandboxError> {
        let strategy = if self._backend.is_some() { Strategy::FileCopy } else { Strategy::Default };
        copy_database(admin, template, name, self.endpoint.owner(), strategy, &self.description).await?;
        if self._backend.is_none() {
            // For the sweep of a later run, should this one not get to drop it.
            let owner = Owner::current().to_string().replace('\'', "''");
            let comment = format!("COMMENT ON DATABASE {} IS '{owner}'", identifier(name));
            admin
                .execute(AssertSqlSafe(comment))
                .await
                .map_err(|source| sql("comment on a database", &self.description, source))?;
        }
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(template) = self.template.take() {
            self.reaper.take(template);
        }
    }
}

/// A name that says whose it is: which process, and by the version 7 UUID, since when.
pub(crate) fn new_name() -> String {
    format!("{PREFIX}{}_{}", std::process::id(), uuid::Uuid::now_v7().simple())
}

/// How PostgreSQL copies a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// Its own choice, block by block through the WAL.
    Default,
    /// File by file between two checkpoints, which cost nothing where nothing has to reach the disk: four times as fast there.
    FileCopy,
}

/// Creates `name` as a copy of `template`.
pub(crate) async fn copy_database(
    admin: &mut PgConnection,
    template: &str,
    name: &str,
    owner: Option<&str>,
    strategy: Strategy,
    server: &str,
) -> Result<(), SandboxError> {
    let mut create = format!("CREATE DATABASE {} TEMPLATE {}", identifier(name), identifier(template));
    if let Some(owner) = owner {
        create.push_str(&format!(" OWNER {}", identifier(owner)));
    }
    if strategy == Strategy::FileCopy {
        create.push_str(" STRATEGY file_copy");
    }
    let mut result = Ok(());
    for _ in 0..5 {
        if template != "template1" {
            // CREATE DATABASE would wait 5 s for other sessions in its template to go, and then refuse.
            sqlx::query(END_SESSIONS)
                .bind(template)
                .execute(&mut *admin)
                .await
                .map_err(|source| sql("end the sessions in a database", server, source))?;
        }
        result = admin.execute(AssertSqlSafe(create.clone())).await.map(drop);
        // 55006 object_in_use: somebody was faster than us.
        if !matches!(&result, Err(error) if code(error).as_deref() == Some("55006")) {
            break;
        }
    }
    result.map_err(|source| sql("create a database", server, source))?;
    let statements: Vec<String> = sqlx::query_scalar(include_str!("clone_settings.sql"))
        .bind(template)
        .bind(name)
        .fetch_all(&mut *admin)
        .await
        .map_err(|source| sql("read a database's settings", server, source))?;
    if !statements.is_empty() {
        sqlx::raw_sql(AssertSqlSafe(statements.join(";\n")))
            .execute(&mut *admin)
            .await
            .map_err(|source| sql("copy a database's settings", server, source))?;
    }
    Ok(())
}

/// Puts the platform into the database `name` and closes it to connections, so that it can always be cloned.
pub(crate) async fn fill_template(
    admin: &mut PgConnection,
    endpoint: &Endpoint,
    name: &str,
    server: &str,
) -> Result<(), SandboxError> {
    let mut inside = connect(endpoint, name, server).await?;
    apply_platform(&mut inside, server).await?;
    let _ = inside.close().await;
    let closed = format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", identifier(name));
    admin.execute(AssertSqlSafe(closed)).await.map_err(|source| sql("close the template", server, source))?;
    Ok(())
}

/// Runs the platform script in the database that this connection is in.
pub(crate) async fn apply_platform(inside: &mut PgConnection, server: &str) -> Result<(), SandboxError> {
    sqlx::raw_sql(PLATFORM)
        .execute(inside)
        .await
        .map(drop)
        .map_err(|source| SandboxError::Platform { server: server.to_owned(), source })
}

/// Is this the platform's own image? Then its scripts have filled one database, of which others are copies, and `postgres` is no
/// superuser there: administration takes another user.
pub(crate) async fn platform_source(
    endpoint: &Endpoint,
    server: &str,
) -> Result<Option<(Endpoint, &'static str)>, SandboxError> {
    let mut connection = connect(endpoint, endpoint.maintenance(), server).await?;
    let (platform, superuser, admin): (bool, bool, bool) = sqlx::query_as(
        "SELECT
            to_regclass('auth.users') IS NOT NULL AND to_regrole('authenticator') IS NOT NULL,
            (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
            EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND rolsuper AND rolcanlogin)",
    )
    .bind(PLATFORM_ADMIN)
    .fetch_one(&mut connection)
    .await
    .map_err(|source| sql("look around", server, source))?;
    let _ = connection.close().await;
    Ok(platform.then(|| {
        let endpoint =
            if admin && !superuser { endpoint.with_admin(PLATFORM_ADMIN) } else { endpoint.clone() };
        (endpoint, MAINTENANCE)
    }))
}

/// Connects for administration, and waits while the server says that it is not ready yet.
pub(crate) async fn connect(
    endpoint: &Endpoint,
    database: &str,
    server: &str,
) -> Result<PgConnection, SandboxError> {
    let options = endpoint.admin_options(database);
    for _ in 0..400 {
        match options.connect().await {
            Err(error) if is_starting(&error) => tokio::time::sleep(Duration::from_millis(25)).await,
            other => {
                return other.map_err(|source| SandboxError::Connect { server: server.to_owned(), source });
            }
        }
    }
    options.connect().await.map_err(|source| SandboxError::Connect { server: server.to_owned(), source })
}

/// Not an error but a matter of time: a server that was just started is not listening yet.
pub(crate) fn is_coming_up(error: &sqlx::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    match error {
        sqlx::Error::Io(error) => {
            matches!(
                error.kind(),
                NotFound | ConnectionRefused | ConnectionReset | UnexpectedEof | BrokenPipe
            )
        }
        error => is_starting(error),
    }
}

/// Not an error but a matter of time: the server says that it is starting up.
fn is_starting(error: &sqlx::Error) -> bool {
    code(error).as_deref() == Some("57P03")
}

pub(crate) fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code()).map(Into::into)
}

pub(crate) fn sql(doing: &str, server: &str, source: sqlx::Error) -> SandboxError {
    SandboxError::Sql { doing: doing.to_owned(), server: server.to_owned(), source }
}

/// A quoted identifier.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
