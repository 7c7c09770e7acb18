//! Looking, from the second connection, at what the first one waits for.

use std::time::Duration;

use sqlx::PgConnection;

use super::{Event, Listener};
use crate::lock;
use crate::silence::SILENCE;

/// How long a statement may wait before its blockers are looked for, and how often they are looked for again.
const LOOK: Duration = Duration::from_millis(700);

/// Awaits what a server process does, and tells whom it waits for. `None` when the server fell silent.
pub(super) async fn watched<T>(
    work: impl Future<Output = T>,
    log: &mut PgConnection,
    pid: i32,
    on: Listener<'_>,
) -> Option<T> {
    tokio::pin!(work);
    let mut told: Vec<i32> = Vec::new();
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = tokio::time::sleep(LOOK) => {}
        }
        let looking = tokio::time::timeout(SILENCE, lock::blockers(log, pid));
        tokio::pin!(looking);
        let seen = tokio::select! {
            biased;
            done = &mut work => {
                // a query that is given up half way would leave its answer on the connection
                let _ = looking.await;
                return Some(done);
            }
            seen = &mut looking => seen,
        };
        let Ok(blockers) = seen else { return None };
        // the log's connection may be gone where the other one still works
        let blockers = blockers.unwrap_or_default();
        let pids: Vec<i32> = blockers.iter().map(|holder| holder.pid).collect();
        if !pids.is_empty() && pids != told {
            on(Event::Blocked(&blockers));
            told = pids;
        }
    }
}
