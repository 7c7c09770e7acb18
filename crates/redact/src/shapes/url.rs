//! `scheme://user:password@host`, and the addresses of webhooks, whose path is the secret.

use std::ops::Range;

use super::{skip, until};
use crate::REDACTED;

/// Hosts (or their ends) whose paths are secret, up to where the secret begins.
const WEBHOOKS: &[&str] = &[
    "hooks.slack.com",
    "hooks.zapier.com",
    "discord.com/api/webhooks",
    "discordapp.com/api/webhooks",
    ".webhook.office.com",
    ".logic.azure.com",
    ".api.powerplatform.com",
];

/// The passwords of URLs; of an `http(s)` URL without password the user name, which is a token there.
pub(crate) fn userinfo(text: &str, found: &mut Vec<Range<usize>>) {
    for (colon, _) in text.match_indices("://") {
        let scheme_len = text.as_bytes()[..colon].iter().rev().take_while(|byte| in_scheme(**byte)).count();
        if scheme_len == 0 {
            continue;
        }
        let scheme = &text[colon - scheme_len..colon];
        let web = ["http", "https", "ws", "wss"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let start = colon + "://".len();
        let end = until(text, start, |_, byte| byte <= b' ' || b"\"<>`".contains(&byte));
        let Some(at) = end_of_userinfo(&text[start..end], web) else { continue };
        match text[start..start + at].find(':') {
            Some(colon) => found.push(start + colon + 1..start + at),
            None if web => found.push(start..start + at),
            None => {}
        }
    }
}

fn in_scheme(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)
}

/// Where the `@` is that ends the userinfo. People paste passwords with a raw `/`, `?`, `#` or `@`, so the last one is
/// taken, unless the URL is good without it.
fn end_of_userinfo(url: &str, web: bool) -> Option<usize> {
    let authority = &url[..url.find(['/', '?', '#']).unwrap_or(url.len())];
    let before_query = &url[..url.find('?').unwrap_or(url.len())];
    let end = if web { authority.rfind('@') } else { before_query.rfind('@') };
    end.or_else(|| {
        let host_end = if authority.starts_with('[') { authority.find(']')? } else { 0 };
        let (_, port) = authority[host_end..].split_once(':')?;
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        if is_port { None } else { url.rfind('@') }
    })
}

/// The paths of well-known webhooks.
pub(crate) fn webhooks(text: &str, lower: &str, found: &mut Vec<Range<usize>>) {
    for host in WEBHOOKS {
        behind_host(text, lower, host, found);
    }
}

/// What follows this host in any URL.
pub(crate) fn behind_host(text: &str, lower: &str, host: &str, found: &mut Vec<Range<usize>>) {
    for (start, _) in lower.match_indices(host) {
        let bytes = text.as_bytes();
        let inside_a_name =
            start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || b"-.".contains(&bytes[start - 1]));
        if inside_a_name && !host.starts_with('.') && !WEBHOOKS.contains(&host) {
            continue;
        }
        let mut at = start + host.len();
        if bytes.get(at) == Some(&b':') {
            at = skip(text, at + 1, |byte| byte.is_ascii_digit());
        }
        if !bytes.get(at).is_some_and(|byte| b"/?#".contains(byte)) {
            continue;
        }
        let secret = at + 1;
        if text[secret..].starts_with(REDACTED) {
            continue;
        }
        let end = until(text, secret, |_, byte| byte <= b' ' || b"\"'<>`|()]}\\,".contains(&byte));
        found.push(secret..end);
    }
}
