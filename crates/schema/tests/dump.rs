//! The way from an empty database to a schema, as one script: it makes the same schema anew, and changes nothing when it
//! runs over itself.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::judge::{Seen, Side, left, pg_dump_of, run, told};
use common::{ROLES, pairs};
use meshhook_sandbox::testing::servers;
use meshhook_sandbox::{Database, Server};
use meshhook_schema::{Catalog, Options, Scope, compare, plan};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many schemas are worked on at a time.
const AT_ONCE: usize = 4;

/// Schemas that are known not to come back, with the cause. The test fails once one of them does.
const KNOWN: [(&str, &str); 1] = [(
    "not_null: a not valid not null of a partitioned table is valid in one partition, from",
    "a new partition has no rows, and its NOT NULL is valid",
)];

/// Why no schema that has one of these can be made from nothing.
const NOT_FROM_NOTHING: [(&str, &str); 1] =
    [("CREATE SUBSCRIPTION", "its connection string holds a password")];

/// A schema, and how it is told when it fails.
struct Schema {
    name: String,
    sql: String,
    /// Part of why there is no way to it, from elsewhere at least.
    refused: Option<String>,
}

/// Both sides of every pair that this server understands.
fn schemas(major: u16) -> Vec<Schema> {
    let filter = std::env::var("MESHHOOK_PAIRS").unwrap_or_default();
    let mut all = Vec::new();
    for pair in pairs().into_iter().filter(|pair| pair.fits(major)) {
        for (side, sql, refused) in [("from", pair.from, pair.refused_back), ("to", pair.to, pair.refused)] {
            let name = format!("{}: {}, {side}", pair.file, pair.name);
            let never = NOT_FROM_NOTHING.iter().find(|(made, _)| sql.contains(made));
            let refused = refused.or_else(|| never.map(|(_, why)| (*why).to_owned()));
            if name.contains(&filter) {
                all.push(Schema { name, sql, refused });
            }
        }
    }
    all
}

/// Restores the dump of one schema, twice over, and says what is other than it was.
async fn restored(
    server: &Server,
    pg_dump: Option<&Path>,
    empty: &Catalog,
    schema: &Schema,
) -> Option<String> {
    let tried = async {
        let source =
            Side::new(server, pg_dump, &[&schema.sql]).await.map_err(|error| format!("itself: {error}"))?;
        let options = Options { online: false };
        let sql = match (plan(empty, &source.seen.catalog, &options), &schema.refused) {
            (Ok(plan), _) => plan.sql(),
            (Err(error), Some(why)) if error.to_string().contains(why) => return Ok(()),
            (Err(error), _) => return Err(error.to_string()),
        };
        let mut copy = Side::new(server, None, &[]).await?;
        for round in ["", "over itself: "] {
            let done = run(&mut copy.connection, &sql).await;
            done.map_err(|error| format!("{round}{}\n{sql}", told(&error)))?;
            match pg_dump {
                Some(_) if round.is_empty() => copy.look(pg_dump).await?,
                _ => copy.seen = Seen { catalog: copy.read().await?, dump: None },
            }
            if let Some(left) = left(&copy.seen, &source.seen) {
                return Err(format!("{round}left:\n{left}{sql}"));
            }
            // a child that is made as one has the columns of its parent first, in the parent's order
            let children = source.seen.catalog.facts().any(|(_, fact)| !fact.list("parents").is_empty());
            if !children && !compare(&source.seen.catalog, &copy.seen.catalog).is_empty() {
                return Err(format!("{round}the columns have another order\n{sql}"));
            }
            assert_eq!(copy.seen.catalog.fingerprint(), source.seen.catalog.fingerprint());
        }
        Ok(())
    };
    let known = KNOWN.iter().find(|(name, _)| *name == schema.name);
    match (tried.await, known) {
        (Ok(()), None) | (Err(_), Some(_)) => None,
        (Ok(()), Some((_, why))) => {
            Some(format!("[{}] comes back: take it out of KNOWN ({why})", schema.name))
        }
        (Err(error), None) => Some(format!("[{}] {error}", schema.name)),
    }
}

async fn restore_all(server: Arc<Server>, pg_dump: Option<PathBuf>, schemas: Vec<Schema>) -> Vec<String> {
    let empty = Arc::new(Side::new(&server, None, &[]).await.unwrap().seen.catalog);
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for (number, schema) in schemas.into_iter().enumerate() {
        let (server, pg_dump, empty) = (Arc::clone(&server), pg_dump.clone(), Arc::clone(&empty));
        let gate = Arc::clone(&gate);
        tasks.spawn(async move {
            let _permit = gate.acquire().await;
            (number, restored(&server, pg_dump.as_deref(), &empty, &schema).await)
        });
    }
    let mut found = tasks.join_all().await;
    found.sort();
    found.into_iter().filter_map(|(_, failure)| failure).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_schema_of_the_pairs_can_be_dumped_and_restored() {
    for server in servers().await.into_iter().map(Arc::new) {
        let maintenance = server.create_bare().await.unwrap();
        let mut connection = maintenance.connect().await.unwrap();
        run(&mut connection, ROLES).await.unwrap();
        let schemas = schemas(server.major());
        let count = schemas.len();
        let failures = restore_all(Arc::clone(&server), pg_dump_of(&server), schemas).await;
        let server = server.describe();
        assert!(failures.is_empty(), "on {server}: {} of {count}\n\n{}", failures.len(), failures.join("\n"));
    }
}

/// The project's own reading of a database.
async fn read(database: &Database) -> Catalog {
    let scope = Scope::project().with_dependencies();
    Catalog::read(&mut database.connect().await.unwrap(), &scope).await.unwrap()
}

#[tokio::test]
async fn the_schema_of_the_project_can_be_dumped_and_restored() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../supabase/schemas");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for server in servers().await {
        let (source, copy) = (server.create().await.unwrap(), server.create().await.unwrap());
        let empty = read(&copy).await;
        let mut connection = source.connect().await.unwrap();
        run(&mut connection, "SET check_function_bodies = off").await.unwrap();
        for file in &files {
            run(&mut connection, &std::fs::read_to_string(file).unwrap()).await.unwrap();
        }
        let wanted = read(&source).await;
        let sql = plan(&empty, &wanted, &Options { online: false }).unwrap().sql();
        for _ in 0..2 {
            let done = run(&mut copy.connect().await.unwrap(), &sql).await;
            done.unwrap_or_else(|error| panic!("{}\n{sql}", told(&error)));
            let found = read(&copy).await;
            assert_eq!(compare(&wanted, &found), [], "on {}:\n{sql}", server.describe());
            assert_eq!(found.fingerprint(), wanted.fingerprint());
        }
        assert!(wanted.facts().count() > 300, "the schema was not read");
    }
}
