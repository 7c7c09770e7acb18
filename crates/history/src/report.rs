//! The answer: findings, new migrations, and what they were compared with.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// What a check found. Paths are relative to [`Report::root`], the repository's top folder, as annotations
/// on a pull request want them.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The top folder of the checkout.
    #[serde(serialize_with = "lossy")]
    pub root: PathBuf,
    /// What was compared with.
    pub base: Base,
    /// What breaks the rule, in the order of paths. Empty: the gate passes, if `changed_rollbacks` is empty too.
    pub findings: Vec<Finding>,
    /// Shipped rollbacks that were changed, deleted or renamed. The caller may allow one when a round trip of
    /// its migration passes: that is how a bad rollback is mended.
    pub changed_rollbacks: Vec<Finding>,
    /// The migrations that the base lacks, ascending: the ones that a round trip has to prove.
    pub new_versions: Vec<NewMigration>,
    /// The highest version that the base has shipped: a new migration comes after it.
    pub highest_shipped: Option<i64>,
    /// What a reader should know and what is no failure, for example that nothing is committed yet.
    pub notes: Vec<String>,
}

impl Report {
    /// Nothing found, and no shipped rollback changed.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.changed_rollbacks.is_empty()
    }
}

/// What a checkout or a commit was compared with.
#[derive(Debug, Clone, Serialize)]
pub struct Base {
    /// The base as a person would name it: `origin/main`, `HEAD`, or `nothing` in a repository without commits.
    pub name: String,
    /// The commit at its tip, abbreviated.
    pub tip: Option<Commit>,
    /// Where this branch left it, abbreviated. The same as `tip` when the branch is up to date.
    pub merge_base: Option<Commit>,
}

/// A commit, as far as a message needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// The abbreviated id.
    pub id: String,
    /// The author's date, `YYYY-MM-DD` in the author's own time zone.
    pub date: String,
    /// The author's name.
    pub author: String,
    /// The first line of the message.
    pub summary: String,
    /// The clone is shallow and ends at this commit: the file shipped with it or earlier.
    pub or_earlier: bool,
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, date, summary, .. } = self;
        write!(f, "{id} ({date}, {summary:?})")?;
        if self.or_earlier { f.write_str(" or earlier") } else { Ok(()) }
    }
}

/// One breach of the rule.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Which rule.
    pub kind: Kind,
    /// The file, relative to [`Report::root`]. For a rename the old name, which is the shipped one.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// The other file that it is about: the new name of a rename, the other one of a duplicate.
    #[serde(serialize_with = "lossy_option")]
    pub other: Option<PathBuf>,
    /// The version in the file's name; none for a folder.
    pub version: Option<i64>,
    /// The commit that shipped the file; for a version that comes too early, the one that shipped the
    /// version it has to come after. None when nothing shipped is involved, or history was cut short.
    pub commit: Option<Commit>,
    /// What is wrong, without the path, without a final period.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// The rules. The names in kebab case are the same in JSON, and are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The bytes of a shipped migration changed.
    Edited,
    /// A shipped migration is gone.
    Deleted,
    /// A shipped migration has another name: same content, or same version.
    Renamed,
    /// Only the encoding of a shipped migration changed: line endings, a byte order mark, the character set.
    ReEncoded,
    /// A shipped migration (or the folder it is in) is a link, a folder or a submodule now.
    MadeLink,
    /// A new version does not come after every shipped one.
    NotAbove,
    /// Two files have one version.
    Duplicate,
    /// A shipped rollback was changed, deleted or renamed.
    RollbackChanged,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
            Self::ReEncoded => "re-encoded",
            Self::MadeLink => "made-link",
            Self::NotAbove => "not-above",
            Self::Duplicate => "duplicate",
            Self::RollbackChanged => "rollback-changed",
        })
    }
}

/// A migration whose version the base lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewMigration {
    /// The version.
    pub version: i64,
    /// The migration's file, relative to [`Report::root`].
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
}

/// A path in JSON. Git's names are bytes, JSON's are not: what is no UTF-8 is shown with replacement characters.
fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

fn lossy_option<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    match path {
        Some(path) => serializer.serialize_some(&path.to_string_lossy()),
        None => serializer.serialize_none(),
    }
}
