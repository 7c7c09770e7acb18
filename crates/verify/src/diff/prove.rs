//! The proof: the way there, the way back and the way there again, first without rows and then with rows in every table.

use std::collections::BTreeMap;

use meshhook_migrate::{OwnTransaction, ScriptError, run_script};
use meshhook_schema::plan::Statement;
use meshhook_schema::{Catalog, Difference, Options, Plan, PlanError, Told, plan};
use serde::Serialize;
use sqlx::PgConnection;
use sqlx::Row as _;

use super::claims::excused;
use super::class::{Class, lost};
use super::error::NotProven;
use super::rename::Rename;
use super::script::{Leg, Way};
use super::sides::{Draft, Sides, connect, differences, read, steps};
use super::{DiffError, filler};
use crate::data::{Data, Loss};
use crate::rows::{Fill, Filled, Shape, Unfilled};
use crate::sql::fetch;

/// Rows made in each table.
const ROWS: u32 = 3;

/// What was done to believe it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The server it was done on.
    pub server: String,
    /// Tables that held rows, and how many.
    pub rows: BTreeMap<String, u32>,
    /// Tables without rows, each with the reason.
    pub unfilled: Vec<Unfilled>,
    /// Tables that Postgres wrote anew although the plan did not say so.
    pub rewritten: Vec<String>,
    /// Why the way there cannot be run over itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub once_only: Option<String>,
    /// Why it could only be done without rows: it works on empty tables alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_rows: Option<String>,
    /// Why the way back works on empty tables alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_without_rows: Option<String>,
}

/// A way that was gone there and back.
#[derive(Debug)]
pub struct Proven {
    /// The migrations, in order; one where nothing had to be cut.
    pub legs: Vec<Leg>,
    /// The plans that take the migrations back, in the order of the migrations. None where there is none.
    pub back: Vec<Option<Plan>>,
    /// What was done.
    pub proof: Proof,
}

impl Proven {
    /// Why there is no way back, where there is none.
    pub fn no_way_back(&self) -> Option<&str> {
        self.legs.iter().find_map(|leg| match &leg.class {
            Class::Irreversible { why } => Some(why.as_str()),
            Class::Lossless | Class::SchemaOnly { .. } => None,
        })
    }
}

/// How far a script came.
type Tried = Result<(), ScriptError>;

