//! The way through a whole history: every migration is applied, those under test make their round trip first.

use crate::chain;
use crate::error::{Doing, VerifyError};
use crate::event::Event;
use crate::judge::Judge;
use crate::report::{Kind, MigrationReport, Outcome, Report, Summary, Timings, Told};
use crate::request::{Request, Select};
use crate::roles::Roles;
use crate::rows::{Shape, Unfilled};
use crate::scripts;
use crate::trip::{Halfway, Trip, Up};
use meshhook_migrate::{Migration, ScriptError, Version};
use meshhook_sandbox::{Database, Server};
use meshhook_schema::{Catalog, ReadError};
use sqlx::postgres::PgConnection;
use std::sync::Arc;
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
    let scripts = request.folder.migrations.iter().flat_map(|one| [Some(&one.up), one.rollback.as_ref()]);
    let mut journey = Journey {
        server,
        request,
        main,
        roles: scripts.flatten().any(scripts::touches_roles),
        missing: Vec::new(),
        reports: Vec::new(),
    };
    let roles = if journey.roles { Some(journey.read_roles().await?) } else { None };
    let mut ground = None;
    if request.chain
        && let Ok(empty) = journey.ground().await?
    {
        ground = Some(empty);
    }
    let empty = ground.clone();
    let reports = journey.all(ground, progress).await?;
    journey.missing = reports.missing;
    journey.reports = reports.reports;
    let chain = match empty {
        Some(empty) => Some(chain::run(&journey, &empty.catalog, progress).await?),
        None => None,
    };
    if let Some(roles) = roles {
        // A server that is somebody's keeps none of ours. They can only go when no database needs them.
        let elsewhere = server.create_bare().await?;
        journey.main.remove().await?;
        let mut conn = scripts::connect(&elsewhere).await.doing("connect")?;
        roles.restore(&mut conn).await.doing("restore roles")?;
    }
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
    /// Some script makes or drops roles, so that one migration at a time is tested: roles are the whole server's.
    roles: bool,
    /// Migrations whose way up did not work, so that they are not in `main`.
    pub(crate) missing: Vec<Version>,
    pub(crate) reports: Vec<MigrationReport>,
}

/// What has come of the migrations so far.
#[derive(Default)]
struct Results {
    missing: Vec<Version>,
    reports: Vec<MigrationReport>,
}

/// A migration whose way up and back without rows is done, and all else is not.
struct Open<'a> {
    trip: Trip<'a>,
    halfway: Halfway,
}

/// The first half of a test, and what `main` made of the migration.
struct First<'a> {
    trip: Trip<'a>,
    up: Up,
    forward: Result<(), ScriptError>,
}

