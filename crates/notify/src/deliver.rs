//! Sending to all channels at once, again where it failed, and keeping what did not go out.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use crate::announcement::Announcement;
use crate::channel::Channel;
use crate::http::{Refusal, Then};
use crate::send;

/// One attempt takes no longer, so that a server that never answers leaves time for another.
const ATTEMPT: Duration = Duration::from_secs(8);
/// After this, what happened is no news.
const TOO_OLD: chrono::TimeDelta = chrono::TimeDelta::days(3);

/// How it stands with one message to one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// The channel took it.
    Sent,
    /// It did not go out yet, and is worth another try.
    Pending,
    /// It will not go out: the channel is gone for good (410), or the message is older than three days.
    GivenUp,
}

/// One message to one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The channel's name in `deploy.toml`.
    pub channel: String,
    /// The same for every attempt, so that a receiver can tell a repeat: `webhook-id`, and the mail's message id.
    pub id: String,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried, over all runs.
    pub attempts: u32,
    /// Why the last attempt failed, without secrets. None once it is sent.
    pub last_error: Option<String>,
    /// When it was last tried.
    pub at: DateTime<Utc>,
}

impl Delivery {
    /// A message that is still to be sent, since its channel cannot be used now.
    pub fn kept(channel: &str, why: &str) -> Delivery {
        let why = Refusal::new(why, Then::Later).error;
        Delivery {
            channel: channel.to_owned(),
            id: format!("msg_{}", Uuid::now_v7().simple()),
            state: DeliveryState::Pending,
            attempts: 0,
            last_error: (!why.is_empty()).then_some(why),
            at: Utc::now(),
        }
    }
}

/// What is kept with a run: the message, and how it stands with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// What happened, without secrets.
    pub announcement: Announcement,
    /// One for each channel that wants to hear of it.
    pub deliveries: Vec<Delivery>,
}

impl Notification {
    /// Ready to be kept.
    pub fn new(announcement: &Announcement, deliveries: Vec<Delivery>) -> Notification {
        Notification { announcement: announcement.cleaned(), deliveries }
    }

    /// As it is kept with a run: `{"settled": …, "announcement": …, "deliveries": …}`.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "settled": self.is_settled(),
            "announcement": self.announcement,
            "deliveries": self.deliveries,
        })
    }

    /// What [`Notification::to_json`] made.
    pub fn from_json(kept: &serde_json::Value) -> Result<Notification, serde_json::Error> {
        Notification::deserialize(kept)
    }

    /// Whether nothing is left to send.
    pub fn is_settled(&self) -> bool {
        self.deliveries.iter().all(|delivery| delivery.state != DeliveryState::Pending)
    }
}

/// Tells every channel that wants to hear of this, all at once, until each took it or `deadline` is over. Never fails:
/// what did not go out is in the result.
pub async fn deliver(channels: &[Channel], announcement: &Announcement, deadline: Duration) -> Vec<Delivery> {
    let wanted = channels.iter().filter(|channel| channel.wants(announcement.outcome));
    let wanted = wanted.map(|channel| Delivery::kept(channel.name(), "")).collect();
    send_pending(channels, announcement, wanted, deadline).await
}

/// Sends again what did not go out, under the same ids; the rest is returned as it is.
pub async fn redeliver(
    channels: &[Channel],
    announcement: &Announcement,
    deliveries: &[Delivery],
    deadline: Duration,
) -> Vec<Delivery> {
    let mut deliveries = deliveries.to_vec();
    if Utc::now() - announcement.finished > TOO_OLD {
        for delivery in deliveries.iter_mut().filter(|delivery| delivery.state == DeliveryState::Pending) {
            delivery.state = DeliveryState::GivenUp;
        }
    }
    send_pending(channels, announcement, deliveries, deadline).await
}

async fn send_pending(
    channels: &[Channel],
    announcement: &Announcement,
    mut deliveries: Vec<Delivery>,
    deadline: Duration,
) -> Vec<Delivery> {
    let end = Instant::now() + deadline;
    let announcement = Arc::new(announcement.clone());
    let mut tasks = JoinSet::new();
    for (place, delivery) in deliveries.iter_mut().enumerate() {
        if delivery.state != DeliveryState::Pending {
            continue;
        }
        match channels.iter().find(|channel| channel.name() == delivery.channel) {
            Some(channel) => {
                let (channel, announcement, delivery) =
                    (channel.clone(), announcement.clone(), delivery.clone());
                tasks.spawn(async move {
                    let made = {
                        let channel = channel.clone();
                        tokio::task::spawn_blocking(move || send::message(&channel, &announcement)).await
                    };
                    match made {
                        Ok(message) => {
                            (place, until_taken(&channel, &Arc::new(message), delivery, end).await)
                        }
                        Err(_) => (place, delivery),
                    }
                });
            }
            None => delivery.last_error = Some("no such channel is configured any more".to_owned()),
        }
    }
    while let Some(done) = tasks.join_next().await {
        // a task that panicked leaves its delivery as it was: pending
        if let Ok((place, delivery)) = done {
            deliveries[place] = delivery;
        }
    }
    deliveries
}

/// Tries until the channel took the message, said no for good, or there is no time for another try.
async fn until_taken(
    channel: &Channel,
    message: &Arc<send::Message>,
    mut delivery: Delivery,
    end: Instant,
) -> Delivery {
    let backoff = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(250))
        .with_max_delay(Duration::from_secs(4))
        .without_max_times()
        .with_jitter();
    for pause in backoff.build() {
        let left = end.saturating_duration_since(Instant::now());
        let attempt = send::once(channel, message, &delivery.id, ATTEMPT.min(left));
        let outcome = tokio::time::timeout_at(end, attempt)
            .await
            .unwrap_or_else(|_| Err(Refusal::new("did not answer in time", Then::Again(None))));
        delivery.attempts += 1;
        delivery.at = Utc::now();
        tracing::debug!(
            channel = channel.name(),
            attempt = delivery.attempts,
            ?outcome,
            "sent a notification"
        );
        let then = match outcome {
            Ok(()) => {
                delivery.state = DeliveryState::Sent;
                delivery.last_error = None;
                return delivery;
            }
            Err(refusal) => {
                delivery.last_error = Some(refusal.error);
                refusal.then
            }
        };
        let pause = match then {
            Then::Again(asked) => asked.map_or(pause, |asked| asked.max(pause)),
            Then::Later => return delivery,
            Then::Never => {
                delivery.state = DeliveryState::GivenUp;
                return delivery;
            }
        };
        if Instant::now() + pause >= end {
            return delivery;
        }
        tokio::time::sleep(pause).await;
    }
    delivery
}
