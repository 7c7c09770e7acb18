//! Why a question could not be answered, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why the history could not be compared. Each text ends with what to do.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The project is in no git repository.
    #[error(
        "`{}` is not in a git repository, so nothing says what has shipped\n\
         hint: run `git init` and commit, or leave the history gate out with `--skip history`", path.display()
    )]
    NotARepository {
        /// The project's folder.
        path: PathBuf,
    },

    /// The repository has no files.
    #[error(
        "`{}` is a bare repository: it has no files to compare\n\
         hint: run this in a clone, or make a checkout of it with `git worktree add ../checkout`", path.display()
    )]
    Bare {
        /// The repository.
        path: PathBuf,
    },

    /// The repository belongs to somebody else, and git refuses to read it (CVE-2022-24765).
    #[error(
        "the repository at `{}` belongs to another user, and git does not trust it\n\
         hint: if you do, type `git config --global --add safe.directory {}`", path.display(), crate::words::quoted(path)
    )]
    Owner {
        /// The folder to declare safe.
        path: PathBuf,
    },

    /// A folder of the project is outside of the repository's checkout.
    #[error(
        "`{}` is outside of the checkout `{}`\n\
         hint: the folders of migrations and rollbacks belong in the repository", path.display(), root.display()
    )]
    Outside {
        /// The folder.
        path: PathBuf,
        /// The top folder of the checkout.
        root: PathBuf,
    },

    /// A folder of the project is a link, and always was: git keeps the link and not what it leads to.
    #[error(
        "`{}` is {what} and not a folder: git does not see the scripts behind it\n\
         hint: name the folder that holds the files", path.display()
    )]
    NotAFolder {
        /// Relative to the checkout.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },

    /// The named base does not exist here.
    #[error("there is no `{base}` in this repository{}\nhint: {hint}", if *shallow { ", which is a shallow clone" } else { "" })]
    NoSuchBase {
        /// The base as it was asked for.
        base: String,
        /// The clone is shallow.
        shallow: bool,
        /// What to type.
        hint: String,
    },

    /// Nothing says which branch is the base.
    #[error(
        "no base branch to compare with: {tried}\n\
         hint: name it with `--base BRANCH`; for a fresh clone `git fetch origin` and `git remote set-head origin --auto` find it"
    )]
    NoBase {
        /// What was looked for.
        tried: String,
    },

    /// A shallow clone ends before the point where branch and base meet.
    #[error(
        "this clone is shallow: {missing}\n\
         hint: `git fetch --unshallow origin`; in GitHub Actions `fetch-depth: 0` under `with:` of actions/checkout"
    )]
    Shallow {
        /// What is missing.
        missing: String,
    },

    /// Branch and base have no commit in common.
    #[error(
        "`{head}` and `{base}` have no commit in common\n\
         hint: name the branch that this one started from with `--base BRANCH`"
    )]
    Unrelated {
        /// What was checked.
        head: String,
        /// The base.
        base: String,
    },

    /// The commit to check does not exist here.
    #[error(
        "there is no commit `{rev}` in this repository\n\
         hint: `git fetch origin` brings what is missing, `git log --oneline` lists what is here"
    )]
    NoSuchCommit {
        /// The commit as it was asked for.
        rev: String,
    },

    /// A file or folder could not be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// The repository uses something that libgit2 does not know.
    #[error("this repository cannot be read: {message}\nhint: {hint}")]
    Unsupported {
        /// libgit2's own words.
        message: String,
        /// What to do.
        hint: String,
    },

    /// Anything else that git says.
    #[error("git: {0}\nhint: `git fsck` tells whether the repository is whole")]
    Git(#[from] git2::Error),
}
