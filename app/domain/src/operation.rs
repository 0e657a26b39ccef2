//! An operation: one confirmed bulk change, with one life for all kinds.
//!
//! ```text
//! preview ──confirm──▶ (waiting ──approve──▶) done ──undo──▶ undone
//!    │                     └──▶ declined
//!    ├──▶ failed (nothing changed)
//!    └──▶ expired · cancelled
//! ```

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    Capability, Deed, DeskError, Fault, FieldError, FieldProblem, Instant, OperationId, Pool, PoolId, Reason, Refusal,
    TaskStep, Way,
};

/// What an operation does. The table of people, where licences are issued and revoked, is told of no other kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Issue,
    Revoke,
    /// The inverse of an issue: takes back exactly the seats that it gave.
    UndoIssue,
    /// The inverse of a revoke: gives back exactly the seats that it took.
    UndoRevoke,
    /// Moves people to seats of a later term.
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    Renew,
    /// The inverse of a renewal: gives back exactly the seats that were left for others.
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    UndoRenew,
    /// The installation's own: the term of a pool has ended, and its licences with it.
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    EndTerm,
    /// Sets and clears several products at once.
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    Manage,
    /// The inverse of that: takes back exactly the seats that it gave, and gives back exactly those that it took.
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    UndoManage,
    /// Steps of certificate tasks; these operations are of tasks instead of members.
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskInvite,
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskInPerson,
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskGosuslugi,
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskGoskey,
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskIssue,
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskReject,
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskRevoke,
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TaskCancel,
}

impl Kind {
    pub const ALL: [Self; 17] = [
        Self::Issue,
        Self::Revoke,
        Self::UndoIssue,
        Self::UndoRevoke,
        Self::Renew,
        Self::UndoRenew,
        Self::EndTerm,
        Self::Manage,
        Self::UndoManage,
        Self::TaskInvite,
        Self::TaskInPerson,
        Self::TaskGosuslugi,
        Self::TaskGoskey,
        Self::TaskIssue,
        Self::TaskReject,
        Self::TaskRevoke,
        Self::TaskCancel,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Revoke => "revoke",
            Self::UndoIssue => "undo_issue",
            Self::UndoRevoke => "undo_revoke",
            Self::Renew => "renew",
            Self::UndoRenew => "undo_renew",
            Self::EndTerm => "end_term",
            Self::Manage => "manage",
            Self::UndoManage => "undo_manage",
            Self::TaskInvite => "task_invite",
            Self::TaskInPerson => "task_in_person",
            Self::TaskGosuslugi => "task_gosuslugi",
            Self::TaskGoskey => "task_goskey",
            Self::TaskIssue => "task_issue",
            Self::TaskReject => "task_reject",
            Self::TaskRevoke => "task_revoke",
            Self::TaskCancel => "task_cancel",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What one has to be allowed to carry it out; of [`Kind::Manage`], whatever is wished: [`crate::Wish::needs`] says what
    /// one wish takes.
    #[must_use]
    pub fn needs(self) -> &'static [Capability] {
        match self {
            Self::Issue | Self::UndoRevoke => &[Capability::Issue],
            Self::Revoke | Self::UndoIssue => &[Capability::Revoke],
            Self::Renew | Self::UndoRenew | Self::Manage | Self::UndoManage => &[Capability::Issue, Capability::Revoke],
            _ if self.task_step().is_some() => &[Capability::Certificates],
            // Nobody carries it out; to look at it is all.
            _ => &[Capability::People],
        }
    }

    /// The deed that it was previewed as.
    #[must_use]
    pub fn deed(self) -> Option<Deed> {
        match self {
            Self::Issue => Some(Deed::Issue),
            Self::Revoke => Some(Deed::Revoke),
            Self::Renew => Some(Deed::Renew),
            _ => None,
        }
    }

    /// What undoes it; an undo is not undone itself, and time does not run back.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        match self {
            Self::Issue => Some(Self::UndoIssue),
            Self::Revoke => Some(Self::UndoRevoke),
            Self::Renew => Some(Self::UndoRenew),
            Self::Manage => Some(Self::UndoManage),
            _ => None,
        }
    }

    /// The step that it makes certificate tasks take; `None` for what is of licences. What a person, an authority or time
    /// has done to a task, no undo takes back, so none of these is undone.
    #[must_use]
    pub fn task_step(self) -> Option<TaskStep> {
        match self {
            Self::Issue
            | Self::Revoke
            | Self::UndoIssue
            | Self::UndoRevoke
            | Self::Renew
            | Self::UndoRenew
            | Self::EndTerm
            | Self::Manage
            | Self::UndoManage => None,
            Self::TaskInvite => Some(TaskStep::Invite),
            Self::TaskInPerson => Some(TaskStep::Identify(Way::InPerson)),
            Self::TaskGosuslugi => Some(TaskStep::Identify(Way::Gosuslugi)),
            Self::TaskGoskey => Some(TaskStep::Identify(Way::Goskey)),
            Self::TaskIssue => Some(TaskStep::Issue),
            Self::TaskReject => Some(TaskStep::Reject),
            Self::TaskRevoke => Some(TaskStep::Revoke),
            Self::TaskCancel => Some(TaskStep::Cancel),
        }
    }
}

