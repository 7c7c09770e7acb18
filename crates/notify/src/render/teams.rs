//! Microsoft Teams, a Workflows webhook with an Adaptive Card. About 28 KB a message
//! (learn.microsoft.com, "Limits and specifications"). Text runs know no markup, so nothing needs an escape but JSON's.

use serde_json::{Value, json};

use super::{Mood, mood};
use crate::content::Content;
use crate::text::{Kept, Measure, cut, fit, keep, more, one_line};

// In bytes of JSON; together with the structure around them below 28 KB.
const FACT: usize = 300;
const PLACE: usize = 600;
const MESSAGE: usize = 4_000;
const STATE: usize = 1_000;
const NEXT: usize = 4_000;
const MIGRATIONS: usize = 6_000;
const DETAILS: usize = 2_000;
const NOTES: usize = 1_500;

/// What a text takes in JSON.
const IN_JSON: Measure = |text| serde_json::to_string(text).map_or(usize::MAX / 2, |json| json.len() - 2);

pub(crate) fn body(content: &Content) -> Value {
    let color = match mood(content.outcome) {
        Mood::Good => "Good",
        Mood::Neutral => "Default",
        Mood::Warning => "Warning",
        Mood::Bad => "Attention",
    };
    let headline = cut(&content.headline, 1_000, IN_JSON);
    let mut card = vec![block(&[
        json!({"type": "TextRun", "text": headline, "weight": "Bolder", "size": "Large", "color": color}),
    ])];
    for (label, value) in &content.facts {
        card.push(block(&[bold(&format!("{label}: ")), run(&short(value, FACT))]));
    }
    if let Some(failure) = &content.failure {
        card.extend(failure.place.as_deref().map(|place| block(&[mono(&short(place, PLACE))])));
        card.push(block(&[mono(&cut(&failure.message, MESSAGE, IN_JSON))]));
    }
    card.push(block(&[run(&cut(&content.state, STATE, IN_JSON))]));
    card.extend(next(content));
    card.extend(migrations(content));
    let details =
        content.failure.iter().flat_map(|failure| &failure.details).cloned().collect::<Vec<_>>().join("\n");
    if !details.trim().is_empty() {
        card.push(block(&[mono(&cut(&details, DETAILS, IN_JSON))]));
    }
    if !content.notes.is_empty() {
        card.push(block(&[run(&cut(&content.notes.join("\n"), NOTES, IN_JSON))]));
    }
    let mut card = json!({
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "fallbackText": headline,
        "msteams": {"width": "Full"},
        "body": card,
    });
    if let Some(link) = &content.link {
        card["actions"] = json!([{"type": "Action.OpenUrl", "title": "CI run", "url": link}]);
    }
    json!({
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card}],
    })
}

fn next(content: &Content) -> Vec<Value> {
    let each = NEXT / 3;
    let steps =
        content.next.iter().enumerate().map(|(n, step)| format!("{}. {}", n + 1, short(&step.text, each)));
    blocks(
        "Next",
        &steps.collect::<Vec<_>>(),
        NEXT,
        |_| false,
        |step| if content.next[step].command { mono } else { run },
    )
}

fn migrations(content: &Content) -> Vec<Value> {
    let lines = content.migrations.iter().map(|line| format!("{}: {}", short(&line.name, 400), line.what));
    let failed = |line: usize| content.migrations[line].failed();
    blocks("Migrations", &lines.collect::<Vec<_>>(), MIGRATIONS, failed, |_| mono)
}

/// A heading and as many lines as fit, each a block of its own.
fn blocks(
    heading: &str,
    lines: &[String],
    max: usize,
    must_stay: impl Fn(usize) -> bool,
    style: impl Fn(usize) -> fn(&str) -> Value,
) -> Vec<Value> {
    if lines.is_empty() {
        return Vec::new();
    }
    // what a block needs around its text
    let around = block(&[mono("")]).to_string().len() + 1;
    let costs: Vec<usize> = lines.iter().map(|line| IN_JSON(line) + around).collect();
    let mut blocks = vec![block(&[bold(heading)])];
    blocks.extend(keep(&costs, must_stay, max, around + 20).into_iter().map(|kept| match kept {
        Kept::Line(line) => block(&[style(line)(&lines[line])]),
        Kept::Gap(count) => block(&[run(&more(count))]),
    }));
    blocks
}

fn short(text: &str, max: usize) -> String {
    fit(&one_line(text), max, IN_JSON, |character, fitted| fitted.push(character))
}

fn block(runs: &[Value]) -> Value {
    json!({"type": "RichTextBlock", "spacing": "Small", "inlines": runs})
}

fn run(text: &str) -> Value {
    json!({"type": "TextRun", "text": text})
}

fn bold(text: &str) -> Value {
    json!({"type": "TextRun", "text": text, "weight": "Bolder"})
}

fn mono(text: &str) -> Value {
    json!({"type": "TextRun", "text": text, "fontType": "Monospace"})
}
