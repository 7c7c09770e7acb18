//! The way to the server, on real servers: what is in the way is told, with what to do about it.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod preflight_support;

use std::net::{TcpListener, ToSocketAddrs as _};

use meshhook_deploy::preflight::{Check, Severity};
use meshhook_deploy::{Policy, Tls, secured};
use meshhook_sandbox::testing::Cluster;
use preflight_support::{PgBouncer, about, certificate, no_error, only_error, preflight, target};

/// What a pooler has to be told so that it lets sqlx in at all.
const LENIENT: &str = "ignore_startup_parameters = extra_float_digits";

fn policy() -> Policy {
    Policy::named("test")
}

#[tokio::test]
async fn a_server_in_order_is_let_pass() {
    let cluster = Cluster::started(&[]).unwrap();
    for url in [cluster.url("127.0.0.1", "postgres"), cluster.socket_url("postgres")] {
        let policy = Policy { major: Some(cluster.major()), ..policy() };
        no_error(&preflight(&url, &policy).await);
    }
}

#[tokio::test]
async fn a_wrong_password_a_missing_database_and_a_missing_user_are_told_apart() {
    let cluster = Cluster::started(&[]).unwrap();
    let url = cluster.url("127.0.0.1", "postgres");
    let findings = preflight(&url.replace("password", "pa55word"), &policy()).await;
    only_error(&findings, Check::Login, &["the password of user `postgres` is wrong"]);
    assert!(!format!("{findings:?}").contains("pa55word"));

    let findings = preflight(&cluster.url("127.0.0.1", "nowhere"), &policy()).await;
    only_error(&findings, Check::Login, &["there is no database `nowhere`"]);

    // over TCP a missing user is not told from a wrong password, on purpose
    let url = cluster.socket_url("postgres").replace("user=postgres", "user=nobody");
    only_error(&preflight(&url, &policy()).await, Check::Login, &["user `nobody` is not let in"]);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_a_closed_port_and_a_missing_socket_are_told() {
    let findings = preflight("postgres://u:s3cret@db.nowhere.invalid/db", &policy()).await;
    only_error(&findings, Check::Reachable, &["the name `db.nowhere.invalid` does not resolve"]);

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let findings = preflight(&format!("postgres://u@127.0.0.1:{port}/db"), &policy()).await;
    only_error(&findings, Check::Reachable, &[&format!("refuses connections on port {port}")]);

    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres:///db?host={}&user=u", folder.path().display());
    only_error(&preflight(&url, &policy()).await, Check::Reachable, &["no server answers at the socket"]);
}

#[tokio::test]
async fn something_that_listens_and_says_nothing_is_given_up_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let since = std::time::Instant::now();
    let findings = preflight(&format!("postgres://u@127.0.0.1:{port}/db"), &policy()).await;
    only_error(&findings, Check::Reachable, &["does not say a word within 10 s"]);
    assert!(since.elapsed().as_secs() < 16, "{:?}", since.elapsed());
}

