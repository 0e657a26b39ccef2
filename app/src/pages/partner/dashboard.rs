use domain::{Attention, Capability, OrganizationId};
use leptos::prelude::*;
use service::{Customer, Dashboard};

use crate::i18n::{Lang, PartnerWords, use_lang};

/// `/partner`: what of customers' needs attention.
#[component]
pub fn Overview(dashboard: Dashboard) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let mut all: Vec<(&Customer, &Attention)> = dashboard
        .customers
        .iter()
        .flat_map(|customer| customer.attention.iter().map(move |what| (customer, what)))
        .collect();
    all.sort_by_key(|(_, what)| what.rank());
    let well = all.is_empty();
    let row = |(customer, what): (&Customer, &Attention)| {
        let id = customer.served.organization.id;
        view! {
            <tr role="row">
                <td role="cell" class="name">
                    <a href=format!("/partner/customers/{id}")>{customer.served.organization.name.clone()}</a>
                </td>
                <td role="cell">{line(lang, id, what, customer)}</td>
            </tr>
        }
    };
    let count = u64::try_from(dashboard.customers.len()).unwrap_or(u64::MAX);
    view! {
        <dl class="facts">
            <div><dt>{t.customers}</dt><dd><a href="/partner/customers">{lang.customer_count(count)}</a></dd></div>
            <div>
                <dt>{t.own_code}</dt>
                <dd><code data-testid="partner-code">{dashboard.code.shown()}</code>" "<span class="pale">{t.own_code_hint}</span></dd>
            </div>
        </dl>
        <h2>{t.attention}</h2>
        {if well {
            view! { <div class="empty"><h3>{t.all_well}</h3><p>{t.all_well_hint}</p></div> }.into_any()
        } else {
            view! {
                <div class="table-scroll">
                    <table class="table stack attention" role="table" aria-label=t.attention>
                        <thead role="rowgroup"><tr role="row">
                            <th role="columnheader">{t.customer}</th>
                            <th role="columnheader" class="col-attention">{t.attention}</th>
                        </tr></thead>
                        <tbody role="rowgroup">{all.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            }.into_any()
        }}
    }
}

/// What needs attention, with the way to where something is done about it.
pub(super) fn line(lang: Lang, id: OrganizationId, what: &Attention, customer: &Customer) -> impl IntoView + use<> {
    let may = |needs| customer.served.rights.may(needs) && super::super::may(needs);
    let there = match what {
        // An extension grows by an application of the customer's alone.
        Attention::RunsOut { product, .. } if product.is_extension() => format!("/partner/customers/{id}?tab=products"),
        Attention::RunsOut { product, sold: true, .. } if may(Capability::Orders) => {
            format!("/for/{id}/orders/new?product={}&seats=1", product.id)
        }
        Attention::RunsOut { .. } if may(Capability::Orders) => format!("/for/{id}/orders/new"),
        Attention::RunsOut { .. } => format!("/for/{id}/licenses"),
        Attention::Ends { .. } => format!("/for/{id}/licenses/renew"),
        Attention::Failed { operation, .. } => format!("/for/{id}/operations/{operation}"),
        Attention::Waits { .. } => format!("/partner/applications?customer={id}&state=sent"),
    };
    let soon = matches!(what, Attention::Ends { .. } | Attention::RunsOut { .. });
    view! { <a href=there class:soon=soon>{lang.attention(what)}</a> }
}
