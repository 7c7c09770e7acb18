//! The rules for `.github/workflows/`, held against every file there: what they run is ours and is understood, what
//! they use is pinned, and nothing that a stranger wrote becomes part of a script.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use yaml_rust2::{Yaml, YamlLoader};

use crate::cli::Cli;

/// One step that runs a command.
struct Step {
    /// `db-check.yml, job check: exec cargo xtask …`
    place: String,
    run: String,
    environment: BTreeSet<String>,
}

/// Every workflow file with its text and its meaning.
fn workflows() -> Vec<(String, String, Yaml)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
    let mut files: Vec<(String, String, Yaml)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let yaml = YamlLoader::load_from_str(&text).unwrap().remove(0);
            (path.file_name().unwrap().to_str().unwrap().to_owned(), text, yaml)
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(!files.is_empty());
    files
}

fn jobs(workflow: &Yaml) -> Vec<(String, &Yaml)> {
    let jobs = workflow["jobs"].as_hash().unwrap();
    jobs.iter().map(|(name, job)| (name.as_str().unwrap().to_owned(), job)).collect()
}

/// Every job of every workflow, with `file, job name`.
fn each_job(mut look: impl FnMut(&str, &Yaml)) {
    for (file, _, workflow) in &workflows() {
        for (name, job) in jobs(workflow) {
            look(&format!("{file}, job {name}"), job);
        }
    }
}

fn keys(yaml: &Yaml) -> BTreeSet<String> {
    let hash = yaml.as_hash();
    hash.into_iter().flatten().filter_map(|(key, _)| key.as_str().map(str::to_owned)).collect()
}

/// Every step that runs something.
fn runs() -> Vec<Step> {
    let mut found = Vec::new();
    for (file, _, workflow) in &workflows() {
        for (name, job) in jobs(workflow) {
            for step in job["steps"].as_vec().unwrap() {
                let Some(run) = step["run"].as_str() else { continue };
                let mut environment = keys(&workflow["env"]);
                environment.extend(keys(&job["env"]));
                environment.extend(keys(&step["env"]));
                let run = run.trim().to_owned();
                found.push(Step { place: format!("{file}, job {name}: {run}"), run, environment });
            }
        }
    }
    found
}

/// The words behind `cargo xtask`, when a step is exactly one such call.
fn call(step: &Step) -> Vec<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_./:,=".contains(c);
    assert!(step.run.chars().all(plain), "{}: a shell would read more into this than one call", step.place);
    let call = step.run.strip_prefix("exec cargo xtask ");
    // GitHub sends the signals of a cancelled job to the shell alone, and a waiting shell passes none on
    call.unwrap_or_else(|| panic!("{}: is not `exec cargo xtask …`", step.place)).split(' ').collect()
}

#[test]
fn every_step_is_one_call_that_the_command_line_understands() {
    let steps = runs();
    assert!(!steps.is_empty());
    for step in &steps {
        let words = call(step);
        let Err(error) = Cli::try_parse_from(["cargo xtask"].iter().chain(&words)) else { continue };
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {}
            // what must be given is given through the environment
            ErrorKind::MissingRequiredArgument if !declared(&words).is_disjoint(&step.environment) => {}
            _ => panic!("{}: {error}", step.place),
        }
    }
}

/// The variables that a command takes options from.
fn declared(words: &[&str]) -> BTreeSet<String> {
    let mut command = Cli::command();
    command.build();
    let mut names = BTreeSet::new();
    let mut at = Some(&command);
    let mut rest = words.iter();
    while let Some(command) = at {
        names.extend(command.get_arguments().filter_map(|arg| arg.get_env()?.to_str().map(str::to_owned)));
        at = rest.next().and_then(|word| command.find_subcommand(word));
    }
    names
}

#[test]
fn every_variable_of_ours_is_one_that_the_command_reads() {
    // read by the sandbox, not by the command line
    let elsewhere = ["MESHHOOK_SANDBOX_IMAGE", "MESHHOOK_PG_BIN", "MESHHOOK_CACHE"];
    for step in &runs() {
        let declared = declared(&call(step));
        for name in step.environment.iter().filter(|name| name.starts_with("MESHHOOK_")) {
            assert!(declared.contains(name) || elsewhere.contains(&name.as_str()), "{}: {name}", step.place);
        }
    }
}

