//! OWNER TO.

use crate::identity::{Identity, Kind};
use crate::plan::{Context, Statement, name};

use super::grant;
use crate::quote::quote_ident;

/// Gives the object to its owner in the new catalog; if it stays, its rights too, which OWNER TO hands over. Nothing for
/// what has no owner, and for a sequence that a column owns, which follows its table.
pub(in crate::plan) fn set_owner(context: &Context<'_>, identity: &Identity, stays: bool) -> Vec<Statement> {
    let Some(fact) = context.to.get(identity) else { return Vec::new() };
    let role = fact.text("owner");
    if role.is_empty() || !has_owner(identity) {
        return Vec::new();
    }
    let mut statements = Vec::new();
    if fact.get("owned_by").is_none() {
        statements.push(Statement::new(format!(
            "ALTER {} OWNER TO {}",
            name::object(identity),
            quote_ident(role)
        )));
    }
    if stays {
        statements.extend(grant::on_owner_changed(context, identity));
    }
    statements
}

fn has_owner(identity: &Identity) -> bool {
    let none = [
        Kind::Extension,
        Kind::AccessMethod,
        Kind::Cast,
        Kind::Transform,
        Kind::TextSearchParser,
        Kind::TextSearchTemplate,
        Kind::DefaultPrivileges,
        Kind::SecurityLabel,
    ];
    identity.parent.is_none() && !none.contains(&identity.kind)
}
