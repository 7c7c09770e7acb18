//! How SQL names an object. Every part is quoted where Postgres would need it.

use sha2::{Digest, Sha256};

use crate::identity::{Identity, Kind};
use crate::quote::quote_ident;

/// What something is called while it stands aside. A long name is cut, and stays one of its own.
pub(super) fn aside(name: &str) -> String {
    const LONGEST: usize = 55;
    if name.len() <= LONGEST {
        return format!("{name}__old");
    }
    let mark: String = Sha256::digest(name).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut stem = name.to_owned();
    while stem.len() + 1 + mark.len() > LONGEST {
        stem.pop();
    }
    format!("{stem}_{mark}__old")
}

/// The object as `DROP`, `COMMENT ON` and `SECURITY LABEL ON` take it: `INDEX public.t_name_idx`, `TRIGGER x ON public.t`,
/// `FUNCTION public.f(integer)`. A column and a constraint, which nothing but `ALTER` drops, as a comment takes them.
///
/// What has no name of its own (a grant, a comment, a default) is named by what it hangs on.
pub(super) fn object(identity: &Identity) -> String {
    let own = quote_ident(&identity.name.name);
    let noun = noun(identity.kind);
    let Some(parent) = identity.parent.as_deref() else { return on_its_own(identity, noun) };
    match identity.kind {
        Kind::Column | Kind::Default => format!("COLUMN {}.{own}", parent.name.sql()),
        Kind::Index => format!("INDEX {}", qualified_index(identity)),
        Kind::Constraint if parent.kind == Kind::Domain => {
            format!("CONSTRAINT {own} ON DOMAIN {}", parent.name.sql())
        }
        Kind::UserMapping => {
            format!("USER MAPPING FOR {} SERVER {}", role(&identity.name.name), parent.name.sql())
        }
        Kind::Grant
        | Kind::Comment
        | Kind::SecurityLabel
        | Kind::PublicationTable
        | Kind::PublicationSchema => object(parent),
        _ => format!("{noun} {own} ON {}", parent.name.sql()),
    }
}

/// What follows `ALTER` when something about this object is altered: itself or, where SQL alters it through what it
/// hangs on (columns, defaults, constraints, the state of triggers and rules), its table, view, type or domain.
pub(super) fn alter_target(identity: &Identity) -> String {
    match (identity.kind, identity.parent.as_deref()) {
        (Kind::Index | Kind::UserMapping, _) | (_, None) => object(identity),
        (_, Some(parent)) => alter_target(parent),
    }
}

/// An index, or the index of a constraint: it lives in the schema of its table.
pub(super) fn qualified_index(identity: &Identity) -> String {
    let own = quote_ident(&identity.name.name);
    match identity.schema() {
        Some(schema) => format!("{}.{own}", quote_ident(schema)),
        None => own,
    }
}

/// A role, where everybody may stand too: no role can be called `public`.
pub(super) fn role(name: &str) -> String {
    if name == "public" { "PUBLIC".to_owned() } else { quote_ident(name) }
}

fn on_its_own(identity: &Identity, noun: String) -> String {
    let name = identity.name.sql();
    match (identity.kind, identity.arguments.as_deref()) {
        (Kind::Aggregate, Some("")) => format!("{noun} {name}(*)"),
        (Kind::Function | Kind::Procedure | Kind::Aggregate, arguments) => {
            format!("{noun} {name}({})", arguments.unwrap_or_default())
        }
        (Kind::Operator, arguments) => {
            format!("{noun} {} ({})", operator(identity), arguments.unwrap_or_default())
        }
        (Kind::OperatorClass | Kind::OperatorFamily, Some(method)) => {
            format!("{noun} {name} USING {}", quote_ident(method))
        }
        // Their names are SQL already: two types, or a type and a language.
        (Kind::Cast, _) => format!("{noun} ({})", identity.name.name),
        (Kind::Transform, _) => format!("{noun} FOR {}", identity.name.name),
        (Kind::DefaultPrivileges, _) => {
            let place =
                identity.name.schema.as_deref().map(|schema| format!(" IN SCHEMA {}", quote_ident(schema)));
            let role = quote_ident(&identity.name.name);
            format!("{noun} FOR ROLE {role}{}", place.unwrap_or_default())
        }
        _ => format!("{noun} {name}"),
    }
}

