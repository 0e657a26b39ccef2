//! Certificate tasks as the store keeps them.

use domain::{
    AccountId, AuthorityFault, IdSet, Identification, Instant, Invitation, OperationId, OrganizationId, PersonName,
    SignatureKind, TaskId, TaskState, Way,
};

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAuthor {
    Account(AccountId),
    Person,
    Authority,
    Installation,
}

impl StepAuthor {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Person => "person",
            Self::Authority => "authority",
            Self::Installation => "installation",
        }
    }

    #[must_use]
    pub fn account(self) -> Option<AccountId> {
        if let Self::Account(id) = self { Some(id) } else { None }
    }
}

/// A certificate that there is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// `None` if it was issued by hand.
    pub serial: Option<String>,
    /// The first moment after its term.
    pub valid_until: Instant,
}

/// A step that some tasks take together. Whether they may, the rules have said.
#[derive(Clone, Debug)]
pub struct Steps<'s> {
    pub tasks: &'s IdSet,
    pub to: TaskState,
    pub at: Instant,
    pub author: StepAuthor,
    pub operation: Option<OperationId>,
    pub way: Option<Way>,
    /// Of a rejection.
    pub reason: Option<&'s str>,
    pub certificate: Option<Certificate>,
    /// When the authority is to be asked about them.
    pub ask_at: Option<Instant>,
    /// When the authority is to be told, if it was asked for a certificate.
    pub withdraw_at: Option<Instant>,
    /// When time moves them on. Those that are «истекает» move on when the certificate ends.
    pub turns_at: Option<Instant>,
}

/// What the hash of a link's token leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    pub organization: OrganizationId,
    pub task: TaskId,
    pub state: TaskState,
    pub identification: Identification,
    pub shown: Invitation,
    /// The code of the [`domain::LinkFault`] with which it was last refused.
    pub refused: Option<String>,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    pub task: TaskId,
    pub name: PersonName,
    pub email: String,
    /// The product's title.
    pub product: String,
}

/// What is to be asked of the authority, or to be told to it, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedTask {
    pub id: TaskId,
    pub state: TaskState,
    pub identification: Identification,
    pub way: Option<Way>,
    /// The [`super::Identify::code`] of what was asked for.
    pub submitted: Option<String>,
    /// How often it was asked since the last step.
    pub asked: u64,
    pub ask_at: Instant,
    pub organization: String,
    pub name: PersonName,
    pub email: String,
    pub signature: SignatureKind,
    pub fault: Option<AuthorityFault>,
}
