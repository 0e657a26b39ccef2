//! The partner centre.

mod nav;

pub use nav::{PartnerTab, PartnerTabs};
