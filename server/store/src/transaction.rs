//! One unit of work of one organisation.

use async_trait::async_trait;
use domain::{
    AccountId, ApprovalRules, Assortment, AuthorityFault, Decision, GroupId, Holding, IdSet, Instant, Kind, LetterId,
    LetterKind, LinkFault, ManagePlan, MemberId, Mismatch, NewMember, NewOrder, Notifications, OperationId,
    OperationState, Order, OrderId, OrderState, OrganizationId, Outcome, Payment, Pool, PoolId, Refusal, Region,
    RegistrationForm, Selection, Seller, Snapshot, TaskClass, TaskId, TaskState,
};
use service::ports::{
    AskedTask, AuditHead, AuditRecord, CatalogueProduct, Invited, Invitee, KeyCheck, Managed, ManagedSeats, NewLetter,
    NewOperation, NewPool, OperationRecord, Standing, Steps, StoreResult, Transaction, UndoFacts,
};
use sqlx::Any;

use crate::dialect::Backend;
use crate::operations::Settlement;
use crate::sql::Conn;
use crate::{
    accounts, assignments, audit, certificates, installation, keys, letters, manage, members, operations, orders,
    organizations, rules, stock,
};

/// Rolls back when dropped.
pub(crate) struct SqlTransaction {
    pub backend: Backend,
    pub organization: OrganizationId,
    pub head: AuditHead,
    pub raw: sqlx::Transaction<'static, Any>,
}

impl SqlTransaction {
    pub fn conn(&mut self) -> Conn<'_> {
        Conn { backend: self.backend, raw: &mut self.raw }
    }
}

#[async_trait]
impl Transaction for SqlTransaction {
    async fn snapshot(&mut self, group: &str, selection: &Selection) -> StoreResult<Snapshot> {
        let organization = self.organization;
        members::snapshot(&mut self.conn(), organization, group, selection).await
    }

    async fn pool(&mut self, id: PoolId) -> StoreResult<Option<Pool>> {
        let organization = self.organization;
        stock::find(&mut self.conn(), organization, id).await
    }

    async fn pools(&mut self) -> StoreResult<Vec<Pool>> {
        let organization = self.organization;
        stock::pools(&mut self.conn(), organization).await
    }

    async fn assortment(&mut self) -> StoreResult<Assortment> {
        rules::assortment(&mut self.conn()).await
    }

    async fn region(&mut self) -> StoreResult<Option<Region>> {
        let organization = self.organization;
        organizations::region(&mut self.conn(), organization).await
    }

    async fn holdings(&mut self, members: &IdSet, region: Option<Region>) -> StoreResult<Vec<Holding>> {
        let organization = self.organization;
        members::holdings(&mut self.conn(), organization, members, region).await
    }

    async fn keep_region(&mut self, members: &IdSet, region: Option<Region>) -> StoreResult<u64> {
        let organization = self.organization;
        members::keep_region(&mut self.conn(), organization, members, region).await
    }

    async fn keep_wish(&mut self, id: OperationId, managed: &Managed) -> StoreResult<()> {
        let organization = self.organization;
        operations::keep_wish(&mut self.conn(), organization, id, managed).await
    }

    async fn refreeze(&mut self, id: OperationId, sets: &[(Outcome, IdSet)], digest: &str) -> StoreResult<()> {
        let organization = self.organization;
        operations::refreeze(&mut self.conn(), organization, id, sets, digest).await
    }

    async fn manage(
        &mut self,
        operation: OperationId,
        plan: &ManagePlan,
        pools: &[Pool],
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        manage::manage(&mut self.conn(), organization, operation, plan, pools, at).await
    }

    async fn managed_seats(&mut self, operation: OperationId) -> StoreResult<ManagedSeats> {
        let organization = self.organization;
        manage::seats(&mut self.conn(), organization, operation).await
    }

    async fn unmanage(
        &mut self,
        operation: OperationId,
        undone: OperationId,
        ends: &[(PoolId, IdSet)],
        restores: &[(PoolId, IdSet)],
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        manage::unmanage(&mut self.conn(), organization, operation, undone, ends, restores, at).await
    }

    async fn covered(&mut self, groups: &[GroupId]) -> StoreResult<IdSet> {
        let organization = self.organization;
        members::covered(&mut self.conn(), organization, groups).await
    }

