//! Running segments, forwards and backwards, here and in the rehearsal: the same code for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use meshhook_migrate::{
    Cancel, FailureKind, Folder, Limits, Outcome, Place, ScriptError, Session, State, Step, Version,
};
use meshhook_schema::Catalog;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::change::{Change, Exactness};
use crate::event::{Event, Listener, Moment};
use crate::segments::Segment;
use crate::snapshot;
use crate::trouble::Trouble;
use meshhook_schema::Patterns;

/// What runs segments in one run of the log.
pub(crate) struct Runner<'a> {
    pub(crate) session: &'a mut Session,
    pub(crate) folder: &'a Folder,
    pub(crate) run: Uuid,
    pub(crate) limits: Limits,
    /// Tries after the first.
    pub(crate) retries: u32,
    /// How many attempts the log has so far.
    pub(crate) attempts: usize,
    /// The number of the next step, from 1, and of how many.
    pub(crate) number: usize,
    pub(crate) of: usize,
    pub(crate) cancel: &'a Cancel,
}

/// What looks at the schema after a segment, before it is committed.
pub(crate) struct Eye<'e> {
    pub(crate) runtime: &'e Patterns,
    /// The role that the scripts run as.
    pub(crate) me: &'e str,
    /// The schema before; afterwards the one after.
    pub(crate) catalog: &'e mut Catalog,
    /// What the segment must change.
    pub(crate) expected: Option<(&'e Change, Exactness)>,
    /// What it did change.
    pub(crate) change: Change,
    /// The locks that each script takes, when they are wanted.
    pub(crate) locks: Option<&'e mut Locks>,
}

/// The locks that hold up others, script by script.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    /// Relations that were there before the first script; nobody waits for a new one.
    known: BTreeSet<String>,
    /// What the scripts of this transaction have taken so far.
    held: BTreeSet<String>,
    /// `public.t: AccessExclusiveLock`, what each script took that those before it in its transaction had not.
    pub(crate) taken: BTreeMap<Version, Vec<String>>,
}

impl Locks {
    /// Looks at what is there.
    pub(crate) async fn new(conn: &mut PgConnection) -> Result<Locks, sqlx::Error> {
        let rows = sqlx::query(include_str!("sql/relations.sql")).persistent(false).fetch_all(conn).await?;
        let known = rows.iter().map(|row| row.try_get("relation")).collect::<Result<_, _>>()?;
        Ok(Locks { known, ..Locks::default() })
    }

    async fn after(&mut self, version: Version, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let rows = sqlx::query(include_str!("sql/locks_taken.sql")).persistent(false).fetch_all(conn).await?;
        let mut new = Vec::new();
        for row in rows {
            let (relation, mode): (String, String) = (row.try_get("relation")?, row.try_get("mode")?);
            let lock = format!("{relation}: {mode}");
            if self.known.contains(&relation) && self.held.insert(lock.clone()) {
                new.push(lock);
            }
        }
        self.taken.insert(version, new);
        Ok(())
    }
}

/// A step that ran to its end.
pub(crate) type Ran = (Version, Duration);

