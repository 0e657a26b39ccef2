//! Certificate tasks: what issuing an electronic signature sets going, from the invitation to the certificate's end.
//!
//! ```text
//! created ──▶ invited ──▶ confirmed ──▶ identified ──▶ issued ──▶ expiring ──▶ expired
//!    └───────────┴────────────┴─────────────┤             └───────────┤
//!                                           ▼                         ▼
//!                                 rejected · cancelled             revoked
//! ```

use sha2::{Digest, Sha256};

use serde::{Deserialize, Serialize};

use crate::{
    Direction, FieldError, FieldProblem, IdSet, Identification, Instant, Kind, MemberId, OperationId, PersonName,
    ProductId, Reason, TaskConfirmation, TaskId,
};

/// How long the link of an invitation works.
pub const INVITATION_SECONDS: i64 = 30 * 24 * 3600;
/// A certificate is «истекает» from so many days before its end on.
pub const EXPIRING_SECONDS: i64 = 30 * 24 * 3600;
/// No certificate lives longer: what is further away was mistyped.
pub const MAX_CERTIFICATE_YEARS: i32 = 10;
/// The longest reason of a rejection, in characters.
pub const MAX_REASON_CHARS: usize = 300;

/// Where in its life a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// «создана»
    Created,
    /// «приглашён»: the person has a link.
    Invited,
    /// «данные подтверждены», by the person.
    Confirmed,
    /// «личность подтверждена»
    Identified,
    /// «выпущен»: there is a certificate.
    Issued,
    /// «истекает»
    Expiring,
    /// «истёк»
    Expired,
    /// «отклонён», with a reason.
    Rejected,
    /// «отозван»: the certificate does not count any more.
    Revoked,
    /// «отменён»: it never came to a certificate.
    Cancelled,
}

impl TaskState {
    /// In the order of a task's life.
    pub const ALL: [Self; 10] = [
        Self::Created,
        Self::Invited,
        Self::Confirmed,
        Self::Identified,
        Self::Issued,
        Self::Expiring,
        Self::Expired,
        Self::Rejected,
        Self::Revoked,
        Self::Cancelled,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Invited => "invited",
            Self::Confirmed => "confirmed",
            Self::Identified => "identified",
            Self::Issued => "issued",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it is still on the way to a certificate. A revoked licence cancels it then.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Invited | Self::Confirmed | Self::Identified)
    }

    /// Whether there is a certificate that counts.
    #[must_use]
    pub fn has_certificate(self) -> bool {
        matches!(self, Self::Issued | Self::Expiring)
    }

    /// Whether nothing follows.
    #[must_use]
    pub fn is_final(self) -> bool {
        !self.is_open() && !self.has_certificate()
    }
}

/// How it was made sure that the person is who they say they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Очно: by an administrator, who has seen the passport.
    InPerson,
    /// Госуслуги
    Gosuslugi,
    /// Госключ
    Goskey,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::InPerson, Self::Gosuslugi, Self::Goskey];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Gosuslugi => "gosuslugi",
            Self::Goskey => "goskey",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

impl Identification {
    /// The ways that a product of this identification allows; none where nobody has to be identified. УНЭП EasyDocs is
    /// had by Госуслуги, and also by whoever comes in person.
    #[must_use]
    pub fn ways(self) -> &'static [Way] {
        match self {
            Self::None => &[],
            Self::InPerson => &[Way::InPerson],
            Self::EasyDocs => &[Way::Gosuslugi, Way::InPerson],
            Self::Goskey => &[Way::Goskey],
        }
    }

    /// The way that needs nobody of the organisation: the certification authority goes it.
    #[must_use]
    pub fn remote(self) -> Option<Way> {
        self.ways().iter().copied().find(|way| *way != Way::InPerson)
    }
}

/// What can happen to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskStep {
    /// The person gets a link; again, and the former link is void.
    Invite,
    /// The person has confirmed the data.
    ConfirmData,
    Identify(Way),
    Issue,
    Reject,
    /// The certificate is revoked.
    Revoke,
    Cancel,
    /// The installation's own: the certificate ends soon.
    Expiring,
    /// The installation's own: it has ended.
    Expire,
}

/// Whether an answer waits for a certification authority, or administrators do its steps by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    Authority,
    /// None is configured.
    ByHand,
}

