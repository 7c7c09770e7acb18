//! Folders with one file a script: ours, sqlx's pairs, sqlx's simple ones.

use std::path::Path;

use super::entries::{Entry, Kind};
use super::{Direction, Layout, ProblemKind, Reading, Source};
use crate::version::Version;

/// `<version>_<name>[.up|.down].sql`, taken apart.
struct FileName {
    version: Version,
    name: String,
    direction: Direction,
}

/// Takes a file name apart as sqlx does (`sqlx-core/src/migrate/source.rs`), except that a version is digits only.
fn parse(file_name: &str, pairs: bool) -> Result<FileName, &'static str> {
    let stem = file_name.strip_suffix(".sql").ok_or("does not end in `.sql`")?;
    let (version, rest) = stem.split_once('_').ok_or("has no `_` after its version")?;
    if !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("does not begin with a number");
    }
    let version = version.parse().map_err(|_| "does not begin with a number that fits sqlx's 64 bits")?;
    let (name, direction) = match (rest.strip_suffix(".up"), rest.strip_suffix(".down")) {
        (Some(name), _) if pairs => (name, Direction::Up),
        (_, Some(name)) if pairs => (name, Direction::Down),
        _ => (rest, Direction::Up),
    };
    if name.is_empty() {
        return Err("has no name after its version");
    }
    if name.chars().any(char::is_control) {
        return Err("has a control character in its name");
    }
    Ok(FileName { version, name: name.to_owned(), direction })
}

impl Reading {
    pub(super) fn flat(&mut self, source: &Source, layout: Layout, entries: Vec<Entry>) {
        let pairs = layout == Layout::SqlxPairs;
        let cli_reads = pairs && source.config.as_deref().is_some_and(supabase_reads_migrations);
        for entry in entries {
            if cli_reads && entry.name.ends_with(".down.sql") {
                self.problem(&entry.path, None, ProblemKind::DownRunsForwards);
            }
            self.file(&entry, pairs, None);
        }
        if let Some(dir) = source.rollbacks.as_deref().filter(|dir| dir.exists()) {
            for entry in self.list(dir) {
                self.file(&entry, false, Some(Direction::Down));
            }
        }
    }

    /// Reads one file; `direction` is given where the folder decides it.
    fn file(&mut self, entry: &Entry, pairs: bool, direction: Option<Direction>) {
        if !entry.looks_like_migration() {
            if self.house {
                self.problem(&entry.path, None, ProblemKind::Stray);
            }
            return;
        }
        // every tool skips folders; in a foreign history one is no more than that
        if entry.kind == Kind::Folder && !self.house {
            return;
        }
        if !entry.utf8 {
            return self.problem(&entry.path, None, ProblemKind::NameNotUtf8);
        }
        if !self.is_readable_file(entry) {
            return;
        }
        match parse(&entry.name, pairs) {
            Ok(FileName { version, name, direction: own }) => {
                let direction = direction.unwrap_or(own);
                if let Some(script) = self.script(&entry.path, direction) {
                    self.keep(version, name, script, direction);
                }
            }
            Err(why) => self.problem(&entry.path, None, ProblemKind::BadName(why)),
        }
    }
}

/// Whether the Supabase CLI applies the files in `migrations`: unless `[db.migrations] enabled` is false in its
/// configuration. A configuration that cannot be read changes nothing.
fn supabase_reads_migrations(config: &Path) -> bool {
    let enabled = || {
        let text = std::fs::read_to_string(config).ok()?;
        let table: toml::Table = text.parse().ok()?;
        table.get("db")?.get("migrations")?.get("enabled")?.as_bool()
    };
    enabled().unwrap_or(true)
}
