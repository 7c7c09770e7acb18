//! A finding of a gate, as every gate tells it: for a person, for JSON, and as a GitHub annotation.

use std::path::PathBuf;

use meshhook_notify::github::{Annotation, Level};
use serde::{Deserialize, Serialize};

use crate::cli::Gate;
use crate::output;

/// Whether a finding fails its gate. In the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    /// As a person reads it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// What a gate has to say about one place.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Finding {
    pub(crate) gate: Gate,
    /// A stable name, the same in JSON and in the documentation.
    pub(crate) kind: String,
    pub(crate) severity: Severity,
    /// Relative to the project's root.
    pub(crate) path: Option<PathBuf>,
    pub(crate) line: Option<u64>,
    pub(crate) version: Option<String>,
    pub(crate) message: String,
    /// Further lines: the SQL that is lacking, the line that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) details: Vec<String>,
    pub(crate) hint: Option<String>,
}

impl Finding {
    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The finding as a person reads it, in the shape of a compiler's message.
    pub(crate) fn human(&self) -> String {
        let word = self.severity.word();
        let style = match self.severity {
            Severity::Error => "31;1",
            Severity::Warning => "33;1",
            Severity::Note => "36;1",
        };
        let gate = serde_json::to_value(self.gate).ok();
        let gate = gate.as_ref().and_then(|gate| gate.as_str()).unwrap_or_default();
        let mut text = output::paint(style, &format!("{word}[{gate}/{}]", self.kind));
        text += &format!(": {}", self.message);
        if let Some(path) = &self.path {
            text += &format!("\n  --> {}", path.display());
            if let Some(line) = self.line {
                text += &format!(":{line}");
            }
        }
        for detail in &self.details {
            for line in detail.lines() {
                text += &format!("\n  {line}");
            }
        }
        if let Some(hint) = &self.hint {
            text += &format!("\n  hint: {hint}");
        }
        text
    }

    /// The finding as GitHub shows it in the file.
    pub(crate) fn annotation(&self) -> Annotation {
        let mut message = self.message.clone();
        for detail in self.details.iter().chain(&self.hint) {
            message += &format!("\n{detail}");
        }
        Annotation {
            level: match self.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Note => Level::Notice,
            },
            title: self.kind.clone(),
            file: self.path.as_ref().map(|path| path.to_string_lossy().into_owned()),
            line: self.line,
            column: None,
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Finding {
        Finding {
            gate: Gate::RoundTrip,
            kind: "rollback-differs".into(),
            severity: Severity::Error,
            path: Some("supabase/rollbacks/1_a,b:c.sql".into()),
            line: Some(3),
            version: Some("1".into()),
            message: "index `i` is still there".into(),
            details: vec!["DROP INDEX i;".into()],
            hint: Some("add the SQL above".into()),
        }
    }

    #[test]
    fn a_person_reads_kind_place_details_and_hint() {
        let expected = "error[round-trip/rollback-differs]: index `i` is still there\n  --> supabase/rollbacks/1_a,b:c.sql:3\n  DROP INDEX i;\n  hint: add the SQL above";
        assert_eq!(finding().human(), expected);
    }

    #[test]
    fn hostile_text_cannot_end_an_annotation_or_start_another() {
        let mut hostile = finding();
        hostile.message = "100%\r\n::error::no".into();
        assert_eq!(
            hostile.annotation().command(),
            "::error title=rollback-differs,file=supabase/rollbacks/1_a%2Cb%3Ac.sql,line=3::100%25%0A::error::no%0ADROP INDEX i;%0Aadd the SQL above"
        );
    }
}
