//! Operator families with their members, and operator classes.
//!
//! The facts list all members with the family. Those of one type belong to the class of that type, if this plan
//! makes it: then its statement brings them. All others are added to the family.

use super::operator::split_arguments;
use super::{Changed, Way};
use crate::catalog::Catalog;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Statement, name};
use crate::quote::quote_literal;

pub(super) fn create_family(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let sql = format!("CREATE {}", name::object(identity));
    let mut statements = vec![Statement::new(sql).when(format!("NOT {}", exists(identity)))];
    let members = fact.list("members").iter();
    let loose = members.filter(|member| class_of(context.to, identity, member).is_none());
    statements.extend(loose.filter_map(|member| add(identity, member)));
    statements
}

pub(super) fn alter_family(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    if let Some(refused) = super::guard::only(changed, &["members"]) {
        return refused;
    }
    let (had, wanted) = (from.list("members"), to.list("members"));
    let goes = had.iter().filter(|member| !wanted.contains(member)).filter(|member| {
        class_of(context.from, identity, member).is_none_or(|class| context.to.get(class).is_some())
    });
    let comes = wanted.iter().filter(|member| !had.contains(member)).filter(|member| {
        class_of(context.to, identity, member).is_none_or(|class| context.from.get(class).is_some())
    });
    let statements = goes.filter_map(|member| remove(identity, member));
    Way::InPlace(statements.chain(comes.filter_map(|member| add(identity, member))).collect())
}

pub(super) fn create_class(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let (kind, family) = (fact.text("type"), fact.text("family"));
    let default = if fact.flag("default") { "DEFAULT " } else { "" };
    let mut items: Vec<String> = members_of(context.to, identity);
    // A class has to have something: its own type as the one that is stored says nothing.
    if let Some(key) =
        fact.get("key_type").map(ToString::to_string).or(items.is_empty().then(|| kind.to_owned()))
    {
        items.push(format!("STORAGE {key}"));
    }
    let (own, method) = (identity.name.sql(), identity.arguments.as_deref().unwrap_or_default());
    let method = crate::quote::quote_ident(method);
    let items = items.join(", ");
    let sql = format!(
        "CREATE OPERATOR CLASS {own} {default}FOR TYPE {kind} USING {method} FAMILY {family} AS {items}"
    );
    vec![Statement::new(sql).when(format!("NOT {}", exists(identity)))]
}

/// With its members, which Postgres leaves in the family where the access method does not insist on them.
pub(super) fn drop_class(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let mut statements = vec![drop_statement(identity)];
    if let Some((family, _)) = family_of(context.from, identity)
        && let Some(stays) = context.to.get(family)
    {
        let members = members_of(context.from, identity);
        let goes = members.iter().filter(|member| !stays.list("members").contains(member));
        statements.extend(goes.filter_map(|member| remove(family, member)));
    }
    statements
}

/// Without effect where the access method is gone too.
pub(super) fn drop_statement(identity: &Identity) -> Statement {
    let noun = identity.kind.noun().to_uppercase();
    let object = name::object(identity).replacen(&noun, &format!("{noun} IF EXISTS"), 1);
    let statement = Statement::new(format!("DROP {object}"));
    let method = identity.arguments.as_deref().unwrap_or_default();
    if ["btree", "hash", "gist", "gin", "spgist", "brin"].contains(&method) {
        return statement;
    }
    let method = quote_literal(method);
    statement.when(format!("EXISTS (SELECT FROM pg_catalog.pg_am WHERE amname = {method})"))
}

/// The family or class is there.
fn exists(identity: &Identity) -> String {
    let (catalog, prefix) = match identity.kind {
        Kind::OperatorFamily => ("pg_opfamily", "opf"),
        _ => ("pg_opclass", "opc"),
    };
    format!(
        "EXISTS (SELECT FROM pg_catalog.{catalog} AS o JOIN pg_catalog.pg_am AS a ON a.oid = o.{prefix}method \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = o.{prefix}namespace \
         WHERE n.nspname = {} AND o.{prefix}name = {} AND a.amname = {})",
        quote_literal(identity.name.schema.as_deref().unwrap_or_default()),
        quote_literal(&identity.name.name),
        quote_literal(identity.arguments.as_deref().unwrap_or_default())
    )
}

/// What a member is: an operator or a function, its number, the two types it is for.
struct Member<'a> {
    operator: bool,
    number: &'a str,
    types: Vec<&'a str>,
}

