//! Sending: what arrives, what is tried again, and what is given up.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use meshhook_notify::{
    Announcement, Channel, Delivery, DeliveryState, Notification, Outcome, deliver, redeliver,
};
use sha2::{Digest, Sha256};
use support::announcements::{rolled_back, succeeded};
use support::smtp::SmtpServer;
use support::{HttpServer, KEY, Request, closed_port, reply};

const DEADLINE: Duration = Duration::from_secs(10);

fn recent() -> Announcement {
    Announcement { finished: Utc::now(), ..rolled_back() }
}

fn hook(server: &HttpServer) -> Channel {
    Channel::webhook("hook", &server.url("/in"), KEY).unwrap()
}

async fn deliver_one(channel: Channel, deadline: Duration) -> Delivery {
    let mut deliveries = deliver(&[channel], &recent(), deadline).await;
    assert_eq!(deliveries.len(), 1);
    deliveries.remove(0)
}

/// The signature that Standard Webhooks asks for, worked out by hand.
fn signature(request: &Request) -> String {
    // base64 of the 24 bytes of KEY
    let key = [
        0x0b, 0x61, 0x55, 0xb0, 0x14, 0x08, 0x86, 0xbb, 0x1c, 0x0a, 0x19, 0x50, 0x20, 0xc5, 0x7e, 0x6f, 0x9b,
        0x12, 0x62, 0xca, 0x68, 0x6f, 0xba, 0x03,
    ];
    let text = format!(
        "{}.{}.{}",
        request.headers["webhook-id"], request.headers["webhook-timestamp"], request.body
    );
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        for (n, part) in key.iter().enumerate() {
            block[n] ^= part;
        }
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    let outer = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for group in outer.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        for n in 0..4 {
            let letter = alphabet[(bits >> (18 - 6 * n)) as usize & 63];
            encoded.push(if n <= group.len() { char::from(letter) } else { '=' });
        }
    }
    format!("v1,{encoded}")
}

#[tokio::test]
async fn a_webhook_is_signed_as_standard_webhooks_has_it() {
    let server = HttpServer::start(vec![reply(204)]);
    let delivery = deliver_one(hook(&server), DEADLINE).await;
    assert_eq!((delivery.state, delivery.attempts, delivery.last_error), (DeliveryState::Sent, 1, None));

    let request = server.request();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/in"));
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.headers["webhook-id"], delivery.id);
    assert!(delivery.id.starts_with("msg_"));
    assert_eq!(request.headers["webhook-signature"], signature(&request));
    let mut headers = ureq::http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, request.headers[name].parse().unwrap());
    }
    let receiver = standardwebhooks::Webhook::new(KEY).unwrap();
    receiver.verify(request.body.as_bytes(), &headers).unwrap();
    receiver.verify(b"{}", &headers).unwrap_err();

    let body = request.json();
    assert_eq!(body["type"], "database.deploy.rolled-back");
    assert_eq!(body["data"]["failure"]["code"], "23505");
    assert_eq!(body["data"]["headline"], "Rolled back: production is as it was");
}

#[tokio::test]
async fn what_fails_for_now_is_tried_again_under_the_same_id() {
    for status in [408, 425, 429, 500, 502, 503] {
        let server = HttpServer::start(vec![reply(status), reply(200)]);
        let delivery = deliver_one(hook(&server), DEADLINE).await;
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Sent, 2), "{status}");
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].body, requests[1].body);
        for request in &requests {
            assert_eq!(request.headers["webhook-id"], delivery.id);
            assert_eq!(request.headers["webhook-signature"], signature(request));
        }
    }
}

#[tokio::test]
async fn retry_after_is_honoured_in_seconds_and_as_a_date() {
    let date = || (Utc::now() + TimeDelta::seconds(3)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for (value, least) in [(None, 2.0), (Some(date), 1.5)] {
        let value = value.map_or_else(|| "2".to_owned(), |date| date());
        let server = HttpServer::start(vec![reply(429).header("retry-after", value.clone()), reply(200)]);
        let delivery = deliver_one(hook(&server), DEADLINE).await;
        assert_eq!(delivery.state, DeliveryState::Sent);
        let requests = server.requests();
        let waited = requests[1].at - requests[0].at;
        assert!(waited.as_secs_f64() >= least, "{value} {waited:?}");
    }
}

#[tokio::test]
async fn a_pause_longer_than_the_deadline_is_not_waited_for() {
    let server = HttpServer::start(vec![reply(503).header("retry-after", "3600")]);
    let began = Instant::now();
    let delivery = deliver_one(hook(&server), DEADLINE).await;
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Pending, 1));
    assert_eq!(delivery.last_error.unwrap(), "answered 503, could not take it");
}

