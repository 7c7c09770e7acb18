//! Functions, and what calls them when something happens.

use super::{Slot, What, column, condition, name, named, table};

pub(super) fn functions(slot: &Slot) -> Vec<String> {
    let number = slot.number;
    if slot.what == What::Reader {
        let relation = named(slot.pick(0, &["{t0}", "{t1}", "{v0}", "{v1}"]));
        let own = name("g", number);
        return vec![match slot.below(1, 4) {
            0 => format!(
                "CREATE FUNCTION {own}() RETURNS SETOF {relation} LANGUAGE sql STABLE AS 'SELECT * FROM {}'",
                relation.replace('\'', "''")
            ),
            1 => format!(
                "CREATE FUNCTION {own}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM {relation}; END"
            ),
            2 => format!("CREATE FUNCTION {own}(x {relation}) RETURNS text LANGUAGE sql AS 'SELECT x::text'"),
            _ => format!(
                "CREATE PROCEDURE {own}(INOUT n integer) LANGUAGE plpgsql AS $b$BEGIN n := (SELECT count(*) FROM {relation}); END$b$"
            ),
        }];
    }
    let own = name("f", number);
    let argument = slot.pick(0, &["integer", "integer", "integer", "bigint", "text"]);
    let result = named(slot.pick(1, &["integer", "integer", "text", "{e0}", "numeric"]));
    let volatility = slot
        .pick(2, &["IMMUTABLE", "IMMUTABLE", "STABLE", "VOLATILE STRICT", "IMMUTABLE PARALLEL SAFE COST 5"]);
    let with_default = if slot.chance(3, 25) { format!(", b {argument} DEFAULT '1'") } else { String::new() };
    let body = slot.pick(4, &["NULL", "1 + 0", "(SELECT 1)", "'low'"]);
    vec![match slot.below(5, 4) {
        0 => format!(
            "CREATE FUNCTION {own}(a {argument}{with_default}) RETURNS {result} LANGUAGE plpgsql {volatility} AS $b$BEGIN RETURN {body}; END$b$"
        ),
        1 => format!(
            "CREATE FUNCTION {own}(a {argument}{with_default}) RETURNS {result} LANGUAGE sql {volatility} RETURN {body}::{result}"
        ),
        _ => format!(
            "CREATE FUNCTION {own}(a {argument}{with_default}) RETURNS {result} LANGUAGE sql {volatility} AS $b$SELECT {body}::{result}$b$"
        ),
    }]
}

pub(super) fn watchers(slot: &Slot) -> Vec<String> {
    let number = slot.number;
    let on = table(slot.below(0, 4));
    let one = column(slot.below(1, 6));
    if slot.what == What::Policy {
        let own = name("o", number);
        let (command, role) = (
            slot.pick(2, &["ALL", "SELECT", "UPDATE", "DELETE"]),
            slot.pick(3, &["PUBLIC", "reader", "writer"]),
        );
        return vec![
            format!("ALTER TABLE {on} ENABLE ROW LEVEL SECURITY"),
            format!("CREATE POLICY {own} ON {on} FOR {command} TO {role} USING ({})", condition(slot, 4)),
        ];
    }
    let (function, own) = (name("h", number), name("z", number));
    let event = match slot.below(2, 4) {
        0 => "BEFORE INSERT OR UPDATE".to_owned(),
        1 => format!("AFTER UPDATE OF {one}"),
        2 => "AFTER DELETE".to_owned(),
        _ => format!("BEFORE UPDATE OF {one}, id"),
    };
    let when = if slot.chance(3, 25) { format!(" WHEN (old.{one} IS NOT NULL)") } else { String::new() };
    let mut all = vec![
        format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $b$BEGIN RETURN new; END$b$"
        ),
        format!("CREATE TRIGGER {own} {event} ON {on} FOR EACH ROW{when} EXECUTE FUNCTION {function}()"),
    ];
    if slot.chance(4, 15) {
        all.push(format!("ALTER TABLE {on} DISABLE TRIGGER {own}"));
    }
    all
}