    async fn tasks_covered(&mut self, groups: &[GroupId]) -> StoreResult<IdSet> {
        let organization = self.organization;
        certificates::covered(&mut self.conn(), organization, groups).await
    }

    async fn holders(&mut self, pool: &Pool) -> StoreResult<(IdSet, IdSet)> {
        let organization = self.organization;
        assignments::holders(&mut self.conn(), organization, pool).await
    }

    async fn operation(&mut self, id: OperationId) -> StoreResult<Option<OperationRecord>> {
        let organization = self.organization;
        operations::find(&mut self.conn(), organization, id).await
    }

    async fn operation_sets(&mut self, id: OperationId) -> StoreResult<Vec<(Outcome, IdSet)>> {
        let organization = self.organization;
        operations::sets(&mut self.conn(), organization, id).await
    }

    async fn operation_seats(&mut self, id: OperationId) -> StoreResult<Vec<(PoolId, IdSet)>> {
        let organization = self.organization;
        operations::seats(&mut self.conn(), organization, id).await
    }

    async fn insert_operation(
        &mut self,
        operation: &NewOperation,
        sets: &[(Outcome, IdSet)],
        seats: &[(PoolId, IdSet)],
    ) -> StoreResult<OperationId> {
        let organization = self.organization;
        operations::insert(&mut self.conn(), organization, operation, sets, seats).await
    }

    async fn settle_operation(
        &mut self,
        id: OperationId,
        from: OperationState,
        to: OperationState,
        pool: Option<PoolId>,
        failure: Option<Refusal>,
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        operations::settle(&mut self.conn(), organization, id, &Settlement { from, to, pool, failure, at }).await
    }

    async fn issue(&mut self, operation: OperationId, pool: &Pool, members: &IdSet, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        assignments::issue(&mut self.conn(), organization, operation, pool, members, at).await
    }

    async fn revoke(&mut self, operation: OperationId, seats: &[(PoolId, IdSet)], at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        assignments::revoke(&mut self.conn(), organization, operation, seats, at).await
    }

    async fn renew(
        &mut self,
        operation: OperationId,
        pool: &Pool,
        members: &IdSet,
        seats: &[(PoolId, IdSet)],
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        assignments::renew(&mut self.conn(), organization, operation, pool, members, seats, at).await
    }

    async fn undo_renewal(
        &mut self,
        operation: OperationId,
        undone: OperationId,
        given: &[(PoolId, IdSet)],
        taken: &[(PoolId, IdSet)],
        group: &str,
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        let mut conn = self.conn();
        assignments::end(&mut conn, organization, operation, given, at).await?;
        assignments::restore(&mut conn, organization, operation, undone, taken, at).await?;
        assignments::move_tasks(&mut conn, organization, operation, group).await
    }

    async fn undo_facts(
        &mut self,
        operation: OperationId,
        kind: Kind,
        group: &str,
        members: &IdSet,
    ) -> StoreResult<UndoFacts> {
        let organization = self.organization;
        let mut conn = self.conn();
        let everybody = Selection::of_ids(members.clone());
        Ok(UndoFacts {
            snapshot: members::snapshot(&mut conn, organization, group, &everybody).await?,
            seats: match kind {
                Kind::Renew => assignments::seats(&mut conn, organization, operation, Kind::Revoke).await?,
                kind => assignments::seats(&mut conn, organization, operation, kind).await?,
            },
            given: match kind {
                Kind::Renew => assignments::seats(&mut conn, organization, operation, Kind::Issue).await?,
                _ => Vec::new(),
            },
        })
    }

    async fn restore(
        &mut self,
        operation: OperationId,
        undone: OperationId,
        seats: &[(PoolId, IdSet)],
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        assignments::restore(&mut self.conn(), organization, operation, undone, seats, at).await
    }

    async fn task_classes(&mut self, tasks: &IdSet) -> StoreResult<Vec<TaskClass>> {
        let organization = self.organization;
        certificates::classes(&mut self.conn(), organization, tasks).await
    }

    async fn invited(&mut self, hash: &str) -> StoreResult<Option<Invited>> {
        let organization = self.organization;
        let invited = certificates::invited(&mut self.conn(), hash).await?;
        Ok(invited.filter(|invited| invited.organization == organization))
    }

