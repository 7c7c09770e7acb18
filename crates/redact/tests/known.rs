//! Secrets that we were told about.
#![allow(clippy::unwrap_used)]

use meshhook_redact::{REDACTED, Secrets};
use proptest::prelude::*;

fn knowing(secret: &str) -> Secrets {
    let mut secrets = Secrets::new();
    secrets.remember(secret);
    secrets
}

fn with_url(url: &str) -> Secrets {
    let mut secrets = Secrets::new();
    secrets.remember_url(url);
    secrets
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    let secret = "p@s's\"w<r&d 1\\ü\n/x";
    let cases = [
        secret.to_owned(),
        "p%40s%27s%22w%3Cr%26d%201%5C%C3%BC%0A%2Fx".to_owned(),
        "p%40s%27s%22w%3cr%26d+1%5c%c3%bc%0a%2fx".to_owned(),
        "p@s''s\"w<r&d 1\\ü\n/x".to_owned(),
        "p@s's\\\"w<r&d 1\\\\ü\\n/x".to_owned(),
        "p@s's\\\"w<r&d 1\\\\\\u00fc\\n/x".to_owned(),
        format!("{secret:?}").trim_matches('"').to_owned(),
        "p@s's&quot;w&lt;r&amp;d 1\\ü\n/x".to_owned(),
        "p@s's\"w&lt;r&amp;d 1\\ü\n/x".to_owned(),
    ];
    let secrets = knowing(secret);
    for written in cases {
        assert_eq!(secrets.clean(&format!("a {written} b")), "a [redacted] b", "{written:?}");
    }
}

#[test]
fn a_secret_is_found_inside_of_base64() {
    // user:hunter22, deploy:hunter22, me:hunter22
    let secrets = knowing("hunter22");
    for encoded in ["dXNlcjpodW50ZXIyMg==", "ZGVwbG95Omh1bnRlcjIy", "bWU6aHVudGVyMjI="] {
        assert_eq!(secrets.clean(&format!("sent {encoded}, got 401")), "sent [redacted], got 401");
    }
    let secrets = with_url("https://me:x9@h/");
    assert_eq!(secrets.clean("sent bWU6eDk= there"), "sent [redacted] there");
}

#[test]
fn words_that_every_database_has_are_not_blotted_out() {
    let secrets = with_url("postgres://postgres:postgres@127.0.0.1:54322/postgres");
    let said = "role \"postgres\" does not exist at 127.0.0.1:54322";
    assert_eq!(secrets.clean(said), said);
    assert_eq!(secrets.clean("postgres://postgres:postgres@h/db"), "postgres://postgres:[redacted]@h/db");
    let secrets = knowing("ab");
    assert_eq!(secrets.clean("about tables"), "about tables");
}

#[test]
fn a_database_url_gives_its_password_only() {
    let secrets = with_url("postgresql://deploy:s3cr%2Fet%40@db.example.com:5432/app?sslmode=require");
    let said = secrets.clean("password \"s3cr/et@\" for deploy at db.example.com:5432/app");
    assert_eq!(said, "password \"[redacted]\" for deploy at db.example.com:5432/app");
    let secrets = with_url("host=db.example.com user=deploy password='s3cr''et x' dbname=app");
    assert_eq!(secrets.clean("got s3cr''et x from db.example.com"), "got [redacted] from db.example.com");
    let secrets = with_url("postgres://db.example.com/app?user=deploy&password=s3cret99&sslmode=require");
    assert_eq!(secrets.clean("s3cret99 sslmode"), "[redacted] sslmode");
}

#[test]
fn a_webhook_url_gives_its_path_and_query() {
    let secrets = with_url("https://chat.example.com:8443/in/T0123ABCD/x9Y8z7W6?sig=aB3dE5fG&v=1");
    let cases = [
        (
            "POST https://chat.example.com:8443/in/T0123ABCD/x9Y8z7W6?sig=aB3dE5fG&v=1: 404",
            "POST https://chat.example.com:8443/[redacted] 404",
        ),
        ("no such path: /in/T0123ABCD/x9Y8z7W6?sig=aB3dE5fG&v=1", "no such path: /[redacted]"),
        ("hook x9Y8z7W6 is gone", "hook [redacted] is gone"),
        ("the signature aB3dE5fG is wrong", "the signature [redacted] is wrong"),
        ("cannot connect to chat.example.com:8443", "cannot connect to chat.example.com:8443"),
    ];
    for (text, expected) in cases {
        assert_eq!(secrets.clean(text), expected);
    }
    let secrets = with_url("https://chat.example.com/services/PLANTEDSECRET");
    assert_eq!(secrets.clean("no services/PLANTEDSECRET, PLANTEDSECRET"), "no [redacted], [redacted]");
    let secrets = with_url("http://127.0.0.1:8080/webhooks");
    assert_eq!(
        secrets.clean("http://127.0.0.1:8080/webhooks said no"),
        "http://127.0.0.1:8080/[redacted] said no"
    );
    assert_eq!(secrets.clean("see docs/webhooks.md"), "see docs/webhooks.md");
}

