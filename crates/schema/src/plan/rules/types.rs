//! Enums, composite types and domains.

use super::{Changed, Way};
use crate::fact::{ATTRIBUTE_ORDER, Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Runs, Statement, name};
use crate::quote::{quote_ident, quote_literal, unqualified, unquoted};

/// CREATE TYPE, CREATE DOMAIN.
pub(super) fn create(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let own = identity.name.sql();
    let sql = match identity.kind {
        Kind::Enum => {
            let labels = fact.list("labels").iter().map(|label| quote_literal(label)).collect::<Vec<_>>();
            format!("CREATE TYPE {own} AS ENUM ({})", labels.join(", "))
        }
        Kind::Composite => {
            let attributes: Vec<String> = context
                .columns(identity)
                .into_iter()
                .filter_map(|column| {
                    let fact = context.to.get(&column)?;
                    let collation =
                        fact.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
                    Some(format!("{} {}{collation}", quote_ident(&column.name.name), fact.text("type")))
                })
                .collect();
            format!("CREATE TYPE {own} AS ({})", attributes.join(", "))
        }
        _ => domain(&own, fact),
    };
    let create = Statement::new(sql).when(is_missing(context, identity));
    // The second time, the domain is there and without its default.
    let lacks = context.to.needs(identity).any(|needed| drops_default(context, identity, needed));
    let default = if lacks { with_default(identity, fact) } else { Vec::new() };
    [vec![create], default].concat()
}

/// Whether it is not there yet, as SQL. What Postgres made by itself and calls so, it gives another name, or it goes.
fn is_missing(context: &Context<'_>, identity: &Identity) -> String {
    let own = quote_literal(&identity.name.sql());
    let multirange =
        |fact: &Fact| fact.get("multirange").is_some_and(|name| name.to_string() == identity.name.sql());
    let array = identity.name.name.starts_with('_');
    match type_letter(identity.kind)
        .filter(|_| array || context.from.facts().any(|(_, fact)| multirange(fact)))
    {
        Some(letter) => format!(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype({own}) AND typtype = '{letter}')"
        ),
        None => format!("pg_catalog.to_regtype({own}) IS NULL"),
    }
}

/// As `pg_type.typtype` has it.
fn type_letter(kind: Kind) -> Option<char> {
    Some(match kind {
        Kind::Enum => 'e',
        Kind::Domain => 'd',
        Kind::Composite => 'c',
        Kind::Range => 'r',
        _ => return None,
    })
}

fn domain(name: &str, fact: &Fact) -> String {
    let mut sql = format!("CREATE DOMAIN {name} AS {}", fact.text("type"));
    for (words, attribute) in [("COLLATE", "collation"), ("DEFAULT", "default")] {
        if let Some(value) = fact.get(attribute) {
            sql += &format!(" {words} {value}");
        }
    }
    if fact.flag("not_null") {
        sql += " NOT NULL";
    }
    sql
}

/// What ALTER TYPE and ALTER DOMAIN can do. Anything else is a new type, to which the columns move over.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    match identity.kind {
        Kind::Enum => add_values(identity, from, to),
        Kind::Composite if changed.contains_key(ATTRIBUTE_ORDER) => Way::Replace,
        Kind::Composite => Way::InPlace(Vec::new()),
        // What columns have of it deeper within, Postgres does not look into.
        _ if changed.get("not_null").is_some_and(|one| one.to.is_some())
            && super::is_hidden_in_columns(context, identity) =>
        {
            Way::Replace
        }
        _ => alter_domain(identity, changed),
    }
}