impl TaskStep {
    /// Every step, each way of identification by itself.
    pub const ALL: [Self; 11] = [
        Self::Invite,
        Self::ConfirmData,
        Self::Identify(Way::InPerson),
        Self::Identify(Way::Gosuslugi),
        Self::Identify(Way::Goskey),
        Self::Issue,
        Self::Reject,
        Self::Revoke,
        Self::Cancel,
        Self::Expiring,
        Self::Expire,
    ];

    /// Whether an administrator takes it. What a certification authority decides, nobody decides beside it: without one
    /// the organisation keeps the book itself.
    #[must_use]
    pub fn is_administrators(self, issuer: Issuer) -> bool {
        match self {
            Self::Invite | Self::Identify(Way::InPerson) | Self::Reject | Self::Revoke | Self::Cancel => true,
            Self::Identify(_) | Self::Issue => issuer == Issuer::ByHand,
            Self::ConfirmData | Self::Expiring | Self::Expire => false,
        }
    }

    /// Whether something is taken away by it.
    #[must_use]
    pub fn takes_away(self) -> bool {
        matches!(self, Self::Reject | Self::Revoke | Self::Cancel)
    }

    /// The kind of operation by which administrators take it.
    #[must_use]
    pub fn kind(self) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.task_step() == Some(self))
    }
}

/// Where a step leads.
///
/// # Errors
/// Why it cannot be taken; nothing has changed then.
pub fn step(state: TaskState, identification: Identification, step: TaskStep) -> Result<TaskState, Reason> {
    use TaskState::{Cancelled, Confirmed, Created, Expired, Expiring, Identified, Invited, Issued, Rejected, Revoked};
    let ways = identification.ways();
    match (step, state) {
        (_, Expired | Rejected | Revoked | Cancelled) => Err(Reason::TaskOver),
        (TaskStep::Identify(way), _) if !ways.contains(&way) => Err(Reason::OtherWay),

        (TaskStep::Invite, Created | Invited) => Ok(Invited),
        (TaskStep::ConfirmData, Invited) => Ok(Confirmed),
        (TaskStep::Identify(_), Confirmed) => Ok(Identified),
        (TaskStep::Issue, Identified) => Ok(Issued),
        (TaskStep::Issue, Confirmed) if ways.is_empty() => Ok(Issued),
        (TaskStep::Reject, state) if state.is_open() => Ok(Rejected),
        (TaskStep::Cancel, state) if state.is_open() => Ok(Cancelled),
        (TaskStep::Revoke, Issued | Expiring) => Ok(Revoked),
        (TaskStep::Expiring, Issued) => Ok(Expiring),
        (TaskStep::Expire, Expiring) => Ok(Expired),

        (TaskStep::Reject | TaskStep::Cancel, _) => Err(Reason::HasCertificate),
        (TaskStep::Invite | TaskStep::Expiring, _)
        | (TaskStep::ConfirmData, Confirmed | Identified | Issued | Expiring)
        | (TaskStep::Identify(_), Identified | Issued | Expiring)
        | (TaskStep::Issue, Issued | Expiring) => Err(Reason::TaskFurther),
        (TaskStep::ConfirmData | TaskStep::Identify(_) | TaskStep::Issue | TaskStep::Revoke | TaskStep::Expire, _) => {
            Err(Reason::TaskEarly)
        }
    }
}

/// Tasks that are alike in what the rules look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskClass {
    pub state: TaskState,
    pub identification: Identification,
    pub tasks: IdSet,
}

/// Which tasks take a step, which do not and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPlan {
    pub kind: Kind,
    pub accepted: IdSet,
    /// In the order of [`Reason`]; no empty sets.
    pub rejected: Vec<(Reason, IdSet)>,
}

/// What becomes of tasks by the step of `kind`; `None` if it is none of tasks.
#[must_use]
pub fn plan_tasks(kind: Kind, classes: &[TaskClass]) -> Option<TaskPlan> {
    let taken = kind.task_step()?;
    let with = |wanted: Option<Reason>| -> IdSet {
        let fits = |class: &&TaskClass| step(class.state, class.identification, taken).err() == wanted;
        classes.iter().filter(fits).flat_map(|class| class.tasks.iter()).collect()
    };
    let rejected = Reason::ALL.into_iter().map(|reason| (reason, with(Some(reason))));
    Some(TaskPlan { kind, accepted: with(None), rejected: rejected.filter(|(_, tasks)| !tasks.is_empty()).collect() })
}

