//! `--fix`: what moves, what stays, and that the check passes afterwards.

mod support;

use std::path::PathBuf;

use meshhook_history::{FixError, Move, check, fix};
use support::{Repo, clean, down, new, up};

fn names(moves: &[Move]) -> Vec<(i64, usize)> {
    moves.iter().map(|step| (step.from_version, step.files.len())).collect()
}

#[test]
fn a_clean_branch_has_nothing_to_move() {
    let repo = Repo::shipped();
    repo.write(&up("20260301000000_c"), "c");
    assert_eq!(fix(&repo.request()).unwrap(), []);
    assert!(repo.exists(&up("20260301000000_c")));
}

#[test]
fn a_migration_that_comes_too_early_moves_above_all_together_with_its_rollback() {
    let repo = Repo::shipped();
    repo.write(&up("20260115000000_late"), "up");
    repo.write(&down("20260115000000_late"), "down");
    let moves = fix(&repo.request()).unwrap();
    assert_eq!(names(&moves), [(20260115000000, 2)]);
    let version = moves[0].to_version;
    assert!(version > 20260201000000 && version.to_string().len() == 14, "{version}");
    for (path, text) in [(up(&format!("{version}_late")), "up"), (down(&format!("{version}_late")), "down")] {
        assert_eq!(std::fs::read_to_string(repo.root.join(path)).unwrap(), text);
    }
    assert!(!repo.exists(&up("20260115000000_late")) && !repo.exists(&down("20260115000000_late")));
    let report = repo.check();
    clean(&report);
    assert_eq!(new(&report), [version]);
    assert_eq!(moves[0].files[0].1, PathBuf::from(up(&format!("{version}_late"))));
}

#[test]
fn a_committed_migration_moves_as_well() {
    let repo = Repo::shipped();
    repo.write(&up("20260115000000_late"), "up");
    repo.commit("Late");
    assert_eq!(names(&fix(&repo.request()).unwrap()), [(20260115000000, 1)]);
    clean(&repo.check());
    repo.commit("Fixed");
    clean(&check(&repo.request().commit("HEAD")).unwrap());
}

#[test]
fn new_migrations_keep_their_order_also_with_one_that_was_high_enough() {
    let repo = Repo::shipped();
    for stem in ["20260115000000_first", "20260116000000_second", "20260301000000_third"] {
        repo.write(&up(stem), stem);
    }
    let moves = fix(&repo.request()).unwrap();
    assert_eq!(names(&moves), [(20260115000000, 1), (20260116000000, 1), (20260301000000, 1)]);
    assert!(moves.is_sorted_by_key(|step| step.to_version));
    clean(&repo.check());
}

#[test]
fn of_two_with_one_version_the_first_stays() {
    let repo = Repo::shipped();
    repo.write(&up("20260301000000_a"), "a");
    repo.write(&down("20260301000000_a"), "a");
    repo.write(&up("20260301000000_b"), "b");
    repo.write(&down("20260301000000_b"), "b");
    let moves = fix(&repo.request()).unwrap();
    assert_eq!(names(&moves), [(20260301000000, 2)]);
    assert!(repo.exists(&up("20260301000000_a")) && repo.exists(&down("20260301000000_a")));
    assert!(!repo.exists(&up("20260301000000_b")) && !repo.exists(&down("20260301000000_b")));
    clean(&repo.check());
}

#[test]
fn a_shipped_migration_never_moves_even_if_a_new_one_has_its_version_and_sorts_before_it() {
    let repo = Repo::shipped();
    repo.write(&up("20260201000000_aa"), "new");
    assert_eq!(names(&fix(&repo.request()).unwrap()), [(20260201000000, 1)]);
    assert!(repo.exists(&up("20260201000000_b")) && repo.exists(&down("20260201000000_b")));
    clean(&repo.check());
}

#[test]
fn a_version_that_shipped_after_the_fork_is_moved_past() {
    let repo = Repo::shipped();
    repo.git(&["switch", "--quiet", "main"]);
    repo.write(&up("20991231235959_far"), "far");
    repo.commit("Far");
    repo.git(&["switch", "--quiet", "work"]);
    repo.write(&up("20260301000000_mine"), "mine");
    assert_eq!(fix(&repo.request()).unwrap()[0].to_version, 20991231235960);
    clean(&repo.check());
}

#[test]
fn sequence_numbers_stay_sequence_numbers() {
    let repo = Repo::empty();
    repo.write(&up("0001_a"), "a");
    repo.write(&up("0003_b"), "b");
    repo.commit("Shipped");
    repo.write(&up("0002_c"), "c");
    fix(&repo.request()).unwrap();
    assert!(repo.exists(&up("0004_c")));
    clean(&repo.check());
}

#[test]
fn an_edited_or_renamed_shipped_migration_is_left_to_a_person() {
    let repo = Repo::shipped();
    repo.write(&up("20260101000000_a"), "edited");
    repo.rename(&up("20260201000000_b"), &up("20260101000001_b"));
    assert_eq!(fix(&repo.request()).unwrap(), []);
    assert_eq!(repo.check().findings.len(), 2);
}

#[test]
fn nothing_is_overwritten_and_nothing_moves_when_a_name_is_taken() {
    let repo = Repo::empty();
    repo.write(&up("2_a"), "a");
    repo.commit("Shipped");
    repo.write(&up("1_new"), "up");
    repo.write(&down("1_new"), "down");
    repo.write(&down("3_new"), "precious");
    let error = fix(&repo.request()).unwrap_err();
    assert!(matches!(&error, FixError::InTheWay { path } if path.as_os_str() == &*down("3_new")), "{error}");
    assert!(repo.exists(&up("1_new")) && repo.exists(&down("1_new")) && !repo.exists(&up("3_new")));
    assert_eq!(std::fs::read_to_string(repo.root.join(down("3_new"))).unwrap(), "precious");
}

#[test]
fn a_commit_cannot_be_fixed() {
    let repo = Repo::shipped();
    assert!(matches!(fix(&repo.request().commit("HEAD")), Err(FixError::NotTheWorkingTree)));
}

#[test]
fn the_down_of_a_sqlx_pair_moves_with_its_up() {
    let repo = Repo::empty();
    repo.write(&up("2_a.up"), "a");
    repo.write(&up("2_a.down"), "a");
    repo.commit("Shipped");
    repo.write(&up("1_b.up"), "b");
    repo.write(&up("1_b.down"), "b");
    assert_eq!(names(&fix(&repo.request()).unwrap()), [(1, 2)]);
    assert!(repo.exists(&up("3_b.up")) && repo.exists(&up("3_b.down")));
    clean(&repo.check());
}
