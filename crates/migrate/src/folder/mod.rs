//! Reading a folder of migrations, ours or another project's, and everything that is wrong with it in one go.

mod diesel;
mod entries;
mod flat;
mod problem;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use problem::{Problem, ProblemKind, Severity};

use crate::script::{Script, line_and_column};
use crate::split;
use crate::version::Version;

/// Where migrations are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    migrations: PathBuf,
    rollbacks: Option<PathBuf>,
    config: Option<PathBuf>,
    house: bool,
}

/// How a folder of migrations is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Ours: `migrations/<version>_<name>.sql` and the same name in `rollbacks/`.
    Supabase,
    /// sqlx: `<version>_<name>.up.sql` beside `<version>_<name>.down.sql`.
    SqlxPairs,
    /// sqlx without a way back: `<version>_<name>.sql`.
    SqlxSimple,
    /// diesel: `<version>_<name>/up.sql` and `down.sql`.
    Diesel,
}

/// A folder as it was read.
#[derive(Debug, Clone)]
pub struct Folder {
    /// How it is laid out.
    pub layout: Layout,
    /// The migrations that could be read, ascending by version, each version once.
    pub migrations: Vec<Migration>,
    /// Everything that is wrong, by path.
    pub problems: Vec<Problem>,
}

/// A migration: its way up, and its way back if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its version.
    pub version: Version,
    /// Its name as in the file name, `add_tags`.
    pub name: String,
    /// The way up.
    pub up: Script,
    /// The way back.
    pub rollback: Option<Script>,
}

impl Source {
    /// The project's own migrations, `supabase/migrations` and `supabase/rollbacks` under its root, held to the
    /// house rules.
    pub fn project(root: &Path) -> Source {
        let supabase = root.join("supabase");
        Source {
            migrations: supabase.join("migrations"),
            rollbacks: Some(supabase.join("rollbacks")),
            config: Some(supabase.join("config.toml")),
            house: true,
        }
    }

    /// Another project's migrations in whatever layout; only what prevents reading is an error. A folder that
    /// holds `migrations` and `rollbacks`, or lies beside a `rollbacks` folder, is read in our layout.
    pub fn folder(dir: &Path) -> Source {
        let both = |base: &Path| base.join("migrations").is_dir() && base.join("rollbacks").is_dir();
        let parent = dir.file_name().filter(|name| *name == "migrations").and_then(|_| dir.parent());
        let ours = if both(dir) { Some(dir) } else { parent.filter(|parent| both(parent)) };
        match ours {
            Some(base) => Source {
                migrations: base.join("migrations"),
                rollbacks: Some(base.join("rollbacks")),
                config: None,
                house: false,
            },
            None => Source { migrations: dir.to_owned(), rollbacks: None, config: None, house: false },
        }
    }

    /// The folder of the migrations.
    pub fn migrations(&self) -> &Path {
        &self.migrations
    }

    /// The folder of the rollbacks, when they have one of their own.
    pub fn rollbacks(&self) -> Option<&Path> {
        self.rollbacks.as_deref()
    }

    /// Whether the house rules apply.
    pub fn is_house(&self) -> bool {
        self.house
    }
}

impl Folder {
    /// Reads everything. Never fails: what cannot be read is among the problems.
    pub fn read(source: &Source) -> Folder {
        let mut reading = Reading { house: source.house, ..Reading::default() };
        let entries = reading.list(&source.migrations);
        let layout = detect(source, &entries);
        match layout {
            Layout::Diesel => reading.diesel(entries),
            _ => reading.flat(source, layout, entries),
        }
        reading.finish(source, layout)
    }

    /// The migration with this version.
    pub fn get(&self, version: Version) -> Option<&Migration> {
        let at = self.migrations.binary_search_by_key(&version, |migration| migration.version).ok()?;
        Some(&self.migrations[at])
    }

    /// The problems because of which nothing can be run.
    pub fn blockers(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.is_blocker())
    }
}

