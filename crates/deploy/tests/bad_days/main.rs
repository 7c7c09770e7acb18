//! Bad days: a deploy of five migrations, by a process of its own on a server with durability on, is killed, stopped,
//! cut off, blocked or starved at every one of its steps. Afterwards the database must be as before or as wished, the
//! log must tell the truth, and the next deploy must finish.
//!
//! The steps are those that an undisturbed deploy tells, so a new one is tested by itself. `MESHHOOK_BAD_DAYS=full`
//! tries every fault at every step, not only the quick ones; a part of a name (`MESHHOOK_BAD_DAYS=fails:Restart`)
//! tries those alone.
#![allow(clippy::unwrap_used, reason = "tests")]

mod child;
mod cluster;
mod day;
mod deployer;
mod fault;
mod history;
mod proxy;
mod reference;
mod seen;
mod self_check;
mod table;
mod works;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Ok(task) = std::env::var(child::VARIABLE) {
        return child::run(&task);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        println!("bad_days: test");
        return ExitCode::SUCCESS;
    }
    let mut names = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
    if names.peek().is_some() && !names.any(|name| "bad_days".contains(name.as_str())) {
        return ExitCode::SUCCESS;
    }
    works::run()
}
