//! `[environments.NAME]` of `supabase/deploy.toml`: where the database is, and the rules of its deploys.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use meshhook_deploy::{DriftRule, Policy, Segments, Tls};
use meshhook_migrate::connect;

use super::address::Parts;
use super::deploy::RawChannel;
use super::document::{Place, Section, Variable};
use super::duration;
use crate::exit::Failure;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// No setting of ours is sensible beyond it.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// One environment.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    /// The channels that are told about its deploys.
    pub(crate) channels: Vec<String>,
    /// What is allowed but unwise, each with its place.
    pub(crate) warnings: Vec<String>,
    address: Option<Address>,
    policy: Policy,
    root_certificate: Option<Place>,
}

/// Where the database is: names of variables.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Address {
    /// One holds the URL.
    Url(Variable),
    /// Each holds a part of it.
    Parts(Box<PartVariables>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PartVariables {
    host: Variable,
    port: Option<Variable>,
    user: Option<Variable>,
    password: Option<Variable>,
    database: Option<Variable>,
}

/// Looks up an environment variable.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Environment {
    /// Reads the table; what is wrong with it is noted there.
    pub(super) fn read(
        section: &Section<'_>,
        root: &Path,
        runtime: &[String],
        known_channels: &BTreeMap<String, RawChannel>,
    ) -> Environment {
        let address = address(section);
        let policy = policy(section, root, runtime);
        let mut warnings = Vec::new();
        if section.has("lock_timeout") && policy.lock_timeout < SECOND {
            warnings.push(format!(
                "{}: `{}` is less than `deadlock_timeout` (1 s by default), so that a script never gets a lock that \
                 autovacuum holds",
                section.place_of("lock_timeout"),
                duration::format(policy.lock_timeout),
            ));
        }
        let mut channels = Vec::new();
        for item in section.strings("channels") {
            if !known_channels.contains_key(item.get_ref()) {
                section.complain_about_item(
                    "channels",
                    &item,
                    "names a channel that has no `[channels.…]` table",
                );
            }
            channels.push(item.into_inner());
        }
        let root_certificate =
            policy.root_certificate.is_some().then(|| section.place_of("root_certificate"));
        section.finish();
        Environment { channels, warnings, address, policy, root_certificate }
    }

    /// The rules of its deploys.
    pub(super) fn policy(&self) -> Result<Policy, Failure> {
        if let (Some(place), Some(file)) = (&self.root_certificate, &self.policy.root_certificate)
            && !file.is_file()
        {
            return Err(Failure::usage(format!("{place}: there is no such file"))
                .hint("the path is seen from the project's root; Supabase's certificate is on its dashboard under Database, Settings"));
        }
        Ok(self.policy.clone())
    }

    /// The names of the variables that say where it is, with their places.
    pub(crate) fn variables(&self) -> Vec<&Variable> {
        match &self.address {
            None => Vec::new(),
            Some(Address::Url(variable)) => vec![variable],
            Some(Address::Parts(parts)) => [
                Some(&parts.host),
                parts.port.as_ref(),
                parts.user.as_ref(),
                parts.password.as_ref(),
                parts.database.as_ref(),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }

    /// The URL, and with it everything secret in it remembered.
    pub(super) fn url(&self, lookup: Lookup<'_>) -> Result<String, Failure> {
        let missing: Vec<String> = self
            .variables()
            .into_iter()
            .filter(|variable| value(variable, lookup).is_none())
            .map(|variable| format!("{}: the variable `{}` is not set", variable.place, variable.name))
            .collect();
        if !missing.is_empty() {
            return Err(Failure::usage(missing.join("\n"))
                .hint("on a laptop export it in the shell; in a workflow pass it with `env:` from the environment's secrets"));
        }
        let url = match &self.address {
            // the file was refused already
            None => return Err(Failure::usage("supabase/deploy.toml does not say where the database is")),
            Some(Address::Url(variable)) => from_url(variable, lookup)?,
            Some(Address::Parts(parts)) => parts.url(lookup)?,
        };
        Ok(url)
    }
}

fn value(variable: &Variable, lookup: Lookup<'_>) -> Option<String> {
    let value = lookup(&variable.name)?.trim().to_owned();
    (!value.is_empty()).then_some(value)
}

fn from_url(variable: &Variable, lookup: Lookup<'_>) -> Result<String, Failure> {
    let url = value(variable, lookup).unwrap_or_default();
    meshhook_redact::remember_url(&url);
    match connect::Target::parse(&url, connect::Environment::Ignored) {
        Ok(_) => Ok(url),
        Err(error) => Err(Failure::usage(format!("{}: the variable `{}`: {error}", variable.place, variable.name))
            .hint("a password with `/`, `#`, `@`, `%` or `?` in it has to be percent-encoded in a URL; `password_variable` and the other parts take it as it is")),
    }
}

impl PartVariables {
    fn url(&self, lookup: Lookup<'_>) -> Result<String, Failure> {
        let optional = |variable: &Option<Variable>| variable.as_ref().and_then(|it| value(it, lookup));
        let password = optional(&self.password);
        if let Some(password) = &password {
            meshhook_redact::remember(password);
        }
        let port = match (&self.port, optional(&self.port)) {
            (Some(variable), Some(text)) => match text.parse::<u16>() {
                Ok(port) if port > 0 => Some(port),
                _ => {
                    let message =
                        format!("{}: the variable `{}` holds no port", variable.place, variable.name);
                    return Err(Failure::usage(message));
                }
            },
            _ => None,
        };
        let host = value(&self.host, lookup).unwrap_or_default();
        if host.contains("://") || host.contains('@') {
            meshhook_redact::remember(&host);
            let message =
                format!("{}: the variable `{}` holds more than a host", self.host.place, self.host.name);
            return Err(Failure::usage(message).hint("`url_variable` takes a whole URL"));
        }
        let url =
            Parts { host, port, user: optional(&self.user), password, database: optional(&self.database) }
                .url();
        meshhook_redact::remember_url(&url);
        Ok(url)
    }
}

fn address(section: &Section<'_>) -> Option<Address> {
    let url = section.variable("url_variable");
    let host = section.variable("host_variable");
    let parts = [
        section.variable("port_variable"),
        section.variable("user_variable"),
        section.variable("password_variable"),
        section.variable("database_variable"),
    ];
    let other_parts = ["port_variable", "user_variable", "password_variable", "database_variable"];
    let some_parts = section.has("host_variable") || other_parts.iter().any(|key| section.has(key));
    if section.has("url_variable") && some_parts {
        section.complain_about("url_variable", "either the whole URL or its parts, not both");
    } else if some_parts && !section.has("host_variable") {
        section.complain("has parts of an address, but no `host_variable`");
    } else if !section.has("url_variable") && !some_parts {
        section.complain(
            "does not say where the database is: `url_variable`, or `host_variable` and other parts",
        );
    }
    let [port, user, password, database] = parts;
    match (url, host) {
        (Some(url), _) => Some(Address::Url(url)),
        (None, Some(host)) => {
            Some(Address::Parts(Box::new(PartVariables { host, port, user, password, database })))
        }
        (None, None) => None,
    }
}

/// The rules: those of [`Policy::named`] with what the file says instead.
fn policy(section: &Section<'_>, root: &Path, runtime: &[String]) -> Policy {
    let mut policy = Policy::named(section.name());
    policy.runtime = runtime.to_vec();
    // none older is still maintained, and of later ones the catalog reader knows nothing
    policy.major = section.number("major", 13..=30).and_then(|major| u16::try_from(major).ok());
    set(
        &mut policy.tls,
        section.choice("tls", &[("require", Tls::Require), ("verify-full", Tls::VerifyFull)]),
    );
    policy.root_certificate = section.string("root_certificate").map(|path| root.join(path));
    if policy.root_certificate.is_some() && policy.tls != Tls::VerifyFull {
        section.complain_about("root_certificate", "is looked at only with `tls = \"verify-full\"`");
    }
    let short = Duration::from_millis(1)..=HOUR;
    set(&mut policy.lock_timeout, section.duration("lock_timeout", short));
    set(&mut policy.statement_timeout, section.duration("statement_timeout", SECOND..=DAY));
    if policy.lock_timeout >= policy.statement_timeout {
        let key = if section.has("lock_timeout") { "lock_timeout" } else { "statement_timeout" };
        section.complain_about(
            key,
            "`lock_timeout` must be shorter than `statement_timeout`, else it never counts",
        );
    }
    set(&mut policy.lock_wait, section.duration("lock_wait", Duration::ZERO..=DAY));
    set(&mut policy.retries, section.number("retries", 0..=20));
    let segments = [("joined", Segments::Joined), ("per-migration", Segments::PerMigration)];
    set(&mut policy.segments, section.choice("transaction", &segments));
    set(&mut policy.rehearsal, section.boolean("rehearsal"));
    set(
        &mut policy.drift,
        section.choice("drift", &[("refuse", DriftRule::Refuse), ("warn", DriftRule::Warn)]),
    );
    set(&mut policy.long_transaction, section.duration("long_transaction", SECOND..=DAY));
    set(&mut policy.free_connections, section.number("free_connections", 0..=10_000));
    set(&mut policy.confirm, section.boolean("confirm"));
    policy
}

fn set<T>(to: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *to = value;
    }
}
