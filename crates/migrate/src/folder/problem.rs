//! What can be wrong with a folder of migrations, and how bad that is.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::version::Version;

/// One thing that is wrong with a file or folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file or folder.
    pub path: PathBuf,
    /// The line in it, from 1, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: ProblemKind,
    /// How bad it is: our own folder is held to the house rules, a foreign one only to what can be read.
    pub severity: Severity,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// The files cannot be merged like this.
    Error,
    /// The files cannot even be run: which migrations there are, or what is in them, is not certain.
    Blocker,
}

/// The kinds of [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The folder or file could not be read.
    Unreadable(String),
    /// The folder holds no migrations at all.
    NoMigrations,
    /// The file's content is not UTF-8; the first bad byte is at this offset.
    NotUtf8(usize),
    /// The file's name is not UTF-8.
    NameNotUtf8,
    /// The name is not `<version>_<name>.sql`.
    BadName(&'static str),
    /// Another file has the same version.
    DuplicateVersion {
        /// The version.
        version: Version,
        /// The file that has it too.
        other: PathBuf,
    },
    /// A rollback whose migration is not there.
    RollbackWithoutMigration,
    /// A rollback that is not named like its migration.
    RollbackMisnamed(String),
    /// A migration without a rollback.
    MigrationWithoutRollback,
    /// Blank, or only comments.
    Empty,
    /// `-- irreversible:` without a reason.
    IrreversibleWithoutReason,
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// The file has a NUL character in it.
    NulCharacter,
    /// `-- no-transaction` that sqlx does not hear.
    LateNoTransaction,
    /// Windows line endings.
    CarriageReturn,
    /// A symbolic link.
    Link,
    /// A folder where a file belongs.
    Folder,
    /// Neither file, folder nor link.
    Special,
    /// BEGIN, COMMIT, ROLLBACK … in the script.
    OwnTransaction,
    /// Not a migration; every tool passes over it.
    Stray,
    /// `.down.sql` in `supabase/migrations`, which the Supabase CLI would run forwards.
    DownRunsForwards,
    /// diesel's `metadata.toml` could not be understood.
    BadMetadata(String),
}

impl Problem {
    /// Whether the check fails for it.
    pub fn is_error(&self) -> bool {
        self.severity >= Severity::Error
    }

    /// Whether nothing of the folder can be run because of it.
    pub fn is_blocker(&self) -> bool {
        self.severity == Severity::Blocker
    }
}

impl ProblemKind {
    /// How bad it is. `house` says that the folder is the project's own.
    pub(super) fn severity(&self, house: bool) -> Severity {
        use ProblemKind::*;
        match self {
            Unreadable(_)
            | NotUtf8(_)
            | NameNotUtf8
            | DuplicateVersion { .. }
            | BadMetadata(_)
            | NulCharacter
            | Special
            | Folder => Severity::Blocker,
            Link | OwnTransaction | ByteOrderMark | BadName(_) if house => Severity::Blocker,
            Stray => Severity::Warning,
            NoMigrations if house => Severity::Warning,
            NoMigrations => Severity::Blocker,
            _ if house => Severity::Error,
            _ => Severity::Warning,
        }
    }

    /// A stable name for it, the same in JSON and in messages.
    pub fn slug(&self) -> &'static str {
        use ProblemKind::*;
        match self {
            Unreadable(_) => "unreadable",
            NoMigrations => "no-migrations",
            NotUtf8(_) => "not-utf8",
            NameNotUtf8 => "name-not-utf8",
            BadName(_) => "bad-name",
            DuplicateVersion { .. } => "duplicate-version",
            RollbackWithoutMigration => "rollback-without-migration",
            RollbackMisnamed(_) => "rollback-misnamed",
            MigrationWithoutRollback => "migration-without-rollback",
            Empty => "empty",
            IrreversibleWithoutReason => "irreversible-without-reason",
            ByteOrderMark => "byte-order-mark",
            NulCharacter => "nul-character",
            LateNoTransaction => "late-no-transaction",
            CarriageReturn => "carriage-return",
            Link => "link",
            Folder => "folder",
            Special => "special-file",
            OwnTransaction => "own-transaction",
            Stray => "stray",
            DownRunsForwards => "down-runs-forwards",
            BadMetadata(_) => "bad-metadata",
        }
    }
}

impl fmt::Display for Problem {
    /// `path:line: what is wrong, and what to do`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // escaped, so that a hostile name cannot write over the terminal
        write!(f, "{}", self.path.display().to_string().escape_debug())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ProblemKind::*;
        match self {
            Unreadable(why) => write!(f, "cannot be read: {why}"),
            NoMigrations => f.write_str("no migrations here"),
            NotUtf8(at) => write!(f, "is not UTF-8 (first bad byte at offset {at}); save it as UTF-8"),
            NameNotUtf8 => f.write_str("the file's name is not UTF-8; rename it"),
            BadName(why) => write!(f, "{why}; expected `<version>_<name>.sql`, such as `20260131120000_add_tags.sql`"),
            DuplicateVersion { version, other } => {
                write!(f, "version {version} is also that of `{}`; give one of them a new version", other.display())
            }
            RollbackWithoutMigration => f.write_str("rollback without a migration of that version"),
            RollbackMisnamed(expected) => write!(f, "a rollback has its migration's file name, here `{expected}`"),
            MigrationWithoutRollback => {
                f.write_str("has no rollback; write one, or one that says `-- irreversible: why`")
            }
            Empty => f.write_str("has no statement in it"),
            IrreversibleWithoutReason => f.write_str("`-- irreversible:` wants a reason after the colon"),
            ByteOrderMark => f.write_str("begins with a byte order mark, which Postgres refuses; save it without"),
            NulCharacter => f.write_str("has a NUL character in it, which ends a text for Postgres; remove it"),
            LateNoTransaction => f.write_str(
                "`-- no-transaction` counts only as the very first bytes of the file, spelled exactly so; \
                 here it changes nothing",
            ),
            CarriageReturn => f.write_str(
                "has Windows line endings (CRLF), so its checksum depends on the checkout; save it with LF",
            ),
            Link => f.write_str("is a link; migrations are plain files"),
            Folder => f.write_str("is a folder where a file belongs; every tool would pass over it"),
            Special => f.write_str("is not a plain file"),
            OwnTransaction => f.write_str(
                "begins or ends a transaction by itself; the runner does that, so that script and ledger agree \
                 (for statements that refuse a transaction, make `-- no-transaction` the first line)",
            ),
            Stray => f.write_str("is not a migration, and every tool passes over it"),
            DownRunsForwards => f.write_str(
                "the Supabase CLI runs every `<version>_*.sql` here forwards, this one before its up: \
                 `supabase start` and `supabase db reset` would take back what is not there. Move it to \
                 `supabase/rollbacks` under the up's name, or set `[db.migrations] enabled = false`",
            ),
            BadMetadata(why) => write!(f, "cannot be understood: {why}"),
        }
    }
}