fn add_values(identity: &Identity, from: &Fact, to: &Fact) -> Way {
    let (have, want) = (from.list("labels"), to.list("labels"));
    let kept: Vec<&String> = want.iter().filter(|label| have.contains(label)).collect();
    if !kept.into_iter().eq(have.iter()) {
        return Way::Replace;
    }
    let mut statements = Vec::new();
    let first = have.first();
    for (position, label) in want.iter().enumerate().filter(|(_, label)| !have.contains(label)) {
        let last = want[position..].iter().all(|label| !have.contains(label));
        let place = match position.checked_sub(1).and_then(|before| want.get(before)) {
            _ if last => String::new(),
            Some(before) => format!(" AFTER {}", quote_literal(before)),
            None => first.map(|first| format!(" BEFORE {}", quote_literal(first))).unwrap_or_default(),
        };
        let sql = format!(
            "ALTER {} ADD VALUE IF NOT EXISTS {}{place}",
            name::alter_target(identity),
            quote_literal(label)
        );
        statements.push(Statement::new(sql).runs(Runs::ThenCommit));
    }
    Way::InPlace(statements)
}

fn alter_domain(identity: &Identity, changed: &Changed) -> Way {
    let target = name::alter_target(identity);
    let mut statements = Vec::new();
    for (attribute, transition) in changed {
        let clause = match (*attribute, transition.to.as_ref().map(Value::to_string)) {
            ("default", Some(value)) => format!("SET DEFAULT {value}"),
            ("default", None) => "DROP DEFAULT".to_owned(),
            ("not_null", Some(_)) => "SET NOT NULL".to_owned(),
            ("not_null", None) => "DROP NOT NULL".to_owned(),
            _ => return Way::Replace,
        };
        statements.push(Statement::new(format!("ALTER {target} {clause}")));
    }
    Way::InPlace(statements)
}

/// A domain that stays without its default, while what the default calls is made again.
pub(super) fn without_default(domain: &Identity) -> Vec<Statement> {
    vec![Statement::new(format!("ALTER {} DROP DEFAULT", name::alter_target(domain)))]
}

/// Its default, once what that calls is there.
pub(in crate::plan) fn with_default(domain: &Identity, to: &Fact) -> Vec<Statement> {
    let default = to.get("default").into_iter();
    let target = name::alter_target(domain);
    default.map(|default| Statement::new(format!("ALTER {target} SET DEFAULT {default}"))).collect()
}

/// Whether a domain needs it for nothing but its default: the checks are facts of their own.
pub(super) fn is_for_default(domain: &Identity, needed: &Identity) -> bool {
    domain.kind == Kind::Domain && matches!(needed.kind, Kind::Function | Kind::Sequence)
}

/// Whether a domain that stays, or stands aside, is without its default while this is made again. When the plan runs
/// again, that goes for a default that it has only from this plan, too.
pub(in crate::plan) fn drops_default(context: &Context<'_>, domain: &Identity, needed: &Identity) -> bool {
    is_for_default(domain, needed)
        && context.is_made(needed)
        && context.from.get(needed).is_some()
        && context.to.needs(domain).any(|still| still == needed)
        && (context.is_aside(domain) || !context.is_made(domain))
}

/// DROP TYPE, DROP DOMAIN; of the one that stands aside, if it does.
pub(super) fn drop(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let verb = match identity.kind {
        Kind::Domain => "DOMAIN",
        Kind::Collation => "COLLATION",
        _ => "TYPE",
    };
    let name = if context.is_aside(identity) { aside_name(context, identity).0 } else { identity.name.sql() };
    vec![Statement::new(format!("DROP {verb} IF EXISTS {name}"))]
}

/// Renames it, so that its name is free for the new one while columns are still of it.
pub(super) fn aside(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let (_, own) = aside_name(context, identity);
    let target = match identity.kind {
        Kind::Collation => format!("COLLATION {}", identity.name.sql()),
        _ => name::alter_target(identity),
    };
    let rename = Statement::new(format!("ALTER {target} RENAME TO {own}"));
    let mut statements = constructors_aside(context, identity, &own);
    if context.to.get(identity).is_some() {
        let Some(still) =
            still_old(context, identity, 16).or_else(|| super::rebuild::users_still_old(context, identity))
        else {
            statements.push(rename);
            return statements;
        };
        statements.push(rename);
        let guard = |statement: Statement| match statement.guard.clone() {
            Some(guard) => statement.when(format!("{guard} AND {still}")),
            None => statement.when(still.clone()),
        };
        return statements.into_iter().map(guard).collect();
    }
    statements.push(rename);
    // The second time, a type of another kind has its name.
    let Some(kind) = type_letter(identity.kind) else { return statements };
    let still = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype({}) AND typtype = '{kind}')",
        quote_literal(&identity.name.sql())
    );
    statements.into_iter().map(|rename| rename.when(still.clone())).collect()
}

