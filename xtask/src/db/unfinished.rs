//! A deploy or rollback without an end: whether it is still at work, and what to type.

use meshhook_migrate::{Holder, RunRow, lock_holder, unfinished_run};
use serde::Serialize;
use sqlx::PgConnection;

/// What is known about it.
#[derive(Debug, Serialize)]
pub(crate) struct Unfinished {
    run: RunRow,
    /// Whether its process on the server still holds the lock.
    at_work: bool,
    /// Who holds the lock.
    holder: Option<Holder>,
    /// In one sentence.
    pub(crate) sentence: String,
    /// What to type, or to wait for.
    pub(crate) next: String,
}

/// Looks for one. Only reads.
pub(crate) async fn find(connection: &mut PgConnection) -> anyhow::Result<Option<Unfinished>> {
    let Some(run) = unfinished_run(connection).await? else { return Ok(None) };
    let holder = lock_holder(connection).await?;
    Ok(Some(tell(run, holder)))
}

fn tell(run: RunRow, holder: Option<Holder>) -> Unfinished {
    let at_work = holder.as_ref().is_some_and(|holder| Some(holder.pid) == run.backend_pid);
    let by = run.actor.as_ref().map(|actor| format!(" by {actor}")).unwrap_or_default();
    let began = run.started_at.format("%Y-%m-%d %H:%M:%S UTC");
    let who = format!("run {} ({}{by}, began {began}) has no end", run.id, run.command);
    let again = format!("cargo xtask db deploy --env {}", run.environment);
    let (sentence, next) = match &holder {
        Some(holder) if at_work => (
            format!("{who}: its process is still at work: {holder}"),
            "wait for it; another deploy waits by itself".to_owned(),
        ),
        Some(holder) => (
            format!("{who}: it was killed, and another run is at work: {holder}"),
            "wait for that one: a deploy takes over what was killed".to_owned(),
        ),
        None => (format!("{who}: it was killed, and the next deploy takes it over"), format!("`{again}`")),
    };
    Unfinished { run, at_work, holder, sentence, next }
}
