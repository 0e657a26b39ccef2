//! Partners and their customers: what a customer lets a partner do, and what the partner sees and does of that.

use std::collections::HashMap;

use domain::{
    Attention, Capability, DeskError, FAILED_DAYS, FieldProblem, Grant, GrantForm, Instant, OrganizationId,
    PartnerCode, Pool, ProductId, Rights, Served, attention,
};
use serde_json::json;

use super::{Desk, fault, incident, wrong};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Author, Object};
use crate::ports::{StoreError, Transaction};

/// A customer, as its partner sees it: nothing but what that has been let see.
#[derive(Clone, Debug)]
pub struct Customer {
    pub served: Served,
    /// Living people; `None` if they may not be looked at.
    pub people: Option<u64>,
    /// Its stock, by id, without extensions; `None` likewise.
    pub pools: Option<Vec<Pool>>,
    /// What is to be looked at first comes first.
    pub attention: Vec<Attention>,
}

/// All customers of a partner.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// By what new ones find the partner.
    pub code: PartnerCode,
    /// By name.
    pub customers: Vec<Customer>,
    pub now: Instant,
}

impl Desk {
    /// A permit to look after customers.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]: also for an organisation that has none, and who sees only some of its people.
    pub(super) async fn partner<'a>(&self, actor: &'a Actor) -> Result<Permit<'a>, DeskError> {
        let permit = self.permit(actor, Capability::Customers).await?;
        if actor.serves() {
            return Ok(permit);
        }
        self.note_unserved(&permit, json!({ "needs": Capability::Customers.code() })).await;
        Err(DeskError::Forbidden { needs: Capability::Customers })
    }

    /// It is in the log of whoever asks that they were refused, once a minute.
    async fn note_unserved(&self, permit: &Permit<'_>, details: serde_json::Value) {
        if self.refused.is_new(permit.account().id, Capability::Customers, self.now()) {
            self.note_refused(permit, "access.refused", Object::Account(permit.account().id), details).await;
        }
    }

    /// What of customers' is to be looked at, and who they are.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn dashboard(&self, actor: &Actor) -> Result<Dashboard, DeskError> {
        let permit = self.partner(actor).await?;
        let (partner, now) = (permit.scope(), self.now());
        let code = self.store.partner_code(partner).await.map_err(fault)?;
        let code = code.ok_or(DeskError::Forbidden { needs: Capability::Customers })?;
        let mut pools: HashMap<OrganizationId, Vec<Pool>> = HashMap::new();
        for (customer, pool) in self.store.pools_of_customers(partner).await.map_err(fault)? {
            pools.entry(customer).or_default().push(pool);
        }
        let people: HashMap<_, _> = self.store.people_of_customers(partner).await.map_err(fault)?.into_iter().collect();
        let since = now.plus_seconds(-i64::from(FAILED_DAYS) * 86_400);
        let failures = self.store.failures_of_customers(partner, since).await.map_err(fault)?;
        let waiting: HashMap<_, _> =
            self.store.applications_waiting(partner).await.map_err(fault)?.into_iter().collect();
        let offers = self.store.offers().await.map_err(fault)?;
        let sold: Vec<ProductId> = offers.into_iter().map(|offer| offer.product.id).collect();
        let customer = |served: Served| {
            // What the partner's own level does not show is not shown here either.
            let may = |needs| served.rights.and(actor.rights()).may(needs);
            let id = served.organization.id;
            let mut pools = may(Capability::Stock).then(|| pools.remove(&id).unwrap_or_default());
            let mut all = pools.as_deref().map(|pools| attention(pools, &sold, now)).unwrap_or_default();
            if let Some(pools) = &mut pools {
                pools.retain(|pool| !pool.product.is_extension());
            }
            if may(Capability::People) {
                let own = failures.iter().filter(|failed| failed.organization == id);
                all.extend(own.map(|failed| Attention::Failed {
                    operation: failed.id,
                    kind: failed.kind,
                    refusal: failed.refusal,
                    at: failed.at,
                }));
            }
            all.extend(waiting.get(&id).map(|count| Attention::Waits { applications: *count }));
            all.sort_by_key(Attention::rank);
            let people = may(Capability::People).then(|| people.get(&id).copied().unwrap_or_default());
            Customer { people, pools, attention: all, served }
        };
        let customers = self.store.customers(partner).await.map_err(fault)?.into_iter().map(customer).collect();
        Ok(Dashboard { code, customers, now })
    }

    /// The same account at the desk of a customer. The first time, the customer's log tells who has come.
    ///
    /// # Errors
    /// [`DeskError::UnknownCustomer`], which is in the partner's log; [`DeskError::Forbidden`].
    pub async fn acting_for(&self, actor: &Actor, customer: OrganizationId) -> Result<Actor, DeskError> {
        let permit = self.partner(actor).await?;
        let partner = permit.scope();
        let Some(served) = self.store.served(partner, customer).await.map_err(fault)? else {
            self.note_unserved(&permit, json!({ "why": "not_granted", "customer": customer })).await;
            return Err(DeskError::UnknownCustomer);
        };
        // What the customer asks of its own people, it asks of the partner's.
        if !actor.has_factor() && self.store.factor_required(customer).await.map_err(fault)? {
            return Err(DeskError::FactorRequired);
        }
        let own = actor.account();
        let (of, name) = ((partner, own.id), format!("{} ({})", own.name, actor.organization().name));
        let known = self.store.representative(customer, of).await.map_err(fault)?;
        let known = known.filter(|(_, came_at)| *came_at >= served.granted_at).map(|(known, _)| known);
        if let Some(known) = known.as_ref().filter(|known| known.name == name && known.email == own.email) {
            return Ok(actor.for_customer(served, known.clone()));
        }
        let mut transaction = self.store.begin(customer).await.map_err(fault)?;
        // What was read before may be over by now.
        if !transaction.grants().await.map_err(fault)?.iter().any(|grant| grant.partner == partner) {
            return Err(DeskError::UnknownCustomer);
        }
        let now = self.now();
        let account = transaction.keep_representative(of, &name, &own.email, now).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: Author::outside(Some(account.id), actor.address()),
            action: if known.is_some() { "partner.renamed" } else { "partner.came" },
            object: Object::Partner(partner),
            // The name by which all of their acts are shown from now on.
            details: json!({
                "name_before": known.as_ref().map(|known| known.name.as_str()), "name": name, "email": own.email,
            }),
        };
        audit::append(&mut *transaction, customer, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(actor.for_customer(served, account))
    }

    /// What partners are let do here.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn grants(&self, actor: &Actor) -> Result<Vec<Grant>, DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        self.store.grants(permit.scope()).await.map_err(fault)
    }

    /// The partner of a code, before anything is granted to it.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] if there is none.
    pub async fn partner_of(&self, actor: &Actor, form: &GrantForm) -> Result<(OrganizationId, String), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let code = form.code().map_err(|fields| DeskError::InvalidForm { fields })?;
        let found = self.store.partner_of_code(&code).await.map_err(fault)?;
        let found = found.filter(|(partner, _)| *partner != permit.scope());
        found.ok_or_else(|| wrong("code", FieldProblem::NotAPartnerCode))
    }

    /// Lets a partner do this from now on; it is told by its list of customers.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`]: also for what one may not do oneself; [`DeskError::ProofRequired`].
    pub async fn grant(
        &self,
        actor: &Actor,
        form: &GrantForm,
        password: Option<String>,
    ) -> Result<OrganizationId, DeskError> {
        let (partner, name) = self.partner_of(actor, form).await?;
        self.keep_grant(actor, (partner, name), form, password, true).await?;
        Ok(partner)
    }

    /// Changes what a partner is let do.
    ///
    /// # Errors
    /// As [`Desk::grant`]; [`DeskError::UnknownCustomer`] if it is let do nothing any more.
    pub async fn change_grant(
        &self,
        actor: &Actor,
        partner: OrganizationId,
        form: &GrantForm,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let known = self.grants(actor).await?.into_iter().find(|grant| grant.partner == partner);
        let known = known.ok_or(DeskError::UnknownCustomer)?;
        self.keep_grant(actor, (partner, known.name), form, password, false).await
    }

    async fn keep_grant(
        &self,
        actor: &Actor,
        (partner, name): (OrganizationId, String),
        form: &GrantForm,
        password: Option<String>,
        new: bool,
    ) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let rights = form.rights().map_err(|fields| DeskError::InvalidForm { fields })?;
        self.prove(actor, password).await?;
        let mut transaction = self.begin(&permit).await?;
        // Nobody gives what they do not have.
        if !rights.within(actor.rights()) {
            return Err(wrong("capability", FieldProblem::BeyondOwn));
        }
        let before = granted(&mut *transaction, partner).await?;
        // Somebody else has taken it back meanwhile: to change it does not give it again.
        if before.is_none() && !new {
            return Err(DeskError::UnknownCustomer);
        }
        if before == Some(rights) {
            return Ok(());
        }
        transaction.keep_grant(partner, rights, self.now()).await.map_err(fault)?;
        let details = json!({ "name": name, "before": before.map(Rights::to_codes), "after": rights.to_codes() });
        self.tell(&mut *transaction, &permit, "partner.granted", Object::Partner(partner), details).await?;
        transaction.commit().await.map_err(fault)
    }

    /// Lets a partner do nothing any more, at once. Taken back twice is taken back once.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn revoke_grant(&self, actor: &Actor, partner: OrganizationId) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let mut transaction = self.begin(&permit).await?;
        let grants = transaction.grants().await.map_err(fault)?;
        let Some(known) = grants.into_iter().find(|grant| grant.partner == partner) else { return Ok(()) };
        transaction.drop_grant(partner).await.map_err(fault)?;
        let details = json!({ "name": known.name, "before": known.rights.to_codes(), "after": "" });
        self.tell(&mut *transaction, &permit, "partner.revoked", Object::Partner(partner), details).await?;
        transaction.commit().await.map_err(fault)
    }

    /// Of which organisation somebody is who signs in by this e-mail: for the operator.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn organization_of(&self, email: &str) -> Result<Option<OrganizationId>, DeskError> {
        let Some(email) = domain::Email::parse(email) else { return Ok(None) };
        let found = self.store.account_by_email(email.as_str(), None).await.map_err(fault)?;
        Ok(found.map(|found| found.organization))
    }

    /// Makes an organisation a partner: a matter of the operator's. Its code; if it is one already, the one it has.
    ///
    /// # Errors
    /// [`DeskError::UnknownCustomer`] if there is no such organisation; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn make_partner(&self, organization: OrganizationId) -> Result<PartnerCode, DeskError> {
        if !self.store.organizations().await.map_err(fault)?.contains(&organization) {
            return Err(DeskError::UnknownCustomer);
        }
        if let Some(code) = self.store.partner_code(organization).await.map_err(fault)? {
            return Ok(code);
        }
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes).map_err(|_| incident("the operating system has no randomness to give"))?;
        let (code, now) = (PartnerCode::of_bytes(bytes), self.now());
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        transaction.keep_partner(&code, now).await.map_err(|error| match error {
            StoreError::Conflict => DeskError::Busy,
            other => fault(other),
        })?;
        let entry = audit::Entry {
            at: now,
            author: Author::default(),
            action: "partner.made",
            object: Object::Partner(organization),
            details: json!({}),
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(code)
    }

    /// All partners, for the operator: which, by what code, and the name.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn partners(&self) -> Result<Vec<(OrganizationId, PartnerCode, String)>, DeskError> {
        let mut all = Vec::new();
        for organization in self.store.organizations().await.map_err(fault)? {
            if let Some(code) = self.store.partner_code(organization).await.map_err(fault)? {
                let name = self.store.organization_name(organization).await.map_err(fault)?;
                all.push((organization, code, name));
            }
        }
        Ok(all)
    }
}

/// What a partner is let do, in this transaction.
async fn granted(transaction: &mut dyn Transaction, partner: OrganizationId) -> Result<Option<Rights>, DeskError> {
    let grants = transaction.grants().await.map_err(fault)?;
    Ok(grants.into_iter().find(|grant| grant.partner == partner).map(|grant| grant.rights))
}
