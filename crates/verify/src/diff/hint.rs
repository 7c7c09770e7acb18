//! Hints in the declared schema: `-- @renamed from=old` above what has a new name.
//!
//! Read line by line, and only where it is certain what a hint is about: above a statement that creates something, or
//! inside of CREATE TABLE or CREATE TYPE above the line of a column or label. Everything else is an error, because a hint
//! that is passed over would drop what it was meant to keep.

use std::sync::Arc;

use meshhook_schema::{Catalog, Identity, Kind, QualifiedName};

use super::DiffError;
use super::ident::{after_words, qualified};
use super::rename::{Rename, find};
use super::text::Text;

/// A hint and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    /// The name it gives, with its schema if it gives one.
    from: Vec<String>,
    /// What it is about.
    about: About,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    /// What a statement creates: a schema, or something in one.
    Object(bool, Vec<String>),
    /// A column of a table, an attribute or a label of a type.
    Inside(Vec<String>, String),
}

/// All hints of a file.
pub(crate) fn hints(text: &Text) -> Result<Vec<Hint>, DiffError> {
    if !text.sql.contains("@renamed") {
        return Ok(Vec::new());
    }
    let script = text.script();
    let statements = script.statements();
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in text.sql.split_inclusive('\n').enumerate() {
        let (begin, end) = (start, start + line.len());
        start = end;
        let Some(comment) = line.trim_start().strip_prefix("--") else { continue };
        let Some(words) = comment.trim_start_matches('-').trim_start().strip_prefix("@renamed") else {
            continue;
        };
        let wrong = |what: &str| DiffError::Content {
            path: text.path.clone(),
            line: number + 1,
            what: what.to_owned(),
        };
        let around = statements.iter().find(|one| one.range.contains(&begin));
        let kind = |sql: &str| created(sql).is_some_and(|(kind, _)| kind == Created::WithParts);
        if around.is_some_and(|one| !kind(one.text)) {
            // inside of a function's body it is nobody's business
            continue;
        }
        let from = after_words(words, &["from"])
            .and_then(|rest| rest.trim_start().strip_prefix('='))
            .and_then(qualified)
            .filter(|(_, rest)| rest.trim().is_empty())
            .map(|(from, _)| from)
            .ok_or_else(|| wrong("the hint is to say `-- @renamed from=old_name`"))?;
        let about = match around {
            Some(statement) => {
                let (_, name) = created(statement.text).ok_or_else(|| wrong("what is this about?"))?;
                let below = text.sql[end..statement.range.end].lines();
                let mut below =
                    below.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("--"));
                let part = below.next().and_then(part);
                About::Inside(name, part.ok_or_else(|| wrong("there is no column or label below this hint"))?)
            }
            None => {
                let next = statements.iter().find(|one| one.range.start >= end);
                let next = next.and_then(|one| created(one.text));
                let (kind, name) =
                    next.ok_or_else(|| wrong("below this hint there is nothing that can be renamed"))?;
                About::Object(kind == Created::Schema, name)
            }
        };
        found.push(Hint { from, about });
    }
    Ok(found)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Created {
    Schema,
    /// A table or a type.
    WithParts,
    Other,
}

/// What a statement creates, if it is of a kind that can be renamed here.
fn created(sql: &str) -> Option<(Created, Vec<String>)> {
    let rest = after_words(sql, &["create"])?;
    let rest = after_words(rest, &["or", "replace"]).unwrap_or(rest);
    let rest = ["unlogged", "recursive", "foreign", "materialized"]
        .iter()
        .fold(rest, |rest, word| after_words(rest, &[word]).unwrap_or(rest));
    let kinds = [
        ("schema", Created::Schema),
        ("table", Created::WithParts),
        ("type", Created::WithParts),
        ("view", Created::Other),
        ("sequence", Created::Other),
        ("domain", Created::Other),
        ("collation", Created::Other),
    ];
    let (rest, kind) =
        kinds.iter().find_map(|(word, kind)| after_words(rest, &[word]).map(|rest| (rest, *kind)))?;
    let rest = after_words(rest, &["if", "not", "exists"]).unwrap_or(rest);
    Some((kind, qualified(rest)?.0))
}

/// The column or label that a line begins with.
fn part(line: &str) -> Option<String> {
    if let Some(label) = line.strip_prefix('\'') {
        let mut chars = label.chars().peekable();
        let mut name = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\'' if chars.peek() == Some(&'\'') => {
                    chars.next();
                    name.push('\'');
                }
                '\'' => return Some(name),
                _ => name.push(c),
            }
        }
        return None;
    }
    let words = ["constraint", "primary", "unique", "check", "foreign", "exclude", "like"];
    if words.iter().any(|word| after_words(line, &[word]).is_some()) {
        return None;
    }
    match qualified(line)?.0.as_slice() {
        [name] => Some(name.clone()),
        _ => None,
    }
}

