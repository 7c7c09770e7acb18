//! `new`: the next migration and its rollback, both with a header that says what belongs in them.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use meshhook_migrate::{Folder, Version};

use crate::cli::New;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

const UP: &str = include_str!("new_up.sql");
const ROLLBACK: &str = include_str!("new_rollback.sql");
/// How long stdin may stay silent when it is a pipe: a shell without a terminal hands down one that
/// nobody writes to, and `new` must not hang in it.
const STDIN_PATIENCE_MS: u16 = 3000;

pub(crate) fn run(project: &Project, args: &New) -> anyhow::Result<Exit> {
    let name = clean_name(&args.name)?;
    let sql = sql_on_stdin()?;
    let version = next_versions(project, 1)?[0];
    let [up, rollback] = paths(version, &name);
    let marker = if args.no_transaction { "-- no-transaction\n" } else { "" };
    let up_text = match sql {
        Some(sql) => format!("{marker}{}", sql.strip_prefix(marker).unwrap_or(&sql)),
        None => format!("{marker}{}", UP.replace("{name}", &name)),
    };
    let rollback_text =
        format!("{marker}{}", ROLLBACK.replace("{name}", &name).replace("{version}", &version.to_string()));
    write_all(project, &[(&up, &up_text), (&rollback, &rollback_text)])?;

    match project.global.format {
        Format::Json => output::json(&serde_json::json!({
            "version": version.to_string(), "name": name, "up": up, "rollback": rollback,
        }))?,
        Format::Human => {
            output::line(up.display().to_string());
            output::line(rollback.display().to_string());
            output::say(format!("\nnext: fill in both files, then `cargo xtask db verify {version}`"));
        }
    }
    Ok(Exit::Done)
}

/// Versions above every known one, ascending.
pub(super) fn next_versions(project: &Project, count: usize) -> anyhow::Result<Vec<Version>> {
    let folder = Folder::read(&project.source(None)?);
    let shipped = super::history::highest_shipped(project).map(Version::new);
    let mut known: Vec<Version> = folder.migrations.iter().map(|migration| migration.version).collect();
    known.extend(shipped);
    let now = chrono::Utc::now();
    let mut next = Vec::new();
    for _ in 0..count {
        let version = Version::next(known.iter().copied(), now).ok_or_else(|| {
            Failure::failed("there is no version above the highest one in supabase/migrations")
        })?;
        known.push(version);
        next.push(version);
    }
    Ok(next)
}

/// A migration's file and its rollback's, from the project's root.
pub(super) fn paths(version: Version, name: &str) -> [PathBuf; 2] {
    let file = format!("{version}_{name}.sql");
    ["migrations", "rollbacks"].map(|folder| Path::new("supabase").join(folder).join(&file))
}

/// Letters, digits, `_` and `-`; spaces become `_`. Anything else would end up in file names of
/// three tools and in shell scripts.
pub(super) fn clean_name(name: &str) -> Result<String, Failure> {
    let clean = name.trim().to_lowercase().replace([' ', '-'], "_");
    let fits = !clean.is_empty()
        && clean.len() <= 100
        && clean.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && clean.chars().any(|c| c.is_ascii_alphanumeric());
    if fits {
        Ok(clean)
    } else {
        Err(Failure::usage(format!("`{}` cannot be a migration's name", name.escape_debug()))
            .hint("use letters, digits, `_` and `-`, at most 100, such as `add_tags`"))
    }
}

/// SQL that was piped in. A terminal, `/dev/null` and an empty pipe mean that there is none.
fn sql_on_stdin() -> anyhow::Result<Option<String>> {
    use nix::poll::{PollFd, PollFlags, PollTimeout};
    use std::os::fd::AsFd as _;

    let stdin = std::io::stdin();
    let kind = nix::sys::stat::fstat(stdin.as_fd()).context("cannot look at stdin")?.st_mode;
    if kind & nix::libc::S_IFMT == nix::libc::S_IFCHR {
        return Ok(None);
    }
    let mut waiting = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    if nix::poll::poll(&mut waiting, PollTimeout::from(STDIN_PATIENCE_MS)).unwrap_or(1) == 0 {
        output::warn("nothing came on stdin within 3 s: the migration is a template to fill in");
        return Ok(None);
    }
    let mut bytes = Vec::new();
    stdin.lock().read_to_end(&mut bytes).context("cannot read stdin")?;
    let Ok(sql) = String::from_utf8(bytes) else {
        return Err(Failure::usage("the SQL on stdin is not UTF-8").into());
    };
    let sql = sql.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    if sql.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(if sql.ends_with('\n') { sql } else { sql + "\n" }))
}

/// Writes all files or none, and never over another one.
pub(super) fn write_all(project: &Project, files: &[(&PathBuf, &String)]) -> anyhow::Result<()> {
    let mut written: Vec<PathBuf> = Vec::new();
    for (path, text) in files {
        let full = project.root.join(path);
        let result = (|| {
            if let Some(folder) = full.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&full)?;
            written.push(full.clone());
            std::io::Write::write_all(&mut file, text.as_bytes())
        })();
        if let Err(error) = result {
            for path in &written {
                let _ = std::fs::remove_file(path);
            }
            return Err(Failure::failed(format!("cannot write `{}`: {error}", path.display()))
                .hint("nothing was written")
                .into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_fit_for_a_file_or_refused() {
        for (given, clean) in [("add_tags", "add_tags"), ("Add tags", "add_tags"), ("v2-index", "v2_index")] {
            assert_eq!(clean_name(given).unwrap(), clean);
        }
        let long = "x".repeat(101);
        for given in ["", "  ", "___", "../up", "a/b", "a.down", "naïve", "a\nb", "a;b", &long] {
            assert_eq!(clean_name(given).unwrap_err().exit, Exit::Usage, "{given:?}");
        }
    }
}
