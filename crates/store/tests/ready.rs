//! A service starts on a database that fits its build, and on no other.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where tests do")]

mod support;

use meshhook_store::migrations::{Differences, MIGRATOR, NotReady, ready};
use sqlx::PgConnection;
use support::on_each_server;

async fn differences(db: &mut PgConnection) -> Differences {
    match ready(db).await {
        Err(NotReady::Differs(differences)) => differences,
        other => panic!("{other:?}"),
    }
}

async fn execute(db: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).execute(db).await.unwrap();
}

fn last() -> i64 {
    MIGRATOR.iter().map(|step| step.version).max().unwrap()
}

#[test]
fn a_database_at_head_is_ready_and_asking_writes_nothing() {
    on_each_server(async |fresh| {
        let mut db = fresh.admin().await;
        execute(&mut db, "SET default_transaction_read_only = on").await;
        ready(&mut db).await.unwrap();
    });
}

#[test]
fn a_database_without_a_ledger_is_not_ready() {
    on_each_server(async |fresh| {
        let empty = fresh.empty().await;
        let error = ready(&mut empty.connect().await.unwrap()).await.unwrap_err();
        assert!(
            matches!(error, NotReady::NoLedger { pending } if pending == MIGRATOR.iter().count()),
            "{error:?}"
        );
        assert!(error.to_string().contains("cargo xtask db up"), "{error}");
    });
}

#[test]
fn a_database_that_is_behind_is_not_ready() {
    on_each_server(async |fresh| {
        let mut db = fresh.admin().await;
        sqlx::query("DELETE FROM meshhook_ops._sqlx_migrations WHERE version = $1")
            .bind(last())
            .execute(&mut db)
            .await
            .unwrap();
        let found = differences(&mut db).await;
        assert_eq!(found, Differences { behind: vec![last()], ..Differences::default() });
        assert!(!found.only_ahead());
        assert!(found.to_string().contains(&format!("behind, without {}", last())), "{found}");
    });
}

#[test]
fn a_database_that_is_ahead_is_not_ready_and_says_that_it_is_only_that() {
    on_each_server(async |fresh| {
        let mut db = fresh.admin().await;
        execute(
            &mut db,
            "INSERT INTO meshhook_ops._sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (29990101000000, 'of a newer build', true, '', 0)",
        )
        .await;
        let found = differences(&mut db).await;
        assert_eq!(found, Differences { ahead: vec![29990101000000], ..Differences::default() });
        assert!(found.only_ahead());
    });
}

#[test]
fn an_edited_and_an_interrupted_migration_are_told_apart_and_at_once() {
    on_each_server(async |fresh| {
        let mut db = fresh.admin().await;
        let first = MIGRATOR.iter().map(|step| step.version).min().unwrap();
        sqlx::query("UPDATE meshhook_ops._sqlx_migrations SET checksum = '\\x00' WHERE version = $1")
            .bind(first)
            .execute(&mut db)
            .await
            .unwrap();
        sqlx::query("UPDATE meshhook_ops._sqlx_migrations SET success = false WHERE version = $1")
            .bind(last())
            .execute(&mut db)
            .await
            .unwrap();
        let found = differences(&mut db).await;
        assert_eq!(
            found,
            Differences { edited: vec![first], interrupted: vec![last()], ..Differences::default() }
        );
        let error = NotReady::Differs(found).to_string();
        assert!(error.contains("edited since") && error.contains("not finished"), "{error}");
    });
}

#[test]
fn a_role_that_may_not_read_the_ledger_is_told_so() {
    on_each_server(async |fresh| {
        let mut db = fresh.request_of(fresh.user().await).await;
        let error = ready(&mut db).await.unwrap_err();
        assert!(matches!(error, NotReady::Unreadable(_)), "{error:?}");
    });
}
