//! A strict reader of TOML: every key has to be asked for, every problem is kept with its place, and no value is ever
//! repeated in a message, since somebody may have pasted a secret.
//!
//! A [`Section`] is a table that is being read. Whoever reads it asks for each key that it may have and then calls
//! [`Section::finish`], which complains about the rest. Wrong values are noted and read as absent, so that one run
//! shows everything that is wrong.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeTable;

use super::node::{Table, Value};
use super::{duration, node, secret};
use crate::exit::Failure;

/// Where in a file something is: `supabase/deploy.toml:3:5`, and the key there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    file: String,
    line: usize,
    column: usize,
    key: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)?;
        if self.key.is_empty() { Ok(()) } else { write!(f, ": `{}`", self.key) }
    }
}

/// Something that is wrong with the file.
#[derive(Debug, Clone)]
struct Problem {
    place: Place,
    message: String,
    hint: Option<String>,
}

/// The name of an environment variable, and where the file says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// A file that was parsed, and what was found wrong with it so far.
pub(crate) struct Document {
    file: String,
    text: String,
    tree: Table,
    problems: RefCell<Vec<Problem>>,
}

impl Document {
    /// Reads `path`, called `file` in messages; `None` when there is no such file. Fails at once when it is no TOML,
    /// or when it holds what looks like a secret: then nothing else of it is looked at.
    pub(crate) fn read(path: &Path, file: &str) -> Result<Option<Document>, Failure> {
        match std::fs::read_to_string(path) {
            Ok(text) => Document::parse(text, file).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::usage(format!("cannot read {file}: {error}"))),
        }
    }

    /// The same from text.
    pub(crate) fn parse(text: String, file: &str) -> Result<Document, Failure> {
        let parsed = DeTable::parse(&text).map(|tree| node::table(tree.get_ref()));
        let mut document =
            Document { file: file.to_owned(), text, tree: Table::new(), problems: RefCell::new(Vec::new()) };
        match parsed {
            Ok(tree) => document.tree = tree,
            Err(error) => {
                let span = error.span().unwrap_or_default();
                let key = document.text.get(span.clone()).filter(|key| is_bare(key)).unwrap_or_default();
                let key = if error.message().contains("duplicate") { key.to_owned() } else { String::new() };
                document.note(span.start, key, error.message().to_owned(), None);
            }
        }
        document.refuse_secrets();
        document.check()?;
        Ok(document)
    }

    /// The whole file as a table.
    pub(crate) fn root(&self) -> Section<'_> {
        Section::new(self, String::new(), 0, &self.tree)
    }

    /// A table that was kept from an earlier reading of this text, such as a channel's.
    pub(crate) fn section<'d>(&'d self, path: &str, at: usize, table: &'d Table) -> Section<'d> {
        Section::new(self, path.to_owned(), at, table)
    }

    /// Fails when anything is wrong, with all of it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let mut problems = self.problems.borrow_mut();
        problems.sort_by_key(|problem| (problem.place.line, problem.place.column));
        let hint = problems.iter().find_map(|problem| problem.hint.clone());
        let lines: Vec<String> =
            problems.drain(..).map(|problem| format!("{}: {}", problem.place, problem.message)).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let failure = Failure::usage(lines.join("\n"));
        Err(match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        })
    }

    /// A secret silences every other problem: their messages might hold a part of it.
    fn refuse_secrets(&self) {
        let found = secret::find(&self.text);
        if found.is_empty() {
            return;
        }
        self.problems.borrow_mut().clear();
        for found in found {
            let key = key_at(&self.tree, "", found.at).unwrap_or_default();
            let hint = "write the *name* of the variable that holds it, such as \
                        `url_variable = \"PRODUCTION_DATABASE_URL\"`, and take the secret out of git's history if \
                        it was committed";
            let message = format!("{} does not belong into this file", found.what);
            self.note(found.at, key, message, Some(hint.to_owned()));
        }
    }

    fn note(&self, at: usize, key: String, message: String, hint: Option<String>) {
        let place = self.place(at, key);
        self.problems.borrow_mut().push(Problem { place, message, hint });
    }

    fn place(&self, at: usize, key: String) -> Place {
        let (line, column) = position(&self.text, at);
        Place { file: self.file.clone(), line, column, key }
    }
}

