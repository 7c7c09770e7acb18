//! The rows of a database at one moment, and what became of them.

use crate::rows::{Shape, Table};
use crate::sql::{fetch, literal, quote, run};
use serde::Deserialize;
use sqlx::Row;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many rows a table's rows are kept by value; beyond, only their number and a hash over all.
const KEPT: u32 = 2000;

/// Ledgers of other tools: their rows come and go with migrations.
const LEDGERS: [&str; 3] = ["_sqlx_migrations", "schema_migrations", "__diesel_schema_migrations"];

/// One row, each value as text. The order of columns is not kept.
pub(crate) type Values = BTreeMap<String, Option<String>>;

/// The rows of each table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Data {
    tables: BTreeMap<String, Contents>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Contents {
    count: i64,
    hash: String,
    rows: Option<Vec<Values>>,
    /// Columns that hold a time, when a trigger on updates may set them.
    touched: Vec<String>,
}

/// Rows or values that are not as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Rows that are gone.
    Rows { table: String, count: usize },
    /// Values of a column that differ or are gone.
    Values { table: String, column: String, count: usize, touched: bool },
    /// Rows that were not there.
    Extra { table: String, count: usize },
}

#[derive(Deserialize)]
struct Answer(Vec<Option<Values>>);

impl Data {
    /// Reads all rows of the project's tables, in one query.
    pub(crate) async fn read(
        conn: &mut PgConnection,
        shape: &Shape,
        leave_out: &[String],
    ) -> Result<Data, sqlx::Error> {
        let tables: Vec<&Table> = shape
            .tables
            .iter()
            .filter(|table| !table.partition && !leave_out.contains(&table.schema))
            .filter(|table| !LEDGERS.contains(&table.name.as_str()))
            .collect();
        if tables.is_empty() {
            return Ok(Data::default());
        }
        run(conn, "BEGIN READ ONLY; SET LOCAL TimeZone = 'UTC'; SET LOCAL jit = off").await?;
        let all: Vec<String> = tables.iter().map(|table| query(table, false)).collect();
        let found = match fetch(conn, format!("SAVEPOINT data; {}", all.join(" UNION ALL "))).await {
            Ok(rows) => rows,
            // A value that JSON cannot hold, or a table that has gone meanwhile: each table by itself.
            Err(sqlx::Error::Database(_)) => {
                let mut rows = Vec::new();
                for table in &tables {
                    for plain in [false, true] {
                        run(conn, "ROLLBACK TO SAVEPOINT data").await?;
                        match fetch(conn, query(table, plain)).await {
                            Ok(found) => {
                                rows.extend(found);
                                break;
                            }
                            Err(sqlx::Error::Database(_)) => {}
                            Err(error) => return Err(error),
                        }
                    }
                }
                run(conn, "ROLLBACK TO SAVEPOINT data").await?;
                rows
            }
            Err(error) => return Err(error),
        };
        run(conn, "COMMIT").await?;
        let mut data = Data::default();
        for row in &found {
            let name: String = row.try_get(0)?;
            let rows: Option<String> = row.try_get(3)?;
            let rows = rows
                .map(|rows| serde_json::from_str::<Answer>(&rows))
                .transpose()
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            let touched = tables
                .iter()
                .find(|table| table.plain_name() == name && table.touched_by_triggers)
                .map(|table| table.columns.iter().filter(|column| column.sql_type.starts_with("timestamp")))
                .map(|columns| columns.map(|column| column.name.clone()).collect())
                .unwrap_or_default();
            let contents = Contents {
                count: row.try_get(1)?,
                hash: row.try_get(2)?,
                rows: rows.map(|rows| rows.0.into_iter().map(Option::unwrap_or_default).collect()),
                touched,
            };
            data.tables.insert(name, contents);
        }
        Ok(data)
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.tables.get(table).map_or(0, |contents| contents.count)
    }

