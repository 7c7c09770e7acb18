//! What GitHub says of a pull request.

use super::api::{Api, GithubError};

/// Where a pull request stands. Facts for whoever must not take somebody's word for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// The commit that its branch is at now.
    pub head: String,
    /// The repository of that branch, as `owner/name`; none when it was deleted.
    pub head_repository: Option<String>,
}

/// Asks for a pull request of this repository.
pub fn pull_request(api: &Api, number: u64) -> Result<PullRequest, GithubError> {
    const WHAT: &str = "show the pull request";
    let answer = api.call(WHAT, "GET", &format!("pulls/{number}"), None)?;
    let head = answer["head"]["sha"].as_str().ok_or(GithubError::Answer(WHAT))?.to_owned();
    let head_repository = answer["head"]["repo"]["full_name"].as_str().map(str::to_owned);
    Ok(PullRequest { head, head_repository })
}
