//! Applications, and what is agreed on under contracts.

use app::i18n::{DealWords, Lang};
use app::pages::{DealPage, DealSaid, Page, parse_queue};
use app::ssr::{Preferences, Visitor, refused, text_in};
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::{
    ApplicationForm, ApplicationId, Capability, ChargeLine, ContractId, DealFault, DeskError, Kopecks, Month, Purpose,
    admits_purpose,
};
use service::{Actor, FormOf, ReconciliationPage};

use super::csv::line;
use super::pages::{asked, find, number, says, show};
use super::{Hall, errors};

type Id = Result<Path<String>, PathRejection>;
type ContractMonth = Result<Path<(String, String)>, PathRejection>;

/// A page: `make` is given who looks.
async fn page(
    hall: Hall,
    mut request: Request,
    make: impl AsyncFnOnce(&Hall, &Actor, &str) -> Result<DealPage, DeskError>,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let page = Box::new(make(&hall, &actor, &query).await?);
        Ok(Page::Deals { frame: hall.desk.frame(&actor).await?, page, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn own(State(hall): State<Hall>, request: Request) -> Response {
    page(hall, request, async |hall, actor, query| {
        let before = find(query, "before").and_then(|id| id.parse().ok());
        Ok(DealPage::Own { list: hall.desk.applications(actor, before).await?, later: before.is_some() })
    })
    .await
}

pub(super) async fn new(State(hall): State<Hall>, request: Request) -> Response {
    page(hall, request, async |hall, actor, query| {
        let offered = hall.desk.offered_extensions(actor).await?;
        let extension = text_in(query, "extension").unwrap_or_default();
        let purpose = find(query, "purpose").and_then(Purpose::from_code).unwrap_or_default();
        let known = offered.extensions.iter().find(|state| state.extension.code == extension);
        let admitted = known.is_some_and(|state| {
            let waits = offered.waiting.iter().any(|waiting| waiting.extension == extension);
            !waits && admits_purpose(purpose, &state.extension, state.connected.as_ref()).is_ok()
        });
        if !admitted || offered.partners.is_empty() {
            return Ok(DealPage::Choose(offered));
        }
        let fresh = ApplicationForm { extension, purpose, on: true, ..ApplicationForm::default() };
        let typed = match refused(query).is_some() || says(query, "typed") {
            true => hall.desk.kept_form::<ApplicationForm>(actor, &FormOf::NewApplication).await?,
            false => None,
        };
        let typed = typed.filter(|typed| (&typed.extension, typed.purpose) == (&fresh.extension, purpose));
        Ok(DealPage::New { offered, typed: typed.unwrap_or(fresh) })
    })
    .await
}

pub(super) async fn one(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    page(hall, request, async |hall, actor, query| {
        hall.desk.allow(actor, Capability::Orders).await?;
        let id: ApplicationId = number(&id).ok_or(DealFault::UnknownApplication)?;
        Ok(DealPage::One { page: hall.desk.application(actor, id).await?, said: DealSaid::of(query) })
    })
    .await
}

pub(super) async fn queue(State(hall): State<Hall>, request: Request) -> Response {
    page(hall, request, async |hall, actor, query| {
        let (filter, page) = parse_queue(query);
        Ok(DealPage::Queue(hall.desk.partner_applications(actor, filter, page).await?))
    })
    .await
}

pub(super) async fn decide(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    page(hall, request, async |hall, actor, query| {
        hall.desk.allow(actor, Capability::Customers).await?;
        let id: ApplicationId = number(&id).ok_or(DealFault::UnknownApplication)?;
        let page = hall.desk.partner_application(actor, id).await?;
        let typed = match refused(query).is_some() {
            true => hall.desk.kept_form(actor, &FormOf::Decision(id)).await?,
            false => None,
        };
        Ok(DealPage::Decide { page, typed, said: DealSaid::of(query) })
    })
    .await
}

pub(super) async fn reconciliations(State(hall): State<Hall>, request: Request) -> Response {
    page(hall, request, async |hall, actor, _| {
        let list = hall.desk.reconciliations(actor).await?;
        let partner = list.contracts.iter().any(|contract| contract.partner == list.own);
        Ok(DealPage::Reconciliations { list, partner })
    })
    .await
}

async fn wanted(hall: &Hall, actor: &Actor, path: &ContractMonth) -> Result<ReconciliationPage, DeskError> {
    hall.desk.allow(actor, Capability::Orders).await?;
    let found = path
        .as_ref()
        .ok()
        .and_then(|Path((contract, month))| Some((contract.parse::<ContractId>().ok()?, Month::parse(month)?)));
    let (contract, month) = found.ok_or(DealFault::UnknownReconciliation)?;
    hall.desk.reconciliation(actor, contract, month).await
}

pub(super) async fn reconciliation(State(hall): State<Hall>, path: ContractMonth, request: Request) -> Response {
    page(hall, request, async |hall, actor, query| {
        let page = wanted(hall, actor, &path).await?;
        let (contract, month) = (page.reconciliation.contract.id, page.reconciliation.month);
        let typed = match refused(query).is_some() {
            true => hall.desk.kept_form(actor, &FormOf::Reconciliation(contract, month)).await?,
            false => None,
        };
        let partner = page.side == domain::Side::Partner;
        Ok(DealPage::Reconciliation { page, typed, partner })
    })
    .await
}

/// `GET /reconciliations/3/2026-10/lines.csv`
pub(super) async fn file(
    State(hall): State<Hall>,
    Extension(visitor): Extension<Visitor>,
    path: ContractMonth,
    headers: HeaderMap,
) -> Response {
    let lang = Preferences::of(&headers).lang;
    let page = async { wanted(&hall, &visitor.actor?, &path).await };
    match page.await {
        Ok(page) => {
            let reconciliation = page.reconciliation;
            let name = format!("reconciliation-{}-{}.csv", reconciliation.contract.id, reconciliation.month);
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            ];
            (headers, text(lang, &reconciliation.lines, reconciliation.total())).into_response()
        }
        Err(error) => errors::page(&headers, &error),
    }
}

/// «1234,50»: as a spreadsheet of a Russian office reads a number.
fn plain(amount: Kopecks) -> String {
    format!("{},{:02}", amount.0 / 100, amount.0 % 100)
}

fn text(lang: Lang, lines: &[ChargeLine], total: Kopecks) -> String {
    let d = lang.dealing();
    let heading = [d.day, d.customer, d.application, d.what, d.size, d.price, d.discount, d.promotion, d.amount];
    let row = |one: &ChargeLine| {
        let charge = &one.charge;
        let promotion = charge.promotion.as_ref();
        let promotion =
            promotion.map(|(title, fate, percent)| format!("«{title}»: {}", lang.promotion_use(*fate, *percent)));
        line(&[
            &one.at.date().to_string(),
            &one.customer,
            &one.application.number(),
            &lang.application_title(one.purpose, &one.title),
            &one.size,
            &plain(charge.price),
            &charge.discount.to_string(),
            &promotion.unwrap_or_default(),
            &plain(charge.amount),
        ])
    };
    let rows: String = lines.iter().map(row).collect();
    let total = line(&[d.total, "", "", "", "", "", "", "", &plain(total)]);
    ["\u{feff}", &line(&heading), &rows, &total].concat()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use domain::{Charge, Date, ProductId, PromotionUse};

    use super::*;

    #[test]
    fn lines_are_harmless_and_sums_are_numbers() {
        let one = ChargeLine {
            application: ApplicationId(12),
            customer: "=ООО «Клиент»; и Ко".into(),
            at: Date::new(2026, 10, 5).unwrap().start(),
            product: ProductId(1),
            title: "Режим".into(),
            size: "от 2 до 9".into(),
            purpose: Purpose::Connect,
            charge: Charge {
                price: Kopecks(1_234_567),
                discount: 30,
                promotion: Some(("Welcome!".into(), PromotionUse::Excluded, 10)),
                amount: Kopecks(864_197),
            },
        };
        let text = text(Lang::Ru, &[one], Kopecks(864_197));
        let second = text.lines().nth(1).unwrap();
        assert_eq!(
            second,
            "05.10.2026;\"'=ООО «Клиент»; и Ко\";З-000012;Режим: подключение;от 2 до 9;12345,67;30;\
             «Welcome!»: не действует на расширение;8641,97"
        );
        assert!(text.starts_with('\u{feff}') && text.ends_with("Итого;;;;;;;;8641,97\r\n"));
    }
}
