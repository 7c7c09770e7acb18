//! Two schemas, the way there and the way back, judged three ways: by our catalog, by `pg_dump -s`, by the rows.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::judge::{Rows, Seen, Side, left, pg_dump_of, plan, rows_lost, run, script};
use common::{Pair, ROLES, pairs};
use meshhook_sandbox::Server;
use meshhook_sandbox::testing::servers;
use meshhook_schema::Plan;
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many pairs are worked on at a time.
const AT_ONCE: usize = 4;

/// What went wrong with one pair.
struct Failures<'a> {
    pair: &'a Pair,
    all: Vec<String>,
}

impl Failures<'_> {
    fn add(&mut self, direction: &str, what: &str, sql: &str) {
        let Pair { file, name, .. } = self.pair;
        self.all.push(format!("[{file}] {name}, {direction}: {}\n{sql}", what.trim_end()));
    }
}

/// There and back, and everything that is claimed about it.
async fn judge(server: &Server, pg_dump: Option<&Path>, pair: &Pair) -> Vec<String> {
    let mut failures = Failures { pair, all: Vec::new() };
    match try_judge(server, pg_dump, pair, &mut failures).await {
        Ok(()) => {}
        Err(error) => failures.add("the pair itself", &error, ""),
    }
    failures.all
}

async fn try_judge(
    server: &Server,
    pg_dump: Option<&Path>,
    pair: &Pair,
    failures: &mut Failures<'_>,
) -> Result<(), String> {
    let mut from =
        Side::new(server, pg_dump, &[&pair.from, &pair.rows]).await.map_err(|e| format!("from: {e}"))?;
    let mut to = Side::new(server, pg_dump, &[&pair.to]).await.map_err(|e| format!("to: {e}"))?;
    let (old, new) = (from.seen.clone(), to.seen.clone());
    if left(&old, &new).is_none() {
        return Err("both schemas are the same".to_owned());
    }

    let before = identities(&mut from, pair).await?;
    let mut rows = rows(&mut from, pair).await?;
    let known = Known { refused: pair.refused.as_deref(), noted: pair.noted.as_deref() };
    let there = way(&mut from, &old, &new, pg_dump, known, "there", failures).await;
    // Where there is no way there, the way back starts from the other side.
    let back_from = match there {
        Way::Gone(plan) => {
            let text = script(&plan);
            let statements: Vec<_> = plan.steps.iter().flat_map(|step| &step.statements).collect();
            let says = |never: &str| statements.iter().any(|statement| statement.sql.contains(never));
            for never in pair.never.iter().filter(|never| says(never)) {
                failures.add("there", &format!("says {never}"), &text);
            }
            let after = identities(&mut from, pair).await?;
            for ((name, was), (_, is)) in before.iter().zip(&after).filter(|(was, is)| was != is) {
                failures.add("there", &format!("{name} is {is:?} (oid, file), was {was:?}"), &text);
            }
            rows = kept(&mut from, pair, rows, "there", &text, failures).await;
            &mut from
        }
        Way::Refused => &mut to,
        Way::Failed => return Ok(()),
    };
    let known = Known { refused: pair.refused_back.as_deref(), noted: pair.noted_back.as_deref() };
    let way = way(back_from, &new, &old, pg_dump, known, "back", failures).await;
    if let (Way::Gone(plan), None) = (way, &pair.refused) {
        kept(back_from, pair, rows, "back", &script(&plan), failures).await;
    }
    Ok(())
}

enum Way {
    /// Run without errors.
    Gone(Plan),
    /// As expected.
    Refused,
    /// Told already.
    Failed,
}

/// What is known of one direction: part of why there is no way, or part of a note on what stays different for `pg_dump`.
struct Known<'p> {
    refused: Option<&'p str>,
    noted: Option<&'p str>,
}

/// Plans and runs one direction, twice over, and compares what is there with what should be.
async fn way(
    side: &mut Side,
    from: &Seen,
    to: &Seen,
    pg_dump: Option<&Path>,
    Known { refused, noted }: Known<'_>,
    direction: &str,
    failures: &mut Failures<'_>,
) -> Way {
    let plan = match (plan(&from.catalog, &to.catalog), refused) {
        (Ok(plan), None) => plan,
        (Err(error), Some(why)) if error.contains(why) => return Way::Refused,
        (Err(error), _) => {
            failures.add(direction, &format!("refused: {error}"), "");
            return Way::Failed;
        }
        (Ok(plan), Some(why)) => {
            failures.add(direction, &format!("was not refused because of {why}"), &script(&plan));
            return Way::Failed;
        }
    };
    let text = script(&plan);
    let done = async {
        side.apply(&plan).await?;
        side.look(pg_dump).await
    };
    if let Err(error) = done.await {
        failures.add(direction, &error, &text);
        return Way::Failed;
    }
    if let Some(why) = noted {
        if !plan.notes.iter().any(|note| note.contains(why)) {
            failures.add(direction, &format!("no note says {why}, but {:?}", plan.notes), &text);
        }
        if pg_dump.is_some() && left(&side.seen, to).is_none() {
            failures.add(direction, &format!("nothing is left: take out what is noted of {why}"), &text);
        }
        side.seen.dump = None;
    }
    if let Some(differences) = left(&side.seen, to) {
        failures.add(direction, &format!("left:\n{differences}"), &text);
        return Way::Failed;
    }
    let again = async {
        side.apply(&plan).await?;
        Ok(Seen { catalog: side.read().await?, dump: None })
    };
    match again.await {
        Err::<_, String>(error) => failures.add(direction, &format!("over itself: {error}"), &text),
        Ok(seen) => {
            if let Some(differences) = left(&seen, to) {
                failures.add(direction, &format!("left when run over itself:\n{differences}"), &text);
            }
        }
    }
    Way::Gone(plan)
}

