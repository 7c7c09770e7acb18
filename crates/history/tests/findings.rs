//! Each rule with a case that must fail and one that must pass.

mod support;

use std::path::PathBuf;

use meshhook_history::{Kind, check};
use support::{Repo, clean, down, new, only, shipped_by, up};

const NONE: [i64; 0] = [];
const A: &str = "supabase/migrations/20260101000000_a.sql";
const B: &str = "supabase/migrations/20260201000000_b.sql";
const ROLLBACK: &str = "supabase/rollbacks/20260201000000_b.sql";

#[test]
fn a_branch_that_changes_nothing_is_clean() {
    let repo = Repo::shipped();
    let report = repo.check();
    clean(&report);
    assert_eq!(new(&report), NONE);
    assert_eq!(report.base.name, "main");
    assert_eq!(report.base.tip.unwrap().summary, "Create b");
}

#[test]
fn a_new_migration_above_all_is_clean_and_counts_as_new_whether_committed_staged_untracked_or_ignored() {
    let repo = Repo::shipped();
    repo.write(&up("20260301000000_c"), "c");
    repo.commit("Create c");
    repo.write(&up("20260302000000_d"), "d");
    repo.git(&["add", "."]);
    repo.write(&up("20260303000000_e"), "e");
    repo.write(".git/info/exclude", "*_ignored.sql\n");
    repo.write(&up("20260304000000_ignored"), "f");
    let report = repo.check();
    clean(&report);
    assert_eq!(new(&report), [20260301000000, 20260302000000, 20260303000000, 20260304000000]);
    assert_eq!(report.new_versions[0].path, PathBuf::from(up("20260301000000_c")));
}

#[test]
fn an_edited_migration_is_found_on_disk_and_names_the_commit_that_shipped_it() {
    let repo = Repo::shipped();
    repo.write(A, "create table a (id int);\n");
    let finding = only(&repo.check(), Kind::Edited, A);
    assert_eq!(finding.version, Some(20260101000000));
    assert_eq!(shipped_by(&finding), repo.id("Create a"));
    let commit = finding.commit.unwrap();
    assert_eq!(
        (commit.date.as_str(), commit.summary.as_str(), commit.or_earlier),
        ("2026-03-04", "Create a", false)
    );
    assert!(finding.message.contains("was edited after it shipped in"), "{}", finding.message);
    assert!(
        finding.hint.contains(&format!("git checkout {} -- :/{A}", repo.id("Create b"))),
        "{}",
        finding.hint
    );
}

#[test]
fn an_edit_of_the_same_length_within_the_moment_of_the_checkout_is_found() {
    for _ in 0..20 {
        let repo = Repo::shipped();
        repo.write(A, "create table x ();\n");
        only(&repo.check(), Kind::Edited, A);
    }
}

#[test]
fn an_edit_that_keeps_size_and_time_is_found() {
    let repo = Repo::shipped();
    std::thread::sleep(std::time::Duration::from_millis(20));
    repo.git(&["status"]);
    let file = std::fs::File::options().write(true).open(repo.root.join(A)).unwrap();
    let before = file.metadata().unwrap().modified().unwrap();
    repo.write(A, "create table x ();\n");
    file.set_modified(before).unwrap();
    only(&repo.check(), Kind::Edited, A);
}

