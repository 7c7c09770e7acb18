//! What a command prints: data on stdout, everything else on stderr, colour only on a terminal.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};

use clap::ValueEnum;
use meshhook_redact::clean;
use serde::Serialize;

use crate::exit::{Exit, Failure};

/// How data is printed on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences.
    Human,
    /// One JSON document.
    Json,
}

/// Prints a line of data. A closed pipe (`| head`) is no error of ours.
pub(crate) fn line(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout().lock(), "{}", plain(text.as_ref()));
}

/// Prints one JSON document on stdout.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut value = serde_json::to_value(value)?;
    clean_strings(&mut value);
    let mut text = serde_json::to_string_pretty(&value)?;
    if on_github() {
        // the older form of a workflow command works anywhere in a line; in JSON this is the same text
        text = text.replace("##[", "#\\u0023[");
    }
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    Ok(())
}

/// Prints progress or a remark on stderr.
pub(crate) fn say(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr().lock(), "{}", plain(text.as_ref()));
}

/// Prints a workflow command, such as an annotation, on stderr. The caller has escaped it.
pub(crate) fn workflow_command(command: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", clean(command));
}

/// Whether GitHub Actions reads what is printed.
pub(crate) fn on_github() -> bool {
    std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true")
}

/// Without secrets, and without what GitHub's runner would take for a command.
fn plain(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    if on_github() { Cow::Owned(without_commands(&text)) } else { text }
}

/// String by string: in the text of a document, what is taken out could take a quote along.
fn clean_strings(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) => *text = clean(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(clean_strings),
        Value::Object(fields) => fields.values_mut().for_each(clean_strings),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The same text, in which GitHub's runner finds no workflow command. It looks for `::name` at the start of a line,
/// behind white space, and for `##[name` anywhere; a name from a migration or an error from a database may hold
/// either. A zero-width space between the two characters is seen by neither a person nor the runner.
fn without_commands(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '\r']) {
        let start = line.len() - line.trim_start().len();
        let (white, rest) = line.split_at(start);
        harmless += white;
        if let Some(rest) = rest.strip_prefix("::") {
            harmless += ":\u{200b}:";
            harmless += rest;
        } else {
            harmless += rest;
        }
    }
    harmless.replace("##[", "##\u{200b}[")
}

/// Prints a warning on stderr.
pub(crate) fn warn(text: impl AsRef<str>) {
    say(format!("{} {}", paint("33;1", "warning:"), text.as_ref()));
}

/// Prints an error with its whole chain on one line and its hint below; says which exit code it asks for.
pub(crate) fn error(error: &anyhow::Error, format: Format) -> Exit {
    let mut chain: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // many libraries repeat their source in their own message
        if !chain.last().is_some_and(|above| above.contains(&text)) {
            chain.push(text);
        }
    }
    let failure = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
    let exit = failure.map_or(Exit::Failed, |failure| failure.exit);
    let hint = failure.and_then(|failure| failure.hint.as_deref());
    say(format!("{} {}", paint("31;1", "error:"), chain.join(": ")));
    if let Some(hint) = hint {
        say(format!("\n{} {hint}", paint("36;1", "hint:")));
    }
    if format == Format::Json {
        let _ = json(&serde_json::json!({ "error": chain.join(": "), "hint": hint, "exit": exit.code() }));
    }
    exit
}

/// Wraps `text` in an ANSI style when stderr is a terminal and `NO_COLOR` is not set.
pub(crate) fn paint(style: &str, text: &str) -> String {
    if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[{style}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A table without lines, as `cargo` and `git` print them: fit for reading and for `awk`.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(header);
    let mut any = false;
    for row in rows {
        any = true;
        table.add_row(row);
    }
    if !any {
        return String::new();
    }
    table.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Asks a yes-or-no question when both ends are a terminal; `None` where nobody can answer.
pub(crate) fn ask(question: &str) -> Option<bool> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return None;
    }
    let _ = write!(std::io::stderr().lock(), "{question} [y/N] ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).ok()?;
    Some(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_is_no_workflow_command_to_github() {
        let cases = [
            ("::error::no", ":\u{200b}:error::no"),
            ("fine\n  ::stop-commands::x\n", "fine\n  :\u{200b}:stop-commands::x\n"),
            ("fine\r::add-mask::a", "fine\r:\u{200b}:add-mask::a"),
            ("a ##[group]b", "a ##\u{200b}[group]b"),
            ("SELECT 'a'::text", "SELECT 'a'::text"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_commands(text), expected);
        }
    }
}
