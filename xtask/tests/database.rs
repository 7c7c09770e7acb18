//! The everyday commands, on the private development database and on one of one's own.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use support::Project;

/// A database on a throwaway server, as somebody's own.
struct Own {
    server: meshhook_sandbox::Server,
    database: meshhook_sandbox::Database,
}

impl Own {
    async fn new() -> Own {
        let settings = meshhook_sandbox::testing::settings().remove(0);
        let server = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
        let database = server.create_bare().await.unwrap();
        Own { server, database }
    }

    async fn scalar(&self, sql: &'static str) -> i64 {
        let mut connection = self.database.connect().await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }

    async fn end(self) {
        self.database.remove().await.unwrap();
        self.server.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_everyday_road_on_a_database_of_ones_own() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::small();
    let run = |arguments: &[&str]| project.run(&[arguments, &["--database-url", &url]].concat());

    run(&["status"]).exits(0).prints("pending");
    let dry = run(&["up", "--dry-run"]).exits(0).prints("CREATE TABLE IF NOT EXISTS public.notes");
    assert!(dry.stderr.contains("target"), "{}", dry.stderr);
    assert_eq!(
        own.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'meshhook_ops'").await,
        0,
        "a dry run writes nothing"
    );

    run(&["up", "--to", "20260102000000"]).exits(0);
    assert_eq!(own.scalar("SELECT count(*) FROM meshhook_ops._sqlx_migrations").await, 2);
    run(&["up"]).exits(0);
    run(&["up"]).exits(0).says("nothing to do");
    run(&["down"]).exits(0);
    assert_eq!(own.scalar("SELECT count(*) FROM meshhook_ops._sqlx_migrations").await, 2);
    run(&["redo"]).exits(0);
    run(&["down", "--to", "0"]).exits(0);
    assert_eq!(own.scalar("SELECT count(*) FROM meshhook_ops._sqlx_migrations").await, 0);
    assert_eq!(own.scalar("SELECT count(*) FROM pg_class WHERE relname = 'notes'").await, 0);
    run(&["up"]).exits(0);
    run(&["log", "--format", "json"]).exits(0).prints("20260101000000_create_notes");

    run(&["reset"]).exits(2).says("--yes");
    run(&["reset", "--yes"]).exits(0);
    assert_eq!(own.scalar("SELECT count(*) FROM meshhook_ops._sqlx_migrations").await, 3);
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_migration_leaves_nothing_and_is_shown_with_its_line() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::small();
    project.migration(
        "20260104000000_bad",
        "CREATE TABLE public.extra (id int);\n\nALTER TABLE public.nowhere ADD COLUMN x int;\n",
        "SELECT 1;\n",
    );
    let ran = project.run(&["up", "--database-url", &url]).exits(1);
    ran.says("supabase/migrations/20260104000000_bad.sql:3:").says("public.nowhere");
    assert_eq!(own.scalar("SELECT count(*) FROM pg_class WHERE relname = 'extra'").await, 0);
    assert_eq!(own.scalar("SELECT count(*) FROM meshhook_ops._sqlx_migrations").await, 3);
    project.run(&["log", "--failed", "--database-url", &url]).exits(0).prints("20260104000000_bad");
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_edited_missing_and_out_of_order_apart_and_up_refuses() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::small();
    let run = |arguments: &[&str]| project.run(&[arguments, &["--database-url", &url]].concat());
    run(&["up"]).exits(0);

    let path = "supabase/migrations/20260101000000_create_notes.sql";
    let text = std::fs::read_to_string(project.root().join(path)).unwrap();
    project.write(path, &format!("{text}-- edited\n"));
    run(&["status"]).exits(0).prints("edited");
    run(&["up"]).exits(1).says("edited");
    project.write(path, &text);

    project.migration(
        "20260101120000_late",
        "CREATE TABLE IF NOT EXISTS public.l (id int);\n",
        "DROP TABLE IF EXISTS public.l;\n",
    );
    run(&["status"]).exits(0).prints("out of order");
    run(&["up"]).exits(1).says("--allow-out-of-order");
    run(&["up", "--allow-out-of-order"]).exits(0);

    for folder in ["migrations", "rollbacks"] {
        std::fs::remove_file(project.root().join("supabase").join(folder).join("20260101120000_late.sql"))
            .unwrap();
    }
    run(&["status"]).exits(0).prints("missing");
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_the_platform_gets_it_where_it_is_local() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::empty();
    project.migration(
        "20260101000000_profiles",
        "CREATE TABLE IF NOT EXISTS public.profiles (id uuid PRIMARY KEY REFERENCES auth.users (id));\nGRANT SELECT ON public.profiles TO authenticated;\n",
        "DROP TABLE IF EXISTS public.profiles;\n",
    );
    project.run(&["up", "--database-url", &url]).exits(0).says("Supabase");
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_shown_nowhere() {
    let project = Project::small();
    for arguments in [
        vec!["up", "--database-url", "postgres://me:hunter2@127.0.0.1:1/db"],
        vec!["status", "--database-url", "postgres://me:hunter2@127.0.0.1:1/db"],
        vec!["up", "--database-url", "mysql://me:hunter2@127.0.0.1:1/db"],
        vec!["verify", "--all", "--sandbox", "postgres://me:hunter2@127.0.0.1:1/db"],
        vec!["up", "--sandbox", "mysql://me:hunter2@127.0.0.1:1/db"],
    ] {
        let ran = project.run(&arguments);
        assert_ne!(ran.code, 0, "{arguments:?}");
        assert!(
            !ran.stdout.contains("hunter2") && !ran.stderr.contains("hunter2"),
            "{arguments:?}\n{}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn status_of_an_environment_offers_what_works_on_an_environment() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::small();
    project.write("supabase/deploy.toml", "[environments.production]\nurl_variable = 'PRODUCTION_URL'\n");
    let status = || {
        let mut command = project.command(&["status", "--env", "production"]);
        command.env("PRODUCTION_URL", &url);
        support::finish(command).exits(0)
    };
    status().says("3 pending; `cargo xtask db deploy --env production`");
    project.run(&["up", "--database-url", &url]).exits(0);

    let path = "supabase/migrations/20260102000000_add_title.sql";
    let text = std::fs::read_to_string(project.root().join(path)).unwrap();
    project.write(path, &format!("{text}-- edited\n"));
    status().says("`cargo xtask db rollback --env production --to 20260101000000`");
    project.write(path, &text);

    project.migration("20260101120000_late", "SELECT 1;\n", "SELECT 1;\n");
    status().says("`cargo xtask db deploy --env production --allow-out-of-order`");

    for folder in ["migrations", "rollbacks"] {
        let file = format!("supabase/{folder}/20260101000000_create_notes.sql");
        std::fs::remove_file(project.root().join(file)).unwrap();
    }
    status().says("update it, or take them back with `cargo xtask db rollback --env production --to 0`");
    own.end().await;
}

/// Every command that works on a database.
const ON_A_DATABASE: [&[&str]; 14] = [
    &["up"],
    &["down"],
    &["redo"],
    &["reset"],
    &["seed"],
    &["status"],
    &["log"],
    &["deploy"],
    &["rollback"],
    &["notify", "--retry"],
    &["psql"],
    &["baseline"],
    &["repair", "--checksum", "20260101000000", "--reason", "why"],
    &["drift"],
];

#[test]
fn an_environment_that_is_named_goes_before_the_variable_of_ones_own_database() {
    let project = Project::small();
    project.write("supabase/deploy.toml", "[environments.production]\nurl_variable = 'NO_SUCH_VARIABLE'\n");
    for arguments in ON_A_DATABASE {
        let mut command = project.command(&[arguments, &["--env", "production"]].concat());
        command.env("MESHHOOK_DATABASE_URL", "postgres://me@127.0.0.1:1/own");
        let ran = support::finish(command).exits(2).says("NO_SUCH_VARIABLE");
        ran.says("note: MESHHOOK_DATABASE_URL is set and not used: `--env` names the database");
    }
}

#[test]
fn an_environment_and_an_address_that_are_both_typed_are_a_usage_error() {
    let project = Project::small();
    let both = ["--env", "production", "--database-url", "postgres://me:hunter2@127.0.0.1:1/own"];
    for arguments in ON_A_DATABASE {
        let ran = project.run(&[arguments, &both].concat()).exits(2);
        let ran = ran.says("`--env` and `--database-url` both name a database");
        assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_the_account_where_no_variable_names_a_user() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::small();
    let mut command = project.command(&["up", "--database-url", &url]);
    command.env_remove("USER").env_remove("LOGNAME");
    support::finish(command).exits(0);
    let log = project.run(&["log", "--format", "json", "--database-url", &url]).exits(0).json();
    let account = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
    assert_eq!(log[0]["actor"], String::from_utf8(account).unwrap().trim());
    own.end().await;
}

#[test]
fn an_environment_that_is_not_configured_is_a_usage_error() {
    let project = Project::small();
    project.run(&["status", "--env", "production"]).exits(2).says("production");
    project.write("supabase/deploy.toml", "[environments.production]\nurl_variable = 'NO_SUCH_VARIABLE'\n");
    project.run(&["status", "--env", "production"]).exits(2).says("NO_SUCH_VARIABLE");
}

#[test]
fn the_private_database_starts_by_itself_keeps_its_data_and_stops() {
    let project = Project::small();
    project.write("supabase/seed.sql", "INSERT INTO public.notes (body) VALUES ('hello');\n");
    project.run(&["up"]).exits(0).says("private development database");
    project.run(&["status"]).exits(0).prints("applied");
    project.run(&["psql", "--", "-Atc", "SELECT count(*) FROM public.notes"]).exits(0).prints("0");
    project.run(&["seed"]).exits(0);
    project.run(&["psql", "--", "-Atc", "SELECT body FROM public.notes"]).exits(0).prints("hello");
    project.run(&["down"]).exits(0);
    project.run(&["up"]).exits(0);
    project.run(&["redo"]).exits(0);
    project.run(&["stop"]).exits(0);
    project.run(&["start"]).exits(0);
    project.run(&["status", "--format", "json"]).exits(0).prints("\"applied\"");
    project.run(&["psql", "--", "-Atc", "SELECT body FROM public.notes"]).exits(0).prints("hello");
    project.run(&["reset", "--no-seed"]).exits(0);
    project.run(&["psql", "--", "-Atc", "SELECT count(*) FROM public.notes"]).exits(0).prints("0");
    project.run(&["stop", "--delete"]).exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn libpqs_variables_change_neither_the_target_nor_the_session() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::small();
    let mut command = project.command(&["up", "--database-url", &url]);
    command
        .env("PGOPTIONS", "-c default_transaction_read_only=on")
        .env("PGDATABASE", "elsewhere")
        .env("PGUSER", "nobody");
    support::finish(command).exits(0);
    assert_eq!(own.scalar("SELECT count(*) FROM meshhook_ops._sqlx_migrations").await, 3);
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_first_runs_at_once_all_end_well() {
    let own = Own::new().await;
    let url = own.database.url();
    let project = Project::small();
    let spawn = |_| {
        let mut command = project.command(&["up", "--database-url", &url]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<std::process::Child> = (0..6).map(spawn).collect();
    for child in children {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert_eq!(own.scalar("SELECT count(*) FROM meshhook_ops._sqlx_migrations").await, 3);
    assert_eq!(
        own.scalar("SELECT count(*) FROM meshhook_ops.migration_log WHERE status = 'succeeded'").await,
        3
    );
    own.end().await;
}

#[test]
fn an_unknown_target_is_a_usage_error_before_any_database_is_started() {
    let project = Project::small();
    project.run(&["up", "--to", "999"]).exits(2).says("no migration has version 999");
    assert!(!project.root().join(".meshhook").exists(), "a database was made for nothing");
}
