//! One statement of a plan: its SQL, when it may run, and what it costs.

use crate::identity::Identity;

/// How a statement goes with transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runs {
    /// In any transaction, together with others.
    #[default]
    InTransaction,
    /// In a transaction, but what follows may only run once it is committed (`ALTER TYPE … ADD VALUE`).
    ThenCommit,
    /// Outside of any transaction (`CREATE INDEX CONCURRENTLY`).
    OutsideTransaction,
}

/// What a statement may cost the people who use the database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hazard {
    /// Rows or values go: a dropped table or column, a narrowed type.
    DataLoss {
        /// Whose rows or values: a table or a column.
        what: Identity,
    },
    /// Every row is written again, under ACCESS EXCLUSIVE.
    TableRewrite {
        /// The table.
        table: Identity,
    },
    /// Every row is read while the lock is held.
    FullScan {
        /// The table.
        table: Identity,
    },
    /// A lock that others notice, as Postgres names its modes: `ACCESS EXCLUSIVE`.
    Lock {
        /// The relation.
        table: Identity,
        /// The mode.
        mode: &'static str,
    },
    /// Code that runs now will fail or behave differently: why.
    BreaksRunningCode {
        /// What about it, without a full stop.
        why: String,
    },
}

/// One statement, without the closing semicolon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The SQL.
    pub sql: String,
    /// A boolean SQL expression; the statement runs only where it is true, so that it may run again. `None` where the
    /// statement by itself does no harm the second time.
    pub guard: Option<String>,
    /// What it costs.
    pub hazards: Vec<Hazard>,
    /// How it goes with transactions.
    pub runs: Runs,
}

impl Statement {
    /// A statement that may run again as it stands.
    pub(crate) fn new(sql: impl Into<String>) -> Statement {
        Statement { sql: sql.into(), guard: None, hazards: Vec::new(), runs: Runs::InTransaction }
    }

    /// Runs only where this SQL expression is true.
    #[must_use]
    pub(crate) fn when(mut self, guard: impl Into<String>) -> Statement {
        self.guard = Some(guard.into());
        self
    }

    /// With this cost.
    #[must_use]
    pub(crate) fn hazard(mut self, hazard: Hazard) -> Statement {
        self.hazards.push(hazard);
        self
    }

    /// With this way of running.
    #[must_use]
    pub(crate) fn runs(mut self, runs: Runs) -> Statement {
        self.runs = runs;
        self
    }
}