/// The index says that the file is as shipped, and remembers its size and times as they are now. No real edit gets this far
/// on a file system with fine timestamps, so the index is forged.
#[test]
fn an_index_that_is_no_younger_than_the_file_is_not_believed() {
    use std::os::unix::fs::MetadataExt;
    let repo = Repo::shipped();
    repo.write(A, "create table x ();\n");
    let found = std::fs::metadata(repo.root.join(A)).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(20));
    let git = git2::Repository::open(&repo.root).unwrap();
    let mut index = git.index().unwrap();
    let mut entry = index.get_path(std::path::Path::new(A), 0).unwrap();
    let time = |seconds: i64, nanoseconds: i64| {
        git2::IndexTime::new(i32::try_from(seconds).unwrap(), u32::try_from(nanoseconds).unwrap())
    };
    entry.mtime = time(found.mtime(), found.mtime_nsec());
    entry.ctime = time(found.ctime(), found.ctime_nsec());
    entry.ino = u32::try_from(found.ino() & 0xffff_ffff).unwrap();
    index.add(&entry).unwrap();
    index.write().unwrap();
    clean(&repo.check());

    let index = std::fs::File::options().write(true).open(repo.root.join(".git/index")).unwrap();
    index.set_modified(found.modified().unwrap()).unwrap();
    only(&repo.check(), Kind::Edited, A);
}

#[test]
fn the_command_of_a_hint_mends_the_finding() {
    let repo = Repo::shipped();
    repo.write(A, "drop table a;\n");
    let hint = only(&repo.check(), Kind::Edited, A).hint;
    let command = hint.split('`').nth(1).unwrap();
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    support::git(&repo.root.join("supabase"), &words);
    clean(&repo.check());
}

#[test]
fn a_deleted_migration_is_found() {
    let repo = Repo::shipped();
    repo.remove(B);
    let finding = only(&repo.check(), Kind::Deleted, B);
    assert_eq!(shipped_by(&finding), repo.id("Create b"));
}

#[test]
fn a_deleted_folder_is_every_migration_deleted() {
    let repo = Repo::shipped();
    std::fs::remove_dir_all(repo.root.join("supabase/migrations")).unwrap();
    let report = repo.check();
    assert_eq!(
        report.findings.iter().map(|finding| finding.kind).collect::<Vec<_>>(),
        [Kind::Deleted, Kind::Deleted]
    );
}

#[test]
fn a_migration_with_another_name_is_renamed_and_not_deleted_and_new() {
    let repo = Repo::shipped();
    repo.rename(B, &up("20260201000000_better_name"));
    let report = repo.check();
    let finding = only(&report, Kind::Renamed, B);
    assert_eq!(finding.other, Some(PathBuf::from(up("20260201000000_better_name"))));
    assert_eq!(new(&report), NONE);
}

#[test]
fn a_migration_with_another_version_and_the_same_content_is_renamed() {
    let repo = Repo::shipped();
    repo.rename(B, &up("20260401000000_b"));
    let report = repo.check();
    only(&report, Kind::Renamed, B);
    assert_eq!(new(&report), [20260401000000]);
}

#[test]
fn a_migration_that_was_renamed_and_edited_is_told_by_its_version() {
    let repo = Repo::shipped();
    repo.remove(B);
    repo.write(&up("20260201000000_other"), "something else\n");
    let finding = only(&repo.check(), Kind::Renamed, B);
    assert!(finding.message.contains("and edited"), "{}", finding.message);
}

#[test]
fn another_encoding_of_the_same_text_is_told_as_such() {
    for (text, told) in [
        (&b"create table b ();\r\ncreate index on b ();\r\n"[..], "CRLF"),
        (b"\xef\xbb\xbfcreate table b ();\ncreate index on b ();\n", "byte order mark"),
    ] {
        let repo = Repo::shipped();
        repo.write(B, text);
        let finding = only(&repo.check(), Kind::ReEncoded, B);
        assert!(finding.message.contains(told), "{}", finding.message);
        assert!(finding.hint.contains(".gitattributes"), "{}", finding.hint);
    }
}

#[test]
fn line_endings_on_disk_count_even_where_git_would_normalise_them() {
    let repo = Repo::shipped();
    repo.write(".gitattributes", "*.sql text eol=lf\n");
    repo.commit("Keep line endings");
    repo.write(B, "create table b ();\r\ncreate index on b ();\r\n");
    only(&repo.check(), Kind::ReEncoded, B);
    assert_eq!(repo.git(&["diff", "--stat"]), "", "git itself sees no difference");
}