#[tokio::test]
async fn supabases_transaction_pooler_and_tls_switched_off_are_both_told_without_connecting() {
    let url = "postgres://u:s3cret@aws-0-eu.pooler.supabase.com:6543/postgres?sslmode=disable";
    let findings = preflight(url, &policy()).await;
    let checks: Vec<Check> = findings.iter().map(|finding| finding.check).collect();
    assert_eq!(checks, [Check::Pooler, Check::Tls]);
    assert!(!format!("{findings:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_server_elsewhere_without_tls_is_refused() {
    let cluster = Cluster::started(&[]).unwrap();
    // this machine for the resolver, and no loopback address by what is written: a server elsewhere, near at hand
    let findings = preflight(&cluster.url("127.1", "postgres"), &policy()).await;
    only_error(&findings, Check::Tls, &["`127.1` offers no TLS"]);
    no_error(&preflight(&cluster.url("127.0.0.1", "postgres"), &policy()).await);
}

/// This machine by its own name, which says nothing of loopback, and where that name leads.
fn this_machine() -> (String, String) {
    let name = nix::unistd::gethostname().unwrap().into_string().unwrap();
    let addresses = (name.as_str(), 0u16).to_socket_addrs();
    let addresses =
        addresses.unwrap_or_else(|error| panic!("`{name}`, this machine's name, must resolve: {error}"));
    let addresses: Vec<String> = addresses.map(|address| address.ip().to_string()).collect();
    (name, addresses.join(","))
}

#[tokio::test]
async fn a_server_elsewhere_is_reached_by_tls_and_its_certificate_counts_when_the_policy_says_so() {
    let (host, addresses) = this_machine();
    let cluster = Cluster::new(&[("listen_addresses", &addresses)]).unwrap();
    let (certificate, key) = certificate(&cluster, &format!("DNS:{host}"));
    let settings = format!(
        "ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\n",
        certificate.display(),
        key.display()
    );
    cluster.write(&cluster.data().join("postgresql.auto.conf"), settings).unwrap();
    cluster.start().unwrap();
    cluster.psql(&format!("ALTER ROLE postgres PASSWORD '{}'", cluster.password())).unwrap();

    // by policy, though the URL says nothing of it
    let url = cluster.url(&host, "postgres");
    let findings = preflight(&url, &policy()).await;
    no_error(&findings);
    assert_eq!(about(&findings, Check::Tls), []);
    let secured = secured(&target(&url), &policy()).unwrap();
    let mut conn = secured.connect().await.unwrap();
    let ssl: bool = sqlx::query_scalar("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert!(ssl, "the server sees TLS");

    let strict = Policy { tls: Tls::VerifyFull, ..policy() };
    only_error(&preflight(&url, &strict).await, Check::Tls, &["is not accepted", "root_certificate"]);
    let trusting = Policy { root_certificate: Some(certificate), ..strict };
    no_error(&preflight(&url, &trusting).await);
    let other = preflight_support::certificate(&cluster, "DNS:other.example").0;
    cluster.stop("fast").unwrap();
    cluster.start().unwrap();
    let wrong_host = Policy { root_certificate: Some(other), ..trusting };
    only_error(&preflight(&url, &wrong_host).await, Check::Tls, &["is not accepted"]);
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_known_by_what_it_does() {
    let cluster = Cluster::started(&[]).unwrap();
    for mode in ["transaction", "statement"] {
        let pooler = PgBouncer::before(&cluster, mode, LENIENT);
        let findings = preflight(&pooler.url(&cluster), &policy()).await;
        only_error(&findings, Check::Pooler, &["pooler"]);
    }
    // one server for all: the second session waits for the first
    let pooler = PgBouncer::before(&cluster, "transaction", &format!("{LENIENT}\ndefault_pool_size = 1"));
    only_error(&preflight(&pooler.url(&cluster), &policy()).await, Check::Pooler, &["transaction mode"]);
    // one that refuses the way sqlx says hello
    let pooler = PgBouncer::before(&cluster, "transaction", "");
    only_error(&preflight(&pooler.url(&cluster), &policy()).await, Check::Pooler, &["a pooler answers"]);
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_known_also_while_others_push_it_around() {
    let cluster = Cluster::started(&[]).unwrap();
    let pooler = PgBouncer::before(&cluster, "transaction", LENIENT);
    let options = target(&pooler.url(&cluster)).options();
    let noise: Vec<_> = (0..6)
        .map(|_| {
            let options = options.clone();
            tokio::spawn(async move {
                let mut conn = sqlx::ConnectOptions::connect(&options).await.unwrap();
                loop {
                    sqlx::raw_sql("SELECT pg_sleep(0.002)").execute(&mut conn).await.unwrap();
                }
            })
        })
        .collect();
    for _ in 0..5 {
        only_error(&preflight(&pooler.url(&cluster), &policy()).await, Check::Pooler, &["transaction mode"]);
    }
    noise.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_pooler_in_session_mode_is_a_way_to_the_server() {
    let cluster = Cluster::started(&[]).unwrap();
    let pooler = PgBouncer::before(&cluster, "session", LENIENT);
    let findings = preflight(&pooler.url(&cluster), &policy()).await;
    no_error(&findings);
    assert_eq!(about(&findings, Check::Pooler), []);
}

#[tokio::test]
async fn when_the_last_connection_is_ours_the_missing_one_is_told() {
    let cluster = Cluster::started(&[]).unwrap();
    cluster.psql("CREATE ROLE deployer LOGIN PASSWORD 'pw' CONNECTION LIMIT 1").unwrap();
    let url = format!("postgres://deployer:pw@127.0.0.1:{}/postgres", cluster.port());
    let findings = preflight(&url, &policy()).await;
    only_error(&findings, Check::Connections, &["a second connection cannot be made"]);
    assert_eq!(about(&findings, Check::Connections)[0].0, Severity::Error);

    cluster.psql("ALTER ROLE deployer CONNECTION LIMIT 0").unwrap();
    only_error(&preflight(&url, &policy()).await, Check::Connections, &["no connection is left"]);
}
