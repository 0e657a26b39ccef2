//! What the desk needs from outside: a store, a clock, a source of randomness. `store` and `server` bring them.

mod accounts;
mod applications;
mod authority;
mod connections;
mod identity;
mod news;
mod partners;
mod tasks;

use async_trait::async_trait;
use domain::{
    Account, Approval, ApprovalRules, Assortment, AuthorityFault, Capability, Channel, Decision, Deed, Delivery, Email,
    Group, GroupId, Held, Holder, Holding, IdSet, Instant, JournalFilter, Kind, Kopecks, Language, Letter, LetterId,
    LetterKind, LetterRow, LetterState, LetterTry, LinkFault, ManagePlan, MemberId, Mismatch, NewKey, NewMember,
    NewOrder, Notifications, Offer, OperationId, OperationState, Order, OrderId, OrderState, OrganizationId, Outcome,
    Payment, PaymentOutcome, Plan, Pool, PoolId, Product, ProductId, ProductRules, Reason, Refusal, Region, Registered,
    RegistrationForm, SeatFlow, SeatOf, Selection, Seller, Snapshot, Sort, Task, TaskClass, TaskFilter, TaskId,
    TaskRow, TaskState, TaskView, Trial, Wish,
};

use crate::roster::PersonText;

pub use accounts::{
    AccountRecord, AccountWrites, Accounts, FactorRecord, InvitedAccount, Limit, PasskeyFound, PasskeyRecord,
    PasskeyState, Purpose, RecoveryCodes, SessionEnded, SessionFound, SessionRecord, Sessions, Standing, Ticket,
};
pub use applications::{ApplicationWrites, Applications, Settled, Words};
pub use authority::{Authority, AuthorityError, CertificateRequest, Identify, RequestState};
pub use connections::{AddressFound, ConnectionRecord, ConnectionWrites, Connections, DraftRecord};
pub use identity::{Begun, Flow, Identities, Identity, IdentityError, IdentityProvider, IdentityWrites, Linking};
pub use news::{NewsBoard, NewsWrites, Subscriber};
pub use partners::{FailedOperation, PartnerWrites, Partners};
pub use tasks::{AskedTask, Certificate, Invited, Invitee, StepAuthor, Steps};

/// Why the store could not answer. What the database itself said stays in its log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Locked by other work, or a serialisation failure: nothing was changed, trying again helps.
    #[error("the database is busy")]
    Busy,
    /// Not there, or lost in the middle: what was not acknowledged was not done.
    #[error("the database is not reachable")]
    Unavailable,
    /// Invariant 1: the pool has too few seats left.
    #[error("the pool has too few seats")]
    SeatsShort,
    /// Invariant 2: a member already holds a licence of the exclusive group.
    #[error("a member already holds a licence of this group")]
    SeatTaken,
    /// A pool's term ends before it begins.
    #[error("the term ends before it begins")]
    TermBackwards,
    /// Another living member of the organisation has the e-mail.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// Lost while it was being made good: done or not, nobody knows before asking again.
    #[error("it is not known whether it was done")]
    OutcomeUnknown,
    /// The row was changed or is gone since it was read.
    #[error("the row has changed")]
    Conflict,
    /// A fault: logged where it happened.
    #[error("the store failed")]
    Broken,
}

pub type StoreResult<T> = Result<T, StoreError>;

/// A living person as the [roster](crate::roster) keeps him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFacts {
    pub id: i64,
    pub employment: domain::Employment,
    pub last_active: Option<Instant>,
    pub text: PersonText,
    /// By product.
    pub held: Vec<Held>,
    /// In the order of the tabs.
    pub groups: Vec<GroupId>,
}

/// What columns are sorted by that people have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// In the order of the tabs.
    pub groups: Vec<GroupId>,
    pub products: Vec<Product>,
}

impl Layout {
    /// The place of a group among the tabs.
    #[must_use]
    pub fn position(&self, group: GroupId) -> Option<i64> {
        self.groups.iter().position(|known| *known == group).and_then(|place| i64::try_from(place).ok())
    }

    /// Whether a product is a signature.
    #[must_use]
    pub fn signs(&self, product: ProductId) -> bool {
        let signs = |known: &Product| known.id == product && known.exclusive_group == domain::SIGNATURE_GROUP;
        self.products.iter().any(signs)
    }

    /// The place of a product's label among all labels.
    #[must_use]
    pub fn label(&self, product: ProductId) -> Option<i64> {
        let label = &self.products.iter().find(|known| known.id == product)?.label;
        i64::try_from(self.products.iter().filter(|other| other.label < *label).count()).ok()
    }
}

/// What has become of an organisation's people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// As [`Store::version`], of the state in which all of this was read.
    pub version: i64,
    /// Given if `people` is everybody: whatever was known before is to be forgotten.
    pub whole: Option<Layout>,
    /// Whoever is new or changed in what is his own.
    pub people: Vec<PersonFacts>,
    /// Whoever is deleted.
    pub gone: IdSet,
    /// What is held by those whose licences may have changed.
    pub held: Vec<(i64, Vec<Held>)>,
}

