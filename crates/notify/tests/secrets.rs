//! Secrets planted everywhere are found nowhere. One test, in a process of its own: what is remembered is remembered
//! by the whole process.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use meshhook_notify::{Announcement, Channel, Failure, Notification, deliver, github, redeliver};
use support::announcements::rolled_back;
use support::smtp::SmtpServer;
use support::{HttpServer, KEY, reply};

const DATABASE: &str = "d4tabase-Pa%ss w/rd";
const VARIABLE: &str = "v4riable-s3cret";
const MAIL: &str = "m4il-s3cret";
const HOOK: &str = "h00k-s3cret-path";
/// Nobody tells us about this one; its shape gives it away.
const SHAPED: &str = "sh4ped-s3cret";

/// Ways in which a driver, a server or a script might say it.
fn leaks() -> Vec<String> {
    let encoded = DATABASE.replace('%', "%25").replace(' ', "%20").replace('/', "%2F");
    vec![
        format!("postgres://deploy:{encoded}@db.example.com/app"),
        format!("host=db.example.com password='{DATABASE}' user=deploy"),
        format!("the password {DATABASE:?} is wrong"),
        format!("env MESHHOOK_PASSWORD={VARIABLE}, {VARIABLE}"),
        format!("POST /{HOOK}/x failed, token whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
        format!("ALTER ROLE app PASSWORD '{SHAPED}'; SET x = 'postgres://u:{SHAPED}@h'"),
        format!("curl -H 'Authorization: Bearer {SHAPED}' https://hooks.slack.com/services/{SHAPED}"),
        format!("mail server said {MAIL}"),
    ]
}

fn planted() -> Announcement {
    let all = leaks().join("\n");
    Announcement {
        environment: format!("production {VARIABLE}"),
        from: Some(format!("1 {DATABASE}")),
        to: Some(format!("2 {MAIL}")),
        migrations: rolled_back()
            .migrations
            .into_iter()
            .map(|line| meshhook_notify::MigrationLine {
                name: format!("{} {VARIABLE}", line.name),
                version: format!("{} {MAIL}", line.version),
                ..line
            })
            .collect(),
        failure: Some(Failure {
            place: Some(format!("x.sql:1:1 {all}")),
            code: Some(DATABASE.into()),
            message: all.clone(),
            details: leaks(),
        }),
        state: all.clone(),
        next: leaks(),
        notes: leaks(),
        commit: Some(format!("ab {VARIABLE}")),
        actor: Some(all.clone()),
        ci_url: Some(format!("https://u:{SHAPED}@ci.example.com/{HOOK}?token={SHAPED}&x={VARIABLE}")),
        finished: chrono::Utc::now(),
        ..rolled_back()
    }
}

/// What of a secret must not be seen, also by parts.
const TRACES: [&str; 9] = [
    DATABASE,
    "d4tabase",
    "ss w/rd",
    "ss%20w",
    VARIABLE,
    "m4il-s3c",
    "h00k-s3cret",
    "sh4ped",
    "C2FVsBQIhrsc",
];

fn assert_clean(what: &str, text: &str) {
    for trace in TRACES {
        assert!(!text.contains(trace), "{trace} in {what}: {text}");
    }
}

#[tokio::test]
async fn a_planted_secret_is_found_nowhere() {
    // as the command line does it: variables and URLs are remembered before anything is said
    let encoded = DATABASE.replace('%', "%25").replace(' ', "%20").replace('/', "%2F");
    meshhook_redact::remember_url(&format!("postgres://deploy:{encoded}@db.example.com/app"));
    meshhook_redact::remember(VARIABLE);

    let announcement = planted();
    for status in [200, 500, 404] {
        // the server says back what it was told: address and body
        let server = HttpServer::answering(move |_, request| {
            reply(status).body(format!("no: {} {} {}", request.path, request.body.len(), leaks().join(" ")))
        });
        let smtp = SmtpServer::start("AGRlcGxveQBtNGlsLXMzY3JldA==", if status == 200 { 0 } else { 99 });
        let url = server.url(&format!("/{HOOK}/x?sig={HOOK}-2"));
        let mail = format!("smtp://deploy:{MAIL}@127.0.0.1:{}", smtp.port);
        let channels = [
            Channel::slack("slack", &url).unwrap(),
            Channel::discord("discord", &url).unwrap(),
            Channel::teams("teams", &url).unwrap(),
            Channel::webhook("webhook", &url, KEY).unwrap(),
            Channel::email("mail", &mail, "d@example.com", &["t@example.com".to_owned()]).unwrap(),
        ];
        assert_clean("debug of the channels", &format!("{channels:?}"));
        let deliveries = deliver(&channels, &announcement, Duration::from_secs(1)).await;
        let deliveries = redeliver(&channels, &announcement, &deliveries, Duration::from_secs(1)).await;
        assert_eq!(deliveries.len(), 5);
        let requests = server.requests();
        assert!(requests.len() >= 4);
        for request in requests {
            // the address is where it goes, and in no other place
            assert_clean("a request", &format!("{:?} {}", request.headers, request.body));
            assert!(request.body.contains("[redacted]"));
        }
        for mail in smtp.mails() {
            assert_clean("a mail", &mail.data);
            assert_clean("a mail, without soft line ends", &mail.data.replace("=\r\n", ""));
        }
        assert_eq!(smtp.mails().len(), usize::from(status == 200));
        assert_clean("the deliveries", &format!("{deliveries:?}"));
        let kept = serde_json::to_string(&Notification::new(&announcement, deliveries)).unwrap();
        assert_clean("what is kept", &kept);
    }
    for port in [support::closed_port()] {
        let channel = Channel::slack("s", &format!("http://127.0.0.1:{port}/{HOOK}")).unwrap();
        let deliveries = deliver(&[channel], &announcement, Duration::from_millis(300)).await;
        assert!(deliveries[0].last_error.is_some());
        assert_clean("the error of a connection", &format!("{deliveries:?}"));
    }

    assert_clean("the summary", &github::summary(&announcement));
    assert_clean("the comment", &github::comment_body(&leaks().join("\n")));
    let annotation = github::failure_annotation(&announcement).unwrap();
    assert_clean("the annotation", &github::annotations(&[annotation]).concat());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary.md");
    github::append_summary(&file, &leaks().join("\n")).unwrap();
    assert_clean("the summary's file", &std::fs::read_to_string(file).unwrap());

    for bad in [format!("ftp://u:{SHAPED}@h"), format!("https://[{HOOK}"), SHAPED.to_owned()] {
        assert_clean("an error of a channel", &Channel::slack("s", &bad).unwrap_err().to_string());
        assert_clean("an error of a channel", &Channel::email("s", &bad, &bad, &[]).unwrap_err().to_string());
    }
}
