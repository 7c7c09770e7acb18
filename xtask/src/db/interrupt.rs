//! Ctrl-C and SIGTERM: what is running is told to stop, and gets to clean up.

use std::future::Future;

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

/// Runs `work` to its end and tells it through the channel when the process is asked to stop meanwhile.
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
