//! Whose leftovers are these? Written on containers and on databases of somebody's server, where no lock of ours reaches.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::sys::signal::kill;
use nix::unistd::Pid;

/// After this long nobody of another machine is believed to be still at work.
const LONGEST_RUN: Duration = Duration::from_secs(24 * 60 * 60);

/// A process, told apart from all others: a number alone is reused, and means nothing elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Machine, boot and process namespace.
    place: String,
    pid: i32,
    /// When the process started, in the kernel's own terms; empty where the kernel does not say.
    started: String,
    /// Seconds since 1970 when this was written.
    at: u64,
}

impl Owner {
    /// This process, now.
    pub(crate) fn current() -> Owner {
        let pid = i32::try_from(std::process::id()).unwrap_or_default();
        Owner { place: place(), pid, started: started(pid).unwrap_or_default(), at: now() }
    }

    /// Has it ended for certain? Of another machine's process that is said only after a day.
    pub(crate) fn is_gone(&self) -> bool {
        if self.place != place() {
            return now().saturating_sub(self.at) > LONGEST_RUN.as_secs();
        }
        if matches!(kill(Pid::from_raw(self.pid), None), Err(nix::errno::Errno::ESRCH)) {
            return true;
        }
        started(self.pid).is_some_and(|started| !self.started.is_empty() && started != self.started)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "meshhook pid={} started={} at={} place={}", self.pid, self.started, self.at, self.place)
    }
}

impl FromStr for Owner {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut fields = text.strip_prefix("meshhook ").ok_or(())?.splitn(4, ' ');
        let mut field = |name: &str| {
            fields.next().and_then(|field| field.strip_prefix(name)?.strip_prefix('=')).ok_or(())
        };
        Ok(Owner {
            pid: field("pid")?.parse().map_err(drop)?,
            started: field("started")?.to_owned(),
            at: field("at")?.parse().map_err(drop)?,
            place: field("place")?.to_owned(),
        })
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn place() -> String {
    let host = nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // A container shares its host's boot; the namespace keeps their process numbers apart.
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{host}/{}/{}", boot.trim(), namespace.display())
}

/// Field 22 of `/proc/<pid>/stat`, counted after the name, which may hold anything (proc(5)).
fn started(pid: i32) -> Option<String> {
    if !Path::new("/proc/self/stat").exists() {
        return None;
    }
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_not_gone_and_reads_back() {
        let us = Owner::current();
        assert_eq!(us.to_string().parse::<Owner>(), Ok(us.clone()));
        assert!(!us.is_gone());
    }

    #[test]
    fn a_process_that_ended_or_whose_number_was_reused_is_gone() {
        let us = Owner::current();
        assert!(Owner { started: "1".into(), ..us.clone() }.is_gone());
        assert!(Owner { pid: i32::MAX, ..us }.is_gone());
    }

    #[test]
    fn a_process_of_another_machine_is_given_a_day() {
        let elsewhere = Owner { place: "elsewhere".into(), pid: i32::MAX, ..Owner::current() };
        assert!(!elsewhere.is_gone());
        assert!(Owner { at: now() - LONGEST_RUN.as_secs() - 1, ..elsewhere }.is_gone());
    }

    #[test]
    fn a_comment_of_somebody_else_is_no_owner() {
        for text in ["", "production", "meshhook", "meshhook pid=x started= at=1 place="] {
            assert!(text.parse::<Owner>().is_err(), "{text}");
        }
    }
}