#[test]
fn a_secret_of_many_lines_is_found_line_by_line() {
    let secrets =
        knowing("-----BEGIN X-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END X-----\n");
    assert_eq!(secrets.clean("read MIIEvQIBADANBgkqhkiG9w0B"), "read [redacted]");
}

#[test]
fn variables_are_chosen_by_name_and_their_values_by_look() {
    let variables = [
        ("PGPASSWORD", "n0rm4l-pw"),
        ("SUPABASE_SERVICE_ROLE_KEY", "abcdef123456"),
        ("MY_API_KEY", "kkkk-1111-zzzz"),
        ("DATABASE_URL", "postgres://u:fr0m-url@h/db"),
        ("SLACK_WEBHOOK", "https://chat.example.com/T0001/B0002/c0ffee00c0ffee00"),
        ("DEBUG_TOKEN", "true"),
        ("SSH_AUTH_SOCK", "/tmp/ssh-agent.1234"),
        ("AWS_ACCESS_KEY_ID", "not-secret-1"),
        ("PGPASSFILE", "/home/runner/.pgpass"),
        ("SECRET_KEY", "/usr"),
        ("PWD", "/home/runner/work12"),
        ("GITHUB_API_URL", "https://github.example.com/api/v3"),
        ("DB_PASSWORD", "postgres"),
        ("TOKEN", "1"),
        ("APP_SECRET", "staging"),
    ];
    let mut secrets = Secrets::new();
    secrets.remember_variables(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
    for (name, value) in &variables[..5] {
        assert!(secrets.clean(&format!("- {value} -")).contains(REDACTED), "{name}");
    }
    assert_eq!(secrets.clean("fr0m-url"), REDACTED);
    for (name, value) in &variables[5..] {
        assert_eq!(secrets.clean(&format!("- {value} -")), format!("- {value} -"), "{name}");
    }
}

/// Text that is apt to confuse: what the marker and the shapes are made of.
fn awkward() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("[redacted]".to_owned()),
        Just("password=".to_owned()),
        Just("PASSWORD '".to_owned()),
        Just("postgres://u:".to_owned()),
        Just("@h/db".to_owned()),
        Just("\\".to_owned()),
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just("%".to_owned()),
        Just("$$".to_owned()),
        Just("https://hooks.slack.com/".to_owned()),
        Just("Bearer ".to_owned()),
        Just(" ".to_owned()),
        Just("[red".to_owned()),
        Just("ted]".to_owned()),
        Just("ghp_".to_owned()),
        Just("-----BEGIN PRIVATE KEY-----".to_owned()),
        "\\PC{0,6}",
        "[a-z0-9]{0,8}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_remembered_secret_never_survives(
        secrets in prop::collection::vec("\\PC{4,12}|[a-c%'\\\\\" ]{4,6}|[\\[a-e\\]]{4,8}", 1..4),
        before in awkward(), between in awkward(), after in awkward(),
    ) {
        let mut known = Secrets::new();
        let secrets: Vec<_> = secrets.into_iter()
            .filter(|secret| !REDACTED.contains(secret.as_str()))
            .collect();
        for secret in &secrets { known.remember(secret); }
        let text = secrets.iter().fold(before, |text, secret| format!("{text}{secret}{between}{secret}")) + &after;
        let cleaned = known.clean(&text);
        for secret in &secrets {
            prop_assert!(!cleaned.contains(secret.as_str()), "{secret:?} in {cleaned:?}");
        }
        prop_assert_eq!(known.clean(&cleaned), cleaned.as_ref());
    }

    #[test]
    fn only_what_is_too_plain_is_not_remembered(secret in "[A-Za-z0-9]{10,20}") {
        let text = format!("<{secret}>");
        prop_assert_eq!(knowing(&secret).clean(&text), "<[redacted]>");
    }

    #[test]
    fn cleaning_any_text_ends_and_is_done_once(text in awkward()) {
        let known = Secrets::new();
        let once = known.clean(&text).into_owned();
        prop_assert_eq!(known.clean(&once), once.as_str());
    }
}