impl Journey<'_> {
    /// What `main` holds now. The inner error says why it cannot be known.
    async fn ground(&self) -> Result<Result<Arc<Ground>, String>, VerifyError> {
        let mut conn = scripts::connect(&self.main).await.doing("connect")?;
        match Ground::read(&mut conn, self.request).await {
            Ok(ground) => Ok(Ok(Arc::new(ground))),
            Err(error) => reading(error).map(Err),
        }
    }

    async fn read_roles(&self) -> Result<Roles, VerifyError> {
        let mut conn = scripts::connect(&self.main).await.doing("connect")?;
        Roles::read(&mut conn).await.doing("read the roles")
    }

    /// Goes through the history. While one migration meets rows, the next one makes its way up and back without.
    async fn all(
        &self,
        mut ground: Option<Arc<Ground>>,
        progress: &mut (dyn FnMut(Event) + Send),
    ) -> Result<Results, VerifyError> {
        let mut results = Results::default();
        let mut open: Option<Open<'_>> = None;
        for migration in &self.request.folder.migrations {
            cancelled(self.request)?;
            if !self.request.select.includes(migration.version) {
                results.extend(finish(open.take()).await?, progress);
                ground = None;
                let forward = self.forward(migration).await?;
                self.apply_only(migration, forward, &mut results);
                progress(Event::Applied(migration.version));
                continue;
            }
            progress(Event::Started { version: migration.version, name: migration.name.clone() });
            if self.roles {
                results.extend(finish(open.take()).await?, progress);
            }
            let (finished, first) = tokio::join!(finish(open.take()), self.first(migration, ground.take()));
            results.extend(finished?, progress);
            let First { mut trip, up, forward } = match first? {
                Ok(first) => first,
                Err(reason) => {
                    let mut judge = Judge::default();
                    let reason = format!("the catalog before it cannot be read: {reason}");
                    judge.verdict = Some((Outcome::Unverified, reason));
                    if let Err(error) = self.forward(migration).await? {
                        self.not_there(migration, error, &mut judge, &mut results.missing);
                    }
                    results.extend(Some(told(migration, judge, Timings::default(), Vec::new())), progress);
                    continue;
                }
            };
            match (up, forward) {
                (Up::Done(halfway), Ok(())) => {
                    ground = halfway.as_ref().map(|halfway| halfway.after.clone());
                    match halfway {
                        Some(halfway) => open = Some(Open { trip, halfway }),
                        None => results.extend(Some(report(trip)), progress),
                    }
                }
                (Up::Failed(error), Ok(())) if scripts::held_elsewhere(&error) => {
                    let reason = format!(
                        "roles belong to the whole server, and cannot be tested here: {}",
                        error.message
                    );
                    trip.judge.verdict = Some((Outcome::Unverified, reason));
                    results.extend(Some(report(trip)), progress);
                }
                (Up::Failed(error), Ok(())) => {
                    ground = Some(trip.before.clone());
                    self.not_there(migration, error, &mut trip.judge, &mut results.missing);
                    results.extend(Some(report(trip)), progress);
                }
                (_, Err(error)) => {
                    self.not_there(migration, error, &mut trip.judge, &mut results.missing);
                    results.extend(Some(report(trip)), progress);
                }
            }
        }
        results.extend(finish(open).await?, progress);
        Ok(results)
    }

    /// Up and back without rows, and then `main` goes on. The inner error says why it cannot be tested.
    async fn first<'a>(
        &'a self,
        migration: &'a Migration,
        ground: Option<Arc<Ground>>,
    ) -> Result<Result<First<'a>, String>, VerifyError> {
        let started = Instant::now();
        let before = match ground {
            Some(ground) => ground,
            None => match self.ground().await? {
                Ok(ground) => ground,
                Err(reason) => return Ok(Err(reason)),
            },
        };
        let roles = if self.roles { Some(self.read_roles().await?) } else { None };
        let mut trip = Trip {
            server: self.server,
            request: self.request,
            migration,
            main: &self.main,
            before,
            roles,
            judge: Judge::default(),
            timings: Timings::default(),
            unfilled: Vec::new(),
            started,
        };
        let mut up = match trip.first_way().await {
            Ok(up) => up,
            Err(error) => {
                refused(&mut trip, error)?;
                Up::Done(None)
            }
        };
        if self.roles
            && let Up::Done(Some(halfway)) = &mut up
        {
            // The copy must not make a role that `main` has made meanwhile.
            let halfway =
                Halfway { after: halfway.after.clone(), back: halfway.back, copy: halfway.copy.take() };
            if let Err(error) = trip.second_way(halfway).await {
                refused(&mut trip, error)?;
            }
        }
        let forward = match &up {
            // It would fail here too, and a part of it might stay.
            Up::Failed(error) if !scripts::held_elsewhere(error) => Ok(()),
            _ => self.forward(migration).await?,
        };
        Ok(Ok(First { trip, up, forward }))
    }

    /// A migration that is not under test is reported only when it cannot be applied.
    fn apply_only(&self, migration: &Migration, forward: Result<(), ScriptError>, results: &mut Results) {
        if let Err(error) = forward {
            let mut judge = Judge::default();
            self.not_there(migration, error, &mut judge, &mut results.missing);
            results.reports.push(told(migration, judge, Timings::default(), Vec::new()));
        }
    }

    /// Takes `main` one migration further.
    async fn forward(&self, migration: &Migration) -> Result<Result<(), ScriptError>, VerifyError> {
        let mut conn = scripts::connect(&self.main).await.doing("connect")?;
        Ok(scripts::run(&mut conn, &migration.up, self.request).await.map(drop))
    }

    /// Judges a way up that fails without rows.
    fn not_there(
        &self,
        migration: &Migration,
        error: ScriptError,
        judge: &mut Judge,
        missing: &mut Vec<Version>,
    ) {
        if let Some(extension) = scripts::missing_extension(&error) {
            judge.verdict = Some((Outcome::Unverified, scripts::lacks(self.server, &extension)));
        } else if let Some(first) = missing.last().filter(|_| scripts::may_be_consequence(&error)) {
            let reason = format!("it needs {first}, which could not be applied: {}", error.message);
            judge.verdict = Some((Outcome::Blocked, reason));
        } else {
            judge.add(true, Kind::UpFails, Told::error("the way up fails", error, false));
        }
        missing.push(migration.version);
    }
}

impl Results {
    fn extend(&mut self, report: Option<MigrationReport>, progress: &mut (dyn FnMut(Event) + Send)) {
        if let Some(report) = report {
            progress(Event::Finished { version: report.version, outcome: report.outcome });
            self.reports.push(report);
        }
    }
}

/// The second half of a test.
async fn finish(open: Option<Open<'_>>) -> Result<Option<MigrationReport>, VerifyError> {
    let Some(Open { mut trip, halfway }) = open else { return Ok(None) };
    if let Err(error) = trip.second_way(halfway).await {
        refused(&mut trip, error)?;
    }
    Ok(Some(report(trip)))
}

/// A query of ours that Postgres refuses on one migration must not cost the others their verdict.
fn refused(trip: &mut Trip<'_>, error: VerifyError) -> Result<(), VerifyError> {
    if !error.is_refusal() {
        return Err(error);
    }
    trip.judge.verdict = Some((Outcome::Unverified, error.to_string()));
    Ok(())
}

fn report(trip: Trip<'_>) -> MigrationReport {
    let timings = Timings { total: crate::report::ms(trip.started.elapsed()), ..trip.timings };
    told(trip.migration, trip.judge, timings, trip.unfilled)
}

fn told(migration: &Migration, judge: Judge, timings: Timings, unfilled: Vec<Unfilled>) -> MigrationReport {
    MigrationReport {
        version: migration.version,
        name: migration.name.clone(),
        up: migration.up.path.clone(),
        rollback: migration.rollback.as_ref().map(|rollback| rollback.path.clone()),
        outcome: judge.outcome(),
        reason: judge.verdict.map(|(_, reason)| reason),
        findings: judge.findings,
        notes: judge.notes,
        timings,
        unfilled,
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
