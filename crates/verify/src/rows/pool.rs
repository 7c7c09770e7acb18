//! Values worth trying in a column that a CHECK constraint or a partition bound speaks of, likeliest first.

use super::harvest::Harvest;
use super::regex;
use super::shape::{Column, Shape, Type};
use super::values::{self, Place};
use crate::sql::literal;

/// The longest text or byte string that is made to please a constraint on length.
const LONGEST: usize = 5000;

/// Expressions of the column's own type, NULL last where it is allowed.
pub(crate) fn pool(shape: &Shape, column: &Column, place: Place, words: &Harvest) -> Vec<String> {
    let cast = values::cast_type(shape, column);
    let mut texts: Vec<String> = Vec::new();
    texts.extend(values::own_text(shape, column, place));
    if let Some((found, typmod)) = shape.base_of(column.type_oid, column.typmod) {
        texts.extend(more(shape, found, typmod, place, words));
    }
    let mut pool: Vec<String> = Vec::new();
    if let Some(default) = column.default.as_ref().filter(|_| !column.is_numbered()) {
        pool.push(format!("({default})::{cast}"));
    }
    for text in texts {
        let expression = format!("{}::{cast}", literal(&text));
        if !pool.contains(&expression) {
            pool.push(expression);
        }
    }
    if !shape.refuses_null(column) {
        pool.push(format!("NULL::{cast}"));
    }
    pool
}

fn more(shape: &Shape, found: &Type, typmod: i32, place: Place, words: &Harvest) -> Vec<String> {
    let k = place.row;
    match (found.kind, found.name.as_str()) {
        ('e', _) => rotated(&found.labels, k),
        ('b', _) if found.element != 0 => arrays(shape, found, place, words),
        ('b', _) if values::is_text(found) => texts(k, values::text_limit(typmod), words),
        ('b', "int2" | "int4" | "int8" | "oid") => whole_numbers(found, words),
        ('b', "numeric" | "float4" | "float8" | "money") => numbers(typmod, words),
        ('b', "bytea") => byte_strings(k, words),
        ('b', "json" | "jsonb") => documents(k, words),
        ('b', "bool") => vec!["t".to_owned(), "f".to_owned()],
        ('b', "date" | "timestamp" | "timestamptz") => moments(shape, found, place, words),
        ('b', "interval" | "time" | "uuid" | "inet" | "cidr") => words
            .strings
            .iter()
            .filter(|text| text.chars().any(|c| c.is_ascii_digit()))
            .take(4)
            .cloned()
            .collect(),
        _ => Vec::new(),
    }
}

/// The same list, begun at the row's own place, so that rows differ.
fn rotated(list: &[String], k: u32) -> Vec<String> {
    let mut list = list.to_vec();
    if !list.is_empty() {
        let by = (k as usize - 1) % list.len();
        list.rotate_left(by);
    }
    list
}

fn lengths(words: &Harvest) -> Vec<usize> {
    let mut found: Vec<usize> = words
        .numbers
        .iter()
        .filter_map(|number| number.parse::<usize>().ok())
        .flat_map(|n| [n, n.saturating_sub(1), n + 1])
        .filter(|n| (1..=LONGEST).contains(n))
        .collect();
    found.dedup();
    found
}

fn texts(k: u32, limit: Option<usize>, words: &Harvest) -> Vec<String> {
    let mut made = rotated(&words.strings, k);
    let patterned: Vec<String> = words
        .patterns
        .iter()
        .filter_map(|pattern| regex::example(pattern, k))
        .chain(words.likes.iter().map(|like| regex::like(like, k)))
        .collect();
    made.extend(patterned.iter().cloned());
    for length in lengths(words) {
        for start in patterned.iter().chain([&format!("a{k}"), &k.to_string()]) {
            let last = start.chars().last().unwrap_or('a');
            made.push(start.chars().chain(std::iter::repeat(last)).take(length).collect());
        }
    }
    made.extend([
        format!("A{k}"),
        k.to_string(),
        format!("a{k}@example.com"),
        format!("https://a{k}.example.com"),
        format!("/a{k}"),
        format!("{k:064x}"),
        format!("00000000-0000-4000-8000-{k:012}"),
        "{}".to_owned(),
        String::new(),
    ]);
    made.retain(|text| limit.is_none_or(|limit| text.chars().count() <= limit));
    made
}

