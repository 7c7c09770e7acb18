//! Runs the round trip over a folder of migrations and prints what it found: `history DIR [--house] [--json] [V…]`.
#![allow(missing_docs, clippy::unwrap_used)]

use meshhook_migrate::{Folder, Source, Version};
use meshhook_sandbox::{Server, Settings};
use meshhook_verify::{Outcome, Request, Rows, Seed, Select, round_trip};
use std::path::{Path, PathBuf};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (flags, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let dir = PathBuf::from(&words[0]);
    let mut request = if has("--house") {
        let seed = dir.join("supabase/seed.sql");
        let mut request = Request::house(Folder::read(&Source::project(&dir)));
        request.seed = std::fs::read_to_string(&seed).ok().map(|sql| Seed { path: seed, sql });
        request
    } else {
        Request::foreign(Folder::read(&Source::folder(Path::new(&dir))))
    };
    if has("--no-rows") {
        request.rows = Rows::None;
    }
    if words.len() > 1 {
        let versions = words[1..].iter().map(|word| word.parse::<i64>().map(Version::new).unwrap()).collect();
        request.select = Select::Versions(versions);
    }
    let server =
        Server::start(&Settings::from_env().unwrap(), &mut |line| eprintln!("{line}")).await.unwrap();
    let report = round_trip(&server, &request, &mut |_| {}).await.unwrap();
    if has("--json") {
        println!("{}", serde_json::to_string_pretty(&report).unwrap());
        return;
    }
    for one in &report.migrations {
        let total = one.timings.total;
        println!(
            "{} {} {:?} {total:.0}ms {}",
            one.version,
            one.name,
            one.outcome,
            one.reason.as_deref().unwrap_or("")
        );
        for finding in &one.findings {
            println!("    {}: {} {:?}", finding.kind, finding.told.message, finding.told.details);
            for line in &finding.told.lacks {
                println!("        lacks: {line}");
            }
        }
        for note in &one.notes {
            println!("    note {:?}: {} {:?}", note.kind, note.told.message, note.told.details);
        }
        for table in &one.unfilled {
            println!("    not filled: {} ({})", table.table, table.reason);
        }
    }
    if let Some(chain) = &report.chain {
        println!("chain of {} above {:?} in {} ms", chain.migrations, chain.ended_above, chain.ms);
        for finding in &chain.findings {
            println!("    {}: {} {:?}", finding.kind, finding.told.message, finding.told.details);
        }
    }
    let failed: Vec<String> = report
        .migrations
        .iter()
        .filter(|one| one.outcome == Outcome::Failed)
        .map(|one| one.version.to_string())
        .collect();
    println!("failed: {}", failed.join(" "));
    println!("{:?}", report.summary);
}
