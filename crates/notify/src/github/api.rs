//! GitHub's REST API: the comment that a pull request has one of, and the status of a deployment. All of this blocks.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::COMMENT_CHARACTERS;
use crate::announcement::{Announcement, Outcome};
use crate::channel::{Secret, is_loopback};
use crate::content::headline;
use crate::http::{self, Answer};
use crate::text::{cut, utf16};

/// By this a comment is found again.
const MARKER: &str = "<!-- meshhook-db-check -->";
const LIMIT: Duration = Duration::from_secs(15);
/// Comments are asked for a hundred at a time, so many times.
const PAGES: u32 = 30;
/// GitHub refuses a longer description of a status.
const DESCRIPTION: usize = 140;

/// What went wrong, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GithubError {
    /// A variable is not set.
    #[error("`{0}` is not set")]
    Missing(String),
    /// A variable does not hold what its name says.
    #[error("`{0}` is no {1}")]
    Malformed(String, &'static str),
    /// GitHub said no.
    #[error("GitHub, asked to {what}: {said}")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// What came back.
        said: String,
    },
    /// GitHub's answer was not what its documentation says.
    #[error("GitHub, asked to {0}, gave an answer that is not understood")]
    Answer(&'static str),
}

/// Which GitHub, which repository, and who we are.
#[derive(Debug, Clone)]
pub struct Api {
    base: Url,
    repository: String,
    token: Secret<String>,
}

impl Api {
    /// From what GitHub sets in a job: `GITHUB_API_URL`, `GITHUB_REPOSITORY`, and the token from the variable that the
    /// workflow gave it to us in. `lookup` is `std::env::var` but for tests.
    pub fn from_environment(
        lookup: impl Fn(&str) -> Option<String>,
        token_variable: &str,
    ) -> Result<Api, GithubError> {
        let variable = |name: &str| {
            lookup(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| GithubError::Missing(name.to_owned()))
        };
        let token = Secret::of(&variable(token_variable)?);
        let repository = variable("GITHUB_REPOSITORY")?;
        let in_name = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let is_name =
            |part: &str| !part.is_empty() && part.chars().all(in_name) && !part.chars().all(|c| c == '.');
        if !repository.split_once('/').is_some_and(|(owner, name)| is_name(owner) && is_name(name)) {
            return Err(GithubError::Malformed("GITHUB_REPOSITORY".to_owned(), "`owner/name`"));
        }
        let base = lookup("GITHUB_API_URL").filter(|url| !url.is_empty());
        let base = Url::parse(base.as_deref().unwrap_or("https://api.github.com")).ok();
        let base = base.filter(|url| url.scheme() == "https" || url.scheme() == "http" && is_loopback(url));
        let base =
            base.ok_or_else(|| GithubError::Malformed("GITHUB_API_URL".to_owned(), "`https://` URL"))?;
        Ok(Api { base, repository, token })
    }

    pub(super) fn call(
        &self,
        what: &'static str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, GithubError> {
        let malformed = || GithubError::Malformed("GITHUB_API_URL".to_owned(), "`https://` URL");
        let base = self.base.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{base}/repos/{}/{path}", self.repository)).map_err(|_| malformed())?;
        let headers = [
            ("authorization", format!("Bearer {}", self.token.expose())),
            ("accept", "application/vnd.github+json".to_owned()),
            ("x-github-api-version", "2022-11-28".to_owned()),
        ];
        let body = body.map(Value::to_string);
        let answer = http::request(method, &url, &headers, body.as_deref(), LIMIT).and_then(Answer::accepted);
        let answer = answer.map_err(|refusal| GithubError::Refused { what, said: refusal.error })?;
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer.body).map_err(|_| GithubError::Answer(what))
    }

    /// Whether the token is the one that a workflow is given: what it writes is written by a bot.
    fn is_workflow(&self) -> bool {
        self.token.expose().starts_with("ghs_")
    }
}

/// The text of the comment: the marker, then the Markdown, cut to what a comment may hold.
pub fn comment_body(markdown: &str) -> String {
    let markdown = meshhook_redact::clean(markdown);
    let room = COMMENT_CHARACTERS - MARKER.len() - 1;
    format!("{MARKER}\n{}", cut(&markdown, room, utf16))
}

