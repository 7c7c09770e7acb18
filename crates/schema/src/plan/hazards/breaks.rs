//! What a step means for code that runs while it is done, and goes on afterwards as it is.

use crate::identity::{Identity, Kind};
use crate::plan::{Context, Verb, rules};

/// Why running code fails or behaves differently; nothing when it does not notice.
pub(super) fn why(context: &Context<'_>, object: &Identity, verb: Verb, replaces: bool) -> Option<String> {
    let (from, to) = (context.from.get(object), context.to.get(object));
    let root_is_made = context.is_made(object.root()) && object.parent.is_some();
    match (verb, object.kind) {
        (
            Verb::Drop,
            Kind::Index | Kind::Comment | Kind::SecurityLabel | Kind::Statistics | Kind::Constraint,
        ) => None,
        (
            Verb::Drop,
            Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView | Kind::Column,
        )
        | (
            Verb::Drop,
            Kind::Sequence | Kind::Function | Kind::Procedure | Kind::Aggregate | Kind::Operator,
        )
        | (Verb::Drop, Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range | Kind::BaseType)
        | (Verb::Drop, Kind::Schema | Kind::Extension | Kind::Cast | Kind::Collation)
            if !replaces =>
        {
            Some(format!("what uses {object} fails"))
        }
        (Verb::Drop, Kind::Default) if !replaces => {
            let column = rules::column_of(object).and_then(|column| context.to.get(&column));
            column
                .is_some_and(|column| column.flag("not_null") && column.get("identity").is_none())
                .then(|| format!("an INSERT that leaves `{}` out fails", object.name))
        }
        (Verb::Drop, Kind::Policy) if !replaces => {
            Some("rows that this policy let in are no longer seen, or those it kept back are".to_owned())
        }
        (Verb::Create, Kind::Column) if !root_is_made && object.root().kind == Kind::Table => {
            let fact = to?;
            let fills_itself = fact.get("identity").is_some() || fact.get("generated").is_some();
            let default = rules::default_of(object).and_then(|default| context.to.get(&default));
            (fact.flag("not_null") && !fills_itself && default.is_none())
                .then(|| format!("an INSERT that leaves `{}` out fails", object.name))
        }
        (Verb::Create, Kind::Constraint) if !root_is_made && !replaces => {
            Some(format!("rows that break {object} are refused"))
        }
        (Verb::Alter, Kind::Column) => {
            let (from, to) = (from?, to?);
            if from.text("type") != to.text("type") {
                return Some(format!("it reads and writes `{}` as {}", object.name, to.text("type")));
            }
            (to.flag("not_null") && !from.flag("not_null"))
                .then(|| format!("a NULL in `{}` is refused", object.name))
        }
        (Verb::Alter, Kind::Table) => {
            let (from, to) = (from?, to?);
            (to.flag("row_security") && !from.flag("row_security"))
                .then(|| "roles that no policy lets in see no rows".to_owned())
        }
        _ => None,
    }
}
