//! Rights: from what Postgres gives an object when it is made, or from what it had, to what it should have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::privilege::{Exchange, Holding, Privilege, statements};
use crate::catalog::Catalog;
use crate::fact::Fact;
use crate::identity::{Identity, Kind, QualifiedName};
use crate::plan::{Context, Statement};

type Holdings = BTreeMap<String, Holding>;

/// What brings the rights on something that this plan made from what Postgres gave it (the built-in default, or the
/// default privileges of the role that made it, which change at the end of a plan only) to what they should be. To
/// be run once it belongs to its owner. A relation brings the rights on its columns and on their identities'
/// sequences along; a column is asked for by itself only when its table stays.
pub(in crate::plan) fn on_created(context: &Context<'_>, object: &Identity) -> Vec<Statement> {
    let owner = owner(context.to, object);
    let mut found = Vec::new();
    if object.kind != Kind::Column {
        found.extend(on_new(context, object, owner));
    }
    for column in columns_with_grants(context.to, object) {
        let wanted = holdings(context.to, &column);
        found.extend(statements(&column, &exchanges(&Holdings::new(), &wanted), false));
    }
    for sequence in identities(context.to, object) {
        found.extend(on_new(context, &sequence, owner));
    }
    found
}

fn on_new(context: &Context<'_>, object: &Identity, owner: Option<&str>) -> Vec<Statement> {
    let given = |catalog: &Catalog| {
        let mut held = at_creation(catalog, object);
        if let (Some(maker), Some(owner)) = (context.from.role(), owner) {
            hand_over(&mut held, object, maker, owner);
        }
        held
    };
    let (wanted, before, after) = (holdings(context.to, object), given(context.from), given(context.to));
    let mut found = exchanges(&before, &wanted);
    // When the plan runs again, it makes some things with the default privileges that it has brought.
    for (role, later) in exchanges(&after, &wanted).into_iter().filter(|_| before != after) {
        found.entry(role).or_default().take.extend(later.take);
    }
    statements(object, &found, false)
}

/// What brings the rights on something that stays, and whose owner changes, to what they should be. To be run right
/// after OWNER TO, which hands the old owner's own rights to the new one.
pub(in crate::plan) fn on_owner_changed(context: &Context<'_>, object: &Identity) -> Vec<Statement> {
    let (Some(old), Some(new)) = (owner(context.from, object), owner(context.to, object)) else {
        return Vec::new();
    };
    let both = columns_with_grants(context.from, object)
        .into_iter()
        .chain(columns_with_grants(context.to, object))
        .filter(|column| has_column(context.from, column) && has_column(context.to, column))
        .collect::<BTreeSet<_>>();
    let mut found = Vec::new();
    for on in std::iter::once(object.clone()).chain(both) {
        let mut held = holdings(context.from, &on);
        hand_over(&mut held, &on, old, new);
        found.extend(statements(&on, &exchanges(&held, &holdings(context.to, &on)), true));
    }
    found
}

/// GRANT and REVOKE between two states of what one role holds on something that stays.
pub(in crate::plan) fn alter(
    context: &Context<'_>,
    grant: &Identity,
    from: Option<&Fact>,
    to: Option<&Fact>,
) -> Vec<Statement> {
    if let Some(there) = moved(context, grant) {
        // It went along with its extension: what is done to the grant of the one name begins with that of the other.
        return match (from, to) {
            (Some(_), None) if context.to.get(&there).is_some() => Vec::new(),
            (None, Some(_)) => exchange_on(context, grant, context.from.get(&there), to),
            (Some(_), None) => exchange_on(context, &there, from, None),
            _ => exchange_on(context, grant, from, to),
        };
    }
    exchange_on(context, grant, from, to)
}

/// The extension that brought what a grant is on.
pub(in crate::plan) fn extension(grant: &Fact) -> Option<&Identity> {
    grant.owned_by.as_ref().filter(|owner| owner.kind == Kind::Extension)
}

