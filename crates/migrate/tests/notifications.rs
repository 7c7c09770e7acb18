//! Messages that are kept with a run.

mod common;

use common::Project;
use meshhook_migrate::{RunFilter, notifications, read_runs};
use meshhook_sandbox::testing::servers;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn what_did_not_go_out_is_kept_with_its_run_until_it_is_settled() {
    for server in servers().await {
        let project = Project::new(&server, &[("1_a", "create table a ();", "drop table a;")]).await;
        let mut connection = project.connect().await;
        assert_eq!(notifications::pending(&mut connection).await.unwrap(), []);
        project.up().await.unwrap();
        let run = read_runs(&mut connection, &RunFilter::default()).await.unwrap()[0].id;
        assert_eq!(notifications::pending(&mut connection).await.unwrap(), []);

        let open = json!({"settled": false, "announcement": {"state": "'as it was'"}, "deliveries": []});
        notifications::store(&mut connection, run, &open).await.unwrap();
        assert_eq!(notifications::pending(&mut connection).await.unwrap(), [(run, open)]);
        notifications::store(&mut connection, run, &json!({"settled": true})).await.unwrap();
        assert_eq!(notifications::pending(&mut connection).await.unwrap(), []);

        let nobody = Uuid::nil();
        let error = notifications::store(&mut connection, nobody, &json!({})).await.unwrap_err();
        assert!(error.to_string().ends_with("it has no run 00000000-0000-0000-0000-000000000000"), "{error}");
        server.stop().await.unwrap();
    }
}
