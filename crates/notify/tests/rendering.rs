//! What each channel gets to show: the bytes that a listener received.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use meshhook_notify::{Announcement, Channel, DeliveryState, deliver, github};
use serde_json::Value;
use support::announcements::{enormous, hostile, needs_person, rolled_back, succeeded};
use support::smtp::SmtpServer;
use support::{HttpServer, KEY, reply};

/// The body that arrives, from a channel made for the URL of a listener.
async fn arrived(channel: impl Fn(&str) -> Channel, announcement: &Announcement) -> String {
    let server = HttpServer::start(vec![reply(200)]);
    let deliveries = deliver(&[channel(&server.url("/in"))], announcement, Duration::from_secs(10)).await;
    assert_eq!(deliveries[0].state, DeliveryState::Sent, "{deliveries:?}");
    server.request().body
}

fn slack(url: &str) -> Channel {
    Channel::slack("c", url).unwrap()
}

fn discord(url: &str) -> Channel {
    Channel::discord("c", url).unwrap()
}

fn teams(url: &str) -> Channel {
    Channel::teams("c", url).unwrap()
}

fn webhook(url: &str) -> Channel {
    Channel::webhook("c", url, KEY).unwrap()
}

fn pretty(body: &str) -> String {
    serde_json::to_string_pretty(&sorted(serde_json::from_str(body).unwrap())).unwrap()
}

/// Fields in the order of their names, whether or not some crate of the build asks serde_json to keep another.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// Headers that matter and both parts, decoded.
async fn mailed(announcement: &Announcement) -> String {
    let server = SmtpServer::start("AGEAYg==", 0);
    let url = format!("smtp://a:b@127.0.0.1:{}", server.port);
    let channel = Channel::email("c", &url, "d@example.com", &["t@example.com".to_owned()]).unwrap();
    let deliveries = deliver(&[channel], announcement, Duration::from_secs(10)).await;
    assert_eq!(deliveries[0].state, DeliveryState::Sent, "{deliveries:?}");
    server.mails()[0].data.clone()
}

/// Undoes quoted-printable and base64 of the parts.
fn decoded(mail: &str) -> String {
    let mut text = String::new();
    for part in mail.split("\r\n--").skip(1) {
        let Some((head, body)) = part.split_once("\r\n\r\n") else { continue };
        if head.contains("base64") {
            text += &String::from_utf8(base64(&body.replace("\r\n", ""))).unwrap();
        } else if head.contains("quoted-printable") {
            let body = body.replace("=\r\n", "");
            let mut bytes = Vec::new();
            let mut at = 0;
            while at < body.len() {
                if body.as_bytes()[at] == b'=' {
                    bytes.push(u8::from_str_radix(&body[at + 1..at + 3], 16).unwrap());
                    at += 3;
                } else {
                    bytes.push(body.as_bytes()[at]);
                    at += 1;
                }
            }
            text += &String::from_utf8(bytes).unwrap();
        } else {
            text += body;
        }
        text += "\n";
    }
    text.replace("\r\n", "\n")
}

fn base64(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for letter in text.bytes().filter_map(|byte| alphabet.iter().position(|letter| *letter == byte)) {
        bits = bits << 6 | u32::try_from(letter).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

#[tokio::test]
async fn slack_shows_blocks() {
    insta::assert_snapshot!("slack_succeeded", pretty(&arrived(slack, &succeeded()).await));
    insta::assert_snapshot!("slack_rolled_back", pretty(&arrived(slack, &rolled_back()).await));
    insta::assert_snapshot!("slack_needs_person", pretty(&arrived(slack, &needs_person()).await));
}

#[tokio::test]
async fn discord_shows_embeds() {
    insta::assert_snapshot!("discord_succeeded", pretty(&arrived(discord, &succeeded()).await));
    insta::assert_snapshot!("discord_rolled_back", pretty(&arrived(discord, &rolled_back()).await));
    insta::assert_snapshot!("discord_needs_person", pretty(&arrived(discord, &needs_person()).await));
}

#[tokio::test]
async fn teams_shows_a_card() {
    insta::assert_snapshot!("teams_succeeded", pretty(&arrived(teams, &succeeded()).await));
    insta::assert_snapshot!("teams_rolled_back", pretty(&arrived(teams, &rolled_back()).await));
    insta::assert_snapshot!("teams_needs_person", pretty(&arrived(teams, &needs_person()).await));
}

#[tokio::test]
async fn a_program_gets_the_whole_announcement() {
    insta::assert_snapshot!("webhook_succeeded", pretty(&arrived(webhook, &succeeded()).await));
    insta::assert_snapshot!("webhook_rolled_back", pretty(&arrived(webhook, &rolled_back()).await));
    insta::assert_snapshot!("webhook_needs_person", pretty(&arrived(webhook, &needs_person()).await));
}

#[tokio::test]
async fn a_mail_reads_well_as_text_and_as_html() {
    insta::assert_snapshot!("email_succeeded", decoded(&mailed(&succeeded()).await));
    insta::assert_snapshot!("email_rolled_back", decoded(&mailed(&rolled_back()).await));
    insta::assert_snapshot!("email_needs_person", decoded(&mailed(&needs_person()).await));
}

#[test]
fn github_shows_markdown() {
    insta::assert_snapshot!("github_succeeded", github::summary(&succeeded()));
    insta::assert_snapshot!("github_rolled_back", github::summary(&rolled_back()));
    insta::assert_snapshot!("github_needs_person", github::summary(&needs_person()));
}

/// Every string in a body, with its place.
fn strings<'v>(value: &'v Value, place: String, all: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) => all.push((place, text)),
        Value::Array(values) => values.iter().for_each(|value| strings(value, place.clone(), all)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| strings(value, format!("{place}/{name}"), all));
        }
        _ => {}
    }
}

