//! A diagram in Mermaid's words (`erDiagram`).
//!
//! What may stand where is the business of Mermaid's lexer: a name of an entity is in double quotes and holds neither
//! them nor `%`, a backslash or a line break; a column's name and type are words. Whatever else a name holds is written
//! as an entity code (`#37;`) where it is text, and as `_` where it is a word, with the name itself in a comment.

use std::fmt::Write as _;

use super::{Column, Diagram, Entity, Link, Mark, Relation};
use crate::identity::QualifiedName;

impl Diagram {
    /// The diagram as text, the same for the same diagram. Fit to stand in a fenced block of a Markdown file.
    pub fn mermaid(&self) -> String {
        let mut text = String::from("erDiagram\n");
        for (name, entity) in &self.entities {
            write_entity(&mut text, name, entity);
        }
        for relation in &self.relations {
            write_relation(&mut text, relation);
        }
        text
    }
}

fn write_entity(text: &mut String, name: &QualifiedName, entity: &Entity) {
    let own = called(name);
    let _ = write!(text, "    \"{own}\"");
    if let Some(word) = told(entity.mark) {
        let _ = write!(text, "[\"{own} ({word})\"]");
    }
    if entity.columns.is_empty() {
        text.push('\n');
        return;
    }
    text.push_str(" {\n");
    for column in &entity.columns {
        write_column(text, column);
    }
    text.push_str("    }\n");
}

fn write_column(text: &mut String, column: &Column) {
    let short = short_type(&column.data_type);
    let (data_type, name) = (word(&short, "[]()"), word(&column.name, ""));
    let _ = write!(text, "        {data_type} {name}");
    let keys = [(column.primary, "PK"), (column.foreign, "FK"), (column.unique, "UK")];
    let keys: Vec<&str> = keys.into_iter().filter(|(is, _)| *is).map(|(_, key)| key).collect();
    if !keys.is_empty() {
        let _ = write!(text, " {}", keys.join(", "));
    }
    let mut remarks = Vec::new();
    if name != column.name {
        remarks.push(escaped(&column.name));
    }
    if data_type != short {
        remarks.push(escaped(&column.data_type));
    }
    remarks.extend(told(column.mark).map(str::to_owned));
    if !remarks.is_empty() {
        let _ = write!(text, " \"{}\"", remarks.join(", "));
    }
    text.push('\n');
}

fn write_relation(text: &mut String, relation: &Relation) {
    let (from, to) = (called(&relation.from), called(&relation.to));
    let connector = match relation.link {
        Link::ForeignKey { optional, unique } => {
            let one = if optional { "|o" } else { "||" };
            let many = if unique { "o|" } else { "o{" };
            format!("{one}--{many}")
        }
        Link::Reads => "}o..o{".to_owned(),
    };
    let mut label = if relation.link == Link::Reads { "reads".to_owned() } else { escaped(&relation.name) };
    if let Some(word) = told(relation.mark) {
        let _ = write!(label, " ({word})");
    }
    // a foreign key reads from the one to the many
    let (left, right) = if relation.link == Link::Reads { (from, to) } else { (to, from) };
    let _ = writeln!(text, "    \"{left}\" {connector} \"{right}\" : \"{label}\"");
}

fn told(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Same => None,
        Mark::New => Some("new"),
        Mark::Changed => Some("changed"),
        Mark::Gone => Some("gone"),
    }
}

/// An entity's name: `public` is left out where that leaves no doubt.
fn called(name: &QualifiedName) -> String {
    match name.schema.as_deref() {
        Some("public") | None if !name.name.contains('.') => escaped(&name.name),
        schema => escaped(&format!("{}.{}", schema.unwrap_or_default(), name.name)),
    }
}

/// As text in double quotes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // the last three are Markdown's and HTML's
            '"' | '%' | '\\' | '#' | '`' | '<' | '>' | '&' => {
                let _ = write!(safe, "#{};", u32::from(c));
            }
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _ = write!(safe, "#92;u{:04x}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe
}

/// As one word: letters, digits, `_`, `-` and these. A word that would be read as a key (`PK`) begins with `_`.
fn word(text: &str, also: &str) -> String {
    let fit = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || also.contains(c);
    let mut word: String = text.chars().map(|c| if fit(c) { c } else { '_' }).collect();
    let starts = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let reserved = word.get(..2).is_some_and(|key| {
        let key = key.to_ascii_uppercase();
        matches!(key.as_str(), "PK" | "FK" | "UK")
            && !word[2..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    });
    if !starts || reserved {
        word.insert(0, '_');
    }
    word
}

/// Types by the short names that Postgres takes as well.
fn short_type(data_type: &str) -> String {
    let longs = [
        ("character varying", "varchar"),
        ("timestamp with time zone", "timestamptz"),
        ("timestamp without time zone", "timestamp"),
        ("time with time zone", "timetz"),
        ("time without time zone", "time"),
        ("double precision", "float8"),
        ("bit varying", "varbit"),
    ];
    for (long, short) in longs {
        if let Some(rest) = data_type.strip_prefix(long)
            && (rest.is_empty() || rest.starts_with(['(', '[']))
        {
            return format!("{short}{rest}");
        }
    }
    // `timestamp(3) with time zone`
    if let Some((before, after)) = data_type.split_once(" with time zone")
        && let Some((name, precision)) = before.split_once('(')
        && matches!(name, "timestamp" | "time")
    {
        return format!("{name}tz({precision}{after}");
    }
    data_type.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_texts_hold_only_what_mermaid_takes() {
        for (text, expected) in [
            ("id", "id"),
            ("Order No.", "Order_No_"),
            ("1st", "_1st"),
            ("", "_"),
            ("pk", "_pk"),
            ("FK-x", "_FK-x"),
            ("pk_id", "pk_id"),
            ("größe", "gr__e"),
            ("a\"b", "a_b"),
        ] {
            assert_eq!(word(text, ""), expected);
        }
        assert_eq!(word("numeric(10,2)[]", "[]()"), "numeric(10_2)[]");
        assert_eq!(escaped("a\"b%%{x}\\\n#1;"), "a#34;b#37;#37;{x}#92;#92;u000a#35;1;");
    }

    #[test]
    fn types_are_told_by_their_short_names() {
        for (long, short) in [
            ("timestamp with time zone", "timestamptz"),
            ("timestamp(3) with time zone[]", "timestamptz(3)[]"),
            ("character varying(20)[]", "varchar(20)[]"),
            ("time without time zone", "time"),
            ("public.\"character varying\"", "public.\"character varying\""),
        ] {
            assert_eq!(short_type(long), short);
        }
    }
}
