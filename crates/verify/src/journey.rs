//! The way through a whole history: every migration is applied, those under test make their round trip first.

use crate::chain;
use crate::error::{Doing, VerifyError};
use crate::event::Event;
use crate::judge::Judge;
use crate::report::{Kind, MigrationReport, Outcome, Report, Summary, Timings, Told};
use crate::request::{Request, Select};
use crate::roles::Roles;
use crate::rows::Shape;
use crate::scripts;
use crate::trip::{Trip, Up};
use meshhook_migrate::{Migration, ScriptError, Version};
use meshhook_sandbox::{Database, Server};
use meshhook_schema::{Catalog, ReadError};
use sqlx::postgres::PgConnection;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// A database's catalog, and its tables as the row maker sees them.
pub(crate) struct Ground {
    pub(crate) catalog: Catalog,
    pub(crate) shape: Shape,
}

impl Ground {
    pub(crate) async fn read(conn: &mut PgConnection, request: &Request) -> Result<Ground, ReadError> {
        let catalog = Catalog::read(conn, &scripts::scope(request)).await?;
        let shape = Shape::read(conn).await.map_err(ReadError::Database)?;
        Ok(Ground { catalog, shape })
    }
}

/// Sorts a failed reading: what cannot be read at all is a verdict of its own, a broken connection is an error.
pub(crate) fn reading(error: ReadError) -> Result<String, VerifyError> {
    match error {
        ReadError::Unmodelled { .. } | ReadError::Answer { .. } => Ok(error.to_string()),
        other => Err(VerifyError::Catalog(other)),
    }
}

/// Takes each migration under test up, back and up again; see the crate's documentation for what is looked at.
///
/// # Errors
/// Only what prevents a report: a broken sandbox, versions that are not there, a cancel.
pub async fn round_trip(
    server: &Server,
    request: &Request,
    progress: &mut (dyn FnMut(Event) + Send),
) -> Result<Report, VerifyError> {
    let started = Instant::now();
    let tested = tested(request)?;
    progress(Event::Begins { migrations: request.folder.migrations.len(), tested });
    let main = if request.platform { server.create().await? } else { server.create_bare().await? };
    let mut journey =
        Journey { server, request, main, ground: None, missing: Vec::new(), reports: Vec::new() };
    let empty = if request.chain { journey.catalog().await? } else { None };
    for migration in &request.folder.migrations {
        cancelled(request)?;
        if request.select.includes(migration.version) {
            progress(Event::Started { version: migration.version, name: migration.name.clone() });
            let outcome = journey.test(migration).await?;
            progress(Event::Finished { version: migration.version, outcome });
        } else {
            journey.apply_only(migration).await?;
            progress(Event::Applied(migration.version));
        }
    }
    let chain = match empty {
        Some(empty) if request.chain => Some(chain::run(&mut journey, &empty, progress).await?),
        _ => None,
    };
    let mut summary = Summary {
        ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        ..count(&journey.reports)
    };
    summary.passed = summary.failed == 0 && chain.as_ref().is_none_or(|chain| chain.findings.is_empty());
    Ok(Report { server: server.describe(), rows: request.rows, migrations: journey.reports, chain, summary })
}

pub(crate) struct Journey<'a> {
    server: &'a Server,
    pub(crate) request: &'a Request,
    /// Goes through the whole history, without rows.
    pub(crate) main: Database,
    /// What `main` holds, when that is known.
    ground: Option<Ground>,
    /// Migrations whose way up did not work, so that they are not in `main`.
    pub(crate) missing: Vec<Version>,
    pub(crate) reports: Vec<MigrationReport>,
}

