//! Which types stand aside while their columns move over.

use super::{Decision, Fate};
use crate::catalog::Catalog;
use crate::identity::{Identity, Kind};

impl<'a> Decision<'_, 'a> {
    /// A type that stands aside, and is dropped at the end, keeps what it is made of until then.
    pub(super) fn stand_aside_together(&mut self) {
        let types = [Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType];
        loop {
            let found: Vec<&'a Identity> =
                self.fates
                    .of
                    .keys()
                    .copied()
                    .filter(|identity| types.contains(&identity.kind) && self.fates.goes(identity))
                    .filter(|identity| !self.fates.aside.contains(*identity))
                    .filter(|identity| {
                        self.context.needed_by(identity).any(|user| {
                            self.moves_to_another(user) && self.fates.is_made(identity)
                                || self.fates.aside.contains(user)
                                || user.kind == Kind::Column && self.fates.aside.contains(user.root())
                                || user.parent.as_deref().is_some_and(|of| {
                                    of.kind == Kind::Composite && self.fates.aside.contains(of)
                                })
                        })
                    })
                    .collect();
            if found.is_empty() {
                return;
            }
            self.fates.aside.extend(found);
        }
    }

    /// Whether a column gets another type while the old one is still there.
    fn moves_to_another(&self, column: &Identity) -> bool {
        let of = |catalog: &'a Catalog| catalog.get(column).map(|fact| fact.text("type"));
        column.kind == Kind::Column
            && column.root().kind == Kind::Table
            && matches!(self.fates.of.get(column), Some(Fate::Alter(_)))
            && of(self.context.from) != of(self.context.to)
    }
}