/// Where in its life an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    Preview,
    /// Confirmed, for a second person to agree to.
    Waiting,
    /// A second person has not agreed.
    Declined,
    Done,
    Undone,
    Failed,
    Expired,
    Cancelled,
}

impl OperationState {
    /// Those that are kept; that an operation waits for somebody, or was declined, [`Approval`] tells.
    pub const KEPT: [Self; 6] = [Self::Preview, Self::Done, Self::Undone, Self::Failed, Self::Expired, Self::Cancelled];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Waiting => "waiting",
            Self::Declined => "declined",
            Self::Done => "done",
            Self::Undone => "undone",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::KEPT.into_iter().find(|state| state.code() == code)
    }

    /// Whether what was planned has been done.
    #[must_use]
    pub fn carried_out(self) -> bool {
        matches!(self, Self::Done | Self::Undone)
    }
}

/// Above how many people a second person has to agree, as the organisation has set it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApprovalRules {
    /// `None`: never.
    pub issue: Option<u64>,
    pub revoke: Option<u64>,
}

impl ApprovalRules {
    /// Whether this is for two; a renewal gives and takes.
    #[must_use]
    pub fn asks(self, deed: Deed, people: u64) -> bool {
        match deed {
            Deed::Issue => self.asks_both(people, 0),
            Deed::Revoke => self.asks_both(0, people),
            Deed::Renew => self.asks_both(people, people),
        }
    }

    /// The same of what gives something to so many people, and takes something from so many.
    #[must_use]
    pub fn asks_both(self, gaining: u64, losing: u64) -> bool {
        let above = |limit: Option<u64>, people: u64| people > 0 && limit.is_some_and(|limit| people > limit);
        above(self.issue, gaining) || above(self.revoke, losing)
    }

    /// Whether something is for one that was for two by `former`.
    #[must_use]
    pub fn looser_than(self, former: Self) -> bool {
        let looser =
            |now: Option<u64>, former: Option<u64>| former.is_some_and(|former| now.is_none_or(|now| now > former));
        looser(self.issue, former.issue) || looser(self.revoke, former.revoke)
    }
}

/// For so long whoever was invited or given another way to sign in by somebody is no second person to them.
pub const HANDS_SECONDS: i64 = 86_400;

/// The same as it is typed; empty for never.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalForm {
    pub issue: String,
    pub revoke: String,
}

impl ApprovalForm {
    #[must_use]
    pub fn of(rules: ApprovalRules) -> Self {
        let text = |limit: Option<u64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        Self { issue: text(rules.issue), revoke: text(rules.revoke) }
    }

    /// # Errors
    /// Every field that is no number.
    pub fn check(&self) -> Result<ApprovalRules, Vec<FieldError>> {
        let (least, most) = (0, 1_000_000);
        let mut errors = Vec::new();
        let mut limit = |field: &str, text: &str| {
            let digits: String = text.chars().filter(|char| !char.is_whitespace()).collect();
            match digits.parse::<u64>() {
                _ if digits.is_empty() => None,
                Ok(limit) if limit <= most => Some(limit),
                _ => {
                    let problem = FieldProblem::NotANumber { least, most };
                    errors.push(FieldError { field: field.to_owned(), problem });
                    None
                }
            }
        };
        let rules = ApprovalRules { issue: limit("issue", &self.issue), revoke: limit("revoke", &self.revoke) };
        if errors.is_empty() { Ok(rules) } else { Err(errors) }
    }
}

/// What a second person has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approved,
    Declined,
    /// By the author.
    Withdrawn,
}

impl Decision {
    pub const ALL: [Self; 3] = [Self::Approved, Self::Declined, Self::Withdrawn];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.code() == code)
    }
}

/// That a second person was asked, and what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub asked_at: Instant,
    pub decided: Option<Decided>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub decision: Decision,
    pub at: Instant,
    pub by: String,
    /// Of a refusal.
    pub reason: String,
}

/// What became of a member in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Rejected(Reason),
    /// Of several products at once: for what reason.
    LeftOut(Fault),
    Accepted,
    /// They have already what was wanted.
    Unchanged,
}

impl Outcome {
    #[must_use]
    pub fn code(self) -> Cow<'static, str> {
        match self {
            Self::Accepted => "accepted".into(),
            Self::Unchanged => "unchanged".into(),
            Self::Rejected(reason) => reason.code().into(),
            Self::LeftOut(fault) => format!("left_out {}", fault.code()).into(),
        }
    }

    /// For what reason somebody was left out of several products.
    #[must_use]
    pub fn fault(self) -> Option<Fault> {
        match self {
            Self::LeftOut(fault) => Some(fault),
            _ => None,
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match (code, code.strip_prefix("left_out ")) {
            ("accepted", _) => Some(Self::Accepted),
            ("unchanged", _) => Some(Self::Unchanged),
            (_, Some(fault)) => Fault::from_code(fault).map(Self::LeftOut),
            (reason, None) => Reason::from_code(reason).map(Self::Rejected),
        }
    }
}

