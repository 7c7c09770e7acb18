//! Definitions, runs and events, as the service's role.

mod support;

use meshhook_store::definitions::{self, Status};
use meshhook_store::runs::{self, Outcome};
use meshhook_store::{StoreError, events};
use serde_json::json;
use support::{draft, on_each_server};
use uuid::Uuid;

#[test]
fn a_workflow_counts_its_versions_and_runs_start_from_the_latest_published_one() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        assert_eq!(definitions::current(&mut db, project.id, "orders").await.unwrap(), None);
        let first = definitions::add_draft(&mut db, draft(&project, "orders")).await.unwrap();
        assert_eq!((first.version, first.status, first.published_at), (1, Status::Draft, None));
        let first = definitions::publish(&mut db, first.id).await.unwrap().unwrap();
        assert!(first.published_at.is_some());
        let second = definitions::add_draft(&mut db, draft(&project, "orders")).await.unwrap();
        assert_eq!(second.version, 2);
        assert_eq!(definitions::current(&mut db, project.id, "orders").await.unwrap(), Some(first.clone()));
        definitions::publish(&mut db, second.id).await.unwrap();
        let current = definitions::current(&mut db, project.id, "orders").await.unwrap().unwrap();
        assert_eq!(current.version, 2);
        let archived = definitions::archive(&mut db, second.id).await.unwrap().unwrap();
        assert_eq!(archived.status, Status::Archived);
        assert_eq!(definitions::current(&mut db, project.id, "orders").await.unwrap(), Some(first));
        let versions = definitions::versions(&mut db, project.id, "orders").await.unwrap();
        assert_eq!(versions.iter().map(|version| version.version).collect::<Vec<_>>(), [2, 1]);
        let workflows = definitions::workflows(&mut db, project.id).await.unwrap();
        assert_eq!(workflows.len(), 1);
        assert_eq!((workflows[0].version, workflows[0].status), (2, Status::Archived));
    });
}

#[test]
fn a_draft_changes_and_a_published_version_never_does() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let version = definitions::add_draft(&mut db, draft(&project, "orders")).await.unwrap();
        let edited =
            definitions::edit_draft(&mut db, version.id, "New name", &json!({ "steps": [1] })).await.unwrap();
        assert_eq!(edited.unwrap().name, "New name");
        definitions::publish(&mut db, version.id).await.unwrap();

        let error = definitions::edit_draft(&mut db, version.id, "Other", &json!({})).await.unwrap_err();
        let StoreError::Immutable { message, hint } = &error else { panic!("{error:?}") };
        assert!(
            message.contains("version 1 of workflow \"orders\" was published and cannot change"),
            "{message}"
        );
        assert_eq!(hint.as_deref(), Some("Create a new version."));
        let error = definitions::delete(&mut db, version.id).await.unwrap_err();
        assert!(matches!(error, StoreError::Immutable { .. }), "{error:?}");
        assert_eq!(definitions::find(&mut db, version.id).await.unwrap().unwrap().name, "New name");

        definitions::archive(&mut db, version.id).await.unwrap();
        let error = definitions::edit_draft(&mut db, version.id, "Other", &json!({})).await.unwrap_err();
        assert!(matches!(error, StoreError::Immutable { .. }), "{error:?}");
    });
}

#[test]
fn a_draft_can_be_deleted_and_what_does_not_exist_is_none() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let version = definitions::add_draft(&mut db, draft(&project, "orders")).await.unwrap();
        assert!(definitions::delete(&mut db, version.id).await.unwrap());
        assert!(!definitions::delete(&mut db, version.id).await.unwrap());
        assert_eq!(definitions::find(&mut db, version.id).await.unwrap(), None);
        assert_eq!(definitions::edit_draft(&mut db, version.id, "x", &json!({})).await.unwrap(), None);
        assert_eq!(definitions::publish(&mut db, version.id).await.unwrap(), None);
        assert_eq!(definitions::archive(&mut db, version.id).await.unwrap(), None);
        let error = definitions::add_draft(&mut db, draft(&project, "Not a slug")).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    });
}

#[test]
fn a_webhook_that_is_delivered_twice_starts_one_run() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let version = fresh.published(&project).await;
        let first = runs::start(&mut db, version.id, &json!({ "order": 1 }), Some("delivery-1"))
            .await
            .unwrap()
            .unwrap();
        assert!(first.new);
        assert_eq!((first.run.project_id, first.run.status), (project.id, runs::Status::Running));
        let again = runs::start(&mut db, version.id, &json!({ "order": 2 }), Some("delivery-1"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((again.new, again.run), (false, first.run));
        for _ in 0..2 {
            assert!(runs::start(&mut db, version.id, &json!({}), None).await.unwrap().unwrap().new);
        }
        assert_eq!(runs::start(&mut db, Uuid::nil(), &json!({}), Some("delivery-1")).await.unwrap(), None);
        assert_eq!(runs::list(&mut db, project.id, None, 10).await.unwrap().len(), 3);
    });
}

