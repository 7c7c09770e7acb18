//! Which commit a checkout or a commit is compared with.

use git2::{BranchType, ErrorCode, Oid, Repository};

use crate::{HistoryError, Request, What};

/// What is compared, and with what.
pub(crate) struct Chosen {
    /// The base as a person would name it.
    pub(crate) name: String,
    /// The commit at the base's tip. None: nothing has been committed, so nothing has shipped.
    pub(crate) tip: Option<Oid>,
    /// Where branch and base meet.
    pub(crate) fork: Option<Oid>,
    /// The commit to look at; none for the working tree.
    pub(crate) commit: Option<Oid>,
    /// What a reader should know about the choice.
    pub(crate) notes: Vec<String>,
}

/// The base's tip, before it is compared with anything.
struct Tip {
    name: String,
    id: Oid,
    /// Nobody asked for this one: it is the default branch.
    by_default: bool,
}

impl Chosen {
    pub(crate) fn choose(repo: &Repository, request: &Request) -> Result<Self, HistoryError> {
        let commit = match &request.what {
            What::WorkingTree => None,
            What::Commit(rev) => {
                Some(commit(repo, rev).ok_or_else(|| HistoryError::NoSuchCommit { rev: rev.clone() })?)
            }
        };
        let head = match repo.head() {
            Ok(head) => Some(head.peel_to_commit()?.id()),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        let Some(tip) = tip(repo, request, head)? else {
            return Ok(Self {
                name: "nothing".to_owned(),
                tip: None,
                fork: None,
                commit,
                notes: vec![
                    "nothing is committed yet, so nothing has shipped: every migration counts as new"
                        .to_owned(),
                ],
            });
        };
        Self::meet(repo, request, tip, commit, head)
    }

    /// Finds where the two meet.
    fn meet(
        repo: &Repository,
        request: &Request,
        tip: Tip,
        commit: Option<Oid>,
        head: Option<Oid>,
    ) -> Result<Self, HistoryError> {
        let Some(from) = commit.or(head) else {
            // an unborn branch (`git switch --orphan`): it has no history, so it has to agree with the tip
            return Ok(Self {
                name: tip.name,
                fork: Some(tip.id),
                tip: Some(tip.id),
                commit,
                notes: Vec::new(),
            });
        };
        let fork = match repo.merge_base(from, tip.id) {
            Ok(fork) => fork,
            Err(error) if error.code() == ErrorCode::NotFound && repo.is_shallow() => {
                let missing = format!("it ends before the commit where this branch left `{}`", tip.name);
                return Err(HistoryError::Shallow { missing });
            }
            Err(error) if error.code() == ErrorCode::NotFound => {
                let head = match &request.what {
                    What::WorkingTree => "HEAD".to_owned(),
                    What::Commit(rev) => rev.clone(),
                };
                return Err(HistoryError::Unrelated { head, base: tip.name });
            }
            Err(error) => return Err(error.into()),
        };
        match commit {
            // A commit that is part of the default branch already would be compared with itself, and always pass.
            // What it did is seen against its parent.
            Some(commit) if fork == commit && tip.by_default => Self::parent(repo, tip, commit),
            _ => Ok(Self { name: tip.name, tip: Some(tip.id), fork: Some(fork), commit, notes: Vec::new() }),
        }
    }

    fn parent(repo: &Repository, tip: Tip, commit: Oid) -> Result<Self, HistoryError> {
        let found = repo.find_commit(commit)?;
        let short = short(repo, commit);
        let parent = match found.parent_id(0) {
            Ok(parent) if repo.find_commit(parent).is_ok() => Some(parent),
            _ if repo.is_shallow() => {
                return Err(HistoryError::Shallow {
                    missing: format!("it ends at {short}, the commit to check"),
                });
            }
            _ => None,
        };
        Ok(Self {
            name: format!("the commit before {short}"),
            tip: parent,
            fork: parent,
            commit: Some(commit),
            notes: vec![format!(
                "{short} is part of `{}`, so it is compared with the commit before it",
                tip.name
            )],
        })
    }
}

/// The base's tip: as asked for, else the pull request's base, else the default branch. None: nothing is
/// committed anywhere.
fn tip(repo: &Repository, request: &Request, head: Option<Oid>) -> Result<Option<Tip>, HistoryError> {
    if let Some(base) = &request.base {
        let remote = format!("origin/{base}");
        let found = [base, &remote].into_iter().find_map(|name| Some((name, commit(repo, name)?)));
        return match found {
            Some((name, id)) => Ok(Some(Tip { name: name.clone(), id, by_default: false })),
            None => Err(no_such_base(repo, base)),
        };
    }
    if let Some(branch) = &request.pull_request_base {
        let name = format!("origin/{branch}");
        return match commit(repo, &format!("refs/remotes/{name}")) {
            Some(id) => Ok(Some(Tip { name, id, by_default: false })),
            None => Err(no_such_base(repo, &name)),
        };
    }
    default_branch(repo, head)
}

fn no_such_base(repo: &Repository, base: &str) -> HistoryError {
    let branch = base.strip_prefix("origin/").unwrap_or(base);
    let shallow = repo.is_shallow();
    let hint = if shallow {
        "`fetch-depth: 0` under `with:` of actions/checkout brings every branch with its history; by hand \
         `git remote set-branches origin '*'` and `git fetch --unshallow origin`"
            .to_owned()
    } else {
        format!(
            "`git fetch origin {branch}:refs/remotes/origin/{branch}` brings it; `git branch --all` lists what is here"
        )
    };
    HistoryError::NoSuchBase { base: base.to_owned(), shallow, hint }
}

/// The default branch of `origin` (or of the only remote), else the local one.
fn default_branch(repo: &Repository, head: Option<Oid>) -> Result<Option<Tip>, HistoryError> {
    let remotes = remotes(repo)?;
    let remote = match remotes.iter().find(|name| *name == "origin") {
        Some(origin) => Some(origin),
        None if remotes.len() == 1 => remotes.first(),
        None => None,
    };
    if let Some(remote) = remote {
        for branch in ["HEAD", "main", "master"] {
            let reference = format!("refs/remotes/{remote}/{branch}");
            if let Some(id) = commit(repo, &reference) {
                let name = named(repo, &reference).unwrap_or_else(|| format!("{remote}/{branch}"));
                return Ok(Some(Tip { name, id, by_default: true }));
            }
        }
        if repo.is_shallow() {
            let missing = format!("it has no `{remote}/HEAD`, `{remote}/main` or `{remote}/master`");
            return Err(HistoryError::Shallow { missing });
        }
        let fetched = repo.references_glob(&format!("refs/remotes/{remote}/*"))?.next().is_some();
        if fetched {
            let tried = format!("`{remote}` has no HEAD, no `main` and no `master` here");
            return Err(HistoryError::NoBase { tried });
        }
        // a remote that nobody has fetched from or pushed to yet: as if there were none
    }
    local_default_branch(repo, head)
}

fn local_default_branch(repo: &Repository, head: Option<Oid>) -> Result<Option<Tip>, HistoryError> {
    for branch in ["main", "master"] {
        if let Some(id) = commit(repo, &format!("refs/heads/{branch}")) {
            return Ok(Some(Tip { name: branch.to_owned(), id, by_default: true }));
        }
    }
    let branches: Vec<_> = repo.branches(Some(BranchType::Local))?.flatten().collect();
    match (branches.as_slice(), head) {
        // the only branch is the default one, whatever it is called
        ([(branch, _)], _) => {
            let name = String::from_utf8_lossy(branch.name_bytes()?).into_owned();
            Ok(Some(Tip { name, id: branch.get().peel_to_commit()?.id(), by_default: true }))
        }
        ([], None) => Ok(None),
        _ if repo.is_shallow() => {
            Err(HistoryError::Shallow { missing: "it has no `main` and no `master`".to_owned() })
        }
        _ => Err(HistoryError::NoBase { tried: "there is no remote, no `main` and no `master`".to_owned() }),
    }
}

fn remotes(repo: &Repository) -> Result<Vec<String>, HistoryError> {
    let names = repo.remotes()?;
    Ok(names.iter_bytes().map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

/// `refs/remotes/origin/HEAD` → `origin/main`.
fn named(repo: &Repository, reference: &str) -> Option<String> {
    let resolved = repo.find_reference(reference).ok()?.resolve().ok()?;
    Some(resolved.shorthand().ok()?.to_owned())
}

/// The commit that a name stands for, through tags.
fn commit(repo: &Repository, name: &str) -> Option<Oid> {
    Some(repo.revparse_single(name).ok()?.peel_to_commit().ok()?.id())
}

/// An id as git abbreviates it.
pub(crate) fn short(repo: &Repository, id: Oid) -> String {
    let short = repo.find_object(id, None).and_then(|object| object.short_id());
    match short {
        Ok(short) => String::from_utf8_lossy(&short).into_owned(),
        Err(_) => id.to_string(),
    }
}