#[test]
fn a_step_that_names_an_environment_has_the_secret_of_that_one_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("supabase/deploy.toml")).unwrap_or_default();
    let settings: toml::Table = text.parse().unwrap();
    let Some(environments) = settings.get("environments").and_then(toml::Value::as_table) else { return };
    let variables: BTreeMap<&str, &str> = environments
        .iter()
        .filter_map(|(name, of)| Some((name.as_str(), of.get("url_variable")?.as_str()?)))
        .collect();
    for step in &runs() {
        let words = call(step);
        let Some(at) = words.iter().position(|word| *word == "--env") else { continue };
        let wanted = variables[words[at + 1]];
        for variable in variables.values() {
            assert_eq!(
                step.environment.contains(*variable),
                *variable == wanted,
                "{}: {variable}",
                step.place
            );
        }
    }
}

#[test]
fn every_step_that_tells_people_has_what_the_channels_need() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("supabase/deploy.toml")).unwrap_or_default();
    let settings: toml::Table = text.parse().unwrap();
    let channels = settings.get("channels").and_then(toml::Value::as_table);
    let needed: BTreeSet<&str> = channels
        .into_iter()
        .flat_map(toml::Table::values)
        .filter_map(toml::Value::as_table)
        .flatten()
        .filter(|(key, _)| key.ends_with("_variable"))
        .filter_map(|(_, variable)| variable.as_str())
        .collect();
    for step in &runs() {
        let words = call(step);
        if !["deploy", "rollback", "drift", "notify"].contains(words.get(1).unwrap_or(&"")) {
            continue;
        }
        for variable in &needed {
            assert!(step.environment.contains(*variable), "{}: {variable}", step.place);
        }
    }
}

#[test]
fn no_text_from_outside_becomes_part_of_a_script() {
    for step in &runs() {
        assert!(!step.run.contains("${{"), "{}", step.place);
    }
}

#[test]
fn every_action_is_pinned_to_a_commit_and_says_which_version_that_is() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text, _) in &workflows() {
        for line in text.lines().map(|line| line.trim().trim_start_matches("- ")) {
            let Some(action) = line.strip_prefix("uses:").map(str::trim) else { continue };
            let (name, pin) = action.split_once('@').unwrap();
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{file}: {line}"));
            let hex = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(hex && version.starts_with(|c: char| c.is_ascii_digit()), "{file}: {line}");
            used.entry(name.to_owned()).or_default().insert(pin.to_owned());
        }
    }
    for (name, pins) in used {
        assert_eq!(pins.len(), 1, "{name} is pinned in two ways: {pins:?}");
    }
}

#[test]
fn a_workflow_has_no_rights_and_each_job_says_which_it_needs() {
    for (file, _, workflow) in &workflows() {
        let top = workflow["permissions"].as_hash();
        assert!(top.is_some_and(yaml_rust2::yaml::Hash::is_empty), "{file}: `permissions: {{}}` at the top");
    }
    each_job(|place, job| {
        assert!(job["permissions"].as_hash().is_some(), "{place}: permissions");
        assert!(job["timeout-minutes"].as_i64().is_some(), "{place}: timeout-minutes");
    });
}

#[test]
fn a_job_that_runs_the_code_of_a_pull_request_may_only_read() {
    for (file, text, workflow) in &workflows() {
        assert!(!text.contains("pull_request_target"), "{file}");
        if workflow["on"]["pull_request"].is_badvalue() {
            continue;
        }
        for (name, job) in jobs(workflow) {
            let runs = job["steps"].as_vec().unwrap().iter().any(|step| !step["run"].is_badvalue());
            let rights: Vec<_> =
                job["permissions"].as_hash().unwrap().values().filter_map(Yaml::as_str).collect();
            assert!(!runs || rights.iter().all(|right| *right == "read"), "{file}, job {name}: {rights:?}");
            assert!(!runs || !text.contains("secrets."), "{file}: a secret beside a stranger's code");
        }
    }
}

#[test]
fn no_checkout_leaves_its_token_behind() {
    each_job(|place, job| {
        for step in job["steps"].as_vec().unwrap() {
            if step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
                assert_eq!(step["with"]["persist-credentials"].as_bool(), Some(false), "{place}");
            }
        }
    });
}

#[test]
fn a_change_of_a_database_is_never_cut_off_by_the_next_one() {
    for (file, _, workflow) in &workflows() {
        for (name, job) in jobs(workflow) {
            let changes = job["steps"].as_vec().unwrap().iter().filter_map(|step| step["run"].as_str());
            let changes = changes.filter(|run| run.contains(" db deploy ") || run.contains(" db rollback "));
            for run in changes {
                let own = &job["concurrency"];
                let concurrency = if own.is_badvalue() { &workflow["concurrency"] } else { own };
                assert!(concurrency["group"].as_str().is_some(), "{file}, job {name}: {run}");
                assert_eq!(
                    concurrency["cancel-in-progress"].as_bool(),
                    Some(false),
                    "{file}, job {name}: {run}"
                );
                assert!(job["environment"].as_str().is_some(), "{file}, job {name}: {run}");
            }
        }
    }
}