    /// The same rows under other names: of tables, and of their columns by the tables' new names.
    pub(crate) fn renamed(
        self,
        table: impl Fn(&str) -> String,
        column: impl Fn(&str, &str) -> String,
    ) -> Data {
        let rename = |(name, mut contents): (String, Contents)| {
            let name = table(&name);
            for row in contents.rows.iter_mut().flatten() {
                *row = std::mem::take(row)
                    .into_iter()
                    .map(|(key, value)| (column(&name, &key), value))
                    .collect();
            }
            contents.touched = contents.touched.iter().map(|key| column(&name, key)).collect();
            (name, contents)
        };
        Data { tables: self.tables.into_iter().map(rename).collect() }
    }

    /// The same rows without these columns, each as `schema.table.column`.
    pub(crate) fn without(&self, columns: &BTreeSet<String>) -> Data {
        let mut data = self.clone();
        for (table, contents) in data.tables.iter_mut().filter(|_| !columns.is_empty()) {
            let rows = contents.rows.iter_mut().flatten();
            rows.for_each(|row| row.retain(|column, _| !columns.contains(&format!("{table}.{column}"))));
        }
        data
    }

    /// The same rows without these attributes of composite values, wherever they are in these columns.
    pub(crate) fn without_attributes(&self, columns: &BTreeSet<String>, names: &BTreeSet<String>) -> Data {
        let mut data = self.clone();
        for (table, contents) in data.tables.iter_mut().filter(|_| !names.is_empty()) {
            for (column, value) in contents.rows.iter_mut().flatten().flatten() {
                let of_type = columns.contains(&format!("{table}.{column}"));
                let Some(text) = value.as_mut().filter(|_| of_type) else { continue };
                if let Ok(mut json) = serde_json::from_str(text) {
                    leave_out(&mut json, names);
                    *text = json.to_string();
                }
            }
        }
        data
    }

    /// What is not in `later` as it is here. With `more_allowed`, rows that have been added are no difference.
    pub(crate) fn losses(&self, later: &Data, more_allowed: bool) -> Vec<Loss> {
        let mut losses = Vec::new();
        for (name, before) in self.tables.iter().filter(|(_, before)| before.count > 0) {
            match later.tables.get(name) {
                Some(after) => losses.extend(before.losses(name, after, more_allowed)),
                None => losses.push(Loss::Rows { table: name.clone(), count: count(before.count) }),
            }
        }
        if !more_allowed {
            let come = later.tables.iter().filter(|(_, after)| after.count > 0);
            for (name, after) in
                come.filter(|(name, _)| self.tables.get(*name).is_some_and(|before| before.count == 0))
            {
                losses.push(Loss::Extra { table: name.clone(), count: count(after.count) });
            }
        }
        losses
    }

    /// Whether the values that `loss` is about are somewhere in here: in their old place, or in a table or column that
    /// `before` did not have, because the migration moved them.
    pub(crate) fn still_has(&self, before: &Data, loss: &Loss) -> bool {
        let (table, column) = match loss {
            Loss::Rows { table, .. } => (table, None),
            Loss::Values { table, column, .. } => (table, Some(column)),
            Loss::Extra { .. } => return false,
        };
        let Some(rows) = before.tables.get(table).and_then(|contents| contents.rows.as_ref()) else {
            return false;
        };
        let columns: Vec<&String> = match column {
            Some(column) => vec![column],
            None => rows.iter().flat_map(BTreeMap::keys).collect(),
        };
        let wanted = |column: &str| sorted(rows, column);
        let here = self.tables.get(table).and_then(|contents| contents.rows.as_ref());
        if here
            .is_some_and(|here| columns.iter().all(|column| contains(&sorted(here, column), &wanted(column))))
        {
            return true;
        }
        let mut fresh: Vec<Vec<Option<&str>>> = Vec::new();
        for (name, contents) in &self.tables {
            let Some(rows) = &contents.rows else { continue };
            let old = before.tables.get(name).and_then(|contents| contents.rows.as_ref());
            let was = |name: &String| old.is_some_and(|old| old.iter().any(|row| row.contains_key(name)));
            let names: BTreeSet<&String> =
                rows.iter().flat_map(BTreeMap::keys).filter(|name| !was(name)).collect();
            fresh.extend(names.into_iter().map(|name| sorted(rows, name)));
        }
        columns.iter().all(|column| fresh.iter().any(|values| contains(values, &wanted(column))))
    }
}