#[test]
fn a_migration_that_became_a_link_a_folder_or_a_submodule_is_found() {
    let repo = Repo::shipped();
    repo.rename(B, "elsewhere.sql");
    std::os::unix::fs::symlink("../../elsewhere.sql", repo.root.join(B)).unwrap();
    let finding = only(&repo.check(), Kind::MadeLink, B);
    assert!(finding.message.contains("a symbolic link"), "{}", finding.message);

    repo.remove(B);
    std::fs::create_dir(repo.root.join(B)).unwrap();
    let finding = only(&repo.check(), Kind::MadeLink, B);
    assert!(finding.message.contains("a folder"), "{}", finding.message);

    std::fs::remove_dir(repo.root.join(B)).unwrap();
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},{B}")]);
    repo.git(&["commit", "--quiet", "--message", "Submodule"]);
    let finding = only(&check(&repo.request().commit("HEAD")).unwrap(), Kind::MadeLink, B);
    assert!(finding.message.contains("a submodule"), "{}", finding.message);
}

#[test]
fn a_folder_that_became_a_link_is_one_finding_even_if_the_files_behind_it_are_the_same() {
    let repo = Repo::shipped();
    repo.rename("supabase/migrations", "moved");
    std::os::unix::fs::symlink("../moved", repo.root.join("supabase/migrations")).unwrap();
    only(&repo.check(), Kind::MadeLink, "supabase/migrations");
    repo.commit("Move");
    only(&check(&repo.request().commit("HEAD")).unwrap(), Kind::MadeLink, "supabase/migrations");
}

#[test]
fn a_changed_executable_bit_is_no_finding() {
    use std::os::unix::fs::PermissionsExt;
    let repo = Repo::shipped();
    std::fs::set_permissions(repo.root.join(B), std::fs::Permissions::from_mode(0o755)).unwrap();
    clean(&repo.check());
    repo.commit("Executable");
    clean(&check(&repo.request().commit("HEAD")).unwrap());
}

#[test]
fn a_new_version_below_a_shipped_one_is_found() {
    let repo = Repo::shipped();
    repo.write(&up("20260115000000_late"), "late");
    let report = repo.check();
    let finding = only(&report, Kind::NotAbove, &up("20260115000000_late"));
    assert_eq!(finding.other, Some(PathBuf::from(B)));
    assert_eq!(shipped_by(&finding), repo.id("Create b"));
    assert!(finding.hint.contains("--fix"), "{}", finding.hint);
    assert_eq!(new(&report), [20260115000000]);
}

#[test]
fn a_version_that_shipped_after_the_fork_counts_and_its_absence_here_does_not() {
    let repo = Repo::shipped();
    repo.write(&up("20260301000000_mine"), "mine");
    repo.commit("Mine");
    clean(&repo.check());
    repo.git(&["switch", "--quiet", "main"]);
    repo.write(&up("20260401000000_theirs"), "theirs");
    let theirs = repo.commit("Theirs");
    repo.git(&["switch", "--quiet", "work"]);
    let finding = only(&repo.check(), Kind::NotAbove, &up("20260301000000_mine"));
    assert_eq!(shipped_by(&finding), theirs);
}

#[test]
fn two_new_migrations_of_one_version_are_found() {
    let repo = Repo::shipped();
    repo.write(&up("20260301000000_a"), "a");
    repo.write(&up("20260301000000_b"), "b");
    let finding = only(&repo.check(), Kind::Duplicate, &up("20260301000000_b"));
    assert_eq!(finding.other, Some(PathBuf::from(up("20260301000000_a"))));
    assert_eq!(finding.commit, None);
}

#[test]
fn leading_zeros_do_not_make_another_version() {
    let repo = Repo::empty();
    repo.write(&up("7_a"), "a");
    repo.commit("A");
    repo.write(&up("007_b"), "b");
    only(&repo.check(), Kind::Duplicate, &up("007_b"));
}

