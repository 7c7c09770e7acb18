//! One attempt on one channel.

mod mail;

use std::time::Duration;

use chrono::Utc;
use url::Url;

use crate::announcement::Announcement;
use crate::channel::{Channel, Kind};
use crate::content::Content;
use crate::http::{self, Refusal, Then};
use crate::render;

/// A message as this channel takes it, made once and sent as often as need be.
pub(crate) enum Message {
    /// The body of a request.
    Json(String),
    Mail(render::email::Mail),
}

pub(crate) fn message(channel: &Channel, announcement: &Announcement) -> Message {
    let content = Content::of(announcement);
    let body = match channel.kind() {
        Kind::Slack(_) => render::slack::body(&content),
        Kind::Discord(_) => render::discord::body(&content),
        Kind::Teams(_) => render::teams::body(&content),
        Kind::Webhook { .. } => render::webhook::body(announcement),
        Kind::Email { .. } => return Message::Mail(render::email::mail(&content)),
    };
    Message::Json(render::serialized(body))
}

/// Sends it once, in at most `limit`.
pub(crate) async fn once(
    channel: &Channel,
    message: &std::sync::Arc<Message>,
    id: &str,
    limit: Duration,
) -> Result<(), Refusal> {
    match channel.kind() {
        Kind::Slack(url) | Kind::Discord(url) | Kind::Teams(url) => {
            post(url.expose().clone(), Vec::new(), message, limit).await
        }
        Kind::Webhook { url, key } => {
            let Message::Json(body) = message.as_ref() else { return Err(unfit()) };
            let now = Utc::now().timestamp();
            // the signature holds the time of the attempt, so it is made anew for each; the id stays
            let signature = standardwebhooks::Webhook::new(key.expose())
                .and_then(|webhook| webhook.sign(id, now, body.as_bytes()))
                .map_err(|_| Refusal::new("cannot be signed with this key", Then::Later))?;
            let headers = vec![
                (standardwebhooks::HEADER_WEBHOOK_ID, id.to_owned()),
                (standardwebhooks::HEADER_WEBHOOK_TIMESTAMP, now.to_string()),
                (standardwebhooks::HEADER_WEBHOOK_SIGNATURE, signature),
            ];
            post(url.expose().clone(), headers, message, limit).await
        }
        Kind::Email { server, from, to } => {
            let Message::Mail(mail) = message.as_ref() else { return Err(unfit()) };
            mail::send(server.expose(), from, to, mail, id, limit).await
        }
    }
}

/// A message of another channel's kind: cannot happen, and would be no reason to fail a deploy.
fn unfit() -> Refusal {
    Refusal::new("got a message of another kind of channel", Then::Later)
}

async fn post(
    url: Url,
    headers: Vec<(&'static str, String)>,
    message: &std::sync::Arc<Message>,
    limit: Duration,
) -> Result<(), Refusal> {
    let message = message.clone();
    let request = tokio::task::spawn_blocking(move || {
        let Message::Json(body) = message.as_ref() else { return Err(unfit()) };
        http::request("POST", &url, &headers, Some(body), limit)?.accepted().map(|_| ())
    });
    request.await.unwrap_or_else(|_| Err(Refusal::new("sending it broke off", Then::Later)))
}
