//! Announcements: as they are, as somebody malicious would like them, and far too long.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use meshhook_notify::{Announcement, Failure, MigrationLine, Outcome, StepStatus};

fn line(version: &str, name: &str, status: StepStatus, ms: Option<u64>) -> MigrationLine {
    MigrationLine { version: version.into(), name: name.into(), status, took: ms.map(Duration::from_millis) }
}

pub fn succeeded() -> Announcement {
    let started: DateTime<Utc> = "2026-07-06T10:10:00Z".parse().unwrap();
    Announcement {
        outcome: Outcome::Succeeded,
        environment: "production".into(),
        run: Some("0197dd4e-7d8c-7b3e-9b7c-3c7e3c6f1a2b".parse().unwrap()),
        from: Some("20260701120000".into()),
        to: Some("20260706101000".into()),
        migrations: vec![
            line("20260703090000", "add_run_labels", StepStatus::Applied, Some(340)),
            line("20260706101000", "index_run_idempotency_keys", StepStatus::Applied, Some(1_250)),
        ],
        failure: None,
        state: "The database is at 20260706101000, and its schema is as rehearsed".into(),
        next: vec![],
        notes: vec![],
        commit: Some("4f2a9c1e0b7d4f2a9c1e0b7d4f2a9c1e0b7d4f2a".into()),
        actor: Some("octocat".into()),
        ci_url: Some("https://github.com/acme/app/actions/runs/1".into()),
        started,
        finished: started + TimeDelta::milliseconds(4_200),
    }
}

pub fn rolled_back() -> Announcement {
    Announcement {
        outcome: Outcome::RolledBack,
        migrations: vec![
            line("20260703090000", "add_run_labels", StepStatus::TakenBack, Some(340)),
            line("20260704080000", "unique_run_keys", StepStatus::Failed, Some(90)),
            line("20260706101000", "index_run_idempotency_keys", StepStatus::NotRun, None),
        ],
        failure: Some(Failure {
            place: Some("supabase/migrations/20260704080000_unique_run_keys.sql:3:14".into()),
            code: Some("23505".into()),
            message: "could not create unique index \"runs_key\"".into(),
            details: vec![
                "DETAIL: Key (key)=(a) is duplicated.".into(),
                "3 | CREATE UNIQUE INDEX runs_key ON runs (key);".into(),
            ],
        }),
        state: "The database is at 20260701120000, as it was before the deploy: catalog and rows compared"
            .into(),
        next: vec![
            "Mend supabase/migrations/20260704080000_unique_run_keys.sql and merge it".into(),
            "cargo xtask db deploy --env production".into(),
        ],
        ..succeeded()
    }
}

pub fn needs_person() -> Announcement {
    Announcement {
        outcome: Outcome::NeedsPerson,
        state: "20260703090000 is applied and could not be taken back; 20260704080000 is not applied".into(),
        next: vec![
            "cargo xtask db status --env production".into(),
            "cargo xtask db rollback --env production --to 20260701120000".into(),
            "or go on: cargo xtask db deploy --env production".into(),
        ],
        notes: vec!["The rollback of 20260703090000 would lose 12 rows of public.labels".into()],
        ..rolled_back()
    }
}

/// What a hostile name or message would like to do to a reader.
pub const HOSTILE: &str = "a\nb`c```d\r\n::error::e<!channel>@everyone<@U1></script><script>f</script>[g](javascript:h)\u{202e}i\0j🦀&k|l*m_n~o\"p'q\\r";

pub fn hostile() -> Announcement {
    let text = HOSTILE.to_owned();
    Announcement {
        environment: text.clone(),
        from: Some(text.clone()),
        to: Some(text.clone()),
        migrations: vec![line(&text, &text, StepStatus::Failed, Some(1))],
        failure: Some(Failure {
            place: Some(text.clone()),
            code: Some(text.clone()),
            message: text.clone(),
            details: vec![text.clone()],
        }),
        state: text.clone(),
        next: vec![text.clone(), format!("cargo {text}")],
        notes: vec![text.clone()],
        commit: Some(text.clone()),
        actor: Some(text.clone()),
        ci_url: Some(format!("https://x.io/{text}")),
        ..rolled_back()
    }
}

/// Longer than any channel takes, in characters that each channel writes longest.
pub fn enormous() -> Announcement {
    let long = |unit: &str| unit.repeat(25_000 / unit.len());
    let mut migrations: Vec<_> = (0..900)
        .map(|n| {
            line(
                &format!("2026{n:010}"),
                &format!("m{n}_{}", "_<&>`🦀".repeat(8)),
                StepStatus::Applied,
                Some(5),
            )
        })
        .collect();
    migrations[450].status = StepStatus::Failed;
    migrations[450].name = "the_failed_one".into();
    Announcement {
        environment: format!("production{}", long("🦀<")),
        migrations,
        failure: Some(Failure {
            place: Some(format!("supabase/migrations/20260000000450_the_failed_one.sql:3:14{}", long("&"))),
            code: Some("23505".into()),
            message: format!("could not create unique index{}", long("<`\u{1}\\🦀")),
            details: (0..14).map(|_| long("\"&`")).collect(),
        }),
        state: format!("As it was before{}", long("@>_")),
        next: (0..14)
            .map(|n| {
                if n == 0 {
                    format!("cargo xtask db deploy --env production {}", long("<"))
                } else {
                    long("#é")
                }
            })
            .collect(),
        notes: vec![long("ü&"), long("[x](y)")],
        actor: Some(long("🦀")),
        commit: Some(long("f")),
        from: Some(long("1")),
        to: Some(long("2")),
        ci_url: Some(format!("https://x.io/{}", long("y"))),
        ..rolled_back()
    }
}
