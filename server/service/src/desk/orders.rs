//! Orders and their payments: an order waits for its payment, and becomes stock when that is recorded.

use domain::{
    Buyer, Capability, ContractId, DeskError, FieldError, FieldProblem, Instant, Kopecks, Letter, Mismatch, Month,
    Offer, Order, OrderForm, OrderId, OrderLine, OrderState, OrganizationId, Payment, PaymentOutcome, Pool, PoolCode,
    PoolId, PoolNamed, Product, ProductId, Trial, invoices_in, pays, total,
};
use serde_json::json;

use super::{Desk, Outside, fault, incident, letters};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{NewPool, StoreError, Transaction, UnmatchedPayment};

/// Orders on a page of the list.
const LIST: u32 = 50;
/// Unmatched payments that are listed.
const UNMATCHED: u32 = 1000;

/// What can be ordered.
#[derive(Clone, Debug)]
pub struct Shop {
    pub offers: Vec<Offer>,
    /// The buyer's details as of the order before.
    pub former: Option<Buyer>,
}

/// An order with what its page shows.
#[derive(Clone, Debug)]
pub struct OrderPage {
    pub order: Order,
    /// The stock that it became.
    pub pools: Vec<Pool>,
    /// What both sides of a contract have agreed on, if it is the invoice of that.
    pub reconciles: Option<(ContractId, Month)>,
    pub now: Instant,
}

/// A page of the list of orders, newest first.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    pub rows: Vec<Order>,
    /// Where the next page begins, if there is one.
    pub next: Option<OrderId>,
}

