//! `cargo xtask db new`, run as a person runs it.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use support::Project;

#[test]
fn new_writes_both_files_with_headers_above_every_known_version() {
    let project = Project::empty();
    project.migration("29990101000000_far_ahead", "SELECT 1;\n", "SELECT 1;\n");
    let ran = project.run(&["new", "Add tags"]).exits(0);
    let paths: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(
        paths,
        ["supabase/migrations/29990101000001_add_tags.sql", "supabase/rollbacks/29990101000001_add_tags.sql"]
    );
    for path in paths {
        let text = std::fs::read_to_string(project.root().join(path)).unwrap();
        assert!(text.starts_with("-- ") && text.contains("add_tags") && text.ends_with('\n'), "{text}");
        assert!(!text.contains('{'), "a placeholder was left: {text}");
    }
}

#[test]
fn a_template_does_not_pass_for_a_migration() {
    let project = Project::empty();
    project.run(&["new", "add_tags"]).exits(0);
    project.run(&["check", "--only", "files"]).exits(1).prints("files/empty");
}

#[test]
fn sql_on_stdin_becomes_the_up() {
    let project = Project::empty();
    let ran = project.run_with_stdin(&["new", "tags", "--format", "json"], "CREATE TABLE t ();").exits(0);
    let up = ran.json()["up"].as_str().unwrap().to_owned();
    assert_eq!(std::fs::read_to_string(project.root().join(up)).unwrap(), "CREATE TABLE t ();\n");
}

#[test]
fn a_no_transaction_migration_says_so_in_its_very_first_bytes() {
    let project = Project::empty();
    let ran = project.run(&["new", "tags", "--no-transaction"]).exits(0);
    for path in ran.stdout.lines() {
        let text = std::fs::read_to_string(project.root().join(path)).unwrap();
        assert!(text.starts_with("-- no-transaction\n"), "{text}");
    }
}

#[test]
fn new_stays_above_what_the_base_branch_has_shipped() {
    let project = Project::small();
    project.ship();
    project.git(&["checkout", "-q", "main"]);
    project.migration("29990101000000_theirs", "SELECT 1;\n", "SELECT 1;\n");
    project.git(&["add", "-A"]);
    project.git(&["commit", "-q", "-m", "Theirs"]);
    project.git(&["checkout", "-q", "work"]);
    project.run(&["new", "mine"]).exits(0).prints("29990101000001_mine");
}

#[test]
fn a_name_that_is_no_name_is_a_usage_error_and_writes_nothing() {
    let project = Project::empty();
    project.run(&["new", "../../etc/passwd"]).exits(2).says("cannot be a migration's name");
    assert_eq!(std::fs::read_dir(project.root().join("supabase/migrations")).unwrap().count(), 0);
}

#[test]
fn outside_of_a_project_the_command_says_where_it_looked() {
    let elsewhere = tempfile::tempdir().unwrap();
    let project = Project::empty();
    let mut command = project.command(&["new", "x"]);
    command.current_dir(elsewhere.path());
    support::finish(command).exits(2).says("there is no `supabase` folder");
}
