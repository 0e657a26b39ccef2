//! The use cases of the licence desk behind one [`Desk`]: authorisation, planning, audit. Server functions and the
//! command line call the very same methods.

mod actor;
mod audit;
mod desk;
mod invitation;
mod password;
pub mod ports;
pub mod roster;

pub use actor::{Actor, SessionToken};
pub use audit::{ChainFault, Object, chain};
pub use desk::{
    AskError, CatalogueError, CatalogueFile, CsvChunk, Desk, LetterPage, Letters, OrderPage, Orders, PREVIEW_SECONDS,
    ProductEntry, Reminded, Renewal, Renewals, SESSION_SECONDS, SelectedTasks, Shop, StepsDone, TaskPage,
};
pub use invitation::InvitationToken;
pub use password::hash_password;
