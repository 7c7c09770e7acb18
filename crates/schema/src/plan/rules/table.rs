//! Tables and foreign tables as a whole: made, altered, put onto parents and taken off them.

use super::{Changed, Way, column, guard, not_null, options};
use crate::compare::Transition;
use crate::fact::{ATTRIBUTE_ORDER, COLUMN_ORDER, Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, inherit, name, stays_on};
use crate::quote::{quote_ident, quote_literal};

/// CREATE TABLE with its columns, and with those defaults and constraints that need nothing which is made later.
pub(in crate::plan) fn create(
    context: &Context<'_>,
    identity: &Identity,
    fact: &Fact,
    inline: &[&Identity],
) -> Vec<Statement> {
    let name = identity.name.sql();
    let unlogged = if fact.flag("unlogged") { "UNLOGGED " } else { "" };
    let noun = if identity.kind == Kind::ForeignTable { "FOREIGN TABLE" } else { "TABLE" };
    let mut sql = format!("CREATE {unlogged}{noun} IF NOT EXISTS {name}");
    let mut lines = Vec::new();
    for column in context.columns(identity) {
        if let Some(fact) = context.to.get(&column).filter(|fact| is_listed(context, identity, fact)) {
            lines.push(column::listed(context, &column, fact, inline));
        }
    }
    for constraint in inline.iter().filter(|child| child.kind == Kind::Constraint) {
        if let Some(fact) = context.to.get(constraint) {
            lines.push(format!(
                "CONSTRAINT {} {}",
                quote_ident(&constraint.name.name),
                fact.text("definition")
            ));
        }
    }
    // What a partition is attached with, it has before.
    if stands_alone_first(context, identity) {
        for check in context.has.get(identity).into_iter().flatten() {
            let Some(fact) = context.to.get(check).filter(|fact| fact.inherited_from.is_some()) else {
                continue;
            };
            if fact.text("type") == "check" && !fact.flag("not_valid") && !inline.contains(check) {
                let own = quote_ident(&check.name.name);
                lines.push(format!("CONSTRAINT {own} {}", fact.text("definition")));
            }
        }
    }
    let body = if lines.is_empty() { String::new() } else { format!("\n    {}\n", lines.join(",\n    ")) };
    if let Some(of) = fact.get("of_type") {
        sql += &format!(" OF {of}");
        if !lines.is_empty() {
            sql += &format!(" ({body})");
        }
    } else if let Some(bound) = fact.get("partition_bound").filter(|_| !stands_alone_first(context, identity))
    {
        sql += &format!(" PARTITION OF {}", fact.list("parents").join(", "));
        if !lines.is_empty() {
            sql += &format!(" ({body})");
        }
        sql += &format!(" {bound}");
    } else {
        sql += &format!(" ({body})");
        if !fact.list("parents").is_empty() && fact.get("partition_bound").is_none() {
            sql += &format!(" INHERITS ({})", fact.list("parents").join(", "));
        }
    }
    if let Some(key) = fact.get("partition_key") {
        sql += &format!(" PARTITION BY {key}");
    }
    if let Some(method) = fact.get("access_method") {
        sql += &format!(" USING {}", quote_ident(&method.to_string()));
    }
    if let Some(server) = fact.get("server") {
        sql += &format!(" SERVER {}", quote_ident(&server.to_string()));
        let options = fact.list("foreign_options").iter().filter_map(|option| option.split_once('='));
        let options: Vec<String> =
            options.map(|(key, value)| format!("{} {}", quote_ident(key), quote_literal(value))).collect();
        if !options.is_empty() {
            sql += &format!(" OPTIONS ({})", options.join(", "));
        }
    }
    if !fact.list("options").is_empty() {
        sql += &format!(" WITH ({})", listed_options(options::in_order(fact)).join(", "));
    }
    if let Some(space) = fact.get("tablespace") {
        sql += &format!(" TABLESPACE {}", quote_ident(&space.to_string()));
    }
    let mut statements = vec![Statement::new(sql)];
    statements.extend(column::after_create(context, identity));
    statements.extend(states(identity, fact));
    statements
}

/// Whether the old catalog has it as a partitioned table.
pub(super) fn is_partitioned(context: &Context<'_>, table: &Identity) -> bool {
    context.from.get(table).is_some_and(|fact| fact.get("partition_key").is_some())
}

