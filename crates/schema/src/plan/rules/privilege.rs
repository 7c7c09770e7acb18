//! Privileges as values: what one role holds beside the built-in default, and the GRANT and REVOKE between two holdings.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::name;
use crate::plan::statement::{Hazard, Statement};
use crate::quote::{dollar_quote, quote_ident, quote_literal};

const OPTION: &str = " WITH GRANT OPTION";
const BY: &str = " GRANTED BY ";

/// One privilege, as the facts write it: `SELECT`, `SELECT WITH GRANT OPTION`, `SELECT GRANTED BY x`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Privilege {
    pub(super) word: String,
    pub(super) option: bool,
    /// Who granted it, if not the owner.
    pub(super) by: Option<String>,
}

impl Privilege {
    fn parse(text: &str) -> Privilege {
        let (rest, by) = text.split_once(BY).map_or((text, None), |(rest, by)| (rest, Some(by.to_owned())));
        let (word, option) = rest.strip_suffix(OPTION).map_or((rest, false), |word| (word, true));
        Privilege { word: word.to_owned(), option, by }
    }

    fn with_option(&self, option: bool) -> Privilege {
        Privilege { option, ..self.clone() }
    }
}

/// What one role holds beyond the built-in default, and what of that default it does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) granted: BTreeSet<Privilege>,
    pub(super) revoked: BTreeSet<Privilege>,
}

impl Holding {
    /// As a fact of kind grant says; without one, exactly the default.
    pub(super) fn of(fact: Option<&Fact>) -> Holding {
        let list = |name| {
            let list = fact.map_or(&[][..], |fact| fact.list(name));
            list.iter().map(|text| Privilege::parse(text)).collect()
        };
        Holding { granted: list("granted"), revoked: list("revoked") }
    }

    /// Holds this too, which the default has if `usual`.
    pub(super) fn add(&mut self, privilege: &Privilege, usual: bool) {
        let plain = privilege.with_option(false);
        if self.granted.contains(&privilege.with_option(true)) {
            return;
        }
        if privilege.option {
            self.granted.remove(&plain);
            self.granted.insert(privilege.clone());
            if usual {
                self.revoked.insert(plain);
            }
        } else if !self.revoked.remove(privilege) && !usual {
            self.granted.insert(privilege.clone());
        }
    }
}

/// What one role is given and loses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) give: BTreeSet<Privilege>,
    pub(super) take: BTreeSet<Privilege>,
    /// Of these only the right to grant them on.
    pub(super) take_option: BTreeSet<Privilege>,
    /// Nothing beyond the default is left.
    pub(super) bare: bool,
}

impl Exchange {
    pub(super) fn between(from: &Holding, to: &Holding) -> Exchange {
        let mut give: BTreeSet<Privilege> = to.granted.difference(&from.granted).cloned().collect();
        give.extend(from.revoked.difference(&to.revoked).cloned());
        let mut take: BTreeSet<Privilege> = from.granted.difference(&to.granted).cloned().collect();
        take.extend(to.revoked.difference(&from.revoked).cloned());
        // With the option instead of without: granting again is enough. The other way round only the option goes.
        take.retain(|privilege| privilege.option || !give.contains(&privilege.with_option(true)));
        let take_option: BTreeSet<Privilege> = take
            .iter()
            .filter(|privilege| privilege.option && give.contains(&privilege.with_option(false)))
            .cloned()
            .collect();
        take.retain(|privilege| !take_option.contains(privilege));
        give.retain(|privilege| !take_option.contains(&privilege.with_option(true)));
        let bare = to.granted.is_empty() && to.revoked.is_empty() && from.revoked.is_empty();
        Exchange { give, take, take_option, bare }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.give.is_empty() && self.take.is_empty() && self.take_option.is_empty()
    }
}

/// GRANT and REVOKE on one object for these roles; roles that get or lose the same share a statement.
pub(super) fn statements(
    on: &Identity,
    exchanges: &BTreeMap<String, Exchange>,
    hazards: bool,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut taken: Sorted<'_> = Sorted::default();
    let mut given: Sorted<'_> = Sorted::default();
    for (grantee, exchange) in exchanges {
        for (option_only, privileges) in [(true, &exchange.take_option), (false, &exchange.take)] {
            for (by, words) in by_grantor(privileges, |_| true) {
                // What others granted goes before the right to grant, hence they come first.
                let list = list(on, &words, exchange.bare && words.len() == exchange.take.len());
                taken.entry((by.is_none(), by, option_only, list)).or_default().push(grantee);
            }
        }
        for option in [false, true] {
            for (by, words) in by_grantor(&exchange.give, |privilege| privilege.option == option) {
                given.entry((by.is_some(), by, option, list(on, &words, false))).or_default().push(grantee);
            }
        }
    }
    for ((_, by, option_only, list), roles) in taken {
        let prefix = if option_only { "GRANT OPTION FOR " } else { "" };
        let (target, roles) = (target(on), names(&roles));
        let mut statement = as_grantor(by, format!("REVOKE {prefix}{list} ON {target} FROM {roles}"), on);
        // Who may no longer grant has nothing left to take back.
        if let Some(guard) = by.and_then(|by| may_grant(on, by)) {
            statement = statement.when(guard);
        }
        if hazards && !option_only {
            statement = statement.hazard(Hazard::BreaksRunningCode { why: format!("{roles} loses {list}") });
        }
        statements.push(statement);
    }
    for ((_, by, option, list), roles) in in_order_of_grantors(given) {
        let (target, roles) = (target(on), names(&roles));
        let suffix = if option { OPTION } else { "" };
        statements.push(as_grantor(by, format!("GRANT {list} ON {target} TO {roles}{suffix}"), on));
    }
    statements
}

