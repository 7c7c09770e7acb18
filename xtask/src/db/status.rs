//! `status`: the ledger against the files. Only reads.

use std::collections::{BTreeMap, BTreeSet};

use meshhook_migrate::{Folder, State, Version};
use serde::Serialize;

use super::target::{Chosen, Kind};
use super::{deploy, unfinished};
use crate::cli::Status;
use crate::context::Project;
use crate::exit::Exit;
use crate::output::{self, Format};

/// One line of `status`.
#[derive(Debug, Serialize)]
struct Line {
    version: String,
    name: String,
    /// `applied`, `pending`, `edited`, `missing`, `out of order`, `interrupted`
    state: &'static str,
    applied_at: Option<String>,
    milliseconds: Option<f64>,
}

pub(crate) async fn status(project: &Project, args: Status) -> anyhow::Result<Exit> {
    let folder = super::look_at_folder(project, args.source.source.as_deref())?;
    let chosen = Chosen::open(project, &args.target).await?;
    let mut connection = chosen.connect().await?;
    let state = State::read(&mut connection, &folder).await?;
    let lines = lines(&folder, &state);
    let unfinished = unfinished::find(&mut connection).await?;
    let reach = deploy::policy(project, &chosen)?.reach;
    let needs_person = unfinished::needs_person(&mut connection, &reach).await?;
    let blockers: Vec<String> = folder.blockers().map(ToString::to_string).collect();
    if project.global.format == Format::Json {
        output::json(&serde_json::json!({
            "target": chosen.shown, "ledger": state.ledger_exists, "up_to_date": state.is_up_to_date(),
            "migrations": lines, "interrupted": state.interrupted, "problems": blockers,
            "other_ledgers": state.foreign, "unfinished": unfinished,
            "needs_a_person": needs_person,
        }))?;
        return Ok(Exit::Done);
    }
    let header = ["version", "name", "state", "applied at", "took"];
    let rows = lines.iter().map(|line| {
        [
            line.version.clone(),
            line.name.clone(),
            line.state.to_owned(),
            line.applied_at.clone().unwrap_or_default(),
            line.milliseconds.map(|ms| format!("{ms:.0} ms")).unwrap_or_default(),
        ]
    });
    let table = output::table(header, rows);
    if !table.is_empty() {
        output::line(table);
    }
    for blocker in &blockers {
        output::warn(blocker);
    }
    for foreign in &state.foreign {
        output::say(format!("note: {foreign}"));
    }
    if let Some(unfinished) = &unfinished {
        output::warn(&unfinished.sentence);
        output::say(format!("next: {}", unfinished.next));
    }
    if let Some(needs_person) = &needs_person {
        output::warn(&needs_person.sentence);
        needs_person.next.iter().for_each(|next| output::say(format!("next: {next}")));
    }
    output::say(conclusion(&lines, &chosen.kind));
    Ok(Exit::Done)
}

/// Files and ledger side by side, in the order of versions.
fn lines(folder: &Folder, state: &State) -> Vec<Line> {
    let edited: BTreeSet<Version> = state.edited.iter().map(|edited| edited.version).collect();
    let interrupted: BTreeSet<Version> =
        state.interrupted.iter().map(|interrupted| interrupted.version).collect();
    let mut names: BTreeMap<Version, String> =
        state.applied.iter().map(|row| (row.version, row.description.replace(' ', "_"))).collect();
    names.extend(folder.migrations.iter().map(|migration| (migration.version, migration.name.clone())));
    let line = |(version, name): (Version, String)| {
        let row = state.applied.iter().find(|row| row.version == version);
        let what = if interrupted.contains(&version) {
            "interrupted"
        } else if edited.contains(&version) {
            "edited"
        } else if state.missing.contains(&version) {
            "missing"
        } else if row.is_some() {
            "applied"
        } else if state.out_of_order.contains(&version) {
            "out of order"
        } else {
            "pending"
        };
        Line {
            version: version.to_string(),
            name,
            state: what,
            applied_at: row.map(|row| row.installed_on.format("%Y-%m-%d %H:%M:%S UTC").to_string()),
            milliseconds: row
                .filter(|row| row.execution_time >= 0)
                .map(|row| row.execution_time as f64 / 1e6),
        }
    };
    names.into_iter().map(line).collect()
}

/// The counts, and what to type next for the gravest of them.
fn conclusion(lines: &[Line], kind: &Kind) -> String {
    let count = |state: &str| lines.iter().filter(|line| line.state == state).count();
    let counts: Vec<String> = ["applied", "pending", "edited", "missing", "out of order", "interrupted"]
        .iter()
        .filter(|state| count(state) > 0)
        .map(|state| format!("{} {state}", count(state)))
        .collect();
    if counts.is_empty() {
        return "no migrations".to_owned();
    }
    let next = match kind {
        Kind::Environment(name) => next_of_environment(lines, name),
        Kind::Private | Kind::Own => next_of_development(count).to_owned(),
    };
    format!("{}{next}", counts.join(", "))
}

/// In the order in which a deploy would stumble.
fn next_of_environment(lines: &[Line], name: &str) -> String {
    let first = |state: &str| lines.iter().position(|line| line.state == state);
    // what is below the first of them stays
    let back = |place: usize| {
        let kept = lines[..place].iter().rfind(|line| line.applied_at.is_some());
        let to = kept.map_or("0", |line| &*line.version);
        format!("`cargo xtask db rollback --env {name} --to {to}`")
    };
    if let Some(place) = first("edited") {
        format!(
            "; bring the edited files back (`git checkout`), or take them back first with {}",
            back(place)
        )
    } else if let Some(place) = first("missing") {
        format!("; the database is ahead of this checkout: update it, or take them back with {}", back(place))
    } else if first("out of order").is_some() {
        format!(
            "; `cargo xtask db check --only history --fix` moves them, or \
             `cargo xtask db deploy --env {name} --allow-out-of-order`"
        )
    } else if first("interrupted").or(first("pending")).is_some() {
        format!("; `cargo xtask db deploy --env {name}` brings it to this checkout")
    } else {
        String::new()
    }
}

fn next_of_development(count: impl Fn(&str) -> usize) -> &'static str {
    if count("interrupted") > 0 {
        "; `cargo xtask db up` goes on where it stopped, `down` takes it back"
    } else if count("edited") > 0 {
        "; bring the edited files back (`git checkout`), or take them back with `down` first"
    } else if count("missing") > 0 {
        "; the database is ahead of this checkout: update it"
    } else if count("out of order") > 0 {
        "; `cargo xtask db check --only history --fix` moves them, or `up --allow-out-of-order`"
    } else if count("pending") > 0 {
        "; `cargo xtask db up` applies them"
    } else {
        ""
    }
}
