//! The question: which project, compared with what.

use std::path::PathBuf;

/// What [`check`](crate::check) looks at, and where.
#[derive(Debug, Clone)]
pub struct Request {
    /// The project's folder. It may be a subfolder of the repository.
    pub project_root: PathBuf,
    /// The folder of the migrations, relative to `project_root`.
    pub migrations: PathBuf,
    /// The folder of the rollbacks, relative to `project_root`. A rollback has its migration's file name.
    pub rollbacks: PathBuf,
    /// The base to compare with, as git names a commit (`main`, `origin/main`, a tag, a commit). `None`
    /// takes the pull request's base, else the default branch of `origin`, else the local one.
    pub base: Option<String>,
    /// The base branch of the pull request under test: the value of `GITHUB_BASE_REF`. A field, so that the
    /// crate reads no environment.
    pub pull_request_base: Option<String>,
    /// What is compared with the base.
    pub what: What,
}

/// What is compared with the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The files on disk: staged or not, tracked or not, ignored by git or not, since a migration runner
    /// reads the folder and not the index.
    WorkingTree,
    /// A commit, as git names it.
    Commit(String),
}

impl Request {
    /// Our layout (`supabase/migrations`, `supabase/rollbacks`) in the working tree, against the default base.
    pub fn new(project_root: impl Into<PathBuf>) -> Self {
        Self {
            project_root: project_root.into(),
            migrations: PathBuf::from("supabase/migrations"),
            rollbacks: PathBuf::from("supabase/rollbacks"),
            base: None,
            pull_request_base: None,
            what: What::WorkingTree,
        }
    }

    /// Compares with this base instead of the default one.
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// Looks at this commit instead of the working tree.
    pub fn commit(mut self, rev: impl Into<String>) -> Self {
        self.what = What::Commit(rev.into());
        self
    }

    /// Takes `GITHUB_BASE_REF` through `lookup`, for example `|name| std::env::var(name).ok()`. GitHub sets
    /// the variable to the empty string outside pull requests, which counts as unset.
    pub fn environment(mut self, lookup: impl Fn(&str) -> Option<String>) -> Self {
        self.pull_request_base = lookup("GITHUB_BASE_REF").filter(|value| !value.is_empty());
        self
    }
}
