//! Writing the rows: one statement a table where all goes well, and patience where it does not.

use super::harvest::about_column;
use super::order::{Turn, turns};
use super::row::{Parents, Plan, Values};
use super::shape::{Check, Shape, Table};
use super::solve::{Condition, groups};
use crate::sql::{fetch, quote, run};
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use std::collections::{BTreeMap, BTreeSet};

/// Which rows are wanted.
#[derive(Debug, Clone)]
pub struct Fill<'a> {
    /// The database as it is now.
    pub shape: &'a Shape,
    /// The same database before or after the migration: rows suit its rules as well.
    pub also_suiting: Option<&'a Shape>,
    /// Schemas whose tables are not filled, unless a foreign key needs rows in one (`auth.users`).
    pub leave_out: &'a [String],
    /// Tables that already have rows get more.
    pub every_table: bool,
    /// Number of the first row. A second call starts where the first ended, so that rows differ.
    pub first: u32,
    /// Rows wanted in each table.
    pub count: u32,
}

/// What was written.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Rows made, by table.
    pub rows: BTreeMap<String, u32>,
    /// Tables that have no rows after all.
    pub unfilled: Vec<Unfilled>,
    /// Tables whose triggers refused the rows, which were then written with triggers off.
    pub without_triggers: Vec<String>,
}

/// A table that no row could be made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unfilled {
    /// `schema.table`.
    pub table: String,
    /// Postgres's word for why.
    pub reason: String,
}

/// How many other numbers a row is given when a unique constraint refuses it.
const OTHER_NUMBERS: u32 = 4;

impl Fill<'_> {
    /// Writes the rows in one transaction and commits it. An error is one of the connection, not of a row.
    pub async fn run(&self, conn: &mut PgConnection) -> Result<Filled, sqlx::Error> {
        let merged;
        let shape = match self.also_suiting {
            Some(other) => {
                merged = self.shape.suiting(other);
                &merged
            }
            None => self.shape,
        };
        let wanted = shape.within(|table| !self.leave_out.contains(&table.schema));
        let mut work = Work { fill: self, shape, parents: Parents::new(), filled: Filled::default() };
        run(
            conn,
            "BEGIN; SET LOCAL jit = off; SET LOCAL statement_timeout = '10s'; SET CONSTRAINTS ALL IMMEDIATE",
        )
        .await?;
        let occupied = occupied(conn, shape, &wanted).await?;
        for turn in turns(shape, &wanted) {
            let Some(table) = shape.by_oid(turn.table) else { continue };
            let has_rows = occupied.contains(&turn.table);
            if has_rows {
                work.remember(conn, table).await?;
            }
            if !has_rows || self.every_table {
                work.table(conn, table, turn, has_rows).await?;
            }
        }
        run(conn, "COMMIT").await?;
        Ok(work.filled)
    }
}

struct Work<'a> {
    fill: &'a Fill<'a>,
    shape: &'a Shape,
    parents: Parents,
    filled: Filled,
}

