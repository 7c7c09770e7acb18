//! A plan as SQL that a person reads, and that does no harm when it runs twice.

use std::fmt::Write as _;

use super::{Hazard, Plan, Runs, Statement, Step};
use crate::identity::Identity;

/// Statements of a plan that may share a transaction, or that must be outside of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Whether they run in one transaction; otherwise one by one, outside of any.
    pub transactional: bool,
    /// Steps with those of their statements that are in this part, in order.
    pub steps: Vec<(&'a Step, Vec<&'a Statement>)>,
}

impl Plan {
    /// The whole plan as one text: a comment above each step, a blank line between two.
    pub fn sql(&self) -> String {
        let steps = self.steps.iter().map(|step| (step, step.statements.iter().collect()));
        Part { transactional: true, steps: steps.collect() }.sql()
    }

    /// The plan, cut into as few parts as can be run one after the other, each as a script of its own.
    ///
    /// What must be outside of a transaction is a part of its own; so is what follows a statement that only counts once
    /// it is committed (`ALTER TYPE … ADD VALUE`).
    pub fn parts(&self) -> Vec<Part<'_>> {
        let mut parts: Vec<Part<'_>> = Vec::new();
        let mut committing = false;
        for step in &self.steps {
            for statement in &step.statements {
                let transactional = statement.runs != Runs::OutsideTransaction;
                // one that adds a value and one that uses it cannot share a transaction; two that add values can
                let wait = committing && statement.runs == Runs::InTransaction;
                let fits = parts.last().is_some_and(|part| part.transactional == transactional);
                if !fits || wait {
                    parts.push(Part { transactional, steps: Vec::new() });
                    committing = false;
                }
                committing |= statement.runs == Runs::ThenCommit;
                if let Some(part) = parts.last_mut() {
                    part.take(step, statement);
                }
            }
        }
        parts
    }
}

impl<'a> Part<'a> {
    fn take(&mut self, step: &'a Step, statement: &'a Statement) {
        match self.steps.last_mut() {
            Some((last, statements)) if std::ptr::eq(*last, step) => statements.push(statement),
            _ => self.steps.push((step, vec![statement])),
        }
    }

    /// Its text, without a header.
    pub fn sql(&self) -> String {
        let mut text = String::new();
        for (step, statements) in &self.steps {
            if statements.is_empty() {
                continue;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            comment(&mut text, &step.comment);
            for statement in statements {
                for line in statement.warnings() {
                    comment(&mut text, &line);
                }
                text.push_str(&statement.guarded_sql());
                text.push('\n');
            }
        }
        text
    }

    /// Its statements.
    pub fn statements(&self) -> impl Iterator<Item = &'a Statement> {
        self.steps.iter().flat_map(|(_, statements)| statements.iter().copied())
    }
}

impl Step {
    /// Its comment and its statements.
    pub fn sql(&self) -> String {
        Part { transactional: true, steps: vec![(self, self.statements.iter().collect())] }.sql()
    }
}

impl Statement {
    /// The SQL with its guard around it and a semicolon behind it, on one or several lines without a last line break.
    ///
    /// What must run outside of a transaction cannot be guarded: it brings its own `IF NOT EXISTS`.
    pub fn guarded_sql(&self) -> String {
        let end = if self.ends_in_comment() { "\n;" } else { ";" };
        let Some(guard) = self.guard.as_deref().filter(|_| self.runs != Runs::OutsideTransaction) else {
            return format!("{}{end}", self.sql);
        };
        let mut tag = "$meshhook".to_owned();
        while self.sql.contains(&*tag) || guard.contains(&*tag) {
            tag.push('_');
        }
        // PL/pgSQL ends a condition at the first THEN outside of parentheses, that of a CASE too
        let lower = guard.to_ascii_lowercase();
        let guard = if lower.contains("then") { format!("({guard})") } else { guard.to_owned() };
        // a column of the name of PL/pgSQL's own variable would be ambiguous
        let found = lower.contains("found") || self.sql.to_ascii_lowercase().contains("found");
        let conflict = if found { "#variable_conflict use_column\n" } else { "" };
        // a query without a destination is an error there
        let sql = match self.sql.get(..7).filter(|word| word.eq_ignore_ascii_case("select ")) {
            Some(_) => format!("PERFORM {}", &self.sql[7..]),
            None => self.sql.clone(),
        };
        format!(
            "DO {tag}$\n{conflict}BEGIN\n    IF {guard} THEN\n        {sql}{end}\n    END IF;\nEND\n{tag}$;"
        )
    }

