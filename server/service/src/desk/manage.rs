//! «Управление лицензиями»: several products for the selected people, in one operation. The selection is frozen first, as a
//! preview in which nothing is wished yet; what is wished is looked at as often as it is changed, and saved once.

use std::collections::BTreeMap;

use domain::{
    Assortment, Beside, Capability, DeskError, Done, Fault, IdSet, Instant, Kind, ManagePlan, MemberRow, Moved,
    OperationId, OperationState, OperationSummary, Outcome, Pool, ProductId, Refusal, Region, RuledProduct, Selection,
    Sort, Wish, beside, manage, unmanage,
};
use serde_json::json;

use super::confirm::{accepted, check_typed};
use super::coverage::{check_covered_holders, covered_in};
use super::directory::check_known;
use super::report::{CHUNK, ROWS, SORTED};
use super::{Desk, PREVIEW_SECONDS, fault, summary};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{Managed, MemberBrief, NewOperation, OperationRecord, StoreError, Transaction, Turn};

/// Selected people on a page of the box.
const PAGE: u32 = 25;
/// Holders of a product on a page of their list.
const HOLDERS: u32 = 50;

/// Some of the selected people, as the table showed them.
#[derive(Clone, Debug)]
pub struct Selected {
    pub rows: Vec<MemberRow>,
    /// Of all of them, those who are not deleted.
    pub total: u64,
    /// From 1.
    pub page: u32,
    pub last_page: u32,
}

/// Which pages of its lists are looked at, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaves {
    pub selected: u32,
    /// Of the holders of one product; of the others the first.
    pub holders: Option<(ProductId, u32)>,
}

impl Default for Leaves {
    fn default() -> Self {
        Self { selected: 1, holders: None }
    }
}

/// A product, and what is to be said beside its box.
#[derive(Clone, Debug)]
pub struct ManageRow {
    pub known: RuledProduct,
    pub beside: Beside,
    /// The holders among the selected.
    pub holders: Selected,
}

/// What would happen by a wish.
#[derive(Clone, Debug)]
pub struct ManageSheet {
    pub operation: OperationId,
    pub wish: Wish,
    /// To be named by whoever saves it.
    pub digest: String,
    pub rows: Vec<ManageRow>,
    pub plan: ManagePlan,
    /// The first of those who would change.
    pub names: Vec<String>,
    /// Those who would be left out, by reason, with the first names.
    pub left_out: Vec<(Fault, u64, Vec<String>)>,
    pub selected: Selected,
    pub products: Assortment,
    /// When the selection is forgotten.
    pub expires_at: Instant,
    /// So many people are typed before it is saved.
    pub typed: Option<u64>,
    /// A second person will have to agree.
    pub asks: bool,
    /// It is not what was shown before.
    pub moved: bool,
}

/// How saving went.
#[derive(Clone, Debug)]
pub enum Saved {
    Done(OperationSummary),
    /// The world has moved: nothing was changed, and this is how it is now.
    Again(Box<ManageSheet>),
}

/// The regions of the selected people.
#[derive(Clone, Debug)]
pub struct RegionChoice {
    pub operation: OperationId,
    /// As they were said, with how many people; `None` for the organisation's.
    pub said: Vec<(Option<Region>, u64)>,
    pub usual: Option<Region>,
    pub people: u64,
    pub names: Vec<String>,
}

/// A person in the report of an operation over several products.
#[derive(Clone, Debug)]
pub struct ManagedRow {
    pub outcome: Outcome,
    /// Everything that has kept it from being done; of whoever is left out at least one.
    pub faults: Vec<Fault>,
    pub name: String,
    pub email: String,
    /// What the operation did, by product.
    pub turns: Vec<Turn>,
    /// What is held now, by product.
    pub holds: Vec<ProductId>,
}

/// A page of it: errors first, then successes, then those who had it already.
#[derive(Clone, Debug)]
pub struct ManagedReport {
    pub rows: Vec<ManagedRow>,
    /// How many are left out, changed, and unchanged.
    pub counts: (u64, u64, u64),
    pub wish: Wish,
    pub products: Assortment,
    /// Whether those who were left out can be tried again by whoever looks.
    pub again: bool,
    /// Whether whoever looks began it.
    pub own: bool,
}

