//! Annotations: workflow commands on standard output, which GitHub shows beside the lines they are about.

use crate::announcement::Announcement;
use crate::content::headline;
use crate::text::{cut, utf16, visible};

/// GitHub shows so many of one level for each step.
const SHOWN: usize = 10;
/// More would be cut by GitHub without a word.
const MESSAGE: usize = 4_000;
const TITLE: usize = 250;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// `::error`
    Error,
    /// `::warning`
    Warning,
    /// `::notice`
    Notice,
}

/// A remark on a place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// How grave it is.
    pub level: Level,
    /// In few words.
    pub title: String,
    /// Relative to the repository's root.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<u64>,
    /// From 1.
    pub column: Option<u64>,
    /// In full, several lines if need be.
    pub message: String,
}

impl Annotation {
    /// The line to print: `::error title=…,file=…,line=…::message`. Without secrets.
    pub fn command(&self) -> String {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        let clean = |text: &str| visible(&meshhook_redact::clean(text));
        let mut properties = vec![format!("title={}", property(&cut(&clean(&self.title), TITLE, utf16)))];
        if let Some(file) = &self.file {
            properties.push(format!("file={}", property(&clean(file))));
            properties.extend(self.line.map(|line| format!("line={line}")));
            properties.extend(self.column.map(|column| format!("col={column}")));
        }
        let message = cut(&clean(&self.message), MESSAGE, utf16);
        format!("::{level} {}::{}", properties.join(","), data(&message))
    }
}

/// The lines to print for all of them. GitHub shows ten a step: errors come first, and the tenth says how many more
/// there are.
pub fn annotations(all: &[Annotation]) -> Vec<String> {
    let mut sorted: Vec<&Annotation> = all.iter().collect();
    sorted.sort_by_key(|annotation| match annotation.level {
        Level::Error => 0,
        Level::Warning => 1,
        Level::Notice => 2,
    });
    let shown = if sorted.len() > SHOWN { SHOWN - 1 } else { SHOWN };
    let mut lines: Vec<String> = sorted.iter().take(shown).map(|annotation| annotation.command()).collect();
    if let Some(next) = sorted.get(shown) {
        let more = sorted.len() - shown;
        let rest = Annotation {
            level: next.level,
            title: format!("and {more} more"),
            file: None,
            line: None,
            column: None,
            message: format!("{more} more findings are in the job's log and summary"),
        };
        lines.push(rest.command());
    }
    lines
}

/// The failure of a deploy, at the line of SQL where it was.
pub fn failure_annotation(announcement: &Announcement) -> Option<Annotation> {
    let failure = announcement.failure.as_ref()?;
    let mut parts = failure.place.as_deref().unwrap_or_default().rsplitn(3, ':').collect::<Vec<_>>();
    parts.reverse();
    let (file, line, column) = match parts[..] {
        [file, line, column] if line.parse::<u64>().is_ok() => {
            (file.to_owned(), line.parse().ok(), column.parse().ok())
        }
        [file, rest, line] => (format!("{file}:{rest}"), line.parse().ok(), None),
        [file, line] => (file.to_owned(), line.parse().ok(), None),
        _ => (parts.concat(), None, None),
    };
    let mut message = failure.message.clone();
    for line in failure.details.iter().chain([&announcement.state]).chain(&announcement.next) {
        message.push('\n');
        message.push_str(line);
    }
    Some(Annotation {
        level: Level::Error,
        title: headline(announcement),
        file: (!file.is_empty()).then_some(file),
        line,
        column,
        message,
    })
}

/// The text behind `::` (docs.github.com, "Workflow commands"; actions/toolkit, `command.ts`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotation(level: Level, title: &str, message: &str) -> Annotation {
        Annotation {
            level,
            title: title.to_owned(),
            file: Some("supabase/migrations/1_a,b:c.sql".to_owned()),
            line: Some(3),
            column: None,
            message: message.to_owned(),
        }
    }

    #[test]
    fn hostile_text_ends_no_annotation_and_starts_no_other() {
        let hostile = annotation(Level::Error, "a,file=x::b", "100%\r\n::error::no\rpassword=hunter2 \0");
        assert_eq!(
            hostile.command(),
            "::error title=a%2Cfile=x%3A%3Ab,file=supabase/migrations/1_a%2Cb%3Ac.sql,line=3::100%25%0A::error::no%0Apassword=[redacted] �"
        );
    }

    #[test]
    fn the_tenth_of_many_says_how_many_more_and_errors_come_first() {
        let mut all = vec![annotation(Level::Notice, "n", "")];
        all.extend((0..12).map(|n| annotation(Level::Error, &n.to_string(), "")));
        let lines = annotations(&all);
        assert_eq!(lines.len(), 10);
        assert!(lines[0].starts_with("::error title=0,"), "{}", lines[0]);
        assert!(lines[9].starts_with("::error title=and 4 more::4 more"), "{}", lines[9]);
        assert_eq!(annotations(&all[..10]).len(), 10);
        assert!(annotations(&all[..10]).iter().all(|line| !line.contains("more")));
    }

    #[test]
    fn a_failure_is_shown_at_its_line() {
        let cases = [
            ("supabase/migrations/1_a.sql:3:14", Some("supabase/migrations/1_a.sql"), Some(3), Some(14)),
            ("supabase/migrations/1_a.sql:3", Some("supabase/migrations/1_a.sql"), Some(3), None),
            ("a:b.sql:3", Some("a:b.sql"), Some(3), None),
            ("1_a.sql", Some("1_a.sql"), None, None),
            ("", None, None, None),
        ];
        for (place, file, line, column) in cases {
            let mut announcement = Announcement::test("production");
            let place = Some(place.to_owned());
            announcement.failure = Some(crate::Failure {
                place,
                code: None,
                message: "no".into(),
                details: vec!["DETAIL: x".into()],
            });
            let annotation = failure_annotation(&announcement).unwrap();
            assert_eq!(
                (annotation.file.as_deref(), annotation.line, annotation.column),
                (file, line, column)
            );
            assert!(annotation.message.starts_with("no\nDETAIL: x\nNothing was changed"));
        }
    }
}
