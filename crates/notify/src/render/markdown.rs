//! GitHub's Markdown: job summaries (1 MiB; over it, nothing is shown) and comments (65,536 characters).
//!
//! Text that is not ours is written as character references, which stand for a character but never for markup
//! (CommonMark 0.31, section 2.5), and in `<code>` or `<pre>`, where GitHub looks for no mentions.

use crate::content::{Content, Line};
use crate::text::{Kept, Measure, fit, keep, more, one_line};

/// How much there is room for, in units of `measure`.
pub(crate) struct Room {
    pub(crate) total: usize,
    pub(crate) measure: Measure,
}

pub(crate) fn message(content: &Content, room: &Room) -> String {
    // fractions that add up to less than one
    let share = |hundredths: usize| room.total / 100 * hundredths;
    let fitted = |text: &str, max: usize| fit(text, max, room.measure, escape);
    let code = |text: &str, max: usize| format!("<code>{}</code>", fitted(&one_line(text), max));
    let block = |text: &str, max: usize| format!("<pre>{}</pre>", fit(text, max, room.measure, escape_html));

    let mut parts = vec![format!("## {}", fitted(&content.headline, share(1).max(400)))];
    if let Some(failure) = &content.failure {
        parts.extend(failure.place.as_deref().map(|place| code(place, share(2))));
        parts.push(block(&failure.message, share(12)));
    }
    parts.push(fitted(&content.state, share(3)));
    if !content.next.is_empty() {
        let each = share(5);
        let steps = content.next.iter().map(|step| {
            if step.command { code(&step.text, each) } else { fitted(&one_line(&step.text), each) }
        });
        let steps = steps.enumerate().map(|(n, step)| format!("{}. {step}", n + 1)).collect::<Vec<_>>();
        parts.push(format!(
            "### Next\n\n{}",
            list(&steps, |_| false, share(12), room.measure, |more| format!("- {more}"))
        ));
    }
    let facts = content.facts.iter().map(|(label, value)| format!("| {label} | {} |", code(value, share(1))));
    parts.push(format!("| | |\n| --- | --- |\n{}", facts.collect::<Vec<_>>().join("\n")));
    parts.extend(content.link.as_ref().map(|link| format!("[CI run]({link})")));
    if !content.migrations.is_empty() {
        let row = |line: &Line| format!("| {} | {} |", code(&line.name, share(1)), line.what);
        let rows = content.migrations.iter().map(row).collect::<Vec<_>>();
        let failed = |line: usize| content.migrations[line].failed();
        let rows = list(&rows, failed, share(35), room.measure, |more| format!("| {more} | |"));
        parts.push(format!("| migration | |\n| --- | --- |\n{rows}"));
    }
    let details =
        content.failure.iter().flat_map(|failure| &failure.details).cloned().collect::<Vec<_>>().join("\n");
    if !details.trim().is_empty() {
        parts.push(block(&details, share(10)));
    }
    parts.extend(content.notes.first().map(|_| fitted(&content.notes.join("\n"), share(5))));
    let message = parts.join("\n\n") + "\n";
    meshhook_redact::clean(&message).into_owned()
}

fn list(
    lines: &[String],
    must_stay: impl Fn(usize) -> bool,
    max: usize,
    measure: Measure,
    gap: impl Fn(&str) -> String,
) -> String {
    let costs: Vec<usize> = lines.iter().map(|line| measure(line) + 1).collect();
    let kept = keep(&costs, must_stay, max, 40).into_iter().map(|kept| match kept {
        Kept::Line(line) => lines[line].clone(),
        Kept::Gap(count) => gap(&more(count)),
    });
    kept.collect::<Vec<_>>().join("\n")
}

fn escape(character: char, escaped: &mut String) {
    match character {
        // a mention or an issue is looked for in what is shown, so something must stand in between
        '@' => escaped.push_str("&#64;&#8203;"),
        '#' => escaped.push_str("&#35;&#8203;"),
        '\n' => escaped.push_str("<br>"),
        '&' | '<' | '>' | '"' | '\'' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '|' | '~' | '\\' | '!'
        | '$' => {
            escaped.push_str(&format!("&#{};", u32::from(character)));
        }
        other => escaped.push(other),
    }
}

/// Inside of `<pre>`, where no Markdown is read.
fn escape_html(character: char, escaped: &mut String) {
    match character {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        other => escaped.push(other),
    }
}