/// A part of its export.
#[derive(Clone, Debug)]
pub struct ManagedChunk {
    pub rows: Vec<ManagedRow>,
    /// The products of the wish, and those that may have gone with them: a column each.
    pub products: Vec<RuledProduct>,
    pub all: Assortment,
    /// What was wished; of an undo nothing.
    pub wish: Wish,
    /// Whether what was planned has been done.
    pub carried_out: bool,
    /// Where the next part begins.
    pub next: Option<usize>,
}

/// Everything that a plan is made of.
struct Facts {
    assortment: Assortment,
    pools: Vec<Pool>,
    people: Vec<domain::Holding>,
}

impl Facts {
    fn plan(&self, wish: &Wish, now: Instant) -> ManagePlan {
        manage(&self.assortment, wish, &self.people, &self.pools, now)
    }
}

/// A plan in the form an operation keeps it.
fn sets_of(plan: &ManagePlan) -> Vec<(Outcome, IdSet)> {
    let left_out = plan.faults.iter().map(|(fault, members)| (Outcome::LeftOut(*fault), members.clone()));
    let others = [(Outcome::Accepted, plan.accepted.clone()), (Outcome::Unchanged, plan.unchanged.clone())];
    left_out.chain(others).filter(|(_, members)| !members.is_empty()).collect()
}

fn everybody(sets: &[(Outcome, IdSet)]) -> IdSet {
    everybody_of(sets.iter())
}

fn everybody_of<'s>(sets: impl Iterator<Item = &'s (Outcome, IdSet)>) -> IdSet {
    sets.flat_map(|(_, members)| members.iter()).collect()
}

/// The same operation, as a plan makes it.
fn planned(record: OperationRecord, wish: Wish, plan: &ManagePlan) -> OperationRecord {
    let sort = record.managed.as_ref().map(|managed| managed.sort).unwrap_or_default();
    OperationRecord {
        digest: plan.digest(&wish),
        accepted: plan.accepted.len() as u64,
        rejected: plan.left_out().len() as u64,
        managed: Some(Managed { wish, sort }),
        ..record
    }
}

