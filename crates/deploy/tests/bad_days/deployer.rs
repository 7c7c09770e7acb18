//! The deployer as its parent sees it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::child::{Task, VARIABLE};

/// No step of a deploy takes longer than this unless the fault says so.
pub(crate) const LIMIT: Duration = Duration::from_secs(40);

/// A running deployer. Killed when it is dropped.
pub(crate) struct Deployer {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    report: Option<serde_json::Value>,
    since: Instant,
    /// Everything it told, for the message of a violation.
    pub(crate) told: Vec<String>,
}

/// What it says.
#[derive(Debug)]
pub(crate) enum Said {
    /// It is about to take this step.
    Point(String),
    /// It has heard the signal.
    Term,
    /// It is done.
    End(serde_json::Value),
    /// It ended without a word.
    Gone,
}

impl Deployer {
    pub(crate) fn start(task: &Task) -> Deployer {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(VARIABLE, serde_json::to_string(task).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Deployer {
            child,
            stdin,
            lines: BufReader::new(stdout).lines(),
            report: None,
            told: Vec::new(),
            since: Instant::now(),
        }
    }

    /// The next thing that it says, notes left out.
    pub(crate) async fn next(&mut self, limit: Duration) -> Result<Said, String> {
        let listening = async {
            loop {
                let Ok(Some(line)) = self.lines.next_line().await else { return Said::Gone };
                let short: String = line.chars().take(300).collect();
                self.told.push(format!("{:7.3} s {short}", self.since.elapsed().as_secs_f64()));
                if let Some(point) = line.strip_prefix("POINT ") {
                    return Said::Point(point.to_owned());
                }
                if line == "TERM" {
                    return Said::Term;
                }
                if let Some(json) = line.strip_prefix("END ") {
                    return Said::End(serde_json::from_str(json).unwrap());
                }
            }
        };
        timeout(limit, listening).await.map_err(|_| format!("it hangs: nothing for {} s", limit.as_secs()))
    }

    /// Lets it take the step that it waits before.
    pub(crate) async fn release(&mut self) {
        // it may have been killed
        let _ = self.stdin.write_all(b".").await;
        let _ = self.stdin.flush().await;
    }

    /// Lets it run until it is about to take step number `point`, from 0.
    pub(crate) async fn until(&mut self, point: usize) -> Result<String, String> {
        let mut passed = 0;
        loop {
            match self.next(LIMIT).await? {
                Said::Point(name) if passed == point => return Ok(name),
                Said::Point(_) => {
                    passed += 1;
                    self.release().await;
                }
                said => return Err(format!("it never came to step {point}: {said:?}")),
            }
        }
    }

    /// Lets it run to its end; its report, none when it was killed.
    pub(crate) async fn finish(&mut self, limit: Duration) -> Result<Option<serde_json::Value>, String> {
        let running = async {
            loop {
                match self.next(limit).await? {
                    Said::Point(_) => self.release().await,
                    Said::Term => {}
                    // kept, in case nobody listens any more before it has gone
                    Said::End(report) => self.report = Some(report),
                    Said::Gone => {
                        let _ = self.child.wait().await;
                        return Ok(self.report.take());
                    }
                }
            }
        };
        timeout(limit, running).await.map_err(|_| format!("it did not end within {} s", limit.as_secs()))?
    }

    /// The same; an error that is none when the time is over.
    pub(crate) async fn finish_within(
        &mut self,
        time: Duration,
    ) -> Result<Option<serde_json::Value>, String> {
        self.finish(time).await
    }

    pub(crate) async fn kill(&mut self) {
        let _ = self.child.kill().await;
    }

    /// SIGTERM, and waits until it was heard.
    pub(crate) async fn terminate(&mut self) -> Result<(), String> {
        let pid = Pid::from_raw(i32::try_from(self.child.id().unwrap_or_default()).unwrap());
        if pid.as_raw() > 0 {
            kill(pid, Signal::SIGTERM).map_err(|error| error.to_string())?;
        }
        match self.next(LIMIT).await? {
            Said::Term => Ok(()),
            said => Err(format!("it did not hear SIGTERM: {said:?}")),
        }
    }

    /// SIGTERM to one that does not wait at its steps.
    pub(crate) fn signal(&self) {
        if let Some(id) = self.child.id() {
            let _ = kill(Pid::from_raw(i32::try_from(id).unwrap()), Signal::SIGTERM);
        }
    }
}