/// Whether the type, or one that it is made of, is not yet as it should be, as SQL, where that can be told: what is as it
/// should be stays.
pub(super) fn still_old(context: &Context<'_>, identity: &Identity, depth: usize) -> Option<String> {
    let (from, to) = (context.from.get(identity)?, context.to.get(identity)?);
    let name = quote_literal(&identity.name.sql());
    let other = |attribute: &str, catalog: &str, own: &str, of: &str| {
        (from.text(attribute) != to.text(attribute)).then(|| {
            let is = quote_literal(to.text(attribute));
            format!(
                "EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {own} = pg_catalog.to_regtype({name}) AND pg_catalog.to_regtype(pg_catalog.format_type({of}, NULL)) IS DISTINCT FROM pg_catalog.to_regtype({is}))"
            )
        })
    };
    let mut differs = Vec::new();
    let mut parts = vec![identity.clone()];
    match identity.kind {
        Kind::Enum if from.list("labels") != to.list("labels") => differs.push(other_labels(identity, to)),
        Kind::Domain => {
            differs.extend(other("type", "pg_type", "oid", "typbasetype"));
            differs.extend(other_checks(context, identity));
        }
        Kind::Collation => differs.push(super::collation::other_settings(identity, to)),
        Kind::Range => {
            differs.extend(other("subtype", "pg_range", "rngtypid", "rngsubtype"));
            differs.extend(other("multirange", "pg_range", "rngtypid", "rngmultitypid"));
        }
        Kind::Composite => {
            parts = context.columns(identity);
            let names: Vec<String> = parts.iter().map(|own| quote_literal(&own.name.name)).collect();
            differs.push(format!(
                "ARRAY[{}]::text[] <> ARRAY(SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({name}) AND attnum > 0 AND NOT attisdropped ORDER BY attnum)",
                names.join(", ")
            ));
            let retyped = parts.iter().filter_map(|part| Some((part, context.to.get(part)?)));
            differs.extend(retyped.map(|(part, fact)| super::retype::other_type(part, fact)));
        }
        _ => {}
    }
    if depth > 0 {
        let needed = parts.iter().flat_map(|part| context.from.needs(part));
        let needed = needed.filter(|needed| context.is_aside(needed) && *needed != identity);
        differs.extend(needed.filter_map(|needed| still_old(context, needed, depth - 1)));
    }
    let mut seen = std::collections::BTreeSet::new();
    differs.retain(|differs| seen.insert(differs.clone()));
    (!differs.is_empty()).then(|| format!("({})", differs.join(" OR ")))
}

/// Whether a domain does not have all CHECKs that it should have, as SQL, where they are not the same before and after.
fn other_checks(context: &Context<'_>, domain: &Identity) -> Option<String> {
    let checks = |catalog: &crate::catalog::Catalog| {
        let own = catalog
            .facts()
            .filter(|(check, _)| check.kind == Kind::Constraint && check.parent.as_deref() == Some(domain));
        let valid = |fact: &Fact| !fact.flag("not_valid");
        own.map(|(check, fact)| (check.clone(), fact.text("definition").to_owned(), valid(fact)))
            .collect::<Vec<_>>()
    };
    let (had, has) = (checks(context.from), checks(context.to));
    if had == has {
        return None;
    }
    // What Postgres shows of an expression depends on the search path where that has names of schemas in it.
    let lacking = has.iter().map(|(check, definition, valid)| {
        let told = had.iter().any(|(other, was, _)| other == check && was != definition) && !definition.contains('.');
        let shown = format!(" AND pg_catalog.pg_get_constraintdef(oid) = {}", quote_literal(definition));
        format!(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE contypid = pg_catalog.to_regtype({}) AND conname = {}{}{})",
            quote_literal(&domain.name.sql()),
            quote_literal(&check.name.name),
            if *valid { " AND convalidated" } else { "" },
            if told { shown.as_str() } else { "" },
        )
    });
    let lacking: Vec<String> = lacking.collect();
    let there = format!("pg_catalog.to_regtype({}) IS NOT NULL", quote_literal(&domain.name.sql()));
    (!lacking.is_empty()).then(|| format!("({there} AND ({}))", lacking.join(" OR ")))
}

