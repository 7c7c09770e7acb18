//! The report of `check`: what the gates said, as files for GitHub. `report.json` is the whole of it, the others are
//! drawn from it: a job summary, a comment on the pull request, code scanning alerts.
//!
//! A report also comes back in, as the artifact of a job that ran a stranger's code: [`Report::read`] trusts
//! nothing but its shape, and the renderers treat every text in it as hostile.

mod markdown;
mod read;
mod sarif;
mod text;

use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

pub(crate) use read::{Unreadable, claimed_pull_request};

use super::finding::{Finding, Severity};

/// The one format so far.
const FORMAT: u32 = 1;

/// A report that is larger than this is not read: it is none of ours.
const READ_BYTES: u64 = 8 << 20;

/// GitHub shows ten annotations of a step. With more, the tenth is spent on saying so
/// ([`meshhook_notify::github::annotations`]).
const ANNOTATIONS: usize = 10;

/// What `check` found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    format: u32,
    /// The version of this tool.
    pub(crate) tool: String,
    /// The commit that was looked at, as far as is known.
    pub(crate) commit: Option<String>,
    pub(crate) passed: bool,
    pub(crate) gates: Vec<Gate>,
}

/// What one gate found. Its name is text and no enum: the report of a branch may have a gate that we lack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Gate {
    pub(crate) gate: String,
    pub(crate) passed: bool,
    pub(crate) milliseconds: u64,
    /// What was looked at, in a few words.
    pub(crate) summary: String,
    pub(crate) findings: Vec<Entry>,
    /// Why the gate could not be judged at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// One finding.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) kind: String,
    pub(crate) severity: Severity,
    /// Relative to the project's root.
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u64>,
    pub(crate) version: Option<String>,
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) details: Vec<String>,
    pub(crate) hint: Option<String>,
}

impl Entry {
    /// The report's form of a finding, without secrets.
    pub(crate) fn from_finding(finding: &Finding) -> Entry {
        let clean = |text: &str| meshhook_redact::clean(text).into_owned();
        Entry {
            kind: finding.kind.clone(),
            severity: finding.severity,
            path: finding.path.as_ref().map(|path| path.to_string_lossy().into_owned()),
            line: finding.line,
            version: finding.version.clone(),
            message: clean(&finding.message),
            details: finding.details.iter().map(|detail| clean(detail)).collect(),
            hint: finding.hint.as_deref().map(clean),
        }
    }

    /// The path as a URI may hold it: relative, inside the project, with `/`. None for any other.
    fn inside(&self) -> Option<String> {
        let mut parts = Vec::new();
        for component in Path::new(self.path.as_deref()?).components() {
            match component {
                Component::Normal(part) => parts.push(part.to_str()?.to_owned()),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        (!parts.is_empty()).then(|| parts.join("/"))
    }
}

impl Report {
    /// The report of these gates.
    pub(crate) fn new(gates: Vec<Gate>, commit: Option<String>) -> Report {
        Report {
            format: FORMAT,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            commit,
            passed: gates.iter().all(|gate| gate.passed),
            gates,
        }
    }

    /// Every finding with its gate, the gravest first; otherwise in the order of the gates.
    fn entries(&self) -> Vec<(&Gate, &Entry)> {
        let mut entries: Vec<(&Gate, &Entry)> =
            self.gates.iter().flat_map(|gate| gate.findings.iter().map(move |entry| (gate, entry))).collect();
        entries.sort_by_key(|(_, entry)| entry.severity);
        entries
    }

    /// How many findings have no annotation, since GitHub shows only the first.
    fn without_annotation(&self) -> usize {
        let count = self.entries().len();
        if count > ANNOTATIONS { count - (ANNOTATIONS - 1) } else { 0 }
    }

    /// Writes the files for GitHub into `folder`.
    pub(crate) fn write(&self, folder: &Path, pull_request: Option<u64>) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let write = |name: &str, text: String| std::fs::write(folder.join(name), text);
        write("report.json", self.json()?)?;
        write("check.sarif", self.sarif())?;
        write("summary.md", self.summary())?;
        write("comment.md", self.comment())?;
        match pull_request {
            Some(number) => write("pull-request", format!("{number}\n")),
            None => Ok(()),
        }
    }

    /// The whole report; where that is too large to be read again, each finding in short.
    fn json(&self) -> serde_json::Result<String> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        if text.len() as u64 <= READ_BYTES {
            return Ok(text);
        }
        let mut short = self.clone();
        for entry in short.gates.iter_mut().flat_map(|gate| &mut gate.findings) {
            entry.message = text::shorten(&entry.message, 1_000);
            entry.details.clear();
        }
        Ok(serde_json::to_string(&short)? + "\n")
    }
}

#[cfg(test)]
mod tests;
