//! GitHub's API, against a listener that answers as GitHub documents it.
#![allow(clippy::unwrap_used)]

mod support;

use meshhook_notify::github::{
    Api, GithubError, append_summary, comment_body, deployment_status, post_comment,
};
use serde_json::{Value, json};
use support::announcements::{needs_person, rolled_back, succeeded};
use support::{HttpServer, Request, reply};

const MARKER: &str = "<!-- meshhook-db-check -->";
const TOKEN: &str = "ghs_0123456789abcdefghijABCDEFGHIJ012345";

fn api(server: &HttpServer, token: &'static str) -> Api {
    let url = server.url("/api/v3");
    let lookup = move |name: &str| match name {
        "GITHUB_API_URL" => Some(url.clone()),
        "GITHUB_REPOSITORY" => Some("acme/app".to_owned()),
        "DEPLOY_TOKEN" => Some(token.to_owned()),
        _ => None,
    };
    Api::from_environment(lookup, "DEPLOY_TOKEN").unwrap()
}

fn comment(id: u64, kind: &str, body: &str) -> Value {
    json!({"id": id, "user": {"login": "x", "type": kind}, "body": body})
}

/// Answers a list of comments page by page, and takes what is posted.
fn github(comments: Vec<Value>) -> HttpServer {
    HttpServer::answering(move |_, request: &Request| {
        if request.method != "GET" {
            return reply(201)
                .body(json!({"id": 99, "html_url": "https://github.com/acme/app/pull/7#c"}).to_string());
        }
        let page: usize = request.path.rsplit("&page=").next().unwrap().parse().unwrap();
        let shown: Vec<_> = comments.iter().skip((page - 1) * 100).take(100).cloned().collect();
        reply(200).body(Value::Array(shown).to_string())
    })
}

#[test]
fn the_first_comment_is_posted_with_the_marker() {
    let server = github(vec![comment(1, "User", "nice"), comment(2, "Bot", &format!("see {MARKER}"))]);
    let url = post_comment(&api(&server, TOKEN), 7, "All gates passed").unwrap();
    assert_eq!(url.as_deref(), Some("https://github.com/acme/app/pull/7#c"));
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    let posted = &requests[1];
    assert_eq!(
        (posted.method.as_str(), posted.path.as_str()),
        ("POST", "/api/v3/repos/acme/app/issues/7/comments")
    );
    assert_eq!(posted.headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(posted.headers["accept"], "application/vnd.github+json");
    assert_eq!(posted.headers["x-github-api-version"], "2022-11-28");
    assert_eq!(posted.json(), json!({"body": format!("{MARKER}\nAll gates passed")}));
}

#[test]
fn the_comment_is_found_on_any_page_and_written_anew() {
    let mut comments: Vec<_> = (0..130).map(|id| comment(id, "User", "nice")).collect();
    comments.push(comment(777, "Bot", &comment_body("old")));
    let server = github(comments);
    post_comment(&api(&server, TOKEN), 7, "new").unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[2].method, "PATCH");
    assert_eq!(requests[2].path, "/api/v3/repos/acme/app/issues/comments/777");
}

#[test]
fn a_persons_comment_with_the_marker_stays_that_persons() {
    let server = github(vec![comment(1, "User", &format!("{MARKER}\nAll green, trust me"))]);
    post_comment(&api(&server, TOKEN), 7, "red").unwrap();
    assert_eq!(server.requests()[1].method, "POST");
    // with a person's token, the comment is a person's
    post_comment(&api(&server, "ghp_0123456789abcdefghijABCDEFGHIJ012345"), 7, "red").unwrap();
    assert_eq!(server.requests()[3].method, "PATCH");
}

