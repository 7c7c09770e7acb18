//! A plan as scripts: one for printing, or one for each migration that it takes.

use std::path::PathBuf;

use meshhook_migrate::{NO_TRANSACTION, Script};
use meshhook_schema::Plan;
use meshhook_schema::plan::{Hazard, Part, Runs, Statement};

use super::class::Class;

/// One migration: what it does, and what takes it back.
#[derive(Debug, Clone)]
pub struct Leg {
    /// The way up.
    pub up: Way,
    /// The way back; blank where there is none.
    pub rollback: Way,
    /// What that brings back.
    pub class: Class,
    /// What goes with the rollback although the migration came with it: written since, or made by it.
    pub takes_along: Vec<String>,
    /// Why the way back works on empty tables alone.
    pub empty_only: Option<String>,
}

/// A script that is going to be written or printed.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// The SQL, without a header.
    pub body: String,
    /// Not in one transaction, but statement by statement.
    pub piecemeal: bool,
}

impl Way {
    /// All of a plan in one script.
    pub(crate) fn whole(plan: &Plan) -> Way {
        let parts = plan.parts();
        let piecemeal = parts.len() > 1 || parts.iter().any(|part| !part.transactional);
        let mut body = String::new();
        for part in &parts {
            if !body.is_empty() {
                body.push('\n');
            }
            body.push_str(&part.sql());
        }
        Way { body, piecemeal }
    }

    /// One part of a plan.
    pub(crate) fn part(part: &Part<'_>) -> Way {
        Way { body: part.sql(), piecemeal: !part.transactional }
    }

    /// The file: the mark of a script without a transaction, the header's lines, and the SQL.
    pub fn text(&self, header: &[String]) -> String {
        let mut text = String::new();
        if self.piecemeal {
            text.push_str(NO_TRANSACTION);
            text.push('\n');
        }
        for line in header.iter().flat_map(|line| line.split(['\n', '\r'])) {
            text.push_str(format!("-- {line}").trim_end());
            text.push('\n');
        }
        if !header.is_empty() && !self.body.is_empty() {
            text.push('\n');
        }
        text.push_str(&self.body);
        text
    }

    /// Keeps it for those who read it; nothing of it is run.
    pub(crate) fn comment_out(&mut self) {
        let lines = self.body.lines().map(|line| format!("-- {line}").trim_end().to_owned() + "\n");
        self.body = lines.collect();
        self.piecemeal = false;
    }

    pub(crate) fn script(&self, name: &str) -> Script {
        Script::new(PathBuf::from(name), self.text(&[]))
    }
}

impl Leg {
    /// Whether there is a way back.
    pub(crate) fn returns(&self) -> bool {
        !matches!(self.class, Class::Irreversible { .. })
    }

    /// The header of the rollback file that takes back the migration of this name.
    pub fn rollback_header(&self, takes_back: &str) -> Vec<String> {
        let (irreversible, class) = self.class.header();
        let mut lines: Vec<String> = irreversible.into_iter().collect();
        lines.push(format!("Takes back {takes_back}."));
        lines.push(class);
        if let Some(why) = self.empty_only.as_ref().filter(|_| self.returns()) {
            lines.push(format!("It works on empty tables only: {why}"));
        }
        if !self.takes_along.is_empty() && self.returns() {
            lines.push(format!("Goes with what was written into it since: {}", self.takes_along.join(", ")));
        }
        if !self.returns() && !self.rollback.body.is_empty() {
            lines.push("This is what would be tried:".to_owned());
        }
        lines
    }
}

/// A part as a script that our runner takes.
pub(crate) fn text(part: &Part<'_>) -> String {
    Way::part(part).text(&[])
}

/// A rename, with the condition under which it runs.
pub(crate) fn statement((sql, guard): (String, String), used: bool) -> Statement {
    let why = "queries that use the old name fail".to_owned();
    let hazards = if used { vec![Hazard::BreaksRunningCode { why }] } else { Vec::new() };
    Statement { sql, guard: Some(guard), hazards, runs: Runs::InTransaction }
}
