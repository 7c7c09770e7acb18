//! What `diff` prints and writes.

use std::path::PathBuf;

use meshhook_verify::diff::{Action, Class, Draft, Leg, Proof, Proven, Way, actions};
use serde::Serialize;

use super::super::new;
use super::super::schema::shown;
use crate::cli::Diff;
use crate::context::Project;
use crate::exit::Exit;
use crate::output::{self, Format};

/// The JSON document.
#[derive(Debug, Serialize)]
struct Document {
    from: String,
    to: String,
    /// There is nothing to do.
    equal: bool,
    /// What differs, as sentences.
    differences: Vec<String>,
    actions: Vec<Action>,
    /// What stays different and loses nothing.
    notes: Vec<String>,
    /// The way there, as it would be printed or was written.
    sql: String,
    rollback: Option<Back>,
    proof: Option<Proof>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    migrations: Vec<Written>,
}

/// The way back.
#[derive(Debug, Serialize)]
struct Back {
    #[serde(flatten)]
    class: Class,
    /// What goes with it although it came with the migration.
    takes_along: Vec<String>,
    actions: Vec<Action>,
    sql: String,
}

/// A migration that was written.
#[derive(Debug, Serialize)]
struct Written {
    version: String,
    name: String,
    up: PathBuf,
    rollback: PathBuf,
    #[serde(flatten)]
    class: Class,
}

/// Equal sides.
pub(super) fn nothing(project: &Project, args: &Diff) -> anyhow::Result<Exit> {
    output::say(format!("nothing to do: `{}` is what `{}` says", shown(&args.from), shown(&args.to)));
    if project.global.format == Format::Json {
        output::json(&Document {
            from: shown(&args.from),
            to: shown(&args.to),
            equal: true,
            differences: Vec::new(),
            actions: Vec::new(),
            notes: Vec::new(),
            sql: String::new(),
            rollback: None,
            proof: None,
            migrations: Vec::new(),
        })?;
    }
    Ok(Exit::Done)
}

/// Without a name: to stdout.
pub(super) fn print(
    project: &Project,
    args: &Diff,
    draft: &Draft<'_>,
    proven: &Proven,
) -> anyhow::Result<Exit> {
    if project.global.format == Format::Json {
        output::json(&document(args, draft, proven, Vec::new()))?;
        return Ok(Exit::Done);
    }
    let text = if args.rollback { back(args, proven) } else { there(args, proven) };
    output::line(text.trim_end());
    conclude(proven);
    Ok(Exit::Done)
}

/// With a name: into files.
pub(super) fn write(
    project: &Project,
    args: &Diff,
    name: &str,
    draft: &Draft<'_>,
    proven: &Proven,
) -> anyhow::Result<Exit> {
    let count = proven.legs.len();
    let versions = new::next_versions(project, count)?;
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    let mut written = Vec::new();
    for (at, (leg, version)) in proven.legs.iter().zip(versions).enumerate() {
        let name = if count > 1 { format!("{name}_{}", at + 1) } else { name.to_owned() };
        let [up, rollback] = new::paths(version, &name);
        let part = if count > 1 { format!(" Part {} of {count}.", at + 1) } else { String::new() };
        let mut header = header(args, proven);
        header[0] = format!("{name}: {}{part}", header[0]);
        files.push((up.clone(), leg.up.text(&header)));
        files.push((rollback.clone(), leg.rollback.text(&leg.rollback_header(&format!("{version}_{name}")))));
        written.push(Written { version: version.to_string(), name, up, rollback, class: leg.class.clone() });
    }
    let all: Vec<(&PathBuf, &String)> = files.iter().map(|(path, text)| (path, text)).collect();
    new::write_all(project, &all)?;
    if project.global.format == Format::Json {
        output::json(&document(args, draft, proven, written))?;
        return Ok(Exit::Done);
    }
    for (path, _) in &files {
        output::line(path.display().to_string());
    }
    conclude(proven);
    output::say("\nnext: read the files, then `cargo xtask db up`");
    Ok(Exit::Done)
}

fn document(args: &Diff, draft: &Draft<'_>, proven: &Proven, migrations: Vec<Written>) -> Document {
    let steps = proven.back.iter().rev().flatten().flat_map(actions).collect();
    Document {
        from: shown(&args.from),
        to: shown(&args.to),
        equal: false,
        differences: draft.differences.clone(),
        actions: actions(&draft.plan),
        notes: draft.plan.notes.clone(),
        sql: there(args, proven),
        rollback: Some(Back {
            class: class(proven),
            takes_along: proven.legs.iter().flat_map(|leg| leg.takes_along.clone()).collect(),
            actions: steps,
            sql: back(args, proven),
        }),
        proof: Some(proven.proof.clone()),
        migrations,
    }
}

/// What all migrations together bring back when they are taken back.
fn class(proven: &Proven) -> Class {
    let mut all = Class::Lossless;
    for leg in &proven.legs {
        match (&mut all, &leg.class) {
            (Class::Irreversible { .. }, _) | (_, Class::Lossless) => {}
            (Class::SchemaOnly { loses }, Class::SchemaOnly { loses: more }) => {
                loses.extend(more.iter().cloned())
            }
            (all, worse) => *all = worse.clone(),
        }
    }
    all
}

fn there(args: &Diff, proven: &Proven) -> String {
    let text = |leg: &Leg| {
        let mut lines = header(args, proven);
        lines.extend(piecemeal(&leg.up));
        leg.up.text(&lines)
    };
    proven.legs.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// How to run what cannot be in one transaction, for those who run it by hand.
fn piecemeal(way: &Way) -> Option<String> {
    way.piecemeal.then(|| {
        "Every statement is a transaction of its own: `psql -v ON_ERROR_STOP=1 -f FILE`, without `-1`."
            .to_owned()
    })
}

fn back(args: &Diff, proven: &Proven) -> String {
    let what = format!("the way from {} to {}", shown(&args.from), shown(&args.to));
    let text = |leg: &Leg| {
        let mut lines = leg.rollback_header(&what);
        lines.extend(piecemeal(&leg.rollback));
        leg.rollback.text(&lines)
    };
    proven.legs.iter().rev().map(text).collect::<Vec<_>>().join("\n")
}

fn header(args: &Diff, proven: &Proven) -> Vec<String> {
    let proof = &proven.proof;
    let rows = match (&proof.without_rows, proof.rows.len()) {
        (Some(why), _) => format!("on empty tables only ({why})"),
        (None, 0) => "without rows, because there is no table for them".to_owned(),
        (None, 1) => "with rows in the one table".to_owned(),
        (None, tables) => format!("with rows in {tables} tables"),
    };
    let ways = match class(proven) {
        Class::Irreversible { .. } => "there",
        _ => "there, back and there again",
    };
    vec![
        format!("from {} to {}.", shown(&args.from), shown(&args.to)),
        format!("Written by `cargo xtask db diff`; proven on {}: {ways}, {rows}.", proof.server),
    ]
}

fn conclude(proven: &Proven) {
    let told = match class(proven) {
        Class::Lossless => "the way back is lossless".to_owned(),
        Class::SchemaOnly { loses } => {
            format!("the way back brings back the schema only; lost: {}", loses.join(", "))
        }
        Class::Irreversible { why } => format!("there is no way back: {why}"),
    };
    output::say(format!("{} on {}: {told}", output::paint("32;1", "proven"), proven.proof.server));
}
