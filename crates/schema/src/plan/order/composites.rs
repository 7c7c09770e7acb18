//! Composite types whose attributes change: Postgres lets nobody be of such a type meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::identity::{Identity, Kind};
use crate::plan::graph::Node;

impl<'a> Builder<'_, 'a> {
    /// Columns are of a type once its attributes are as they will be, and until they change; so it is with columns of a
    /// domain or an array of it. The body of a function is read when the function is made, and so is what its types are
    /// made of.
    pub(super) fn composites(&mut self) {
        let mut changes: BTreeMap<&'a Identity, Vec<Node<'a>>> = BTreeMap::new();
        for &attribute in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            let of = attribute.parent.as_deref().filter(|of| of.kind == Kind::Composite);
            if let Some(of) = of.filter(|of| !self.fates.is_made(of) && !self.fates.goes(of)) {
                let nodes = [self.dropping(attribute), self.making(attribute)];
                changes.entry(of).or_default().extend(nodes.into_iter().flatten());
            }
        }
        if changes.is_empty() {
            return;
        }
        for (catalog, coming) in [(self.context.from, false), (self.context.to, true)] {
            for (of, nodes) in &changes {
                for user in catalog.users_of_types(&BTreeSet::from([*of])) {
                    let Some(own) = (if coming { self.making(user) } else { self.dropping(user) }) else {
                        continue;
                    };
                    for &node in nodes.iter().filter(|node| **node != own) {
                        if coming {
                            self.graph.prefer(node, own);
                        } else {
                            self.graph.prefer(own, node);
                        }
                    }
                }
            }
        }
    }
}