impl TaskPlan {
    /// As [`crate::Plan::digest`].
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.kind.code());
        hash.update(self.accepted.digest());
        for (reason, tasks) in &self.rejected {
            hash.update(reason.code());
            hash.update(tasks.digest());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl TaskConfirmation {
    /// What a step of `kind` is confirmed with: the reason of a rejection, and the end of a certificate issued by hand.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field.
    pub fn check(&self, kind: Kind, now: Instant) -> Result<(Option<String>, Option<Instant>), Vec<FieldError>> {
        let wrong = |field: &str, problem| vec![FieldError { field: field.to_owned(), problem }];
        match kind {
            Kind::TaskReject => {
                let reason: String = self.reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
                match reason.chars().count() {
                    0 => Err(wrong("reason", FieldProblem::Required)),
                    long if long > MAX_REASON_CHARS => {
                        Err(wrong("reason", FieldProblem::TooLong { most: MAX_REASON_CHARS }))
                    }
                    _ => Ok((Some(reason), None)),
                }
            }
            Kind::TaskIssue => {
                let last = now.date().plus_months(MAX_CERTIFICATE_YEARS * 12);
                let until = crate::registration::day(self.until.trim());
                match until.filter(|until| *until > now.date() && *until <= last) {
                    Some(until) => Ok((None, Some(until.end()))),
                    None if self.until.trim().is_empty() => Err(wrong("until", FieldProblem::Required)),
                    None => Err(wrong("until", FieldProblem::NotAhead)),
                }
            }
            _ => Ok((None, None)),
        }
    }
}

/// Which tasks are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    pub state: Option<TaskState>,
    pub product: Option<ProductId>,
    /// Beginnings of words of the name or the e-mail.
    pub search: String,
}

/// A column of the tasks to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskSortKey {
    Name,
    Product,
    /// In the order of [`TaskState::ALL`].
    State,
    Since,
    /// The end of the certificate; tasks without one come last in both directions.
    Until,
}

impl TaskSortKey {
    pub const ALL: [Self; 5] = [Self::Name, Self::Product, Self::State, Self::Since, Self::Until];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Product => "product",
            Self::State => "state",
            Self::Since => "since",
            Self::Until => "until",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.code() == code)
    }
}

/// What of the tasks is in sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskView {
    pub filter: TaskFilter,
    /// `None`: the newest first. Ties are broken by name, then by id.
    pub sort: Option<(TaskSortKey, Direction)>,
    /// From 1.
    pub page: u32,
}

impl Default for TaskView {
    fn default() -> Self {
        Self { filter: TaskFilter::default(), sort: None, page: 1 }
    }
}

/// A task as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    pub id: TaskId,
    pub member: MemberId,
    pub name: PersonName,
    pub email: String,
    /// The product's title.
    pub product: String,
    pub identification: Identification,
    pub state: TaskState,
    /// Since when it is in this state.
    pub since: Instant,
    /// The end of the certificate, if there is one.
    pub valid_until: Option<Instant>,
}

/// A page of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tasks {
    pub rows: Vec<TaskRow>,
    pub view: TaskView,
    /// These are tasks that somebody picked, whatever the filter.
    pub picked: bool,
    /// How many each state has, of those that product and search find; states that nobody is in are left out.
    pub counts: Vec<(TaskState, u64)>,
    /// Of picked ones, what the rules look at.
    pub classes: Vec<TaskClass>,
    /// How many each state has in the organisation.
    pub all: Vec<(TaskState, u64)>,
    pub issuer: Issuer,
    pub now: Instant,
    pub last_page: u32,
}

impl Tasks {
    /// How many the organisation has.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.all.iter().map(|(_, count)| count).sum()
    }

    /// How many tasks there are in a state; of all, if none is named.
    #[must_use]
    pub fn count(&self, state: Option<TaskState>) -> u64 {
        self.counts.iter().filter(|(known, _)| state.is_none_or(|state| state == *known)).map(|(_, count)| count).sum()
    }
}

