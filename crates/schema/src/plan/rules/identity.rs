//! Identity columns: GENERATED … AS IDENTITY, and the sequence behind it.

use super::column::alter_all;
use crate::fact::{Fact, Value};
use crate::identity::Identity;
use crate::plan::Statement;
use crate::quote::{quote_ident, quote_literal, unqualified};

/// `GENERATED ALWAYS AS IDENTITY (…)`, with what is not as Postgres would choose it.
pub(super) fn clause(column: &Identity, fact: &Fact) -> String {
    let int = |name: &str| match fact.get(name) {
        Some(Value::Int(value)) => *value,
        _ => 0,
    };
    let mut options = Vec::new();
    let usual = column.parent.as_deref().and_then(|table| {
        let schema = table.name.schema.as_deref()?;
        Some(format!(
            "{}.{}",
            quote_ident(schema),
            quote_ident(&format!("{}_{}_seq", table.name.name, column.name.name))
        ))
    });
    let sequence = fact.text("identity_sequence");
    if !sequence.is_empty() && usual.as_deref() != Some(sequence) {
        options.push(format!("SEQUENCE NAME {sequence}"));
    }
    let (lowest, highest) = match fact.text("identity_type") {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let rising = int("identity_increment") > 0;
    let (min, max) = if rising { (1, highest) } else { (lowest, -1) };
    let start = if rising { int("identity_min") } else { int("identity_max") };
    let usual = [
        ("INCREMENT BY", "identity_increment", 1),
        ("MINVALUE", "identity_min", min),
        ("MAXVALUE", "identity_max", max),
        ("START WITH", "identity_start", start),
        ("CACHE", "identity_cache", 1),
    ];
    for (words, name, usual) in usual {
        if int(name) != usual {
            options.push(format!("{words} {}", int(name)));
        }
    }
    if fact.flag("identity_cycle") {
        options.push("CYCLE".to_owned());
    }
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {} AS IDENTITY{options}", fact.text("identity").to_uppercase())
}

/// Bounds that are narrower, with a new beginning where the sequence stands outside of them: Postgres would take none.
pub(super) fn restart(column: &Identity, from: &Fact, to: &Fact, bounds: &str) -> Option<Statement> {
    let int = |fact: &Fact, name| match fact.get(name) {
        Some(Value::Int(value)) => Some(*value),
        _ => None,
    };
    let (min, max) = (int(to, "identity_min")?, int(to, "identity_max")?);
    if int(from, "identity_min")? >= min && int(from, "identity_max")? <= max {
        return None;
    }
    let start = int(to, "identity_start").unwrap_or(min);
    let outside =
        format!("(SELECT last_value NOT BETWEEN {min} AND {max} FROM {})", to.text("identity_sequence"));
    Some(alter_all(column, &format!("{bounds} RESTART WITH {start}"))?.when(outside))
}

pub(super) fn is_bound(clause: &str) -> bool {
    ["SET START", "SET INCREMENT", "SET MINVALUE", "SET MAXVALUE", "SET CACHE", "SET CYCLE", "SET NO CYCLE"]
        .iter()
        .any(|word| clause.starts_with(word))
}

pub(super) fn rename_sequence(from: &Fact, to: &Fact) -> Vec<Statement> {
    let (old, new) = (from.text("identity_sequence"), to.text("identity_sequence"));
    let new_name = unqualified(new);
    let exists = format!(
        "pg_catalog.to_regclass({}) IS NOT NULL AND pg_catalog.to_regclass({}) IS NULL",
        quote_literal(old),
        quote_literal(new)
    );
    vec![Statement::new(format!("ALTER SEQUENCE {old} RENAME TO {new_name}")).when(exists)]
}
