//! The use cases of the licence desk behind one [`Desk`]: authorisation, planning, audit. Server functions and the
//! command line call the very same methods.

mod access;
mod actor;
mod audit;
mod desk;
mod invitation;
mod password;
pub mod ports;
mod question;
pub mod roster;
mod secret;
mod totp;

pub use actor::{Actor, Origin};
pub use audit::{ChainFault, INSTALLATION, Object, chain};
pub use desk::{
    AccountList, Anchor, Answer, AskError, CatalogueError, CatalogueFile, CheckedLog, CsvChunk, Desk, EndSessions,
    Entered, EntryError, EntryFault, FLOW_SECONDS, Factor, FirstStep, HALF_SECONDS, IDLE_SECONDS, InstallationLog,
    Joining, JointRenewal, KeysError, LetterPage, Letters, LogFault, NewsPage, OrderPage, Orders, Outside,
    PREVIEW_SECONDS, ProductEntry, Published, Recoverable, Recovered, Registering, Reminded, Renewal, Renewals,
    SESSION_SECONDS, SelectedTasks, SentAway, Shop, SignedIn, SigningUp, StepsDone, Subscribing, TaskPage, Visit,
};
pub use invitation::InvitationToken;
pub use password::hash_password;
pub use question::{MOST as MOST_ASKED, Question};
pub use secret::{DeviceToken, FlowToken, HalfToken, KeyToken, SessionToken, TicketToken};
pub use totp::FactorSecret;
