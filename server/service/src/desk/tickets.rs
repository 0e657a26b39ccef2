//! Links and codes that are sent to somebody and work once: a new password, and the way in for whoever is invited.

use domain::{
    AccessLetter, AccountId, AccountState, DeskError, Email, FieldError, FieldProblem, Instant, Letter, LinkFault,
    OrganizationId, check_password, is_forged, needs_factor,
};
use serde_json::json;

use super::accounts::unique;
use super::refusals::Outside;
use super::sign_in::{NewSession, hex, minutes_until, of_address};
use super::{Desk, SignedIn, Visit, fault, incident, wrong};
use crate::access::Permit;
use crate::actor::{Actor, Origin};
use crate::audit::{self, Author, INSTALLATION, Object};
use crate::password;
use crate::ports::{Limit, NewLetter, Purpose, Sessions, StoreError, Ticket, Transaction};
use crate::secret::{DeviceToken, TicketToken, hash_of, typed_code};

/// How long the link of a recovery works.
pub(super) const RECOVERY_SECONDS: i64 = 30 * 60;
/// How long an invitation works.
pub(super) const INVITATION_SECONDS: i64 = 7 * 86_400;
/// How long the code for a deletion works.
pub(super) const CODE_SECONDS: i64 = 15 * 60;
/// Wrong codes: with the last of them the code works no more.
const CODE_TRIES: u64 = 5;
/// Letters of recovery to one e-mail, known or not, by strangers together and by a browser that is known for itself. Before
/// the link of the last one works no more, another can be asked for: whoever asks for others' leaves them no hour without.
const RECOVERIES: Limit =
    Limit { tries: 4, within_seconds: RECOVERY_SECONDS, block_seconds: RECOVERY_SECONDS - 5 * 60 };
/// And from one address of the network.
const OF_ADDRESS: Limit = Limit { tries: 30, within_seconds: 3600, block_seconds: 3600 };

/// A ticket as it is kept, and its secret.
pub(super) struct NewTicket {
    pub kept: Ticket,
    pub token: TicketToken,
}

/// What an invitation shows to whoever has its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    pub organization: String,
    pub name: String,
    pub email: String,
    /// Its last digits alone.
    pub phone: String,
    pub until: Instant,
    pub asks_code: bool,
}

/// A letter of access.
pub(super) fn sent(what: AccessLetter, name: &str, secret: &str, until: Instant, whom: &str) -> Letter {
    Letter::Access { what, name: name.to_owned(), secret: secret.to_owned(), until, whom: whom.to_owned(), number: 0 }
}

pub(super) fn refused(fault: LinkFault) -> DeskError {
    DeskError::LinkRefused { fault }
}

/// The letter with a number that no other has.
pub(super) fn numbered(mut letter: Letter, now: Instant) -> Letter {
    if let Letter::Access { number, .. } = &mut letter {
        *number = unique(now);
    }
    letter
}

fn code_hash(token_hash: &[u8; 32], code: &str) -> [u8; 32] {
    let token: String = token_hash.iter().map(|byte| format!("{byte:02x}")).collect();
    hash_of(&["code", &token, code])
}

impl Desk {
    pub(super) fn ticket_for(
        &self,
        organization: OrganizationId,
        account: AccountId,
        purpose: Purpose,
        (code, data): (Option<&str>, String),
        expires_at: Instant,
    ) -> Result<NewTicket, DeskError> {
        let token = TicketToken::random().map_err(|_| incident("no randomness for a link"))?;
        let token_hash = token.hash();
        let kept = Ticket {
            token_hash,
            purpose,
            organization,
            account,
            code_hash: code.map(|code| code_hash(&token_hash, code)),
            tries: 0,
            data,
            created_at: self.now(),
            expires_at,
            closed: None,
            refused: None,
        };
        Ok(NewTicket { kept, token })
    }

    /// Puts a letter of access into the outbox: it goes at once, whatever is set under «Уведомления».
    pub(super) async fn send(
        &self,
        transaction: &mut dyn Transaction,
        letter: Letter,
        to: &str,
    ) -> Result<(), DeskError> {
        let now = self.now();
        let letter = numbered(letter, now);
        let language = transaction.notifications().await.map_err(fault)?.map(|set| set.language).unwrap_or_default();
        let new = NewLetter { letter, language, to: to.to_owned(), due: now };
        transaction.insert_letters(&[new], now).await.map(drop).map_err(fault)
    }

