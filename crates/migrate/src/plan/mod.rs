//! From files, ledger and wish to ordered steps, or every reason why not. Pure: nothing is read or written here.

mod obstacle;

use std::fmt;

pub use obstacle::Obstacle;

use crate::folder::{Direction, Folder, Migration};
use crate::ledger::{JournalEntry, JournalState, State};
use crate::nature::{Nature, Recovery, nature};
use crate::script::Script;
use crate::version::Version;

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Where to go.
    pub goal: Goal,
    /// Apply migrations that lie below an applied one.
    pub out_of_order: bool,
    /// Run the SQL of rollbacks that say `-- irreversible:`; what they lose is lost.
    pub irreversible: bool,
    /// What to do with a statement of which nobody knows whether it was done.
    pub doubt: Doubt,
}

/// Where a wish goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Everything up to and with this version, or everything.
    Up(Option<Version>),
    /// So many migrations back.
    Down(usize),
    /// Everything above this version back; that one stays. Version 0 takes everything back.
    DownTo(Version),
    /// The last one back and up again.
    Redo,
    /// Everything back and up again.
    Reset,
}

/// What to do with a statement that was begun, of which nobody knows whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Doubt {
    /// Refuse, unless the database itself can tell or the statement can be run twice.
    #[default]
    Refuse,
    /// It was not done: run it again.
    Rerun,
    /// It was done: go on behind it.
    Skip,
}

impl Wish {
    /// This goal, with nothing allowed that could surprise.
    pub fn new(goal: Goal) -> Wish {
        Wish { goal, out_of_order: false, irreversible: false, doubt: Doubt::Refuse }
    }
}

/// What will be done, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One script to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// Which way.
    pub direction: Direction,
    /// What is run.
    pub script: Script,
    /// The way back, kept in the ledger when this is a way up.
    pub rollback: Option<Script>,
    /// Statements that an earlier attempt has begun, when this one resumes it.
    pub resumes: Vec<JournalEntry>,
    /// What to do with a statement in doubt.
    pub doubt: Doubt,
}

/// Plans a wish. Every obstacle is found, not only the first.
pub fn plan(folder: &Folder, state: &State, wish: &Wish) -> Result<Plan, Vec<Obstacle>> {
    let mut planning = Planning { folder, state, wish, steps: Vec::new(), obstacles: Vec::new() };
    planning.obstacles.extend(folder.blockers().map(|problem| Obstacle::Folder { problem: problem.clone() }));
    match wish.goal {
        Goal::Up(to) => planning.up(to),
        Goal::Down(count) => planning.down(planning.descending().into_iter().take(count).collect()),
        Goal::DownTo(to) => planning.down_to(to),
        Goal::Redo => planning.down_and_up(1),
        Goal::Reset => planning.down_and_up(usize::MAX),
    }
    if planning.obstacles.is_empty() { Ok(Plan { steps: planning.steps }) } else { Err(planning.obstacles) }
}

struct Planning<'a> {
    folder: &'a Folder,
    state: &'a State,
    wish: &'a Wish,
    steps: Vec<Step>,
    obstacles: Vec<Obstacle>,
}

