//! Small histories in temporary folders, and the round trip over them.
#![allow(dead_code, clippy::unwrap_used)]

use meshhook_migrate::{Folder, Source, Version};
use meshhook_sandbox::Server;
use meshhook_verify::{About, Kind, MigrationReport, Outcome, Report, Request, Seed, round_trip};
use std::fs;

/// A migration: its way up, and its rollback if it has one.
pub(crate) type Pair<'a> = (&'a str, Option<&'a str>);

/// Version of the migration at a position, from 0.
pub(crate) fn version(at: usize) -> Version {
    Version::new(20260101000000 + i64::try_from(at).unwrap())
}

/// The project's own layout with these migrations.
pub(crate) fn project(pairs: &[Pair<'_>]) -> Folder {
    let root = tempfile::tempdir().unwrap();
    let supabase = root.path().join("supabase");
    for folder in ["migrations", "rollbacks"] {
        fs::create_dir_all(supabase.join(folder)).unwrap();
    }
    for (at, (up, rollback)) in pairs.iter().enumerate() {
        let name = format!("{}_m{at}.sql", version(at));
        fs::write(supabase.join("migrations").join(&name), up).unwrap();
        if let Some(rollback) = rollback {
            fs::write(supabase.join("rollbacks").join(&name), rollback).unwrap();
        }
    }
    Folder::read(&Source::project(root.path()))
}

/// sqlx pairs with these migrations.
pub(crate) fn sqlx_pairs(pairs: &[Pair<'_>]) -> Folder {
    let root = tempfile::tempdir().unwrap();
    for (at, (up, rollback)) in pairs.iter().enumerate() {
        fs::write(root.path().join(format!("{}_m{at}.up.sql", version(at))), up).unwrap();
        if let Some(rollback) = rollback {
            fs::write(root.path().join(format!("{}_m{at}.down.sql", version(at))), rollback).unwrap();
        }
    }
    Folder::read(&Source::folder(root.path()))
}

/// House rules without what the single cases are not about.
pub(crate) fn house(pairs: &[Pair<'_>]) -> Request {
    let mut request = Request::house(project(pairs));
    assert_eq!(request.folder.migrations.len(), pairs.len());
    request.platform = false;
    request.require.idempotent = false;
    request.chain = false;
    request
}

pub(crate) fn foreign(pairs: &[Pair<'_>]) -> Request {
    let request = Request::foreign(sqlx_pairs(pairs));
    assert_eq!(request.folder.migrations.len(), pairs.len());
    request
}

pub(crate) fn seeded(mut request: Request, sql: &str) -> Request {
    request.seed = Some(Seed { path: "seed.sql".into(), sql: sql.to_owned() });
    request
}

pub(crate) async fn run(server: &Server, request: &Request) -> Report {
    round_trip(server, request, &mut |_| {}).await.unwrap()
}

pub(crate) fn of(report: &Report, at: usize) -> &MigrationReport {
    report.migrations.iter().find(|one| one.version == version(at)).unwrap()
}

/// The kinds of all findings, and everything they tell in one text.
pub(crate) fn findings(one: &MigrationReport) -> (Vec<Kind>, String) {
    let kinds = one.findings.iter().map(|finding| finding.kind).collect();
    let told = one.findings.iter().map(|finding| {
        let told = &finding.told;
        format!(
            "{} {} {} {}",
            told.message,
            told.details.join(" "),
            told.objects.join(" "),
            told.lacks.join(" ")
        )
    });
    (kinds, told.collect())
}

pub(crate) fn noted(one: &MigrationReport) -> Vec<About> {
    one.notes.iter().map(|note| note.kind).collect()
}

/// All passed: shows what was found otherwise.
pub(crate) fn assert_good(report: &Report, name: &str) {
    for one in &report.migrations {
        assert_eq!(one.outcome, Outcome::Passed, "{name}: {:#?}", one);
    }
    assert!(report.passed(), "{name}: {:#?}", report.chain);
}