/// Who took a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskAuthor {
    /// The name of the account.
    Account(String),
    /// Whom the certificate is for.
    Person,
    Authority,
    Installation,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskEvent {
    pub at: Instant,
    pub author: TaskAuthor,
    pub operation: Option<OperationId>,
    /// `None` where the task begins.
    pub from: Option<TaskState>,
    pub to: TaskState,
    pub way: Option<Way>,
    pub reason: Option<String>,
}

/// A task with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub row: TaskRow,
    pub way: Option<Way>,
    /// Until when the link of the last invitation works, or would.
    pub invited_until: Option<Instant>,
    pub serial: Option<String>,
    /// Whether the certification authority still has to be told of it or asked about it.
    pub awaits_authority: bool,
    pub authority_fault: Option<AuthorityFault>,
    /// Oldest first.
    pub history: Vec<TaskEvent>,
}

/// What was wrong with the certification authority's last answer about a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorityFault {
    /// It will not take the request.
    Refused,
    /// It makes no sense.
    Garbled,
    /// It makes sense, but not for this task.
    Unfit,
}

impl AuthorityFault {
    const ALL: [Self; 3] = [Self::Refused, Self::Garbled, Self::Unfit];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Garbled => "garbled",
            Self::Unfit => "unfit",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }
}

/// Why the link of an invitation is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFault {
    /// Garbled, or replaced by a newer one.
    Unknown,
    Used,
    Expired,
    /// The task is over: rejected or cancelled.
    Over,
}

impl LinkFault {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Over => "over",
        }
    }
}

/// Whether a link of a task in this state works now.
///
/// # Errors
/// Why it does not.
pub fn admits_link(state: TaskState, until: Instant, now: Instant) -> Result<(), LinkFault> {
    match state {
        TaskState::Invited if now < until => Ok(()),
        TaskState::Invited => Err(LinkFault::Expired),
        TaskState::Rejected | TaskState::Cancelled => Err(LinkFault::Over),
        _ => Err(LinkFault::Used),
    }
}

