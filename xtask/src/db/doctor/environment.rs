//! `doctor --env`: one environment from its settings to its ledger, without changing anything.

use meshhook_deploy::preflight::{self, Finding, Severity};
use meshhook_deploy::{Policy, Tls};
use meshhook_migrate::connect::{Environment, Target};
use meshhook_migrate::{Folder, State, Version, lock_holder};
use serde::Serialize;
use sqlx::PgConnection;

use crate::config::{Channels, describe_duration};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// How one thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Standing {
    Ok,
    Note,
    Warning,
    /// A deploy would not begin.
    Error,
    /// The settings or the variables are wrong: nothing could be tried.
    Settings,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    standing: Standing,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

impl Line {
    fn new(name: &str, standing: Standing, what: impl Into<String>) -> Line {
        Line { name: name.to_owned(), standing, what: what.into(), mend: None }
    }

    fn mend(mut self, mend: impl Into<String>) -> Line {
        self.mend = Some(mend.into());
        self
    }

    fn wrong(name: &str, failure: Failure) -> Line {
        Line {
            name: name.to_owned(),
            standing: Standing::Settings,
            what: failure.message,
            mend: failure.hint,
        }
    }
}

impl From<&Finding> for Line {
    fn from(finding: &Finding) -> Line {
        let standing = match finding.severity {
            Severity::Error => Standing::Error,
            Severity::Warning => Standing::Warning,
            Severity::Note => Standing::Note,
        };
        Line {
            name: finding.check.to_string(),
            standing,
            what: finding.message.clone(),
            mend: finding.hint.clone(),
        }
    }
}

pub(super) async fn run(project: &Project, name: &str) -> anyhow::Result<Exit> {
    let mut lines = Vec::new();
    let mut target = None;
    // that there is no such environment is all there is to say
    project.deploy.environment(name)?;
    let policy = settings(project, name, &mut lines);
    channels(project, name, &mut lines)?;
    if let Some(url) = variables(project, name, &mut lines)
        && let Some(policy) = policy
    {
        let parsed =
            Target::parse(&url, Environment::Ignored).map_err(|error| Failure::usage(error.to_string()))?;
        output::say(format!("target: {name} ({parsed})"));
        if let Some(mut connection) = database(&parsed, &policy, &mut lines).await {
            ledger(project, &mut connection, &mut lines).await?;
        }
        target = Some(parsed.to_string());
    }
    let exit = worst(&lines);
    if project.global.format == Format::Json {
        output::json(&serde_json::json!({
            "environment": name, "target": target, "passed": exit == Exit::Done, "lines": lines,
        }))?;
    } else {
        lines.iter().for_each(show);
    }
    output::say(match exit {
        Exit::Done => format!("`{name}` is ready for a deploy"),
        _ => format!("`{name}` is not ready for a deploy"),
    });
    Ok(exit)
}

/// Settings and variables before everything else, as every command has it.
fn worst(lines: &[Line]) -> Exit {
    let any = |standing| lines.iter().any(|line| line.standing == standing);
    if any(Standing::Settings) {
        Exit::Usage
    } else if any(Standing::Error) {
        Exit::Failed
    } else {
        Exit::Done
    }
}

fn settings(project: &Project, name: &str, lines: &mut Vec<Line>) -> Option<Policy> {
    match project.deploy.policy(name) {
        Ok(policy) => {
            lines.push(Line::new("settings", Standing::Ok, describe(&policy)));
            let warnings =
                project.deploy.environment(name).map(|environment| environment.warnings.as_slice());
            for warning in warnings.unwrap_or_default() {
                lines.push(Line::new("settings", Standing::Warning, warning));
            }
            Some(policy)
        }
        Err(failure) => {
            lines.push(Line::wrong("settings", failure));
            None
        }
    }
}

fn describe(policy: &Policy) -> String {
    let major = policy.major.map_or("any PostgreSQL".to_owned(), |major| format!("PostgreSQL {major}"));
    let tls = match policy.tls {
        Tls::Require => "encrypted",
        Tls::VerifyFull => "encrypted and verified",
    };
    format!(
        "{major}, {tls}, lock_timeout {}, statement_timeout {}, {} retries{}",
        describe_duration(policy.lock_timeout),
        describe_duration(policy.statement_timeout),
        policy.retries,
        if policy.confirm { ", asks before it begins" } else { "" },
    )
}

fn variables(project: &Project, name: &str, lines: &mut Vec<Line>) -> Option<String> {
    match project.deploy.environment_url(name) {
        Ok(url) => {
            let environment = project.deploy.environment(name).ok()?;
            let names: Vec<&str> =
                environment.variables().into_iter().map(|variable| variable.name.as_str()).collect();
            lines.push(Line::new("variables", Standing::Ok, format!("set: {}", names.join(", "))));
            Some(url)
        }
        Err(failure) => {
            lines.push(Line::wrong("variables", failure));
            None
        }
    }
}

