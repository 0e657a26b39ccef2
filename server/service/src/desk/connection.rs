//! «Подключить»: the guided connection of an organisation's service, and what comes of it.

use domain::{
    AccountData, AccountId, AccountRow, Capability, ConnectDraft, Contacts, DeskError, Email, FieldProblem, IdSet,
    Instant, Level, MAX_LISTED, MemberId, NewMember, Product, ReadyDraft, Responsible, ResponsibleForm, Role,
    ServiceAddress, ServiceForm, ServiceNamed, Trial, check_list, is_forged, people_of, person_line,
};
use serde_json::json;

use super::accounts::{change_of, taken};
use super::sign_in::{OF_ADDRESS, hex, minutes_until, of_address};
use super::{Desk, fault, incident, wrong};
use crate::access::Permit;
use crate::actor::{Actor, Origin};
use crate::audit::Object;
use crate::ports::{AddressFound, ConnectionRecord, StoreError, Transaction};
use crate::secret::hash_of;

/// Of whoever connects a service: it makes an administrator and begins trials.
const NEEDS: [Capability; 3] = [Capability::Organization, Capability::Accounts, Capability::Orders];
/// Addresses of one organisation, former ones too: they are nobody else's for ever.
const MOST_ADDRESSES: usize = 10;

/// Where a connection stands.
#[derive(Clone, Debug)]
pub enum ConnectState {
    Open(Box<Connecting>),
    Connected(Box<Service>),
}

/// A service that is being connected, as whoever does it sees it.
#[derive(Clone, Debug)]
pub struct Connecting {
    pub draft: ConnectDraft,
    /// Of the draft: what is confirmed is what was seen.
    pub digest: String,
    /// What the service may be called: the place of work of whoever registered.
    pub name: String,
    /// Of whoever connects it.
    pub own: ResponsibleForm,
    /// The trials that begin.
    pub trials: Vec<(Product, Trial)>,
    /// Whether there are people to choose from.
    pub people: bool,
}

/// «О сервисе»
#[derive(Clone, Debug)]
pub struct Service {
    pub name: String,
    pub address: Option<String>,
    /// Addresses that lead on.
    pub former: Vec<String>,
    pub connected_at: Instant,
    pub responsible: Option<AccountRow>,
    /// Of whoever registered; empty if nobody did.
    pub city: String,
    pub work: String,
    /// Trials that have not ended: of which product, and until when.
    pub trials: Vec<(String, Instant)>,
    /// Whether whoever looks is the responsible, and has a list.
    pub listed: bool,
}

/// A list of people that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedList {
    /// Each with whether somebody of the directory has the e-mail already.
    pub people: Vec<(NewMember, bool)>,
}

impl HandedList {
    /// How many the directory does not know.
    #[must_use]
    pub fn strangers(&self) -> usize {
        self.people.iter().filter(|(_, known)| !known).count()
    }
}

fn invalid(fields: Vec<domain::FieldError>) -> DeskError {
    DeskError::InvalidForm { fields }
}

fn digest_of(draft: &str) -> String {
    hex(&hash_of(&["connect", draft]))
}

fn draft_of(text: &str) -> Result<ConnectDraft, DeskError> {
    serde_json::from_str(text).map_err(|_| incident("the draft of a connection cannot be read"))
}

