//! `deploy` and `rollback`, as workflows call them: the real program, a local "production", real listeners.

#![allow(clippy::unwrap_used, reason = "these are tests")]

#[path = "../../crates/notify/tests/support/mod.rs"]
mod listeners;
mod support;

use std::process::{Command, Stdio};

use listeners::{HttpServer, KEY, closed_port, reply};
use meshhook_sandbox::testing::Cluster;
use support::{Project, Ran, finish};

const SETTINGS: &str = r#"
[environments.production]
url_variable = "PRODUCTION_DATABASE_URL"
channels = ["team", "hook"]

[channels.team]
kind = "slack"
url_variable = "TEAM_URL"

[channels.hook]
kind = "webhook"
url_variable = "HOOK_URL"
secret_variable = "HOOK_SECRET"
"#;

/// A production, a team that listens, and a checkout.
struct World {
    project: Project,
    production: Cluster,
    team: HttpServer,
    hook: HttpServer,
}

impl World {
    fn new() -> World {
        let project = Project::small();
        project.write("supabase/deploy.toml", SETTINGS);
        let production = Cluster::started(&[]).unwrap();
        World {
            project,
            production,
            team: HttpServer::start(vec![reply(200)]),
            hook: HttpServer::start(vec![reply(200)]),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.project.command(arguments);
        command
            .env("PRODUCTION_DATABASE_URL", self.production.url("127.0.0.1", "postgres"))
            .env("TEAM_URL", self.team.url("/services/T0/B0/s3cret-path"))
            .env("HOOK_URL", self.hook.url("/hook/s3cret-path"))
            .env("HOOK_SECRET", KEY);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments))
    }

    fn deploy(&self) -> Ran {
        self.run(&["deploy", "--env", "production", "--yes"])
    }

    fn ask(&self, sql: &str) -> String {
        self.production.psql(sql).unwrap().trim().to_owned()
    }

    /// Versions in the ledger, columns of the project's tables, rows.
    fn standing(&self) -> [String; 3] {
        [
            self.ask("SELECT string_agg(version::text, ' ' ORDER BY version) FROM meshhook_ops._sqlx_migrations"),
            self.ask(
                "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY 1) FROM information_schema.columns \
                 WHERE table_schema = 'public'",
            ),
            self.ask("SELECT string_agg(to_jsonb(n)::text, ' ' ORDER BY id) FROM public.notes AS n"),
        ]
    }
}

#[test]
fn a_good_deploy_is_logged_and_announced_and_a_second_one_has_nothing_to_do() {
    let world = World::new();
    world.deploy().exits(0).says("deploy done: production is at 20260103000000").prints("index_title");
    let team = world.team.request().json();
    assert_eq!(team["text"], "Deployed: production is at 20260103000000");
    let hook = world.hook.request();
    assert!(hook.headers.contains_key("webhook-signature"));
    assert_eq!(world.ask("SELECT outcome FROM meshhook_ops.migration_run"), "succeeded");
    assert_eq!(world.ask("SELECT notification ->> 'settled' FROM meshhook_ops.migration_run"), "true");
    assert_eq!(world.ask("SELECT count(*) FROM meshhook_ops.schema_snapshot WHERE fingerprint = (SELECT fingerprint_after FROM meshhook_ops.migration_run)"), "1");

    world.deploy().exits(0).says("deploy nothing to do: production is up to date");
    assert_eq!(world.team.requests().len(), 1, "nothing to do is nothing to tell");
}