#[tokio::test]
async fn a_channel_that_is_gone_is_given_up() {
    let server = HttpServer::start(vec![reply(410)]);
    let delivery = deliver_one(hook(&server), DEADLINE).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::GivenUp, 1));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_never_followed() {
    let elsewhere = HttpServer::start(vec![reply(200)]);
    for status in [301, 302, 303, 307, 308] {
        let server = HttpServer::start(vec![reply(status).header("location", elsewhere.url("/x"))]);
        let delivery = deliver_one(hook(&server), DEADLINE).await;
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Pending, 1), "{status}");
        assert!(delivery.last_error.unwrap().contains("not followed"));
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn what_the_channel_does_not_take_waits_for_a_person() {
    let server = HttpServer::start(vec![reply(404).body("no_service\nmore"), reply(200)]);
    let channels = [hook(&server)];
    let announcement = recent();
    let first = deliver(&channels, &announcement, DEADLINE).await;
    assert_eq!((first[0].state, first[0].attempts), (DeliveryState::Pending, 1));
    assert_eq!(first[0].last_error.as_deref(), Some("answered 404, knows no such address: no_service"));
    assert!(!Notification::new(&announcement, first.clone()).is_settled());

    let again = redeliver(&channels, &announcement, &first, DEADLINE).await;
    assert_eq!((again[0].state, again[0].attempts), (DeliveryState::Sent, 2));
    assert_eq!(again[0].id, first[0].id);
    let requests = server.requests();
    assert_eq!(requests[0].headers["webhook-id"], requests[1].headers["webhook-id"]);
    assert_eq!(requests[0].body, requests[1].body);
    assert!(Notification::new(&announcement, again.clone()).is_settled());

    let third = redeliver(&channels, &announcement, &again, DEADLINE).await;
    assert_eq!(third, again);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn news_of_three_days_ago_is_no_news() {
    let server = HttpServer::start(vec![reply(404)]);
    let mut announcement = recent();
    let first = deliver(&[hook(&server)], &announcement, DEADLINE).await;
    announcement.finished = Utc::now() - TimeDelta::days(4);
    let again = redeliver(&[hook(&server)], &announcement, &first, DEADLINE).await;
    assert_eq!((again[0].state, again[0].attempts), (DeliveryState::GivenUp, 1));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_channel_that_is_no_longer_configured_stays_pending() {
    let server = HttpServer::start(vec![reply(404)]);
    let first = deliver(&[hook(&server)], &recent(), DEADLINE).await;
    let again = redeliver(&[], &recent(), &first, DEADLINE).await;
    assert_eq!(again[0].state, DeliveryState::Pending);
    assert!(again[0].last_error.as_deref().unwrap().contains("no such channel"));
}

#[tokio::test]
async fn a_slow_server_costs_the_deadline_and_no_more() {
    let slow = HttpServer::start(vec![reply(200).after(Duration::from_secs(30))]);
    let quick = HttpServer::start(vec![reply(200)]);
    let channels = [
        Channel::slack("slow", &slow.url("/a")).unwrap(),
        Channel::discord("quick", &quick.url("/b")).unwrap(),
    ];
    let began = Instant::now();
    let deliveries = deliver(&channels, &recent(), Duration::from_secs(1)).await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(deliveries[0].state, DeliveryState::Pending);
    assert_eq!(deliveries[0].last_error.as_deref(), Some("did not answer in time"));
    assert_eq!((deliveries[1].channel.as_str(), deliveries[1].state), ("quick", DeliveryState::Sent));
}

#[tokio::test]
async fn a_closed_port_is_tried_until_the_deadline() {
    let url = format!("http://127.0.0.1:{}/x", closed_port());
    let began = Instant::now();
    let delivery = deliver_one(Channel::teams("teams", &url).unwrap(), Duration::from_secs(2)).await;
    assert!(began.elapsed() < Duration::from_secs(3));
    assert_eq!(delivery.state, DeliveryState::Pending);
    assert!(delivery.attempts >= 2, "{delivery:?}");
    assert!(delivery.last_error.unwrap().contains("connection failed"));
}

#[tokio::test]
async fn a_channel_hears_of_what_it_wants_and_always_of_a_test() {
    let server = HttpServer::start(vec![reply(200)]);
    let channels = [hook(&server).on(&[Outcome::NeedsPerson, Outcome::RolledBack])];
    assert!(deliver(&channels, &succeeded(), DEADLINE).await.is_empty());
    assert_eq!(deliver(&channels, &recent(), DEADLINE).await.len(), 1);
    assert_eq!(deliver(&channels, &Announcement::test("production"), DEADLINE).await.len(), 1);
    assert_eq!(server.requests().len(), 2);
}

// base64 of `\0deploy\0p@ss word`
const LOGIN: &str = "AGRlcGxveQBwQHNzIHdvcmQ=";

fn mail(port: u16, password: &str) -> Channel {
    let server = format!("smtp://deploy:{password}@127.0.0.1:{port}");
    let to = ["Team <team@example.com>".to_owned(), "boss@example.com".to_owned()];
    Channel::email("mail", &server, "Deploys <deploy@example.com>", &to).unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_text_and_html_after_the_password() {
    let server = SmtpServer::start(LOGIN, 0);
    let delivery = deliver_one(mail(server.port, "p%40ss%20word"), DEADLINE).await;
    assert_eq!((delivery.state, delivery.last_error), (DeliveryState::Sent, None));
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.login.as_str(), server.logins()), (LOGIN, vec![LOGIN.to_owned()]));
    assert!(mail.from.contains("<deploy@example.com>"), "{}", mail.from);
    assert!(mail.to.concat().contains("team@example.com") && mail.to.concat().contains("boss@example.com"));
    for expected in [
        "Subject: Rolled back: production is as it was\r\n",
        "From: Deploys <deploy@example.com>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        "could not create unique index",
    ] {
        assert!(mail.data.contains(expected), "{expected} in {}", mail.data);
    }
    assert!(mail.data.contains(&format!("Message-ID: <{}@example.com>", delivery.id)), "{}", mail.data);
}

#[tokio::test]
async fn a_busy_mail_server_is_asked_again_and_a_wrong_password_is_not_repeated() {
    let server = SmtpServer::start(LOGIN, 1);
    let delivery = deliver_one(mail(server.port, "p%40ss%20word"), DEADLINE).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Sent, 2));
    let delivery = deliver_one(mail(server.port, "wr0ng-one"), DEADLINE).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Pending, 1));
    let error = delivery.last_error.unwrap();
    assert!(error.contains("wrong password") && !error.contains("wr0ng-one"), "{error}");
}

