//! One migration's way up, back and up again, on copies of the database as it is before it.

use crate::data::{Data, Loss};
use crate::error::{Doing, VerifyError};
use crate::journey::{Ground, reading};
use crate::judge::Judge;
use crate::report::{Kind, Outcome, Remark, Timings, Told, ms};
use crate::request::{Request, Rows};
use crate::roles::Roles;
use crate::rows::{Fill, Filled, Shape, Unfilled};
use crate::sql::fetch_text;
use crate::{scripts, seed};
use meshhook_migrate::{Migration, Script, ScriptError};
use meshhook_sandbox::{Database, Server};
use meshhook_schema::{Catalog, compare};
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

/// Whether every way up led to the same schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ways {
    Same,
    Elsewhere,
}

/// A rollback where rows are.
struct Way<'a> {
    rollback: &'a Script,
    /// How it went without them.
    back: Back,
    /// Rows have been written after the way up.
    written_since: bool,
    /// Whether to read the catalog afterwards.
    look: bool,
}

/// A copy and the connection to it.
struct Copy {
    database: Database,
    conn: PgConnection,
}

impl Trip<'_> {
    pub(crate) async fn run(&mut self) -> Result<Up, VerifyError> {
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
            Ok(after) => after,
            Err(error) => {
                self.cannot_read(&reading(error)?);
                self.leave(copy).await?;
                return Ok(Up::Done(None));
            }
        };
        let back = self.back(&mut copy.conn).await?;
        let rows = self.request.rows != Rows::None;
        if rows || back == Back::Restored || self.request.require.idempotent {
            // What the migration left of its own rows would be in the way of the next try.
            let clean = back == Back::Restored && {
                let is = Data::read(&mut copy.conn, &self.before.shape, &leave_out)
                    .await
                    .doing("read the rows")?;
                was.losses(&is, false).is_empty()
            };
            if !clean {
                self.leave(copy).await?;
                copy = self.copy().await?;
            }
            if self.over(&mut copy.conn, &after, back).await? == Ways::Elsewhere {
                self.leave(copy).await?;
                copy = self.copy().await?;
                self.who_leads_elsewhere(&mut copy.conn, &after, back).await?;
            }
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
        let left = self.roles.told(&roles);
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
    ///
    /// Reading a catalog is what takes time here, so several steps share one reading and the rare surprise is looked into
    /// afterwards; for another project's history, where only the trip without rows decides, there is none at all.
    async fn over(
        &mut self,
        conn: &mut PgConnection,
        after: &Ground,
        back: Back,
    ) -> Result<Ways, VerifyError> {
        let rows = self.request.rows != Rows::None;
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
                self.judge.add(self.request.rows_count(), Kind::UpFailsWithRows, told);
                return Ok(Ways::Same);
            }
            Err(error) => return Ok(self.second_up_fails(error, back)),
        }
        let then = Data::read(conn, &after.shape, &leave_out).await.doing("read the rows")?;
        let rollback =
            self.migration.rollback.as_ref().filter(|_| matches!(back, Back::Restored | Back::Differs));
        let written_since =
            rollback.filter(|rollback| rows && self.looks_twice() && rollback.irreversible.is_none());
        if let Some(rollback) =
            rollback.filter(|_| rows && (back == Back::Restored || written_since.is_none()))
        {
            let last = written_since.is_none() && self.looks_twice();
            let way = Way { rollback, back, written_since: false, look: last };
            if !self.taken_back(conn, way, &was, &then).await? {
                return Ok(Ways::Same);
            }
            match self.up(conn).await {
                Ok(took) => self.timings.again = Some(ms(took)),
                Err(error) => return Ok(self.second_up_fails(error, back)),
            }
        }
        if self.request.require.idempotent
            && let Err(error) = self.up(conn).await
        {
            let told = Told::error("the way up cannot be run over itself", error, false);
            self.judge.add(true, Kind::NotIdempotent, told);
        }
        if self.looks_twice() && !self.leads_to(conn, after).await? {
            return Ok(Ways::Elsewhere);
        }
        if let Some(rollback) = written_since {
            self.fill_after(conn, after).await?;
            let way = Way { rollback, back, written_since: true, look: true };
            self.taken_back(conn, way, &was, &then).await?;
        }
        Ok(Ways::Same)
    }

    /// Whether more is asked than what a trip without rows tells.
    fn looks_twice(&self) -> bool {
        self.request.house || self.request.rows_count() || self.request.require.idempotent
    }

    fn second_up_fails(&mut self, error: ScriptError, back: Back) -> Ways {
        // Where the rollback does not restore the database, this is only a consequence.
        if back == Back::Restored && !self.judge.has(Kind::RollbackDiffers) {
            let told =
                Told::error("after its rollback the way up fails", error, self.request.rows != Rows::None);
            self.judge.add(self.request.house, Kind::SecondUpDiffers, told);
        }
        Ways::Same
    }

    async fn leads_to(&mut self, conn: &mut PgConnection, after: &Ground) -> Result<bool, VerifyError> {
        match Catalog::read(conn, &scripts::scope(self.request)).await {
            Ok(is) => Ok(self.judge.differences(&after.catalog, &is, true).is_empty()),
            Err(error) => {
                self.cannot_read(&reading(error)?);
                Ok(true)
            }
        }
    }

    /// Up, back, up and up over itself once more, slowly and without rows: which of them leads elsewhere?
    async fn who_leads_elsewhere(
        &mut self,
        conn: &mut PgConnection,
        after: &Ground,
        back: Back,
    ) -> Result<(), VerifyError> {
        let scope = scripts::scope(self.request);
        let mut ways = vec![&self.migration.up];
        if let Some(rollback) = self.migration.rollback.as_ref().filter(|_| back == Back::Restored) {
            ways.extend([rollback, &self.migration.up]);
        }
        for script in ways {
            if let Err(error) = scripts::run(conn, script, self.request).await {
                self.second_up_fails(error, back);
                return Ok(());
            }
        }
        let second = Catalog::read(conn, &scope).await.map_err(VerifyError::Catalog)?;
        let what = "after its rollback the way up makes";
        self.judge.same(self.request.house, Kind::SecondUpDiffers, what, &after.catalog, &second);
        if self.request.require.idempotent
            && !self.judge.has(Kind::NotIdempotent)
            && self.up(conn).await.is_ok()
        {
            let third = Catalog::read(conn, &scope).await.map_err(VerifyError::Catalog)?;
            self.judge.same(true, Kind::NotIdempotent, "run over itself, the way up makes", &second, &third);
        }
        if !self.judge.has(Kind::SecondUpDiffers) && !self.judge.has(Kind::NotIdempotent) {
            let message = "where rows are, the way up leads elsewhere when it is run again";
            let told = Told { with_rows: true, ..Told::about(message, Vec::new()) };
            self.judge.add(self.request.house, Kind::SecondUpDiffers, told);
        }
        Ok(())
    }

    /// Runs the rollback where rows are, and looks at what is left of those that were there before the migration.
    async fn taken_back(
        &mut self,
        conn: &mut PgConnection,
        way: Way<'_>,
        was: &Data,
        then: &Data,
    ) -> Result<bool, VerifyError> {
        let keeps = way.rollback.irreversible.is_none();
        if let Err(error) = scripts::run(conn, way.rollback, self.request).await {
            // The way up has taken values away: then the rollback cannot but stumble over the gap.
            let taken: Vec<_> =
                was.losses(then, true).into_iter().filter(|loss| !then.still_has(was, loss)).collect();
            let (kind, when) = match (way.written_since, !taken.is_empty() && keeps) {
                (true, _) => (Kind::RollbackFails, "the rollback fails on rows written after the way up"),
                (false, true) => (Kind::RowsLost, "the way up loses rows or values that the rollback needs"),
                (false, false) => (Kind::RollbackFails, "the rollback fails where rows are"),
            };
            let objects =
                if kind == Kind::RowsLost { taken.iter().map(Loss::object).collect() } else { Vec::new() };
            let told = Told { objects, ..Told::error(when, error, true) };
            self.judge.add(self.request.rows_count(), kind, told);
            return Ok(false);
        }
        let restored = if way.look { self.restored(conn, true).await? } else { way.back };
        if keeps && !self.judge.has(Kind::RowsLost) {
            let leave_out = scripts::left_out(self.request);
            let read;
            let shape = if restored == Back::Restored {
                &self.before.shape
            } else {
                read = Shape::read(conn).await.doing("read the tables")?;
                &read
            };
            let is = Data::read(conn, shape, &leave_out).await.doing("read the rows")?;
            let losses = was.losses(&is, way.written_since);
            self.judge.losses(self.request, losses, |loss| then.still_has(was, loss));
        }
        Ok(restored == Back::Restored)
    }

    async fn fill_before(&mut self, conn: &mut PgConnection, after: &Shape) -> Result<(), VerifyError> {
        let stamp = stamp(conn).await?;
        if let Some(seed) = &self.request.seed {
            seed::load(conn, seed).await.doing("load the seed")?;
        }
        if self.request.rows == Rows::Made {
            let before = &self.before.shape;
            let filled = self.fill(conn, before, after, false).await?;
            for table in filled.without_triggers {
                let message = format!("rows in `{table}` could only be written with its triggers off");
                self.judge.remark(Remark::Triggers, Told::about(message, vec![table]));
            }
            self.unfilled = filled.unfilled;
        }
        self.made_by_rows(conn, &self.before.catalog, &stamp).await
    }

    async fn fill_after(&mut self, conn: &mut PgConnection, after: &Ground) -> Result<(), VerifyError> {
        let stamp = stamp(conn).await?;
        if self.request.rows == Rows::Made {
            let filled = self.fill(conn, &after.shape, &self.before.shape, true).await?;
            let known = |one: &Unfilled| self.unfilled.iter().any(|old| old.table == one.table);
            let new: Vec<Unfilled> = filled.unfilled.into_iter().filter(|one| !known(one)).collect();
            self.unfilled.extend(new);
        }
        self.made_by_rows(conn, &after.catalog, &stamp).await
    }

    async fn fill(
        &self,
        conn: &mut PgConnection,
        shape: &Shape,
        also_suiting: &Shape,
        every_table: bool,
    ) -> Result<Filled, VerifyError> {
        let leave_out = scripts::left_out(self.request);
        let first = if every_table { 1 + ROWS } else { 1 };
        let also_suiting = Some(also_suiting);
        let fill = Fill { shape, also_suiting, leave_out: &leave_out, every_table, first, count: ROWS };
        fill.run(conn).await.doing("make rows")
    }

    /// Rows can make objects: a seed calls a function that creates partitions, a trigger does. Those are nobody's fault.
    async fn made_by_rows(
        &mut self,
        conn: &mut PgConnection,
        was: &Catalog,
        before: &str,
    ) -> Result<(), VerifyError> {
        if stamp(conn).await? != before {
            match Catalog::read(conn, &scripts::scope(self.request)).await {
                Ok(is) => {
                    let made = compare(was, &is).into_iter().map(|difference| difference.identity);
                    self.judge.made_by_rows.extend(made);
                }
                Err(error) => self.cannot_read(&reading(error)?),
            }
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

/// Changes when a relation comes or goes; cheap, so that most fillings cost no reading of the catalog.
async fn stamp(conn: &mut PgConnection) -> Result<String, VerifyError> {
    let sql = "SELECT concat(count(*), ' ', max(oid::int8)) FROM pg_catalog.pg_class";
    fetch_text(conn, sql).await.doing("count the relations")
}
