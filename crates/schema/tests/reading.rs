//! One schema gives one catalog: whatever came and went before it, and whatever transaction it is read in.
#![allow(clippy::unwrap_used, missing_docs)]

use meshhook_sandbox::Database;
use meshhook_sandbox::testing::servers;
use meshhook_schema::{Catalog, Identity, Kind, Scope, compare};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

const SCHEMA: &str = include_str!("reading/schema.sql");

/// Moves OIDs, attribute numbers and the physical order of rows, and leaves nothing else.
const NOISE: &str = include_str!("reading/noise.sql");

async fn run(connection: &mut PgConnection, sql: &str) {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
}

async fn read(connection: &mut PgConnection) -> Catalog {
    Catalog::read(connection, &Scope::project()).await.unwrap()
}

async fn filled(database: &Database, scripts: &[&str]) -> PgConnection {
    let mut connection = database.connect().await.unwrap();
    for script in scripts {
        run(&mut connection, script).await;
    }
    connection
}

#[tokio::test]
async fn the_same_schema_in_two_databases_has_one_fingerprint() {
    for server in servers().await {
        let (one, two) = (server.create().await.unwrap(), server.create().await.unwrap());
        let plain = read(&mut filled(&one, &[SCHEMA]).await).await;
        let noisy = read(&mut filled(&two, &[NOISE, SCHEMA, NOISE]).await).await;
        assert_eq!(compare(&plain, &noisy), []);
        assert_eq!(plain.fingerprint(), noisy.fingerprint());
        assert!(plain.facts().count() > 50, "the schema was not read");
    }
}

#[tokio::test]
async fn reading_in_any_kind_of_transaction_gives_the_same_and_leaves_settings_alone() {
    for server in servers().await {
        let database = server.create().await.unwrap();
        let mut connection = filled(&database, &[SCHEMA]).await;
        let outside = read(&mut connection).await;

        run(&mut connection, "SET search_path = public; BEGIN; CREATE TABLE uncommitted (a int)").await;
        let inside = read(&mut connection).await;
        let path: String = sqlx::query_scalar("SHOW search_path").fetch_one(&mut connection).await.unwrap();
        assert_eq!(path, "public");
        let created = Identity::in_schema(Kind::Table, "public", "uncommitted");
        assert!(inside.get(&created).is_some(), "a transaction's own changes are seen");
        run(&mut connection, "ROLLBACK").await;

        let mut transaction = connection.begin().await.unwrap();
        assert_eq!(read(&mut transaction).await, outside);
        transaction.commit().await.unwrap();
        assert_eq!(read(&mut connection).await.fingerprint(), outside.fingerprint());
    }
}

#[tokio::test]
async fn a_failed_transaction_is_an_error_and_not_an_empty_catalog() {
    let server = servers().await.remove(0);
    let database = server.create().await.unwrap();
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "BEGIN").await;
    assert!(connection.execute("SELECT 1 / 0").await.is_err());
    assert!(Catalog::read(&mut connection, &Scope::project()).await.is_err());
}

#[tokio::test]
async fn a_reader_without_rights_reads_the_same() {
    for server in servers().await {
        let database = server.create().await.unwrap();
        let mut connection = filled(&database, &[SCHEMA]).await;
        let owner = read(&mut connection).await;
        run(&mut connection, "SET ROLE anon").await;
        assert_eq!(compare(&owner, &read(&mut connection).await), []);
    }
}

#[tokio::test]
async fn platform_schemas_ledgers_and_extension_members_stay_out_and_what_hangs_on_platform_tables_stays_in()
{
    for server in servers().await {
        let database = server.create().await.unwrap();
        let mut connection = database.connect().await.unwrap();
        let before = read(&mut connection).await;
        let changes = [
            ("CREATE TABLE auth.theirs (a int)", None),
            ("CREATE SCHEMA meshhook_ops CREATE TABLE log (a int)", None),
            ("CREATE TABLE public._sqlx_migrations (version bigint PRIMARY KEY)", None),
            (
                "CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
                Some("function `public.greet()`"),
            ),
            (
                "CREATE TRIGGER greet AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet()",
                Some("trigger `greet` on `auth.users`"),
            ),
            ("CREATE POLICY own ON auth.users FOR SELECT USING (true)", Some("policy `own` on `auth.users`")),
            ("CREATE INDEX mine ON auth.users (created_at)", Some("index `mine` on `auth.users`")),
        ];
        let mut expected: Vec<&str> = Vec::new();
        for (sql, seen) in changes {
            run(&mut connection, sql).await;
            expected.extend(seen);
        }
        let after = read(&mut connection).await;
        let mut found: Vec<String> =
            compare(&before, &after).iter().map(|difference| difference.object()).collect();
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected);
        let without = Scope::project().without(["auth"]);
        let found = compare(&before, &Catalog::read(&mut connection, &without).await.unwrap());
        assert!(found.iter().all(|difference| !difference.object().contains("greet` on")));
    }
}
