//! The database a command works on: the private one, one of one's own, or an environment's. Chosen once,
//! printed before anything changes, never switched.

use std::path::Path;

use meshhook_migrate::connect::{Environment, Target};
use meshhook_migrate::{Cancel, Session};
use meshhook_sandbox::{dev, own};
use sqlx::PgConnection;
use sqlx::postgres::PgSslMode;
use url::Url;

use super::migrate::LOCK_WAIT;
use crate::cli::TargetArgs;
use crate::context::Project;
use crate::exit::Failure;
use crate::output;

/// Where a target came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The private development database, started by us.
    Private,
    /// Named by `--database-url` or `MESHHOOK_DATABASE_URL`.
    Own,
    /// Named by `--env`.
    Environment(String),
}

/// A target that was chosen.
pub(crate) struct Chosen {
    pub(crate) kind: Kind,
    pub(crate) target: Target,
    /// What it is called when it is printed.
    pub(crate) shown: String,
    url: String,
}

impl Chosen {
    /// Decides which database is meant, starts the private one if it is that, and says which it is.
    pub(crate) async fn open(project: &Project, args: &TargetArgs) -> anyhow::Result<Chosen> {
        let (kind, url, name) = if let Some(environment) = &args.env {
            (
                Kind::Environment(environment.clone()),
                project.deploy.environment_url(environment)?,
                environment.clone(),
            )
        } else if let Some(url) = &args.database_url {
            meshhook_redact::remember_url(url);
            (Kind::Own, url.clone(), "your database".to_owned())
        } else {
            let settings = project.sandbox_settings();
            let server = dev::ensure(&project.root, &settings, &mut |note| output::say(note)).await?;
            (
                Kind::Private,
                server.url(),
                format!("private development database, PostgreSQL {}", server.major()),
            )
        };
        let target =
            Target::parse(&url, Environment::Ignored).map_err(|error| Failure::usage(error.to_string()))?;
        let (target, url) = match &kind {
            Kind::Environment(name) => {
                let policy = project.deploy.policy(name)?;
                project.deploy.environment(name)?.warnings.iter().for_each(output::warn);
                let target = meshhook_deploy::secured(&target, &policy);
                let target = target.map_err(|finding| finding_failure(&finding))?;
                let url = with_tls(&url, &target, policy.root_certificate.as_deref());
                (target, url)
            }
            Kind::Private | Kind::Own => (target, url),
        };
        let shown = format!("{name} ({target})");
        output::say(format!("target: {shown}"));
        Ok(Chosen { kind, target, shown, url })
    }

    /// Connects for reading.
    pub(crate) async fn connect(&self) -> anyhow::Result<PgConnection> {
        Ok(self.target.connect().await?)
    }

    /// The URL for a program's arguments, and the password for its environment.
    pub(crate) fn url_without_password(&self) -> (String, Option<String>) {
        let Ok(mut url) = Url::parse(&self.url) else { return (self.url.clone(), None) };
        let mut password = url.password().map(str::to_owned);
        let others: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| key != "password")
            .map(|(k, v)| (k.into_owned(), v.into_owned()))
            .collect();
        if let Some((_, value)) = url.query_pairs().find(|(key, _)| key == "password") {
            password = Some(value.into_owned());
        } else if let Some(encoded) = &password {
            // percent-encoded in a URL, plain in PGPASSWORD
            password = Some(
                url::form_urlencoded::parse(format!("p={}", encoded.replace('+', "%2B")).as_bytes())
                    .next()
                    .map_or_else(|| encoded.clone(), |(_, value)| value.into_owned()),
            );
        }
        // a URL that cannot hold a password has none to take out
        let _ = url.set_password(None);
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        (url.into(), password)
    }

    /// Refuses what must never happen to anything but a development database.
    pub(crate) fn must_be_development(&self, command: &str) -> Result<(), Failure> {
        match &self.kind {
            Kind::Environment(name) => {
                Err(Failure::usage(format!("`{command}` is for development databases, not for `{name}`")))
            }
            Kind::Private | Kind::Own => Ok(()),
        }
    }

    /// Gives a local database what Supabase gives every project, if it lacks that: migrations refer to it.
    pub(crate) async fn ensure_platform(&self) -> anyhow::Result<()> {
        if self.kind == Kind::Private || !meshhook_deploy::is_local(&self.target) {
            return Ok(());
        }
        let mut connection = self.connect().await?;
        // who may not look into `auth` cannot add to it either, and that it is there is all we want to know
        if own::has_platform(&mut connection).await.unwrap_or(true) {
            return Ok(());
        }
        if matches!(self.kind, Kind::Environment(_)) && !is_empty(&mut connection).await? {
            // what is reached through a tunnel is local only to the eye
            return Ok(());
        }
        // under the lock of the migrations: two first runs at once would stumble over each other
        let mut session = Session::open(&self.target).await?;
        session.lock(LOCK_WAIT, &mut |_| {}, &Cancel::never()).await?;
        let given = if own::has_platform(&mut connection).await? {
            Ok(())
        } else {
            output::say(
                "this database lacks the roles and schemas that Supabase provides (auth, anon …): adding them, to stay",
            );
            own::give_platform(&mut connection).await
        };
        session.close().await;
        Ok(given?)
    }
}