impl Draft<'_> {
    /// Proves it. With `split` there is a migration for each part that needs a transaction of its own or none; otherwise
    /// all is one script.
    ///
    /// # Errors
    /// [`DiffError::NotProven`] with the statement or the difference at which it fails.
    pub async fn prove(&self, split: bool) -> Result<Proven, DiffError> {
        let sides = self.sides;
        let copy = sides.server.clone(&sides.base).await?;
        let mut conn = connect(&copy).await?;
        let mut trip = Trip { draft: self, sides, conn: &mut conn };
        let mut ways = self.ways(split);
        let mut states = trip.there(&ways).await?;
        let mut back = self.back(&ways, &states);
        if ways.len() > 1 && back.iter().any(Result::is_err) {
            // A state between two migrations that nothing leads back to: then it is one migration.
            ways = self.ways(false);
            states = states.split_off(states.len() - 1);
            back = self.back(&ways, &states);
        }
        let after = Shape::read(trip.conn).await.map_err(DiffError::query("read the tables"))?;
        let mut legs = self.legs(ways, &back);
        let mut returned = false;
        if legs.iter().all(Leg::returns) {
            match trip.back(&legs, "the rollback").await {
                Ok(()) => returned = true,
                Err(DiffError::NotProven(found)) if !sides.request.strict => give_up(&mut legs, &found),
                Err(error) => return Err(error),
            }
        }
        let mut proof = Proof { server: sides.server.describe(), ..Proof::default() };
        match self.with_rows(&mut legs, &after, &mut proof).await {
            Ok(()) => {}
            // what fails on rows is told; what runs and loses some would be found out too late
            Err(DiffError::NotProven(found))
                if found.with_rows && found.error.is_some() && !sides.request.strict =>
            {
                proof.without_rows = Some(found.brief());
                proof.rows.clear();
                if returned {
                    trip.up(&legs, "the second way there").await?;
                    trip.arrived("the second way there makes").await?;
                }
            }
            Err(error) => return Err(error),
        }
        Ok(Proven { legs, back: back.into_iter().map(Result::ok).collect(), proof })
    }

    fn ways(&self, split: bool) -> Vec<(Way, Vec<&Statement>)> {
        let parts = self.plan.parts();
        if split {
            return parts.iter().map(|part| (Way::part(part), part.statements().collect())).collect();
        }
        let all = self.plan.steps.iter().flat_map(|step| &step.statements).collect();
        vec![(Way::whole(&self.plan), all)]
    }

    /// The plans that take each way back: from the state after it to the one before.
    fn back(&self, ways: &[(Way, Vec<&Statement>)], states: &[Catalog]) -> Vec<Result<Plan, PlanError>> {
        let options = Options { online: self.sides.request.online };
        let reversed: Vec<Rename> = self.renames.iter().rev().map(Rename::reversed).collect();
        (0..ways.len())
            .map(|at| {
                let before = at.checked_sub(1).map_or(&self.renamed, |before| &states[before]);
                let mut way = plan(&states[at], before, &options)?;
                filler::fill(&mut way, before);
                if at == 0 {
                    way.steps.extend(steps(&reversed));
                }
                Ok(way)
            })
            .collect()
    }

    fn legs(&self, ways: Vec<(Way, Vec<&Statement>)>, back: &[Result<Plan, PlanError>]) -> Vec<Leg> {
        let leg = |((up, statements), back): ((Way, Vec<&Statement>), &Result<Plan, PlanError>)| {
            let lost = lost(statements);
            match back {
                Ok(plan) => Leg {
                    up,
                    rollback: Way::whole(plan),
                    class: Class::of(&lost),
                    takes_along: super::class::lost(plan.steps.iter().flat_map(|step| &step.statements))
                        .iter()
                        .map(ToString::to_string)
                        .collect(),
                    empty_only: None,
                },
                Err(error) => Leg {
                    up,
                    rollback: Way::default(),
                    class: Class::Irreversible { why: error.to_string().replace('\n', " ") },
                    takes_along: Vec::new(),
                    empty_only: None,
                },
            }
        };
        ways.into_iter().zip(back).map(leg).collect()
    }

    /// There, there over itself, back, and there again, where rows are.
    async fn with_rows(&self, legs: &mut [Leg], after: &Shape, proof: &mut Proof) -> Result<(), DiffError> {
        let sides = self.sides;
        let copy = sides.server.clone(&sides.base).await?;
        let mut conn = connect(&copy).await?;
        let before = Shape::read(&mut conn).await.map_err(DiffError::query("read the tables"))?;
        let filled = self.fill(&mut conn, &before, after).await?;
        proof.unfilled = filled.unfilled;
        proof.rows = filled.rows;
        let was = self.data(&mut conn, &before).await?;
        let files = relations(&mut conn).await?;
        let mut trip = Trip { draft: self, sides, conn: &mut conn };
        trip.up(legs, "the way there").await.map_err(rows)?;
        let then = self.data(trip.conn, after).await?;
        self.survive(&was, &then).map_err(rows)?;
        proof.rewritten = self.rewritten(&files, &relations(trip.conn).await?);
        match trip.up(legs, "the way there, run over itself,").await {
            Ok(()) => trip.arrived("run over itself, the way there makes").await?,
            // it may have stopped half way: what comes next starts from where it had come
            Err(DiffError::NotProven(found)) if !sides.request.idempotent => {
                proof.once_only = Some(found.brief());
            }
            Err(error) => return Err(error),
        }
        if !legs.iter().all(Leg::returns) {
            return Ok(());
        }
        // what came with the plan gets rows too, so that the rollback meets some
        let more = self.fill(trip.conn, after, &before).await?;
        proof.rows.extend(more.rows);
        match trip.back(legs, "the rollback").await {
            Ok(()) => {}
            // without rows it works: what is needed to fill them in is not there any longer
            Err(DiffError::NotProven(found)) if sides.request.strict => {
                give_up(legs, &found);
                return Ok(());
            }
            Err(DiffError::NotProven(found)) => {
                let why = found.brief();
                legs.iter_mut().for_each(|leg| leg.empty_only = Some(why.clone()));
                proof.back_without_rows = Some(why);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        let is = self.data(trip.conn, &before).await?;
        match self.come_back(&was, &is, legs).map_err(rows) {
            Err(DiffError::NotProven(found)) if !sides.request.strict => give_up(legs, &found),
            done => done?,
        }
        trip.up(legs, "the second way there").await.map_err(rows)?;
        trip.arrived("the second way there makes").await.map_err(rows)
    }

    async fn fill(
        &self,
        conn: &mut PgConnection,
        shape: &Shape,
        also_suiting: &Shape,
    ) -> Result<Filled, DiffError> {
        let leave_out = left_out(self.sides);
        let also_suiting = Some(also_suiting);
        let fill =
            Fill { shape, also_suiting, leave_out: &leave_out, every_table: false, first: 1, count: ROWS };
        fill.run(conn).await.map_err(DiffError::query("make rows"))
    }

    async fn data(&self, conn: &mut PgConnection, shape: &Shape) -> Result<Data, DiffError> {
        let read = Data::read(conn, shape, &left_out(self.sides)).await;
        read.map_err(DiffError::query("read the rows"))
    }

    /// Rows and values survive where the plan does not say that they go.
    fn survive(&self, was: &Data, then: &Data) -> Result<(), DiffError> {
        let claimed = self.claimed();
        let moved = was
            .clone()
            .renamed(|table| self.table_after(table), |table, column| self.column_after(table, column));
        let changed = self.changed_columns();
        let (moved, then) = (self.comparable(&moved), self.comparable(then));
        let lost: Vec<String> = moved
            .losses(&then, true)
            .iter()
            .filter(|loss| !claimed.covers(loss) && !excused(loss, &changed, (&moved, &then)))
            .map(Loss::told)
            .collect();
        if lost.is_empty() {
            return Ok(());
        }
        let found = DiffError::not_proven("rows or values are lost, and the plan does not say so");
        Err(NotProven { differences: lost, ..found }.into())
    }

    /// After the rollback everything is as it was, but for what the migration has dropped.
    fn come_back(&self, was: &Data, is: &Data, legs: &mut [Leg]) -> Result<(), DiffError> {
        let claimed = self.claimed();
        let changed = self.changed_columns();
        let (was, is) = (&self.comparable(was), &self.comparable(is));
        let mut lost = Vec::new();
        for loss in was.losses(is, true).iter().filter(|loss| !claimed.covers(loss)) {
            match legs.first_mut() {
                // a type that does not hold what the other one held
                Some(leg) if excused(loss, &changed, (was, is)) => {
                    if !matches!(loss, Loss::Values { touched: true, .. }) {
                        leg.class.also_loses(format!("`{}`", loss.object()));
                    }
                }
                _ => lost.push(loss.told()),
            }
        }
        if lost.is_empty() {
            return Ok(());
        }
        let found = DiffError::not_proven("the rollback does not bring back what was there");
        Err(NotProven { differences: lost, ..found }.into())
    }
}

/// A way back that does not work is none.
fn give_up(legs: &mut [Leg], found: &NotProven) {
    for leg in legs {
        if leg.returns() {
            leg.class = Class::Irreversible { why: found.brief() };
            leg.rollback.comment_out();
        }
    }
}

/// It happened where rows are.
fn rows(error: DiffError) -> DiffError {
    match error {
        DiffError::NotProven(mut found) => {
            found.with_rows = true;
            DiffError::NotProven(found)
        }
        other => other,
    }
}

fn left_out(sides: &Sides<'_>) -> Vec<String> {
    let platform = if sides.platform { meshhook_schema::PLATFORM_SCHEMAS } else { &[] };
    platform.iter().chain(&["meshhook_ops", "supabase_migrations"]).map(|name| (*name).to_owned()).collect()
}

/// The file of every table.
async fn relations(conn: &mut PgConnection) -> Result<BTreeMap<String, i64>, DiffError> {
    let doing = "look at the tables' files";
    let sql = "SELECT n.nspname || '.' || c.relname, c.relfilenode::int8 FROM pg_catalog.pg_class AS c \
               JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
               WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
    let rows = fetch(conn, sql).await.map_err(DiffError::query(doing))?;
    let pairs = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    pairs.collect::<Result<_, sqlx::Error>>().map_err(DiffError::query(doing))
}

/// A database on its way.
struct Trip<'t> {
    draft: &'t Draft<'t>,
    sides: &'t Sides<'t>,
    conn: &'t mut PgConnection,
}

