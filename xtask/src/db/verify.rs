//! `verify`: the round trip, asked for and presented.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use meshhook_migrate::{Folder, Version};
use meshhook_verify::{
    Event, MigrationReport, Outcome, Report, Request, Rows, Seed, Select, Told, round_trip,
};

use super::finding::{Finding, Severity};
use super::{history, interrupt};
use crate::cli::{Gate, RequireArg, RowsArg, Verify};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

pub(crate) async fn run(project: &Project, args: Verify) -> anyhow::Result<Exit> {
    let folder = super::read_folder(project, args.source.source.as_deref())?;
    let mut request = match &args.source.source {
        Some(_) => Request { platform: args.platform, ..Request::foreign(folder) },
        None => Request::house(folder),
    };
    let Some(select) = selection(project, &args, &request.folder)? else {
        output::say("nothing to prove: the base branch has every migration (`--all` proves them again)");
        if project.global.format == Format::Json {
            output::json(
                &serde_json::json!({ "migrations": [], "summary": { "passed": true, "tested": 0 } }),
            )?;
        }
        return Ok(Exit::Done);
    };
    if request.folder.migrations.is_empty() {
        output::warn("there are no migrations in supabase/migrations: nothing is proven");
    }
    request.chain = request.house && select == Select::All;
    if request.house {
        request.require.idempotent = project.deploy.gates.idempotent;
    }
    request.select = select;
    if let Some(rows) = args.rows {
        request.rows_asked = true;
        request.rows = match rows {
            RowsArg::None => Rows::None,
            RowsArg::Seed => Rows::Seed,
            RowsArg::Made => Rows::Made,
        };
    }
    for rule in &args.require {
        match rule {
            RequireArg::Idempotent => request.require.idempotent = true,
            RequireArg::Rows => request.require.rows = true,
        }
    }
    request.seed = match &args.seed {
        Some(file) => Some(read_seed(file)?),
        None if request.house => project_seed(project)?,
        None => None,
    };
    let report = prove(project, request).await?;
    present(project, &report)?;
    Ok(if report.passed() { Exit::Done } else { Exit::Failed })
}

/// The round trip of the project's own migrations, for `check`: these versions, or all of them.
pub(crate) async fn house(project: &Project, versions: Option<BTreeSet<Version>>) -> anyhow::Result<Report> {
    let mut request = Request::house(super::read_folder(project, None)?);
    request.chain = versions.is_none();
    request.require.idempotent = project.deploy.gates.idempotent;
    request.select = versions.map_or(Select::All, Select::Versions);
    request.seed = project_seed(project)?;
    prove(project, request).await
}

/// What to prove: everything, what was named, or what the base branch lacks. `None`: it lacks nothing.
fn selection(project: &Project, args: &Verify, folder: &Folder) -> anyhow::Result<Option<Select>> {
    if args.all || (args.source.source.is_some() && args.versions.is_empty()) {
        return Ok(Some(Select::All));
    }
    if !args.versions.is_empty() {
        let versions: BTreeSet<Version> = args.versions.iter().copied().map(Version::new).collect();
        if let Some(unknown) = versions.iter().find(|version| folder.get(**version).is_none()) {
            return Err(Failure::usage(format!("there is no migration with version {unknown}")).into());
        }
        return Ok(Some(Select::Versions(versions)));
    }
    let report = meshhook_history::check(&history::request(project, args.base.as_deref(), None))
        .map_err(|error| anyhow::anyhow!("{error}\nhint: or name the versions to prove, or `--all`"))?;
    let changed = report.changed_rollbacks.iter().filter_map(|finding| finding.version);
    let versions = report.new_versions.iter().map(|migration| migration.version).chain(changed);
    let versions: BTreeSet<Version> =
        versions.map(Version::new).filter(|version| folder.get(*version).is_some()).collect();
    output::say(format!("{} to prove, which `{}` lacks", versions.len(), report.base.name));
    Ok((!versions.is_empty()).then_some(Select::Versions(versions)))
}

/// The seed files of `supabase/config.toml`, as one script.
fn project_seed(project: &Project) -> anyhow::Result<Option<Seed>> {
    let mut seeds = project.supabase.seeds.iter().map(|path| read_seed(path));
    let Some(mut seed) = seeds.next().transpose()? else { return Ok(None) };
    for more in seeds {
        seed.sql.push('\n');
        seed.sql.push_str(&more?.sql);
    }
    Ok(Some(seed))
}

fn read_seed(path: &Path) -> anyhow::Result<Seed> {
    let sql = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("cannot read the seed `{}`: {error}", path.display())))?;
    Ok(Seed { path: path.to_path_buf(), sql })
}

/// Starts a sandbox and proves, with a progress bar where somebody looks on. Ctrl-C ends the server, and with it
/// whatever statement is running there.
async fn prove(project: &Project, request: Request) -> anyhow::Result<Report> {
    let mut settings = project.sandbox_settings();
    settings.platform = request.platform;
    let server = project.sandbox_with(&settings).await?;
    let bar = progress_bar();
    let mut progress = |event| advance(&bar, event);
    let report = tokio::select! {
        report = round_trip(&server, &request, &mut progress) => Some(report),
        () = interrupt::asked() => None,
    };
    bar.finish_and_clear();
    let stopped = server.stop().await;
    let Some(report) = report else {
        return Err(Failure::interrupted(
            "interrupted; the throwaway server is gone, nothing else was touched",
        )
        .into());
    };
    let report = report?;
    stopped?;
    Ok(report)
}

