//! Which base is taken, and what is said where there is none: one repository a situation.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its repository has to stop")]

mod support;

use std::path::Path;

use meshhook_history::{HistoryError, Kind, Request, check};
use support::{Repo, clean, git, new, only, shipped_by, up};
use tempfile::TempDir;

const A: &str = "supabase/migrations/20260101000000_a.sql";

/// A clone of a repository that has shipped two migrations, made with these options.
struct Clone {
    origin: Repo,
    root: std::path::PathBuf,
    _folder: TempDir,
}

impl Clone {
    fn new(options: &[&str]) -> Self {
        let origin = Repo::shipped();
        origin.git(&["switch", "--quiet", "main"]);
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("clone");
        let url = format!("file://{}", origin.root.display());
        let clone = root.display().to_string();
        git(&origin.root, &[&["clone", "--quiet"], options, &[&url, &clone]].concat());
        Self { origin, root, _folder: folder }
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.root.join(path), text).unwrap();
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    fn request(&self) -> Request {
        Request::new(&self.root)
    }
}

fn text(error: &HistoryError) -> String {
    let text = error.to_string();
    assert!(text.contains("\nhint: "), "an error says what to do: {text}");
    text
}

#[test]
fn a_clone_is_compared_with_the_default_branch_of_its_origin() {
    let clone = Clone::new(&[]);
    let report = check(&clone.request()).unwrap();
    clean(&report);
    assert_eq!(report.base.name, "origin/main");
    clone.write(A, "edited");
    clone.commit("Edit on main, not pushed");
    only(&check(&clone.request()).unwrap(), Kind::Edited, A);
}

#[test]
fn a_default_branch_of_any_name_is_found_through_the_remotes_head() {
    let clone = Clone::new(&[]);
    clone.git(&["branch", "--remotes", "--delete", "origin/HEAD"]);
    clone.git(&["update-ref", "refs/remotes/origin/trunk", "origin/main"]);
    clone.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
    assert_eq!(check(&clone.request()).unwrap().base.name, "origin/trunk");
}

#[test]
fn without_the_remotes_head_its_main_or_master_is_taken_and_else_nothing_is_guessed() {
    let clone = Clone::new(&[]);
    clone.git(&["branch", "--remotes", "--delete", "origin/HEAD"]);
    assert_eq!(check(&clone.request()).unwrap().base.name, "origin/main");
    clone.git(&["update-ref", "refs/remotes/origin/master", "origin/main"]);
    clone.git(&["branch", "--remotes", "--delete", "origin/main"]);
    assert_eq!(check(&clone.request()).unwrap().base.name, "origin/master");
    clone.git(&["update-ref", "refs/remotes/origin/trunk", "origin/master"]);
    clone.git(&["branch", "--remotes", "--delete", "origin/master"]);
    let error = check(&clone.request()).unwrap_err();
    assert!(text(&error).contains("git remote set-head origin --auto"), "{error}");
}

#[test]
fn a_pull_request_is_compared_with_its_own_base() {
    let clone = Clone::new(&[]);
    clone.git(&["push", "--quiet", "origin", "main:refs/heads/release"]);
    clone.git(&["fetch", "--quiet"]);
    clone.git(&["switch", "--quiet", "--create", "work"]);
    let variables = |name: &str| (name == "GITHUB_BASE_REF").then(|| "release".to_owned());
    assert_eq!(check(&clone.request().environment(variables)).unwrap().base.name, "origin/release");
    let unset = |_: &str| Some(String::new());
    assert_eq!(check(&clone.request().environment(unset)).unwrap().base.name, "origin/main");
    let named = clone.request().environment(variables).base("main");
    assert_eq!(check(&named).unwrap().base.name, "main", "--base wins");
}

#[test]
fn a_base_that_is_not_here_is_an_error_that_brings_it() {
    let clone = Clone::new(&[]);
    let missing = |_: &str| Some("release/1.x".to_owned());
    let error = check(&clone.request().environment(missing)).unwrap_err();
    assert!(text(&error).contains("git fetch origin release/1.x:refs/remotes/origin/release/1.x"), "{error}");
    let error = check(&clone.request().base("nowhere")).unwrap_err();
    assert!(matches!(&error, HistoryError::NoSuchBase { base, shallow: false, .. } if base == "nowhere"));
    text(&error);
}

