//! The scripts of one folder, and reading them from a commit.

use std::fs::FileType;
use std::path::{Path, PathBuf};

use git2::{Commit, FileMode, ObjectType, Oid, Repository};

use crate::HistoryError;
use crate::name::{self, Name, Role};
use crate::repository::Place;

/// What is at a folder's path.
pub(crate) enum Folder {
    /// Nothing.
    Missing,
    /// The path, or a folder above it, is something else.
    Else { path: PathBuf, kind: Kind },
    /// The scripts in it, ascending by name.
    Scripts(Vec<Script>),
}

impl Folder {
    pub(crate) fn scripts(&self) -> &[Script] {
        match self {
            Self::Scripts(scripts) => scripts,
            Self::Missing | Self::Else { .. } => &[],
        }
    }
}

/// A directory entry whose name carries a version.
pub(crate) struct Script {
    /// The file name, in git's bytes.
    pub(crate) name: Vec<u8>,
    pub(crate) version: i64,
    pub(crate) role: Role,
    pub(crate) kind: Kind,
    /// The id of its content, when it is known without reading the file.
    pub(crate) id: Option<Oid>,
}

/// What a directory entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Link,
    Folder,
    Submodule,
    /// A socket, a pipe, a device.
    Other,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::File => "a file",
            Self::Link => "a symbolic link",
            Self::Folder => "a folder",
            Self::Submodule => "a submodule",
            Self::Other => "no regular file",
        }
    }

    fn of_entry(kind: Option<ObjectType>, mode: i32) -> Self {
        match kind {
            Some(ObjectType::Tree) => Self::Folder,
            Some(ObjectType::Commit) => Self::Submodule,
            _ if mode == i32::from(FileMode::Link) => Self::Link,
            _ => Self::File,
        }
    }

    pub(crate) fn of_file(kind: FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_symlink() {
            Self::Link
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Other
        }
    }
}

impl Script {
    /// None: the name carries no version.
    pub(crate) fn new(name: &[u8], kind: Kind, id: Option<Oid>, place: &Place) -> Option<Self> {
        Some(Self::named(name.to_vec(), name::parse(name)?, kind, id, place))
    }

    /// With a name that has been read already. In the folder of rollbacks every script is one.
    pub(crate) fn named(bytes: Vec<u8>, name: Name, kind: Kind, id: Option<Oid>, place: &Place) -> Self {
        let role = if place.rollbacks { Role::Rollback } else { name.role };
        Self { name: bytes, version: name.version, role, kind, id }
    }
}

/// What a commit has at a folder's path. The tree is known by its id and not read yet: a folder of 10,000 scripts
/// is half a megabyte, and most sides have the same one.
#[derive(PartialEq, Eq)]
pub(crate) enum At {
    Missing,
    Else { path: PathBuf, kind: Kind },
    Tree(Oid),
}

/// Looks a folder up in a commit's tree, component by component: a folder that became a link is a finding,
/// and not an absence.
pub(crate) fn at(repo: &Repository, commit: &Commit<'_>, folder: &Path) -> Result<At, HistoryError> {
    let mut id = commit.tree_id();
    let mut path = PathBuf::new();
    for component in folder.components() {
        path.push(component);
        let tree = repo.find_tree(id)?;
        let Some(entry) = tree.get_name_bytes(&name::bytes(component.as_os_str())) else {
            return Ok(At::Missing);
        };
        let kind = Kind::of_entry(entry.kind(), entry.filemode());
        if kind != Kind::Folder {
            return Ok(At::Else { path, kind });
        }
        id = entry.id();
    }
    Ok(At::Tree(id))
}

/// A folder as a commit has it.
pub(crate) fn in_commit(repo: &Repository, at: &At, place: &Place) -> Result<Folder, HistoryError> {
    let id = match at {
        At::Missing => return Ok(Folder::Missing),
        At::Else { path, kind } => return Ok(Folder::Else { path: path.clone(), kind: *kind }),
        At::Tree(id) => *id,
    };
    let tree = repo.find_tree(id)?;
    let mut scripts = Vec::with_capacity(tree.len());
    for entry in (0..tree.len()).filter_map(|index| tree.get(index)) {
        let kind = Kind::of_entry(entry.kind(), entry.filemode());
        scripts.extend(Script::new(entry.name_bytes(), kind, Some(entry.id()), place));
    }
    // git sorts a folder as if its name ended in a slash
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Folder::Scripts(scripts))
}
