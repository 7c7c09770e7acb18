//! The scripts of one folder as they are on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::HistoryError;
use crate::listing::{Folder, Kind, Script};
use crate::name::{self, Name};
use crate::repository::Place;
use crate::stat_cache::{Stat, StatCache};

/// What a look at the disk found, before git is asked about it: the two are done side by side.
pub(crate) enum Scanned {
    Missing,
    Else {
        path: PathBuf,
        kind: Kind,
    },
    /// Files whose names carry a version, ascending.
    Files(Vec<File>),
}

/// A directory entry whose name carries a version.
pub(crate) struct File {
    bytes: Vec<u8>,
    name: Name,
    kind: Kind,
    stat: Stat,
}

/// Lists a folder without following links.
pub(crate) fn scan(root: &Path, place: &Place) -> Result<Scanned, HistoryError> {
    let mut path = PathBuf::new();
    for component in place.path.components() {
        path.push(component);
        match root.join(&path).symlink_metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(found) => return Ok(Scanned::Else { path, kind: Kind::of_file(found.file_type()) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Scanned::Missing),
            Err(source) => return Err(HistoryError::Read { path: root.join(path), source }),
        }
    }
    let folder = root.join(&place.path);
    let failed = |source| HistoryError::Read { path: folder.clone(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let bytes = name::bytes(&entry.file_name());
        if let Some(name) = name::parse(&bytes) {
            let found =
                entry.metadata().map_err(|source| HistoryError::Read { path: entry.path(), source })?;
            files.push(File { bytes, name, kind: Kind::of_file(found.file_type()), stat: Stat::new(&found) });
        }
    }
    files.sort_by(|a, b| a.bytes.cmp(&b.bytes));
    Ok(Scanned::Files(files))
}

/// A folder as it is on disk. The content of a file that git's index has seen unchanged is known by its id.
pub(crate) fn listing(scanned: Scanned, cache: &StatCache, place: &Place) -> Folder {
    let files = match scanned {
        Scanned::Else { path, kind } => return Folder::Else { path, kind },
        Scanned::Files(files) => files,
        Scanned::Missing => Vec::new(),
    };
    let mut scripts = Vec::with_capacity(files.len());
    let mut remembered = cache.entries();
    for File { bytes, name, kind, stat } in files {
        let id = remembered.unchanged(&bytes, &stat).filter(|_| kind == Kind::File);
        scripts.push(Script::named(bytes, name, kind, id, place));
    }
    left_out(&mut scripts, cache, place);
    // an empty folder and none are the same to git
    if scripts.is_empty() { Folder::Missing } else { Folder::Scripts(scripts) }
}

/// Files that a sparse checkout leaves out on purpose are as the index has them.
fn left_out(scripts: &mut Vec<Script>, cache: &StatCache, place: &Place) {
    let absent: Vec<Script> = cache
        .left_out()
        .filter(|(name, _)| scripts.binary_search_by(|script| script.name.as_slice().cmp(name)).is_err())
        .filter_map(|(name, id)| Script::new(name, Kind::File, Some(id), place))
        .collect();
    if !absent.is_empty() {
        scripts.extend(absent);
        scripts.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