/// Who each object is that should stay, and which file it lies in.
async fn identities(side: &mut Side, pair: &Pair) -> Result<Vec<(String, (String, String))>, String> {
    let mut found = Vec::new();
    for object in &pair.unchanged {
        let kinds = [
            ("table ", "regclass"),
            ("index ", "regclass"),
            ("view ", "regclass"),
            ("materialized view ", "regclass"),
            ("sequence ", "regclass"),
            ("function ", "regprocedure"),
            ("procedure ", "regprocedure"),
            ("type ", "regtype"),
        ];
        let (name, kind) = kinds
            .iter()
            .find_map(|(word, kind)| Some((object.strip_prefix(word)?, *kind)))
            .unwrap_or((object, "regclass"));
        let name = name.replace('\'', "''");
        // ALTER SEQUENCE always writes its one row into another file.
        let filed = kind == "regclass" && !object.starts_with("sequence ");
        let file = if filed { "pg_relation_filenode(oid)::text" } else { "NULL" };
        let query =
            format!("SELECT oid::oid::text, coalesce({file}, '') FROM (SELECT '{name}'::{kind} AS oid) x");
        let row = sqlx::query(AssertSqlSafe(query)).fetch_one(&mut side.connection).await;
        let row = row.map_err(|error| format!("unchanged: {object}: {error}"))?;
        found.push((object.clone(), (row.get(0), row.get(1))));
    }
    Ok(found)
}

/// The rows of each table that should keep them.
async fn rows(side: &mut Side, pair: &Pair) -> Result<Vec<Rows>, String> {
    let mut all = Vec::new();
    for table in &pair.keeps {
        let rows = side.rows(table).await?;
        if rows.is_empty() {
            return Err(format!("keeps: {table} has no rows to keep"));
        }
        all.push(rows);
    }
    Ok(all)
}

/// The rows that are there now; those that were lost on the way are told.
async fn kept(
    side: &mut Side,
    pair: &Pair,
    before: Vec<Rows>,
    way: &str,
    sql: &str,
    failures: &mut Failures<'_>,
) -> Vec<Rows> {
    let mut now = Vec::new();
    for (table, before) in pair.keeps.iter().zip(before) {
        let lost = match side.rows(table).await {
            Ok(after) => {
                let lost = rows_lost(&before, &after);
                now.push(after);
                lost
            }
            Err(error) => Some(error),
        };
        if let Some(lost) = lost {
            failures.add(way, &format!("rows of {table}: {lost}"), sql);
        }
    }
    now
}

/// Heeds what is written about pairs that are known to fail.
fn verdict(pair: &Pair, failures: Vec<String>, dumped: bool) -> Vec<String> {
    match (&pair.pending, failures.is_empty()) {
        (None, _) => failures,
        // What only `pg_dump` tells is not seen where there is none.
        (Some(_), true) if !dumped => Vec::new(),
        (Some(_), false) => Vec::new(),
        (Some(why), true) => {
            vec![format!("[{}] {} passes: take out `-- pending: {why}`", pair.file, pair.name)]
        }
    }
}

async fn judge_all(server: Arc<Server>, pg_dump: Option<PathBuf>, pairs: Vec<Pair>) -> Vec<String> {
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for (number, pair) in pairs.into_iter().enumerate() {
        let (server, pg_dump, gate) = (Arc::clone(&server), pg_dump.clone(), Arc::clone(&gate));
        tasks.spawn(async move {
            let _permit = gate.acquire().await;
            let dumped = pg_dump.is_some();
            let work = {
                let pair = pair.clone();
                tokio::spawn(async move { judge(&server, pg_dump.as_deref(), &pair).await })
            };
            let failures =
                work.await.unwrap_or_else(|error| vec![format!("[{}] {}: {error}", pair.file, pair.name)]);
            (number, verdict(&pair, failures, dumped))
        });
    }
    let mut failures = tasks.join_all().await;
    failures.sort();
    failures.into_iter().flat_map(|(_, failures)| failures).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_pair_can_be_gone_both_ways() {
    let filter = std::env::var("MESHHOOK_PAIRS").unwrap_or_default();
    let others = std::env::var_os("MESHHOOK_PAIRS_FOLDER").is_some();
    assert!(pairs().len() >= if others { 1 } else { 300 }, "the pairs are not found");
    let chosen = |pair: &Pair| format!("{}: {}", pair.file, pair.name).contains(&filter);
    for server in servers().await.into_iter().map(Arc::new) {
        let started = std::time::Instant::now();
        let maintenance = server.create_bare().await.unwrap();
        run(&mut maintenance.connect().await.unwrap(), ROLES).await.unwrap();
        let pairs: Vec<Pair> =
            pairs().into_iter().filter(|pair| pair.fits(server.major()) && chosen(pair)).collect();
        let pending = pairs.iter().filter(|pair| pair.pending.is_some()).count();
        let count = pairs.len();
        let failures = judge_all(Arc::clone(&server), pg_dump_of(&server), pairs).await;
        eprintln!("{}: {count} pairs, {pending} pending, {:.0?}", server.describe(), started.elapsed());
        assert!(
            failures.is_empty(),
            "on {}: {} failures\n\n{}",
            server.describe(),
            failures.len(),
            failures.join("\n")
        );
    }
}
