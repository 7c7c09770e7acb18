//! A plan as data, for those who read JSON.

use meshhook_schema::Plan;
use meshhook_schema::plan::{Hazard, Runs, Statement, Verb};
use serde::Serialize;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// `create`, `drop` or `alter`.
    pub verb: &'static str,
    /// The kind of the object: `table`.
    pub kind: &'static str,
    /// The object, in words.
    pub object: String,
    /// It is dropped and made again.
    pub replaces: bool,
    /// Why.
    pub comment: String,
    /// Its statements.
    pub statements: Vec<Told>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// As it is run.
    pub sql: String,
    /// `in-transaction`, `then-commit` or `outside-transaction`.
    pub runs: &'static str,
    /// What it may cost.
    pub hazards: Vec<Cost>,
}

/// What a statement may cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "hazard", rename_all = "kebab-case")]
pub enum Cost {
    /// Rows or values go.
    DataLoss {
        /// Whose.
        object: String,
    },
    /// Every row is written again.
    TableRewrite {
        /// Where.
        object: String,
    },
    /// Every row is read under a lock.
    FullScan {
        /// Where.
        object: String,
    },
    /// A lock that others notice.
    Lock {
        /// Of what.
        object: String,
        /// Postgres's name of it.
        mode: &'static str,
    },
    /// Code that runs now fails, or does something else.
    BreaksRunningCode {
        /// Why.
        why: String,
    },
}

/// The steps of a plan.
pub fn actions(plan: &Plan) -> Vec<Action> {
    let action = |step: &meshhook_schema::plan::Step| Action {
        verb: match step.verb {
            Verb::Create => "create",
            Verb::Drop => "drop",
            Verb::Alter => "alter",
        },
        kind: step.object.kind.noun(),
        object: step.object.to_string(),
        replaces: step.replaces,
        comment: step.comment.clone(),
        statements: step.statements.iter().map(told).collect(),
    };
    plan.steps.iter().map(action).collect()
}

fn told(statement: &Statement) -> Told {
    Told {
        sql: statement.guarded_sql(),
        runs: match statement.runs {
            Runs::InTransaction => "in-transaction",
            Runs::ThenCommit => "then-commit",
            Runs::OutsideTransaction => "outside-transaction",
        },
        hazards: statement.hazards.iter().map(cost).collect(),
    }
}

fn cost(hazard: &Hazard) -> Cost {
    match hazard {
        Hazard::DataLoss { what } => Cost::DataLoss { object: what.to_string() },
        Hazard::TableRewrite { table } => Cost::TableRewrite { object: table.to_string() },
        Hazard::FullScan { table } => Cost::FullScan { object: table.to_string() },
        Hazard::Lock { table, mode } => Cost::Lock { object: table.to_string(), mode },
        Hazard::BreaksRunningCode { why } => Cost::BreaksRunningCode { why: why.clone() },
    }
}
