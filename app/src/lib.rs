//! What the browser sees. Compiled twice: `ssr` renders pages on the server, `hydrate` wakes them in the browser.
#![recursion_limit = "256"]

mod address;
pub mod api;
pub mod error;
pub mod i18n;
mod pages;
mod parts;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
mod state;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::{ParamSegment, SsrMode, StaticSegment};

use i18n::Lang;
use pages::{DeletePage, HomePage, NewUserPage, NotFound, OperationsPage, ReportPage, SignInPage, UsersPage};
use parts::Layout;

#[cfg(feature = "ssr")]
pub use shell::shell;

#[cfg(feature = "hydrate")]
pub use state::remember_early_ticks;

/// The whole site. Pages are rendered whole (`SsrMode::Async`), so that they work before, and without, scripts.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(page_lang());
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFound/> }.into_any()>
                <Route path=StaticSegment("") view=HomePage ssr=SsrMode::Async/>
                <Route path=StaticSegment("sign-in") view=SignInPage ssr=SsrMode::Async/>
                <ParentRoute path=StaticSegment("") view=|| view! { <Layout><Outlet/></Layout> }.into_any() ssr=SsrMode::Async>
                    <Route path=StaticSegment("users") view=UsersPage ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("users"), StaticSegment("new")) view=NewUserPage ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("users"), StaticSegment("delete")) view=DeletePage ssr=SsrMode::Async/>
                    <Route path=StaticSegment("operations") view=OperationsPage ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("operations"), ParamSegment("id")) view=ReportPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// From the cookie on the server, from `<html lang>` in the browser.
fn page_lang() -> Lang {
    #[cfg(feature = "ssr")]
    {
        ssr::preferences().lang
    }
    #[cfg(not(feature = "ssr"))]
    {
        let root = document().document_element();
        root.and_then(|root| Lang::from_code(&root.get_attribute("lang")?)).unwrap_or_default()
    }
}
