//! `completions`: a script for the shell. It completes `xtask`, so put the built program on PATH or alias it.

use clap::CommandFactory as _;

use crate::cli::{Cli, Completions};
use crate::exit::Exit;

pub(crate) fn run(args: &Completions) -> Exit {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "xtask", &mut script);
    crate::output::line(String::from_utf8_lossy(&script).trim_end());
    Exit::Done
}