impl Runner<'_> {
    /// Runs a segment to its commit, again after a failure that another try can mend.
    pub(crate) async fn segment(
        &mut self,
        segment: &Segment,
        mut eye: Option<&mut Eye<'_>>,
        on: Listener<'_>,
    ) -> Result<Vec<Ran>, Trouble> {
        let mut segment = segment.clone();
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(500))
            .with_max_delay(Duration::from_secs(8))
            .with_max_times(self.retries as usize)
            .with_jitter()
            .build();
        let mut tries = 1;
        loop {
            let number = self.number;
            let trouble = match self.once(&segment, eye.as_deref_mut(), &mut *on).await {
                Ok(ran) => return Ok(ran),
                Err(trouble) => trouble,
            };
            self.number = number;
            let Some(pause) = pauses.next().filter(|_| trouble.is_transient()) else { return Err(trouble) };
            tries += 1;
            let because = trouble.failure(crate::report::Stage::Script).line();
            on(Event::Retrying { attempt: tries, of: self.retries + 1, pause, because: &because });
            tokio::select! {
                biased;
                () = self.cancel.requested() => return Err(trouble),
                () = tokio::time::sleep(pause) => {}
            }
            if !segment.transactional {
                resume(self.session, self.folder, &mut segment.steps).await?;
            }
        }
    }

    async fn once(
        &mut self,
        segment: &Segment,
        eye: Option<&mut Eye<'_>>,
        on: Listener<'_>,
    ) -> Result<Vec<Ran>, Trouble> {
        if self.cancel.is_requested() {
            return Err(Trouble::Stopped);
        }
        if segment.transactional {
            self.joined(segment, eye, on).await
        } else {
            self.alone(segment, eye, on).await
        }
    }

    /// One transaction. On failure nothing of it is left.
    async fn joined(
        &mut self,
        segment: &Segment,
        eye: Option<&mut Eye<'_>>,
        on: Listener<'_>,
    ) -> Result<Vec<Ran>, Trouble> {
        on(Event::Moment(Moment::Beginning));
        let mut ran = Vec::new();
        let mut failed: Option<(&Step, Place, ScriptError)> = None;
        let mut trouble: Option<Trouble> = None;
        let mut open = self.session.begin(self.limits).await?;
        let mut eye = eye;
        if let Some(locks) = eye.as_mut().and_then(|eye| eye.locks.as_mut()) {
            locks.held.clear();
        }
        for step in &segment.steps {
            if self.cancel.is_requested() {
                trouble = Some(Trouble::Stopped);
                break;
            }
            self.attempts += 1;
            let place = Place { run: self.run, attempt: self.attempts, number: self.number, of: self.of };
            match open.run(step, place, &mut |event| on(Event::Script(event)), self.cancel).await {
                Ok(took) => ran.push((step.version, took)),
                Err(error) => {
                    failed = Some((step, place, error));
                    break;
                }
            }
            self.number += 1;
            if let Some(locks) = eye.as_mut().and_then(|eye| eye.locks.as_mut())
                && let Err(error) = locks.after(step.version, open.connection()).await
            {
                trouble = Some(Trouble::Schema(error.into()));
                break;
            }
        }
        if let (None, None, Some(eye)) = (&failed, &trouble, &mut eye) {
            on(Event::Moment(Moment::Checking));
            trouble = look(open.connection(), eye).await.err();
        }
        if failed.is_none() && trouble.is_none() && self.cancel.is_requested() {
            trouble = Some(Trouble::Stopped);
        }
        if failed.is_none() && trouble.is_none() {
            on(Event::Moment(Moment::Committing));
            open.commit().await.map_err(Trouble::Commit)?;
            on(Event::Moment(Moment::Committed));
            return Ok(ran);
        }
        let lost = match &failed {
            Some((_, _, error)) => error.kind == FailureKind::Connection,
            None => trouble.as_ref().is_some_and(Trouble::is_lost),
        };
        // where the connection is gone, so is the transaction
        if !lost {
            let _ = open.rollback().await;
        }
        if let Some((step, place, error)) = failed {
            let outcome = if self.is_stop(&error) { Outcome::Interrupted } else { Outcome::Failed };
            self.session.log_failure(step, place, outcome, &error).await;
            trouble = Some(Trouble::Script { version: step.version, error });
        }
        self.session.log_rolled_back(self.run).await;
        Err(trouble.unwrap_or(Trouble::Stopped))
    }

    /// A script without a transaction.
    async fn alone(
        &mut self,
        segment: &Segment,
        eye: Option<&mut Eye<'_>>,
        on: Listener<'_>,
    ) -> Result<Vec<Ran>, Trouble> {
        let Some(step) = segment.steps.first() else { return Ok(Vec::new()) };
        on(Event::Moment(Moment::Beginning));
        self.attempts += 1;
        let place = Place { run: self.run, attempt: self.attempts, number: self.number, of: self.of };
        let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
        let ran = self.session.run_alone(step, place, self.limits, &mut heard, self.cancel).await;
        let took = ran.map_err(|error| Trouble::Script { version: step.version, error })?;
        self.number += 1;
        on(Event::Moment(Moment::Committed));
        if let Some(eye) = eye {
            on(Event::Moment(Moment::Checking));
            look(self.session.connection(), eye).await?;
        }
        Ok(vec![(step.version, took)])
    }

    fn is_stop(&self, error: &ScriptError) -> bool {
        self.cancel.is_requested() && error.kind == FailureKind::Cancelled
    }
}

/// Reads the schema and compares what changed with what was to change.
async fn look(conn: &mut PgConnection, eye: &mut Eye<'_>) -> Result<(), Trouble> {
    let after = snapshot::read(conn, eye.runtime).await?;
    eye.change = Change::between(eye.catalog, &after, eye.me);
    if let Some((expected, exactness)) = eye.expected {
        let differences = eye.change.differences(expected, exactness);
        if !differences.is_empty() {
            return Err(Trouble::Differs(differences));
        }
    }
    *eye.catalog = after;
    Ok(())
}

/// A script without a transaction goes on where the journal says it stopped.
async fn resume(session: &mut Session, folder: &Folder, steps: &mut [Step]) -> Result<(), Trouble> {
    let state = State::read(session.connection(), folder).await?;
    for step in steps {
        step.resumes = state
            .interruption(step.version, step.direction)
            .map(|found| found.journal.clone())
            .unwrap_or_default();
    }
    Ok(())
}
