//! Real repositories in temporary folders, made by the real `git`.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test that cannot make its repository has to stop")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use meshhook_history::{Finding, HistoryError, Kind, Report, Request, check};
use tempfile::TempDir;

/// A repository, deleted with the value.
pub struct Repo {
    pub root: PathBuf,
    _folder: TempDir,
}

/// `git`, deaf to the machine's configuration and to variables of a hook that may run us.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env_clear();
    for name in ["PATH", "SYSTEMROOT", "TMPDIR"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
        .env("GIT_AUTHOR_DATE", "2026-03-04T05:06:07+0200");
    command
}

impl Repo {
    /// An empty repository on `main`.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let repo = Self { root, _folder: folder };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// `main` has shipped two migrations with their rollbacks; we are on the branch `work`.
    pub fn shipped() -> Self {
        let repo = Self::empty();
        repo.write(&up("20260101000000_a"), "create table a ();\n");
        repo.write(&down("20260101000000_a"), "drop table a;\n");
        repo.commit("Create a");
        repo.write(&up("20260201000000_b"), "create table b ();\ncreate index on b ();\n");
        repo.write(&down("20260201000000_b"), "drop table b;\n");
        repo.commit("Create b");
        repo.git(&["switch", "--quiet", "--create", "work"]);
        repo
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.root.join(path)).unwrap();
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.root.join(from), self.root.join(to)).unwrap();
    }

    pub fn exists(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// Commits everything; the abbreviated id.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "--short", "HEAD"])
    }

    /// The commit of this summary, abbreviated.
    pub fn id(&self, summary: &str) -> String {
        self.git(&["log", "--all", "--format=%h", "--fixed-strings", "--grep", summary])
    }

    pub fn request(&self) -> Request {
        Request::new(&self.root)
    }

    pub fn check(&self) -> Report {
        check(&self.request()).unwrap()
    }

    pub fn error(&self) -> HistoryError {
        check(&self.request()).unwrap_err()
    }
}

pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Feeds `git fast-import`, then checks `branch` out.
pub fn fast_import(repo: &Repo, stream: &[u8], branch: &str) {
    let mut child = command(&repo.root)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stream).unwrap();
    assert!(child.wait().unwrap().success());
    repo.git(&["checkout", "--quiet", "--force", branch]);
}

pub fn up(stem: &str) -> String {
    format!("supabase/migrations/{stem}.sql")
}

pub fn down(stem: &str) -> String {
    format!("supabase/rollbacks/{stem}.sql")
}

/// The only finding.
#[track_caller]
pub fn only(report: &Report, kind: Kind, path: &str) -> Finding {
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    let finding = report.findings.first().unwrap().clone();
    assert_eq!((finding.kind, finding.path.as_path()), (kind, Path::new(path)), "{finding:#?}");
    finding
}

#[track_caller]
pub fn clean(report: &Report) {
    assert!(report.is_clean(), "{:#?}\n{:#?}", report.findings, report.changed_rollbacks);
}

/// The id of the commit that a finding names.
#[track_caller]
pub fn shipped_by(finding: &Finding) -> String {
    let commit = finding.commit.as_ref().unwrap();
    assert!(commit.id.len() >= 7);
    commit.id.clone()
}

/// The versions of the new migrations.
pub fn new(report: &Report) -> Vec<i64> {
    report.new_versions.iter().map(|new| new.version).collect()
}
