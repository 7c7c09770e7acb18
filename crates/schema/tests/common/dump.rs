//! `pg_dump -s` as a judge: finding one, running it, and forgetting what is no difference.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A `pg_dump` that is not older than the server, which it refuses to dump then.
pub(crate) fn pg_dump(major: u16) -> Option<PathBuf> {
    let from_variable = std::env::var_os("MESHHOOK_PG_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = (major..=18).map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let folders = from_variable.into_iter().chain(system).chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join("pg_dump")).find(|program| {
        let output = Command::new(program).arg("--version").output();
        let text =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let version = text.split_whitespace().find_map(|word| word.split('.').next()?.parse::<u16>().ok());
        version.is_some_and(|version| version >= major)
    })
}

/// The dump, without the random tokens that newer versions frame it with.
pub(crate) async fn dump(program: &Path, url: &str) -> Result<String, String> {
    let mut command = tokio::process::Command::new(program);
    command.args(["--schema-only", "--dbname", url]).kill_on_drop(true);
    let output = command.output().await.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("pg_dump: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    let lines =
        text.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// The entries of a dump in an order that does not depend on how the schema came about: the order of a table's columns,
/// of an object's grants, and of the entries among themselves is forgotten. Nothing else is.
pub(crate) fn normalise(dump: &str) -> Vec<String> {
    let mut entries = Vec::new();
    // Settings are written once, where they change: each entry is given those that are in force.
    let mut settings = std::collections::BTreeMap::new();
    let mut entry: Vec<String> = Vec::new();
    let mut kind = String::new();
    for line in dump.lines() {
        let setting = line.strip_prefix("SET default_").and_then(|rest| rest.split_once(" = "));
        if let Some((name, value)) = setting {
            settings.insert(name.to_owned(), value.to_owned());
        } else if let Some(header) = line.strip_prefix("-- Name: ") {
            entries.push(finish(&kind, std::mem::take(&mut entry)));
            kind = header
                .split("; Type: ")
                .nth(1)
                .and_then(|rest| rest.split(';').next())
                .unwrap_or("")
                .to_owned();
            entry.push(line.to_owned());
        } else if !line.is_empty() && line != "--" && !line.starts_with("-- PostgreSQL database dump") {
            if line.starts_with("CREATE TABLE ") || line.starts_with("CREATE MATERIALIZED VIEW ") {
                entry.push(format!("{settings:?}"));
            }
            entry.push(line.to_owned());
        }
    }
    entries.push(finish(&kind, entry));
    entries.sort();
    entries
}

fn finish(kind: &str, mut entry: Vec<String>) -> String {
    if kind == "STATISTICS" {
        // Its columns stand in the order of the table's.
        for line in entry.iter_mut().filter(|line| line.starts_with("CREATE STATISTICS ")) {
            if let Some((before, rest)) = line.split_once(" ON ")
                && let Some((columns, table)) = rest.rsplit_once(" FROM ")
            {
                let mut columns: Vec<&str> = columns.split(", ").collect();
                columns.sort_unstable();
                *line = format!("{before} ON {} FROM {table}", columns.join(", "));
            }
        }
    }
    if ["TABLE", "FOREIGN TABLE", "ACL", "DEFAULT ACL"].contains(&kind) {
        entry.iter_mut().for_each(|line| line.truncate(line.trim_end_matches(',').len()));
        // The first line names the entry.
        entry[1..].sort();
    }
    entry.join("\n")
}

/// What only one of two dumps has, as a diff would show it; empty when they are equal.
pub(crate) fn differences(found: &str, expected: &str) -> String {
    let (found, expected) = (normalise(found), normalise(expected));
    let mut text = String::new();
    for (mark, these, others) in [("+", &found, &expected), ("-", &expected, &found)] {
        for entry in these.iter().filter(|entry| !others.contains(entry)) {
            let name = entry.lines().next();
            let other = others.iter().find(|other| other.lines().next() == name);
            let known: Vec<&str> = other.map(|other| other.lines().skip(1).collect()).unwrap_or_default();
            let lines = entry.lines().filter(|line| !known.contains(line));
            text.extend(lines.flat_map(|line| ["    ", mark, " ", line, "\n"]));
        }
    }
    if text.is_empty() && found != expected {
        text = "    the same lines in another order or number\n".to_owned();
    }
    text
}
