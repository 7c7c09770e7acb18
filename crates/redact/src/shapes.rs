//! How secrets look when nobody has told us about them.
//!
//! Every finder gets the text, the text in lower case (same offsets) and a list to which it adds byte ranges. What a
//! range holds is replaced, so ranges leave out what makes a message useful: scheme, user, host, the name of a field.

pub(crate) mod assignment;
mod token;
pub(crate) mod url;

use std::ops::Range;

use crate::REDACTED;

/// Everything that looks like a secret.
pub(crate) fn find(text: &str, lower: &str, found: &mut Vec<Range<usize>>) {
    url::userinfo(text, found);
    url::webhooks(text, lower, found);
    assignment::find(text, lower, found);
    token::find(text, lower, found);
}

/// The first place at or after `from` whose byte satisfies `stop`, else the end. Markers are stepped over.
fn until(text: &str, from: usize, stop: impl Fn(usize, u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        if bytes[at..].starts_with(REDACTED.as_bytes()) {
            at += REDACTED.len();
        } else if stop(at, bytes[at]) {
            return at;
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The first place at or after `from` that does not satisfy `more`.
fn skip(text: &str, from: usize, more: impl Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    from + bytes[from..].iter().take_while(|byte| more(**byte)).count()
}
