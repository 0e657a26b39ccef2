//! Letters by SMTP.

use std::time::Duration;

use app::i18n::Lang;
use app::mail::{mail, unsubscribe_link};
use async_trait::async_trait;
use domain::{Channel, Delivery, Letter};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use service::ports::{DueLetter, Post};

/// A mail server that takes longer to be reached is not there.
const PATIENCE: Duration = Duration::from_secs(30);
/// No letter takes longer: lettre limits nothing but the connecting.
const LONGEST: Duration = Duration::from_secs(120);

/// A mail server, and who writes.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// With what links begin.
    url: String,
    patience: Duration,
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
        let open = server.starts_with("smtp://") && !server.contains("tls=required");
        let host = server.rsplit_once('@').map(|(_, host)| host);
        if open && host.is_some_and(|host| !host.starts_with("127.0.0.1") && !host.starts_with("localhost")) {
            return Err(
                "LICENTIA_SMTP_URL would send the password in clear; add ?tls=required, or use smtps://".to_owned()
            );
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server);
        let builder = builder.map_err(|_| "LICENTIA_SMTP_URL is no mail server, such as smtps://user:password@host")?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from, url: url.trim_end_matches('/').to_owned(), patience: LONGEST })
    }

    /// What stands above a letter as it goes; `None` if it cannot go to this address.
    #[must_use]
    pub fn heads(&self, letter: &DueLetter) -> Option<String> {
        let message = String::from_utf8(self.message(letter)?.formatted()).ok()?;
        message.split_once("\r\n\r\n").map(|(heads, _)| heads.to_owned())
    }

    fn message(&self, letter: &DueLetter) -> Option<Message> {
        let mail = mail(Lang::from(letter.language), &letter.letter, &letter.organization_name, &self.url);
        // Tried again, it is the same letter: programs that read mail show it once.
        let id = format!("<letter-{}-{}@{}>", letter.organization, letter.id, self.from.email.domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to.parse::<Address>().ok()?))
            .subject(mail.subject)
            .message_id(Some(id))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
        let message = match &letter.letter {
            // By which mail programs unsubscribe with one press (RFC 8058).
            Letter::News { secret, .. } => message
                .raw_header(HeaderValue::new(
                    HeaderName::new_from_ascii_str("List-Unsubscribe"),
                    format!("<{}>", unsubscribe_link(&self.url, secret)),
                ))
                .raw_header(HeaderValue::new(
                    HeaderName::new_from_ascii_str("List-Unsubscribe-Post"),
                    "List-Unsubscribe=One-Click".to_owned(),
                )),
            _ => message,
        };
        message.multipart(MultiPart::alternative_plain_html(mail.text, mail.html)).ok()
    }
}

#[async_trait]
impl Post for Smtp {
    fn carries(&self, channel: Channel) -> bool {
        channel == Channel::Mail
    }

    async fn send(&self, letter: &DueLetter) -> Delivery {
        let Some(message) = self.message(letter) else { return Delivery::Refused { code: None } };
        match tokio::time::timeout(self.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => Delivery::Taken,
            Ok(Err(error)) => delivery(letter, &error),
            Err(_) => {
                tracing::warn!(id = %letter.id, "the mail server says nothing");
                Delivery::Unreachable
            }
        }
    }
}

/// What the mail server answered. Its words are nobody's to show, and may name whom the letter is to.
fn delivery(letter: &DueLetter, error: &Error) -> Delivery {
    let code = error.status().map(u16::from);
    let id = letter.id;
    match code {
        // Who we are is wrong, not the letter (RFC 4954, section 6): it waits until that is put right.
        Some(530 | 534 | 535 | 538) => {
            tracing::error!(%id, code, "the mail server does not let us in; check LICENTIA_SMTP_URL");
            Delivery::Barred { code }
        }
        Some(_) if error.is_permanent() => Delivery::Refused { code },
        Some(_) => Delivery::Later { code },
        // What the mail server does not do for such an address (RFC 6531).
        None if error.is_client() && !letter.to.is_ascii() => Delivery::Refused { code: None },
        None => {
            let (timeout, tls) = (error.is_timeout(), error.is_tls());
            tracing::warn!(%id, timeout, tls, "the mail server cannot be reached");
            Delivery::Unreachable
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use domain::{Instant, Language, Letter, LetterId, OrganizationId, ProductId};
    use tokio::net::TcpListener;

    const FROM: &str = "Licentia <no-reply@romashka.example>";

    fn letter(to: &str) -> DueLetter {
        DueLetter {
            id: LetterId(1),
            organization: OrganizationId(1),
            organization_name: "ООО «Ромашка»".into(),
            language: Language::Ru,
            to: to.into(),
            letter: Letter::StockLow {
                product: ProductId(1),
                title: "ПЭП\r\nBcc: all@evil.example".into(),
                left: 1,
                threshold: 5,
            },
            written: Instant(0),
            tries: 1,
            notifications: None,
        }
    }

    #[tokio::test]
    async fn a_mail_server_that_says_nothing_holds_nobody_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = format!("smtp://{}", listener.local_addr().unwrap());
        let mut post = Smtp::new(&server, FROM, "http://x").unwrap();
        post.patience = Duration::from_millis(300);
        assert_eq!(post.send(&letter("a@b.example")).await, Delivery::Unreachable);
    }

    #[tokio::test]
    async fn what_is_named_in_a_letter_adds_no_head_to_it() {
        let post = Smtp::new("smtp://127.0.0.1:1", FROM, "http://x").unwrap();
        let message = String::from_utf8(post.message(&letter("a@b.example")).unwrap().formatted()).unwrap();
        let heads = message.split("\r\n\r\n").next().unwrap();
        assert!(!heads.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{heads}");
        assert_eq!(post.send(&letter("no address")).await, Delivery::Refused { code: None });
        assert_eq!(post.send(&letter("a@b.example\r\nRCPT TO:<c@d.example>")).await, Delivery::Refused { code: None });
    }

    #[tokio::test]
    async fn no_password_goes_in_clear() {
        for server in
            ["smtp://u:p@mail.example", "smtp://u:p@mail.example:25?tls=opportunistic", "http://mail.example", ""]
        {
            let refused = Smtp::new(server, FROM, "http://x").err().unwrap();
            assert!(refused.contains("LICENTIA_SMTP_URL") && !refused.contains("u:p"), "{refused}");
        }
        for server in ["smtps://u:p@mail.example", "smtp://u:p@mail.example:587?tls=required", "smtp://127.0.0.1:25"] {
            assert!(Smtp::new(server, FROM, "http://x").is_ok(), "{server}");
        }
        assert!(Smtp::new("smtp://127.0.0.1", "nobody", "http://x").err().unwrap().contains("LICENTIA_MAIL_FROM"));
    }
}