impl Work<'_> {
    async fn table(
        &mut self,
        conn: &mut PgConnection,
        table: &Table,
        turn: Turn,
        has_rows: bool,
    ) -> Result<(), sqlx::Error> {
        let plan = plan(self.shape, table, turn.in_cycle, self.fill.first);
        let numbers = self.fill.first..self.fill.first + self.fill.count;
        let rows = plan.rows(conn, numbers, &self.parents).await?;
        let made = match self.insert(conn, &plan, &rows, turn.in_cycle).await? {
            Ok(made) => made,
            Err(_) => self.one_by_one(conn, &plan, rows, turn, has_rows).await?,
        };
        if !made.is_empty() {
            self.filled.rows.insert(table.plain_name(), made.len() as u32);
        }
        // New rows first: a one-to-one key needs a parent that is not taken.
        let known = self.parents.entry(table.oid).or_default();
        known.splice(0..0, made);
        Ok(())
    }

    /// Row by row, each in other ways too before it is given up.
    async fn one_by_one(
        &mut self,
        conn: &mut PgConnection,
        plan: &Plan<'_>,
        rows: Vec<Values>,
        turn: Turn,
        has_rows: bool,
    ) -> Result<Vec<Parent>, sqlx::Error> {
        let mut made = Vec::new();
        let mut reason = None;
        for (number, row) in (self.fill.first..).zip(rows) {
            match self.one(conn, plan, row, number, turn).await? {
                Ok(row) => made.extend(row),
                Err(refusal) => reason = reason.or(Some(refusal)),
            }
        }
        if let Some(reason) = reason.filter(|_| made.is_empty() && !has_rows) {
            // A trigger on another table may have filled it meanwhile.
            if fetch(conn, format!("SELECT FROM {} LIMIT 1", plan.table.sql_name())).await?.is_empty() {
                self.filled.unfilled.push(Unfilled { table: plan.table.plain_name(), reason });
            } else {
                self.remember(conn, plan.table).await?;
            }
        }
        Ok(made)
    }

    async fn one(
        &mut self,
        conn: &mut PgConnection,
        plan: &Plan<'_>,
        row: Values,
        number: u32,
        turn: Turn,
    ) -> Result<Result<Vec<Parent>, String>, sqlx::Error> {
        let mut refusal = match self.insert(conn, plan, std::slice::from_ref(&row), turn.in_cycle).await? {
            Ok(made) => return Ok(Ok(made)),
            Err(refusal) => refusal,
        };
        let first = refusal.message.clone();
        for step in 1..=OTHER_NUMBERS {
            // unique_violation, exclusion_violation
            if !matches!(refusal.code.as_str(), "23505" | "23P01") {
                break;
            }
            let number = number + step * 10;
            let other = plan.rows(conn, number..number + 1, &self.parents).await?;
            match self.insert(conn, plan, &other, turn.in_cycle).await? {
                Ok(made) => return Ok(Ok(made)),
                Err(next) => refusal = next,
            }
        }
        let least = plan.least(&row);
        for (values, without_triggers) in [(&least, false), (&row, true), (&least, true)] {
            if let Ok(made) = self.insert(conn, plan, std::slice::from_ref(values), without_triggers).await? {
                let name = plan.table.plain_name();
                if without_triggers && !self.filled.without_triggers.contains(&name) {
                    self.filled.without_triggers.push(name);
                }
                return Ok(Ok(made));
            }
        }
        Ok(Err(first))
    }

    /// One INSERT under a savepoint. The inner error is Postgres refusing the rows.
    async fn insert(
        &self,
        conn: &mut PgConnection,
        plan: &Plan<'_>,
        rows: &[Values],
        without_triggers: bool,
    ) -> Result<Result<Vec<Parent>, Refusal>, sqlx::Error> {
        let returning = referenced(self.shape, plan.table);
        let role = if without_triggers { "SET LOCAL session_replication_role = replica; " } else { "" };
        let sql = format!("SAVEPOINT made; {role}{}", statement(plan.table, rows, &returning));
        let end = if without_triggers {
            "SET LOCAL session_replication_role = origin; RELEASE SAVEPOINT made"
        } else {
            "RELEASE SAVEPOINT made"
        };
        let refusal = match fetch(conn, sql).await {
            Ok(found) if found.len() == rows.len() => {
                run(conn, end).await?;
                return found
                    .iter()
                    .map(|row| parent(row, &returning))
                    .collect::<Result<Vec<_>, _>>()
                    .map(Ok);
            }
            Ok(_) => Refusal { code: String::new(), message: "a trigger drops the rows silently".to_owned() },
            Err(sqlx::Error::Database(error)) => Refusal {
                code: error.code().unwrap_or_default().into_owned(),
                message: error.message().to_owned(),
            },
            Err(error) => return Err(error),
        };
        run(conn, "ROLLBACK TO SAVEPOINT made; RELEASE SAVEPOINT made").await?;
        Ok(Err(refusal))
    }

    /// Takes note of rows that are there already, for those that will refer to them.
    async fn remember(&mut self, conn: &mut PgConnection, table: &Table) -> Result<(), sqlx::Error> {
        let returning = referenced(self.shape, table);
        if returning.is_empty() {
            return Ok(());
        }
        let sql = format!("SELECT {} FROM {} LIMIT 20", texts(&returning), table.sql_name());
        let rows = fetch(conn, sql).await?;
        let rows = rows.iter().map(|row| parent(row, &returning)).collect::<Result<Vec<_>, _>>()?;
        self.parents.insert(table.oid, rows);
        Ok(())
    }
}

