//! Aggregates.

use super::{Changed, Way, guard};
use crate::catalog::Catalog;
use crate::fact::Fact;
use crate::identity::Kind;
use crate::plan::{Context, Statement};
use crate::quote::quote_literal;

use crate::identity::Identity;

/// Made, or made what it should be as far as OR REPLACE goes.
pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let signature = match fact.text("signature") {
        "" => "*",
        signature => signature,
    };
    let mut options = vec![
        format!("sfunc = {}", guard::without_arguments(fact.text("transition"))),
        format!("stype = {}", fact.text("state_type")),
    ];
    let ordered = fact.get("form").is_some();
    let functions = [
        ("finalfunc", "final"),
        ("combinefunc", "combine"),
        ("serialfunc", "serialize"),
        ("deserialfunc", "deserialize"),
        ("msfunc", "moving_transition"),
        ("minvfunc", "moving_inverse"),
        ("mfinalfunc", "moving_final"),
    ];
    for (word, attribute) in functions {
        if fact.get(attribute).is_some() {
            options.push(format!("{word} = {}", guard::without_arguments(fact.text(attribute))));
        }
    }
    for (word, attribute) in
        [("sspace", "state_size"), ("mstype", "moving_state_type"), ("msspace", "moving_state_size")]
    {
        options.extend(fact.get(attribute).map(|value| format!("{word} = {value}")));
    }
    for (word, attribute) in [("initcond", "initial"), ("minitcond", "moving_initial")] {
        options.extend(
            fact.get(attribute).map(|value| format!("{word} = {}", quote_literal(&value.to_string()))),
        );
    }
    for (word, attribute) in [("finalfunc_extra", "final_extra"), ("mfinalfunc_extra", "moving_final_extra")]
    {
        options.extend(fact.flag(attribute).then(|| word.to_owned()));
    }
    for (word, attribute) in
        [("finalfunc_modify", "final_modify"), ("mfinalfunc_modify", "moving_final_modify")]
    {
        options.extend(modify(fact.text(attribute), ordered).map(|how| format!("{word} = {how}")));
    }
    options
        .extend(fact.get("sort_operator").map(|it| format!("sortop = {}", guard::operator(&it.to_string()))));
    options.extend(fact.get("parallel").map(|parallel| format!("parallel = {parallel}")));
    options.extend((fact.text("form") == "hypothetical set").then(|| "hypothetical".to_owned()));
    let (own, options) = (identity.name.sql(), options.join(", "));
    vec![Statement::new(format!("CREATE OR REPLACE AGGREGATE {own}({signature}) ({options})"))]
}

/// Nothing where it is as usual: for ordered sets that the final function may change the state.
fn modify(letter: &str, ordered: bool) -> Option<&'static str> {
    match (letter, ordered) {
        ("r", true) => Some("read_only"),
        ("s", _) => Some("shareable"),
        ("w", false) => Some("read_write"),
        _ => None,
    }
}

/// In place where OR REPLACE takes it: neither arguments nor result may change.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    let shape = ["form", "direct_arguments", "signature"];
    if shape.iter().any(|name| changed.contains_key(name)) {
        return Way::Replace;
    }
    match (result(context.from, from), result(context.to, to)) {
        (Some(before), Some(after)) if before == after => Way::InPlace(create(identity, to)),
        _ => Way::Replace,
    }
}

/// What it gives: what its final function returns, else its state. Unknown where that function is not in the catalog
/// and so may only be told by its own name.
fn result(catalog: &Catalog, fact: &Fact) -> Option<String> {
    let function = fact.text("final");
    if function.is_empty() {
        return Some(fact.text("state_type").to_owned());
    }
    let own = catalog.facts().find(|(identity, _)| {
        identity.kind == Kind::Function && {
            let arguments = identity.arguments.as_deref().unwrap_or_default().replace(", ", ",");
            format!("{}({arguments})", identity.name.sql()) == function
        }
    });
    Some(
        own.map_or_else(
            || format!("result of {function}"),
            |(_, function)| function.text("returns").to_owned(),
        ),
    )
}
