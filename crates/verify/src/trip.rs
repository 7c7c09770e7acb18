//! One migration's way up, back and up again, on copies of the database as it is before it.

use crate::data::Data;
use crate::error::{Doing, VerifyError};
use crate::journey::{Ground, reading};
use crate::judge::Judge;
use crate::report::{Kind, Outcome, Remark, Timings, Told, ms};
use crate::request::{Request, Rows};
use crate::roles::Roles;
use crate::rows::{Fill, Shape, Unfilled};
use crate::{scripts, seed};
use meshhook_migrate::{Migration, Script, ScriptError};
use meshhook_sandbox::{Database, Server};
use meshhook_schema::Catalog;
use sqlx::postgres::PgConnection;
use std::time::Duration;

/// Rows made in each table, before the migration and again after it.
const ROWS: u32 = 3;

/// Everything one trip needs and finds.
pub(crate) struct Trip<'a> {
    pub(crate) server: &'a Server,
    pub(crate) request: &'a Request,
    pub(crate) migration: &'a Migration,
    /// The database before the migration.
    pub(crate) main: &'a Database,
    pub(crate) before: &'a Ground,
    pub(crate) roles: &'a Roles,
    pub(crate) judge: Judge,
    pub(crate) timings: Timings,
    pub(crate) unfilled: Vec<Unfilled>,
}

/// How the way up went without rows.
pub(crate) enum Up {
    /// It led here; `None` when the catalog there cannot be read.
    Done(Option<Ground>),
    Failed(ScriptError),
}

/// How the way back went without rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    /// There is none to run.
    None,
    Failed,
    /// It ran, and the database is other than it was.
    Differs,
    /// The database is as it was.
    Restored,
}

/// A copy and the connection to it.
struct Copy {
    database: Database,
    conn: PgConnection,
}