#[tokio::test]
async fn hostile_text_is_only_text_in_slack() {
    let body: Value = serde_json::from_str(&arrived(slack, &hostile()).await).unwrap();
    let mut all = Vec::new();
    strings(&body, String::new(), &mut all);
    for (place, text) in all {
        // the only markup of ours that has angle brackets
        let text = text
            .strip_prefix("<https://x.io/")
            .and_then(|rest| rest.strip_suffix("|CI run>"))
            .unwrap_or(text);
        assert!(!text.contains('<') && !text.contains('>'), "{place}: {text}");
        assert!(!text.contains('\0') && !text.contains('\u{202e}'), "{place}: {text}");
        let in_blocks = text.starts_with("```") || place == "/blocks/text/text" && text.ends_with("```");
        assert!(!in_blocks || text.matches("```").count() == 2, "{place}: {text}");
    }
    for block in body["blocks"].as_array().unwrap() {
        let markup = &block["text"];
        assert!(markup["type"] != "mrkdwn" || markup["verbatim"] == true, "{block}");
    }
}

#[tokio::test]
async fn hostile_text_is_only_text_in_discord() {
    let body: Value = serde_json::from_str(&arrived(discord, &hostile()).await).unwrap();
    assert_eq!(body["allowed_mentions"], serde_json::json!({"parse": []}));
    let mut all = Vec::new();
    strings(&body, String::new(), &mut all);
    for (place, text) in all.into_iter().filter(|(place, _)| !place.ends_with("/url")) {
        assert!(!text.contains("@everyone") && !text.contains("@U1"), "{place}: {text}");
        // outside of code there is a backslash before every `[`, `<` and `*` but our own `**`
        let outside: String = text.split("```").step_by(2).collect::<Vec<_>>().join("");
        let outside: String = outside.split('`').step_by(2).collect::<Vec<_>>().join("").replace("**", "");
        for mark in ['[', '<', '*', '_', '|', '#'] {
            for (at, _) in outside.match_indices(mark) {
                assert!(outside[..at].ends_with('\\'), "{place}: {mark} in {outside}");
            }
        }
    }
}

#[tokio::test]
async fn hostile_text_is_only_text_in_a_card() {
    let body: Value = serde_json::from_str(&arrived(teams, &hostile()).await).unwrap();
    let mut all = Vec::new();
    strings(&body["attachments"][0]["content"]["body"], String::new(), &mut all);
    // text runs know no markup; a text block would
    assert!(all.iter().any(|(place, text)| place.ends_with("/text") && text.contains("<!channel>@everyone")));
    assert!(all.iter().all(|(place, text)| !place.ends_with("/type") || *text != "TextBlock"));
    assert!(all.iter().all(|(_, text)| !text.contains(['\0', '\u{202e}'])));
}

#[tokio::test]
async fn hostile_text_is_only_text_in_a_mail() {
    let mail = mailed(&hostile()).await;
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    assert!(head.lines().all(|line| !line.starts_with("::error") && !line.starts_with("b`c")), "{head}");
    let text = decoded(&mail);
    let (_, html) = text.split_once("<!doctype html>").unwrap();
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;f"), "{html}");
    assert!(!html.contains("<script") && !html.contains("</script") && !html.contains("<!channel"), "{html}");
    let tags =
        ["html", "body", "h2", "p", "code", "pre", "ol", "ul", "li", "span", "table", "tr", "th", "td", "a"];
    for tag in html.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
        assert!(tags.contains(&name), "<{tag}");
    }
}

#[test]
fn hostile_text_is_only_text_in_markdown() {
    for markdown in [github::summary(&hostile()), github::comment(&hostile())] {
        let tags = ["code", "pre", "br"];
        for tag in markdown.split('<').skip(1) {
            let name = tag.trim_start_matches('/').split('>').next().unwrap();
            assert!(tags.contains(&name), "<{tag}");
        }
        let outside_pre: String =
            markdown.split("<pre>").map(|part| part.rsplit("</pre>").next().unwrap()).collect();
        assert!(!outside_pre.contains("@everyone") && !outside_pre.contains('`'), "{outside_pre}");
        let outside_pre: String = outside_pre.lines().filter(|line| !line.starts_with("[CI run](")).collect();
        assert!(!outside_pre.contains("](javascript"), "{outside_pre}");
        assert!(!markdown.contains(['\0', '\u{202e}']));
    }
}

