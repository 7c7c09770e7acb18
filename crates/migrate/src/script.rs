//! One SQL file: its text, what its header says, and its statements.

use std::ops::Range;
use std::path::PathBuf;

use crate::split::{self, Split};
use crate::version::Checksum;

/// One SQL script, read from a file or taken from the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Where it lies; a made-up path such as `ledger:20260131120000` for a rollback out of the ledger.
    pub path: PathBuf,
    /// The text, byte for byte.
    pub sql: String,
    /// SHA-384 of the text.
    pub checksum: Checksum,
    /// Whether it runs in one transaction. `-- no-transaction` as the very first bytes says no, which is sqlx's
    /// rule (`sqlx-core/src/migrate/source.rs`), as does diesel's `run_in_transaction = false`.
    pub transactional: bool,
    /// The reason after `-- irreversible:` in the leading comments of a rollback.
    pub irreversible: Option<String>,
}

/// A statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    /// Its bytes in the script, from the first token to before the semicolon.
    pub range: Range<usize>,
    /// The line it starts in, from 1.
    pub line: usize,
    /// The column it starts in, in characters, from 1.
    pub column: usize,
    /// Its text, without leading comments and without the semicolon.
    pub text: &'a str,
}

impl Statement<'_> {
    /// The checksum of its text.
    pub(crate) fn checksum(&self) -> Checksum {
        Checksum::of(self.text)
    }
}

/// The first bytes that take a script out of its transaction.
pub const NO_TRANSACTION: &str = "-- no-transaction";

impl Script {
    /// A script with this text.
    pub fn new(path: impl Into<PathBuf>, sql: impl Into<String>) -> Script {
        let sql = sql.into();
        Script {
            path: path.into(),
            checksum: Checksum::of(&sql),
            transactional: !sql.starts_with(NO_TRANSACTION),
            irreversible: split::header(&sql).irreversible,
            sql,
        }
    }

    /// The statements, in order.
    pub fn statements(&self) -> Vec<Statement<'_>> {
        let mut place = Place::new(&self.sql);
        split::split(&self.sql)
            .into_iter()
            .map(|Split { range, .. }| {
                let (line, column) = place.of(range.start);
                Statement { line, column, text: &self.sql[range.clone()], range }
            })
            .collect()
    }

    /// The statements' places, for the runner.
    pub(crate) fn splits(&self) -> Vec<Split> {
        split::split(&self.sql)
    }

    /// Whether there is nothing to run: blank, or only comments.
    pub fn is_blank(&self) -> bool {
        split::split(&self.sql).is_empty()
    }

    /// Line and column of the first BEGIN, COMMIT, ROLLBACK … of the script's own.
    pub fn own_transaction(&self) -> Option<(usize, usize)> {
        let own = split::split(&self.sql).into_iter().find(|found| found.controls_transaction)?;
        Some(line_and_column(&self.sql, own.range.start))
    }
}

/// Line and column (characters), both from 1, of a byte of a text.
pub(crate) fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    Place::new(text).of(byte)
}

/// Counts lines on the way through a text, so that asking for many ascending places stays linear.
struct Place<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Place<'a> {
    fn new(text: &'a str) -> Self {
        Place { text, byte: 0, line: 1, line_start: 0 }
    }

    fn of(&mut self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.text.len());
        for (offset, _) in self.text[self.byte..byte].match_indices('\n') {
            self.line += 1;
            self.line_start = self.byte + offset + 1;
        }
        self.byte = byte;
        (self.line, self.text[self.line_start..byte].chars().count() + 1)
    }
}
