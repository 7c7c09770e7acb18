//! A deploy: bring an environment to the checkout's head, or leave it where it was.

mod dry_run;
mod prepare;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::Utc;
use meshhook_migrate::connect::Target;
use meshhook_migrate::{
    Cancel, Closing, Direction, Doubt, Folder, Limits, Opening, RunError, RunInfo, Session, State, Version,
};
use meshhook_schema::Catalog;

use crate::back::{Back, PATIENCE, Way, standing, take_back};
use crate::change::{Change, Exactness};
use crate::event::{Event, Listener, Moment};
use crate::loss::losses;
use crate::policy::Policy;
use crate::rehearsal::{self, Rehearsed, current_user};
use crate::report::{Failure, Outcome, Report, Stage, StepStatus};
use crate::runner::{Eye, Runner};
use crate::segments::{Segment, cut};
use crate::snapshot;
use crate::trouble::Trouble;
pub use dry_run::rehearse;
use meshhook_schema::Patterns;
use prepare::Ready;

/// What is to be deployed where, and what somebody allows.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The database.
    pub target: &'a Target,
    /// The migrations of the checkout.
    pub folder: &'a Folder,
    /// The environment's rules.
    pub policy: &'a Policy,
    /// Who does it, for the log.
    pub info: RunInfo,
    /// Up to and with this version; everything when it is none.
    pub to: Option<Version>,
    /// Migrations that may be applied although they cannot be taken back.
    pub allow_irreversible: BTreeSet<Version>,
    /// Why drift is accepted.
    pub accept_drift: Option<String>,
    /// Apply migrations that lie below an applied one.
    pub out_of_order: bool,
    /// What became of a statement that an interrupted run left in doubt.
    pub doubt: Doubt,
    /// Where the rehearsal takes place; none is without one.
    pub sandbox: Option<meshhook_sandbox::Settings>,
}

/// How long a server that is away is waited for once somebody has asked to stop.
const HASTE: Duration = Duration::from_secs(3);

/// Deploys. The report says how it ended; there is no other error.
pub async fn deploy(request: &Request<'_>, on: Listener<'_>, cancel: &Cancel) -> Report {
    let mut report = Report::begin();
    if let Err(failure) = run(request, &mut report, on, cancel).await {
        refuse(&mut report, failure, cancel.is_requested());
    }
    report.finished = Utc::now();
    report
}

/// Nothing was begun.
fn refuse(report: &mut Report, failure: Failure, stopped: bool) {
    report.failure = Some(failure);
    if report.outcome == Outcome::NeedsPerson {
        return;
    }
    report.outcome = if stopped { Outcome::Interrupted } else { Outcome::Refused };
    report.now = report.from;
    report.state = "nothing was changed".to_owned();
}

/// A deploy whose run is open.
struct Deploy<'a> {
    request: &'a Request<'a>,
    session: Session,
    ready: Ready,
    runtime: Patterns,
    run: uuid::Uuid,
    cancel: &'a Cancel,
    /// The server did not come back: nobody waits for it a second time.
    away: bool,
    /// Why taking back stopped, for the log.
    stopped_by: Option<String>,
}

async fn run(
    request: &Request<'_>,
    report: &mut Report,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    let Some((mut session, ready)) = prepare::prepare(request, report, on, cancel).await? else {
        return Ok(());
    };
    on(Event::Moment(Moment::OpeningRun));
    let opening = Opening {
        phase: "forwards",
        continues: report.continues,
        reason: request.accept_drift.clone(),
        version_before: ready.from,
        fingerprint_before: report.fingerprint_before.clone(),
    };
    let opened = session.open_run(&request.info, &opening).await;
    let run = match opened {
        Ok(run) => run,
        Err(error) => {
            session.close().await;
            return Err(Trouble::from(error).failure(Stage::Preflight));
        }
    };
    report.run = Some(run);
    let runtime = Patterns::new(&request.policy.runtime);
    let mut deploy = Deploy { request, session, ready, runtime, run, cancel, away: false, stopped_by: None };
    let result = deploy.forwards(report, on).await;
    match result {
        Ok(()) => deploy.succeed(report, on).await,
        Err((stage, trouble)) => deploy.fail(stage, trouble, report, on).await,
    }
    deploy.session.close().await;
    Ok(())
}

