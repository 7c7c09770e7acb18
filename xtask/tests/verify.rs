//! `cargo xtask db verify`, run as a person runs it: what is good passes, and each way to be bad is named.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::time::{Duration, Instant};

use support::{Project, Ran};

/// The kinds of findings of each failed migration, as `version: kind`, sorted.
fn kinds(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let migrations = json["migrations"].as_array().unwrap().clone();
    let of = |migration: &serde_json::Value| -> Vec<String> {
        let findings = migration["findings"].as_array().unwrap();
        findings
            .iter()
            .map(|finding| format!("{}: {}", migration["version"], finding["kind"].as_str().unwrap()))
            .collect()
    };
    let mut kinds: Vec<String> = migrations.iter().flat_map(of).collect();
    kinds.sort();
    kinds
}

/// A project of one table with everything a rollback may forget, and a second migration with this up and rollback.
fn with_second(up: &str, rollback: &str) -> Project {
    let project = Project::empty();
    project.migration(
        "20260101000000_base",
        "CREATE TYPE public.mood AS ENUM ('good', 'bad');
         CREATE TABLE public.t (id bigint PRIMARY KEY, name text, mood public.mood);
         CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
         CREATE TRIGGER tr BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();
         CREATE VIEW public.v AS SELECT id FROM public.t;\n",
        "DROP VIEW public.v; DROP TABLE public.t; DROP FUNCTION public.f(); DROP TYPE public.mood;\n",
    );
    project.migration("20260102000000_second", up, rollback);
    project
}

#[test]
fn good_migrations_are_proven_and_the_chain_is_run() {
    let project = Project::small();
    let ran = project.run(&["verify", "--all"]).exits(0);
    assert_eq!(ran.stdout.matches(" ok").count(), 3, "{}", ran.stdout);
    ran.says("chain of 3 ok");
}

#[test]
fn each_thing_a_rollback_forgets_is_named_with_the_object() {
    let keep_rows = "CREATE TABLE IF NOT EXISTS public.kept (id bigint, name text);";
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "CREATE INDEX IF NOT EXISTS t_name_idx ON public.t (name);",
            "SELECT 1;",
            "rollback-differs",
            "index `t_name_idx` on `public.t`",
        ),
        (
            "DROP POLICY IF EXISTS p ON public.t; CREATE POLICY p ON public.t USING (true);",
            "SELECT 1;",
            "rollback-differs",
            "policy `p` on `public.t`",
        ),
        ("GRANT SELECT ON public.t TO pg_monitor;", "SELECT 1;", "rollback-differs", "`pg_monitor`"),
        ("COMMENT ON COLUMN public.t.name IS 'A name.';", "SELECT 1;", "rollback-differs", "comment"),
        (
            "ALTER TABLE public.t DISABLE TRIGGER tr;",
            "SELECT 1;",
            "rollback-differs",
            "trigger `tr` on `public.t`",
        ),
        ("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'meh';", "SELECT 1;", "rollback-differs", "`meh`"),
        (
            "ALTER VIEW public.v SET (security_invoker = true);",
            "SELECT 1;",
            "rollback-differs",
            "security_invoker",
        ),
        (
            "ALTER TABLE public.t ADD COLUMN IF NOT EXISTS n int;",
            "DELETE FROM public.t; ALTER TABLE public.t DROP COLUMN n;",
            "rows-lost",
            "public.t",
        ),
        (keep_rows, "DROP TABLE public.nothing;", "rollback-fails", "public.nothing"),
    ];
    for (up, rollback, kind, object) in cases {
        let project = with_second(&format!("{up}\n"), &format!("{rollback}\n"));
        let ran = project.run(&["verify", "20260102000000"]).exits(1).prints(&format!("[round-trip/{kind}]"));
        assert!(ran.stdout.contains(object), "{up}: `{object}` is not named\n{}", ran.stdout);
    }
}

