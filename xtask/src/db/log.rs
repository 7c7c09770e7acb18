//! `log`: who ran what, when, how long, with which outcome. Only reads.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use meshhook_migrate::{RunFilter, RunRow, ScriptRow, lock_holder, notifications, read_runs, run_scripts};
use serde::Serialize;
use uuid::Uuid;

use super::target::Chosen;
use crate::cli::Log;
use crate::config::duration;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// A run with its scripts.
#[derive(Debug, Serialize)]
struct Entry {
    #[serde(flatten)]
    run: RunRow,
    milliseconds: Option<i64>,
    /// Whether its messages are all sent or given up; none when there were none.
    notification_settled: Option<bool>,
    scripts: Vec<ScriptEntry>,
}

/// A script with the time that it took.
#[derive(Debug, Serialize)]
struct ScriptEntry {
    #[serde(flatten)]
    row: ScriptRow,
    milliseconds: Option<i64>,
}

impl ScriptEntry {
    fn new(row: ScriptRow) -> ScriptEntry {
        let milliseconds = row.finished_at.map(|end| (end - row.started_at).num_milliseconds());
        ScriptEntry { row, milliseconds }
    }
}

pub(crate) async fn run(project: &Project, args: Log) -> anyhow::Result<Exit> {
    let since = args.since.as_deref().map(moment).transpose()?;
    let chosen = Chosen::open(project, &args.target).await?;
    let mut connection = chosen.connect().await?;
    // what is picked out here, and not by the database, needs all of it
    let all = args.failed || args.run.is_some();
    let filter = RunFilter { since, limit: (!all).then_some(args.limit), ..RunFilter::default() };
    let mut runs = read_runs(&mut connection, &filter).await?;
    let working = lock_holder(&mut connection).await?.map(|holder| holder.pid);
    runs.iter_mut().for_each(|run| settle(run, working));
    if let Some(id) = &args.run {
        let id = id.to_ascii_lowercase();
        runs.retain(|run| run.id.to_string().starts_with(&id));
        if runs.is_empty() {
            return Err(Failure::failed(format!("no run's id begins with `{id}`")).into());
        }
    }
    if args.failed {
        runs.retain(|run| !matches!(&*run.outcome, "succeeded" | "running"));
    }
    runs.truncate(usize::try_from(args.limit).unwrap_or(usize::MAX));
    let ids: Vec<Uuid> = runs.iter().map(|run| run.id).collect();
    let mut scripts = run_scripts(&mut connection, &ids).await?;
    let settled = notifications::settled(&mut connection, &ids).await?;
    let entries: Vec<Entry> = runs
        .into_iter()
        .map(|run| Entry {
            milliseconds: run.finished_at.map(|end| (end - run.started_at).num_milliseconds()),
            notification_settled: settled.get(&run.id).copied(),
            scripts: scripts.remove(&run.id).into_iter().flatten().map(ScriptEntry::new).collect(),
            run,
        })
        .collect();
    if project.global.format == Format::Json {
        output::json(&entries)?;
        return Ok(Exit::Done);
    }
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            output::line("");
        }
        show(entry);
    }
    if entries.is_empty() {
        let asked = args.failed || since.is_some();
        output::say(if asked { "no such run" } else { "nothing has been run yet" });
    }
    Ok(Exit::Done)
}

/// What was killed never said so: it is told as killed while nobody holds the lock for it.
fn settle(run: &mut RunRow, working: Option<i32>) {
    let at_work = working.is_some() && run.backend_pid.is_none_or(|pid| Some(pid) == working);
    if run.outcome == "running" && !at_work {
        "killed".clone_into(&mut run.outcome);
    }
}

