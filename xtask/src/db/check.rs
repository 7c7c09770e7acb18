//! `check`: every pre-merge gate, one after the other, and one verdict.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::Context as _;
use meshhook_history::Report;
use meshhook_migrate::{ProblemKind, Version};
use meshhook_notify::github::{Annotation, annotations, append_summary};
use meshhook_schema::Patterns;
use serde::Serialize;

use super::finding::{Finding, Severity};
use super::report::{self, Report as Told};
use super::{github, history, prepare, verify};
use crate::cli::{Check, Gate};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// How a gate ended.
#[derive(Debug, Serialize)]
struct GateReport {
    gate: Gate,
    passed: bool,
    milliseconds: u128,
    /// What was looked at, in a few words.
    summary: String,
    findings: Vec<Finding>,
    /// Why the gate could not be judged at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl GateReport {
    /// The report's form of it, without secrets.
    fn told(&self) -> report::Gate {
        report::Gate {
            gate: name(self.gate),
            passed: self.passed,
            milliseconds: u64::try_from(self.milliseconds).unwrap_or(u64::MAX),
            summary: meshhook_redact::clean(&self.summary).into_owned(),
            findings: self.findings.iter().map(report::Entry::from_finding).collect(),
            error: self.error.as_deref().map(|error| meshhook_redact::clean(error).into_owned()),
        }
    }
}

/// What a gate says: its findings, and what it looked at.
type Said = anyhow::Result<(Vec<Finding>, String)>;

pub(crate) async fn run(project: &Project, args: Check) -> anyhow::Result<Exit> {
    let gates = selected(&args, &project.deploy.gates.skip);
    if args.fix {
        if args.commit.is_some() {
            return Err(Failure::usage(
                "`--fix` moves files of the working tree, `--commit` looks at a commit",
            )
            .into());
        }
        history::fix(project, args.base.as_deref())?;
    }
    // what the branch adds decides what the round trip proves, whether or not the history gate was asked for
    let shipped = if gates.iter().any(|gate| matches!(gate, Gate::History | Gate::RoundTrip)) {
        let request = history::request(project, args.base.as_deref(), args.commit.as_deref());
        meshhook_history::check(&request).map_err(|error| error.to_string())
    } else {
        Err("git was not asked".to_owned())
    };
    let mut reports: Vec<GateReport> = Vec::new();
    for gate in &gates {
        let started = Instant::now();
        let said = match gate {
            Gate::Files => files(project),
            Gate::History => history_gate(&shipped, gates.contains(&Gate::RoundTrip)),
            Gate::RoundTrip => round_trip(project, &args, shipped.as_ref().ok()).await,
            Gate::Schema => schema(project).await,
            Gate::Offline => offline(project).await,
        };
        let report = judge(*gate, said, started);
        if project.global.format == Format::Human {
            show(&report);
        }
        reports.push(report);
    }
    conclude(project, &args, &reports)
}

/// The gates that were asked for, in their own order, each once. `--only` goes before what deploy.toml leaves out.
fn selected(args: &Check, left_out: &[Gate]) -> Vec<Gate> {
    let all = [Gate::Files, Gate::History, Gate::RoundTrip, Gate::Schema, Gate::Offline];
    let wanted = |gate: &Gate| {
        if args.only.is_empty() {
            !args.skip.contains(gate) && !left_out.contains(gate)
        } else {
            args.only.contains(gate)
        }
    };
    all.into_iter().filter(wanted).collect()
}

fn judge(gate: Gate, said: Said, started: Instant) -> GateReport {
    let milliseconds = started.elapsed().as_millis();
    match said {
        Ok((findings, summary)) => {
            let passed = !findings.iter().any(Finding::is_error);
            GateReport { gate, passed, milliseconds, summary, findings, error: None }
        }
        Err(error) => {
            let error = Some(format!("{error:#}"));
            GateReport {
                gate,
                passed: false,
                milliseconds,
                summary: String::new(),
                findings: Vec::new(),
                error,
            }
        }
    }
}

/// The gate `files`: what `meshhook-migrate` finds wrong with names, pairs and bytes.
fn files(project: &Project) -> Said {
    let folder = super::look_at_folder(project, None)?;
    let findings = folder.problems.iter().filter(|problem| {
        // with its own runner switched off, the Supabase CLI does nothing with them
        project.supabase.migrations_enabled || problem.kind != ProblemKind::DownRunsForwards
    });
    let findings = findings.map(|problem| Finding {
        gate: Gate::Files,
        kind: problem.kind.slug().to_owned(),
        severity: if problem.is_error() { Severity::Error } else { Severity::Warning },
        path: Some(problem.path.clone()),
        line: problem.line.and_then(|line| u64::try_from(line).ok()),
        version: None,
        message: problem.kind.to_string(),
        details: Vec::new(),
        hint: None,
    });
    Ok((findings.collect(), format!("{} migrations", folder.migrations.len())))
}

/// The gate `history`. A shipped rollback may be mended when its round trip is proven in the same run; the gate
/// of that name reports it if it is not.
fn history_gate(shipped: &Result<Report, String>, proves: bool) -> Said {
    let report = shipped.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut findings = history::findings(report);
    for finding in &mut findings {
        if proves && finding.kind == meshhook_history::Kind::RollbackChanged.to_string() {
            finding.severity = Severity::Warning;
            finding.hint = Some("allowed when the round trip of this migration passes, below".to_owned());
        }
    }
    let mut summary = format!("{} new since `{}`", report.new_versions.len(), report.base.name);
    for note in &report.notes {
        summary += &format!("; {note}");
    }
    Ok((findings, summary))
}

