//! The checks can fail: states and logs that no deploy may leave are made by hand, and each must be found.

use crate::cluster::Cluster;
use crate::day::Day;
use crate::deployer::{Deployer, LIMIT};
use crate::reference::{Reference, TEMPLATE};
use crate::seen::{Log, Seen};

/// What is done to a database that was deployed to well, and what it is.
const LIES: [(&str, &str); 9] = [
    ("a table that the ledger says is there is gone", "DROP TABLE public.tags"),
    ("a row differs", "UPDATE public.accounts SET display_name = 'x' WHERE id = 7"),
    (
        "the index is left invalid",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bad_day_index'::regclass",
    ),
    ("the ledger lacks a migration", "DELETE FROM meshhook_ops._sqlx_migrations WHERE version = 14"),
    ("a way back is gone", "DELETE FROM meshhook_ops.rollback_script WHERE version = 12"),
    ("the journal was not cleared", "INSERT INTO meshhook_ops.journal VALUES (13, 'up', 1, '', '', 'done')"),
    (
        "the log takes a success back",
        "UPDATE meshhook_ops.migration_log SET status = 'rolled back' WHERE version = 11",
    ),
    ("a run goes on", "UPDATE meshhook_ops.migration_run SET outcome = 'running', finished_at = NULL"),
    (
        "the platform's ledger differs",
        "DELETE FROM supabase_migrations.schema_migrations WHERE version = '15'",
    ),
];

/// The errors: what was not found.
pub(crate) async fn blind_spots(cluster: &mut Cluster, reference: &Reference) -> Vec<String> {
    let database = "self_check".to_owned();
    let mut missed = Vec::new();
    for (what, sql) in LIES {
        cluster.clone(TEMPLATE, &database).await;
        let mut deployer = Deployer::start(&reference.task(cluster, &database, false));
        let report = deployer.finish(LIMIT).await.unwrap().unwrap();
        let mut day = Day { cluster, reference, database: database.clone(), told: Vec::new() };
        day.survived(&report).await.unwrap();
        day.cluster.execute(&database, sql).await;
        if day.survived(&report).await.is_ok() {
            missed.push(format!("nobody noticed that {what}"));
        }
        cluster.drop_database(&database).await;
    }
    if between(cluster, reference, &database).await {
        missed.push("nobody noticed a journal that is ahead of the schema".to_owned());
    }
    missed
}

/// Whether a script without a transaction may have left its journal alone.
async fn between(cluster: &mut Cluster, reference: &Reference, database: &str) -> bool {
    cluster.clone(TEMPLATE, database).await;
    let begins = reference.points.iter().position(|point| point.name.starts_with("Started 13")).unwrap();
    let mut deployer = Deployer::start(&reference.task(cluster, database, true));
    deployer.until(begins).await.unwrap();
    deployer.kill().await;
    let mut conn = cluster.connect(database).await;
    let seen = Seen::of(&mut conn).await;
    assert!(reference.explains(&seen), "{seen}");
    assert!(Log::of(&mut conn).await.lies(&seen, true).len() > 1, "a killed run is not settled");
    let sql = "INSERT INTO meshhook_ops.journal VALUES (13, 'up', 1, '', '', 'done')";
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    let explained = reference.explains(&Seen::of(&mut conn).await);
    drop(conn);
    cluster.drop_database(database).await;
    explained
}
