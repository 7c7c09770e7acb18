//! Is a server running on this data folder? `postmaster.pid` alone does not say: it survives a crash or a reboot, and the number
//! in it may have been given to another process since.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// What `postmaster.pid` in a data folder means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Postmaster {
    /// No such file, or its process has ended, which PostgreSQL notices by itself.
    None,
    /// A server runs on this folder.
    Running(Pid),
    /// The number belongs to a process that has nothing to do with this folder, and PostgreSQL would refuse to start.
    Stale,
    /// It may be a server on this folder. Nothing may be removed.
    Unknown(Pid),
}

impl Postmaster {
    pub(crate) fn of(data: &Path) -> Postmaster {
        let Ok(file) = fs::read_to_string(data.join("postmaster.pid")) else { return Postmaster::None };
        let number = file.lines().next().and_then(|line| line.trim().parse::<i32>().ok());
        // pg_ctl's convention: a standalone backend writes its number negated.
        let Some(pid) = number.and_then(i32::checked_abs).filter(|number| *number > 0).map(Pid::from_raw)
        else {
            return Postmaster::Stale;
        };
        if matches!(kill(pid, None), Err(Errno::ESRCH)) {
            return Postmaster::None;
        }
        match working_folder(pid) {
            // A server works in its data folder; the link follows when the folder is moved.
            Some(folder) if Some(&folder) == data.canonicalize().ok().as_ref() => Postmaster::Running(pid),
            Some(_) => Postmaster::Stale,
            None => match command(pid) {
                Some(command) if command.contains(&*data.to_string_lossy()) => Postmaster::Running(pid),
                Some(command) if !command.contains("postgres") => Postmaster::Stale,
                _ => Postmaster::Unknown(pid),
            },
        }
    }
}

/// On Linux, and only of processes that are ours to look at.
fn working_folder(pid: Pid) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/cwd")).ok()
}

fn command(pid: Pid) -> Option<String> {
    if let Ok(bytes) = fs::read(format!("/proc/{pid}/cmdline")) {
        return Some(String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    let output = Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_was_given_to_somebody_else_is_stale_and_one_that_ended_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cases = [
            (std::process::id().to_string(), Postmaster::Stale),
            ("x".to_owned(), Postmaster::Stale),
            (String::new(), Postmaster::Stale),
            ("0".to_owned(), Postmaster::Stale),
            (i32::MAX.to_string(), Postmaster::None),
        ];
        for (content, expected) in cases {
            fs::write(folder.path().join("postmaster.pid"), &content).unwrap();
            assert_eq!(Postmaster::of(folder.path()), expected, "{content:?}");
        }
        fs::remove_file(folder.path().join("postmaster.pid")).unwrap();
        assert_eq!(Postmaster::of(folder.path()), Postmaster::None);
    }

    #[test]
    fn a_process_that_works_in_the_folder_runs_also_after_the_folder_moved() {
        let folder = tempfile::tempdir().unwrap();
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        fs::create_dir(&before).unwrap();
        let mut process = Command::new("sleep").arg("60").current_dir(&before).spawn().unwrap();
        fs::write(before.join("postmaster.pid"), process.id().to_string()).unwrap();
        fs::rename(&before, &after).unwrap();
        let found = Postmaster::of(&after);
        process.kill().unwrap();
        process.wait().unwrap();
        if cfg!(target_os = "linux") {
            assert!(matches!(found, Postmaster::Running(_)), "{found:?}");
        }
        assert_ne!(found, Postmaster::None);
    }
}
