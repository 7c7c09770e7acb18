//! One row: a value for each column that needs or deserves one.

use super::order::needed;
use super::pool::pool;
use super::shape::{Column, Key, Shape, Table};
use super::solve::{Condition, Group, Problem, solve_all};
use super::values::{self, Place};
use crate::sql::literal;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Rows other tables may refer to: the text of each referenced column, by table.
pub(crate) type Parents = HashMap<i64, Vec<BTreeMap<String, Option<String>>>>;

/// A table, the conditions on its rows and how they hang together.
pub(crate) struct Plan<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) table: &'a Table,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) groups: Vec<Group>,
    /// Keys are agreed in advance, see [`super::order::Turn`].
    pub(crate) agreed_keys: bool,
    /// The number of the first row that is made: it refers to the first of its parents, which are the newest.
    pub(crate) first: u32,
}

/// Expressions by column. Columns that are not there get their default.
pub(crate) type Values = BTreeMap<String, String>;

impl Plan<'_> {
    /// The rows with these numbers, from 1.
    pub(crate) async fn rows(
        &self,
        conn: &mut PgConnection,
        numbers: Range<u32>,
        parents: &Parents,
    ) -> Result<Vec<Values>, sqlx::Error> {
        let mut rows = Vec::new();
        let mut asked = Vec::new();
        let mut problems = Vec::new();
        for (at, number) in numbers.clone().enumerate() {
            let referring = self.referring(number, parents);
            rows.push(self.plain_row(number, &referring));
            for group in &self.groups {
                if let Some(problem) = self.problem(group, number, &referring, false) {
                    asked.push((at, number, group));
                    problems.push(problem);
                }
            }
        }
        let solved = solve_all(conn, &problems).await?;
        for ((at, number, group), choice) in asked.into_iter().zip(solved) {
            let choice = match choice {
                Some(choice) => choice,
                // A condition of the other shape may not even be understood here.
                None => {
                    let own = self.problem(group, number, &self.referring(number, parents), true);
                    solve_all(conn, own.as_slice()).await?.pop().flatten().unwrap_or_default()
                }
            };
            let may_write =
                |name: &String| self.table.column(name).is_some_and(|column| self.may_write(column));
            rows[at].extend(choice.into_iter().filter(|(name, _)| may_write(name)));
        }
        Ok(rows)
    }

    /// A row as if there were no conditions.
    fn plain_row(&self, number: u32, referring: &Values) -> Values {
        let mut row = Values::new();
        for (index, column) in self.table.columns.iter().enumerate() {
            let place = Place { row: number, column: index as u32 };
            if let Some(value) = referring.get(&column.name) {
                row.insert(column.name.clone(), value.clone());
            } else if self.wants_value(column) {
                row.extend(self.plain(column, place).map(|value| (column.name.clone(), value)));
            }
        }
        row
    }

    /// The same row with only what the table insists on.
    pub(crate) fn least(&self, row: &Values) -> Values {
        let insisted = |name: &String| {
            self.table
                .column(name)
                .is_some_and(|column| self.shape.refuses_null(column) && column.default.is_none())
        };
        row.iter()
            .filter(|(name, _)| insisted(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn problem(&self, group: &Group, number: u32, referring: &Values, own_only: bool) -> Option<Problem> {
        let borrowed_from = self.conditions.len() - self.table.borrowed_checks.len();
        let conditions: Vec<&Condition> = group
            .conditions
            .iter()
            .filter(|index| !own_only || **index < borrowed_from)
            .filter_map(|index| self.conditions.get(*index))
            .collect();
        let mut pools = BTreeMap::new();
        for (index, column) in self.table.columns.iter().enumerate() {
            if !group.columns.contains(&column.name) {
                continue;
            }
            let place = Place { row: number, column: index as u32 };
            let values = match referring.get(&column.name) {
                Some(value) => vec![value.clone()],
                None if column.generated => return None,
                None => self.pool(column, place, &conditions),
            };
            pools.insert(column.name.clone(), values);
        }
        Problem::new(&pools, &conditions)
    }

    fn pool(&self, column: &Column, place: Place, conditions: &[&Condition]) -> Vec<String> {
        if !self.may_write(column) {
            return self.plain(column, place).into_iter().collect();
        }
        let mut all: Vec<String> = Vec::new();
        for condition in conditions.iter().filter(|condition| condition.speaks_of(&column.name)) {
            for value in pool(self.shape, column, place, &condition.words) {
                if !all.contains(&value) {
                    all.push(value);
                }
            }
        }
        // NULL is a last resort, and a default is none for a column that tells rows apart.
        all.sort_by_key(|value| value.starts_with("NULL::"));
        if self.table.in_unique(&column.name) && column.default.is_some() && all.len() > 1 {
            all.rotate_left(1);
            all.sort_by_key(|value| value.starts_with("NULL::"));
        }
        all
    }

    fn plain(&self, column: &Column, place: Place) -> Option<String> {
        let text = values::own_text(self.shape, column, place)?;
        Some(format!("{}::{}", literal(&text), values::cast_type(self.shape, column)))
    }

    /// Whether a value of ours may stand there at all.
    fn may_write(&self, column: &Column) -> bool {
        !column.generated && (self.agreed_keys || !column.is_numbered())
    }

    /// A default is what the authors think right, so it is taken, except where rows have to differ.
    fn wants_value(&self, column: &Column) -> bool {
        self.may_write(column)
            && (column.default.is_none() || column.is_numbered() || self.table.in_unique(&column.name))
    }

    /// Values of columns that refer to rows of other tables.
    fn referring(&self, number: u32, parents: &Parents) -> Values {
        let mut keys: Vec<&Key> = self.table.keys.iter().collect();
        // The widest first: (project, workflow) also settles what (project) alone refers to.
        keys.sort_by_key(|key| std::cmp::Reverse(key.columns.len()));
        let mut texts: BTreeMap<&str, Option<String>> = BTreeMap::new();
        for key in keys {
            if key.columns.iter().all(|column| texts.contains_key(column.as_str())) {
                continue;
            }
            let nobody = Vec::new();
            let rows = if key.target == self.table.oid {
                &nobody
            } else {
                parents.get(&key.target).unwrap_or(&nobody)
            };
            let fits = |row: &&BTreeMap<String, Option<String>>| {
                key.columns.iter().zip(&key.target_columns).all(|(mine, theirs)| {
                    let value = row.get(theirs).and_then(Option::as_ref);
                    value.is_some() && texts.get(mine.as_str()).is_none_or(|text| text.as_ref() == value)
                })
            };
            let fitting: Vec<_> = rows.iter().filter(fits).collect();
            if let Some(row) = fitting.get(number.saturating_sub(self.first) as usize % fitting.len().max(1))
            {
                for (mine, theirs) in key.columns.iter().zip(&key.target_columns) {
                    texts.insert(mine, row.get(theirs).cloned().flatten());
                }
            } else if !needed(self.shape, self.table, key) {
                let free = key.columns.iter().filter(|name| {
                    self.table.column(name).is_some_and(|column| !self.shape.refuses_null(column))
                });
                for name in free {
                    texts.entry(name).or_insert(None);
                }
            }
        }
        let columns = &self.table.columns;
        texts
            .into_iter()
            .filter_map(|(name, text)| {
                let column =
                    columns.iter().find(|column| column.name == name).filter(|column| !column.generated)?;
                let cast = values::cast_type(self.shape, column);
                let value = text.map_or("NULL".to_owned(), |text| literal(&text));
                Some((name.to_owned(), format!("{value}::{cast}")))
            })
            .collect()
    }
}
