//! The use cases of the licence desk behind one [`Desk`]: authorisation, planning, audit. Server functions and the
//! command line call the very same methods.

mod actor;
mod audit;
mod desk;
mod password;
pub mod ports;
pub mod roster;

pub use actor::{Actor, SessionToken};
pub use audit::{ChainFault, Object, chain};
pub use desk::{CsvChunk, Desk, PREVIEW_SECONDS, SESSION_SECONDS};
pub use password::hash_password;