impl Trip<'_> {
    pub(crate) async fn run(&mut self) -> Result<Up, VerifyError> {
        let mut copy = self.copy().await?;
        let up = self.up(&mut copy.conn).await;
        let after = match up {
            Ok(took) => {
                self.timings.up = Some(ms(took));
                Ground::read(&mut copy.conn, self.request).await
            }
            Err(error) => return Ok(Up::Failed(error)),
        };
        let after = match after {
            Ok(after) => after,
            Err(error) => {
                self.cannot_read(&reading(error)?);
                return Ok(Up::Done(None));
            }
        };
        let back = self.back(&mut copy.conn).await?;
        let rows = self.request.rows != Rows::None;
        if back != Back::Restored {
            copy.database.remove().await?;
            self.roles.restore(&mut self.admin().await?).await.doing("restore roles")?;
            copy = self.copy().await?;
        }
        if rows || back == Back::Restored || self.request.require.idempotent {
            self.over(&mut copy.conn, &after, back, rows).await?;
        }
        self.leave(copy).await?;
        Ok(Up::Done(Some(after)))
    }

    /// The way back without rows, from the state after the way up.
    async fn back(&mut self, conn: &mut PgConnection) -> Result<Back, VerifyError> {
        let Some(rollback) = &self.migration.rollback else {
            let message = format!("migration {} has no rollback", self.migration.version);
            self.judge.add(self.request.require.rollbacks, Kind::NoRollback, Told::about(message, vec![]));
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
        let roles = Roles::read(conn).await.doing("read the roles")?;
        for (object, message) in self.roles.told(&roles) {
            let told = Told::about(message, vec![object]);
            if self.request.house {
                self.judge.add(true, Kind::RollbackDiffers, told);
            } else {
                self.judge.remark(Remark::Roles, told);
            }
        }
        self.restored(conn, false).await
    }

    async fn restored(&mut self, conn: &mut PgConnection, with_rows: bool) -> Result<Back, VerifyError> {
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

    /// Up, back, up, up over itself, and back once more, with rows. `conn` is where the migration has not been yet.
    async fn over(
        &mut self,
        conn: &mut PgConnection,
        after: &Ground,
        back: Back,
        rows: bool,
    ) -> Result<(), VerifyError> {
        let counts = self.request.rows_count();
        if rows {
            self.fill_before(conn, &after.shape).await?;
        }
        let leave_out = scripts::left_out(self.request);
        let was = Data::read(conn, &self.before.shape, &leave_out).await.doing("read the rows")?;
        match self.up(conn).await {
            Ok(took) if !rows => self.timings.again = Some(ms(took)),
            Ok(_) => {}
            Err(error) if rows => {
                let told = Told::error("the way up fails where rows are", error, true);
                self.judge.add(counts, Kind::UpFailsWithRows, told);
                return Ok(());
            }
            Err(error) => return self.second_up_fails(error, back),
        }
        if !rows && back == Back::Restored {
            self.second_up_same(conn, after).await?;
        }
        let then = Data::read(conn, &after.shape, &leave_out).await.doing("read the rows")?;
        let rollback =
            self.migration.rollback.as_ref().filter(|_| matches!(back, Back::Restored | Back::Differs));
        let keeps = rollback.is_some_and(|rollback| rollback.irreversible.is_none());
        if let Some(rollback) = rollback.filter(|_| rows && back == Back::Restored) {
            if !self.taken_back(conn, rollback, &was, &then, false).await? {
                return Ok(());
            }
            match self.up(conn).await {
                Ok(took) => self.timings.again = Some(ms(took)),
                Err(error) => return self.second_up_fails(error, back),
            }
            self.second_up_same(conn, after).await?;
        }
        if self.request.require.idempotent {
            self.up_over_itself(conn, after).await?;
        }
        if let Some(rollback) = rollback.filter(|_| rows && keeps) {
            self.fill_after(conn, &after.shape).await?;
            self.taken_back(conn, rollback, &was, &then, true).await?;
        }
        Ok(())
    }

    fn second_up_fails(&mut self, error: ScriptError, back: Back) -> Result<(), VerifyError> {
        // Where the rollback does not restore the database, this is only a consequence.
        if back == Back::Restored {
            let told =
                Told::error("after its rollback the way up fails", error, self.request.rows != Rows::None);
            self.judge.add(self.request.house, Kind::SecondUpDiffers, told);
        }
        Ok(())
    }

    async fn second_up_same(&mut self, conn: &mut PgConnection, after: &Ground) -> Result<(), VerifyError> {
        match Catalog::read(conn, &scripts::scope(self.request)).await {
            Ok(is) => {
                let what = "after its rollback the way up leads elsewhere:";
                self.judge.same(self.request.house, Kind::SecondUpDiffers, what, &after.catalog, &is);
            }
            Err(error) => self.cannot_read(&reading(error)?),
        }
        Ok(())
    }

    async fn up_over_itself(&mut self, conn: &mut PgConnection, after: &Ground) -> Result<(), VerifyError> {
        if let Err(error) = self.up(conn).await {
            let told = Told::error("the way up cannot be run over itself", error, false);
            self.judge.add(true, Kind::NotIdempotent, told);
            return Ok(());
        }
        match Catalog::read(conn, &scripts::scope(self.request)).await {
            Ok(is) => {
                let what = "run over itself, the way up makes";
                self.judge.same(true, Kind::NotIdempotent, what, &after.catalog, &is);
            }
            Err(error) => self.cannot_read(&reading(error)?),
        }
        Ok(())
    }

    /// Runs the rollback where rows are, and looks at what is left of those that were there before the migration.
    async fn taken_back(
        &mut self,
        conn: &mut PgConnection,
        rollback: &Script,
        was: &Data,
        then: &Data,
        written_since: bool,
    ) -> Result<bool, VerifyError> {
        let counts = self.request.rows_count();
        if let Err(error) = scripts::run(conn, rollback, self.request).await {
            // The way up has taken values away: then the rollback cannot but stumble over the gap.
            let taken = was.losses(then, true).iter().any(|loss| !then.still_has(was, loss));
            let (kind, when) = match (written_since, taken && rollback.irreversible.is_none()) {
                (true, _) => (Kind::RollbackFails, "the rollback fails on rows written after the way up"),
                (false, true) => (Kind::RowsLost, "the way up loses rows or values that the rollback needs"),
                (false, false) => (Kind::RollbackFails, "the rollback fails where rows are"),
            };
            if rollback.irreversible.is_none() || kind == Kind::RollbackFails {
                let objects = if kind == Kind::RowsLost {
                    was.losses(then, true).iter().map(|loss| loss.object()).collect()
                } else {
                    Vec::new()
                };
                self.judge.add(counts, kind, Told { objects, ..Told::error(when, error, true) });
            }
            return Ok(false);
        }
        let restored = self.restored(conn, true).await? == Back::Restored;
        if rollback.irreversible.is_none() && !self.judge.has(Kind::RowsLost) {
            let leave_out = scripts::left_out(self.request);
            let shape = Shape::read(conn).await.doing("read the tables")?;
            let is = Data::read(conn, &shape, &leave_out).await.doing("read the rows")?;
            let losses = was.losses(&is, written_since);
            self.judge.losses(self.request, losses, |loss| then.still_has(was, loss));
        }
        Ok(restored)
    }

    async fn fill_before(&mut self, conn: &mut PgConnection, after: &Shape) -> Result<(), VerifyError> {
        if let Some(seed) = &self.request.seed {
            let refused = seed::load(conn, seed).await.doing("load the seed")?;
            if let Some(told) = refused {
                self.judge.remark(Remark::Seed, told);
            }
        }
        let leave_out = scripts::left_out(self.request);
        if self.request.rows == Rows::Made {
            let fill = Fill {
                shape: &self.before.shape,
                also_suiting: Some(after),
                leave_out: &leave_out,
                every_table: false,
                first: 1,
                count: ROWS,
            };
            let filled = fill.run(conn).await.doing("make rows")?;
            for table in filled.without_triggers {
                let message = format!("rows in `{table}` could only be written with its triggers off");
                self.judge.remark(Remark::Triggers, Told::about(message, vec![table]));
            }
            self.unfilled = filled.unfilled;
        }
        Ok(())
    }

    async fn fill_after(&mut self, conn: &mut PgConnection, after: &Shape) -> Result<(), VerifyError> {
        if self.request.rows == Rows::Made {
            let leave_out = scripts::left_out(self.request);
            let fill = Fill {
                shape: after,
                also_suiting: Some(&self.before.shape),
                leave_out: &leave_out,
                every_table: true,
                first: 1 + ROWS,
                count: ROWS,
            };
            let filled = fill.run(conn).await.doing("make rows")?;
            let new = filled
                .unfilled
                .into_iter()
                .filter(|one| !self.unfilled.iter().any(|old| old.table == one.table));
            let new: Vec<Unfilled> = new.collect();
            self.unfilled.extend(new);
        }
        Ok(())
    }

    fn cannot_read(&mut self, reason: &str) {
        let reason = format!("the catalog cannot be compared: {reason}");
        self.judge.remark(Remark::NotRead, Told::about(reason.clone(), vec![]));
        self.judge.verdict = Some((Outcome::Unverified, reason));
    }

    async fn up(&self, conn: &mut PgConnection) -> Result<Duration, ScriptError> {
        scripts::run(conn, &self.migration.up, self.request).await
    }

    async fn copy(&self) -> Result<Copy, VerifyError> {
        let database = self.server.clone(self.main).await?;
        let conn = scripts::connect(&database).await.doing("connect")?;
        Ok(Copy { database, conn })
    }

    async fn admin(&self) -> Result<PgConnection, VerifyError> {
        scripts::connect(self.main).await.doing("connect")
    }

    /// Drops the copy; roles that came with it go too. Dropped in the background when there is nothing to wait for.
    async fn leave(&self, mut copy: Copy) -> Result<(), VerifyError> {
        let roles = Roles::read(&mut copy.conn).await.doing("read the roles")?;
        if roles != *self.roles {
            copy.database.remove().await?;
            self.roles.restore(&mut self.admin().await?).await.doing("restore roles")?;
        }
        Ok(())
    }
}
