//! Pieces that several pages use.

mod deal;
mod dialog;
mod field;
mod layout;
mod options;
mod toast;

pub use deal::Deal;
pub use dialog::Dialog;
pub use field::Field;
pub use layout::{Head, Here, Layout};
pub use options::{LeftOutList, PoolOptions, TypedNumber, lead};
pub use toast::Toast;
