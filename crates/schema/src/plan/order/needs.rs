//! Edges from who contains and who needs whom, in both catalogs.

use std::collections::BTreeMap;

use super::Builder;
use crate::catalog::Catalog;
use crate::identity::{Identity, Kind};
use crate::plan::fate::Fate;
use crate::plan::graph::{Node, Stage};
use crate::plan::rules;

impl<'a> Builder<'_, 'a> {
    pub(super) fn containment(&mut self) {
        let mut edges: Vec<(Node<'a>, Node<'a>)> = Vec::new();
        for &identity in self.fates.of.keys() {
            let own = self.making(identity);
            let known = |above: &&Identity| {
                self.context.from.get(above).is_some() || self.context.to.get(above).is_some()
            };
            if let Some(parent) = identity.ancestors().find(known) {
                if let Some((parent, _)) = self.context.to.facts.get_key_value(parent)
                    && let (Some(parent), Some(own)) = (self.making(parent), own)
                    && (parent.0 == Stage::Create || own.0 == Stage::Create)
                    && !(own.0 == Stage::Create && identity.kind == Kind::Column && self.sets_late(parent.1))
                {
                    edges.push((parent, own));
                }
                if let (Some(own), Some(parent)) = (self.dropping(identity), self.dropping(parent)) {
                    edges.push((own, parent));
                    if own != parent && parent.1.kind == Kind::Table {
                        edges.push((own, (Stage::Aside, parent.1)));
                    }
                }
            }
            // A child's column is there once the parent's is, and so are a clone of its trigger and its constraint.
            if (matches!(identity.kind, Kind::Column | Kind::Trigger)
                || rules::is_only_validated(self.context, identity))
                && let Some(above) =
                    self.context.to.get(identity).and_then(|fact| fact.inherited_from.as_ref())
                && let Some((above, _)) = self.context.to.facts.get_key_value(above)
                && let (Some(above), Some(own)) = (self.making(above), own)
                && own.1 == identity
                && (own.0 == Stage::Create || identity.kind == Kind::Trigger)
                && (self.context.comes_from_parent(identity) || identity.kind == Kind::Trigger)
            {
                edges.push((above, own));
            }
            // A new partition gets the columns that its table has by then.
            if identity.kind == Kind::Column
                && let Some(own) = own.filter(|own| own.1.kind == Kind::Table)
                && let Some(above) =
                    self.context.to.get(identity).and_then(|fact| fact.inherited_from.as_ref())
                && let Some((above, _)) = self.context.to.facts.get_key_value(above)
                && let Some(above) = self.making(above).filter(|above| above.1.kind == Kind::Column)
                && !rules::stands_alone_first(self.context, own.1)
            {
                edges.push((above, own));
            }
            // A domain takes no constraint once columns are of it by way of an array or a composite type.
            if let (Kind::Constraint, Some(domain), Some(own)) =
                (identity.kind, identity.parent.as_deref(), own)
                && domain.kind == Kind::Domain
                && self.fates.aside.contains(domain)
            {
                for user in self.context.needed_by(domain) {
                    edges.extend([(own, (Stage::Alter, user)), (own, (Stage::Create, user.root()))]);
                }
            }
            self.rights_on_members(identity, &mut edges);
            // What lives in a schema comes after it, and goes before it.
            if let Some(schema) = identity.name.schema.as_deref() {
                let schema = Identity::global(Kind::Schema, schema);
                if let Some((schema, _)) = self.context.to.facts.get_key_value(&schema)
                    && let (Some(schema), Some(own)) = (self.making(schema), own)
                {
                    edges.push((schema, own));
                }
                if let (Some(own), Some(schema)) = (self.dropping(identity), self.dropping(&schema)) {
                    edges.push((own, schema));
                }
            }
        }
        edges.into_iter().for_each(|(first, then)| self.graph.order(first, then));
    }

    /// What an extension brought is there once the extension is, and has the name that the extension gives it.
    fn rights_on_members(&self, identity: &'a Identity, edges: &mut Vec<(Node<'a>, Node<'a>)>) {
        let facts = [self.context.from.get(identity), self.context.to.get(identity)];
        let extension = facts.into_iter().flatten().find_map(rules::grant::extension);
        let Some(extension) = extension.filter(|_| identity.kind == Kind::Grant) else { return };
        let changing = [Stage::Create, Stage::Alter].map(|stage| (stage, extension));
        let moves = rules::grant::moved(self.context, identity).is_some();
        for change in changing.into_iter().filter(|node| self.graph.has(*node)) {
            edges.extend(self.making(identity).map(|own| (change, own)));
            edges
                .extend(self.dropping(identity).map(|own| if moves { (change, own) } else { (own, change) }));
        }
    }

    /// In the old catalog, dependents go before what they need.
    pub(super) fn needs_of_old(&mut self) {
        for (dependent, needed) in pairs(self.context.from) {
            // By the type of its columns a table is known as the old one.
            if dependent.kind == Kind::Column && self.fates.aside.contains(dependent.root()) {
                self.graph.order((Stage::Aside, needed), (Stage::Detach, dependent.root()));
                self.graph.order((Stage::Aside, needed), (Stage::Aside, dependent.root()));
            }
            // What is made of a type is told by that type's name when it steps aside itself.
            if self.fates.aside.contains(needed) {
                let user = dependent.parent.as_deref().filter(|of| of.kind == Kind::Composite);
                let user = user.unwrap_or(dependent);
                if user.root().kind != Kind::Table && user != needed {
                    self.graph.prefer((Stage::Aside, user), (Stage::Aside, needed));
                }
            }
            let Some(drop_needed) = self.dropping(needed) else {
                self.before_it_is_altered(dependent, needed);
                continue;
            };
            match self.fates.of.get(dependent) {
                // A domain that is without its default meanwhile.
                Some(_) if rules::drops_default(self.context, dependent, needed) => {}
                _ if self.dropping(dependent).is_some() => {
                    let Some(drop) = self.dropping(dependent) else { continue };
                    let goes_along = self
                        .context
                        .from
                        .get(dependent)
                        .is_some_and(|fact| fact.inherited_from.as_ref() == Some(needed));
                    if goes_along && matches!(drop.1.kind, Kind::Table | Kind::Column) {
                        continue;
                    }
                    self.graph.order(drop, drop_needed);
                    let at_once = !self.fates.aside.contains(drop.1);
                    if self.fates.aside.contains(needed) && !self.fates.aside.contains(dependent) && at_once {
                        self.graph.order(drop, (Stage::Aside, needed));
                    }
                }
                // A column that Postgres alters only once its parent's is gone: see `inherited_columns`.
                Some(Fate::Alter(_) | Fate::Convert(_))
                    if self
                        .context
                        .from
                        .get(dependent)
                        .is_some_and(|fact| fact.inherited_from.as_ref() == Some(needed)) => {}
                Some(Fate::Alter(_) | Fate::Convert(_)) => {
                    self.graph.order((Stage::Alter, dependent), drop_needed)
                }
                _ => {}
            }
            if let Some(column) = self.becomes_plain(dependent) {
                self.graph.order((Stage::Alter, column), drop_needed);
            }
            self.graph.order((Stage::Detach, dependent), drop_needed);
            // A partition's index leaves that of its table along with the partition.
            if rules::is_of_index(self.context.from, dependent)
                && rules::is_of_index(self.context.from, needed)
            {
                self.graph.order((Stage::Detach, dependent.root()), drop_needed);
                continue;
            }
            // What is made again is put onto something else, once the one it had gone with is gone.
            let table = matches!(dependent.kind, Kind::Table | Kind::ForeignTable);
            if !self.fates.is_made(needed) && !self.fates.goes(dependent) && !table {
                self.graph.order((Stage::Attach, dependent), drop_needed);
            }
        }
    }

    /// What needs something that stays and is altered, and goes or lets go of it.
    fn before_it_is_altered(&mut self, dependent: &'a Identity, needed: &'a Identity) {
        let alter = (Stage::Alter, self.altered_with(needed));
        // Nothing reads a column while its type changes; who takes from a sequence does not mind.
        let minds = needed.kind != Kind::Sequence && !self.is_indifferent(dependent, needed);
        // What stands aside is off the table that it was part of.
        let partition = |drop: &Node<'a>| needed.kind == Kind::Table && self.fates.aside.contains(drop.1);
        if let Some(drop) = self.dropping(dependent).filter(|drop| minds && !partition(drop)) {
            // A function gets another body under what calls it.
            match needed.kind {
                Kind::Function | Kind::Procedure => self.graph.prefer(drop, alter),
                _ => self.graph.order(drop, alter),
            }
            if matches!(needed.kind, Kind::Table | Kind::ForeignTable) {
                self.graph.order(drop, (Stage::Detach, needed));
            }
        }
        // What takes from the sequence of an identity lets go of it before it goes with the identity.
        let identity =
            |catalog: &Catalog| catalog.get(needed).is_some_and(|fact| fact.get("identity").is_some());
        let still = self.context.to.needs(dependent).any(|still| still == needed);
        if identity(self.context.from) && !identity(self.context.to) && !still {
            self.graph.prefer((Stage::Alter, dependent), (Stage::Alter, needed));
        }
        if let Some(column) = self.becomes_plain(dependent) {
            self.graph.prefer((Stage::Alter, column), alter);
        }
    }

    /// The generated column of this expression, if it becomes a plain one where it is: it lets go of what it was
    /// generated from.
    fn becomes_plain(&self, expression: &Identity) -> Option<&'a Identity> {
        self.context.from.get(expression).filter(|fact| fact.get("generated").is_some())?;
        let column = rules::column_of(expression)?;
        match self.fates.of.get_key_value(&column)? {
            (&column, Fate::Alter(_)) => Some(column),
            _ => None,
        }
    }

    /// Whether an index does not notice what is altered of its column.
    fn is_indifferent(&self, dependent: &Identity, column: &Identity) -> bool {
        let same = |name| {
            let of = |catalog: &Catalog| catalog.get(column).map(|fact| fact.get(name).cloned());
            of(self.context.from) == of(self.context.to)
        };
        let identifies = self.context.from.get(dependent).is_some_and(|fact| fact.flag("replica_identity"));
        matches!(dependent.kind, Kind::Index | Kind::Statistics)
            && (!identifies || same("not_null"))
            && matches!(self.fates.of.get(column), Some(Fate::Alter(_)))
            && column.kind == Kind::Column
            && same("type")
            && same("collation")
    }

    /// In the new catalog, dependents come after what they need.
    pub(super) fn needs_of_new(&mut self) {
        let mut attached: BTreeMap<&Identity, Vec<&'a Identity>> = BTreeMap::new();
        for &identity in self.fates.of.keys() {
            if self.graph.has((Stage::Attach, identity))
                && let Some(above) =
                    self.context.to.get(identity).and_then(|fact| fact.inherited_from.as_ref())
            {
                attached.entry(above).or_default().push(identity);
            }
        }
        for (dependent, needed) in pairs(self.context.to) {
            if self.fates.again.contains(dependent)
                && let (Some(own), Some(drop)) = (self.dropping(dependent), self.dropping(needed))
            {
                self.graph.order(own, drop);
            }
            if rules::drops_default(self.context, dependent, needed)
                && let Some(drop) = self.dropping(needed)
            {
                self.graph.order((Stage::Detach, dependent), drop);
            }
            let making = self.making(dependent);
            let attach = (Stage::Attach, dependent);
            let attached_to_it = self.graph.has(attach)
                && self
                    .context
                    .to
                    .get(dependent)
                    .is_some_and(|fact| fact.inherited_from.as_ref() == Some(needed));
            if attached_to_it || rules::is_tie(dependent, needed) {
                // An owned sequence, a partition: made without its owner, and put onto it later.
                if let Some(needed) = self.making(needed) {
                    self.graph.order(needed, attach);
                    if !self.graph.has(attach)
                        && let Some(making) = making
                    {
                        self.graph.order(needed, making);
                    }
                }
                continue;
            }
            // When the script runs over itself, it drops what this plan made.
            if let (Some(first), Some(then)) = (self.dropping(dependent), self.dropping(needed)) {
                self.graph.prefer(first, then);
            }
            let Some(making) = making else { continue };
            // Once a column is of a domain by way of an array, Postgres takes no further CHECK on the domain.
            if needed.kind == Kind::Domain && self.fates.is_made(needed) {
                for check in self
                    .context
                    .has
                    .get(needed)
                    .into_iter()
                    .flatten()
                    .filter(|child| child.kind == Kind::Constraint)
                {
                    if let Some(check) = self.making(check) {
                        self.graph.prefer(check, making);
                    }
                }
            }
            // Postgres makes it along with the parent's, whenever that is.
            if dependent.kind == Kind::Trigger
                && self.context.to.get(dependent).is_some_and(|fact| fact.inherited_from.is_some())
            {
                continue;
            }
            // A child's own column that its parent's comes upon is altered before: see `inherited_columns`.
            let comes_upon = making.0 == Stage::Alter
                && self
                    .context
                    .to
                    .get(dependent)
                    .is_some_and(|fact| fact.inherited_from.as_ref() == Some(needed))
                && self.context.from.get(dependent).is_some_and(|fact| fact.inherited_from.is_none());
            if comes_upon && dependent.kind == Kind::Column {
                continue;
            }
            let altered =
                || Some((Stage::Alter, self.altered_with(needed))).filter(|node| self.graph.has(*node));
            if let Some(needed) = self.making(needed).or_else(altered) {
                match (making.0, needed.0) {
                    (Stage::Alter, Stage::Alter) => self.graph.prefer(needed, making),
                    _ => self.graph.order(needed, making),
                }
            }
            for &child in attached.get(needed).into_iter().flatten() {
                // A partition's key needs that of its table, and is itself what is attached to it.
                if child != dependent {
                    self.graph.order((Stage::Attach, child), making);
                }
            }
        }
    }

    /// The column whose change brings that of this one about: a child's column follows its parent's.
    fn altered_with(&self, column: &'a Identity) -> &'a Identity {
        let mut top = column;
        // As deep as tables inherit from each other; a catalog that goes in circles has no end.
        for _ in 0..32 {
            let above = self.context.from.get(top).and_then(|fact| fact.inherited_from.as_ref());
            match above {
                Some(above) if top.kind == Kind::Column && !self.fates.of.contains_key(top) => top = above,
                _ => break,
            }
        }
        top
    }
}

/// Who needs whom. A base type and its functions need each other: of the two, the functions make do with its shell.
fn pairs(catalog: &Catalog) -> impl Iterator<Item = (&Identity, &Identity)> {
    let pairs = catalog
        .facts()
        .flat_map(|(dependent, _)| catalog.needs(dependent).map(move |needed| (dependent, needed)));
    pairs.filter(|(dependent, needed)| !rules::base_type::makes_do_with_shell(catalog, dependent, needed))
}
