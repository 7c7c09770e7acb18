//! `deploy`, `rollback` and `notify`: environments of supabase/deploy.toml.

use clap::Args;

use super::{DoubtArg, TargetArgs};

#[derive(Debug, Args)]
pub(crate) struct Deploy {
    /// Stop after this version
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<i64>,
    /// Rehearse only: the plan, its SQL, the locks it takes and how long it takes in a sandbox; writes nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Apply this migration although it cannot be taken back (repeat for several)
    #[arg(long, value_name = "VERSION")]
    pub(crate) allow_irreversible: Vec<i64>,
    /// Go on although the schema is not as the last deploy left it; the reason is logged
    #[arg(long, value_name = "REASON")]
    pub(crate) accept_drift: Option<String>,
    /// Also apply migrations that are older than one already applied
    #[arg(long)]
    pub(crate) allow_out_of_order: bool,
    /// What became of a statement that a killed run left in doubt
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) doubt: Option<DoubtArg>,
    /// Do without the rehearsal in a sandbox
    #[arg(long)]
    pub(crate) no_rehearsal: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// Take back everything above this version; that one stays
    #[arg(long, value_name = "VERSION", env = "MESHHOOK_ROLLBACK_TO")]
    pub(crate) to: Option<String>,
    /// Take back what this run has applied: its id, or the beginning of it, from `log`
    #[arg(long, value_name = "ID", env = "MESHHOOK_ROLLBACK_RUN")]
    pub(crate) run: Option<String>,
    /// Print the SQL instead of running it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Run the rollback of this migration although it brings back the shape only (repeat for several)
    #[arg(long, value_name = "VERSION")]
    pub(crate) allow_irreversible: Vec<i64>,
    /// Go on although nobody can say which rows are lost; `--yes` alone is not enough for that
    #[arg(long)]
    pub(crate) accept_loss: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Notify {
    /// Send a test message to this channel of supabase/deploy.toml
    #[arg(long, value_name = "CHANNEL", required_unless_present = "retry", conflicts_with = "retry")]
    pub(crate) test: Option<String>,
    /// Send what is kept in the environment's log and did not go out
    #[arg(long)]
    pub(crate) retry: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}
