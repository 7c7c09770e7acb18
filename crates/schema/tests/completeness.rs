//! Every column of `pg_catalog` is accounted for: `completeness/columns.txt` says what the reader makes of it, and the
//! cases of changes show it.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{ROLES, cases};
use meshhook_sandbox::testing::servers;
use meshhook_schema::{Catalog, Fact, Identity, Kind, Scope};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

const LIST: &str = include_str!("completeness/columns.txt");

const COLUMNS: &str = "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped";

/// One line of the list.
struct Line {
    table: &'static str,
    kinds: Vec<Kind>,
    column: &'static str,
    since: u16,
    before: u16,
    class: &'static str,
    what: &'static str,
}

impl Line {
    fn is_of(&self, major: u16) -> bool {
        self.since <= major && major < self.before
    }

    /// What it claims to be modelled as, on a server of this version, and whether a case shows it.
    fn claims(&self, major: u16) -> Vec<(&'static str, bool)> {
        if self.class != "modelled" {
            return Vec::new();
        }
        let claim = |text: &'static str| {
            let (text, shown) = text.strip_suffix('*').map_or((text, true), |text| (text, false));
            let (attribute, since) = text.split_once('@').unwrap_or((text, "0"));
            (major >= since.parse().unwrap()).then_some((attribute, shown))
        };
        self.what.split(", ").filter_map(claim).collect()
    }
}

fn list() -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut table, mut kinds) = ("", Vec::new());
    for line in LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Some(line) = line.strip_prefix("  ") else {
            let (name, nouns) = line.split_once(": ").unwrap();
            table = name;
            let nouns = nouns.split(", ").filter(|noun| *noun != "-");
            kinds = nouns.map(|noun| Kind::from_noun(noun).unwrap_or_else(|| panic!("{noun}"))).collect();
            continue;
        };
        let (column, mut rest) = line.split_once(' ').unwrap();
        let (mut since, mut before) = (0, u16::MAX);
        for (mark, bound) in [("since ", &mut since), ("before ", &mut before)] {
            if let Some((version, after)) = rest.strip_prefix(mark).and_then(|rest| rest.split_once(' ')) {
                (*bound, rest) = (version.parse().unwrap(), after);
            }
        }
        let (class, what) = rest.split_once(' ').unwrap_or_else(|| panic!("no reason: {line}"));
        assert!(["modelled", "derived", "ignored"].contains(&class), "{line}");
        lines.push(Line { table, kinds: kinds.clone(), column, since, before, class, what });
    }
    lines
}

/// What all cases together show: attributes by kind, and the rest of a fact under names of their own.
async fn shown(connection: &mut PgConnection, major: u16) -> BTreeSet<(Kind, &'static str)> {
    let mut shown = BTreeSet::new();
    for case in cases().iter().filter(|case| case.since <= major) {
        let mut transaction = connection.begin().await.unwrap();
        for sql in [&case.before, &case.change] {
            let done = transaction.execute(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
            done.unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let catalog = Catalog::read(&mut transaction, &Scope::project()).await.unwrap();
            catalog.facts().for_each(|(identity, fact)| show(identity, fact, &mut shown));
        }
        transaction.rollback().await.unwrap();
    }
    shown
}

fn show(identity: &Identity, fact: &Fact, shown: &mut BTreeSet<(Kind, &'static str)>) {
    shown.insert((identity.kind, "name"));
    shown.extend(fact.attributes.keys().map(|name| (identity.kind, *name)));
    let parts = [
        ("inherited_from", fact.inherited_from.is_some()),
        ("owned_by", fact.owned_by.is_some()),
        ("creates", fact.creates.is_some()),
    ];
    shown.extend(parts.iter().filter(|part| part.1).map(|part| (identity.kind, part.0)));
    if let (Kind::Grant, Some(parent)) = (identity.kind, &identity.parent) {
        shown.insert((parent.kind, "grant"));
    }
}

/// The columns that this server has and the list lacks, and the other way round.
fn unlisted(lines: &[Line], columns: &[String], major: u16) -> Vec<String> {
    let listed: BTreeMap<String, &Line> = lines
        .iter()
        .filter(|line| line.is_of(major))
        .map(|line| (format!("{}.{}", line.table, line.column), line))
        .collect();
    let whole = |column: &str| format!("{}.*", column.split('.').next().unwrap());
    let known: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
    let tables: BTreeSet<String> = columns.iter().map(|column| whole(column)).collect();
    let mut wrong: Vec<String> = known
        .iter()
        .filter(|column| !listed.contains_key(**column) && !listed.contains_key(&whole(column)))
        .map(|column| format!("{column} is not in the list"))
        .collect();
    let gone = listed.keys().filter(|column| !known.contains(column.as_str()) && !tables.contains(*column));
    wrong.extend(gone.map(|column| format!("{column} is in the list and not on the server")));
    wrong
}

#[tokio::test]
async fn every_column_of_the_catalog_is_accounted_for() {
    let lines = list();
    for server in servers().await {
        let database = server.create_bare().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        let columns: Vec<String> = sqlx::query_scalar(COLUMNS).fetch_all(&mut connection).await.unwrap();
        assert!(columns.len() > 500);
        let mut wrong = unlisted(&lines, &columns, server.major());

        connection.execute(ROLES).await.unwrap();
        let shown = shown(&mut connection, server.major()).await;
        let mut claimed = BTreeSet::new();
        for line in lines.iter().filter(|line| line.is_of(server.major())) {
            for (attribute, is_shown) in line.claims(server.major()) {
                claimed.extend(line.kinds.iter().map(|kind| (*kind, attribute)));
                let found = line.kinds.iter().any(|kind| shown.contains(&(*kind, attribute)));
                if found != is_shown {
                    let verb = if found { "is shown by a case" } else { "is shown by no case" };
                    wrong.push(format!("{}.{}: `{attribute}` {verb}", line.table, line.column));
                }
            }
        }
        let unclaimed = shown.difference(&claimed).filter(|(kind, attribute)| {
            // these two stand for the rows of ACLs and of nothing else
            *kind != Kind::Grant && *attribute != "creates"
        });
        wrong.extend(
            unclaimed.map(|(kind, attribute)| {
                format!("no column is said to be `{attribute}` of a {}", kind.noun())
            }),
        );
        assert!(wrong.is_empty(), "on {}:\n{}", server.describe(), wrong.join("\n"));
    }
}

#[test]
fn a_column_that_nobody_has_classified_is_found_and_so_is_one_that_is_gone() {
    let lines = list();
    let columns: Vec<String> = lines
        .iter()
        .filter(|line| line.is_of(18))
        .map(|line| format!("{}.{}", line.table, line.column))
        .collect();
    let mut columns: Vec<String> =
        columns.into_iter().filter(|column| column != "pg_class.relname").collect();
    assert_eq!(unlisted(&lines, &columns, 18), ["pg_class.relname is in the list and not on the server"]);
    columns.extend(["pg_class.relname".to_owned(), "pg_class.relnew".to_owned(), "pg_new.oid".to_owned()]);
    assert_eq!(
        unlisted(&lines, &columns, 18),
        ["pg_class.relnew is not in the list", "pg_new.oid is not in the list"]
    );
    assert!(
        lines
            .iter()
            .all(|line| line.class == "modelled" || line.what.split(' ').count() > 1 || line.what == "rows")
    );
}
