//! How a server is reached, as options for sqlx and as a URL for everybody else.

use std::fmt;
use std::path::PathBuf;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// What sessions of ours call themselves in `pg_stat_activity`.
const APPLICATION: &str = "meshhook";

/// A value that never shows in `Debug` output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps it.
    pub fn new(value: T) -> Self {
        Secret(value)
    }

    /// The value; never print it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The address of a server, and who we are there.
#[derive(Clone, Debug)]
pub(crate) enum Endpoint {
    /// A socket in a private folder; whoever can open it is trusted.
    Socket { folder: PathBuf, port: u16, user: String },
    /// Host and port, without TLS: the server is on this machine.
    Tcp {
        host: String,
        port: u16,
        user: String,
        /// Who creates and drops databases: on the platform `postgres` is no superuser.
        admin: String,
        password: Secret<String>,
    },
    /// What somebody's URL says.
    Given { options: Secret<Box<PgConnectOptions>>, url: Secret<String>, maintenance: String },
}

impl Endpoint {
    /// Options for one of the server's databases. They name everything, so that `PGHOST`, `PGUSER` and the like of the
    /// caller do not count: sqlx reads them for what is not set, and `new_without_pgpass` leaves `~/.pgpass` alone.
    pub(crate) fn options(&self, database: &str) -> PgConnectOptions {
        match self {
            Endpoint::Socket { folder, port, user } => PgConnectOptions::new_without_pgpass()
                .host("localhost")
                .socket(folder)
                .port(*port)
                .username(user)
                .password("")
                .ssl_mode(PgSslMode::Disable),
            Endpoint::Tcp { host, port, user, password, .. } => PgConnectOptions::new_without_pgpass()
                .host(host)
                .port(*port)
                .username(user)
                .password(password.expose())
                .ssl_mode(PgSslMode::Disable),
            Endpoint::Given { options, .. } => (**options.expose()).clone(),
        }
        .database(database)
        .application_name(APPLICATION)
    }

    /// The database that administration happens in.
    pub(crate) fn maintenance(&self) -> &str {
        match self {
            Endpoint::Socket { .. } | Endpoint::Tcp { .. } => "postgres",
            Endpoint::Given { maintenance, .. } => maintenance,
        }
    }

    /// Options for administration.
    pub(crate) fn admin_options(&self, database: &str) -> PgConnectOptions {
        match self {
            Endpoint::Tcp { admin, .. } => self.options(database).username(admin),
            Endpoint::Socket { .. } | Endpoint::Given { .. } => self.options(database),
        }
    }

    /// The same with another user for administration.
    pub(crate) fn with_admin(&self, name: &str) -> Endpoint {
        let mut changed = self.clone();
        if let Endpoint::Tcp { admin, .. } = &mut changed {
            name.clone_into(admin);
        }
        changed
    }

    /// Who databases are made for, when it is not who makes them.
    pub(crate) fn owner(&self) -> Option<&str> {
        match self {
            Endpoint::Tcp { user, admin, .. } if user != admin => Some(user),
            _ => None,
        }
    }

    /// The same as a URL that libpq (`psql`, `pg_dump`) and sqlx both understand.
    pub(crate) fn url(&self, database: &str) -> String {
        let database = percent(database);
        match self {
            Endpoint::Socket { folder, port, user } => {
                let folder = percent(&folder.to_string_lossy());
                format!("postgresql:///{database}?host={folder}&port={port}&user={}", percent(user))
            }
            Endpoint::Tcp { host, port, user, password, .. } => format!(
                "postgresql://{}:{}@{host}:{port}/{database}?sslmode=disable",
                percent(user),
                percent(password.expose()),
            ),
            Endpoint::Given { url, .. } => with_database(url.expose(), &database),
        }
    }
}

/// The URL with another path.
fn with_database(url: &str, database: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let start = base.find("://").map_or(0, |at| at + 3);
    let authority = base[start..].find('/').map_or(base.len(), |at| start + at);
    let mut new = format!("{}/{database}", &base[..authority]);
    // `dbname` in the query would win over the path.
    let rest: Vec<&str> = query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("dbname="))
        .collect();
    if !rest.is_empty() {
        new.push('?');
        new.push_str(&rest.join("&"));
    }
    new
}

/// Percent-encodes everything but the characters that RFC 3986 calls unreserved.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_with_odd_characters_reads_back_as_the_same_options() {
        let tcp = Endpoint::Tcp {
            host: "127.0.0.1".into(),
            port: 5433,
            user: "jo@e".into(),
            admin: "root".into(),
            password: Secret::new("p/w:?#%".into()),
        };
        let socket =
            Endpoint::Socket { folder: "/tmp/a folder&more".into(), port: 5432, user: "postgres".into() };
        for endpoint in [tcp, socket] {
            let ours = endpoint.options("my db");
            let read: PgConnectOptions = endpoint.url("my db").parse().unwrap();
            assert_eq!(read.get_database(), Some("my db"));
            assert_eq!(
                (read.get_username(), read.get_port(), read.get_socket()),
                (ours.get_username(), ours.get_port(), ours.get_socket())
            );
        }
    }

    #[test]
    fn another_database_keeps_the_rest_of_a_given_url() {
        let cases = [
            ("postgres://u:p@h:1/app?sslmode=require", "postgres://u:p@h:1/x?sslmode=require"),
            ("postgres://u@h", "postgres://u@h/x"),
            ("postgresql:///app?host=/run&dbname=y", "postgresql:///x?host=/run"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "x"), expected);
        }
    }

    #[test]
    fn debug_output_holds_no_password() {
        let endpoint = Endpoint::Tcp {
            host: "h".into(),
            port: 1,
            user: "u".into(),
            admin: "root".into(),
            password: Secret::new("hunter2".into()),
        };
        assert!(!format!("{endpoint:?}").contains("hunter2"));
    }
}