/// The same grant under the name that its object has on the other side, where its extension moves to another schema.
pub(in crate::plan) fn moved(context: &Context<'_>, grant: &Identity) -> Option<Identity> {
    let (catalog, other) = match (context.from.get(grant), context.to.get(grant)) {
        (Some(_), None) => (context.from, context.to),
        (None, Some(_)) => (context.to, context.from),
        _ => return None,
    };
    let extension = extension(catalog.get(grant)?)?;
    let (here, there) =
        (catalog.get(extension)?.text("installed_in"), other.get(extension)?.text("installed_in"));
    let on = grant.parent.as_deref()?;
    if here == there || on.name.schema.as_deref() != Some(here) {
        return None;
    }
    let name = QualifiedName { schema: Some(there.into()), name: on.name.name.clone() };
    Some(Identity::child(Kind::Grant, Arc::new(Identity { name, ..on.clone() }), &grant.name.name))
}

fn exchange_on(
    context: &Context<'_>,
    grant: &Identity,
    from: Option<&Fact>,
    to: Option<&Fact>,
) -> Vec<Statement> {
    let Some(on) = grant.parent.as_deref() else { return Vec::new() };
    let (mut had, mut wanted) = (Holding::of(from), Holding::of(to));
    let role = grant.name.name.to_string();
    if to.and_then(extension).is_some_and(|extension| context.is_made(extension)) {
        // What default privileges give to whatever an extension brings needs no saying.
        had = at_creation(context.from, on).remove(&role).unwrap_or_default();
    }
    if on.kind == Kind::DefaultPrivileges {
        if goes_with_its_schema(context, on) {
            return Vec::new();
        }
        if on.arguments.as_deref() == Some("large objects") && on.name.name == grant.name.name {
            // These are read without their default, which gives the role itself everything.
            for (fact, holding) in [(from, &mut had), (to, &mut wanted)] {
                if fact.is_none() {
                    holding.granted = ["SELECT", "UPDATE"].map(plain).into_iter().collect();
                }
            }
        }
    } else if follows_identity(context, on, from.or(to)) {
        return Vec::new();
    } else if owner(context.from, on) != owner(context.to, on) {
        // Comes with the new owner.
        return Vec::new();
    }
    let exchange = Exchange::between(&had, &wanted);
    let kept = if is_relation(on.kind) { kept_on_columns(context, on, &role, &exchange) } else { Vec::new() };
    let hazards = on.kind != Kind::DefaultPrivileges;
    let passes_on = is_relation(on.kind) && passes_on_columns(context, on, &role);
    let mut found = statements(on, &BTreeMap::from([(role, exchange)]), hazards);
    if passes_on {
        for revoke in found.iter_mut().filter(|statement| statement.sql.starts_with("REVOKE ")) {
            revoke.sql += " CASCADE";
        }
    }
    found.extend(kept);
    found
}

/// Whether others have rights on columns from this role. They go with the role's own, which a REVOKE on the relation
/// takes too, be it when the plan runs again; and then they are given again.
fn passes_on_columns(context: &Context<'_>, relation: &Identity, role: &str) -> bool {
    [context.from, context.to].into_iter().any(|catalog| {
        columns_with_grants(catalog, relation).iter().any(|column| {
            let mut holdings = holdings(catalog, column).into_values();
            holdings
                .any(|holding| holding.granted.iter().any(|privilege| privilege.by.as_deref() == Some(role)))
        })
    })
}

/// The roles, other than the owner, who granted what a fact of kind grant says.
pub(in crate::plan) fn grantors(fact: &Fact) -> BTreeSet<&str> {
    let all = fact.list("granted").iter().chain(fact.list("revoked"));
    all.filter_map(|privilege| Some(privilege.split_once(" GRANTED BY ")?.1)).collect()
}

/// What brings the rights on the sequence of a column that becomes an identity to what they should be.
pub(in crate::plan) fn on_new_identity(context: &Context<'_>, column: &Identity) -> Vec<Statement> {
    let had = identities(context.from, column);
    let new = identities(context.to, column).into_iter().filter(|sequence| !had.contains(sequence));
    let rights = |sequence: Identity| match had.first() {
        // Under another name it keeps the rights that it had.
        Some(old) => {
            let exchanges = exchanges(&holdings(context.from, old), &holdings(context.to, &sequence));
            statements(&sequence, &exchanges, false)
        }
        None => on_new(context, &sequence, owner(context.to, column)),
    };
    new.flat_map(rights).collect()
}

