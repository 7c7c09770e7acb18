//! Cases of one change each, as SQL files: `cases/<kind>.sql`.
//!
//! ```sql
//! -- case: what is shown
//! -- since: 18                      (only on servers of that version or later)
//! -- not repaired: why              (no statement can be offered)
//! -- not dumped: why                (`pg_dump` is no judge of it)
//! -- before
//! SQL that makes the schema
//! -- change
//! SQL that makes the difference
//! -- told
//! -- each difference, as a developer reads it after a rollback
//! ```

use std::path::Path;

/// One change, and how it is told.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) since: u16,
    pub(crate) repaired: bool,
    pub(crate) dumped: bool,
    pub(crate) before: String,
    pub(crate) change: String,
    pub(crate) told: Vec<String>,
}

pub(crate) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| parse(&std::fs::read_to_string(file).unwrap())).collect()
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("-- case: ") {
            cases.push(Case { name: name.to_owned(), repaired: true, dumped: true, ..Case::default() });
            continue;
        }
        let case = cases.last_mut().expect("a file of cases starts with `-- case: `");
        match line {
            "-- before" | "-- change" | "-- told" => section = line,
            line if line.starts_with("-- since: ") => {
                case.since = line["-- since: ".len()..].parse().unwrap()
            }
            line if line.starts_with("-- not repaired: ") => case.repaired = false,
            line if line.starts_with("-- not dumped: ") => case.dumped = false,
            line => match section {
                "-- before" => case.before.extend([line, "\n"]),
                "-- change" => case.change.extend([line, "\n"]),
                _ if line.is_empty() => {}
                _ => case
                    .told
                    .push(line.strip_prefix("-- ").expect("a told line starts with `-- `").to_owned()),
            },
        }
    }
    cases
}
