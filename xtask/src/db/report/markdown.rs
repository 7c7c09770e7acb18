//! The report as Markdown, for GitHub's job summary and for a comment. What does not fit is left out in the right
//! place: the verdict and the table of gates stay, then come findings, the gravest first, as long as there is room.

use super::text::{block, shorten, span};
use super::{ANNOTATIONS, Entry, Gate, Report};
use crate::db::finding::Severity;

/// How our comment on a pull request is found again.
pub(crate) const MARKER: &str = "<!-- meshhook-db-check -->";

/// GitHub refuses a comment of more than 65,536 characters. Counted in bytes, so that it holds whatever GitHub takes
/// for a character.
pub(crate) const COMMENT_BYTES: usize = 65_000;

/// GitHub shows nothing at all of a step's summary above 1 MiB, and the step may have said something before.
pub(crate) const SUMMARY_BYTES: usize = 900_000;

/// How much of one finding is shown.
const FINDING_BYTES: usize = 6_000;

/// Kept free for the lines below the findings.
const FOOTER_BYTES: usize = 1_000;

/// How many gates have a row. Ours are far fewer; a stranger's report may claim any number.
const GATES: usize = 20;

impl Report {
    /// The job summary.
    pub(crate) fn summary(&self) -> String {
        self.markdown(SUMMARY_BYTES)
    }

    /// The comment, with its marker first.
    pub(crate) fn comment(&self) -> String {
        format!("{MARKER}\n{}", self.comment_text())
    }

    /// The comment without its marker.
    pub(crate) fn comment_text(&self) -> String {
        self.markdown(COMMENT_BYTES - MARKER.len() - 1)
    }

    fn markdown(&self, limit: usize) -> String {
        let mut text = self.head();
        let entries = self.entries();
        let mut shown = 0;
        for (gate, entry) in &entries {
            let part = finding(gate, entry);
            if text.len() + part.len() + FOOTER_BYTES > limit {
                break;
            }
            text += &part;
            shown += 1;
        }
        text += &self.foot(entries.len() - shown);
        text
    }

    /// The verdict, one row a gate, and what could not be judged.
    fn head(&self) -> String {
        let failed: Vec<String> = self
            .gates
            .iter()
            .filter(|gate| !gate.passed)
            .take(GATES)
            .map(|gate| span(&gate.gate, 60))
            .collect();
        let mut text = if self.passed {
            "## Database check passed\n\n".to_owned()
        } else if failed.is_empty() {
            "## Database check failed\n\n".to_owned()
        } else {
            format!("## Database check failed: {}\n\n", failed.join(", "))
        };
        text += "| gate | result | time | looked at |\n| --- | --- | ---: | --- |\n";
        for gate in self.gates.iter().take(GATES) {
            text += &format!(
                "| {} | {} | {:.1} s | {} |\n",
                span(&gate.gate, 60),
                verdict(gate),
                gate.milliseconds as f64 / 1000.0,
                span(&gate.summary, 200),
            );
        }
        for gate in self.gates.iter().take(GATES) {
            if let Some(error) = &gate.error {
                text +=
                    &format!("\n**{} could not be judged**\n\n{}\n", span(&gate.gate, 60), block(error, 400));
            }
        }
        text
    }

    fn foot(&self, left_out: usize) -> String {
        let mut text = String::from("\n");
        if left_out > 0 {
            text += &format!(
                "**{left_out} more findings are not shown here.** They are in `report.json` of the job's artifact.\n\n"
            );
        }
        let unannotated = self.without_annotation();
        if unannotated > 0 {
            text += &format!(
                "{unannotated} findings have no annotation in the files: GitHub shows {ANNOTATIONS} a step.\n\n"
            );
        }
        text += "The same on your machine: `cargo xtask db check`";
        if let Some(commit) = &self.commit {
            text += &format!(" at {}", span(commit, 40));
        }
        text + ". What each finding means: `docs/Database-Migrations.md`.\n"
    }
}

fn verdict(gate: &Gate) -> String {
    let count = |severity| gate.findings.iter().filter(|entry| entry.severity == severity).count();
    let mut words = vec![if gate.passed { "ok".to_owned() } else { "**FAILED**".to_owned() }];
    for (severity, one) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
    {
        match count(severity) {
            0 => {}
            1 => words.push(format!("1 {one}")),
            more => words.push(format!("{more} {one}s")),
        }
    }
    words.join(", ")
}

fn finding(gate: &Gate, entry: &Entry) -> String {
    let kind = format!("{}/{}", gate.gate, entry.kind);
    let mut text = format!("\n**{}** {}", entry.severity.word(), span(&kind, 120));
    if let Some(path) = &entry.path {
        let line = entry.line.map(|line| format!(":{line}")).unwrap_or_default();
        text += &format!(" {}", span(&format!("{}{line}", shorten(path, 300)), 330));
    }
    let mut body = entry.message.clone();
    for detail in &entry.details {
        body += &format!("\n{detail}");
    }
    if let Some(hint) = &entry.hint {
        body += &format!("\nhint: {hint}");
    }
    text + &format!("\n\n{}\n", block(&body, FINDING_BYTES))
}
