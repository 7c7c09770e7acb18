//! Pairs of schemas, as SQL files: `pairs/<kind>.sql`.
//!
//! ```sql
//! -- case: what is shown
//! -- since: 17                 (only on servers of that version or later)
//! -- before: 18                (only on servers older than that)
//! -- refused: part of why      (there is no plan from the first to the second)
//! -- refused back: part of why (there is no plan from the second to the first)
//! -- noted: part of a note      (the plan there tells of what stays different, which `pg_dump` sees)
//! -- noted back: part of a note (the same for the way back)
//! -- unchanged: table t        (several: this object is neither rewritten nor replaced on the way there)
//! -- never: DROP INDEX         (several: no statement of the way there says this)
//! -- keeps: t                  (several: the rows of this table survive there and back, in columns that both have)
//! -- pending: why              (known to fail; the test fails once it passes)
//! -- rows
//! SQL that fills the first schema
//! -- from
//! SQL of the one schema
//! -- to
//! SQL of the other
//! ```

use std::path::{Path, PathBuf};

/// Two schemas, and what is known about the way from one to the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair {
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) since: Option<u16>,
    pub(crate) before: Option<u16>,
    pub(crate) refused: Option<String>,
    pub(crate) refused_back: Option<String>,
    pub(crate) noted: Option<String>,
    pub(crate) noted_back: Option<String>,
    pub(crate) unchanged: Vec<String>,
    pub(crate) never: Vec<String>,
    pub(crate) keeps: Vec<String>,
    pub(crate) pending: Option<String>,
    pub(crate) rows: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Pair {
    /// Whether a server of this version knows what the pair is about.
    pub(crate) fn fits(&self, major: u16) -> bool {
        self.since.is_none_or(|since| since <= major) && self.before.is_none_or(|before| major < before)
    }
}

/// All pairs of the folder, file by file; of `MESHHOOK_PAIRS_FOLDER`, to try others.
pub(crate) fn pairs() -> Vec<Pair> {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs");
    let folder = std::env::var_os("MESHHOOK_PAIRS_FOLDER").map_or_else(own, PathBuf::from);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    let pairs: Vec<Pair> = files.iter().flat_map(|file| parse(file)).collect();
    let mut names: Vec<_> = pairs.iter().map(|pair| (&pair.file, &pair.name)).collect();
    names.sort();
    if let Some(twice) = names.windows(2).find(|two| two[0] == two[1]) {
        panic!("two pairs have one name: {:?}", twice[0]);
    }
    pairs
}

fn parse(file: &Path) -> Vec<Pair> {
    let text = std::fs::read_to_string(file).unwrap();
    let file = file.file_stem().unwrap().to_string_lossy().into_owned();
    let mut pairs: Vec<Pair> = Vec::new();
    let mut section = "";
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(name) = line.strip_prefix("-- case: ") {
            pairs.push(Pair { file: file.clone(), name: name.to_owned(), ..Pair::default() });
            section = "head";
            continue;
        }
        // What stands above the first case is about the file.
        let Some(pair) = pairs.last_mut() else { continue };
        match (line, section) {
            ("-- rows" | "-- from" | "-- to", _) => section = line,
            (_, "-- rows") => pair.rows.extend([line, "\n"]),
            (_, "-- from") => pair.from.extend([line, "\n"]),
            (_, "-- to") => pair.to.extend([line, "\n"]),
            ("", _) => {}
            _ => assert!(pair.take(line), "{file}.sql:{number}: not understood: {line}"),
        }
    }
    pairs
}

impl Pair {
    /// Takes a line of the head.
    fn take(&mut self, line: &str) -> bool {
        let Some((key, value)) = line.strip_prefix("-- ").and_then(|rest| rest.split_once(": ")) else {
            return false;
        };
        let value = value.to_owned();
        match key {
            "since" => self.since = Some(value.parse().unwrap()),
            "before" => self.before = Some(value.parse().unwrap()),
            "refused" => self.refused = Some(value),
            "refused back" => self.refused_back = Some(value),
            "noted" => self.noted = Some(value),
            "noted back" => self.noted_back = Some(value),
            "unchanged" => self.unchanged.push(value),
            "never" => self.never.push(value),
            "keeps" => self.keeps.push(value),
            "pending" => self.pending = Some(value),
            _ => return false,
        }
        true
    }
}