#[test]
fn a_base_is_named_as_git_names_commits_and_a_remote_branch_without_its_remote() {
    let clone = Clone::new(&[]);
    clone.git(&["push", "--quiet", "origin", "main:refs/heads/release"]);
    clone.git(&["fetch", "--quiet"]);
    clone.git(&["tag", "--annotate", "v1", "--message", "v1"]);
    let head = clone.git(&["rev-parse", "HEAD"]);
    for (base, name) in [("v1", "v1"), ("release", "origin/release"), ("HEAD~1", "HEAD~1"), (&head, &head)] {
        assert_eq!(check(&clone.request().base(base)).unwrap().base.name, name);
    }
}

#[test]
fn a_shallow_clone_without_the_base_says_how_to_deepen_it() {
    let clone = Clone::new(&["--depth=1"]);
    clone.git(&["switch", "--quiet", "--create", "work"]);
    let base = |_: &str| Some("release".to_owned());
    let error = check(&clone.request().environment(base)).unwrap_err();
    assert!(text(&error).contains("fetch-depth: 0"), "{error}");
    clone.git(&["update-ref", "-d", "refs/remotes/origin/HEAD"]);
    clone.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let error = check(&clone.request()).unwrap_err();
    assert!(matches!(error, HistoryError::Shallow { .. }), "{error:?}");
    assert!(text(&error).contains("git fetch --unshallow"), "{error}");
}

#[test]
fn a_shallow_clone_that_ends_before_branch_and_base_meet_says_how_to_deepen_it() {
    let clone = Clone::new(&[]);
    clone.git(&["switch", "--quiet", "--create", "work"]);
    clone.commit("Work");
    clone.git(&["push", "--quiet", "origin", "work"]);
    clone.origin.commit("Meanwhile");
    let shallow = clone.root.with_file_name("shallow");
    let url = format!("file://{}", clone.origin.root.display());
    let path = shallow.display().to_string();
    clone.git(&["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", &url, &path]);
    let error = check(&Request::new(&shallow)).unwrap_err();
    assert!(text(&error).contains("fetch-depth: 0"), "{error}");
    git(&shallow, &["fetch", "--quiet", "--unshallow", "origin"]);
    clean(&check(&Request::new(&shallow)).unwrap());
}

#[test]
fn a_shallow_clone_that_is_deep_enough_answers_and_does_not_claim_to_know_the_commit() {
    let clone = Clone::new(&["--depth=1"]);
    clean(&check(&clone.request()).unwrap());
    clone.write(A, "edited");
    let finding = only(&check(&clone.request()).unwrap(), Kind::Edited, A);
    assert!(finding.commit.unwrap().or_earlier);
    assert!(finding.message.ends_with("or earlier"), "{}", finding.message);
}

#[test]
fn a_repository_without_commits_has_shipped_nothing() {
    let repo = Repo::empty();
    repo.write(A, "a");
    let report = repo.check();
    clean(&report);
    assert_eq!(new(&report), [20260101000000]);
    assert!(report.base.tip.is_none());
    assert!(report.notes[0].contains("nothing is committed yet"), "{:?}", report.notes);
}

#[test]
fn an_unborn_branch_is_compared_with_the_tip_of_its_base() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "--orphan", "fresh"]);
    let report = repo.check();
    assert_eq!(report.findings.len(), 2, "{:#?}", report.findings);
    repo.git(&["checkout", "--quiet", "main", "--", "."]);
    clean(&repo.check());
}

#[test]
fn a_detached_head_is_compared_like_a_branch() {
    let repo = Repo::shipped();
    repo.commit("Work");
    repo.git(&["checkout", "--quiet", "--detach"]);
    clean(&repo.check());
    repo.write(A, "edited");
    only(&repo.check(), Kind::Edited, A);
}

#[test]
fn without_a_remote_what_is_committed_on_the_default_branch_has_shipped() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    repo.write(&up("20260301000000_c"), "c");
    let report = repo.check();
    clean(&report);
    assert_eq!((report.base.name.as_str(), new(&report)), ("main", vec![20260301000000]));
    repo.write(A, "edited");
    only(&repo.check(), Kind::Edited, A);
}

#[test]
fn the_only_branch_is_the_default_one_whatever_its_name() {
    let repo = Repo::shipped();
    repo.git(&["branch", "--delete", "--force", "main"]);
    repo.write(A, "edited");
    let report = repo.check();
    assert_eq!(report.base.name, "work");
    only(&report, Kind::Edited, A);
    repo.git(&["branch", "other"]);
    let error = repo.error();
    assert!(text(&error).contains("--base"), "{error}");
}

