//! What a deploy or a rollback has to say when it is over.

use std::time::Duration;

use chrono::{DateTime, Utc};
use meshhook_migrate::{Failure as ScriptFailure, Step, Version};
use serde::Serialize;
use uuid::Uuid;

use crate::preflight::Finding;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The database was there already.
    NothingToDo,
    /// What was wished is done.
    Succeeded,
    /// It was not begun: something must be put right first. Nothing was changed.
    Refused,
    /// It failed; the database is as it was before.
    RolledBack,
    /// Somebody stopped it; the database is as it was before.
    Interrupted,
    /// It failed, and the database is not as it was before, or nobody could look.
    NeedsPerson,
}

impl Outcome {
    /// As the log writes it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Outcome::NothingToDo | Outcome::Succeeded => "succeeded",
            Outcome::Refused => "failed",
            Outcome::RolledBack => "rolled-back",
            Outcome::Interrupted => "interrupted",
            Outcome::NeedsPerson => "needs-a-person",
        }
    }
}

/// What became of one migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// Its turn did not come.
    NotRun,
    /// It is done and stays.
    Done,
    /// It was done, and is taken back.
    TakenBack,
    /// This one failed.
    Failed,
}

/// One migration of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub status: StepStatus,
    /// How long it took, when it ran to its end.
    pub took: Option<Duration>,
    /// How long it took in the rehearsal.
    pub rehearsed: Option<Duration>,
    /// The locks that it takes on tables that were there before, from the rehearsal: `public.t: AccessExclusiveLock`.
    pub locks: Vec<String>,
}

impl StepReport {
    pub(crate) fn new(step: &Step) -> StepReport {
        StepReport {
            version: step.version,
            name: step.name.clone(),
            status: StepStatus::NotRun,
            took: None,
            rehearsed: None,
            locks: Vec::new(),
        }
    }
}

/// In which part of the run it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Before the lock was taken, or under it, before anything was run.
    Preflight,
    /// In the sandbox.
    Rehearsal,
    /// In a script.
    Script,
    /// When what was done was compared with what was rehearsed, or committed.
    Check,
    /// While it was taken back.
    TakingBack,
}

/// Why it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Where in the run.
    pub stage: Stage,
    /// `file:line:column`, when it was a script.
    pub place: Option<String>,
    /// The migration, when it was one.
    pub version: Option<Version>,
    /// SQLSTATE, when Postgres said no.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    /// The failing line, detail, hint, context; or the differences that were found.
    pub details: Vec<String>,
}

impl Failure {
    pub(crate) fn plain(stage: Stage, message: impl Into<String>) -> Failure {
        Failure {
            stage,
            place: None,
            version: None,
            code: None,
            message: message.into(),
            details: Vec::new(),
        }
    }

    pub(crate) fn script(stage: Stage, version: Version, said: &ScriptFailure) -> Failure {
        let mut details = Vec::new();
        if !said.sql_line.trim().is_empty() {
            details.push(said.sql_line.trim().to_owned());
        }
        for (what, text) in [("detail", &said.detail), ("hint", &said.hint), ("context", &said.context)] {
            details.extend(text.as_ref().map(|text| format!("{what}: {text}")));
        }
        Failure {
            stage,
            place: Some(format!("{}:{}:{}", said.path.display(), said.line, said.column)),
            version: Some(version),
            code: said.code.clone(),
            message: said.message.clone(),
            details,
        }
    }

    pub(crate) fn with_details(mut self, details: Vec<String>) -> Failure {
        self.details = details;
        self
    }

    /// One line for the log.
    pub(crate) fn line(&self) -> String {
        let place = self.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        let code = self.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        let stage = if self.stage == Stage::Rehearsal { "in the rehearsal: " } else { "" };
        format!("{stage}{place}{}{code}", self.message)
    }
}

/// What happened, from beginning to end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// The run in the log; none when none was opened.
    pub run: Option<Uuid>,
    /// The run that was killed and that this one took over.
    pub continues: Option<Uuid>,
    /// The highest applied version before.
    pub from: Option<Version>,
    /// The version that was to be reached.
    pub to: Option<Version>,
    /// The highest applied version now, as far as it is known.
    pub now: Option<Version>,
    /// Every migration of the run, in order.
    pub steps: Vec<StepReport>,
    /// What the preflight found.
    pub findings: Vec<Finding>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The state that the database is in, as one sentence.
    pub state: String,
    /// What a person should do next, in order.
    pub next: Vec<String>,
    /// Further remarks.
    pub notes: Vec<String>,
    /// The schema's fingerprint before.
    pub fingerprint_before: Option<String>,
    /// The schema's fingerprint after.
    pub fingerprint_after: Option<String>,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub finished: DateTime<Utc>,
}

impl Report {
    pub(crate) fn begin() -> Report {
        let now = Utc::now();
        Report {
            outcome: Outcome::NothingToDo,
            run: None,
            continues: None,
            from: None,
            to: None,
            now: None,
            steps: Vec::new(),
            findings: Vec::new(),
            failure: None,
            state: String::new(),
            next: Vec::new(),
            notes: Vec::new(),
            fingerprint_before: None,
            fingerprint_after: None,
            started: now,
            finished: now,
        }
    }

    pub(crate) fn step(&mut self, version: Version) -> Option<&mut StepReport> {
        self.steps.iter_mut().find(|step| step.version == version)
    }
}
