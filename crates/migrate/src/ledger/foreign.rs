//! Ledgers of other tools that may already be in the database.

use std::fmt;

use serde::Serialize;

use crate::version::Version;

/// A tool that keeps a ledger of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// `public._sqlx_migrations`.
    Sqlx,
    /// `supabase_migrations.schema_migrations`.
    Supabase,
}

/// Another tool's ledger, compared with the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForeignLedger {
    /// Whose it is.
    pub tool: Tool,
    /// Whether we may read it; when not, nothing else is known.
    pub readable: bool,
    /// Whether we may write it, and it has the columns that its tool writes today.
    pub writable: bool,
    /// Versions that it has applied and that are among the files, with the same content as far as it keeps one.
    pub matching: Vec<Version>,
    /// Versions whose file has another content than the one that was applied; Supabase keeps no checksum.
    pub edited: Vec<Version>,
    /// What it has applied without a file here, as it wrote it.
    pub unknown: Vec<String>,
    /// Versions in our own ledger already.
    pub adopted: Vec<Version>,
}

impl Tool {
    /// Its table.
    pub const fn table(self) -> &'static str {
        match self {
            Tool::Sqlx => "public._sqlx_migrations",
            Tool::Supabase => "supabase_migrations.schema_migrations",
        }
    }
}

impl ForeignLedger {
    /// Versions that `baseline` would write into our ledger without running them.
    pub fn to_adopt(&self) -> impl Iterator<Item = Version> + '_ {
        self.matching.iter().copied().filter(|version| !self.adopted.contains(version))
    }
}

impl fmt::Display for ForeignLedger {
    /// What is there, and how it will be adopted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.tool.table();
        if !self.readable {
            return write!(f, "`{table}` is there, but this user may not read it");
        }
        let all = self.matching.len() + self.edited.len() + self.unknown.len();
        let to_adopt = self.to_adopt().count();
        write!(f, "`{table}` records {all} migrations")?;
        if !self.edited.is_empty() {
            write!(f, ", {} of them with another content than the file here", self.edited.len())?;
        }
        if !self.unknown.is_empty() {
            write!(f, ", {} without a file here", self.unknown.len())?;
        }
        match to_adopt {
            0 => f.write_str("; nothing of it is left to adopt"),
            _ => write!(f, "; `baseline` would record {to_adopt} of them as applied, without running them"),
        }
    }
}
