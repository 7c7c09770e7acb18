//! What happened, told to people: Slack, Discord, Teams, a signed webhook, e-mail, GitHub.
//!
//! Knows: one [`Announcement`], one renderer a channel, each channel's limits, sending with retries. Never knows:
//! Postgres, migrations' files, the terminal.

mod announcement;
mod channel;
mod content;
mod deliver;
pub mod github;
mod http;
mod render;
mod send;
mod text;

pub use announcement::{Announcement, Failure, MigrationLine, Outcome, StepStatus};
pub use channel::{Channel, ChannelError, Secret, is_mailbox};
pub use deliver::{Delivery, DeliveryState, Notification, deliver, redeliver};
