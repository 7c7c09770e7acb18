//! The check, from the question to the report.

use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid, Repository};

use crate::base::{Chosen, short};
use crate::compare::{self, Changes, Three};
use crate::disk;
use crate::listing::{self, At, Folder, Kind, Script, at};
use crate::name::{self, Role};
use crate::report::{Base, Commit, NewMigration, Report};
use crate::repository::{Opened, Place};
use crate::shipped::{Search, describe};
use crate::stat_cache::StatCache;
use crate::tell::Teller;
use crate::{HistoryError, Request};

pub(crate) fn check(request: &Request) -> Result<Report, HistoryError> {
    let opened = Opened::open(request)?;
    let chosen = Chosen::choose(&opened.repo, request)?;
    let mut report = Report {
        root: opened.root.clone(),
        base: Base {
            name: chosen.name.clone(),
            tip: told(&opened.repo, chosen.tip),
            merge_base: told(&opened.repo, chosen.fork),
        },
        findings: Vec::new(),
        changed_rollbacks: Vec::new(),
        new_versions: Vec::new(),
        highest_shipped: None,
        notes: chosen.notes.clone(),
    };
    for sides in Sides::read(&opened, &chosen)? {
        sides.compare(&mut report)?;
    }
    report.findings.sort_by(|a, b| a.path.cmp(&b.path));
    report.new_versions.sort_by_key(|new| new.version);
    Ok(report)
}

fn told(repo: &Repository, id: Option<Oid>) -> Option<Commit> {
    Some(describe(repo, &repo.find_commit(id?).ok()?))
}

/// One folder on all sides.
pub(crate) struct Sides<'a> {
    pub(crate) opened: &'a Opened,
    pub(crate) chosen: &'a Chosen,
    pub(crate) place: &'a Place,
    tip: Folder,
    /// None: the same as the tip.
    fork: Option<Folder>,
    here: Folder,
}

impl<'a> Sides<'a> {
    /// Reads every folder of the project. Listing the disk and reading git's trees and index take about the same
    /// time, so they are done side by side.
    pub(crate) fn read(opened: &'a Opened, chosen: &'a Chosen) -> Result<Vec<Self>, HistoryError> {
        let Opened { repo, root, folders } = opened;
        if let Some(commit) = chosen.commit {
            let read = |place| {
                let mut side = Self::of_commits(opened, chosen, place)?;
                side.here = listing::in_commit(repo, &tree(repo, Some(commit), &place.path)?, place)?;
                Ok(side)
            };
            return folders.iter().map(read).collect();
        }
        std::thread::scope(|scope| {
            let disk =
                scope.spawn(|| folders.iter().map(|place| disk::scan(root, place)).collect::<Vec<_>>());
            let mut sides = Vec::new();
            let mut caches = Vec::new();
            for place in folders {
                sides.push(Self::of_commits(opened, chosen, place)?);
                caches.push(StatCache::read(repo, &place.path));
            }
            let scanned = disk.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            for ((side, cache), scanned) in sides.iter_mut().zip(&caches).zip(scanned) {
                side.here = disk::listing(scanned?, cache, side.place);
            }
            Ok(sides)
        })
    }

    /// What the base has, and nothing here yet.
    fn of_commits(opened: &'a Opened, chosen: &'a Chosen, place: &'a Place) -> Result<Self, HistoryError> {
        let repo = &opened.repo;
        let tip = tree(repo, chosen.tip, &place.path)?;
        let fork = tree(repo, chosen.fork, &place.path)?;
        let fork = if fork == tip { None } else { Some(listing::in_commit(repo, &fork, place)?) };
        let tip = listing::in_commit(repo, &tip, place)?;
        Ok(Self { opened, chosen, place, tip, fork, here: Folder::Missing })
    }

