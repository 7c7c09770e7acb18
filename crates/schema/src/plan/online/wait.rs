//! What may be done before something that waits, and what minds.

use std::collections::BTreeMap;

use super::Waiting;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Step, Verb};

/// Steps between which nothing may be committed: something is missing, or open to everybody, until the last is done.
pub(super) struct Window {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The windows of a plan.
pub(super) fn windows(context: &Context<'_>, steps: &[Step]) -> Vec<Window> {
    let mut windows: BTreeMap<&Identity, Window> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let plain = [
            Kind::Column,
            Kind::Default,
            Kind::Index,
            Kind::Constraint,
            Kind::Comment,
            Kind::Statistics,
            Kind::SecurityLabel,
        ];
        let root = step.object.root();
        let whole = !plain.contains(&step.object.kind) || context.is_made(root);
        let what = match (whole, step.replaces) {
            (true, _) => root,
            (false, true) => &step.object,
            (false, false) => continue,
        };
        windows.entry(what).or_insert(Window { first: at, last: at }).last = at;
    }
    windows.into_values().collect()
}

/// Whether a step is about what waits, or what hangs on it.
pub(super) fn follows(waiting: &Identity, step: &Step) -> bool {
    step.object == *waiting && step.object.kind != Kind::Column
        || step.object.ancestors().any(|above| above == waiting)
            && matches!(step.object.kind, Kind::Comment | Kind::SecurityLabel)
            && waiting.kind != Kind::Column
}

/// Whether a step is not to be done before what waits.
pub(super) fn minds(context: &Context<'_>, waiting: &Waiting, step: &Step) -> bool {
    let (object, root) = (&waiting.step.object, waiting.step.object.root());
    let needs = |wanted: &Identity| context.to.needs(&step.object).any(|needed| needed == wanted);
    let says =
        |words: &[&str]| step.statements.iter().any(|one| words.iter().any(|word| one.sql.contains(word)));
    if step.object == *object
        || step.object == *root && step.verb == Verb::Drop
        || step.object.kind == Kind::Schema
    {
        return true;
    }
    if needs(object) && !may_do_without(context, object, step) {
        return true;
    }
    // Attaching looks for what is valid; another owner may do what the first one may not.
    if says(&[" OWNER TO "]) && step.object.root() == root
        || says(&[" ATTACH PARTITION ", " DETACH PARTITION ", " INHERIT "])
    {
        return true;
    }
    let lost = |wanted: &Identity| {
        let was = context.from.needs(object).any(|needed| needed == wanted);
        let is = context.to.needs(object).any(|needed| needed == wanted);
        was && waiting.split.goes || is
    };
    // What it is built on changes.
    if lost(&step.object)
        && (step.verb == Verb::Drop || step.object.kind != Kind::Column || says(&[" TYPE "]))
    {
        return true;
    }
    waiting.split.goes && takes_its_place(context, object, step)
}

/// An index can be built, and a rule checked, on a column that may still be NULL; a primary key cannot be made of it.
fn may_do_without(context: &Context<'_>, object: &Identity, step: &Step) -> bool {
    let fact = context.to.get(&step.object);
    let minds = fact.is_some_and(|fact| fact.flag("replica_identity") || fact.text("type") == "primary key");
    object.kind == Kind::Column && !minds
}

/// Whether a step takes the name of an index that goes, or a foreign key may take the index for its own.
fn takes_its_place(context: &Context<'_>, object: &Identity, step: &Step) -> bool {
    let same_name = step.object.name.name == object.name.name
        && step.object.schema() == object.schema()
        && step.verb == Verb::Create;
    let key = context.to.get(&step.object).is_some_and(|fact| fact.text("type") == "foreign key")
        && context.to.needs(&step.object).any(|needed| needed.root() == object.root());
    same_name || key
}
