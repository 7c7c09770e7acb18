//! Discord webhook. At most 2,000 characters of content; in an embed 256 in a title, 4,096 in a description, 1,024 in a
//! field; 6,000 in all embeds together (discord.com/developers, "Embed Limits"). Nobody is ever mentioned.

use serde_json::{Value, json};

use super::{BACKTICK, Mood, mood};
use crate::content::Content;
use crate::text::{Kept, fit, keep, more, one_line, utf16};

const CONTENT: usize = 2_000;
const FIELD: usize = 100;
// Together with the labels of the fields below 6,000.
const PLACE: usize = 300;
const MESSAGE: usize = 1_000;
const STATE: usize = 400;
const NEXT: usize = 1_000;
const MIGRATIONS: usize = 1_200;
const DETAILS: usize = 500;
const NOTES: usize = 400;

pub(crate) fn body(content: &Content) -> Value {
    let color = match mood(content.outcome) {
        Mood::Good => 0x2e_a0_43,
        Mood::Neutral => 0x57_60_6a,
        Mood::Warning => 0xd2_99_22,
        Mood::Bad => 0xcf_22_2e,
    };
    let fields = content
        .facts
        .iter()
        .map(|(label, value)| json!({"name": label, "value": code(value, FIELD), "inline": true}));
    let mut main =
        json!({"color": color, "description": description(content), "fields": fields.collect::<Vec<_>>()});
    if let Some(link) = &content.link {
        main["title"] = json!("CI run");
        main["url"] = json!(link);
    }
    let mut embeds = vec![main];
    if !content.migrations.is_empty() {
        embeds.push(json!({"color": color, "description": migrations(content)}));
    }
    let details =
        content.failure.iter().flat_map(|failure| &failure.details).cloned().collect::<Vec<_>>().join("\n");
    let notes = content.notes.join("\n");
    let mut rest = Vec::new();
    if !details.trim().is_empty() {
        rest.push(code_block(&details, DETAILS));
    }
    if !notes.trim().is_empty() {
        rest.push(plain(&notes, NOTES));
    }
    if !rest.is_empty() {
        embeds.push(json!({"color": color, "description": rest.join("\n")}));
    }
    json!({
        "content": format!("**{}**", plain(&content.headline, CONTENT - 4)),
        "embeds": embeds,
        "allowed_mentions": {"parse": []},
    })
}

fn description(content: &Content) -> String {
    let mut parts = Vec::new();
    if let Some(failure) = &content.failure {
        parts.extend(failure.place.as_deref().map(|place| code(place, PLACE)));
        parts.push(code_block(&failure.message, MESSAGE));
    }
    parts.push(plain(&content.state, STATE));
    if !content.next.is_empty() {
        let each = NEXT / 2;
        let steps: Vec<String> = content
            .next
            .iter()
            .map(|step| if step.command { code(&step.text, each) } else { plain(&step.text, each) })
            .enumerate()
            .map(|(n, step)| format!("{}\\. {step}", n + 1))
            .collect();
        parts.push(lines("**Next**", &steps, NEXT, |_| false));
    }
    parts.join("\n")
}

fn migrations(content: &Content) -> String {
    let migrations: Vec<String> =
        content.migrations.iter().map(|line| format!("{} {}", code(&line.name, 150), line.what)).collect();
    lines("**Migrations**", &migrations, MIGRATIONS, |line| content.migrations[line].failed())
}

fn lines(heading: &str, lines: &[String], max: usize, must_stay: impl Fn(usize) -> bool) -> String {
    let costs: Vec<usize> = lines.iter().map(|line| utf16(line) + 1).collect();
    let mut text = heading.to_owned();
    for kept in keep(&costs, must_stay, max, 20) {
        text.push('\n');
        match kept {
            Kept::Line(line) => text.push_str(&lines[line]),
            Kept::Gap(count) => text.push_str(&more(count)),
        }
    }
    text
}

/// Everything that Discord's Markdown reads is taken literally behind a backslash; `@` gets a space of no width behind
/// it, for readers of the API that look for mentions themselves.
fn escape(character: char, escaped: &mut String) {
    match character {
        '@' => escaped.push_str("@\u{200b}"),
        '\\' | '*' | '_' | '~' | '|' | '>' | '<' | '#' | '[' | ']' | '`' => {
            escaped.push('\\');
            escaped.push(character);
        }
        other => escaped.push(other),
    }
}

fn escape_code(character: char, escaped: &mut String) {
    match character {
        '`' => escaped.push(BACKTICK),
        '@' => escaped.push_str("@\u{200b}"),
        other => escaped.push(other),
    }
}

fn plain(text: &str, max: usize) -> String {
    fit(text, max, utf16, escape)
}

fn code(text: &str, max: usize) -> String {
    let text = if text.trim().is_empty() { "-" } else { text };
    format!("`{}`", fit(&one_line(text), max, utf16, escape_code))
}

fn code_block(text: &str, max: usize) -> String {
    format!("```\n{}\n```", fit(text, max, utf16, escape_code))
}