/// Whether a partition is made as a plain table and attached afterwards: then its indexes have the names that they
/// should have, and not those that Postgres would make up for a `PARTITION OF`; and what is NOT VALID stays so.
pub(in crate::plan) fn stands_alone_first(context: &Context<'_>, identity: &Identity) -> bool {
    context.to.get(identity).is_some_and(|fact| fact.get("partition_bound").is_some())
        && context.has.get(identity).into_iter().flatten().any(|child| {
            let Some(fact) = context.to.get(child).filter(|fact| fact.inherited_from.is_some()) else {
                return false;
            };
            let not_valid = child.kind == Kind::Constraint && fact.flag("not_valid");
            child.kind == Kind::Index || super::has_index(context, child) || not_valid
        })
}

/// Whether CREATE TABLE names this column: those of a parent come by themselves.
pub(super) fn is_listed(context: &Context<'_>, table: &Identity, column: &Fact) -> bool {
    let of_type = context.to.get(table).is_some_and(|fact| fact.get("of_type").is_some());
    !of_type
        && (column.inherited_from.is_none()
            || column.flag("also_local")
            || stands_alone_first(context, table))
}

/// `fillfactor = '70'` for each option.
pub(in crate::plan) fn listed_options(options: &[String]) -> Vec<String> {
    let pairs = options.iter().map(|option| option.split_once('=').unwrap_or((option, "true")));
    pairs.map(|(key, value)| format!("{key} = {}", quote_literal(value))).collect()
}

fn states(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let alter = |clause: &str| Statement::new(format!("ALTER {} {clause}", name::alter_target(identity)));
    let mut statements = Vec::new();
    if fact.flag("row_security") {
        statements.push(alter("ENABLE ROW LEVEL SECURITY"));
    }
    if fact.flag("force_row_security") {
        statements.push(alter("FORCE ROW LEVEL SECURITY"));
    }
    match fact.text("replica_identity") {
        "" | "index" => {}
        other => statements.push(alter(&format!("REPLICA IDENTITY {}", other.to_uppercase()))),
    }
    statements
}

