//! Values of one type as those of another.

/// A value of one type as another. Where the two have no cast, the way is over text, which every type has.
pub(in crate::plan) fn cast(value: &str, from: &str, to: &str) -> String {
    let plain = |of: &str| of.trim_end_matches("[]").split('(').next().unwrap_or_default().trim().to_owned();
    let builtin = |of: &str| !plain(of).contains('.');
    let textual =
        |of: &str| ["text", "character varying", "character", "name", "citext"].contains(&&*plain(of));
    let arrays = (from.ends_with("[]"), to.ends_with("[]"));
    let json = |of: &str| ["json", "jsonb"].contains(&&*plain(of));
    let element = |of: &'_ str| of.strip_suffix("[]").unwrap_or(of).to_owned();
    match arrays {
        (false, true) if textual(from) => {
            return format!(
                "CASE WHEN {value} LIKE '{{%}}' THEN {value}::{to} WHEN {value} IS NOT NULL THEN ARRAY[{value}]::{to} END"
            );
        }
        (false, true) if json(from) => return format!("{value}::text::{to}"),
        (false, true) => {
            let one = cast(value, from, &element(to));
            return format!("CASE WHEN {value} IS NOT NULL THEN ARRAY[{one}]::{to} END");
        }
        (true, false) if textual(to) => {
            return format!(
                "CASE WHEN pg_catalog.cardinality({value}) = 1 THEN {value}[1]::{to} ELSE {value}::{to} END"
            );
        }
        (true, false) if json(to) => return format!("pg_catalog.to_{}({value})", plain(to)),
        (true, false) => return cast(&format!("{value}[1]"), &element(from), to),
        _ => {}
    }
    let known = arrays.0 == arrays.1 && builtin(from) && builtin(to) && have_cast(&plain(from), &plain(to));
    if known || textual(from) || textual(to) {
        return format!("{value}::{to}");
    }
    if arrays == (true, true) { format!("{value}::text[]::{to}") } else { format!("{value}::text::{to}") }
}

/// Whether Postgres itself has a cast between two of its own types.
fn have_cast(from: &str, to: &str) -> bool {
    const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
    const DAYS: &[&str] = &["date", "timestamp without time zone", "timestamp with time zone"];
    const HOURS: &[&str] = &["time without time zone", "time with time zone", "interval"];
    const BITS: &[&str] = &["bit", "bit varying", "integer", "bigint"];
    const OBJECTS: &[&str] = &[
        "oid",
        "integer",
        "bigint",
        "regclass",
        "regproc",
        "regprocedure",
        "regtype",
        "regrole",
        "regnamespace",
    ];
    const FIGURES: &[&str] = &["point", "box", "circle", "polygon", "lseg"];
    let families: [&[&str]; 10] = [
        OBJECTS,
        NUMBERS,
        DAYS,
        HOURS,
        BITS,
        &["boolean", "integer"],
        &["json", "jsonb"],
        &["money", "numeric", "integer", "bigint"],
        &["inet", "cidr"],
        &["macaddr", "macaddr8"],
    ];
    let family = |names: &&[&str]| names.contains(&from) && names.contains(&to);
    from == to
        || families.iter().any(family)
        || (from == "jsonb" && (NUMBERS.contains(&to) || to == "boolean"))
        || (from.starts_with("timestamp") && HOURS[..2].contains(&to))
        || (FIGURES.contains(&from) && to == "point" && from != "point")
        || from.strip_suffix("range").is_some_and(|of| to.strip_suffix("multirange") == Some(of))
}