    /// Whether a code is the ticket's; a wrong one is counted, and the last one closes it.
    pub(super) async fn code_fits(
        &self,
        transaction: &mut dyn Transaction,
        ticket: &Ticket,
        code: &str,
    ) -> Result<bool, DeskError> {
        let fits = ticket.code_hash.is_none_or(|hash| hash == code_hash(&ticket.token_hash, code));
        if !fits {
            transaction.count_ticket_try(&ticket.token_hash).await.map_err(fault)?;
            if ticket.tries + 1 >= CODE_TRIES {
                transaction.close_ticket(&ticket.token_hash, LinkFault::Over).await.map_err(fault)?;
            }
        }
        Ok(fits)
    }

    /// Whether a link works now.
    pub(super) fn admits(&self, ticket: &Ticket, purpose: Purpose) -> Result<(), LinkFault> {
        if ticket.purpose != purpose {
            return Err(LinkFault::Unknown);
        }
        match ticket.closed {
            Some(fault) => Err(fault),
            None if self.now() >= ticket.expires_at => Err(LinkFault::Expired),
            None => Ok(()),
        }
    }

    /// Finds the ticket of a link. One that works no more is in the organisation's log, once for each reason; one that
    /// nobody was sent, in the installation's own.
    pub(super) async fn open(&self, token: &str, purpose: Purpose, origin: &Origin) -> Result<Ticket, DeskError> {
        let parsed = TicketToken::parse(token);
        let found = match &parsed {
            Some(parsed) => self.store.ticket(&parsed.hash()).await.map_err(fault)?,
            None => None,
        };
        let Some(ticket) = found.filter(|ticket| ticket.purpose == purpose) else {
            let details = json!({ "bytes": token.len(), "purpose": purpose.code() });
            self.note_outside(Outside::Link, origin.address(), details).await;
            return Err(refused(LinkFault::Unknown));
        };
        let Err(why) = self.admits(&ticket, purpose) else { return Ok(ticket) };
        self.note_ticket(&ticket, origin, why.code()).await;
        Err(refused(why))
    }

    /// The ticket of a link that was open a moment ago, in the transaction that is going to use it: it may have been used
    /// while we waited. Whoever comes second is in the log like whoever comes late.
    pub(super) async fn still_open(
        &self,
        mut transaction: Box<dyn Transaction>,
        seen: &Ticket,
        origin: &Origin,
    ) -> Result<(Box<dyn Transaction>, Ticket), DeskError> {
        let ticket = transaction.ticket(&seen.token_hash).await.map_err(fault)?.ok_or(refused(LinkFault::Unknown))?;
        let Err(why) = self.admits(&ticket, seen.purpose) else { return Ok((transaction, ticket)) };
        drop(transaction);
        self.note_ticket(&ticket, origin, why.code()).await;
        Err(refused(why))
    }

    /// Writes down that a ticket works no more, once for each reason.
    pub(super) async fn note_ticket(&self, ticket: &Ticket, origin: &Origin, why: &str) {
        if ticket.refused.as_deref() == Some(why) {
            return;
        }
        if ticket.organization == INSTALLATION {
            return self.note_registration(ticket, origin, why).await;
        }
        let written = async {
            let mut transaction = self.store.begin(ticket.organization).await?;
            transaction.note_ticket_refused(&ticket.token_hash, why).await?;
            let entry = audit::Entry {
                at: self.now(),
                author: Author::outside(None, origin.address()),
                action: "ticket.refused",
                object: Object::Account(ticket.account),
                details: match ticket.purpose {
                    // A cookie of the sign-in, and no link of a letter.
                    Purpose::Half => json!({ "purpose": ticket.purpose.code(), "why": why }),
                    purpose => json!({ "purpose": purpose.code(), "why": why, "by": "link" }),
                },
            };
            audit::append(&mut *transaction, ticket.organization, entry).await?;
            transaction.commit().await
        };
        if let Err(error) = written.await {
            tracing::error!(%error, "a refusal was not written down");
        }
    }

