//! Writing what was examined: one transaction, under the lock, on the database that was examined.

use std::time::Duration;

use meshhook_migrate::connect::Target;
use meshhook_migrate::{
    Cancel, Closing, Folder, Limits, Mend, Opening, RunError, RunFilter, RunInfo, Session, read_runs,
};
use uuid::Uuid;

use super::{AdoptError, Adoption, Planned, What, ledger};
use crate::back::PATIENCE;
use crate::event::{Event, Listener, Moment};
use crate::policy::Policy;
use crate::snapshot;
use meshhook_schema::Patterns;

/// How long the ledger's tables are waited for.
const LIMITS: Limits =
    Limits { lock_timeout: Duration::from_secs(10), statement_timeout: Duration::from_secs(60) };

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