#[test]
fn a_not_null_column_without_default_fails_on_a_table_that_had_no_seed_rows() {
    let project = with_second(
        "ALTER TABLE public.t ADD COLUMN IF NOT EXISTS must int NOT NULL;\n",
        "ALTER TABLE public.t DROP COLUMN IF EXISTS must;\n",
    );
    let ran = project.run(&["verify", "20260102000000", "--format", "json"]).exits(1);
    assert_eq!(kinds(&ran), ["20260102000000: up-fails-with-rows"]);
    // and without rows there is nothing to say against it
    project.run(&["verify", "20260102000000", "--rows", "none"]).exits(0);
}

#[test]
fn what_the_rollback_lacks_is_printed_as_sql() {
    let project = with_second("CREATE INDEX IF NOT EXISTS t_name_idx ON public.t (name);\n", "SELECT 1;\n");
    project.run(&["verify", "20260102000000"]).exits(1).prints("DROP INDEX");
}

#[test]
fn by_default_only_what_the_base_branch_lacks_is_proven() {
    let project = Project::small();
    project.ship();
    project.run(&["verify"]).exits(0).says("nothing to prove");
    project.migration("20260201000000_bad", "CREATE TABLE IF NOT EXISTS public.x (id int);\n", "SELECT 1;\n");
    let ran = project.run(&["verify", "--format", "json"]).exits(1);
    assert_eq!(kinds(&ran), ["20260201000000: rollback-differs"]);
    assert_eq!(ran.json()["summary"]["tested"], 1);
}

#[test]
fn another_projects_pairs_are_judged_by_their_schema_alone_unless_asked() {
    let project = Project::empty();
    project.write("theirs/1_a.up.sql", "CREATE TABLE a (id int);");
    project.write("theirs/1_a.down.sql", "DROP TABLE a;");
    project.write("theirs/2_b.up.sql", "ALTER TABLE a ADD COLUMN must int NOT NULL;");
    project.write("theirs/2_b.down.sql", "ALTER TABLE a DROP COLUMN must;");
    project.write("theirs/3_c.up.sql", "CREATE INDEX a_idx ON a (id);");
    project.write("theirs/3_c.down.sql", "SELECT 1;");
    let ran = project.run(&["verify", "--all", "--source", "theirs", "--format", "json"]).exits(1);
    assert_eq!(kinds(&ran), ["3: rollback-differs"]);
    let ran = project
        .run(&["verify", "--all", "--source", "theirs", "--rows", "made", "--format", "json"])
        .exits(1);
    assert_eq!(kinds(&ran), ["2: up-fails-with-rows", "3: rollback-differs"]);
    let ran = project
        .run(&["verify", "--all", "--source", "theirs", "--require", "idempotent", "--format", "json"])
        .exits(1);
    assert_eq!(
        kinds(&ran),
        ["1: not-idempotent", "2: not-idempotent", "3: not-idempotent", "3: rollback-differs"]
    );
}

#[test]
fn diesel_folders_are_read() {
    let project = Project::empty();
    project.write("diesel/2024-01-01-000000_a/up.sql", "CREATE TABLE a (id int);");
    project.write("diesel/2024-01-01-000000_a/down.sql", "DROP TABLE a;");
    project.run(&["verify", "--source", "diesel"]).exits(0).says("1 migrations");
}

#[test]
fn an_unknown_version_or_folder_is_a_usage_error() {
    let project = Project::small();
    project.run(&["verify", "1"]).exits(2).says("no migration with version 1");
    project.run(&["verify", "--all", "--source", "nowhere"]).exits(2).says("`nowhere` is not a folder");
    project.run(&["verify", "--all", "--sandbox", "podman"]).exits(2).says("podman");
}

#[test]
fn an_interrupt_ends_the_running_statement_and_the_server() {
    let project = Project::empty();
    project.migration("20260101000000_sleep", "SELECT pg_sleep(60);\n", "SELECT 1;\n");
    let mut command = project.command(&["verify", "--all"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    // the line that names the sandbox is the last one before the work
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("sandbox: ") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended before a sandbox was there");
    }
    std::thread::sleep(Duration::from_secs(1));
    let asked = Instant::now();
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(asked.elapsed() < Duration::from_secs(20), "it took {:?}", asked.elapsed());
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("interrupted"), "{rest}");
}
