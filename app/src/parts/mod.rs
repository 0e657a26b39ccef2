//! Pieces that several pages use.

mod dialog;
mod field;
mod form_error;
mod layout;
mod options;
mod toast;

pub use dialog::Dialog;
pub use field::Field;
pub use form_error::FormError;
pub use layout::{Head, Layout};
pub use options::{LeftOutList, PoolOptions, TypedNumber, lead};
pub use toast::Toast;
