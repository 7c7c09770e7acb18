//! GRANT and REVOKE.

use super::{Context, Phase, name};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::quote::quote_ident;

const GRANT_OPTION: &str = " WITH GRANT OPTION";

/// A role as GRANT takes it.
pub(super) fn role(name: &str) -> String {
    if name == "public" { "PUBLIC".to_owned() } else { quote_ident(name) }
}

/// What one role should hold on one object, from what it holds.
pub(super) fn grant(context: &mut Context<'_>, identity: &Identity) {
    let list = |fact: Option<&Fact>, name: &str| fact.map_or(Vec::new(), |fact| fact.list(name).to_vec());
    let (have, want) = (context.have.get(identity), context.want.get(identity));
    let without = |some: Vec<String>, other: Vec<String>| -> Vec<String> {
        some.into_iter().filter(|privilege| !other.contains(privilege)).collect()
    };
    let mut give = without(list(want, "granted"), list(have, "granted"));
    give.extend(without(list(have, "revoked"), list(want, "revoked")));
    let mut take = without(list(have, "granted"), list(want, "granted"));
    take.extend(without(list(want, "revoked"), list(have, "revoked")));
    // With the grant option instead of without: granting it again is enough. The other way only the option goes.
    take.retain(|privilege| !give.contains(&format!("{privilege}{GRANT_OPTION}")));
    let only_option: Vec<String> = take
        .iter()
        .filter(|privilege| give.iter().any(|other| **privilege == format!("{other}{GRANT_OPTION}")))
        .cloned()
        .collect();
    give.retain(|privilege| !only_option.contains(&format!("{privilege}{GRANT_OPTION}")));
    take.retain(|privilege| !only_option.contains(privilege));

    say(context, identity, "GRANT OPTION FOR ", &only_option, false);
    say(context, identity, "", &take, false);
    let (optional, plain): (Vec<_>, Vec<_>) =
        give.into_iter().partition(|privilege| privilege.contains(GRANT_OPTION));
    say(context, identity, "", &plain, true);
    say(context, identity, "", &optional, true);
}

fn say(context: &mut Context<'_>, identity: &Identity, prefix: &str, privileges: &[String], give: bool) {
    let Some(on) = identity.parent.as_deref() else { return };
    if privileges.is_empty() {
        return;
    }
    let with_option = give && privileges.iter().any(|privilege| privilege.contains(GRANT_OPTION));
    let bare = privileges.iter().map(|privilege| bare(privilege)).collect::<Vec<_>>();
    let role = role(&identity.name.name);
    let (list, target) = match (on.kind, on.parent.as_deref()) {
        (Kind::Column, Some(table)) => {
            let column = quote_ident(&on.name.name);
            let list = bare.iter().map(|privilege| format!("{privilege} ({column})")).collect::<Vec<_>>();
            (list.join(", "), format!("TABLE {}", table.name.sql()))
        }
        (Kind::DefaultPrivileges, _) => {
            (bare.join(", "), on.arguments.as_deref().unwrap_or_default().to_uppercase())
        }
        (Kind::View | Kind::MaterializedView | Kind::ForeignTable, _) => {
            (bare.join(", "), format!("TABLE {}", on.name.sql()))
        }
        (Kind::Server, _) => (bare.join(", "), format!("FOREIGN SERVER {}", on.name.sql())),
        (Kind::Aggregate, _) => (bare.join(", "), name::object(on).replacen("AGGREGATE", "FUNCTION", 1)),
        _ => (bare.join(", "), name::object(on)),
    };
    let verb = if give {
        format!("GRANT {list} ON {target} TO {role}")
    } else {
        format!("REVOKE {prefix}{list} ON {target} FROM {role}")
    };
    let suffix = if with_option { GRANT_OPTION } else { "" };
    context.say(Phase::Grants, format!("{}{verb}{suffix};", default_privileges(on)));
}

fn default_privileges(on: &Identity) -> String {
    if on.kind != Kind::DefaultPrivileges {
        return String::new();
    }
    let place = on.name.schema.as_deref().map(|schema| format!("IN SCHEMA {} ", quote_ident(schema)));
    format!("ALTER DEFAULT PRIVILEGES FOR ROLE {} {}", quote_ident(&on.name.name), place.unwrap_or_default())
}

/// `SELECT WITH GRANT OPTION GRANTED BY x` → `SELECT`
fn bare(privilege: &str) -> &str {
    let end = [GRANT_OPTION, " GRANTED BY "].iter().filter_map(|mark| privilege.find(mark)).min();
    &privilege[..end.unwrap_or(privilege.len())]
}
