//! What a plan claims its statements cost, held against what a server is seen to do.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use common::ROLES;
use common::judge::run;
use meshhook_sandbox::Server;
use meshhook_sandbox::testing::servers;
use meshhook_schema::plan::{Hazard, Runs, Statement};
use meshhook_schema::{Catalog, Options, Scope, plan};
use sqlx::{Executor, PgConnection, Row};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// What every case begins with.
const BASE: &str = "
    CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE DOMAIN age AS integer;
    CREATE TABLE other (id integer PRIMARY KEY, b integer);
    CREATE TABLE t (id integer NOT NULL, a integer, b text, c varchar(10), m mood, g age);
    CREATE TABLE parted (id integer, at integer) PARTITION BY RANGE (at);
    CREATE TABLE part (id integer, at integer);
    CREATE TABLE above (id integer NOT NULL, a integer);
    CREATE VIEW v AS SELECT id FROM t;
    CREATE MATERIALIZED VIEW mv AS SELECT id FROM other;
    CREATE SEQUENCE s;
    INSERT INTO other SELECT n, n FROM generate_series(1, 50) n;
    INSERT INTO t SELECT n, n, n, n, 'sad', n FROM generate_series(1, 50) n;
    INSERT INTO part SELECT n, n FROM generate_series(1, 50) n;
    REFRESH MATERIALIZED VIEW mv;
";

