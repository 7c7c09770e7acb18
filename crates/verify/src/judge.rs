//! Collects what is found about one migration and decides what counts.

use crate::data::Loss;
use crate::report::{About, Finding, Kind, Note, Outcome, Remark, Told};
use crate::request::Request;
use meshhook_migrate::ScriptError;
use meshhook_schema::{Catalog, Difference, Identity, compare, repair};
use std::collections::BTreeSet;

/// The findings and notes on one migration.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    pub(crate) findings: Vec<Finding>,
    pub(crate) notes: Vec<Note>,
    /// A verdict other than passed or failed, and why.
    pub(crate) verdict: Option<(Outcome, String)>,
    /// Objects that rows brought about, which are left out where rows are.
    pub(crate) made_by_rows: BTreeSet<Identity>,
}

impl Judge {
    /// Takes down one thing; `counts` says whether it is a failure under the rules asked for.
    pub(crate) fn add(&mut self, counts: bool, kind: Kind, told: Told) {
        if counts {
            match self.findings.iter_mut().find(|finding| finding.kind == kind) {
                // The same thing seen again, with other rows, is one finding.
                Some(finding) => finding.told.absorb(told),
                None => self.findings.push(Finding { kind, told }),
            }
        } else {
            match self.notes.iter_mut().find(|note| note.kind == About::Kind(kind)) {
                Some(note) => note.told.absorb(told),
                None => self.notes.push(Note { kind: About::Kind(kind), told }),
            }
        }
    }

    pub(crate) fn remark(&mut self, remark: Remark, told: Told) {
        let kind = About::Remark(remark);
        if !self.notes.iter().any(|note| note.kind == kind && note.told.objects == told.objects) {
            self.notes.push(Note { kind, told });
        }
    }

    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.findings.iter().any(|finding| finding.kind == kind)
            || self.notes.iter().any(|note| note.kind == About::Kind(kind))
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match &self.verdict {
            _ if !self.findings.is_empty() => Outcome::Failed,
            Some((outcome, _)) => *outcome,
            None => Outcome::Passed,
        }
    }

    /// Compares the catalog after a rollback with the one before the migration. True: it is as it was.
    pub(crate) fn restored(&mut self, counts: bool, with_rows: bool, was: &Catalog, is: &Catalog) -> bool {
        let differences = self.differences(was, is, with_rows);
        for note in compare(was, is).iter().filter(|difference| difference.is_note()) {
            let message = format!("{} has its columns in another order after the rollback", note.object());
            self.remark(Remark::ColumnOrder, Told::about(message, vec![note.object()]));
        }
        if differences.is_empty() {
            return true;
        }
        if with_rows
            && self
                .findings
                .iter()
                .any(|finding| finding.kind == Kind::RollbackDiffers && !finding.told.with_rows)
        {
            // Told already, and more plainly.
            return false;
        }
        let told = Told {
            lacks: repair(is, was),
            with_rows,
            ..Told::differences("the rollback leaves", &differences, meshhook_schema::Told::AfterRollback)
        };
        self.add(counts, Kind::RollbackDiffers, told);
        false
    }

    /// All that differs and is more than a note.
    pub(crate) fn differences(&self, first: &Catalog, second: &Catalog, with_rows: bool) -> Vec<Difference> {
        let by_rows = |difference: &Difference| with_rows && self.made_by_rows.contains(&difference.identity);
        let counts = |difference: &Difference| !difference.is_note() && !by_rows(difference);
        compare(first, second).into_iter().filter(counts).collect()
    }

    /// Compares two catalogs that a way up led to.
    pub(crate) fn same(&mut self, counts: bool, kind: Kind, what: &str, first: &Catalog, second: &Catalog) {
        let differences = self.differences(first, second, false);
        if !differences.is_empty() {
            self.add(counts, kind, Told::differences(what, &differences, meshhook_schema::Told::Neutral));
        }
    }

    /// Takes down rows and values that are not as they were. `still_there` says of a loss whether the way up had kept it.
    pub(crate) fn losses(
        &mut self,
        request: &Request,
        losses: Vec<Loss>,
        still_there: impl Fn(&Loss) -> bool,
    ) {
        let counts = request.rows_count();
        let (touched, losses): (Vec<_>, Vec<_>) =
            losses.into_iter().partition(|loss| matches!(loss, Loss::Values { touched: true, .. }));
        for loss in touched {
            let message =
                format!("times in `{}` are those of the migration: a trigger sets them", loss.object());
            self.remark(Remark::TouchedTimes, Told::about(message, vec![loss.object()]));
        }
        let (extra, lost): (Vec<_>, Vec<_>) =
            losses.into_iter().partition(|loss| matches!(loss, Loss::Extra { .. }));
        if !lost.is_empty() {
            let (by_rollback, by_up): (Vec<_>, Vec<_>) = lost.iter().partition(|loss| still_there(loss));
            let blame = |losses: &[&Loss], who: &str| {
                losses.iter().map(|loss| format!("{}, by {who}", loss.told())).collect::<Vec<_>>()
            };
            let mut details =
                blame(&by_up, "the way up: no rollback can bring them back from what it leaves");
            details.extend(blame(&by_rollback, "the rollback: they were still there after the way up"));
            let message = match (by_up.is_empty(), by_rollback.is_empty()) {
                (false, true) => "the way up loses what was in the database",
                (true, _) => "the rollback loses what was in the database",
                (false, false) => "the way up and the rollback lose what was in the database",
            };
            let objects = lost.iter().map(Loss::object).collect();
            let told = Told { details, with_rows: true, ..Told::about(message, objects) };
            self.add(counts, Kind::RowsLost, told);
        }
        if !extra.is_empty() {
            let told = Told {
                details: extra.iter().map(Loss::told).collect(),
                with_rows: true,
                ..Told::about(
                    "the rollback leaves rows that were not there before",
                    extra.iter().map(Loss::object).collect(),
                )
            };
            self.add(counts, Kind::RollbackDiffers, told);
        }
    }
}

impl Told {
    pub(crate) fn about(message: impl Into<String>, objects: Vec<String>) -> Told {
        Told { message: message.into(), objects, ..Told::default() }
    }

    /// A script's error, after a few words on when it came.
    pub(crate) fn error(when: &str, error: ScriptError, with_rows: bool) -> Told {
        let message = format!("{when}: {}", error.message);
        Told { message, error: Some(error), with_rows, ..Told::default() }
    }

    fn differences(what: &str, differences: &[Difference], words: meshhook_schema::Told) -> Told {
        let details: Vec<String> = differences.iter().map(|difference| difference.tell(words)).collect();
        let message = match details.as_slice() {
            [only] => format!("{what} one difference: {only}"),
            many => format!("{what} {} differences", many.len()),
        };
        let objects = differences.iter().map(Difference::object).collect();
        Told { message, details, objects, ..Told::default() }
    }

    /// Adds what another telling of the same has beyond this one.
    fn absorb(&mut self, other: Told) {
        let extend = |mine: &mut Vec<String>, theirs: Vec<String>| {
            for each in theirs {
                if !mine.contains(&each) {
                    mine.push(each);
                }
            }
        };
        if self.details.is_empty() && self.message != other.message {
            self.details.push(self.message.clone());
        }
        extend(&mut self.details, if other.details.is_empty() { vec![other.message] } else { other.details });
        extend(&mut self.objects, other.objects);
        extend(&mut self.lacks, other.lacks);
        self.error = self.error.take().or(other.error);
    }
}
