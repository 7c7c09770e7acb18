//! Listing a folder without trusting what lies in it.

use std::path::{Path, PathBuf};

use super::{ProblemKind, Reading};

/// Something in a folder.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    /// The name; lossy when it is not UTF-8.
    pub(super) name: String,
    pub(super) utf8: bool,
    pub(super) kind: Kind,
}

/// What an entry is, without following a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Link,
    Special,
}

impl Entry {
    /// Editors' and systems' own files (`.keep`, `.DS_Store`), which nobody takes for migrations.
    pub(super) fn is_hidden(&self) -> bool {
        self.name.starts_with('.')
    }

    /// Whether somebody could take it for a migration: it begins with a digit or ends as SQL.
    pub(super) fn looks_like_migration(&self) -> bool {
        self.name.starts_with(|c: char| c.is_ascii_digit())
            || self.name.to_ascii_lowercase().ends_with(".sql")
    }
}

impl Reading {
    /// The entries of a folder by name, hidden ones left out. A folder that is missing or unreadable is a problem.
    pub(super) fn list(&mut self, dir: &Path) -> Vec<Entry> {
        let listing = match std::fs::read_dir(dir) {
            Ok(listing) => listing,
            Err(error) => {
                self.problem(dir, None, ProblemKind::Unreadable(error.to_string()));
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for found in listing {
            match found.and_then(|found| Ok((found.path(), found.file_name(), found.file_type()?))) {
                Ok((path, name, kind)) => {
                    let kind = match kind {
                        _ if kind.is_symlink() => Kind::Link,
                        _ if kind.is_dir() => Kind::Folder,
                        _ if kind.is_file() => Kind::File,
                        _ => Kind::Special,
                    };
                    let (name, utf8) = match name.to_str() {
                        Some(name) => (name.to_owned(), true),
                        None => (name.to_string_lossy().into_owned(), false),
                    };
                    entries.push(Entry { path, name, utf8, kind });
                }
                Err(error) => self.problem(dir, None, ProblemKind::Unreadable(error.to_string())),
            }
        }
        entries.retain(|entry| !entry.is_hidden());
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries
    }

    /// Whether an entry can be read as a file; says why not. A link of a foreign folder is followed.
    pub(super) fn is_readable_file(&mut self, entry: &Entry) -> bool {
        let (problem, readable) = match entry.kind {
            Kind::File => return true,
            Kind::Folder => (ProblemKind::Folder, false),
            Kind::Special => (ProblemKind::Special, false),
            Kind::Link => (ProblemKind::Link, !self.house),
        };
        self.problem(&entry.path, None, problem);
        // a link to a pipe would block the reader
        readable
            && match std::fs::metadata(&entry.path) {
                Ok(target) if target.is_file() => true,
                Ok(_) => {
                    self.problem(&entry.path, None, ProblemKind::Special);
                    false
                }
                Err(error) => {
                    self.problem(&entry.path, None, ProblemKind::Unreadable(error.to_string()));
                    false
                }
            }
    }
}
