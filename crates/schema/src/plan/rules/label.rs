//! Comments and security labels.

use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// COMMENT ON the parent; without a fact, none.
pub(in crate::plan) fn comment(identity: &Identity, fact: Option<&Fact>) -> Vec<Statement> {
    let Some(on) = identity.parent.as_deref() else { return Vec::new() };
    let text =
        fact.map_or_else(|| "NULL".to_owned(), |fact| quote_literal(fact.text("text")).trim().to_owned());
    let statement = Statement::new(format!("COMMENT ON {} IS {text}", name::object(on)));
    // The sequence of an identity goes with the identity, and the comment with it.
    let went = fact.is_none() && on.kind == Kind::Sequence;
    let there = || format!("pg_catalog.to_regclass({}) IS NOT NULL", quote_literal(&on.name.sql()));
    vec![if went { statement.when(there()) } else { statement }]
}

/// SECURITY LABEL; without a fact, none. The identity's name is `provider on kind object`, the last two in the words of
/// `pg_identify_object`.
///
/// # Errors
/// When the object is of a kind that takes no label.
pub(super) fn security_label(identity: &Identity, fact: Option<&Fact>) -> Result<Vec<Statement>, String> {
    let unknown = || format!("`{}` is not understood; write the SECURITY LABEL by hand", identity.name.name);
    let (provider, object) = identity.name.name.split_once(" on ").ok_or_else(unknown)?;
    let (kind, object) = KINDS
        .iter()
        .find_map(|(words, sql)| Some((sql, object.strip_prefix(words)?.strip_prefix(' ')?)))
        .ok_or_else(unknown)?;
    let label =
        fact.map_or_else(|| "NULL".to_owned(), |fact| quote_literal(fact.text("label")).trim().to_owned());
    let provider = quote_ident(provider);
    Ok(vec![Statement::new(format!("SECURITY LABEL FOR {provider} ON {kind} {object} IS {label}"))])
}

/// The words of `pg_identify_object`, longer ones before those they begin with, and what SECURITY LABEL calls them.
const KINDS: &[(&str, &str)] = &[
    ("table column", "COLUMN"),
    ("view column", "COLUMN"),
    ("materialized view column", "COLUMN"),
    ("foreign table column", "COLUMN"),
    ("composite type column", "COLUMN"),
    ("materialized view", "MATERIALIZED VIEW"),
    ("foreign table", "FOREIGN TABLE"),
    ("event trigger", "EVENT TRIGGER"),
    ("composite type", "TYPE"),
    ("table", "TABLE"),
    ("view", "VIEW"),
    ("sequence", "SEQUENCE"),
    ("function", "FUNCTION"),
    ("procedure", "PROCEDURE"),
    ("aggregate", "AGGREGATE"),
    ("schema", "SCHEMA"),
    ("type", "TYPE"),
    ("domain", "DOMAIN"),
    ("language", "LANGUAGE"),
    ("publication", "PUBLICATION"),
    ("subscription", "SUBSCRIPTION"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_its_object_as_the_catalog_does() {
        let label = Identity::global(Kind::SecurityLabel, r#"dummy on table column public."T".c"#);
        let statements = security_label(&label, None).unwrap_or_default();
        assert_eq!(statements[0].sql, r#"SECURITY LABEL FOR dummy ON COLUMN public."T".c IS NULL"#);
        let odd = Identity::global(Kind::SecurityLabel, "dummy on operator public.+(integer,integer)");
        assert!(security_label(&odd, None).is_err());
    }
}
