//! How long the history gate takes on 10,000 shipped migrations:
//! `cargo run -p meshhook-history --example ten_thousand`.

use std::time::{Duration, Instant};

use meshhook_history::{Request, check};

#[path = "../tests/support/large.rs"]
mod large;
#[path = "../tests/support/mod.rs"]
mod support;

use support::up;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    let repo = large::repository(count);
    repo.write(&up("20260301000000_mine"), "mine");
    println!(
        "{count} migrations with rollbacks, {count} commits; the last shipped in {:?}",
        large::summary(count - 1)
    );
    timed("working tree, clean", &repo.request());
    timed("commit, clean", &repo.request().commit("HEAD"));
    repo.write(&up(&format!("{}_step", large::version(count / 2))), "edited");
    timed("working tree, one edited", &repo.request());
    repo.git(&["checkout", "--quiet", "."]);
    repo.remove(".git/index");
    timed("working tree, no index (every file is read)", &repo.request());
    Ok(())
}

fn timed(what: &str, request: &Request) {
    let run = |_| {
        let start = Instant::now();
        let answer = check(request);
        (start.elapsed(), answer.map_or(0, |report| report.findings.len()))
    };
    let runs: Vec<(Duration, usize)> = (0..7).map(run).collect();
    let best = runs.iter().min().copied().unwrap_or_default();
    println!("{what}: {:.1} ms, {} finding(s)", best.0.as_secs_f64() * 1000.0, best.1);
}