fn leave_out(json: &mut serde_json::Value, names: &BTreeSet<String>) {
    match json {
        serde_json::Value::Object(attributes) => {
            attributes.retain(|name, _| !names.contains(name));
            attributes.values_mut().for_each(|value| leave_out(value, names));
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| leave_out(value, names)),
        _ => {}
    }
}

impl Contents {
    fn losses(&self, table: &str, after: &Contents, more_allowed: bool) -> Vec<Loss> {
        let (Some(old), Some(new)) = (&self.rows, &after.rows) else {
            let fewer = count(self.count - after.count.min(self.count));
            let changed =
                fewer == 0 && !more_allowed && (self.hash != after.hash || self.count != after.count);
            return match (fewer, changed) {
                (0, false) => Vec::new(),
                (0, true) => {
                    vec![Loss::Values {
                        table: table.to_owned(),
                        column: "*".to_owned(),
                        count: 1,
                        touched: false,
                    }]
                }
                _ => vec![Loss::Rows { table: table.to_owned(), count: fewer }],
            };
        };
        let mut open_new: Vec<&Values> = new.iter().collect();
        let mut open_old: Vec<&Values> = Vec::new();
        for row in old {
            // Columns that came are the catalog's business.
            let same = |other: &&Values| row.iter().all(|(column, value)| other.get(column) == Some(value));
            match open_new.iter().position(same) {
                Some(at) => drop(open_new.swap_remove(at)),
                None => open_old.push(row),
            }
        }
        let mut changed: BTreeMap<&String, usize> = BTreeMap::new();
        let mut gone = 0;
        let alike =
            |a: &Values, b: &Values| a.iter().filter(|(column, value)| b.get(*column) == Some(value)).count();
        for row in open_old {
            let best = (0..open_new.len()).max_by_key(|at| alike(row, open_new[*at]));
            match best
                .filter(|at| alike(row, open_new[*at]) > 0 || (row.len() == 1 && old.len() == new.len()))
            {
                Some(at) => {
                    let other = open_new.swap_remove(at);
                    for column in row.keys().filter(|column| other.get(*column) != row.get(*column)) {
                        *changed.entry(column).or_default() += 1;
                    }
                }
                None => gone += 1,
            }
        }
        let mut losses = Vec::new();
        if gone > 0 {
            losses.push(Loss::Rows { table: table.to_owned(), count: gone });
        }
        losses.extend(changed.into_iter().map(|(column, count)| Loss::Values {
            table: table.to_owned(),
            column: column.clone(),
            count,
            touched: self.touched.contains(column),
        }));
        if !more_allowed && !open_new.is_empty() {
            losses.push(Loss::Extra { table: table.to_owned(), count: open_new.len() });
        }
        losses
    }
}

impl Loss {
    /// The table or column it is about.
    pub(crate) fn object(&self) -> String {
        match self {
            Loss::Rows { table, .. } | Loss::Extra { table, .. } => table.clone(),
            Loss::Values { table, column, .. } => format!("{table}.{column}"),
        }
    }

    /// One sentence.
    pub(crate) fn told(&self) -> String {
        let object = self.object();
        match self {
            Loss::Rows { count, .. } => format!("{} of `{object}` lost", rows(*count)),
            Loss::Values { column, table, .. } if column == "*" => format!("values of `{table}` lost"),
            Loss::Values { count, .. } => format!("values of `{object}` lost in {}", rows(*count)),
            Loss::Extra { count, .. } => format!("{} still in `{object}` after the rollback", rows(*count)),
        }
    }
}

