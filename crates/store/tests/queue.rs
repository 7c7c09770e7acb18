//! The queue, with workers as the service's role on connections of their own.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where tests do")]

mod support;

use std::time::Duration;

use chrono::Utc;
use meshhook_store::queue::{self, Failed, Job, NewJob};
use meshhook_store::{StoreError, runs};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use support::on_each_server;

const STEPS: &str = "workflow-steps";

async fn put(db: &mut PgConnection, number: i32, priority: i32) -> i64 {
    let payload = json!({ "number": number });
    let job = NewJob { priority, ..NewJob::new(STEPS, &payload) };
    queue::enqueue(db, job).await.unwrap().unwrap()
}

async fn claim(db: &mut PgConnection, max: u16) -> Vec<Job> {
    queue::claim(db, STEPS, "test", max, None).await.unwrap()
}

/// As if the time had come.
async fn make_visible(db: &mut PgConnection) {
    sqlx::query("UPDATE public.jobs SET visible_at = now() - interval '1 second'").execute(db).await.unwrap();
}

fn numbers(jobs: &[Job]) -> Vec<i64> {
    jobs.iter().map(|job| job.payload["number"].as_i64().unwrap()).collect()
}

#[test]
fn the_most_urgent_job_comes_first_and_a_claimed_one_is_hidden() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        for (number, priority) in [(1, 0), (2, 9), (3, 0)] {
            put(&mut db, number, priority).await;
        }
        let first = claim(&mut db, 2).await;
        assert_eq!(numbers(&first), [2, 1]);
        assert_eq!((first[0].attempts, first[0].queue.as_str()), (1, STEPS));
        assert_eq!(numbers(&claim(&mut db, 10).await), [3]);
        assert_eq!(claim(&mut db, 10).await, []);
    });
}

#[test]
fn two_workers_never_get_the_same_job_and_never_wait_for_each_other() {
    on_each_server(async |fresh| {
        let (mut one, mut other) = (fresh.service().await, fresh.service().await);
        for number in 0..4 {
            put(&mut one, number, 0).await;
        }
        let mut open = one.begin().await.unwrap();
        assert_eq!(numbers(&claim(&mut open, 2).await), [0, 1]);
        // the first worker's transaction is open and holds its rows
        let second = tokio::time::timeout(Duration::from_secs(5), claim(&mut other, 10)).await.unwrap();
        assert_eq!(numbers(&second), [2, 3]);
        open.rollback().await.unwrap();
        assert_eq!(numbers(&claim(&mut other, 10).await), [0, 1], "a claim that was rolled back is none");
    });
}

#[test]
fn a_completed_job_is_gone_and_a_lost_claim_completes_nothing() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        put(&mut db, 1, 0).await;
        let stale = claim(&mut db, 1).await.remove(0);
        make_visible(&mut db).await;
        let taken = claim(&mut db, 1).await.remove(0);
        assert_eq!((taken.id, taken.attempts), (stale.id, 2), "the worker died, and the job came back");
        assert_ne!(taken.token, stale.token);
        assert!(!queue::complete(&mut db, stale.id, stale.token).await.unwrap());
        assert_eq!(queue::fail(&mut db, stale.id, stale.token, "late", true).await.unwrap(), Failed::Lost);
        let extended = queue::extend(&mut db, stale.id, stale.token, Duration::from_secs(60)).await.unwrap();
        assert_eq!(extended, None);
        assert!(queue::complete(&mut db, taken.id, taken.token).await.unwrap());
        make_visible(&mut db).await;
        assert_eq!(claim(&mut db, 1).await, []);
    });
}

#[test]
fn a_claim_lasts_as_long_as_asked_for_and_can_be_extended() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        put(&mut db, 1, 0).await;
        let hour = Duration::from_secs(3600);
        let job = queue::claim(&mut db, STEPS, "test", 1, Some(hour)).await.unwrap().remove(0);
        let minutes = (job.visible_at - Utc::now()).num_minutes();
        assert!((58..=60).contains(&minutes), "{minutes} minutes");
        let until = queue::extend(&mut db, job.id, job.token, 2 * hour).await.unwrap().unwrap();
        let minutes = (until - Utc::now()).num_minutes();
        assert!((118..=120).contains(&minutes), "{minutes} minutes");
    });
}