type Parent = BTreeMap<String, Option<String>>;

struct Refusal {
    code: String,
    message: String,
}

fn plan<'a>(shape: &'a Shape, table: &'a Table, agreed_keys: bool, first: u32) -> Plan<'a> {
    let own = table.checks.iter().map(|check: &Check| check.expr.clone());
    let domains = table.columns.iter().flat_map(|column| {
        let name = quote(&column.name);
        shape.domain_checks(column.type_oid).into_iter().map(move |expr| about_column(expr, &name))
    });
    let mut conditions: Vec<Condition> = own.chain(domains).map(|expr| Condition::new(expr, false)).collect();
    if !table.partitions.is_empty() && table.partitions.iter().all(Option::is_some) {
        let leaves: Vec<&str> = table.partitions.iter().flatten().map(String::as_str).collect();
        conditions.push(Condition::new(format!("({})", leaves.join(") OR (")), true));
    }
    conditions.extend(table.borrowed_checks.iter().map(|check| Condition::new(check.expr.clone(), false)));
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let groups = groups(&conditions, &columns);
    Plan { shape, table, conditions, groups, agreed_keys, first }
}

/// Which of the tables have a row.
async fn occupied(
    conn: &mut PgConnection,
    shape: &Shape,
    wanted: &BTreeSet<i64>,
) -> Result<BTreeSet<i64>, sqlx::Error> {
    let asked: Vec<String> = wanted
        .iter()
        .filter_map(|oid| shape.by_oid(*oid))
        .map(|table| format!("SELECT {}::int8 WHERE EXISTS (SELECT FROM {})", table.oid, table.sql_name()))
        .collect();
    if asked.is_empty() {
        return Ok(BTreeSet::new());
    }
    fetch(conn, asked.join(" UNION ALL ")).await?.iter().map(|row| row.try_get(0)).collect()
}

/// The columns of a table that keys refer to.
fn referenced(shape: &Shape, table: &Table) -> Vec<String> {
    let all = shape.tables.iter().flat_map(|each| &each.keys).filter(|key| key.target == table.oid);
    let names: BTreeSet<&String> = all.flat_map(|key| &key.target_columns).collect();
    names.into_iter().cloned().collect()
}

fn texts(columns: &[String]) -> String {
    columns.iter().map(|name| format!("{}::text", quote(name))).collect::<Vec<_>>().join(", ")
}

fn statement(table: &Table, rows: &[Values], returning: &[String]) -> String {
    let columns: Vec<&String> = table
        .columns
        .iter()
        .map(|column| &column.name)
        .filter(|name| rows.iter().any(|row| row.contains_key(*name)))
        .collect();
    let returning = if returning.is_empty() { "1".to_owned() } else { texts(returning) };
    let name = table.sql_name();
    if columns.is_empty() {
        // DEFAULT VALUES takes no second row.
        let one = format!("INSERT INTO {name} DEFAULT VALUES RETURNING {returning}");
        return vec![one; rows.len()].join("; ");
    }
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let values: Vec<&str> =
                columns.iter().map(|name| row.get(*name).map_or("DEFAULT", String::as_str)).collect();
            format!("({})", values.join(", "))
        })
        .collect();
    let columns: Vec<String> = columns.into_iter().map(|name| quote(name)).collect();
    format!(
        "INSERT INTO {name} ({}) OVERRIDING SYSTEM VALUE VALUES {} RETURNING {returning}",
        columns.join(", "),
        lines.join(", ")
    )
}

fn parent(row: &PgRow, columns: &[String]) -> Result<Parent, sqlx::Error> {
    columns.iter().enumerate().map(|(at, name)| Ok((name.clone(), row.try_get(at)?))).collect()
}