impl Migration {
    /// The name as sqlx writes it into its ledger: blanks for underscores.
    pub fn description(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// Recognises a layout by what lies in the folder.
fn detect(source: &Source, entries: &[entries::Entry]) -> Layout {
    let pairs =
        entries.iter().any(|entry| entry.name.ends_with(".up.sql") || entry.name.ends_with(".down.sql"));
    if pairs {
        Layout::SqlxPairs
    } else if source.rollbacks.is_some() {
        Layout::Supabase
    } else if entries.iter().any(|entry| diesel::is_migration(&entry.path)) {
        Layout::Diesel
    } else {
        Layout::SqlxSimple
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    house: bool,
    ups: BTreeMap<Version, (String, Script)>,
    rollbacks: BTreeMap<Version, (String, Script)>,
    problems: Vec<Problem>,
}

impl Reading {
    fn problem(&mut self, path: &Path, line: Option<usize>, kind: ProblemKind) {
        let severity = kind.severity(self.house);
        self.problems.push(Problem { path: path.to_owned(), line, kind, severity });
    }

    /// Reads a script and looks through its text.
    fn script(&mut self, path: &Path, direction: Direction) -> Option<Script> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.problem(path, None, ProblemKind::Unreadable(error.to_string()));
                return None;
            }
        };
        match String::from_utf8(bytes) {
            Ok(sql) => {
                let script = Script::new(path, sql);
                self.inspect(&script, direction);
                Some(script)
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                self.problem(path, None, ProblemKind::NotUtf8(at));
                None
            }
        }
    }

    fn inspect(&mut self, script: &Script, direction: Direction) {
        let Script { path, sql, .. } = script;
        let header = split::header(sql);
        if sql.starts_with('\u{feff}') {
            self.problem(path, None, ProblemKind::ByteOrderMark);
        }
        if let Some(at) = sql.find('\0') {
            self.problem(path, Some(line_and_column(sql, at).0), ProblemKind::NulCharacter);
        }
        if let Some(at) = sql.find("\r\n") {
            self.problem(path, Some(line_and_column(sql, at).0), ProblemKind::CarriageReturn);
        }
        if let Some(at) = header.late_no_transaction {
            self.problem(path, Some(line_and_column(sql, at).0), ProblemKind::LateNoTransaction);
        }
        if let Some((line, _)) = script.own_transaction() {
            self.problem(path, Some(line), ProblemKind::OwnTransaction);
        }
        let irreversible = header.irreversible.filter(|_| direction == Direction::Down);
        if irreversible.as_deref() == Some("") {
            self.problem(path, None, ProblemKind::IrreversibleWithoutReason);
        }
        if irreversible.is_none() && script.is_blank() {
            self.problem(path, None, ProblemKind::Empty);
        }
    }

    /// Keeps a script under its version, or says that the version is taken.
    fn keep(&mut self, version: Version, name: String, script: Script, direction: Direction) {
        let kept = match direction {
            Direction::Up => &mut self.ups,
            Direction::Down => &mut self.rollbacks,
        };
        if let Some((_, first)) = kept.get(&version) {
            let other = first.path.file_name().map_or_else(|| first.path.clone(), PathBuf::from);
            self.problem(&script.path, None, ProblemKind::DuplicateVersion { version, other });
        } else {
            kept.insert(version, (name, script));
        }
    }

    /// Brings the two directions together.
    fn finish(mut self, source: &Source, layout: Layout) -> Folder {
        let mut rollbacks = std::mem::take(&mut self.rollbacks);
        let mut migrations = Vec::with_capacity(self.ups.len());
        for (version, (name, up)) in std::mem::take(&mut self.ups) {
            let rollback = rollbacks.remove(&version);
            match &rollback {
                Some((other, script)) if *other != name => {
                    let expected = script.path.with_file_name(up.path.file_name().unwrap_or_default());
                    let expected = expected.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    self.problem(&script.path.clone(), None, ProblemKind::RollbackMisnamed(expected));
                }
                None if layout != Layout::SqlxSimple => {
                    self.problem(&up.path, None, ProblemKind::MigrationWithoutRollback);
                }
                _ => {}
            }
            migrations.push(Migration { version, name, up, rollback: rollback.map(|(_, script)| script) });
        }
        for (_, script) in rollbacks.into_values() {
            self.problem(&script.path, None, ProblemKind::RollbackWithoutMigration);
        }
        if migrations.is_empty() && self.problems.is_empty() {
            self.problem(&source.migrations, None, ProblemKind::NoMigrations);
        }
        self.problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        Folder { layout, migrations, problems: self.problems }
    }
}

/// Which way a script goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The migration itself.
    Up,
    /// Its rollback.
    Down,
}

impl Direction {
    /// `up` or `down`, as the log has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

#[cfg(test)]
mod tests;
