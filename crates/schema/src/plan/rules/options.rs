//! The options of tables and views, in the order in which they were set, which is that of every dump.

use super::table;
use crate::compare::Transition;
use crate::fact::{Fact, Value};

/// All of them.
pub(super) fn in_order(fact: &Fact) -> &[String] {
    match fact.derived.get("options") {
        Some(Value::List(options)) => options,
        _ => fact.list("options"),
    }
}

/// SET and RESET; of all options, where those that are set would otherwise stand behind others.
pub(super) fn changes(from: &Fact, to: &Fact, transition: &Transition) -> Vec<String> {
    let mut clauses = table::options(transition);
    let wanted = in_order(to);
    let kept = in_order(from).iter().filter(|option| wanted.contains(option));
    let set = to.list("options").iter().filter(|option| !from.list("options").contains(option));
    let mut then: Vec<&String> = kept.chain(set).collect();
    // Those of the table's TOAST table are in a list of their own.
    then.sort_by_key(|option| option.starts_with("toast."));
    if !then.into_iter().eq(wanted) {
        clauses.retain(|clause| !clause.starts_with("SET "));
        clauses.push(format!("SET ({})", table::listed_options(wanted).join(", ")));
    }
    clauses
}
