//! What a message holds, in the words that all channels share, before any of them escapes or shortens it.

use std::time::Duration;

use crate::announcement::{Announcement, MigrationLine, Outcome, StepStatus};
use crate::text::{cut, one_line, utf16};

/// A message without markup. Every string is clean and visible; none is escaped or shortened, but for the headline.
pub(crate) struct Content {
    pub(crate) outcome: Outcome,
    /// `Rolled back: production is as it was`
    pub(crate) headline: String,
    /// Label and value.
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) failure: Option<Failure>,
    pub(crate) state: String,
    pub(crate) next: Vec<Step>,
    pub(crate) migrations: Vec<Line>,
    pub(crate) notes: Vec<String>,
    /// `http(s)` only, with nothing in it that could end a link.
    pub(crate) link: Option<String>,
}

pub(crate) struct Failure {
    pub(crate) place: Option<String>,
    /// With the SQLSTATE behind it.
    pub(crate) message: String,
    pub(crate) details: Vec<String>,
}

/// What to do next.
pub(crate) struct Step {
    pub(crate) text: String,
    /// To be typed, not read.
    pub(crate) command: bool,
}

/// One migration.
pub(crate) struct Line {
    /// `20260706101000_index_run_idempotency_keys`
    pub(crate) name: String,
    /// `applied in 1.2 s`
    pub(crate) what: String,
    pub(crate) status: StepStatus,
}

impl Line {
    /// Must not be cut.
    pub(crate) fn failed(&self) -> bool {
        self.status == StepStatus::Failed
    }
}

impl Content {
    pub(crate) fn of(announcement: &Announcement) -> Content {
        let announcement = announcement.cleaned();
        Content {
            outcome: announcement.outcome,
            headline: headline(&announcement),
            facts: facts(&announcement),
            link: announcement.ci_url.as_deref().and_then(link),
            failure: announcement.failure.map(|failure| Failure {
                place: failure.place.map(|place| one_line(&place).into_owned()),
                message: match failure.code {
                    Some(code) => format!("{} (SQLSTATE {})", failure.message, one_line(&code)),
                    None => failure.message,
                },
                details: failure.details,
            }),
            state: announcement.state,
            next: announcement.next.into_iter().map(step).collect(),
            migrations: announcement.migrations.iter().map(line).collect(),
            notes: announcement.notes,
        }
    }
}

/// The outcome in the first words. At most 120 UTF-16 units, so that it fits every channel's title.
pub(crate) fn headline(announcement: &Announcement) -> String {
    let environment = cut(&one_line(&announcement.environment), 40, utf16);
    let to = announcement.to.as_deref().map(|to| cut(&one_line(to), 30, utf16));
    let at = to.map_or_else(|| "is up to date".to_owned(), |to| format!("is at {to}"));
    match announcement.outcome {
        Outcome::Test => format!("Test: messages about {environment} arrive here"),
        Outcome::Succeeded => format!("Deployed: {environment} {at}"),
        Outcome::TakenBack => format!("Taken back: {environment} {at}"),
        Outcome::Drift => format!("Drift: {environment} is not as the last deploy left it"),
        Outcome::Failed => format!("Failed: {environment} was not changed"),
        Outcome::Interrupted => format!("Interrupted: {environment} is as it was"),
        Outcome::RolledBack => format!("Rolled back: {environment} is as it was"),
        Outcome::NeedsPerson => format!("Needs a person: the deploy to {environment} failed"),
    }
}

fn facts(announcement: &Announcement) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Environment", announcement.environment.clone())];
    let (from, to) = (announcement.from.as_deref(), announcement.to.as_deref());
    let arrived = matches!(announcement.outcome, Outcome::Succeeded | Outcome::TakenBack);
    let version = match (from, to) {
        (Some(from), Some(to)) if from == to => Some(from.to_owned()),
        (from, Some(to)) if arrived => Some(format!("{} → {to}", from.unwrap_or("empty"))),
        (from, Some(to)) => Some(format!("{}, meant to become {to}", from.unwrap_or("empty"))),
        (Some(from), None) if arrived => Some(format!("{from} → empty")),
        (from, None) => from.map(str::to_owned),
    };
    facts.extend(version.map(|version| ("Version", version)));
    facts.extend(announcement.commit.as_deref().map(|commit| ("Commit", commit.chars().take(12).collect())));
    facts.extend(announcement.actor.clone().map(|actor| ("Started by", actor)));
    let took = (announcement.finished - announcement.started).to_std().unwrap_or_default();
    let ended = announcement.finished.format("%Y-%m-%d %H:%M:%S UTC");
    facts.push(("Ended", format!("{ended}, after {}", duration(took))));
    facts.extend(announcement.run.map(|run| ("Run", run.to_string())));
    for (_, value) in &mut facts {
        *value = one_line(value).into_owned();
    }
    facts
}

fn line(migration: &MigrationLine) -> Line {
    let what = match migration.status {
        StepStatus::Applied => "applied",
        StepStatus::TakenBack => "taken back",
        StepStatus::Failed => "FAILED",
        StepStatus::NotRun => "not run",
    };
    Line {
        name: one_line(&format!("{}_{}", migration.version, migration.name)).into_owned(),
        what: migration.took.map_or_else(|| what.to_owned(), |took| format!("{what} in {}", duration(took))),
        status: migration.status,
    }
}

fn step(text: String) -> Step {
    let command = ["cargo ", "git ", "psql ", "just ", "gh "].iter().any(|program| text.starts_with(program));
    Step { command: command && !text.contains('\n'), text }
}

/// `340 ms`, `1.2 s`, `2 min 5 s`
pub(crate) fn duration(took: Duration) -> String {
    match took.as_millis() {
        ms @ 0..1_000 => format!("{ms} ms"),
        ms @ 1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// The address of the CI run, when that is what it is.
fn link(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let mut link = String::new();
    for character in url.as_str().chars() {
        match character {
            '|' | '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | '`' | '\\' | '*' | '@' => {
                link.push_str(&format!("%{:02X}", u32::from(character)));
            }
            other => link.push(other),
        }
    }
    (link.len() <= 500).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        let cases = [(0, "0 ms"), (340, "340 ms"), (1_250, "1.2 s"), (125_000, "2 min 5 s")];
        for (ms, expected) in cases {
            assert_eq!(duration(Duration::from_millis(ms)), expected);
        }
    }

    #[test]
    fn only_a_web_address_becomes_a_link_and_nothing_in_it_ends_one() {
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link("not a url"), None);
        assert_eq!(
            link("https://github.com/acme/app/actions/runs/1").as_deref(),
            Some("https://github.com/acme/app/actions/runs/1")
        );
        let hostile = link("https://x.io/a|b>c)d]e\"f'g?<script>&y=@here").unwrap();
        assert_eq!(hostile, "https://x.io/a%7Cb%3Ec%29d%5De%22f%27g?%3Cscript%3E&y=%40here");
    }
}