#[test]
fn a_remote_that_was_never_fetched_is_as_good_as_none() {
    let repo = Repo::shipped();
    repo.git(&["remote", "add", "origin", "https://example.invalid/meshhook.git"]);
    assert_eq!(repo.check().base.name, "main");
}

#[test]
fn a_commit_that_is_part_of_the_default_branch_is_compared_with_the_commit_before_it() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    repo.write(A, "edited");
    let edit = repo.commit("Edit");
    repo.write(&up("20260301000000_c"), "c");
    repo.commit("Create c");
    let report = check(&repo.request().commit("HEAD")).unwrap();
    clean(&report);
    assert_eq!(new(&report), [20260301000000]);
    assert!(report.notes[0].contains("part of `main`"), "{:?}", report.notes);
    let finding = only(&check(&repo.request().commit(edit)).unwrap(), Kind::Edited, A);
    assert_eq!(shipped_by(&finding), repo.id("Create a"));
    let root = repo.git(&["rev-list", "--max-parents=0", "HEAD"]);
    assert_eq!(new(&check(&repo.request().commit(root)).unwrap()), [20260101000000]);
}

#[test]
fn a_commit_that_does_not_exist_is_an_error() {
    let repo = Repo::shipped();
    for rev in ["nowhere", "0123456789012345678901234567890123456789", "HEAD:supabase", ""] {
        let error = check(&repo.request().commit(rev)).unwrap_err();
        assert!(matches!(error, HistoryError::NoSuchCommit { .. }), "{rev}: {error:?}");
        text(&error);
    }
}

#[test]
fn histories_without_a_common_commit_are_an_error() {
    let repo = Repo::shipped();
    repo.git(&["checkout", "--quiet", "--orphan", "unrelated"]);
    repo.commit("Another beginning");
    let error = repo.error();
    assert!(matches!(error, HistoryError::Unrelated { .. }), "{error:?}");
    text(&error);
}

#[test]
fn a_linked_worktree_answers_for_its_own_files() {
    let repo = Repo::shipped();
    let folder = tempfile::tempdir().unwrap();
    let linked = folder.path().canonicalize().unwrap().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "linked", &linked.display().to_string()]);
    let report = check(&Request::new(&linked)).unwrap();
    clean(&report);
    assert_eq!(report.root, linked);
    std::fs::write(linked.join(A), "edited").unwrap();
    only(&check(&Request::new(&linked)).unwrap(), Kind::Edited, A);
    clean(&repo.check());
}

#[test]
fn a_project_in_a_subfolder_has_paths_from_the_top_of_the_repository() {
    let repo = Repo::empty();
    let inside = format!("services/mesh hook/{A}");
    repo.write(&inside, "a");
    repo.commit("Create a");
    repo.git(&["switch", "--quiet", "--create", "work"]);
    repo.write(&inside, "edited");
    repo.write(A, "another project's, and not ours");
    let finding =
        only(&check(&Request::new(repo.root.join("services/mesh hook"))).unwrap(), Kind::Edited, &inside);
    assert!(finding.hint.contains(&format!("-- ':/{inside}'")), "{}", finding.hint);
}

#[test]
fn a_project_that_is_reached_through_a_link_is_the_same_project() {
    let repo = Repo::shipped();
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&repo.root, &link).unwrap();
    clean(&check(&Request::new(&link)).unwrap());
    repo.write(A, "edited");
    only(&check(&Request::new(&link)).unwrap(), Kind::Edited, A);
}

#[test]
fn migrations_outside_of_the_repository_are_an_error() {
    let repo = Repo::shipped();
    let mut request = repo.request();
    request.migrations = "../elsewhere".into();
    let error = check(&request).unwrap_err();
    assert!(matches!(error, HistoryError::Outside { .. }), "{error:?}");
    text(&error);
}

#[test]
fn a_folder_that_always_was_a_link_is_an_error_and_not_a_pass() {
    let repo = Repo::empty();
    repo.write("db/1_a.sql", "a");
    std::fs::create_dir(repo.root.join("supabase")).unwrap();
    std::os::unix::fs::symlink("../db", repo.root.join("supabase/migrations")).unwrap();
    repo.commit("Link");
    let error = repo.error();
    assert!(matches!(error, HistoryError::NotAFolder { .. }), "{error:?}");
    text(&error);
    let mut request = repo.request();
    request.migrations = "db".into();
    clean(&check(&request).unwrap());
}