impl Hint {
    /// The rename, as long as it has not been made yet: a hint stays in its file when the migration has been written.
    pub(crate) fn rename(&self, from: &Catalog, to: &Catalog, others: &[Rename]) -> Option<Rename> {
        let split = |name: &[String]| match name {
            [name] => Some(("public".to_owned(), name.clone())),
            [schema, name] => Some((schema.clone(), name.clone())),
            _ => None,
        };
        match &self.about {
            About::Object(true, name) => {
                let ([new], [old]) = (name.as_slice(), self.from.as_slice()) else { return None };
                let there = |catalog: &Catalog, name: &str| {
                    catalog.get(&Identity::global(Kind::Schema, name)).is_some()
                };
                (there(from, old) && !there(from, new))
                    .then(|| Rename::Schema { from: old.as_str().into(), to: new.as_str().into() })
            }
            About::Object(false, name) => {
                let (schema, new) = split(name)?;
                let new = find(to, &schema, &new)?;
                let (old_schema, old) = match self.from.as_slice() {
                    [old] => (before(&schema, others), old.clone()),
                    other => split(other)?,
                };
                let old = Identity::in_schema(new.kind, &old_schema, &old);
                from.get(&old)?;
                from.get(&new).is_none().then_some(Rename::Object {
                    kind: new.kind,
                    from: old.name,
                    to: new.name,
                })
            }
            About::Inside(name, part) => {
                let (schema, name) = split(name)?;
                let now = find(to, &schema, &name)?;
                let [old] = self.from.as_slice() else { return None };
                let was = origin(&now, others);
                if now.kind == Kind::Enum {
                    let has = |label: &String| {
                        from.get(&was).is_some_and(|fact| fact.list("labels").contains(label))
                    };
                    return (has(old) && !has(part)).then(|| Rename::Label {
                        of: now.name,
                        from: old.clone(),
                        to: part.clone(),
                    });
                }
                let table = Arc::new(was);
                let has =
                    |name: &str| from.get(&Identity::child(Kind::Column, table.clone(), name)).is_some();
                (has(old) && !has(part)).then(|| Rename::Column {
                    of: now,
                    from: old.as_str().into(),
                    to: part.as_str().into(),
                })
            }
        }
    }

    /// Whether it is about a schema, then an object, then what is in one: later ones need to know of earlier ones.
    pub(crate) fn rank(&self) -> u8 {
        match self.about {
            About::Object(true, _) => 0,
            About::Object(false, _) => 1,
            About::Inside(..) => 2,
        }
    }
}

/// The name that a schema had.
fn before(schema: &str, renames: &[Rename]) -> String {
    let old = renames.iter().find_map(|rename| match rename {
        Rename::Schema { from, to } if **to == *schema => Some(from.to_string()),
        _ => None,
    });
    old.unwrap_or_else(|| schema.to_owned())
}

/// The object as it was called.
fn origin(now: &Identity, renames: &[Rename]) -> Identity {
    let name = renames.iter().find_map(|rename| match rename {
        Rename::Object { from, to, kind } if *kind == now.kind && *to == now.name => Some(from.clone()),
        _ => None,
    });
    let name = name.unwrap_or_else(|| QualifiedName {
        schema: now.name.schema.as_deref().map(|schema| before(schema, renames).into()),
        name: now.name.name.clone(),
    });
    Identity { name, ..now.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(sql: &str) -> Result<Vec<Hint>, String> {
        hints(&Text::new(Path::new("a.sql"), sql).unwrap()).map_err(|error| error.to_string())
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_hint_is_about_what_stands_below_it() {
        let sql = "-- Notes.\n-- @renamed from=public.Memos\nCREATE TABLE IF NOT EXISTS public.\"Notes\" (\n    id int,\n\
                   \n    -- @renamed from=\"Text\"\n    -- what it says\n    body text\n);\n\
                   CREATE TYPE mood AS ENUM (\n  -- @renamed from=sad\n  'it''s sad'\n);\n\
                   -- @renamed from=old\nCREATE SCHEMA new;\n";
        let found = read(sql).unwrap();
        let about: Vec<_> = found.into_iter().map(|hint| (hint.from, hint.about)).collect();
        assert_eq!(
            about,
            [
                (names(&["public", "memos"]), About::Object(false, names(&["public", "Notes"]))),
                (names(&["Text"]), About::Inside(names(&["public", "Notes"]), "body".to_owned())),
                (names(&["sad"]), About::Inside(names(&["mood"]), "it's sad".to_owned())),
                (names(&["old"]), About::Object(true, names(&["new"]))),
            ]
        );
    }

    #[test]
    fn a_hint_that_says_nothing_certain_is_an_error_and_one_in_a_body_is_none() {
        for (sql, expected) in [
            ("-- @renamed to=x\nCREATE TABLE t ();", "a.sql:1: the hint is to say"),
            ("-- @renamed from=x\nGRANT SELECT ON t TO r;", "a.sql:1: below this hint there is nothing"),
            ("-- @renamed from=x\n", "a.sql:1: below this hint there is nothing"),
            (
                "CREATE TABLE t (\n  a int,\n  -- @renamed from=x\n  CONSTRAINT c CHECK (a > 0)\n);",
                "a.sql:3: there is no column",
            ),
        ] {
            let error = read(sql).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        let body = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n-- @renamed from=x\nSELECT 1 $$;";
        assert_eq!(read(body).unwrap(), []);
    }
}