impl Trip<'_> {
    /// There for the first time. The states after each step.
    async fn there(&mut self, ways: &[(Way, Vec<&Statement>)]) -> Result<Vec<Catalog>, DiffError> {
        let mut states = Vec::new();
        for (at, (way, _)) in ways.iter().enumerate() {
            let name = if ways.len() > 1 { format!("up {}", at + 1) } else { "up".to_owned() };
            self.run(way, &name).await.map_err(|error| failed("the way there fails", error))?;
            states.push(self.read().await?);
        }
        if ways.is_empty() {
            states.push(self.read().await?);
        }
        let last = states.last().map(|is| differences(&self.sides.to, is)).unwrap_or_default();
        equal("the way there does not lead to what is wanted", &last)?;
        Ok(states)
    }

    async fn up(&mut self, legs: &[Leg], what: &str) -> Result<(), DiffError> {
        for (at, leg) in legs.iter().enumerate() {
            let name = if legs.len() > 1 { format!("up {}", at + 1) } else { "up".to_owned() };
            self.run(&leg.up, &name).await.map_err(|error| failed(&format!("{what} fails"), error))?;
        }
        Ok(())
    }

    /// All the way back, and everything is as it was.
    async fn back(&mut self, legs: &[Leg], what: &str) -> Result<(), DiffError> {
        for (at, leg) in legs.iter().enumerate().rev() {
            let name = if legs.len() > 1 { format!("rollback {}", at + 1) } else { "rollback".to_owned() };
            self.run(&leg.rollback, &name).await.map_err(|error| failed(&format!("{what} fails"), error))?;
        }
        let is = self.read().await?;
        equal(&format!("{what} does not lead back"), &differences(&self.sides.from, &is))
    }

    async fn arrived(&mut self, what: &str) -> Result<(), DiffError> {
        let is = self.read().await?;
        equal(&format!("{what} something else"), &differences(&self.sides.to, &is))
    }

    async fn run(&mut self, way: &Way, name: &str) -> Tried {
        let script = way.script(&format!("{name}.sql"));
        run_script(self.conn, &script, OwnTransaction::Refuse).await.map(drop)
    }

    async fn read(&mut self) -> Result<Catalog, DiffError> {
        read(self.conn, &self.sides.scope, &self.draft.sides.request.runtime, "the sandbox").await
    }
}

fn failed(what: &str, error: ScriptError) -> DiffError {
    NotProven { error: Some(error), ..DiffError::not_proven(what) }.into()
}

fn equal(what: &str, differences: &[Difference]) -> Result<(), DiffError> {
    if differences.is_empty() {
        return Ok(());
    }
    let differences = differences.iter().map(|difference| difference.tell(Told::Found)).collect();
    Err(NotProven { differences, ..DiffError::not_proven(what) }.into())
}
