//! Casts and transforms.

use crate::fact::Fact;
use crate::identity::Identity;
use crate::plan::{Statement, name};
use crate::quote::quote_literal;

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let how = match fact.text("function") {
        "" if fact.flag("inout") => "WITH INOUT".to_owned(),
        "" => "WITHOUT FUNCTION".to_owned(),
        function => format!("WITH FUNCTION {function}"),
    };
    let context = match fact.text("context") {
        "" => String::new(),
        context => format!(" AS {}", context.to_uppercase()),
    };
    let statement = Statement::new(format!("CREATE {} {how}{context}", name::object(identity)));
    vec![match identity.name.name.split_once(" AS ") {
        Some((source, target)) => statement.when(format!(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_cast WHERE castsource = {}::pg_catalog.regtype \
             AND casttarget = {}::pg_catalog.regtype)",
            quote_literal(source),
            quote_literal(target)
        )),
        None => statement,
    }]
}

/// Made, or made what it should be.
pub(super) fn transform(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let directions = [("FROM SQL", "from_sql"), ("TO SQL", "to_sql")];
    let directions = directions
        .iter()
        .filter_map(|(words, attribute)| Some(format!("{words} WITH FUNCTION {}", fact.get(attribute)?)));
    let directions = directions.collect::<Vec<_>>().join(", ");
    vec![Statement::new(format!("CREATE OR REPLACE {} ({directions})", name::object(identity)))]
}