/// Whether someone else than the owner grants, who, with the option or only the option, the words; and the roles.
type Sentence<'a> = (bool, Option<&'a str>, bool, String);
type Sorted<'a> = BTreeMap<Sentence<'a>, Vec<&'a str>>;

/// A role grants on only what it was given before.
fn in_order_of_grantors<'a>(given: Sorted<'a>) -> Vec<(Sentence<'a>, Vec<&'a str>)> {
    let mut waiting: Vec<_> = given.into_iter().collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = waiting.iter().position(|((_, by, ..), _)| {
            by.is_none_or(|by| {
                !waiting.iter().any(|((_, _, option, _), roles)| *option && roles.contains(&by))
            })
        });
        ordered.push(waiting.remove(free.unwrap_or(0)));
    }
    ordered
}

fn by_grantor(
    privileges: &BTreeSet<Privilege>,
    wanted: impl Fn(&Privilege) -> bool,
) -> BTreeMap<Option<&str>, BTreeSet<&str>> {
    let mut sorted: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
    for privilege in privileges.iter().filter(|privilege| wanted(privilege)) {
        sorted.entry(privilege.by.as_deref()).or_default().insert(&privilege.word);
    }
    sorted
}

/// As that role: GRANT takes no other grantor than the current user. Whoever the current user was is so again.
fn as_grantor(by: Option<&str>, sql: String, on: &Identity) -> Statement {
    let prefix = match on.kind {
        Kind::DefaultPrivileges => format!("ALTER {} ", name::object(on)),
        _ => String::new(),
    };
    let Some(by) = by else { return Statement::new(format!("{prefix}{sql}")) };
    let body = format!(
        " DECLARE before text := current_setting('role'); BEGIN SET LOCAL ROLE {}; {sql}; \
         PERFORM set_config('role', before, true); END ",
        quote_ident(by)
    );
    Statement::new(format!("DO {}", dollar_quote(&body)))
}

/// Whether a role may grant anything on this object, as a condition.
fn may_grant(on: &Identity, role: &str) -> Option<String> {
    let (kind, object) = match on.kind {
        Kind::Column => {
            let relation = quote_literal(&on.parent.as_deref()?.name.sql());
            ("column", format!("{relation}, {}", quote_literal(&on.name.name)))
        }
        Kind::Sequence => ("sequence", quote_literal(&on.name.sql())),
        Kind::Function | Kind::Procedure | Kind::Aggregate => {
            let arguments = on.arguments.as_deref().unwrap_or_default();
            ("function", quote_literal(&format!("{}({arguments})", on.name.sql())))
        }
        Kind::Enum | Kind::Composite | Kind::Domain | Kind::Range | Kind::BaseType => {
            ("type", quote_literal(&on.name.sql()))
        }
        Kind::Schema => ("schema", quote_literal(&on.name.name)),
        Kind::Language => ("language", quote_literal(&on.name.name)),
        Kind::ForeignDataWrapper => ("foreign_data_wrapper", quote_literal(&on.name.name)),
        Kind::Server => ("server", quote_literal(&on.name.name)),
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => {
            ("table", quote_literal(&on.name.sql()))
        }
        _ => return None,
    };
    let words = if all(on).is_empty() { &["USAGE"] } else { all(on) };
    let words = if kind == "function" { &["EXECUTE"] } else { words };
    // MAINTAIN is not known to every version.
    let words = words.iter().filter(|word| **word != "MAINTAIN");
    let words = words.map(|word| format!("{word}{OPTION}")).collect::<Vec<_>>().join(", ");
    Some(format!("pg_catalog.has_{kind}_privilege({}, {object}, '{words}')", quote_literal(role)))
}

fn names(roles: &[&str]) -> String {
    roles.iter().map(|role| name::role(role)).collect::<Vec<_>>().join(", ")
}

