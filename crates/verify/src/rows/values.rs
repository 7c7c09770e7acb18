//! A value for a type: short, small, current, and a different one for every row.
//!
//! Row `k` gets the same value in every column of one type, whatever the table: number `k`, text `a<k>`, the uuid that
//! ends in `k`. So a column that refers to another table without saying so (and becomes a foreign key in a later
//! migration) refers to a row that is there.

use super::shape::{Column, Shape, Type};

/// Which value is wanted: the row's number, from 1, and the column's place in its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) row: u32,
    pub(crate) column: u32,
}

/// The value as Postgres's text form of it. `None`: no idea of this type.
pub(crate) fn text(shape: &Shape, oid: i64, typmod: i32, place: Place) -> Option<String> {
    let (found, typmod) = shape.base_of(oid, typmod)?;
    match found.kind {
        'e' => {
            let count = u32::try_from(found.labels.len()).ok().filter(|count| *count > 0)?;
            found.labels.get(((place.row - 1) % count) as usize).cloned()
        }
        'r' => range(shape, found, place),
        'm' => Some(format!("{{{}}}", range(shape, shape.types.get(&found.subtype)?, place)?)),
        'c' => {
            let parts: Option<Vec<String>> = found
                .attributes
                .iter()
                .map(|(oid, typmod)| text(shape, *oid, *typmod, place).map(|part| quoted(&part)))
                .collect();
            Some(format!("({})", parts?.join(",")))
        }
        'b' if found.element != 0 => {
            Some(format!("{{{}}}", quoted(&text(shape, found.element, typmod, place)?)))
        }
        'b' => base(&found.name, typmod, place),
        _ => None,
    }
}

/// The value for a column, such that it suits the column's twin in the other shape too (see [`Shape::suiting`]).
pub(crate) fn own_text(shape: &Shape, column: &Column, place: Place) -> Option<String> {
    let (own, typmod) = shape.base_of(column.type_oid, column.typmod)?;
    let twin = column.twin.and_then(|(oid, typmod)| shape.base_of(oid, typmod));
    let Some((twin, twin_typmod)) = twin else { return text(shape, own.oid, typmod, place) };
    if own.kind == 'e' && !column.twin_labels.is_empty() {
        let shared: Vec<&String> =
            own.labels.iter().filter(|label| column.twin_labels.contains(label)).collect();
        if !shared.is_empty() {
            return Some(shared[(place.row as usize - 1) % shared.len()].clone());
        }
    }
    if is_text(own) {
        if !is_text(twin) {
            let value = text(shape, twin.oid, twin_typmod, place);
            let fits = |value: &String| text_limit(typmod).is_none_or(|limit| value.chars().count() <= limit);
            return value.filter(fits).or_else(|| text(shape, own.oid, typmod, place));
        }
        let narrower = [typmod, twin_typmod].into_iter().filter(|typmod| text_limit(*typmod).is_some()).min();
        return text(shape, own.oid, narrower.unwrap_or(-1), place);
    }
    text(shape, own.oid, typmod, place)
}

/// The type a made value is cast to: that of the column, below its domains (which would raise an error where a check
/// should only be tried) and never one that silently cuts the value short.
pub(crate) fn cast_type(shape: &Shape, column: &Column) -> String {
    let Some((found, typmod)) = shape.base_of(column.type_oid, column.typmod) else {
        return column.sql_type.clone();
    };
    match found.name.as_str() {
        // format_type without a length says `character`, which is character(1).
        "bpchar" => "pg_catalog.bpchar".to_owned(),
        "_bpchar" => "pg_catalog.bpchar[]".to_owned(),
        "bit" if typmod > 0 => format!("bit({typmod})"),
        _ => found.sql.clone(),
    }
}

/// Whether the values of a type are text, so that anything may be written there.
pub(crate) fn is_text(found: &Type) -> bool {
    found.kind == 'b' && matches!(found.name.as_str(), "text" | "varchar" | "bpchar" | "citext" | "name")
}

