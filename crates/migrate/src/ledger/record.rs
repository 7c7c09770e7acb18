//! SQL that writes the ledger in the script's own transaction, as text beside the script.
//!
//! Values are dollar-quoted, so that no setting a script may have made (`standard_conforming_strings`) changes
//! what they mean; every name is qualified, and the session is ourselves again before.

use std::time::Duration;

use uuid::Uuid;

use crate::execute::Limits;
use crate::folder::Direction;
use crate::plan::Step;
use crate::script::Script;
use crate::version::{Checksum, Version};

/// Role and settings that a script may have changed.
const OWN_SESSION: &str = include_str!("own_session.sql");

/// What is written about one step of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) run: Uuid,
    pub(crate) step: i32,
    pub(crate) version: Version,
    pub(crate) description: &'a str,
    pub(crate) direction: Direction,
    pub(crate) script: &'a Script,
    /// The way back, to be kept with the row.
    pub(crate) rollback: Option<&'a Script>,
    /// The step that follows at once.
    pub(crate) next: Option<&'a Step>,
    /// How long writing it may take.
    pub(crate) limits: Limits,
    /// Whether Supabase's own ledger is there, and is to say the same.
    pub(crate) supabase: bool,
}

impl Record<'_> {
    /// The step is done: ledger row, way back and log in one. `since` is the SQL for when it began.
    pub(crate) fn done(&self, since: &str) -> String {
        let mut values = self.values();
        values.push(("since", since.to_owned()));
        values.push(("next", self.next.map_or_else(String::new, |next| self.begins(next))));
        let template = match self.direction {
            Direction::Down => include_str!("record_down.sql"),
            Direction::Up => {
                values.push(("description", quoted(self.description)));
                values.push(("checksum", quoted(&self.script.checksum.to_string())));
                values.extend(self.rollback_values());
                include_str!("record_up.sql")
            }
        };
        let supabase = if self.supabase { self.supabase_row() } else { String::new() };
        format!("{}{}{supabase}", self.own_session(), filled(template, &values))
    }

    /// What every template needs.
    pub(super) fn values(&self) -> Vec<(&'static str, String)> {
        vec![
            ("version", self.version.to_string()),
            ("run", quoted(&self.run.to_string())),
            ("step", self.step.to_string()),
            ("script", quoted(&self.script.path.to_string_lossy())),
        ]
    }

    /// The same in Supabase's own ledger.
    pub(super) fn supabase_row(&self) -> String {
        let version = quoted(&self.version.to_string());
        match self.direction {
            Direction::Down => filled(include_str!("supabase_down.sql"), &[("version", version)]),
            Direction::Up => {
                let name = quoted(&self.description.replace(' ', "_"));
                let texts = self.script.statements();
                let texts: Vec<String> = texts.iter().map(|statement| quoted(statement.text)).collect();
                let values = [("version", version), ("name", name), ("statements", texts.join(", "))];
                filled(include_str!("supabase_up.sql"), &values)
            }
        }
    }

    /// Ourselves again, whoever the script became.
    fn own_session(&self) -> String {
        let milliseconds = |limit: Duration| limit.as_millis().to_string();
        let values = [
            ("statement_timeout", milliseconds(self.limits.statement_timeout)),
            ("lock_timeout", milliseconds(self.limits.lock_timeout)),
        ];
        filled(OWN_SESSION, &values)
    }

    /// The log's row for the beginning of the next step, which is that of this one's end: so it costs no commit.
    fn begins(&self, next: &Step) -> String {
        let (run, script) = (quoted(&self.run.to_string()), quoted(&next.script.path.to_string_lossy()));
        let (step, version, direction) = (self.step + 1, next.version, next.direction.as_str());
        format!(
            ",\n    ({run}, {step}, {version}, {script}, '{direction}', 'started', clock_timestamp(), NULL)"
        )
    }

    /// Keeps the way back beside the journal of a script without a transaction; nothing where there is none.
    pub(crate) fn keep_rollback(&self) -> Option<String> {
        self.rollback?;
        let mut values = vec![("version", self.version.to_string())];
        values.extend(self.rollback_values());
        Some(format!("{}{}", self.own_session(), filled(include_str!("record_rollback.sql"), &values)))
    }

    pub(super) fn rollback_values(&self) -> [(&'static str, String); 3] {
        let value = |of: fn(&Script) -> String| {
            self.rollback.map_or_else(|| "NULL".to_owned(), |rollback| quoted(&of(rollback)))
        };
        [
            ("rollback_script", value(|script| script.path.to_string_lossy().into_owned())),
            ("rollback_checksum", value(|script| script.checksum.to_string())),
            ("rollback_sql", value(|script| script.sql.clone())),
        ]
    }

    /// Where one statement of a script without a transaction stands.
    pub(crate) fn statement(&self, statement: usize, text: &str, state: &str) -> String {
        let values = [
            ("version", self.version.to_string()),
            ("direction", quoted(self.direction.as_str())),
            ("statement", statement.to_string()),
            ("script_checksum", quoted(&self.script.checksum.to_string())),
            ("statement_checksum", quoted(&Checksum::of(text).to_string())),
            ("state", quoted(state)),
        ];
        format!("{}{}", self.own_session(), filled(include_str!("record_statement.sql"), &values))
    }
}

/// A text as an SQL literal: dollar-quoted with a tag that it does not contain.
pub(super) fn quoted(text: &str) -> String {
    let mut tag = "$m$".to_owned();
    let mut number = 0;
    // a text that ends in `$m` would close the quote one character early
    while text.contains(tag.trim_end_matches('$')) {
        number += 1;
        tag = format!("$m{number}$");
    }
    format!("{tag}{text}{tag}")
}

/// A template with its `{names}` replaced in one pass, so that a value that looks like a name stays what it is.
pub(super) fn filled(template: &str, values: &[(&str, String)]) -> String {
    let mut sql = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        sql.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        debug_assert!(value.is_some(), "no value for {name}");
        sql.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    sql.push_str(rest);
    sql
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::split::{split, words};

    proptest! {
        #[test]
        fn a_quoted_text_is_one_literal_whatever_is_in_it(text in "([$m12'\\\\é;]|-- |/\\*){0,12}") {
            let sql = format!("select {} ; select 2", quoted(&text));
            prop_assert_eq!(split(&sql).len(), 2, "{}", sql);
            let literal = words(&sql).nth(1).map(|word| word.text(&sql).to_owned()).unwrap_or_default();
            prop_assert!(literal.contains(&text));
        }
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_stays_as_it_is() {
        let values = [("a", "{b}".to_owned()), ("b", "2".to_owned())];
        assert_eq!(filled("x {a} {b} y", &values), "x {b} 2 y");
    }
}