/// What must be in every message, however long the rest is.
const SURVIVES: [&str; 4] = ["Rolled back", "production", "20260000000450", "could not create unique index"];

fn assert_survives(text: &str) {
    // Markdown and Discord write an underscore their own way
    let text = text.replace("\\_", "_").replace("&#95;", "_");
    for expected in SURVIVES.into_iter().chain(["the_failed_one.sql:3:14", "cargo xtask db deploy"]) {
        assert!(text.contains(expected), "{expected} in {}", text.chars().take(3_000).collect::<String>());
    }
    assert!(text.contains("FAILED"));
}

fn assert_cut(text: &str) {
    assert_survives(text);
    assert!(text.contains(" more"));
}

fn units(value: &Value) -> usize {
    value.as_str().unwrap_or_default().encode_utf16().count()
}

#[tokio::test]
async fn an_enormous_message_fits_into_slack() {
    let body: Value = serde_json::from_str(&arrived(slack, &enormous()).await).unwrap();
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    for block in blocks {
        let most = if block["type"] == "header" { 150 } else { 3_000 };
        assert!(units(&block["text"]["text"]) <= most, "{block}");
        let fields = block["fields"].as_array().cloned().unwrap_or_default();
        assert!(fields.len() <= 10 && fields.iter().all(|field| units(&field["text"]) <= 2_000), "{block}");
        assert!(!block.to_string().contains("&…") && !block.to_string().contains("&am…"), "{block}");
    }
    assert_cut(&body.to_string());
}

#[tokio::test]
async fn an_enormous_message_fits_into_discord() {
    let body: Value = serde_json::from_str(&arrived(discord, &enormous()).await).unwrap();
    assert!(units(&body["content"]) <= 2_000);
    let embeds = body["embeds"].as_array().unwrap();
    assert!(embeds.len() <= 10);
    let mut total = 0;
    for embed in embeds {
        assert!(units(&embed["description"]) <= 4_096 && units(&embed["title"]) <= 256);
        total += units(&embed["description"]) + units(&embed["title"]);
        for field in embed["fields"].as_array().cloned().unwrap_or_default() {
            assert!(units(&field["name"]) <= 256 && units(&field["value"]) <= 1_024);
            total += units(&field["name"]) + units(&field["value"]);
        }
    }
    assert!(total <= 6_000, "{total}");
    assert_cut(&body.to_string());
}

#[tokio::test]
async fn an_enormous_message_fits_into_teams() {
    let body = arrived(teams, &enormous()).await;
    assert!(body.len() <= 28 * 1024, "{}", body.len());
    assert_cut(&body);
}

#[tokio::test]
async fn an_enormous_message_fits_into_a_mail_and_a_webhook() {
    let mail = decoded(&mailed(&enormous()).await);
    assert_cut(&mail);
    let body: Value = serde_json::from_str(&arrived(webhook, &enormous()).await).unwrap();
    let data = &body["data"];
    assert_eq!(data["migrations"].as_array().unwrap().len(), 500);
    assert_eq!(data["migrations_left_out"], 400);
    assert!(data["migrations"].as_array().unwrap().iter().any(|line| line["name"] == "the_failed_one"));
    assert!(body.to_string().len() < 5_000_000);
}

#[test]
fn an_enormous_message_fits_into_github() {
    let summary = github::summary(&enormous());
    assert!(summary.len() <= github::SUMMARY_BYTES, "{}", summary.len());
    assert_survives(&summary);
    let comment = github::comment_body(&github::comment(&enormous()));
    assert!(comment.encode_utf16().count() <= github::COMMENT_CHARACTERS);
    assert!(comment.starts_with("<!-- meshhook-db-check -->\n"));
    assert_cut(&comment);
}

#[tokio::test]
async fn every_length_around_a_limit_is_cut_cleanly() {
    for length in (0..9_000).step_by(1_283) {
        let mut announcement = rolled_back();
        for (n, text) in ["<", "`", "🦀", "\\", "é"].iter().enumerate() {
            announcement.failure.as_mut().unwrap().message = text.repeat(length + n);
            announcement.state = text.repeat(length / 2 + n);
            for channel in [slack, discord, teams] {
                // a cut inside of a character or an escape of JSON would not parse
                let body = arrived(channel, &announcement).await;
                let body: Value = serde_json::from_str(&body).unwrap();
                let text = body.to_string();
                assert!(!text.contains("&l…") && !text.contains("&lt…"), "{text}");
            }
        }
    }
}
