//! Three listings of one folder → what changed. Pure.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use git2::Oid;

use crate::HistoryError;
use crate::listing::{Kind, Script};
use crate::name::Role;

/// One folder at the base's tip, where branch and base meet, and here.
#[derive(Clone, Copy)]
pub(crate) struct Three<'a> {
    pub(crate) tip: &'a [Script],
    pub(crate) fork: &'a [Script],
    pub(crate) here: &'a [Script],
}

/// What became of the scripts.
#[derive(Default)]
pub(crate) struct Changes<'a> {
    /// Shipped files whose content is another.
    pub(crate) edited: Vec<Changed<'a>>,
    /// Shipped files that are no files any more.
    pub(crate) no_file: Vec<Changed<'a>>,
    /// Shipped files that are gone, with the new file that took their place, if one did.
    pub(crate) gone: Vec<Gone<'a>>,
    /// Files that the base does not have, except those in `gone`.
    pub(crate) new: Vec<&'a Script>,
}

/// A shipped file and what is at its path now.
pub(crate) struct Changed<'a> {
    pub(crate) shipped: &'a Script,
    pub(crate) here: &'a Script,
}

/// A shipped file that is gone.
pub(crate) struct Gone<'a> {
    pub(crate) shipped: &'a Script,
    pub(crate) renamed: Option<Renamed<'a>>,
}

/// The new file that took a shipped one's place.
pub(crate) struct Renamed<'a> {
    pub(crate) to: &'a Script,
    pub(crate) same_content: bool,
}

/// Reads the content's id of a file here that is not known yet.
pub(crate) type ReadId<'h> = &'h mut dyn FnMut(&Script) -> Result<Oid, HistoryError>;

/// Compares by name. A file that is as at the tip *or* as at the fork is unchanged; one that only the tip has is not
/// missing; one that the base deleted as well is not missing either.
pub(crate) fn compare<'a>(three: Three<'a>, hash: ReadId<'_>) -> Result<Changes<'a>, HistoryError> {
    let mut changes = Changes::default();
    let mut missing = Vec::new();
    let mut added = Vec::new();
    for_each_name(three, &mut |tip, fork, here| {
        match (tip.or(fork), here) {
            (Some(_), None) => missing.extend(tip.filter(|_| fork.is_some())),
            (None, Some(here)) => added.push(here),
            (None, None) => {}
            (Some(shipped), Some(here)) => {
                let sides = [tip, fork];
                let mut same_kind =
                    sides.into_iter().flatten().filter(|side| side.kind == here.kind).peekable();
                if same_kind.peek().is_none() {
                    let list =
                        if here.kind == Kind::File { &mut changes.edited } else { &mut changes.no_file };
                    list.push(Changed { shipped, here });
                } else {
                    let id = id(here, hash)?;
                    if same_kind.all(|side| side.id != Some(id)) {
                        changes.edited.push(Changed { shipped, here });
                    }
                }
            }
        }
        Ok(())
    })?;
    changes.gone = follow(missing, &mut added, hash)?;
    changes.new = added;
    Ok(changes)
}

fn id(script: &Script, hash: ReadId<'_>) -> Result<Oid, HistoryError> {
    match script.id {
        Some(id) => Ok(id),
        None => hash(script),
    }
}

/// Finds where missing files went: same content first, then same version. What took a place is taken out of `added`.
fn follow<'a>(
    missing: Vec<&'a Script>,
    added: &mut Vec<&'a Script>,
    hash: ReadId<'_>,
) -> Result<Vec<Gone<'a>>, HistoryError> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let mut by_content = Candidates::default();
    let mut by_version = Candidates::default();
    for script in added.iter().copied() {
        if script.kind == Kind::File {
            by_content.offer((script.role, id(script, hash)?), script);
        }
        by_version.offer((script.role, script.version), script);
    }
    let mut taken = HashSet::new();
    let mut gone: Vec<Gone<'a>> = Vec::with_capacity(missing.len());
    for shipped in missing {
        let to = shipped.id.and_then(|id| by_content.take(&(shipped.role, id), &mut taken));
        gone.push(Gone { shipped, renamed: to.map(|to| Renamed { to, same_content: true }) });
    }
    for gone in gone.iter_mut().filter(|gone| gone.renamed.is_none()) {
        let to = by_version.take(&(gone.shipped.role, gone.shipped.version), &mut taken);
        gone.renamed = to.map(|to| Renamed { to, same_content: false });
    }
    added.retain(|script| !taken.contains(script.name.as_slice()));
    Ok(gone)
}