#[test]
fn a_folder_without_a_repository_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = check(&Request::new(folder.path())).unwrap_err();
    assert!(matches!(error, HistoryError::NotARepository { .. }), "{error:?}");
    text(&error);
    let error = check(&Request::new(folder.path().join("nowhere"))).unwrap_err();
    assert!(matches!(error, HistoryError::Read { .. }), "{error:?}");
}

#[test]
fn a_bare_repository_is_an_error_that_says_how_to_get_files() {
    let repo = Repo::shipped();
    let bare = repo.root.join("bare.git");
    repo.git(&["clone", "--quiet", "--bare", ".", &bare.display().to_string()]);
    let error = check(&Request::new(&bare)).unwrap_err();
    assert!(matches!(error, HistoryError::Bare { .. }), "{error:?}");
    assert!(text(&error).contains("git worktree add"), "{error}");
}

#[test]
fn an_extension_that_libgit2_does_not_know_is_an_error_that_names_it() {
    for (name, value, told) in [
        ("partialClone", "origin", "partial clone"),
        ("refStorage", "reftable", "git refs migrate"),
        ("somethingNew", "1", "plain `git clone`"),
    ] {
        let repo = Repo::shipped();
        repo.git(&["config", "core.repositoryFormatVersion", "1"]);
        repo.git(&["config", &format!("extensions.{name}"), value]);
        let error = repo.error();
        assert!(text(&error).contains(told), "{error}");
    }
}

#[test]
fn a_sparse_checkout_has_not_deleted_what_it_leaves_out() {
    let repo = Repo::shipped();
    repo.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/supabase/migrations/*_a.sql"]);
    assert!(!repo.exists(A));
    clean(&repo.check());
    repo.git(&["sparse-checkout", "set", "--no-cone", "/other"]);
    assert!(!repo.exists("supabase"));
    clean(&repo.check());
    repo.git(&["sparse-checkout", "disable"]);
    repo.remove(A);
    only(&repo.check(), Kind::Deleted, A);
}

#[test]
fn an_unreadable_or_absent_index_changes_nothing() {
    let repo = Repo::shipped();
    repo.write(A, "edited");
    repo.write(".git/index", "no index at all");
    only(&repo.check(), Kind::Edited, A);
    repo.remove(".git/index");
    only(&repo.check(), Kind::Edited, A);
    repo.write(A, "create table a ();\n");
    clean(&repo.check());
}

#[test]
fn a_merge_in_progress_is_judged_by_the_files_on_disk() {
    let repo = Repo::shipped();
    repo.write(A, "mine");
    repo.commit("Mine");
    repo.git(&["switch", "--quiet", "main"]);
    repo.write(A, "theirs");
    repo.commit("Theirs");
    repo.git(&["switch", "--quiet", "work"]);
    let merge = support::command(&repo.root).args(["merge", "--quiet", "main"]).output().unwrap();
    assert!(!merge.status.success(), "the merge conflicts");
    only(&repo.check(), Kind::Edited, A);
    repo.git(&["checkout", "--quiet", "--theirs", "--", A]);
    clean(&repo.check());
}

/// git and libgit2 refuse a repository of another user (CVE-2022-24765). Making one takes root, and root that came
/// through sudo would be let in.
#[test]
fn a_repository_of_another_user_is_an_error_with_the_command_that_trusts_it() {
    let repo = Repo::shipped();
    let give_away = |path: &Path| std::os::unix::fs::chown(path, Some(4321), Some(4321));
    let trusted =
        std::process::Command::new("git").args(["config", "--get-all", "safe.directory"]).output().unwrap();
    if give_away(&repo.root).is_err() || !trusted.stdout.is_empty() || std::env::var_os("SUDO_UID").is_some()
    {
        eprintln!("not root, or every folder is trusted here: nothing to see");
        return;
    }
    give_away(&repo.root.join(".git")).unwrap();
    let error = repo.error();
    assert!(matches!(error, HistoryError::Owner { .. }), "{error:?}");
    let command = format!("git config --global --add safe.directory {}", repo.root.display());
    assert!(text(&error).contains(&command), "{error}");
}