/// `public.@@`: an operator's own name is never quoted.
pub(super) fn operator(identity: &Identity) -> String {
    match identity.name.schema.as_deref() {
        Some(schema) => format!("{}.{}", quote_ident(schema), identity.name.name),
        None => identity.name.name.to_string(),
    }
}

fn noun(kind: Kind) -> String {
    match kind {
        Kind::Enum | Kind::Composite | Kind::Range | Kind::BaseType => "TYPE".to_owned(),
        Kind::Statistics => "STATISTICS".to_owned(),
        kind => kind.noun().to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn overloaded(kind: Kind, name: &str, arguments: &str) -> Identity {
        Identity { arguments: Some(arguments.into()), ..Identity::in_schema(kind, "public", name) }
    }

    #[test]
    fn objects_are_named_as_drop_and_comment_take_them() {
        let table = Arc::new(Identity::in_schema(Kind::Table, "public", "Order"));
        let on_table = |kind, name: &str| Identity::child(kind, table.clone(), name);
        let domain = Arc::new(Identity::in_schema(Kind::Domain, "public", "d"));
        let server = Arc::new(Identity::global(Kind::Server, "s"));
        let cases = [
            (Identity::in_schema(Kind::MaterializedView, "a b", "m"), r#"MATERIALIZED VIEW "a b".m"#),
            (Identity::in_schema(Kind::Enum, "public", "e"), "TYPE public.e"),
            (on_table(Kind::Column, "user"), r#"COLUMN public."Order"."user""#),
            (on_table(Kind::Index, "i"), "INDEX public.i"),
            (on_table(Kind::Trigger, "x"), r#"TRIGGER x ON public."Order""#),
            (on_table(Kind::Constraint, "x"), r#"CONSTRAINT x ON public."Order""#),
            (Identity::child(Kind::Constraint, domain, "x"), "CONSTRAINT x ON DOMAIN public.d"),
            (Identity::child(Kind::UserMapping, server, "public"), "USER MAPPING FOR PUBLIC SERVER s"),
            (overloaded(Kind::Procedure, "p", "integer, text"), "PROCEDURE public.p(integer, text)"),
            (overloaded(Kind::Aggregate, "a", ""), "AGGREGATE public.a(*)"),
            (overloaded(Kind::Operator, "@@", "NONE, integer"), "OPERATOR public.@@ (NONE, integer)"),
            (overloaded(Kind::OperatorClass, "c", "btree"), "OPERATOR CLASS public.c USING btree"),
            (Identity::global(Kind::Cast, "a AS b"), "CAST (a AS b)"),
            (Identity::global(Kind::Transform, "a LANGUAGE b"), "TRANSFORM FOR a LANGUAGE b"),
            (Identity::global(Kind::EventTrigger, "E"), r#"EVENT TRIGGER "E""#),
        ];
        for (identity, expected) in cases {
            assert_eq!(object(&identity), expected);
        }
    }

    #[test]
    fn what_has_no_alter_of_its_own_is_altered_through_what_it_hangs_on() {
        let view = Arc::new(Identity::in_schema(Kind::View, "public", "v"));
        let domain = Arc::new(Identity::in_schema(Kind::Domain, "public", "d"));
        let cases = [
            (Identity::child(Kind::Column, view.clone(), "c"), "VIEW public.v"),
            (Identity::child(Kind::Constraint, domain, "c"), "DOMAIN public.d"),
            (Identity::child(Kind::Index, view, "i"), "INDEX public.i"),
            (overloaded(Kind::Function, "f", ""), "FUNCTION public.f()"),
        ];
        for (identity, expected) in cases {
            assert_eq!(alter_target(&identity), expected);
        }
    }
}
