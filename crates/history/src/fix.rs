//! `--fix`: new migrations that come too early get a version above all.

use std::path::{Path, PathBuf};
use std::{fs, io};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::base::Chosen;
use crate::check::Sides;
use crate::compare;
use crate::listing::Script;
use crate::name::{self, Role};
use crate::repository::Opened;
use crate::{HistoryError, Request, What};

/// A migration that got another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The version that it had.
    pub from_version: i64,
    /// The version that it has now.
    pub to_version: i64,
    /// The files that moved, old and new name, relative to the repository's top folder: the migration, then
    /// its rollback if it has one.
    pub files: Vec<(PathBuf, PathBuf)>,
}

/// Why nothing, or not everything, moved.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// The check itself failed.
    #[error(transparent)]
    Check(#[from] HistoryError),
    /// Only files on disk can be moved.
    #[error("a commit cannot be fixed\nhint: check it out and run the fix on the working tree")]
    NotTheWorkingTree,
    /// The new name is taken.
    #[error("`{}` is in the way, nothing was moved\nhint: move it elsewhere and try again", path.display())]
    InTheWay {
        /// The file that is there.
        path: PathBuf,
    },
    /// There is no higher version.
    #[error("no version comes after {version}\nhint: give that migration a lower one by hand")]
    NoRoom {
        /// The highest version.
        version: i64,
    },
    /// A rename failed; what had moved was moved back.
    #[error("cannot move `{}`: {source}; nothing was moved", path.display())]
    Rename {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Gives every new migration that comes too early, or shares its version, a version above all.
///
/// The migration and its rollback move together, shipped files never do. New migrations that come after the
/// first one that has to move are moved as well: they were written to run after it. Files are renamed on disk
/// only; the index is left to `git add`. Either everything moves or nothing.
pub fn fix(request: &Request) -> Result<Vec<Move>, FixError> {
    if request.what != What::WorkingTree {
        return Err(FixError::NotTheWorkingTree);
    }
    let opened = Opened::open(request)?;
    let chosen = Chosen::choose(&opened.repo, request)?;
    let moves = plan(&Sides::read(&opened, &chosen)?, Utc::now())?;
    carry_out(&opened.root, &moves)?;
    Ok(moves)
}

/// Which files get which names. Pure, but for reading what the index does not know.
fn plan(sides: &[Sides<'_>], now: DateTime<Utc>) -> Result<Vec<Move>, FixError> {
    let mut moves = Vec::new();
    for side in sides {
        let mut new = side.changes()?.new;
        new.retain(|script| script.role == Role::Migration);
        new.sort_by_key(|script| script.version);
        let Some(first) = compare::misplaced(side.three(), &new).into_iter().next() else { continue };
        let movers = new.into_iter().skip_while(|script| script.name != first.script.name);
        let mut last = highest(side);
        for script in movers {
            last = next(last, now).ok_or(FixError::NoRoom { version: last })?;
            moves.push(Move {
                from_version: script.version,
                to_version: last,
                files: files(side, sides, script, last),
            });
        }
    }
    Ok(moves)
}

/// The highest version that is known on any side.
fn highest(side: &Sides<'_>) -> i64 {
    let three = side.three();
    let all = three.tip.iter().chain(three.fork).chain(three.here);
    all.map(|script| script.version).max().unwrap_or_default()
}

/// The version after `last`. Where versions are times (`YYYYMMDDHHMMSS`) it is the time, if that is higher.
fn next(last: i64, now: DateTime<Utc>) -> Option<i64> {
    const SHORTEST_TIME: i64 = 10_000_000_000_000;
    let after = last.checked_add(1)?;
    if last < SHORTEST_TIME {
        return Some(after);
    }
    let now: i64 = now.format("%Y%m%d%H%M%S").to_string().parse().ok()?;
    Some(after.max(now))
}

/// The migration, and its rollback: the file of the same name in the folder of rollbacks, or its `.down.sql`.
fn files(side: &Sides<'_>, sides: &[Sides<'_>], script: &Script, version: i64) -> Vec<(PathBuf, PathBuf)> {
    let down = script.name.strip_suffix(b".up.sql").map(|stem| [stem, b".down.sql"].concat());
    let rollbacks =
        sides.iter().flat_map(|other| other.three().here.iter().map(move |rollback| (other, rollback)));
    let rollbacks = rollbacks.filter(|(_, rollback)| rollback.role == Role::Rollback);
    let its_own = rollbacks
        .filter(|(_, rollback)| rollback.name == script.name || Some(&rollback.name) == down.as_ref());
    std::iter::once((side, script))
        .chain(its_own.filter(|(other, rollback)| !other.has_shipped(rollback)))
        .map(|(side, script)| {
            let to = name::os(&name::with_version(&script.name, version));
            (side.path(script), side.place.path.join(to))
        })
        .collect()
}

fn carry_out(root: &Path, moves: &[Move]) -> Result<(), FixError> {
    let files = || moves.iter().flat_map(|step| &step.files);
    if let Some((_, to)) = files().find(|(_, to)| root.join(to).symlink_metadata().is_ok()) {
        return Err(FixError::InTheWay { path: to.clone() });
    }
    let mut done: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (from, to) in files().map(|(from, to)| (root.join(from), root.join(to))) {
        if let Err(source) = fs::rename(&from, &to) {
            for (from, to) in done.into_iter().rev() {
                // the first failure is the one to tell; what cannot go back shows in `git status`
                fs::rename(to, from).ok();
            }
            return Err(FixError::Rename { path: from, source });
        }
        done.push((from, to));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_the_time_where_versions_are_times_and_the_next_number_elsewhere() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap(); // 2026-09-21 14:13:20
        for (last, expected) in [
            (20260101000000, Some(20260921141320)),
            (20270101000000, Some(20270101000001)),
            (20260921141320, Some(20260921141321)),
            (41, Some(42)),
            (0, Some(1)),
            (i64::MAX, None),
        ] {
            assert_eq!(next(last, now), expected, "after {last}");
        }
    }
}
