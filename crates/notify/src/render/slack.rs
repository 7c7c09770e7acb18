//! Slack, incoming webhook, Block Kit. At most 50 blocks, 150 characters in a header, 3,000 in a section's text, 2,000
//! in a field, ten fields; `&`, `<`, `>` are escaped (api.slack.com, "Formatting text for app surfaces").

use serde_json::{Value, json};

use super::BACKTICK;
use crate::content::Content;
use crate::text::{Kept, fit, keep, more, one_line, utf16};

const HEADER: usize = 150;
const SECTION: usize = 3_000;
/// Beside the other things in a section.
const PLACE: usize = 400;
const MESSAGE: usize = 2_400;
const STEP: usize = 700;
const FIELD: usize = 300;

pub(crate) fn body(content: &Content) -> Value {
    let header = fit(&content.headline, HEADER, utf16, escape_code);
    let mut blocks =
        vec![json!({"type": "header", "text": {"type": "plain_text", "text": header, "emoji": false}})];
    let fields = content
        .facts
        .iter()
        .take(10)
        .map(|(label, value)| text(&format!("*{label}*\n{}", code(value, FIELD))));
    blocks.push(json!({"type": "section", "fields": fields.collect::<Vec<_>>()}));
    if let Some(failure) = &content.failure {
        let place =
            failure.place.as_deref().map(|place| format!("{}\n", code(place, PLACE))).unwrap_or_default();
        blocks.push(section(&format!("{place}{}", code_block(&failure.message, MESSAGE))));
    }
    blocks.push(section(&plain(&content.state, STEP)));
    if !content.next.is_empty() {
        blocks.push(section(&next(content)));
    }
    if !content.migrations.is_empty() {
        blocks.push(section(&migrations(content)));
    }
    let details =
        content.failure.iter().flat_map(|failure| &failure.details).cloned().collect::<Vec<_>>().join("\n");
    if !details.trim().is_empty() {
        blocks.push(section(&code_block(&details, SECTION - 10)));
    }
    if !content.notes.is_empty() {
        blocks.push(section(&plain(&content.notes.join("\n"), SECTION)));
    }
    if let Some(link) = &content.link {
        let link = format!("<{}|CI run>", link.replace('&', "&amp;"));
        blocks.push(json!({"type": "context", "elements": [text(&link)]}));
    }
    // `text` is what a notification on a phone shows
    json!({"text": header, "blocks": blocks, "unfurl_links": false, "unfurl_media": false})
}

fn next(content: &Content) -> String {
    let steps: Vec<String> = content
        .next
        .iter()
        .map(|step| if step.command { code(&step.text, STEP) } else { plain(&step.text, STEP) })
        .enumerate()
        .map(|(n, step)| format!("{}. {step}", n + 1))
        .collect();
    lines("*Next*", &steps, |_| false)
}

fn migrations(content: &Content) -> String {
    let migrations: Vec<String> =
        content.migrations.iter().map(|line| format!("{} {}", code(&line.name, 300), line.what)).collect();
    lines("*Migrations*", &migrations, |line| content.migrations[line].failed())
}

/// A heading and as many lines as a section takes.
fn lines(heading: &str, lines: &[String], must_stay: impl Fn(usize) -> bool) -> String {
    let costs: Vec<usize> = lines.iter().map(|line| utf16(line) + 1).collect();
    let mut section = heading.to_owned();
    for kept in keep(&costs, must_stay, SECTION - utf16(heading) - 10, 20) {
        section.push('\n');
        match kept {
            Kept::Line(line) => section.push_str(&lines[line]),
            Kept::Gap(count) => section.push_str(&more(count)),
        }
    }
    section
}

fn section(markup: &str) -> Value {
    json!({"type": "section", "text": text(markup)})
}

/// `verbatim`: names of channels and people are not looked for.
fn text(markup: &str) -> Value {
    json!({"type": "mrkdwn", "text": markup, "verbatim": true})
}

fn escape(character: char, escaped: &mut String) {
    match character {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        other => escaped.push(other),
    }
}

fn escape_code(character: char, escaped: &mut String) {
    escape(if character == '`' { BACKTICK } else { character }, escaped);
}

fn plain(text: &str, max: usize) -> String {
    fit(text, max, utf16, escape)
}

fn code(text: &str, max: usize) -> String {
    // an empty span would show its backticks
    let text = if text.trim().is_empty() { "-" } else { text };
    format!("`{}`", fit(&one_line(text), max, utf16, escape_code))
}

fn code_block(text: &str, max: usize) -> String {
    format!("```{}```", fit(text, max, utf16, escape_code))
}