impl Desk {
    /// What a wish needs; nothing but looking if it wishes nothing yet.
    async fn permit_wish<'a>(&self, actor: &'a Actor, wish: &Wish) -> Result<Permit<'a>, DeskError> {
        match wish.needs() {
            [Capability::People] => self.permit_manage(actor).await,
            needs => self.permit_all(actor, needs).await,
        }
    }

    /// To look at the page is to look at people: what is wished needs more, once it is saved.
    async fn permit_manage<'a>(&self, actor: &'a Actor) -> Result<Permit<'a>, DeskError> {
        self.permit(actor, Capability::People).await
    }

    /// Freezes the selected people, for whom products are then set and cleared; `sort` is the order of the table in which they
    /// were chosen.
    ///
    /// # Errors
    /// As [`Desk::preview`].
    pub async fn start_managing(
        &self,
        actor: &Actor,
        selection: &Selection,
        sort: Sort,
    ) -> Result<OperationId, DeskError> {
        let permit = &self.permit_manage(actor).await?;
        self.check_size(permit, selection).await?;
        let members = self.snapshot(permit, selection).await?.members();
        if !selection.ids.is_empty() {
            check_known(selection, &members)?;
        }
        self.freeze(permit, members, Managed { wish: Wish::default(), sort }).await
    }

    pub(super) async fn freeze(
        &self,
        permit: &Permit<'_>,
        members: IdSet,
        managed: Managed,
    ) -> Result<OperationId, DeskError> {
        if members.is_empty() {
            return Err(Refusal::NobodyFits.into());
        }
        let now = self.now();
        let operation = NewOperation {
            kind: Kind::Manage,
            state: OperationState::Preview,
            account: Some(permit.account().id),
            pool: None,
            created_at: now,
            expires_at: now.plus_seconds(PREVIEW_SECONDS),
            settled_at: None,
            digest: members.digest(),
            undoes: None,
            basis: None,
            strangers: Vec::new(),
        };
        let mut transaction = self.begin(permit).await?;
        let id = transaction.insert_operation(&operation, &[(Outcome::Accepted, members)], &[]).await.map_err(fault)?;
        transaction.keep_wish(id, &managed).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// Refuses whatever is not a frozen selection of whoever asks.
    fn check_draft(&self, permit: &Permit<'_>, record: &OperationRecord) -> Result<Managed, DeskError> {
        let own = record.kind == Kind::Manage && record.is_of(permit.account());
        let managed = record.managed.clone().filter(|_| own).ok_or(DeskError::UnknownOperation)?;
        match record.state {
            OperationState::Preview if self.now() <= record.expires_at => Ok(managed),
            OperationState::Preview | OperationState::Expired => Err(DeskError::OperationExpired),
            state => Err(DeskError::OperationNotOpen { state }),
        }
    }

    async fn frozen(
        &self,
        permit: &Permit<'_>,
        id: OperationId,
    ) -> Result<(OperationRecord, Managed, IdSet), DeskError> {
        let record = self.seen(permit, id).await?;
        let managed = self.check_draft(permit, &record)?;
        let sets = self.store.operation_sets(permit.scope(), id).await.map_err(fault)?;
        Ok((record, managed, everybody(&sets)))
    }

    /// Takes people out of the selection; what is wished stays as it was typed.
    ///
    /// # Errors
    /// As [`Desk::manage_sheet`]; [`DeskError::EmptySelection`] if nobody would be left.
    pub async fn narrow_selected(
        &self,
        actor: &Actor,
        id: OperationId,
        out: &IdSet,
        wish: Wish,
    ) -> Result<(), DeskError> {
        let permit = &self.permit_manage(actor).await?;
        self.seen(permit, id).await?;
        let mut transaction = self.begin(permit).await?;
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        let managed = self.check_draft(permit, &record)?;
        let members = everybody(&transaction.operation_sets(id).await.map_err(fault)?).minus(out);
        if members.is_empty() {
            return Err(DeskError::EmptySelection);
        }
        let digest = members.digest();
        transaction.refreeze(id, &[(Outcome::Accepted, members)], &digest).await.map_err(fault)?;
        transaction.keep_wish(id, &Managed { wish, ..managed }).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// What would happen now by a wish, or by the one that is kept.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`], also of somebody else's; [`DeskError::OperationExpired`],
    /// [`DeskError::OperationNotOpen`].
    pub async fn manage_sheet(
        &self,
        actor: &Actor,
        id: OperationId,
        wish: Option<Wish>,
        leaves: Leaves,
    ) -> Result<ManageSheet, DeskError> {
        let permit = &self.permit_manage(actor).await?;
        let (record, managed, members) = self.frozen(permit, id).await?;
        self.sheet(permit, &record, Managed { wish: wish.unwrap_or(managed.wish), ..managed }, members, leaves).await
    }

    /// The catalogue with what its products mean to each other.
    ///
    /// # Errors
    /// As [`Desk::manage_sheet`].
    pub async fn assortment(&self, actor: &Actor) -> Result<Assortment, DeskError> {
        self.permit_manage(actor).await?;
        self.store.assortment().await.map_err(fault)
    }

    async fn facts(&self, permit: &Permit<'_>, members: &IdSet) -> Result<Facts, DeskError> {
        let scope = permit.scope();
        let region = self.store.region(scope).await.map_err(fault)?;
        Ok(Facts {
            assortment: self.store.assortment().await.map_err(fault)?,
            pools: self.pools(scope).await?,
            people: self.store.holdings(scope, members, region).await.map_err(fault)?,
        })
    }

    async fn sheet(
        &self,
        permit: &Permit<'_>,
        record: &OperationRecord,
        Managed { wish, sort }: Managed,
        members: IdSet,
        leaves: Leaves,
    ) -> Result<ManageSheet, DeskError> {
        let now = self.now();
        let facts = self.facts(permit, &members).await?;
        let held = |product: ProductId| facts.people.iter().any(|class| class.holds(product).is_some());
        let stocked = |product: ProductId| facts.pools.iter().any(|pool| pool.product.id == product && pool.runs(now));
        let shown = |known: &&RuledProduct| {
            known.sold || held(known.product.id) || stocked(known.product.id) || wish.get(known.product.id).is_some()
        };
        let shown: Vec<RuledProduct> = facts.assortment.iter().filter(shown).cloned().collect();
        let ids: Vec<ProductId> = shown.iter().map(|known| known.product.id).collect();
        let (mut plan, besides) = beside(&facts.assortment, &ids, &wish, &facts.people, &facts.pools, now);
        let roster = self.roster(permit.scope()).await?;
        let leaf = |members: &IdSet, page: u32, size: u32| {
            let found = roster.find(&Selection::of_ids(members.clone()), permit.coverage());
            let total = found.counts().total;
            let last_page = u32::try_from(total.div_ceil(u64::from(size))).unwrap_or(u32::MAX).max(1);
            let page = page.clamp(1, last_page);
            let rows = roster.page(&found, sort, u64::from(page - 1) * u64::from(size), size);
            Selected { rows, total, page, last_page }
        };
        let row = |(known, beside): (RuledProduct, Beside)| {
            let page = leaves.holders.filter(|(product, _)| *product == known.product.id).map_or(1, |(_, page)| page);
            ManageRow { holders: leaf(&beside.holders, page, HOLDERS), known, beside }
        };
        let mut rows: Vec<ManageRow> = shown.into_iter().zip(besides).map(row).collect();
        let mut left_out = Vec::with_capacity(plan.faults.len());
        for (fault, members) in &plan.faults {
            left_out.push((*fault, members.len() as u64, self.first_names(permit, members).await?));
        }
        let losing = plan.losing.len() as u64;
        let rules = self.store.approval_rules(permit.scope()).await.map_err(fault)?;
        let digest = plan.digest(&wish);
        // Whoever may not look at the stock is not told of it here.
        if !permit.may(Capability::Stock) {
            for row in &mut rows {
                (row.beside.available, row.beside.missing, row.beside.lacking) = (0, 0, 0);
            }
            plan.short.clear();
        }
        Ok(ManageSheet {
            operation: record.id,
            digest,
            names: self.first_names(permit, &plan.accepted).await?,
            left_out,
            selected: leaf(&members, leaves.selected, PAGE),
            products: facts.assortment,
            expires_at: record.expires_at,
            typed: permit.organization().is_large(losing).then_some(losing).filter(|losing| *losing > 0),
            asks: rules.asks_both(plan.gaining.len() as u64, losing),
            moved: false,
            wish,
            rows,
            plan,
        })
    }

    /// «Сохранить»: carries out what was shown, if it is still what would happen now; sent twice, it has one effect. `size` is
    /// the number of people from whom something is taken, as it was typed, for so many that it must be.
    ///
    /// # Errors
    /// As [`Desk::manage_sheet`] and [`Desk::confirm`]: nothing is changed then, and the selection stays.
    pub async fn save_managed(
        &self,
        actor: &Actor,
        id: OperationId,
        wish: Wish,
        digest: &str,
        size: Option<u64>,
        password: Option<String>,
    ) -> Result<Saved, DeskError> {
        let permit = &self.permit_wish(actor, &wish).await?;
        self.seen(permit, id).await?;
        if wish.needs().contains(&Capability::Revoke) {
            self.prove_large(permit, size, password).await?;
        }
        let mut transaction = self.begin(permit).await?;
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        let settled = matches!(record.state, OperationState::Done | OperationState::Undone | OperationState::Waiting);
        let same = record.digest == digest && record.managed.as_ref().is_some_and(|managed| managed.wish == wish);
        if settled && record.kind == Kind::Manage && record.is_of(permit.account()) && same {
            drop(transaction);
            return Ok(Saved::Done(summary(&record, &[])));
        }
        let managed = self.check_draft(permit, &record)?;
        let members = everybody(&transaction.operation_sets(id).await.map_err(fault)?);
        let facts = facts_in(&mut *transaction, &members).await?;
        check_covered_holders(&facts.people, covered_in(&mut *transaction, permit).await.map_err(fault)?.as_ref())?;
        let plan = facts.plan(&wish, self.now());
        if plan.digest(&wish) != digest {
            drop(transaction);
            let managed = Managed { wish, ..managed };
            let sheet = self.sheet(permit, &record, managed, members, Leaves::default()).await?;
            return Ok(Saved::Again(Box::new(ManageSheet { moved: true, ..sheet })));
        }
        check_ready(&plan)?;
        let losing = plan.losing.len() as u64;
        // Fewer service plans than somebody has are a part taken away, whatever the wish is called.
        if losing > 0 && !permit.may(Capability::Revoke) {
            drop(transaction);
            self.permit(actor, Capability::Revoke).await?;
            return Err(DeskError::Forbidden { needs: Capability::Revoke });
        }
        if losing > 0 {
            check_typed(permit, losing, size)?;
        }
        let rules = transaction.approval_rules().await.map_err(fault)?;
        let record = planned(record, wish, &plan);
        if let Some(managed) = &record.managed {
            transaction.keep_wish(id, managed).await.map_err(fault)?;
        }
        transaction.refreeze(id, &sets_of(&plan), &record.digest).await.map_err(fault)?;
        if rules.asks_both(plan.gaining.len() as u64, losing) {
            return self.ask_approval(permit, transaction, record, None).await.map(Saved::Done);
        }
        self.carry_out_managed(permit, transaction, record, &plan, &facts.pools).await.map(Saved::Done)
    }

    /// Does what a second person has agreed to, if it is still what would happen now.
    pub(super) async fn carry_out_agreed(
        &self,
        permit: &Permit<'_>,
        mut transaction: Box<dyn Transaction>,
        record: OperationRecord,
    ) -> Result<OperationSummary, DeskError> {
        let sets = transaction.operation_sets(record.id).await.map_err(fault)?;
        let facts = facts_in(&mut *transaction, &everybody(&sets)).await?;
        check_covered_holders(&facts.people, covered_in(&mut *transaction, permit).await.map_err(fault)?.as_ref())?;
        let wish = record.managed.as_ref().map(|managed| managed.wish.clone()).unwrap_or_default();
        let plan = facts.plan(&wish, self.now());
        if let Err(refusal) = check_ready(&plan) {
            self.fail(permit, transaction, &record, None, refusal).await?;
            return Err(refusal.into());
        }
        if plan.digest(&wish) != record.digest {
            let was = accepted(&sets);
            let (lost, gained) = (was.minus(&plan.accepted), plan.accepted.minus(was));
            let refusal = Refusal::PlanChanged { lost: lost.len() as u64, gained: gained.len() as u64 };
            self.fail(permit, transaction, &record, None, refusal).await?;
            let names = self.first_names(permit, &lost.or(&gained)).await?;
            return Err(DeskError::PlanChanged { moved: Moved { lost: Vec::new(), gained, names } });
        }
        self.carry_out_managed(permit, transaction, record, &plan, &facts.pools).await
    }

    async fn carry_out_managed(
        &self,
        permit: &Permit<'_>,
        mut transaction: Box<dyn Transaction>,
        record: OperationRecord,
        plan: &ManagePlan,
        pools: &[Pool],
    ) -> Result<OperationSummary, DeskError> {
        let now = self.now();
        transaction.manage(record.id, plan, pools, now).await.map_err(|error| match error {
            // Seats that were counted a moment ago, by nobody else's leave: whoever tries again will see it.
            StoreError::SeatsShort => DeskError::Busy,
            other => fault(other),
        })?;
        transaction
            .settle_operation(record.id, OperationState::Preview, OperationState::Done, None, None, now)
            .await
            .map_err(fault)?;
        let asked_by = record.account.as_ref().filter(|_| record.approval.is_some()).map(|account| account.id);
        let products: BTreeMap<String, [usize; 4]> = plan
            .products
            .iter()
            .map(|(product, change)| {
                let sets = [&change.given, &change.taken, &change.fell, &change.replanned];
                (product.to_string(), sets.map(IdSet::len))
            })
            .collect();
        let details = json!({
            "asked_by": asked_by, "accepted": record.accepted, "rejected": record.rejected,
            "unchanged": plan.unchanged.len(), "products": products, "digest": record.digest,
        });
        let object = Object::Operation(record.id);
        self.tell(&mut *transaction, permit, "licences.managed", object, details).await?;
        transaction.commit().await.map_err(fault)?;
        let done = OperationRecord { state: OperationState::Done, settled_at: Some(now), ..record };
        Ok(summary(&done, &[]))
    }

    /// Whether what waits for a second person is still what would happen.
    pub(super) async fn managed_moved(&self, permit: &Permit<'_>, record: &OperationRecord) -> Result<bool, DeskError> {
        let sets = self.store.operation_sets(permit.scope(), record.id).await.map_err(fault)?;
        let facts = self.facts(permit, &everybody(&sets)).await?;
        let wish = record.managed.as_ref().map(|managed| managed.wish.clone()).unwrap_or_default();
        Ok(facts.plan(&wish, self.now()).digest(&wish) != record.digest)
    }

    /// Takes an operation over several products back: of each person all that it did, or nothing.
    pub(super) async fn undo_managed(
        &self,
        permit: &Permit<'_>,
        mut transaction: Box<dyn Transaction>,
        record: OperationRecord,
        touched: IdSet,
    ) -> Result<OperationSummary, DeskError> {
        let now = self.now();
        let facts = facts_in(&mut *transaction, &touched).await?;
        check_covered_holders(&facts.people, covered_in(&mut *transaction, permit).await.map_err(fault)?.as_ref())?;
        let seats = transaction.managed_seats(record.id).await.map_err(fault)?;
        let done = Done { given: &seats.given, standing: &seats.standing, taken: &seats.taken };
        let undo = unmanage(&facts.assortment, &touched, &facts.people, &done);
        let people = undo.accepted.len() as u64;
        if people == 0 {
            return Err(Refusal::NobodyFits.into());
        }
        let rules = transaction.approval_rules().await.map_err(fault)?;
        if rules.asks_both(undo.gaining.len() as u64, undo.losing.len() as u64) {
            return Err(DeskError::ApprovalNeeded { people });
        }
        for (id, seats) in &undo.restores {
            let pool = facts.pools.iter().find(|pool| pool.id == *id).ok_or(DeskError::UnknownPool)?;
            // Those that it ends are free for those that it gives back.
            let freed = undo.ends.iter().find(|(ended, _)| ended == id).map_or(0, |(_, seats)| seats.len() as u64);
            pool.admits((seats.len() as u64).saturating_sub(freed), now)?;
        }
        let operation = NewOperation {
            kind: Kind::UndoManage,
            state: OperationState::Done,
            account: Some(permit.account().id),
            pool: None,
            created_at: now,
            expires_at: now,
            settled_at: Some(now),
            digest: record.digest.clone(),
            undoes: Some(record.id),
            basis: None,
            strangers: Vec::new(),
        };
        let left_out = undo.faults.iter().map(|(fault, members)| (Outcome::LeftOut(*fault), members.clone()));
        let sets: Vec<(Outcome, IdSet)> = left_out.chain([(Outcome::Accepted, undo.accepted.clone())]).collect();
        let id = transaction.insert_operation(&operation, &sets, &[]).await.map_err(fault)?;
        let undone = transaction.unmanage(id, record.id, &undo.ends, &undo.restores, now).await;
        undone.map_err(|error| match error {
            StoreError::SeatsShort => Refusal::PoolExhausted { left: 0, wanted: people }.into(),
            other => fault(other),
        })?;
        let (from, to) = (OperationState::Done, OperationState::Undone);
        transaction.settle_operation(record.id, from, to, None, None, now).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: permit.author(),
            action: "operation.undone",
            object: Object::Operation(record.id),
            details: json!({ "by": id, "accepted": people, "rejected": touched.len() as u64 - people }),
        };
        audit::append(&mut *transaction, permit.scope(), entry).await.map_err(fault)?;
        let undo = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        transaction.commit().await.map_err(fault)?;
        Ok(summary(&undo, &[]))
    }

    /// «Повторить неудавшиеся»: those who were left out, frozen anew with the same wish.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`]; [`DeskError::EmptySelection`] if nobody was left out.
    pub async fn manage_again(&self, actor: &Actor, id: OperationId) -> Result<OperationId, DeskError> {
        let permit = &self.permit_manage(actor).await?;
        let record = self.seen(permit, id).await?;
        let managed = record.managed.filter(|_| record.state.carried_out()).ok_or(DeskError::UnknownOperation)?;
        let sets = self.store.operation_sets(permit.scope(), id).await.map_err(fault)?;
        let deleted = |outcome: &Outcome| *outcome == Outcome::LeftOut(Fault::Deleted);
        let failed = |outcome: &Outcome| matches!(outcome, Outcome::LeftOut(_)) && !deleted(outcome);
        let members: IdSet =
            sets.iter().filter(|(outcome, _)| failed(outcome)).flat_map(|(_, members)| members.iter()).collect();
        if members.is_empty() {
            return Err(DeskError::EmptySelection);
        }
        self.freeze(permit, members, managed).await
    }

    /// The regions of the selected people.
    ///
    /// # Errors
    /// As [`Desk::manage_sheet`]; [`DeskError::Forbidden`] for whoever does not edit people.
    pub async fn region_choice(&self, actor: &Actor, id: OperationId) -> Result<RegionChoice, DeskError> {
        let permit = &self.permit(actor, Capability::EditPeople).await?;
        let (_, _, members) = self.frozen(permit, id).await?;
        let scope = permit.scope();
        let said = self.store.regions(scope, &members).await.map_err(fault)?;
        Ok(RegionChoice {
            operation: id,
            people: said.iter().map(|(_, count)| count).sum(),
            said,
            usual: self.store.region(scope).await.map_err(fault)?,
            names: self.first_names(permit, &members).await?,
        })
    }

    /// Says where all of the selected people are; `None` for where the organisation is.
    ///
    /// # Errors
    /// As [`Desk::region_choice`].
    pub async fn keep_region(&self, actor: &Actor, id: OperationId, region: Option<Region>) -> Result<u64, DeskError> {
        let permit = &self.permit(actor, Capability::EditPeople).await?;
        self.seen(permit, id).await?;
        let mut transaction = self.begin(permit).await?;
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        self.check_draft(permit, &record)?;
        let members = everybody(&transaction.operation_sets(id).await.map_err(fault)?);
        let people = transaction.holdings(&members, None).await.map_err(fault)?;
        check_covered_holders(&people, covered_in(&mut *transaction, permit).await.map_err(fault)?.as_ref())?;
        let living = people.iter().filter(|class| !class.deleted);
        let members: IdSet = living.flat_map(|class| class.members.iter()).collect();
        let count = transaction.keep_region(&members, region).await.map_err(fault)?;
        let details = json!({ "region": region, "count": count, "ids": members.to_string() });
        self.tell(&mut *transaction, permit, "members.region_changed", Object::Members(members), details).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(count)
    }

    /// The people of an operation over several products, a page of them; `None` if it is of another kind.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`].
    pub async fn managed_report(
        &self,
        actor: &Actor,
        id: OperationId,
        page: u32,
    ) -> Result<Option<(ManagedReport, u32, u32)>, DeskError> {
        let permit = &self.permit(actor, Capability::People).await?;
        let record = self.seen(permit, id).await?;
        if !matches!(record.kind, Kind::Manage | Kind::UndoManage) {
            return Ok(None);
        }
        let sets = self.store.operation_sets(permit.scope(), id).await.map_err(fault)?;
        let of =
            |fits: fn(&Outcome) -> bool| everybody_of(sets.iter().filter(|(outcome, _)| fits(outcome))).len() as u64;
        let counts = (
            of(|outcome| matches!(outcome, Outcome::LeftOut(_))),
            of(|outcome| *outcome == Outcome::Accepted),
            of(|outcome| *outcome == Outcome::Unchanged),
        );
        let total = counts.0 + counts.1 + counts.2;
        let last_page = u32::try_from(total.div_ceil(ROWS as u64)).unwrap_or(u32::MAX).max(1);
        let page = page.clamp(1, last_page);
        let rows = self.managed_rows(permit, id, &sets, (page as usize - 1) * ROWS, ROWS).await?;
        let gone = sets.iter().filter(|(outcome, _)| *outcome == Outcome::LeftOut(Fault::Deleted));
        let gone: u64 = gone.map(|(_, members)| members.len() as u64).sum();
        let may = permit.may(Capability::Issue) || permit.may(Capability::Revoke);
        let again = may && record.kind == Kind::Manage && record.state.carried_out() && counts.0 > gone;
        let own = record.is_of(permit.account());
        let wish = record.managed.map(|managed| managed.wish).unwrap_or_default();
        let products = self.store.assortment().await.map_err(fault)?;
        Ok(Some((ManagedReport { rows, counts, wish, products, again, own }, page, last_page)))
    }

    /// A part of its export, from place `from`.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`].
    pub async fn managed_export(
        &self,
        actor: &Actor,
        id: OperationId,
        from: usize,
    ) -> Result<Option<ManagedChunk>, DeskError> {
        let permit = &self.permit(actor, Capability::People).await?;
        let record = self.seen(permit, id).await?;
        if !matches!(record.kind, Kind::Manage | Kind::UndoManage) {
            return Ok(None);
        }
        if from == 0 {
            self.tell_export(permit, "report.exported", Object::Report(id), json!({})).await?;
        }
        let sets = self.store.operation_sets(permit.scope(), id).await.map_err(fault)?;
        let rows = self.managed_rows(permit, id, &sets, from, CHUNK).await?;
        let next = from + rows.len();
        let total = everybody(&sets).len();
        let assortment = self.store.assortment().await.map_err(fault)?;
        let carried_out = record.state.carried_out();
        let own = record.managed.as_ref().filter(|_| record.undoes.is_none());
        let own = own.map(|managed| managed.wish.clone()).unwrap_or_default();
        let first = match record.undoes {
            Some(first) => self.store.operation(permit.scope(), first).await.map_err(fault)?,
            None => Some(record),
        };
        let wish = first.and_then(|record| record.managed).map(|managed| managed.wish).unwrap_or_default();
        // What needs them may have gone with them.
        let needs = |known: &RuledProduct| known.rules.requires.iter().any(|required| wish.get(*required).is_some());
        let concerned = |known: &&RuledProduct| wish.get(known.product.id).is_some() || needs(known);
        let products = assortment.iter().filter(concerned).cloned().collect();
        let next = (next < total && !rows.is_empty()).then_some(next);
        Ok(Some(ManagedChunk { rows, products, all: assortment, wish: own, carried_out, next }))
    }

    async fn managed_rows(
        &self,
        permit: &Permit<'_>,
        id: OperationId,
        sets: &[(Outcome, IdSet)],
        mut offset: usize,
        limit: usize,
    ) -> Result<Vec<ManagedRow>, DeskError> {
        let scope = permit.scope();
        let mut found: Vec<(Outcome, MemberBrief)> = Vec::new();
        let mut told = IdSet::EMPTY;
        for (outcome, members) in sets {
            // Whoever is left out for several reasons comes once.
            let members = &members.minus(&told);
            told = told.or(members);
            let skipped = offset.min(members.len());
            offset -= skipped;
            let room = limit - found.len();
            if skipped == members.len() || room == 0 {
                continue;
            }
            let by_name = members.len() <= SORTED;
            let wanted =
                if by_name { members.clone() } else { members.iter().skip(skipped).take(room).collect::<IdSet>() };
            let briefs = self.store.briefs(scope, &wanted).await.map_err(fault)?;
            let briefs = briefs.into_iter().skip(if by_name { skipped } else { 0 }).take(room);
            found.extend(briefs.map(|brief| (*outcome, brief)));
        }
        let shown: IdSet = found.iter().map(|(_, brief)| brief.id.0).collect();
        let mut turns: BTreeMap<i64, Vec<Turn>> = BTreeMap::new();
        for turn in self.store.turns(scope, id, &shown).await.map_err(fault)? {
            turns.entry(turn.member).or_default().push(turn);
        }
        let holdings = self.store.holdings(scope, &shown, None).await.map_err(fault)?;
        let row = |(outcome, brief): (Outcome, MemberBrief)| ManagedRow {
            outcome,
            faults: sets
                .iter()
                .filter_map(|(why, members)| why.fault().filter(|_| members.contains(brief.id.0)))
                .collect(),
            name: brief.name.short(),
            email: brief.email,
            turns: turns.remove(&brief.id.0).unwrap_or_default(),
            holds: holdings
                .iter()
                .find(|class| class.members.contains(brief.id.0))
                .map(|class| class.held.iter().map(|seat| seat.product).collect())
                .unwrap_or_default(),
        };
        Ok(found.into_iter().map(row).collect())
    }
}

async fn facts_in(transaction: &mut dyn Transaction, members: &IdSet) -> Result<Facts, DeskError> {
    let region = transaction.region().await.map_err(fault)?;
    Ok(Facts {
        assortment: transaction.assortment().await.map_err(fault)?,
        pools: transaction.pools().await.map_err(fault)?,
        people: transaction.holdings(members, region).await.map_err(fault)?,
    })
}

/// Why a plan cannot be carried out by anybody.
fn check_ready(plan: &ManagePlan) -> Result<(), Refusal> {
    if let Some(short) = plan.short.first() {
        return Err(Refusal::ProductExhausted { product: short.product, left: short.left, wanted: short.wanted });
    }
    if plan.accepted.is_empty() { Err(Refusal::NobodyFits) } else { Ok(()) }
}
