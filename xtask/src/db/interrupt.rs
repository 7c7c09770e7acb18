//! Ctrl-C and SIGTERM: what is running is told to stop, and gets to clean up.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

/// Completes when the process is asked to stop.
pub(crate) async fn asked() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // without handlers the default action ends the process, and sandboxes clean up after it
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Runs `work` to its end and raises `flag` when the process is asked to stop meanwhile. A second request stops
/// waiting for it.
pub(crate) async fn flagging<T>(flag: &AtomicBool, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = asked() => flag.store(true, Ordering::Relaxed),
    }
    crate::output::say("stopping…");
    work.await
}

/// The same for work that listens on a channel.
pub(crate) async fn cancelling<T>(
    stop: &tokio::sync::watch::Sender<bool>,
    work: impl Future<Output = T>,
) -> T {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = asked() => {}
    }
    crate::output::say("stopping…");
    // the receiver lives in `work`
    let _ = stop.send(true);
    work.await
}
