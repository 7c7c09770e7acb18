//! Nodes in order as steps with statements.

use std::collections::{BTreeMap, BTreeSet};

use super::fate::{Fate, Fates};
use super::graph::{Node, Stage};
use super::order::Ordered;
use super::rules::{self, grant, owner};
use super::{Context, PlanError, Statement, Step, Verb, bodies, held, swapped};
use crate::identity::{Identity, Kind};

/// The statements of every node.
pub(super) fn emit<'a>(
    context: &Context<'a>,
    fates: &Fates<'a>,
    ordered: &Ordered<'a>,
) -> Result<Vec<Step>, PlanError> {
    let inline = inline(context, fates, ordered);
    let folded: BTreeSet<&Identity> = inline.values().flatten().copied().collect();
    let unchecked = bodies::unchecked(context, fates, &ordered.nodes);
    let swapped = swapped::swapped(context, fates, &ordered.nodes);
    let mut refused = fates.refused.clone();
    let mut steps: Vec<Step> = Vec::new();
    for &(stage, identity) in &ordered.nodes {
        if stage == Stage::Create && folded.contains(identity) {
            continue;
        }
        let before = swapped.get(identity).filter(|_| stage == Stage::Drop).into_iter().flatten();
        for other in before {
            match swapped::out_of_the_way(context, other, identity) {
                Ok(statements) => steps.push(Step {
                    object: (*other).clone(),
                    verb: Verb::Drop,
                    replaces: true,
                    comment: format!("Out of the way, should this run again: {other}"),
                    statements,
                }),
                Err(why) => refused.push(((*other).clone(), why)),
            }
        }
        match statements(context, fates, &inline, (stage, identity)) {
            Ok(statements) if statements.is_empty() => {}
            Ok(statements)
                if matches!(stage, Stage::Create | Stage::Alter) && unchecked.contains(identity) =>
            {
                steps.push(step(fates, stage, identity, bodies::without_check(statements)));
            }
            Ok(statements) => steps.push(step(fates, stage, identity, statements)),
            Err(why) => refused.push((identity.clone(), why)),
        }
    }
    if refused.is_empty() { Ok(steps) } else { Err(PlanError::Refused(refused)) }
}

fn statements<'a>(
    context: &Context<'a>,
    fates: &Fates<'a>,
    inline: &BTreeMap<&'a Identity, Vec<&'a Identity>>,
    (stage, identity): Node<'a>,
) -> Result<Vec<Statement>, String> {
    let (from, to) = (context.from.get(identity), context.to.get(identity));
    Ok(match (stage, from, to) {
        (Stage::Detach, ..) => rules::detach(context, identity),
        (Stage::Drop, Some(fact), _) if identity.kind == Kind::Grant => {
            grant::alter(context, identity, Some(fact), to)
        }
        (Stage::Drop, Some(fact), _) => {
            let statements = rules::drop(context, identity, fact)?;
            // What stands aside has another name by then, and goes at last.
            let statements = match context.is_aside(identity) {
                true => statements,
                false => held::unless_held(context, identity, statements),
            };
            let rebuilt = identity
                .parent
                .as_deref()
                .filter(|table| table.kind == Kind::Table && context.is_aside(table));
            match rebuilt {
                Some(table) => rules::only_from_old(context, table, fact, statements),
                None => statements,
            }
        }
        (Stage::Drop, None, Some(fact)) if fates.again.contains(identity) => {
            rules::only_own(context, identity, rules::drop(context, identity, fact)?)
        }
        (Stage::Aside, ..) => held::unless_held(context, identity, rules::aside(context, identity)),
        (Stage::Create, _, Some(fact)) if identity.kind == Kind::Grant => {
            grant::alter(context, identity, from, Some(fact))
        }
        (Stage::Create, _, Some(fact)) if matches!(identity.kind, Kind::Table | Kind::ForeignTable) => {
            rules::create_table(context, identity, fact, inline.get(identity).map_or(&[], Vec::as_slice))
        }
        (Stage::Create, _, Some(fact)) => rules::create(context, identity, fact)?,
        (Stage::Alter, ..) if identity.kind == Kind::Grant => grant::alter(context, identity, from, to),
        (Stage::Alter, ..) => match fates.of.get(identity) {
            Some(Fate::Alter(statements)) if identity.kind == Kind::Column => {
                statements.iter().cloned().chain(grant::on_new_identity(context, identity)).collect()
            }
            Some(Fate::Alter(statements)) => statements.clone(),
            Some(Fate::Convert(also)) => [rules::convert(context, identity), also.clone()].concat(),
            _ => Vec::new(),
        },
        (Stage::Attach, ..) => rules::attach(context, identity),
        (Stage::Move, ..) => rules::move_rows(context, identity),
        (Stage::Owner, ..) => owner::set_owner(context, identity, !context.is_made(identity)),
        (Stage::Rights, ..) => grant::on_created(context, identity),
        _ => Vec::new(),
    })
}

