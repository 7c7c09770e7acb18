//! What an undisturbed deploy looks like, step by step: with that every disturbed one is compared.

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use crate::child::Task;
use crate::cluster::Cluster;
use crate::deployer::{Deployer, LIMIT, Said};
use crate::history::Variant;
use crate::proxy::{Plan, Proxy, Role, Traffic};
use crate::seen::{Log, Schema, Seen};

/// The database that every day begins with, and nobody connects to.
pub(crate) const TEMPLATE: &str = "old";

/// A step of a deploy, and what is committed before it is taken.
#[derive(Clone)]
pub(crate) struct Point {
    pub(crate) name: String,
    pub(crate) seen: Seen,
    /// Runs that say that they go on.
    pub(crate) running: usize,
}

/// One variant, undisturbed.
#[derive(Clone)]
pub(crate) struct Reference {
    pub(crate) variant: Variant,
    pub(crate) points: Vec<Point>,
    pub(crate) old: Seen,
    /// At its end; the same as `old` when it fails.
    pub(crate) end: Seen,
    pub(crate) traffic: Traffic,
    pub(crate) took: Duration,
    alone: Alone,
}

/// The states that a script without a transaction, and its way back, go through.
#[derive(Clone)]
struct Alone {
    /// After so many statements.
    up: Vec<Schema>,
    /// After so many statements (first index), and so many of the way back.
    down: Vec<Vec<Schema>>,
}

impl Reference {
    pub(crate) fn task(&self, cluster: &Cluster, database: &str, pause: bool) -> Task {
        task(&self.variant, cluster.port, database, pause)
    }

    /// `known`: those that were recorded before, on any server.
    pub(crate) async fn record(cluster: &Cluster, variant: &Variant, known: &[Reference]) -> Reference {
        let database = format!("reference_{}", variant.name.replace('-', "_"));
        cluster.clone(TEMPLATE, &database).await;
        let mut conn = cluster.connect(&database).await;
        let old = Seen::of(&mut conn).await;
        let mut deployer = Deployer::start(&task(variant, cluster.port, &database, true));
        let mut points = Vec::new();
        let report = loop {
            match deployer.next(LIMIT).await.unwrap() {
                Said::Point(name) => {
                    // what an open transaction has locked cannot be read, and is as it was when it began
                    let seen = match points.last() {
                        Some(Point { seen, .. }) if in_transaction(&mut conn).await => seen.clone(),
                        _ => Seen::of(&mut conn).await,
                    };
                    let log = Log::of(&mut conn).await;
                    points.push(Point { name, seen, running: log.running() });
                    deployer.release().await;
                }
                Said::End(report) => break report,
                said => panic!("{said:?}"),
            }
        };
        let end = Seen::of(&mut conn).await;
        let expected = if variant.good { "succeeded" } else { "rolled-back" };
        assert_eq!(report["outcome"], expected, "undisturbed {}: {report:#}", variant.name);
        assert!((end == old) != variant.good, "{}: {}", variant.name, old.differences(&end));
        let lies = Log::of(&mut conn).await.lies(&end, true);
        assert!(lies.is_empty(), "{}: {lies:?}", variant.name);
        drop(conn);
        cluster.drop_database(&database).await;
        let (traffic, took) = traffic(cluster, variant, &database).await;
        let commits = traffic.requests.iter().filter(|(role, _, commits)| *role == Role::Main && *commits);
        assert!(commits.count() > 5, "the proxy does not see the commits: {:?}", traffic.requests);
        let alone = match known.iter().find(|known| known.variant.alone == variant.alone) {
            Some(known) => known.alone.clone(),
            None => Alone::record(cluster, variant, &points, &database).await,
        };
        Reference { variant: variant.clone(), points, old, end, traffic, took, alone }
    }

