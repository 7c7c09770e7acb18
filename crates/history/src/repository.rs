//! Opening the repository around a project, and where the project lies in it.

use std::path::{Component, Path, PathBuf};

use git2::{ErrorClass, ErrorCode, Repository};

use crate::{HistoryError, Request};

/// A repository with a checkout, and the project's folders in it.
pub(crate) struct Opened {
    pub(crate) repo: Repository,
    /// The top folder of the checkout, canonical.
    pub(crate) root: PathBuf,
    /// The folders of migrations and rollbacks, relative to `root`. One when both are the same.
    pub(crate) folders: Vec<Place>,
}

/// One of the project's folders.
pub(crate) struct Place {
    /// Relative to the checkout's top folder.
    pub(crate) path: PathBuf,
    /// Every script in here is a rollback.
    pub(crate) rollbacks: bool,
}

impl Opened {
    /// Finds the repository above the project. The variables `GIT_DIR` and `GIT_INDEX_FILE` are ignored: inside a
    /// hook they may name a temporary index, and the question is about the project's folder.
    pub(crate) fn open(request: &Request) -> Result<Self, HistoryError> {
        let project = canonical(&request.project_root)?;
        let repo = Repository::discover(&project).map_err(|error| explain(&project, error))?;
        let Some(workdir) = repo.workdir() else {
            return Err(HistoryError::Bare { path: repo.path().to_owned() });
        };
        let root = canonical(workdir)?;
        let migrations = relative(&root, &project, &request.migrations)?;
        let rollbacks = relative(&root, &project, &request.rollbacks)?;
        let mut folders = vec![Place { path: migrations, rollbacks: false }];
        if folders.iter().all(|folder| folder.path != rollbacks) {
            folders.push(Place { path: rollbacks, rollbacks: true });
        }
        Ok(Self { repo, root, folders })
    }
}

fn canonical(path: &Path) -> Result<PathBuf, HistoryError> {
    path.canonicalize().map_err(|source| HistoryError::Read { path: path.to_owned(), source })
}

/// `folder` of `project`, relative to the checkout. Without following links below the project, since a folder
/// that became a link is what we look for.
fn relative(root: &Path, project: &Path, folder: &Path) -> Result<PathBuf, HistoryError> {
    let mut path = project.to_owned();
    for component in folder.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    match path.strip_prefix(root) {
        Ok(relative) => Ok(relative.to_owned()),
        Err(_) => Err(HistoryError::Outside { path, root: root.to_owned() }),
    }
}

/// What libgit2 refuses, with what to do about it.
fn explain(project: &Path, error: git2::Error) -> HistoryError {
    let message = error.message().to_owned();
    match (error.code(), error.class()) {
        (ErrorCode::NotFound, _) => HistoryError::NotARepository { path: project.to_owned() },
        (ErrorCode::Owner, _) => {
            let top = project.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
            HistoryError::Owner { path: top.unwrap_or(project).to_owned() }
        }
        (_, ErrorClass::Repository) if message.contains("partialclone") => HistoryError::Unsupported {
            message,
            hint: "this is a partial clone; clone it without `--filter`".to_owned(),
        },
        (_, ErrorClass::Repository) if message.contains("refstorage") => HistoryError::Unsupported {
            message,
            hint: "`git refs migrate --ref-format=files` stores branches in the common format".to_owned(),
        },
        (_, ErrorClass::Repository)
            if message.contains("extension") || message.contains("version") || message.contains("format") =>
        {
            HistoryError::Unsupported {
                message,
                hint: "libgit2 does not know this extension of git; a plain `git clone` has none".to_owned(),
            }
        }
        _ => HistoryError::Git(error),
    }
}
