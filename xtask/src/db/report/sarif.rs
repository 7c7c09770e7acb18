//! The report as SARIF 2.1.0, for GitHub's code scanning (docs.oasis-open.org/sarif, and GitHub's "SARIF support for
//! code scanning" for what it asks beyond that: a location for each result, relative URIs, 10 MB).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::text::shorten;
use super::{Entry, Gate, Report};
use crate::db::finding::Severity;

/// GitHub keeps 5,000 results of a run, by severity.
const RESULTS: usize = 5_000;

/// GitHub refuses a file above 10 MB.
const BYTES: usize = 9 << 20;

/// How much of one finding is told.
const MESSAGE_BYTES: usize = 8_000;

/// Where a finding without a file is shown: a result without a location is not shown at all.
const NOWHERE: &str = "supabase/migrations";

impl Report {
    /// The report as SARIF, the gravest findings first, so that those go when it would be too large.
    pub(crate) fn sarif(&self) -> String {
        let entries = self.entries();
        let mut count = entries.len().min(RESULTS);
        loop {
            let text = format!("{:#}\n", log(self, &entries[..count]));
            if text.len() <= BYTES || count == 0 {
                return text;
            }
            count /= 2;
        }
    }
}

fn log(report: &Report, entries: &[(&Gate, &Entry)]) -> Value {
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    for (gate, entry) in entries {
        rules.insert(rule_id(gate, entry), 0);
    }
    for (index, position) in rules.values_mut().enumerate() {
        *position = index;
    }
    let descriptions: Vec<Value> = rules
        .keys()
        .map(|id| json!({ "id": id, "shortDescription": { "text": format!("cargo xtask db check: {id}") } }))
        .collect();
    let results: Vec<Value> = entries.iter().map(|(gate, entry)| result(gate, entry, &rules)).collect();
    let unjudged: Vec<Value> = report
        .gates
        .iter()
        .filter_map(|gate| {
            let error = gate.error.as_deref()?;
            let text = format!("the gate {} could not be judged: {error}", gate.gate);
            Some(json!({ "level": "error", "message": { "text": plain(&text) } }))
        })
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "meshhook db check",
                "semanticVersion": report.tool,
                "rules": descriptions,
            } },
            // keeps these alerts apart from those of other tools that upload for the same commit
            "automationDetails": { "id": "db-check/" },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": unjudged.is_empty(),
                "toolExecutionNotifications": unjudged,
            }],
            "results": results,
        }],
    })
}

fn result(gate: &Gate, entry: &Entry, rules: &BTreeMap<String, usize>) -> Value {
    let id = rule_id(gate, entry);
    let mut message = entry.message.clone();
    for detail in &entry.details {
        message += &format!("\n{detail}");
    }
    if let Some(hint) = &entry.hint {
        message += &format!("\nhint: {hint}");
    }
    let path = entry.inside();
    let uri = percent_encoded(path.as_deref().unwrap_or(NOWHERE));
    // lines count from 1; a result for a file as a whole is shown at its first line
    let line = entry.line.filter(|_| path.is_some()).unwrap_or(1).clamp(1, i32::MAX as u64);
    json!({
        "ruleId": id,
        "ruleIndex": rules.get(&id),
        "level": match entry.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": plain(&message) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": line },
        } }],
        // without the line, so that an alert stays the same alert when lines above it are added
        "partialFingerprints": { "meshhookFinding/v1": fingerprint(&[&id, &uri, &entry.message]) },
    })
}

fn rule_id(gate: &Gate, entry: &Entry) -> String {
    shorten(&format!("{}/{}", gate.gate, entry.kind), 200)
}

/// A message is plain text, except that `[text](target)` in it is a link (SARIF 2.1.0, 3.11.6): none of ours.
fn plain(text: &str) -> String {
    let text = text.replace("](", "] (");
    let text = if text.trim().is_empty() { "(no message)".to_owned() } else { text };
    shorten(&text, MESSAGE_BYTES)
}

/// A relative path as a URI reference: everything but RFC 3986's unreserved characters and `/` is encoded.
fn percent_encoded(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into())
            }
            other => uri += &format!("%{other:02X}"),
        }
    }
    uri
}

fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
