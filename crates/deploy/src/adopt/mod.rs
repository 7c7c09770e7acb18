//! Adopting a database that has a history, and mending a ledger: nothing is run, and nothing is written that the live
//! schema contradicts, unless somebody says why.
//!
//! First it is examined (only reading, and a sandbox), which gives an [`Adoption`] with its [`Evidence`]; then it is
//! carried out under the lock, in one transaction, and only on the database that was examined.

mod baseline;
mod error;
mod evidence;
mod repair;
mod write;

use std::collections::BTreeSet;
use std::fmt;

use meshhook_migrate::connect::Target;
use meshhook_migrate::{Cancel, Checksum, Folder, RunRow, State, Version, unfinished_run};
use meshhook_sandbox::Settings;
use meshhook_schema::{Catalog, Patterns};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::event::Listener;
use crate::policy::Policy;
use crate::snapshot;
pub use baseline::{Baseline, Origin, examine_baseline};
pub use error::AdoptError;
pub use evidence::Evidence;
pub use repair::{Action, Repair, examine_repair};
pub use write::Writing;

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
    platform: bool,
}

impl Seen {
    /// Only reads, also on a read-only connection.
    async fn read(target: &Target, folder: &Folder, runtime: &Patterns) -> Result<Seen, AdoptError> {
        let mut conn = target.connect().await?;
        let state = State::read(&mut conn, folder).await?;
        let unfinished = unfinished_run(&mut conn).await?;
        let live = snapshot::read(&mut conn, runtime).await?;
        // where nobody can tell, it is taken for a project of Supabase's
        let platform = meshhook_sandbox::own::has_platform(&mut conn).await.unwrap_or(true);
        Ok(Seen { major: major(&mut conn).await?, platform, state, unfinished, live })
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
            let live = evidence::Live { catalog: &seen.live, major: seen.major, platform: seen.platform };
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

impl Adoption {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether the live schema is what the files make.
    pub fn holds(&self) -> bool {
        self.evidence.as_ref().is_none_or(Evidence::holds)
    }
}