    async fn asked_task(&mut self, id: TaskId) -> StoreResult<Option<AskedTask>> {
        let organization = self.organization;
        certificates::asked(&mut self.conn(), organization, id).await
    }

    async fn turning(&mut self, state: TaskState, now: Instant) -> StoreResult<IdSet> {
        let organization = self.organization;
        certificates::turning(&mut self.conn(), organization, state, now).await
    }

    async fn note_link_fault(&mut self, id: TaskId, fault: LinkFault) -> StoreResult<bool> {
        let organization = self.organization;
        certificates::note_link_fault(&mut self.conn(), organization, id, fault).await
    }

    async fn note_authority_fault(&mut self, id: TaskId, fault: Option<AuthorityFault>) -> StoreResult<bool> {
        let organization = self.organization;
        certificates::note_authority_fault(&mut self.conn(), organization, id, fault).await
    }

    async fn withdraw_again(&mut self, id: TaskId, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        certificates::withdraw_again(&mut self.conn(), organization, id, at).await
    }

    async fn take_steps(&mut self, steps: &Steps<'_>) -> StoreResult<()> {
        let organization = self.organization;
        certificates::take_steps(&mut self.conn(), organization, steps).await
    }

    async fn invitees(&mut self, tasks: &IdSet) -> StoreResult<Vec<Invitee>> {
        let organization = self.organization;
        certificates::invitees(&mut self.conn(), organization, tasks).await
    }

    async fn keep_invitations(&mut self, hashes: &[(TaskId, String)], until: Instant) -> StoreResult<()> {
        let organization = self.organization;
        certificates::keep_invitations(&mut self.conn(), organization, hashes, until).await
    }

    async fn insert_order(
        &mut self,
        account: domain::AccountId,
        order: &NewOrder,
        seller: &Seller,
        at: Instant,
    ) -> StoreResult<OrderId> {
        let organization = self.organization;
        orders::insert(&mut self.conn(), organization, account, order, seller, at).await
    }

    async fn turn_to(&mut self, organization: OrganizationId) -> StoreResult<()> {
        self.head = organizations::open(&mut self.conn(), organization).await?;
        self.organization = organization;
        Ok(())
    }

    async fn keep_catalogue(&mut self, seller: Option<&Seller>, products: &[CatalogueProduct]) -> StoreResult<()> {
        let mut conn = self.conn();
        if let Some(seller) = seller {
            orders::keep_seller(&mut conn, seller).await?;
        }
        let mut kept = Vec::with_capacity(products.len());
        for product in products {
            kept.push((orders::keep_product(&mut conn, product).await?, &product.rules));
        }
        rules::keep(&mut conn, &kept).await
    }

    async fn order(&mut self, id: OrderId) -> StoreResult<Option<Order>> {
        let organization = self.organization;
        orders::find(&mut self.conn(), organization, id).await
    }

    async fn settle_order(&mut self, id: OrderId, state: OrderState, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        orders::settle(&mut self.conn(), organization, id, state, at).await
    }

    async fn add_pool(&mut self, order: Option<OrderId>, pool: &NewPool) -> StoreResult<PoolId> {
        let organization = self.organization;
        let mut conn = self.conn();
        let id = orders::add_pool(&mut conn, organization, pool).await?;
        if let Some(order) = order {
            orders::becomes(&mut conn, organization, order, pool.product, id).await?;
        }
        Ok(id)
    }

    async fn key_tries(&mut self, since: Instant) -> StoreResult<(u64, Option<Instant>)> {
        let organization = self.organization;
        keys::tries(&mut self.conn(), organization, since).await
    }

    async fn keep_try(&mut self, at: Instant) -> StoreResult<i64> {
        let organization = self.organization;
        keys::keep_try(&mut self.conn(), organization, at).await
    }

    async fn forget_try(&mut self, id: i64) -> StoreResult<()> {
        let organization = self.organization;
        keys::forget_try(&mut self.conn(), organization, id).await
    }

    async fn keep_key_check(
        &mut self,
        account: AccountId,
        key: i64,
        token_hash: &[u8; 32],
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        keys::keep_check(&mut self.conn(), organization, account, key, token_hash, at).await
    }

