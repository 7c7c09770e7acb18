//! `deploy`: an environment to this checkout's head. The library decides; here it is asked, told and announced.

use std::collections::BTreeSet;

use meshhook_deploy::{Event, Outcome, Policy, Report, Request, Severity, StepStatus};
use meshhook_migrate::connect::ConnectError;
use meshhook_migrate::{Cancel, Folder, RunInfo, Version};
use meshhook_notify::Channel;
use tokio::sync::watch;

use super::announce;
use super::interrupt;
use super::migrate::{doubt, run_info, tell_event};
use super::target::{Chosen, Kind};
use crate::cli::{Deploy, TargetArgs};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

pub(crate) async fn run(project: &Project, args: Deploy) -> anyhow::Result<Exit> {
    must_name_target(&args.target, "deploy")?;
    let folder = super::read_folder(project, None)?;
    let to = args.to.map(Version::new);
    if let Some(version) = to.filter(|version| folder.get(*version).is_none()) {
        return Err(Failure::usage(format!("no migration has version {version}")).into());
    }
    let chosen = Chosen::open(project, &args.target).await?;
    let policy = policy(project, &chosen)?;
    let channels = announce::channels(project, &chosen)?;
    let rehearsal = policy.rehearsal && !args.no_rehearsal;
    let request = Request {
        target: &chosen.target,
        folder: &folder,
        policy: &policy,
        info: info(project, "deploy", &policy),
        to,
        allow_irreversible: args.allow_irreversible.iter().copied().map(Version::new).collect(),
        accept_drift: args.accept_drift.clone(),
        out_of_order: args.allow_out_of_order,
        doubt: doubt(args.doubt),
        sandbox: rehearsal.then(|| project.sandbox_settings()),
    };
    unknown(&request.allow_irreversible, |version| folder.get(version).is_some())?;
    if args.dry_run {
        return dry_run(project, &request).await;
    }
    confirm(project, &policy, "deploy to")?;
    if needs_platform(&folder) {
        match chosen.ensure_platform().await {
            // the preflight tells it better, and the team is told too
            Err(error) if error.is::<ConnectError>() => {}
            given => given?,
        }
    }
    let (stop, stopped) = watch::channel(false);
    let cancel = Cancel::new(stopped);
    let mut on = |event: Event<'_>| tell(event);
    let report = interrupt::cancelling(&stop, meshhook_deploy::deploy(&request, &mut on, &cancel)).await;
    let end =
        End { chosen: &chosen, channels: &channels, policy: &policy, info: &request.info, what: "deploy" };
    conclude(project, &end, &report).await
}

/// Whether scripts name what Supabase gives every project.
fn needs_platform(folder: &Folder) -> bool {
    const NAMES: [&str; 6] = ["auth.", "storage.", "extensions.", "anon", "authenticated", "service_role"];
    folder.migrations.iter().any(|migration| NAMES.iter().any(|name| migration.up.sql.contains(name)))
}

/// The rules of the chosen database: its environment's, or the defaults for one that is given by its URL.
pub(crate) fn policy(project: &Project, chosen: &Chosen) -> Result<Policy, Failure> {
    match &chosen.kind {
        Kind::Environment(name) => project.deploy.policy(name),
        Kind::Own | Kind::Private => {
            let mut policy = Policy::named(chosen.target.database());
            "--database-url …".clone_into(&mut policy.reach);
            policy.runtime.clone_from(&project.deploy.runtime);
            Ok(policy)
        }
    }
}

/// A deploy never falls back to the private database: its target is said.
pub(crate) fn must_name_target(target: &TargetArgs, command: &str) -> Result<(), Failure> {
    if target.env.is_some() || target.database_url.is_some() {
        return Ok(());
    }
    let message = format!("`{command}` wants to know where: `--env NAME`, or `--database-url URL`");
    Err(Failure::usage(message).hint("the environments are in supabase/deploy.toml"))
}

pub(crate) fn info(project: &Project, command: &str, policy: &Policy) -> RunInfo {
    RunInfo { environment: policy.environment.clone(), ..run_info(project, command) }
}

/// A person says yes, where the environment wants that.
pub(crate) fn confirm(project: &Project, policy: &Policy, what: &str) -> Result<(), Failure> {
    if !policy.confirm || project.global.yes {
        return Ok(());
    }
    match output::ask(&format!("{what} {}?", policy.environment)) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::failed("not confirmed; nothing was changed")),
        None => Err(Failure::usage(format!(
            "`{}` wants a confirmation, and nobody is here to ask",
            policy.environment
        ))
        .hint("`--yes` says so; `confirm` in supabase/deploy.toml is what wants it")),
    }
}

/// A version that nobody knows was mistyped.
pub(crate) fn unknown(versions: &BTreeSet<Version>, known: impl Fn(Version) -> bool) -> Result<(), Failure> {
    match versions.iter().find(|version| !known(**version)) {
        Some(version) => {
            Err(Failure::usage(format!("`--allow-irreversible {version}`: no migration has this version")))
        }
        None => Ok(()),
    }
}