/// A kind of action: what only the old schema has beyond the base, and what only the new one has.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("add column", "", "ALTER TABLE t ADD x integer"),
    ("add column with a constant default", "", "ALTER TABLE t ADD x integer DEFAULT 1"),
    ("add column with a stable default", "", "ALTER TABLE t ADD x timestamptz DEFAULT now()"),
    ("add column with a volatile default", "", "ALTER TABLE t ADD x float DEFAULT random()"),
    ("add column with a uuid", "", "ALTER TABLE t ADD x uuid DEFAULT gen_random_uuid()"),
    ("add stored column", "", "ALTER TABLE t ADD x integer GENERATED ALWAYS AS (a * 2) STORED"),
    ("add identity column", "", "ALTER TABLE t ADD x integer GENERATED ALWAYS AS IDENTITY"),
    ("drop column", "ALTER TABLE t ADD x integer", ""),
    ("drop column of a key", "ALTER TABLE t ADD x integer REFERENCES other", ""),
    ("integer to bigint", "", "ALTER TABLE t ALTER a TYPE bigint"),
    ("wider varchar", "", "ALTER TABLE t ALTER c TYPE varchar(20)"),
    ("varchar to text", "", "ALTER TABLE t ALTER c TYPE text"),
    ("narrower varchar", "", "ALTER TABLE t ALTER c TYPE varchar(5)"),
    ("set not null", "", "ALTER TABLE t ALTER a SET NOT NULL"),
    ("drop not null", "", "ALTER TABLE t ALTER id DROP NOT NULL"),
    ("set default", "", "ALTER TABLE t ALTER a SET DEFAULT 1"),
    ("drop default", "ALTER TABLE t ALTER a SET DEFAULT 1", ""),
    ("add identity", "", "ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY"),
    ("set storage", "", "ALTER TABLE t ALTER b SET STORAGE EXTERNAL"),
    ("set compression", "", "ALTER TABLE t ALTER b SET COMPRESSION pglz"),
    ("set statistics", "", "ALTER TABLE t ALTER a SET STATISTICS 50"),
    ("set column option", "", "ALTER TABLE t ALTER a SET (n_distinct = 5)"),
    ("add check", "", "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)"),
    ("add check not valid", "", "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID"),
    (
        "validate check",
        "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID",
        "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)",
    ),
    ("drop check", "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)", ""),
    ("add foreign key", "", "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES other"),
    (
        "validate foreign key",
        "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES other NOT VALID",
        "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES other",
    ),
    ("drop foreign key", "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES other", ""),
    (
        "change when a foreign key is checked",
        "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES other",
        "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES other DEFERRABLE",
    ),
    ("add primary key", "", "ALTER TABLE t ADD PRIMARY KEY (id)"),
    ("add unique", "", "ALTER TABLE t ADD CONSTRAINT x UNIQUE (a)"),
    ("drop unique", "ALTER TABLE t ADD CONSTRAINT x UNIQUE (a)", ""),
    ("add exclude", "", "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (a WITH =)"),
    ("create index", "", "CREATE INDEX x ON t (a)"),
    ("create index on a materialized view", "", "CREATE INDEX x ON mv (id)"),
    ("drop index", "CREATE INDEX x ON t (a)", ""),
    ("replace index", "CREATE INDEX x ON t (a)", "CREATE INDEX x ON t (b)"),
    ("set index option", "CREATE INDEX x ON t (a)", "CREATE INDEX x ON t (a) WITH (fillfactor = 50)"),
    ("cluster on", "CREATE INDEX x ON t (a)", "CREATE INDEX x ON t (a); ALTER TABLE t CLUSTER ON x"),
    ("replica identity", "", "ALTER TABLE t REPLICA IDENTITY FULL"),
    ("set table option", "", "ALTER TABLE t SET (fillfactor = 50)"),
    ("set autovacuum option", "", "ALTER TABLE t SET (autovacuum_enabled = false)"),
    ("set unlogged", "", "ALTER TABLE t SET UNLOGGED"),
    ("enable row security", "", "ALTER TABLE t ENABLE ROW LEVEL SECURITY"),
    ("create policy", "", "CREATE POLICY x ON t USING (true)"),
    ("alter policy", "CREATE POLICY x ON t USING (true)", "CREATE POLICY x ON t USING (a > 1)"),
    ("drop policy", "CREATE POLICY x ON t USING (true)", ""),
    ("create trigger", "", "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires()"),
    (
        "replace trigger",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires()",
        "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fires()",
    ),
    (
        "disable trigger",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires()",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires(); ALTER TABLE t DISABLE TRIGGER x",
    ),
    ("drop trigger", "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires()", ""),
    ("create rule", "", "CREATE RULE x AS ON DELETE TO t DO INSTEAD NOTHING"),
    ("drop rule", "CREATE RULE x AS ON DELETE TO t DO INSTEAD NOTHING", ""),
    ("create statistics", "", "CREATE STATISTICS x ON a, b FROM t"),
    ("drop statistics", "CREATE STATISTICS x ON a, b FROM t", ""),
    ("comment on table", "", "COMMENT ON TABLE t IS 'x'"),
    ("comment on column", "", "COMMENT ON COLUMN t.a IS 'x'"),
    ("comment on index", "CREATE INDEX x ON t (a)", "CREATE INDEX x ON t (a); COMMENT ON INDEX x IS 'x'"),
    (
        "comment on constraint",
        "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)",
        "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0); COMMENT ON CONSTRAINT x ON t IS 'x'",
    ),
    (
        "comment on trigger",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires()",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires(); COMMENT ON TRIGGER x ON t IS 'x'",
    ),
    ("grant", "", "GRANT SELECT ON t TO reader"),
    ("revoke", "GRANT SELECT ON t TO reader", ""),
    ("owner", "", "ALTER TABLE other OWNER TO keeper"),
    ("create table", "", "CREATE TABLE x (id integer)"),
    ("create table with a foreign key", "", "CREATE TABLE x (id integer REFERENCES other)"),
    ("create table that inherits", "", "CREATE TABLE x () INHERITS (above)"),
    ("create partition", "", "CREATE TABLE x PARTITION OF parted FOR VALUES FROM (1000) TO (2000)"),
    ("drop table", "CREATE TABLE x (id integer)", ""),
    ("drop table with a foreign key", "CREATE TABLE x (id integer REFERENCES other)", ""),
    ("drop partition", "CREATE TABLE x PARTITION OF parted FOR VALUES FROM (1000) TO (2000)", ""),
    ("attach partition", "", "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (0) TO (100)"),
    ("detach partition", "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (0) TO (100)", ""),
    (
        "inherit",
        "CREATE TABLE x (id integer NOT NULL, a integer)",
        "CREATE TABLE x (id integer NOT NULL, a integer); ALTER TABLE x INHERIT above",
    ),
    (
        "leave a parent",
        "CREATE TABLE x (id integer NOT NULL, a integer); ALTER TABLE x INHERIT above",
        "CREATE TABLE x (id integer NOT NULL, a integer)",
    ),
    (
        "add column to a parent",
        "CREATE TABLE x () INHERITS (above)",
        "CREATE TABLE x () INHERITS (above); ALTER TABLE above ADD x integer",
    ),
    ("create view", "", "CREATE VIEW x AS SELECT id FROM t"),
    ("replace view", "CREATE VIEW x AS SELECT id FROM t", "CREATE VIEW x AS SELECT id FROM t WHERE a > 1"),
    ("view with other columns", "CREATE VIEW x AS SELECT id, a FROM t", "CREATE VIEW x AS SELECT a FROM t"),
    ("drop view", "CREATE VIEW x AS SELECT id FROM t", ""),
    ("drop materialized view", "CREATE MATERIALIZED VIEW x AS SELECT id FROM t", ""),
    ("add enum value", "", "ALTER TYPE mood ADD VALUE 'mad'"),
    ("remove enum value", "ALTER TYPE mood ADD VALUE 'mad'", ""),
    ("add domain check", "", "ALTER DOMAIN age ADD CONSTRAINT x CHECK (VALUE > 0)"),
    ("domain not null", "", "ALTER DOMAIN age SET NOT NULL"),
    ("alter sequence", "", "ALTER SEQUENCE s INCREMENT 5"),
    ("own sequence", "", "ALTER SEQUENCE s OWNED BY t.id"),
    ("drop sequence", "CREATE SEQUENCE x", ""),
    ("publish a table", "CREATE PUBLICATION x", "CREATE PUBLICATION x FOR TABLE t"),
    (
        "replace function",
        "",
        "CREATE OR REPLACE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    ),
    (
        "partitioned index",
        "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (0) TO (100)",
        "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (0) TO (100); CREATE INDEX x ON parted (id)",
    ),
];

