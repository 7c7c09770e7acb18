//! Quoting of identifiers and literals, as Postgres does it.

/// Every keyword that Postgres will not take bare as any name: those of `pg_get_keywords()` of versions 15 to
/// 18 that are not "unreserved", which is the rule of its own `quote_identifier()`.
const KEYWORDS: &str = "
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
    case cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
    freeze from full grant greatest group grouping having ilike in initially inner inout int integer
    intersect interval into is isnull join json json_array json_arrayagg json_exists json_object
    json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left
    like limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null
    nullif numeric offset on only or order out outer overlaps overlay placing position precision primary
    real references returning right row select session_user setof similar smallint some substring symmetric
    system_user table tablesample then time timestamp to trailing treat trim true union unique user using
    values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
";

/// An identifier as SQL: bare where Postgres takes it bare, else in double quotes.
///
/// ```
/// use meshhook_schema::quote::quote_ident;
/// assert_eq!(quote_ident("users"), "users");
/// assert_eq!(quote_ident("Users \"x\""), "\"Users \"\"x\"\"\"");
/// assert_eq!(quote_ident("order"), "\"order\"");
/// ```
pub fn quote_ident(name: &str) -> String {
    if is_plain(name) && !is_keyword(name) { name.to_owned() } else { in_quotes(name) }
}

/// The last part of a qualified name, as quoted as it was: a dot in quotes parts nothing.
///
/// ```
/// use meshhook_schema::quote::unqualified;
/// assert_eq!(unqualified("public.t"), "t");
/// assert_eq!(unqualified("\"s.x\".\"a.b\""), "\"a.b\"");
/// assert_eq!(unqualified("\"a\"\".b\""), "\"a\"\".b\"");
/// ```
pub fn unqualified(name: &str) -> &str {
    let mut quoted = false;
    let last = name.char_indices().filter(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    last.last().and_then(|(at, _)| name.get(at + 1..)).unwrap_or(name)
}

/// The name that an identifier in SQL stands for.
pub(crate) fn unquoted(ident: &str) -> String {
    match ident.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => ident.to_owned(),
    }
}

/// A text as a literal of standard SQL; with a backslash in it, as an `E''` literal, which reads the same
/// whatever `standard_conforming_strings` says.
pub fn quote_literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if text.contains('\\') {
        format!(" E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

/// A text in dollar quotes whose tag does not occur in it.
pub fn dollar_quote(text: &str) -> String {
    let mut tag = String::from("$function");
    while text.contains(&*tag) {
        tag.push('_');
    }
    format!("{tag}${text}{tag}$")
}

/// A name for a message: quoted only where a reader would take it for something else. A line break is
/// shown as `\n`.
pub(crate) fn plain(name: &str) -> String {
    let clear = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_$-".contains(c));
    if clear { name.to_owned() } else { in_quotes(name).replace('\n', "\\n").replace('\r', "\\r") }
}

fn in_quotes(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Lower-case ASCII letters, digits and underscores, no digit first.
fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_keyword(name: &str) -> bool {
    KEYWORDS.split_ascii_whitespace().any(|keyword| keyword == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_a_name_heeds_quotes() {
        let cases = [
            ("t", "t"),
            ("public.t", "t"),
            ("public.\"a.b\"", "\"a.b\""),
            ("\"s.x\".t", "t"),
            ("\"s.x\".\"a\"\"b\"", "\"a\"\"b\""),
            ("\"s\"\".x\".\"a\"\".b\"", "\"a\"\".b\""),
            ("\"a.b\"", "\"a.b\""),
        ];
        for (name, last) in cases {
            assert_eq!(unqualified(name), last, "{name}");
            assert_eq!(quote_ident(&unquoted(last)), last, "{name}");
        }
    }
}
