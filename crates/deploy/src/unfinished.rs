//! A run that was killed: what it was doing, and how far it came.

use std::collections::BTreeSet;

use meshhook_migrate::{
    Direction, RunFilter, RunRow, Session, Version, read_runs, run_steps, unfinished_run,
};
use meshhook_schema::Catalog;

use crate::snapshot;
use crate::trouble::Trouble;

/// What a killed run left, with those that it had taken over itself.
pub(crate) struct Leftover {
    /// The last of them.
    pub(crate) run: RunRow,
    /// The migrations that they began to apply, or began to take back.
    pub(crate) versions: Vec<Version>,
    /// The schema before the first of them, if it was kept.
    pub(crate) before: Option<Catalog>,
    /// The schema's fingerprint before the first of them.
    pub(crate) fingerprint: Option<String>,
}

impl Leftover {
    /// Whether it was being taken back already.
    pub(crate) fn goes_backwards(&self) -> bool {
        self.run.phase.as_deref() == Some("backwards")
    }
}

/// Looks for a run without an end. Under the lock, that is one that was killed.
pub(crate) async fn find(session: &mut Session) -> Result<Option<Leftover>, Trouble> {
    let Some(last) = unfinished_run(session.connection()).await? else { return Ok(None) };
    let mut versions = BTreeSet::new();
    let mut first = last.clone();
    let mut seen = BTreeSet::new();
    loop {
        let steps = run_steps(session.connection(), first.id).await?;
        let begun = steps.into_iter().filter(|step| {
            step.direction == Direction::Up || !matches!(&*step.status, "succeeded" | "rolled back")
        });
        versions.extend(begun.map(|step| step.version));
        let before = first.continues.filter(|id| seen.insert(*id));
        let Some(id) = before else { break };
        let filter = RunFilter { id: Some(id), ..RunFilter::default() };
        let Some(found) = read_runs(session.connection(), &filter).await?.pop() else { break };
        first = found;
    }
    let before = match &first.fingerprint_before {
        Some(fingerprint) => snapshot::find(session.connection(), fingerprint).await?,
        None => None,
    };
    Ok(Some(Leftover {
        run: last,
        versions: versions.into_iter().collect(),
        before,
        fingerprint: first.fingerprint_before,
    }))
}
