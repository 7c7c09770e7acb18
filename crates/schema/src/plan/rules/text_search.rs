//! Text search: parsers, templates, dictionaries, configurations with their mappings.

use std::collections::BTreeMap;

use super::{Changed, Way, guard};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Statement, name};
use crate::quote::quote_ident;

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let (catalog, prefix, options) = match identity.kind {
        Kind::TextSearchParser => ("pg_ts_parser", "prs", members(fact)),
        Kind::TextSearchTemplate => ("pg_ts_template", "tmpl", members(fact)),
        Kind::TextSearchDictionary => ("pg_ts_dict", "dict", dictionary(fact)),
        _ => ("pg_ts_config", "cfg", format!("PARSER = {}", fact.text("parser"))),
    };
    let sql = format!("CREATE {} ({options})", name::object(identity));
    let mut statements = vec![Statement::new(sql).when(guard::lacks(catalog, prefix, identity))];
    if identity.kind == Kind::TextSearchConfiguration {
        statements.extend(map(identity, fact.list("members").iter()));
    }
    statements
}

/// The functions of a parser or template.
fn members(fact: &Fact) -> String {
    let members = fact.list("members").iter().filter_map(|member| member.split_once('='));
    let members = members.filter(|(_, function)| *function != "-");
    members
        .map(|(word, function)| format!("{} = {function}", word.to_uppercase()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The settings are kept by Postgres in the form in which it takes them.
fn dictionary(fact: &Fact) -> String {
    let template = format!("TEMPLATE = {}", fact.text("template"));
    match fact.text("settings") {
        "" => template,
        settings => format!("{template}, {settings}"),
    }
}

pub(super) fn alter_dictionary(identity: &Identity, from: &Fact, to: &Fact, changed: &Changed) -> Way {
    if changed.keys().any(|name| *name != "settings") {
        return Way::Replace;
    }
    let (had, wanted) = (settings(from.text("settings")), settings(to.text("settings")));
    let gone = had.iter().filter(|(key, _)| !wanted.iter().any(|(other, _)| other == key));
    let gone = gone.map(|(key, _)| (*key).to_owned());
    // All that stay are set again: each goes to the end, and so they come to stand in order.
    let set = wanted.iter().map(|(_, whole)| (*whole).to_owned());
    let list = gone.chain(set).collect::<Vec<_>>().join(", ");
    Way::InPlace(vec![Statement::new(format!("ALTER {} ({list})", name::object(identity)))])
}

/// `language = 'english', "a b" = 'x'` → each key, and the whole setting.
fn settings(text: &str) -> Vec<(&str, &str)> {
    let mut entries = Vec::new();
    let (mut start, mut quote, mut escaped) = (0, None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            // After a backslash in E'' the next character says nothing; elsewhere there is none.
            (Some('\''), '\\') => escaped = !escaped,
            (Some(open), c) if c == open && !escaped => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ',') => {
                entries.push(&text[start..at]);
                start = at + 1;
            }
            _ => escaped = false,
        }
    }
    entries.push(&text[start..]);
    let entries = entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty());
    entries.map(|entry| (entry.split_once(" = ").map_or(entry, |(key, _)| key), entry)).collect()
}

pub(super) fn alter_configuration(identity: &Identity, from: &Fact, to: &Fact, changed: &Changed) -> Way {
    // Token types are the parser's.
    if changed.keys().any(|name| *name != "members") {
        return Way::Replace;
    }
    let (had, wanted) = (from.list("members"), to.list("members"));
    let alias = |member: &String| member.split_once(": ").map(|(alias, _)| alias.to_owned());
    let mapped: Vec<Option<String>> = wanted.iter().map(alias).collect();
    let gone = had.iter().map(alias).filter(|alias| !mapped.contains(alias)).flatten();
    let gone = gone.map(|alias| quote_ident(&alias)).collect::<Vec<_>>().join(", ");
    let mut statements = Vec::new();
    if !gone.is_empty() {
        let sql = format!("ALTER {} DROP MAPPING IF EXISTS FOR {gone}", name::object(identity));
        statements.push(Statement::new(sql));
    }
    statements.extend(map(identity, wanted.iter().filter(|member| !had.contains(member))));
    Way::InPlace(statements)
}

/// ALTER MAPPING, which also makes those that are missing; tokens with the same dictionaries together.
fn map<'a>(identity: &Identity, members: impl Iterator<Item = &'a String>) -> Vec<Statement> {
    let mut tokens: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (alias, dictionaries) in members.filter_map(|member| member.split_once(": ")) {
        tokens.entry(dictionaries).or_default().push(quote_ident(alias));
    }
    let statement = |(dictionaries, tokens): (&str, Vec<String>)| {
        let (own, tokens) = (name::object(identity), tokens.join(", "));
        Statement::new(format!("ALTER {own} ALTER MAPPING FOR {tokens} WITH {dictionaries}"))
    };
    tokens.into_iter().map(statement).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_apart_outside_of_quotes() {
        let found = settings(r#"language = 'a, ''b''', "k, x" = E'\\', n = 3"#);
        let keys: Vec<&str> = found.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, ["language", "\"k, x\"", "n"]);
    }
}
