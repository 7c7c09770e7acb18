//! Projects and members, as the service's role.

mod support;

use meshhook_store::StoreError;
use meshhook_store::projects::{self, Role};
use support::on_each_server;
use uuid::Uuid;

#[test]
fn an_owner_is_a_member_and_stays_an_admin_after_handing_over() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        assert_eq!(projects::role(&mut db, project.id, project.owner_id).await.unwrap(), Some(Role::Owner));

        let heir = fresh.user().await;
        assert!(projects::hand_over(&mut db, project.id, heir).await.unwrap());
        let members = projects::members(&mut db, project.id).await.unwrap();
        let roles: Vec<_> = members.iter().map(|member| (member.user_id, member.role)).collect();
        assert_eq!(roles, [(heir, Role::Owner), (project.owner_id, Role::Admin)]);
        assert_eq!(projects::find(&mut db, project.id).await.unwrap().unwrap().owner_id, heir);
    });
}

#[test]
fn a_member_gets_a_role_and_another_one_and_leaves_but_the_owner_stays() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let user = fresh.user().await;
        for role in [Role::Viewer, Role::Admin] {
            assert!(projects::set_member(&mut db, project.id, user, role).await.unwrap());
            assert_eq!(projects::role(&mut db, project.id, user).await.unwrap(), Some(role));
        }
        assert!(projects::remove_member(&mut db, project.id, user).await.unwrap());
        assert!(!projects::remove_member(&mut db, project.id, user).await.unwrap());
        assert_eq!(projects::role(&mut db, project.id, user).await.unwrap(), None);

        assert!(!projects::set_member(&mut db, project.id, project.owner_id, Role::Viewer).await.unwrap());
        assert!(!projects::remove_member(&mut db, project.id, project.owner_id).await.unwrap());
        assert_eq!(projects::role(&mut db, project.id, project.owner_id).await.unwrap(), Some(Role::Owner));
    });
}

#[test]
fn a_project_is_listed_renamed_and_deleted() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let second = projects::create(&mut db, project.owner_id, "another").await.unwrap();
        let names = async |db: &mut sqlx::PgConnection| -> Vec<String> {
            let list = projects::list(db, project.owner_id).await.unwrap();
            list.into_iter().map(|project| project.name).collect()
        };
        assert_eq!(names(&mut db).await, ["another", "Shop"]);
        assert!(projects::rename(&mut db, second.id, "Zoo").await.unwrap());
        assert_eq!(names(&mut db).await, ["Shop", "Zoo"]);
        assert!(projects::delete(&mut db, project.id).await.unwrap());
        assert_eq!(names(&mut db).await, ["Zoo"]);
        assert_eq!(projects::find(&mut db, project.id).await.unwrap(), None);
        assert!(!projects::rename(&mut db, project.id, "Gone").await.unwrap());
        assert!(!projects::delete(&mut db, project.id).await.unwrap());
    });
}

#[test]
fn a_value_that_the_model_refuses_names_the_rule() {
    on_each_server(async |fresh| {
        let mut db = fresh.service().await;
        let project = fresh.project().await;
        let error = projects::create(&mut db, project.owner_id, "").await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Invalid { constraint } if constraint == "projects_name_check"),
            "{error}"
        );
        let error = projects::create(&mut db, Uuid::nil(), "Nobody's").await.unwrap_err();
        let expected = |constraint: &Option<String>| constraint.as_deref() == Some("projects_owner_id_fkey");
        assert!(matches!(&error, StoreError::Missing { constraint, .. } if expected(constraint)), "{error}");
    });
}

#[test]
fn roles_rise_as_in_the_database() {
    assert!(Role::Viewer < Role::Editor && Role::Editor < Role::Admin && Role::Admin < Role::Owner);
}
