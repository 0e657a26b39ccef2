//! [`DeskError`] is what a use case answers with and what goes over the wire: a stable code with its data, never a
//! text (the screen has the words, in Russian and English) and never another library's error. [`FieldError`] is one
//! wrong field of a form; [`Refusal`] why an operation as a whole is refused.

use serde::{Deserialize, Serialize};

use crate::{Capability, DealFault, IdSet, Instant, LinkFault, OperationState, Reason, Refusal};

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    Required,
    TooLong {
        most: usize,
    },
    NotAName,
    /// A name with the address of a site.
    LeadsAway,
    NotAnEmail,
    /// Somebody of the organisation has this e-mail.
    Taken,
    /// The group does not exist (any more).
    Unknown,
    /// Whoever has this e-mail is left out.
    LeftOut(Reason),
    /// Whoever has this e-mail holds a seat of this very pool.
    BoundAlready,
    TooMany {
        most: usize,
    },
    NotAnInn,
    /// A private person's has 12 digits.
    NotAPersonsInn,
    /// Less than surname and first name.
    NotAFullName,
    NotAKpp,
    /// A whole number from 1 to `most`.
    NotACount {
        most: u64,
    },
    /// The product is not sold (any more).
    NotSold,
    NotAPhone,
    /// A phone that gets no SMS.
    Landline,
    /// Of other letters than Latin ones, digits and hyphens, or one that is kept back.
    NotAServiceAddress,
    /// Lines that are no people.
    NotAList,
    /// No day, or one to come.
    NotADay,
    /// Number and PIN do not fit, or were used.
    WrongKey,
    /// Not 8 letters and digits, or nobody's.
    NotAPartnerCode,
    /// No day, or not one to come within [`crate::MAX_CERTIFICATE_YEARS`].
    NotAhead,
    NotATime,
    /// Of a time at which letters are to go: in hours in which none goes.
    InQuietHours,
    /// Of a password, in characters.
    TooShort {
        least: usize,
    },
    /// One that is guessed first.
    CommonPassword,
    /// Not the one that was sent, or shown.
    WrongCode,
    /// Not one that the app gives now, or one that was used.
    WrongAppCode,
    WrongPassword,
    /// The answer to the question that programs do not answer.
    WrongAnswer,
    /// To the terms.
    NotAgreed,
    /// Typed twice, differently.
    NotTheSame,
    /// More than the one who gives it may do.
    BeyondOwn,
    /// A right over the whole organisation, for whoever is to see only some of it.
    OverEverybody,
    /// A whole number from `least` to `most`.
    NotANumber {
        least: u64,
        most: u64,
    },
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub problem: FieldProblem,
}

/// How the world moved between a preview and its confirmation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// People who were to be touched and now would not be, by reason.
    pub lost: Vec<(Reason, IdSet)>,
    /// People who were left out and now would be touched.
    pub gained: IdSet,
    /// The first few names of both, for the message.
    pub names: Vec<String>,
}