async fn dry_run(project: &Project, request: &Request<'_>) -> anyhow::Result<Exit> {
    let (stop, stopped) = watch::channel(false);
    let cancel = Cancel::new(stopped);
    let mut on = |event: Event<'_>| tell(event);
    let work = meshhook_deploy::rehearse(request, &mut on, &cancel);
    let (report, plan) = interrupt::cancelling(&stop, work).await;
    match project.global.format {
        Format::Json => {
            let mut json = serde_json::to_value(&report)?;
            json["dry_run"] = true.into();
            json["sql"] = plan.sql().into();
            output::json(&json)?;
        }
        Format::Human => {
            if !plan.is_empty() {
                output::line(plan.sql().trim_end());
            }
            show_steps(&report);
        }
    }
    say_end(&report, "rehearsal");
    Ok(exit(report.outcome))
}

/// What goes on, on stderr.
pub(crate) fn tell(event: Event<'_>) {
    match event {
        Event::Moment(moment) => tracing::debug!(?moment, "deploy"),
        Event::Script(event) => tell_event(event),
        Event::Retrying { attempt, of, pause, because } => {
            output::say(format!("{because}: try {attempt} of {of} in {:.1} s", pause.as_secs_f64()));
        }
        Event::Note(note) => output::say(note),
    }
}

/// What the end of a deploy or a rollback is told with.
pub(crate) struct End<'a> {
    pub(crate) chosen: &'a Chosen,
    pub(crate) channels: &'a [Channel],
    pub(crate) policy: &'a Policy,
    pub(crate) info: &'a RunInfo,
    /// `deploy`, `rollback`.
    pub(crate) what: &'a str,
}

/// Tells, announces, and says which exit code it is.
pub(crate) async fn conclude(project: &Project, end: &End<'_>, report: &Report) -> anyhow::Result<Exit> {
    let End { chosen, channels, policy, info, what } = *end;
    if project.global.format == Format::Human {
        show_steps(report);
        say_end(report, what);
    }
    let deliveries = announce::announce(project, chosen, channels, policy, info, report).await;
    if project.global.format == Format::Json {
        let mut json = serde_json::to_value(report)?;
        json["environment"] = policy.environment.clone().into();
        json["exit"] = exit(report.outcome).code().into();
        json["notifications"] = serde_json::to_value(&deliveries)?;
        output::json(&json)?;
        say_end(report, what);
    }
    Ok(exit(report.outcome))
}

pub(crate) fn exit(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::NothingToDo | Outcome::Succeeded => Exit::Done,
        Outcome::Refused => Exit::Failed,
        Outcome::RolledBack => Exit::RolledBack,
        Outcome::NeedsPerson => Exit::NeedsPerson,
        Outcome::Interrupted => Exit::Interrupted,
    }
}

fn show_steps(report: &Report) {
    let seconds = |took: Option<std::time::Duration>| {
        took.map(|took| format!("{:.0} ms", took.as_secs_f64() * 1000.0)).unwrap_or_default()
    };
    let rows = report.steps.iter().map(|step| {
        [
            step.version.to_string(),
            step.name.clone(),
            status(step.status).to_owned(),
            seconds(step.took),
            seconds(step.rehearsed),
            step.locks.join("; "),
        ]
    });
    let table = output::table(["version", "name", "status", "took", "rehearsed", "locks"], rows);
    if !table.is_empty() {
        output::line(table);
    }
}

pub(crate) const fn status(status: StepStatus) -> &'static str {
    match status {
        StepStatus::NotRun => "not run",
        StepStatus::Done => "done",
        StepStatus::TakenBack => "taken back",
        StepStatus::Failed => "failed",
    }
}

/// The end on one screen: what failed, in which state the database is, what to do.
fn say_end(report: &Report, what: &str) {
    // errors are in the failure; of what is merely good to know, `doctor --env` tells
    for finding in report.findings.iter().filter(|finding| finding.severity == Severity::Warning) {
        output::say(finding.to_string());
    }
    for note in &report.notes {
        output::say(format!("note: {note}"));
    }
    if let Some(failure) = &report.failure {
        let place = failure.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        let code = failure.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        output::say(format!("{} {place}{}{code}", output::paint("31;1", "error:"), failure.message));
        for detail in &failure.details {
            output::say(format!("  {detail}"));
        }
    }
    let (style, word) = match report.outcome {
        Outcome::NothingToDo => ("32;1", "nothing to do"),
        Outcome::Succeeded => ("32;1", "done"),
        Outcome::Refused => ("31;1", "not begun"),
        Outcome::RolledBack => ("33;1", "rolled back"),
        Outcome::Interrupted => ("33;1", "interrupted"),
        Outcome::NeedsPerson => ("31;1", "needs a person"),
    };
    output::say(format!("{what} {}: {}", output::paint(style, word), report.state));
    for next in &report.next {
        output::say(format!("  next: {next}"));
    }
}