    /// «Выслать ссылку»: to whoever signs in by this e-mail, if anybody does. The answer does not tell.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] for what is no e-mail; [`DeskError::TooManyTries`] from one address of the network.
    pub async fn ask_recovery(&self, email: &str, visit: Visit<'_>) -> Result<(), DeskError> {
        let origin = visit.origin;
        let Some(email) = Email::parse(email) else {
            if is_forged(email) {
                self.note_outside(Outside::Recovery, origin.address(), json!({ "why": "forged_email" })).await;
            }
            return Err(wrong("email", FieldProblem::NotAnEmail));
        };
        let now = self.now();
        let device = visit.device.map(DeviceToken::hash);
        let found = self.store.account_by_email(email.as_str(), device.as_ref()).await.map_err(fault)?;
        let trusted = device.filter(|_| found.is_some_and(|record| record.trusts));
        // A neighbour behind the same address keeps no browser out that is known.
        if let Some(of_address) = of_address("recovery", origin).filter(|_| trusted.is_none()) {
            if let Some(until) = self.store.blocked_until(&of_address, now).await.map_err(fault)? {
                return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
            }
            self.store.count_failure(&of_address, OF_ADDRESS, now).await.map_err(fault)?;
        }
        let lane = trusted.map(|device| hex(&device)).unwrap_or_default();
        let of_email = hash_of(&["recovery", &email.mailbox(), &lane]);
        let often = self.store.blocked_until(&of_email, now).await.map_err(fault)?.is_some();
        self.store.count_failure(&of_email, RECOVERIES, now).await.map_err(fault)?;
        if !often {
            // By itself: the answer comes as soon for an e-mail that nobody has.
            let (desk, origin) = (self.clone(), origin.clone());
            tokio::spawn(async move {
                match desk.write_recovery(&email, &origin).await {
                    Ok(true) => {}
                    // One write, as for whoever has it: what comes next waits as long.
                    Ok(false) => desk.write_alike("recovery").await,
                    Err(error) => tracing::error!(%error, "a link to a new password was not sent"),
                }
            });
        }
        Ok(())
    }