/// What whoever follows the link of an invitation is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Who invites.
    pub organization: String,
    pub name: PersonName,
    pub email: String,
    /// The product's title.
    pub product: String,
    pub until: Instant,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IDENTIFICATIONS: [Identification; 4] = Identification::ALL;

    fn any_state() -> impl Strategy<Value = TaskState> {
        proptest::sample::select(TaskState::ALL.to_vec())
    }
    fn any_step() -> impl Strategy<Value = TaskStep> {
        proptest::sample::select(TaskStep::ALL.to_vec())
    }
    fn any_identification() -> impl Strategy<Value = Identification> {
        proptest::sample::select(IDENTIFICATIONS.to_vec())
    }

    #[test]
    fn codes_go_round() {
        for state in TaskState::ALL {
            assert_eq!(TaskState::from_code(state.code()), Some(state));
        }
        for way in Way::ALL {
            assert_eq!(Way::from_code(way.code()), Some(way));
        }
        for taken in TaskStep::ALL {
            assert_eq!(taken.kind().is_some(), taken.is_administrators(Issuer::ByHand), "{taken:?}");
            assert!(taken.kind().is_none_or(|kind| kind.task_step() == Some(taken)));
        }
    }

    /// The whole machine, written down a second time: whatever is not here is refused.
    #[test]
    fn these_steps_and_no_others_are_legal() {
        use TaskState::*;
        let mut legal = Vec::new();
        for identification in IDENTIFICATIONS {
            for state in TaskState::ALL {
                for taken in TaskStep::ALL {
                    if let Ok(to) = step(state, identification, taken) {
                        legal.push((state, taken, to));
                    }
                }
            }
        }
        legal.sort_by_key(|(from, taken, to)| (*from, *to, format!("{taken:?}")));
        legal.dedup();
        let identify = |way| (Confirmed, TaskStep::Identify(way), Identified);
        let mut wanted = vec![
            (Created, TaskStep::Invite, Invited),
            (Invited, TaskStep::Invite, Invited),
            (Invited, TaskStep::ConfirmData, Confirmed),
            identify(Way::InPerson),
            identify(Way::Gosuslugi),
            identify(Way::Goskey),
            (Confirmed, TaskStep::Issue, Issued),
            (Identified, TaskStep::Issue, Issued),
            (Issued, TaskStep::Expiring, Expiring),
            (Expiring, TaskStep::Expire, Expired),
            (Issued, TaskStep::Revoke, Revoked),
            (Expiring, TaskStep::Revoke, Revoked),
        ];
        for open in [Created, Invited, Confirmed, Identified] {
            wanted.push((open, TaskStep::Reject, Rejected));
            wanted.push((open, TaskStep::Cancel, Cancelled));
        }
        wanted.sort_by_key(|(from, taken, to)| (*from, *to, format!("{taken:?}")));
        assert_eq!(legal, wanted);
    }

    #[test]
    fn identification_is_as_the_product_says() {
        let allowed = |identification, way| {
            step(TaskState::Confirmed, identification, TaskStep::Identify(way)) == Ok(TaskState::Identified)
        };
        assert!(allowed(Identification::EasyDocs, Way::Gosuslugi) && allowed(Identification::EasyDocs, Way::InPerson));
        assert!(allowed(Identification::Goskey, Way::Goskey) && !allowed(Identification::Goskey, Way::InPerson));
        assert!(allowed(Identification::InPerson, Way::InPerson) && !allowed(Identification::InPerson, Way::Gosuslugi));
        assert!(Way::ALL.into_iter().all(|way| !allowed(Identification::None, way)));
        // A certificate without identification is for products that need none, and for no other.
        for identification in IDENTIFICATIONS {
            let issued = step(TaskState::Confirmed, identification, TaskStep::Issue);
            let none = identification == Identification::None;
            assert_eq!(issued, if none { Ok(TaskState::Issued) } else { Err(Reason::TaskEarly) });
            assert_eq!(
                identification.remote().is_some(),
                identification.ways().iter().any(|way| *way != Way::InPerson)
            );
        }
    }

    #[test]
    fn every_state_is_reached_with_every_product() {
        for identification in IDENTIFICATIONS {
            let mut reached = vec![TaskState::Created];
            let mut next = 0;
            while let Some(state) = reached.get(next).copied() {
                next += 1;
                for to in TaskStep::ALL.into_iter().filter_map(|taken| step(state, identification, taken).ok()) {
                    if !reached.contains(&to) {
                        reached.push(to);
                    }
                }
            }
            // Where nobody is identified, that state is passed by.
            let all = if identification == Identification::None { 9 } else { 10 };
            assert_eq!(reached.len(), all, "{identification:?}");
        }
    }

    #[test]
    fn administrators_decide_what_no_authority_does() {
        let offered = |state: TaskState, issuer: Issuer| -> Vec<TaskStep> {
            let fits = |taken: &TaskStep| Identification::ALL.iter().any(|way| step(state, *way, *taken).is_ok());
            TaskStep::ALL.into_iter().filter(|taken| taken.is_administrators(issuer) && fits(taken)).collect()
        };
        for state in TaskState::ALL {
            let (with, without) = (offered(state, Issuer::Authority), offered(state, Issuer::ByHand));
            assert!(with.iter().all(|taken| without.contains(taken)));
            assert!(!with.contains(&TaskStep::Issue) && !with.contains(&TaskStep::Identify(Way::Goskey)));
            assert_eq!(without.is_empty(), state.is_final(), "{state:?}");
        }
    }

    #[test]
    fn a_link_works_once_and_for_its_time() {
        let (now, until) = (Instant(5), Instant(10));
        assert_eq!(admits_link(TaskState::Invited, until, now), Ok(()));
        assert_eq!(admits_link(TaskState::Invited, until, until), Err(LinkFault::Expired));
        for state in TaskState::ALL.into_iter().filter(|state| *state != TaskState::Invited) {
            assert!(admits_link(state, until, now).is_err(), "{state:?}");
        }
        assert_eq!(admits_link(TaskState::Confirmed, until, now), Err(LinkFault::Used));
        assert_eq!(admits_link(TaskState::Cancelled, until, until), Err(LinkFault::Over));
    }

    #[test]
    fn the_digest_changes_when_anything_shown_changes() {
        let class = |state, ids: &[i64]| TaskClass {
            state,
            identification: Identification::EasyDocs,
            tasks: ids.iter().copied().collect(),
        };
        let plan = |classes: &[TaskClass]| plan_tasks(Kind::TaskInvite, classes).unwrap();
        let one = plan(&[class(TaskState::Created, &[1, 2]), class(TaskState::Issued, &[3])]);
        assert_eq!(one.accepted.as_slice(), [1, 2]);
        assert_eq!(one.rejected, [(Reason::TaskFurther, [3].into_iter().collect())]);
        for other in [
            vec![class(TaskState::Created, &[1]), class(TaskState::Issued, &[3])],
            vec![class(TaskState::Created, &[1, 2]), class(TaskState::Cancelled, &[3])],
            vec![class(TaskState::Created, &[1, 2])],
        ] {
            assert_ne!(one.digest(), plan(&other).digest());
        }
        // Inviting again is the same deed for the same people.
        assert_eq!(one.digest(), plan(&[class(TaskState::Invited, &[1, 2]), class(TaskState::Issued, &[3])]).digest());
        assert_eq!(plan_tasks(Kind::Issue, &[]), None);
    }

    #[test]
    fn what_a_step_is_confirmed_with_is_checked() {
        let now = crate::Date::new(2026, 11, 21).unwrap().start();
        let rejected = |reason: &str| {
            let typed = TaskConfirmation { reason: reason.into(), ..TaskConfirmation::default() };
            typed.check(Kind::TaskReject, now).map(|(reason, _)| reason.unwrap())
        };
        assert_eq!(rejected("  Паспорт \n просрочен "), Ok("Паспорт просрочен".into()));
        assert_eq!(rejected(&"я".repeat(MAX_REASON_CHARS)), Ok("я".repeat(MAX_REASON_CHARS)));
        let problem = |answer: Result<String, Vec<FieldError>>| answer.unwrap_err().remove(0).problem;
        assert_eq!(problem(rejected(" \n ")), FieldProblem::Required);
        let most = MAX_REASON_CHARS;
        assert_eq!(problem(rejected(&"я".repeat(MAX_REASON_CHARS + 1))), FieldProblem::TooLong { most });

        let until = |until: &str| {
            let typed = TaskConfirmation { until: until.into(), ..TaskConfirmation::default() };
            typed.check(Kind::TaskIssue, now).map(|(_, until)| until.unwrap().date().to_string())
        };
        assert_eq!(until("22.11.2026"), Ok("23.11.2026".into()), "the last day counts");
        assert_eq!(until("2027-11-21"), Ok("22.11.2027".into()));
        for wrong in ["21.11.2026", "30.02.2027", "x", "22.11.2036"] {
            assert_eq!(until(wrong).unwrap_err().remove(0).problem, FieldProblem::NotAhead, "{wrong}");
        }
        assert_eq!(until("").unwrap_err().remove(0).problem, FieldProblem::Required);
        // What a step does not ask for is not looked at.
        let typed = TaskConfirmation { reason: "я".repeat(500), until: "x".into(), size: None };
        assert_eq!(typed.check(Kind::TaskInvite, now), Ok((None, None)));
    }

    proptest! {
        /// Whatever is tried, in whatever order: a task only ever goes forward, and what is over stays over.
        #[test]
        fn lives_go_forward(
            identification in any_identification(),
            steps in proptest::collection::vec(any_step(), 0..60),
        ) {
            let mut state = TaskState::Created;
            for taken in steps {
                let before = state;
                match step(state, identification, taken) {
                    Ok(to) => {
                        prop_assert!(!before.is_final(), "{before:?} is final");
                        prop_assert!(to > before || (to, before) == (TaskState::Invited, TaskState::Invited));
                        state = to;
                    }
                    Err(_) => prop_assert_eq!(state, before),
                }
            }
        }

        #[test]
        fn every_task_is_in_exactly_one_place(
            tasks in proptest::collection::vec((any_state(), any_identification()), 0..60),
            taken in any_step(),
        ) {
            let Some(kind) = taken.kind() else { return Ok(()) };
            let classes: Vec<TaskClass> = tasks
                .iter()
                .zip(1_i64..)
                .map(|((state, identification), id)| TaskClass {
                    state: *state,
                    identification: *identification,
                    tasks: [id].into_iter().collect(),
                })
                .collect();
            let plan = plan_tasks(kind, &classes).unwrap();
            let mut everything: Vec<i64> = plan.accepted.iter().collect();
            everything.extend(plan.rejected.iter().flat_map(|(_, ids)| ids.iter()));
            everything.sort_unstable();
            let all: Vec<i64> = classes.iter().flat_map(|class| class.tasks.iter()).collect();
            prop_assert_eq!(everything, all);
        }
    }
}
