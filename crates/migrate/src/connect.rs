//! Which database, and getting a connection to it.

use std::fmt;
use std::io;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, PgConnection};
use url::Url;

/// What our sessions are called in `pg_stat_activity`.
pub const APPLICATION_NAME: &str = "meshhook-xtask";

/// How long a server that is still starting is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database to work on. Displays as `host:port/database as user`; the password shows nowhere.
#[derive(Clone)]
pub struct Target {
    options: PgConnectOptions,
}

/// Whether libpq's variables (`PGHOST`, `PGUSER`, `PGPASSWORD` …) fill in what a URL leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// They do not: the URL alone decides which database is changed.
    Ignored,
    /// They do, as with psql.
    Used,
}

/// A URL that names no database. The URL itself is never part of the message, since it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It is no URL at all.
    #[error("this is not a database URL; expected postgres://user:password@host:port/database")]
    NotAUrl,
    /// It is some other URL.
    #[error("a database URL begins with postgres:// or postgresql://, this one with `{0}://`")]
    Scheme(String),
    /// One of its parts is not understood.
    #[error(
        "the database URL has a part that is not understood (port, sslmode, percent encoding or another parameter)"
    )]
    Part,
    /// `PGOPTIONS` would change every session, and sqlx offers no way around it.
    #[error("PGOPTIONS is set and would change the session; unset it")]
    SessionOptions,
}

/// A connection that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to {target}: {message}")]
pub struct ConnectError {
    /// The target, without its password.
    pub target: String,
    /// SQLSTATE, when the server answered.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
}

impl Target {
    /// Reads `postgres://user:password@host:port/database?sslmode=…`; a socket is given as `?host=/folder`.
    pub fn parse(url: &str, environment: Environment) -> Result<Target, TargetError> {
        let parsed: Url = url.trim().parse().map_err(|_| TargetError::NotAUrl)?;
        if !matches!(parsed.scheme(), "postgres" | "postgresql") {
            return Err(TargetError::Scheme(parsed.scheme().to_owned()));
        }
        let options: PgConnectOptions = url.trim().parse().map_err(|_| TargetError::Part)?;
        match environment {
            Environment::Used => Ok(Target::new(options)),
            Environment::Ignored if std::env::var_os("PGOPTIONS").is_some() => {
                Err(TargetError::SessionOptions)
            }
            Environment::Ignored => Ok(Target::new(without_environment(options, &parsed))),
        }
    }

    /// A target that is known by its options.
    pub fn new(options: PgConnectOptions) -> Target {
        Target { options: options.application_name(APPLICATION_NAME).disable_statement_logging() }
    }

    /// Options for sqlx.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        self.options.get_database().unwrap_or(self.options.get_username())
    }

    /// The host, or the folder of the socket.
    pub fn host(&self) -> String {
        match self.options.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => self.options.get_host().to_owned(),
        }
    }

    /// Connects. A server that is still starting (57P03, or the connection refused) is retried for ten seconds.
    pub async fn connect(&self) -> Result<PgConnection, ConnectError> {
        self.connect_with(&self.options).await
    }

    /// Connects with settings of the session's own.
    pub(crate) async fn connect_with(
        &self,
        options: &PgConnectOptions,
    ) -> Result<PgConnection, ConnectError> {
        let patience = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(20))
            .with_max_delay(Duration::from_millis(500))
            .with_total_delay(Some(PATIENCE))
            .without_max_times()
            .with_jitter();
        (|| options.connect()).retry(patience).when(is_starting).await.map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &sqlx::Error) -> ConnectError {
        let said = error.as_database_error();
        ConnectError {
            target: self.to_string(),
            code: said.and_then(|said| said.code()).map(|code| code.into_owned()),
            message: said.map_or_else(|| error.to_string(), |said| said.message().to_owned()),
        }
    }
}

/// Whether the server is not there *yet*: it says so itself, or its socket is being set up.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(said) => said.code().as_deref() == Some("57P03"),
        sqlx::Error::Io(error) => matches!(error.kind(), io::ErrorKind::ConnectionRefused),
        _ => false,
    }
}

/// Overrides what sqlx took from libpq's variables, since it cannot be told not to.
fn without_environment(mut options: PgConnectOptions, url: &Url) -> PgConnectOptions {
    let is_set = |variable: &str| std::env::var_os(variable).is_some();
    let parameter = |names: &[&str]| url.query_pairs().any(|(key, _)| names.contains(&&*key));
    if url.username().is_empty() && !parameter(&["user"]) && is_set("PGUSER") {
        let user = std::env::var("USER").unwrap_or_else(|_| "postgres".to_owned());
        options = options.username(&user);
    }
    if url.password().is_none() && !parameter(&["password"]) && is_set("PGPASSWORD") {
        options = options.password("");
    }
    if url.host_str().is_none_or(str::is_empty)
        && !parameter(&["host", "hostaddr"])
        && (is_set("PGHOST") || is_set("PGHOSTADDR"))
    {
        options = options.host("localhost");
    }
    if url.port().is_none() && !parameter(&["port"]) && is_set("PGPORT") {
        options = options.port(5432);
    }
    if url.path().trim_start_matches('/').is_empty() && !parameter(&["dbname"]) && is_set("PGDATABASE") {
        let user = options.get_username().to_owned();
        options = options.database(&user);
    }
    if !parameter(&["sslmode", "ssl-mode"]) && is_set("PGSSLMODE") {
        options = options.ssl_mode(PgSslMode::Prefer);
    }
    options
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (port, user) = (self.options.get_port(), self.options.get_username());
        write!(f, "{}:{port}/{} as {user}", self.host(), self.database())
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_shows_where_it_is_and_never_the_password() {
        for (url, shown) in [
            ("postgres://me:s3cret@db.example:6543/app", "db.example:6543/app as me"),
            ("postgresql://me:s3cret@db.example/app?sslmode=require", "db.example:5432/app as me"),
            ("postgres:///app?host=/run/pg&port=5433&user=me&password=s3cret", "/run/pg:5433/app as me"),
            ("postgres://me:s3cret@%2Frun%2Fpg/my%20app", "/run/pg:5432/my app as me"),
            (" postgres://me:s3cret@h \n", "h:5432/me as me"),
        ] {
            let target = Target::parse(url, Environment::Ignored).unwrap();
            assert_eq!(target.to_string(), shown, "{url}");
            assert!(!format!("{target:?}").contains("s3cret"), "{url}");
        }
    }

    #[test]
    fn a_url_that_is_refused_is_not_repeated() {
        for url in [
            "",
            "s3cret",
            "mysql://me:s3cret@h/app",
            "postgres://me:s3cret@h:port/app",
            "postgres://me:s3cret@h:99999/app",
            "postgres://me:s3cret@h/app?sslmode=s3cret",
            "postgres://me:s3cret@h/app?port=s3cret",
        ] {
            let error = Target::parse(url, Environment::Ignored).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{url}: {error:?}");
        }
    }
}