fn whole_numbers(found: &Type, words: &Harvest) -> Vec<String> {
    let limit = match found.name.as_str() {
        "int2" => i64::from(i16::MAX),
        "int8" => i64::MAX,
        _ => i64::from(i32::MAX),
    };
    words
        .numbers
        .iter()
        .filter_map(|number| number.parse::<f64>().ok())
        .map(|number| number as i64)
        .flat_map(|n| [n, n.saturating_add(1), n.saturating_sub(1), n.saturating_neg()])
        .chain([0, 1, 2, 10, 100, 1000, -1])
        .filter(|n| n.abs() <= limit && (found.name != "oid" || *n >= 0))
        .map(|n| n.to_string())
        .collect()
}

fn numbers(typmod: i32, words: &Harvest) -> Vec<String> {
    let digits = if typmod >= 4 { ((typmod - 4) >> 16 & 0xffff) - ((typmod - 4) & 0x7ff) } else { 12 };
    let limit = 10f64.powi(digits.max(0));
    words
        .numbers
        .iter()
        .filter_map(|number| number.parse::<f64>().ok())
        .flat_map(|n| [n, n + 1.0, n - 1.0, n / 2.0, -n])
        .chain([0.0, 0.5, 1.0, 10.0, 100.0, -1.0])
        .filter(|n| n.abs() < limit)
        .map(|n| n.to_string())
        .collect()
}

fn byte_strings(k: u32, words: &Harvest) -> Vec<String> {
    let of_length = |length: usize| format!("\\x{}{:02x}", "00".repeat(length - 1), k % 256);
    lengths(words)
        .into_iter()
        .map(of_length)
        .chain([16, 32].map(of_length))
        .chain(["\\x".to_owned()])
        .collect()
}

fn documents(k: u32, words: &Harvest) -> Vec<String> {
    let names: Vec<String> = words.strings.iter().map(|name| literal_json(name)).collect();
    let object = |value: &str| {
        format!("{{{}}}", names.iter().map(|name| format!("{name}: {value}")).collect::<Vec<_>>().join(", "))
    };
    vec![
        "{}".to_owned(),
        "[]".to_owned(),
        format!("[{k}]"),
        object(&format!("\"a{k}\"")),
        object(&k.to_string()),
        object("{}"),
        object("[]"),
        object("true"),
        format!("\"a{k}\""),
        k.to_string(),
        "true".to_owned(),
        "null".to_owned(),
    ]
}

fn literal_json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn moments(shape: &Shape, found: &Type, place: Place, words: &Harvest) -> Vec<String> {
    // Partition bounds are literals of the key's type; a lower bound is itself inside.
    let looks_like_one =
        |text: &&String| text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-');
    let bounds = words.strings.iter().filter(looks_like_one).cloned();
    let later = [60, 1440, 50_000]
        .into_iter()
        .filter_map(|rows| values::text(shape, found.oid, -1, Place { row: place.row + rows, ..place }));
    later.chain(rotated(&bounds.collect::<Vec<_>>(), place.row)).collect()
}

fn arrays(shape: &Shape, found: &Type, place: Place, words: &Harvest) -> Vec<String> {
    let one = |row| values::text(shape, found.element, -1, Place { row, ..place }).unwrap_or_default();
    let list = |parts: Vec<String>| {
        let parts: Vec<String> = parts.iter().map(|part| values::quoted(part)).collect();
        format!("{{{}}}", parts.join(","))
    };
    let mut made: Vec<String> = Vec::new();
    if shape.types.get(&found.element).is_some_and(values::is_text) {
        made.extend(words.strings.iter().map(|text| list(vec![text.clone()])));
    }
    made.push("{}".to_owned());
    for length in lengths(words).into_iter().filter(|length| *length <= 100).chain([2]) {
        made.push(list((1..=u32::try_from(length).unwrap_or(1)).map(one).collect()));
    }
    made
}