const MODES: &[(&str, &str)] = &[
    ("ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"),
    ("ShareLock", "SHARE"),
    ("ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"),
    ("ExclusiveLock", "EXCLUSIVE"),
    ("AccessExclusiveLock", "ACCESS EXCLUSIVE"),
];

fn strength(mode: &str) -> usize {
    MODES.iter().position(|(seen, told)| *seen == mode || *told == mode).map_or(0, |at| at + 1)
}

/// A relation that was there before the plan.
struct Relation {
    name: String,
    /// The table of an index.
    table: Option<String>,
    file: i64,
}

async fn relations(connection: &mut PgConnection) -> BTreeMap<i64, Relation> {
    let query = "SELECT c.oid::int8, c.oid::regclass::text, t.oid::regclass::text, c.relfilenode::int8 \
                 FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid \
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'S'";
    let rows = connection.fetch_all(query).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), Relation { name: row.get(1), table: row.get(2), file: row.get(3) }))
        .collect()
}

async fn scans(connection: &mut PgConnection) -> BTreeMap<i64, i64> {
    let query = "SELECT relid::int8, seq_scan FROM pg_stat_xact_user_tables";
    let rows = connection.fetch_all(query).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Runs a statement in a transaction of its own, and says what it did beyond what it claims.
async fn observe(
    connection: &mut PgConnection,
    there: &BTreeMap<i64, Relation>,
    statement: &Statement,
) -> Vec<String> {
    let mut found = Vec::new();
    if statement.sql.contains("CONCURRENTLY") {
        run(connection, &statement.sql).await.unwrap();
        return found;
    }
    run(connection, "BEGIN; SET LOCAL enable_seqscan = off").await.unwrap();
    let files = relations(connection).await;
    let before = scans(connection).await;
    if let Err(error) = run(connection, &statement.guarded_sql()).await {
        run(connection, "ROLLBACK").await.unwrap();
        return vec![error.to_string()];
    }
    let query =
        "SELECT relation::int8, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'";
    let locks: Vec<(i64, String)> =
        connection.fetch_all(query).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
    let (after, scans) = (relations(connection).await, scans(connection).await);
    run(connection, "COMMIT").await.unwrap();

    let short = |name: &str| name.trim_start_matches("public.").to_owned();
    let claims = |name: &str| {
        statement
            .hazards
            .iter()
            .filter_map(|hazard| match hazard {
                Hazard::Lock { table, mode } if short(&table.name.sql()) == name => Some(strength(mode)),
                _ => None,
            })
            .max()
            .unwrap_or(0)
    };
    for (relation, mode) in &locks {
        let Some(relation) = there.get(relation) else { continue };
        let claimed = claims(&relation.name).max(relation.table.as_deref().map_or(0, claims));
        if strength(mode) > claimed {
            found.push(format!("locks {} {mode}", relation.name));
        }
    }
    let reads: BTreeSet<String> = statement
        .hazards
        .iter()
        .filter_map(|hazard| match hazard {
            Hazard::FullScan { table } | Hazard::TableRewrite { table } => Some(short(&table.name.sql())),
            _ => None,
        })
        .collect();
    for (relation, _) in scans.iter().filter(|(oid, count)| **count > before.get(*oid).copied().unwrap_or(0))
    {
        let Some(relation) = there.get(relation) else { continue };
        if !reads.contains(&relation.name) && !statement.sql.starts_with("CREATE MATERIALIZED") {
            found.push(format!("reads {}", relation.name));
        }
    }
    for (oid, relation) in there.iter().filter(|(_, relation)| relation.table.is_none()) {
        let (Some(before), Some(after)) = (files.get(oid), after.get(oid)) else { continue };
        let claimed = statement.hazards.iter().any(
            |hazard| matches!(hazard, Hazard::TableRewrite { table } if short(&table.name.sql()) == relation.name),
        );
        if before.file != after.file && !claimed {
            found.push(format!("writes {} again", relation.name));
        }
    }
    found
}

fn told(hazards: &[Hazard]) -> String {
    let told = hazards.iter().map(|hazard| match hazard {
        Hazard::DataLoss { what } => format!("loss of {what}"),
        Hazard::TableRewrite { table } => format!("rewrite of {table}"),
        Hazard::FullScan { table } => format!("scan of {table}"),
        Hazard::Lock { table, mode } => format!("{mode} on {table}"),
        Hazard::BreaksRunningCode { why } => why.clone(),
    });
    told.collect::<Vec<_>>().join(", ")
}

async fn judge(server: &Server, online: bool, (name, before, after): (&str, &str, &str)) -> Vec<String> {
    let mut sides = Vec::new();
    for change in [before, after] {
        let database = server.create_bare().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        run(&mut connection, &format!("SET client_min_messages = warning; {BASE}")).await.unwrap();
        run(&mut connection, change).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let catalog = Catalog::read(&mut connection, &Scope::project().with_dependencies()).await.unwrap();
        sides.push((catalog, connection, database));
    }
    let plan =
        plan(&sides[0].0, &sides[1].0, &Options { online }).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!plan.steps.is_empty(), "{name}: nothing is done");
    let connection = &mut sides[0].1;
    let there = relations(connection).await;
    let mut found = Vec::new();
    for statement in plan.steps.iter().flat_map(|step| &step.statements) {
        for what in observe(connection, &there, statement).await {
            found.push(format!(
                "{name}: {what}\n    {}\n    claims {}",
                statement.sql,
                told(&statement.hazards)
            ));
        }
        let outside = statement.runs == Runs::OutsideTransaction;
        assert!(online || !outside, "{name}: {} is not for a transaction", statement.sql);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_done_that_is_not_claimed() {
    for server in servers().await.into_iter().map(Arc::new) {
        run(&mut server.create_bare().await.unwrap().connect().await.unwrap(), ROLES).await.unwrap();
        let (gate, mut tasks) = (Arc::new(Semaphore::new(4)), JoinSet::new());
        for action in ACTIONS {
            for online in [false, true] {
                let (server, gate) = (Arc::clone(&server), Arc::clone(&gate));
                tasks.spawn(async move {
                    let _permit = gate.acquire().await;
                    judge(&server, online, *action).await
                });
            }
        }
        let found: Vec<String> = tasks.join_all().await.into_iter().flatten().collect();
        assert!(found.is_empty(), "on {}: {}\n{}", server.describe(), found.len(), found.join("\n"));
    }
}
