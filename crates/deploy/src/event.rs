//! What is told while a deploy goes on.

use std::time::Duration;

use meshhook_migrate as migrate;

/// Every step of a deploy, told before it is taken. The tests of bad days cut in at each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// The server is looked at.
    Preflight,
    /// The lock is asked for.
    Locking,
    /// The ledger is made or read.
    ReadingLedger,
    /// The live schema is read and compared with the one that the last run left.
    ReadingSchema,
    /// The run's row is written.
    OpeningRun,
    /// The pending list is run in a sandbox.
    Rehearsing,
    /// A transaction begins.
    Beginning,
    /// What a segment did is compared with the rehearsal.
    Checking,
    /// A transaction is committed.
    Committing,
    /// A transaction was committed, or a script without one is done.
    Committed,
    /// A broken connection is made anew.
    Recovering,
    /// What was committed is taken back.
    TakingBack,
    /// The schema is compared with the one from before.
    Comparing,
    /// The run's row is closed.
    ClosingRun,
}

/// What is told.
#[derive(Debug)]
pub enum Event<'a> {
    /// A step of the deploy.
    Moment(Moment),
    /// A script.
    Script(migrate::Event<'a>),
    /// A segment is tried again.
    Retrying {
        /// The next try's number, from 2.
        attempt: u32,
        /// How many tries there are.
        of: u32,
        /// How long until then.
        pause: Duration,
        /// Why.
        because: &'a str,
    },
    /// Something worth a line.
    Note(&'a str),
}

/// Something that listens.
pub type Listener<'a> = &'a mut (dyn FnMut(Event<'_>) + Send);