/// The URL with the TLS of a target that was secured, for programs that are given the URL (psql).
fn with_tls(url: &str, target: &Target, root_certificate: Option<&Path>) -> String {
    let mode = match target.options().get_ssl_mode() {
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
        // only where the server is on this machine
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => return url.to_owned(),
    };
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    let mut pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
    pairs.retain(|(key, _)| !matches!(key.as_str(), "sslmode" | "ssl-mode"));
    pairs.push(("sslmode".to_owned(), mode.to_owned()));
    if let Some(file) = root_certificate {
        pairs.retain(|(key, _)| !matches!(key.as_str(), "sslrootcert" | "ssl-root-cert" | "ssl-ca"));
        pairs.push(("sslrootcert".to_owned(), file.to_string_lossy().into_owned()));
    }
    parsed.query_pairs_mut().clear().extend_pairs(pairs);
    // libpq takes a plus for a plus, the form encoding of the url crate means a blank
    let (base, query) = parsed.as_str().split_once('?').unwrap_or((parsed.as_str(), ""));
    format!("{base}?{}", query.replace('+', "%20"))
}

/// Whether nobody has made a table in it yet.
async fn is_empty(connection: &mut PgConnection) -> anyhow::Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT FROM information_schema.tables \
               WHERE table_schema NOT IN ('pg_catalog', 'information_schema'))";
    Ok(sqlx::query_scalar(sql).persistent(false).fetch_one(connection).await?)
}

/// What a preflight would refuse, for commands that make none.
fn finding_failure(finding: &meshhook_deploy::Finding) -> Failure {
    let failure = Failure::usage(finding.message.clone());
    match &finding.hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(url: &str) -> Chosen {
        let target = Target::parse(url, Environment::Ignored).unwrap();
        Chosen { kind: Kind::Own, shown: String::new(), target, url: url.to_owned() }
    }

    #[test]
    fn a_password_travels_in_the_environment_and_never_among_arguments() {
        for (url, without, password) in [
            ("postgres://me:s3%40c+ret@h:1/db", "postgres://me@h:1/db", Some("s3@c+ret")),
            (
                "postgres://me@h/db?password=s3cret&sslmode=require",
                "postgres://me@h/db?sslmode=require",
                Some("s3cret"),
            ),
            ("postgresql:///db?host=%2Frun%2Fpg&user=me", "postgresql:///db?host=%2Frun%2Fpg&user=me", None),
        ] {
            let (shown, secret) = chosen(url).url_without_password();
            assert_eq!((shown.as_str(), secret.as_deref()), (without, password), "{url}");
        }
    }

    #[test]
    fn a_program_that_is_given_the_url_gets_the_tls_of_the_policy_too() {
        let policy = meshhook_deploy::Policy::named("e");
        let check = |url: &str, certificate: Option<&str>, expected: &str| {
            let target = Target::parse(url, Environment::Ignored).unwrap();
            let target = meshhook_deploy::secured(&target, &policy).unwrap();
            assert_eq!(with_tls(url, &target, certificate.map(Path::new)), expected);
        };
        check("postgres://u:p@h/db", None, "postgres://u:p@h/db?sslmode=require");
        check("postgres://u@h/db?sslmode=prefer", None, "postgres://u@h/db?sslmode=require");
        check(
            "postgres://u@h/db?application_name=a%20b&sslmode=verify-full",
            Some("/a b/ca.crt"),
            "postgres://u@h/db?application_name=a%20b&sslmode=verify-full&sslrootcert=%2Fa%20b%2Fca.crt",
        );
        check("postgres://u@localhost/db?sslmode=disable", None, "postgres://u@localhost/db?sslmode=disable");
    }
}
