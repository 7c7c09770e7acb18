//! Running single scripts on real servers: where a failure points to, and what a script leaves behind.

use meshhook_migrate::{FailureKind, OwnTransaction, Script, ScriptError, run_script};
use sqlx::PgConnection;

async fn refuse(conn: &mut PgConnection, sql: &str) -> Result<(), ScriptError> {
    run_script(conn, &Script::new("x.sql", sql), OwnTransaction::Refuse).await.map(drop)
}

async fn scalar(conn: &mut PgConnection, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(conn).await.expect("the query is right")
}

/// The place at which the mark `«` stands, and the script without it.
fn marked(sql: &str) -> (String, (usize, usize)) {
    let at = sql.find('«').unwrap_or_else(|| panic!("no mark in {sql}"));
    let (before, line_start) = (&sql[..at], sql[..at].rfind('\n').map_or(0, |newline| newline + 1));
    let place = (before.matches('\n').count() + 1, sql[line_start..at].chars().count() + 1);
    (sql.replace('«', ""), place)
}

#[tokio::test]
async fn a_failure_points_at_the_line_and_column_that_postgres_means() {
    let cases = [
        ("a syntax error", "select 1;\n\n«selct 1;;\nselect 2", "42601", "syntax error"),
        ("a string that never ends", "select 1;\nselect «'abc\n", "42601", "unterminated quoted string"),
        ("a comment that never ends", "select 1;\n«/* abc\n", "42601", "unterminated /* comment"),
        ("a statement that stops short", "select 1;\nselect 1 +«\n", "42601", "syntax error"),
        (
            "a missing table",
            "create table t (id int);\ninsert into t values (1);\n  insert into «nope values (1);",
            "42P01",
            "nope",
        ),
        (
            "a position behind multi-byte characters",
            "select 'héllo wörld 🦀';\n-- ünïcode 🦀\nselect '🦀🦀', «nope from pg_class;",
            "42703",
            "nope",
        ),
        (
            "no position at all",
            "create table t (id int primary key);\ninsert into t values (1);\n\n  -- again\n  «insert into t values (1);\nselect 1;",
            "23505",
            "duplicate key",
        ),
        (
            "a line of a DO block",
            "select 1;\ndo $$\ndeclare x int;\nbegin\n  x := 1;\n  «raise exception 'oh no';\nend $$;",
            "P0001",
            "oh no",
        ),
        (
            "a query in a DO block",
            "do $body$\nbegin\n  perform 1;\n  insert into «nope values (1);\nend\n$body$;",
            "42P01",
            "nope",
        ),
        (
            "dynamic SQL in a DO block",
            "do $$\nbegin\n  execute 'insert into «nope values (1)';\nend $$;",
            "42P01",
            "nope",
        ),
        (
            "PL/pgSQL that does not compile in a DO block",
            "select 1;\ndo $$\nbegin\n  if true them\n  end if«;\nend $$;",
            "42601",
            "THEN",
        ),
        (
            "a function of the same script",
            "create function boom() returns void language plpgsql as $$\nbegin\n  «perform 1/0;\nend $$;\nselect boom();",
            "22012",
            "division by zero",
        ),
        (
            "the innermost function of several",
            "create function inner_one(n int) returns int language plpgsql as $$\nbegin\n  «return 1/n;\nend $$;\ncreate function public.outer_one() returns int language plpgsql as $f$\nbegin\n  return inner_one(0);\nend $f$;\nselect outer_one();",
            "22012",
            "division by zero",
        ),
        (
            "an SQL function of the same script",
            "create function boom() returns int language sql as $$\n  select 1;\n  «select 1/(select 0);\n$$;\nselect * from boom();",
            "22012",
            "division by zero",
        ),
        (
            "PL/pgSQL that does not compile in a function",
            "create function f() returns void language plpgsql as $$\nbegin\n  «retrun 1;\nend $$;",
            "42601",
            "syntax error",
        ),
        (
            "a deferred constraint, at its end",
            "create table t (id int primary key, up int references t deferrable initially deferred);\n«insert into t values (1, 2);",
            "23503",
            "violates foreign key",
        ),
        ("a NUL character", "select 1;\nselect '«\0';", "", "NUL character"),
        (
            "its own BEGIN",
            "create table t (id int);\n«begin;\nselect 1;\ncommit;",
            "",
            "transaction by itself",
        ),
        ("COPY without a client", "create table t (id int);\n  «copy t from stdin;\n1\n\\.\n", "", "COPY"),
        (
            "CREATE INDEX CONCURRENTLY in a transaction",
            "create table t (id int);\n«create index concurrently i on t (id);",
            "25001",
            "cannot run inside a transaction block",
        ),
        (
            "the same, statement by statement",
            "-- no-transaction\ncreate table if not exists t (id int);\n\nselect 'é', «nope;",
            "42703",
            "nope",
        ),
        (
            "a DO block, statement by statement",
            "-- no-transaction\nselect 1;\ndo $$\nbegin\n  «raise exception 'oh no';\nend $$;",
            "P0001",
            "oh no",
        ),
    ];
    for server in meshhook_sandbox::testing::servers().await {
        let mut wrong = Vec::new();
        for (name, sql, code, message) in cases {
            let (sql, place) = marked(sql);
            let database = server.create_bare().await.unwrap();
            let mut conn = database.connect().await.unwrap();
            let error = refuse(&mut conn, &sql).await.expect_err(name);
            let told = error.to_string();
            let right = (error.line, error.column) == place
                && error.code.as_deref().unwrap_or_default() == code
                && error.message.contains(message);
            if !right {
                wrong.push(format!("{name}, meant {place:?}:\n{told}"));
                continue;
            }
            assert_eq!(error.sql_line, sql.lines().nth(place.0 - 1).unwrap(), "{name}");
            // nothing of a transaction is left, and the session works
            if !sql.starts_with("-- no-transaction") {
                let left = "select count(*)::text from pg_class where relnamespace = 'public'::regnamespace";
                assert_eq!(scalar(&mut conn, left).await, "0", "{name}");
            }
            refuse(&mut conn, "select 1").await.expect(name);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_failure_is_told_on_one_screen() {
    for server in meshhook_sandbox::testing::servers().await {
        let database = server.create_bare().await.unwrap();
        let mut conn = database.connect().await.unwrap();
        let sql = "create table t (id int primary key);\n\tinsert into t\n  values (1), (1);";
        let error = refuse(&mut conn, sql).await.unwrap_err();
        // the same on every server
        insta::allow_duplicates! { insta::assert_snapshot!(error.to_string(), @r#"
        x.sql:2:2: duplicate key value violates unique constraint "t_pkey" (23505)
          |
        2 |  insert into t
          |  ^
        detail: Key (id)=(1) already exists.
        "#); }
        assert_eq!(error.statement, Some(2));
        assert_eq!(error.constraint.as_deref(), Some("t_pkey"));
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_script_leaves_nothing_behind_in_its_session() {
    let scripts = [
        "set search_path = pg_catalog; set statement_timeout = '1h'; set role pg_monitor; set my.own = 'x';",
        "create temp table leftover (id int);",
        "prepare leftover as select 1;",
        "declare leftover cursor with hold for select 1;",
        "listen leftover;",
        "-- no-transaction\nset search_path = pg_catalog;\nset role pg_monitor;\ncreate temp table leftover (id int);",
        "set role pg_monitor; select nope;",
        "-- no-transaction\nset role pg_monitor;\nselect nope;",
    ];
    let left = "select concat_ws(' ', current_setting('search_path'), current_setting('statement_timeout'), \
                current_user = session_user, coalesce(current_setting('my.own', true), ''), \
                to_regclass('leftover') is null, \
                (select count(*) from pg_prepared_statements where from_sql), \
                (select count(*) from pg_cursors where name = 'leftover'), \
                (select count(*) from pg_listening_channels()))";
    for server in meshhook_sandbox::testing::servers().await {
        let database = server.create_bare().await.unwrap();
        let mut conn = database.connect().await.unwrap();
        let fresh = scalar(&mut conn, left).await;
        for sql in scripts {
            let _ = refuse(&mut conn, sql).await;
            assert_eq!(scalar(&mut conn, left).await, fresh, "after {sql}");
        }
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_script_that_ends_its_own_transaction_runs_when_that_is_asked_for() {
    for server in meshhook_sandbox::testing::servers().await {
        let database = server.create_bare().await.unwrap();
        let mut conn = database.connect().await.unwrap();
        let own = OwnTransaction::StatementByStatement;
        let script = |sql: &str| Script::new("x.sql", sql);
        run_script(&mut conn, &script("begin;\ncreate table a ();\ncommit;\ncreate table b ();"), own)
            .await
            .unwrap();
        run_script(&mut conn, &script("begin;\ncreate table c ();"), own).await.unwrap();
        let failed =
            run_script(&mut conn, &script("begin;\ncreate table d ();\nselect nope;\ncommit;"), own).await;
        let failed = failed.unwrap_err();
        assert_eq!((failed.line, failed.column, failed.kind), (3, 8, FailureKind::Statement));
        let tables = "select string_agg(relname, ' ' order by relname) from pg_class \
                      where relnamespace = 'public'::regnamespace";
        assert_eq!(scalar(&mut conn, tables).await, "a b c");
        server.stop().await.unwrap();
    }
}
