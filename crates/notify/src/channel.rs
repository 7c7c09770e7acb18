//! Where messages go.

use lettre::message::Mailbox;
use url::{Host, Url};

use crate::announcement::Outcome;

/// What must not be shown: the address of a webhook, a signing key, a mail server's password. `Debug` shows nothing,
/// and whatever is made into one is remembered by [`meshhook_redact`].
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<T> Secret<T> {
    pub(crate) fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    pub(crate) fn of(text: &str) -> Self {
        meshhook_redact::remember(text);
        Secret(text.to_owned())
    }
}

/// Why a channel cannot be used as configured. Shows no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// The address is no `https://` URL.
    #[error(
        "is no address of a webhook: it must be an `https://` URL with a host (`http://` on this machine only)"
    )]
    Url,
    /// The signing key is not `whsec_` and base64 of at least 16 bytes.
    #[error("is no signing key: it must be `whsec_` and the base64 of 24 to 64 bytes")]
    SigningKey,
    /// The mail server is no `smtp://` or `smtps://` URL.
    #[error("is no address of a mail server: it must be `smtps://user:password@host:port` or `smtp://…`")]
    Server,
    /// An e-mail address that is none.
    #[error("is no e-mail address")]
    Mailbox,
    /// A mail that nobody gets.
    #[error("names nobody who gets the mail")]
    Nobody,
}

/// A place that announcements go to.
#[derive(Debug, Clone)]
pub struct Channel {
    name: String,
    kind: Kind,
    on: Vec<Outcome>,
}

/// What kind of place, with its secrets.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Slack(Secret<Url>),
    Discord(Secret<Url>),
    Teams(Secret<Url>),
    Webhook { url: Secret<Url>, key: Secret<String> },
    Email { server: Secret<MailServer>, from: Mailbox, to: Vec<Mailbox> },
}

/// A mail server and who we are to it.
#[derive(Clone)]
pub(crate) struct MailServer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    /// User and password.
    pub(crate) credentials: Option<(String, String)>,
}

/// How the connection to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// From the first byte (`smtps://`).
    Tls,
    /// `STARTTLS`, or no mail at all (`smtp://`).
    StartTls,
    /// Only to this machine.
    None,
}

impl Channel {
    /// A Slack incoming webhook.
    pub fn slack(name: &str, url: &str) -> Result<Channel, ChannelError> {
        Ok(Self::new(name, Kind::Slack(web(url)?)))
    }

    /// A Discord webhook.
    pub fn discord(name: &str, url: &str) -> Result<Channel, ChannelError> {
        Ok(Self::new(name, Kind::Discord(web(url)?)))
    }

    /// A Microsoft Teams webhook of the Workflows app.
    pub fn teams(name: &str, url: &str) -> Result<Channel, ChannelError> {
        Ok(Self::new(name, Kind::Teams(web(url)?)))
    }

    /// A webhook that is signed as Standard Webhooks has it; `key` is `whsec_…`.
    pub fn webhook(name: &str, url: &str, key: &str) -> Result<Channel, ChannelError> {
        let url = web(url)?;
        let key = key.trim();
        meshhook_redact::remember(key);
        let encoded = key.strip_prefix("whsec_").ok_or(ChannelError::SigningKey)?;
        meshhook_redact::remember(encoded);
        // 24 bytes are 32 letters; the crate itself would take a key of none
        if encoded.len() < 32 || standardwebhooks::Webhook::new(key).is_err() {
            return Err(ChannelError::SigningKey);
        }
        Ok(Self::new(name, Kind::Webhook { url, key: Secret(key.to_owned()) }))
    }

    /// E-mail through a server, `smtps://user:password@host:port`, or `smtp://…` for STARTTLS. A server on this machine
    /// may do without TLS.
    pub fn email(name: &str, server: &str, from: &str, to: &[String]) -> Result<Channel, ChannelError> {
        let server = mail_server(server)?;
        let mailbox = |address: &str| address.parse::<Mailbox>().map_err(|_| ChannelError::Mailbox);
        let to = to.iter().map(|address| mailbox(address)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(ChannelError::Nobody);
        }
        Ok(Self::new(name, Kind::Email { server, from: mailbox(from)?, to }))
    }

    fn new(name: &str, kind: Kind) -> Channel {
        Channel { name: name.to_owned(), kind, on: Vec::new() }
    }

    /// Only these outcomes. Without this, every one; a test message goes everywhere.
    #[must_use]
    pub fn on(mut self, outcomes: &[Outcome]) -> Channel {
        self.on = outcomes.to_vec();
        self
    }

    /// As it is called in `deploy.toml`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it wants to hear of this.
    pub fn wants(&self, outcome: Outcome) -> bool {
        self.on.is_empty() || outcome == Outcome::Test || self.on.contains(&outcome)
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }
}

