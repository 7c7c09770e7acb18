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

/// Columns to choose values for, and what the choice has to satisfy.
pub(crate) struct Problem {
    /// Expressions worth trying, likeliest first.
    pools: BTreeMap<String, Vec<String>>,
    condition: String,
}

/// An expression for each column of a problem.
pub(crate) type Choice = BTreeMap<String, String>;

impl Problem {
    /// `None` when there is nothing to choose from.
    pub(crate) fn new(pools: &BTreeMap<String, Vec<String>>, conditions: &[&Condition]) -> Option<Problem> {
        let pools = shortened(pools);
        let hopeless = pools.is_empty() || conditions.is_empty() || pools.values().any(Vec::is_empty);
        let conditions: Vec<String> = conditions.iter().map(|condition| condition.sql()).collect();
        (!hopeless).then(|| Problem { pools, condition: conditions.join(" AND ") })
    }

    fn places(&self) -> Vec<String> {
        (0..self.pools.len()).map(|index| format!("\"meshhook at {index}\"")).collect()
    }

    /// The places of the first combination that passes, likeliest first.
    fn query(&self, condition: &str) -> String {
        let tables: Vec<String> = self
            .pools
            .iter()
            .enumerate()
            .map(|(index, (column, pool))| {
                let values: Vec<String> =
                    pool.iter().enumerate().map(|(at, value)| format!("({at}, {value})")).collect();
                let (values, column) = (values.join(", "), quote(column));
                format!("(VALUES {values}) AS \"meshhook {index}\" (\"meshhook at {index}\", {column})")
            })
            .collect();
        let (list, sum) = (self.places().join(", "), self.places().join(" + "));
        let from = tables.join(" CROSS JOIN ");
        format!("(SELECT ARRAY[{list}]::int4[] FROM {from} WHERE {condition} ORDER BY {sum} LIMIT 1)")
    }

    fn choice(&self, places: &[i32]) -> Choice {
        let at = |pool: &Vec<String>, place: &i32| {
            usize::try_from(*place).ok().and_then(|at| pool.get(at).cloned())
        };
        let chosen = self.pools.iter().zip(places);
        chosen.filter_map(|((column, pool), place)| Some((column.clone(), at(pool, place)?))).collect()
    }

    /// By itself: where a combination raises an error instead of being false, each gets a query of its own.
    async fn solve(&self, conn: &mut PgConnection) -> Result<Option<Choice>, sqlx::Error> {
        if let Ok(mut found) = guarded(conn, &[self.query(&self.condition)]).await? {
            return Ok(found.pop().flatten().map(|places| self.choice(&places)));
        }
        let sizes: Vec<usize> = self.pools.values().map(Vec::len).collect();
        for combination in combinations(&sizes).into_iter().take(MOST_SINGLE_TRIES) {
            let only: Vec<String> =
                self.places().iter().zip(&combination).map(|(place, at)| format!("{place} = {at}")).collect();
            // In a CASE: Postgres may reorder what AND joins, but not this.
            let single = format!("CASE WHEN {} THEN {} ELSE false END", only.join(" AND "), self.condition);
            if let Ok(mut found) = guarded(conn, &[self.query(&single)]).await?
                && let Some(places) = found.pop().flatten()
            {
                return Ok(Some(self.choice(&places)));
            }
        }
        Ok(None)
    }
}

/// Solves the problems in one query, or one by one where that raises an error.
///
/// Runs inside the caller's transaction, under a savepoint of its own.
pub(crate) async fn solve_all(
    conn: &mut PgConnection,
    problems: &[Problem],
) -> Result<Vec<Option<Choice>>, sqlx::Error> {
    if problems.is_empty() {
        return Ok(Vec::new());
    }
    let queries: Vec<String> = problems.iter().map(|problem| problem.query(&problem.condition)).collect();
    if let Ok(found) = guarded(conn, &queries).await? {
        let choices = problems.iter().zip(found);
        return Ok(choices.map(|(problem, places)| places.map(|places| problem.choice(&places))).collect());
    }
    let mut solved = Vec::new();
    for problem in problems {
        solved.push(problem.solve(conn).await?);
    }
    Ok(solved)
}

/// One column for each query. The inner error: Postgres raised one.
async fn guarded(
    conn: &mut PgConnection,
    queries: &[String],
) -> Result<Result<Vec<Option<Vec<i32>>>, ()>, sqlx::Error> {
    match fetch(conn, format!("SAVEPOINT solve; SELECT {}; RELEASE SAVEPOINT solve", queries.join(", ")))
        .await
    {
        Ok(rows) => {
            let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
            (0..queries.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>().map(Ok)
        }
        Err(sqlx::Error::Database(_)) => {
            run(conn, "ROLLBACK TO SAVEPOINT solve").await?;
            Ok(Err(()))
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
