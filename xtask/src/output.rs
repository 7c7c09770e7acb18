//! What a command prints: data on stdout, everything else on stderr, colour only on a terminal.

use std::io::{IsTerminal, Write};

use clap::ValueEnum;
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
    let _ = writeln!(std::io::stdout().lock(), "{}", text.as_ref());
}

/// Prints one JSON document on stdout.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints progress or a remark on stderr.
pub(crate) fn say(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
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