#[tokio::test]
async fn a_password_is_never_said_to_a_mail_server_without_tls() {
    let server = SmtpServer::start(LOGIN, 0);
    let url = format!("smtps://deploy:p%40ss%20word@127.0.0.1:{}", server.port);
    let channel = Channel::email("mail", &url, "d@example.com", &["t@example.com".to_owned()]).unwrap();
    let delivery = deliver_one(channel, Duration::from_secs(2)).await;
    assert_eq!(delivery.state, DeliveryState::Pending);
    assert!(server.logins().is_empty() && server.mails().is_empty());
}

#[test]
fn what_is_kept_comes_back_the_same_and_postgres_takes_it() {
    let delivery = Delivery {
        channel: "hook".into(),
        id: "msg_1".into(),
        state: DeliveryState::GivenUp,
        attempts: 3,
        last_error: Some("answered 410".into()),
        at: "2026-07-06T10:10:04Z".parse().unwrap(),
    };
    let notification = Notification::new(&support::announcements::hostile(), vec![delivery]);
    let kept = notification.to_json();
    // jsonb refuses U+0000
    assert!(!kept.to_string().contains("\\u0000"));
    assert_eq!((&kept["settled"], &kept["deliveries"][0]["state"]), (&true.into(), &"given-up".into()));
    let back = Notification::from_json(&kept).unwrap();
    assert_eq!(back, notification);
    assert!(back.is_settled());
}
