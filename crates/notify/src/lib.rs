//! What happened, told to people: Slack, Discord, Teams, a signed webhook, e-mail, GitHub.
//!
//! Knows: one [`Announcement`], one renderer a channel, each channel's limits, sending with retries. Never knows:
//! Postgres, migrations' files, the terminal.

mod announcement;

pub use announcement::{Announcement, Failure, MigrationLine, Outcome, StepStatus};
