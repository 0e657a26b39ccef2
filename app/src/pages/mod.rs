//! One file per page, named as its address.

mod delete;
mod new_user;
mod not_found;
mod operations;
mod report;
mod sign_in;
mod users;

pub use delete::DeletePage;
pub use new_user::NewUserPage;
pub use not_found::{HomePage, NotFound};
pub use operations::OperationsPage;
pub use report::ReportPage;
pub use sign_in::SignInPage;
pub use users::UsersPage;
