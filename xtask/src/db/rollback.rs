//! `rollback`: takes a deploy back, by what the database remembers of it.

use meshhook_deploy::{Event, Goal, Intent, RollbackRequest, rollback};
use meshhook_migrate::{Cancel, Version};
use tokio::sync::watch;

use super::announce;
use super::deploy::{End, conclude, info, must_name_target, policy, tell};
use super::interrupt;
use super::target::Chosen;
use crate::cli::Rollback;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

pub(crate) async fn run(project: &Project, args: Rollback) -> anyhow::Result<Exit> {
    must_name_target(&args.target, "rollback")?;
    let goal = goal(&args)?;
    let folder = super::look_at_folder(project, None)?;
    let chosen = Chosen::open(project, &args.target).await?;
    let policy = policy(project, &chosen)?;
    let channels = announce::channels(project, &chosen)?;
    let request = RollbackRequest {
        target: &chosen.target,
        folder: &folder,
        policy: &policy,
        info: info(project, "rollback", &policy),
        goal,
        allow_irreversible: args.allow_irreversible.iter().copied().map(Version::new).collect(),
    };
    let mut answer = Answer::default();
    let mut confirm = |intent: &Intent| {
        show(intent);
        answer = Answer::of(project, &args, &policy.environment, intent);
        answer == Answer::Yes
    };
    let (stop, stopped) = watch::channel(false);
    let cancel = Cancel::new(stopped);
    let mut on = |event: Event<'_>| tell(event);
    let report = interrupt::cancelling(&stop, rollback(&request, &mut confirm, &mut on, &cancel)).await;
    match answer {
        Answer::DryRun(sql) => {
            match project.global.format {
                Format::Human => output::line(sql.trim_end()),
                Format::Json => {
                    output::json(&serde_json::json!({ "dry_run": true, "sql": sql, "steps": report.steps }))?
                }
            }
            output::say(format!("{} to take back; nothing was changed", report.steps.len()));
            Ok(Exit::Done)
        }
        Answer::Nobody => Err(Failure::usage("a rollback wants a confirmation, and nobody is here to ask")
            .hint("`--yes` says so")
            .into()),
        Answer::LossUnknown => {
            Err(Failure::failed("which rows this would lose is not known; nothing was changed")
                .hint("`--dry-run` prints the SQL; `--accept-loss` goes on, as does an answer on a terminal")
                .into())
        }
        Answer::No => Err(Failure::failed("not confirmed; nothing was changed").into()),
        Answer::NotAsked | Answer::Yes => {
            let info = &request.info;
            let end = End { chosen: &chosen, channels: &channels, policy: &policy, info, what: "rollback" };
            conclude(project, &end, &report).await
        }
    }
}

fn goal(args: &Rollback) -> Result<Goal, Failure> {
    // a workflow passes inputs that were left empty
    let given = |value: &Option<String>| {
        value.as_deref().map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
    };
    match (given(&args.run), given(&args.to)) {
        (Some(_), Some(_)) => Err(Failure::usage("either `--run` or `--to`, not both")),
        (Some(run), None) if run.len() >= 4 && run.chars().all(|c| c.is_ascii_hexdigit() || c == '-') => {
            Ok(Goal::Run(run))
        }
        (Some(_), None) => Err(Failure::usage(
            "`--run` takes the id of a run, or the beginning of it, as `cargo xtask db log` shows it",
        )),
        (None, Some(to)) => to
            .parse()
            .map(|version| Goal::To(Version::new(version)))
            .map_err(|_| Failure::usage("`--to` takes a version, such as 20260706101000")),
        (None, None) => Ok(Goal::Last),
    }
}

/// What was said to the plan.
#[derive(Debug, Default, PartialEq, Eq)]
enum Answer {
    /// It did not come to that.
    #[default]
    NotAsked,
    Yes,
    No,
    /// Nobody is here to ask.
    Nobody,
    /// It was said beforehand, without knowing what it loses.
    LossUnknown,
    /// Only the SQL was wanted.
    DryRun(String),
}

impl Answer {
    fn of(project: &Project, args: &Rollback, environment: &str, intent: &Intent) -> Answer {
        if args.dry_run {
            return Answer::DryRun(intent.plan.sql());
        }
        if project.global.yes && (intent.losses_known || args.accept_loss) {
            return Answer::Yes;
        }
        if project.global.yes {
            return Answer::LossUnknown;
        }
        match output::ask(&format!("take {} back in {environment}?", count(intent))) {
            Some(true) => Answer::Yes,
            Some(false) => Answer::No,
            None => Answer::Nobody,
        }
    }
}

fn count(intent: &Intent) -> String {
    match intent.plan.steps.len() {
        1 => "1 migration".to_owned(),
        count => format!("{count} migrations"),
    }
}

fn show(intent: &Intent) {
    for step in &intent.plan.steps {
        output::say(format!("to take back: {}_{}", step.version, step.name));
    }
    for loss in &intent.losses {
        output::warn(format!("this drops {loss}"));
    }
    if !intent.losses_known {
        output::warn("which tables and columns this drops is not known: the schema from before was not kept");
    }
}