fn target(on: &Identity) -> String {
    match (on.kind, on.parent.as_deref()) {
        (Kind::Column, Some(relation)) => format!("TABLE {}", relation.name.sql()),
        (Kind::View | Kind::MaterializedView | Kind::ForeignTable, _) => format!("TABLE {}", on.name.sql()),
        (Kind::Server, _) => format!("FOREIGN SERVER {}", on.name.sql()),
        (Kind::Aggregate, _) => {
            format!("FUNCTION {}({})", on.name.sql(), on.arguments.as_deref().unwrap_or_default())
        }
        (Kind::DefaultPrivileges, _) => on.arguments.as_deref().unwrap_or_default().to_uppercase(),
        _ => name::object(on),
    }
}

/// Every privilege that objects of this kind have, in the manual's order. The last one of tables is there since 17.
fn all(on: &Identity) -> &'static [&'static str] {
    const TABLE: &[&str] =
        &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"];
    const SEQUENCE: &[&str] = &["USAGE", "SELECT", "UPDATE"];
    const SCHEMA: &[&str] = &["USAGE", "CREATE"];
    match (on.kind, on.arguments.as_deref()) {
        (Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView, _) => TABLE,
        (Kind::DefaultPrivileges, Some("tables")) => TABLE,
        (Kind::Column, _) => &["SELECT", "INSERT", "UPDATE", "REFERENCES"],
        (Kind::Sequence, _) | (Kind::DefaultPrivileges, Some("sequences")) => SEQUENCE,
        (Kind::Schema, _) | (Kind::DefaultPrivileges, Some("schemas")) => SCHEMA,
        (Kind::DefaultPrivileges, Some("large objects")) => &["SELECT", "UPDATE"],
        _ => &[],
    }
}

/// `SELECT, INSERT`, or `ALL` where that says the same on every version: for tables with MAINTAIN, or when nothing is
/// left anyway.
fn list(on: &Identity, words: &BTreeSet<&str>, nothing_is_left: bool) -> String {
    let all = all(on);
    let held = all.iter().filter(|word| words.contains(*word)).count();
    let but_maintain = nothing_is_left && all.len() == 8 && held == 7 && !words.contains("MAINTAIN");
    let list: Vec<&str> = if all.len() > 1 && (held == all.len() || but_maintain) {
        vec!["ALL"]
    } else {
        let known = all.iter().copied().filter(|word| words.contains(word));
        known.chain(words.iter().copied().filter(|word| !all.contains(word))).collect()
    };
    if on.kind == Kind::Column {
        let column = quote_ident(&on.name.name);
        return list.iter().map(|word| format!("{word} ({column})")).collect::<Vec<_>>().join(", ");
    }
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(granted: &[&str], revoked: &[&str]) -> Holding {
        let parse = |texts: &[&str]| texts.iter().map(|text| Privilege::parse(text)).collect();
        Holding { granted: parse(granted), revoked: parse(revoked) }
    }

    fn sql(on: &Identity, from: &Holding, to: &Holding) -> Vec<String> {
        let exchanges = BTreeMap::from([("Odd".to_owned(), Exchange::between(from, to))]);
        statements(on, &exchanges, false).into_iter().map(|statement| statement.sql).collect()
    }

    const SEVEN: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];

    #[test]
    fn all_is_said_only_where_it_means_the_same_on_every_version() {
        let table = Identity::in_schema(Kind::Table, "public", "t");
        let (none, seven) = (Holding::default(), holding(&SEVEN, &[]));
        let eight = holding(&[&SEVEN[..], &["MAINTAIN"]].concat(), &[]);
        let cases = [
            (&none, &eight, "GRANT ALL ON TABLE public.t TO \"Odd\""),
            (
                &none,
                &seven,
                "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE public.t TO \"Odd\"",
            ),
            (&eight, &none, "REVOKE ALL ON TABLE public.t FROM \"Odd\""),
            (&seven, &none, "REVOKE ALL ON TABLE public.t FROM \"Odd\""),
            (&eight, &seven, "REVOKE MAINTAIN ON TABLE public.t FROM \"Odd\""),
        ];
        for (from, to, expected) in cases {
            assert_eq!(sql(&table, from, to), [expected]);
        }
    }

    #[test]
    fn only_the_option_goes_where_the_privilege_stays() {
        let schema = Identity::global(Kind::Schema, "s");
        let (with, without) = (holding(&["USAGE WITH GRANT OPTION"], &[]), holding(&["USAGE"], &[]));
        assert_eq!(sql(&schema, &with, &without), ["REVOKE GRANT OPTION FOR USAGE ON SCHEMA s FROM \"Odd\""]);
        assert_eq!(sql(&schema, &without, &with), ["GRANT USAGE ON SCHEMA s TO \"Odd\" WITH GRANT OPTION"]);
    }
}
