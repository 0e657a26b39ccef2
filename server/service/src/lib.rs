//! The use cases of the licence desk behind one [`Desk`]: authorisation, planning, audit. Server functions and the
//! command line call the very same methods.

mod access;
mod actor;
mod audit;
mod desk;
mod invitation;
mod passkey;
mod password;
pub mod ports;
mod question;
pub mod roster;
mod secret;
mod totp;

pub use actor::{Actor, Origin};
pub use audit::{ChainFault, INSTALLATION, Object, chain};
pub use desk::{
    AccountList, Anchor, Answer, ApplicationPage, Applications, AskError, BuyerEntry, CatalogueError, CatalogueFile,
    CheckedLog, ConnectState, Connecting, ContractEntry, ContractError, ContractsFile, CsvChunk, Customer,
    DEVICE_SECONDS, Dashboard, Decided, DecisionForm, Desk, EndSessions, Entered, EntryError, EntryFault,
    ExtensionEntry, ExtensionState, FLOW_SECONDS, Factor, FirstStep, FormOf, HALF_SECONDS, HandedList, IDLE_SECONDS,
    InstallationLog, Joining, JointRenewal, KeysError, Leaves, LetterPage, Letters, LogFault, MOST_PASSKEYS, ManageRow,
    ManageSheet, ManagedChunk, ManagedReport, ManagedRow, NewsPage, Offered, OrderPage, Orders, Outside,
    PASSKEY_SECONDS, PREVIEW_SECONDS, ProductEntry, PromotionEntry, Published, Queue, ReconciliationForm,
    ReconciliationPage, Reconciliations, Recoverable, Recovered, RegionChoice, Registering, Reminded, Renewal,
    Renewals, SESSION_SECONDS, Saved, Selected, SelectedTasks, SentAway, Service, Shop, SignedIn, SigningUp, SizeEntry,
    StepsDone, Subscribing, TaskPage, Visit, Waiting, Ways,
};
pub use invitation::InvitationToken;
pub use passkey::{KeptPasskey, PasskeyFault, RelyingParty};
pub use password::hash_password;
pub use question::{MOST as MOST_ASKED, Question};
pub use secret::{CodeSalt, DeviceToken, FlowToken, HalfToken, KeyToken, PasskeyToken, SessionToken, TicketToken};
pub use totp::FactorSecret;