impl Desk {
    /// Where the connection of one's own organisation stands.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn connecting(&self, actor: &Actor) -> Result<ConnectState, DeskError> {
        let permit = self.permit(actor, Capability::Organization).await?;
        let record = self.store.connection(permit.scope()).await.map_err(fault)?;
        if let Some(connected_at) = record.connected_at {
            return self.service(&permit, record, connected_at).await.map(Box::new).map(ConnectState::Connected);
        }
        let permit = self.permit_all(actor, &NEEDS).await?;
        let own = self.own_row(&permit).await?;
        let (draft, digest) = self.draft(&permit).await?;
        let name = if record.work.is_empty() { permit.organization().name.clone() } else { record.work };
        let people = match permit.may(Capability::People) {
            true => self.tabs(&permit).await?.iter().any(|(_, count)| *count > 0),
            false => false,
        };
        let own = ResponsibleForm {
            who: Responsible::Own,
            name: own.account.name,
            email: own.account.email,
            phone: own.phone,
        };
        let trials = self.trials(actor).await?;
        Ok(ConnectState::Open(Box::new(Connecting { draft, digest, name, own, trials, people })))
    }

    async fn service(
        &self,
        permit: &Permit<'_>,
        record: ConnectionRecord,
        connected_at: Instant,
    ) -> Result<Service, DeskError> {
        let (scope, now) = (permit.scope(), self.now());
        let rows = self.store.account_rows(scope, now, now).await.map_err(fault)?;
        let responsible = rows.into_iter().find(|row| Some(row.account.id) == record.responsible);
        let trials = self.pools(scope).await?.into_iter().filter(|pool| pool.trial);
        let trials =
            trials.filter_map(|pool| Some((pool.product.title, pool.valid_until.filter(|until| *until > now)?)));
        Ok(Service {
            name: permit.organization().name.clone(),
            address: record.address,
            former: record.former,
            connected_at,
            responsible,
            city: record.city,
            work: record.work,
            trials: trials.collect(),
            listed: permit.actor().listed(),
        })
    }

    async fn own_row(&self, permit: &Permit<'_>) -> Result<AccountRow, DeskError> {
        let now = self.now();
        let rows = self.store.account_rows(permit.scope(), now, now).await.map_err(fault)?;
        rows.into_iter().find(|row| row.account.id == permit.account().id).ok_or(DeskError::NotSignedIn)
    }

    async fn draft(&self, permit: &Permit<'_>) -> Result<(ConnectDraft, String), DeskError> {
        let kept = self.store.connection_draft(permit.scope(), permit.account().id).await.map_err(fault)?;
        let Some(kept) = kept else { return Ok((ConnectDraft::default(), String::new())) };
        Ok((draft_of(&kept.draft)?, digest_of(&kept.draft)))
    }

    /// Keeps a step; `false` if the service is connected by now, and nothing is kept.
    async fn keep_step(
        &self,
        permit: &Permit<'_>,
        change: impl FnOnce(&mut ConnectDraft) + Send,
    ) -> Result<bool, DeskError> {
        let (scope, own) = (permit.scope(), permit.account().id);
        if self.store.connection(scope).await.map_err(fault)?.connected_at.is_some() {
            return Ok(false);
        }
        let (mut draft, _) = self.draft(permit).await?;
        change(&mut draft);
        let text = serde_json::to_string(&draft).map_err(|_| incident("a draft cannot be written"))?;
        self.store.keep_connection_draft(scope, own, &text, self.now()).await.map_err(fault)?;
        Ok(true)
    }

    /// The first step: name and address. `false` if the service is connected by now.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field, [`FieldProblem::Taken`] for an address of somebody else's.
    pub async fn keep_service(&self, actor: &Actor, form: &ServiceForm) -> Result<bool, DeskError> {
        let permit = self.permit_all(actor, &NEEDS).await?;
        let named = form.check().map_err(invalid)?;
        self.check_free(&permit, &named.address).await?;
        let kept = ServiceForm { name: named.name, address: named.address.as_str().to_owned() };
        self.keep_step(&permit, |draft| draft.service = Some(kept)).await
    }

    /// Whether nobody else has an address, nor had it.
    async fn check_free(&self, permit: &Permit<'_>, address: &ServiceAddress) -> Result<(), DeskError> {
        let found = self.store.service_at(address).await.map_err(fault)?;
        let elsewhere = found.is_some_and(|found| found.organization != permit.scope());
        if elsewhere { Err(wrong("address", FieldProblem::Taken)) } else { Ok(()) }
    }

    /// An address that is free, as near to what was typed as can be.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn free_address(&self, actor: &Actor, typed: &str) -> Result<Option<ServiceAddress>, DeskError> {
        self.permit(actor, Capability::Organization).await?;
        let short: String = typed.chars().take(200).collect();
        for address in ServiceAddress::proposals(&short) {
            if self.store.service_at(&address).await.map_err(fault)?.is_none() {
                return Ok(Some(address));
            }
        }
        Ok(None)
    }

    /// The second step: the responsible administrator. `false` if the service is connected by now.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field; [`FieldProblem::Taken`] on `email` if somebody signs in by it, or
    /// [`DeskError::TooManyTries`] if many were tried;
    /// [`FieldProblem::Unknown`] on `who` for nobody of the directory, [`FieldProblem::BeyondOwn`] for whoever may not
    /// make an administrator.
    pub async fn keep_responsible(&self, actor: &Actor, form: &ResponsibleForm) -> Result<bool, DeskError> {
        let permit = self.permit_all(actor, &NEEDS).await?;
        let mut form = form.clone();
        match form.who {
            Responsible::Own => {
                (form.name, form.email) = (permit.account().name.clone(), permit.account().email.clone());
            }
            Responsible::Member(id) => {
                self.permit(actor, Capability::People).await?;
                form.name =
                    self.member_contacts(actor, id).await?.ok_or_else(|| wrong("who", FieldProblem::Unknown))?.0;
            }
            Responsible::New => {}
        }
        if form.who != Responsible::Own && !Role::Administrator.rights().within(actor.rights()) {
            return Err(wrong("who", FieldProblem::BeyondOwn));
        }
        let checked = form.check();
        if checked.is_err() && is_forged(&form.email) {
            let own = Object::Account(permit.account().id);
            self.note_refused(&permit, "account.refused", own, json!({ "why": "forged_email" })).await;
        }
        let Contacts { name, email, phone } = checked.map_err(invalid)?;
        if form.who != Responsible::Own {
            // Before it is looked for: known or not, nothing is said any more to whoever has asked too often.
            self.may_look_elsewhere(&permit).await?;
            let known = self.store.account_by_email(email.as_str(), None).await.map_err(fault)?.is_some();
            let now = self.now();
            let own = self.store.account_rows(permit.scope(), now, now).await.map_err(fault)?;
            if known || own.iter().any(|row| row.account.email == email.as_str()) {
                return self.note_elsewhere(&permit, email.as_str(), Err(wrong("email", FieldProblem::Taken))).await;
            }
        }
        let kept = ResponsibleForm { who: form.who, name, email: email.as_str().to_owned(), phone };
        self.keep_step(&permit, |draft| draft.responsible = Some(kept)).await
    }

    /// Name and e-mail of one of the directory, for the form.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn member_contacts(&self, actor: &Actor, id: MemberId) -> Result<Option<(String, String)>, DeskError> {
        let permit = self.permit(actor, Capability::People).await?;
        let wanted: IdSet = std::iter::once(id.0).collect();
        let selection = domain::Selection::of_ids(wanted.clone());
        // Deleted people have names too, but are nobody's to choose.
        if self.roster(permit.scope()).await?.find(&selection, permit.coverage()).counts().total == 0 {
            return Ok(None);
        }
        let brief = self.store.briefs(permit.scope(), &wanted).await.map_err(fault)?.pop();
        Ok(brief.map(|brief| {
            let name = [brief.name.surname, brief.name.first, brief.name.patronymic].join(" ").trim().to_owned();
            (name, brief.email)
        }))
    }

    /// The third step: a list of people, or none. What is wrong in it is kept too, to be put right; what is no list at all
    /// is not. `false` if the service is connected by now.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] on `people`.
    pub async fn keep_people(&self, actor: &Actor, list: &str) -> Result<bool, DeskError> {
        let permit = self.permit_all(actor, &NEEDS).await?;
        check_list(list).map_err(invalid)?;
        let kept = list.trim().to_owned();
        let wrong_lines = people_of(&kept).is_err();
        let open = self.keep_step(&permit, |draft| draft.people = Some(kept)).await?;
        if open && wrong_lines { Err(wrong("people", FieldProblem::NotAList)) } else { Ok(open) }
    }

    /// «Подключить»: all in one piece, once; asked again, it is done. `digest` is [`Connecting::digest`] as it was seen.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field, of whatever step: [`FieldProblem::Taken`] for an address or an
    /// e-mail that somebody has taken meanwhile; [`DeskError::DigestMismatch`] for another draft than was seen;
    /// [`DeskError::ProofRequired`]. Nothing is changed then.
    pub async fn connect_service(
        &self,
        actor: &Actor,
        digest: &str,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let permit = self.permit_all(actor, &NEEDS).await?;
        if self.store.connection(permit.scope()).await.map_err(fault)?.connected_at.is_some() {
            return Ok(());
        }
        self.prove(actor, password).await?;
        self.may_look_elsewhere(&permit).await?;
        let done = self.connect(&permit, digest).await;
        // Whose it is here was said with the step that names them.
        let done = self.note_elsewhere(&permit, "", done).await;
        self.noted(&permit, None, done).await
    }

    async fn connect(&self, permit: &Permit<'_>, digest: &str) -> Result<(), DeskError> {
        let now = self.now();
        let mut transaction = self.begin(permit).await?;
        // Somebody, or the same press, may have been quicker: from here on everybody else waits.
        if transaction.connection().await.map_err(fault)?.connected_at.is_some() {
            return Ok(());
        }
        let kept = transaction.connection_draft(permit.account().id).await.map_err(fault)?;
        let kept = kept.ok_or_else(|| wrong("name", FieldProblem::Required))?;
        if digest_of(&kept.draft) != digest {
            return Err(DeskError::DigestMismatch);
        }
        let ReadyDraft { service, who, contacts, people } = draft_of(&kept.draft)?.check().map_err(invalid)?;
        // Nobody could see it.
        if who == Responsible::Own && !people.is_empty() && !permit.may(Capability::EditPeople) {
            return Err(wrong("people", FieldProblem::BeyondOwn));
        }
        take_name(&mut *transaction, &service, now).await?;
        let responsible = self.make_responsible(&mut *transaction, permit, who, contacts).await?;
        if !people.is_empty() {
            let lines = people.iter().map(person_line).collect::<Vec<_>>().join("\n");
            transaction.hand_list(responsible, &lines, now).await.map_err(fault)?;
        }
        let trials = self.trials(permit.actor()).await?;
        for (product, trial) in &trials {
            self.begin_trial(&mut *transaction, permit, product.id, *trial).await.map_err(|error| match error {
                DeskError::TrialUsed => DeskError::Busy,
                other => other,
            })?;
        }
        transaction.drop_connection_drafts().await.map_err(fault)?;
        transaction.keep_connection(Some(responsible), now).await.map_err(fault)?;
        let details = json!({
            "name_before": permit.organization().name,
            "name": service.name,
            "address": service.address.as_str(),
            "invited": who != Responsible::Own,
            "list": !people.is_empty(),
            "trials": trials.len(),
        });
        self.tell(&mut *transaction, permit, "organization.connected", Object::Account(responsible), details).await?;
        transaction.commit().await.map_err(fault)?;
        tracing::info!(organization = %permit.scope(), "a service was connected");
        Ok(())
    }

    async fn make_responsible(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        who: Responsible,
        contacts: Contacts,
    ) -> Result<AccountId, DeskError> {
        let Contacts { name, email, phone } = contacts;
        let level = Level::Role(Role::Administrator);
        if who != Responsible::Own {
            let data = AccountData { name, email, phone, level };
            return self.invite_in(transaction, permit, &data).await;
        }
        let row = self.account_in(transaction, permit.account().id).await?;
        if row.phone != phone {
            let email = Email::parse(&row.account.email).ok_or_else(|| incident("an account has no e-mail"))?;
            let data = AccountData { name: row.account.name.clone(), email, phone, level: row.level.unwrap_or(level) };
            transaction.change_account(row.account.id, &data).await.map_err(taken)?;
            let details = change_of(&row, &data);
            self.tell(transaction, permit, "account.changed", Object::Account(row.account.id), details).await?;
        }
        Ok(row.account.id)
    }

    /// Changes name and address of a service that is connected; the former address leads on.
    ///
    /// # Errors
    /// As [`Desk::keep_service`]; [`FieldProblem::TooMany`] for more addresses than one organisation keeps;
    /// [`DeskError::ProofRequired`].
    pub async fn change_service(
        &self,
        actor: &Actor,
        form: &ServiceForm,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Organization).await?;
        let service = form.check().map_err(invalid)?;
        self.prove(actor, password).await?;
        let mut transaction = self.begin(&permit).await?;
        let record = transaction.connection().await.map_err(fault)?;
        if record.connected_at.is_none() {
            return Err(wrong("name", FieldProblem::Required));
        }
        let address = service.address.as_str();
        let own = record.address.as_deref() == Some(address) || record.former.iter().any(|known| known == address);
        if !own && record.former.len() + 1 >= MOST_ADDRESSES {
            return Err(wrong("address", FieldProblem::TooMany { most: MOST_ADDRESSES }));
        }
        take_name(&mut *transaction, &service, self.now()).await?;
        let details = json!({
            "name_before": permit.organization().name, "name": service.name,
            "address_before": record.address, "address": address,
        });
        let object = Object::Account(permit.account().id);
        self.tell(&mut *transaction, &permit, "organization.changed", object, details).await?;
        transaction.commit().await.map_err(fault)
    }

    /// Whose service is at an address: for whoever has not signed in.
    ///
    /// # Errors
    /// [`DeskError::TooManyTries`] from one address of the network.
    pub async fn service_at(&self, typed: &str, origin: &Origin) -> Result<Option<AddressFound>, DeskError> {
        let now = self.now();
        let of_address = of_address("service", origin);
        if let Some(of_address) = &of_address
            && let Some(until) = self.store.blocked_until(of_address, now).await.map_err(fault)?
        {
            return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
        }
        let found = match ServiceAddress::parse(typed) {
            Ok(address) => self.store.service_at(&address).await.map_err(fault)?,
            Err(_) => None,
        };
        // Whoever looks for who is here would ask for one after the other.
        if let (None, Some(of_address)) = (&found, &of_address) {
            self.store.count_failure(of_address, OF_ADDRESS, now).await.map_err(fault)?;
        }
        Ok(found)
    }

    /// The list that was handed over to this account; whoever else asks has none.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn handed_list(&self, actor: &Actor) -> Result<Option<HandedList>, DeskError> {
        let permit = self.permit(actor, Capability::EditPeople).await?;
        let list = self.store.handed_list(permit.scope(), permit.account().id).await.map_err(fault)?;
        match list {
            Some(list) => self.marked(&permit, &list).await.map(Some),
            None => Ok(None),
        }
    }

    async fn marked(&self, permit: &Permit<'_>, list: &str) -> Result<HandedList, DeskError> {
        let people = people_of(list).map_err(|_| incident("a list of people cannot be read"))?;
        let emails: Vec<Email> = people.iter().map(|person| person.email.clone()).collect();
        let known = self.store.members_by_email(permit.scope(), &emails).await.map_err(fault)?;
        let known: std::collections::HashSet<String> = known.into_iter().map(|(email, _)| email).collect();
        let people = people.into_iter().map(|person| {
            let is_known = known.contains(person.email.as_str());
            (person, is_known)
        });
        Ok(HandedList { people: people.collect() })
    }

    /// «Добавить в справочник»: those of the list whose e-mail nobody has; how many they were, and how many were there.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] on `people` without a list.
    pub async fn add_handed(&self, actor: &Actor) -> Result<(u64, u64), DeskError> {
        let permit = self.permit(actor, Capability::EditPeople).await?;
        let (own, now) = (permit.account().id, self.now());
        // They are in no group yet: who adds them must see them.
        if permit.coverage().groups().is_some() {
            return Err(DeskError::Forbidden { needs: Capability::EditPeople });
        }
        let mut transaction = self.begin(&permit).await?;
        let list = transaction.handed_list(own).await.map_err(fault)?;
        let list = list.ok_or_else(|| wrong("people", FieldProblem::Required))?;
        let list = self.marked(&permit, &list).await?;
        debug_assert!(list.people.len() <= MAX_LISTED, "checked before it was kept");
        let known = list.people.iter().filter(|(_, known)| *known).count() as u64;
        let mut added = Vec::new();
        for (person, _) in list.people.iter().filter(|(_, known)| !known) {
            added.push(transaction.add_member(person, now).await.map_err(|error| match error {
                StoreError::EmailTaken => DeskError::Busy,
                other => fault(other),
            })?);
        }
        if added.is_empty() {
            return Ok((0, known));
        }
        let count = added.len() as u64;
        let ids: IdSet = added.into_iter().map(|id| id.0).collect();
        let details = json!({ "count": count, "known": known, "ids": ids.to_string() });
        self.tell(&mut *transaction, &permit, "people.imported", Object::Members(ids), details).await?;
        transaction.commit().await.map_err(fault)?;
        Ok((count, known))
    }

    /// «Удалить список»
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] on `people` without a list.
    pub async fn drop_handed(&self, actor: &Actor) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::EditPeople).await?;
        let own = permit.account().id;
        let mut transaction = self.begin(&permit).await?;
        if !transaction.drop_list(own).await.map_err(fault)? {
            return Err(wrong("people", FieldProblem::Required));
        }
        self.tell(&mut *transaction, &permit, "list.dropped", Object::Account(own), json!({})).await?;
        transaction.commit().await.map_err(fault)
    }
}

async fn take_name(transaction: &mut dyn Transaction, service: &ServiceNamed, now: Instant) -> Result<(), DeskError> {
    transaction.rename(&service.name).await.map_err(fault)?;
    transaction.take_address(&service.address, now).await.map_err(|error| match error {
        StoreError::Conflict => wrong("address", FieldProblem::Taken),
        other => fault(other),
    })
}