impl Desk {
    /// What can be ordered, for the form.
    ///
    /// # Errors
    /// [`DeskError::NothingSold`], [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn shop(&self, actor: &Actor) -> Result<Shop, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let offers = self.store.offers().await.map_err(fault)?;
        if offers.is_empty() || self.store.seller().await.map_err(fault)?.is_none() {
            return Err(DeskError::NothingSold);
        }
        let last = self.store.orders(actor.scope(), None, 1).await.map_err(fault)?.pop();
        Ok(Shop { offers, former: last.map(|order| order.buyer) })
    }

    /// Raises an order: its invoice can be printed and paid.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field; [`DeskError::NothingSold`].
    pub async fn raise_order(&self, actor: &Actor, form: &OrderForm) -> Result<OrderId, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let shop = self.shop(actor.actor()).await?;
        let seller = self.store.seller().await.map_err(fault)?.ok_or(DeskError::NothingSold)?;
        let order =
            form.check(&actor.organization().name, &shop.offers).map_err(|fields| DeskError::InvalidForm { fields })?;
        let now = self.now();
        let mut transaction = self.begin(actor).await?;
        let id =
            transaction.insert_order(actor.account().id, &order, &seller, now).await.map_err(|error| match error {
                StoreError::Conflict => DeskError::InvalidForm {
                    fields: vec![FieldError { field: "seats".into(), problem: FieldProblem::NotSold }],
                },
                other => fault(other),
            })?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "order.raised",
            object: Object::Order(id),
            details: json!({ "seats": seats(&order.lines), "kopecks": total(&order.lines) }),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// Orders, newest first, below `before`.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn orders(&self, actor: &Actor, before: Option<OrderId>) -> Result<Orders, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let mut rows = self.store.orders(actor.scope(), before, LIST + 1).await.map_err(fault)?;
        let more = rows.len() > LIST as usize;
        rows.truncate(LIST as usize);
        let next = rows.last().filter(|_| more).map(|last| last.id);
        Ok(Orders { rows, next })
    }

    /// # Errors
    /// [`DeskError::UnknownOrder`].
    pub async fn order(&self, actor: &Actor, id: OrderId) -> Result<OrderPage, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let order = self.store.order(actor.scope(), id).await.map_err(fault)?.ok_or(DeskError::UnknownOrder)?;
        let pools = self.pools(actor.scope()).await?;
        let own = |pool: &Pool| order.lines.iter().any(|line| line.pool == Some(pool.id));
        let pools = pools.into_iter().filter(own).collect();
        let reconciles = self.store.reconciled_by(actor.scope(), id).await.map_err(fault)?;
        Ok(OrderPage { order, pools, reconciles, now: self.now() })
    }

    /// Gives up an order that waits for its payment. Cancelled twice is cancelled once.
    ///
    /// # Errors
    /// [`DeskError::UnknownOrder`], [`DeskError::OrderNotOpen`].
    pub async fn cancel_order(&self, actor: &Actor, id: OrderId) -> Result<(), DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let now = self.now();
        let mut transaction = self.begin(actor).await?;
        let order = transaction.order(id).await.map_err(fault)?.ok_or(DeskError::UnknownOrder)?;
        match order.state {
            OrderState::Raised => {}
            OrderState::Cancelled => return Ok(()),
            OrderState::Paid => return Err(DeskError::OrderNotOpen),
        }
        // What both sides have agreed on is paid, not given up.
        if transaction.reconciled_by(id).await.map_err(fault)?.is_some() {
            return Err(DeskError::OrderNotOpen);
        }
        transaction.settle_order(id, OrderState::Cancelled, now).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "order.cancelled",
            object: Object::Order(id),
            details: json!({}),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// Records a payment, from the operator or from a machine of his: not from an account of an organisation. If it
    /// pays an order, the order's stock is there at once, and its term begins (the handbook: at the moment when the
    /// payment is recorded, not when a licence is issued). Told of twice, it counts once.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`], [`DeskError::OutcomeUnknown`]: it can be told of again.
    pub async fn record_payment(&self, payment: &Payment) -> Result<PaymentOutcome, DeskError> {
        self.told_of_payment(payment, "").await
    }

    /// As [`Desk::record_payment`], told of from an address of the network.
    ///
    /// # Errors
    /// As [`Desk::record_payment`].
    pub async fn told_of_payment(&self, payment: &Payment, address: &str) -> Result<PaymentOutcome, DeskError> {
        let outcome = self.match_payment(&payment.tidy()).await?;
        if outcome == PaymentOutcome::Contradicts {
            let details = json!({ "source": payment.source, "kopecks": payment.amount });
            self.note_outside(Outside::Contradicts, address, details).await;
        }
        Ok(outcome)
    }

    async fn match_payment(&self, payment: &Payment) -> Result<PaymentOutcome, DeskError> {
        if let Some(known) = self.store.known_payment(payment).await.map_err(fault)? {
            return Ok(known);
        }
        let mismatch = match invoices_in(&payment.purpose).as_slice() {
            [] => Mismatch::NoInvoice,
            [order] => match self.store.whose_order(*order).await.map_err(fault)? {
                None => Mismatch::NoInvoice,
                Some(organization) => return self.pay(organization, *order, payment).await,
            },
            _ => Mismatch::Several,
        };
        match self.store.keep_unmatched(payment, mismatch, self.now()).await {
            Ok(()) => Ok(PaymentOutcome::Unmatched(mismatch)),
            Err(StoreError::Conflict) => self.told_meanwhile(payment).await,
            Err(error) => Err(fault(error)),
        }
    }

    /// Somebody else told of the payment at the same time.
    async fn told_meanwhile(&self, payment: &Payment) -> Result<PaymentOutcome, DeskError> {
        self.store.known_payment(payment).await.map_err(fault)?.ok_or(DeskError::Busy)
    }

    /// A payment that names one order: it pays it, or the order's log tells why not.
    async fn pay(
        &self,
        organization: OrganizationId,
        id: OrderId,
        payment: &Payment,
    ) -> Result<PaymentOutcome, DeskError> {
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        let now = self.now();
        let order = transaction.order(id).await.map_err(fault)?.ok_or(DeskError::UnknownOrder)?;
        let fits = pays(&order, payment.amount);
        match transaction.insert_payment(payment, fits.map(|()| id), now).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                drop(transaction);
                return self.told_meanwhile(payment).await;
            }
            Err(error) => return Err(fault(error)),
        }
        if let Err(mismatch) = fits {
            let entry = audit::Entry {
                at: now,
                author: audit::Author::default(),
                action: "payment.unmatched",
                object: Object::Order(id),
                details: json!({ "why": mismatch.code(), "kopecks": payment.amount, "source": payment.source }),
            };
            audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
            transaction.commit().await.map_err(fault)?;
            return Ok(PaymentOutcome::Unmatched(mismatch));
        }
        transaction.settle_order(id, OrderState::Paid, now).await.map_err(fault)?;
        let mut pools = Vec::new();
        // What was agreed on is connected long since.
        let reconciles = transaction.reconciled_by(id).await.map_err(fault)?.is_some();
        for line in order.lines.iter().filter(|_| !reconciles) {
            let pool = NewPool {
                product: line.product,
                code: random_code()?,
                total: line.seats,
                valid_from: now,
                valid_until: line.until(now),
                trial: false,
            };
            pools.push(transaction.add_pool(Some(id), &pool).await.map_err(fault)?);
        }
        let entry = audit::Entry {
            at: now,
            author: audit::Author::default(),
            action: "order.paid",
            object: Object::Order(id),
            details: json!({ "seats": seats(&order.lines), "kopecks": payment.amount, "source": payment.source, "pools": pools }),
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        if reconciles {
            transaction.commit().await.map_err(fault)?;
            return Ok(PaymentOutcome::Recorded(id));
        }
        let mut new = Vec::new();
        for pool in pools {
            new.extend(transaction.pool(pool).await.map_err(fault)?);
        }
        let former = self.pools(organization).await?;
        let renews = former.iter().any(|from| from.issued > 0 && new.iter().any(|to| domain::renews(from, to, now)));
        let letter = Letter::OrderPaid { order: id, pools: new.iter().map(PoolNamed::from).collect(), renews };
        letters::write(&mut *transaction, &letter, Some(order.author_email), now).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(PaymentOutcome::Recorded(id))
    }

    /// What can be tried, by product: those of which the organisation has had no trial.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn trials(&self, actor: &Actor) -> Result<Vec<(Product, Trial)>, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let had: Vec<ProductId> =
            self.pools(actor.scope()).await?.iter().filter(|pool| pool.trial).map(|pool| pool.product.id).collect();
        let known = self.store.catalogue().await.map_err(fault)?.into_iter();
        let trials = known.filter_map(|known| Some((known.trial?, known.product)));
        Ok(trials.filter(|(_, product)| !had.contains(&product.id)).map(|(trial, product)| (product, trial)).collect())
    }

    /// Starts a trial: its seats are there at once, without payment.
    ///
    /// # Errors
    /// [`DeskError::TrialUsed`] if there was one, or the product has none.
    pub async fn start_trial(&self, actor: &Actor, product: ProductId) -> Result<PoolId, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let found = self.trials(actor.actor()).await?.into_iter().find(|(known, _)| known.id == product);
        let (_, trial) = found.ok_or(DeskError::TrialUsed)?;
        let mut transaction = self.begin(actor).await?;
        let id = self.begin_trial(&mut *transaction, actor, product, trial).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// As [`Desk::start_trial`], in a transaction.
    pub(super) async fn begin_trial(
        &self,
        transaction: &mut dyn Transaction,
        actor: &Permit<'_>,
        product: ProductId,
        trial: Trial,
    ) -> Result<PoolId, DeskError> {
        let now = self.now();
        let pool = NewPool {
            product,
            code: random_code()?,
            total: trial.seats,
            valid_from: now,
            valid_until: Some(trial.until(now)),
            trial: true,
        };
        let id = transaction.add_pool(None, &pool).await.map_err(|error| match error {
            StoreError::Conflict => DeskError::TrialUsed,
            other => fault(other),
        })?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "trial.started",
            object: Object::Pool(id),
            details: json!({ "product": product, "seats": trial.seats, "days": trial.days }),
        };
        audit::append(transaction, actor.scope(), entry).await.map_err(fault)?;
        Ok(id)
    }

    /// What an order comes to, for the operator; `None` if there is none.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn amount_due(&self, id: OrderId) -> Result<Option<Kopecks>, DeskError> {
        let Some(organization) = self.store.whose_order(id).await.map_err(fault)? else { return Ok(None) };
        let order = self.store.order(organization, id).await.map_err(fault)?;
        Ok(order.map(|order| order.total()))
    }

    /// Payments that pay no order, newest first.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn unmatched_payments(&self) -> Result<Vec<UnmatchedPayment>, DeskError> {
        self.store.unmatched_payments(UNMATCHED).await.map_err(fault)
    }
}

fn seats(lines: &[OrderLine]) -> u64 {
    lines.iter().map(|line| line.seats).sum()
}

/// A new code: 48 random bits of the operating system's.
pub(super) fn random_code() -> Result<PoolCode, DeskError> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|_| incident("the operating system has no randomness to give"))?;
    Ok(PoolCode::of_bytes(bytes))
}