    /// Whether a deploy that was killed at an unknown moment may leave this.
    pub(crate) fn explains(&self, seen: &Seen) -> bool {
        if self.points.iter().any(|point| point.seen == *seen) || self.end == *seen {
            return true;
        }
        let alike: Vec<&Point> =
            self.points.iter().filter(|point| point.seen.ledger == seen.ledger).collect();
        if seen.journal.is_empty() {
            // only the way back was written down so far
            return alike.iter().any(|point| point.seen.schema == seen.schema);
        }
        !alike.is_empty() && self.alone.explains(seen)
    }
}

async fn in_transaction(conn: &mut PgConnection) -> bool {
    let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity \
               WHERE datname = current_database() AND state LIKE 'idle in transaction%')";
    sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
}

fn task(variant: &Variant, port: u16, database: &str, pause: bool) -> Task {
    Task {
        port,
        database: database.to_owned(),
        checkout: variant.checkout.clone(),
        each: variant.segments == meshhook_deploy::Segments::PerMigration,
        allow: variant.one_way,
        pause,
        rehearse: false,
    }
}

/// What an undisturbed deploy sends, and how long it takes.
async fn traffic(cluster: &Cluster, variant: &Variant, database: &str) -> (Traffic, Duration) {
    cluster.clone(TEMPLATE, database).await;
    let proxy = Proxy::start(cluster.port, Plan::Pass).await;
    let since = Instant::now();
    let mut deployer = Deployer::start(&task(variant, proxy.port, database, false));
    deployer.finish(LIMIT).await.unwrap().unwrap();
    let took = since.elapsed();
    cluster.drop_database(database).await;
    (proxy.traffic(), took)
}

impl Alone {
    /// Runs the statements one by one by hand, from the state in which the script begins.
    async fn record(cluster: &Cluster, variant: &Variant, points: &[Point], database: &str) -> Alone {
        let begins = points.iter().position(|point| point.name.starts_with("Started 13")).unwrap();
        let statements = |sql: &'static str| sql.split_terminator(';').map(str::to_owned).collect::<Vec<_>>();
        let (ups, downs) = (statements(variant.alone.0), statements(variant.alone.1));
        let mut alone = Alone { up: Vec::new(), down: Vec::new() };
        for done in 0..=ups.len() {
            cluster.clone(TEMPLATE, database).await;
            let mut deployer = Deployer::start(&task(variant, cluster.port, database, true));
            deployer.until(begins).await.unwrap();
            deployer.kill().await;
            let mut conn = cluster.connect(database).await;
            for statement in &ups[..done] {
                // one of them fails in one variant, and leaves what it leaves
                let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.as_str())).execute(&mut conn).await;
            }
            let mut down = vec![Schema::of(&mut conn).await];
            alone.up.push(down[0].clone());
            for statement in &downs {
                sqlx::raw_sql(sqlx::AssertSqlSafe(statement.as_str())).execute(&mut conn).await.unwrap();
                down.push(Schema::of(&mut conn).await);
            }
            alone.down.push(down);
            drop(conn);
            cluster.drop_database(database).await;
        }
        alone
    }

    /// Whether the journal says what is there. A statement that began may be done or not.
    fn explains(&self, seen: &Seen) -> bool {
        let span = |direction: &str| {
            let rows = seen.journal.iter().filter(|row| row.direction == direction);
            let done = rows.clone().filter(|row| row.state == "done").map(|row| row.statement).max();
            let begun = rows.map(|row| row.statement).max();
            begun.map(|begun| (usize::try_from(done.unwrap_or(0)).unwrap(), usize::try_from(begun).unwrap()))
        };
        let among = |states: &[Schema], (done, begun): (usize, usize)| {
            states.iter().take(begun + 1).skip(done).any(|state| state.is_nearly(&seen.schema))
        };
        if seen.journal.iter().any(|row| row.version != 13) {
            return false;
        }
        match (span("up"), span("down")) {
            (_, Some(span)) => self.down.iter().any(|states| among(states, span)),
            (Some(span), None) => among(&self.up, span),
            (None, None) => false,
        }
    }
}
