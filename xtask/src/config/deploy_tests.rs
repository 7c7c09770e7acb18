//! What is said about `supabase/deploy.toml`, as a table of texts and messages.

use super::*;

fn project(toml: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("supabase")).unwrap();
    std::fs::write(folder.path().join("supabase/deploy.toml"), toml).unwrap();
    folder
}

fn read(toml: &str) -> Result<Deploy, Failure> {
    Deploy::read(project(toml).path())
}

/// What is wrong with the file, one line a problem.
fn refused(toml: &str) -> String {
    let failure = match read(toml) {
        Ok(_) => panic!("was accepted:\n{toml}"),
        Err(failure) => failure,
    };
    assert_eq!(failure.exit, crate::exit::Exit::Usage, "{toml}");
    for planted in ["s3cret", "hunter2"] {
        let told = format!("{failure:?}");
        assert!(!told.contains(planted), "{told}\nrepeats what is written in\n{toml}");
    }
    failure.message
}

/// An environment with these lines.
fn environment(lines: &str) -> String {
    format!("[environments.e]\nurl_variable = 'E_URL'\n{lines}\n")
}

#[test]
fn every_mistake_is_named_with_line_column_and_key() {
    for (toml, expected) in [
        // unknown keys, at every level
        (
            "sandbax = 1",
            "1:1: `sandbax`: is not a key; known here: `channels`, `environments`, `gates`, `sandbox`, `schema`",
        ),
        ("[sandbox]\nimgae = 's3cret'", "2:1: `sandbox.imgae`: is not a key; known here: `image`"),
        ("[gates]\nskips = []", "2:1: `gates.skips`: is not a key; known here: `idempotent`, `skip`"),
        ("[schema]\n'odd key s3cret' = 1", "2:1: `schema`: a key that is not known here; known: `runtime`"),
        // a value where the name of a variable belongs
        (
            "[environments.e]\nurl_variable = 's3cret'",
            "2:16: `environments.e.url_variable`: must be the name of a variable (capitals, digits, `_`), such as `PRODUCTION_DATABASE_URL`, never the value itself",
        ),
        (
            "[environments.e]\nhost_variable = 'H'\npassword = 's3cret'",
            "3:1: `environments.e.password`: is not a key; write `password_variable`, the name of the variable that holds it",
        ),
        // wrong types
        ("[sandbox]\nimage = 15", "2:9: `sandbox.image`: must be text in quotes"),
        ("sandbox = 's3cret'", "1:11: `sandbox`: must be a table"),
        ("environments = []", "1:16: `environments`: must be a table"),
        ("[environments]\ne = 's3cret'", "2:1: `environments.e`: must be a table"),
        ("[gates]\nidempotent = 'yes'", "2:14: `gates.idempotent`: must be `true` or `false`"),
        ("[gates]\nskip = 'offline'", "2:8: `gates.skip`: must be a list of texts"),
        ("[gates]\nskip = [1]", "2:9: `gates.skip[0]`: must be text in quotes"),
        ("[gates]\nskip = ['files', 'files']", "2:18: `gates.skip[1]`: is there twice"),
        (
            "[schema]\nruntime = ['public.*']",
            "2:12: `schema.runtime`: must be `schema.table`, with `*` and `?` in it, such as `public.workflow_events_y*`",
        ),
        (
            "[schema]\nruntime = ['events_y*']",
            "2:12: `schema.runtime`: must be `schema.table`, with `*` and `?` in it, such as `public.workflow_events_y*`",
        ),
        (&environment("major = '17'"), "3:9: `environments.e.major`: must be a whole number"),
        (&environment("major = 9"), "3:9: `environments.e.major`: must be a whole number from 13 to 30"),
        (
            &environment("major = 99999999999999999999"),
            "3:9: `environments.e.major`: must be a whole number from 13 to 30",
        ),
        (&environment("retries = -1"), "3:11: `environments.e.retries`: must be a whole number from 0 to 20"),
        (
            &environment("tls = 's3cret'"),
            "3:7: `environments.e.tls`: must be `\"require\"` or `\"verify-full\"`",
        ),
        (&environment("drift = 'ignore'"), "3:9: `environments.e.drift`: must be `\"refuse\"` or `\"warn\"`"),
        (
            &environment("transaction = 'one'"),
            "3:15: `environments.e.transaction`: must be `\"joined\"` or `\"per-migration\"`",
        ),
        (
            &environment("lock_timeout = 3"),
            "3:16: `environments.e.lock_timeout`: must be a number and a unit, such as `500ms`, `3s`, `15min` or `1h`",
        ),
        (
            &environment("lock_timeout = '3 sec'"),
            "3:16: `environments.e.lock_timeout`: must be a number and a unit, such as `500ms`, `3s`, `15min` or `1h`",
        ),
        (
            &environment("lock_timeout = '0s'"),
            "3:16: `environments.e.lock_timeout`: must be between `1ms` and `1h`",
        ),
        (
            &environment("statement_timeout = '2h'\nlock_timeout = '1h'\nlong_transaction = '2ms'"),
            "5:20: `environments.e.long_transaction`: must be between `1s` and `24h`",
        ),
        (
            &environment("statement_timeout = '2s'"),
            "3:21: `environments.e.statement_timeout`: `lock_timeout` must be shorter than `statement_timeout`, else it never counts",
        ),
        (
            &environment("root_certificate = 'ca.crt'"),
            "3:20: `environments.e.root_certificate`: is looked at only with `tls = \"verify-full\"`",
        ),
        (
            &environment("channels = ['team']"),
            "3:13: `environments.e.channels`: names a channel that has no `[channels.…]` table",
        ),
        // where the database is
        (
            "[environments.e]\nmajor = 17",
            "1:15: `environments.e`: does not say where the database is: `url_variable`, or `host_variable` and other parts",
        ),
        (
            &environment("host_variable = 'H'"),
            "2:16: `environments.e.url_variable`: either the whole URL or its parts, not both",
        ),
        (
            "[environments.e]\nuser_variable = 'U'",
            "1:15: `environments.e`: has parts of an address, but no `host_variable`",
        ),
        (
            "[environments.Prod]\nurl_variable = 'E_URL'",
            "1:15: `environments`: a name consists of small letters, digits, `-` and `_`",
        ),
        // duplicates, and what is no TOML
        ("[sandbox]\nimage = 'a'\nimage = 's3cret'", "3:1: `image`: duplicate key"),
        ("[sandbox]\n[sandbox]", "2:2: `sandbox`: duplicate key"),
    ] {
        assert_eq!(refused(toml), format!("supabase/deploy.toml:{expected}"), "{toml}");
    }
}

