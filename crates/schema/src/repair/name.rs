//! How SQL names an object, after DROP and COMMENT ON.

use crate::identity::{Identity, Kind};
use crate::quote::quote_ident;

/// `INDEX public.t_name_idx`, `TRIGGER x ON public.t`, `FUNCTION public.f(integer)`.
pub(super) fn object(identity: &Identity) -> String {
    let noun = noun(identity.kind);
    let own = quote_ident(&identity.name.name);
    if let Some(parent) = identity.parent.as_deref() {
        return match identity.kind {
            Kind::Column => format!("COLUMN {}.{own}", parent.name.sql()),
            Kind::Index => format!("INDEX {}", index(identity)),
            Kind::Constraint if parent.kind == Kind::Domain => {
                format!("CONSTRAINT {own} ON DOMAIN {}", parent.name.sql())
            }
            _ => format!("{noun} {own} ON {}", parent.name.sql()),
        };
    }
    let name = identity.name.sql();
    match (identity.kind, identity.arguments.as_deref()) {
        (Kind::Aggregate, Some("")) => format!("{noun} {name}(*)"),
        (Kind::Function | Kind::Procedure | Kind::Aggregate, Some(arguments)) => {
            format!("{noun} {name}({arguments})")
        }
        (Kind::Operator, Some(arguments)) => {
            let schema = identity.name.schema.as_deref().map(quote_ident).unwrap_or_default();
            format!("{noun} {schema}.{} ({arguments})", identity.name.name)
        }
        (Kind::OperatorClass | Kind::OperatorFamily, Some(method)) => format!("{noun} {name} USING {method}"),
        (Kind::Cast, _) => format!("CAST ({})", identity.name.name),
        (Kind::Transform, _) => format!("TRANSFORM FOR {}", identity.name.name),
        _ => format!("{noun} {name}"),
    }
}

/// An index, or the index of a constraint: it lives in the schema of its table.
pub(super) fn index(identity: &Identity) -> String {
    let own = quote_ident(&identity.name.name);
    match identity.schema() {
        Some(schema) => format!("{}.{own}", quote_ident(schema)),
        None => own,
    }
}

fn noun(kind: Kind) -> String {
    match kind {
        Kind::Enum | Kind::Composite | Kind::Range | Kind::BaseType => "TYPE".to_owned(),
        Kind::Statistics => "STATISTICS".to_owned(),
        kind => kind.noun().to_uppercase(),
    }
}