/// The defaults and constraints that CREATE TABLE can say, because all they need is there before the table is.
fn inline<'a>(
    context: &Context<'a>,
    fates: &Fates<'a>,
    ordered: &Ordered<'a>,
) -> BTreeMap<&'a Identity, Vec<&'a Identity>> {
    let position: BTreeMap<Node<'a>, usize> =
        ordered.nodes.iter().enumerate().map(|(position, node)| (*node, position)).collect();
    let mut inline: BTreeMap<&Identity, Vec<&Identity>> = BTreeMap::new();
    let mut folded: BTreeSet<&Identity> = BTreeSet::new();
    for &(stage, identity) in &ordered.nodes {
        // What goes and comes when the plan runs again comes by itself: the table is there by then.
        if stage != Stage::Create || fates.again.contains(identity) || !can_be_inline(context, identity) {
            continue;
        }
        let Some(table) = identity.parent.as_deref().and_then(|table| context.to.facts.get_key_value(table))
        else {
            continue;
        };
        let own = (Stage::Create, table.0);
        let Some(&at) = position.get(&own) else { continue };
        let ready = ordered.graph.before((stage, identity)).all(|node| {
            node == own
                || position.get(&node).is_some_and(|&position| position < at)
                || folded.contains(node.1) && node.1.parent == identity.parent
        });
        if ready {
            folded.insert(identity);
            inline.entry(table.0).or_default().push(identity);
        }
    }
    for children in inline.values_mut() {
        let order = |identity: &&Identity| match context.to.get(identity).map(|fact| fact.text("type")) {
            Some("primary key") => 0,
            Some("unique") => 1,
            Some("exclude") => 2,
            Some("check") => 3,
            _ => 4,
        };
        children.sort_by_key(order);
    }
    inline
}

/// Whether a key says what another one of its table says: CREATE TABLE makes one of the two (`transformIndexConstraints`).
fn says_the_same(context: &Context<'_>, key: &Identity) -> bool {
    let columns = |key: &Identity| {
        let definition = context.to.get(key).filter(|_| rules::has_index(context, key))?.text("definition");
        let columns = ["PRIMARY KEY ", "UNIQUE "].iter().find_map(|word| definition.strip_prefix(word));
        Some((definition.starts_with("UNIQUE"), columns.unwrap_or(definition)))
    };
    let Some((own_word, own)) = columns(key) else { return false };
    let others = key.parent.as_deref().and_then(|table| context.has.get(table)).into_iter().flatten();
    // Of all that say the same, the primary key or the first by name stays.
    others.filter(|other| **other != key).any(|other| {
        columns(other).is_some_and(|(word, columns)| columns == own && (word, *other) < (own_word, key))
    })
}

fn can_be_inline(context: &Context<'_>, identity: &Identity) -> bool {
    let Some(fact) = context.to.get(identity) else { return false };
    let Some(table) = identity.parent.as_deref() else { return false };
    if !matches!(table.kind, Kind::Table | Kind::ForeignTable) {
        return false;
    }
    let stands_alone = rules::stands_alone_first(context, table);
    let with_its_parent =
        context.to.get(table).is_some_and(|table| !table.list("parents").is_empty()) && !stands_alone;
    match identity.kind {
        Kind::Default => {
            let column = rules::column_of(identity).and_then(|column| context.to.get(&column));
            let listed =
                column.is_some_and(|column| column.inherited_from.is_none() || column.flag("also_local"));
            let typed = context.to.get(table).is_some_and(|table| table.get("of_type").is_some());
            !typed && (listed || stands_alone)
        }
        Kind::Constraint => {
            let plain = [
                "not_valid",
                "options",
                "clustered",
                "replica_identity",
                "tablespace",
                "invalid",
                "index_comment",
                "statistics_targets",
            ]
            .iter()
            .all(|name| fact.get(name).is_none());
            let plain = plain && !says_the_same(context, identity);
            let own = fact.inherited_from.is_none() || stands_alone && fact.text("type") == "check";
            // What a child also has from its parent becomes its own where it is listed.
            let listed = fact.flag("also_local") && fact.text("type") == "check";
            plain && (listed || !with_its_parent && own && !fact.flag("also_local"))
        }
        _ => false,
    }
}

fn step(fates: &Fates<'_>, stage: Stage, identity: &Identity, statements: Vec<Statement>) -> Step {
    let verb = match stage {
        Stage::Drop => Verb::Drop,
        Stage::Create => Verb::Create,
        _ => Verb::Alter,
    };
    let replaces = matches!(fates.of.get(identity), Some(Fate::Replace));
    if stage == Stage::Drop && fates.again.contains(identity) {
        let comment = format!("Out of the way, should this run again: {identity}");
        return Step { object: identity.clone(), verb, replaces: true, comment, statements };
    }
    Step { object: identity.clone(), verb, replaces, comment: comment(stage, identity, replaces), statements }
}

fn comment(stage: Stage, identity: &Identity, replaces: bool) -> String {
    let verb = match stage {
        Stage::Detach => "Take off its parent:",
        Stage::Drop if replaces => "Take out of the way:",
        Stage::Drop => "Drop",
        Stage::Aside => "Set aside",
        Stage::Create if replaces => "Make again:",
        Stage::Create => "Create",
        Stage::Alter => "Alter",
        Stage::Attach => "Attach",
        Stage::Move => "Move the rows of",
        Stage::Owner => "Give to its owner:",
        Stage::Rights => "Grant rights on",
    };
    format!("{verb} {identity}")
}
