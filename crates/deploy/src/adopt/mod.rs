//! Adopting a database that has a history, and mending a ledger: nothing is run, and nothing is written that the live
//! schema contradicts, unless somebody says why.
//!
//! First it is examined (only reading, and a sandbox), which gives an [`Adoption`] with its [`Evidence`]; then it is
//! carried out under the lock, in one transaction, and only on the database that was examined.

mod baseline;
mod evidence;
mod repair;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use meshhook_migrate::connect::{ConnectError, Target};
use meshhook_migrate::{
    Cancel, Checksum, Closing, Folder, LedgerError, Limits, Mend, Opening, RunError, RunFilter, RunInfo,
    RunRow, ScriptError, Session, State, Version, read_runs, unfinished_run,
};
use meshhook_sandbox::{SandboxError, Settings};
use meshhook_schema::Catalog;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::back::PATIENCE;
use crate::event::{Event, Listener, Moment};
use crate::glob::Patterns;
use crate::policy::Policy;
use crate::snapshot::{self, SchemaError};
pub use baseline::{Baseline, Origin, examine_baseline};
pub use evidence::Evidence;
pub use repair::{Action, Repair, examine_repair};

/// How long the ledger's tables are waited for.
const LIMITS: Limits =
    Limits { lock_timeout: Duration::from_secs(10), statement_timeout: Duration::from_secs(60) };

/// One change that is to be made to a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// What is to be written.
    #[serde(flatten)]
    pub what: What,
}

/// What is to be written about a migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum What {
    /// It is applied, although it was not run by us.
    Adopt {
        /// Whether sqlx's own ledger knows when it was applied.
        since_sqlx: bool,
    },
    /// It is not applied.
    Forget,
    /// Its checksum is that of the file.
    Checksum {
        /// The one in the ledger.
        ledger: Option<Checksum>,
        /// The file's.
        file: Checksum,
    },
    /// Supabase's own ledger lacks it.
    Supabase,
}

/// What is to be written, and why it is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adoption {
    /// `baseline` or `repair`.
    pub command: &'static str,
    /// The changes, in order; none when there is nothing to do.
    pub changes: Vec<Planned>,
    /// What the sandbox says; none when there is nothing to do.
    pub evidence: Option<Evidence>,
    /// Further remarks.
    pub notes: Vec<String>,
    /// The highest applied version before.
    pub from: Option<Version>,
    /// The highest applied version after.
    pub to: Option<Version>,
    /// The live schema's fingerprint.
    pub fingerprint: String,
    /// The killed deploy that is over with this: nothing it began is left in doubt.
    pub settles: Option<Uuid>,
    /// The ledger that was seen: another one is another case.
    #[serde(skip)]
    ledger: Vec<(Version, Option<Checksum>)>,
}

/// A ledger that is not adopted or mended. Nothing was written, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The database cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The lock, or the session.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The schema cannot be read, or not be kept.
    #[error("{0}")]
    Schema(String),
    /// There is no sandbox.
    #[error("there is no sandbox to take evidence in: {0}")]
    Sandbox(#[from] SandboxError),
    /// A file fails in the sandbox.
    #[error("the sandbox cannot be brought to where the database is: {error}")]
    Script {
        /// The migration.
        version: Version,
        /// What failed.
        error: ScriptError,
    },
    /// What is asked for does not fit what is there.
    #[error("{}", .0.join("\n"))]
    Unfit(Vec<String>),
    /// Evidence needs a file that is not in this checkout.
    #[error(
        "{} applied and not among the files here, so that there is no evidence to be had; use a checkout that has {}, or \
         take them out of the ledger too (`repair --reverted`)",
        are(versions),
        if versions.len() == 1 { "it" } else { "them" }
    )]
    NoFile {
        /// The migrations.
        versions: Vec<Version>,
    },
    /// The live schema is not what the files make.
    #[error("the live schema is not what the files make, in {} places", .0.differences.len())]
    Contradicted(Box<Evidence>),
    /// It was changed by somebody between being examined and being written.
    #[error("the {what} changed after it was examined; nothing was written")]
    Moved {
        /// `schema` or `ledger`.
        what: &'static str,
    },
    /// Somebody asked to stop.
    #[error("stopped on request; nothing was written")]
    Stopped,
}

fn are(versions: &[Version]) -> String {
    let names: Vec<String> = versions.iter().map(Version::to_string).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", names.join(", "))
}

impl From<SchemaError> for AdoptError {
    fn from(error: SchemaError) -> AdoptError {
        AdoptError::Schema(error.to_string())
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Planned { version, name, what } = self;
        match what {
            What::Adopt { .. } => write!(f, "{version}_{name}: recorded as applied, without running it"),
            What::Forget => write!(f, "{version}_{name}: taken out of the ledger, without taking it back"),
            What::Checksum { ledger, file } => {
                let ledger = ledger.map_or_else(|| "none".to_owned(), |sum| short(&sum));
                write!(f, "{version}_{name}: checksum {ledger} in the ledger, {} of the file", short(file))
            }
            What::Supabase => write!(f, "{version}_{name}: added to Supabase's own ledger"),
        }
    }
}

