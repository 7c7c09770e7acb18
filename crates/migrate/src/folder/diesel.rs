//! diesel's folders: `<version>_<name>/up.sql`, `down.sql`, and `metadata.toml` with `run_in_transaction`.

use std::path::Path;

use super::entries::Entry;
use super::{Direction, ProblemKind, Reading};
use crate::version::Version;

/// The length of diesel's own versions, `%Y%m%d%H%M%S`; some of its releases append a four-digit counter.
const TIMESTAMP_DIGITS: usize = 14;
/// As many digits as surely fit an `i64`.
const MOST_DIGITS: usize = 18;

/// Whether this is a folder that diesel would take for a migration.
pub(super) fn is_migration(path: &Path) -> bool {
    path.is_dir() && path.join("up.sql").exists()
}

impl Reading {
    pub(super) fn diesel(&mut self, entries: Vec<Entry>) {
        let found = entries
            .into_iter()
            .filter(|entry| is_migration(&entry.path) || entry.path.join("down.sql").exists());
        let mut named = Vec::new();
        for entry in found {
            if !entry.utf8 {
                self.problem(&entry.path, None, ProblemKind::NameNotUtf8);
                continue;
            }
            match digits(&entry.name) {
                Ok((digits, name)) => named.push((digits, name, entry)),
                Err(why) => self.problem(&entry.path, None, ProblemKind::BadName(why)),
            }
        }
        // diesel compares versions as text, so that a longer one sorts behind its own prefix: filled up with zeros
        // the numbers sort the same
        let width = named.iter().map(|(digits, ..)| digits.len()).max().unwrap_or(0);
        for (digits, name, entry) in named {
            let filled = if digits.len() >= TIMESTAMP_DIGITS { format!("{digits:0<width$}") } else { digits };
            match filled.parse() {
                Ok(version) => self.diesel_scripts(version, &name, &entry.path),
                Err(_) => {
                    self.problem(&entry.path, None, ProblemKind::BadName("does not begin with a version"))
                }
            }
        }
    }

    fn diesel_scripts(&mut self, version: Version, name: &str, dir: &Path) {
        let in_transaction = self.runs_in_transaction(&dir.join("metadata.toml"));
        for (file, direction) in [("up.sql", Direction::Up), ("down.sql", Direction::Down)] {
            let path = dir.join(file);
            if path.is_file()
                && let Some(mut script) = self.script(&path, direction)
            {
                script.transactional = in_transaction;
                self.keep(version, name.to_owned(), script, direction);
            }
        }
    }

    /// `run_in_transaction` of `metadata.toml` (`diesel_migrations/src/file_based_migrations.rs`), true by default.
    fn runs_in_transaction(&mut self, path: &Path) -> bool {
        let Ok(text) = std::fs::read_to_string(path) else { return true };
        let read =
            text.parse::<toml::Table>().map_err(|error| error.message().to_owned()).and_then(|table| {
                match table.get("run_in_transaction") {
                    None => Ok(true),
                    Some(value) => {
                        value.as_bool().ok_or_else(|| "`run_in_transaction` is not true or false".to_owned())
                    }
                }
            });
        read.unwrap_or_else(|why| {
            self.problem(path, None, ProblemKind::BadMetadata(why));
            true
        })
    }
}

/// `2021-01-31-120000_add_tags` → (`20210131120000`, `add_tags`).
fn digits(folder: &str) -> Result<(String, String), &'static str> {
    let (version, name) = folder.split_once('_').ok_or("has no `_` after its version")?;
    let digits = version.replace('-', "");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("does not begin with a version of digits");
    }
    if digits.len() > MOST_DIGITS {
        return Err("has a version of too many digits");
    }
    Ok((digits, name.to_owned()))
}