    /// `false` if nobody has the e-mail.
    async fn write_recovery(&self, email: &Email, origin: &Origin) -> Result<bool, DeskError> {
        let found = self.store.account_by_email(email.as_str(), None).await.map_err(fault)?;
        let Some(record) = found else {
            let invited = self.store.invited_account(email.as_str()).await.map_err(fault)?;
            let Some(invited) = invited else { return Ok(false) };
            return self.write_to_invited(invited, email.as_str()).await.map(|()| true);
        };
        let (organization, account) = (record.organization, record.account);
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        let until = self.now().plus_seconds(RECOVERY_SECONDS);
        let ticket = self.ticket_for(organization, account.id, Purpose::Recovery, (None, String::new()), until)?;
        transaction.add_ticket(&ticket.kept).await.map_err(fault)?;
        let letter = sent(AccessLetter::Recovery, &account.name, ticket.token.secret(), until, "");
        self.send(&mut *transaction, letter, &account.email).await?;
        let entry = audit::Entry {
            at: self.now(),
            author: Author::outside(None, origin.address()),
            action: "password.reset_sent",
            object: Object::Account(account.id),
            details: json!({}),
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(true)
    }

    /// Whether the link of a recovery works; whose it is, is not shown.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`].
    pub async fn recovery(&self, token: &str, origin: &Origin) -> Result<(), DeskError> {
        self.open(token, Purpose::Recovery, origin).await.map(drop)
    }

    /// What is wrong with a password that somebody chooses.
    pub(super) fn check_choice(
        &self,
        field: &str,
        (password, again): (&str, &str),
        has_factor: bool,
        own: &[&str],
    ) -> Result<(), DeskError> {
        let mut fields = Vec::new();
        let mut wrong = |field: &str, problem| fields.push(FieldError { field: field.to_owned(), problem });
        match check_password(password, has_factor, own) {
            Err(problem) => wrong(field, problem),
            Ok(()) if password::is_common(password) => wrong(field, FieldProblem::CommonPassword),
            Ok(()) if password != again => wrong("again", FieldProblem::NotTheSame),
            Ok(()) => return Ok(()),
        }
        Err(DeskError::InvalidForm { fields })
    }

    /// Sets a new password by the link of a recovery: all sessions end, and the link works no more.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`]; [`DeskError::InvalidForm`]: the link goes on working.
    pub async fn recover(&self, token: &str, password: String, again: &str, visit: Visit<'_>) -> Result<(), DeskError> {
        let origin = visit.origin;
        let ticket = self.open(token, Purpose::Recovery, origin).await?;
        let names = self.store.account_rows(ticket.organization, self.now(), self.now()).await.map_err(fault)?;
        let own = names.into_iter().find(|row| row.account.id == ticket.account);
        let row = own.ok_or(refused(LinkFault::Over))?;
        let has_factor = row.has_factor();
        let own = row.account;
        let company = self.store.organization_name(ticket.organization).await.map_err(fault)?;
        self.check_choice("password", (&password, again), has_factor, &[&own.email, &own.name, &company])?;
        let short = needs_factor(&password);
        let hash = password::hashed(password).await.map_err(incident)?;
        let transaction = self.store.begin(ticket.organization).await.map_err(fault)?;
        let (mut transaction, ticket) = self.still_open(transaction, &ticket, origin).await?;
        transaction.close_ticket(&ticket.token_hash, LinkFault::Used).await.map_err(fault)?;
        let author = Author::outside(Some(own.id), origin.address());
        let devices = self
            .new_password(
                &mut *transaction,
                ticket.organization,
                (&own.name, &own.email),
                (own.id, &hash, short),
                (author, "recovery"),
                (None, visit.device),
            )
            .await?;
        transaction.commit().await.map_err(fault)?;
        // Whoever was blocked by strangers' guesses, or by their own, comes in with the new one.
        self.forgive((own.id, &own.email), &devices).await;
        Ok(())
    }

    /// Besides `but`, sessions end; browsers are forgotten, but for the one at hand. The hashes of those that were known.
    async fn new_password(
        &self,
        transaction: &mut dyn Transaction,
        organization: OrganizationId,
        (name, email): (&str, &str),
        (account, hash, short): (AccountId, &str, bool),
        (author, by): (Author, &str),
        (but, device): (Option<domain::SessionId>, Option<&DeviceToken>),
    ) -> Result<Vec<[u8; 32]>, DeskError> {
        // The second factor may have gone while we waited.
        if short && !self.account_in(transaction, account).await?.has_factor() {
            return Err(wrong("password", FieldProblem::TooShort { least: domain::LEAST }));
        }
        transaction.set_password(account, hash, short).await.map_err(fault)?;
        let sessions = transaction.end_sessions(&Sessions::Of { account, but }).await.map_err(fault)?;
        // Whoever has learned the former one may have signed in by it.
        let devices = transaction.forget_devices(account).await.map_err(fault)?;
        if let Some(device) = device.map(DeviceToken::hash).filter(|device| devices.contains(device)) {
            transaction.trust_device(account, &device, self.now()).await.map_err(fault)?;
        }
        for purpose in [Purpose::Recovery, Purpose::Half] {
            transaction.close_tickets(account, Some(purpose)).await.map_err(fault)?;
        }
        let until = self.now().plus_seconds(INVITATION_SECONDS);
        self.send(transaction, sent(AccessLetter::PasswordChanged, name, "", until, ""), email).await?;
        let entry = audit::Entry {
            at: self.now(),
            author,
            action: "password.changed",
            object: Object::Account(account),
            details: json!({ "by": by, "sessions": sessions }),
        };
        audit::append(transaction, organization, entry).await.map_err(fault)?;
        Ok(devices)
    }

    /// Changes one's own password; one's other sessions end, and of the browsers that are known `device` alone stays.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`], with [`FieldProblem::WrongPassword`] on `former`; [`DeskError::SignInBlocked`].
    pub async fn change_password(
        &self,
        actor: &Actor,
        former: String,
        password: String,
        again: &str,
        device: Option<&DeviceToken>,
    ) -> Result<(), DeskError> {
        let (own, organization) = (actor.account(), actor.organization().id);
        let has_factor = self.factor(actor).await?.is_there();
        let names = [own.email.as_str(), &own.name, &actor.organization().name];
        self.check_choice("password", (&password, again), has_factor, &names)?;
        self.show_password(actor, "former", former).await?;
        let short = needs_factor(&password);
        let hash = password::hashed(password).await.map_err(incident)?;
        let mut transaction = self.begin(&Permit::own(actor)).await?;
        let whose = (own.name.as_str(), own.email.as_str());
        let by = (actor.author(), "own");
        let here = (Some(actor.session()), device);
        self.new_password(&mut *transaction, organization, whose, (own.id, &hash, short), by, here).await?;
        transaction.commit().await.map_err(fault)
    }

    /// What the link of an invitation shows.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`].
    pub async fn joining(&self, token: &str, origin: &Origin) -> Result<Joining, DeskError> {
        let ticket = self.open(token, Purpose::Invitation, origin).await?;
        let rows = self.store.account_rows(ticket.organization, self.now(), self.now()).await.map_err(fault)?;
        let row = rows.into_iter().find(|row| row.account.id == ticket.account && row.state == AccountState::Invited);
        let row = row.ok_or(refused(LinkFault::Over))?;
        let organization = self.store.organization_name(ticket.organization).await.map_err(fault)?;
        let digits: Vec<char> = row.phone.chars().collect();
        let last = digits.iter().skip(digits.len().saturating_sub(4)).collect::<String>();
        Ok(Joining {
            organization,
            name: row.account.name,
            email: row.account.email,
            phone: last,
            until: ticket.expires_at,
            asks_code: ticket.code_hash.is_some(),
        })
    }

    /// «Продолжить»: with the code and a password, whoever was invited is in.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`]; [`DeskError::InvalidForm`]: a wrong code, of which there are five, or a password that
    /// will not do.
    pub async fn join(
        &self,
        token: &str,
        code: &str,
        password: String,
        again: &str,
        visit: Visit<'_>,
    ) -> Result<SignedIn, DeskError> {
        let ticket = self.open(token, Purpose::Invitation, visit.origin).await?;
        let shown = self.joining(token, visit.origin).await?;
        let code = typed_code(code);
        if ticket.code_hash.is_some() && code.is_empty() {
            return Err(wrong("code", FieldProblem::Required));
        }
        let own = [shown.email.as_str(), &shown.name, &shown.organization];
        self.check_choice("password", (&password, again), false, &own)?;
        let hash = password::hashed(password).await.map_err(incident)?;
        let transaction = self.store.begin(ticket.organization).await.map_err(fault)?;
        let (mut transaction, ticket) = self.still_open(transaction, &ticket, visit.origin).await?;
        if !self.code_fits(&mut *transaction, &ticket, &code).await? {
            let entry = audit::Entry {
                at: self.now(),
                author: Author::outside(None, visit.origin.address()),
                action: "ticket.refused",
                object: Object::Account(ticket.account),
                details: json!({ "purpose": ticket.purpose.code(), "why": "wrong_code", "by": "link" }),
            };
            audit::append(&mut *transaction, ticket.organization, entry).await.map_err(fault)?;
            transaction.commit().await.map_err(fault)?;
            return Err(wrong("code", FieldProblem::WrongCode));
        }
        let gone = |error| match error {
            StoreError::Conflict => refused(LinkFault::Over),
            other => fault(other),
        };
        transaction.set_password(ticket.account, &hash, false).await.map_err(gone)?;
        transaction.set_account_state(ticket.account, AccountState::Active).await.map_err(gone)?;
        transaction.close_ticket(&ticket.token_hash, LinkFault::Used).await.map_err(fault)?;
        let entry = audit::Entry {
            at: self.now(),
            author: Author::outside(Some(ticket.account), visit.origin.address()),
            action: "account.joined",
            object: Object::Account(ticket.account),
            details: json!({}),
        };
        audit::append(&mut *transaction, ticket.organization, entry).await.map_err(fault)?;
        let new = NewSession { account: ticket.account, organization: ticket.organization, by: "invitation" };
        let signed_in = self.write_session(&mut *transaction, new, visit).await?;
        transaction.commit().await.map_err(fault)?;
        self.end_former(visit).await?;
        Ok(signed_in)
    }
}
