//! «Сверка»: what was connected in a month under a contract, until both sides agree and the invoice is raised.

use std::collections::BTreeMap;

use domain::{
    AccountId, Capability, ChargeLine, Contract, ContractId, DealFault, DeskError, FieldProblem, Instant, Kopecks,
    MAX_REMARK_CHARS, Month, MonthSummary, NewOrder, OrderId, OrganizationId, Reconciliation, ReconciliationState,
    Said, Side, charged, invoice_lines, lines_digest, remark, stands,
};
use serde_json::json;

use super::applications::FormOf;
use super::{Desk, fault, wrong};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{StoreError, Transaction, Words};

/// A reconciliation as the own side sees it.
#[derive(Clone, Debug)]
pub struct ReconciliationPage {
    pub reconciliation: Reconciliation,
    /// The own one.
    pub side: Side,
    pub now: Instant,
}

/// What a side was about to say of a reconciliation.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ReconciliationForm {
    /// The lines that it was shown: [`domain::seen_lines`].
    pub seen: String,
    pub remark: String,
}

/// The months of all contracts of an organisation, newest first.
#[derive(Clone, Debug)]
pub struct Reconciliations {
    pub rows: Vec<MonthSummary>,
    pub contracts: Vec<Contract>,
    /// As which side of a contract the organisation is seen.
    pub own: OrganizationId,
}

