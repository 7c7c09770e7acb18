//! A deploy or rollback without an end: whether it is still at work, and what to type. And one whose end left work to
//! a person.

use meshhook_migrate::{Holder, RunFilter, RunRow, lock_holder, read_runs, unfinished_run};
use serde::Serialize;
use sqlx::PgConnection;

/// What is known about it.
#[derive(Debug, Serialize)]
pub(crate) struct Unfinished {
    run: RunRow,
    /// Whether its session on the server still holds the lock; whether its process lives is not known.
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
            format!(
                "{who}: its session on the server is still there and holds the lock: {holder}; whether its process \
                 lives is not known here"
            ),
            format!(
                "wait for it; or, when that process is known to be gone, `SELECT pg_terminate_backend({})` on the \
                 database, then `{again}`",
                holder.pid
            ),
        ),
        Some(holder) => (
            format!("{who}: it was killed, and another run is at work: {holder}"),
            "wait for that one: a deploy takes over what was killed".to_owned(),
        ),
        None => (format!("{who}: it was killed, and the next deploy takes it over"), format!("`{again}`")),
    };
    Unfinished { run, at_work, holder, sentence, next }
}

/// A deploy or rollback that ended where a person has to decide, and nobody has since.
#[derive(Debug, Serialize)]
pub(crate) struct NeedsPerson {
    run: RunRow,
    /// In one sentence.
    pub(crate) sentence: String,
    /// What to type, one line each.
    pub(crate) next: Vec<String>,
}

/// Looks for one; `reach` is how a command names this database. Only reads.
pub(crate) async fn needs_person(
    connection: &mut PgConnection,
    reach: &str,
) -> anyhow::Result<Option<NeedsPerson>> {
    let commands = Some(vec!["deploy".to_owned(), "rollback".to_owned()]);
    let runs = read_runs(connection, &RunFilter { commands, ..RunFilter::default() }).await?;
    // one that failed was refused and changed nothing, so what was left before it is still left
    let last = runs.into_iter().find(|run| run.outcome != "failed");
    Ok(last.filter(|run| run.outcome == "needs-a-person").map(|run| tell_person(run, reach)))
}

fn tell_person(run: RunRow, reach: &str) -> NeedsPerson {
    let ended = run.finished_at.unwrap_or(run.started_at).format("%Y-%m-%d %H:%M:%S UTC");
    let message = run.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
    let sentence =
        format!("the last {} needs a person (run {}, ended {ended}){message}", run.command, run.id);
    let back = match &*run.command {
        "deploy" => format!("backwards: `cargo xtask db rollback {reach} --run {}`", run.id),
        _ => format!("backwards: `cargo xtask db rollback {reach}`"),
    };
    let next = vec![
        format!("what it did: `cargo xtask db log {reach} --run {}`", run.id),
        format!("forwards: mend the cause, then `cargo xtask db deploy {reach}`"),
        back,
    ];
    NeedsPerson { run, sentence, next }
}
