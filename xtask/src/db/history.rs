//! The history gate, and what else the commands ask git.

use meshhook_history::{Report, Request, What};

use super::finding::{Finding, Severity};
use crate::cli::Gate;
use crate::context::Project;
use crate::output;

/// The question for this project: the given base, else the pull request's, else the default one.
pub(crate) fn request(project: &Project, base: Option<&str>, commit: Option<&str>) -> Request {
    let mut request = Request::new(&project.root).environment(|name| std::env::var(name).ok());
    request.base = base.map(str::to_owned);
    if let Some(commit) = commit {
        request.what = What::Commit(commit.to_owned());
    }
    request
}

/// The highest version that the base branch has shipped, so that a new one comes after it. Without git, or
/// without a base, there is none: `new` must work there too.
pub(crate) fn highest_shipped(project: &Project) -> Option<i64> {
    meshhook_history::check(&request(project, None, None)).ok()?.highest_shipped
}

/// The report's findings in the form of all gates.
pub(crate) fn findings(report: &Report) -> Vec<Finding> {
    report.findings.iter().chain(&report.changed_rollbacks).map(to_finding).collect()
}

fn to_finding(finding: &meshhook_history::Finding) -> Finding {
    let mut message = finding.message.clone();
    if let Some(commit) = &finding.commit {
        let shipped = format!("shipped with commit {commit}");
        if !message.contains(&commit.id) {
            message = format!("{message}; {shipped}");
        }
    }
    Finding {
        gate: Gate::History,
        kind: finding.kind.to_string(),
        severity: Severity::Error,
        path: Some(finding.path.clone()),
        line: None,
        version: finding.version.map(|version| version.to_string()),
        message,
        details: Vec::new(),
        hint: Some(finding.hint.clone()),
    }
}

/// `--fix`: moves new migrations that come too early, with their rollbacks, and says so.
pub(crate) fn fix(project: &Project, base: Option<&str>) -> anyhow::Result<()> {
    let moves = meshhook_history::fix(&request(project, base, None))?;
    if moves.is_empty() {
        output::say("nothing to move: every new version is above every shipped one");
    }
    for (from, to) in moves.iter().flat_map(|moved| &moved.files) {
        output::say(format!("moved {} -> {}", from.display(), to.display()));
    }
    Ok(())
}
