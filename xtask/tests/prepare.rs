//! `cargo xtask db prepare` and the gate `offline`, on a copy of this repository: the real store, real cargo.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::Ran;

/// A copy of what git has of this workspace, in a temporary folder.
struct Copy {
    folder: tempfile::TempDir,
    program: support::Project,
}

impl Copy {
    fn new() -> Copy {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(workspace)
            .output()
            .unwrap();
        assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
        let folder = tempfile::tempdir().unwrap();
        for name in String::from_utf8(listed.stdout).unwrap().split('\0').filter(|name| !name.is_empty()) {
            let (from, to) = (workspace.join(name), folder.path().join(name));
            if from.is_file() {
                std::fs::create_dir_all(to.parent().unwrap()).unwrap();
                std::fs::copy(from, to).unwrap();
            }
        }
        Copy { folder, program: support::Project::empty() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.program.command(arguments);
        // a build folder that is kept between test runs: compiling sqlx anew each time would take a minute
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prepare");
        command.current_dir(self.folder.path()).env("CARGO_TARGET_DIR", target);
        support::finish(command)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The files of `.sqlx`, with their content.
    fn data(&self) -> Vec<(String, String)> {
        let mut data: Vec<(String, String)> = std::fs::read_dir(self.path(".sqlx"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect();
        data.sort();
        data
    }
}

#[test]
fn a_renamed_column_fails_the_gate_with_query_and_file_and_prepare_mends_it_once_the_query_is_mended() {
    let copy = Copy::new();
    copy.run(&["check", "--only", "offline"]).exits(0);
    let before = copy.data();

    // a migration renames a column that the store reads
    let name = "29990101000000_rename_project_name.sql";
    copy.write(
        &format!("supabase/migrations/{name}"),
        "ALTER TABLE public.projects RENAME COLUMN name TO title;\n",
    );
    copy.write(
        &format!("supabase/rollbacks/{name}"),
        "ALTER TABLE public.projects RENAME COLUMN title TO name;\n",
    );
    let ran = copy.run(&["check", "--only", "offline"]).exits(1);
    ran.prints("[offline/query-fails]")
        .prints("--> crates/store/src/projects/find.sql")
        .prints("query: SELECT p.id, p.owner_id, p.name")
        .prints("column p.name does not exist");

    // a prepare that fails leaves the folder as it was
    copy.run(&["prepare"]).exits(1).prints("[offline/query-fails]");
    assert_eq!(copy.data(), before);

    // the queries are mended: now the data is out of date, and prepare mends that
    mend(&copy.path("crates/store/src/projects"));
    copy.run(&["prepare", "--check"]).exits(1).prints("[offline/missing]");
    assert_eq!(copy.data(), before, "a check writes nothing");
    copy.run(&["prepare"]).exits(0);
    assert_ne!(copy.data(), before);
    copy.run(&["check", "--only", "offline"]).exits(0);
}

/// Reads and writes the column by its new name in every query that names it.
fn mend(projects: &Path) {
    for (file, replacements) in [
        (
            "create.sql",
            vec![("(owner_id, name)", "(owner_id, title)"), ("owner_id, name,", "owner_id, title AS name,")],
        ),
        ("find.sql", vec![("p.name,", "p.title AS name,")]),
        ("list.sql", vec![("p.name,", "p.title AS name,"), ("lower(p.name)", "lower(p.title)")]),
        ("rename.sql", vec![("SET name", "SET title")]),
    ] {
        let path = projects.join(file);
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in replacements {
            assert!(text.contains(from), "`{from}` is not in {file}:\n{text}");
            text = text.replace(from, to);
        }
        std::fs::write(path, text).unwrap();
    }
}