fn rows(count: usize) -> String {
    format!("{count} row{}", if count == 1 { "" } else { "s" })
}

fn count(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}

fn sorted<'a>(rows: &'a [Values], column: &str) -> Vec<Option<&'a str>> {
    let mut values: Vec<Option<&str>> =
        rows.iter().map(|row| row.get(column).and_then(Option::as_deref)).collect();
    values.sort_unstable();
    values
}

/// Whether each wanted value is there as often as wanted; both sorted.
fn contains(values: &[Option<&str>], wanted: &[Option<&str>]) -> bool {
    let mut values = values.iter();
    wanted.iter().all(|value| values.any(|other| other == value))
}

fn query(table: &Table, plain: bool) -> String {
    let name = table.sql_name();
    let from = if table.partitioned { name } else { format!("ONLY {name}") };
    // The alias is one that no column has, because a column would be taken before the row.
    let row = quote("the row");
    let (hashed, shown) = if plain {
        (format!("{row}::text"), format!("json_build_object('', {row}::text)"))
    } else {
        (
            format!("to_jsonb({row})::text"),
            format!("(SELECT json_object_agg(e.key, e.value) FROM jsonb_each_text(to_jsonb({row})) AS e)"),
        )
    };
    format!(
        "(SELECT {told}, count(*)::int8, coalesce(sum(hashtextextended({hashed}, 0)::numeric), 0)::text, \
         CASE WHEN count(*) <= {KEPT} THEN coalesce(json_agg({shown}), '[]')::text END FROM {from} AS {row})",
        told = literal(&table.plain_name()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(rows: &[&[(&str, &str)]]) -> Data {
        let rows: Vec<Values> = rows
            .iter()
            .map(|row| {
                row.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect()
            })
            .collect();
        let contents =
            Contents { count: rows.len() as i64, hash: String::new(), rows: Some(rows), touched: vec![] };
        Data { tables: BTreeMap::from([("public.t".to_owned(), contents)]) }
    }

    #[test]
    fn losses_name_rows_columns_and_what_is_left() {
        let before = data(&[&[("id", "1"), ("a", "x")], &[("id", "2"), ("a", "y")]]);
        for (after, more_allowed, told) in [
            (data(&[&[("id", "2"), ("a", "y")], &[("id", "1"), ("a", "x")]]), false, vec![]),
            (data(&[&[("id", "1"), ("a", "x")]]), false, vec!["1 row of `public.t` lost"]),
            (
                data(&[&[("id", "1"), ("a", "")], &[("id", "2"), ("a", "")]]),
                false,
                vec!["values of `public.t.a` lost in 2 rows"],
            ),
            (
                data(&[&[("id", "1"), ("a", "x")], &[("id", "2"), ("a", "y")], &[("id", "3"), ("a", "z")]]),
                false,
                vec!["1 row still in `public.t` after the rollback"],
            ),
            (
                data(&[&[("id", "1"), ("a", "x")], &[("id", "2"), ("a", "y")], &[("id", "3"), ("a", "z")]]),
                true,
                vec![],
            ),
            (Data::default(), false, vec!["2 rows of `public.t` lost"]),
        ] {
            let found: Vec<String> = before.losses(&after, more_allowed).iter().map(Loss::told).collect();
            assert_eq!(found, told);
        }
    }

    #[test]
    fn values_in_a_renamed_column_are_still_there() {
        let before = data(&[&[("id", "1"), ("a", "x")], &[("id", "2"), ("a", "y")]]);
        let loss = Loss::Values { table: "public.t".into(), column: "a".into(), count: 2, touched: false };
        assert!(data(&[&[("id", "1"), ("b", "x")], &[("id", "2"), ("b", "y")]]).still_has(&before, &loss));
        assert!(!data(&[&[("id", "1")], &[("id", "2")]]).still_has(&before, &loss));
    }
}
