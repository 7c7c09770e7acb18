//! The runner on real servers: what it applies, keeps, refuses and leaves behind.

mod common;

use common::Project;
use meshhook_migrate::{
    Doubt, Event, FailureKind, Goal, Obstacle, RunError, Standing, State, TABLE, Version, Wish, plan,
    read_log,
};
use meshhook_sandbox::testing::servers;
use sqlx::Connection;
use sqlx::migrate::{Migrate, Migrator};

const TWO: [(&str, &str, &str); 2] = [
    ("1_one", "create table one (id int);", "drop table one;"),
    ("2_two", "create table two ();", "drop table two;"),
];

#[tokio::test]
async fn up_down_and_redo_keep_ledger_and_database_together() {
    for server in servers().await {
        let project = Project::new(&server, &TWO).await;
        let report = project.up().await.unwrap();
        assert_eq!(report.done.len(), 2);
        assert_eq!(project.applied().await, [1, 2]);
        assert!(project.state().await.is_up_to_date());
        assert!(project.up().await.unwrap().done.is_empty());

        project.down(1).await.unwrap();
        assert_eq!(project.applied().await, [1]);
        assert_eq!(project.ask("to_regclass('two')").await, "");

        project.run(Wish::new(Goal::Redo)).await.unwrap();
        project.run(Wish::new(Goal::Reset)).await.unwrap();
        assert_eq!(project.applied().await, [1, 2]);
        project.run(Wish::new(Goal::DownTo(Version::new(0)))).await.unwrap();
        assert_eq!(project.applied().await, [0i64; 0]);
        assert_eq!(project.ask("count(*) from meshhook_ops.rollback_script").await, "0");
        assert_eq!(project.ask("count(*) from meshhook_ops.journal").await, "0");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn sqlx_itself_agrees_with_the_ledger() {
    for server in servers().await {
        let project = Project::new(&server, &TWO).await;
        project.write("3_some_more-things", "-- no-transaction\nselect 'é';", "select 1;");
        project.up().await.unwrap();
        let mut theirs = Migrator::new(project.root.path().join("supabase/migrations")).await.unwrap();
        theirs.dangerous_set_table_name(TABLE);
        let mut conn = project.connect().await;
        let recorded = conn.list_applied_migrations(TABLE).await.unwrap();
        assert_eq!(recorded.iter().map(|row| row.version).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(conn.dirty_version(TABLE).await.unwrap(), None);
        // it would run what it takes for pending, and refuse what it takes for edited
        theirs.run(&mut conn).await.unwrap();
        let rows = "string_agg(description, ',' order by version), bool_and(success and execution_time > 0)";
        assert_eq!(
            project.ask(&format!("concat_ws(' ', {rows}) from {TABLE}")).await,
            "one,two,some more-things t"
        );
        // and what it applies, we know
        project.write("4_four", "select 4;", "select 4;");
        let mut theirs = Migrator::new(project.root.path().join("supabase/migrations")).await.unwrap();
        theirs.dangerous_set_table_name(TABLE);
        theirs.run(&mut conn).await.unwrap();
        assert!(project.state().await.is_up_to_date());
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_failure_keeps_what_was_done_before_and_nothing_of_itself() {
    for server in servers().await {
        let project = Project::new(&server, &TWO).await;
        project.write("3_bad", "create table three ();\n\nselect nope;", "drop table three;");
        let error = project.up().await.unwrap_err();
        let RunError::Script { version, error, standing, report, .. } = error else { panic!("{error}") };
        assert_eq!((version, standing, report.done.len()), (Version::new(3), Standing::Unchanged, 2));
        assert_eq!((error.line, error.column, error.kind), (3, 8, FailureKind::Statement));
        assert_eq!(project.applied().await, [1, 2]);
        assert_eq!(project.ask("to_regclass('three')").await, "");

        let log = read_log(&mut project.connect().await, 10).await.unwrap();
        let told: Vec<_> = log.iter().map(|row| (row.version.number(), row.status.as_str())).collect();
        assert_eq!(told, [(3, "failed"), (2, "succeeded"), (1, "succeeded")]);
        let failed = &log[0];
        assert_eq!(failed.error_code.as_deref(), Some("42703"));
        assert!(failed.error_position.as_deref().unwrap().ends_with("3_bad.sql:3:8"), "{failed:?}");
        assert_eq!((failed.outcome.as_str(), failed.direction.as_str()), ("failed", "up"));
        assert!(failed.finished_at.is_some());

        // mended, it goes on where it stopped
        project.write("3_bad", "create table three ();", "drop table three;");
        assert_eq!(project.up().await.unwrap().done.len(), 1);
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn no_script_can_get_between_the_runner_and_its_ledger() {
    let hostile = [
        "set search_path = nowhere;",
        "set role pg_monitor;",
        "set session authorization pg_monitor;",
        "set default_transaction_read_only = on;",
        "set statement_timeout = '1ms'; select pg_sleep(0);",
        "set standard_conforming_strings = off;",
        "drop schema public cascade; create schema public;",
        "create table _sqlx_migrations (nothing text); create table public.migration_log ();",
        "create temp table _sqlx_migrations (version bigint);",
        "create function public.decode(text, text) returns bytea language sql as $$ select 'x'::bytea $$; set search_path = public, pg_catalog;",
        "select pg_advisory_unlock_all();",
        "prepare sqlx_s_1 as select 1;",
        "-- no-transaction\ncreate temp table journal ();\nset role pg_monitor;\nset search_path = nowhere;\nselect 1;\nset session authorization pg_monitor;\nselect 2;",
        "-- no-transaction\ndiscard all;",
        "select $m$ $m1$ ' \\ $m$;",
    ];
    for server in servers().await {
        for sql in hostile {
            let rollback = "select '$m$ $m1$ \\ {version}';";
            let files = [
                ("1_hostile", sql, rollback),
                ("2_next", "create table public.next ();", "drop table public.next;"),
            ];
            let project = Project::new(&server, &files).await;
            project.up().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!(project.applied().await, [1, 2], "{sql}");
            assert_eq!(
                project.ask("sql from meshhook_ops.rollback_script where version = 1").await,
                rollback
            );
            assert_eq!(
                project.ask("relnamespace::regnamespace from pg_class where relname = 'next'").await,
                "public"
            );
            project.down(2).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!(project.applied().await, [0i64; 0], "{sql}");
        }
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_script_that_ends_its_own_transaction_is_refused_before_anything_is_run() {
    for server in servers().await {
        let project = Project::new(&server, &TWO).await;
        project.write("3_own", "create table three ();\nCOMMIT;", "drop table three;");
        let error = project.up().await.unwrap_err();
        assert!(
            matches!(&error, RunError::Obstacles(found) if matches!(&found[..], [Obstacle::Folder { .. }])),
            "{error}"
        );
        assert!(error.to_string().contains("3_own.sql:2: "), "{error}");
        assert_eq!(project.ask("to_regclass('one')").await, "");
        assert_eq!(project.ask("to_regnamespace('meshhook_ops')").await, "");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn status_and_plan_write_nothing_and_work_on_a_read_only_connection() {
    for server in servers().await {
        let project = Project::new(&server, &TWO).await;
        for applied in [0, 2] {
            let options = project.target().options().options([("default_transaction_read_only", "on")]);
            let mut conn = sqlx::PgConnection::connect_with(&options).await.unwrap();
            let folder = project.folder();
            let state = State::read(&mut conn, &folder).await.unwrap();
            assert_eq!((state.applied.len(), state.ledger_exists), (applied, applied > 0));
            let planned = plan(&folder, &state, &Wish::new(Goal::Up(None))).unwrap();
            assert_eq!(planned.steps.len(), 2 - applied);
            assert_eq!(read_log(&mut conn, 10).await.unwrap().len(), applied);
            if applied == 0 {
                assert_eq!(project.ask("to_regnamespace('meshhook_ops')").await, "", "created by reading");
                project.up().await.unwrap();
            }
        }
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_rollback_kept_in_the_ledger_takes_back_what_has_no_file_any_more() {
    for server in servers().await {
        let project = Project::new(&server, &TWO).await;
        project.up().await.unwrap();
        project.remove("2_two");
        let obstacles = project.up().await.unwrap_err();
        assert!(
            matches!(&obstacles, RunError::Obstacles(found) if matches!(&found[..], [Obstacle::Missing { .. }]))
        );
        project.down(1).await.unwrap();
        assert_eq!(project.applied().await, [1]);
        assert_eq!(project.ask("to_regclass('two')").await, "");
        server.stop().await.unwrap();
    }
}

const COUNTED: &str = "-- no-transaction\ninsert into counted values (1);\ncreate index concurrently \
                       if not exists counted_id on counted (id);\nselect 1/(select count(*) - 2 from counted);\n\
                       insert into counted values (2);";

#[tokio::test]
async fn a_script_without_a_transaction_is_resumed_where_it_stopped_and_never_run_twice() {
    for server in servers().await {
        let files = [
            ("1_one", "create table counted (id int);", "drop table counted;"),
            (
                "2_many",
                COUNTED,
                "-- no-transaction\ndrop index concurrently if exists counted_id;\ndelete from counted where id < 3;",
            ),
        ];
        let project = Project::new(&server, &files).await;
        project.execute("create table seen ()").await;
        // 1/(1-2) works, 1/(2-2) does not: a second row makes it fail
        project.run(Wish::new(Goal::Up(Some(Version::new(1))))).await.unwrap();
        project.execute("insert into counted values (3)").await;
        let error = project.up().await.unwrap_err();
        let RunError::Script { error, standing, .. } = &error else { panic!("{error}") };
        assert_eq!((error.line, *standing), (4, Standing::Partial), "{error}");
        let state = project.state().await;
        assert_eq!(state.applied.len(), 1);
        assert_eq!((state.interrupted.len(), state.pending.len()), (1, 1));

        project.execute("delete from counted where id = 3").await;
        project.up().await.unwrap();
        assert_eq!(project.applied().await, [1, 2]);
        assert_eq!(project.ask("string_agg(id::text, ',' order by id) from counted").await, "1,2");
        assert_eq!(project.ask("count(*) from meshhook_ops.journal").await, "0");
        project.down(1).await.unwrap();
        assert_eq!(project.ask("count(*) from counted").await, "0");

        // the same, taken back instead of resumed
        project.execute("insert into counted values (3)").await;
        project.up().await.unwrap_err();
        project.down(1).await.unwrap();
        let state = project.state().await;
        assert_eq!((state.applied.len(), state.interrupted.len()), (1, 0));
        assert_eq!(project.ask("string_agg(id::text, ',') from counted").await, "3");
        assert_eq!(project.ask("to_regclass('counted_id')").await, "");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn an_invalid_index_is_removed_before_it_is_built_again() {
    for server in servers().await {
        let files = [
            ("1_one", "create table t (id int); insert into t values (1), (1);", "drop table t;"),
            (
                "2_two",
                "-- no-transaction\ncreate unique index concurrently if not exists \"My i\" on t (id);",
                "drop index \"My i\";",
            ),
        ];
        let project = Project::new(&server, &files).await;
        let error = project.up().await.unwrap_err();
        assert!(
            matches!(&error, RunError::Script { error, .. } if error.code.as_deref() == Some("23505")),
            "{error}"
        );
        let valid = "indisvalid from pg_index where indexrelid = '\"My i\"'::regclass";
        assert_eq!(project.ask(valid).await, "false");
        project.execute("delete from t").await;
        let mut dropped = Vec::new();
        let mut on = |event: Event<'_>| {
            if let Event::DroppedInvalidIndex { index, .. } = event {
                dropped.push(index.to_owned());
            }
        };
        project
            .run_with(Wish::new(Goal::Up(None)), &mut on, &meshhook_migrate::Cancel::never())
            .await
            .unwrap();
        assert_eq!(dropped, ["public.\"My i\""]);
        assert_eq!(project.ask(valid).await, "true");
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_statement_in_doubt_is_asked_about_unless_the_database_can_tell() {
    let block = "-- no-transaction\nselect 1;\ndo $$ begin insert into t values (1); commit; end $$;";
    let journal = "insert into meshhook_ops.journal \
                   (version, direction, statement, script_checksum, statement_checksum, state) values ";
    for server in servers().await {
        let files = [("1_one", "create table t (id int);", "drop table t;")];
        for (doubt, rows) in [(Doubt::Rerun, "1"), (Doubt::Skip, "0")] {
            let project = Project::new(&server, &files).await;
            project.up().await.unwrap();
            project.write("2_two", block, "select 1;");
            let mut entries = Vec::new();
            let folder = project.folder();
            for (number, state) in [(1, "done"), (2, "started")] {
                let text = folder.migrations[1].up.statements()[number - 1].text.to_owned();
                entries.push(format!(
                    "(2, 'up', {number}, '', sha384(convert_to($x${text}$x$, 'UTF8')), '{state}')"
                ));
            }
            project.execute(&format!("{journal} {}", entries.join(", "))).await;
            let error = project.up().await.unwrap_err();
            let RunError::Obstacles(found) = &error else { panic!("{error}") };
            assert!(matches!(&found[..], [Obstacle::InDoubt { statement: 2, line: 3, .. }]), "{error}");
            project.run(Wish { doubt, ..Wish::new(Goal::Up(None)) }).await.unwrap();
            assert_eq!(project.applied().await, [1, 2]);
            assert_eq!(project.ask("count(*) from t").await, rows, "{doubt:?}");
        }
        // an index that is there and valid needs nobody to say so
        let project = Project::new(&server, &files).await;
        project.up().await.unwrap();
        let build = "create index concurrently i on t (id)";
        project.write("2_two", &format!("-- no-transaction\n{build};"), "drop index i;");
        project
            .execute(&format!("{journal} (2, 'up', 1, '', sha384(convert_to('{build}', 'UTF8')), 'started')"))
            .await;
        project.execute(build).await;
        project.up().await.unwrap();
        assert_eq!(project.applied().await, [1, 2]);
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn other_tools_ledgers_are_recognised_and_left_alone() {
    for server in servers().await {
        let project = Project::new(&server, &TWO).await;
        project.execute("create schema supabase_migrations").await;
        let supabase = "create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text)";
        project.execute(supabase).await;
        project.execute("insert into supabase_migrations.schema_migrations values ('1'), ('9'), ('x')").await;
        let mut conn = project.connect().await;
        conn.ensure_migrations_table("_sqlx_migrations").await.unwrap();
        let theirs = Migrator::new(project.root.path().join("supabase/migrations")).await.unwrap();
        theirs.run(&mut conn).await.unwrap();
        project.write("2_two", "create table two (edited int);", "drop table two;");

        let state = project.state().await;
        assert!(!state.ledger_exists && state.pending.len() == 2);
        let told: Vec<String> = state.foreign.iter().map(ToString::to_string).collect();
        // the same on every server
        insta::allow_duplicates! { insta::assert_snapshot!(told.join("\n"), @r"
        `public._sqlx_migrations` records 2 migrations, 1 of them with another content than the file here; `baseline` would record 1 of them as applied, without running them
        `supabase_migrations.schema_migrations` records 3 migrations, 2 without a file here; `baseline` would record 1 of them as applied, without running them
        "); }
        server.stop().await.unwrap();
    }
}
