use domain::{DeskError, Frame, Product, Trial};
use leptos::prelude::*;

use crate::i18n::{StockWords, use_lang};
use crate::pages::confirmation::Confirmation;
use crate::parts::{Head, Here, Layout};

/// `/licenses/trial?product=3`
#[component]
pub fn StartTrial(frame: Frame, product: Product, trial: Trial, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Licenses>
            <Head title=lang.start_trial_title(&product.title)/>
            <Confirmation
                action="/api/start_trial"
                field=("product", product.id.to_string())
                press=lang.start_trial(trial)
                leave=("/licenses".to_owned(), t.not_now)
                refused
            >
                <p>{t.trial_once}</p>
                <p>{t.trial_ends}</p>
            </Confirmation>
        </Layout>
    }
}
