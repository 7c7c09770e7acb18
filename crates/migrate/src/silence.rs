//! Servers that do not answer any more. A cut network says nothing, and the kernel would wait for it for a quarter of
//! an hour or for ever; sqlx sets no keepalive on its sockets.

use std::io;
use std::time::Duration;

/// How long what needs no work, or little, is waited for: reading the schema or the ledger, writing a line of the log.
/// Longer than the lock timeout of what is written.
pub(crate) const SILENCE: Duration = Duration::from_secs(20);

/// Awaits an answer for twenty seconds. Without one the connection is of no use any more, since the answer may still
/// come; the error is then that of a broken connection, as `silent` puts it.
///
/// # Errors
/// Those of the work, and [`sqlx::Error::Io`] through `silent`.
pub async fn answered<T, E>(
    work: impl Future<Output = Result<T, E>>,
    silent: impl FnOnce(sqlx::Error) -> E,
) -> Result<T, E> {
    tokio::time::timeout(SILENCE, work).await.unwrap_or_else(|_| {
        let why = format!(
            "no answer within {} s: the network is silent, or somebody has locked what is needed",
            SILENCE.as_secs()
        );
        Err(silent(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, why))))
    })
}
