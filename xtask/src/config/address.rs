//! A database URL made of its parts.

/// What a URL consists of, plain text each.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// A name, an address, or the folder of a socket.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) database: Option<String>,
}

/// What Supabase calls the user and the database, and what Postgres does.
const DEFAULT_NAME: &str = "postgres";

impl Parts {
    /// The URL, as sqlx and libpq read it. Names everything, so that nothing is taken from elsewhere; the host goes into
    /// the query, where folders and IPv6 addresses are understood by both.
    pub(crate) fn url(&self) -> String {
        let user = percent(self.user.as_deref().unwrap_or(DEFAULT_NAME));
        let password = self.password.as_deref().map(|password| format!(":{}", percent(password)));
        let database = percent(self.database.as_deref().unwrap_or(DEFAULT_NAME));
        let port = self.port.unwrap_or(5432);
        let password = password.unwrap_or_default();
        if self.host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
            format!("postgresql://{user}{password}@{}:{port}/{database}", self.host)
        } else {
            // libpq takes no user before an empty host, sqlx (its URL parser) neither
            let host = percent(self.host.trim_matches(['[', ']']));
            format!("postgresql://{user}{password}@localhost:{port}/{database}?host={host}")
        }
    }
}

/// Percent-encodes everything but the characters that RFC 3986 calls unreserved.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(byte.into());
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use meshhook_migrate::connect::{Environment, Target};
    use url::Url;

    use super::*;

    fn parts(host: &str, password: &str) -> Parts {
        Parts {
            host: host.to_owned(),
            port: Some(6000),
            user: Some("me@home".to_owned()),
            password: Some(password.to_owned()),
            database: Some("my db/é".to_owned()),
        }
    }

    #[test]
    fn whatever_the_parts_hold_the_url_reads_back_as_the_same() {
        for host in ["db.example", "127.0.0.1", "::1", "[::1]", "/run/my pg"] {
            for password in ["p@ss:w/o?r#d %41&+=", "ü", "'\"\\", "a"] {
                let url = parts(host, password).url();
                let target = Target::parse(&url, Environment::Ignored).unwrap();
                let host = host.trim_matches(['[', ']']);
                assert_eq!(target.to_string(), format!("{host}:6000/my db/é as me@home"), "{url}");
                let pair = format!("p={}", Url::parse(&url).unwrap().password().unwrap());
                let (_, decoded) = url::form_urlencoded::parse(pair.as_bytes()).next().unwrap();
                assert_eq!(decoded, password, "{url}");
            }
        }
    }

    #[test]
    fn what_is_left_open_is_what_supabase_has() {
        let parts =
            Parts { host: "db.example".to_owned(), port: None, user: None, password: None, database: None };
        assert_eq!(parts.url(), "postgresql://postgres@db.example:5432/postgres");
    }
}
