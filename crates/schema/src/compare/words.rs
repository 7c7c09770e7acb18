//! Names of things and of their attributes, in a developer's words.

use crate::identity::{Identity, Kind};
use crate::quote::plain;

/// "index `t_name_idx` on `public.t`".
pub(crate) fn object(identity: &Identity) -> String {
    let noun = identity.kind.noun();
    let name = &identity.name;
    match (identity.kind, identity.parent.as_deref()) {
        (Kind::Comment, Some(parent)) => format!("comment on {}", object(parent)),
        (Kind::Grant, Some(parent)) => format!("grant on {} to {}", granted_on(parent), grantee(identity)),
        (Kind::Default, Some(parent)) => format!("default of column `{name}` of `{}`", parent.name),
        (Kind::Column, Some(parent)) if parent.kind == Kind::Composite => {
            format!("attribute `{name}` of composite type `{}`", parent.name)
        }
        (Kind::Column, Some(parent)) => format!("column `{name}` of `{}`", parent.name),
        (Kind::PublicationTable, Some(parent)) => {
            format!("table `{}` of publication `{}`", name.name, parent.name)
        }
        (Kind::PublicationSchema, Some(parent)) => {
            format!("schema `{name}` of publication `{}`", parent.name)
        }
        (Kind::UserMapping, Some(parent)) => format!("user mapping of `{name}` for server `{}`", parent.name),
        (Kind::DefaultPrivileges, _) => {
            let on = identity.arguments.as_deref().unwrap_or("objects");
            let place = name.schema.as_deref().map(|schema| format!(" in schema `{}`", plain(schema)));
            format!("{on} that `{}` creates{}", plain(&name.name), place.unwrap_or_default())
        }
        (Kind::Cast | Kind::Transform | Kind::SecurityLabel, _) => format!("{noun} `{}`", name.name),
        (_, Some(parent)) => format!("{noun} `{name}` on `{}`", parent.name),
        (_, None) => match (identity.kind, &identity.arguments) {
            (Kind::Operator, Some(arguments)) => {
                let schema = name.schema.as_deref().map(plain).unwrap_or_default();
                format!("{noun} `{schema}.{}({arguments})`", name.name)
            }
            (Kind::OperatorClass | Kind::OperatorFamily, Some(method)) => {
                format!("{noun} `{name}` using `{method}`")
            }
            (_, Some(arguments)) => format!("{noun} `{name}({arguments})`"),
            (_, None) => format!("{noun} `{name}`"),
        },
    }
}

/// The object of a grant: of a table only its name, as GRANT itself takes it, of anything else the kind too.
pub(super) fn granted_on(on: &Identity) -> String {
    match on.kind {
        Kind::Table => format!("`{}`", on.name),
        _ => object(on),
    }
}

/// The role of a grant: `public` is no role but everybody.
pub(super) fn grantee(grant: &Identity) -> String {
    match &*grant.name.name {
        "public" => "PUBLIC".to_owned(),
        role => format!("`{}`", plain(role)),
    }
}

/// How an attribute is told.
pub(super) enum Telling {
    /// "`words` of … is `x`, was `y`"
    Valued(&'static str),
    /// "… `set`, `unset`", with the first when the flag is set now
    Flag(&'static str, &'static str),
    /// "`words` of … is enabled, was disabled"
    Switch(&'static str),
    /// "… is `x`, was `y`", where absence has a word of its own
    State(&'static str),
    /// `key=value` entries, told one by one
    Options(&'static str),
    /// A set, told by what is in one and not in the other
    Members(&'static str),
    /// Names in an order; only those that both sides have count
    Order(&'static str),
    /// Text too long to show in full
    Long(&'static str),
}

/// How this attribute of this kind is told. What is not named here is told by its own name.
pub(super) fn telling(kind: Kind, attribute: &str) -> Option<Telling> {
    use Telling::{Flag, Long, Members, Options, Order, State, Switch, Valued};
    Some(match (kind, attribute) {
        (Kind::Enum, "labels") => Members("value"),
        (_, "column_order") => Order("columns"),
        (_, "attribute_order") => Order("attributes"),
        (_, "options") => Options("option"),
        (_, "foreign_options") => Options("option"),
        (Kind::Function | Kind::Procedure, "settings") => Options("setting"),
        (Kind::Policy, "roles") => Members("role"),
        (Kind::Publication, "publish") => Members("operation"),
        (_, "members") => Members("member"),
        (_, "parents") => Members("parent"),
        (_, "not_null") => Flag("is NOT NULL", "is nullable"),
        (_, "row_security") => Switch("row level security"),
        (_, "force_row_security") => Switch("row level security for the owner"),
        (_, "owned_by") => Valued("owner column"),
        (_, "unlogged") => Flag("is unlogged", "is logged"),
        (_, "not_valid") => Flag("is NOT VALID", "is validated"),
        (_, "not_null_not_valid") => Flag("is NOT NULL without validation", "is NOT NULL with validation"),
        (_, "not_null_name") => Valued("name of the NOT NULL"),
        (_, "invalid") => Flag("is invalid", "is valid"),
        (_, "clustered") => {
            Flag("is what the table is clustered on", "is not what the table is clustered on")
        }
        (Kind::Index | Kind::Constraint, "replica_identity") => {
            Flag("is the table's replica identity", "is not the table's replica identity")
        }
        (_, "security_definer") => Flag("is SECURITY DEFINER", "is SECURITY INVOKER"),
        (_, "strict") => Flag("is STRICT", "is CALLED ON NULL INPUT"),
        (_, "leakproof") => Flag("is LEAKPROOF", "is not LEAKPROOF"),
        (_, "window") => Flag("is a window function", "is not a window function"),
        (_, "restrictive") => Flag("is restrictive", "is permissive"),
        (_, "cycle") => Flag("cycles", "does not cycle"),
        (_, "depends_on_extensions") => Valued("extensions it depends on"),
        (_, "nondeterministic") => Flag("is nondeterministic", "is deterministic"),
        (_, "all_tables") => Flag("is FOR ALL TABLES", "is not FOR ALL TABLES"),
        (_, "also_local") => Flag("is also defined by the table itself", "is only inherited"),
        (Kind::Subscription, "enabled") => Flag("is enabled", "is disabled"),
        (_, "enabled") => State("enabled"),
        (_, "volatility") => State("volatile"),
        (Kind::Column, "identity") => Valued("identity"),
        (Kind::Column, "generated") => Valued("generation"),
        (_, "signature") => Valued("argument list"),
        (_, "returns") => Valued("result"),
        (_, "parallel") => Valued("PARALLEL"),
        (_, "using") => Valued("USING"),
        (_, "with_check") => Valued("WITH CHECK"),
        (_, "body" | "sql_body") => Long("body"),
        (Kind::View | Kind::MaterializedView | Kind::Rule, "definition") => Long("query"),
        (Kind::Comment, "text") => Long("text"),
        _ => return None,
    })
}