#[test]
fn a_failing_job_waits_twice_as_long_each_time_and_then_dies() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let id = put(&mut db, 1, 0).await;
        let mut waits = Vec::new();
        for attempt in 1..=5 {
            let job = claim(&mut db, 1).await.remove(0);
            assert_eq!(job.attempts, attempt);
            let expected = if attempt < 5 { Failed::Retrying } else { Failed::Dead };
            let reason = format!("failure {attempt}");
            assert_eq!(queue::fail(&mut db, id, job.token, &reason, true).await.unwrap(), expected);
            if attempt < 5 {
                assert_eq!(claim(&mut db, 1).await, [], "it waits");
                let wait: f64 = sqlx::query_scalar(
                    "SELECT extract(epoch FROM visible_at - updated_at)::float8 FROM public.jobs WHERE id = $1",
                )
                .bind(id)
                .fetch_one(&mut db)
                .await
                .unwrap();
                waits.push(wait);
                make_visible(&mut db).await;
            }
        }
        // 5, 10, 20, 40 seconds, spread by a tenth
        for (wait, base) in waits.iter().zip([5.0, 10.0, 20.0, 40.0]) {
            assert!((base..=base * 1.1 + 1.0).contains(wait), "{waits:?}");
        }
        let dead = queue::dead(&mut db, STEPS, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].id, dead[0].attempts), (1, id, 5));
        assert_eq!(dead[0].last_error.as_deref(), Some("failure 5"));

        assert!(queue::requeue(&mut db, id).await.unwrap());
        assert!(!queue::requeue(&mut db, id).await.unwrap());
        let job = claim(&mut db, 1).await.remove(0);
        assert_eq!((job.id, job.attempts, job.last_error.as_deref()), (id, 1, Some("failure 5")));
    });
}

#[test]
fn a_hopeless_job_dies_at_once_and_one_whose_worker_vanished_dies_after_its_last_attempt() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        put(&mut db, 1, 0).await;
        let job = claim(&mut db, 1).await.remove(0);
        assert_eq!(queue::fail(&mut db, job.id, job.token, "hopeless", false).await.unwrap(), Failed::Dead);
        put(&mut db, 2, 0).await;
        for _ in 0..5 {
            assert_eq!(claim(&mut db, 1).await.len(), 1);
            make_visible(&mut db).await;
        }
        assert_eq!(claim(&mut db, 1).await, []);
        let dead = queue::dead(&mut db, STEPS, 10).await.unwrap();
        assert_eq!(dead.len(), 2);
        assert_eq!(dead[0].last_error.as_deref(), Some("the worker test did not report back"));
    });
}

#[test]
fn a_job_waits_for_its_delay_and_a_second_one_with_its_key_is_not_made() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let payload = json!({ "number": 1 });
        let job = NewJob {
            delay: Duration::from_secs(3600),
            dedupe_key: Some("key"),
            ..NewJob::new(STEPS, &payload)
        };
        let id = queue::enqueue(&mut db, job).await.unwrap();
        assert!(id.is_some());
        assert_eq!(queue::enqueue(&mut db, job).await.unwrap(), id);
        assert_eq!(claim(&mut db, 10).await, []);
        make_visible(&mut db).await;
        assert_eq!(claim(&mut db, 10).await.len(), 1);
    });
}

#[test]
fn a_job_belongs_to_a_project_and_a_run_and_goes_with_them() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let version = fresh.published(&project).await;
        let run = runs::start(&mut db, version.id, &json!({}), None).await.unwrap().unwrap().run;
        let payload = json!({ "number": 1 });
        let job = NewJob { project: Some(project.id), run: Some(run.id), ..NewJob::new(STEPS, &payload) };
        queue::enqueue(&mut db, job).await.unwrap();
        let job = claim(&mut db, 1).await.remove(0);
        assert_eq!((job.project_id, job.run_id), (Some(project.id), Some(run.id)));
        meshhook_store::projects::delete(&mut db, project.id).await.unwrap();
        assert!(!queue::complete(&mut db, job.id, job.token).await.unwrap());
    });
}

#[test]
fn a_queue_that_does_not_exist_is_named() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let payload = json!({});
        let error = queue::enqueue(&mut db, NewJob::new("nowhere", &payload)).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Missing { message, .. } if message.contains("nowhere")),
            "{error:?}"
        );
        let error = queue::claim(&mut db, "nowhere", "test", 1, None).await.unwrap_err();
        assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
    });
}