impl Desk {
    /// The months that are over in which something was connected, of the own contracts.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn reconciliations(&self, actor: &Actor) -> Result<Reconciliations, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let contracts = self.store.contracts(actor.scope()).await.map_err(fault)?;
        let now = self.now();
        let mut rows = Vec::new();
        for contract in &contracts {
            let mut months: BTreeMap<Month, (u64, Kopecks)> = BTreeMap::new();
            for (day, count, sum) in self.store.charged_days(contract).await.map_err(fault)? {
                let month = months.entry(Month::of(day)).or_default();
                *month = (month.0 + count, month.1.plus(sum));
            }
            let said: BTreeMap<Month, Words> =
                self.store.all_words(contract).await.map_err(fault)?.into_iter().collect();
            for (month, (count, total)) in months.into_iter().filter(|(month, _)| month.is_over(now)) {
                let words = said.get(&month);
                let state = match words {
                    None => ReconciliationState::Open,
                    Some(words) if words.agreed.is_some() => ReconciliationState::Agreed,
                    Some(words) => {
                        let lines = self.store.charges(contract, month).await.map_err(fault)?;
                        stands(words.partner.as_ref(), words.vendor.as_ref(), &lines_digest(&lines))
                    }
                };
                let order = words.and_then(|words| words.order);
                rows.push(MonthSummary { contract: contract.clone(), month, count, total, state, order });
            }
        }
        rows.sort_by_key(|row| (std::cmp::Reverse(row.month), row.contract.id));
        Ok(Reconciliations { rows, contracts, own: actor.scope() })
    }

    /// Whether the own organisation is a side of a contract.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn has_contracts(&self, actor: &Actor) -> Result<bool, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        Ok(!self.store.contracts(actor.scope()).await.map_err(fault)?.is_empty())
    }

    /// One month.
    ///
    /// # Errors
    /// [`DealFault::UnknownReconciliation`] of somebody else's contract, of a month that is not over, and of one in which
    /// nothing was connected.
    pub async fn reconciliation(
        &self,
        actor: &Actor,
        contract: ContractId,
        month: Month,
    ) -> Result<ReconciliationPage, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let contract = self.own_contract(actor, contract, month).await?;
        let side = side_of(actor, &contract);
        let words = self.store.words(&contract, month).await.map_err(fault)?;
        let lines = match words.agreed {
            Some(agreed) => agreed,
            None => self.store.charges(&contract, month).await.map_err(fault)?,
        };
        if lines.is_empty() && words.partner.is_none() && words.vendor.is_none() {
            return Err(DealFault::UnknownReconciliation.into());
        }
        let state = stands(words.partner.as_ref(), words.vendor.as_ref(), &lines_digest(&lines));
        let (partner, vendor, order) = (words.partner, words.vendor, words.order);
        let reconciliation = Reconciliation { contract, month, lines, partner, vendor, order, state };
        Ok(ReconciliationPage { reconciliation, side, now: self.now() })
    }

    /// A contract of the own organisation, of which this month is over.
    async fn own_contract(
        &self,
        actor: &Permit<'_>,
        contract: ContractId,
        month: Month,
    ) -> Result<Contract, DeskError> {
        let found = self.store.contract(actor.scope(), contract).await.map_err(fault)?;
        let found = found.ok_or(DealFault::UnknownReconciliation)?;
        if month.is_over(self.now()) { Ok(found) } else { Err(DealFault::UnknownReconciliation.into()) }
    }

    /// Says that lines of this digest are right. When both sides have, the invoice is raised to the partner; confirmed
    /// twice, it is confirmed once.
    ///
    /// # Errors
    /// [`DealFault::UnknownReconciliation`]; [`DealFault::LinesChanged`] if they are others by now, [`DealFault::NoLines`]
    /// if there are none; [`DeskError::NothingSold`] as long as the operator has said neither there nor in the
    /// contract who sells.
    pub async fn confirm_reconciliation(
        &self,
        actor: &Actor,
        contract: ContractId,
        month: Month,
        digest: &str,
    ) -> Result<(), DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let contract = self.own_contract(actor, contract, month).await?;
        let side = side_of(actor, &contract);
        let mut transaction = self.begin_beside(actor, other_side(actor, &contract)).await?;
        let words = transaction.words(&contract, month).await.map_err(fault)?;
        if let Some(agreed) = &words.agreed {
            let same = lines_digest(agreed) == digest;
            return if same { Ok(()) } else { Err(DealFault::Agreed.into()) };
        }
        let lines = transaction.charges(&contract, month).await.map_err(fault)?;
        if lines.is_empty() {
            return Err(DealFault::NoLines.into());
        }
        if lines_digest(&lines) != digest {
            return Err(DealFault::LinesChanged.into());
        }
        let own = match side {
            Side::Partner => &words.partner,
            Side::Vendor => &words.vendor,
        };
        if own.as_ref().is_some_and(|word| word.confirms(digest)) {
            return Ok(());
        }
        let account = actor.account().id;
        let said = Said::Confirmed(digest.to_owned());
        let now = self.now();
        transaction.say(&contract, month, side, account, &said, now).await.map_err(settled_by_now)?;
        let details = json!({
            "side": side.code(), "month": month.to_string(), "kopecks": charged(&lines), "digest": digest,
        });
        self.tell_both(&mut *transaction, actor, &contract, "reconciliation.confirmed", details).await?;
        let other = match side.other() {
            Side::Partner => &words.partner,
            Side::Vendor => &words.vendor,
        };
        if other.as_ref().is_some_and(|word| word.confirms(digest)) {
            let payer = if side == Side::Partner { Some(account) } else { words.partner_account };
            let payer = payer.ok_or(DeskError::Malformed)?;
            transaction.turn_to(contract.partner).await.map_err(fault)?;
            let order = self.invoice(&mut *transaction, &contract, month, payer, &lines).await?;
            transaction.agree(&contract, month, &lines, order).await.map_err(settled_by_now)?;
            let details = json!({ "month": month.to_string(), "kopecks": charged(&lines), "order": order });
            self.tell_both(&mut *transaction, actor, &contract, "reconciliation.agreed", details).await?;
        }
        self.forget_form(&mut *transaction, actor, &contract, month).await?;
        transaction.commit().await.map_err(fault)
    }

    /// Raises the partner's invoice for what both have agreed on; none where nothing is to be paid.
    async fn invoice(
        &self,
        transaction: &mut dyn Transaction,
        contract: &Contract,
        month: Month,
        payer: AccountId,
        lines: &[ChargeLine],
    ) -> Result<Option<OrderId>, DeskError> {
        let lines = invoice_lines(lines, month);
        if lines.is_empty() {
            return Ok(None);
        }
        let seller = match &contract.seller {
            Some(vendor) => vendor.clone(),
            None => self.store.seller().await.map_err(fault)?.ok_or(DeskError::NothingSold)?,
        };
        let now = self.now();
        let order = NewOrder { buyer: contract.buyer.clone(), lines };
        let id = transaction.insert_order(payer, &order, &seller, now).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: audit::Author::default(),
            action: "order.raised",
            object: Object::Order(id),
            details: json!({ "kopecks": domain::total(&order.lines), "month": month.to_string() }),
        };
        audit::append(transaction, contract.partner, entry).await.map_err(fault)?;
        Ok(Some(id))
    }

    /// «Разногласие»: says what is wrong with the lines, instead of what the side said before.
    ///
    /// # Errors
    /// [`DealFault::UnknownReconciliation`], [`DealFault::Agreed`]; [`DeskError::InvalidForm`] for `remark`.
    pub async fn dispute_reconciliation(
        &self,
        actor: &Actor,
        contract: ContractId,
        month: Month,
        typed: &str,
    ) -> Result<(), DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let contract = self.own_contract(actor, contract, month).await?;
        let text = remark(typed, MAX_REMARK_CHARS).map_err(|problem| wrong("remark", problem))?;
        if text.is_empty() {
            return Err(wrong("remark", FieldProblem::Required));
        }
        let side = side_of(actor, &contract);
        let mut transaction = self.begin_beside(actor, other_side(actor, &contract)).await?;
        if transaction.charges(&contract, month).await.map_err(fault)?.is_empty() {
            return Err(DealFault::NoLines.into());
        }
        let account = actor.account().id;
        let said = Said::Disputed(text.clone());
        transaction.say(&contract, month, side, account, &said, self.now()).await.map_err(settled_by_now)?;
        let details = json!({ "side": side.code(), "month": month.to_string(), "reason": text });
        self.tell_both(&mut *transaction, actor, &contract, "reconciliation.disputed", details).await?;
        self.forget_form(&mut *transaction, actor, &contract, month).await?;
        transaction.commit().await.map_err(fault)
    }

    async fn forget_form(
        &self,
        transaction: &mut dyn Transaction,
        actor: &Permit<'_>,
        contract: &Contract,
        month: Month,
    ) -> Result<(), DeskError> {
        transaction.turn_to(actor.scope()).await.map_err(fault)?;
        let about = FormOf::Reconciliation(contract.id, month).name();
        transaction.drop_form_draft(actor.account().id, &about).await.map_err(fault)
    }

    /// Tells the own log by whom, and the other side's by which organisation.
    async fn tell_both(
        &self,
        transaction: &mut dyn Transaction,
        actor: &Permit<'_>,
        contract: &Contract,
        action: &str,
        details: serde_json::Value,
    ) -> Result<(), DeskError> {
        let object = Object::Contract(contract.id);
        transaction.turn_to(actor.scope()).await.map_err(fault)?;
        self.tell(transaction, actor, action, object.clone(), details.clone()).await?;
        let other = other_side(actor, contract);
        let mut told = details;
        if let Some(told) = told.as_object_mut() {
            told.insert("name".to_owned(), json!(actor.organization().name));
        }
        transaction.turn_to(other).await.map_err(fault)?;
        let author = audit::Author::default();
        let entry = audit::Entry { at: self.now(), author, action, object, details: told };
        audit::append(transaction, other, entry).await.map_err(fault)
    }
}

fn settled_by_now(error: StoreError) -> DeskError {
    match error {
        StoreError::Conflict => DealFault::Agreed.into(),
        other => fault(other),
    }
}

fn other_side(actor: &Permit<'_>, contract: &Contract) -> OrganizationId {
    if actor.scope() == contract.partner { contract.vendor } else { contract.partner }
}

fn side_of(actor: &Permit<'_>, contract: &Contract) -> Side {
    if actor.scope() == contract.partner { Side::Partner } else { Side::Vendor }
}