#[test]
fn two_deliveries_at_once_start_one_run() {
    use sqlx::Connection as _;
    on_each_server(async |fresh| {
        let version = fresh.published(&fresh.project().await).await;
        let (mut one, mut other) = (fresh.service().await, fresh.service().await);
        let mut open = one.begin().await.unwrap();
        let first = runs::start(&mut open, version.id, &json!({}), Some("key")).await.unwrap().unwrap();
        let waiting =
            tokio::spawn(async move { runs::start(&mut other, version.id, &json!({}), Some("key")).await });
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert!(!waiting.is_finished(), "the second waits to see what becomes of the first");
        open.commit().await.unwrap();
        let second = waiting.await.unwrap().unwrap().unwrap();
        assert_eq!((second.new, second.run.id), (false, first.run.id));
    });
}

#[test]
fn a_run_is_paused_resumed_and_ends_once() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let version = fresh.published(&project).await;
        let run = runs::start(&mut db, version.id, &json!({}), None).await.unwrap().unwrap().run;
        assert!(!runs::resume(&mut db, run.id).await.unwrap());
        assert!(runs::pause(&mut db, run.id).await.unwrap());
        assert!(!runs::pause(&mut db, run.id).await.unwrap());
        assert!(runs::find(&mut db, run.id).await.unwrap().unwrap().paused_at.is_some());
        let paused = runs::list(&mut db, project.id, Some(runs::Status::Paused), 10).await.unwrap();
        assert_eq!(paused.len(), 1);
        assert!(runs::resume(&mut db, run.id).await.unwrap());
        let done =
            runs::finish(&mut db, run.id, Outcome::Succeeded(&json!({ "ok": true }))).await.unwrap().unwrap();
        assert_eq!((done.status, done.output), (runs::Status::Succeeded, Some(json!({ "ok": true }))));
        assert!(done.finished_at.is_some());
        assert_eq!(runs::finish(&mut db, run.id, Outcome::Failed("too late")).await.unwrap(), None);

        let run = runs::start(&mut db, version.id, &json!({}), None).await.unwrap().unwrap().run;
        let failed = runs::finish(&mut db, run.id, Outcome::Failed("no route")).await.unwrap().unwrap();
        assert_eq!((failed.status, failed.error.as_deref()), (runs::Status::Failed, Some("no route")));
        let run = runs::start(&mut db, version.id, &json!({}), None).await.unwrap().unwrap().run;
        let canceled = runs::finish(&mut db, run.id, Outcome::Canceled).await.unwrap().unwrap();
        assert_eq!(canceled.status, runs::Status::Canceled);
    });
}

#[test]
fn events_are_replayed_in_order_and_never_change() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let version = fresh.published(&fresh.project().await).await;
        let run = runs::start(&mut db, version.id, &json!({}), None).await.unwrap().unwrap().run;
        for step in 0..5 {
            events::append(&mut db, run.id, "step.completed", &json!({ "step": step })).await.unwrap();
        }
        let first = events::replay(&mut db, run.id, 0, 3).await.unwrap();
        let rest = events::replay(&mut db, run.id, first.last().unwrap().id, 100).await.unwrap();
        let steps: Vec<i64> =
            first.iter().chain(&rest).map(|event| event.payload["step"].as_i64().unwrap()).collect();
        assert_eq!((first.len(), steps), (3, vec![0, 1, 2, 3, 4]));

        let mut admin = fresh.admin().await;
        let edit =
            sqlx::query("UPDATE public.workflow_events SET type = 'step.failed'").execute(&mut admin).await;
        let error = StoreError::from(edit.unwrap_err());
        assert!(matches!(error, StoreError::Immutable { .. }), "{error:?}");
        let error = events::append(&mut db, Uuid::nil(), "x", &json!({})).await.unwrap_err();
        assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
    });
}

#[test]
fn partitions_are_made_ahead_and_events_move_into_theirs() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let version = fresh.published(&fresh.project().await).await;
        let run = runs::start(&mut db, version.id, &json!({}), None).await.unwrap().unwrap().run;
        let event = events::append(&mut db, run.id, "run.started", &json!({})).await.unwrap();
        let made = events::maintain(&mut db, 2, 12).await.unwrap();
        assert_eq!(made.len(), 3, "this month and two more: {made:?}");
        assert!(made.iter().all(|step| step.action == "created"), "{made:?}");
        assert_eq!(events::maintain(&mut db, 2, 12).await.unwrap(), []);
        assert_eq!(events::replay(&mut db, run.id, 0, 10).await.unwrap(), [event]);
    });
}