impl Deploy<'_> {
    /// The rehearsal, then segment after segment.
    async fn forwards(&mut self, report: &mut Report, on: Listener<'_>) -> Result<(), (Stage, Problem)> {
        let segments = cut(&self.ready.plan, self.request.policy.segments);
        let rehearsed = self.rehearse(&segments, report, &mut *on).await?;
        let failed = |trouble: Trouble| (Stage::Script, Problem::Trouble(trouble));
        let me = current_user(self.session.connection()).await.map_err(failed)?;
        let limits = limits(self.request.policy);
        let of = self.ready.plan.steps.len();
        let mut catalog = self.ready.live.clone();
        let mut runner = Runner {
            session: &mut self.session,
            folder: self.request.folder,
            run: self.run,
            limits,
            retries: self.request.policy.retries,
            attempts: 0,
            number: 1,
            of,
            cancel: self.cancel,
        };
        for (index, segment) in segments.iter().enumerate() {
            let resumed = segment.steps.iter().any(|step| !step.resumes.is_empty());
            let expected = rehearsed.as_ref().and_then(|rehearsed| {
                let change = rehearsed.changes.get(index)?;
                let exactness = if rehearsed.major != self.ready.major {
                    Exactness::Objects
                } else if resumed {
                    Exactness::Ends
                } else {
                    Exactness::Whole
                };
                Some((change, exactness))
            });
            let mut eye = Eye {
                runtime: &self.runtime,
                me: &me,
                catalog: &mut catalog,
                expected,
                change: Change::default(),
                locks: None,
            };
            let ran = runner.segment(segment, Some(&mut eye), &mut *on).await;
            for (version, took) in ran.map_err(failed)? {
                if let Some(step) = report.step(version) {
                    (step.status, step.took) = (StepStatus::Done, Some(took));
                }
            }
        }
        Ok(())
    }

    async fn rehearse(
        &mut self,
        segments: &[Segment],
        report: &mut Report,
        on: Listener<'_>,
    ) -> Result<Option<Rehearsed>, (Stage, Problem)> {
        let Some(settings) = self.request.sandbox.as_ref().filter(|_| !segments.is_empty()) else {
            return Ok(None);
        };
        on(Event::Moment(Moment::Rehearsing));
        let Deploy { request, ready, runtime, cancel, .. } = self;
        let settings = meshhook_sandbox::Settings { platform: ready.platform, ..settings.clone() };
        let rehearsed =
            rehearsal::rehearse(&settings, request.folder, &ready.state, segments, runtime, &mut *on, cancel)
                .await;
        let rehearsed =
            rehearsed.map_err(|failure| (Stage::Rehearsal, Problem::Failure(Box::new(failure))))?;
        if rehearsed.major != ready.major {
            report.notes.push(format!(
                "the rehearsal ran on PostgreSQL {}, the environment has {}: only which objects change was compared",
                rehearsed.major, ready.major
            ));
        }
        note_rehearsal(report, &rehearsed);
        Ok(Some(rehearsed))
    }

    /// Writes down what the database looks like now.
    async fn succeed(&mut self, report: &mut Report, on: Listener<'_>) {
        on(Event::Moment(Moment::ClosingRun));
        report.outcome = Outcome::Succeeded;
        let mut fingerprint = self.snapshot().await;
        if fingerprint.is_err() && self.recover(on).await.is_ok() {
            fingerprint = self.snapshot().await;
        }
        match fingerprint {
            Ok((fingerprint, now)) => (report.fingerprint_after, report.now) = (Some(fingerprint), now),
            Err(error) => {
                report.now = report.to;
                report
                    .notes
                    .push(format!("the schema could not be kept for the next drift check: {error:?}"));
            }
        }
        report.state = match report.now {
            Some(version) => format!("{} is at {version}", self.request.policy.environment),
            None => format!("{} has no migration applied", self.request.policy.environment),
        };
        self.close(report, on).await;
    }

    /// The schema and the highest version as they are now, the schema kept.
    async fn snapshot(&mut self) -> Result<(String, Option<Version>), Trouble> {
        let catalog = snapshot::read(self.session.connection(), &self.runtime).await?;
        // first what may go: this run does not name its schema yet
        snapshot::prune(self.session.log()).await?;
        let fingerprint = snapshot::save(self.session.log(), &catalog).await?;
        let state = State::read(self.session.connection(), self.request.folder).await?;
        Ok((fingerprint, state.highest()))
    }

    /// Takes back what is there of this run, and says what came of it.
    async fn fail(&mut self, stage: Stage, problem: Problem, report: &mut Report, on: Listener<'_>) {
        let stopped = self.cancel.is_requested() && problem.is_stop();
        let lost = problem.is_lost();
        let failure = problem.failure(stage);
        if let Some(step) = failure.version.and_then(|version| report.step(version)) {
            step.status = StepStatus::Failed;
        }
        if failure.stage == Stage::Rehearsal
            && let Some(step) =
                self.ready.plan.steps.iter().find(|step| Some(step.version) == failure.version)
        {
            let message = format!("in the rehearsal: {}", failure.message);
            let (code, place) = (failure.code.as_deref(), failure.place.as_deref());
            self.session.log_rehearsal(self.run, step, code, &message, place).await;
        }
        report.failure = Some(failure);
        let back = self.back(lost, report, &mut *on).await;
        match back {
            Ok(()) => {
                report.outcome = if stopped { Outcome::Interrupted } else { Outcome::RolledBack };
                report.now = self.ready.from;
                let environment = &self.request.policy.environment;
                report.state = match self.ready.from {
                    Some(version) => format!("{environment} is as it was before, at {version}"),
                    None => format!("{environment} is as it was before, with no migration applied"),
                };
                report.fingerprint_after.clone_from(&report.fingerprint_before);
            }
            Err(failure) => self.hand_over(failure, report).await,
        }
        self.close(report, on).await;
    }

    /// Everything that this run, and the killed ones it took over, have committed is taken back; then the schema must
    /// be what it was.
    async fn back(&mut self, lost: bool, report: &mut Report, on: Listener<'_>) -> Result<(), Failure> {
        if lost {
            self.recover(&mut *on).await.map_err(|error| {
                let message = format!("the database cannot be reached to see what was done: {error}");
                Failure::plain(Stage::TakingBack, message)
            })?;
        }
        let versions: Vec<Version> = self.versions();
        let losses = self.losses().await;
        let policy = self.request.policy;
        // whoever asks to stop wants the database as it was: that is what is being done
        let cancel = Cancel::never();
        let way = Way {
            folder: self.request.folder,
            run: self.run,
            limits: limits(policy),
            retries: policy.retries,
            allow: &BTreeSet::new(),
            cancel: &cancel,
        };
        if let Back::Stopped(failure) = take_back(&mut self.session, &way, &versions, report, &mut *on).await
        {
            return Err(failure);
        }
        report.notes.extend(losses);
        on(Event::Moment(Moment::Comparing));
        self.compare(&mut *on).await
    }

    /// What is in the tables and columns that taking back will drop: it is never done without saying so.
    async fn losses(&mut self) -> Vec<String> {
        // best effort: whatever cannot be counted must not keep the way back from being taken
        let Ok(now) = snapshot::read(self.session.connection(), &self.runtime).await else {
            return Vec::new();
        };
        let found = losses(self.session.connection(), &now, &self.ready.before).await;
        found.iter().map(|loss| format!("taking back dropped {loss}")).collect()
    }

    /// The versions of this run, and of the killed ones that it took over.
    fn versions(&self) -> Vec<Version> {
        let own = self.ready.plan.steps.iter().map(|step| step.version);
        own.chain(self.ready.inherited.iter().copied()).collect()
    }

    /// The schema is what it was before.
    async fn compare(&mut self, on: Listener<'_>) -> Result<(), Failure> {
        let mut now = snapshot::read(self.session.connection(), &self.runtime).await;
        if now.is_err() && self.recover(on).await.is_ok() {
            now = snapshot::read(self.session.connection(), &self.runtime).await;
        }
        let now = now.map_err(|error| Trouble::from(error).failure(Stage::TakingBack))?;
        let left = differences(&self.ready.before, &now);
        if left.is_empty() {
            return Ok(());
        }
        let message = "the rollbacks ran, but the schema is not what it was before";
        Err(Failure::plain(Stage::TakingBack, message).with_details(left))
    }

    /// What a person needs to go on.
    async fn hand_over(&mut self, failure: Failure, report: &mut Report) {
        let environment = &self.request.policy.environment;
        report.outcome = Outcome::NeedsPerson;
        let state = State::read(self.session.connection(), self.request.folder).await.ok();
        report.now = state.as_ref().and_then(State::highest);
        report.state = match &state {
            None => format!("whether {environment} was changed is not known: it cannot be reached"),
            Some(state) => {
                let there = standing(state, &self.versions());
                for step in &mut report.steps {
                    if there.contains(&step.version) && step.status != StepStatus::Failed {
                        step.status = StepStatus::Done;
                    }
                }
                let list: Vec<String> = there.iter().rev().map(Version::to_string).collect();
                match list.is_empty() {
                    true => format!("no migration of this run is left in {environment}"),
                    false => format!("still applied in {environment}: {}", list.join(", ")),
                }
            }
        };
        // the next run shall not take what this one could not take back for drift
        report.fingerprint_after = self.snapshot().await.ok().map(|(fingerprint, _)| fingerprint);
        self.stopped_by = Some(failure.line());
        report.notes.push(format!("taking back stopped: {}", failure.line()));
        report.notes.extend(failure.details.iter().cloned());
        let reach = &self.request.policy.reach;
        if state.is_none() {
            report.next = vec![
                format!("cargo xtask db status {reach}"),
                format!("once it is reachable: `{}` goes on from what it finds", again(reach)),
                format!("or takes it back: `cargo xtask db rollback {reach}`"),
            ];
            return;
        }
        let mut next = vec![format!("cargo xtask db status {reach}")];
        let half = state
            .as_ref()
            .is_some_and(|state| state.interrupted.iter().any(|found| found.direction == Direction::Down));
        if half {
            // what its rollback has taken away already is not for a way forwards to know
            next.push("forwards is no way: a rollback is half done, and has to be finished first".to_owned());
        } else {
            next.push(format!("forwards: mend the cause, then `{}`", again(reach)));
        }
        if failure.place.is_none() && failure.version.is_some() {
            next.push(format!("backwards is no way: {}; what was above it is taken back", failure.message));
        } else {
            next.push(format!(
                "backwards: mend what stopped the rollback, then `cargo xtask db rollback {reach} --run {}`",
                self.run
            ));
        }
        report.next = next;
    }

    async fn recover(&mut self, on: Listener<'_>) -> Result<(), RunError> {
        if self.away {
            return Err(RunError::Silent { waited: Duration::ZERO });
        }
        on(Event::Moment(Moment::Recovering));
        let cancel = self.cancel.clone();
        // who was asked to stop has seconds: GitHub kills ten seconds after it asked
        let haste = async {
            cancel.requested().await;
            tokio::time::sleep(HASTE).await;
        };
        let mut heard = |event: meshhook_migrate::Event<'_>| on(Event::Script(event));
        let recovered = tokio::select! {
            recovered = self.session.recover(PATIENCE, &mut heard) => recovered,
            () = haste => Err(RunError::Silent { waited: HASTE }),
        };
        self.away = recovered.is_err();
        recovered
    }

    /// The last word of the log, on a new connection if it must be.
    async fn close(&mut self, report: &mut Report, on: Listener<'_>) {
        on(Event::Moment(Moment::ClosingRun));
        let closing = Closing {
            outcome: report.outcome.as_str(),
            message: report.failure.as_ref().map(|failure| match &self.stopped_by {
                Some(why) => format!("{}; taking back stopped: {why}", failure.line()),
                None => failure.line(),
            }),
            version_after: report.now,
            fingerprint_after: report.fingerprint_after.clone(),
            reason: None,
        };
        let mut closed = self.session.close_run(self.run, &closing).await;
        if closed.is_err() && self.recover(on).await.is_ok() {
            closed = self.session.close_run(self.run, &closing).await;
        }
        if let Err(error) = closed {
            // the ledger is right; the next deploy sees the run as interrupted and finds nothing to do
            report.notes.push(format!("the end of the run could not be logged: {error}"));
        }
    }
}