/// Whether the old one has been renamed, as SQL.
pub(super) fn stands_aside(context: &Context<'_>, identity: &Identity) -> String {
    format!("pg_catalog.to_regtype({}) IS NOT NULL", quote_literal(&aside_name(context, identity).0))
}

/// The multirange of a range, and the functions that make either of them, keep their names when the range gets another.
fn constructors_aside(context: &Context<'_>, range: &Identity, own: &str) -> Vec<Statement> {
    let Some(fact) = context.from.get(range).filter(|_| range.kind == Kind::Range) else { return Vec::new() };
    let (multirange, subtype) = (fact.text("multirange"), fact.text("subtype"));
    let aside = quote_ident(&name::aside(&unquoted(unqualified(multirange))));
    let name = range.name.sql();
    // The second time, it is the new range that stands aside.
    let own_maker = |arguments: String| {
        let there = format!(
            "pg_catalog.to_regprocedure({}) IS NOT NULL",
            quote_literal(&format!("{name}({arguments})"))
        );
        Statement::new(format!("ALTER FUNCTION {name}({arguments}) RENAME TO {own}")).when(there)
    };
    let then = context.to.get(range).map(|fact| fact.text("subtype")).filter(|then| *then != subtype);
    let subtypes = [Some(subtype), then].into_iter().flatten();
    let mut statements: Vec<Statement> = subtypes
        .flat_map(|of| [own_maker(format!("{of}, {of}")), own_maker(format!("{of}, {of}, text"))])
        .collect();
    let there = |of: &str, what: &str| format!("pg_catalog.{of}({}) IS NOT NULL", quote_literal(what));
    let maker = Statement::new(format!("ALTER FUNCTION {multirange}() RENAME TO {aside}"));
    statements.push(maker.when(there("to_regprocedure", &format!("{multirange}()"))));
    let rename = Statement::new(format!("ALTER TYPE {multirange} RENAME TO {aside}"));
    statements.push(rename.when(there("to_regtype", multirange)));
    statements
}

/// Whether an enum has other values than it should have, or the same in another order.
fn other_labels(identity: &Identity, to: &Fact) -> String {
    let labels = to.list("labels").iter().map(|label| quote_literal(label)).collect::<Vec<_>>().join(", ");
    format!(
        "ARRAY[{labels}]::text[] <> ARRAY(SELECT enumlabel::text FROM pg_catalog.pg_enum \
         WHERE enumtypid = pg_catalog.to_regtype({}) ORDER BY enumsortorder)",
        quote_literal(&identity.name.sql())
    )
}

/// A name that is not taken: qualified, and by itself.
pub(in crate::plan) fn aside_name(context: &Context<'_>, identity: &Identity) -> (String, String) {
    let mut name = name::aside(&identity.name.name);
    let taken = |name: &str| {
        context.from.facts().any(|(other, _)| {
            other.parent.is_none() && &*other.name.name == name && other.name.schema == identity.name.schema
        })
    };
    while taken(&name) {
        name.push('_');
    }
    let own = quote_ident(&name);
    match identity.name.schema.as_deref() {
        Some(schema) => (format!("{}.{own}", quote_ident(schema)), own),
        None => (own.clone(), own),
    }
}
