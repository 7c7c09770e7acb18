//! Sparing those who use the database: what reads or builds for long is done without a lock that keeps writers out.
//!
//! A step of the plan is split in two: what is quick stays where it is, and what is long, with what needs it, waits in a
//! queue. The queue is emptied before the first step that minds, or at the end: so all that is quick shares one
//! transaction as before, and no view, policy or right is missing while an index is built. Where the queue would have to
//! be emptied between the two halves of something that is replaced, the step stays as it was.

mod split;
mod wait;

use std::collections::BTreeSet;

use super::{Context, Runs, Statement, Step};
use crate::identity::Identity;

/// A step taken apart.
struct Split {
    /// What stays in its place.
    now: Vec<Statement>,
    /// What waits, long and outside of transactions.
    long: Vec<Statement>,
    /// What comes after that, quick again.
    then: Vec<Statement>,
    /// What the long part is for: the comment above it.
    comment: String,
    /// An index goes with it, so nothing that it is built on may change before.
    goes: bool,
}

/// A step of which something waits.
struct Waiting {
    /// Its place in the plan as it was.
    at: usize,
    step: Step,
    split: Split,
}

/// Takes apart what can be done online.
pub(super) fn online(context: &Context<'_>, steps: Vec<Step>) -> Vec<Step> {
    let windows = wait::windows(context, &steps);
    let mut offline: BTreeSet<usize> = BTreeSet::new();
    // A step that would have to be done where nothing may be committed is done as it was: then all is looked at again.
    loop {
        match attempt(context, &steps, &windows, &offline) {
            Ok(steps) => return steps,
            Err(found) => offline.extend(found),
        }
    }
}

fn attempt(
    context: &Context<'_>,
    steps: &[Step],
    windows: &[wait::Window],
    offline: &BTreeSet<usize>,
) -> Result<Vec<Step>, Vec<usize>> {
    let mut out: Vec<Step> = Vec::new();
    let mut queue: Vec<Waiting> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        // What hangs on something that waits, waits with it.
        if let Some(waiting) = queue.iter_mut().find(|waiting| wait::follows(&waiting.step.object, step)) {
            waiting.split.then.extend(split::rest_of(waiting.split.goes, step));
            continue;
        }
        if queue.iter().any(|waiting| wait::minds(context, waiting, step)) {
            let inside = windows.iter().any(|window| window.first < at && at <= window.last);
            if inside {
                return Err(queue.iter().map(|waiting| waiting.at).collect());
            }
            empty(&mut queue, &mut out);
        }
        let split = (!offline.contains(&at)).then(|| split::split(context, step)).flatten();
        match split {
            None => out.push(step.clone()),
            Some(split) => {
                if !split.now.is_empty() {
                    out.push(Step { statements: split.now.clone(), ..step.clone() });
                }
                queue.push(Waiting { at, step: step.clone(), split });
            }
        }
    }
    empty(&mut queue, &mut out);
    Ok(out)
}

/// First all that is long, then what was waiting for it.
fn empty(queue: &mut Vec<Waiting>, out: &mut Vec<Step>) {
    let mut waiting: Vec<Waiting> = std::mem::take(queue);
    // An index that goes is missed least when those that come are there.
    waiting.sort_by_key(|waiting| waiting.split.goes && waiting.split.long.len() == 1);
    for Waiting { step, split, .. } in &waiting {
        let statements = split.long.clone();
        out.push(Step { statements, comment: split.comment.clone(), ..step.clone() });
    }
    for Waiting { step, split, .. } in waiting {
        if !split.then.is_empty() {
            out.push(Step { statements: split.then, ..step });
        }
    }
}

/// By itself, outside of any transaction, with its guard inside of it.
fn alone(statement: Statement) -> Statement {
    let sql = statement.guarded_sql();
    let sql = sql.strip_suffix(';').unwrap_or(&sql).trim_end().to_owned();
    Statement { sql, guard: None, ..statement }.runs(Runs::OutsideTransaction)
}

/// A name that nothing of its kind has in either catalog: `stem` with a suffix, 63 bytes at most.
fn spare(stem: &str, suffix: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut suffix = suffix.to_owned();
    loop {
        let mut cut = stem.to_owned();
        while cut.len() + suffix.len() > 63 {
            cut.pop();
        }
        let name = cut + &suffix;
        if !taken(&name) || suffix.len() > 60 {
            return name;
        }
        suffix.push('_');
    }
}

/// Whether a table, or a materialized view, is there before the plan and stays.
fn stands(context: &Context<'_>, relation: &Identity) -> bool {
    context.from.get(relation).is_some() && context.to.get(relation).is_some() && !context.is_made(relation)
}
