//! One migration's way up and back, on a copy of the database as it is before it, without rows: the verdict on its
//! rollback. What comes after, with rows, is in [`crate::again`].

use crate::data::Data;
use crate::error::{Doing, VerifyError};
use crate::journey::{Ground, reading};
use crate::judge::Judge;
use crate::report::{Kind, Outcome, Remark, Timings, Told, ms};
use crate::request::{Request, Rows};
use crate::roles::Roles;
use crate::rows::Unfilled;
use crate::scripts;
use meshhook_migrate::{Migration, ScriptError};
use meshhook_sandbox::{Database, Server};
use meshhook_schema::Catalog;
use sqlx::postgres::PgConnection;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Everything one trip needs and finds.
pub(crate) struct Trip<'a> {
    pub(crate) server: &'a Server,
    pub(crate) request: &'a Request,
    pub(crate) migration: &'a Migration,
    /// The database before the migration, as long as [`Trip::first_way`] runs.
    pub(crate) main: &'a Database,
    pub(crate) before: Arc<Ground>,
    /// The roles before it, where scripts make or drop any. They belong to the whole server.
    pub(crate) roles: Option<Roles>,
    pub(crate) judge: Judge,
    pub(crate) timings: Timings,
    pub(crate) unfilled: Vec<Unfilled>,
    pub(crate) started: Instant,
}

/// How the way up went without rows.
pub(crate) enum Up {
    /// It led here; `None` when the catalog there cannot be read.
    Done(Option<Halfway>),
    Failed(ScriptError),
}

/// After the first way up and back.
pub(crate) struct Halfway {
    pub(crate) after: Arc<Ground>,
    pub(crate) back: Back,
    /// Where the migration can be run again, if there is anything more to find out.
    pub(crate) copy: Option<Copy>,
}

/// How the way back went without rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// There is none to run.
    None,
    Failed,
    /// It ran, and the database is other than it was.
    Differs,
    /// The database is as it was.
    Restored,
}

/// A copy and the connection to it.
pub(crate) struct Copy {
    pub(crate) database: Database,
    pub(crate) conn: PgConnection,
}

impl Trip<'_> {
    /// Up and back without rows. Afterwards `main` may go on to the next migration.
    pub(crate) async fn first_way(&mut self) -> Result<Up, VerifyError> {
        let mut copy = self.copy().await?;
        let leave_out = scripts::left_out(self.request);
        let was = Data::read(&mut copy.conn, &self.before.shape, &leave_out).await.doing("read the rows")?;
        match self.up(&mut copy.conn).await {
            Ok(took) => self.timings.up = Some(ms(took)),
            Err(error) => {
                self.leave(copy).await?;
                return Ok(Up::Failed(error));
            }
        }
        let after = match Ground::read(&mut copy.conn, self.request).await {
            Ok(after) => Arc::new(after),
            Err(error) => {
                self.cannot_read(&reading(error)?);
                self.leave(copy).await?;
                return Ok(Up::Done(None));
            }
        };
        let back = self.back(&mut copy.conn).await?;
        let rows = self.request.rows != Rows::None;
        if !rows && back != Back::Restored && !self.request.require.idempotent {
            self.leave(copy).await?;
            return Ok(Up::Done(Some(Halfway { after, back, copy: None })));
        }
        // What the migration left of its own rows would be in the way of the next try.
        let clean = back == Back::Restored && {
            let is =
                Data::read(&mut copy.conn, &self.before.shape, &leave_out).await.doing("read the rows")?;
            was.losses(&is, false).is_empty()
        };
        if !clean {
            self.leave(copy).await?;
            copy = self.copy().await?;
        }
        Ok(Up::Done(Some(Halfway { after, back, copy: Some(copy) })))
    }

    /// The way back without rows, from the state after the way up.
    async fn back(&mut self, conn: &mut PgConnection) -> Result<Back, VerifyError> {
        let Some(rollback) = &self.migration.rollback else {
            let message = format!("migration {} has no rollback", self.migration.version);
            // In another project's history only a file that is named for a pair misses its other half.
            let name = self.migration.up.path.to_string_lossy();
            let missed = self.request.house || name.ends_with("up.sql");
            let counts = self.request.require.rollbacks && missed;
            self.judge.add(counts, Kind::NoRollback, Told::about(message, vec![]));
            return Ok(Back::None);
        };
        if let Some(reason) = &rollback.irreversible {
            self.judge.verdict = Some((Outcome::Irreversible, reason.clone()));
            if rollback.is_blank() {
                return Ok(Back::None);
            }
        }
        match scripts::run(conn, rollback, self.request).await {
            Ok(took) => self.timings.rollback = Some(ms(took)),
            Err(error) => {
                if let Some(extension) = scripts::missing_extension(&error) {
                    self.judge.verdict = Some((Outcome::Unverified, scripts::lacks(self.server, &extension)));
                } else {
                    self.judge.add(
                        true,
                        Kind::RollbackFails,
                        Told::error("the rollback fails", error, false),
                    );
                }
                return Ok(Back::Failed);
            }
        }
        let left = match &self.roles {
            Some(roles) => roles.told(&Roles::read(conn).await.doing("read the roles")?),
            None => Vec::new(),
        };
        let clean = left.is_empty();
        for (object, message) in left {
            let told = Told::about(message, vec![object]);
            if self.request.house {
                self.judge.add(true, Kind::RollbackDiffers, told);
            } else {
                self.judge.remark(Remark::Roles, told);
            }
        }
        let restored = self.restored(conn, false).await?;
        Ok(if restored == Back::Restored && !clean { Back::Differs } else { restored })
    }

    pub(crate) async fn restored(
        &mut self,
        conn: &mut PgConnection,
        with_rows: bool,
    ) -> Result<Back, VerifyError> {
        let counts = if with_rows { self.request.rows_count() } else { true };
        Ok(match Catalog::read(conn, &scripts::scope(self.request)).await {
            Ok(is) if self.judge.restored(counts, with_rows, &self.before.catalog, &is) => Back::Restored,
            Ok(_) => Back::Differs,
            Err(error) => {
                self.cannot_read(&reading(error)?);
                Back::Failed
            }
        })
    }

    pub(crate) fn cannot_read(&mut self, reason: &str) {
        let reason = format!("the catalog cannot be compared: {reason}");
        self.judge.remark(Remark::NotRead, Told::about(reason.clone(), vec![]));
        self.judge.verdict = Some((Outcome::Unverified, reason));
    }

    pub(crate) async fn up(&self, conn: &mut PgConnection) -> Result<Duration, ScriptError> {
        scripts::run(conn, &self.migration.up, self.request).await
    }

    async fn copy(&self) -> Result<Copy, VerifyError> {
        let database = self.server.clone(self.main).await?;
        let conn = scripts::connect(&database).await.doing("connect")?;
        Ok(Copy { database, conn })
    }

    /// Drops the copy, in the background when there is nothing to wait for: roles that came with it go too.
    pub(crate) async fn leave(&self, mut copy: Copy) -> Result<(), VerifyError> {
        let Some(roles) = &self.roles else { return Ok(()) };
        if Roles::read(&mut copy.conn).await.doing("read the roles")? != *roles {
            copy.database.remove().await?;
            let mut conn = scripts::connect(self.main).await.doing("connect")?;
            roles.restore(&mut conn).await.doing("restore roles")?;
        }
        Ok(())
    }
}