    /// What this costs, as comments above it. Locks are not among them: nearly every statement takes one.
    fn warnings(&self) -> Vec<String> {
        let mut lost: Vec<&Identity> = Vec::new();
        let mut lines = Vec::new();
        for hazard in &self.hazards {
            match hazard {
                Hazard::DataLoss { what } => lost.push(what),
                Hazard::TableRewrite { table } => {
                    lines.push(format!("Writes every row of {table} again, and lets nobody in meanwhile."));
                }
                Hazard::FullScan { table } if self.keeps_writers_out(table) => {
                    lines.push(format!("Reads every row of {table} while it is locked."))
                }
                Hazard::FullScan { .. } => {}
                Hazard::Lock { .. } => {}
                Hazard::BreaksRunningCode { why } => lines.push(format!("Running code: {why}.")),
            }
        }
        let lost = lost.iter().map(|what| format!("DROPS DATA: {what}"));
        lost.chain(lines).collect()
    }

    /// Whether nobody can write to a table meanwhile: of the locks that are told, one alone lets them.
    fn keeps_writers_out(&self, relation: &Identity) -> bool {
        !self.hazards.iter().any(|hazard| {
            matches!(hazard, Hazard::Lock { table, mode } if table == relation && *mode == "SHARE UPDATE EXCLUSIVE")
        })
    }

    /// A semicolon behind a line comment would be part of it.
    fn ends_in_comment(&self) -> bool {
        self.sql.lines().next_back().is_some_and(|line| line.contains("--"))
    }
}

/// Adds a comment; a name with a line break in it must not end it.
fn comment(text: &mut String, words: &str) {
    for line in words.split(['\n', '\r', '\u{b}', '\u{c}']).map(str::trim_end) {
        let _ = writeln!(text, "{}", format!("-- {line}").trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;
    use crate::plan::Verb;

    fn step(comment: &str, statements: Vec<Statement>) -> Step {
        Step {
            object: Identity::in_schema(Kind::Table, "public", "t"),
            verb: Verb::Alter,
            replaces: false,
            comment: comment.to_owned(),
            statements,
        }
    }

    #[test]
    fn a_plan_reads_as_commented_statements_with_blank_lines_between_the_steps() {
        let table = Identity::in_schema(Kind::Table, "public", "t");
        let loss = Hazard::DataLoss { what: table.clone() };
        let plan = Plan {
            steps: vec![
                step("Tags.", vec![Statement::new("ALTER TABLE t ADD COLUMN IF NOT EXISTS tags text[]")]),
                step("Gone,\nfor good", vec![Statement::new("DROP TABLE IF EXISTS t").hazard(loss)]),
            ],
            notes: vec![],
        };
        assert_eq!(
            plan.sql(),
            "-- Tags.\nALTER TABLE t ADD COLUMN IF NOT EXISTS tags text[];\n\n\
             -- Gone,\n-- for good\n-- DROPS DATA: table `public.t`\nDROP TABLE IF EXISTS t;\n"
        );
    }

    #[test]
    fn a_guard_becomes_a_block_whose_quotes_are_not_in_what_it_holds() {
        for (sql, guard, expected) in [
            (
                "ALTER TABLE t ADD CHECK (a > 0)",
                "NOT EXISTS (SELECT)",
                "DO $meshhook$\nBEGIN\n    IF NOT EXISTS (SELECT) THEN\n        ALTER TABLE t ADD CHECK (a > 0);\n    END IF;\nEND\n$meshhook$;",
            ),
            (
                "SELECT setval('s', 1)",
                "CASE WHEN true THEN true END",
                "DO $meshhook$\nBEGIN\n    IF (CASE WHEN true THEN true END) THEN\n        PERFORM setval('s', 1);\n    END IF;\nEND\n$meshhook$;",
            ),
            (
                "UPDATE t SET a = '$meshhook$' WHERE found -- all",
                "true",
                "DO $meshhook_$\n#variable_conflict use_column\nBEGIN\n    IF true THEN\n        UPDATE t SET a = '$meshhook$' WHERE found -- all\n;\n    END IF;\nEND\n$meshhook_$;",
            ),
        ] {
            assert_eq!(Statement::new(sql).when(guard).guarded_sql(), expected);
        }
    }

    #[test]
    fn a_plan_is_cut_where_a_transaction_has_to_end() {
        let some = |sql: &str, runs| Statement::new(sql).runs(runs);
        let plan = Plan {
            steps: vec![
                step("one", vec![some("a", Runs::InTransaction), some("b", Runs::ThenCommit)]),
                step("two", vec![some("c", Runs::ThenCommit), some("d", Runs::InTransaction)]),
                step("three", vec![some("e", Runs::OutsideTransaction), some("f", Runs::OutsideTransaction)]),
                step("four", vec![some("g", Runs::InTransaction)]),
            ],
            notes: vec![],
        };
        let cut: Vec<(bool, Vec<&str>)> = plan
            .parts()
            .iter()
            .map(|part| (part.transactional, part.statements().map(|one| &*one.sql).collect()))
            .collect();
        assert_eq!(
            cut,
            [(true, vec!["a", "b", "c"]), (true, vec!["d"]), (false, vec!["e", "f"]), (true, vec!["g"])]
        );
        assert!(Plan::default().parts().is_empty());
    }
}
