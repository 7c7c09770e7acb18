//! Secrets that nobody told us about.

use std::borrow::Cow;

use meshhook_redact::Secrets;

fn clean(text: &str) -> String {
    Secrets::new().clean(text).into_owned()
}

#[test]
fn secrets_are_known_by_their_shape() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl";
    let token = "ghs_0123456789abcdefghijABCDEFGHIJ012345";
    let cases = [
        // URLs
        ("postgres://user:pass@host/db", "postgres://user:[redacted]@host/db"),
        ("postgres://user:pa@ss@host/db", "postgres://user:[redacted]@host/db"),
        ("postgres://user:pa/s#s?x@host/db", "postgres://user:[redacted]@host/db"),
        ("postgres://user:1/2@host/db, next", "postgres://user:[redacted]@host/db, next"),
        ("'postgres://u:p@h1,h2:5433/db'", "'postgres://u:[redacted]@h1,h2:5433/db'"),
        ("(smtp://u:p@h:25)", "(smtp://u:[redacted]@h:25)"),
        ("git clone https://abc@github.com/x", "git clone https://[redacted]@github.com/x"),
        ("https://hooks.slack.com/services/T0/B0/abc is down", "https://hooks.slack.com/[redacted] is down"),
        ("[x](https://discord.com/api/webhooks/1/abc)", "[x](https://discord.com/api/webhooks/[redacted])"),
        ("https://acme.webhook.office.com/webhookb2/x@y", "https://acme.webhook.office.com/[redacted]"),
        (
            "https://prod-1.westus.logic.azure.com:443/workflows/x?sig=y",
            "https://prod-1.westus.logic.azure.com:443/[redacted]",
        ),
        // connection strings and queries
        ("host=h password=abc user=u", "host=h password=[redacted] user=u"),
        ("host=h password='a b\\'c' user=u", "host=h password='[redacted]' user=u"),
        ("host = h password = abc user = u", "host = h password = [redacted] user = u"),
        ("\"host=h password=abc\": refused", "\"host=h password=[redacted]\": refused"),
        (
            "postgres://h/db?password=abc&sslmode=require",
            "postgres://h/db?password=[redacted]&sslmode=require",
        ),
        ("https://x.io/y?access_token=abc#z", "https://x.io/y?access_token=[redacted]#z"),
        ("PGPASSWORD=abc psql", "PGPASSWORD=[redacted] psql"),
        ("export DB_PASSWORD=\"a b\" X=1", "export DB_PASSWORD=\"[redacted]\" X=1"),
        // JSON
        (r#"{"password":"a\"b","n":1}"#, r#"{"password":"[redacted]","n":1}"#),
        (r#"{"apikey": "abc"}"#, r#"{"apikey": "[redacted]"}"#),
        (r#"{"text":"password=abc"}"#, r#"{"text":"password=[redacted]"}"#),
        (r#""{\"token\":\"abc\"}""#, r#""{\"token\":\"[redacted]\"}""#),
        // SQL
        ("CREATE ROLE x PASSWORD 'a''b' LOGIN", "CREATE ROLE x PASSWORD '[redacted]' LOGIN"),
        ("alter role x encrypted password E'a\\'b'", "alter role x encrypted password E'[redacted]'"),
        ("ALTER ROLE x PASSWORD\n  $$abc$$;", "ALTER ROLE x PASSWORD\n  $$[redacted]$$;"),
        ("LINE 1: ALTER ROLE x PASSWORD 'cut of", "LINE 1: ALTER ROLE x PASSWORD '[redacted]"),
        ("SET app.jwt_secret TO 'abc'", "SET app.jwt_secret TO '[redacted]'"),
        ("Key (api_key)=(abc) already exists", "Key (api_key)=([redacted]) already exists"),
        // tokens
        ("Authorization: Bearer abc", "Authorization: Bearer [redacted]"),
        ("\"authorization\":\"Basic dTpw\",\"x\":1", "\"authorization\":\"Basic [redacted]\",\"x\":1"),
        ("-H 'apikey: abcdefgh12345678'", "-H 'apikey: [redacted]'"),
        ("key whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD.", "key [redacted]"),
        ("AKIAIOSFODNN7EXAMPLE is old", "[redacted] is old"),
    ];
    for (text, expected) in cases {
        assert_eq!(clean(text), expected);
    }
    assert_eq!(clean(&format!("jwt {jwt}, end")), "jwt [redacted], end");
    assert_eq!(clean(&format!("({token})")), "([redacted])");
    assert_eq!(clean(&format!("bearer {token}")), "bearer [redacted]");
    let pem = "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----";
    assert_eq!(clean(pem), "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----");
}

#[test]
fn ordinary_messages_stay_as_they_are() {
    let messages = [
        "password authentication failed for user \"deploy\"",
        "column \"password\" of relation \"users\" does not exist",
        "null value in column \"password_hash\" of relation \"users\" violates not-null constraint",
        "syntax error at or near \"PASSWORD\"",
        "UPDATE users SET password = NULL, token = $1 WHERE token = p_token AND secret = new.secret",
        "update users set token=$1, password=$2",
        "Token \"abc\" is invalid.",
        "unexpected token 'x' in JSON at position 3",
        "the password's length must be 8",
        "Key (project_id, slug)=(1, a) already exists.",
        "duplicate key value violates unique constraint \"api_keys_token_key\"",
        "could not connect to db.example.com:5432: Connection refused (os error 111)",
        "postgres://deploy@db.example.com:5432/app?application_name=a@b",
        "https://github.com/acme/app/actions/runs/1?x=@me",
        "http://[::1]:8080/@alice",
        "ssh://git@github.com/acme/app",
        "see https://slack.com/help and https://discord.com/channels/1",
        "CREATE TABLE api_keys (token text, secret bytea, password varchar(8) DEFAULT '')",
        "supabase/migrations/20260706101000_add_token.sql:3:14: relation \"x\" does not exist",
        "my_ghs_total_amount_of_everything_1234567890",
        "Authorization failed for user x",
        "bearer of bad news: internationalization",
        "password: too short",
        "canceling statement due to lock timeout",
        "eyJ is how it begins",
        "",
    ];
    for message in messages {
        assert!(matches!(Secrets::new().clean(message), Cow::Borrowed(_)), "{message} -> {}", clean(message));
    }
}

#[test]
fn a_megabyte_of_ordinary_text_is_read_in_no_time() {
    let text = "20260706101000_add_runs.sql:3:14 relation \"runs\" does not exist, password unknown\n"
        .repeat(13_000);
    let mut secrets = Secrets::new();
    (0..30).for_each(|n| secrets.remember(&format!("s3cret-number-{n}")));
    let began = std::time::Instant::now();
    assert!(matches!(secrets.clean(&text), Cow::Borrowed(_)));
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    eprintln!("{:?}", began.elapsed());
}

#[test]
fn debug_shows_no_secret() {
    let mut secrets = Secrets::new();
    secrets.remember("s3cret-thing");
    assert!(!format!("{secrets:?}").contains("s3cret"));
}
