//! `comment`: the report of a check, put under its pull request by a job that may write.
//!
//! The check of a pull request from a fork ran a stranger's code, so its report is a stranger's text, and so is the
//! number in it. What is trusted is what GitHub itself says: the event that started this run, and its API. The
//! comment is rendered anew here; a rendered one in the folder is not looked at.

use meshhook_notify::github::{Api, PullRequest, post_comment, pull_request};
use serde_json::Value;

use super::github;
use super::report::{Report, Unreadable, claimed_pull_request};
use crate::cli::Comment;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) async fn run(args: Comment) -> anyhow::Result<Exit> {
    let checked = github::event().and_then(|event| Checked::of(&event["workflow_run"]));
    let mut report = match Report::read(&args.report) {
        Ok(report) => report,
        Err(missing @ Unreadable::Missing(_)) => {
            output::say(format!("{missing}: the check came to no verdict, and its log says why"));
            return Ok(Exit::Done);
        }
        Err(error) => return Err(error.into()),
    };
    let number = args.pull_request.or_else(|| match &checked {
        Some(checked) if !checked.numbers.is_empty() => checked.numbers.first().copied(),
        _ => claimed_pull_request(&args.report),
    });
    let Some(number) = number else {
        output::say("the report belongs to no pull request: nothing to comment on");
        return Ok(Exit::Done);
    };
    if let Some(checked) = &checked {
        // whatever a report says of itself: the job's end decides, and the commit is the one that was run
        report.passed &= checked.succeeded;
        report.commit = Some(checked.head.clone());
    }
    tokio::task::spawn_blocking(move || tell(number, &report, checked.as_ref())).await?
}

/// Asks GitHub whether this is the pull request that was checked, and comments on it. All of this blocks.
fn tell(number: u64, report: &Report, checked: Option<&Checked>) -> anyhow::Result<Exit> {
    let api = Api::from_environment(github::variable, "GITHUB_TOKEN")
        .map_err(|error| Failure::usage(error.to_string()))?;
    if let Some(checked) = checked {
        match checked.fits(&pull_request(&api, number)?) {
            Fit::Same => {}
            Fit::Moved => {
                output::say(format!("#{number} has moved on: the check of its newest commit will comment"));
                return Ok(Exit::Done);
            }
            Fit::Another => {
                return Err(Failure::failed(format!("#{number} is not the pull request that was checked"))
                    .hint("the report names another one; nothing was written")
                    .into());
            }
        }
    }
    let page = post_comment(&api, number, &report.comment_text())?;
    output::say(format!(
        "commented on #{number}{}",
        page.map(|page| format!(": {page}")).unwrap_or_default()
    ));
    Ok(Exit::Done)
}

/// The run of the check, as GitHub tells it to a `workflow_run` job.
struct Checked {
    /// The commit that was checked.
    head: String,
    /// The repository it came from.
    repository: String,
    /// The pull requests it belongs to; empty for a fork.
    numbers: Vec<u64>,
    /// Whether the run succeeded.
    succeeded: bool,
}

/// Whether a pull request is the one that was checked.
#[derive(Debug, PartialEq, Eq)]
enum Fit {
    Same,
    Moved,
    Another,
}

impl Checked {
    fn of(run: &Value) -> Option<Checked> {
        let numbers = run["pull_requests"].as_array().into_iter().flatten();
        Some(Checked {
            head: run["head_sha"].as_str()?.to_owned(),
            repository: run["head_repository"]["full_name"].as_str()?.to_owned(),
            numbers: numbers.filter_map(|pull| pull["number"].as_u64()).collect(),
            succeeded: run["conclusion"] == "success",
        })
    }

    fn fits(&self, pull: &PullRequest) -> Fit {
        let repository = pull.head_repository.as_deref();
        if !repository.is_some_and(|repository| repository.eq_ignore_ascii_case(&self.repository)) {
            Fit::Another
        } else if pull.head == self.head {
            Fit::Same
        } else {
            Fit::Moved
        }
    }
}