/// Writes the comment of this pull request, or writes it anew where it is. Returns its page's address.
///
/// A comment is ours when it *begins* with the marker; with a workflow's token, when a bot wrote it too: a person's
/// comment with the marker in it stays that person's.
pub fn post_comment(api: &Api, pull_request: u64, markdown: &str) -> Result<Option<String>, GithubError> {
    let body = json!({ "body": comment_body(markdown) });
    let posted = match find_comment(api, pull_request)? {
        Some(comment) => {
            api.call("update the comment", "PATCH", &format!("issues/comments/{comment}"), Some(&body))?
        }
        None => {
            let path = format!("issues/{pull_request}/comments");
            api.call("comment on the pull request", "POST", &path, Some(&body))?
        }
    };
    Ok(posted["html_url"].as_str().map(str::to_owned))
}

fn find_comment(api: &Api, pull_request: u64) -> Result<Option<u64>, GithubError> {
    const WHAT: &str = "list the comments of the pull request";
    for page in 1..=PAGES {
        let path = format!("issues/{pull_request}/comments?per_page=100&page={page}");
        let answer = api.call(WHAT, "GET", &path, None)?;
        let comments = answer.as_array().ok_or(GithubError::Answer(WHAT))?;
        let ours = comments.iter().find(|comment| {
            let marked = comment["body"].as_str().is_some_and(|body| body.starts_with(MARKER));
            marked && (!api.is_workflow() || comment["user"]["type"] == "Bot")
        });
        if let Some(comment) = ours {
            return comment["id"].as_u64().map(Some).ok_or(GithubError::Answer(WHAT));
        }
        if comments.len() < 100 {
            break;
        }
    }
    Ok(None)
}

/// Sets the status of this commit's deployment to this environment; makes the deployment if there is none. Does
/// nothing for an announcement that is about no commit.
pub fn deployment_status(api: &Api, announcement: &Announcement) -> Result<(), GithubError> {
    let announcement = announcement.cleaned();
    let Some(commit) = &announcement.commit else { return Ok(()) };
    let deployment = match find_deployment(api, commit, &announcement.environment)? {
        Some(deployment) => deployment,
        None => make_deployment(api, commit, &announcement.environment)?,
    };
    let state = match announcement.outcome {
        Outcome::Test | Outcome::Succeeded | Outcome::TakenBack => "success",
        Outcome::Drift | Outcome::Failed | Outcome::RolledBack => "failure",
        Outcome::Interrupted | Outcome::NeedsPerson => "error",
    };
    let mut status = json!({
        "state": state,
        "environment": announcement.environment,
        "description": cut(&headline(&announcement), DESCRIPTION, utf16),
        "auto_inactive": state == "success",
    });
    if let Some(url) = &announcement.ci_url {
        status["log_url"] = json!(url);
    }
    let path = format!("deployments/{deployment}/statuses");
    api.call("set the deployment's status", "POST", &path, Some(&status)).map(|_| ())
}

fn find_deployment(api: &Api, commit: &str, environment: &str) -> Result<Option<u64>, GithubError> {
    const WHAT: &str = "find the deployment";
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("sha", commit)
        .append_pair("environment", environment)
        .append_pair("per_page", "1")
        .finish();
    let answer = api.call(WHAT, "GET", &format!("deployments?{query}"), None)?;
    let deployments = answer.as_array().ok_or(GithubError::Answer(WHAT))?;
    deployments
        .first()
        .map(|deployment| deployment["id"].as_u64().ok_or(GithubError::Answer(WHAT)))
        .transpose()
}

fn make_deployment(api: &Api, commit: &str, environment: &str) -> Result<u64, GithubError> {
    const WHAT: &str = "make a deployment";
    let deployment = json!({
        "ref": commit,
        "environment": environment,
        "description": "database migrations",
        // the commit as it is, whatever else was merged or is still running
        "auto_merge": false,
        "required_contexts": [],
    });
    let made = api.call(WHAT, "POST", "deployments", Some(&deployment))?;
    made["id"].as_u64().ok_or(GithubError::Answer(WHAT))
}