/// A privilege revoked on a table goes on its columns too; this gives back what is to stay there.
fn kept_on_columns(
    context: &Context<'_>,
    relation: &Identity,
    role: &str,
    exchange: &Exchange,
) -> Vec<Statement> {
    let lost = |privilege: &Privilege| {
        let same = |other: &Privilege| other.word == privilege.word && other.by == privilege.by;
        exchange.take.iter().any(same) || privilege.option && exchange.take_option.iter().any(same)
    };
    let with_option = |privilege: &Privilege| Privilege { by: None, option: true, ..privilege.clone() };
    let mut found = Vec::new();
    for column in columns_with_grants(context.from, relation) {
        let grant = Identity::child(Kind::Grant, Arc::new(column.clone()), role);
        let (had, wanted) = (Holding::of(context.from.get(&grant)), Holding::of(context.to.get(&grant)));
        let give = had.granted.intersection(&wanted.granted).filter(|privilege| lost(privilege)).cloned();
        let exchange = Exchange { give: give.collect(), ..Exchange::default() };
        let mut all = BTreeMap::from([(role.to_owned(), exchange)]);
        // What the role passed on goes along, and stays too.
        let (from, to) = (holdings(context.from, &column), holdings(context.to, &column));
        for (other, had) in from.into_iter().filter(|(other, _)| other != role) {
            let Some(wanted) = to.get(&other) else { continue };
            let passed_on = had
                .granted
                .intersection(&wanted.granted)
                .filter(|privilege| privilege.by.as_deref() == Some(role) && lost(&with_option(privilege)));
            let exchange = Exchange { give: passed_on.cloned().collect(), ..Exchange::default() };
            all.insert(other, exchange);
        }
        found.extend(statements(&column, &all, false));
    }
    found
}

/// Whether this is the sequence of a column that becomes an identity, or ceases to be one.
fn follows_identity(context: &Context<'_>, sequence: &Identity, grant: Option<&Fact>) -> bool {
    let Some(column) = grant.and_then(|fact| fact.owned_by.as_ref()) else { return false };
    let is_its_own = |catalog| identities(catalog, column).contains(sequence);
    sequence.kind == Kind::Sequence && is_its_own(context.from) != is_its_own(context.to)
}

fn plain(word: &str) -> Privilege {
    Privilege { word: word.to_owned(), option: false, by: None }
}

fn exchanges(from: &Holdings, to: &Holdings) -> BTreeMap<String, Exchange> {
    let roles: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let nothing = Holding::default();
    let exchange = |role: &String| {
        Exchange::between(from.get(role).unwrap_or(&nothing), to.get(role).unwrap_or(&nothing))
    };
    roles
        .into_iter()
        .map(|role| (role.clone(), exchange(role)))
        .filter(|(_, exchange)| !exchange.is_empty())
        .collect()
}

/// What the facts say about this object, role by role.
fn holdings(catalog: &Catalog, on: &Identity) -> Holdings {
    let first = Identity::child(Kind::Grant, Arc::new(on.clone()), "");
    let of_this = catalog
        .facts
        .range(first..)
        .take_while(|(grant, _)| grant.kind == Kind::Grant && grant.parent.as_deref() == Some(on));
    of_this.map(|(grant, fact)| (grant.name.name.to_string(), Holding::of(Some(fact)))).collect()
}

/// What Postgres gives an object that the plan's role makes, beside the built-in default.
fn at_creation(from: &Catalog, object: &Identity) -> Holdings {
    let (Some(role), Some(objects)) = (from.role(), named_in_defaults(object.kind)) else {
        return Holdings::new();
    };
    let entry = |schema: Option<Arc<str>>| Identity {
        kind: Kind::DefaultPrivileges,
        parent: None,
        name: QualifiedName { schema, name: role.into() },
        arguments: Some(objects.into()),
    };
    // For all schemas they stand in the place of the built-in default, and are facts beside it; in one they add.
    let mut held = holdings(from, &entry(None));
    let Some(schema) = object.name.schema.clone() else { return held };
    for (grantee, more) in holdings(from, &entry(Some(schema))) {
        let usual = is_usual(object.kind, &grantee, role);
        let holding = held.entry(grantee).or_default();
        more.granted.iter().for_each(|privilege| holding.add(privilege, usual));
    }
    held
}

/// Whether the built-in default gives this role everything that there is to give.
fn is_usual(kind: Kind, grantee: &str, owner: &str) -> bool {
    grantee == owner || grantee == "public" && matches!(named_in_defaults(kind), Some("functions" | "types"))
}

