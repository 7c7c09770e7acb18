//! `password=…`, `PASSWORD '…'`, `"token": "…"`: a field whose name says that its value is secret.

use std::ops::Range;

use super::{skip, until};
use crate::REDACTED;
use crate::spelling::looks_random;

/// The ends of such names: `PGPASSWORD`, `client_secret`.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "private_key",
    "service_role_key",
];
/// Those that SQL writes directly before a literal.
const SQL_NAMES: &[&str] = &["password", "passwd"];

/// The values of such fields.
pub(crate) fn find(text: &str, lower: &str, found: &mut Vec<Range<usize>>) {
    for name in NAMES {
        for (start, _) in lower.match_indices(name) {
            let field = Field { text, lower, start, end: start + name.len(), sql: SQL_NAMES.contains(name) };
            found.extend(field.value());
        }
    }
}

struct Field<'t> {
    text: &'t str,
    lower: &'t str,
    /// Where the name begins and ends.
    start: usize,
    end: usize,
    sql: bool,
}

impl Field<'_> {
    fn value(&self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        // Postgres's detail of a unique violation: `Key (token)=(…) already exists`
        if self.text[self.end..].starts_with(")=(") {
            let start = self.end + ")=(".len();
            return Some(start..until(self.text, start, |_, byte| byte == b')'));
        }
        let quote = self.text[self.end..].trim_start_matches('\\').starts_with(['"', '\'']);
        let after_name =
            if quote { skip(self.text, self.end, |byte| b"\\\"'".contains(&byte)) } else { self.end };
        let sign = skip(self.text, after_name, |byte| byte == b' ' || byte == b'\t');
        match bytes.get(sign) {
            Some(b'=' | b':') => {
                let after = skip(self.text, sign, |byte| b"=:>".contains(&byte));
                let start = skip(self.text, after, |byte| byte == b' ' || byte == b'\t');
                let spaced = sign > after_name || start > after;
                quoted(self.text, start).or_else(|| self.unquoted(start, bytes[sign], spaced, quote))
            }
            _ => {
                let sign = skip(self.text, self.end, |byte| byte.is_ascii_whitespace());
                if sign == self.end {
                    return None;
                }
                let to = self.lower[sign..].starts_with("to ") || self.lower[sign..].starts_with("to\t");
                let start =
                    if to { skip(self.text, sign + 2, |byte| byte.is_ascii_whitespace()) } else { sign };
                // `unexpected token "x"` and `column "password"` are no literals after a name
                let literal = !self.text[start..].starts_with('"') && (self.sql || to);
                if literal { quoted(self.text, start) } else { None }
            }
        }
    }

    fn unquoted(&self, start: usize, sign: u8, spaced: bool, json: bool) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        // what stands behind a marker is other text by now
        if self.text[start..].starts_with(REDACTED) {
            return None;
        }
        let in_query = self.is_in_query();
        let end = until(self.text, start, |at, byte| {
            byte <= b' ' || (in_query && b"&#;".contains(&byte)) || ends_at_quote(bytes, at)
        });
        let value = &self.text[start..end];
        let bare = value.trim_end_matches([',', ';', ')']);
        let placeholder =
            bare.strip_prefix('$').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        let nothing = matches!(bare.to_ascii_lowercase().as_str(), "" | "null" | "default" | "?");
        let shown = match (sign, spaced) {
            _ if placeholder || nothing || json => false,
            (b'=', false) => true,
            (b'=', true) => self.sql && self.is_in_conninfo(),
            _ => value.len() >= 16 && looks_random(value),
        };
        shown.then_some(start..end)
    }

    /// Whether the field belongs to the query of a URL.
    fn is_in_query(&self) -> bool {
        let name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(byte);
        let before = self.text.as_bytes()[..self.start].iter().rev().find(|byte| !name(byte));
        before.is_some_and(|byte| b"?&;".contains(byte))
    }

    /// `password = x` is SQL in most texts; beside `host = y` it is a connection string.
    fn is_in_conninfo(&self) -> bool {
        ["host", "dbname", "user", "port"]
            .iter()
            .any(|key| self.lower.contains(&format!("{key}=")) || self.lower.contains(&format!("{key} =")))
    }
}

/// A quote ends a value that it did not begin, unless a word goes on behind it.
fn ends_at_quote(bytes: &[u8], at: usize) -> bool {
    let quote = if bytes[at] == b'\\' { at + 1 } else { at };
    bytes.get(quote).is_some_and(|byte| b"\"'`".contains(byte))
        && !bytes.get(quote + 1).is_some_and(u8::is_ascii_alphanumeric)
}

/// What is inside the literal that begins here: `'…'`, `E'…'`, `"…"`, `\"…\"`, `$$…$$`.
fn quoted(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    if let Some(after) = rest.strip_prefix('$') {
        let tag_end = after.find('$')? + 2;
        let tag = &rest[..tag_end];
        let is_tag = tag[1..tag_end - 1].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        // `$1` and `$12` are no tags
        if !is_tag || tag[1..].starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let inside = start + tag_end;
        return Some(inside..text[inside..].find(tag).map_or(text.len(), |end| inside + end));
    }
    if rest.starts_with("\\\"") {
        let inside = start + 2;
        return Some(
            inside..text[inside..].find("\\\"").map_or_else(|| end_of_line(text, inside), |end| inside + end),
        );
    }
    let inside =
        start + if rest.starts_with(['e', 'E', 'U', 'u']) && rest[1..].starts_with('\'') { 2 } else { 1 };
    let quote = *text.as_bytes().get(inside - 1).filter(|quote| b"'\"".contains(quote))?;
    let bytes = text.as_bytes();
    let mut at = inside;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote && bytes.get(at + 1) == Some(&quote) && quote == b'\'' => at += 2,
            byte if byte == quote => return Some(inside..at),
            _ => at += 1,
        }
    }
    Some(inside..end_of_line(text, inside))
}

fn end_of_line(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |end| from + end)
}