/// A person as reports name them; deleted ones too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberBrief {
    pub id: MemberId,
    pub name: domain::PersonName,
    pub email: String,
}

/// An operation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRecord {
    pub id: OperationId,
    pub kind: Kind,
    pub state: OperationState,
    /// `None` for the installation's own.
    pub account: Option<Account>,
    pub pool: Option<PoolId>,
    pub created_at: Instant,
    pub expires_at: Instant,
    /// When it was carried out, or failed.
    pub settled_at: Option<Instant>,
    pub accepted: u64,
    pub rejected: u64,
    pub digest: String,
    pub undoes: Option<OperationId>,
    pub undone_by: Option<OperationId>,
    /// Why it failed, if it did.
    pub failure: Option<Refusal>,
    /// If a second person was asked: the state tells what became of it.
    pub approval: Option<Approval>,
    /// Of a preview: [`Store::version`] as it was before the people were read.
    pub basis: Option<i64>,
    /// Of one over several products.
    pub managed: Option<Managed>,
}

/// What is wished of several products, and in which order of the table the people were chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed {
    pub wish: Wish,
    pub sort: Sort,
}

impl OperationRecord {
    /// What one has to be allowed to carry it out.
    #[must_use]
    pub fn needs(&self) -> &'static [Capability] {
        self.managed.as_ref().map_or(self.kind.needs(), |managed| managed.wish.needs())
    }

    /// Whether this account began it.
    #[must_use]
    pub fn is_of(&self, account: &Account) -> bool {
        self.account.as_ref().is_some_and(|author| author.id == account.id)
    }
}

/// An operation to be written: a preview, or an undo (which is born done).
#[derive(Clone, Debug)]
pub struct NewOperation {
    pub kind: Kind,
    pub state: OperationState,
    /// As [`OperationRecord::account`].
    pub account: Option<domain::AccountId>,
    pub pool: Option<PoolId>,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub settled_at: Option<Instant>,
    pub digest: String,
    pub undoes: Option<OperationId>,
    /// As [`OperationRecord::basis`].
    pub basis: Option<i64>,
    /// Of a list of e-mails: those of nobody. They count as rejected.
    pub strangers: Vec<(Reason, Vec<String>)>,
}

/// An entry of the audit log, chained by hash: `hash = SHA-256(previous ‖ canonical entry)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// From 1, without gaps, per organisation.
    pub seq: i64,
    pub at: Instant,
    /// `None` for what the installation itself did.
    pub account: Option<domain::AccountId>,
    /// Whence it was done, if somebody did it.
    pub address: Option<String>,
    /// `operation.done`, `member.added`, …
    pub action: String,
    /// What it was done to: an [`crate::Object`].
    pub object: String,
    /// JSON: numbers, codes, and what was changed as it was before and is now. Secrets never.
    pub details: String,
    pub hash: [u8; 32],
}

/// The end of an organisation's audit chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    pub seq: i64,
    pub hash: [u8; 32],
}

/// A seat that an operation gave or took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub pool: PoolId,
    pub member: i64,
    pub assignment: i64,
}

/// A product with how it is sold. The id of a new one is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueProduct {
    pub product: Product,
    /// `None` for what is not sold.
    pub price: Option<Kopecks>,
    pub term_months: Option<u16>,
    pub trial: Option<Trial>,
    pub rules: ProductRules,
}

/// What became of a person's licence of one product in an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub member: i64,
    pub product: ProductId,
    pub turned: Turned,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turned {
    /// With these service plans.
    Given(domain::Plans),
    Taken,
    /// Given and taken: to these service plans.
    Replanned(domain::Plans),
}

/// Seats of an operation over several products, by member and product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagedSeats {
    /// Those that it gave.
    pub given: Vec<SeatOf>,
    /// What is held of these, or of what an undo gave back of them.
    pub standing: Vec<SeatOf>,
    /// Those that it took.
    pub taken: Vec<SeatOf>,
}

/// Stock to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPool {
    pub product: ProductId,
    pub code: domain::PoolCode,
    pub total: u64,
    pub valid_from: Instant,
    pub valid_until: Option<Instant>,
    pub trial: bool,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    pub id: i64,
    /// PHC string.
    pub pin_hash: String,
    pub product: ProductId,
    pub seats: u64,
    pub term_months: Option<u16>,
    pub used: bool,
}

/// A key whose number and PIN an account has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCheck {
    pub key: i64,
    pub number: String,
    pub product: ProductId,
    pub title: String,
    pub seats: u64,
    pub term_months: Option<u16>,
}

/// A payment that pays no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedPayment {
    pub payment: Payment,
    pub recorded_at: Instant,
    pub mismatch: Mismatch,
}

/// A letter to be kept in the outbox.
#[derive(Clone, Debug)]
pub struct NewLetter {
    pub letter: Letter,
    pub language: Language,
    pub to: String,
    /// When it is to go.
    pub due: Instant,
}

