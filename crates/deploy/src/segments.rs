//! Which migrations share a transaction. Pure.

use meshhook_migrate::{Plan, Step};

use crate::policy::Segments;

/// Scripts that are kept or given back together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// In order. Exactly one when it is no transaction.
    pub(crate) steps: Vec<Step>,
    /// Whether it is one transaction.
    pub(crate) transactional: bool,
}

/// Cuts a plan into the longest runs of scripts that may share a transaction.
pub(crate) fn cut(plan: &Plan, rule: Segments) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut open = false;
    for (index, step) in plan.steps.iter().enumerate() {
        let transactional = step.is_transactional();
        if open
            && transactional
            && let Some(last) = segments.last_mut()
        {
            last.steps.push(step.clone());
        } else {
            segments.push(Segment { steps: vec![step.clone()], transactional });
        }
        let later = &plan.steps[index + 1..];
        open = transactional
            && rule == Segments::Joined
            && !changes_constraint_modes(&step.script.sql)
            && !new_labels(&step.script.sql)
                .iter()
                .any(|label| later.iter().any(|step| mentions(step, label)));
    }
    segments
}

/// SET CONSTRAINTS holds to the end of the transaction and cannot be read back, so nothing may follow it.
fn changes_constraint_modes(sql: &str) -> bool {
    let words: Vec<String> = sql.split_whitespace().map(str::to_ascii_lowercase).collect();
    words.windows(2).any(|pair| pair[0].ends_with("set") && pair[1] == "constraints")
}

/// The labels of `ALTER TYPE … ADD VALUE '…'`: they cannot be used before they are committed (ALTER TYPE, Notes).
fn new_labels(sql: &str) -> Vec<String> {
    let lower = sql.to_ascii_lowercase();
    let ends = lower.match_indices("add value").map(|(at, found)| at + found.len());
    ends.filter_map(|at| {
        let (_, quoted) = sql.get(at..)?.split_once('\'')?;
        let (label, _) = quoted.split_once('\'')?;
        Some(label.to_owned())
    })
    .collect()
}

fn mentions(step: &Step, label: &str) -> bool {
    step.script.sql.contains(label)
}

#[cfg(test)]
mod tests {
    use meshhook_migrate::{Direction, Doubt, Script, Version};

    use super::*;

    fn shape(scripts: &[&str], rule: Segments) -> Vec<usize> {
        let steps = scripts.iter().enumerate().map(|(index, sql)| Step {
            version: Version::new(i64::try_from(index).unwrap() + 1),
            name: String::new(),
            direction: Direction::Up,
            script: Script::new("x.sql", *sql),
            rollback: None,
            resumes: Vec::new(),
            doubt: Doubt::Refuse,
        });
        cut(&Plan { steps: steps.collect() }, rule).iter().map(|segment| segment.steps.len()).collect()
    }

    #[test]
    fn what_may_share_a_transaction_does() {
        let alone = "-- no-transaction\nvacuum";
        for (scripts, expected) in [
            (&["a", "b", "c"][..], &[3][..]),
            (&["a", alone, "b", "c"], &[1, 1, 2]),
            (&[alone, alone], &[1, 1]),
            (&["alter type t add value if not exists 'x'", "b", "select 'x'"], &[1, 2]),
            (&["alter type t ADD VALUE 'x' before 'y'", "b"], &[2]),
            (&["set  constraints all deferred", "b"], &[1, 1]),
            (&[], &[]),
        ] {
            assert_eq!(shape(scripts, Segments::Joined), expected, "{scripts:?}");
        }
        assert_eq!(shape(&["a", "b"], Segments::PerMigration), [1, 1]);
    }
}
