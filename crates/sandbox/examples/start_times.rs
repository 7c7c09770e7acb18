//! How long it takes to get a server and a database, with a warm cache.
//!
//! `cargo run --release -p meshhook-sandbox --example start_times -- native 20`

use std::time::{Duration, Instant};

use meshhook_sandbox::{SandboxError, Server, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), SandboxError> {
    let mut arguments = std::env::args().skip(1);
    let choice = arguments.next().unwrap_or_else(|| "auto".to_owned());
    let rounds: usize = arguments.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(20);
    let choice = match choice.parse() {
        Ok(choice) => choice,
        Err(error) => {
            eprintln!("{error}");
            return Ok(());
        }
    };
    let settings = Settings {
        choice,
        ..Settings::from_env().unwrap_or_else(|_| Settings::new(meshhook_sandbox::Choice::Auto))
    };
    // Fills the cache.
    let first = Server::start(&settings, &mut |line| eprintln!("{line}")).await?;
    println!("{}, {rounds} rounds, median (least) in ms", first.describe());
    first.stop().await?;
    let mut times: [(&str, Vec<Duration>); 5] =
        ["start", "create", "create_bare", "clone", "stop"].map(|name| (name, Vec::new()));
    for _ in 0..rounds {
        let mut since = Instant::now();
        let mut lap = |which: usize| {
            times[which].1.push(since.elapsed());
            since = Instant::now();
        };
        let server = Server::start(&settings, &mut |_| ()).await?;
        lap(0);
        let database = server.create().await?;
        lap(1);
        let bare = server.create_bare().await?;
        lap(2);
        let copy = server.clone(&database).await?;
        lap(3);
        drop((database, bare, copy));
        server.stop().await?;
        lap(4);
    }
    for (name, mut all) in times {
        all.sort();
        println!("{name:12} {:4} ({})", all[all.len() / 2].as_millis(), all[0].as_millis());
    }
    Ok(())
}
