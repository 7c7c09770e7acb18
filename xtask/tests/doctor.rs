//! `doctor --env` on real databases, and what every command says about a wrong `supabase/deploy.toml`.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use meshhook_sandbox::testing::Cluster;
use support::{Project, Ran, finish};

const SETTINGS: &str = "[environments.staging]\nurl_variable = 'STAGING_URL'\nchannels = ['team']\n\n\
                        [channels.team]\nkind = 'slack'\nurl_variable = 'TEAM_URL'\n";

fn project(settings: &str) -> Project {
    let project = Project::small();
    project.write("supabase/deploy.toml", settings);
    project
}

fn run(project: &Project, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = project.command(arguments);
    command.envs(variables.iter().copied());
    finish(command)
}

/// The lines of the JSON report as `name standing: what`.
fn lines(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let text = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap().to_owned();
    report["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("{} {}: {}", text(line, "name"), text(line, "standing"), text(line, "what")))
        .collect()
}

#[track_caller]
fn holds(lines: &[String], wanted: &str) {
    assert!(lines.iter().any(|line| line.starts_with(wanted)), "`{wanted}` is not in {lines:#?}");
}

#[test]
fn an_environment_in_order_is_shown_from_its_settings_to_its_ledger_and_nothing_is_changed() {
    let cluster = Cluster::started(&[]).unwrap();
    let project = project(SETTINGS);
    let url = cluster.url("127.0.0.1", "postgres");
    let channel = "https://hooks.slack.com/services/T0/B0/s3cret";
    let variables = [("STAGING_URL", url.as_str()), ("TEAM_URL", channel)];

    let ran = run(&project, &["doctor", "--env", "staging"], &variables).exits(0);
    let ran = ran.prints("PostgreSQL").prints("a server answers").prints("0 applied, 3 pending of 3");
    let ran = ran
        .prints("the first deploy makes it")
        .prints("its variables are set")
        .says("`staging` is ready for a deploy");
    for secret in [cluster.password(), "a%20password", "s3cret"] {
        assert!(!format!("{ran:?}").contains(secret), "{ran:?}");
    }
    let schemas = cluster.psql("SELECT count(*) FROM pg_namespace WHERE nspname = 'meshhook_ops'").unwrap();
    assert_eq!(schemas.trim(), "0");

    project.run(&["up", "--to", "20260102000000", "--database-url", &url]).exits(0);
    let ran = run(&project, &["doctor", "--env", "staging", "--format", "json"], &variables).exits(0);
    let report = ran.json();
    assert_eq!((&report["environment"], &report["passed"]), (&"staging".into(), &true.into()));
    assert!(report["target"].as_str().unwrap().ends_with("/postgres as postgres"), "{report}");
    holds(&lines(&ran), "ledger ok: 2 applied, 1 pending of 3");
}

#[test]
fn everything_that_is_in_the_way_is_shown_at_once_and_the_exit_code_is_1() {
    let cluster = Cluster::started(&[]).unwrap();
    let project = project(&SETTINGS.replace("channels =", "major = 30\nlock_timeout = '200ms'\nchannels ="));
    let url = cluster.url("127.0.0.1", "postgres");
    project.run(&["up", "--database-url", &url]).exits(0);
    cluster.psql("ALTER DATABASE postgres SET default_transaction_read_only = on").unwrap();
    let ups = project.root().join("supabase/migrations");
    let edited = ups.join("20260101000000_create_notes.sql");
    std::fs::write(&edited, std::fs::read_to_string(&edited).unwrap() + "-- edited\n").unwrap();
    std::fs::remove_file(ups.join("20260103000000_index_title.sql")).unwrap();
    std::fs::remove_file(project.root().join("supabase/rollbacks/20260103000000_index_title.sql")).unwrap();

    let variables = [("STAGING_URL", url.as_str())];
    let ran = run(&project, &["doctor", "--env", "staging", "--format", "json"], &variables).exits(1);
    let lines = lines(&ran);
    holds(
        &lines,
        "settings warning: supabase/deploy.toml:4:16: `environments.staging.lock_timeout`: `200ms` is less",
    );
    holds(
        &lines,
        "channel team warning: supabase/deploy.toml:9:16: `channels.team.url_variable`: the variable `TEAM_URL` is not set",
    );
    holds(&lines, "version error: the server is PostgreSQL ");
    holds(
        &lines,
        "read-only error: transactions are read-only (`default_transaction_read_only`, set for database `postgres`)",
    );
    holds(&lines, "ledger error: the file was edited after it was applied: 20260101000000");
    holds(&lines, "ledger error: applied, and the file is missing: 20260103000000");
    assert_eq!(ran.json()["passed"], false);
    let human = run(&project, &["doctor", "--env", "staging"], &variables).exits(1);
    human.prints("ERROR").prints("-> bring the file back").says("`staging` is not ready for a deploy");
}

#[test]
fn a_server_that_cannot_be_reached_is_exit_1_and_a_variable_that_is_not_set_exit_2() {
    let project = project(SETTINGS);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://u:s3cret@127.0.0.1:{port}/db");
    let ran = run(&project, &["doctor", "--env", "staging"], &[("STAGING_URL", &url)]).exits(1);
    let ran = ran.prints(&format!("refuses connections on port {port}"));
    assert!(!format!("{ran:?}").contains("s3cret"), "{ran:?}");

    let ran = run(&project, &["doctor", "--env", "staging"], &[]).exits(2);
    let ran = ran.prints("supabase/deploy.toml:2:16: `environments.staging.url_variable`: the variable `STAGING_URL` is not set");
    ran.prints("the variable `TEAM_URL` is not set");
    for url in ["s3cret", "mysql://u:s3cret@h/db"] {
        let ran = run(&project, &["doctor", "--env", "staging"], &[("STAGING_URL", url)]).exits(2);
        assert!(!format!("{ran:?}").contains("s3cret"), "{ran:?}");
    }
    run(&project, &["doctor", "--env", "nowhere"], &[])
        .exits(2)
        .says("there is no environment `nowhere`")
        .says("known: staging");
}

#[test]
fn the_parts_of_an_address_are_as_good_as_a_url() {
    let cluster = Cluster::started(&[]).unwrap();
    let password = "p@ss/w#d %25";
    cluster.psql(&format!("ALTER ROLE postgres PASSWORD '{password}'")).unwrap();
    let project = project(
        "[environments.staging]\nhost_variable = 'H'\nport_variable = 'P'\npassword_variable = 'W'\n",
    );
    let port = cluster.port().to_string();
    let variables = [("H", "::1"), ("P", port.as_str()), ("W", password)];
    let ran = run(&project, &["doctor", "--env", "staging"], &variables).exits(0);
    let ran = ran.prints("set: H, P, W").says(&format!("::1:{port}/postgres as postgres"));
    assert!(!format!("{ran:?}").contains(password), "{ran:?}");
}

#[test]
fn a_wrong_file_stops_every_command_and_doctor_shows_it_among_the_rest() {
    let project = project("[environments.staging]\nurl = 'x'\n[gates]\nidempotent = 1\n");
    let first = "supabase/deploy.toml:2:1: `environments.staging.url`: is not a key; write `url_variable`";
    let second = "supabase/deploy.toml:4:14: `gates.idempotent`: must be `true` or `false`";
    for arguments in [&["status"][..], &["check", "--only", "files"], &["doctor", "--env", "staging"]] {
        run(&project, arguments, &[]).exits(2).says(first).says(second);
    }
    run(&project, &["doctor"], &[]).exits(2).prints(first).prints(second).prints("sandbox native");
}

#[test]
fn tls_that_was_switched_off_for_a_server_elsewhere_is_refused_by_commands_that_only_read() {
    let project = project(SETTINGS);
    let url = "postgres://u:s3cret@db.nowhere.invalid/db?sslmode=disable";
    let ran = run(&project, &["status", "--env", "staging"], &[("STAGING_URL", url)]).exits(2);
    let ran = ran.says("says `sslmode=disable`, and the server is not on this machine");
    assert!(!format!("{ran:?}").contains("s3cret"), "{ran:?}");
    run(&project, &["doctor", "--env", "staging"], &[("STAGING_URL", url)])
        .exits(1)
        .prints("sslmode=disable");
}

#[test]
fn gates_that_the_file_leaves_out_are_left_out_unless_they_are_asked_for() {
    let project = project("[gates]\nskip = ['history', 'round-trip', 'offline']\n");
    let gates = |ran: Ran| -> Vec<String> {
        let report = ran.json();
        report["gates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|gate| gate["gate"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = gates(run(&project, &["check", "--format", "json"], &[]).exits(0));
    assert!(all.contains(&"files".to_owned()) && !all.contains(&"round-trip".to_owned()), "{all:?}");
    let asked = gates(run(&project, &["check", "--only", "round-trip", "--format", "json"], &[]));
    assert_eq!(asked, ["round-trip"]);
}

#[test]
fn the_house_rule_of_idempotence_can_be_relaxed_by_the_file() {
    let project = project("[gates]\nidempotent = true\n");
    project.migration(
        "20260104000000_once",
        "CREATE TABLE public.once (id int);\n",
        "DROP TABLE IF EXISTS public.once;\n",
    );
    run(&project, &["verify", "20260104000000"], &[]).exits(1).prints("not-idempotent");
    project.write("supabase/deploy.toml", "[gates]\nidempotent = false\n");
    run(&project, &["verify", "20260104000000"], &[]).exits(0);
}