/// What OWNER TO does to the rights: the old owner's become the new one's, and merge with those it had.
fn hand_over(held: &mut Holdings, on: &Identity, old: &str, new: &str) {
    if old == new {
        return;
    }
    let mut own = held.remove(old).unwrap_or_default();
    let columns = on.kind == Kind::Column;
    for privilege in held.remove(new).unwrap_or_default().granted {
        own.add(&privilege, !columns);
    }
    if own != Holding::default() {
        held.insert(new.to_owned(), own);
    }
    for holding in held.values_mut() {
        let by_new: Vec<Privilege> = holding
            .granted
            .iter()
            .filter(|privilege| privilege.by.as_deref() == Some(new))
            .cloned()
            .collect();
        for privilege in by_new {
            holding.granted.remove(&privilege);
            holding.add(&Privilege { by: None, ..privilege }, false);
        }
    }
}

/// What `ALTER DEFAULT PRIVILEGES` calls objects of this kind.
fn named_in_defaults(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => "tables",
        Kind::Sequence => "sequences",
        Kind::Function | Kind::Procedure | Kind::Aggregate => "functions",
        Kind::Enum | Kind::Composite | Kind::Domain | Kind::Range | Kind::BaseType => "types",
        Kind::Schema => "schemas",
        _ => return None,
    })
}

fn is_relation(kind: Kind) -> bool {
    matches!(kind, Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView)
}

/// Default privileges in a schema that goes are gone with it.
fn goes_with_its_schema(context: &Context<'_>, entry: &Identity) -> bool {
    let Some(schema) = entry.name.schema.as_deref() else { return false };
    let schema = Identity::global(Kind::Schema, schema);
    context.from.get(&schema).is_some() && context.to.get(&schema).is_none()
}

fn owner<'a>(catalog: &'a Catalog, object: &Identity) -> Option<&'a str> {
    let fact = catalog.get(object).filter(|fact| fact.get("owner").is_some());
    let fact = fact.or_else(|| catalog.get(object.root()))?;
    Some(fact.text("owner")).filter(|owner| !owner.is_empty())
}

/// The columns of a relation on which something is granted; a column itself, if that is asked for.
fn columns_with_grants(catalog: &Catalog, object: &Identity) -> BTreeSet<Identity> {
    if object.kind == Kind::Column {
        return BTreeSet::from([object.clone()]);
    }
    if !is_relation(object.kind) {
        return BTreeSet::new();
    }
    let first_column = Identity::child(Kind::Column, Arc::new(object.clone()), "");
    let first = Identity::child(Kind::Grant, Arc::new(first_column), "");
    let columns = catalog.facts.range(first..).map_while(|(grant, _)| {
        let column = grant.parent.as_deref()?;
        (grant.kind == Kind::Grant && column.parent.as_deref() == Some(object)).then(|| column.clone())
    });
    columns.collect()
}

/// Whether the column is there; those of views are no facts.
fn has_column(catalog: &Catalog, column: &Identity) -> bool {
    catalog.get(column).is_some() || column.parent.as_deref().is_some_and(|view| is_view(view.kind))
}

fn is_view(kind: Kind) -> bool {
    matches!(kind, Kind::View | Kind::MaterializedView)
}

/// The sequences of the identity columns of a table, or of one column.
fn identities(catalog: &Catalog, object: &Identity) -> Vec<Identity> {
    let of = |fact: &Fact| {
        let (schema, name) = split_name(fact.text("identity_sequence"))?;
        Some(Identity::in_schema(Kind::Sequence, &schema, &name))
    };
    match object.kind {
        Kind::Column => catalog.get(object).and_then(of).into_iter().collect(),
        Kind::Table | Kind::ForeignTable => {
            let table = Arc::new(object.clone());
            let first = Identity::child(Kind::Column, table, "");
            let columns = catalog.facts.range(first..).take_while(|(column, _)| {
                column.kind == Kind::Column && column.parent.as_deref() == Some(object)
            });
            columns.filter_map(|(_, fact)| of(fact)).collect()
        }
        _ => Vec::new(),
    }
}

/// `public."T_id_seq"` → its two parts, without quotes.
fn split_name(name: &str) -> Option<(String, String)> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                parts.last_mut()?.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c => parts.last_mut()?.push(c),
        }
    }
    <[String; 2]>::try_from(parts).ok().map(|[schema, name]| (schema, name))
}
