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

pub use actor::{Actor, KeyToken, SessionToken};
pub use audit::{ChainFault, INSTALLATION, Object, chain};
pub use desk::{
    Anchor, AskError, CatalogueError, CatalogueFile, CheckedLog, CsvChunk, Desk, InstallationLog, JointRenewal,
    KeysError, LetterPage, Letters, LogFault, OrderPage, Orders, Outside, PREVIEW_SECONDS, ProductEntry, Reminded,
    Renewal, Renewals, SESSION_SECONDS, SelectedTasks, Shop, StepsDone, TaskPage,
};
pub use invitation::InvitationToken;
pub use password::hash_password;
