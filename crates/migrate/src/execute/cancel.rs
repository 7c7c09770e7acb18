//! Stopping on request, without leaving a statement running on the server.

use std::time::Duration;

use sqlx::ConnectOptions;
use tokio::sync::watch;

use crate::connect::Target;

/// A request to stop, that may come at any moment: from Ctrl-C, through the sender of a `watch` channel.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Option<watch::Receiver<bool>>);

/// How long after a cancel the next one is sent, in case the first hit between two statements.
const AGAIN: Duration = Duration::from_millis(500);

impl Cancel {
    /// Stops when `true` is sent.
    pub fn new(receiver: watch::Receiver<bool>) -> Cancel {
        Cancel(Some(receiver))
    }

    /// Never stops.
    pub fn never() -> Cancel {
        Cancel(None)
    }

    /// Whether it was asked for.
    pub fn is_requested(&self) -> bool {
        self.0.as_ref().is_some_and(|receiver| *receiver.borrow())
    }

    /// Waits until it is asked for.
    pub async fn requested(&self) {
        if let Some(mut receiver) = self.0.clone()
            && receiver.wait_for(|asked| *asked).await.is_ok()
        {
            return;
        }
        // nobody is left to ask
        std::future::pending().await
    }

    /// Awaits what a server process is doing. When stopping is asked for meanwhile, the server is told to cancel
    /// its statement, and what that leads to is still awaited: the answer says what state the database is in.
    pub(crate) async fn guard<T>(&self, work: impl Future<Output = T>, target: &Target, pid: i32) -> T {
        tokio::pin!(work);
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = self.requested() => {}
        }
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = cancel_statement(target, pid) => {}
            }
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
    }
}

/// Tells the server to cancel what a process of it is doing. Failing is not told: the statement then runs to its
/// end, and that is awaited.
async fn cancel_statement(target: &Target, pid: i32) {
    let Ok(mut conn) = target.options().connect().await else { return };
    let _ = sqlx::query("SELECT pg_catalog.pg_cancel_backend($1)").bind(pid).execute(&mut conn).await;
}