    pub(crate) fn three(&self) -> Three<'_> {
        Three {
            tip: self.tip.scripts(),
            fork: self.fork.as_ref().unwrap_or(&self.tip).scripts(),
            here: self.here.scripts(),
        }
    }

    /// Whether the base has a file of this name.
    pub(crate) fn has_shipped(&self, script: &Script) -> bool {
        let three = self.three();
        three.tip.iter().chain(three.fork).any(|shipped| shipped.name == script.name)
    }

    pub(crate) fn changes(&self) -> Result<Changes<'_>, HistoryError> {
        compare::compare(self.three(), &mut |script| {
            let path = self.opened.root.join(self.path(script));
            match std::fs::read(&path) {
                Ok(bytes) => Ok(Oid::hash_object(ObjectType::Blob, &bytes)?),
                Err(source) => Err(HistoryError::Read { path, source }),
            }
        })
    }

    fn compare(&self, report: &mut Report) -> Result<(), HistoryError> {
        let teller = Teller { sides: self };
        if let Folder::Else { path, kind } = &self.here {
            if !matches!(self.tip, Folder::Scripts(_)) {
                return Err(HistoryError::NotAFolder { path: path.clone(), what: kind.name() });
            }
            report.findings.push(teller.folder(path, *kind));
            return Ok(());
        }
        let shipped = self.three().tip.iter().chain(self.three().fork).map(|script| script.version).max();
        report.highest_shipped = report.highest_shipped.max(shipped);
        let changes = self.changes()?;
        let misplaced = compare::misplaced(self.three(), &changes.new);
        report.new_versions.extend(self.new_versions(&changes));
        let told = teller.tell(&changes, &misplaced, &self.search(&changes, &misplaced)?);
        let (rollbacks, findings): (Vec<_>, Vec<_>) =
            told.into_iter().partition(|(role, _)| *role == Role::Rollback);
        report.changed_rollbacks.extend(rollbacks.into_iter().map(|(_, finding)| finding));
        report.findings.extend(findings.into_iter().map(|(_, finding)| finding));
        Ok(())
    }

    /// Migrations whose version neither tip nor fork has. A renamed one counts when its version is another.
    fn new_versions(&self, changes: &Changes<'_>) -> Vec<NewMigration> {
        let three = self.three();
        let shipped: std::collections::HashSet<i64> = three
            .tip
            .iter()
            .chain(three.fork)
            .filter(|script| script.role == Role::Migration)
            .map(|script| script.version)
            .collect();
        let renamed = changes.gone.iter().filter_map(|gone| gone.renamed.as_ref()).map(|renamed| renamed.to);
        changes
            .new
            .iter()
            .copied()
            .chain(renamed)
            .filter(|script| script.role == Role::Migration && script.kind == Kind::File)
            .filter(|script| !shipped.contains(&script.version))
            .map(|script| NewMigration { version: script.version, path: self.path(script) })
            .collect()
    }

    /// The commits that shipped what the findings are about.
    fn search(
        &self,
        changes: &Changes<'_>,
        misplaced: &[compare::Misplaced<'_>],
    ) -> Result<Search<'a>, HistoryError> {
        let mut search = Search::new(&self.opened.repo, &self.place.path);
        let changed = changes.edited.iter().chain(&changes.no_file).map(|changed| changed.shipped);
        let gone = changes.gone.iter().map(|gone| gone.shipped);
        let others = misplaced.iter().filter_map(|misplaced| misplaced.why.shipped());
        let names: Vec<&[u8]> =
            changed.chain(gone).chain(others).map(|script| script.name.as_slice()).collect();
        for side in [self.chosen.tip, self.chosen.fork].into_iter().flatten() {
            if !names.is_empty() {
                search.search(side, names.clone())?;
            }
        }
        Ok(search)
    }

    /// Relative to the checkout's top folder.
    pub(crate) fn path(&self, script: &Script) -> PathBuf {
        self.place.path.join(name::os(&script.name))
    }

    /// The commit to restore a shipped file from.
    pub(crate) fn restore_from(&self) -> String {
        self.chosen.tip.map(|tip| short(&self.opened.repo, tip)).unwrap_or_default()
    }

    /// A file's bytes as they shipped and as they are here.
    pub(crate) fn bytes(&self, shipped: &Script, here: &Script) -> Option<(Vec<u8>, Vec<u8>)> {
        let blob = |id: Oid| Some(self.opened.repo.find_blob(id).ok()?.content().to_vec());
        let now = match self.chosen.commit {
            Some(_) => blob(here.id?)?,
            None => std::fs::read(self.opened.root.join(self.path(here))).ok()?,
        };
        Some((blob(shipped.id?)?, now))
    }
}

fn tree(repo: &Repository, commit: Option<Oid>, folder: &Path) -> Result<At, HistoryError> {
    match commit {
        Some(commit) => at(repo, &repo.find_commit(commit)?, folder),
        None => Ok(At::Missing),
    }
}