/// As much of a checksum as people compare.
fn short(checksum: &Checksum) -> String {
    checksum.to_string().chars().take(12).collect()
}

/// The database as it is examined.
struct Seen {
    state: State,
    /// A deploy or rollback without an end.
    unfinished: Option<RunRow>,
    live: Catalog,
    major: u16,
}

impl Seen {
    /// Only reads, also on a read-only connection.
    async fn read(target: &Target, folder: &Folder, runtime: &Patterns) -> Result<Seen, AdoptError> {
        let mut conn = target.connect().await?;
        let state = State::read(&mut conn, folder).await?;
        let unfinished = unfinished_run(&mut conn).await?;
        let live = snapshot::read(&mut conn, runtime).await?;
        Ok(Seen { major: major(&mut conn).await?, state, unfinished, live })
    }

    /// The killed run that is over once these changes are made: whatever was interrupted is among them.
    fn settled_by(&self, changes: &[Planned]) -> Option<&RunRow> {
        let told = |version: Version| changes.iter().any(|change| change.version == version);
        let all = self.state.interrupted.iter().all(|found| told(found.version));
        self.unfinished.as_ref().filter(|_| all && !changes.is_empty())
    }
}

async fn major(conn: &mut PgConnection) -> Result<u16, AdoptError> {
    let sql = "SELECT current_setting('server_version_num')::integer / 10000";
    let major: Result<i32, sqlx::Error> = sqlx::query_scalar(sql).persistent(false).fetch_one(conn).await;
    let major =
        major.map_err(|error| AdoptError::Schema(format!("the server's version cannot be read: {error}")))?;
    Ok(u16::try_from(major).unwrap_or_default())
}

/// What examining needs.
struct Case<'a> {
    command: &'static str,
    folder: &'a Folder,
    policy: &'a Policy,
    sandbox: &'a Settings,
}

impl Case<'_> {
    /// Takes the evidence for changes that fit: the files of everything that would be applied are run in a sandbox.
    async fn adoption(
        &self,
        seen: Seen,
        changes: Vec<Planned>,
        mut notes: Vec<String>,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Adoption, AdoptError> {
        let mut versions: BTreeSet<Version> =
            seen.state.applied.iter().filter(|row| row.success).map(|row| row.version).collect();
        for change in &changes {
            match change.what {
                What::Adopt { .. } => drop(versions.insert(change.version)),
                What::Forget => drop(versions.remove(&change.version)),
                What::Checksum { .. } | What::Supabase => {}
            }
        }
        let evidence = if changes.is_empty() {
            None
        } else {
            let gone: Vec<Version> =
                versions.iter().copied().filter(|version| self.folder.get(*version).is_none()).collect();
            if !gone.is_empty() {
                return Err(AdoptError::NoFile { versions: gone });
            }
            let live = evidence::Live { catalog: &seen.live, major: seen.major };
            let runtime = Patterns::new(&self.policy.runtime);
            Some(evidence::gather(self.sandbox, self.folder, &versions, live, &runtime, on, cancel).await?)
        };
        // accepted differences leave the killed run to the next deploy, which knows what was there before
        let proven = evidence.as_ref().is_some_and(Evidence::holds);
        let settles = seen.settled_by(&changes).filter(|_| proven);
        if let Some(run) = settles {
            notes.push(format!(
                "run {} ({}) was killed, and is over with this: nobody takes it over any more",
                run.id, run.command
            ));
        }
        Ok(Adoption {
            settles: settles.map(|run| run.id),
            command: self.command,
            changes,
            evidence,
            notes,
            from: seen.state.highest(),
            to: versions.last().copied(),
            fingerprint: seen.live.fingerprint().to_string(),
            ledger: ledger(&seen.state),
        })
    }
}

fn ledger(state: &State) -> Vec<(Version, Option<Checksum>)> {
    state.applied.iter().map(|row| (row.version, row.checksum)).collect()
}

/// What carrying an adoption out needs.
#[derive(Debug, Clone)]
pub struct Writing<'a> {
    /// The database that was examined.
    pub target: &'a Target,
    /// The migrations that it was examined with.
    pub folder: &'a Folder,
    /// The environment's rules.
    pub policy: &'a Policy,
    /// Who does it, for the log.
    pub info: RunInfo,
    /// Why, for the log.
    pub reason: Option<String>,
    /// Why it is done although the live schema is another.
    pub accept_difference: Option<String>,
}

impl Adoption {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether the live schema is what the files make.
    pub fn holds(&self) -> bool {
        self.evidence.as_ref().is_none_or(Evidence::holds)
    }