/// Everything a use case can refuse with. On the wire: `"not_signed_in"`, `{"unknown_members": {"count": 1}}`; the code
/// as the name, so that the browser downloads no second parser for it, and none at all for what the table of people is never
/// answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum DeskError {
    #[error("not_signed_in")]
    NotSignedIn,
    /// Unknown e-mail or wrong password: the same answer for both.
    #[error("wrong_credentials")]
    WrongCredentials,

    /// Too many wrong passwords: for so many minutes none is looked at.
    #[error("sign_in_blocked")]
    SignInBlocked { minutes: u64 },
    /// Before such a deed one shows again who one is.
    #[error("proof_required")]
    ProofRequired,
    /// The installation registers nobody.
    #[error("registration_closed")]
    RegistrationClosed,
    #[error("unknown_account")]
    UnknownAccount,
    /// The owner is not changed or deleted by others, and goes only by handing over.
    #[error("owners_own")]
    OwnersOwn,
    /// Somebody has to be left who manages accounts.
    #[error("last_administrator")]
    LastAdministrator,
    /// The identity provider does not answer.
    #[error("provider_away")]
    ProviderAway,
    /// The organisation requires a second factor, and the account has none: it is connected first.
    #[error("factor_required")]
    FactorRequired,
    /// Between the password and the code too much time has passed, or the password was another one meanwhile.
    #[error("sign_in_over")]
    SignInOver,
    /// What a passkey has answered does not fit.
    #[error("passkey_refused")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    PasskeyRefused,
    /// Nobody has asked for this answer, or it comes too late, or a second time.
    #[error("passkey_over")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    PasskeyOver,
    /// An account has it already.
    #[error("passkey_taken")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    PasskeyTaken,
    #[error("too_many_passkeys")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TooManyPasskeys,

    /// The level of access does not allow it.
    #[error("forbidden")]
    Forbidden { needs: Capability },

    #[error("empty_selection")]
    EmptySelection,
    #[error("selection_too_large")]
    SelectionTooLarge { selected: u64, directory: u64 },
    #[error("too_many_filters")]
    TooManyFilters { most: u64 },
    /// Ids that are not this organisation's.
    #[error("unknown_members")]
    UnknownMembers { count: u64 },
    #[error("unknown_pool")]
    UnknownPool,
    #[error("pool_required")]
    PoolRequired,
    /// The seat is not that person's (any more).
    #[error("not_bound")]
    NotBound,
    /// Not a customer of one's own, or one that does not let one in any more.
    #[error("unknown_customer")]
    UnknownCustomer,
    #[error("unknown_operation")]
    UnknownOperation,
    #[error("unknown_order")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    UnknownOrder,
    #[error("unknown_task")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    UnknownTask,
    /// A certification authority takes this step, nobody beside it.
    #[error("authoritys_step")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    AuthoritysStep,
    /// The link of an invitation does not work (any more).
    #[error("link_refused")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    LinkRefused { fault: LinkFault },
    #[error("unknown_letter")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    UnknownLetter,
    /// What has gone is not sent again.
    #[error("letter_sent")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    LetterSent,
    /// Only an order that waits for its payment can be cancelled.
    #[error("order_not_open")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    OrderNotOpen,
    /// Too many numbers and PINs did not fit; after so many minutes one may try again.
    #[error("too_many_tries")]
    TooManyTries { minutes: u64 },
    /// The number and the PIN were not given, or too long ago, or the key was used since.
    #[error("key_check_over")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    KeyCheckOver,
    /// One trial of a product for each organisation.
    #[error("trial_used")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    TrialUsed,
    /// The operator has not said who sells.
    #[error("nothing_sold")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    NothingSold,

    /// About applications, contracts and what is agreed on under them.
    #[error("deal")]
    Deal { fault: DealFault },

    #[error("not_your_operation")]
    NotYourOperation,
    /// Nobody agrees to what they have asked for themselves.
    #[error("own_approval")]
    OwnApproval,
    /// The author of the operation has only just invited whoever would agree to it, or changed how they sign in.
    #[error("approver_too_new")]
    ApproverTooNew { until: Instant },
    /// The author of the operation may not do it any more.
    #[error("author_may_not")]
    AuthorMayNot,
    /// Only the owner lets one do alone what was for two.
    #[error("owner_loosens")]
    OwnerLoosens,
    /// A second person has to agree to this, and nobody can be asked here.
    #[error("approval_needed")]
    ApprovalNeeded { people: u64 },
    /// The password is long enough only beside a second factor.
    #[error("short_password")]
    ShortPassword,
    #[error("operation_expired")]
    OperationExpired,
    #[error("operation_not_open")]
    OperationNotOpen { state: OperationState },
    /// The digest is not the one of the preview.
    #[error("digest_mismatch")]
    DigestMismatch,
    #[error("plan_changed")]
    PlanChanged { moved: Moved },
    #[error("refused")]
    Refused { refusal: Refusal },
    /// Only a done issue or revoke can be undone.
    #[error("not_undoable")]
    NotUndoable { state: OperationState },

    #[error("invalid_form")]
    InvalidForm { fields: Vec<FieldError> },
    /// People who hold a licence cannot be deleted.
    #[error("members_hold_licences")]
    MembersHoldLicences { count: u64, names: Vec<String> },
    /// The selection does not hold the people who were shown; it holds so many now.
    #[error("selection_changed")]
    SelectionChanged { now: u64 },
    /// Somebody has signed in since the sessions to be ended were shown: the first names.
    #[error("sessions_changed")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    SessionsChanged { names: Vec<String> },
    /// A large deed is confirmed by typing how many people it touches.
    #[error("size_required")]
    SizeRequired { size: u64 },

    #[error("malformed")]
    Malformed,
    #[error("too_large")]
    TooLarge,
    #[error("foreign_origin")]
    ForeignOrigin,
    /// The database is locked by somebody else's long work; trying again helps.
    #[error("busy")]
    Busy,
    /// The database cannot be reached; nothing was changed.
    #[error("unavailable")]
    Unavailable,
    /// The answer was lost: what was asked for may be done or not. Asking again does nothing twice.
    #[error("outcome_unknown")]
    OutcomeUnknown,
    /// A fault of ours, logged under this number.
    #[error("internal")]
    Internal { incident: String },
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal }
    }
}

