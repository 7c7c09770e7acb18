//! The whole chain: from head to empty and to head again, in one database without rows.

use crate::error::{Doing, VerifyError};
use crate::event::Event;
use crate::journey::{Journey, cancelled, reading};
use crate::judge::Judge;
use crate::report::{ChainReport, Kind, Remark, Told};
use crate::scripts;
use meshhook_migrate::Migration;
use meshhook_schema::Catalog;
use std::time::Instant;

/// Takes `main`, which is at head, down as far as it can be taken, and up again.
pub(crate) async fn run(
    journey: &Journey<'_>,
    empty: &Catalog,
    progress: &mut (dyn FnMut(Event) + Send),
) -> Result<ChainReport, VerifyError> {
    let started = Instant::now();
    let request = journey.request;
    let there: Vec<&Migration> = request
        .folder
        .migrations
        .iter()
        .filter(|migration| !journey.missing.contains(&migration.version))
        .collect();
    let bad = |migration: &Migration| {
        let report = journey.reports.iter().find(|report| report.version == migration.version);
        report.is_some_and(|report| {
            report
                .findings
                .iter()
                .any(|finding| matches!(finding.kind, Kind::RollbackFails | Kind::RollbackDiffers))
        })
    };
    let ends = there.iter().rposition(|migration| {
        let rollback = migration.rollback.as_ref();
        rollback.is_none_or(|rollback| rollback.irreversible.is_some() && rollback.is_blank())
            || bad(migration)
    });
    let way = &there[ends.map_or(0, |at| at + 1)..];
    progress(Event::ChainStarted { steps: way.len() * 2 });
    let mut judge = Judge::default();
    let mut report = ChainReport {
        migrations: way.len(),
        ended_above: ends.map(|at| there[at].version),
        ..ChainReport::default()
    };
    let mut conn = scripts::connect(&journey.main).await.doing("connect")?;
    let scope = scripts::scope(request);
    let head = Catalog::read(&mut conn, &scope).await;
    let mut whole = true;
    for migration in way.iter().rev() {
        cancelled(request)?;
        let Some(rollback) = &migration.rollback else { continue };
        if let Err(error) = scripts::run(&mut conn, rollback, request).await {
            let when = format!("on the way from head to empty the rollback of {} fails", migration.version);
            judge.add(request.house, Kind::RollbackFails, Told::error(&when, error, false));
            whole = false;
            break;
        }
        progress(Event::ChainStep(migration.version));
    }
    if whole && report.ended_above.is_none() {
        match Catalog::read(&mut conn, &scope).await {
            Ok(is) => drop(judge.restored(request.house, false, empty, &is)),
            Err(error) => not_read(&mut judge, &reading(error)?),
        }
    }
    if whole {
        for migration in way {
            cancelled(request)?;
            if let Err(error) = scripts::run(&mut conn, &migration.up, request).await {
                let when = format!("on the second way from empty to head {} fails", migration.version);
                judge.add(request.house, Kind::SecondUpDiffers, Told::error(&when, error, false));
                whole = false;
                break;
            }
            progress(Event::ChainStep(migration.version));
        }
    }
    if whole {
        match (head, Catalog::read(&mut conn, &scope).await) {
            (Ok(head), Ok(is)) => {
                let what = "the second way from empty to head makes";
                judge.same(request.house, Kind::SecondUpDiffers, what, &head, &is);
            }
            (Err(error), _) | (_, Err(error)) => not_read(&mut judge, &reading(error)?),
        }
    }
    report.findings = judge.findings;
    report.notes = judge.notes;
    report.ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    progress(Event::ChainFinished);
    Ok(report)
}

fn not_read(judge: &mut Judge, reason: &str) {
    judge.remark(Remark::NotRead, Told::about(format!("the catalog cannot be compared: {reason}"), vec![]));
}
