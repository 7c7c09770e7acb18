//! One HTTP request, and what its answer means for the next.

use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use url::Url;

use crate::channel::is_loopback;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How much of an answer is read.
const ANSWER: u64 = 4 * 1024 * 1024;

/// Why something did not go out, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// In one sentence, without secrets.
    pub(crate) error: String,
    pub(crate) then: Then,
}

/// What to do after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Try again, not before so long.
    Again(Option<Duration>),
    /// Not without somebody mending something.
    Later,
    /// Never.
    Never,
}

impl Refusal {
    pub(crate) fn new(error: impl std::fmt::Display, then: Then) -> Refusal {
        let error = crate::text::visible(&meshhook_redact::clean(&error.to_string()));
        Refusal { error: crate::text::cut(&meshhook_redact::clean(&error), 500, crate::text::utf16), then }
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Whether it was accepted, and what to do if not.
    pub(crate) fn accepted(self) -> Result<Answer, Refusal> {
        let status = self.status;
        let then = match status {
            200..=299 => return Ok(self),
            410 => Then::Never,
            408 | 425 | 429 | 500..=599 => Then::Again(self.retry_after()),
            _ => Then::Later,
        };
        let what = match status {
            300..=399 => "sent us elsewhere, which is not followed: the address has to be set anew",
            401 | 403 => "did not let us in",
            404 => "knows no such address",
            410 => "is gone for good",
            429 => "has had too many messages",
            500..=599 => "could not take it",
            _ => "did not take it",
        };
        let said = self.body.lines().next().unwrap_or_default().trim();
        let said = if said.is_empty() {
            String::new()
        } else {
            format!(": {}", crate::text::cut(said, 200, crate::text::utf16))
        };
        Err(Refusal::new(format!("answered {status}, {what}{said}"), then))
    }

    /// `Retry-After` in seconds or as a date; GitHub and Discord also say seconds with a fraction.
    fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get("retry-after")?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse::<f64>() {
            return Duration::try_from_secs_f64(seconds).ok();
        }
        let date = chrono::DateTime::parse_from_rfc2822(value).ok()?;
        Some((date.to_utc() - chrono::Utc::now()).to_std().unwrap_or_default())
    }
}

/// Sends one request and reads the answer, in at most `limit`. Blocks.
pub(crate) fn request(
    method: &str,
    url: &Url,
    headers: &[(&str, String)],
    body: Option<&str>,
    limit: Duration,
) -> Result<Answer, Refusal> {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let mut config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(limit))
        .timeout_connect(Some(CONNECT.min(limit)))
        .user_agent(concat!("meshhook/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls);
    if is_loopback(url) {
        config = config.proxy(None);
    }
    let agent: ureq::Agent = config.build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(url.as_str());
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let unsendable = |error: ureq::http::Error| Refusal::new(error, Then::Later);
    let answer = match body {
        Some(body) => {
            agent.run(request.header("content-type", "application/json").body(body).map_err(unsendable)?)
        }
        None => agent.run(request.body(()).map_err(unsendable)?),
    };
    let mut answer = answer.map_err(|error| refused(&error))?;
    let text = answer.body_mut().with_config().limit(ANSWER).lossy_utf8(true).read_to_string();
    Ok(Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        // the status says whether it was taken; without the rest of the answer there is only less to tell
        body: text.unwrap_or_default(),
    })
}

fn refused(error: &ureq::Error) -> Refusal {
    match error {
        ureq::Error::Timeout(_) => Refusal::new("did not answer in time", Then::Again(None)),
        ureq::Error::HostNotFound => Refusal::new("its host name is not known here", Then::Again(None)),
        ureq::Error::Io(_)
        | ureq::Error::ConnectionFailed
        | ureq::Error::Protocol(_)
        | ureq::Error::BodyStalled => {
            Refusal::new(format!("the connection failed: {error}"), Then::Again(None))
        }
        _ => Refusal::new(format!("cannot be sent: {error}"), Then::Later),
    }
}
