//! E-mail over SMTP.

use std::time::Duration;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::channel::{MailServer, Security};
use crate::http::{Refusal, Then};
use crate::render::email::Mail;

pub(crate) async fn send(
    server: &MailServer,
    from: &Mailbox,
    to: &[Mailbox],
    mail: &Mail,
    id: &str,
    limit: Duration,
) -> Result<(), Refusal> {
    let message = message(from, to, mail, id).map_err(|error| Refusal::new(error, Then::Later))?;
    let transport = transport(server, limit).map_err(|error| Refusal::new(error, Then::Later))?;
    match tokio::time::timeout(limit, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(refused(&error)),
        Err(_) => Err(Refusal::new("did not answer in time", Then::Again(None))),
    }
}

fn message(from: &Mailbox, to: &[Mailbox], mail: &Mail, id: &str) -> Result<Message, lettre::error::Error> {
    let clean = |text: &str| meshhook_redact::clean(text).into_owned();
    let mut message = Message::builder()
        .from(from.clone())
        .subject(clean(&mail.subject))
        // the same whenever it is sent, so that a mailbox shows it once
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .header(AutoSubmitted);
    for address in to {
        message = message.to(address.clone());
    }
    message.multipart(MultiPart::alternative_plain_html(clean(&mail.text), clean(&mail.html)))
}

/// Keeps out-of-office answers away (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn transport(
    server: &MailServer,
    limit: Duration,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let tls = match server.security {
        Security::Tls => Tls::Wrapper(TlsParameters::new(server.host.clone())?),
        Security::StartTls => Tls::Required(TlsParameters::new(server.host.clone())?),
        Security::None => Tls::None,
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(limit));
    if let Some((user, password)) = &server.credentials {
        transport = transport.credentials(Credentials::new(user.clone(), password.clone()));
    }
    Ok(transport.build())
}

fn refused(error: &lettre::transport::smtp::Error) -> Refusal {
    // 5xx is a person's work; 4xx, and everything below SMTP, may pass
    let then = if error.is_permanent() || error.is_tls() || error.is_client() {
        Then::Later
    } else {
        Then::Again(None)
    };
    let chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let said = chain.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    Refusal::new(format!("the mail server did not take it: {said}"), then)
}
