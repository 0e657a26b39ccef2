//! «Заявления»: a customer asks its partner for an extension, and the partner settles it at the customer's desk.

use domain::{
    AccessLetter, Application, ApplicationFilter, ApplicationForm, ApplicationId, ApplicationState, Capability, Choice,
    Connected, Contract, DealFault, DeskError, Extension, FieldProblem, Instant, MAX_REMARK_CHARS, OrganizationId,
    Promotion, Recorded, Settlement, UNLIMITED_SEATS, admits_purpose, remark, settlement,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::orders::random_code;
use super::{Desk, fault, wrong};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{NewPool, Settled, StoreError, Transaction};

/// Applications on a page of a list.
const LIST: u32 = 50;

/// What can be asked for, of whom.
#[derive(Clone, Debug)]
pub struct Offered {
    pub extensions: Vec<ExtensionState>,
    /// Who serves the organisation, by name.
    pub partners: Vec<(OrganizationId, String)>,
    /// Those that run.
    pub promotions: Vec<Promotion>,
    pub waiting: Vec<Waiting>,
}

/// An application that is not settled: another one for the same extension is not sent beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub extension: String,
    pub id: ApplicationId,
    /// Whoever it was sent to does not serve the organisation any more.
    pub in_vain: bool,
}

/// An extension, and what a customer has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionState {
    pub extension: Extension,
    pub connected: Option<Connected>,
}

/// A page of a customer's applications, newest first.
#[derive(Clone, Debug, Default)]
pub struct Applications {
    pub rows: Vec<Application>,
    /// Where the next page begins, if there is one.
    pub next: Option<ApplicationId>,
    pub extensions: Vec<Extension>,
    /// Who serves the organisation.
    pub serving: Vec<OrganizationId>,
}

/// A page of the applications to a partner: those that wait on top.
#[derive(Clone, Debug)]
pub struct Queue {
    pub rows: Vec<Application>,
    pub filter: ApplicationFilter,
    pub count: u64,
    /// From 1.
    pub page: u32,
    pub last_page: u32,
    /// Whom the partner serves, by name.
    pub customers: Vec<(OrganizationId, String)>,
    pub extensions: Vec<Extension>,
}

/// An application with what its page shows.
#[derive(Clone, Debug)]
pub struct ApplicationPage {
    pub application: Application,
    pub extension: Extension,
    /// What there is of the extension.
    pub connected: Option<Connected>,
    /// It waits for a partner that does not serve the customer any more.
    pub in_vain: bool,
    /// That the application names, if it is there (still).
    pub promotion: Option<Promotion>,
    /// Of the partner's contract, in percent, while it waits: nobody else is told it.
    pub discount: Option<u8>,
    pub now: Instant,
}

/// What a partner was about to do with an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    /// As it was shown.
    pub version: u64,
    pub on: bool,
    pub size: String,
    /// Why it is declined.
    pub reason: String,
}

/// What a partner does with an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Correct,
    Process,
    Decline,
}

/// A form that is kept: with twenty owners and remarks of full length it has some 20 KB.
const MAX_DRAFT_BYTES: usize = 64 * 1024;