fn progress_bar() -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    // the template is a constant of ours: were it wrong, the default style would do
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

fn advance(bar: &ProgressBar, event: Event) {
    match event {
        Event::Begins { migrations, .. } => bar.set_length(migrations as u64),
        Event::Applied(_) => bar.inc(1),
        Event::Started { version, name } => bar.set_message(format!("{version} {name}")),
        Event::Finished { .. } => bar.inc(1),
        Event::ChainStarted { steps } => {
            bar.set_length(steps as u64);
            bar.set_position(0);
            bar.set_message("the whole chain: empty, head, empty, head");
        }
        Event::ChainStep(_) => bar.inc(1),
        Event::ChainFinished => {}
    }
}

fn present(project: &Project, report: &Report) -> anyhow::Result<()> {
    if project.global.format == Format::Json {
        return output::json(report);
    }
    let header = ["version", "name", "up", "back", "again", "result"];
    let rows = report.migrations.iter().map(|migration| {
        let time = |ms: Option<f64>| ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.0} ms"));
        [
            migration.version.to_string(),
            migration.name.clone(),
            time(migration.timings.up),
            time(migration.timings.rollback),
            time(migration.timings.again),
            verdict(migration),
        ]
    });
    output::line(output::table(header, rows));
    for finding in findings(report) {
        output::line(format!("\n{}", finding.human()));
    }
    let state =
        if report.passed() { output::paint("32;1", "proven") } else { output::paint("31;1", "not proven") };
    output::say(format!("\n{state}: {}", summary(report)));
    Ok(())
}

fn verdict(migration: &MigrationReport) -> String {
    match migration.outcome {
        Outcome::Passed => "ok".to_owned(),
        Outcome::Irreversible => "ok, irreversible".to_owned(),
        Outcome::Unverified => "not verified here".to_owned(),
        Outcome::Blocked => "blocked".to_owned(),
        Outcome::Failed => {
            let kinds: BTreeSet<&str> =
                migration.findings.iter().map(|finding| finding.kind.as_str()).collect();
            kinds.into_iter().collect::<Vec<_>>().join(", ")
        }
    }
}

/// The result in one line.
pub(crate) fn summary(report: &Report) -> String {
    let counts = &report.summary;
    let mut parts = vec![format!("{} migrations on {}", counts.tested, report.server)];
    for (count, word) in [
        (counts.failed, "failed"),
        (counts.irreversible, "irreversible"),
        (counts.unverified, "not verified here"),
        (counts.blocked, "blocked"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if let Some(chain) = &report.chain {
        parts.push(format!(
            "chain of {} {}",
            chain.migrations,
            if chain.findings.is_empty() { "ok" } else { "failed" }
        ));
    }
    parts.push(format!("{:.1} s", counts.ms as f64 / 1000.0));
    parts.join(", ")
}

/// Findings and notes in the form of all gates.
pub(crate) fn findings(report: &Report) -> Vec<Finding> {
    let mut findings = Vec::new();
    for migration in &report.migrations {
        for finding in &migration.findings {
            let kind = finding.kind.as_str();
            findings.push(convert(Some(migration), kind, Severity::Error, &finding.told));
        }
        if let (Outcome::Unverified | Outcome::Blocked, Some(reason)) = (migration.outcome, &migration.reason)
        {
            let kind = if migration.outcome == Outcome::Blocked { "blocked" } else { "unverified" };
            let told = Told { message: reason.clone(), ..Told::default() };
            findings.push(convert(Some(migration), kind, Severity::Warning, &told));
        }
        for note in &migration.notes {
            findings.push(convert(Some(migration), &note_kind(note), Severity::Note, &note.told));
        }
        if !migration.unfilled.is_empty() {
            let details =
                migration.unfilled.iter().map(|table| format!("{}: {}", table.table, table.reason)).collect();
            let told =
                Told { message: "no rows could be made for some tables".into(), details, ..Told::default() };
            findings.push(convert(Some(migration), "unfilled", Severity::Note, &told));
        }
    }
    if let Some(chain) = &report.chain {
        for finding in &chain.findings {
            findings.push(convert(None, finding.kind.as_str(), Severity::Error, &finding.told));
        }
    }
    findings
}

fn note_kind(note: &meshhook_verify::Note) -> String {
    serde_json::to_value(note.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
}

fn convert(migration: Option<&MigrationReport>, kind: &str, severity: Severity, told: &Told) -> Finding {
    let about_rollback = matches!(kind, "rollback-fails" | "rollback-differs" | "rows-lost" | "column-order");
    let path = migration.map(|migration| match (&migration.rollback, about_rollback) {
        (Some(rollback), true) => rollback.clone(),
        _ => migration.up.clone(),
    });
    let mut details = told.details.clone();
    if let Some(error) = &told.error {
        details.push(error.to_string());
    }
    if !told.lacks.is_empty() {
        details.push("the rollback lacks:".to_owned());
        details.extend(told.lacks.iter().map(|sql| indent(sql)));
    }
    Finding {
        gate: Gate::RoundTrip,
        kind: kind.to_owned(),
        severity,
        path,
        line: told.error.as_ref().and_then(|error| u64::try_from(error.line).ok()).filter(|line| *line > 0),
        version: migration.map(|migration| migration.version.to_string()),
        message: match migration {
            Some(migration) => format!("{} {}: {}", migration.version, migration.name, told.message),
            None => format!("the whole chain: {}", told.message),
        },
        details,
        hint: None,
    }
}

fn indent(sql: &str) -> String {
    sql.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
