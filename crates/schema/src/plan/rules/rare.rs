//! The rarer kinds: everything beside tables, views, functions and what belongs to them.

use super::{
    Changed, Way, aggregate, base_type, cast, collation, event_trigger, extension, foreign, grant, label,
    operator, operator_class, publication, rule, schema, statistics, subscription, text_search,
};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};

/// What makes the fact.
///
/// # Errors
/// Why it cannot be made, and what a person can do.
pub(super) fn create(
    context: &Context<'_>,
    identity: &Identity,
    fact: &Fact,
) -> Result<Vec<Statement>, String> {
    Ok(match identity.kind {
        Kind::Schema => schema::create(identity),
        Kind::Extension => extension::create(identity, fact),
        Kind::Language => extension::language(identity, fact),
        Kind::AccessMethod => extension::access_method(identity, fact),
        Kind::ForeignDataWrapper => foreign::create_wrapper(identity, fact)?,
        Kind::Server => foreign::create_server(identity, fact)?,
        Kind::UserMapping => foreign::create_mapping(identity, fact)?,
        Kind::Collation => collation::create(identity, fact),
        Kind::Conversion => collation::create_conversion(identity, fact),
        Kind::Range => base_type::create_range(identity, fact),
        Kind::BaseType => base_type::create(identity, fact),
        Kind::Aggregate => aggregate::create(identity, fact),
        Kind::Rule => rule::create(identity, fact),
        Kind::Statistics => statistics::create(identity, fact),
        Kind::Cast => cast::create(identity, fact),
        Kind::Transform => cast::transform(identity, fact),
        Kind::Operator => operator::create(identity, fact),
        Kind::OperatorFamily => operator_class::create_family(context, identity, fact),
        Kind::OperatorClass => operator_class::create_class(context, identity, fact),
        Kind::TextSearchParser
        | Kind::TextSearchTemplate
        | Kind::TextSearchDictionary
        | Kind::TextSearchConfiguration => text_search::create(identity, fact),
        Kind::Publication => publication::create(identity, fact),
        Kind::PublicationTable => publication::add_table(context, identity, fact),
        Kind::PublicationSchema => publication::add_schema(identity),
        Kind::Subscription => return Err(subscription::CREATE.to_owned()),
        Kind::EventTrigger => event_trigger::create(identity, fact),
        Kind::Grant => grant::alter(context, identity, None, Some(fact)),
        Kind::Comment => label::comment(identity, Some(fact)),
        Kind::SecurityLabel => label::security_label(identity, Some(fact))?,
        // Only ever the parent of grants.
        Kind::DefaultPrivileges => Vec::new(),
        _ => return Err("no statement is known that makes it".to_owned()),
    })
}

/// What removes it.
///
/// # Errors
/// Why it cannot be removed, and what a person can do.
pub(super) fn drop(
    context: &Context<'_>,
    identity: &Identity,
    fact: &Fact,
) -> Result<Vec<Statement>, String> {
    Ok(match identity.kind {
        Kind::Range | Kind::BaseType => base_type::drop(identity, fact),
        Kind::Operator => operator::drop(identity),
        Kind::Server => {
            let mut statements = foreign::drop_mappings(context, identity);
            statements.push(drop_if_exists(identity).hazard(gone(identity)));
            statements
        }
        Kind::OperatorFamily => vec![operator_class::drop_statement(identity)],
        Kind::OperatorClass => operator_class::drop_class(context, identity),
        Kind::PublicationTable => publication::drop_table(context, identity),
        Kind::PublicationSchema => publication::drop_schema(identity),
        Kind::Subscription => return Err(subscription::DROP.to_owned()),
        Kind::Grant => grant::alter(context, identity, Some(fact), None),
        Kind::Comment => label::comment(identity, None),
        Kind::SecurityLabel => label::security_label(identity, None)?,
        Kind::DefaultPrivileges => Vec::new(),
        Kind::Schema
        | Kind::Extension
        | Kind::Language
        | Kind::AccessMethod
        | Kind::ForeignDataWrapper
        | Kind::Aggregate
        | Kind::Collation => vec![drop_if_exists(identity).hazard(gone(identity))],

        Kind::UserMapping
        | Kind::Conversion
        | Kind::Rule
        | Kind::Statistics
        | Kind::Cast
        | Kind::Transform
        | Kind::TextSearchParser
        | Kind::TextSearchTemplate
        | Kind::TextSearchDictionary
        | Kind::TextSearchConfiguration
        | Kind::Publication
        | Kind::EventTrigger => vec![drop_if_exists(identity)],
        _ => return Err("no statement is known that removes it".to_owned()),
    })
}

fn gone(identity: &Identity) -> Hazard {
    Hazard::BreaksRunningCode { why: format!("{identity} is gone") }
}

fn drop_if_exists(identity: &Identity) -> Statement {
    let object = name::object(identity);
    let noun = match identity.kind {
        Kind::Statistics => "STATISTICS".to_owned(),
        kind => kind.noun().to_uppercase(),
    };
    Statement::new(format!("DROP {noun} IF EXISTS{}", object.strip_prefix(&noun).unwrap_or_default()))
}

/// What takes it from `from` to `to`.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    match identity.kind {
        Kind::Extension => extension::alter(identity, changed, to),
        Kind::Language => Way::InPlace(extension::language(identity, to)),
        Kind::ForeignDataWrapper => foreign::alter_wrapper(identity, changed),
        Kind::Server => foreign::alter_server(identity, changed, to),
        Kind::UserMapping => foreign::alter_mapping(identity, changed),
        Kind::BaseType => base_type::alter(identity, from, to, changed),
        Kind::Aggregate => aggregate::alter(context, identity, from, to, changed),
        Kind::Rule => rule::alter(identity, to, changed),
        Kind::Statistics => statistics::alter(identity, to, changed),
        Kind::Transform => Way::InPlace(cast::transform(identity, to)),
        Kind::Operator => operator::alter(context, identity, from, to, changed),
        Kind::OperatorFamily => operator_class::alter_family(context, identity, from, to, changed),
        Kind::TextSearchDictionary => text_search::alter_dictionary(identity, from, to, changed),
        Kind::TextSearchConfiguration => text_search::alter_configuration(identity, from, to, changed),
        Kind::Publication => publication::alter(identity, to, changed),
        Kind::PublicationTable => publication::alter_table(context, identity, to),
        Kind::Subscription => subscription::alter(identity, to, changed),
        Kind::EventTrigger => event_trigger::alter(identity, to, changed),
        Kind::Grant => Way::InPlace(grant::alter(context, identity, Some(from), Some(to))),
        Kind::Comment => Way::InPlace(label::comment(identity, Some(to))),
        Kind::SecurityLabel => match label::security_label(identity, Some(to)) {
            Ok(statements) => Way::InPlace(statements),
            Err(why) => Way::Refuse(why),
        },
        Kind::Schema | Kind::PublicationSchema | Kind::DefaultPrivileges => {
            Way::Refuse("nothing is known that could differ here".to_owned())
        }
        _ => Way::Replace,
    }
}
