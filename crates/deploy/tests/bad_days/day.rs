//! One bad day: the fault, what it left, and the next deploy.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::time::sleep;

use crate::child::Task;
use crate::cluster::Cluster;
use crate::deployer::{Deployer, LIMIT};
use crate::fault::Fault;
use crate::proxy::{How, Plan, Proxy, Role};
use crate::reference::{Reference, TEMPLATE};
use crate::seen::{Log, Seen};

/// GitHub sends SIGTERM 7.5 s after SIGINT, and kills 2.5 s later (FACTS.md).
const AFTER_SIGTERM: Duration = Duration::from_secs(7);

/// A silent server is given up after 20 s, each time that it is asked something by another way.
const SILENT: Duration = Duration::from_secs(110);

/// How a day ended, before the next deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Old,
    New,
    /// The deployer is dead; the next deploy finished its work.
    Killed,
    /// It said, rightly, that a person is needed.
    Person,
}

/// Where it happens.
pub(crate) struct Day<'a> {
    pub(crate) cluster: &'a mut Cluster,
    pub(crate) reference: &'a Reference,
    pub(crate) database: String,
    /// What the deployers said.
    pub(crate) told: Vec<String>,
}

impl Day<'_> {
    /// Lives through it.
    pub(crate) async fn live(&mut self, fault: Fault) -> Result<Ended, String> {
        self.cluster.clone(TEMPLATE, &self.database).await;
        let report = self.disturbed(fault).await?;
        let ended = match report {
            None if fault.kills() => self.killed(fault).await?,
            None => return Err("the deployer ended without a word".to_owned()),
            Some(report) => self.survived(&report).await?,
        };
        self.again().await?;
        Ok(ended)
    }

    /// Up to the end of the disturbed deployer; its report, none when it was killed.
    async fn disturbed(&mut self, fault: Fault) -> Result<Option<Value>, String> {
        let mut task = self.reference.task(self.cluster, &self.database, true);
        task.rehearse = matches!(fault, Fault::KillRehearsing(_) | Fault::TermRehearsing(_));
        task.pause = !matches!(fault, Fault::KillWithin(_) | Fault::TermWithin(_) | Fault::Wire(_));
        let proxy = match fault {
            Fault::Wire(plan) => Some(Proxy::start(self.cluster.port, plan).await),
            _ => None,
        };
        task.port = proxy.as_ref().map_or(task.port, |proxy| proxy.port);
        let mut deployer = Deployer::start(&task);
        let report = self.act(fault, &task, &mut deployer).await;
        self.told.append(&mut deployer.told);
        if let (Some(proxy), Fault::Wire(plan @ Plan::Request { .. })) = (&proxy, fault)
            && !proxy.traffic().fired
        {
            return Err(format!("the fault never happened: {plan:?}"));
        }
        report
    }

    async fn act(
        &mut self,
        fault: Fault,
        task: &Task,
        deployer: &mut Deployer,
    ) -> Result<Option<Value>, String> {
        match fault {
            Fault::Kill(point) | Fault::KillRehearsing(point) => {
                deployer.until(point).await?;
                deployer.kill().await;
                Ok(None)
            }
            Fault::KillTwice(point, next) => {
                deployer.until(point).await?;
                deployer.kill().await;
                let mut successor = Deployer::start(task);
                let came = successor.until(next).await;
                successor.kill().await;
                self.told.append(&mut successor.told);
                came.map(|_| None)
            }
            Fault::Term(point) | Fault::TermRehearsing(point) => {
                deployer.until(point).await?;
                let since = Instant::now();
                deployer.terminate().await?;
                deployer.release().await;
                in_time(since, deployer.finish(LIMIT).await)
            }
            Fault::KillWithin(part) => {
                sleep(self.reference.took * part / 1000).await;
                deployer.kill().await;
                Ok(None)
            }
            Fault::TermWithin(part) => {
                sleep(self.reference.took * part / 1000).await;
                let since = Instant::now();
                deployer.signal();
                in_time(since, deployer.finish(LIMIT).await)
            }
            Fault::Terminate(role, point) => {
                deployer.until(point).await?;
                self.end_session(role).await;
                deployer.release().await;
                deployer.finish(LIMIT).await
            }
            Fault::Restart(point) => {
                deployer.until(point).await?;
                self.cluster.stop_at_once();
                deployer.release().await;
                sleep(Duration::from_millis(60)).await;
                self.cluster.start();
                let report = deployer.finish(LIMIT).await;
                self.cluster.ready(LIMIT).await?;
                report
            }
            Fault::Second(point) => {
                deployer.until(point).await?;
                let mut second = Deployer::start(&Task { pause: false, ..task.clone() });
                let waiting = tokio::spawn(async move { second.finish(2 * LIMIT).await });
                sleep(Duration::from_millis(200)).await;
                deployer.release().await;
                let first = deployer.finish(LIMIT).await?;
                let second = waiting.await.unwrap()?;
                self.both(&first, &second).await?;
                Ok(first)
            }
            Fault::Wire(Plan::Request { how: How::Silence, .. }) => deployer.finish(SILENT).await,
            Fault::Wire(_) => deployer.finish(LIMIT).await,
            Fault::Locked { table, point, hold } => {
                deployer.until(point).await?;
                self.locked(table, hold, deployer).await
            }
            Fault::Full { point, left } => {
                deployer.until(point).await?;
                self.full(left, deployer).await
            }
        }
    }

    /// Ends one of the deployer's sessions. The lock of the scripts' session is the one before that of the log's.
    async fn end_session(&mut self, role: Role) {
        let sql = "SELECT pg_terminate_backend(pid, 2000) FROM (SELECT a.pid FROM pg_catalog.pg_stat_activity AS a \
                   LEFT JOIN pg_catalog.pg_locks AS l ON l.pid = a.pid AND l.locktype = 'advisory' \
                   WHERE a.datname = $1 AND a.application_name = 'meshhook-xtask' \
                   ORDER BY l.objid, a.backend_start, a.pid OFFSET $2 LIMIT 1) AS one";
        let mut conn = self.cluster.connect("postgres").await;
        let offset = i64::from(role == Role::Log);
        sqlx::query(sql).bind(&self.database).bind(offset).execute(&mut conn).await.unwrap();
    }

    /// Two deployers: both end well, and what they say fits.
    async fn both(&self, first: &Option<Value>, second: &Option<Value>) -> Result<(), String> {
        let outcome = |report: &Option<Value>| {
            report.as_ref().map_or_else(|| "killed".to_owned(), |report| text(&report["outcome"]))
        };
        let both = [outcome(first), outcome(second)];
        let fine = match self.reference.variant.good {
            true => matches!(
                [&*both[0], &*both[1]],
                ["succeeded", "nothing-to-do"] | ["nothing-to-do", "succeeded"]
            ),
            false => both.iter().all(|outcome| outcome == "rolled-back"),
        };
        if fine { Ok(()) } else { Err(format!("two deployers ended as {both:?}: {first:?} {second:?}")) }
    }

    async fn locked(
        &mut self,
        table: &str,
        hold: Option<u64>,
        deployer: &mut Deployer,
    ) -> Result<Option<Value>, String> {
        let mut holder = self.cluster.connect(&self.database).await;
        let sql = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut holder).await.map_err(|error| error.to_string())?;
        deployer.release().await;
        if let Some(hold) = hold {
            let letting_go = tokio::spawn(async move {
                sleep(Duration::from_millis(hold)).await;
                drop(holder);
            });
            let report = deployer.finish(2 * LIMIT).await;
            letting_go.await.unwrap();
            return report;
        }
        deployer.finish(2 * LIMIT).await
    }

    /// Fills the disk but for so many kilobytes, and frees it when the deployer has ended, or after a while.
    async fn full(&mut self, left: u64, deployer: &mut Deployer) -> Result<Option<Value>, String> {
        let ballast = self.cluster.folder.join("ballast");
        fill(&ballast, left);
        deployer.release().await;
        let until = Instant::now() + Duration::from_millis(1500);
        let mut report = Err(String::new());
        while report.is_err() && Instant::now() < until {
            report = deployer.finish_within(Duration::from_millis(100)).await;
        }
        fs::remove_file(&ballast).unwrap();
        if self.cluster.has_ended() {
            self.cluster.start();
        }
        if report.is_err() {
            report = deployer.finish(LIMIT).await;
        }
        self.cluster.ready(LIMIT).await?;
        report
    }

    /// Nothing but what is told may have been done, and the run must be visible.
    async fn killed(&mut self, fault: Fault) -> Result<Ended, String> {
        let (seen, log) = self.look().await;
        lies(&log, &seen, false)?;
        match fault {
            Fault::Kill(point) => {
                let point = &self.reference.points[point];
                if seen != point.seen {
                    return Err(format!("killed, it left: {}", point.seen.differences(&seen)));
                }
                if log.running() != point.running {
                    return Err(format!("{} runs go on, not {}", log.running(), point.running));
                }
            }
            _ if log.running() > 1 => return Err(format!("more than one run goes on: {:?}", log.runs)),
            _ if seen != self.reference.old && log.running() != 1 && seen != self.reference.end => {
                return Err(format!("{seen} was left, and no run shows it: {:?}", log.runs));
            }
            _ if !self.reference.explains(&seen) => {
                return Err(format!("killed, it left what no step leaves: {seen}"));
            }
            _ => {}
        }
        Ok(Ended::Killed)
    }

    /// The report is true.
    pub(crate) async fn survived(&mut self, report: &Value) -> Result<Ended, String> {
        let (seen, log) = self.look().await;
        let outcome = text(&report["outcome"]);
        let told = || {
            let message = text(&report["failure"]["message"]);
            format!("{outcome} ({message}; {}; {})", text(&report["state"]), report["notes"])
        };
        lies(&log, &seen, true).map_err(|lie| format!("{lie}; the report: {}", told()))?;
        let reference = self.reference;
        let (expected, ended) = match &*outcome {
            "succeeded" | "nothing-to-do" if reference.variant.good => (&reference.end, Ended::New),
            "rolled-back" | "interrupted" | "refused" => (&reference.old, Ended::Old),
            "needs-a-person" | "needs-person" => {
                return self.person(&seen).map_err(|why| format!("{why}; {}", told()));
            }
            _ => return Err(format!("it cannot end as {}", told())),
        };
        if seen != *expected {
            return Err(format!("{}, but: {}", told(), expected.differences(&seen)));
        }
        if let Some(id) = report["run"].as_str() {
            let logged = log.runs.iter().find(|run| run.id == id);
            let word = if outcome == "refused" { "failed" } else { &*outcome };
            match logged {
                None => return Err(format!("the run is not in the log: {}", told())),
                Some(run) if run.outcome != word => {
                    return Err(format!("the log says {run:?}, not {}", told()));
                }
                Some(_) => {}
            }
        }
        Ok(ended)
    }

    /// Only a migration that cannot be taken back needs a person.
    fn person(&self, seen: &Seen) -> Result<Ended, String> {
        let one_way = self.reference.variant.one_way.map(|version| version.to_string());
        match one_way.is_some_and(|version| seen.versions().contains(&version))
            && self.reference.explains(seen)
        {
            true => Ok(Ended::Person),
            false => Err(format!("nobody is needed: {seen}")),
        }
    }

    /// The next deploy, undisturbed, brings what this variant brings.
    async fn again(&mut self) -> Result<(), String> {
        let mut deployer = Deployer::start(&self.reference.task(self.cluster, &self.database, false));
        let report = deployer.finish(LIMIT).await;
        self.told.push("-- the next deploy".to_owned());
        self.told.append(&mut deployer.told);
        let report = report?.ok_or("the next deploy ended without a word")?;
        let ended = self.survived(&report).await.map_err(|why| format!("the next deploy: {why}"))?;
        let expected = if self.reference.variant.good { Ended::New } else { Ended::Old };
        let outcome = text(&report["outcome"]);
        let fine = match expected {
            Ended::New => matches!(&*outcome, "succeeded" | "nothing-to-do"),
            _ => outcome == "rolled-back",
        };
        if fine && ended == expected {
            return Ok(());
        }
        Err(format!("the next deploy ended as {report}"))
    }

    async fn look(&mut self) -> (Seen, Log) {
        let mut conn: PgConnection = self.cluster.connect(&self.database).await;
        (Seen::of(&mut conn).await, Log::of(&mut conn).await)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn lies(log: &Log, seen: &Seen, settled: bool) -> Result<(), String> {
    let lies = log.lies(seen, settled);
    if lies.is_empty() { Ok(()) } else { Err(format!("the log: {}", lies.join("; "))) }
}

fn in_time(since: Instant, report: Result<Option<Value>, String>) -> Result<Option<Value>, String> {
    match report {
        Ok(_) if since.elapsed() > AFTER_SIGTERM => {
            Err(format!("it ended {:.1} s after SIGTERM", since.elapsed().as_secs_f64()))
        }
        report => report,
    }
}

/// Takes all the room that there is, and gives so many kilobytes back.
fn fill(path: &std::path::Path, left: u64) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    let (block, mut size) = (vec![0; 4096], 0);
    while file.write_all(&block).is_ok() {
        size += 4096;
    }
    file.set_len(u64::saturating_sub(size, left * 1024)).unwrap();
}
