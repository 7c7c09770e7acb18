//! `cargo xtask db comment`: a report becomes a comment, on the right pull request and on no other.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use support::{Project, Ran};

/// A GitHub with one repository, `acme/shop`, on a port of this machine.
struct Github {
    address: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Github {
    /// `answers`: path and answer of each GET; whatever is written is accepted.
    fn start(answers: Vec<(&'static str, Value)>) -> Github {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &answers, &seen);
            }
        });
        Github { address, asked }
    }

    /// What was written: method, path and body.
    fn written(&self) -> Vec<(String, Value)> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(line, _)| !line.starts_with("GET ")).cloned().collect()
    }
}

fn answer(stream: TcpStream, answers: &[(&str, Value)], seen: &Mutex<Vec<(String, Value)>>) {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let mut length = 0;
    let mut authorized = false;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let header = header.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        authorized |= header == "authorization: bearer ghs_thetoken";
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let line = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let path = line.split_once(' ').unwrap().1;
    let (status, reply) = match answers.iter().find(|(known, _)| path == *known) {
        _ if !authorized => ("401 Unauthorized", json!({})),
        _ if !line.starts_with("GET ") => ("200 OK", json!({ "html_url": "https://github.test/c/1" })),
        Some((_, reply)) => ("200 OK", reply.clone()),
        None => ("404 Not Found", json!({ "message": "Not Found" })),
    };
    seen.lock().unwrap().push((line, serde_json::from_slice(&body).unwrap_or(Value::Null)));
    let reply = reply.to_string();
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{reply}",
        reply.len()
    )
    .unwrap();
}

const HEAD: &str = "1111111111111111111111111111111111111111";

fn pull(head: &str, repository: &str) -> Value {
    json!({ "head": { "sha": head, "repo": { "full_name": repository } } })
}

fn event(conclusion: &str, repository: &str, numbers: &[u64]) -> Value {
    let numbers: Vec<Value> = numbers.iter().map(|number| json!({ "number": number })).collect();
    json!({ "workflow_run": {
        "head_sha": HEAD,
        "conclusion": conclusion,
        "head_repository": { "full_name": repository },
        "pull_requests": numbers,
    } })
}

/// A project with the report of a check that failed, as pull request 41.
fn reported() -> Project {
    let project = Project::small();
    project.migration("20260201000000_empty", "-- nothing\n", "SELECT 1;\n");
    let event = project.write("event.json", &json!({ "pull_request": { "number": 41 } }).to_string());
    let mut command = project.command(&["check", "--only", "files", "--report", "report"]);
    command.env("GITHUB_EVENT_PATH", event);
    support::finish(command).exits(1);
    project
}

fn comment(project: &Project, github: &Github, event: &Value, arguments: &[&str]) -> Ran {
    let event = project.write("event.json", &event.to_string());
    let mut command = project.command(&[&["comment", "--report", "report"], arguments].concat());
    command.env("GITHUB_EVENT_PATH", event).env("GITHUB_API_URL", &github.address);
    command.env("GITHUB_REPOSITORY", "acme/shop").env("GITHUB_TOKEN", "ghs_thetoken");
    support::finish(command)
}

#[test]
fn the_first_check_of_a_fork_s_pull_request_writes_a_comment() {
    let project = reported();
    let github = Github::start(vec![
        ("/repos/acme/shop/pulls/41", pull(HEAD, "mallory/shop")),
        ("/repos/acme/shop/issues/41/comments?per_page=100&page=1", json!([])),
    ]);
    let ran = comment(&project, &github, &event("failure", "mallory/shop", &[]), &[]).exits(0);
    ran.says("commented on #41: https://github.test/c/1");
    let written = github.written();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].0, "POST /repos/acme/shop/issues/41/comments");
    let body = written[0].1["body"].as_str().unwrap();
    assert!(body.starts_with("<!-- meshhook-db-check -->\n## Database check failed: `files`"), "{body}");
    assert!(body.contains(HEAD), "the commit is the one that was run: {body}");
}

#[test]
fn the_next_check_updates_the_bot_s_comment_and_leaves_a_person_s_alone() {
    let project = reported();
    let marked = "<!-- meshhook-db-check -->\nold";
    let github = Github::start(vec![
        ("/repos/acme/shop/pulls/41", pull(HEAD, "acme/shop")),
        (
            "/repos/acme/shop/issues/41/comments?per_page=100&page=1",
            json!([
                { "id": 6, "body": marked, "user": { "type": "User" } },
                { "id": 7, "body": format!("see {marked}"), "user": { "type": "Bot" } },
                { "id": 8, "body": marked, "user": { "type": "Bot" } },
            ]),
        ),
    ]);
    comment(&project, &github, &event("failure", "acme/shop", &[41]), &[]).exits(0);
    let lines: Vec<String> = github.written().into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, ["PATCH /repos/acme/shop/issues/comments/8"]);
}

