//! Reading identifiers as Postgres does: bare ones in small letters, quoted ones as they are.

/// One identifier at the start of a text, and the rest.
pub(crate) fn ident(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    if let Some(quoted) = text.strip_prefix('"') {
        let mut name = String::new();
        let mut rest = quoted;
        loop {
            let (part, after) = rest.split_once('"')?;
            name.push_str(part);
            match after.strip_prefix('"') {
                Some(more) => {
                    name.push('"');
                    rest = more;
                }
                None => return (!name.is_empty()).then_some((name, after)),
            }
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    let starts = text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    // Postgres makes only ASCII letters small where the encoding is one of several bytes
    starts.then(|| (text[..end].to_ascii_lowercase(), &text[end..]))
}

/// An identifier with what it is qualified by, and the rest.
pub(crate) fn qualified(text: &str) -> Option<(Vec<String>, &str)> {
    let (first, mut rest) = ident(text)?;
    let mut parts = vec![first];
    while let Some(after) = rest.strip_prefix('.') {
        let (part, next) = ident(after)?;
        parts.push(part);
        rest = next;
    }
    Some((parts, rest))
}

/// Takes words off the start of a text, whatever their letters' case.
pub(crate) fn after_words<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let mut rest = text;
    for word in words {
        rest = rest.trim_start();
        let start = rest.get(..word.len())?;
        let ends = rest[word.len()..].chars().next().is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
        if !start.eq_ignore_ascii_case(word) || !ends {
            return None;
        }
        rest = &rest[word.len()..];
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_postgres_reads_them() {
        for (text, parts, rest) in [
            ("notes (id int)", vec!["notes"], " (id int)"),
            (" Public.\"My \"\"T\"\"\".x=y", vec!["public", "My \"T\"", "x"], "=y"),
            ("größe", vec!["größe"], ""),
        ] {
            let (found, left) = qualified(text).unwrap();
            assert_eq!((found, left), (parts.into_iter().map(str::to_owned).collect(), rest));
        }
        for text in ["", "\"open", "1a", "a.", "\"\""] {
            assert!(qualified(text).is_none(), "{text}");
        }
    }

    #[test]
    fn words_are_taken_off_whole() {
        assert_eq!(after_words("CREATE  table t", &["create", "table"]), Some(" t"));
        assert_eq!(after_words("CREATE tables", &["create", "table"]), None);
    }
}