impl Planning<'_> {
    fn up(&mut self, to: Option<Version>) {
        let Planning { folder, state, .. } = *self;
        if let Some(version) = to.filter(|version| folder.get(*version).is_none()) {
            self.obstacles.push(Obstacle::UnknownTarget { version });
        }
        self.refuse_disorder();
        let wanted = |version: &&Version| to.is_none_or(|to| **version <= to);
        for foreign in &state.foreign {
            let applied: Vec<Version> = foreign
                .to_adopt()
                .filter(|version| wanted(&version) && !state.is_applied(*version))
                .collect();
            if let Some(first) = applied.first() {
                let (table, count) = (foreign.tool.table(), applied.len());
                self.obstacles.push(Obstacle::NotAdopted { table, count, first: *first });
            }
        }
        for version in state.pending.iter().filter(wanted) {
            if let Some(migration) = folder.get(*version) {
                self.step_up(migration);
            }
        }
    }

    /// What makes going up unsafe, wherever it goes.
    fn refuse_disorder(&mut self) {
        let Planning { folder, state, wish, .. } = *self;
        let path =
            |version| folder.get(version).map(|found: &Migration| found.up.path.clone()).unwrap_or_default();
        for edited in &state.edited {
            self.obstacles.push(Obstacle::Edited { version: edited.version, path: path(edited.version) });
        }
        for version in &state.missing {
            self.obstacles.push(Obstacle::Missing { version: *version, name: self.name(*version) });
        }
        for found in &state.interrupted {
            let version = found.version;
            match found.direction {
                Direction::Down => self.obstacles.push(Obstacle::HalfTakenBack { version }),
                Direction::Up if found.journal.is_empty() => {
                    self.obstacles.push(Obstacle::HalfApplied { version });
                }
                Direction::Up if folder.get(version).is_none() => {
                    self.obstacles.push(Obstacle::Missing { version, name: self.name(version) });
                }
                Direction::Up => {}
            }
        }
        if let (false, Some(highest)) = (wish.out_of_order, state.applied.last()) {
            for version in &state.out_of_order {
                let applied = highest.version;
                self.obstacles.push(Obstacle::OutOfOrder {
                    version: *version,
                    path: path(*version),
                    applied,
                });
            }
        }
    }

    /// What is applied or was begun, from the highest down.
    fn descending(&self) -> Vec<Version> {
        let begun = self.state.interrupted.iter().map(|found| found.version);
        let mut versions: Vec<Version> =
            self.state.applied.iter().map(|row| row.version).chain(begun).collect();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        versions.dedup();
        versions
    }

    fn down_to(&mut self, to: Version) {
        let all = self.descending();
        if to.number() != 0 && !all.contains(&to) && self.folder.get(to).is_none() {
            self.obstacles.push(Obstacle::UnknownTarget { version: to });
        }
        self.down(all.into_iter().filter(|version| *version > to).collect());
    }

    fn down(&mut self, versions: Vec<Version>) {
        let half = self.state.interrupted.iter().filter(|found| found.direction == Direction::Down);
        let skipped = half.map(|found| found.version).find(|version| !versions.contains(version));
        if let Some(version) = skipped.filter(|_| !versions.is_empty()) {
            self.obstacles.push(Obstacle::HalfTakenBack { version });
        }
        for version in versions {
            self.step_down(version);
        }
    }

    fn down_and_up(&mut self, count: usize) {
        let versions: Vec<Version> = self.descending().into_iter().take(count).collect();
        let again: Vec<&Migration> = if count == 1 {
            versions.iter().filter_map(|version| self.folder.get(*version)).collect()
        } else {
            self.folder.migrations.iter().collect()
        };
        self.down(versions);
        for migration in again {
            self.push(
                migration.version,
                &migration.name,
                Direction::Up,
                &migration.up,
                &migration.rollback,
                &[],
            );
        }
    }

    fn step_up(&mut self, migration: &Migration) {
        let Migration { version, name, up, rollback } = migration;
        let state = self.state;
        let resumes = state.interruption(*version, Direction::Up).map_or(&[][..], |found| &found.journal);
        self.refuse_doubt(*version, up, resumes);
        self.push(*version, name, Direction::Up, up, rollback, resumes);
    }

    /// The rollback file as it is now; the one kept at apply time when the migration is no longer in the folder.
    fn step_down(&mut self, version: Version) {
        let state = self.state;
        let migration = self.folder.get(version);
        let kept = state.kept_rollbacks.get(&version);
        let rollback = migration.map_or(kept, |migration| migration.rollback.as_ref());
        let name = self.name(version);
        let Some(script) = rollback else {
            return self.obstacles.push(Obstacle::NoRollback { version, name });
        };
        if let Some(reason) = &script.irreversible {
            let has_sql = !script.is_blank();
            if !(self.wish.irreversible && has_sql) {
                let reason = reason.clone();
                self.obstacles.push(Obstacle::Irreversible { version, reason, has_sql });
            }
        }
        let resumes = state.interruption(version, Direction::Down).map_or(&[][..], |found| &found.journal);
        self.refuse_doubt(version, script, resumes);
        self.push(version, &name, Direction::Down, script, &None, resumes);
    }

    fn push(
        &mut self,
        version: Version,
        name: &str,
        direction: Direction,
        script: &Script,
        rollback: &Option<Script>,
        resumes: &[JournalEntry],
    ) {
        self.steps.push(Step {
            version,
            name: name.to_owned(),
            direction,
            script: script.clone(),
            rollback: rollback.clone(),
            resumes: resumes.to_vec(),
            doubt: self.wish.doubt,
        });
    }

    /// A script can be resumed when what is done of it still stands in the file, and nothing is in doubt.
    fn refuse_doubt(&mut self, version: Version, script: &Script, journal: &[JournalEntry]) {
        if journal.is_empty() {
            return;
        }
        let statements = script.statements();
        for entry in journal {
            let found = entry.statement.checked_sub(1).and_then(|index| statements.get(index));
            let same = found.filter(|found| Some(found.checksum()) == entry.checksum);
            let path = script.path.clone();
            match (entry.state, same) {
                (JournalState::Done | JournalState::Started, None) => {
                    let statement = entry.statement;
                    self.obstacles.push(Obstacle::EditedWhileInterrupted { version, path, statement });
                    return;
                }
                (JournalState::Started, Some(found))
                    if self.wish.doubt == Doubt::Refuse
                        && nature(found.text) == Nature::Alone(Recovery::Ask) =>
                {
                    self.obstacles.push(Obstacle::InDoubt {
                        version,
                        path,
                        line: found.line,
                        statement: entry.statement,
                        text: clipped(found.text),
                    });
                }
                _ => {}
            }
        }
    }

    fn name(&self, version: Version) -> String {
        let recorded = || self.state.applied.iter().find(|row| row.version == version);
        self.folder
            .get(version)
            .map(|migration| migration.name.clone())
            .or_else(|| recorded().map(|row| row.description.replace(' ', "_")))
            .unwrap_or_default()
    }
}

/// The beginning of a statement, on one line.
fn clipped(text: &str) -> String {
    const SHOWN: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN { line } else { line.chars().take(SHOWN).chain(['…']).collect() }
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The SQL that would be run, script by script under a heading; this is what a dry run prints.
    pub fn sql(&self) -> String {
        self.steps.iter().map(|step| format!("-- {step}\n{}\n\n", step.script.sql.trim_end())).collect()
    }
}

impl Step {
    /// Whether it is one transaction.
    pub fn is_transactional(&self) -> bool {
        self.script.transactional
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}_{}", self.direction.as_str(), self.version, self.name)?;
        match (self.script.transactional, self.resumes.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => f.write_str(" (no transaction)"),
            (false, false) => f.write_str(" (no transaction, resumed)"),
        }
    }
}

#[cfg(test)]
mod tests;
