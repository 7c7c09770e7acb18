//! `up`, `down`, `redo`: one wish each, planned and carried out by `meshhook-migrate`, and told here.

use std::time::Duration;

use meshhook_migrate::{
    Cancel, Direction, Doubt, Event, Folder, Goal, Obstacle, Plan, Report, RunError, RunInfo, Settings,
    Standing, State, Version, Wish, plan,
};
use nix::unistd::User;
use tokio::sync::watch;

use super::github::variable;
use super::interrupt;
use super::target::{Chosen, Kind};
use crate::cli::{DoubtArg, Down, Redo, SourceArgs, TargetArgs, Up};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// How long another run is waited for before its holder is named.
pub(crate) const LOCK_WAIT: Duration = Duration::from_secs(60);

pub(crate) async fn up(project: &Project, args: Up) -> anyhow::Result<Exit> {
    let mut wish = Wish::new(Goal::Up(args.to.map(Version::new)));
    wish.out_of_order = args.allow_out_of_order;
    wish.doubt = doubt(args.doubt);
    run(project, "up", wish, args.dry_run, &args.target, &args.source).await
}

pub(crate) async fn down(project: &Project, args: Down) -> anyhow::Result<Exit> {
    let goal = match args.to {
        Some(version) => Goal::DownTo(Version::new(version)),
        None => Goal::Down(args.count.unwrap_or(1)),
    };
    let mut wish = Wish::new(goal);
    wish.irreversible = args.allow_irreversible;
    wish.doubt = doubt(args.doubt);
    run(project, "down", wish, args.dry_run, &args.target, &args.source).await
}

pub(crate) async fn redo(project: &Project, args: Redo) -> anyhow::Result<Exit> {
    let mut wish = Wish::new(Goal::Redo);
    wish.irreversible = args.allow_irreversible;
    run(project, "redo", wish, args.dry_run, &args.target, &args.source).await
}

pub(crate) fn doubt(said: Option<DoubtArg>) -> Doubt {
    match said {
        None => Doubt::Refuse,
        Some(DoubtArg::Rerun) => Doubt::Rerun,
        Some(DoubtArg::Skip) => Doubt::Skip,
    }
}

async fn run(
    project: &Project,
    command: &str,
    wish: Wish,
    dry_run: bool,
    target: &TargetArgs,
    source: &SourceArgs,
) -> anyhow::Result<Exit> {
    let folder = super::read_folder(project, source.source.as_deref())?;
    if let Goal::Up(Some(version)) = wish.goal
        && folder.get(version).is_none()
    {
        // before a database is started for it
        return Err(Failure::usage(format!("no migration has version {version}")).into());
    }
    let chosen = Chosen::open(project, target).await?;
    if dry_run {
        return show_plan(project, &chosen, &folder, &wish).await;
    }
    if matches!(chosen.kind, Kind::Environment(_)) {
        let advice = "migrations reach an environment through its deploy";
        chosen.must_be_development(command).map_err(|failure| failure.hint(advice))?;
    }
    if source.source.is_none() {
        chosen.ensure_platform().await?;
    }
    let report = carry_out(project, command, &chosen, &folder, &wish).await?;
    tell(project, &chosen, &report)?;
    Ok(Exit::Done)
}

/// Plans and runs, telling each script as it goes. An error says what state the database is in.
pub(crate) async fn carry_out(
    project: &Project,
    command: &str,
    chosen: &Chosen,
    folder: &Folder,
    wish: &Wish,
) -> anyhow::Result<Report> {
    let settings = Settings { lock_wait: LOCK_WAIT, info: run_info(project, command) };
    let (stop, stopped) = watch::channel(false);
    let cancel = Cancel::new(stopped);
    let mut on = |event: Event<'_>| tell_event(event);
    let work = meshhook_migrate::migrate(&chosen.target, folder, wish, &settings, &mut on, &cancel);
    interrupt::cancelling(&stop, work).await.map_err(explain)
}

/// Who runs this, for the log. GitHub's variables name actor and page; on a laptop it is the user, whose account is
/// asked where no variable says it (cron, containers).
pub(crate) fn run_info(project: &Project, command: &str) -> RunInfo {
    RunInfo {
        git_commit: meshhook_history::head(&project.root),
        actor: ["GITHUB_ACTOR", "USER", "LOGNAME"].into_iter().find_map(variable).or_else(account),
        ci_url: ci_url(),
        ..RunInfo::development(command)
    }
}

/// The name of the account that this process runs as.
fn account() -> Option<String> {
    User::from_uid(nix::unistd::getuid()).ok().flatten().map(|user| user.name)
}

/// The page of this CI run.
pub(crate) fn ci_url() -> Option<String> {
    let server = variable("GITHUB_SERVER_URL")?;
    Some(format!("{server}/{}/actions/runs/{}", variable("GITHUB_REPOSITORY")?, variable("GITHUB_RUN_ID")?))
}