/// People left out of a plan for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub reason: Reason,
    pub count: u64,
    /// The first few, «Ворон М. А.».
    pub names: Vec<String>,
}

/// Seats of one product that a revoke returns to stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The product's label.
    pub label: String,
    pub count: u64,
}

/// What an administrator sees before a deed: the people are frozen, only these can be touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub operation: OperationId,
    pub deed: Deed,
    /// To be named by the confirmation.
    pub digest: String,
    /// When it was made; terms of pools are judged as of then.
    pub now: Instant,
    pub expires_at: Instant,
    pub accepted: u64,
    /// The first few of them.
    pub names: Vec<String>,
    pub left_out: Vec<LeftOut>,
    /// For an issue: the organisation's pools of electronic signatures; for a renewal: the one it goes to.
    pub pools: Vec<Pool>,
    /// For an issue from one pool, or a renewal: which.
    pub pool: Option<PoolId>,
    /// For a revoke or a renewal: what goes back to stock.
    pub returned: Vec<Returned>,
    /// For a revoke: certificate tasks that will be cancelled.
    pub open_tasks: u64,
    /// For a renewal: how many could be moved besides, were there seats for them.
    #[serde(default)]
    pub waiting: u64,
}

/// The confirmation of a preview; sent twice, it has one effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub operation: OperationId,
    pub digest: String,
    /// Required for an issue.
    pub pool: Option<PoolId>,
    /// The number of people as the administrator typed it: required for a large revoke ([`Organization::is_large`]).
    ///
    /// [`Organization::is_large`]: crate::Organization::is_large
    #[serde(default)]
    pub size: Option<u64>,
}

/// Deleting people, as it is shown before it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// To be named by whoever confirms it: of exactly these people.
    pub digest: String,
    pub count: u64,
    /// The first few of them.
    pub names: Vec<String>,
    /// How many of them hold a licence, and so cannot be deleted.
    pub holders: u64,
    pub holder_names: Vec<String>,
}

/// An operation as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationSummary {
    pub id: OperationId,
    pub kind: Kind,
    pub state: OperationState,
    /// `None` if the installation itself did it.
    pub author: Option<String>,
    /// «ПЭП, код: ea9ENYf6» of an issue: the product's title and the pool's code.
    pub pool: Option<(String, String)>,
    pub created_at: Instant,
    pub settled_at: Option<Instant>,
    pub accepted: u64,
    pub rejected: u64,
    pub undoes: Option<OperationId>,
    pub undone_by: Option<OperationId>,
    pub failure: Option<Refusal>,
}

/// One person of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    pub outcome: Outcome,
    pub name: String,
    pub email: String,
}

/// A page of an operation's report: the rejected first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub summary: OperationSummary,
    pub rows: Vec<ReportRow>,
    /// From 1.
    pub page: u32,
    pub last_page: u32,
    /// What would happen now: if it still waits for its confirmation, or for whoever looks to agree.
    pub preview: Option<Preview>,
    /// If a second person was asked.
    #[serde(default)]
    pub approval: Option<Approval>,
    /// To be named by whoever agrees, if whoever looks may.
    #[serde(default)]
    pub decide: Option<String>,
    /// Of what waits for a second person.
    #[serde(default)]
    pub waits: Option<Waits>,
}

/// How it stands with an operation that waits for a second person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// Who may agree to it, by name.
    pub for_whom: Vec<String>,
    /// Who may do so only from then on ([`HANDS_SECONDS`]).
    pub later: Vec<(String, Instant)>,
    /// Why whoever looks, and may do what it does, cannot agree to it.
    pub cannot: Option<DeskError>,
    /// Whoever looks is its author.
    pub own: bool,
    /// It is not any more what would happen: it can only be declined.
    pub moved: bool,
}

/// A step of certificate tasks, as an administrator sees it before it is taken; the tasks are frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPreview {
    pub operation: OperationId,
    pub kind: Kind,
    pub digest: String,
    pub accepted: u64,
    /// Whose the first few are.
    pub names: Vec<String>,
    pub left_out: Vec<LeftOut>,
}

/// What an administrator adds when confirming a step of certificate tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskConfirmation {
    /// Of a large and dangerous one: as [`Confirmation::size`].
    pub size: Option<u64>,
    /// Of a rejection.
    pub reason: String,
    /// The last day of certificates issued by hand, ДД.ММ.ГГГГ.
    pub until: String,
}

/// A page of the list of operations, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operations {
    pub rows: Vec<OperationSummary>,
    /// Where the next page begins, if there is one.
    pub next: Option<OperationId>,
}
