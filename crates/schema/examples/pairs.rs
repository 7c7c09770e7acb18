//! `cargo run -p meshhook-schema --example pairs -- FOLDER [--filter TEXT] [--server native:15] [--verbose]`: somebody's
//! pairs of schemas, both ways. Every folder that holds `old.sql` and `new.sql` is one, with `setup.sql` for what both
//! begin with; roles that are missing are made.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "an example for developers, which shares the judge of the tests"
)]

#[path = "../tests/common/dump.rs"]
mod dump;
#[path = "../tests/common/judge.rs"]
mod judge;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use judge::{Side, left, pg_dump_of, plan, run, script};
use meshhook_sandbox::{Choice, Server, Settings};
use tokio::sync::Semaphore;

/// How long one pair may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many pairs are worked on at a time.
const AT_ONCE: usize = 4;

/// What came of one direction.
enum Outcome {
    Ok,
    Refused(String),
    Wrong(String),
    Error(String),
    Rejected(String),
}

impl Outcome {
    fn word(&self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Refused(_) => "refused",
            Outcome::Wrong(_) => "WRONG",
            Outcome::Error(_) => "error",
            Outcome::Rejected(_) => "rejected",
        }
    }

    fn text(&self) -> &str {
        match self {
            Outcome::Ok => "",
            Outcome::Refused(text)
            | Outcome::Wrong(text)
            | Outcome::Error(text)
            | Outcome::Rejected(text) => text,
        }
    }
}

/// Makes one side, and the roles that it names.
async fn side(server: &Server, pg_dump: Option<&Path>, scripts: &[&str]) -> Result<Side, String> {
    for _ in 0..20 {
        let error = match Side::new(server, pg_dump, scripts).await {
            Ok(side) => return Ok(side),
            Err(error) => error,
        };
        let role = error.split_once("role \"").and_then(|(_, rest)| rest.split_once("\" does not exist"));
        let Some((role, _)) = role else { return Err(error) };
        let database = server.create_bare().await.map_err(|error| error.to_string())?;
        let mut connection = database.connect().await.map_err(|error| error.to_string())?;
        // Another pair may have made it meanwhile.
        let _ =
            run(&mut connection, &format!("CREATE ROLE {}", meshhook_schema::quote::quote_ident(role))).await;
    }
    Err("too many roles are missing".to_owned())
}

/// One direction, from databases of its own.
async fn way(server: &Server, pg_dump: Option<&Path>, old: [&str; 2], new: [&str; 2]) -> (Outcome, String) {
    let sides = async { Ok((side(server, pg_dump, &old).await?, side(server, pg_dump, &new).await?)) };
    let (mut from, to) = match sides.await {
        Ok(sides) => sides,
        Err::<_, String>(error) if error.starts_with("reading: ") => {
            return (Outcome::Refused(error), String::new());
        }
        Err(error) => return (Outcome::Rejected(error), String::new()),
    };
    let plan = match plan(&from.seen.catalog, &to.seen.catalog) {
        Ok(plan) => plan,
        Err(error) => return (Outcome::Refused(error), String::new()),
    };
    let text = script(&plan);
    if let Err(error) = from.apply(&plan).await {
        return (Outcome::Error(error), text);
    }
    if let Err(error) = from.look(pg_dump).await {
        return (Outcome::Error(error), text);
    }
    if let Some(differences) = left(&from.seen, &to.seen) {
        return (Outcome::Wrong(differences), text);
    }
    if let Err(error) = from.apply(&plan).await {
        return (Outcome::Error(format!("over itself: {error}")), text);
    }
    match from.look(pg_dump).await {
        Err(error) => (Outcome::Error(error), text),
        Ok(()) => match left(&from.seen, &to.seen) {
            Some(differences) => (Outcome::Wrong(format!("over itself: {differences}")), text),
            None => (Outcome::Ok, text),
        },
    }
}

/// Every folder below that holds a pair.
fn folders(below: &Path, found: &mut Vec<PathBuf>) {
    if below.join("old.sql").is_file() && below.join("new.sql").is_file() {
        found.push(below.to_owned());
    }
    let mut inside: Vec<PathBuf> = std::fs::read_dir(below)
        .map(|entries| entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
        .unwrap_or_default();
    inside.sort();
    inside.iter().for_each(|folder| folders(folder, found));
}

async fn judge_folder(
    server: &Server,
    pg_dump: Option<&Path>,
    folder: &Path,
) -> Vec<(&'static str, Outcome, String)> {
    let read = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (setup, old, new) = (read("setup.sql"), read("old.sql"), read("new.sql"));
    let mut outcomes = Vec::new();
    for (direction, from, to) in [("there", &old, &new), ("back", &new, &old)] {
        let way = way(server, pg_dump, [&setup, from], [&setup, to]);
        let (outcome, text) = tokio::time::timeout(PATIENCE, way)
            .await
            .unwrap_or_else(|_| (Outcome::Error("it took too long".to_owned()), String::new()));
        outcomes.push((direction, outcome, text));
    }
    outcomes
}

/// What was asked for.
#[derive(Default)]
struct Arguments {
    folder: PathBuf,
    filter: String,
    server: Option<Choice>,
    verbose: bool,
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--verbose" => found.verbose = true,
            "--filter" => found.filter = words.next().ok_or("--filter of what")?,
            "--server" => {
                let choice = words.next().ok_or("--server, which")?;
                found.server = Some(choice.parse().map_err(|error| format!("{error}"))?);
            }
            _ => found.folder = PathBuf::from(word),
        }
    }
    Ok(found)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let settings = Settings::new(arguments.server.unwrap_or(Choice::Auto));
    let server = Server::start(&settings, &mut |line| eprintln!("{line}")).await.unwrap();
    let (pg_dump, server) = (pg_dump_of(&server), Arc::new(server));

    let mut found = Vec::new();
    folders(&arguments.folder, &mut found);
    let name = |folder: &Path| folder.strip_prefix(&arguments.folder).unwrap_or(folder).display().to_string();
    found.retain(|folder| name(folder).contains(&arguments.filter));
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let tasks: Vec<_> = found
        .iter()
        .map(|folder| {
            let (server, pg_dump, gate) = (Arc::clone(&server), pg_dump.clone(), Arc::clone(&gate));
            let folder = folder.clone();
            tokio::spawn(async move {
                let _permit = gate.acquire().await;
                judge_folder(&server, pg_dump.as_deref(), &folder).await
            })
        })
        .collect();

    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for (folder, task) in found.iter().zip(tasks) {
        let outcomes = task.await.unwrap_or_else(|error| {
            vec![("there", Outcome::Error(format!("panic: {error}")), String::new())]
        });
        for (direction, outcome, text) in outcomes {
            *totals.entry(outcome.word()).or_default() += 1;
            let what = outcome.text().trim();
            let what = if arguments.verbose { what.to_owned() } else { what.replace('\n', " ⏎ ") };
            println!("{:8} {} {direction} {what}", outcome.word(), name(folder));
            if arguments.verbose && !matches!(outcome, Outcome::Ok | Outcome::Rejected(_)) {
                println!("{text}");
            }
        }
    }
    println!("\n{} pairs on {}, both ways: {totals:?}", found.len(), server.describe());
    if totals.contains_key("WRONG") || totals.contains_key("error") {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
