//! Row level security and grants, seen through the same functions: one user's request sees nothing of another's.

mod support;

use meshhook_store::audit::{self, Record};
use meshhook_store::projects::{self, Role};
use meshhook_store::queue::{self, NewJob};
use meshhook_store::secrets::{self, Encrypted};
use meshhook_store::{StoreError, definitions, events, runs};
use serde_json::json;
use support::{draft, on_each_server};

fn value(text: &str) -> Encrypted {
    Encrypted { ciphertext: text.as_bytes().to_vec(), nonce: vec![7; 12], key_id: "key-1".to_owned() }
}

#[test]
fn a_stranger_sees_and_changes_nothing_of_a_project() {
    on_each_server(async |fresh| {
        let project = fresh.project().await;
        let version = fresh.published(&project).await;
        let mut service = fresh.service().await;
        let run = runs::start(&mut service, version.id, &json!({}), None).await.unwrap().unwrap().run;
        events::append(&mut service, run.id, "run.started", &json!({})).await.unwrap();
        secrets::set(&mut service, project.id, "TOKEN", &value("x")).await.unwrap();

        let mut stranger = fresh.request_of(fresh.user().await).await;
        assert_eq!(projects::find(&mut stranger, project.id).await.unwrap(), None);
        assert_eq!(projects::list(&mut stranger, project.owner_id).await.unwrap(), []);
        assert_eq!(projects::members(&mut stranger, project.id).await.unwrap(), []);
        assert!(!projects::rename(&mut stranger, project.id, "Mine").await.unwrap());
        assert!(!projects::delete(&mut stranger, project.id).await.unwrap());
        assert_eq!(definitions::find(&mut stranger, version.id).await.unwrap(), None);
        assert_eq!(definitions::workflows(&mut stranger, project.id).await.unwrap(), []);
        assert_eq!(definitions::archive(&mut stranger, version.id).await.unwrap(), None);
        assert_eq!(runs::find(&mut stranger, run.id).await.unwrap(), None);
        assert!(!runs::pause(&mut stranger, run.id).await.unwrap());
        assert_eq!(events::replay(&mut stranger, run.id, 0, 10).await.unwrap(), []);
        assert_eq!(secrets::list(&mut stranger, project.id).await.unwrap(), []);
        assert_eq!(audit::list(&mut stranger, project.id, None, 10).await.unwrap(), []);
        let error = definitions::add_draft(&mut stranger, draft(&project, "orders")).await.unwrap_err();
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
    });
}

#[test]
fn each_role_may_do_what_it_includes_and_no_more() {
    on_each_server(async |fresh| {
        let project = fresh.project().await;
        let mut service = fresh.service().await;
        for (role, writes, manages) in
            [(Role::Viewer, false, false), (Role::Editor, true, false), (Role::Admin, true, true)]
        {
            let user = fresh.user().await;
            projects::set_member(&mut service, project.id, user, role).await.unwrap();
            let mut request = fresh.request_of(user).await;
            assert_eq!(
                projects::find(&mut request, project.id).await.unwrap().as_ref(),
                Some(&project),
                "{role:?}"
            );
            let slug = format!("{role:?}").to_lowercase();
            let wrote = definitions::add_draft(&mut request, draft(&project, &slug)).await;
            assert_eq!(wrote.is_ok(), writes, "{role:?}: {wrote:?}");
            let other = fresh.user().await;
            let invited = projects::set_member(&mut request, project.id, other, Role::Viewer).await;
            assert_eq!(invited.is_ok(), manages, "{role:?}: {invited:?}");
            assert_eq!(secrets::list(&mut request, project.id).await.unwrap(), [], "{role:?}");
            assert!(!projects::delete(&mut request, project.id).await.unwrap(), "{role:?}");
        }
        let mut owner = fresh.request_of(project.owner_id).await;
        assert!(projects::delete(&mut owner, project.id).await.unwrap());
    });
}

#[test]
fn a_signed_in_user_starts_a_project_of_their_own_and_of_nobody_else() {
    on_each_server(async |fresh| {
        let (user, other) = (fresh.user().await, fresh.user().await);
        let mut request = fresh.request_of(user).await;
        let project = projects::create(&mut request, user, "Mine").await.unwrap();
        assert_eq!(projects::list(&mut request, user).await.unwrap(), [project]);
        let error = projects::create(&mut request, other, "Theirs").await.unwrap_err();
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
    });
}

#[test]
fn a_secret_is_replaced_and_read_by_the_service_and_by_no_user() {
    on_each_server(async |fresh| {
        let project = fresh.project().await;
        let mut service = fresh.service().await;
        let first = secrets::set(&mut service, project.id, "TOKEN", &value("one")).await.unwrap();
        let second = secrets::set(&mut service, project.id, "TOKEN", &value("two")).await.unwrap();
        assert_eq!(first.id, second.id);
        assert_eq!(secrets::read(&mut service, project.id, "TOKEN").await.unwrap(), Some(value("two")));
        assert_eq!(secrets::read(&mut service, project.id, "OTHER").await.unwrap(), None);
        assert!(!format!("{:?}", value("hidden")).contains("104"), "no bytes in a log");

        let mut owner = fresh.request_of(project.owner_id).await;
        assert_eq!(secrets::list(&mut owner, project.id).await.unwrap(), [second]);
        let error = secrets::read(&mut owner, project.id, "TOKEN").await.unwrap_err();
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
        assert!(secrets::delete(&mut owner, project.id, "TOKEN").await.unwrap());
        assert!(!secrets::delete(&mut owner, project.id, "TOKEN").await.unwrap());
        let error = secrets::set(&mut service, project.id, "lower case", &value("x")).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    });
}

#[test]
fn the_audit_log_has_memberships_and_records_and_is_read_by_admins() {
    on_each_server(async |fresh| {
        let project = fresh.project().await;
        let mut service = fresh.service().await;
        let viewer = fresh.user().await;
        projects::set_member(&mut service, project.id, viewer, Role::Viewer).await.unwrap();
        let details = json!({ "key": "TOKEN" });
        let record = Record {
            project: Some(project.id),
            action: "secret.rotated",
            target_type: "secret",
            target_id: Some("TOKEN"),
            details: &details,
        };
        let id = audit::record(&mut service, record).await.unwrap();

        let mut owner = fresh.request_of(project.owner_id).await;
        let entries = audit::list(&mut owner, project.id, None, 10).await.unwrap();
        let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["secret.rotated", "member.added", "member.added"]);
        assert_eq!((entries[0].id, &entries[0].details, entries[0].actor_id), (id, &details, None));
        assert_eq!(audit::list(&mut owner, project.id, Some(id), 1).await.unwrap().len(), 1);

        let mut viewer = fresh.request_of(viewer).await;
        assert_eq!(audit::list(&mut viewer, project.id, None, 10).await.unwrap(), []);
        let error = audit::record(&mut viewer, record).await.unwrap_err();
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
    });
}

#[test]
fn the_queue_is_the_services_alone() {
    on_each_server(async |fresh| {
        let project = fresh.project().await;
        let mut owner = fresh.request_of(project.owner_id).await;
        let payload = json!({});
        let error = queue::enqueue(&mut owner, NewJob::new("workflow-steps", &payload)).await.unwrap_err();
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
        let error = queue::claim(&mut owner, "workflow-steps", "me", 1, None).await.unwrap_err();
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
    });
}
