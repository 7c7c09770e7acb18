//! Which names are taken.

use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::quote::{unqualified, unquoted};

/// A place in a space of names, which only one object can have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) struct Place(Space, String, String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    Relation,
    Type,
    Routine,
    Other(Kind),
}

impl Place {
    /// Whether the name is taken in its schema, and not only on its table.
    pub(in crate::plan) fn is_in_a_schema(&self) -> bool {
        matches!(self.0, Space::Relation | Space::Type | Space::Routine)
    }
}

/// The names that an object takes.
pub(in crate::plan) fn places(identity: &Identity, fact: &Fact) -> Vec<Place> {
    let schema = identity.schema().unwrap_or_default().to_owned();
    let name = identity.name.name.to_string();
    let place = |space| Place(space, schema.clone(), name.clone());
    match identity.kind {
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView | Kind::Composite => {
            vec![place(Space::Relation), place(Space::Type)]
        }
        // Postgres makes no sequence of the name of a type, though it makes no type with it.
        Kind::Sequence => vec![place(Space::Relation), place(Space::Type)],
        Kind::Index => vec![place(Space::Relation)],
        Kind::Constraint => {
            let own = Place(Space::Other(Kind::Constraint), format!("{:?}", identity.parent), name.clone());
            match fact.text("type") {
                "primary key" | "unique" | "exclude" => vec![place(Space::Relation), own],
                _ => vec![own],
            }
        }
        Kind::Range => {
            let multirange = unquoted(unqualified(fact.text("multirange")));
            let subtype = fact.text("subtype");
            let maker =
                |arguments: &str| Place(Space::Routine, schema.clone(), format!("{name}({arguments})"));
            vec![
                place(Space::Type),
                maker(&format!("{subtype}, {subtype}")),
                maker(&format!("{subtype}, {subtype}, text")),
                Place(Space::Routine, schema.clone(), format!("{multirange}()")),
                Place(Space::Type, schema, multirange),
            ]
        }
        Kind::Enum | Kind::Domain | Kind::BaseType => vec![place(Space::Type)],
        Kind::Function | Kind::Procedure | Kind::Aggregate => {
            let arguments = identity.arguments.as_deref().unwrap_or_default();
            vec![Place(Space::Routine, schema, format!("{name}({arguments})"))]
        }
        Kind::Comment | Kind::Grant => Vec::new(),
        kind => vec![Place(
            Space::Other(kind),
            format!("{:?}", identity.parent),
            format!("{schema}.{name}{:?}", identity.arguments),
        )],
    }
}
