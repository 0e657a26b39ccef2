//! The use cases of the licence desk behind one [`Desk`]: authorisation, planning, audit. Server functions and the
//! command line call the very same methods.

mod access;
mod actor;
mod audit;
mod desk;
mod invitation;
mod password;
pub mod ports;
pub mod roster;
mod secret;

pub use actor::{Actor, Origin};
pub use audit::{ChainFault, INSTALLATION, Object, chain};
pub use desk::{
    AccountList, Anchor, Answer, AskError, CatalogueError, CatalogueFile, CheckedLog, CsvChunk, Desk, EndSessions,
    Entered, EntryError, EntryFault, FLOW_SECONDS, IDLE_SECONDS, InstallationLog, Joining, JointRenewal, KeysError,
    LetterPage, Letters, LogFault, OrderPage, Orders, Outside, PREVIEW_SECONDS, ProductEntry, Reminded, Renewal,
    Renewals, SESSION_SECONDS, SelectedTasks, SentAway, Shop, SignedIn, StepsDone, TaskPage, Visit,
};
pub use invitation::InvitationToken;
pub use password::hash_password;
pub use secret::{DeviceToken, FlowToken, KeyToken, SessionToken, TicketToken};
