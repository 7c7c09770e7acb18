//! Which variables hold secrets, by their names, and which values are too plain to be one.

use crate::spelling::looks_random;

/// What is secret in a variable's value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All of it.
    Secret,
    /// A URL with all but its host.
    Webhook,
    /// The password in a URL, if there is one.
    Address,
    /// Nothing.
    Ordinary,
}

const SECRET: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASS",
    "PASSPHRASE",
    "PWD",
    "TOKEN",
    "SECRET",
    "SECRETS",
    "KEY",
    "CREDENTIAL",
    "CREDENTIALS",
];
/// Also as the end of a longer word: `PGPASSWORD`, `MYAPIKEY`.
const SECRET_ENDS: &[&str] = &["PASSWORD", "PASSWD", "TOKEN", "SECRET", "APIKEY"];
/// `KEY_ID`, `TOKEN_FILE`: about a secret, none itself.
const ABOUT: &[&str] = &[
    "ALGORITHM",
    "AGENT",
    "COMMAND",
    "COUNT",
    "DIR",
    "DIRECTORY",
    "EXPIRES",
    "EXPIRY",
    "FILE",
    "HELPER",
    "ID",
    "LENGTH",
    "NAME",
    "PATH",
    "PID",
    "SOCK",
    "TTL",
    "TYPE",
    "VARIABLE",
];
const ADDRESS: &[&str] = &["URL", "URI", "DSN", "CONNECTION", "CONNINFO", "DATABASE", "SERVER"];
const WEBHOOK: &[&str] = &["WEBHOOK", "HOOK", "SLACK", "DISCORD", "TEAMS"];

pub(crate) fn kind(name: &str, value: &str) -> Kind {
    let name = name.to_ascii_uppercase();
    let words: Vec<&str> = name.split(['_', '-', '.']).collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if value.contains("://") {
        let web = value.starts_with("http://") || value.starts_with("https://");
        return if web && any(WEBHOOK) { Kind::Webhook } else { Kind::Address };
    }
    if any(ADDRESS) && value.contains('=') {
        return Kind::Address;
    }
    let about = words.last().is_some_and(|last| ABOUT.contains(last)) || name == "PWD" || name == "OLDPWD";
    let secret = any(SECRET) || words.iter().any(|word| SECRET_ENDS.iter().any(|end| word.ends_with(end)));
    if secret && !about && !is_plain(value) { Kind::Secret } else { Kind::Ordinary }
}

/// Whether blotting this out would spoil ordinary messages: a switch, a number, a word, a path.
fn is_plain(value: &str) -> bool {
    let value = value.trim();
    let one_case = value.bytes().all(|byte| byte.is_ascii_lowercase())
        || value.bytes().all(|byte| byte.is_ascii_uppercase())
        || (value.bytes().skip(1).all(|byte| byte.is_ascii_lowercase()));
    let word = value.bytes().all(|byte| byte.is_ascii_alphabetic()) && one_case && value.len() < 10;
    let number = value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() < 8;
    let path =
        value.starts_with(['/', '~', '.']) && value[1..].contains('/') && !value.split('/').any(looks_random);
    value.len() < 6
        || word
        || number
        || path
        || std::path::Path::new(value).is_absolute() && std::path::Path::new(value).exists()
}
