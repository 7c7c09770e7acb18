//! Drift on a real server: what was changed by hand, and the SQL that takes it back.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Production;
use meshhook_deploy::{Drift, DriftError, Outcome, drift};
use meshhook_sandbox::testing::servers;
use sqlx::Executor as _;

async fn look(production: &Production) -> Result<Drift, DriftError> {
    let mut conn = production.connect().await;
    conn.execute("SET default_transaction_read_only = on").await.unwrap();
    drift(&mut conn, &production.policy).await
}

#[tokio::test]
async fn changes_by_hand_are_told_and_the_sql_takes_them_back() {
    for server in servers().await {
        let production = Production::new(&server).await;
        production.write(
            "1_one",
            "create table public.one (id int primary key, name text);",
            "drop table public.one;",
        );
        assert!(matches!(look(&production).await, Err(DriftError::NoBase)));
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        assert!(look(&production).await.unwrap().is_none());

        production
            .execute(
                "create index by_hand on public.one (name); alter table public.one alter name set not null",
            )
            .await;
        let found = look(&production).await.unwrap();
        let sentences: Vec<&str> = found.differences.iter().map(|it| it.sentence.as_str()).collect();
        assert_eq!(
            sentences,
            [
                "column `name` of `public.one` is NOT NULL, was nullable",
                "index `by_hand` on `public.one` is added"
            ]
        );
        assert_eq!(found.command, "deploy");
        production.execute(&found.sql.join("\n")).await;
        assert!(look(&production).await.unwrap().is_none());
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn what_is_made_at_run_time_is_no_drift_also_when_that_was_declared_later() {
    for server in servers().await {
        let mut production = Production::new(&server).await;
        production.write(
            "1_one",
            "create table public.p_y1 (); create table public.one ();",
            "drop table public.one, public.p_y1;",
        );
        assert_eq!(production.deploy().await.outcome, Outcome::Succeeded);
        production.execute("drop table public.p_y1; create table public.p_y2 ()").await;
        assert_eq!(look(&production).await.unwrap().differences.len(), 2);
        production.policy.runtime = vec!["public.p_y*".to_owned()];
        assert!(look(&production).await.unwrap().is_none());
        server.stop().await.unwrap();
    }
}