/// Whether mail can be sent to this, or from this: `team@example.com`, `Team <team@example.com>`.
pub fn is_mailbox(address: &str) -> bool {
    address.parse::<Mailbox>().is_ok()
}

fn web(url: &str) -> Result<Secret<Url>, ChannelError> {
    meshhook_redact::remember_url(url);
    let url = Url::parse(url.trim()).map_err(|_| ChannelError::Url)?;
    match url.scheme() {
        "https" if url.host().is_some() => {}
        "http" if is_loopback(&url) => {}
        _ => return Err(ChannelError::Url),
    }
    Ok(Secret(url))
}

fn mail_server(server: &str) -> Result<Secret<MailServer>, ChannelError> {
    meshhook_redact::remember_url(server);
    let url = Url::parse(server.trim()).map_err(|_| ChannelError::Server)?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(ChannelError::Server)?;
    let (security, port) = match url.scheme() {
        "smtps" => (Security::Tls, 465),
        "smtp" if is_loopback(&url) => (Security::None, 25),
        "smtp" => (Security::StartTls, 587),
        _ => return Err(ChannelError::Server),
    };
    let decoded = |text: &str| percent_decoded(text).ok_or(ChannelError::Server);
    let credentials = match url.password() {
        Some(password) => Some((decoded(url.username())?, decoded(password)?)),
        None => None,
    };
    if let Some((_, password)) = &credentials {
        meshhook_redact::remember(password);
    }
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok(Secret(MailServer { host, port: url.port().unwrap_or(port), security, credentials }))
}

fn percent_decoded(text: &str) -> Option<String> {
    // a form has `+` for a space; userinfo has not
    let form = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned())
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    // the host of a scheme that the URL standard does not know is never read as an address
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(domain)) => {
            domain == "localhost"
                || domain.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    #[test]
    fn addresses_are_checked_before_anything_is_sent() {
        for good in
            ["https://chat.example.com/x", "http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]:8/x"]
        {
            assert!(Channel::slack("s", good).is_ok(), "{good}");
        }
        for bad in ["http://chat.example.com/x", "ftp://x/y", "chat.example.com", "", "https://"] {
            assert_eq!(Channel::slack("s", bad).unwrap_err(), ChannelError::Url, "{bad}");
        }
    }

    #[test]
    fn a_signing_key_that_signs_nothing_is_refused() {
        assert!(Channel::webhook("w", "https://x.io/y", KEY).is_ok());
        for bad in [
            "",
            "whsec_",
            "whsec_short",
            "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7o!",
        ] {
            assert_eq!(
                Channel::webhook("w", "https://x.io/y", bad).unwrap_err(),
                ChannelError::SigningKey,
                "{bad}"
            );
        }
    }

    #[test]
    fn a_mail_server_is_private_unless_it_is_this_machine() {
        let cases = [
            ("smtps://u:p%40x@mail.example.com", Security::Tls, 465, Some(("u", "p@x"))),
            ("smtp://mail.example.com", Security::StartTls, 587, None),
            ("smtp://mail.example.com:2525", Security::StartTls, 2525, None),
            ("smtp://u:a+b@127.0.0.1:1025", Security::None, 1025, Some(("u", "a+b"))),
            ("smtp://localhost", Security::None, 25, None),
            ("smtp://127.example.com", Security::StartTls, 587, None),
        ];
        for (text, security, port, credentials) in cases {
            let server = mail_server(text).unwrap();
            let server = server.expose();
            let given =
                server.credentials.as_ref().map(|(user, password)| (user.as_str(), password.as_str()));
            assert_eq!((server.security, server.port, given), (security, port, credentials), "{text}");
        }
        assert_eq!(mail_server("https://x").map(|_| ()).unwrap_err(), ChannelError::Server);
    }

    #[test]
    fn mail_needs_addresses() {
        let email = |from: &str, to: &[&str]| {
            let to: Vec<String> = to.iter().map(|&to| to.to_owned()).collect();
            Channel::email("e", "smtps://h", from, &to).map(|_| ())
        };
        assert_eq!(email("Deploys <deploy@example.com>", &["team@example.com"]), Ok(()));
        assert_eq!(email("deploy", &["team@example.com"]), Err(ChannelError::Mailbox));
        assert_eq!(
            email("a@example.com", &["b@example.com\r\nBcc: c@example.com"]),
            Err(ChannelError::Mailbox)
        );
        assert_eq!(email("a@example.com", &[]), Err(ChannelError::Nobody));
    }

    #[test]
    fn debug_shows_no_secret() {
        let channel = Channel::webhook("w", "https://x.io/s3cr3t-path", KEY).unwrap();
        let shown = format!("{channel:?}");
        assert!(!shown.contains("s3cr3t") && !shown.contains("C2FV"), "{shown}");
    }
}
