//! `psql`: Postgres's own client on the same target as every other command.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;

use xshell::{Shell, cmd};

use super::target::Chosen;
use crate::cli::Psql;
use crate::context::Project;
use crate::exit::{Exit, Failure};

pub(crate) async fn run(project: &Project, args: Psql) -> anyhow::Result<Exit> {
    let program = find().ok_or_else(|| {
        Failure::usage("`psql` is not on this machine")
            .hint("install it (Debian: `apt-get install postgresql-client`)")
    })?;
    let chosen = Chosen::open(project, &args.target).await?;
    let (url, password) = chosen.url_without_password();
    let shell = Shell::new()?;
    let arguments = &args.args;
    let mut command = std::process::Command::from(cmd!(shell, "{program} {url} {arguments...}"));
    if let Some(password) = password {
        // not among the arguments, where every user of the machine could read it
        command.env("PGPASSWORD", password);
    }
    // replaces this process: psql gets the terminal, the signals, and gives the exit code
    let error = command.exec();
    Err(Failure::failed(format!("cannot start `{}`: {error}", program.display())).into())
}

/// On PATH, else the newest in the folders where Debian and Homebrew put servers.
pub(crate) fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("psql")).find(|file| file.is_file());
    let beside_servers = || {
        let patterns = [
            "/usr/lib/postgresql/*/bin/psql",
            "/opt/homebrew/opt/postgresql@*/bin/psql",
            "/usr/pgsql-*/bin/psql",
        ];
        patterns.iter().flat_map(|pattern| glob::glob(pattern).into_iter().flatten().flatten()).max()
    };
    on_path.or_else(beside_servers)
}
