//! What a database says about itself, on real servers: everything that would stop a deploy half way, told before it
//! begins.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod preflight_support;

use std::time::Duration;

use meshhook_deploy::Policy;
use meshhook_deploy::preflight::{self, Check, Finding, Severity};
use meshhook_sandbox::testing::Cluster;
use preflight_support::{about, no_error, only_error, preflight, target};
use sqlx::PgConnection;

fn policy() -> Policy {
    Policy { long_transaction: Duration::from_secs(1), ..Policy::named("test") }
}

/// A cluster with a role `deployer` that may create in the database, as on Supabase, and owns a table.
fn cluster(parameters: &[(&str, &str)]) -> Cluster {
    let cluster = Cluster::started(parameters).unwrap();
    for sql in [
        "CREATE ROLE deployer LOGIN PASSWORD 'pw'",
        "GRANT CREATE ON DATABASE postgres TO deployer",
        "GRANT CREATE ON SCHEMA public TO deployer",
        "CREATE TABLE public.notes (id int)",
        "ALTER TABLE public.notes OWNER TO deployer",
    ] {
        cluster.psql(sql).unwrap();
    }
    cluster
}

fn deployer(cluster: &Cluster) -> String {
    format!("postgres://deployer:pw@127.0.0.1:{}/postgres", cluster.port())
}

async fn connect(cluster: &Cluster, application: &str) -> PgConnection {
    let options = target(&cluster.socket_url("postgres")).options().application_name(application);
    sqlx::ConnectOptions::connect(&options).await.unwrap()
}

async fn run(conn: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(conn).await.unwrap();
}

