//! What was tried, and how it ended.

use std::collections::BTreeMap;
use std::fmt;

use crate::day::Ended;

/// Counts by kind of fault.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<&'static str, Row>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Row {
    tried: usize,
    old: usize,
    new: usize,
    killed: usize,
    person: usize,
    violations: usize,
}

impl Table {
    pub(crate) fn add(&mut self, kind: &'static str, ended: Option<Ended>) {
        let row = self.rows.entry(kind).or_default();
        row.tried += 1;
        match ended {
            Some(Ended::Old) => row.old += 1,
            Some(Ended::New) => row.new += 1,
            Some(Ended::Killed) => row.killed += 1,
            Some(Ended::Person) => row.person += 1,
            None => row.violations += 1,
        }
    }

    fn sum(&self) -> Row {
        self.rows.values().fold(Row::default(), |sum, row| Row {
            tried: sum.tried + row.tried,
            old: sum.old + row.old,
            new: sum.new + row.new,
            killed: sum.killed + row.killed,
            person: sum.person + row.person,
            violations: sum.violations + row.violations,
        })
    }

    pub(crate) fn tried(&self) -> usize {
        self.sum().tried
    }

    pub(crate) fn violations(&self) -> usize {
        self.sum().violations
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["tried", "all old", "all new", "killed, then finished", "person needed", "in between"];
        write!(f, "{:<40}", "fault")?;
        heads.iter().try_for_each(|head| write!(f, " {head:>w$}", w = head.len().max(7)))?;
        let sum = self.sum();
        for (kind, row) in self.rows.iter().map(|(kind, row)| (*kind, row)).chain([("all", &sum)]) {
            write!(f, "\n{kind:<40}")?;
            let cells = [row.tried, row.old, row.new, row.killed, row.person, row.violations];
            for (cell, head) in cells.iter().zip(heads) {
                write!(f, " {cell:>w$}", w = head.len().max(7))?;
            }
        }
        Ok(())
    }
}