/// `OPERATOR 1 public.<(a,b) FOR ORDER BY …` or `FUNCTION 1 (a, b) public.f(a,b)`.
fn parse(member: &str) -> Option<Member<'_>> {
    let (what, rest) = member.split_once(' ')?;
    let (number, rest) = rest.split_once(' ')?;
    let inside = rest.get(unquoted(rest, '(')? + 1..)?;
    let inside = &inside[..unquoted(inside, ')')?];
    let types = split_arguments(inside);
    (types.len() == 2).then_some(Member { operator: what == "OPERATOR", number, types })
}

/// Where the first of these outside of quotes is.
fn unquoted(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    let mut chars = text.char_indices();
    let found = chars.find(|(_, c)| {
        quoted ^= *c == '"';
        *c == wanted && !quoted
    });
    found.map(|(at, _)| at)
}

/// The family of a class.
fn family_of<'a>(catalog: &'a Catalog, class: &Identity) -> Option<(&'a Identity, &'a Fact)> {
    let name = catalog.get(class)?.text("family");
    catalog.facts().find(|(family, _)| {
        family.kind == Kind::OperatorFamily
            && family.arguments == class.arguments
            && family.name.sql() == name
    })
}

/// The class that a member belongs to: the first one in the family that is for the type of both its sides.
fn class_of<'a>(catalog: &'a Catalog, family: &Identity, member: &str) -> Option<&'a Identity> {
    let member = parse(member)?;
    if member.types[0] != member.types[1] {
        return None;
    }
    let first = Identity::global(Kind::OperatorClass, "");
    let classes =
        catalog.facts.range(first..).take_while(|(identity, _)| identity.kind == Kind::OperatorClass);
    let mut classes = classes.filter(|(class, fact)| {
        class.arguments == family.arguments
            && fact.text("family") == family.name.sql()
            && fact.text("type") == member.types[0]
    });
    classes.next().map(|(class, _)| class)
}

fn members_of(catalog: &Catalog, class: &Identity) -> Vec<String> {
    let Some((family, fact)) = family_of(catalog, class) else { return Vec::new() };
    let members = fact.list("members").iter();
    members.filter(|member| class_of(catalog, family, member) == Some(class)).cloned().collect()
}

fn add(family: &Identity, member: &str) -> Option<Statement> {
    let sql = format!("ALTER {} ADD {member}", name::object(family));
    Some(Statement::new(sql).when(format!("NOT {}", holds(family, &parse(member)?))))
}

fn remove(family: &Identity, member: &str) -> Option<Statement> {
    let member = parse(member)?;
    let (what, number) = (if member.operator { "OPERATOR" } else { "FUNCTION" }, member.number);
    let types = member.types.join(", ");
    let sql = format!("ALTER {} DROP {what} {number} ({types})", name::object(family));
    Some(Statement::new(sql).when(holds(family, &member)))
}

/// The family has a member in this place.
fn holds(family: &Identity, member: &Member<'_>) -> String {
    let (catalog, prefix, number) = match member.operator {
        true => ("pg_amop", "amop", "amopstrategy"),
        false => ("pg_amproc", "amproc", "amprocnum"),
    };
    let inner = exists(family);
    // The family's own condition, with the member joined to it.
    let joined = inner.replacen(
        " WHERE ",
        &format!(" JOIN pg_catalog.{catalog} AS m ON m.{prefix}family = o.oid WHERE "),
        1,
    );
    let closing = format!(
        " AND m.{number} = {} AND m.{prefix}lefttype = {}::pg_catalog.regtype AND m.{prefix}righttype = {}::pg_catalog.regtype)",
        member.number,
        quote_literal(member.types[0]),
        quote_literal(member.types[1])
    );
    format!("{}{closing}", joined.strip_suffix(')').unwrap_or(&joined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_apart() {
        let cases = [
            ("OPERATOR 1 public.<(integer,bigint)", true, "1", ["integer", "bigint"]),
            (
                "OPERATOR 15 <->(point,point) FOR ORDER BY pg_catalog.float_ops",
                true,
                "15",
                ["point", "point"],
            ),
            ("FUNCTION 2 (\"a(b\", text) public.f(internal)", false, "2", ["\"a(b\"", "text"]),
        ];
        for (text, operator, number, types) in cases {
            let Some(member) = parse(text) else { panic!("{text} is not understood") };
            assert_eq!(
                (member.operator, member.number, &*member.types),
                (operator, number, &types[..]),
                "{text}"
            );
        }
    }
}