#[test]
fn a_report_that_names_somebody_else_s_pull_request_gets_no_comment_there() {
    let project = reported();
    let github = Github::start(vec![("/repos/acme/shop/pulls/41", pull(HEAD, "victim/shop"))]);
    comment(&project, &github, &event("failure", "mallory/shop", &[]), &[])
        .exits(1)
        .says("#41 is not the pull request that was checked");
    assert_eq!(github.written(), []);
}

#[test]
fn a_pull_request_that_has_moved_on_is_left_to_its_next_check() {
    let project = reported();
    let github = Github::start(vec![("/repos/acme/shop/pulls/41", pull("2222", "mallory/shop"))]);
    comment(&project, &github, &event("failure", "mallory/shop", &[]), &[]).exits(0).says("#41 has moved on");
    assert_eq!(github.written(), []);
}

#[test]
fn the_number_in_the_event_goes_before_the_one_in_the_report() {
    let project = reported();
    let github = Github::start(vec![
        ("/repos/acme/shop/pulls/7", pull(HEAD, "acme/shop")),
        ("/repos/acme/shop/issues/7/comments?per_page=100&page=1", json!([])),
    ]);
    comment(&project, &github, &event("failure", "acme/shop", &[7]), &[]).exits(0).says("commented on #7");
}

#[test]
fn what_a_report_says_of_itself_cannot_turn_a_failed_check_into_a_passed_one() {
    let project = reported();
    let lie = json!({ "format": 1, "tool": "x", "commit": "x", "passed": true, "gates": [{
        "gate": "files", "passed": true, "milliseconds": 1, "summary": "@everyone <b>", "findings": [],
    }] });
    project.write("report/report.json", &lie.to_string());
    project.write("report/comment.md", "<!-- meshhook-db-check -->\nI am not read\n");
    let github = Github::start(vec![
        ("/repos/acme/shop/pulls/41", pull(HEAD, "mallory/shop")),
        ("/repos/acme/shop/issues/41/comments?per_page=100&page=1", json!([])),
    ]);
    comment(&project, &github, &event("failure", "mallory/shop", &[]), &[]).exits(0);
    let body = github.written()[0].1["body"].as_str().unwrap().to_owned();
    assert!(body.contains("## Database check failed\n"), "{body}");
    assert!(body.contains("`@everyone <b>`") && !body.contains("I am not read"), "{body}");
}

#[test]
fn without_a_report_or_a_number_nothing_is_written_and_it_is_said() {
    let project = reported();
    let github = Github::start(Vec::new());
    std::fs::remove_file(project.root().join("report/pull-request")).unwrap();
    let fork = event("failure", "mallory/shop", &[]);
    comment(&project, &github, &fork, &[]).exits(0).says("belongs to no pull request");
    std::fs::remove_file(project.root().join("report/report.json")).unwrap();
    comment(&project, &github, &fork, &[]).exits(0).says("the check came to no verdict");
    assert_eq!(github.written(), []);
}

#[test]
fn a_file_that_is_no_report_is_refused() {
    let project = reported();
    project.write("report/report.json", "{\"format\": 1, \"passed\": true}");
    let github = Github::start(Vec::new());
    comment(&project, &github, &event("success", "mallory/shop", &[]), &[]).exits(1).says("is not a report");
}

#[test]
fn by_hand_the_number_is_taken_from_the_command_line() {
    let project = reported();
    let github = Github::start(vec![("/repos/acme/shop/issues/9/comments?per_page=100&page=1", json!([]))]);
    comment(&project, &github, &json!({}), &["--pull-request", "9"]).exits(0).says("commented on #9");
}

#[test]
fn a_token_that_is_refused_is_said_and_never_shown() {
    let project = reported();
    let github = Github::start(Vec::new());
    let event = project.write("event.json", &event("failure", "acme/shop", &[41]).to_string());
    let mut command = project.command(&["comment", "--report", "report"]);
    command.env("GITHUB_EVENT_PATH", event).env("GITHUB_API_URL", &github.address);
    command.env("GITHUB_REPOSITORY", "acme/shop").env("GITHUB_TOKEN", "ghs_anothertoken");
    let ran = support::finish(command).exits(1).says("answered 401");
    assert!(!ran.stderr.contains("anothertoken"), "{}", ran.stderr);
}
