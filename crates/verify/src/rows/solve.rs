//! Finds values that satisfy the CHECK constraints of a row, by letting Postgres try combinations of likely ones.

use super::harvest::{Harvest, harvest};
use crate::sql::{fetch, quote, run};
use sqlx::Row;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The most combinations Postgres is asked to try at once.
const MOST_COMBINATIONS: usize = 4000;
/// The most that are tried one by one, when a combination makes a constraint raise an error.
const MOST_SINGLE_TRIES: usize = 60;

/// A condition on a row and the words in it.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) expr: String,
    pub(crate) words: Harvest,
    /// A CHECK passes when it is not false; a partition bound has to be true.
    pub(crate) strict: bool,
}

impl Condition {
    pub(crate) fn new(expr: String, strict: bool) -> Condition {
        Condition { words: harvest(&expr), expr, strict }
    }

    pub(crate) fn speaks_of(&self, column: &str) -> bool {
        self.words.names.contains(column)
    }

    fn sql(&self) -> String {
        format!("({}) {}", self.expr, if self.strict { "IS TRUE" } else { "IS NOT FALSE" })
    }
}

/// Columns that conditions tie together: they have to be chosen together.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) columns: BTreeSet<String>,
    /// Positions in the list of conditions.
    pub(crate) conditions: Vec<usize>,
}

/// Sorts conditions into groups that have no column in common.
pub(crate) fn groups(conditions: &[Condition], columns: &[&str]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, condition) in conditions.iter().enumerate() {
        let mine: BTreeSet<String> = columns
            .iter()
            .filter(|column| condition.speaks_of(column))
            .map(|column| (*column).to_owned())
            .collect();
        if mine.is_empty() {
            continue;
        }
        let mut merged = Group { columns: mine, conditions: vec![index] };
        let (touching, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| !group.columns.is_disjoint(&merged.columns));
        for group in touching {
            merged.columns.extend(group.columns);
            merged.conditions.extend(group.conditions);
        }
        groups = apart;
        groups.push(merged);
    }
    groups
}

/// The first combination of `pools` that passes, as an expression per column.
///
/// Runs inside the caller's transaction, under a savepoint of its own.
pub(crate) async fn solve(
    conn: &mut PgConnection,
    pools: &BTreeMap<String, Vec<String>>,
    conditions: &[&Condition],
) -> Result<Option<BTreeMap<String, String>>, sqlx::Error> {
    let pools = shortened(pools);
    let columns: Vec<&String> = pools.keys().collect();
    if pools.values().any(Vec::is_empty) || pools.is_empty() {
        return Ok(None);
    }
    let sizes: Vec<usize> = pools.values().map(Vec::len).collect();
    let from: Vec<String> = pools
        .iter()
        .enumerate()
        .map(|(index, (column, pool))| {
            let values: Vec<String> =
                pool.iter().enumerate().map(|(at, value)| format!("({at}, {value})")).collect();
            format!(
                "(VALUES {}) AS \"meshhook {index}\" (\"meshhook at {index}\", {})",
                values.join(", "),
                quote(column)
            )
        })
        .collect();
    let places: Vec<String> = (0..sizes.len()).map(|index| format!("\"meshhook at {index}\"")).collect();
    let conditions: Vec<String> = conditions.iter().map(|condition| condition.sql()).collect();
    let query = |condition: &str| {
        let (list, from, sum) = (places.join(", "), from.join(" CROSS JOIN "), places.join(" + "));
        format!("SELECT ARRAY[{list}]::int4[] FROM {from} WHERE {condition} ORDER BY {sum} LIMIT 1")
    };
    let condition = conditions.join(" AND ");
    let mut chosen = None;
    match guarded(conn, &query(&condition)).await? {
        Tried::Found(found) => chosen = Some(found),
        Tried::Nothing => {}
        // One of the combinations raises an error where it should just be false, so each gets a query of its own.
        Tried::Error => {
            for combination in combinations(&sizes).into_iter().take(MOST_SINGLE_TRIES) {
                let only: Vec<String> =
                    places.iter().zip(&combination).map(|(place, at)| format!("{place} = {at}")).collect();
                // In a CASE: Postgres may reorder what AND joins, but not this.
                let single = format!("CASE WHEN {} THEN {condition} ELSE false END", only.join(" AND "));
                if let Tried::Found(found) = guarded(conn, &query(&single)).await? {
                    chosen = Some(found);
                    break;
                }
            }
        }
    }
    Ok(chosen.map(|chosen| {
        columns
            .into_iter()
            .zip(chosen)
            .filter_map(|(column, at)| Some((column.clone(), pools[column].get(at)?.clone())))
            .collect()
    }))
}

enum Tried {
    Found(Vec<usize>),
    Nothing,
    Error,
}

async fn guarded(conn: &mut PgConnection, sql: &str) -> Result<Tried, sqlx::Error> {
    match fetch(conn, format!("SAVEPOINT solve; {sql}; RELEASE SAVEPOINT solve")).await {
        Ok(rows) => {
            let Some(row) = rows.first() else { return Ok(Tried::Nothing) };
            let places: Vec<i32> = row.try_get(0)?;
            Ok(Tried::Found(places.into_iter().filter_map(|at| usize::try_from(at).ok()).collect()))
        }
        Err(sqlx::Error::Database(_)) => {
            run(conn, "ROLLBACK TO SAVEPOINT solve").await?;
            Ok(Tried::Error)
        }
        Err(error) => Err(error),
    }
}

/// Every choice of one place per pool, likeliest first.
fn combinations(sizes: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for size in sizes {
        all = all
            .iter()
            .flat_map(|start| (0..*size).map(move |at| [start.as_slice(), &[at]].concat()))
            .collect();
    }
    all.sort_by_key(|combination| combination.iter().sum::<usize>());
    all
}

/// Shortens the longest pools until their product can be tried. NULL, the last of a pool, is kept.
fn shortened(pools: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut pools = pools.clone();
    loop {
        let product = pools.values().map(Vec::len).fold(1usize, |all, each| all.saturating_mul(each.max(1)));
        if product <= MOST_COMBINATIONS {
            return pools;
        }
        let Some(longest) = pools.values_mut().max_by_key(|pool| pool.len()) else { return pools };
        if longest.len() <= 2 {
            return pools;
        }
        longest.remove(longest.len() - 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_share_a_column_are_solved_together() {
        let conditions: Vec<Condition> = ["a < b", "c > 0", "b <> d", "now() IS NOT NULL"]
            .map(|expr| Condition::new(expr.to_owned(), false))
            .into();
        let mut found: Vec<Vec<String>> = groups(&conditions, &["a", "b", "c", "d"])
            .into_iter()
            .map(|group| group.columns.into_iter().collect())
            .collect();
        found.sort();
        assert_eq!(found, [vec!["a", "b", "d"], vec!["c"]]);
    }

    #[test]
    fn pools_shrink_to_what_can_be_tried_and_keep_null() {
        let long: Vec<String> = (0..200).map(|n| n.to_string()).chain(["NULL".to_owned()]).collect();
        let pools = BTreeMap::from([("a".to_owned(), long.clone()), ("b".to_owned(), long)]);
        let short = shortened(&pools);
        assert!(short["a"].len() * short["b"].len() <= MOST_COMBINATIONS);
        assert_eq!(short["a"].last().map(String::as_str), Some("NULL"));
    }
}
