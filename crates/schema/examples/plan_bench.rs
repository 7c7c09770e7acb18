//! `cargo run -p meshhook-schema --example plan_bench [SERVER] [RUNS] [TABLES…]`: what a plan costs, from reading to its
//! last step, beside `pg_dump -s`, on a sandbox. `native:15 5 100 1000 5000` unless said otherwise.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "an example for developers, which shares a part of the tests"
)]

#[path = "../tests/common/dump.rs"]
mod dump;

use std::time::Duration;

use meshhook_sandbox::{Choice, Server, Settings};
use meshhook_schema::bench::{change_schema, make_schema, make_views, median, planning};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (numbers, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.parse::<usize>().is_ok());
    let mut numbers = numbers.iter().map(|number| number.parse::<usize>().unwrap());
    let runs = numbers.next().unwrap_or(5);
    let mut sizes: Vec<usize> = numbers.collect();
    if sizes.is_empty() {
        sizes = vec![100, 1000, 5000];
    }
    let choice: Choice = words.first().map_or("native:15", String::as_str).parse().unwrap();
    let server = Server::start(&Settings::new(choice), &mut |line| eprintln!("{line}")).await.unwrap();
    let pg_dump = dump::pg_dump(server.major()).unwrap();
    println!("{}, medians of {runs} runs, and what each comes to per table", server.describe());
    println!(
        "{:>7} {:>8} {:>6} {:>22} {:>22} {:>22} {:>22} {:>7}",
        "tables", "facts", "steps", "read", "pg_dump -s", "compare", "plan", "ratio"
    );
    for tables in sizes {
        let (from, to) = (server.create().await.unwrap(), server.create().await.unwrap());
        for database in [&from, &to] {
            let mut connection = database.connect().await.unwrap();
            make_schema(&mut connection, tables).await.unwrap();
            make_views(&mut connection, tables).await.unwrap();
        }
        change_schema(&mut to.connect().await.unwrap(), tables).await.unwrap();
        let figures = planning(&from.options(), &to.options(), &to.url(), &pg_dump, runs).await.unwrap();
        let tell = |times: &[Duration]| {
            let time = median(times);
            let each = time / u32::try_from(tables).unwrap_or(u32::MAX);
            format!("{:.1} ms {:.1} µs", time.as_secs_f64() * 1e3, each.as_secs_f64() * 1e6)
        };
        let ratio = median(&figures.read).as_secs_f64() / median(&figures.dump).as_secs_f64();
        let [read, dump, compare, plan] =
            [&figures.read, &figures.dump, &figures.compare, &figures.plan].map(|times| tell(times));
        println!(
            "{tables:>7} {:>8} {:>6} {read:>22} {dump:>22} {compare:>22} {plan:>22} {ratio:>7.2}",
            figures.facts, figures.steps
        );
    }
}
