//! What goes first where the edges leave a choice.

use crate::identity::Kind;
use crate::plan::graph::{Node, Stage};

/// Which of the free nodes comes first: what stands in the way, then what is made, from the ground up, then what goes.
pub(super) fn rank((stage, identity): Node<'_>) -> (u8, u8) {
    let kind = identity.kind;
    match stage {
        Stage::Detach => (0, 0),
        Stage::Drop => match kind {
            Kind::Schema | Kind::Extension => (9, 9),
            Kind::Table | Kind::ForeignTable | Kind::Column => (8, 0),
            Kind::Sequence | Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range | Kind::BaseType => {
                (8, 2)
            }
            Kind::Function | Kind::Procedure | Kind::Aggregate | Kind::Operator => (8, 1),
            Kind::Grant | Kind::Comment => (7, 0),
            _ => (1, 0),
        },
        Stage::Aside => (2, 0),
        // What else is done is none of its business.
        Stage::Create | Stage::Alter if kind == Kind::EventTrigger => (9, 10),
        Stage::Create => (3, made_rank(kind)),
        Stage::Alter => match kind {
            Kind::Enum => (3, 5),
            Kind::Column | Kind::Default => (3, 21),
            Kind::Table => (3, 20),
            other => (3, made_rank(other)),
        },
        Stage::Attach => (3, 22),
        Stage::Move => (3, 23),
        Stage::Owner => (5, 0),
        Stage::Rights => (6, 0),
    }
}

fn made_rank(kind: Kind) -> u8 {
    match kind {
        Kind::Schema => 0,
        Kind::Extension => 1,
        Kind::Language | Kind::AccessMethod | Kind::ForeignDataWrapper | Kind::Server | Kind::UserMapping => {
            2
        }
        Kind::Collation | Kind::Conversion => 3,
        Kind::Enum | Kind::Composite | Kind::Domain | Kind::Range | Kind::BaseType => 5,
        Kind::Sequence => 7,
        Kind::Function | Kind::Procedure | Kind::Aggregate => 10,
        Kind::Operator | Kind::OperatorFamily | Kind::OperatorClass | Kind::Cast | Kind::Transform => 12,
        Kind::TextSearchParser | Kind::TextSearchTemplate => 13,
        Kind::TextSearchDictionary | Kind::TextSearchConfiguration => 14,
        Kind::Table | Kind::ForeignTable => 20,
        Kind::Column | Kind::Default => 21,
        Kind::Constraint => 23,
        Kind::Index => 24,
        Kind::View => 25,
        Kind::MaterializedView => 26,
        Kind::Statistics => 27,
        Kind::Rule | Kind::Trigger => 28,
        Kind::Policy => 29,
        Kind::Publication | Kind::PublicationTable | Kind::PublicationSchema | Kind::Subscription => 30,
        Kind::EventTrigger => 31,
        Kind::Grant => 32,
        Kind::SecurityLabel => 33,
        Kind::Comment => 40,
        Kind::DefaultPrivileges => 50,
    }
}
