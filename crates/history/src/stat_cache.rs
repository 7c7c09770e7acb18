//! Which files on disk are as git's index remembers them, told without reading them.
//!
//! Reading and hashing 10,000 files takes most of a second. Git itself avoids it: the index keeps each
//! file's size, times and inode from when it was last hashed. We believe it on git's own terms, see
//! "racy git" (Documentation/technical/racy-git.txt): a file that changed in the same moment in which the
//! index was written may have changed again without a trace, so it is read.

use std::cmp::Ordering;
use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

use git2::{IndexEntry, IndexEntryExtendedFlag, IndexTime, Oid, Repository};

use crate::name;

/// The index's entries directly in one folder.
pub(crate) struct StatCache {
    /// Ascending.
    entries: Vec<IndexEntry>,
    /// Where the file name starts in an entry's path.
    prefix: usize,
    /// When the index was written: seconds and nanoseconds. None: nothing is believed.
    written: Option<(i64, i64)>,
}

/// Bits of `IndexEntry::flags` that hold the stage of a conflict; gitformat-index(5).
const STAGE: u16 = 0x3000;

impl StatCache {
    /// An index that is absent or cannot be read is an empty one: files are read then, and the answer is the same.
    pub(crate) fn read(repo: &Repository, folder: &Path) -> Self {
        Self::try_read(repo, folder).unwrap_or(Self { entries: Vec::new(), prefix: 0, written: None })
    }

    fn try_read(repo: &Repository, folder: &Path) -> Option<Self> {
        let index = repo.index().ok()?;
        let written = index.path().and_then(|path| path.metadata().ok()).and_then(|found| modified(&found));
        let mut prefix = Vec::new();
        for component in folder.components() {
            prefix.extend_from_slice(&name::bytes(component.as_os_str()));
            prefix.push(b'/');
        }
        let first = if prefix.is_empty() { 0 } else { index.find_prefix(prefix.as_slice()).ok()? };
        let entries = (first..index.len())
            .map_while(|position| index.get(position).filter(|entry| entry.path.starts_with(&prefix)))
            .filter(|entry| entry.flags & STAGE == 0 && !in_subfolder(entry, prefix.len()))
            .collect();
        Some(Self { entries, prefix: prefix.len(), written })
    }

    /// Walks the entries beside an ascending list of files.
    pub(crate) fn entries(&self) -> Walk<'_> {
        Walk { cache: self, rest: &self.entries }
    }

    /// The files that a sparse checkout leaves out.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (&[u8], Oid)> {
        let skipped =
            |entry: &&IndexEntry| entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0;
        self.entries.iter().filter(skipped).map(|entry| (self.name(entry), entry.id))
    }

    fn vouches(&self, entry: &IndexEntry, found: &Stat) -> bool {
        let remembered = (i64::from(entry.mtime.seconds()), i64::from(entry.mtime.nanoseconds()));
        self.written.is_some_and(|written| remembered < written) && same_stat(entry, found)
    }

    fn name<'e>(&self, entry: &'e IndexEntry) -> &'e [u8] {
        entry.path.get(self.prefix..).unwrap_or_default()
    }
}

/// A walk through the entries, ascending.
pub(crate) struct Walk<'c> {
    cache: &'c StatCache,
    rest: &'c [IndexEntry],
}

impl Walk<'_> {
    /// The id of the file's content, when the index vouches for it. Files have to be asked for in ascending order.
    pub(crate) fn unchanged(&mut self, file: &[u8], found: &Stat) -> Option<Oid> {
        while let Some((entry, rest)) = self.rest.split_first() {
            match self.cache.name(entry).cmp(file) {
                Ordering::Less => self.rest = rest,
                Ordering::Greater => return None,
                Ordering::Equal => return self.cache.vouches(entry, found).then_some(entry.id),
            }
        }
        None
    }
}

fn in_subfolder(entry: &IndexEntry, prefix: usize) -> bool {
    entry.path.iter().skip(prefix).any(|byte| *byte == b'/')
}

fn modified(found: &Metadata) -> Option<(i64, i64)> {
    let since = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((i64::try_from(since.as_secs()).ok()?, i64::from(since.subsec_nanos())))
}

/// What the index remembers of a file, as it is on disk now.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stat {
    /// Without inodes and change times nothing is believed, and every file is read.
    known: bool,
    size: u64,
    inode: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stat {
    #[cfg(unix)]
    pub(crate) fn new(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            known: true,
            size: found.size(),
            inode: found.ino(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn new(_: &Metadata) -> Self {
        Self::default()
    }
}

/// Whether everything that the index remembers still holds. Its numbers are the low 32 bits (gitformat-index(5)).
/// Other tools than git may leave nanoseconds or the change time at zero, which then say nothing.
fn same_stat(entry: &IndexEntry, found: &Stat) -> bool {
    let same_time = |remembered: &IndexTime, (seconds, nanoseconds): (i64, i64)| {
        remembered.seconds() as u32 == seconds as u32
            && (remembered.nanoseconds() == 0 || i64::from(remembered.nanoseconds()) == nanoseconds)
    };
    found.known
        && entry.file_size == found.size as u32
        && entry.ino == found.inode as u32
        && same_time(&entry.mtime, found.modified)
        && (entry.ctime.seconds() == 0 || same_time(&entry.ctime, found.changed))
}
