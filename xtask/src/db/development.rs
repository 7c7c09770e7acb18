//! `start`, `stop`, `reset`, `seed`: the development database by hand.

use meshhook_migrate::{Goal, OwnTransaction, Script, Wish, run_script};
use meshhook_sandbox::{dev, own};

use super::migrate;
use super::target::{Chosen, Kind};
use crate::cli::{Reset, Seed, Stop, TargetArgs};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

pub(crate) async fn start(project: &Project) -> anyhow::Result<Exit> {
    let server =
        dev::ensure(&project.root, &project.sandbox_settings(), &mut |note| output::say(note)).await?;
    output::say(format!("{} is running", server.describe()));
    let (url, _) = Chosen::open(project, &TargetArgs::default()).await?.url_without_password();
    match project.global.format {
        Format::Json => output::json(&serde_json::json!({ "server": server.describe(), "url": url }))?,
        Format::Human => output::line(url),
    }
    Ok(Exit::Done)
}

pub(crate) async fn stop(project: &Project, args: &Stop) -> anyhow::Result<Exit> {
    let settings = project.sandbox_settings();
    let mut note = |note: &str| output::say(note);
    let was_running = dev::stop(&project.root, &settings, &mut note).await?;
    if args.delete {
        dev::remove(&project.root, &settings, &mut note).await?;
        output::say("the private development database and its data are gone");
    } else {
        output::say(if was_running { "stopped; its data stays" } else { "it was not running" });
    }
    Ok(Exit::Done)
}

/// Empty, every migration, seed. Asks before it drops a database that we did not make.
pub(crate) async fn reset(project: &Project, args: Reset) -> anyhow::Result<Exit> {
    let folder = super::read_folder(project, None)?;
    let chosen = Chosen::open(project, &args.target).await?;
    chosen.must_be_development("reset")?;
    if args.dry_run {
        let scripts = folder.migrations.iter().map(|migration| &migration.up);
        let seeds = if args.no_seed { Vec::new() } else { read_seeds(project)? };
        return show(project, &chosen, scripts.chain(&seeds));
    }
    if chosen.kind == Kind::Own && !project.global.yes {
        let question = format!("Drop {} with everything in it, and make it anew?", chosen.shown);
        if !output::ask(&question).unwrap_or(false) {
            return Err(Failure::usage(format!("`reset` deletes everything in {}", chosen.shown))
                .hint("add `--yes` if that is what you want; nothing was changed")
                .into());
        }
    }
    own::recreate(&chosen.target.options()).await?;
    let mut connection = chosen.connect().await?;
    if !own::has_platform(&mut connection).await? {
        own::give_platform(&mut connection).await?;
    }
    drop(connection);
    let report = migrate::carry_out(project, "reset", &chosen, &folder, &Wish::new(Goal::Up(None))).await?;
    let seeded = if args.no_seed { 0 } else { load_seeds(project, &chosen).await? };
    match project.global.format {
        Format::Json => output::json(&serde_json::json!({
            "target": chosen.shown, "applied": report.done.len(), "seed_files": seeded,
        }))?,
        Format::Human => {
            output::say(format!("rebuilt: {} applied, {seeded} seed files loaded", report.done.len()))
        }
    }
    Ok(Exit::Done)
}

pub(crate) async fn seed(project: &Project, args: Seed) -> anyhow::Result<Exit> {
    let chosen = Chosen::open(project, &args.target).await?;
    chosen.must_be_development("seed")?;
    if args.dry_run {
        return show(project, &chosen, &read_seeds(project)?);
    }
    let loaded = load_seeds(project, &chosen).await?;
    match project.global.format {
        Format::Json => output::json(&serde_json::json!({ "target": chosen.shown, "seed_files": loaded }))?,
        Format::Human if loaded == 0 => output::say("there is no seed file"),
        Format::Human => output::say(format!("{loaded} seed files loaded")),
    }
    Ok(Exit::Done)
}

/// What would be run, printed.
fn show<'s>(
    project: &Project,
    chosen: &Chosen,
    scripts: impl IntoIterator<Item = &'s Script>,
) -> anyhow::Result<Exit> {
    let scripts: Vec<&Script> = scripts.into_iter().collect();
    if project.global.format == Format::Json {
        let scripts =
            scripts.iter().map(|script| serde_json::json!({ "path": script.path, "sql": script.sql }));
        output::json(&serde_json::json!({ "target": chosen.shown, "scripts": scripts.collect::<Vec<_>>() }))?;
    } else {
        for script in &scripts {
            output::line(format!("-- {}\n{}\n", script.path.display(), script.sql.trim_end()));
        }
    }
    output::say(format!("{} to run; nothing was changed", scripts.len()));
    Ok(Exit::Done)
}

/// The seed files of `supabase/config.toml`.
fn read_seeds(project: &Project) -> anyhow::Result<Vec<Script>> {
    let mut seeds = Vec::new();
    for path in &project.supabase.seeds {
        let sql = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read `{}`: {error}", project.shown(path))))?;
        let shown = path.strip_prefix(&project.root).unwrap_or(path);
        seeds.push(Script::new(shown, sql));
    }
    Ok(seeds)
}

/// Runs the seed files, each in one transaction.
async fn load_seeds(project: &Project, chosen: &Chosen) -> anyhow::Result<usize> {
    let seeds = read_seeds(project)?;
    let mut connection = chosen.connect().await?;
    for script in seeds.iter().filter(|script| !script.is_blank()) {
        run_script(&mut connection, script, OwnTransaction::StatementByStatement).await.map_err(|error| {
            Failure::failed(error.to_string()).hint("is the database at head? `cargo xtask db up`")
        })?;
    }
    Ok(seeds.len())
}
