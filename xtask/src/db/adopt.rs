//! What `baseline` and `repair` have in common: evidence shown, a question asked, the ledger written.

use std::future::Future;

use meshhook_deploy::{AdoptError, Adoption, Evidence, Policy, Writing};
use meshhook_migrate::{Cancel, Folder};
use tokio::sync::watch;
use uuid::Uuid;

use super::target::{Chosen, Kind};
use super::{deploy, interrupt};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// What somebody says about it.
pub(crate) struct Said {
    pub(crate) reason: Option<String>,
    pub(crate) accept_difference: Option<String>,
    pub(crate) dry_run: bool,
}

/// Does something that can be stopped by a signal.
pub(crate) async fn stoppable<T, F: Future<Output = Result<T, AdoptError>>>(
    work: impl FnOnce(Cancel) -> F,
) -> anyhow::Result<T> {
    let (stop, stopped) = watch::channel(false);
    interrupt::cancelling(&stop, work(Cancel::new(stopped))).await.map_err(|error| explain(error).into())
}

/// Shows the evidence, asks, and writes.
pub(crate) async fn finish(
    project: &Project,
    chosen: &Chosen,
    policy: &Policy,
    folder: &Folder,
    adoption: &Adoption,
    said: Said,
) -> anyhow::Result<Exit> {
    let human = project.global.format == Format::Human;
    if human {
        show(adoption);
    }
    let accepted = adoption.holds() || said.accept_difference.is_some();
    if adoption.is_empty() || said.dry_run || !accepted {
        if !human {
            print(chosen, adoption, None)?;
        }
        return Ok(conclude(adoption, said.dry_run, accepted));
    }
    confirm(project, chosen, adoption)?;
    let writing = Writing {
        target: &chosen.target,
        folder,
        policy,
        info: deploy::info(project, adoption.command, policy),
        reason: said.reason,
        accept_difference: said.accept_difference,
    };
    let run =
        stoppable(async |cancel| adoption.carry_out(&writing, &mut deploy::tell, &cancel).await).await?;
    if human {
        let reach = match chosen.kind {
            Kind::Private => String::new(),
            Kind::Own | Kind::Environment(_) => format!(" {}", policy.reach),
        };
        output::say(format!(
            "{} recorded in run {run}; `cargo xtask db log{reach}` shows it",
            count(adoption)
        ));
    } else {
        print(chosen, adoption, Some(run))?;
    }
    Ok(Exit::Done)
}

/// The end of what writes nothing.
fn conclude(adoption: &Adoption, dry_run: bool, accepted: bool) -> Exit {
    if adoption.is_empty() {
        output::say("nothing to do");
    } else if !accepted {
        output::say(
            "nothing was written: the live schema is not what these files make. Bring it there by the SQL above, or go on \
             with `--accept-difference REASON`",
        );
        return Exit::Failed;
    } else if dry_run {
        output::say(format!("{} to record; nothing was written", count(adoption)));
    }
    Exit::Done
}

fn confirm(project: &Project, chosen: &Chosen, adoption: &Adoption) -> Result<(), Failure> {
    if project.global.yes {
        return Ok(());
    }
    let question = format!("Record {} in the ledger of {}?", count(adoption), chosen.shown);
    match output::ask(&question) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::failed("nothing was written")),
        None => Err(Failure::usage(format!(
            "`{}` changes the ledger of {}, and nobody can be asked here",
            adoption.command, chosen.shown
        ))
        .hint("add `--yes`, and `--reason TEXT` for the log; nothing was written")),
    }
}

fn count(adoption: &Adoption) -> String {
    match adoption.changes.len() {
        1 => "1 change".to_owned(),
        many => format!("{many} changes"),
    }
}

/// Changes, evidence, and the SQL that would make it hold.
fn show(adoption: &Adoption) {
    for change in &adoption.changes {
        output::line(format!("-- {change}"));
    }
    for note in &adoption.notes {
        output::say(format!("note: {note}"));
    }
    let Some(evidence) = &adoption.evidence else { return };
    for note in &evidence.notes {
        output::say(format!("note: {note}"));
    }
    output::say(verdict(evidence));
    for difference in &evidence.differences {
        output::line(format!("-- {difference}"));
    }
    for statement in &evidence.sql {
        output::line(statement);
    }
}

fn verdict(evidence: &Evidence) -> String {
    let at = evidence.version.map_or_else(|| "empty".to_owned(), |version| format!("at {version}"));
    let sandbox = format!("{}, {at} ({} migrations run)", evidence.server, evidence.migrations);
    match evidence.differences.len() {
        0 => format!("evidence: the live schema equals that of a sandbox: {sandbox}"),
        count => {
            let places = if count == 1 { "place" } else { "places" };
            format!("evidence: the live schema differs in {count} {places} from that of a sandbox: {sandbox}")
        }
    }
}

fn print(chosen: &Chosen, adoption: &Adoption, run: Option<Uuid>) -> anyhow::Result<()> {
    output::json(&serde_json::json!({
        "target": chosen.shown, "run": run, "written": run.is_some(), "holds": adoption.holds(),
        "adoption": adoption,
    }))
}

/// The error with what to do next.
fn explain(error: AdoptError) -> Failure {
    let message = error.to_string();
    match error {
        AdoptError::Stopped => Failure::interrupted(message),
        AdoptError::Moved { .. } => Failure::failed(message).hint("run it again"),
        AdoptError::Script { .. } => Failure::failed(message)
            .hint("nothing was written; the state that the ledger is to tell of is not one that these files lead to"),
        AdoptError::Sandbox(_) => {
            Failure::failed(message).hint("`cargo xtask db doctor` says how to get one")
        }
        AdoptError::Run(meshhook_migrate::RunError::Locked { .. }) => {
            Failure::failed(message).hint("try again when it is done; the lock goes with its session")
        }
        _ => Failure::failed(message).hint("nothing was written"),
    }
}