    /// Writes it: all in one transaction under the lock, with a run and a line for each version in the log, and the
    /// schema kept so that drift has a base. Returns the run.
    ///
    /// # Errors
    /// [`AdoptError::Contradicted`] when the live schema is another one and nobody says why that is right,
    /// [`AdoptError::Moved`] when schema or ledger are not those that were examined any more.
    pub async fn carry_out(
        &self,
        writing: &Writing<'_>,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Uuid, AdoptError> {
        if let Some(evidence) = self.evidence.as_ref().filter(|evidence| !evidence.holds())
            && writing.accept_difference.is_none()
        {
            return Err(AdoptError::Contradicted(Box::new(evidence.clone())));
        }
        let mut session = Session::open(writing.target).await?;
        let written = self.write(&mut session, writing, on, cancel).await;
        session.close().await;
        written
    }

    async fn write(
        &self,
        session: &mut Session,
        writing: &Writing<'_>,
        on: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Uuid, AdoptError> {
        on(Event::Moment(Moment::Locking));
        let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
        let locked = session.lock(writing.policy.lock_wait, &mut heard, cancel).await;
        locked.map_err(|error| match error {
            RunError::Interrupted { .. } => AdoptError::Stopped,
            error => AdoptError::Run(error),
        })?;
        on(Event::Moment(Moment::ReadingLedger));
        let state = session.state(writing.folder).await?;
        if ledger(&state) != self.ledger {
            return Err(AdoptError::Moved { what: "ledger" });
        }
        session.prepare_ledger().await?;
        let mends = self.mends(writing.folder)?;
        let mut open = session.begin(LIMITS).await?;
        on(Event::Moment(Moment::ReadingSchema));
        let runtime = Patterns::new(&writing.policy.runtime);
        let live = snapshot::read(open.connection(), &runtime).await?;
        if live.fingerprint().to_string() != self.fingerprint {
            return Err(AdoptError::Moved { what: "schema" });
        }
        on(Event::Moment(Moment::OpeningRun));
        snapshot::save(open.connection(), &live).await?;
        let (opening, closing) = self.run(writing);
        let run = open.mend(&writing.info, &opening, &closing, &mends).await?;
        if cancel.is_requested() {
            return Err(AdoptError::Stopped);
        }
        on(Event::Moment(Moment::Committing));
        if let Err(error) = open.commit().await {
            return self.ask(session, run, error, on).await;
        }
        on(Event::Moment(Moment::Committed));
        Ok(run)
    }

    /// After a commit whose answer never came: the log says whether it was kept.
    async fn ask(
        &self,
        session: &mut Session,
        run: Uuid,
        error: sqlx::Error,
        on: Listener<'_>,
    ) -> Result<Uuid, AdoptError> {
        on(Event::Moment(Moment::Recovering));
        let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
        session.recover(PATIENCE, &mut heard).await?;
        let filter = RunFilter { id: Some(run), ..RunFilter::default() };
        match read_runs(session.connection(), &filter).await?.is_empty() {
            false => Ok(run),
            true => Err(AdoptError::Schema(format!("the transaction could not be committed: {error}"))),
        }
    }

    fn run(&self, writing: &Writing<'_>) -> (Opening, Closing) {
        let reasons = [
            writing.reason.clone(),
            writing
                .accept_difference
                .as_ref()
                .filter(|_| !self.holds())
                .map(|why| format!("difference accepted: {why}")),
        ];
        let reasons: Vec<String> = reasons.into_iter().flatten().collect();
        let opening = Opening {
            phase: "forwards",
            continues: self.settles,
            reason: Some(reasons.join("; ")).filter(|text| !text.is_empty()),
            version_before: self.from,
            fingerprint_before: Some(self.fingerprint.clone()),
        };
        let differences = self.evidence.as_ref().map(|evidence| evidence.differences.join("; "));
        let closing = Closing {
            outcome: "succeeded",
            message: differences
                .filter(|text| !text.is_empty())
                .map(|text| format!("the live schema is not what the files make: {text}")),
            version_after: self.to,
            fingerprint_after: Some(self.fingerprint.clone()),
            reason: None,
        };
        (opening, closing)
    }

    fn mends<'f>(&self, folder: &'f Folder) -> Result<Vec<Mend<'f>>, AdoptError> {
        let mend = |change: &Planned| {
            let migration = folder.get(change.version);
            let missing = || AdoptError::NoFile { versions: vec![change.version] };
            Ok(match change.what {
                What::Adopt { since_sqlx } => {
                    Mend::Adopt { migration: migration.ok_or_else(missing)?, since_sqlx }
                }
                What::Checksum { .. } => Mend::Checksum { migration: migration.ok_or_else(missing)? },
                What::Supabase => Mend::Supabase { migration: migration.ok_or_else(missing)? },
                What::Forget => {
                    let name = format!("{}_{}.sql", change.version, change.name);
                    let script = migration.map_or_else(|| name.into(), |found| found.up.path.clone());
                    Mend::Forget { version: change.version, script }
                }
            })
        };
        self.changes.iter().map(mend).collect()
    }
}