fn show(entry: &Entry) {
    output::line(heading(&entry.run, entry.milliseconds));
    for (what, text) in [("why", &entry.run.reason), ("message", &entry.run.message)] {
        if let Some(text) = text {
            output::line(format!("  {what}: {}", text.replace('\n', "\n    ")));
        }
    }
    if let Some(id) = entry.run.continues {
        output::line(format!("  takes over: {id}"));
    }
    if entry.scripts.is_empty() {
        return;
    }
    let rows = entry.scripts.iter().map(|ScriptEntry { row: script, milliseconds: took }| {
        [
            script.started_at.format("%H:%M:%S").to_string(),
            script.script.clone(),
            script.direction.clone(),
            script.status.clone(),
            took.map(milliseconds).unwrap_or_default(),
            error(script),
        ]
    });
    let header = ["started", "script", "direction", "status", "took", "error"];
    for line in output::table(header, rows).lines() {
        output::line(format!("  {line}"));
    }
}

/// One line for a run: when, what, where, how it ended, how long, who, from what.
fn heading(run: &RunRow, took: Option<i64>) -> String {
    let mut text = format!(
        "{}  {} on {}: {}",
        run.started_at.format("%Y-%m-%d %H:%M:%S UTC"),
        run.command,
        run.environment,
        run.outcome
    );
    // writing to a String never fails
    if let Some(took) = took {
        let _ = write!(text, " in {}", milliseconds(took));
    }
    if let Some(actor) = &run.actor {
        let _ = write!(text, ", by {actor}");
    }
    if let Some(commit) = &run.git_commit {
        let _ = write!(text, ", commit {}", commit.chars().take(12).collect::<String>());
    }
    if let (Some(from), Some(to)) = (run.version_before, run.version_after) {
        let _ = write!(text, ", {from} to {to}");
    }
    if let Some(url) = &run.ci_url {
        let _ = write!(text, ", {url}");
    }
    let _ = write!(text, "  run {}", run.id);
    text
}

fn error(script: &ScriptRow) -> String {
    let code = script.error_code.as_ref().map(|code| format!("({code})"));
    let parts = [script.error_position.clone(), script.error_message.clone(), code];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn milliseconds(count: i64) -> String {
    if count < 10_000 { format!("{count} ms") } else { format!("{:.1} s", count as f64 / 1e3) }
}

/// A moment as people write it: so long ago, a day, or an exact time.
fn moment(text: &str) -> Result<DateTime<Utc>, Failure> {
    let text = text.trim();
    let ago = |span: Duration| {
        chrono::TimeDelta::from_std(span).ok().and_then(|span| Utc::now().checked_sub_signed(span))
    };
    let day = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
    span(text)
        .and_then(ago)
        .or_else(|| text.parse::<NaiveDate>().ok().map(day))
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()))
        .or_else(|| NaiveDateTime::parse_from_str(&text.replace('T', " "), "%Y-%m-%d %H:%M").ok().map(|time| time.and_utc()))
        .ok_or_else(|| {
            Failure::usage(format!("`--since {text}` is not understood"))
                .hint("write `90min`, `2h`, `3d`, `1w`, `2026-01-31`, `2026-01-31 12:00` or `2026-01-31T12:00:00Z` (UTC)")
        })
}

/// A duration, in days and weeks too.
fn span(text: &str) -> Option<Duration> {
    const DAY: u64 = 86_400;
    let long = [("d", DAY), ("w", 7 * DAY)].iter().find_map(|(unit, seconds)| {
        let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
        count.checked_mul(*seconds).map(Duration::from_secs)
    });
    long.or_else(|| duration::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_so_long_ago_or_a_day_or_a_time() {
        for (text, seconds) in [("90min", 5_400), ("2h", 7_200), ("3d", 259_200), ("1w", 604_800)] {
            let then = moment(text).unwrap();
            let age = (Utc::now() - then).num_seconds();
            assert!((seconds..seconds + 5).contains(&age), "{text}: {age}");
        }
        for (text, expected) in [
            ("2026-01-31", "2026-01-31T00:00:00+00:00"),
            ("2026-01-31 12:30", "2026-01-31T12:30:00+00:00"),
            ("2026-01-31T12:30:00+02:00", "2026-01-31T10:30:00+00:00"),
        ] {
            assert_eq!(moment(text).unwrap().to_rfc3339(), expected);
        }
        for text in ["", "yesterday", "3", "-2h", "99999999999999d", "2026-13-01"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