/// A table that is being read.
pub(crate) struct Section<'d> {
    document: &'d Document,
    /// `environments.production`; empty for the whole file.
    path: String,
    /// Where its name is, in bytes.
    at: usize,
    table: &'d Table,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'d> Section<'d> {
    fn new(document: &'d Document, path: String, at: usize, table: &'d Table) -> Section<'d> {
        Section { document, path, at, table, asked: RefCell::default() }
    }

    /// The last part of its name: `production`.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Where it is.
    pub(crate) fn place(&self) -> Place {
        self.document.place(self.at, self.path.clone())
    }

    /// Where the value of a key is.
    pub(crate) fn place_of(&self, key: &str) -> Place {
        let at = self.table.get(key).map_or(self.at, |entry| entry.span.start);
        self.document.place(at, self.full(key))
    }

    /// Where its name is, in bytes; with [`Section::table`] what [`Document::section`] takes.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The table as it was parsed.
    pub(crate) fn table(&self) -> &'d Table {
        self.table
    }

    /// Whether this key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Notes that the section as a whole is wrong.
    pub(crate) fn complain(&self, message: impl Into<String>) {
        self.document.note(self.at, self.path.clone(), message.into(), None);
    }

    /// Notes that the value of a key is wrong. The message must not repeat the value.
    pub(crate) fn complain_about(&self, key: &str, message: impl Into<String>) {
        let at = self.table.get(key).map_or(self.at, |entry| entry.span.start);
        self.document.note(at, self.full(key), message.into(), None);
    }

    /// The text of a key; empty text is refused.
    pub(crate) fn string(&self, key: &'static str) -> Option<String> {
        let text = self.get(key, "text in quotes", Value::as_text)?;
        if text.trim().is_empty() {
            self.complain_about(key, "must not be empty");
            return None;
        }
        Some(text.to_owned())
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        self.get(key, "`true` or `false`", Value::as_boolean)
    }

    /// A whole number in a range.
    pub(crate) fn number(&self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let integer = self.get(key, "a whole number", Value::as_integer)?;
        let number =
            integer.and_then(|integer| u32::try_from(integer).ok()).filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!("must be a whole number from {} to {}", range.start(), range.end());
            self.complain_about(key, message);
        }
        number
    }

    /// A duration in a range.
    pub(crate) fn duration(&self, key: &'static str, range: RangeInclusive<Duration>) -> Option<Duration> {
        let expected = format!("must be {}", duration::EXAMPLES);
        let text = self.get(key, duration::EXAMPLES, Value::as_text)?;
        let Some(read) = duration::parse(text) else {
            self.complain_about(key, expected);
            return None;
        };
        if range.contains(&read) {
            return Some(read);
        }
        let (least, most) = (duration::format(*range.start()), duration::format(*range.end()));
        self.complain_about(key, format!("must be between `{least}` and `{most}`"));
        None
    }

    /// One of some words.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
        let expected = words.join(" or ");
        let text = self.get(key, &expected, Value::as_text)?;
        let chosen = choices.iter().find(|(word, _)| *word == text).map(|(_, chosen)| *chosen);
        if chosen.is_none() {
            self.complain_about(key, format!("must be {expected}"));
        }
        chosen
    }

    /// A list of texts, none of them empty or twice there.
    pub(crate) fn strings(&self, key: &'static str) -> Vec<Spanned<String>> {
        let Some(items) = self.get(key, "a list of texts", Value::as_list) else { return Vec::new() };
        let mut texts: Vec<Spanned<String>> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item.get_ref().as_text().filter(|text| !text.trim().is_empty()) {
                None => self.complain_item(key, index, item.span().start, "must be text in quotes"),
                Some(text) if texts.iter().any(|known| known.get_ref() == text) => {
                    self.complain_item(key, index, item.span().start, "is there twice");
                }
                Some(text) => texts.push(Spanned::new(item.span(), text.to_owned())),
            }
        }
        texts
    }

    /// Notes that one item of a list is wrong, by what [`Section::strings`] gave for it.
    pub(crate) fn complain_about_item(&self, key: &str, item: &Spanned<String>, message: impl Into<String>) {
        self.document.note(item.span().start, self.full(key), message.into(), None);
    }

    /// The name of an environment variable: capitals, digits and `_`, so that a pasted value is never taken for one.
    pub(crate) fn variable(&self, key: &'static str) -> Option<Variable> {
        let name = self.string(key)?;
        let fits = name.len() <= 64
            && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if !fits {
            let message = "must be the name of a variable (capitals, digits, `_`), such as \
                           `PRODUCTION_DATABASE_URL`, never the value itself";
            self.complain_about(key, message);
            return None;
        }
        Some(Variable { name, place: self.place_of(key) })
    }

    /// The table below a key.
    pub(crate) fn section(&self, key: &'static str) -> Option<Section<'d>> {
        let table = self.get(key, "a table", Value::as_table)?;
        let at = self.table.get(key).map_or(self.at, |entry| entry.key_at);
        Some(Section::new(self.document, self.full(key), at, table))
    }

    /// The tables below a key whose names anybody may choose: small letters, digits, `-` and `_`.
    pub(crate) fn named_sections(&self, key: &'static str) -> Vec<Section<'d>> {
        let Some(outer) = self.section(key) else { return Vec::new() };
        let mut sections = Vec::new();
        for (name, entry) in outer.table {
            let at = entry.key_at;
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
            if name.is_empty() || !name.chars().all(fits) {
                let message = "a name consists of small letters, digits, `-` and `_`";
                self.document.note(at, outer.path.clone(), message.to_owned(), None);
                continue;
            }
            let path = outer.full(name);
            match entry.value.as_table() {
                Some(table) => sections.push(Section::new(self.document, path, at, table)),
                None => self.document.note(at, path, "must be a table".to_owned(), None),
            }
        }
        sections
    }

    /// Complains about every key that was not asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (name, entry) in self.table.iter().filter(|(name, _)| !asked.contains(name.as_str())) {
            let at = entry.key_at;
            if !is_bare(name) {
                let message = format!("a key that is not known here; known: {}", list(&asked));
                self.document.note(at, self.path.clone(), message, None);
                continue;
            }
            let meant = format!("{name}_variable");
            let message = if asked.contains(meant.as_str()) {
                format!("is not a key; write `{meant}`, the name of the variable that holds it")
            } else {
                format!("is not a key; known here: {}", list(&asked))
            };
            self.document.note(at, self.full(name), message, None);
        }
    }

    fn complain_item(&self, key: &str, index: usize, at: usize, message: &str) {
        self.document.note(at, format!("{}[{index}]", self.full(key)), message.to_owned(), None);
    }

    fn get<T>(
        &self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&'d Value) -> Option<T>,
    ) -> Option<T> {
        self.asked.borrow_mut().insert(key);
        let read = read(&self.table.get(key)?.value);
        if read.is_none() {
            self.complain_about(key, format!("must be {expected}"));
        }
        read
    }

    fn full(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

fn list(keys: &BTreeSet<&'static str>) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

/// Whether it can be shown: a key without quotes, and not so long that it is something else.
fn is_bare(key: &str) -> bool {
    (1..=40).contains(&key.len()) && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// The key whose value covers this offset.
fn key_at(table: &Table, path: &str, at: usize) -> Option<String> {
    table.iter().find_map(|(name, entry)| {
        let name = if is_bare(name) { name } else { "…" };
        let full = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match entry.value.as_table() {
            // the span of a table may be that of its header alone
            Some(table) => key_at(table, &full, at),
            None => entry.span.contains(&at).then_some(full),
        }
    })
}

/// Line and column of a byte offset, both from 1, the column in characters.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}
