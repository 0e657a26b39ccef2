//! Registering an organisation: asked for, confirmed by a link, and there.

use domain::{
    AccessLetter, AccountData, AccountState, DeskError, FieldError, FieldProblem, Instant, Language, Level, LinkFault,
    Role, SignUp, SignUpForm, is_forged,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refusals::Outside;
use super::sign_in::{NewSession, PASSWORDS, hex, minutes_until, of_address};
use super::tickets::{INVITATION_SECONDS, numbered, refused, sent};
use super::{Desk, SignedIn, Visit, fault, incident, wrong};
use crate::actor::Origin;
use crate::audit::{self, Author, INSTALLATION, Object};
use crate::password;
use crate::ports::{InvitedAccount, Limit, NewLetter, Purpose, StoreError, Ticket};
use crate::question::{QUESTION_SECONDS, Question, answered};
use crate::secret::hash_of;

/// How long the link works.
const LINK_SECONDS: i64 = 24 * 3600;
/// Letters to one e-mail, known or not, from one address of the network: whoever registers others leaves them theirs.
const OF_EMAIL: Limit = Limit { tries: 4, within_seconds: 3600, block_seconds: 3600 };
/// And from wherever it be.
const OF_MAILBOX: Limit = Limit { tries: 20, within_seconds: 3600, block_seconds: 3600 };
/// Tries from one address of the network: an office behind one address registers once.
const OF_ADDRESS: Limit = Limit { tries: 30, within_seconds: 3600, block_seconds: 3600 };
/// A question is answered once, rightly or not.
const OF_QUESTION: Limit =
    Limit { tries: 2, within_seconds: 2 * QUESTION_SECONDS, block_seconds: 2 * QUESTION_SECONDS };

/// What somebody sends who registers: the password is in no log.
pub struct SigningUp<'a> {
    pub form: &'a SignUpForm,
    pub password: String,
    pub again: &'a str,
    /// [`Question::token`].
    pub question: &'a str,
    pub answer: &'a str,
    /// Which version of the terms was shown.
    pub terms: &'a str,
    /// Of the letter.
    pub language: Language,
}

/// A registration that waits for its confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registering {
    pub name: String,
    pub email: String,
    /// Empty if it was not said.
    pub work: String,
    pub until: Instant,
}

/// As it is kept in a ticket.
#[derive(Serialize, Deserialize)]
struct Waiting {
    email: String,
    name: String,
    work: String,
    city: String,
    phone: String,
    /// PHC string.
    password: String,
    /// The version of the terms that was accepted.
    #[serde(default)]
    terms: String,
}

impl Waiting {
    /// Who registers, the password's hash and the version of the terms.
    fn of(ticket: &Ticket) -> Result<(SignUp, String, String), DeskError> {
        let waiting: Waiting =
            serde_json::from_str(&ticket.data).map_err(|_| incident("a registration cannot be read"))?;
        let Waiting { email, name, work, city, phone, password, terms } = waiting;
        let email = domain::Email::parse(&email).ok_or_else(|| incident("a registration has no e-mail"))?;
        Ok((SignUp { email, name, work, city, phone }, password, terms))
    }
}

impl Desk {
    /// The same desk, at which organisations register themselves, or do not.
    #[must_use]
    pub fn registering(self, registers: bool) -> Self {
        Self { registers, ..self }
    }

    /// Whether organisations register themselves.
    #[must_use]
    pub fn registers(&self) -> bool {
        self.registers
    }

    fn must_register(&self) -> Result<(), DeskError> {
        if self.registers { Ok(()) } else { Err(DeskError::RegistrationClosed) }
    }

