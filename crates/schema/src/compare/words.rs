//! Names of things and of their attributes, in a developer's words.

use crate::identity::{Identity, Kind};

/// "index `t_name_idx` on `public.t`".
pub(crate) fn object(identity: &Identity) -> String {
    let noun = identity.kind.noun();
    let name = &identity.name;
    match (identity.kind, identity.parent.as_deref()) {
        (Kind::Comment, Some(parent)) => format!("comment on {}", object(parent)),
        (_, Some(parent)) => format!("{noun} `{name}` on `{}`", parent.name),
        (_, None) => format!("{noun} `{name}`"),
    }
}

/// An attribute's name as words.
pub(crate) fn attribute(name: &str) -> String {
    name.replace('_', " ")
}
