//! `cargo xtask`: MeshHook's developer tools behind one command.
//!
//! Knows the command line, progress, tables and exit codes. Never knows SQL, git or how a
//! container is started: every command parses, calls one library and presents what came back.

mod cli;
mod config;
mod context;
mod db;
mod exit;
mod log;
mod output;
#[cfg(test)]
mod workflow_tests;

use std::os::unix::process::CommandExt as _;
use std::process::{self, ExitCode};

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::exit::Exit;

fn main() -> ExitCode {
    if std::env::var_os("PGOPTIONS").is_some() {
        return without_session_options();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version to stdout (exit 0) and mistakes to stderr (exit 2).
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    meshhook_redact::remember_environment();
    let format = cli.global().format;
    log::init(cli.global().verbose, cli.global().log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the async runtime: {error}");
            return Exit::Failed.into();
        }
    };
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Db(db) => db::run(db).await,
        }
    });
    let exit = outcome.unwrap_or_else(|error| output::error(&error, format));
    // A sandbox that is still starting must not keep the process alive after an interrupt.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    exit.into()
}

/// Starts this program anew without `PGOPTIONS`: sqlx hands it to every connection and cannot be told not to, so
/// settings meant for somebody's psql would change what migrations do.
fn without_session_options() -> ExitCode {
    let error = match std::env::current_exe() {
        Ok(program) => {
            process::Command::new(program).args(std::env::args_os().skip(1)).env_remove("PGOPTIONS").exec()
        }
        Err(error) => error,
    };
    eprintln!("error: PGOPTIONS is set, and this program cannot start itself without it: {error}");
    Exit::Failed.into()
}