#[test]
fn a_deploy_whose_third_migration_fails_on_live_rows_leaves_everything_as_it_was() {
    let world = World::new();
    world.deploy().exits(0);
    world
        .production
        .psql("INSERT INTO public.notes (body, title) VALUES ('a', 'same'), ('b', 'same')")
        .unwrap();
    let before = world.standing();
    let project = &world.project;
    project.migration("20260201000000_one", "CREATE TABLE public.one (id int);", "DROP TABLE public.one;");
    project.migration(
        "20260202000000_two",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY notes_body_idx ON public.notes (body);\nUPDATE public.notes SET body = body || '!';",
        "-- no-transaction\nUPDATE public.notes SET body = rtrim(body, '!');\nDROP INDEX CONCURRENTLY IF EXISTS public.notes_body_idx;",
    );
    project.migration(
        "20260203000000_three",
        "-- unique titles\nCREATE UNIQUE INDEX notes_title_key ON public.notes (title);",
        "DROP INDEX public.notes_title_key;",
    );
    let ran = world.deploy().exits(3).says("supabase/migrations/20260203000000_three.sql:2:1");
    ran.says("deploy rolled back: production is as it was before, at 20260103000000");
    assert_eq!(world.standing(), before);
    assert_eq!(
        world.ask("SELECT string_agg(direction || ' ' || status, ', ' ORDER BY step) FROM meshhook_ops.migration_log WHERE run = (SELECT id FROM meshhook_ops.migration_run ORDER BY started_at DESC LIMIT 1)"),
        "up succeeded, up succeeded, up failed, down succeeded, down succeeded"
    );
    let told = world.team.requests()[1].body.clone();
    for part in ["Rolled back", "production", "20260203000000_three.sql:2:1", "could not create unique index"]
    {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
}

#[test]
fn a_script_without_a_transaction_that_stops_half_way_is_taken_back() {
    let world = World::new();
    world.deploy().exits(0);
    world
        .production
        .psql("INSERT INTO public.notes (body, title) VALUES ('a', 'same'), ('b', 'same')")
        .unwrap();
    let before = world.standing();
    world.project.migration(
        "20260201000000_half",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY notes_body_idx ON public.notes (body);\nCREATE UNIQUE INDEX CONCURRENTLY notes_title_key ON public.notes (title);",
        "-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS public.notes_title_key;\nDROP INDEX CONCURRENTLY IF EXISTS public.notes_body_idx;",
    );
    world.deploy().exits(3).says("20260201000000_half.sql:3:1");
    assert_eq!(world.standing(), before);
    assert_eq!(world.ask("SELECT count(*) FROM pg_index WHERE indrelid = 'public.notes'::regclass"), "2");
}

#[test]
fn an_irreversible_migration_in_between_needs_a_person() {
    let world = World::new();
    world.deploy().exits(0);
    world
        .production
        .psql("INSERT INTO public.notes (body, title) VALUES ('a', 'same'), ('b', 'same')")
        .unwrap();
    world.project.migration(
        "20260201000000_gone",
        "-- no-transaction\nVACUUM public.notes;",
        "-- irreversible: nobody can unvacuum\n",
    );
    world.project.migration(
        "20260202000000_fails",
        "CREATE UNIQUE INDEX notes_title_key ON public.notes (title);",
        "DROP INDEX public.notes_title_key;",
    );
    world.deploy().exits(1).says("--allow-irreversible VERSION").says("20260201000000_gone");
    let arguments = ["deploy", "--env", "production", "--yes", "--allow-irreversible", "20260201000000"];
    let ran = world
        .run(&arguments)
        .exits(4)
        .says("needs a person")
        .says("still applied in production: 20260201000000");
    ran.says("next: cargo xtask db status --env production");
    let told = world.team.requests().last().unwrap().body.clone();
    assert!(told.contains("backwards is no way"), "{told}");
    world.run(&["deploy", "--env", "production", "--allow-irreversible", "7"]).exits(2);

    // and status says so until somebody has decided; a deploy that was refused decides nothing
    let id = world.ask("SELECT id FROM meshhook_ops.migration_run WHERE outcome = 'needs-a-person'");
    let status = || world.run(&["status", "--env", "production"]).exits(0);
    let told = status().says(&format!("the last deploy needs a person (run {id}, ended "));
    let told = told.says(&format!("next: what it did: `cargo xtask db log --env production --run {id}`"));
    let told = told.says("then `cargo xtask db deploy --env production`");
    told.says(&format!("next: backwards: `cargo xtask db rollback --env production --run {id}`"));
    world.project.migration("20260101120000_late", "SELECT 1;", "SELECT 1;");
    world.deploy().exits(1);
    let json = world.run(&["status", "--env", "production", "--format", "json"]).exits(0).json();
    assert_eq!(json["needs_a_person"]["run"]["id"], id);
    assert!(json["needs_a_person"]["run"]["message"].is_string());
    for folder in ["migrations", "rollbacks"] {
        for name in ["20260101120000_late", "20260202000000_fails"] {
            std::fs::remove_file(world.project.root().join(format!("supabase/{folder}/{name}.sql"))).unwrap();
        }
    }
    world.project.migration("20260203000000_fine", "SELECT 1;", "SELECT 1;");
    world.deploy().exits(0);
    assert!(!status().stderr.contains("needs a person"));
}

#[test]
fn an_older_checkout_rolls_a_newer_deploy_back() {
    let world = World::new();
    world.deploy().exits(0);
    let before = world.standing();
    world.project.migration(
        "20260201000000_one",
        "CREATE TABLE public.one (id int);",
        "DROP TABLE public.one;",
    );
    world.deploy().exits(0);
    world.production.psql("INSERT INTO public.one VALUES (1)").unwrap();
    for folder in ["migrations", "rollbacks"] {
        std::fs::remove_file(world.project.root().join(format!("supabase/{folder}/20260201000000_one.sql")))
            .unwrap();
    }
    world.run(&["rollback", "--env", "production"]).exits(2).says("--yes");
    world.run(&["rollback", "--env", "production", "--dry-run"]).exits(0).prints("DROP TABLE public.one;");
    let ran = world.run(&["rollback", "--env", "production", "--yes"]).exits(0);
    ran.says("this drops table `public.one` with 1 row")
        .says("rollback done: production is at 20260103000000");
    assert_eq!(world.standing(), before);
    assert!(world.team.requests().last().unwrap().body.contains("Taken back"));
}

#[test]
fn two_deploys_at_once_apply_once_and_both_end_well() {
    let world = World::new();
    let start = || {
        let mut command = world.command(&["deploy", "--env", "production", "--yes"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let both = [start(), start()].map(|child| child.wait_with_output().unwrap());
    for output in &both {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(world.ask("SELECT count(*) FROM meshhook_ops.migration_run"), "1");
    assert_eq!(world.ask("SELECT count(*) FROM meshhook_ops.migration_log"), "3");
}

#[test]
fn a_rehearsal_shows_sql_and_locks_and_writes_nothing() {
    let world = World::new();
    let ran = world.run(&["deploy", "--env", "production", "--dry-run"]).exits(0);
    ran.prints("CREATE TABLE IF NOT EXISTS public.notes").says("3 to run; nothing was changed");
    assert_eq!(world.ask("SELECT coalesce(to_regnamespace('meshhook_ops')::text, '')"), "");
    world.deploy().exits(0);
    world.project.migration(
        "20260201000000_column",
        "ALTER TABLE public.notes ADD COLUMN done boolean;",
        "ALTER TABLE public.notes DROP COLUMN done;",
    );
    let json = world.run(&["deploy", "--env", "production", "--dry-run", "--format", "json"]).exits(0).json();
    assert_eq!(json["steps"][0]["locks"][0], "public.notes: AccessExclusiveLock");
    world.project.migration("20260202000000_broken", "SELECT 1/0;", "SELECT 1;");
    world.run(&["deploy", "--env", "production", "--dry-run"]).exits(1).says("20260202000000_broken.sql:1:1");
    world.deploy().exits(3).says("division by zero");
    assert_eq!(world.team.requests().len(), 2);
}

#[test]
fn a_notification_that_fails_does_not_fail_the_deploy_and_is_sent_by_the_next() {
    let world = World::new();
    let mut command = world.command(&["deploy", "--env", "production", "--yes"]);
    command.env("TEAM_URL", format!("http://127.0.0.1:{}/s3cret-path", closed_port()));
    finish(command).exits(0).says("`team` was not told");
    assert_eq!(world.ask("SELECT notification ->> 'settled' FROM meshhook_ops.migration_run"), "false");
    world.deploy().exits(0).says("nothing to do");
    assert_eq!(world.team.request().json()["text"], "Deployed: production is at 20260103000000");
    assert_eq!(world.ask("SELECT notification ->> 'settled' FROM meshhook_ops.migration_run"), "true");
}

#[test]
fn a_planted_password_is_found_nowhere() {
    const PLANTED: &str = "pl4nted-Passw0rd";
    let world = World::new();
    world.deploy().exits(0);
    world.production.psql(&format!("CREATE ROLE deployer SUPERUSER LOGIN PASSWORD '{PLANTED}'")).unwrap();
    world
        .production
        .psql("INSERT INTO public.notes (body, title) VALUES ('a', 'same'), ('b', 'same')")
        .unwrap();
    world.project.migration(
        "20260201000000_planted",
        &format!("CREATE ROLE planted PASSWORD '{PLANTED}';\nDO $$ BEGIN RAISE EXCEPTION 'no way in with {PLANTED}' USING DETAIL = 'postgres://me:{PLANTED}@h/db'; END $$;"),
        "DROP ROLE planted;",
    );
    let summary = world.project.write("summary.md", "");
    for extra in
        [&["-vv"][..], &["-vv", "--log-format", "json", "--format", "json", "--no-rehearsal"], &["--dry-run"]]
    {
        let arguments = [&["deploy", "--env", "production", "--yes"], extra].concat();
        let mut command = world.command(&arguments);
        let url = format!("postgres://deployer:{PLANTED}@127.0.0.1:{}/postgres", world.production.port());
        command
            .env("PRODUCTION_DATABASE_URL", url)
            .env("DEPLOY_TOKEN", PLANTED)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary);
        let ran = finish(command);
        assert!(ran.code == 3 || ran.code == 1, "{ran:?}");
        assert!(ran.stderr.contains("no way in with [redacted]"), "{ran:?}");
        assert!(!format!("{ran:?}").contains(PLANTED), "{ran:?}");
    }
    let sent: Vec<String> = world
        .team
        .requests()
        .iter()
        .chain(&world.hook.requests())
        .map(|request| request.body.clone())
        .collect();
    assert!(sent.iter().any(|body| body.contains("no way in with")), "{sent:?}");
    assert!(sent.iter().all(|body| !body.contains(PLANTED) && !body.contains("s3cret-path")));
    assert!(!std::fs::read_to_string(summary).unwrap().contains(PLANTED));
    for table in ["migration_run", "migration_log", "journal", "schema_snapshot"] {
        let rows = world.ask(&format!(
            "SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM meshhook_ops.{table} AS t"
        ));
        assert!(!rows.contains(PLANTED), "{table}: {rows}");
    }
    for arguments in
        [&["log", "--env", "production"][..], &["status", "--env", "production", "--format", "json"]]
    {
        assert!(!format!("{:?}", world.run(arguments)).contains(PLANTED));
    }
}

#[test]
fn what_is_wrong_with_the_call_is_exit_2() {
    let world = World::new();
    world.run(&["deploy"]).exits(2).says("--env NAME");
    world.run(&["deploy", "--env", "nowhere"]).exits(2).says("known: production");
    world.run(&["deploy", "--env", "production", "--to", "7"]).exits(2);
    world.run(&["rollback", "--env", "production", "--run", "7", "--yes"]).exits(2).says("--run");
    let mut command = world.command(&["deploy", "--env", "production", "--yes"]);
    command.env_remove("TEAM_URL");
    finish(command).exits(2).says("TEAM_URL");
    let mut command = world.command(&["deploy", "--env", "production", "--yes"]);
    command.env(
        "PRODUCTION_DATABASE_URL",
        format!("postgres://postgres:x@127.0.0.1:{}/postgres", closed_port()),
    );
    finish(command).exits(1).says("nothing was changed");
    world
        .project
        .write("supabase/deploy.toml", &SETTINGS.replace("channels = [", "confirm = true\nchannels = ["));
    world.run(&["deploy", "--env", "production"]).exits(2).says("--yes");
}