/// The most characters a text column takes.
pub(crate) fn text_limit(typmod: i32) -> Option<usize> {
    // A length n is kept as n + 4 (VARHDRSZ), see varchartypmodin in src/backend/utils/adt/varchar.c.
    usize::try_from(typmod.checked_sub(4)?).ok().filter(|limit| *limit > 0)
}

/// A part of an array, a range or a row in text form.
pub(crate) fn quoted(part: &str) -> String {
    format!("\"{}\"", part.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Ranges of different rows never meet, so that exclusion constraints hold.
fn range(shape: &Shape, found: &Type, place: Place) -> Option<String> {
    let low = text(shape, found.subtype, -1, Place { row: place.row * 10, ..place })?;
    let high = text(shape, found.subtype, -1, Place { row: place.row * 10 + 1, ..place })?;
    Some(format!("[{},{})", quoted(&low), quoted(&high)))
}

fn base(name: &str, typmod: i32, place: Place) -> Option<String> {
    let k = place.row;
    Some(match name {
        "text" | "varchar" | "bpchar" | "citext" | "name" => short_text(k, text_limit(typmod)),
        "char" => letter(k).to_string(),
        "int2" | "int4" | "int8" | "float4" | "float8" | "oid" | "xid" | "xid8" | "cid" | "money" => {
            k.to_string()
        }
        "numeric" => number(k, typmod),
        "bool" => if k % 2 == 1 { "t" } else { "f" }.to_owned(),
        "uuid" => format!("00000000-0000-4000-8000-{k:012}"),
        "bytea" => format!("\\x{k:02x}"),
        "json" | "jsonb" => format!("{{\"made\": {k}}}"),
        "jsonpath" => format!("$.\"a{k}\""),
        "date" => moment(place, "%Y-%m-%d", true),
        "timestamp" => moment(place, "%Y-%m-%d %H:%M:%S", false),
        "timestamptz" => moment(place, "%Y-%m-%d %H:%M:%S+00", false),
        "time" => format!("{:02}:{:02}:{:02}", k % 24, place.column % 60, k / 24 % 60),
        "timetz" => format!("{:02}:{:02}:{:02}+00", k % 24, place.column % 60, k / 24 % 60),
        "interval" => format!("{k} hours"),
        "inet" => format!("10.0.{}.{}", k / 250, k % 250 + 1),
        "cidr" => format!("10.{}.{}.0/24", k / 250, k % 250),
        "macaddr" => format!("02:00:00:00:{:02x}:{:02x}", k / 256 % 256, k % 256),
        "macaddr8" => format!("02:00:00:ff:fe:00:{:02x}:{:02x}", k / 256 % 256, k % 256),
        "point" => format!("({k},{k})"),
        "line" => format!("{{1,-1,{k}}}"),
        "lseg" => format!("[({k},0),({k},1)]"),
        "box" => format!("({k}.5,1),({k},0)"),
        "path" => format!("[({k},0),({k},1)]"),
        "polygon" => format!("(({k},0),({k},1),({k}.5,0))"),
        "circle" => format!("<({k},{k}),0.1>"),
        "bit" => bits(k, usize::try_from(typmod).unwrap_or(1).max(1)),
        "varbit" => bits(k, usize::try_from(typmod).unwrap_or(8).clamp(1, 8)),
        "tsvector" | "tsquery" => format!("a{k}"),
        "xml" => format!("<a>{k}</a>"),
        "pg_lsn" => format!("0/{k:X}"),
        "regclass" => "pg_catalog.pg_class".to_owned(),
        "regtype" => "integer".to_owned(),
        "regproc" => "pg_catalog.now".to_owned(),
        "regprocedure" => "pg_catalog.now()".to_owned(),
        "regrole" => "pg_monitor".to_owned(),
        "regnamespace" => "pg_catalog".to_owned(),
        "regconfig" => "pg_catalog.simple".to_owned(),
        "regdictionary" => "pg_catalog.simple".to_owned(),
        "tid" => format!("(0,{k})"),
        "pg_snapshot" | "txid_snapshot" => format!("{k}:{}:", k + 1),
        // Types of extensions that other people's schemas use.
        "hstore" => format!("a=>{k}"),
        "ltree" | "lquery" | "ltxtquery" => format!("a{k}"),
        "cube" => format!("({k})"),
        "seg" => k.to_string(),
        "vector" | "halfvec" => {
            let dimensions = usize::try_from(typmod).unwrap_or(3).max(1);
            format!("[{}]", vec![k.to_string(); dimensions].join(","))
        }
        "geometry" | "geography" => format!("POINT({k} {k})"),
        _ => return None,
    })
}

/// `a1`, or as much of it as fits.
fn short_text(k: u32, limit: Option<usize>) -> String {
    let text = format!("a{k}");
    match limit {
        Some(1) => letter(k).to_string(),
        Some(limit) if text.len() > limit => text.chars().take(limit).collect(),
        _ => text,
    }
}

fn letter(k: u32) -> char {
    char::from(b'a' + u8::try_from((k + 25) % 26).unwrap_or(0))
}

/// A number that a numeric of this precision and scale takes without rounding.
fn number(k: u32, typmod: i32) -> String {
    // ((precision << 16) | scale) + 4, see numerictypmodin in src/backend/utils/adt/numeric.c.
    let packed = typmod - 4;
    if packed < 0 {
        return k.to_string();
    }
    let (precision, scale) = (packed >> 16 & 0xffff, packed & 0x7ff);
    let whole_digits = precision - scale;
    let needed = i32::try_from(k.to_string().len()).unwrap_or(10);
    if whole_digits >= needed || scale == 0 {
        return k.to_string();
    }
    let scale = usize::try_from(scale).unwrap_or(1);
    format!("0.{k:0scale$}")
}

fn bits(k: u32, length: usize) -> String {
    let text = format!("{k:0length$b}");
    text[text.len() - length..].to_owned()
}

/// A time close to now: later from row to row, and from column to column, as in `started_at < finished_at`.
fn moment(place: Place, format: &str, days: bool) -> String {
    let today = chrono::Utc::now().date_naive().and_hms_opt(0, 0, 0).unwrap_or_default();
    let shift = if days {
        chrono::Duration::days(i64::from(place.row) - 1)
    } else {
        chrono::Duration::minutes(i64::from(place.row)) + chrono::Duration::seconds(i64::from(place.column))
    };
    (today + shift).format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(row: u32) -> Place {
        Place { row, column: 1 }
    }

    #[test]
    fn numbers_fit_their_precision_and_scale() {
        let typmod = |precision: i32, scale: i32| ((precision << 16) | scale) + 4;
        for (precision, scale, row, wanted) in
            [(5, 2, 3, "3"), (2, 2, 3, "0.03"), (3, 2, 12, "0.12"), (1, 0, 3, "3"), (4, 4, 3, "0.0003")]
        {
            assert_eq!(number(row, typmod(precision, scale)), wanted, "numeric({precision},{scale})");
        }
        assert_eq!(number(7, -1), "7");
    }

    #[test]
    fn texts_fit_their_length_and_differ() {
        for (limit, row, wanted) in [(None, 12, "a12"), (Some(1), 2, "b"), (Some(2), 3, "a3")] {
            assert_eq!(short_text(row, limit), wanted, "{limit:?}");
        }
    }

    #[test]
    fn every_core_type_has_a_value() {
        for name in ["bit", "time", "inet", "box", "pg_lsn", "bytea", "jsonb", "timestamptz", "char", "xml"] {
            assert_ne!(base(name, -1, at(1)), None, "{name}");
        }
        assert_eq!(base("nothing_we_know", -1, at(1)), None);
    }
}