#[test]
fn a_gate_that_does_not_exist_is_refused_with_the_ones_that_do() {
    let message = refused("[gates]\nskip = ['lintt']");
    assert!(
        message.starts_with(
            "supabase/deploy.toml:2:9: `gates.skip`: a gate that is not known; known: `files`, "
        ),
        "{message}"
    );
}

#[test]
fn a_broken_file_is_refused_with_its_place_and_nothing_of_its_text() {
    for toml in [
        "[sandbox]\nimage = s3cret",
        "[sandbox\n",
        "[sandbox]\nimage = 's3cret",
        "x = { s3cret",
        "\u{0}s3cret",
    ] {
        let message = refused(toml);
        assert!(message.starts_with("supabase/deploy.toml:"), "{message}");
    }
}

#[test]
fn secrets_in_the_file_are_refused_wherever_they_are() {
    for (toml, expected) in [
        (
            "[environments.production]\nurl_variable = 'postgres://u:hunter2@h/db'",
            "2:17: `environments.production.url_variable`: a URL with a user or a password does not belong into this file",
        ),
        (
            "# was postgres://u:hunter2@h/db",
            "1:7: a URL with a user or a password does not belong into this file",
        ),
        (
            "[channels.team]\nurl = 'https://hooks.slack.com/services/T0/B0/s3cret'",
            "2:8: `channels.team.url`: the address of a webhook does not belong into this file",
        ),
        (
            "[channels.team]\nsecret = 'whsec_s3cretMfKQ9r8GKYq'",
            "2:11: `channels.team.secret`: the secret of a signed webhook does not belong into this file",
        ),
        (
            "[channels.team]\nto = ['ghp_s3cretMfKQ9r8GKYqMfKQ']",
            "2:8: `channels.team.to`: a GitHub token does not belong into this file",
        ),
        // also where the file is broken otherwise
        (
            "url = postgres://u:hunter2@h/db",
            "1:7: a URL with a user or a password does not belong into this file",
        ),
    ] {
        assert_eq!(refused(toml), format!("supabase/deploy.toml:{expected}"), "{toml}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let message =
        refused("[gates]\nskip = 1\n[environments.e]\nurl_variable = 'E_URL'\nretries = 'x'\nmajro = 17\n");
    let places: Vec<&str> = message.lines().filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(places, ["gates.skip", "environments.e.retries", "environments.e.majro"]);
}

#[test]
fn without_a_file_the_defaults_hold() {
    let folder = tempfile::tempdir().unwrap();
    let deploy = Deploy::read(folder.path()).unwrap();
    assert!(!deploy.is_there() && deploy.environments.is_empty() && deploy.gates == Gates::default());
    let message = deploy.policy("production").unwrap_err().message;
    assert_eq!(message, "there is no environment `production` in supabase/deploy.toml; none is configured");
}

#[test]
fn an_environment_that_names_no_rules_has_those_of_the_default() {
    let deploy = read(&environment("")).unwrap();
    assert_eq!(deploy.policy("e").unwrap(), Policy::named("e"));
    let message = deploy.policy("x").unwrap_err().message;
    assert_eq!(message, "there is no environment `x` in supabase/deploy.toml; known: e");
}

#[test]
fn every_key_reaches_the_policy() {
    let toml = "[schema]\nruntime = ['public.workflow_events_y*']\n[channels]\nteam = {kind = 'slack', url_variable = 'X'}\n"
        .to_owned()
        + &environment(
            "tls = 'verify-full'\nroot_certificate = 'ca.crt'\nmajor = 17\nlock_timeout = '500ms'\n\
             statement_timeout = '1h'\nlock_wait = '0s'\nretries = 0\ntransaction = 'per-migration'\n\
             rehearsal = false\ndrift = 'warn'\nlong_transaction = '5min'\nfree_connections = 7\nconfirm = true\n\
             channels = ['team']",
        );
    let project = project(&toml);
    let deploy = Deploy::read(project.path()).unwrap();
    let message = deploy.policy("e").unwrap_err().message;
    assert_eq!(
        message,
        "supabase/deploy.toml:8:20: `environments.e.root_certificate`: there is no such file"
    );

    std::fs::write(project.path().join("ca.crt"), "").unwrap();
    let seconds = std::time::Duration::from_secs;
    let expected = Policy {
        environment: "e".to_owned(),
        reach: "--env e".to_owned(),
        major: Some(17),
        tls: meshhook_deploy::Tls::VerifyFull,
        root_certificate: Some(project.path().join("ca.crt")),
        lock_timeout: std::time::Duration::from_millis(500),
        statement_timeout: seconds(3600),
        lock_wait: seconds(0),
        retries: 0,
        segments: meshhook_deploy::Segments::PerMigration,
        rehearsal: false,
        drift: meshhook_deploy::DriftRule::Warn,
        long_transaction: seconds(300),
        free_connections: 7,
        confirm: true,
        runtime: vec!["public.workflow_events_y*".to_owned()],
    };
    assert_eq!(deploy.policy("e").unwrap(), expected);
    assert_eq!(deploy.environment("e").unwrap().channels, ["team"]);
    assert_eq!(deploy.warnings().len(), 1);
    assert!(
        deploy.warnings()[0]
            .starts_with("supabase/deploy.toml:10:16: `environments.e.lock_timeout`: `500ms` is less"),
        "{:?}",
        deploy.warnings()
    );
}

fn url(toml: &str, variables: &[(&str, &str)]) -> Result<String, Failure> {
    let lookup =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let deploy = read(toml).unwrap();
    deploy.environment("e").unwrap().url(&lookup)
}

const PARTS: &str = "[environments.e]\nhost_variable = 'H'\nport_variable = 'P'\nuser_variable = 'U'\n\
                     password_variable = 'W'\ndatabase_variable = 'D'\n";

#[test]
fn the_url_comes_from_one_variable_or_from_its_parts() {
    let given = "postgres://me:s3cret@h/db?sslmode=require";
    assert_eq!(url(&environment(""), &[("E_URL", &format!(" {given}\n"))]).unwrap(), given);
    let parts = [("H", "h.example"), ("P", "5433"), ("U", "postgres.ref"), ("W", "p@ss/w#d"), ("D", "app")];
    assert_eq!(url(PARTS, &parts).unwrap(), "postgresql://postgres.ref:p%40ss%2Fw%23d@h.example:5433/app");
    let host = "[environments.e]\nhost_variable = 'H'\n";
    assert_eq!(url(host, &parts).unwrap(), "postgresql://postgres@h.example:5432/postgres");
}

#[test]
fn a_variable_that_is_missing_or_wrong_is_named_with_the_line_that_asks_for_it() {
    let toml = environment("");
    for (variables, expected) in [
        (vec![], "2:16: `environments.e.url_variable`: the variable `E_URL` is not set"),
        (vec![("E_URL", " ")], "2:16: `environments.e.url_variable`: the variable `E_URL` is not set"),
        (
            vec![("E_URL", "s3cret")],
            "2:16: `environments.e.url_variable`: the variable `E_URL`: this is not a database URL; expected postgres://user:password@host:port/database",
        ),
    ] {
        let failure = url(&toml, &variables).unwrap_err();
        assert_eq!(failure.message, format!("supabase/deploy.toml:{expected}"));
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        assert!(!format!("{failure:?}").contains("s3cret"));
    }
    let missing = url(PARTS, &[("H", "h"), ("P", "1")]).unwrap_err().message;
    let places: Vec<&str> = missing.lines().filter_map(|line| line.split('`').nth(3)).collect();
    assert_eq!(places, ["U", "W", "D"]);
    let full = |host, port| {
        let parts = [("H", host), ("P", port), ("U", "u"), ("W", "s3cret"), ("D", "d")];
        url(PARTS, &parts).unwrap_err().message
    };
    assert_eq!(
        full("h", "s3cret"),
        "supabase/deploy.toml:3:17: `environments.e.port_variable`: the variable `P` holds no port"
    );
    assert_eq!(
        full("postgres://u:s3cret@h", "1"),
        "supabase/deploy.toml:2:17: `environments.e.host_variable`: the variable `H` holds more than a host"
    );
}

#[test]
fn a_broken_channel_is_told_whoever_reads_the_file() {
    let toml = "[channels.team]\nkind = 'slack'\nurl_variable = 'SLACK_URL'\n[channels.ops]\nkind = 'teams'\nurl = 'x'\n";
    assert_eq!(
        refused(toml),
        "supabase/deploy.toml:4:11: `channels.ops`: needs `url_variable`\n\
         supabase/deploy.toml:6:1: `channels.ops.url`: is not a key; write `url_variable`, the name of the variable that holds it"
    );
}

#[test]
fn mistakes_in_channels_are_told_with_those_of_the_rest() {
    let message = refused(
        "[channels.team]\nkind = 'slack'\nurl_variable = 'T'\n[channels.ops]\nkind = 'slack'\nurl = 'x'\n[gates]\nx = 1\n",
    );
    let places: Vec<&str> = message.lines().filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(places, ["channels.ops", "channels.ops.url", "gates.x"], "{message}");
}

#[test]
fn the_projects_own_file_is_in_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let deploy = Deploy::read(root).unwrap();
    let names: Vec<&String> = deploy.environments.keys().collect();
    assert_eq!(names, ["production", "staging"]);
    assert_eq!(deploy.warnings(), [""; 0]);
    let production = deploy.policy("production").unwrap();
    assert!(production.confirm && production.rehearsal);
    assert_eq!(production.runtime, ["public.workflow_events_y*"]);
}

#[test]
fn the_page_about_the_settings_describes_every_key() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/Deploy-Settings.md");
    let page = std::fs::read_to_string(page).unwrap();
    // an unknown key is answered with all that are known
    let channel = |kind: &str| format!("[channels.c]\nkind = '{kind}'\nx = 1");
    let channels = ["slack", "discord", "teams", "webhook", "email"].map(channel);
    let tables = ["[sandbox]\nx = 1", "[gates]\nx = 1", "[schema]\nx = 1", &environment("x = 1")];
    for toml in tables.into_iter().chain(channels.iter().map(String::as_str)) {
        let message = refused(toml);
        let (_, known) = message.split_once("known here: ").unwrap();
        for key in known.split(", ") {
            assert!(page.contains(&format!("| {key} |")), "{key} is not in docs/Deploy-Settings.md");
        }
    }
}
