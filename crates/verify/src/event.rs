//! What happens while a round trip runs, for a progress bar.

use crate::report::Outcome;
use meshhook_migrate::Version;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Migrations in the folder, and how many of them are under test.
    Begins {
        /// All of them.
        migrations: usize,
        /// Those under test.
        tested: usize,
    },
    /// A migration that is not under test was applied.
    Applied(Version),
    /// A migration is being tested.
    Started {
        /// Which.
        version: Version,
        /// Its name.
        name: String,
    },
    /// A migration was tested.
    Finished {
        /// Which.
        version: Version,
        /// The verdict.
        outcome: Outcome,
    },
    /// The whole chain begins.
    ChainStarted {
        /// Scripts it will run.
        steps: usize,
    },
    /// One script of the chain is done.
    ChainStep(Version),
    /// The chain is done.
    ChainFinished,
}