/// SET and RESET for what differs between two lists of `option=value`.
pub(in crate::plan) fn options(transition: &Transition) -> Vec<String> {
    let list = |value: &Option<Value>| match value {
        Some(Value::List(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    let (from, to) = (list(&transition.from), list(&transition.to));
    let key = |option: &String| option.split_once('=').map_or(option.clone(), |(key, _)| key.to_owned());
    let set: Vec<String> = to.iter().filter(|option| !from.contains(option)).cloned().collect();
    let kept: Vec<String> = to.iter().map(key).collect();
    let reset: Vec<String> = from.iter().map(key).filter(|key| !kept.contains(key)).collect();
    let mut clauses = Vec::new();
    if !set.is_empty() {
        clauses.push(format!("SET ({})", listed_options(&set).join(", ")));
    }
    if !reset.is_empty() {
        clauses.push(format!("RESET ({})", reset.join(", ")));
    }
    clauses
}

/// What can be altered of a table, a view or a materialized view as a whole.
pub(in crate::plan) fn alter(identity: &Identity, from: &Fact, to: &Fact, changed: &Changed) -> Way {
    let target = name::alter_target(identity);
    let (mut statements, mut foreign) = (Vec::new(), Vec::new());
    let facts = (from, to);
    for (attribute, transition) in changed {
        let mut say = |clause: String| statements.push(Statement::new(format!("ALTER {target} {clause}")));
        let to = transition.to.as_ref();
        let set = to.is_some();
        match *attribute {
            "unlogged" => say(if set { "SET UNLOGGED" } else { "SET LOGGED" }.to_owned()),
            "row_security" => say(format!("{} ROW LEVEL SECURITY", if set { "ENABLE" } else { "DISABLE" })),
            "force_row_security" => {
                say(format!("{} ROW LEVEL SECURITY", if set { "FORCE" } else { "NO FORCE" }))
            }
            "options" => options::changes(facts.0, facts.1, transition).into_iter().for_each(&mut say),
            "foreign_options" => {
                let current = format!(
                    "(SELECT ftoptions FROM pg_catalog.pg_foreign_table WHERE ftrelid = pg_catalog.to_regclass({}))",
                    quote_literal(&identity.name.sql())
                );
                match guard::changed_options(transition, &current) {
                    Ok(changes) => foreign.extend(changes.into_iter().map(|(change, guard)| {
                        Statement::new(format!("ALTER {target} OPTIONS ({change})")).when(guard)
                    })),
                    Err(why) => return Way::Refuse(why),
                }
            }
            "tablespace" => {
                let space = to.map_or("pg_default".to_owned(), |space| quote_ident(&space.to_string()));
                say(format!("SET TABLESPACE {space}"));
            }
            "access_method" => {
                let method = to.map_or("heap".to_owned(), |method| quote_ident(&method.to_string()));
                say(format!("SET ACCESS METHOD {method}"));
            }
            // Identity by an index is set along with that index.
            "replica_identity" => match to.map(Value::to_string).as_deref() {
                Some("index") => {}
                other => say(format!("REPLICA IDENTITY {}", other.unwrap_or("default").to_uppercase())),
            },
            // Steps of their own.
            "parents" | "partition_bound" | "detaching" | "of_type" | COLUMN_ORDER => {}
            "partition_key" if identity.kind == Kind::Table => return Way::Rebuild,
            "server" => return Way::Replace,
            other => return Way::Refuse(format!("its {} cannot be altered", other.replace('_', " "))),
        }
    }
    statements.extend(foreign);
    if changed.keys().any(|name| ["unlogged", "access_method", "tablespace"].contains(name)) {
        statements.iter_mut().for_each(|statement| {
            if statement.sql.contains(" SET ") {
                statement.hazards.push(Hazard::TableRewrite { table: identity.clone() });
            }
        });
    }
    Way::InPlace(statements)
}

/// Whether the table is of a type, as SQL.
fn is_typed(identity: &Identity) -> String {
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({}) AND reloftype <> 0)",
        quote_literal(&identity.name.sql())
    )
}

/// Off the parents that it no longer has.
pub(in crate::plan) fn detach(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
) -> Vec<Statement> {
    let leaves = from
        .list("parents")
        .iter()
        .filter(|parent| !stays_on(from, to, parent) || context.is_rebuilt(parent));
    leaves
        .map(|parent| {
            let own = identity.name.sql();
            let sql = match from.get("partition_bound") {
                Some(_) => format!("ALTER TABLE {parent} DETACH PARTITION {own}"),
                None => format!("ALTER {} NO INHERIT {parent}", name::alter_target(identity)),
            };
            Statement::new(sql).when(inherits(&own, parent, from.get("partition_bound").is_some()))
        })
        .chain(left_behind(context, identity, from, to))
        .chain(not_null::of_ones_own(context, identity))
        .chain(steps_over(context, from, to, from).map(|_| {
            // NOT OF fails on a table that is of no type any more.
            let sql = format!("ALTER {} NOT OF", name::alter_target(identity));
            Statement::new(sql).when(is_typed(identity))
        }))
        .collect()
}

/// The type that a table is of on one `side`, where that is another one before and after, or is made anew, or gets other
/// attributes: the table is of no type meanwhile.
fn steps_over<'f>(context: &Context<'_>, from: &Fact, to: &Fact, side: &'f Fact) -> Option<&'f str> {
    let of = side.text("of_type");
    if of.is_empty() || from.text("of_type") != to.text("of_type") {
        return Some(of).filter(|of| !of.is_empty());
    }
    let (own, had) =
        context.from.facts().find(|(own, _)| own.kind == Kind::Composite && own.name.sql() == of)?;
    let has = context.to.get(own)?;
    let differs = |column: &Identity| {
        let of = |catalog: &crate::catalog::Catalog| catalog.get(column).map(|fact| fact.attributes.clone());
        of(context.from) != of(context.to)
    };
    let changes = context.is_made(own)
        || had.list(ATTRIBUTE_ORDER) != has.list(ATTRIBUTE_ORDER)
        || context.columns(own).iter().any(differs);
    changes.then_some(of)
}

/// DETACH PARTITION leaves the partition the foreign keys of its table: those that it should not have are dropped.
fn left_behind(context: &Context<'_>, identity: &Identity, from: &Fact, to: &Fact) -> Vec<Statement> {
    let leaves = from.get("partition_bound").is_some()
        && (to.get("partition_bound").is_none() || from.list("parents") != to.list("parents"));
    let Some(parent) = from.list("parents").first().filter(|_| leaves) else { return Vec::new() };
    let own = std::sync::Arc::new(identity.clone());
    let keys = context.from.facts().filter(|(key, fact)| {
        key.kind == Kind::Constraint && fact.text("type") == "foreign key" && key.root().name.sql() == *parent
    });
    let unwanted = keys.filter(|(key, fact)| {
        let same = context.to.get(&Identity::child(Kind::Constraint, own.clone(), &key.name.name));
        same.is_none_or(|same| same.text("definition") != fact.text("definition"))
    });
    unwanted
        .map(|(key, _)| {
            let (table, name) = (identity.name.sql(), &key.name.name);
            let drop = format!("ALTER TABLE {table} DROP CONSTRAINT {}", quote_ident(name));
            Statement::new(drop).when(format!(
                "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass({}) AND conname = {} AND contype = 'f' AND conparentid = 0)",
                quote_literal(&table),
                quote_literal(name)
            ))
        })
        .collect()
}

/// Onto the parents that it did not have.
pub(in crate::plan) fn attach(
    context: &Context<'_>,
    identity: &Identity,
    from: Option<&Fact>,
    to: &Fact,
) -> Vec<Statement> {
    let stays = |parent: &str| from.is_some_and(|from| stays_on(from, to, parent));
    let joins = to.list("parents").iter().filter(|parent| !stays(parent) || context.is_rebuilt(parent));
    let mut statements: Vec<Statement> = joins
        .map(|parent| {
            let own = identity.name.sql();
            let sql = match to.get("partition_bound") {
                Some(bound) => format!("ALTER TABLE {parent} ATTACH PARTITION {own} {bound}"),
                None => format!("ALTER {} INHERIT {parent}", name::alter_target(identity)),
            };
            let there = inherits(&own, parent, to.get("partition_bound").is_some());
            Statement::new(sql).when(format!("NOT {there}"))
        })
        .collect();
    statements.extend(from.and_then(|from| inherit::make_own(context, identity, from, to)));
    let again = from.and_then(|from| steps_over(context, from, to, to));
    statements
        .extend(again.map(|of| Statement::new(format!("ALTER {} OF {of}", name::alter_target(identity)))));
    statements
}

/// Whether one table is a partition of another, or inherits from it, as SQL.
pub(super) fn inherits(own: &str, parent: &str, partition: bool) -> String {
    let not = if partition { "" } else { "NOT " };
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class ON oid = inhrelid WHERE inhrelid = pg_catalog.to_regclass({}) AND inhparent = pg_catalog.to_regclass({}) AND {not}relispartition)",
        quote_literal(own),
        quote_literal(parent)
    )
}

