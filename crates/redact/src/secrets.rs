//! A set of known secrets, and the cleaning of a text by it.

use std::borrow::Cow;
use std::ops::Range;

use crate::{REDACTED, environment, shapes, spelling};

/// Fewer characters than this occur by chance in any text.
const SHORTEST: usize = 4;

/// What every development database has for a password. No secret, and a word of nearly every message of ours.
const NO_SECRETS: &[&str] = &[
    "admin",
    "anon",
    "changeme",
    "default",
    "development",
    "example",
    "false",
    "localhost",
    "meshhook",
    "none",
    "null",
    "password",
    "postgres",
    "postgresql",
    "production",
    "public",
    "root",
    "secret",
    "service_role",
    "staging",
    "supabase",
    "test",
    "token",
    "true",
    "user",
];

/// Known secrets. The process has one ([`crate::remember`], [`crate::clean`]); a test makes its own.
#[derive(Default)]
pub struct Secrets {
    /// Every spelling of every secret.
    spellings: Vec<String>,
    /// What is inside the base64 of a secret, wherever in the encoded text it begins.
    encoded: Vec<String>,
    /// `host:port` of webhooks: what follows is secret.
    hosts: Vec<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} spellings)", self.spellings.len())
    }
}

impl Secrets {
    /// None known: [`Secrets::clean`] then takes out what looks like a secret.
    pub const fn new() -> Self {
        Self { spellings: Vec::new(), encoded: Vec::new(), hosts: Vec::new() }
    }

    /// See [`crate::remember`].
    pub fn remember(&mut self, secret: &str) {
        self.remember_one(secret);
        self.remember_one(secret.trim());
        // a private key is often shown line by line
        if secret.contains('\n') {
            secret.lines().map(str::trim).filter(|line| line.len() >= 20).for_each(|l| self.remember_one(l));
        }
    }

    fn remember_one(&mut self, secret: &str) {
        let word = secret.to_ascii_lowercase();
        if secret.chars().count() < SHORTEST
            || NO_SECRETS.contains(&word.as_str())
            || REDACTED.contains(secret)
        {
            return;
        }
        for spelling in spelling::spellings(secret) {
            if !self.spellings.contains(&spelling) {
                self.spellings.push(spelling);
            }
        }
        for part in spelling::inside_base64(secret) {
            if !self.encoded.contains(&part) {
                self.encoded.push(part);
            }
        }
    }

    /// See [`crate::remember_url`].
    pub fn remember_url(&mut self, url: &str) {
        let url = url.trim();
        self.remember_userinfo(url);
        let Some((scheme, rest)) = url.split_once("://") else { return };
        if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
            return;
        }
        let Some(slash) = rest.find(['/', '?', '#']) else { return };
        let (authority, tail) = rest.split_at(slash);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        if tail.len() < 2 || host.is_empty() {
            return;
        }
        if !self.hosts.iter().any(|known| known == &host.to_ascii_lowercase()) {
            self.hosts.push(host.to_ascii_lowercase());
        }
        // the path may be told without its host; a word such as `webhooks` alone, however, is no secret
        let path = tail.trim_matches('/');
        if path.len() >= 16 || path.len() >= 8 && !path.bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.remember(path);
        }
        for part in tail.split(['/', '?', '&', '=', '#']) {
            let told = part.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
            if part.len() >= 16 || part.len() >= 6 && told {
                self.remember_decoded(part);
            }
        }
    }

    /// The password of a URL or of a libpq connection string, and nothing else of it.
    pub(crate) fn remember_userinfo(&mut self, url: &str) {
        let mut found = Vec::new();
        shapes::url::userinfo(url, &mut found);
        shapes::assignment::find(url, &url.to_ascii_lowercase(), &mut found);
        for range in found.into_iter().filter(|range| !range.is_empty()) {
            self.remember_decoded(&url[range.clone()]);
            // as in `Authorization: Basic`
            let user = url[..range.start].trim_end_matches(':').rsplit('/').next().unwrap_or_default();
            let both = format!("{user}:{}", spelling::percent_decoded(&url[range]));
            self.encoded.push(spelling::base64(both.as_bytes()));
        }
    }

    fn remember_decoded(&mut self, part: &str) {
        self.remember(part);
        self.remember(&spelling::percent_decoded(part));
    }

    /// See [`crate::remember_environment`]: names and values of variables.
    pub fn remember_variables(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in variables {
            match environment::kind(&name, &value) {
                environment::Kind::Secret => self.remember(&value),
                environment::Kind::Webhook => self.remember_url(&value),
                environment::Kind::Address => self.remember_userinfo(&value),
                environment::Kind::Ordinary => {}
            }
        }
    }

    /// See [`crate::clean`].
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(mut cleaned) = self.pass(text) else { return Cow::Borrowed(text) };
        // A secret may come about where a marker meets what follows it. This ends: each pass leaves less text outside
        // of markers, or fewer markers.
        while let Some(again) = self.pass(&cleaned) {
            cleaned = again;
        }
        Cow::Owned(cleaned)
    }

    /// Replaces everything that is found, none when that changes nothing.
    fn pass(&self, text: &str) -> Option<String> {
        let mut found = Vec::new();
        self.known(text, &mut found);
        let lower = text.to_ascii_lowercase();
        shapes::find(text, &lower, &mut found);
        for host in &self.hosts {
            shapes::url::behind_host(text, &lower, host, &mut found);
        }
        found.retain(|range| !range.is_empty());
        if found.is_empty() {
            return None;
        }
        let markers: Vec<_> =
            text.match_indices(REDACTED).map(|(start, marker)| start..start + marker.len()).collect();
        let found = merged(merged(found, true).into_iter().chain(markers.iter().cloned()).collect(), false);

        let mut cleaned = String::with_capacity(text.len());
        let mut copied = 0;
        for range in found.iter().filter(|range| !markers.contains(range)) {
            cleaned.push_str(&text[copied..range.start]);
            cleaned.push_str(REDACTED);
            copied = range.end;
        }
        cleaned.push_str(&text[copied..]);
        (copied > 0).then_some(cleaned)
    }

    fn known(&self, text: &str, found: &mut Vec<Range<usize>>) {
        for spelling in &self.spellings {
            spelling::occurrences(text, spelling, found);
        }
        let in_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
        for part in &self.encoded {
            for (start, part) in text.match_indices(part.as_str()) {
                let bytes = text.as_bytes();
                let before = bytes[..start].iter().rev().take_while(|byte| in_base64(byte)).count();
                let end = start + part.len();
                let after = bytes[end..].iter().take_while(|byte| in_base64(byte)).count();
                found.push(start - before..end + after);
            }
        }
    }
}

/// The ranges in order, those that overlap (and those that touch) made one.
fn merged(mut ranges: Vec<Range<usize>>, touching: bool) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end || (touching && range.start == last.end) => {
                last.end = last.end.max(range.end);
            }
            _ => merged.push(range),
        }
    }
    merged
}