/// A deploy works without its channels, so what they lack is a warning.
fn channels(project: &Project, name: &str, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let channels = &project.deploy.environment(name)?.channels;
    if channels.is_empty() {
        lines.push(Line::new(
            "channels",
            Standing::Note,
            "nobody is told about a deploy: `channels` names none",
        ));
    }
    let known = Channels::read(&project.deploy)?;
    for channel in channels {
        let name = format!("channel {channel}");
        lines.push(match known.resolve(channel, &|variable| std::env::var(variable).ok()) {
            Ok(_) => Line::new(&name, Standing::Ok, "its variables are set"),
            Err(failure) => Line::new(&name, Standing::Warning, failure.message)
                .mend("a deploy goes on; its messages are kept until `cargo xtask db notify --retry`"),
        });
    }
    Ok(())
}

/// Everything that a deploy would look at before it begins.
async fn database(target: &Target, policy: &Policy, lines: &mut Vec<Line>) -> Option<PgConnection> {
    let (mut connection, mut findings) = preflight::server(target, policy).await;
    if let Some(connection) = &mut connection {
        lines.push(Line::new("connection", Standing::Ok, "a server answers, and lets us in"));
        findings.extend(preflight::database(connection, policy).await);
    }
    lines.extend(findings.iter().map(Line::from));
    if connection.is_some() && !findings.iter().any(Finding::is_error) {
        lines.push(Line::new("preflight", Standing::Ok, "nothing is in the way"));
    }
    connection
}

/// Ledger against files, and who may be at work there.
async fn ledger(
    project: &Project,
    connection: &mut PgConnection,
    lines: &mut Vec<Line>,
) -> anyhow::Result<()> {
    let folder = super::super::look_at_folder(project, None)?;
    for blocker in folder.blockers() {
        lines.push(Line::new("files", Standing::Error, blocker.to_string()));
    }
    match State::read(connection, &folder).await {
        Ok(state) => lines.extend(standing(&folder, &state)),
        Err(error) => lines.push(Line::new("ledger", Standing::Error, error.to_string())),
    }
    if let Ok(Some(holder)) = lock_holder(connection).await {
        let line = Line::new("lock", Standing::Warning, format!("migrations run at this moment: {holder}"));
        lines.push(line.mend("a deploy waits for it as long as `lock_wait` says"));
    }
    Ok(())
}

fn standing(folder: &Folder, state: &State) -> Vec<Line> {
    let line = |standing, what: String| Line::new("ledger", standing, what);
    let mut lines = Vec::new();
    if !state.ledger_exists {
        lines.push(
            line(Standing::Note, "there is none yet: the first deploy makes it".to_owned())
                .mend("a database that has the schema already is adopted by `cargo xtask db baseline`"),
        );
    }
    let (applied, pending) = (state.applied.len(), state.pending.len());
    lines.push(line(
        Standing::Ok,
        format!("{applied} applied, {pending} pending of {}", folder.migrations.len()),
    ));
    let edited: Vec<Version> = state.edited.iter().map(|edited| edited.version).collect();
    for (versions, what, mend) in [
        (
            &edited,
            "the file was edited after it was applied",
            "bring the file back (`git checkout`), or `cargo xtask db repair`",
        ),
        (
            &state.missing,
            "applied, and the file is missing",
            "update the checkout: the database is ahead of it",
        ),
        (
            &state.out_of_order,
            "pending, and older than one that is applied",
            "`cargo xtask db check --only history --fix` moves them",
        ),
    ] {
        if !versions.is_empty() {
            lines.push(line(Standing::Error, format!("{what}: {}", list(versions))).mend(mend));
        }
    }
    let interrupted: Vec<Version> = state.interrupted.iter().map(|found| found.version).collect();
    if !interrupted.is_empty() {
        let what = format!("begun, and neither finished nor taken back: {}", list(&interrupted));
        lines.push(line(Standing::Warning, what).mend("the next deploy finishes it or takes it back"));
    }
    lines.extend(state.foreign.iter().map(|foreign| line(Standing::Note, foreign.to_string())));
    lines
}

fn list(versions: &[Version]) -> String {
    versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn show(line: &Line) {
    let mark = match line.standing {
        Standing::Ok => "ok",
        Standing::Note => "note",
        Standing::Warning => "warning",
        Standing::Error | Standing::Settings => "ERROR",
    };
    let mut name = line.name.as_str();
    for (index, text) in line.what.lines().enumerate() {
        let mark = if index == 0 { mark } else { "" };
        output::line(format!("{name:<22} {mark:<8} {text}"));
        name = "";
    }
    if let Some(mend) = &line.mend {
        output::line(format!("{:31} -> {mend}", ""));
    }
}
