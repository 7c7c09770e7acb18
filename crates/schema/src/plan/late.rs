//! Defaults that call what reads their own column: the column comes first, then that, then the default.

use std::collections::BTreeSet;

use super::{Context, rules};
use crate::identity::{Identity, Kind};

/// The defaults that cannot come with their columns. Rows that are there get none of such a default, so a column that
/// takes no NULL is not among them.
pub(super) fn late<'a>(context: &Context<'a>) -> BTreeSet<&'a Identity> {
    let defaults = context.made.iter().copied().filter(|identity| identity.kind == Kind::Default);
    defaults.filter(|default| calls_for_its_column(context, default)).collect()
}

fn calls_for_its_column(context: &Context<'_>, default: &Identity) -> bool {
    let Some(column) = rules::column_of(default) else { return false };
    let plain =
        context.to.get(&column).is_some_and(|fact| fact.get("generated").is_none() && !fact.flag("not_null"));
    if !plain || !context.is_made(&column) || context.is_made(default.root()) {
        return false;
    }
    let mut seen: BTreeSet<&Identity> = BTreeSet::new();
    let mut waiting: Vec<&Identity> = context.to.needs(default).collect();
    while let Some(needed) = waiting.pop() {
        // Its own column is what every default needs: what counts is who else does.
        if *needed == column || !context.is_made(needed) || !seen.insert(needed) {
            continue;
        }
        if context.to.needs(needed).any(|needed| *needed == column) {
            return true;
        }
        waiting.extend(context.to.needs(needed));
    }
    false
}