impl Desk {
    /// What can be asked for.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn offered_extensions(&self, actor: &Actor) -> Result<Offered, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let today = self.now().date();
        let promotions = self.store.promotions().await.map_err(fault)?;
        let sent = self.store.applications(actor.scope(), None, LIST).await.map_err(fault)?.into_iter();
        let sent = sent.filter(|application| application.state == ApplicationState::Sent);
        let partners = self.serving(actor.scope()).await?;
        let serving: Vec<OrganizationId> = partners.iter().map(|(id, _)| *id).collect();
        let waiting = |sent: Application| {
            let in_vain = sent.waits_in_vain(&serving);
            Waiting { extension: sent.extension, id: sent.id, in_vain }
        };
        Ok(Offered {
            waiting: sent.map(waiting).collect(),
            extensions: self.states(actor.scope()).await?,
            partners,
            promotions: promotions.into_iter().filter(|promotion| promotion.runs(today)).collect(),
        })
    }

    /// Who serves an organisation, by name.
    async fn serving(&self, customer: OrganizationId) -> Result<Vec<(OrganizationId, String)>, DeskError> {
        let grants = self.store.grants(customer).await.map_err(fault)?;
        Ok(grants.into_iter().map(|grant| (grant.partner, grant.name)).collect())
    }

    /// Every extension, and what an organisation has of it.
    async fn states(&self, organization: OrganizationId) -> Result<Vec<ExtensionState>, DeskError> {
        let mut connected = self.store.connected(organization).await.map_err(fault)?;
        let state = |extension: Extension| {
            let place = connected.iter().position(|known| known.extension == extension.code);
            ExtensionState { connected: place.map(|place| connected.swap_remove(place)), extension }
        };
        Ok(self.store.extensions().await.map_err(fault)?.into_iter().map(state).collect())
    }

    /// What the own organisation has of extensions; none that is not connected.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn own_extensions(&self, actor: &Actor) -> Result<Vec<ExtensionState>, DeskError> {
        let actor = &self.permit(actor, Capability::Stock).await?;
        let mut states = self.states(actor.scope()).await?;
        states.retain(|state| state.connected.is_some());
        Ok(states)
    }

    /// What a customer of the own organisation has of extensions: all that there are.
    ///
    /// # Errors
    /// [`DeskError::UnknownCustomer`] of whom one does not serve.
    pub async fn extensions_of(
        &self,
        actor: &Actor,
        customer: OrganizationId,
    ) -> Result<Vec<ExtensionState>, DeskError> {
        let actor = &self.partner(actor).await?;
        let served = self.store.served(actor.scope(), customer).await.map_err(fault)?;
        let served = served.ok_or(DeskError::UnknownCustomer)?;
        // They are stock like any other.
        match served.rights.and(actor.rights()).may(Capability::Stock) {
            true => self.states(customer).await,
            false => Ok(Vec::new()),
        }
    }

    /// Sends an application to a partner.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field; [`DealFault`] why it cannot be asked for.
    pub async fn send_application(&self, actor: &Actor, form: &ApplicationForm) -> Result<ApplicationId, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let offered = self.offered_extensions(actor.actor()).await?;
        if offered.partners.is_empty() {
            return Err(DealFault::NoPartner.into());
        }
        let chosen = offered.extensions.iter().find(|state| state.extension.code == form.extension);
        let Some(ExtensionState { extension, .. }) = chosen else {
            let none = offered.extensions.is_empty();
            return Err(if none {
                DealFault::NothingOffered.into()
            } else {
                wrong("extension", FieldProblem::Required)
            });
        };
        let now = self.now();
        let mut transaction = self.begin(actor).await?;
        let connected = of(extension, transaction.connected().await.map_err(fault)?);
        admits_purpose(form.purpose, extension, connected.as_ref())?;
        let partners: Vec<OrganizationId> = offered.partners.iter().map(|(id, _)| *id).collect();
        let new = form
            .check(extension, &partners, &offered.promotions, connected.as_ref())
            .map_err(|fields| DeskError::InvalidForm { fields })?;
        // They may have been told to go since they were looked for.
        if !serves(&mut *transaction, new.partner).await? {
            return Err(wrong("partner", FieldProblem::Required));
        }
        let id = transaction.insert_application(actor.account().id, &new, now).await.map_err(|error| match error {
            StoreError::Conflict => DealFault::Waiting.into(),
            other => fault(other),
        })?;
        let details = json!({
            "extension": new.extension, "purpose": new.purpose, "on": new.asked.on, "size": new.asked.size,
            "partner": new.partner, "owners": new.owners.len(),
        });
        self.tell(&mut *transaction, actor, "application.sent", Object::Application(id), details).await?;
        transaction.drop_form_draft(actor.account().id, NEW).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// The own organisation's applications, newest first, below `before`.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn applications(&self, actor: &Actor, before: Option<ApplicationId>) -> Result<Applications, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let mut rows = self.store.applications(actor.scope(), before, LIST + 1).await.map_err(fault)?;
        let more = rows.len() > LIST as usize;
        rows.truncate(LIST as usize);
        let next = rows.last().filter(|_| more).map(|last| last.id);
        let extensions = self.store.extensions().await.map_err(fault)?;
        let serving = self.serving(actor.scope()).await?.into_iter().map(|(id, _)| id).collect();
        Ok(Applications { rows, next, extensions, serving })
    }

    /// One of them.
    ///
    /// # Errors
    /// [`DealFault::UnknownApplication`].
    pub async fn application(&self, actor: &Actor, id: ApplicationId) -> Result<ApplicationPage, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let found = self.store.application(actor.scope(), id).await.map_err(fault)?;
        self.page_of(found).await
    }

    async fn page_of(&self, found: Option<Application>) -> Result<ApplicationPage, DeskError> {
        let application = found.ok_or(DealFault::UnknownApplication)?;
        let extension = self.extension(&application.extension).await?;
        let connected = of(&extension, self.store.connected(application.customer).await.map_err(fault)?);
        let promotion = self.promotion(application.promotion.as_deref()).await?;
        let serving: Vec<OrganizationId> =
            self.serving(application.customer).await?.into_iter().map(|(id, _)| id).collect();
        let in_vain = application.waits_in_vain(&serving);
        Ok(ApplicationPage { application, extension, connected, in_vain, promotion, discount: None, now: self.now() })
    }

    async fn extension(&self, code: &str) -> Result<Extension, DeskError> {
        let mut known = self.store.extensions().await.map_err(fault)?.into_iter();
        known.find(|extension| extension.code == code).ok_or(DealFault::NothingOffered.into())
    }

    async fn promotion(&self, code: Option<&str>) -> Result<Option<Promotion>, DeskError> {
        let Some(code) = code else { return Ok(None) };
        let known = self.store.promotions().await.map_err(fault)?;
        Ok(known.into_iter().find(|promotion| promotion.code == code))
    }

    /// Takes an application back that nobody has settled. Taken back twice, it is taken back once.
    ///
    /// # Errors
    /// [`DealFault::UnknownApplication`], [`DealFault::Settled`].
    pub async fn withdraw_application(&self, actor: &Actor, id: ApplicationId) -> Result<(), DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let mut transaction = self.begin(actor).await?;
        let application = transaction.application(id).await.map_err(fault)?.ok_or(DealFault::UnknownApplication)?;
        match application.state {
            ApplicationState::Sent => {}
            ApplicationState::Withdrawn => return Ok(()),
            ApplicationState::Processed | ApplicationState::Declined => return Err(DealFault::Settled.into()),
        }
        let settled = Settled {
            state: ApplicationState::Withdrawn,
            by: actor.account().id,
            reason: "",
            recorded: None,
            at: self.now(),
        };
        let set = application.set.as_ref();
        transaction.settle_application(id, application.version, set, settled).await.map_err(fault)?;
        self.tell(&mut *transaction, actor, "application.withdrawn", Object::Application(id), json!({})).await?;
        transaction.commit().await.map_err(fault)
    }

    /// Applications to the own organisation of whom it serves now. Pages count from 1.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`], also for an organisation that serves nobody.
    pub async fn partner_applications(
        &self,
        actor: &Actor,
        filter: ApplicationFilter,
        page: u32,
    ) -> Result<Queue, DeskError> {
        let actor = &self.partner(actor).await?;
        let customers = self.store.customers(actor.scope()).await.map_err(fault)?.into_iter();
        let customers = customers.map(|served| (served.organization.id, served.organization.name)).collect();
        let offset = |page: u32| u64::from(page.max(1) - 1) * u64::from(LIST);
        let read =
            async |page| self.store.applications_to(actor.scope(), filter, offset(page), LIST).await.map_err(fault);
        let (mut rows, count) = read(page).await?;
        let last_page = u32::try_from(count.div_ceil(u64::from(LIST))).unwrap_or(u32::MAX).max(1);
        if page > last_page {
            rows = read(last_page).await?.0;
        }
        let extensions = self.store.extensions().await.map_err(fault)?;
        Ok(Queue { rows, filter, count, page: page.clamp(1, last_page), last_page, customers, extensions })
    }

    /// One of them, without what the customer does not let one see.
    ///
    /// # Errors
    /// [`DealFault::UnknownApplication`].
    pub async fn partner_application(&self, actor: &Actor, id: ApplicationId) -> Result<ApplicationPage, DeskError> {
        let actor = &self.partner(actor).await?;
        let found = self.store.application_to(actor.scope(), id).await.map_err(fault)?;
        let mut page = self.page_of(found).await?;
        // Whether it is connected, and of which size, one has to know to settle it; how many hold it is stock.
        let served = self.store.served(actor.scope(), page.application.customer).await.map_err(fault)?;
        if !served.is_some_and(|served| served.rights.and(actor.rights()).may(Capability::Stock)) {
            page.connected = page.connected.map(|known| Connected { held: None, ..known });
        }
        // Of what is settled, the charge tells it as it was.
        if page.application.state == ApplicationState::Sent {
            let contract = self.sells(actor.scope(), &page.extension).await?;
            page.discount = contract.and_then(|contract| contract.discounts.get(&page.extension.code).copied());
        }
        Ok(page)
    }

    /// Corrects, processes or declines an application that stands as it was shown. The option and its size are the
    /// partner's to set, nobody else's rows are: a form has no more fields. What is connected is stock of the customer's
    /// at once, and in both logs.
    ///
    /// # Errors
    /// [`DealFault::UnknownApplication`] of whom one does not serve (any more); [`DealFault::Changed`] and
    /// [`DealFault::Settled`] if somebody was quicker; other faults if it cannot be processed; [`DeskError::InvalidForm`]
    /// for `size` or `reason`.
    pub async fn decide_application(
        &self,
        actor: &Actor,
        id: ApplicationId,
        decided: Decided,
        form: &DecisionForm,
    ) -> Result<(), DeskError> {
        let actor = &self.partner(actor).await?;
        let seen = self.store.application_to(actor.scope(), id).await.map_err(fault)?;
        let customer = seen.ok_or(DealFault::UnknownApplication)?.customer;
        // As whom they act there.
        let acting = self.acting_for(actor.actor(), customer).await?;
        let mut transaction = self.begin_beside(actor, customer).await?;
        if !serves(&mut *transaction, actor.scope()).await? {
            return Err(DealFault::UnknownApplication.into());
        }
        let application = transaction.application(id).await.map_err(fault)?;
        let application = application.filter(|known| known.partner == actor.scope());
        let application = application.ok_or(DealFault::UnknownApplication)?;
        if application.state != ApplicationState::Sent {
            return Err(DealFault::Settled.into());
        }
        if application.version != form.version {
            return Err(DealFault::Changed.into());
        }
        let extension = self.extension(&application.extension).await?;
        let wish = Choice { on: form.on, size: form.size.clone() };
        if decided != Decided::Decline && extension.size(&wish.size).is_none() {
            return Err(wrong("size", FieldProblem::Required));
        }
        let set = Some(&wish).filter(|wish| **wish != application.asked);
        let now = self.now();
        let representative = acting.account().id;
        let mut paid = serde_json::Map::new();
        let (action, details) = match decided {
            Decided::Correct => {
                if set == application.set.as_ref() {
                    return Ok(());
                }
                transaction.correct_application(id, form.version, set).await.map_err(fault)?;
                ("application.corrected", json!({ "on": wish.on, "size": wish.size }))
            }
            Decided::Decline => {
                let reason = remark(&form.reason, MAX_REMARK_CHARS).map_err(|problem| wrong("reason", problem))?;
                if reason.is_empty() {
                    return Err(wrong("reason", FieldProblem::Required));
                }
                let state = ApplicationState::Declined;
                let settled = Settled { state, by: representative, reason: &reason, recorded: None, at: now };
                let set = application.set.as_ref();
                transaction.settle_application(id, form.version, set, settled).await.map_err(fault)?;
                ("application.declined", json!({ "reason": reason }))
            }
            Decided::Process => {
                let settling = Settling { application: &application, extension: &extension, wish: &wish };
                let recorded = self.connect_wish(&mut *transaction, actor, settling).await?;
                let state = ApplicationState::Processed;
                let recorded = recorded.as_ref();
                let settled = Settled { state, by: representative, reason: "", recorded, at: now };
                transaction.settle_application(id, form.version, set, settled).await.map_err(fault)?;
                let amount = recorded.map(|recorded| recorded.charge.amount);
                let contract = recorded.map(|recorded| recorded.contract);
                paid.insert("kopecks".to_owned(), json!(amount));
                paid.insert("contract".to_owned(), json!(contract));
                ("application.processed", json!({ "on": wish.on, "size": wish.size }))
            }
        };
        if decided != Decided::Correct {
            let what = match decided {
                Decided::Process => AccessLetter::ApplicationProcessed,
                _ => AccessLetter::ApplicationDeclined,
            };
            let whom = (application.author_name.as_str(), application.author_email.as_str());
            self.write_to(&mut *transaction, what, whom, &id.number()).await?;
        }
        let object = Object::Application(id);
        let entry =
            audit::Entry { at: now, author: acting.author(), action, object: object.clone(), details: details.clone() };
        audit::append(&mut *transaction, customer, entry).await.map_err(fault)?;
        // The partner's own log tells it too, and of whom.
        transaction.turn_to(actor.scope()).await.map_err(fault)?;
        let mut told = details;
        if let Some(told) = told.as_object_mut() {
            told.insert("name".to_owned(), json!(application.customer_name));
            // What a partner pays is between it and its vendor.
            told.extend(paid);
        }
        self.tell(&mut *transaction, actor, action, object, told).await?;
        transaction.drop_form_draft(actor.account().id, &decision_of(id)).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// Does what an application is for, at the customer's; what is to be paid for it.
    async fn connect_wish(
        &self,
        transaction: &mut dyn Transaction,
        actor: &Permit<'_>,
        Settling { application, extension, wish }: Settling<'_>,
    ) -> Result<Option<Recorded>, DeskError> {
        let now = self.now();
        let connected = of(extension, transaction.connected().await.map_err(fault)?);
        let contract = self.sells(actor.scope(), extension).await?;
        let discount = contract.as_ref().and_then(|contract| contract.discounts.get(&extension.code)).copied();
        let promotion = self.promotion(application.promotion.as_deref()).await?;
        let settled = settlement(
            extension,
            application.purpose,
            wish,
            connected.as_ref(),
            discount,
            promotion.as_ref(),
            now.date(),
        )?;
        let charge = match settled {
            Settlement::Nothing => return Ok(None),
            Settlement::Connect { seats, charge } => {
                let pool = NewPool {
                    product: extension.product,
                    code: random_code()?,
                    total: seats.min(UNLIMITED_SEATS),
                    valid_from: now,
                    valid_until: None,
                    trial: false,
                };
                let pool = transaction.add_pool(None, &pool).await.map_err(fault)?;
                transaction.connect_extension(&extension.code, &wish.size, pool, now).await.map_err(fault)?;
                charge
            }
            Settlement::Grow { pool, seats, charge } => {
                let (code, size) = (&extension.code, &wish.size);
                transaction.grow_extension(code, size, pool, seats, now).await.map_err(fault)?;
                charge
            }
        };
        let contract = contract.ok_or(DealFault::NoContract)?.id;
        Ok(Some(Recorded { contract, charge }))
    }

    /// The newest contract of a partner under which an extension is sold.
    async fn sells(&self, partner: OrganizationId, extension: &Extension) -> Result<Option<Contract>, DeskError> {
        let contracts = self.store.contracts(partner).await.map_err(fault)?;
        let sells =
            |contract: &Contract| contract.partner == partner && contract.discounts.contains_key(&extension.code);
        // One that begins later sells nothing yet.
        let today = self.now().date();
        Ok(contracts.into_iter().find(|contract| sells(contract) && contract.signed <= today))
    }

    /// Keeps a form that was refused, or goes on, for the page that shows it again: as long as it takes, and for nobody
    /// else.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn keep_form(&self, actor: &Actor, about: &FormOf, form: &impl Serialize) -> Result<(), DeskError> {
        let actor = &self.permit(actor, about.needs()).await?;
        let text = serde_json::to_string(form).map_err(|_| DeskError::Malformed)?;
        // Whatever is longer was typed by nobody.
        if text.len() > MAX_DRAFT_BYTES {
            return Ok(());
        }
        let (scope, account) = (actor.scope(), actor.account().id);
        self.store.keep_form_draft(scope, account, &about.name(), Some(&text), self.now()).await.map_err(fault)
    }

    /// What [`Desk::keep_form`] kept, if it did.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn kept_form<T: DeserializeOwned>(&self, actor: &Actor, about: &FormOf) -> Result<Option<T>, DeskError> {
        let actor = &self.permit(actor, about.needs()).await?;
        let kept = self.store.form_draft(actor.scope(), actor.account().id, &about.name()).await.map_err(fault)?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