pub(crate) fn tell_event(event: Event<'_>) {
    match event {
        Event::Waiting(holder) => output::say(format!("waiting for another run: {holder}")),
        Event::Blocked(holders) => {
            let holders: Vec<String> = holders.iter().map(ToString::to_string).collect();
            output::say(format!("waiting for locks that these hold: {}", holders.join("; ")));
        }
        Event::Started { .. } => {}
        Event::DroppedInvalidIndex { index, .. } => {
            output::say(format!("dropped the invalid index {index}, which an earlier attempt left"));
        }
        Event::Finished { step, number, of, took } => {
            output::say(format!("[{number}/{of}] {step}  {}", milliseconds(took)));
        }
        Event::Failed { step, .. } => {
            output::say(format!("{} {}", output::paint("31;1", "failed:"), step.script.path.display()));
        }
    }
}

fn milliseconds(took: Duration) -> String {
    format!("{:.0} ms", took.as_secs_f64() * 1000.0)
}

/// The error with what it left and what to do next.
fn explain(error: RunError) -> anyhow::Error {
    match error {
        RunError::Interrupted { at, .. } => {
            let partial = matches!(at, Some((_, Standing::Partial | Standing::Unknown)));
            let failure = Failure::interrupted(error.to_string());
            let next = if partial {
                "`cargo xtask db status` shows it; `up` goes on, `down` takes it back"
            } else {
                "nothing is half done; `cargo xtask db up` goes on from here"
            };
            failure.hint(next).into()
        }
        RunError::Script { error, standing, report, .. } => {
            let left = match standing {
                Standing::Unchanged => "nothing of this script is left",
                Standing::Partial => {
                    "statements before this one are done: `up` resumes here, `down` takes them back"
                }
                Standing::Done => "the script itself is done",
                Standing::Unknown => "whether it was done is not known: see `cargo xtask db status`",
            };
            let before = match report.done.len() {
                0 => String::new(),
                1 => "; the migration before it stays".to_owned(),
                many => format!("; the {many} migrations before it stay"),
            };
            Failure::failed(error.to_string()).hint(format!("{left}{before}")).into()
        }
        RunError::Obstacles(obstacles) => obstructed(&obstacles).into(),
        RunError::Locked { .. } => Failure::failed(error.to_string())
            .hint("try again when it is done; the lock goes with its session")
            .into(),
        other => other.into(),
    }
}

fn obstructed(obstacles: &[Obstacle]) -> Failure {
    let lines: Vec<String> = obstacles.iter().map(|obstacle| obstacle.to_string()).collect();
    let usage = obstacles.iter().any(|obstacle| matches!(obstacle, Obstacle::UnknownTarget { .. }));
    let text = lines.join("\n");
    if usage { Failure::usage(text) } else { Failure::failed(text) }
}

/// `--dry-run`: the plan, printed. Works on a read-only connection.
async fn show_plan(project: &Project, chosen: &Chosen, folder: &Folder, wish: &Wish) -> anyhow::Result<Exit> {
    let mut connection = chosen.connect().await?;
    let state = State::read(&mut connection, folder).await?;
    let plan: Plan = plan(folder, &state, wish).map_err(|obstacles| obstructed(&obstacles))?;
    match project.global.format {
        Format::Json => {
            let steps = plan.steps.iter().map(|step| {
                serde_json::json!({
                    "version": step.version.to_string(), "name": step.name, "direction": step.direction,
                    "transaction": step.is_transactional(), "sql": step.script.sql,
                })
            });
            output::json(&serde_json::json!({ "target": chosen.shown, "steps": steps.collect::<Vec<_>>() }))?;
        }
        Format::Human if plan.is_empty() => {}
        Format::Human => output::line(plan.sql().trim_end()),
    }
    output::say(match plan.steps.len() {
        0 => "nothing to do".to_owned(),
        count => format!("{count} to run; nothing was changed"),
    });
    Ok(Exit::Done)
}

fn tell(project: &Project, chosen: &Chosen, report: &Report) -> anyhow::Result<()> {
    if project.global.format == Format::Json {
        let done = report.done.iter().map(|done| {
            serde_json::json!({
                "version": done.version.to_string(), "name": done.name, "direction": done.direction,
                "milliseconds": done.took.as_secs_f64() * 1000.0,
            })
        });
        return output::json(&serde_json::json!({
            "target": chosen.shown, "run": report.run, "done": done.collect::<Vec<_>>(),
        }));
    }
    let count = |direction| report.done.iter().filter(|done| done.direction == direction).count();
    output::say(match (count(Direction::Up), count(Direction::Down)) {
        (0, 0) => "nothing to do".to_owned(),
        (up, 0) => format!("{up} applied"),
        (0, down) => format!("{down} taken back"),
        (up, down) => format!("{down} taken back, {up} applied"),
    });
    Ok(())
}
