//! One secret, written in the ways that a text may write it.

use std::ops::Range;

/// The secret as it is, as it stands in a SQL literal and in a libpq connection string; and each of these as JSON,
/// HTML, and Rust's `{:?}` write it. Percent- and form-encoding are not among them: [`occurrences`] reads those.
pub(crate) fn spellings(secret: &str) -> Vec<String> {
    let mut spellings = Vec::new();
    let mut add = |spelling: String| {
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    };
    let in_sql = secret.replace('\'', "''");
    let in_conninfo = secret.replace('\\', "\\\\").replace('\'', "\\'");
    for quoted in [secret.to_owned(), in_sql, in_conninfo] {
        add(json(&quoted, false));
        add(json(&quoted, true));
        add(quoted.escape_debug().to_string());
        add(quoted.escape_default().to_string());
        let for_text = quoted.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        add(for_text.replace('"', "&quot;"));
        add(for_text.replace('"', "&quot;").replace('\'', "&#39;"));
        add(for_text.replace('"', "&quot;").replace('\'', "&#x27;"));
        add(for_text);
        add(quoted);
    }
    spellings
}

/// As a JSON string writes it, without the quotes.
fn json(text: &str, ascii_only: bool) -> String {
    let mut json = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            other if other < ' ' || (ascii_only && !other.is_ascii()) => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            }
            other => json.push(other),
        }
    }
    json
}

/// Where the spelling occurs, also when some or all of it is percent-encoded, or a space is a `+`.
pub(crate) fn occurrences(text: &str, spelling: &str, found: &mut Vec<Range<usize>>) {
    let (bytes, wanted) = (text.as_bytes(), spelling.as_bytes());
    let Some(&first) = wanted.first() else { return };
    for (start, &byte) in bytes.iter().enumerate() {
        if byte != first && byte != b'%' && !(byte == b'+' && first == b' ') {
            continue;
        }
        if bytes[start..].starts_with(wanted) {
            found.push(start..start + wanted.len());
        } else if let Some(end) = end_of_encoded(bytes, start, wanted) {
            found.push(start..end);
        }
    }
}

fn end_of_encoded(text: &[u8], start: usize, wanted: &[u8]) -> Option<usize> {
    let mut at = start;
    for &byte in wanted {
        let here = *text.get(at)?;
        if here == b'%' && encoded_byte(text, at) == Some(byte) {
            at += 3;
        } else if here == byte || (byte == b' ' && here == b'+') {
            at += 1;
        } else {
            return None;
        }
    }
    Some(at)
}

/// The byte that `%41` at this place stands for.
fn encoded_byte(text: &[u8], at: usize) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*text.get(at + 1)?)? * 16 + digit(*text.get(at + 2)?)?)
}

/// The text that a percent-encoded one stands for; what is no UTF-8 then stays as it is.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        match encoded_byte(bytes, at) {
            Some(byte) if bytes[at] == b'%' => {
                decoded.push(byte);
                at += 3;
            }
            _ => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// Base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut encoded = unpadded(bytes, false);
    while !encoded.len().is_multiple_of(4) {
        encoded.push('=');
    }
    encoded
}

fn unpadded(bytes: &[u8], for_url: bool) -> String {
    let last: &[u8; 2] = if for_url { b"-_" } else { b"+/" };
    let letter = |value: u8| match value {
        0..26 => char::from(b'A' + value),
        26..52 => char::from(b'a' + value - 26),
        52..62 => char::from(b'0' + value - 52),
        62 => char::from(last[0]),
        _ => char::from(last[1]),
    };
    let mut encoded = String::new();
    for group in bytes.chunks(3) {
        let [a, b, c] = [group[0], *group.get(1).unwrap_or(&0), *group.get(2).unwrap_or(&0)];
        let letters = [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63];
        encoded.extend(letters[..=group.len()].iter().map(|&value| letter(value)));
    }
    encoded
}

/// The letters of base64 that depend on the secret alone, for each of the three ways in which it may lie in what was
/// encoded (`user:secret`). Too few letters to tell are left out.
pub(crate) fn inside_base64(secret: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        for for_url in [false, true] {
            let encoded = unpadded(&bytes, for_url);
            let whole = bytes.len() * 8 / 6;
            let shared = if before == 0 { 0 } else { before + 1 };
            let part = encoded.get(shared..whole).unwrap_or_default().to_owned();
            if part.len() >= 6 && !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    parts
}

/// Whether this was made by a machine: no word of a path or of a sentence looks like it.
pub(crate) fn looks_random(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%+=/".contains(&byte));
    plain && (text.len() >= 24 && !text.contains('-') || text.len() >= 8 && letters >= 2 && digits >= 2)
}
