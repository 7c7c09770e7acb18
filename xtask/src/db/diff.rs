//! `diff`: from one schema to another and back, asked for and presented.

mod present;

use meshhook_sandbox::Server;
use meshhook_schema::Patterns;
use meshhook_verify::diff::{DiffError, Draft, Proven, Rename, Request, Side, Sides, load};

use super::{interrupt, new, schema};
use crate::cli::Diff;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) async fn run(project: &Project, args: &Diff) -> anyhow::Result<Exit> {
    let name = args.name.as_deref().map(new::clean_name).transpose()?;
    let from = schema::parse(project, &args.from, "--from")?;
    let to = schema::parse(project, &args.to, "--to")?;
    if name.is_some() && !matches!(from, Side::Migrations { house: true, .. }) {
        output::warn(format!(
            "the migration begins where `{}` ends, and not where the migrations do",
            schema::shown(&args.from)
        ));
    }
    let house = |side: &Side| matches!(side, Side::Migrations { house: true, .. } | Side::Declared(_));
    let request = Request {
        // somebody else's schema is read to be understood, ours to be shipped
        strict: house(&from) || house(&to) || name.is_some(),
        idempotent: (house(&from) || house(&to)) && project.deploy.gates.idempotent,
        runtime: Patterns::new(&project.deploy.runtime),
        online: !args.offline_ddl,
        platform: args.platform,
        renames: args.rename.clone(),
        from,
        to,
    };
    let server = project.sandbox().await?;
    let done = tokio::select! {
        done = work(project, args, name.as_deref(), &server, &request) => Some(done),
        () = interrupt::asked() => None,
    };
    let stopped = server.stop().await;
    let Some(done) = done else {
        let message = "interrupted; the throwaway server is gone, nothing else was touched";
        return Err(Failure::interrupted(message).into());
    };
    let exit = done?;
    stopped?;
    Ok(exit)
}

async fn work(
    project: &Project,
    args: &Diff,
    name: Option<&str>,
    server: &Server,
    request: &Request,
) -> anyhow::Result<Exit> {
    let sides = load(server, request).await.map_err(explain)?;
    for what in &sides.passed_over {
        output::say(format!("note: {what}"));
    }
    for role in &sides.roles {
        output::say(format!("note: the role `{role}` is made in the sandbox, because the SQL mentions it"));
    }
    let draft = draft(&sides, args).await?;
    for note in &draft.plan.notes {
        output::say(format!("note: {note}"));
    }
    if draft.is_empty() {
        return present::nothing(project, args);
    }
    if !args.allow_drop {
        refuse_drops(&draft)?;
    }
    output::say(format!("proving: {} steps there, and the way back", draft.plan.steps.len()));
    let proven = draft.prove(name.is_some()).await.map_err(explain)?;
    remarks(&proven);
    if let Some(why) = proven.no_way_back().filter(|_| args.rollback) {
        return Err(Failure::failed(format!("there is no way back: {why}")).into());
    }
    match name {
        Some(name) => present::write(project, args, name, &draft, &proven),
        None => present::print(project, args, &draft, &proven),
    }
}

/// The way there. Where something goes and something of the same shape comes, a person at a terminal is asked.
async fn draft<'s>(sides: &'s Sides<'s>, args: &Diff) -> anyhow::Result<Draft<'s>> {
    let mut renames = sides.renames().map_err(explain)?;
    let mut draft = sides.draft(renames.clone()).await.map_err(explain)?;
    if args.allow_drop || draft.drops().is_empty() {
        return Ok(draft);
    }
    let mut told = Vec::new();
    for candidate in draft.candidates() {
        let (old, new) = (candidate.source(), candidate.object());
        if told.contains(&old) || told.contains(&new) {
            continue;
        }
        if output::ask(&format!("{old} goes and {new} comes: is it the same under a new name?")) == Some(true)
        {
            told.extend([old, new]);
            renames.push(candidate);
        }
    }
    if !told.is_empty() {
        draft = sides.draft(renames).await.map_err(explain)?;
    }
    Ok(draft)
}

fn refuse_drops(draft: &Draft<'_>) -> Result<(), Failure> {
    let drops = draft.drops();
    if drops.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = drops.iter().map(|what| format!("\n  {what}")).collect();
    let mut hint = "`--allow-drop` when that may go".to_owned();
    for candidate in draft.candidates() {
        hint += &renamed(&candidate);
    }
    Err(Failure::failed(format!("this drops what holds data:{}", list.concat())).hint(hint))
}

fn renamed(candidate: &Rename) -> String {
    format!(
        "\n      perhaps {}? Then write `{}` above it in the declared schema, or type\n      `--rename {}`",
        candidate.told(),
        candidate.hint(),
        schema::quoted(&candidate.option())
    )
}

/// What a reader of the SQL should know of the proof.
fn remarks(proven: &Proven) {
    let proof = &proven.proof;
    for table in &proof.rewritten {
        output::warn(format!("every row of `{table}` is written again, and nobody gets in meanwhile"));
    }
    if let Some(why) = &proof.once_only {
        output::warn(format!("this cannot be run twice: {why}"));
    }
    if let Some(why) = &proof.without_rows {
        output::warn(format!("this works on empty tables only: {why}"));
    }
    if let Some(why) = &proof.back_without_rows {
        output::warn(format!("the way back works on empty tables only: {why}"));
    }
    for table in &proof.unfilled {
        output::say(format!("note: no rows could be made for `{}`: {}", table.table, table.reason));
    }
}

/// The error with what to do next.
pub(super) fn explain(error: DiffError) -> anyhow::Error {
    let text = error.to_string();
    let failure = match &error {
        DiffError::File { .. } | DiffError::Content { .. } | DiffError::Rename(_) => Failure::usage(text),
        DiffError::NotProven(found) if found.with_rows && found.error.is_some() => Failure::failed(text).hint(
            "it works as long as there are no rows: a new column that must not be empty needs a default, and what a \
             new constraint refuses has to be mended first",
        ),
        _ => Failure::failed(text),
    };
    failure.into()
}
