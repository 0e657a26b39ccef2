use domain::{DeskError, Frame, Region};
use leptos::prelude::*;
use service::RegionChoice;

use crate::i18n::{ManageWords, number, use_lang};
use crate::pages::Refused;
use crate::parts::{Head, Here, Layout, lead};

/// `/users/manage/12/region`: where the selected people are.
#[component]
pub fn ChooseRegion(frame: Frame, choice: RegionChoice, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let m = lang.managing();
    let usual = choice.usual.map_or(m.region_unknown.to_owned(), |region| lang.region_line(region));
    let usual = format!("{} ({usual})", m.region_usual);
    let only = match choice.said.as_slice() {
        [(only, _)] => Some(*only),
        _ => None,
    };
    let said = choice.said.iter().map(|(region, count)| {
        let text = region.map_or_else(|| usual.clone(), |region| lang.region_line(region));
        format!("{text}: {}", number(*count))
    });
    let said = said.collect::<Vec<_>>().join("; ");
    let options = Region::all().map(move |region| {
        view! { <option value=region.to_string() selected=only == Some(Some(region))>{lang.region_line(region)}</option> }
    });
    let back = format!("/users/manage/{}", choice.operation);
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Users>
            <Head title=m.region_title/>
            <div class="page">
                <form class="deed" method="post" action="/api/keep_region">
                    <input type="hidden" name="operation" value=choice.operation.to_string()/>
                    <header class="deed-head"><p id="deed-lead">{lead(lang, choice.people, &choice.names)}</p></header>
                    <div class="deed-body">
                        <Refused error=refused/>
                        <p>{m.region_lead}</p>
                        <p class="facts-box">{m.region_now}": "{said}</p>
                        <div class="field">
                            <label for="region">{m.region_label}</label>
                            <span class="select">
                                <select id="region" name="region">
                                    <option value="" selected=only == Some(None)>{usual}</option>
                                    {options.collect_view()}
                                </select>
                            </span>
                        </div>
                    </div>
                    <footer class="deed-foot">
                        <button class="button primary">{format!("{} ({})", m.save, number(choice.people))}</button>
                        <a class="button" href=back>{m.back_to_manage}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}