/// What the rehearsal says about each step.
fn note_rehearsal(report: &mut Report, rehearsed: &Rehearsed) {
    report.notes.extend(rehearsed.warnings.iter().cloned());
    for step in &mut report.steps {
        step.rehearsed = rehearsed.took.get(&step.version).copied();
        step.locks = rehearsed.locks.get(&step.version).cloned().unwrap_or_default();
    }
}

/// What ends a deploy: trouble with the database, or a failure that was told elsewhere already.
#[derive(Debug)]
enum Problem {
    Trouble(Trouble),
    Failure(Box<Failure>),
}

impl Problem {
    fn is_lost(&self) -> bool {
        matches!(self, Problem::Trouble(trouble) if trouble.is_lost())
    }

    fn is_stop(&self) -> bool {
        match self {
            Problem::Trouble(trouble) => trouble.is_stop(),
            Problem::Failure(_) => true,
        }
    }

    fn failure(self, stage: Stage) -> Failure {
        match self {
            Problem::Trouble(trouble) => trouble.failure(stage),
            Problem::Failure(failure) => *failure,
        }
    }
}

fn limits(policy: &Policy) -> Limits {
    Limits { lock_timeout: policy.lock_timeout, statement_timeout: policy.statement_timeout }
}

fn again(reach: &str) -> String {
    format!("cargo xtask db deploy {reach}")
}

/// What differs between two schemas, one sentence each; the order of columns aside.
pub(crate) fn differences(from: &Catalog, to: &Catalog) -> Vec<String> {
    meshhook_schema::compare(from, to)
        .iter()
        .filter(|found| !found.is_note())
        .map(|found| found.tell(meshhook_schema::Told::Neutral))
        .collect()
}
