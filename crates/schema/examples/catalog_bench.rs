//! `cargo run --release -p meshhook-schema --example catalog_bench [TABLES] [RUNS]`: reading a catalog beside
//! `pg_dump -s`, on a sandbox. `PG_DUMP` names the program when it is not the one in the path.
#![allow(clippy::unwrap_used)]

use meshhook_sandbox::{Choice, Server, Settings};
use meshhook_schema::bench::{beside_pg_dump, make_schema, median};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<usize>().unwrap());
    let (tables, runs) = (numbers.next().unwrap_or(1000), numbers.next().unwrap_or(5));
    let pg_dump = std::env::var("PG_DUMP").unwrap_or_else(|_| "pg_dump".to_owned());

    let server = Server::start(&Settings::new(Choice::Auto), &mut |line| eprintln!("{line}")).await.unwrap();
    let database = server.create().await.unwrap();
    make_schema(&mut database.connect().await.unwrap(), tables).await.unwrap();
    let figures = beside_pg_dump(&database.options(), &database.url(), pg_dump.as_ref(), runs).await.unwrap();
    let (read, dump) = (median(&figures.read), median(&figures.dump));
    println!(
        "{}, {tables} tables, {} facts, {runs} runs: read {read:.1?}, pg_dump -s {dump:.1?}, ratio {:.2}",
        server.describe(),
        figures.facts,
        figures.ratio()
    );
}
