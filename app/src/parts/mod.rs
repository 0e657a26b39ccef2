//! Pieces that several pages use.

mod deal;
mod dialog;
mod field;
mod layout;
mod options;
mod term;
mod toast;

pub use deal::Deal;
pub use dialog::Dialog;
pub use field::{Field, FieldProblemText};
pub use layout::{Head, Here, Layout};
pub use options::{LeftOutList, PoolOptions, TypedNumber, lead, proof_problem};
pub use term::term_end;
pub use toast::Toast;
