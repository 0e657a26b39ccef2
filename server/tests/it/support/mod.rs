//! A desk that runs, and users who work at it.

mod app;
mod authenticator;
mod database;
mod dump;
mod http;
mod user;

pub use app::{ASTRA, Options, PARTNER, ROMASHKA, SECRET, SEVER, TestApp, oidc_settings, run, today};
pub use authenticator::{Authenticator, bytes};
pub use database::{CUSTOMERS, connection};
pub use dump::{Dump, check_invariants};
pub use http::{Answer, Ask, Client, refusal};
pub use user::{User, of};

/// Makes of an `async fn name(app: TestApp)` a test on each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        $crate::support::on_both! { Options::default() => $($name),+ }
    };
    ($options:expr => $($name:ident),+ $(,)?) => {$(
        mod $name {
            use $crate::support::Options;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::support::run(store::Backend::Sqlite, $options, super::$name).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::support::run(store::Backend::Postgres, $options, super::$name).await;
            }
        }
    )+};
}
pub(crate) use on_both;
