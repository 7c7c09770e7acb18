//! What Postgres forgets when it builds anew what needs a column that gets another type or another expression.
//!
//! ALTER COLUMN … TYPE drops indexes, constraints and statistics of the column, and makes them again from their
//! definitions. Comments come back with most of them; the statistics targets of expressions, the owner and the target of
//! extended statistics, and what inherited checks and the indexes of partitions have of their own do not.

use std::sync::Arc;

use super::{Changed, Decision, Fate};
use crate::compare::Transition;
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Statement, rules};

/// What the index of a partition has beside its definition, and has no longer once Postgres has made it again.
const OF_ITS_OWN: [&str; 6] =
    ["clustered", "replica_identity", "tablespace", "statistics_targets", "index_comment", "options"];

impl<'a> Decision<'_, 'a> {
    /// Postgres makes the indexes of partitions again along with that of their table, as if they had never had a name.
    /// Where that is not what they are to be, the plan makes them again itself.
    pub(super) fn make_indexes_of_partitions(&mut self, column: &'a Identity) {
        let attached: Vec<&'a Identity> = self
            .context
            .needed_by(column)
            .filter(|index| rules::is_of_index(self.context.from, index) && self.stays(index))
            .filter(|index| !self.is_as_postgres_makes_it(index))
            .collect();
        for index in attached {
            // The one at the top takes all of them along.
            let mut top = index;
            for _ in 0..32 {
                let above = self.context.from.get(top).and_then(|fact| fact.inherited_from.as_ref());
                match self.known(above) {
                    Some(above) => top = above,
                    None => break,
                }
            }
            if top != index {
                self.replace(top);
            }
        }
    }

    /// Says again what Postgres forgets of what it makes again.
    pub(super) fn say_again(&mut self) {
        let columns: Vec<&'a Identity> = self.remade.iter().copied().collect();
        for column in columns {
            for dependent in self.context.needed_by(column).chain([column]).collect::<Vec<_>>() {
                let Some(fact) = self.context.to.get(dependent).filter(|_| self.stays(dependent)) else {
                    continue;
                };
                let forgotten = rules::forgotten(self.context, dependent, fact);
                self.say(dependent, forgotten);
            }
        }
    }

    /// DETACH PARTITION drops what the table's triggers have on the partition, and ATTACH makes it again as if nobody had
    /// said anything of it.
    pub(super) fn say_of_clones(&mut self) {
        let triggers = self.context.to.facts().filter(|(identity, _)| identity.kind == Kind::Trigger);
        for (trigger, want) in triggers {
            let Some(trigger) = self.known(Some(trigger)).filter(|one| self.stays(one)) else { continue };
            let above = want.inherited_from.as_ref().filter(|_| self.context.rejoins(trigger.root()));
            let Some(above) = above.and_then(|above| self.context.to.get(above)) else { continue };
            let state = |fact: &Fact| fact.get("enabled").cloned();
            if state(above) != state(want) {
                let transition = Transition { from: state(above), to: state(want) };
                let changed = Changed::from([("enabled", transition)]);
                if let rules::Way::InPlace(statements) =
                    rules::alter(self.context, trigger, want, want, &changed)
                {
                    self.say(trigger, statements);
                }
            }
            let children = self.context.has.get(trigger).cloned().unwrap_or_default();
            for comment in children.into_iter().filter(|child| child.kind == Kind::Comment) {
                let text = rules::comment(comment, self.context.to.get(comment));
                if let Some(comment) = self.known(Some(comment)) {
                    self.say(comment, text);
                }
            }
        }
    }

    /// The heirs of a constraint come along with it, without their comments, and not as valid as they should be. Those of
    /// a column that is made again lose all that is on them.
    pub(super) fn replace_heirs(&mut self, identity: &'a Identity) {
        for &heir in self.context.heirs.get(identity).into_iter().flatten() {
            let want = self.context.to.get(heir).filter(|_| heir.kind == Kind::Column);
            if want.is_some_and(|want| want.inherited_from.as_ref() == Some(identity)) {
                self.replace(heir);
            }
            if heir.kind != Kind::Constraint || self.fates.goes(heir) {
                continue;
            }
            let of_heir = self.context.has.get(heir).into_iter().flatten();
            let has_comment = of_heir.clone().any(|child| child.kind == Kind::Comment);
            let comes_along = self.context.comes_from_parent(heir) && !rules::has_index(self.context, heir);
            if rules::is_only_validated(self.context, heir) || has_comment && comes_along {
                self.fates.of.insert(heir, Fate::Replace);
                self.replace_children(heir);
            }
            self.replace_heirs(heir);
        }
    }

    /// Alters what stays by these statements too.
    pub(super) fn say(&mut self, identity: &'a Identity, statements: Vec<Statement>) {
        if statements.is_empty() {
            return;
        }
        let fate = self.fates.of.entry(identity).or_insert_with(|| Fate::Alter(Vec::new()));
        if let Fate::Alter(known) | Fate::Convert(known) = fate {
            let new: Vec<_> = statements.into_iter().filter(|new| !known.contains(new)).collect();
            known.extend(new);
        }
    }

    /// The comment on a sequence that becomes that of an identity, or ceases to be: it is another one of the same name.
    pub(super) fn say_of_sequence(&mut self, sequence: &'a Identity) {
        if sequence.kind != Kind::Sequence {
            return;
        }
        let comment = Identity::child(Kind::Comment, Arc::new(sequence.clone()), "");
        if let Some(comment) = self.known(Some(&comment)).filter(|_| self.context.to.get(&comment).is_some())
        {
            self.fates.of.insert(comment, Fate::Replace);
        }
    }

    fn stays(&self, identity: &Identity) -> bool {
        self.context.to.get(identity).is_some()
            && matches!(self.fates.of.get(identity), None | Some(Fate::Alter(_) | Fate::Convert(_)))
    }

    /// Whether it is attached to no index, or has the name that Postgres gives it, and nothing else of its own.
    fn is_as_postgres_makes_it(&self, index: &Identity) -> bool {
        let Some(fact) = self.context.to.get(index) else { return true };
        let has_comment =
            self.context.has.get(index).into_iter().flatten().any(|child| child.kind == Kind::Comment);
        fact.inherited_from.is_none()
            || !has_comment
                && !OF_ITS_OWN.iter().any(|name| fact.get(name).is_some())
                && !fact.text("definition").contains(" WITH (")
                && usual_name(index, fact).as_deref() == Some(&*index.name.name)
    }
}

/// The name that Postgres makes up for an index of plain columns, where it is easily told.
fn usual_name(index: &Identity, fact: &Fact) -> Option<String> {
    let table = index.parent.as_deref()?;
    let list = |name: &str| match fact.derived.get(name) {
        Some(Value::List(names)) => Some(names.clone()),
        _ => None,
    };
    let columns = list("key_columns").or_else(|| list("columns"))?;
    let plain = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if fact.text("definition").contains(" INCLUDE (") || !columns.iter().all(plain) {
        return None;
    }
    let name = match fact.text("type") {
        "primary key" => format!("{}_pkey", table.name.name),
        "unique" => format!("{}_{}_key", table.name.name, columns.join("_")),
        "" => format!("{}_{}_idx", table.name.name, columns.join("_")),
        _ => return None,
    };
    (name.len() < 64).then_some(name)
}