/// DROP TABLE, with its rows.
pub(in crate::plan) fn drop(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let noun = if identity.kind == Kind::ForeignTable { "FOREIGN TABLE" } else { "TABLE" };
    let statement = Statement::new(format!("DROP {noun} IF EXISTS {}", identity.name.sql()));
    if identity.kind == Kind::ForeignTable {
        return vec![statement];
    }
    let statement = statement.hazard(Hazard::DataLoss { what: identity.clone() });
    detach_referenced(context, identity).into_iter().chain([statement]).collect()
}

/// While a foreign key refers to the partitioned table, Postgres drops none of its partitions, but takes them off.
fn detach_referenced(context: &Context<'_>, identity: &Identity) -> Option<Statement> {
    let of_partition = |name: &str| {
        context.from.facts().find(|(table, _)| table.kind == Kind::Table && table.name.sql() == name)
    };
    let partition = context.from.get(identity).filter(|fact| fact.get("partition_bound").is_some())?;
    let (parent, mut above) = of_partition(partition.list("parents").first()?)?;
    context.to.get(parent).filter(|_| !context.is_made(parent))?;
    let mut tables = vec![parent];
    while let Some((table, fact)) = above.list("parents").first().and_then(|name| of_partition(name)) {
        tables.push(table);
        above = fact;
    }
    let referred = context.from.facts().any(|(key, fact)| {
        key.kind == Kind::Constraint
            && fact.text("type") == "foreign key"
            && context.from.needs(key).any(|needed| tables.contains(&needed.root()))
    });
    let (own, parent) = (identity.name.sql(), parent.name.sql());
    referred.then(|| {
        Statement::new(format!("ALTER TABLE {parent} DETACH PARTITION {own}"))
            .when(inherits(&own, &parent, true))
    })
}