/// What a form is about that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormOf {
    NewApplication,
    Decision(ApplicationId),
    Reconciliation(domain::ContractId, domain::Month),
}

const NEW: &str = "application";

fn decision_of(id: ApplicationId) -> String {
    format!("application:{id}")
}

impl FormOf {
    fn needs(self) -> Capability {
        match self {
            Self::NewApplication | Self::Reconciliation(..) => Capability::Orders,
            Self::Decision(_) => Capability::Customers,
        }
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::NewApplication => NEW.to_owned(),
            Self::Decision(id) => decision_of(id),
            Self::Reconciliation(contract, month) => format!("reconciliation:{contract}/{month}"),
        }
    }
}

/// An application that is being processed.
#[derive(Clone, Copy)]
struct Settling<'a> {
    application: &'a Application,
    extension: &'a Extension,
    wish: &'a Choice,
}

/// Whether a partner serves the organisation of a transaction.
async fn serves(transaction: &mut dyn Transaction, partner: OrganizationId) -> Result<bool, DeskError> {
    let grants = transaction.grants().await.map_err(fault)?;
    Ok(grants.iter().any(|grant| grant.partner == partner))
}

fn of(extension: &Extension, connected: Vec<Connected>) -> Option<Connected> {
    connected.into_iter().find(|known| known.extension == extension.code)
}