impl Journey<'_> {
    async fn catalog(&mut self) -> Result<Option<Catalog>, VerifyError> {
        Ok(self
            .ground()
            .await?
            .err()
            .is_none()
            .then(|| self.ground.as_ref().map(|ground| ground.catalog.clone()))
            .flatten())
    }

    /// Makes sure that what `main` holds is known. The inner error says why it cannot be.
    async fn ground(&mut self) -> Result<Result<(), String>, VerifyError> {
        if self.ground.is_none() {
            let mut conn = scripts::connect(&self.main).await.doing("connect")?;
            match Ground::read(&mut conn, self.request).await {
                Ok(ground) => self.ground = Some(ground),
                Err(error) => return reading(error).map(Err),
            }
        }
        Ok(Ok(()))
    }

    async fn test(&mut self, migration: &Migration) -> Result<Outcome, VerifyError> {
        let started = Instant::now();
        let mut report = MigrationReport {
            version: migration.version,
            name: migration.name.clone(),
            up: migration.up.path.clone(),
            rollback: migration.rollback.as_ref().map(|rollback| rollback.path.clone()),
            outcome: Outcome::Passed,
            reason: None,
            findings: Vec::new(),
            notes: Vec::new(),
            timings: Timings::default(),
            unfilled: Vec::new(),
        };
        if let Err(reason) = self.ground().await? {
            if let Err(error) = self.forward(migration).await? {
                self.not_there(migration, error, &mut Judge::default());
            }
            report.outcome = Outcome::Unverified;
            report.reason = Some(format!("the catalog before it cannot be read: {reason}"));
            self.reports.push(report);
            return Ok(Outcome::Unverified);
        }
        let Some(before) = self.ground.take() else { return Ok(Outcome::Unverified) };
        let mut conn = scripts::connect(&self.main).await.doing("connect")?;
        let roles = Roles::read(&mut conn).await.doing("read the roles")?;
        drop(conn);
        let mut trip = Trip {
            server: self.server,
            request: self.request,
            migration,
            main: &self.main,
            before: &before,
            roles: &roles,
            judge: Judge::default(),
            timings: Timings::default(),
            unfilled: Vec::new(),
        };
        let up = match trip.run().await {
            Ok(up) => up,
            // A query of ours that Postgres refuses on this migration must not cost the others their verdict.
            Err(error) if error.is_refusal() => {
                trip.judge.verdict = Some((Outcome::Unverified, error.to_string()));
                Up::Done(None)
            }
            Err(error) => return Err(error),
        };
        report.timings = trip.timings;
        report.unfilled = trip.unfilled;
        let mut judge = trip.judge;
        match up {
            Up::Done(after) => {
                if let Err(error) = self.forward(migration).await? {
                    self.not_there(migration, error, &mut judge);
                    self.ground = None;
                } else {
                    self.ground = after;
                }
            }
            Up::Failed(error) => {
                self.not_there(migration, error, &mut judge);
                self.ground = Some(before);
            }
        }
        report.outcome = judge.outcome();
        report.reason = judge.verdict.map(|(_, reason)| reason);
        report.findings = judge.findings;
        report.notes = judge.notes;
        report.timings.total = crate::report::ms(started.elapsed());
        let outcome = report.outcome;
        self.reports.push(report);
        Ok(outcome)
    }

    /// Applies a migration that is not under test; it is reported only when that does not work.
    async fn apply_only(&mut self, migration: &Migration) -> Result<(), VerifyError> {
        self.ground = None;
        if let Err(error) = self.forward(migration).await? {
            let mut judge = Judge::default();
            self.not_there(migration, error, &mut judge);
            self.reports.push(MigrationReport {
                version: migration.version,
                name: migration.name.clone(),
                up: migration.up.path.clone(),
                rollback: migration.rollback.as_ref().map(|rollback| rollback.path.clone()),
                outcome: judge.outcome(),
                reason: judge.verdict.map(|(_, reason)| reason),
                findings: judge.findings,
                notes: judge.notes,
                timings: Timings::default(),
                unfilled: Vec::new(),
            });
        }
        Ok(())
    }

    /// Takes `main` one migration further.
    async fn forward(&mut self, migration: &Migration) -> Result<Result<(), ScriptError>, VerifyError> {
        let mut conn = scripts::connect(&self.main).await.doing("connect")?;
        Ok(scripts::run(&mut conn, &migration.up, self.request).await.map(drop))
    }

    /// Judges a way up that fails without rows.
    fn not_there(&mut self, migration: &Migration, error: ScriptError, judge: &mut Judge) {
        if let Some(extension) = scripts::missing_extension(&error) {
            judge.verdict = Some((Outcome::Unverified, scripts::lacks(self.server, &extension)));
        } else if let Some(first) = self.missing.last().filter(|_| scripts::may_be_consequence(&error)) {
            let reason = format!("it needs {first}, which could not be applied: {}", error.message);
            judge.verdict = Some((Outcome::Blocked, reason));
        } else {
            judge.add(true, Kind::UpFails, Told::error("the way up fails", error, false));
        }
        self.missing.push(migration.version);
    }
}

pub(crate) fn cancelled(request: &Request) -> Result<(), VerifyError> {
    match &request.cancel {
        Some(cancel) if cancel.load(Ordering::Relaxed) => Err(VerifyError::Cancelled),
        _ => Ok(()),
    }
}

fn tested(request: &Request) -> Result<usize, VerifyError> {
    let Select::Versions(wanted) = &request.select else { return Ok(request.folder.migrations.len()) };
    let versions: Vec<Version> =
        wanted.iter().copied().filter(|version| request.folder.get(*version).is_none()).collect();
    if versions.is_empty() { Ok(wanted.len()) } else { Err(VerifyError::UnknownVersions { versions }) }
}

fn count(reports: &[MigrationReport]) -> Summary {
    let of = |outcome| reports.iter().filter(|report| report.outcome == outcome).count();
    Summary {
        tested: reports.len(),
        good: of(Outcome::Passed),
        failed: of(Outcome::Failed),
        irreversible: of(Outcome::Irreversible),
        unverified: of(Outcome::Unverified),
        blocked: of(Outcome::Blocked),
        ..Summary::default()
    }
}
