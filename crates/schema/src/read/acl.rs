//! `aclitem[]` as text, into grants and revocations beside the built-in default.

use std::collections::{BTreeMap, BTreeSet};

/// What one role holds beyond the default, and what of the default it does not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Holding {
    /// `SELECT`, `SELECT WITH GRANT OPTION`, `SELECT GRANTED BY "x"`.
    pub(super) granted: Vec<String>,
    /// Same form.
    pub(super) revoked: Vec<String>,
}

/// Compares an ACL with the default one, grantee by grantee. `public` is PUBLIC: no role can have that name.
pub(super) fn holdings(acl: &[String], default: &[String], owner: &str) -> BTreeMap<String, Holding> {
    let (held, default) = (expand(acl, owner), expand(default, owner));
    let mut holdings: BTreeMap<String, Holding> = BTreeMap::new();
    for (grantee, privilege) in held.difference(&default) {
        holdings.entry(grantee.clone()).or_default().granted.push(privilege.clone());
    }
    for (grantee, privilege) in default.difference(&held) {
        holdings.entry(grantee.clone()).or_default().revoked.push(privilege.clone());
    }
    holdings
}

fn expand(acl: &[String], owner: &str) -> BTreeSet<(String, String)> {
    acl.iter()
        .filter_map(|item| parse(item))
        .flat_map(|(grantee, letters, grantor)| {
            let by = if grantor == owner { String::new() } else { format!(" GRANTED BY {grantor}") };
            privileges(&letters)
                .into_iter()
                .map(move |privilege| (grantee.clone(), format!("{privilege}{by}")))
        })
        .collect()
}

/// `"a role"=r*w/postgres` → grantee, letters, grantor. Names come quoted where they are not plain.
fn parse(item: &str) -> Option<(String, String, String)> {
    let (grantee, rest) = name(item);
    let (letters, grantor) = rest.strip_prefix('=')?.split_once('/')?;
    let grantee = if grantee.is_empty() { "public".to_owned() } else { grantee };
    Some((grantee, letters.to_owned(), name(grantor).0))
}

/// A name at the start of the text, and what follows it.
fn name(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(['=', '/']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut name = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            name.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == '"') {
            chars.next();
            name.push('"');
        } else {
            return (name, &quoted[at + 1..]);
        }
    }
    (name, "")
}

fn privileges(letters: &str) -> Vec<String> {
    let mut privileges: Vec<String> = Vec::new();
    for letter in letters.chars() {
        match (letter, privileges.last_mut()) {
            ('*', Some(last)) => last.push_str(" WITH GRANT OPTION"),
            _ => privileges.push(word(letter).map_or_else(|| letter.to_string(), str::to_owned)),
        }
    }
    privileges
}

/// The letters of `aclitem`, from the table "ACL Privilege Abbreviations" of Postgres's manual.
fn word(letter: char) -> Option<&'static str> {
    Some(match letter {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        'D' => "TRUNCATE",
        'x' => "REFERENCES",
        't' => "TRIGGER",
        'm' => "MAINTAIN",
        'X' => "EXECUTE",
        'U' => "USAGE",
        'C' => "CREATE",
        'c' => "CONNECT",
        'T' => "TEMPORARY",
        's' => "SET",
        'A' => "ALTER SYSTEM",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    #[test]
    fn what_equals_the_default_is_no_grant() {
        let default = texts(&["=X/me", "me=X/me"]);
        assert!(holdings(&texts(&["me=X/me", "=X/me"]), &default, "me").is_empty());
    }

    #[test]
    fn grants_and_revocations_are_told_apart_from_the_default() {
        let found = holdings(
            &texts(&["me=X/me", "\"a \"\"=/b\"=X*/me", "c=X/d"]),
            &texts(&["=X/me", "me=X/me"]),
            "me",
        );
        assert_eq!(found["public"].revoked, ["EXECUTE"]);
        assert_eq!(found["a \"=/b"].granted, ["EXECUTE WITH GRANT OPTION"]);
        assert_eq!(found["c"].granted, ["EXECUTE GRANTED BY d"]);
        assert_eq!(found.len(), 3);
    }
}