/// A letter that somebody is about to send: nobody else will for a while.
#[derive(Clone, Debug)]
pub struct DueLetter {
    pub id: LetterId,
    pub organization: OrganizationId,
    pub organization_name: String,
    pub language: Language,
    pub to: String,
    pub letter: Letter,
    pub written: Instant,
    /// With this one, from 1.
    pub tries: u64,
    /// What is set under «Уведомления» now.
    pub notifications: Option<Notifications>,
}

/// What an undo starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UndoFacts {
    /// Facts on the members that the operation had touched, as they are now; deleted ones too.
    pub snapshot: Snapshot,
    /// Of an issue: the seats that it gave and that are still active. Of a revoke or a renewal: the seats that it took.
    /// By pool, then by member.
    pub seats: Vec<Seat>,
    /// Of a renewal: the seats that it gave and that are still active.
    pub given: Vec<Seat>,
}

/// Reading, each call consistent in itself; and the door to writing.
#[async_trait]
pub trait Store: Accounts + Applications + Connections + Identities + NewsBoard + Partners + 'static {
    /// Settles previews that waited too long as expired, and throws away the people of those that came to nothing
    /// before `long_ago`.
    async fn expire_previews(&self, now: Instant, long_ago: Instant) -> StoreResult<u64>;

    /// The number of the last audit entry. Every change of people, seats and stock writes one, so whatever is remembered
    /// is remembered by this number; a preview changes nothing and writes none.
    async fn version(&self, organization: OrganizationId) -> StoreResult<i64>;
    /// In the order of the tabs.
    async fn groups(&self, organization: OrganizationId) -> StoreResult<Vec<Group>>;
    /// The catalogue, by id.
    async fn products(&self) -> StoreResult<Vec<Product>>;
    /// Pools of all organisations whose term has ended at `now` and of which somebody holds a seat.
    async fn ended_pools(&self, now: Instant) -> StoreResult<Vec<(OrganizationId, PoolId)>>;
    /// When, after `now`, the next term of a pool of which somebody holds a seat ends.
    async fn next_end(&self, now: Instant) -> StoreResult<Option<Instant>>;
    /// By id.
    async fn pools(&self, organization: OrganizationId) -> StoreResult<Vec<Pool>>;
    /// By pool, then by day in Moscow. Whoever got his seat back by an undo never lost it.
    async fn seat_flows(&self, organization: OrganizationId) -> StoreResult<Vec<SeatFlow>>;
    /// What is sold, by id.
    async fn offers(&self) -> StoreResult<Vec<Offer>>;
    /// Who sells; `None` as long as the operator has not said it.
    async fn seller(&self) -> StoreResult<Option<Seller>>;
    async fn catalogue(&self) -> StoreResult<Vec<CatalogueProduct>>;
    /// The catalogue with its rules.
    async fn assortment(&self) -> StoreResult<Assortment>;
    /// Where an organisation is: as was said, or else by the ИНН of its last order.
    async fn region(&self, organization: OrganizationId) -> StoreResult<Option<Region>>;
    /// What these people hold of all products, deleted people too; unknown ids are missing. Whose region is not known is in
    /// `region`.
    async fn holdings(
        &self,
        organization: OrganizationId,
        members: &IdSet,
        region: Option<Region>,
    ) -> StoreResult<Vec<Holding>>;
    /// What an operation has done to the licences of these people, by member and product.
    async fn turns(&self, organization: OrganizationId, id: OperationId, members: &IdSet) -> StoreResult<Vec<Turn>>;
    /// The regions of these people that were said, each with how many there are.
    async fn regions(&self, organization: OrganizationId, members: &IdSet) -> StoreResult<Vec<(Option<Region>, u64)>>;
    /// Starts a write for the installation: [`Transaction::turn_to`] leads to each organisation concerned, in the order
    /// of their ids.
    async fn begin_installation(&self) -> StoreResult<Box<dyn Transaction>>;
    async fn organizations(&self) -> StoreResult<Vec<OrganizationId>>;
    /// Orders, newest first, below `before` if given.
    async fn orders(
        &self,
        organization: OrganizationId,
        before: Option<OrderId>,
        limit: u32,
    ) -> StoreResult<Vec<Order>>;
    async fn order(&self, organization: OrganizationId, id: OrderId) -> StoreResult<Option<Order>>;
    /// Which order each pool that was bought is of.
    async fn pool_orders(&self, organization: OrganizationId) -> StoreResult<Vec<(PoolId, OrderId)>>;
    /// The key of a number, in the form of [`domain::key_number`].
    async fn key(&self, number: &str) -> StoreResult<Option<KeyRecord>>;
    /// What an account has shown by the token of this hash, if it is not over and nobody has used the key.
    async fn key_check(
        &self,
        organization: OrganizationId,
        account: domain::AccountId,
        token_hash: &[u8; 32],
        now: Instant,
    ) -> StoreResult<Option<KeyCheck>>;
    /// How a pool was registered, if it was.
    async fn registered(&self, organization: OrganizationId, pool: PoolId) -> StoreResult<Option<Registered>>;
    /// Adds keys, all or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a number is there already.
    async fn add_keys(&self, keys: &[NewKey]) -> StoreResult<()>;
    /// Whose order it is: for payments, which come from outside.
    async fn whose_order(&self, id: OrderId) -> StoreResult<Option<OrganizationId>>;
    /// What became of a payment of this name, if one was told of.
    async fn known_payment(&self, payment: &Payment) -> StoreResult<Option<PaymentOutcome>>;
    /// Keeps a payment that pays no order.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is known already.
    async fn keep_unmatched(&self, payment: &Payment, mismatch: Mismatch, at: Instant) -> StoreResult<()>;
    /// Payments that pay no order, newest first.
    async fn unmatched_payments(&self, limit: u32) -> StoreResult<Vec<UnmatchedPayment>>;
    /// What has become of the people since a version, all in one state of the database: of everybody, if `since` is
    /// not given or what happened cannot be told by persons.
    async fn changes(&self, organization: OrganizationId, since: Option<i64>) -> StoreResult<Changes>;
    /// How many members there are, deleted ones too.
    async fn members_ever(&self, organization: OrganizationId) -> StoreResult<u64>;
    /// Living members by their e-mails, which are in the form of [`domain::Email`].
    async fn members_by_email(
        &self,
        organization: OrganizationId,
        emails: &[Email],
    ) -> StoreResult<Vec<(String, MemberId)>>;
    /// Who holds the pool's seats, by name: `limit` of them from place `offset` on.
    async fn pool_holders(
        &self,
        organization: OrganizationId,
        pool: &Pool,
        offset: u64,
        limit: u32,
    ) -> StoreResult<Vec<Holder>>;
    /// How many living people of each employment hold seats of each pool.
    async fn holders_by_employment(
        &self,
        organization: OrganizationId,
    ) -> StoreResult<Vec<(PoolId, domain::Employment, u64)>>;
    /// Everybody who holds a seat of the pool.
    async fn holders(&self, organization: OrganizationId, pool: &Pool) -> StoreResult<IdSet>;
    /// Names of members, deleted ones too, in the order of names; unknown ids are left out.
    async fn briefs(&self, organization: OrganizationId, members: &IdSet) -> StoreResult<Vec<MemberBrief>>;
    /// Living people of these groups.
    async fn covered(&self, organization: OrganizationId, groups: &[GroupId]) -> StoreResult<IdSet>;
    /// Their certificate tasks.
    async fn tasks_covered(&self, organization: OrganizationId, groups: &[GroupId]) -> StoreResult<IdSet>;
    /// The rules' facts on a selection: a filter finds the living, `ids` also the deleted; unknown ids are missing.
    /// `group` is the exclusive group whose assignments count as held.
    async fn snapshot(&self, organization: OrganizationId, group: &str, selection: &Selection)
    -> StoreResult<Snapshot>;
    /// Open certificate tasks of these assignments.
    async fn open_tasks(&self, organization: OrganizationId, assignments: &IdSet) -> StoreResult<u64>;

    /// Certificate tasks by state, of those that product and search find.
    async fn task_counts(
        &self,
        organization: OrganizationId,
        filter: &TaskFilter,
    ) -> StoreResult<Vec<(TaskState, u64)>>;
    /// A page of `limit` rows: of those that the filter finds, or of those that are picked, whatever the filter.
    async fn task_rows(
        &self,
        organization: OrganizationId,
        view: &TaskView,
        picked: Option<&IdSet>,
        limit: u32,
    ) -> StoreResult<Vec<TaskRow>>;
    async fn task_ids(&self, organization: OrganizationId, filter: &TaskFilter) -> StoreResult<IdSet>;
    async fn task(&self, organization: OrganizationId, id: TaskId) -> StoreResult<Option<Task>>;
    /// The rules' facts on these tasks; unknown ids are missing.
    async fn task_classes(&self, organization: OrganizationId, tasks: &IdSet) -> StoreResult<Vec<TaskClass>>;
    /// Whose these tasks are, in the order of names; whoever has two of them is there twice.
    async fn task_briefs(&self, organization: OrganizationId, tasks: &IdSet) -> StoreResult<Vec<MemberBrief>>;
    /// The task whose last invitation has a token of this SHA-256, in hexadecimal: whoever has the link is nobody's.
    async fn invited(&self, hash: &str) -> StoreResult<Option<Invited>>;
    /// Tasks of all organisations about which the authority is to be asked at `now`: first those of which it never heard,
    /// then those that wait longest.
    async fn tasks_to_ask(&self, now: Instant, limit: u32) -> StoreResult<Vec<(OrganizationId, TaskId)>>;
    /// How many it is to be asked about, now or later.
    async fn tasks_asking(&self) -> StoreResult<u64>;
    /// When, after `now`, the next one is.
    async fn next_to_ask(&self, now: Instant) -> StoreResult<Option<Instant>>;
    /// One of them, if it still waits.
    async fn asked_task(&self, organization: OrganizationId, id: TaskId) -> StoreResult<Option<AskedTask>>;
    /// Takes it in hand: keeps what is asked for, and asks again at `next`. `false` if another server was quicker, or it
    /// has changed.
    async fn take_in_hand(
        &self,
        organization: OrganizationId,
        task: &AskedTask,
        submitted: Option<&str>,
        next: Instant,
    ) -> StoreResult<bool>;
    /// When it is to be asked about next; `None` for never. Asked for at once, it does not count as asked before.
    /// `held` is what [`Store::take_in_hand`] wrote: whatever was written since stays.
    async fn ask_next(
        &self,
        organization: OrganizationId,
        id: TaskId,
        held: Instant,
        at: Option<Instant>,
    ) -> StoreResult<()>;
    /// Organisations with certificates that time moves on at `now`.
    async fn organizations_turning(&self, now: Instant) -> StoreResult<Vec<OrganizationId>>;
    /// When, after `now`, the next one does.
    async fn next_turn(&self, now: Instant) -> StoreResult<Option<Instant>>;

    /// Settled operations (done, undone, failed), newest first, below `before` if given.
    async fn operations(
        &self,
        organization: OrganizationId,
        before: Option<OperationId>,
        limit: u32,
    ) -> StoreResult<Vec<OperationRecord>>;
    async fn approval_rules(&self, organization: OrganizationId) -> StoreResult<ApprovalRules>;
    async fn operation(&self, organization: OrganizationId, id: OperationId) -> StoreResult<Option<OperationRecord>>;
    /// Who is in it, by outcome: the rejected first.
    async fn operation_sets(&self, organization: OrganizationId, id: OperationId)
    -> StoreResult<Vec<(Outcome, IdSet)>>;
    /// [`NewOperation::strangers`].
    async fn operation_strangers(
        &self,
        organization: OrganizationId,
        id: OperationId,
    ) -> StoreResult<Vec<(Reason, Vec<String>)>>;
    /// `None` as long as nothing was set.
    async fn notifications(&self, organization: OrganizationId) -> StoreResult<Option<Notifications>>;
    /// Letters, newest first, below `before` if given.
    async fn letters(
        &self,
        organization: OrganizationId,
        state: Option<LetterState>,
        before: Option<LetterId>,
        limit: u32,
    ) -> StoreResult<Vec<LetterRow>>;
    /// Of which kind about what there are letters that keep others from being written.
    async fn told(&self, organization: OrganizationId) -> StoreResult<Vec<(LetterKind, String)>>;
    /// [`Store::version`] of every organisation, by id.
    async fn versions(&self) -> StoreResult<Vec<(OrganizationId, i64)>>;
    /// How many letters there are in each state.
    async fn letter_counts(&self, organization: OrganizationId) -> StoreResult<Vec<(LetterState, u64)>>;
    async fn letter(&self, organization: OrganizationId, id: LetterId) -> StoreResult<Option<LetterRow>>;
    /// In their order.
    async fn letter_tries(&self, organization: OrganizationId, id: LetterId) -> StoreResult<Vec<LetterTry>>;
    /// When the next letter of these kinds, of any organisation, is to go.
    async fn next_letter(&self, kinds: &[LetterKind]) -> StoreResult<Option<Instant>>;
    /// Takes letters of these kinds that are to go at `now`: until `until` nobody else gets them.
    async fn take_letters(
        &self,
        kinds: &[LetterKind],
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> StoreResult<Vec<DueLetter>>;
    /// Gives a letter back that was taken and not tried: it goes at `at`.
    async fn release_letter(&self, taken: &DueLetter, at: Instant) -> StoreResult<()>;
    /// Keeps how a try ended, unless somebody else has taken the letter since; of a letter that has gone, what is secret
    /// is forgotten. `at` is when the next try is, or
    /// when this one settled it.
    async fn settle_letter(
        &self,
        tried: &DueLetter,
        delivery: Delivery,
        state: LetterState,
        at: Instant,
        now: Instant,
    ) -> StoreResult<()>;
    /// The audit log from the beginning, for checking the chain: entries with `seq > after`, at most `limit`.
    async fn audit(&self, organization: OrganizationId, after: i64, limit: u32) -> StoreResult<Vec<AuditRecord>>;
    /// Entries that a filter finds, newest first, below `before`.
    async fn journal(
        &self,
        organization: OrganizationId,
        filter: &JournalFilter,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<AuditRecord>>;
    /// What the organisation knows to be its last entry; the beginning if there is none.
    async fn audit_head(&self, organization: OrganizationId) -> StoreResult<AuditHead>;
    /// How many entries about such an object the installation's own log has got since: in all, and from this address.
    async fn installation_count(&self, since: Instant, object: &str, address: &str) -> StoreResult<(u64, u64)>;
    /// The installation's own log, as [`Store::audit`].
    async fn installation_log(&self, after: i64, limit: u32) -> StoreResult<Vec<AuditRecord>>;
    /// The end of its chain.
    async fn installation_head(&self) -> StoreResult<AuditHead>;

    /// Starts a write for one organisation: nobody else writes for it until this ends. Dropping it rolls back.
    async fn begin(&self, organization: OrganizationId) -> StoreResult<Box<dyn Transaction>>;
}

/// One unit of work of one organisation: all of it commits, or nothing.
#[async_trait]
pub trait Transaction:
    AccountWrites + ApplicationWrites + ConnectionWrites + IdentityWrites + NewsWrites + PartnerWrites
{
    /// As [`Store::snapshot`], on the rows as they are in this transaction.
    async fn snapshot(&mut self, group: &str, selection: &Selection) -> StoreResult<Snapshot>;
    /// As [`Store::covered`].
    async fn covered(&mut self, groups: &[GroupId]) -> StoreResult<IdSet>;
    /// As [`Store::tasks_covered`].
    async fn tasks_covered(&mut self, groups: &[GroupId]) -> StoreResult<IdSet>;
    async fn pool(&mut self, id: PoolId) -> StoreResult<Option<Pool>>;
    /// As [`Store::pools`].
    async fn pools(&mut self) -> StoreResult<Vec<Pool>>;
    /// As [`Store::assortment`].
    async fn assortment(&mut self) -> StoreResult<Assortment>;
    /// As [`Store::region`].
    async fn region(&mut self) -> StoreResult<Option<Region>>;
    /// As [`Store::holdings`].
    async fn holdings(&mut self, members: &IdSet, region: Option<Region>) -> StoreResult<Vec<Holding>>;
    /// Says where living members are; `None` for where the organisation is. How many they were.
    async fn keep_region(&mut self, members: &IdSet, region: Option<Region>) -> StoreResult<u64>;
    /// Keeps what an operation wishes, in place of what it wished.
    async fn keep_wish(&mut self, id: OperationId, managed: &Managed) -> StoreResult<()>;
    /// Freezes other people in a preview, with the digest of what is to be done for them.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is none any more.
    async fn refreeze(&mut self, id: OperationId, sets: &[(Outcome, IdSet)], digest: &str) -> StoreResult<()>;
    /// Ends, changes and gives the seats of a plan over several products; certificate tasks are cancelled with what goes for
    /// good, go on with what changes, and begin with signatures.
    ///
    /// # Errors
    /// As [`Transaction::issue`] and [`Transaction::revoke`].
    async fn manage(
        &mut self,
        operation: OperationId,
        plan: &ManagePlan,
        pools: &[Pool],
        at: Instant,
    ) -> StoreResult<()>;
    /// The seats of an operation over several products.
    async fn managed_seats(&mut self, operation: OperationId) -> StoreResult<ManagedSeats>;
    /// Ends what `undone`, of several products, gave, and restores what it took.
    ///
    /// # Errors
    /// As [`Transaction::restore`].
    async fn unmanage(
        &mut self,
        operation: OperationId,
        undone: OperationId,
        ends: &[(PoolId, IdSet)],
        restores: &[(PoolId, IdSet)],
        at: Instant,
    ) -> StoreResult<()>;
    /// Who holds the pool's seats, and these seats.
    async fn holders(&mut self, pool: &Pool) -> StoreResult<(IdSet, IdSet)>;
    async fn operation(&mut self, id: OperationId) -> StoreResult<Option<OperationRecord>>;
    async fn operation_sets(&mut self, id: OperationId) -> StoreResult<Vec<(Outcome, IdSet)>>;

    /// The seats that a waiting preview of a revoke is to take, by pool.
    async fn operation_seats(&mut self, id: OperationId) -> StoreResult<Vec<(PoolId, IdSet)>>;

    /// Writes an operation with its frozen people, and for a preview of a revoke their seats by pool; `accepted` and
    /// `rejected` counts come from `sets`.
    async fn insert_operation(
        &mut self,
        operation: &NewOperation,
        sets: &[(Outcome, IdSet)],
        seats: &[(PoolId, IdSet)],
    ) -> StoreResult<OperationId>;
    /// Moves an operation on, if it is still in `from`; otherwise [`StoreError::Conflict`].
    async fn settle_operation(
        &mut self,
        id: OperationId,
        from: OperationState,
        to: OperationState,
        pool: Option<PoolId>,
        failure: Option<Refusal>,
        at: Instant,
    ) -> StoreResult<()>;

    /// Gives each member a seat of the pool, with a certificate task in state «created».
    ///
    /// # Errors
    /// [`StoreError::SeatsShort`], [`StoreError::SeatTaken`]: by the database's own constraints.
    async fn issue(&mut self, operation: OperationId, pool: &Pool, members: &IdSet, at: Instant) -> StoreResult<()>;
    /// Ends the assignments and returns their seats; open certificate tasks of theirs are cancelled.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if one of them is not active any more.
    async fn revoke(&mut self, operation: OperationId, seats: &[(PoolId, IdSet)], at: Instant) -> StoreResult<()>;
    /// Ends the assignments and returns their seats, and gives each member a seat of the pool at the same moment; the
    /// certificate tasks go on with the new ones.
    ///
    /// # Errors
    /// As [`Transaction::issue`] and [`Transaction::revoke`].
    async fn renew(
        &mut self,
        operation: OperationId,
        pool: &Pool,
        members: &IdSet,
        seats: &[(PoolId, IdSet)],
        at: Instant,
    ) -> StoreResult<()>;
    /// Ends the seats that the renewal `undone` gave, and restores those that it took.
    ///
    /// # Errors
    /// As [`Transaction::restore`].
    async fn undo_renewal(
        &mut self,
        operation: OperationId,
        undone: OperationId,
        given: &[(PoolId, IdSet)],
        taken: &[(PoolId, IdSet)],
        group: &str,
        at: Instant,
    ) -> StoreResult<()>;
    /// What an undo of `operation`, an issue, a revoke or a renewal, starts from. `members` are those it had accepted.
    async fn undo_facts(
        &mut self,
        operation: OperationId,
        kind: Kind,
        group: &str,
        members: &IdSet,
    ) -> StoreResult<UndoFacts>;
    /// Gives the ended assignments back as new ones with the same pool, beginning and term, and their tasks in the
    /// state they were in before `undone` cancelled them.
    ///
    /// # Errors
    /// As [`Transaction::issue`].
    async fn restore(
        &mut self,
        operation: OperationId,
        undone: OperationId,
        seats: &[(PoolId, IdSet)],
        at: Instant,
    ) -> StoreResult<()>;

    /// As [`Store::task_classes`].
    async fn task_classes(&mut self, tasks: &IdSet) -> StoreResult<Vec<TaskClass>>;
    /// As [`Store::invited`], if it is this organisation's.
    async fn invited(&mut self, hash: &str) -> StoreResult<Option<Invited>>;
    /// As [`Store::asked_task`].
    async fn asked_task(&mut self, id: TaskId) -> StoreResult<Option<AskedTask>>;
    /// Tasks in `state` that time moves on at `now`.
    async fn turning(&mut self, state: TaskState, now: Instant) -> StoreResult<IdSet>;
    /// Keeps why the link of a task was refused; `false` if that was the reason before.
    async fn note_link_fault(&mut self, id: TaskId, fault: LinkFault) -> StoreResult<bool>;
    /// Keeps what was wrong with the authority's answer about a task; `false` if that was wrong before.
    async fn note_authority_fault(&mut self, id: TaskId, fault: Option<AuthorityFault>) -> StoreResult<bool>;
    /// Has the request of a task withdrawn at `at` that is over, if the authority may know of it.
    async fn withdraw_again(&mut self, id: TaskId, at: Instant) -> StoreResult<()>;
    /// Moves tasks on, and writes a row for the step of each.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if one of them is not there.
    async fn take_steps(&mut self, steps: &Steps<'_>) -> StoreResult<()>;
    /// Whose these tasks are.
    async fn invitees(&mut self, tasks: &IdSet) -> StoreResult<Vec<Invitee>>;
    /// Gives tasks the SHA-256 of a token each, in hexadecimal: the former one leads nowhere any more.
    async fn keep_invitations(&mut self, hashes: &[(TaskId, String)], until: Instant) -> StoreResult<()>;

    async fn insert_order(
        &mut self,
        account: domain::AccountId,
        order: &NewOrder,
        seller: &Seller,
        at: Instant,
    ) -> StoreResult<OrderId>;
    /// Goes on in another organisation, in the same unit of work.
    async fn turn_to(&mut self, organization: OrganizationId) -> StoreResult<()>;
    /// Changes and adds products, and the seller if given.
    async fn keep_catalogue(&mut self, seller: Option<&Seller>, products: &[CatalogueProduct]) -> StoreResult<()>;
    async fn order(&mut self, id: OrderId) -> StoreResult<Option<Order>>;
    /// Moves an order on that waits for its payment; otherwise [`StoreError::Conflict`].
    async fn settle_order(&mut self, id: OrderId, state: OrderState, at: Instant) -> StoreResult<()>;
    /// Adds stock; of an order, whose line of the product becomes it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the line is stock already, or there is a trial of the product.
    async fn add_pool(&mut self, order: Option<OrderId>, pool: &NewPool) -> StoreResult<PoolId>;
    /// How many tries of keys were kept since `since`, and when the first of them was.
    async fn key_tries(&mut self, since: Instant) -> StoreResult<(u64, Option<Instant>)>;
    /// Keeps a try, before anybody knows whether it fits; tries of long ago are thrown away.
    async fn keep_try(&mut self, at: Instant) -> StoreResult<i64>;
    /// It fitted.
    async fn forget_try(&mut self, id: i64) -> StoreResult<()>;
    /// Keeps that an account has shown a key; what it had shown before is forgotten.
    async fn keep_key_check(
        &mut self,
        account: domain::AccountId,
        key: i64,
        token_hash: &[u8; 32],
        at: Instant,
    ) -> StoreResult<()>;
    /// As [`Store::key_check`].
    async fn key_check(
        &mut self,
        account: domain::AccountId,
        token_hash: &[u8; 32],
        now: Instant,
    ) -> StoreResult<Option<KeyCheck>>;
    /// Uses a key: the pool is its owner's, and what the account had shown is forgotten. [`StoreError::Conflict`] if it
    /// was used meanwhile.
    async fn use_key(
        &mut self,
        key: i64,
        pool: PoolId,
        owner: &RegistrationForm,
        account: domain::AccountId,
        at: Instant,
    ) -> StoreResult<()>;
    /// Keeps the payment of an order, or one that was to be and pays nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is known already, or the order is paid by another.
    async fn insert_payment(
        &mut self,
        payment: &Payment,
        order: Result<OrderId, Mismatch>,
        at: Instant,
    ) -> StoreResult<()>;

    /// Has a preview wait for a second person until `until`, with the pool it is for.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it waits or is settled already.
    async fn ask_approval(
        &mut self,
        id: OperationId,
        pool: Option<PoolId>,
        at: Instant,
        until: Instant,
    ) -> StoreResult<()>;
    /// Keeps what was decided about an operation that waits; settling it is another matter.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was decided already.
    async fn decide(
        &mut self,
        id: OperationId,
        by: domain::AccountId,
        decision: (Decision, &str),
        at: Instant,
    ) -> StoreResult<()>;
    async fn approval_rules(&mut self) -> StoreResult<ApprovalRules>;
    async fn keep_approval_rules(&mut self, rules: ApprovalRules) -> StoreResult<()>;

    /// As [`Store::notifications`].
    async fn notifications(&mut self) -> StoreResult<Option<Notifications>>;
    async fn keep_notifications(&mut self, notifications: &Notifications) -> StoreResult<()>;
    /// Who may sign in, by id.
    async fn accounts(&mut self) -> StoreResult<Vec<Standing>>;
    /// How many there are, with those that are invited.
    async fn count_accounts(&mut self) -> StoreResult<u64>;
    /// Puts letters into the outbox; how many of them are new. Of one kind about one thing nobody gets two.
    async fn insert_letters(&mut self, letters: &[NewLetter], at: Instant) -> StoreResult<u64>;
    /// Lets a letter go at `at` that has not gone, as if it had not been tried; otherwise [`StoreError::Conflict`].
    async fn retry_letter(&mut self, id: LetterId, at: Instant) -> StoreResult<()>;
    /// The same for all that were given up; how many.
    async fn retry_failed(&mut self, at: Instant) -> StoreResult<u64>;
    /// What was told of is over: should it come again, it is told of again.
    async fn forget_told(&mut self, kind: LetterKind, about: &str) -> StoreResult<()>;

    /// # Errors
    /// [`StoreError::EmailTaken`]; [`StoreError::Conflict`] for a group that is not the organisation's.
    async fn add_member(&mut self, member: &NewMember, at: Instant) -> StoreResult<MemberId>;
    /// Marks living members as deleted; how many were.
    async fn delete_members(&mut self, members: &IdSet, at: Instant) -> StoreResult<u64>;

    /// The end of the audit chain, as of this transaction.
    fn audit_head(&self) -> AuditHead;
    /// Appends an entry whose `seq` follows the head.
    async fn append_audit(&mut self, entry: &AuditRecord) -> StoreResult<()>;

    /// The end of the chain of the installation's own log: nobody else appends to it until this ends.
    async fn open_installation_log(&mut self) -> StoreResult<AuditHead>;
    /// As [`Store::installation_count`].
    async fn installation_count(&mut self, since: Instant, object: &str, address: &str) -> StoreResult<(u64, u64)>;
    /// Appends an entry to it whose `seq` follows its head.
    async fn append_installation(&mut self, entry: &AuditRecord) -> StoreResult<()>;

    /// # Errors
    /// [`StoreError::OutcomeUnknown`] if the connection is lost before the answer.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}

/// What takes letters away.
#[async_trait]
pub trait Post: Send + Sync + 'static {
    /// Letters of other channels are left in the outbox.
    fn carries(&self, channel: Channel) -> bool;
    /// Tries to send a letter; whatever the answer, it may have arrived.
    async fn send(&self, letter: &DueLetter) -> Delivery;
}

/// Where «now» comes from.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Instant;
}

/// The time of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Time that goes on from a moment of one's own, whatever the machine says: for demonstrations and tests.
#[derive(Clone, Copy, Debug)]
pub struct ClockFrom {
    from: Instant,
    started: std::time::Instant,
}

impl ClockFrom {
    #[must_use]
    pub fn new(from: Instant) -> Self {
        Self { from, started: std::time::Instant::now() }
    }
}

impl Clock for ClockFrom {
    fn now(&self) -> Instant {
        let passed = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        Instant(self.from.0.saturating_add(passed))
    }
}

/// A plan in the form an operation keeps it: the rejected by reason, then the accepted.
#[must_use]
pub fn sets_of(plan: &Plan) -> Vec<(Outcome, IdSet)> {
    let rejected = plan.rejected.iter().map(|(reason, members)| (Outcome::Rejected(*reason), members.clone()));
    rejected.chain([(Outcome::Accepted, plan.accepted.clone())]).filter(|(_, members)| !members.is_empty()).collect()
}

/// The kind of operation that a deed makes.
#[must_use]
pub fn kind_of(deed: Deed) -> Kind {
    match deed {
        Deed::Issue => Kind::Issue,
        Deed::Revoke => Kind::Revoke,
        Deed::Renew => Kind::Renew,
    }
}