    async fn key_check(
        &mut self,
        account: AccountId,
        token_hash: &[u8; 32],
        now: Instant,
    ) -> StoreResult<Option<KeyCheck>> {
        let organization = self.organization;
        keys::checked(&mut self.conn(), organization, account, token_hash, now).await
    }

    async fn use_key(
        &mut self,
        key: i64,
        pool: PoolId,
        owner: &RegistrationForm,
        account: AccountId,
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        let mut conn = self.conn();
        keys::take(&mut conn, organization, key, pool, owner, account, at).await?;
        keys::forget_checks(&mut conn, organization, account, at).await
    }

    async fn insert_payment(
        &mut self,
        payment: &Payment,
        order: Result<OrderId, Mismatch>,
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        orders::insert_payment(&mut self.conn(), Some(organization), payment, order, at).await
    }

    async fn ask_approval(
        &mut self,
        id: OperationId,
        pool: Option<PoolId>,
        at: Instant,
        until: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        operations::ask_approval(&mut self.conn(), organization, id, pool, at, until).await
    }

    async fn decide(
        &mut self,
        id: OperationId,
        by: AccountId,
        decision: (Decision, &str),
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        operations::decide(&mut self.conn(), organization, id, by, decision, at).await
    }

    async fn approval_rules(&mut self) -> StoreResult<ApprovalRules> {
        let organization = self.organization;
        operations::rules(&mut self.conn(), organization).await
    }

    async fn keep_approval_rules(&mut self, rules: ApprovalRules) -> StoreResult<()> {
        let organization = self.organization;
        operations::keep_rules(&mut self.conn(), organization, rules).await
    }

    async fn notifications(&mut self) -> StoreResult<Option<Notifications>> {
        let organization = self.organization;
        letters::notifications(&mut self.conn(), organization).await
    }

    async fn keep_notifications(&mut self, notifications: &Notifications) -> StoreResult<()> {
        let organization = self.organization;
        letters::keep_notifications(&mut self.conn(), organization, notifications).await
    }

    async fn count_accounts(&mut self) -> StoreResult<u64> {
        let organization = self.organization;
        accounts::count(&mut self.conn(), organization).await
    }

    async fn accounts(&mut self) -> StoreResult<Vec<Standing>> {
        let organization = self.organization;
        accounts::all(&mut self.conn(), organization).await
    }

    async fn insert_letters(&mut self, letters: &[NewLetter], at: Instant) -> StoreResult<u64> {
        let organization = self.organization;
        letters::insert(&mut self.conn(), organization, letters, at).await
    }

    async fn retry_letter(&mut self, id: LetterId, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        letters::retry(&mut self.conn(), organization, id, at).await
    }

    async fn retry_failed(&mut self, at: Instant) -> StoreResult<u64> {
        let organization = self.organization;
        letters::retry_failed(&mut self.conn(), organization, at).await
    }

    async fn forget_told(&mut self, kind: LetterKind, about: &str) -> StoreResult<()> {
        let organization = self.organization;
        letters::forget_told(&mut self.conn(), organization, kind, about).await
    }

    async fn add_member(&mut self, member: &NewMember, at: Instant) -> StoreResult<MemberId> {
        let organization = self.organization;
        members::add(&mut self.conn(), organization, member, at).await
    }

    async fn delete_members(&mut self, members: &IdSet, at: Instant) -> StoreResult<u64> {
        let organization = self.organization;
        members::delete(&mut self.conn(), organization, members, at).await
    }

    fn audit_head(&self) -> AuditHead {
        self.head
    }

    async fn append_audit(&mut self, entry: &AuditRecord) -> StoreResult<()> {
        let (organization, head) = (self.organization, self.head);
        self.head = audit::append(&mut self.conn(), organization, head, entry).await?;
        Ok(())
    }

    async fn open_installation_log(&mut self) -> StoreResult<AuditHead> {
        installation::open(&mut self.conn()).await
    }

    async fn installation_count(&mut self, since: Instant, object: &str, address: &str) -> StoreResult<(u64, u64)> {
        installation::count(&mut self.conn(), since, object, address).await
    }

    async fn append_installation(&mut self, entry: &AuditRecord) -> StoreResult<()> {
        installation::append(&mut self.conn(), entry).await
    }

    async fn commit(self: Box<Self>) -> StoreResult<()> {
        crate::commit(self.raw).await
    }
}