#[test]
fn a_refusal_says_what_was_asked_for_and_not_the_token() {
    let cases = [
        (
            403,
            "GitHub, asked to list the comments of the pull request: answered 403, did not let us in: bad ghs",
        ),
        (301, "GitHub, asked to list the comments of the pull request: answered 301, sent us elsewhere"),
        (
            200,
            "GitHub, asked to list the comments of the pull request, gave an answer that is not understood",
        ),
    ];
    for (status, expected) in cases {
        let server = HttpServer::answering(move |_, request| {
            let token = &request.headers["authorization"];
            reply(status).header("location", "http://127.0.0.1:1/").body(format!("bad ghs {token}"))
        });
        let error = post_comment(&api(&server, TOKEN), 7, "x").unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(!error.contains("0123456789abc"), "{error}");
    }
}

#[test]
fn a_deployment_is_made_once_and_gets_its_status() {
    let answer = |known: bool| {
        move |_: usize, request: &Request| match (request.method.as_str(), known) {
            ("GET", true) => reply(200).body(json!([{"id": 5}]).to_string()),
            ("GET", false) => reply(200).body("[]"),
            _ => reply(201).body(json!({"id": 6}).to_string()),
        }
    };
    let server = HttpServer::answering(answer(true));
    deployment_status(&api(&server, TOKEN), &rolled_back()).unwrap();
    let requests = server.requests();
    let sha = rolled_back().commit.unwrap();
    assert_eq!(
        requests[0].path,
        format!("/api/v3/repos/acme/app/deployments?sha={sha}&environment=production&per_page=1")
    );
    assert_eq!(requests[1].path, "/api/v3/repos/acme/app/deployments/5/statuses");
    assert_eq!(
        requests[1].json(),
        json!({
            "state": "failure",
            "environment": "production",
            "description": "Rolled back: production is as it was",
            "log_url": "https://github.com/acme/app/actions/runs/1",
            "auto_inactive": false,
        })
    );

    let server = HttpServer::answering(answer(false));
    deployment_status(&api(&server, TOKEN), &succeeded()).unwrap();
    let requests = server.requests();
    assert_eq!(requests[1].path, "/api/v3/repos/acme/app/deployments");
    assert_eq!(requests[1].json()["required_contexts"], json!([]));
    assert_eq!(requests[2].path, "/api/v3/repos/acme/app/deployments/6/statuses");
    assert_eq!(requests[2].json()["state"], "success");
    deployment_status(&api(&server, TOKEN), &needs_person()).unwrap();
    assert_eq!(server.requests()[5].json()["state"], "error");
}

#[test]
fn what_the_environment_lacks_is_named() {
    let lookup = |set: &'static [(&'static str, &'static str)]| {
        move |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let error = |set| Api::from_environment(lookup(set), "T").unwrap_err().to_string();
    assert_eq!(error(&[]), "`T` is not set");
    assert_eq!(error(&[("T", TOKEN)]), "`GITHUB_REPOSITORY` is not set");
    assert_eq!(
        error(&[("T", TOKEN), ("GITHUB_REPOSITORY", "a/../b")]),
        "`GITHUB_REPOSITORY` is no `owner/name`"
    );
    let insecure = [("T", TOKEN), ("GITHUB_REPOSITORY", "a/b"), ("GITHUB_API_URL", "http://x.io")];
    let insecure = Api::from_environment(move |name| lookup_in(&insecure, name), "T").unwrap_err();
    assert_eq!(insecure, GithubError::Malformed("GITHUB_API_URL".into(), "`https://` URL"));
}

fn lookup_in(set: &[(&str, &str)], name: &str) -> Option<String> {
    set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

#[test]
fn what_a_step_has_written_counts_into_its_summary() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary.md");
    append_summary(&file, "# one").unwrap();
    append_summary(&file, &"é".repeat(600_000)).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# one\né") && text.ends_with("é…\n"));
    assert!(text.len() <= 1024 * 1024 && text.len() > 1024 * 1024 - 8, "{}", text.len());
    append_summary(&file, "more").unwrap();
    assert!(std::fs::metadata(&file).unwrap().len() <= 1024 * 1024);
}
