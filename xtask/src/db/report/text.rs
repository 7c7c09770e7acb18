//! Text from files, databases and strangers, made harmless for Markdown. One rule: it only ever stands inside a code
//! span or a code block, where GitHub reads no HTML, no link and no `@mention`.

/// A code span on one line. `|` would end a table's cell even there, so it becomes `¦`.
pub(super) fn span(text: &str, limit: usize) -> String {
    let one_line = visible(text).replace(['\n', '\t'], " ").replace('|', "¦");
    let short = shorten(one_line.trim(), limit);
    if short.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&short) + 1);
    if short.starts_with('`') || short.ends_with('`') {
        // Markdown takes these spaces off again
        return format!("{fence} {short} {fence}");
    }
    format!("{fence}{short}{fence}")
}

/// A code block, cut to `limit` bytes at the end of a line where one is near.
pub(super) fn block(text: &str, limit: usize) -> String {
    let text = visible(text);
    let mut body = text.trim_end();
    let mut cut = String::new();
    if body.len() > limit {
        let mut end = floor(body, limit);
        if let Some(newline) = body[..end].rfind('\n').filter(|newline| *newline > end / 2) {
            end = newline;
        }
        cut = format!("\n… {} more characters, in report.json", body[end..].chars().count());
        body = &body[..end];
    }
    let fence = "`".repeat(longest_run(body).max(2) + 1);
    format!("{fence}text\n{body}{cut}\n{fence}")
}

/// The first `limit` bytes at most, with a mark when something was left out.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    format!("{}…", &text[..floor(text, limit.saturating_sub('…'.len_utf8()))])
}

/// The same text without what a reader cannot see: control characters, and those that turn the direction of
/// writing, with which text can be made to read as something else.
fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The greatest boundary of a character that is not above `index`.
fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}
