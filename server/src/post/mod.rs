//! What takes letters away: by SMTP, and those of phones by the HTTP of an SMS gateway.

mod body;
mod sms;
mod smtp;

pub use sms::{Sms, SmsOptions};
pub use smtp::Smtp;
