//! `dump`: what is printed, what is written, and what is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::Path;
use std::process::Command;

use sqlx::{AssertSqlSafe, Executor as _};
use support::Project;

/// A copy of MeshHook's own `supabase` folder.
fn meshhook() -> Project {
    let project = Project::empty();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("supabase");
    let copied = Command::new("cp").arg("-r").arg(own).arg(project.root()).status().unwrap();
    assert!(copied.success());
    project
}

/// The files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<String> {
    let listed = Command::new("find").arg(".").args(["-type", "f"]).current_dir(folder).output().unwrap();
    let mut files: Vec<String> =
        String::from_utf8(listed.stdout).unwrap().lines().map(|line| line[2..].to_owned()).collect();
    files.sort();
    files
}

#[test]
fn the_schema_of_the_project_is_printed_and_makes_itself_anew() {
    let project = meshhook();
    let ran = project.run(&["dump"]).exits(0).says("restored twice over with the same outcome");
    assert!(ran.stdout.starts_with("-- Written by `cargo xtask db dump`."), "{}", ran.stdout);
    project.write("dumped.sql", &ran.stdout);
    project.run(&["diff", "--from", "migrations", "--to", "dumped.sql"]).exits(0).says("nothing to do");
    let json = project.run(&["dump", "--from", "schemas", "--format", "json"]).exits(0).json();
    assert_eq!(json["files"][0]["sql"].as_str().unwrap().trim_end(), ran.stdout.trim_end());
    assert_eq!(json["unproven"], serde_json::Value::Null);
}

#[test]
fn a_dump_by_domain_is_a_folder_that_is_read_in_any_order() {
    let project = meshhook();
    let ran = project.run(&["dump", "--by-domain", "--output", "out"]).exits(0);
    let out = project.root().join("out");
    let written = files(&out);
    for expected in
        ["public/functions.sql", "public/tables/jobs.sql", "public/types.sql", "public/views/workflows.sql"]
    {
        assert!(written.contains(&expected.to_owned()), "{written:?}");
        assert!(ran.stdout.contains(&format!("out/{expected}\n")), "{}", ran.stdout);
    }
    let jobs = std::fs::read_to_string(out.join("public/tables/jobs.sql")).unwrap();
    for part in
        ["CREATE TABLE IF NOT EXISTS public.jobs", "CREATE INDEX", "ON public.jobs", "COMMENT ON", "TRIGGER"]
    {
        assert!(jobs.contains(part), "{part} is not in\n{jobs}");
    }
    assert!(!jobs.contains("dead_jobs ("), "{jobs}");
    project.run(&["diff", "--from", "migrations", "--to", "out"]).exits(0).says("nothing to do");
    let again = project.run(&["dump", "--by-domain", "--output", "out"]).exits(0);
    assert_eq!(again.stdout, "", "nothing differs, so nothing is written");
}

#[test]
fn files_that_say_something_else_are_left_alone_without_force() {
    let project = Project::small();
    let target = project.write("dump/schema.sql", "-- mine\n");
    project
        .run(&["dump", "--output", "dump"])
        .exits(1)
        .says("these files say something else:\n  dump/schema.sql")
        .says("`--force` writes over them");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "-- mine\n");
    project.run(&["dump", "--output", "dump", "--force"]).exits(0).prints("dump/schema.sql");
    assert!(std::fs::read_to_string(&target).unwrap().contains("CREATE TABLE IF NOT EXISTS public.notes"));
    project.write("tree/public/tables/gone.sql", "CREATE TABLE gone ();\n");
    project
        .run(&["dump", "--by-domain", "--output", "tree"])
        .exits(0)
        .says("`tree/public/tables/gone.sql` is not part of this dump");
}

#[test]
fn default_privileges_and_hostile_names_come_back_by_domain_too() {
    let project = Project::empty();
    project.write(
        "in.sql",
        "CREATE ROLE dump_reader;\nCREATE SCHEMA \"A/b\";\n\
         CREATE TABLE \"A/b\".\"../x\" (\"Order\" int PRIMARY KEY);\n\
         CREATE TABLE \"A/b\".t (id int REFERENCES \"A/b\".\"../x\");\nCREATE TABLE \"A/b\".\"T\" ();\n\
         CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n\
         ALTER DEFAULT PRIVILEGES IN SCHEMA \"A/b\" GRANT SELECT ON TABLES TO dump_reader;\n\
         ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM public;\n\
         CREATE TABLE \"A/b\".later (id bigserial);\nREVOKE ALL ON \"A/b\".later FROM dump_reader;\n",
    );
    project.run(&["dump", "--from", "in.sql", "--by-domain", "--output", "out"]).exits(0);
    assert_eq!(
        files(&project.root().join("out")),
        [
            "00_default_privileges.sql",
            "A%2Fb/00_schema.sql",
            "A%2Fb/tables/%2E%2E%2Fx.sql",
            "A%2Fb/tables/T.sql",
            "A%2Fb/tables/later.sql",
            "A%2Fb/tables/t.sql",
            "public/functions.sql",
        ]
    );
    project.run(&["diff", "--from", "in.sql", "--to", "out"]).exits(0).says("nothing to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_dumped_by_a_role_that_may_only_read() {
    let settings = meshhook_sandbox::testing::settings().remove(0);
    let server = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
    let database = server.create_bare().await.unwrap();
    let mut connection = database.connect().await.unwrap();
    let sql = "CREATE ROLE onlooker LOGIN PASSWORD 'hunter2'; ALTER ROLE onlooker SET default_transaction_read_only = on; \
               CREATE TABLE public.secret_things (id int PRIMARY KEY); REVOKE ALL ON public.secret_things FROM PUBLIC";
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    let mut url = url::Url::parse(&database.url()).unwrap();
    let pairs: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(key, _)| key != "user" && key != "password").collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(pairs)
        .append_pair("user", "onlooker")
        .append_pair("password", "hunter2");
    let project = Project::empty();
    for command in ["dump", "graph"] {
        let ran = project.run(&[command, "--database-url", url.as_str()]).exits(0).prints("secret_things");
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("hunter2"), "{ran:?}");
    }
    drop(connection);
    database.remove().await.unwrap();
    server.stop().await.unwrap();
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let project = Project::small();
    project.write("broken.sql", "CREATE TABLE t (id nothing);\n");
    for (arguments, code, expected) in [
        (vec!["dump", "--by-domain"], 2, "`--by-domain` writes several files"),
        (vec!["dump", "--from", "schemas"], 2, "there is no declared schema"),
        (vec!["dump", "--from", "nowhere.sql"], 2, "--from: cannot read `nowhere.sql`"),
        (vec!["dump", "--from", "broken.sql"], 1, "broken.sql:1:20: type \"nothing\" does not exist"),
        (vec!["dump", "--env", "nowhere"], 2, "nowhere"),
        (
            vec!["dump", "--from", "migrations", "--database-url", "postgres://joe:hunter2@127.0.0.1:9/x"],
            2,
            "both name a schema",
        ),
        (
            vec!["dump", "--database-url", "postgres://joe:hunter2@127.0.0.1:9/x"],
            1,
            "cannot connect to 127.0.0.1:9/x as joe",
        ),
    ] {
        let ran = project.run(&arguments).exits(code).says(expected);
        assert_eq!(ran.stdout, "");
        assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
    }
}