    /// A question for the form.
    ///
    /// # Errors
    /// [`DeskError::RegistrationClosed`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn question(&self) -> Result<Question, DeskError> {
        self.must_register()?;
        let secret = self.store.question_secret().await.map_err(fault)?;
        Question::random(&secret, self.now()).map_err(|_| incident("no randomness for a question"))
    }

    /// Why the answer to a question does not count, if it was not right, in time and the first.
    async fn answer_fault(&self, question: &str, answer: &str) -> Result<Option<&'static str>, DeskError> {
        let now = self.now();
        let secret = self.store.question_secret().await.map_err(fault)?;
        let Some((nonce, fits)) = answered(&secret, question, answer, now) else { return Ok(Some("question_over")) };
        let again = self.store.count_failure(&hash_of(&["question", &nonce]), OF_QUESTION, now).await.map_err(fault)?;
        Ok(if again.is_some() { Some("answered_twice") } else { (!fits).then_some("wrong_answer") })
    }

    /// «Зарегистрировать»: sends a link to the e-mail. The answer is the same for an e-mail that has an account already;
    /// its owner is told by letter.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field; [`DeskError::TooManyTries`] from one address of the network;
    /// [`DeskError::RegistrationClosed`].
    pub async fn sign_up(&self, typed: SigningUp<'_>, origin: &Origin) -> Result<(), DeskError> {
        self.must_register()?;
        let now = self.now();
        if let Some(of_address) = of_address("sign-up", origin) {
            if let Some(until) = self.store.blocked_until(&of_address, now).await.map_err(fault)? {
                return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
            }
            self.store.count_failure(&of_address, OF_ADDRESS, now).await.map_err(fault)?;
        }
        let checked = typed.form.check();
        if checked.is_err() && is_forged(&typed.form.email) {
            self.note_outside(Outside::Registration, origin.address(), json!({ "why": "forged_email" })).await;
        }
        let mut fields = checked.as_ref().err().cloned().unwrap_or_default();
        let own = [typed.form.email.trim(), typed.form.name.trim(), typed.form.work.trim()];
        match self.check_choice("password", (&typed.password, typed.again), false, &own) {
            Err(DeskError::InvalidForm { fields: more }) => fields.extend(more),
            checked => checked?,
        }
        if let Some(why) = self.answer_fault(typed.question, typed.answer).await? {
            self.note_outside(Outside::Question, origin.address(), json!({ "why": why })).await;
            fields.push(FieldError { field: "answer".to_owned(), problem: FieldProblem::WrongAnswer });
        }
        let said = match checked {
            Ok(said) if fields.is_empty() => said,
            _ => return Err(DeskError::InvalidForm { fields }),
        };
        let mailbox = said.email.mailbox();
        let of_email = hash_of(&["sign-up", &mailbox, &origin.network()]);
        let mut often = false;
        for (subject, limit) in [(of_email, OF_EMAIL), (hash_of(&["sign-up", &mailbox]), OF_MAILBOX)] {
            often |= self.store.blocked_until(&subject, now).await.map_err(fault)?.is_some();
            // What is not sent fills no mailbox.
            if !often {
                self.store.count_failure(&subject, limit, now).await.map_err(fault)?;
            }
        }
        // For whoever is known too: the answer takes as long.
        let password = password::hashed(typed.password).await.map_err(incident)?;
        if !often {
            let (desk, language, terms) = (self.clone(), typed.language, typed.terms.to_owned());
            tokio::spawn(async move {
                if let Err(error) = desk.write_registration(said, (password, terms), language).await {
                    tracing::error!(%error, "the letter of a registration was not written");
                }
            });
        }
        Ok(())
    }

    /// In one write, whoever has the e-mail: what comes next waits as long.
    async fn write_registration(
        &self,
        said: SignUp,
        (password, terms): (String, String),
        language: Language,
    ) -> Result<(), DeskError> {
        let now = self.now();
        let until = now.plus_seconds(LINK_SECONDS);
        let known = self.store.account_by_email(said.email.as_str(), None).await.map_err(fault)?;
        if let Some(record) = known {
            let mut transaction = self.store.begin(record.organization).await.map_err(fault)?;
            let letter = sent(AccessLetter::RegisteredAlready, &record.account.name, "", until, "");
            self.send(&mut *transaction, letter, &record.account.email).await?;
            return transaction.commit().await.map_err(fault);
        }
        if let Some(invited) = self.store.invited_account(said.email.as_str()).await.map_err(fault)? {
            return self.write_to_invited(invited, said.email.as_str()).await;
        }
        let SignUp { email, name, work, city, phone } = said;
        let to = email.as_str().to_owned();
        let waiting = Waiting { email: to.clone(), name: name.clone(), work, city, phone, password, terms };
        let data = serde_json::to_string(&waiting).map_err(|_| incident("a registration cannot be written"))?;
        let nobody = domain::AccountId(0);
        let ticket = self.ticket_for(INSTALLATION, nobody, Purpose::Registration, (None, data), until)?;
        let letter = sent(AccessLetter::Registration, &name, ticket.token.secret(), until, "");
        let letter = numbered(letter, now);
        let mut transaction = self.store.begin_installation().await.map_err(fault)?;
        transaction.add_ticket(&ticket.kept).await.map_err(fault)?;
        transaction.insert_letters(&[NewLetter { letter, language, to, due: now }], now).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// To whoever registers and has been invited: by whom, and that they can be asked to invite again.
    pub(super) async fn write_to_invited(
        &self,
        (scope, id, name): InvitedAccount,
        email: &str,
    ) -> Result<(), DeskError> {
        let names = self.store.account_names(scope).await.map_err(fault)?;
        let mut transaction = self.store.begin(scope).await.map_err(fault)?;
        let ticket = transaction.open_ticket(id, Purpose::Invitation).await.map_err(fault)?;
        let by = ticket.and_then(|ticket| ticket.data.parse::<domain::AccountId>().ok());
        let by = by.and_then(|by| names.into_iter().find(|(known, _)| *known == by)).map(|(_, name)| name);
        let until = self.now().plus_seconds(INVITATION_SECONDS);
        let letter = sent(AccessLetter::InvitedAlready, &name, "", until, by.as_deref().unwrap_or_default());
        self.send(&mut *transaction, letter, email).await?;
        transaction.commit().await.map_err(fault)
    }

    /// What a link shows before it is confirmed: mail programs open links by themselves.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`].
    pub async fn registration(&self, token: &str, origin: &Origin) -> Result<Registering, DeskError> {
        let ticket = self.open(token, Purpose::Registration, origin).await?;
        let (said, ..) = Waiting::of(&ticket)?;
        let SignUp { email, name, work, .. } = said;
        Ok(Registering { name, email: email.as_str().to_owned(), work, until: ticket.expires_at })
    }

    /// «Подтвердить»: makes the organisation and its owner's account, and lets them in. Who reads the mailbox is asked for
    /// the password that whoever registered has chosen: it is the same person, or nobody comes in.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`]: with [`LinkFault::Over`] if somebody has the e-mail by now. [`DeskError::InvalidForm`]
    /// for another password; [`DeskError::TooManyTries`].
    pub async fn confirm_sign_up(&self, token: &str, typed: String, visit: Visit<'_>) -> Result<SignedIn, DeskError> {
        let ticket = self.open(token, Purpose::Registration, visit.origin).await?;
        let (said, password, terms) = Waiting::of(&ticket)?;
        self.same_person(&ticket, typed, &password, visit.origin).await?;
        let now = self.now();
        let transaction = self.store.begin_installation().await.map_err(fault)?;
        let (mut transaction, ticket) = self.still_open(transaction, &ticket, visit.origin).await?;
        transaction.close_ticket(&ticket.token_hash, LinkFault::Used).await.map_err(fault)?;
        let organization = transaction.found_organization(&said, now).await.map_err(fault)?;
        let data =
            AccountData { name: said.name, email: said.email, phone: said.phone, level: Level::Role(Role::Owner) };
        let account = match transaction.add_account(&data, now).await {
            Err(StoreError::EmailTaken) => {
                drop(transaction);
                return self.close_taken(&ticket, visit.origin).await;
            }
            account => account.map_err(fault)?,
        };
        transaction.set_password(account, &password, false).await.map_err(fault)?;
        transaction.set_account_state(account, AccountState::Active).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: Author::outside(Some(account), visit.origin.address()),
            action: "organization.registered",
            object: Object::Account(account),
            details: json!({ "terms": terms }),
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        let new = NewSession { account, organization, by: "registration" };
        let signed_in = self.write_session(&mut *transaction, new, visit).await?;
        transaction.commit().await.map_err(fault)?;
        tracing::info!(%organization, "an organisation was registered");
        self.end_former(visit).await?;
        Ok(signed_in)
    }

    async fn same_person(
        &self,
        ticket: &Ticket,
        typed: String,
        password: &str,
        origin: &Origin,
    ) -> Result<(), DeskError> {
        let now = self.now();
        let subject = hash_of(&["confirm sign-up", &hex(&ticket.token_hash)]);
        if let Some(until) = self.store.blocked_until(&subject, now).await.map_err(fault)? {
            return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
        }
        if typed.is_empty() {
            return Err(wrong("password", FieldProblem::Required));
        }
        if password::turn().await.fits(typed, Some(password.to_owned())).await {
            return Ok(());
        }
        self.store.count_failure(&subject, PASSWORDS, now).await.map_err(fault)?;
        self.note_outside(Outside::Registration, origin.address(), json!({ "why": "wrong_password" })).await;
        Err(wrong("password", FieldProblem::WrongPassword))
    }

    /// Closes the link of a registration whose e-mail somebody has by now: nothing can come of it any more.
    async fn close_taken<T>(&self, ticket: &Ticket, origin: &Origin) -> Result<T, DeskError> {
        let over = LinkFault::Over;
        let mut transaction = self.store.begin_installation().await.map_err(fault)?;
        transaction.close_ticket(&ticket.token_hash, over).await.map_err(fault)?;
        // Whoever comes with it again is told the same, and that is in the log already.
        transaction.note_ticket_refused(&ticket.token_hash, over.code()).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        self.note_outside(Outside::Registration, origin.address(), json!({ "why": "email_taken" })).await;
        Err(refused(over))
    }

    /// A link of a registration or a subscription that works no more belongs to no organisation: it is in the
    /// installation's log, once for each reason.
    pub(super) async fn note_registration(&self, ticket: &Ticket, origin: &Origin, why: &str) {
        let what = if ticket.purpose == Purpose::News { Outside::Subscription } else { Outside::Registration };
        self.note_outside(what, origin.address(), json!({ "why": why })).await;
        let noted = async {
            let mut transaction = self.store.begin_installation().await?;
            transaction.note_ticket_refused(&ticket.token_hash, why).await?;
            transaction.commit().await
        };
        if let Err(error) = noted.await {
            tracing::error!(%error, "that a link was refused was not noted");
        }
    }
}
