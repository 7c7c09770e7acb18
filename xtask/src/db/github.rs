//! What GitHub Actions tells a job through variables and files.

use std::path::PathBuf;

use serde_json::Value;

/// A variable that is set to something.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The file whose Markdown is shown on the job's page.
pub(crate) fn summary_file() -> Option<PathBuf> {
    variable("GITHUB_STEP_SUMMARY").map(PathBuf::from)
}

/// What started this run, as GitHub describes it.
pub(crate) fn event() -> Option<Value> {
    let text = std::fs::read_to_string(variable("GITHUB_EVENT_PATH")?).ok()?;
    serde_json::from_str(&text).ok()
}

/// The pull request under test.
pub(crate) fn pull_request() -> Option<u64> {
    event()?["pull_request"]["number"].as_u64()
}

/// The commit that a person knows: the branch's own, not the merge that GitHub makes for the test.
pub(crate) fn commit() -> Option<String> {
    let of_branch =
        event().and_then(|event| event["pull_request"]["head"]["sha"].as_str().map(str::to_owned));
    of_branch.or_else(|| variable("GITHUB_SHA"))
}