/// New files by something that a missing file may share with them, first come first served.
struct Candidates<'a, K>(HashMap<K, VecDeque<&'a Script>>);

impl<K> Default for Candidates<'_, K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<'a, K: Eq + Hash> Candidates<'a, K> {
    fn offer(&mut self, key: K, script: &'a Script) {
        self.0.entry(key).or_default().push_back(script);
    }

    fn take(&mut self, key: &K, taken: &mut HashSet<&'a [u8]>) -> Option<&'a Script> {
        let queue = self.0.get_mut(key)?;
        while let Some(script) = queue.pop_front() {
            if taken.insert(&script.name) {
                return Some(script);
            }
        }
        None
    }
}

/// New migrations that cannot stay where they are.
pub(crate) struct Misplaced<'a> {
    pub(crate) script: &'a Script,
    pub(crate) why: Why<'a>,
}

/// Why a new migration cannot stay where it is.
pub(crate) enum Why<'a> {
    /// Another migration has its version.
    Duplicate { other: &'a Script, shipped: bool },
    /// This version has shipped, and is higher.
    NotAbove { highest: &'a Script },
}

impl<'a> Why<'a> {
    /// The shipped migration that is in the way.
    pub(crate) fn shipped(&self) -> Option<&'a Script> {
        match self {
            Self::Duplicate { other, shipped: true } | Self::NotAbove { highest: other } => Some(other),
            Self::Duplicate { shipped: false, .. } => None,
        }
    }
}

/// Finds new migrations that do not come after every shipped one, or share a version. Ascending, as `new` is.
pub(crate) fn misplaced<'a>(three: Three<'a>, new: &[&'a Script]) -> Vec<Misplaced<'a>> {
    let mut shipped: Vec<&Script> =
        three.tip.iter().chain(three.fork).filter(|script| script.role == Role::Migration).collect();
    shipped.sort_by_key(|script| script.version);
    let mut found = Vec::new();
    let mut new: Vec<&Script> = new.iter().copied().filter(|script| script.role == Role::Migration).collect();
    new.sort_by_key(|script| script.version);
    let mut before: Option<&Script> = None;
    for script in new {
        let same = shipped.binary_search_by_key(&script.version, |shipped| shipped.version);
        let twin = before.filter(|before| before.version == script.version);
        let why = if let Some(other) = same.ok().and_then(|at| shipped.get(at)) {
            Some(Why::Duplicate { other, shipped: true })
        } else if let Some(other) = twin {
            Some(Why::Duplicate { other, shipped: false })
        } else {
            shipped
                .last()
                .filter(|highest| highest.version > script.version)
                .map(|highest| Why::NotAbove { highest })
        };
        found.extend(why.map(|why| Misplaced { script, why }));
        before = twin.or(Some(script));
    }
    found
}

type Visit<'v, 'a> =
    &'v mut dyn FnMut(Option<&'a Script>, Option<&'a Script>, Option<&'a Script>) -> Result<(), HistoryError>;

/// Walks three ascending listings side by side: each name once, with what each side has.
fn for_each_name<'a>(three: Three<'a>, visit: Visit<'_, 'a>) -> Result<(), HistoryError> {
    let (mut tip, mut fork, mut here) = (three.tip, three.fork, three.here);
    loop {
        let heads = [tip.first(), fork.first(), here.first()];
        let Some(least) = heads.iter().flatten().map(|script| script.name.as_slice()).min() else {
            return Ok(());
        };
        let take = |side: &mut &'a [Script]| match side.split_first() {
            Some((first, rest)) if first.name.as_slice().cmp(least) == Ordering::Equal => {
                *side = rest;
                Some(first)
            }
            _ => None,
        };
        let (tip, fork, here) = (take(&mut tip), take(&mut fork), take(&mut here));
        visit(tip, fork, here)?;
    }
}