#[test]
fn a_new_migration_with_a_shipped_version_is_found_also_when_that_shipped_after_the_fork() {
    let repo = Repo::shipped();
    repo.write(&up("20260201000000_twin"), "twin");
    let finding = only(&repo.check(), Kind::Duplicate, &up("20260201000000_twin"));
    assert_eq!(shipped_by(&finding), repo.id("Create b"));

    let repo = Repo::shipped();
    repo.write(&up("20260301000000_mine"), "mine");
    repo.commit("Mine");
    repo.git(&["switch", "--quiet", "main"]);
    repo.write(&up("20260301000000_theirs"), "theirs");
    let theirs = repo.commit("Theirs");
    repo.git(&["switch", "--quiet", "work"]);
    let finding = only(&repo.check(), Kind::Duplicate, &up("20260301000000_mine"));
    assert_eq!(shipped_by(&finding), theirs);
}

#[test]
fn a_shipped_rollback_that_changed_is_told_apart_so_that_a_round_trip_may_allow_it() {
    let repo = Repo::shipped();
    repo.write(ROLLBACK, "drop table if exists b;\n");
    let report = repo.check();
    assert_eq!(report.findings.len(), 0);
    assert!(!report.is_clean());
    let [finding] = report.changed_rollbacks.as_slice() else { panic!("{:#?}", report.changed_rollbacks) };
    assert_eq!((finding.kind, finding.version), (Kind::RollbackChanged, Some(20260201000000)));
    assert_eq!(shipped_by(finding), repo.id("Create b"));
    assert!(finding.hint.contains("db verify 20260201000000"), "{}", finding.hint);
}

#[test]
fn a_deleted_or_renamed_rollback_is_a_changed_one() {
    let repo = Repo::shipped();
    repo.remove(ROLLBACK);
    assert!(repo.check().changed_rollbacks[0].message.contains("was deleted"));
    repo.write(&down("20260201000000_other"), "drop table b;\n");
    let report = repo.check();
    assert_eq!(report.changed_rollbacks.len(), 1);
    assert!(report.changed_rollbacks[0].message.contains("was renamed"));
}

#[test]
fn a_rollback_that_is_added_to_a_shipped_migration_is_fine() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    repo.remove(ROLLBACK);
    repo.commit("Forget a rollback");
    repo.git(&["switch", "--quiet", "--create", "mend"]);
    repo.write(ROLLBACK, "drop table b;\n");
    clean(&repo.check());
}

#[test]
fn an_edit_that_the_base_made_as_well_is_not_held_against_the_branch() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    repo.write(A, "create table a (/* hotfix */);\n");
    repo.remove(B);
    repo.commit("Hotfix");
    repo.git(&["switch", "--quiet", "work"]);
    clean(&repo.check());
    repo.write(A, "create table a (/* hotfix */);\n");
    repo.remove(B);
    clean(&repo.check());
    repo.write(A, "create table a (/* a third text */);\n");
    only(&repo.check(), Kind::Edited, A);
}

