//! What must not be written into a file that everybody can read: URLs with a password in them, webhook addresses,
//! tokens. The whole text is looked at, comments too, because the repository keeps both.

/// A secret, or what looks like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it begins, in bytes.
    pub(crate) at: usize,
    /// What it is, with its article.
    pub(crate) what: &'static str,
}

/// Beginnings of tokens, and how many characters of a token have to follow.
const PREFIXES: [(&str, usize, &str); 22] = [
    ("whsec_", 8, "the secret of a signed webhook"),
    ("xoxb-", 8, "a Slack token"),
    ("xoxp-", 8, "a Slack token"),
    ("xoxa-", 8, "a Slack token"),
    ("xoxr-", 8, "a Slack token"),
    ("xoxs-", 8, "a Slack token"),
    ("xapp-", 8, "a Slack token"),
    ("ghp_", 16, "a GitHub token"),
    ("gho_", 16, "a GitHub token"),
    ("ghu_", 16, "a GitHub token"),
    ("ghs_", 16, "a GitHub token"),
    ("ghr_", 16, "a GitHub token"),
    ("github_pat_", 16, "a GitHub token"),
    ("glpat-", 16, "a GitLab token"),
    ("sbp_", 16, "a Supabase access token"),
    ("sb_secret_", 8, "a Supabase key"),
    ("sk_live_", 8, "a secret key"),
    ("sk-", 20, "a secret key"),
    ("AKIA", 16, "an AWS key"),
    ("SG.", 20, "a SendGrid key"),
    ("eyJ", 30, "a signed token (JWT)"),
    ("-----BEGIN", 5, "a private key or a certificate"),
];

/// Parts of addresses that are secrets as a whole: whoever has one can post.
const WEBHOOKS: [&str; 7] = [
    "hooks.slack.com/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "webhook.office.com/",
    "logic.azure.com",
    "api.powerplatform.com",
    "hooks.zapier.com/",
];

/// Everything in the text that looks like a secret, in its order, each place once.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (at, word) in words(text) {
        if let Some(what) = address(word) {
            found.push(Found { at, what });
        } else if let Some((offset, what)) = token(word) {
            found.push(Found { at: at + offset, what });
        }
    }
    found
}

/// The pieces between blanks and quotes, with their offsets.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>');
    text.split(is_end).filter(|word| !word.is_empty()).map(move |word| {
        // both are parts of one text
        (word.as_ptr() as usize - text.as_ptr() as usize, word)
    })
}

fn address(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    if WEBHOOKS.iter().any(|part| lower.contains(part)) {
        return Some("the address of a webhook");
    }
    let (_, rest) = lower.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // a password with an unescaped `/` or `#` in it ends the authority early
    if authority.contains('@') || rest.contains('@') && authority.contains(':') {
        return Some("a URL with a user or a password");
    }
    let (_, query) = rest.split_once('?')?;
    let secret = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        ["password", "token", "sig", "key", "secret"].iter().any(|part| name.contains(part))
    };
    query.split('&').any(secret).then_some("a URL with a secret in it")
}

fn token(word: &str) -> Option<(usize, &'static str)> {
    let is_token = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/' | '=');
    PREFIXES.iter().find_map(|(prefix, length, what)| {
        let at = word.find(prefix)?;
        // in the middle of a name it begins nothing
        let starts = !word[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let follows = word[at + prefix.len()..].chars().take_while(is_token).count();
        // the word `PRIVATE` of a key's first line stands apart
        let long = follows >= *length || prefix.starts_with('-');
        (starts && long).then_some((at, *what))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_found_where_it_begins() {
        for (text, at) in [
            ("url = 'postgres://me:s3cret@db.example/app'", 7),
            ("url = 'postgres://me@db.example/app'", 7),
            ("url = 'postgres://me:p/w@db.example/app'", 7),
            ("# https://example.com/?sig=abc", 2),
            ("x = \"https://hooks.slack.com/services/T0/B0/xyz\"", 5),
            ("x = \"discord.com/api/webhooks/1/abc\"", 5),
            ("a = 1\ns = 'whsec_MfKQ9r8GKYqrTwjU'", 11),
            ("# token: ghp_abcdefghijklmnopqrst", 9),
            ("k = 'x=sbp_0123456789abcdef0123'", 7),
            ("-----BEGIN PRIVATE KEY-----", 0),
            ("j = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.abc'", 5),
        ] {
            let found = find(text);
            assert_eq!(found.iter().map(|found| found.at).collect::<Vec<_>>(), [at], "{text}");
        }
    }

    #[test]
    fn names_and_addresses_without_secrets_are_left_alone() {
        for text in [
            "url_variable = 'PRODUCTION_DATABASE_URL'",
            "image = 'supabase/postgres:17.6.1.052'",
            "# see https://supabase.com/docs/guides/database",
            "to = ['team@example.com']",
            "# the secret begins with whsec_",
            "secret_variable = 'WHSEC_VALUE'",
            "desk-sk-eleton = 'risk-averse'",
            "",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
