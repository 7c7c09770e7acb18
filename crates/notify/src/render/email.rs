//! E-mail: a subject, and the same message as text and as HTML.

use crate::content::Content;
use crate::text::{Kept, cut, fit, keep, more, one_line, utf16};

const PART: usize = 20_000;
const LINES: usize = 40_000;

pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

pub(crate) fn mail(content: &Content) -> Mail {
    Mail { subject: one_line(&content.headline).into_owned(), text: text(content), html: html(content) }
}

fn text(content: &Content) -> String {
    let part = |text: &str| cut(text, PART, utf16);
    let mut parts = vec![content.headline.clone()];
    if let Some(failure) = &content.failure {
        let place = failure.place.as_deref().map(|place| format!("{}\n", part(place))).unwrap_or_default();
        parts.push(format!("{place}{}", part(&failure.message)));
    }
    parts.push(part(&content.state));
    if !content.next.is_empty() {
        let steps =
            content.next.iter().enumerate().map(|(n, step)| format!("{}. {}", n + 1, part(&step.text)));
        parts.push(format!("Next:\n{}", steps.collect::<Vec<_>>().join("\n")));
    }
    parts.push(
        content
            .facts
            .iter()
            .map(|(label, value)| format!("{label}: {}", part(value)))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    parts.extend(content.link.as_ref().map(|link| format!("CI run: {link}")));
    if !content.migrations.is_empty() {
        let lines =
            content.migrations.iter().map(|line| format!("{}: {}", part(&line.name), line.what)).collect();
        parts.push(format!("Migrations:\n{}", list(content, lines, more)));
    }
    let details = content.failure.iter().flat_map(|failure| &failure.details).map(|detail| part(detail));
    let details = details.collect::<Vec<_>>().join("\n");
    parts.extend(
        [details, part(&content.notes.join("\n"))].into_iter().filter(|part| !part.trim().is_empty()),
    );
    parts.join("\n\n") + "\n"
}

fn html(content: &Content) -> String {
    let mut html = format!("<!doctype html>\n<html><body>\n<h2>{}</h2>\n", plain(&content.headline));
    if let Some(failure) = &content.failure {
        if let Some(place) = &failure.place {
            html += &format!("<p><code>{}</code></p>\n", plain(place));
        }
        html += &format!("<pre>{}</pre>\n", plain(&failure.message));
    }
    html += &format!("<p>{}</p>\n", plain(&content.state));
    if !content.next.is_empty() {
        html += "<ol>\n";
        for step in &content.next {
            let tag = if step.command { "code" } else { "span" };
            html += &format!("<li><{tag}>{}</{tag}></li>\n", plain(&step.text));
        }
        html += "</ol>\n";
    }
    html += "<table>\n";
    for (label, value) in &content.facts {
        html += &format!("<tr><th align=\"left\">{label}</th><td>{}</td></tr>\n", plain(value));
    }
    html += "</table>\n";
    if let Some(link) = &content.link {
        html += &format!("<p><a href=\"{}\">CI run</a></p>\n", link.replace('&', "&amp;"));
    }
    if !content.migrations.is_empty() {
        let item = |line: &crate::content::Line| {
            format!("<li><code>{}</code> {}</li>", plain(&line.name), line.what)
        };
        let lines = content.migrations.iter().map(item).collect();
        html +=
            &format!("<ul>\n{}\n</ul>\n", list(content, lines, |count| format!("<li>{}</li>", more(count))));
    }
    for detail in content.failure.iter().flat_map(|failure| &failure.details) {
        html += &format!("<pre>{}</pre>\n", plain(detail));
    }
    for note in &content.notes {
        html += &format!("<p>{}</p>\n", plain(note));
    }
    html + "</body></html>\n"
}

fn list(content: &Content, lines: Vec<String>, gap: impl Fn(usize) -> String) -> String {
    let costs: Vec<usize> = lines.iter().map(|line| line.len() + 1).collect();
    let kept = keep(&costs, |line| content.migrations[line].failed(), LINES, 40);
    let kept = kept.into_iter().map(|kept| match kept {
        Kept::Line(line) => lines[line].clone(),
        Kept::Gap(count) => gap(count),
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// Text in HTML, also in an attribute.
fn plain(text: &str) -> String {
    fit(text, PART, utf16, |character, escaped| match character {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        '"' => escaped.push_str("&quot;"),
        '\'' => escaped.push_str("&#39;"),
        other => escaped.push(other),
    })
}
