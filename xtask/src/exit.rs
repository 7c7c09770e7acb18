//! The exit codes of DESIGN.md ("Commands"), and the error that carries one.

use std::process::ExitCode;

/// How a command ended, as the shell sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: a gate failed, or the operation failed with nothing changed.
    Failed,
    /// 2: usage or configuration.
    Usage,
    /// 3: a deploy failed and was taken back completely.
    RolledBack,
    /// 4: a deploy failed and a person is needed.
    NeedsPerson,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::RolledBack => 3,
            Exit::NeedsPerson => 4,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// An error that wants another exit code than 1, or a hint below it. Travels inside `anyhow::Error`.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    /// What is wrong, without a final period.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// The exit code it asks for.
    pub(crate) exit: Exit,
}

impl Failure {
    /// Wrong arguments or configuration: exit 2.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure { message: message.into(), hint: None, exit: Exit::Usage }
    }

    /// Something that did not work, with nothing changed: exit 1.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Failure { message: message.into(), hint: None, exit: Exit::Failed }
    }

    /// Stopped by Ctrl-C or SIGTERM: exit 130.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Failure { message: message.into(), hint: None, exit: Exit::Interrupted }
    }

    /// The same, with a line that says what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