/// The gate `round-trip`: what the base lacks, and the migrations whose shipped rollback changed. Where git
/// cannot say what that is, everything is proven.
async fn round_trip(project: &Project, args: &Check, shipped: Option<&Report>) -> Said {
    let versions: Option<BTreeSet<Version>> = match shipped {
        Some(report) if !args.all => {
            let new = report.new_versions.iter().map(|migration| migration.version);
            let changed = report.changed_rollbacks.iter().filter_map(|finding| finding.version);
            Some(new.chain(changed).map(Version::new).collect())
        }
        _ => None,
    };
    if versions.as_ref().is_some_and(BTreeSet::is_empty) {
        return Ok((Vec::new(), "no new migration".to_owned()));
    }
    let report = verify::house(project, versions).await?;
    Ok((verify::findings(&report), verify::summary(&report)))
}

/// The gate `schema`: `supabase/schemas` says what the migrations end in.
async fn schema(project: &Project) -> Said {
    let files = &project.supabase.schemas;
    if files.is_empty() {
        return Ok((Vec::new(), "no declared schema".to_owned()));
    }
    let folder = super::read_folder(project, None)?;
    let server = project.sandbox().await?;
    let runtime = Patterns::new(&project.deploy.runtime);
    let found = meshhook_verify::declared(&server, &folder, files, &runtime).await?;
    server.stop().await?;
    let finding = |kind: &str, message: String, hint: &str| Finding {
        gate: Gate::Schema,
        kind: kind.to_owned(),
        severity: Severity::Error,
        path: None,
        line: None,
        version: None,
        message,
        details: Vec::new(),
        hint: Some(hint.to_owned()),
    };
    let mut findings: Vec<Finding> = Vec::new();
    for failure in &found.failures {
        let mut failed =
            finding("declared-fails", failure.message.clone(), "whatever it waits for never comes");
        failed.path = Some(project.short(&failure.path));
        failed.line = u64::try_from(failure.line).ok();
        findings.push(failed);
    }
    let advice = "write a migration that does this, or take it out of `supabase/schemas`";
    let departures = found.differences.iter();
    findings.extend(departures.map(|found| finding("not-in-step", found.sentence.clone(), advice)));
    if let Some(last) = findings.last_mut().filter(|_| !found.sql.is_empty()) {
        last.details = vec!["from the migrations to what is declared:".to_owned(), found.sql.join("\n")];
    }
    Ok((findings, format!("{} statements in {} files", found.statements, files.len())))
}

/// The gate `offline`: `.sqlx/` fits the queries of the store and the schema at head.
async fn offline(project: &Project) -> Said {
    let prepared = prepare::compile(project).await?;
    let findings = prepared.findings.iter().map(|finding| Finding {
        gate: Gate::Offline,
        kind: finding.kind.to_owned(),
        severity: Severity::Error,
        path: finding.path.clone(),
        line: finding.line,
        version: None,
        message: finding.message.clone(),
        details: finding.query.iter().map(|query| format!("query: {query}")).collect(),
        hint: Some(finding.hint().to_owned()),
    });
    Ok((findings.collect(), format!("{} queries", prepared.queries())))
}

/// A gate's name as it is typed.
fn name(gate: Gate) -> String {
    serde_json::to_value(gate).ok().and_then(|gate| gate.as_str().map(str::to_owned)).unwrap_or_default()
}

fn show(report: &GateReport) {
    let verdict = if report.passed { output::paint("32;1", "ok") } else { output::paint("31;1", "FAILED") };
    let gate = name(report.gate);
    let seconds = report.milliseconds as f64 / 1000.0;
    output::line(format!("{gate:<12} {verdict:<6} {seconds:>7.2} s  {}", report.summary));
    if let Some(error) = &report.error {
        output::line(format!("error[{gate}]: {error}"));
    }
    for finding in &report.findings {
        output::line(finding.human());
    }
}

fn conclude(project: &Project, args: &Check, reports: &[GateReport]) -> anyhow::Result<Exit> {
    let passed = reports.iter().all(|report| report.passed);
    if project.global.format == Format::Json {
        output::json(&serde_json::json!({ "passed": passed, "gates": reports }))?;
    }
    if output::on_github() {
        annotate(reports);
    }
    tell_github(args, reports)?;
    let failed: Vec<String> =
        reports.iter().filter(|report| !report.passed).map(|report| name(report.gate)).collect();
    if passed {
        output::say(format!("{} passed: {} gates", output::paint("32;1", "check"), reports.len()));
        Ok(Exit::Done)
    } else {
        output::say(format!("{} failed: {}", output::paint("31;1", "check"), failed.join(", ")));
        Ok(Exit::Failed)
    }
}

/// The annotations that GitHub shows, the gravest first; the summary says when there were more.
fn annotate(reports: &[GateReport]) {
    let findings = reports.iter().flat_map(|report| &report.findings);
    let all: Vec<Annotation> = findings.map(Finding::annotation).collect();
    for command in annotations(&all) {
        output::workflow_command(&command);
    }
}

/// `--report`, and the job summary where there is one.
fn tell_github(args: &Check, reports: &[GateReport]) -> anyhow::Result<()> {
    if args.report.is_none() && github::summary_file().is_none() {
        return Ok(());
    }
    let gates = reports.iter().map(GateReport::told).collect();
    let told = Told::new(gates, github::commit());
    if let Some(folder) = &args.report {
        told.write(folder, github::pull_request())
            .with_context(|| format!("cannot write the report into `{}`", folder.display()))?;
        output::say(format!("report: {}", folder.display()));
    }
    if let Some(file) = github::summary_file() {
        append_summary(&file, &told.summary())
            .with_context(|| format!("cannot write the job summary `{}`", file.display()))?;
    }
    Ok(())
}
