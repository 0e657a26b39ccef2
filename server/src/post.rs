//! Letters by SMTP.

use std::time::Duration;

use app::i18n::Lang;
use app::mail::mail;
use async_trait::async_trait;
use domain::Delivery;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use service::ports::{DueLetter, Post};

/// A mail server that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server, and who writes.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// With what links begin.
    url: String,
}

impl Smtp {
    /// `server` is `smtps://user:password@host`, or `smtp://host:587?tls=required` for STARTTLS; `from` is
    /// `Licentia <no-reply@romashka.example>`.
    ///
    /// # Errors
    /// What to tell whoever set them; not what they are, for there is a password among it.
    pub fn new(server: &str, from: &str, url: &str) -> Result<Self, String> {
        let from = from
            .parse()
            .map_err(|_| "LICENTIA_MAIL_FROM is no address, such as Licentia <no-reply@romashka.example>")?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server);
        let builder = builder.map_err(|_| "LICENTIA_SMTP_URL is no mail server, such as smtps://user:password@host")?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from, url: url.trim_end_matches('/').to_owned() })
    }

    fn message(&self, letter: &DueLetter) -> Option<Message> {
        let mail = mail(Lang::from(letter.language), &letter.letter, &letter.organization_name, &self.url);
        // Tried again, it is the same letter: programs that read mail show it once.
        let id = format!("<letter-{}-{}@{}>", letter.organization, letter.id, self.from.email.domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to.parse::<Address>().ok()?))
            .subject(mail.subject)
            .message_id(Some(id))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
            .ok()
    }
}

#[async_trait]
impl Post for Smtp {
    async fn send(&self, letter: &DueLetter) -> Delivery {
        let Some(message) = self.message(letter) else { return Delivery::Refused { code: None } };
        match self.transport.send(message).await {
            Ok(_) => Delivery::Taken,
            Err(error) => delivery(letter, &error),
        }
    }
}

/// What the mail server answered; its words go to the log, for they are not ours to show.
fn delivery(letter: &DueLetter, error: &Error) -> Delivery {
    let code = error.status().map(u16::from);
    let id = letter.id;
    match code {
        // Who we are is wrong, not the letter (RFC 4954, section 6): it waits until that is put right.
        Some(530 | 534 | 535 | 538) => {
            tracing::error!(%id, code, "the mail server does not let us in; check LICENTIA_SMTP_URL");
            Delivery::Later { code }
        }
        Some(_) if error.is_permanent() => Delivery::Refused { code },
        Some(_) => Delivery::Later { code },
        None => {
            let (timeout, tls) = (error.is_timeout(), error.is_tls());
            tracing::warn!(%id, timeout, tls, "the mail server cannot be reached");
            Delivery::Unreachable
        }
    }
}
