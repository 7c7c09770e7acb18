//! The same migration again, and with rows: up, back, up, up over itself, and back once more on rows written since.

use crate::data::{Data, Loss};
use crate::error::{Doing, VerifyError};
use crate::journey::{Ground, reading};
use crate::report::{Kind, Remark, Told, ms};
use crate::request::Rows;
use crate::rows::{Fill, Filled, Shape, Unfilled};
use crate::sql::fetch_text;
use crate::trip::{Back, Copy, Halfway, Trip};
use crate::{scripts, seed};
use meshhook_migrate::{Script, ScriptError};
use meshhook_schema::{Catalog, compare};
use sqlx::postgres::PgConnection;

/// Rows made in each table, before the migration and again after it.
const ROWS: u32 = 3;

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

impl Trip<'_> {
    /// All that is left to find out after the first way up and back. `main` may be further by now.
    pub(crate) async fn second_way(&mut self, halfway: Halfway) -> Result<(), VerifyError> {
        let Halfway { after, back, copy: Some(mut copy) } = halfway else { return Ok(()) };
        let ways = self.over(&mut copy.conn, &after, back).await?;
        self.leave(copy).await?;
        if ways == Ways::Elsewhere {
            let mut copy = self.rebuild().await?;
            self.who_leads_elsewhere(&mut copy.conn, &after, back).await?;
            self.leave(copy).await?;
        }
        Ok(())
    }

    /// The database before the migration once more, from the beginning: `main` is not there any longer.
    async fn rebuild(&self) -> Result<Copy, VerifyError> {
        let server = self.server;
        let database =
            if self.request.platform { server.create().await? } else { server.create_bare().await? };
        let mut conn = scripts::connect(&database).await.doing("connect")?;
        let all = &self.request.folder.migrations;
        for earlier in all.iter().take_while(|earlier| earlier.version < self.migration.version) {
            // One that fails did not work the first time either.
            let _ = scripts::run(&mut conn, &earlier.up, self.request).await;
        }
        Ok(Copy { database, conn })
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
                if self.request.require.idempotent {
                    let mut copy = self.rebuild().await?;
                    if self.up(&mut copy.conn).await.is_ok() {
                        self.over_itself(&mut copy.conn, after).await?;
                    }
                    self.leave(copy).await?;
                }
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
        if self.request.require.idempotent {
            self.over_itself(conn, after).await?;
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

    /// Up once more where it has just been: that must work, and leave every row as it is.
    async fn over_itself(&mut self, conn: &mut PgConnection, after: &Ground) -> Result<(), VerifyError> {
        let leave_out = scripts::left_out(self.request);
        let once = Data::read(conn, &after.shape, &leave_out).await.doing("read the rows")?;
        if let Err(error) = self.up(conn).await {
            let told = Told::error("the way up cannot be run over itself", error, false);
            self.judge.add(true, Kind::NotIdempotent, told);
            return Ok(());
        }
        let twice = Data::read(conn, &after.shape, &leave_out).await.doing("read the rows")?;
        let mut changed = once.losses(&twice, false);
        changed.retain(|loss| !matches!(loss, Loss::Values { touched: true, .. }));
        if !changed.is_empty() {
            let told = Told {
                details: changed.iter().map(Loss::told).collect(),
                ..Told::about(
                    "run over itself, the way up changes rows",
                    changed.iter().map(Loss::object).collect(),
                )
            };
            self.judge.add(true, Kind::NotIdempotent, told);
        }
        Ok(())
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
        let before = self.before.clone();
        self.made_by_rows(conn, &before.catalog, &stamp).await
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
}

/// Changes when a relation comes or goes; cheap, so that most fillings cost no reading of the catalog.
async fn stamp(conn: &mut PgConnection) -> Result<String, VerifyError> {
    let sql = "SELECT concat(count(*), ' ', max(oid::int8)) FROM pg_catalog.pg_class";
    fetch_text(conn, sql).await.doing("count the relations")
}