#[test]
fn a_migration_that_merged_and_was_edited_on_its_branch_afterwards_is_found() {
    let repo = Repo::shipped();
    let c = up("20260301000000_c");
    repo.write(&c, "c");
    repo.commit("Create c");
    repo.git(&["switch", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--squash", "work"]);
    let squashed = repo.commit("Squashed");
    repo.git(&["switch", "--quiet", "work"]);
    let report = repo.check();
    clean(&report);
    assert_eq!(new(&report), NONE, "the base has it");
    repo.write(&c, "c, again");
    assert_eq!(shipped_by(&only(&repo.check(), Kind::Edited, &c)), squashed);
}

#[test]
fn a_commit_is_checked_without_looking_at_the_disk() {
    let repo = Repo::shipped();
    repo.write(A, "edited");
    repo.commit("Edit");
    repo.write(A, "create table a ();\n");
    clean(&repo.check());
    only(&check(&repo.request().commit("HEAD")).unwrap(), Kind::Edited, A);
    clean(&check(&repo.request().commit("HEAD^")).unwrap());
}

#[test]
fn files_that_are_no_migrations_may_change() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("supabase/migrations/README.md", "one");
    repo.write("supabase/migrations/archive/20250101000000_x.sql", "one");
    repo.commit("Files beside");
    repo.git(&["switch", "--quiet", "--create", "edit"]);
    repo.write("supabase/migrations/README.md", "two");
    repo.write("supabase/migrations/archive/20250101000000_x.sql", "two");
    clean(&repo.check());
}

#[test]
fn several_findings_come_in_one_report_in_the_order_of_paths() {
    let repo = Repo::shipped();
    repo.write(A, "edited");
    repo.remove(B);
    repo.write(&up("20260102000000_early"), "early");
    let found: Vec<Kind> = repo.check().findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(found, [Kind::Edited, Kind::NotAbove, Kind::Deleted]);
}

#[test]
fn a_merged_branch_names_the_commit_in_which_the_file_was_written() {
    let repo = Repo::shipped();
    let c = up("20260301000000_c");
    repo.commit("Before");
    repo.write(&c, "c");
    let wrote = repo.commit("Write c");
    repo.commit("After");
    repo.git(&["switch", "--quiet", "main"]);
    repo.commit("Meanwhile");
    repo.git(&["merge", "--quiet", "--no-ff", "work", "--message", "Merge work"]);
    for number in 0..40 {
        repo.commit(&format!("Later {number}"));
    }
    repo.git(&["switch", "--quiet", "--create", "edit"]);
    repo.write(&c, "edited");
    repo.write(A, "edited");
    let report = repo.check();
    let ids: Vec<String> = report.findings.iter().map(shipped_by).collect();
    assert_eq!(ids, [repo.id("Create a"), wrote]);
}

#[test]
fn a_file_that_came_back_is_named_by_a_commit_that_added_it() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    repo.remove(A);
    repo.commit("Remove a");
    repo.write(A, "create table a ();\n");
    let again = repo.commit("Bring a back");
    repo.git(&["switch", "--quiet", "--create", "edit"]);
    repo.remove(A);
    assert_eq!(shipped_by(&only(&repo.check(), Kind::Deleted, A)), again);
}

#[test]
fn a_report_is_json_with_stable_kinds_even_for_names_that_are_no_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    let name = std::ffi::OsStr::from_bytes(b"20260203000000_caf\xe9.sql");
    let path = repo.root.join("supabase/migrations").join(name);
    std::fs::write(&path, "one").unwrap();
    repo.commit("A name in Latin-1");
    repo.git(&["switch", "--quiet", "--create", "edit"]);
    clean(&repo.check());
    std::fs::write(&path, "two").unwrap();
    let report = repo.check();
    assert_eq!(report.findings[0].path.file_name(), Some(name));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["findings"][0]["kind"], "edited");
    assert_eq!(json["findings"][0]["path"], "supabase/migrations/20260203000000_caf\u{fffd}.sql");
    assert_eq!(json["findings"][0]["kind"], report.findings[0].kind.to_string());
}

#[test]
fn sqlx_pairs_in_the_folder_are_no_duplicates_and_their_down_is_a_rollback() {
    let repo = Repo::empty();
    repo.write(&up("1_a.up"), "create");
    repo.write(&up("1_a.down"), "drop");
    repo.commit("Pair");
    repo.git(&["switch", "--quiet", "--create", "work"]);
    repo.write(&up("1_a.down"), "drop if exists");
    repo.write(&up("2_b.up"), "create");
    repo.write(&up("2_b.down"), "drop");
    let report = repo.check();
    assert_eq!(report.findings.len(), 0, "{:#?}", report.findings);
    assert_eq!(report.changed_rollbacks.len(), 1);
    assert_eq!(new(&report), [2]);
}
