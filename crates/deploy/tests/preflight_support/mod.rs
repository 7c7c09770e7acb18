//! Servers of the tests' own, and real poolers before them.

#![allow(dead_code, reason = "every test binary uses another part of it")]
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use meshhook_deploy::Policy;
use meshhook_deploy::preflight::{self, Check, Finding, Severity};
use meshhook_migrate::connect::{Environment, Target};
use meshhook_sandbox::testing::Cluster;

pub(crate) fn target(url: &str) -> Target {
    Target::parse(url, Environment::Ignored).unwrap()
}

/// Everything that is found behind this URL, on the way there and in the database.
pub(crate) async fn preflight(url: &str, policy: &Policy) -> Vec<Finding> {
    let (conn, mut findings) = preflight::server(&target(url), policy).await;
    if let Some(mut conn) = conn {
        findings.extend(preflight::database(&mut conn, policy).await);
    }
    findings
}

/// What was found about one thing.
pub(crate) fn about(findings: &[Finding], check: Check) -> Vec<(Severity, String)> {
    findings
        .iter()
        .filter(|finding| finding.check == check)
        .map(|finding| (finding.severity, finding.to_string()))
        .collect()
}

/// Fails the test unless exactly this was found in error, and its text holds all of these.
#[track_caller]
pub(crate) fn only_error(findings: &[Finding], check: Check, texts: &[&str]) {
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.is_error()).collect();
    assert_eq!(errors.iter().map(|error| error.check).collect::<Vec<_>>(), [check], "{findings:#?}");
    for text in texts {
        assert!(errors[0].to_string().contains(text), "`{text}` is not in\n{}", errors[0]);
    }
    assert!(errors[0].hint.is_some(), "what to do next is missing: {}", errors[0]);
}

#[track_caller]
pub(crate) fn no_error(findings: &[Finding]) {
    let errors: Vec<String> =
        findings.iter().filter(|finding| finding.is_error()).map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0]);
}

/// Makes a key and a certificate for these hosts with `openssl`; answers with the paths of certificate and key.
pub(crate) fn certificate(cluster: &Cluster, hosts: &str) -> (std::path::PathBuf, std::path::PathBuf) {
    let (certificate, key) = (cluster.folder().join("server.crt"), cluster.folder().join("server.key"));
    let output = cluster
        .command("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=meshhook test", "-addext", &format!("subjectAltName={hosts}")])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl is needed by this test: .ci/install");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // owner and mode as the server wants them
    let text = std::fs::read(&key).unwrap();
    cluster.write(&key, text).unwrap();
    (certificate, key)
}

/// A real PgBouncer before a cluster. Ended with the value.
pub(crate) struct PgBouncer {
    process: Child,
    pub(crate) port: u16,
}

impl PgBouncer {
    /// `mode` is `transaction`, `session` or `statement`; `extra` are lines of its configuration.
    pub(crate) fn before(cluster: &Cluster, mode: &str, extra: &str) -> PgBouncer {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let users = cluster.folder().join("users.txt");
        cluster.write(&users, format!("\"postgres\" \"{}\"\n", cluster.password())).unwrap();
        let file = cluster.folder().join(format!("pgbouncer-{mode}-{port}.ini"));
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = {mode}\n{extra}\n",
            cluster.port(),
            users.display()
        );
        cluster.write(&file, text).unwrap();
        let program = ["/usr/sbin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists())
            .unwrap_or("pgbouncer");
        let mut command: Command = cluster.command(program);
        let process = command
            .arg("-q")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pgbouncer is needed by this test: .ci/install");
        let pooler = PgBouncer { process, port };
        let since = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(since.elapsed() < Duration::from_secs(10), "pgbouncer does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        pooler
    }

    pub(crate) fn url(&self, cluster: &Cluster) -> String {
        cluster
            .url("127.0.0.1", "postgres")
            .replace(&format!(":{}/", cluster.port()), &format!(":{}/", self.port))
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
