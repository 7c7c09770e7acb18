//! Which commit shipped a file.
//!
//! Walked for findings only. Along the base's first parents (one step per merge that landed there) we search
//! for the step at which a file appeared: in strides that double, then by halving, so that a file which
//! shipped 10,000 commits ago costs some dozen trees and not 10,000. When the step is a merge, the search
//! goes on in the branch that it brought, to name the commit in which somebody wrote the file.

use std::collections::HashMap;
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use git2::{Oid, Repository};

use crate::HistoryError;
use crate::base::short;
use crate::listing::{At, at};
use crate::report::Commit;

/// How many tree entries we read before we stop naming commits: some seconds' worth. Reached only when
/// thousands of files in a huge folder changed at once.
const ENTRIES: usize = 20_000_000;

/// Looks for the commits that added files to one folder.
pub(crate) struct Search<'r> {
    repo: &'r Repository,
    folder: &'r Path,
    found: HashMap<Vec<u8>, Commit>,
    budget: usize,
}

impl<'r> Search<'r> {
    pub(crate) fn new(repo: &'r Repository, folder: &'r Path) -> Self {
        Self { repo, folder, found: HashMap::new(), budget: ENTRIES }
    }

    /// Finds the commits that added `names`, as far as `tip`'s tree has them, in `tip`'s history.
    pub(crate) fn search(&mut self, tip: Oid, names: Names<'_>) -> Result<(), HistoryError> {
        let names = names.into_iter().filter(|name| !self.found.contains_key(*name)).collect();
        let (names, _) = self.split(tip, names)?;
        self.follow(tip, names)
    }

    /// The commit that added a file; none when it was not searched for or the search was cut short.
    pub(crate) fn commit(&self, name: &[u8]) -> Option<Commit> {
        self.found.get(name).cloned()
    }

    /// `names` are all in the tree of `start`.
    fn follow(&mut self, start: Oid, mut names: Names<'_>) -> Result<(), HistoryError> {
        let mut chain = Chain { repo: self.repo, commits: vec![start], ended: false };
        let mut near = 0;
        while !names.is_empty() {
            let far = near * 2 + 1;
            let absent = match chain.get(far)? {
                Some(commit) => {
                    let (present, absent) = self.split(commit, names)?;
                    names = present;
                    absent
                }
                None => std::mem::take(&mut names),
            };
            let far = far.min(chain.commits.len());
            self.halve(&chain, near, far, absent)?;
            near = far;
        }
        Ok(())
    }

    /// `names` are in the tree of the chain's commit `near`, and not in that of `far`, which is older.
    fn halve(
        &mut self,
        chain: &Chain<'_>,
        near: usize,
        far: usize,
        names: Names<'_>,
    ) -> Result<(), HistoryError> {
        if names.is_empty() || self.budget == 0 {
            return Ok(());
        }
        if far - near <= 1 {
            return match chain.commits.get(near) {
                Some(commit) => self.appeared(*commit, names),
                None => Ok(()),
            };
        }
        let middle = usize::midpoint(near, far);
        let Some(commit) = chain.commits.get(middle) else { return Ok(()) };
        let (present, absent) = self.split(*commit, names)?;
        self.halve(chain, middle, far, present)?;
        self.halve(chain, near, middle, absent)
    }

    /// `names` are in this commit and not in its first parent.
    fn appeared(&mut self, id: Oid, mut names: Names<'_>) -> Result<(), HistoryError> {
        let commit = self.repo.find_commit(id)?;
        for merged in commit.parent_ids().skip(1) {
            let (brought, rest) = self.split(merged, names)?;
            names = rest;
            if !brought.is_empty() {
                self.follow(merged, brought)?;
            }
        }
        if !names.is_empty() {
            let told = describe(self.repo, &commit);
            self.found.extend(names.into_iter().map(|name| (name.to_vec(), told.clone())));
        }
        Ok(())
    }

    /// Those of `names` that the commit has, and those that it has not. A commit that a shallow clone lacks has none.
    fn split<'n>(&mut self, commit: Oid, names: Names<'n>) -> Result<(Names<'n>, Names<'n>), HistoryError> {
        let Ok(commit) = self.repo.find_commit(commit) else { return Ok((Vec::new(), names)) };
        match at(self.repo, &commit, self.folder)? {
            At::Tree(id) => {
                let tree = self.repo.find_tree(id)?;
                self.budget = self.budget.saturating_sub(tree.len());
                Ok(names.into_iter().partition(|name| tree.get_name_bytes(name).is_some()))
            }
            At::Missing | At::Else { .. } => Ok((Vec::new(), names)),
        }
    }
}

/// File names in the folder.
type Names<'n> = Vec<&'n [u8]>;

/// First parents, read as far as they are asked for.
struct Chain<'r> {
    repo: &'r Repository,
    commits: Vec<Oid>,
    ended: bool,
}

impl Chain<'_> {
    fn get(&mut self, at: usize) -> Result<Option<Oid>, HistoryError> {
        while !self.ended && self.commits.len() <= at {
            let last = self.commits.last().and_then(|id| self.repo.find_commit(*id).ok());
            match last
                .and_then(|commit| commit.parent_id(0).ok())
                .filter(|id| self.repo.find_commit(*id).is_ok())
            {
                Some(parent) => self.commits.push(parent),
                None => self.ended = true,
            }
        }
        Ok(self.commits.get(at).copied())
    }
}

/// A commit as far as a message needs it.
pub(crate) fn describe(repo: &Repository, commit: &git2::Commit<'_>) -> Commit {
    let author = commit.author();
    let when = author.when();
    let zone = FixedOffset::east_opt(when.offset_minutes().saturating_mul(60));
    let date = DateTime::from_timestamp(when.seconds(), 0).map(|utc| match zone {
        Some(zone) => utc.with_timezone(&zone).date_naive(),
        None => utc.date_naive(),
    });
    Commit {
        id: short(repo, commit.id()),
        date: date.map(|date| date.to_string()).unwrap_or_default(),
        author: String::from_utf8_lossy(author.name_bytes()).into_owned(),
        summary: commit
            .summary_bytes()
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .unwrap_or_default(),
        or_earlier: repo.is_shallow() && commit.parents().next().is_none(),
    }
}
