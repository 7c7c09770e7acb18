//! Tokens that carry their kind in front: `ghp_…`, `whsec_…`, JSON web tokens, AWS keys, private keys, headers.

use std::ops::Range;

use super::{skip, until};
use crate::spelling::looks_random;

/// What a token begins with, and how many characters follow at least.
const PREFIXES: &[(&str, usize)] = &[
    ("whsec_", 8),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("sbp_", 20),
    ("sb_secret_", 12),
    ("sk_live_", 10),
    ("sk_test_", 10),
    ("rk_live_", 10),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xapp-", 10),
    ("AKIA", 16),
    ("ASIA", 16),
];

pub(crate) fn find(text: &str, lower: &str, found: &mut Vec<Range<usize>>) {
    for (prefix, least) in PREFIXES {
        for (start, _) in text.match_indices(prefix) {
            let upper = prefix.starts_with('A');
            let end = skip(text, start + prefix.len(), |byte| {
                if upper { byte.is_ascii_uppercase() || byte.is_ascii_digit() } else { in_token(byte) }
            });
            let inside_a_word = start > 0 && (text.as_bytes()[start - 1].is_ascii_alphanumeric());
            let inside_a_name = start > 0 && text.as_bytes()[start - 1] == b'_';
            if end - start - prefix.len() >= *least && !inside_a_word && !inside_a_name {
                found.push(start..end);
            }
        }
    }
    json_web_tokens(text, found);
    headers(text, lower, found);
    private_keys(text, found);
}

fn in_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-+/=.".contains(&byte)
}

/// `eyJ` is `{"` in base64: header, payload, signature.
fn json_web_tokens(text: &str, found: &mut Vec<Range<usize>>) {
    let in_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    for (start, _) in text.match_indices("eyJ") {
        let header = skip(text, start, in_part);
        if text.as_bytes().get(header) != Some(&b'.') {
            continue;
        }
        let payload = skip(text, header + 1, in_part);
        if payload - header < 6 || text.as_bytes().get(payload) != Some(&b'.') {
            continue;
        }
        found.push(start..skip(text, payload + 1, in_part));
    }
}

/// `Authorization: Bearer …`, and `Bearer …` alone when what follows is no word.
fn headers(text: &str, lower: &str, found: &mut Vec<Range<usize>>) {
    let end_of = |start: usize| until(text, start, |_, byte| byte <= b' ' || b"\"'`,;<>\\".contains(&byte));
    for (start, name) in lower.match_indices("authorization") {
        let end = start + name.len();
        let value = skip(text, end, |byte| b"\"'\\:= \t".contains(&byte));
        if !text[end..value].contains([':', '=']) {
            continue;
        }
        let scheme = skip(text, value, |byte| byte.is_ascii_alphabetic());
        let credentials = skip(text, scheme, |byte| byte == b' ');
        let start = if credentials > scheme && scheme > value { credentials } else { value };
        found.push(start..end_of(start));
    }
    for (start, name) in lower.match_indices("bearer ") {
        let start = start + name.len();
        let end = end_of(start);
        if end - start >= 16 && looks_random(&text[start..end]) {
            found.push(start..end);
        }
    }
}

/// A PEM block, whole or cut off.
fn private_keys(text: &str, found: &mut Vec<Range<usize>>) {
    for (start, begin) in text.match_indices("PRIVATE KEY-----") {
        let begins =
            text[..start].rfind("-----").is_some_and(|dashes| text[dashes..start].starts_with("-----BEGIN"));
        if begins {
            let inside = start + begin.len();
            found.push(inside..text[inside..].find("-----END").map_or(text.len(), |end| inside + end));
        }
    }
}