impl From<DealFault> for DeskError {
    fn from(fault: DealFault) -> Self {
        Self::Deal { fault }
    }
}

impl DeskError {
    /// The stable code, as on the wire.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Refused { refusal } => refusal.code().to_owned(),
            Self::Deal { fault } => fault.code().to_owned(),
            other => other.to_string(),
        }
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Deal { fault } => {
                if fault.is_unknown() {
                    404
                } else {
                    409
                }
            }
            Self::NotSignedIn | Self::WrongCredentials | Self::SignInOver => 401,
            Self::ForeignOrigin
            | Self::NotYourOperation
            | Self::Forbidden { .. }
            | Self::ProofRequired
            | Self::OwnApproval
            | Self::ApproverTooNew { .. }
            | Self::OwnerLoosens
            | Self::OwnersOwn
            | Self::FactorRequired => 403,
            Self::UnknownMembers { .. }
            | Self::UnknownPool
            | Self::UnknownCustomer
            | Self::UnknownOperation
            | Self::UnknownOrder
            | Self::UnknownTask
            | Self::LinkRefused { fault: LinkFault::Unknown }
            | Self::UnknownLetter
            | Self::RegistrationClosed
            | Self::UnknownAccount => 404,
            Self::OperationNotOpen { .. }
            | Self::OperationExpired
            | Self::DigestMismatch
            | Self::PlanChanged { .. }
            | Self::Refused { .. }
            | Self::NotUndoable { .. }
            | Self::NotBound
            | Self::OrderNotOpen
            | Self::KeyCheckOver
            | Self::PasskeyOver
            | Self::PasskeyTaken
            | Self::TooManyPasskeys
            | Self::LinkRefused { .. }
            | Self::AuthoritysStep
            | Self::LastAdministrator
            | Self::ApprovalNeeded { .. }
            | Self::AuthorMayNot
            | Self::ShortPassword
            | Self::LetterSent
            | Self::TrialUsed
            | Self::NothingSold
            | Self::MembersHoldLicences { .. }
            | Self::SelectionChanged { .. }
            | Self::SessionsChanged { .. } => 409,
            Self::TooManyTries { .. } | Self::SignInBlocked { .. } => 429,
            Self::TooLarge => 413,
            Self::EmptySelection
            | Self::SelectionTooLarge { .. }
            | Self::TooManyFilters { .. }
            | Self::PoolRequired
            | Self::SizeRequired { .. }
            | Self::PasskeyRefused
            | Self::InvalidForm { .. } => 422,
            Self::Malformed => 400,
            Self::Busy | Self::Unavailable | Self::OutcomeUnknown | Self::ProviderAway => 503,
            Self::Internal { .. } => 500,
        }
    }
}
