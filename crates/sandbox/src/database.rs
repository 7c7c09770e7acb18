//! One throwaway database, and the thread that drops those that are no longer needed.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use crate::endpoint::Endpoint;
use crate::error::SandboxError;
use crate::server::{self, Inner, identifier};

/// A throwaway database. It is dropped when this value is, in the background; [`Database::remove`] waits for it.
#[derive(Debug)]
pub struct Database {
    name: String,
    server: Arc<Inner>,
    removed: bool,
}

impl Database {
    /// A handle on a database that is about to be created, so that a failure on the way leaves nothing.
    pub(crate) fn named(server: &Arc<Inner>) -> Database {
        Database { name: server::new_name(), server: Arc::clone(server), removed: false }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How to connect with sqlx.
    pub fn options(&self) -> PgConnectOptions {
        self.server.endpoint.options(&self.name)
    }

    /// A new connection to it.
    pub async fn connect(&self) -> Result<PgConnection, SandboxError> {
        let server = &self.server.description;
        self.options()
            .connect()
            .await
            .map_err(|source| SandboxError::Connect { server: server.clone(), source })
    }

    /// How to connect with anything else: understood by `psql`, `pg_dump` and sqlx. On a server reached over TCP it holds the
    /// password, so do not print it.
    pub fn url(&self) -> String {
        self.server.endpoint.url(&self.name)
    }

    /// Drops it now, ending all sessions in it.
    pub async fn remove(mut self) -> Result<(), SandboxError> {
        let server = &self.server;
        let mut admin =
            server::connect(&server.endpoint, server.endpoint.maintenance(), &server.description).await?;
        drop_database(&mut admin, &self.name)
            .await
            .map_err(|source| server::sql("drop a database", &server.description, source))?;
        self.removed = true;
        let _ = admin.close().await;
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !self.removed {
            self.server.reaper.take(std::mem::take(&mut self.name));
        }
    }
}

pub(crate) async fn drop_database(admin: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(name));
    admin.execute(AssertSqlSafe(statement)).await.map(drop)
}

/// Drops databases on a thread of its own: `Drop` cannot await, and may run where no runtime is.
#[derive(Debug)]
pub(crate) struct Reaper {
    endpoint: Endpoint,
    /// The server outlives its databases: wait for them to be dropped.
    thorough: bool,
    worker: Mutex<Option<(Sender<String>, JoinHandle<()>)>>,
}

impl Reaper {
    pub(crate) fn new(endpoint: Endpoint, thorough: bool) -> Reaper {
        Reaper { endpoint, thorough, worker: Mutex::new(None) }
    }

    pub(crate) fn take(&self, name: String) {
        let mut worker = self.worker.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (sender, _) = worker.get_or_insert_with(|| {
            let (sender, receiver) = channel();
            let endpoint = self.endpoint.clone();
            (sender, std::thread::spawn(move || work(&endpoint, &receiver)))
        });
        // The worker ends early only when the server is gone, and the database with it.
        let _ = sender.send(name);
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        let worker = self.worker.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some((sender, thread)) = worker {
            drop(sender);
            if self.thorough {
                let _ = thread.join();
            }
        }
    }
}

fn work(endpoint: &Endpoint, names: &Receiver<String>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let options = endpoint.admin_options(endpoint.maintenance());
    runtime.block_on(async {
        let Ok(mut admin) = options.connect().await else { return };
        while let Ok(name) = names.recv() {
            if drop_database(&mut admin, &name).await.is_err() {
                // A connection that broke gets one more chance; a server that is gone took the database along.
                match options.connect().await {
                    Ok(again) => admin = again,
                    Err(_) => return,
                }
                let _ = drop_database(&mut admin, &name).await;
            }
        }
    });
}
