//! The scripts of one folder, in a commit or on disk.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use git2::{FileMode, ObjectType, Oid, Repository, Tree};

use crate::HistoryError;
use crate::name::{self, Name, Role};
use crate::repository::{Opened, Place};
use crate::stat_cache::StatCache;

/// What is at a folder's path.
pub(crate) enum Folder {
    /// Nothing.
    Missing,
    /// The path, or a folder above it, is something else.
    NotAFolder { path: PathBuf, kind: Kind },
    /// The scripts in it, ascending by name.
    Scripts(Vec<Script>),
}

impl Folder {
    pub(crate) fn scripts(&self) -> &[Script] {
        match self {
            Self::Scripts(scripts) => scripts,
            Self::Missing | Self::NotAFolder { .. } => &[],
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

    fn of_file(kind: FileType) -> Self {
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
    /// None: the name carries no version, or a folder of rollbacks makes the entry one.
    fn new(name: &[u8], kind: Kind, id: Option<Oid>, place: &Place) -> Option<Self> {
        let Name { version, role } = name::parse(name)?;
        let role = if place.rollbacks { Role::Rollback } else { role };
        Some(Self { name: name.to_vec(), version, role, kind, id })
    }
}

/// The tree at the folder's path, or what is there instead.
pub(crate) enum At<'r> {
    Missing,
    NotAFolder { path: PathBuf, kind: Kind },
    Tree(Tree<'r>),
}

/// Looks a folder up in a commit's tree, component by component: a folder that became a link is a finding,
/// and not an absence.
pub(crate) fn at<'r>(repo: &'r Repository, top: Tree<'r>, folder: &Path) -> Result<At<'r>, HistoryError> {
    let mut tree = top;
    let mut path = PathBuf::new();
    for component in folder.components() {
        path.push(component);
        let (kind, id) = match tree.get_name_bytes(&name::bytes(component.as_os_str())) {
            None => return Ok(At::Missing),
            Some(entry) => (Kind::of_entry(entry.kind(), entry.filemode()), entry.id()),
        };
        if kind != Kind::Folder {
            return Ok(At::NotAFolder { path, kind });
        }
        tree = repo.find_tree(id)?;
    }
    Ok(At::Tree(tree))
}

/// A folder as a commit has it.
pub(crate) fn in_commit(at: &At<'_>, place: &Place) -> Folder {
    match at {
        At::Missing => Folder::Missing,
        At::NotAFolder { path, kind } => Folder::NotAFolder { path: path.clone(), kind: *kind },
        At::Tree(tree) => {
            let mut scripts = Vec::with_capacity(tree.len());
            for index in 0..tree.len() {
                let Some(entry) = tree.get(index) else { continue };
                let kind = Kind::of_entry(entry.kind(), entry.filemode());
                scripts.extend(Script::new(entry.name_bytes(), kind, Some(entry.id()), place));
            }
            // git sorts a folder as if its name ended in a slash
            scripts.sort_by(|a, b| a.name.cmp(&b.name));
            Folder::Scripts(scripts)
        }
    }
}

/// A folder as it is on disk. The content of a file that git's index has seen unchanged is known by its id.
pub(crate) fn on_disk(opened: &Opened, place: &Place) -> Result<Folder, HistoryError> {
    let mut path = PathBuf::new();
    for component in place.path.components() {
        path.push(component);
        match opened.root.join(&path).symlink_metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(found) => return Ok(Folder::NotAFolder { path, kind: Kind::of_file(found.file_type()) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(sparse(opened, place)),
            Err(source) => return Err(HistoryError::Read { path: opened.root.join(path), source }),
        }
    }
    let folder = opened.root.join(&place.path);
    let failed = |source| HistoryError::Read { path: folder.clone(), source };
    let cache = StatCache::read(&opened.repo, &place.path);
    let mut scripts = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let file = entry.file_name();
        let bytes = file.as_encoded_bytes();
        if name::parse(bytes).is_none() {
            continue;
        }
        let found = entry.metadata().map_err(|source| HistoryError::Read { path: entry.path(), source })?;
        let kind = Kind::of_file(found.file_type());
        let id = if kind == Kind::File { cache.unchanged(bytes, &found) } else { None };
        scripts.extend(Script::new(bytes, kind, id, place));
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Folder::Scripts(with_sparse(scripts, &cache, place)))
}

/// Files that a sparse checkout leaves out on purpose are as the index has them.
fn with_sparse(mut scripts: Vec<Script>, cache: &StatCache, place: &Place) -> Vec<Script> {
    let absent: Vec<Script> = cache
        .left_out()
        .filter(|(name, _)| scripts.binary_search_by(|script| script.name.as_slice().cmp(name)).is_err())
        .filter_map(|(name, id)| Script::new(name, Kind::File, Some(id), place))
        .collect();
    if !absent.is_empty() {
        scripts.extend(absent);
        scripts.sort_by(|a, b| a.name.cmp(&b.name));
    }
    scripts
}

fn sparse(opened: &Opened, place: &Place) -> Folder {
    let scripts = with_sparse(Vec::new(), &StatCache::read(&opened.repo, &place.path), place);
    if scripts.is_empty() { Folder::Missing } else { Folder::Scripts(scripts) }
}