#[track_caller]
fn only(findings: &[Finding], check: Check) -> (Severity, String) {
    let found = about(findings, check);
    assert_eq!(found.len(), 1, "{findings:#?}");
    found.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_database_in_order_has_no_findings_but_that_the_disk_is_not_visible() {
    let cluster = cluster(&[]);
    let findings = preflight(&deployer(&cluster), &policy()).await;
    no_error(&findings);
    let (severity, text) = only(&findings, Check::Disk);
    assert_eq!(severity, Severity::Note, "{text}");
    assert_eq!(findings.len(), 1, "{findings:#?}");
    // a superuser on the same machine sees the disk
    assert_eq!(preflight(&cluster.socket_url("postgres"), &policy()).await, []);
}

#[tokio::test]
async fn everything_is_told_at_once() {
    let cluster = cluster(&[]);
    for sql in [
        "ALTER ROLE deployer SET session_replication_role = replica",
        "REVOKE CREATE ON DATABASE postgres FROM deployer",
        "REVOKE CREATE ON SCHEMA public FROM deployer, public",
        "ALTER DATABASE postgres SET default_transaction_read_only = on",
    ] {
        cluster.psql(sql).unwrap();
    }
    let policy = Policy { major: Some(12), free_connections: 200, ..policy() };
    let findings = preflight(&deployer(&cluster), &policy).await;
    let errors: Vec<Check> =
        findings.iter().filter(|finding| finding.is_error()).map(|finding| finding.check).collect();
    use Check::{Connections, ReadOnly, ReplicationRole, Rights, Version};
    assert_eq!(errors, [Version, ReadOnly, ReplicationRole, Rights, Rights, Connections], "{findings:#?}");
    let read_only = &about(&findings, ReadOnly)[0].1;
    assert!(read_only.contains("set for database `postgres`"), "{read_only}");
    let version = &about(&findings, Version)[0].1;
    assert!(version.contains("the policy says 12") && version.contains("`major = "), "{version}");
}

#[tokio::test]
async fn a_standby_is_refused() {
    let cluster = cluster(&[]);
    // a server that recovers for ever is what a standby is
    cluster.stop("fast").unwrap();
    cluster.write(&cluster.data().join("standby.signal"), "").unwrap();
    cluster.start().unwrap();
    let findings = preflight(&cluster.socket_url("postgres"), &policy()).await;
    only_error(&findings, Check::ReadOnly, &["a standby", "deploy to the primary"]);
}

#[tokio::test]
async fn a_role_without_rights_is_told_what_it_lacks_and_who_has_it() {
    let cluster = cluster(&[]);
    cluster.psql("CREATE SCHEMA meshhook_ops").unwrap();
    let findings = preflight(&deployer(&cluster), &policy()).await;
    only_error(
        &findings,
        Check::Rights,
        &["schema `meshhook_ops`", "belongs to `postgres`", "GRANT \"postgres\" TO \"deployer\""],
    );

    cluster.psql("ALTER SCHEMA meshhook_ops OWNER TO deployer").unwrap();
    cluster.psql("CREATE TABLE public.theirs (id int)").unwrap();
    let findings = preflight(&deployer(&cluster), &policy()).await;
    no_error(&findings);
    let (severity, text) = only(&findings, Check::Rights);
    assert_eq!(severity, Severity::Warning);
    assert!(text.contains("cannot alter 1 of 2 tables: `public.theirs (postgres)`"), "{text}");

    cluster.psql("ALTER TABLE public.notes OWNER TO postgres").unwrap();
    let findings = preflight(&deployer(&cluster), &policy()).await;
    only_error(&findings, Check::Rights, &["owns none of the project's tables"]);

    // through membership it may
    cluster.psql("CREATE ROLE owners; GRANT owners TO deployer").unwrap();
    cluster
        .psql("ALTER TABLE public.notes OWNER TO owners; ALTER TABLE public.theirs OWNER TO owners")
        .unwrap();
    assert_eq!(about(&preflight(&deployer(&cluster), &policy()).await, Check::Rights), []);
}

#[tokio::test]
async fn too_few_free_connections_are_counted_against_the_scarcest_limit() {
    let cluster = cluster(&[
        ("max_connections", "12"),
        ("max_wal_senders", "0"),
        ("superuser_reserved_connections", "3"),
    ]);
    let asked = |free| Policy { free_connections: free, ..policy() };
    // 12 − 3 reserved − 1 ours (the other of the preflight is closed again) = 8; two are for the deploy
    let mut idle = Vec::new();
    for _ in 0..3 {
        idle.push(connect(&cluster, "idle").await);
    }
    let findings = preflight(&deployer(&cluster), &asked(3)).await;
    no_error(&findings);
    let findings = preflight(&deployer(&cluster), &asked(4)).await;
    only_error(
        &findings,
        Check::Connections,
        &[
            "5 connections are free (max_connections 12, 3 of them reserved)",
            "a deploy takes 2 more and leaves 4 for others",
        ],
    );

    cluster.psql("ALTER ROLE deployer CONNECTION LIMIT 3").unwrap();
    let findings = preflight(&deployer(&cluster), &asked(1)).await;
    only_error(&findings, Check::Connections, &["2 connections are free (limit of role `deployer` 3)"]);
    cluster
        .psql("ALTER ROLE deployer CONNECTION LIMIT -1; ALTER DATABASE postgres CONNECTION LIMIT 6")
        .unwrap();
    let findings = preflight(&deployer(&cluster), &asked(1)).await;
    only_error(&findings, Check::Connections, &["2 connections are free (limit of database `postgres` 6)"]);
}

#[tokio::test]
async fn a_session_that_forgot_its_transaction_is_named_with_what_it_locks() {
    let cluster = cluster(&[]);
    cluster.psql("GRANT pg_monitor TO deployer").unwrap();
    let mut forgetful = connect(&cluster, "reports").await;
    run(&mut forgetful, "BEGIN; SELECT * FROM public.notes").await;
    let mut other = connect(&cluster, "quick").await;
    run(&mut other, "BEGIN").await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    run(&mut other, "COMMIT").await;

    let findings = preflight(&deployer(&cluster), &policy()).await;
    only_error(
        &findings,
        Check::LongTransactions,
        &[
            "(user `postgres`, `reports`)",
            "open for 1 s (idle in transaction, last query at 2",
            "`public.notes`",
            "SELECT pg_terminate_backend(",
        ],
    );
    // within the time that the policy gives it is let be
    let patient = Policy { long_transaction: Duration::from_secs(60), ..policy() };
    no_error(&preflight(&deployer(&cluster), &patient).await);
    run(&mut forgetful, "ROLLBACK").await;
    no_error(&preflight(&deployer(&cluster), &policy()).await);
}

#[tokio::test]
async fn what_a_role_may_not_see_of_another_session_is_said_and_not_guessed() {
    let cluster = cluster(&[]);
    let mut forgetful = connect(&cluster, "reports").await;
    run(&mut forgetful, "BEGIN; LOCK TABLE public.notes IN ACCESS SHARE MODE").await;
    let findings = preflight(&deployer(&cluster), &policy()).await;
    no_error(&findings);
    let (severity, text) = only(&findings, Check::LongTransactions);
    assert_eq!(severity, Severity::Note);
    assert!(
        text.contains("not visible to us; it holds locks on `public.notes`") && text.contains("pg_monitor"),
        "{text}"
    );
}

#[tokio::test]
async fn another_deploy_of_ours_is_left_to_the_deploy_lock() {
    let cluster = cluster(&[]);
    let mut other = connect(&cluster, meshhook_migrate::connect::APPLICATION_NAME).await;
    run(&mut other, "BEGIN; LOCK TABLE public.notes IN ACCESS SHARE MODE").await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    no_error(&preflight(&cluster.socket_url("postgres"), &policy()).await);
}

#[tokio::test]
async fn a_prepared_transaction_is_told_and_refused_when_it_is_old_or_in_the_way() {
    let cluster = cluster(&[("max_prepared_transactions", "2")]);
    cluster.psql("CREATE SCHEMA auth; CREATE TABLE auth.users (id int)").unwrap();
    let mut conn = connect(&cluster, "two-phase").await;
    run(&mut conn, "BEGIN; INSERT INTO auth.users VALUES (1); PREPARE TRANSACTION 'elsewhere'").await;
    let findings = preflight(&deployer(&cluster), &policy()).await;
    no_error(&findings);
    assert_eq!(only(&findings, Check::PreparedTransactions).0, Severity::Warning);

    run(&mut conn, "BEGIN; INSERT INTO public.notes VALUES (1); PREPARE TRANSACTION 'it''s here'").await;
    let findings = preflight(&deployer(&cluster), &policy()).await;
    only_error(&findings, Check::PreparedTransactions, &["`public.notes`", "ROLLBACK PREPARED 'it''s here'"]);
    run(&mut conn, "ROLLBACK PREPARED 'it''s here'").await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let findings = preflight(&deployer(&cluster), &policy()).await;
    only_error(&findings, Check::PreparedTransactions, &["`elsewhere`"]);
}

#[tokio::test]
async fn what_lies_about_is_told_and_stops_nothing() {
    let cluster = cluster(&[("wal_level", "logical")]);
    for sql in [
        // as a failed CREATE INDEX CONCURRENTLY leaves it
        "INSERT INTO public.notes VALUES (1), (1)",
        "CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE EVENT TRIGGER watch_ddl ON ddl_command_end EXECUTE FUNCTION public.watch()",
        "CREATE EVENT TRIGGER asleep ON ddl_command_end EXECUTE FUNCTION public.watch()",
        "ALTER EVENT TRIGGER asleep DISABLE",
        "SELECT pg_create_physical_replication_slot('forgotten', true)",
        "SELECT pg_create_physical_replication_slot('fresh')",
    ] {
        cluster.psql(sql).unwrap();
    }
    cluster.psql("CREATE UNIQUE INDEX CONCURRENTLY notes_id_key ON public.notes (id)").unwrap_err();
    // five segments of 16 MB, or of whatever size they have here
    cluster
        .psql(
            "CREATE TABLE bulk AS SELECT repeat(md5(n::text), 200) AS t FROM generate_series(1, 14000) AS n",
        )
        .unwrap();
    cluster.psql("ALTER TABLE bulk ALTER t SET STORAGE EXTERNAL; INSERT INTO bulk SELECT repeat(md5(n::text), 200) FROM generate_series(1, 14000) AS n").unwrap();
    cluster.psql("ALTER TABLE bulk OWNER TO deployer").unwrap();

    let findings = preflight(&deployer(&cluster), &policy()).await;
    no_error(&findings);
    let (severity, text) = only(&findings, Check::InvalidIndexes);
    assert!(severity == Severity::Warning && text.contains("`public.notes_id_key`"), "{text}");
    let (severity, text) = only(&findings, Check::EventTriggers);
    assert!(severity == Severity::Note && text.ends_with("along with the scripts: `watch_ddl`"), "{text}");
    let (severity, text) = only(&findings, Check::ReplicationSlots);
    assert!(
        severity == Severity::Warning && text.contains("`forgotten` (nobody reads from it) holds "),
        "{text}"
    );
}

#[tokio::test]
async fn an_autovacuum_against_wraparound_is_told_because_it_does_not_yield() {
    // slow on purpose, and due after a hundred thousand transactions, the least there is
    let cluster = cluster(&[
        ("autovacuum_freeze_max_age", "100000"),
        ("autovacuum_naptime", "1s"),
        ("autovacuum_vacuum_cost_delay", "100ms"),
        ("autovacuum_vacuum_cost_limit", "1"),
        ("vacuum_freeze_min_age", "0"),
    ]);
    cluster.psql("INSERT INTO public.notes SELECT n FROM generate_series(1, 200000) AS n").unwrap();
    let burn = "CREATE PROCEDURE burn() LANGUAGE plpgsql AS $$ BEGIN FOR n IN 1..110000 LOOP \
                PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$; ";
    cluster.psql(burn).unwrap();
    cluster.psql("CALL burn()").unwrap();
    let mut found = Vec::new();
    for _ in 0..100 {
        let findings = preflight(&deployer(&cluster), &policy()).await;
        no_error(&findings);
        found = about(&findings, Check::Autovacuum);
        if !found.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(found.len(), 1, "no autovacuum came");
    assert!(found[0].0 == Severity::Warning && found[0].1.contains("`public.notes (pid "), "{found:?}");
}

#[tokio::test]
async fn every_server_understands_the_questions_and_a_supabase_shaped_database_is_in_order() {
    for server in meshhook_sandbox::testing::servers().await {
        let database = server.create().await.unwrap();
        let policy = Policy { major: Some(server.major()), ..policy() };
        no_error(&preflight(&database.url(), &policy).await);
        database.remove().await.unwrap();
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_catalog_that_somebody_has_locked_is_not_waited_for_without_end() {
    let cluster = cluster(&[]);
    let (conn, findings) = preflight::server(&target(&deployer(&cluster)), &policy()).await;
    no_error(&findings);
    let mut conn = conn.unwrap();
    run(&mut conn, "SET statement_timeout = '77s'").await;
    let mut other = connect(&cluster, "maintenance").await;
    run(&mut other, "BEGIN; LOCK TABLE pg_catalog.pg_event_trigger IN ACCESS EXCLUSIVE MODE").await;
    let findings = preflight::database(&mut conn, &policy()).await;
    only_error(&findings, Check::Rights, &["the state of the server cannot be read: canceling statement"]);
    // and the session is as it was
    let left: String = sqlx::query_scalar("SHOW statement_timeout").fetch_one(&mut conn).await.unwrap();
    assert_eq!(left, "77s");
}
