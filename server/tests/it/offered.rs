//! What one may not is not offered: whoever it is, every link that they are shown leads somewhere, and every form is theirs to
//! send.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::{Capability, Deed, GRANTABLE, Kind, Kopecks, OrderId, Payment, Rights, Role};

use crate::access::{address, lacks, needs, page_needs, with_rights};
use crate::organizations::Ids;
use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    whatever_is_offered_is_allowed,
    whatever_is_offered_at_a_customers_is_allowed,
    only_its_author_is_offered_to_withdraw_what_waits,
    a_level_beyond_ones_own_is_only_shown,
    a_paid_order_offers_what_one_may,
);

/// Of one page so many addresses are looked at: with other queries, or other ids.
const OF_ONE_PAGE: usize = 2;

/// Something on a page to be pressed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Offer {
    /// A link, or a form that only looks.
    There(String),
    /// A form of a server function, and the operation that it names.
    Function(String, Option<i64>),
}

/// The address behind the door to a customer's desk; any other as it is.
fn through(there: &str) -> &str {
    let rest = there.strip_prefix("/for/").and_then(|rest| rest.find('/').and_then(|end| rest.get(end..)));
    rest.unwrap_or(there)
}

/// Whatever a page offers.
fn offers(page: &str) -> BTreeSet<Offer> {
    let value = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.replace("&amp;", "&"))
    };
    let mut offers = BTreeSet::new();
    let mut add = |target: String, operation: Option<i64>| {
        let target = target.split('#').next().unwrap_or_default().to_owned();
        match through(&target).strip_prefix("/api/") {
            Some(function) => offers.insert(Offer::Function(function.to_owned(), operation)),
            None if target.starts_with('/') && !target.starts_with("/pkg/") => offers.insert(Offer::There(target)),
            None => false,
        };
    };
    let tags = |text: &str, name: &str| -> Vec<(String, String)> {
        let start = format!("<{name} ");
        let parts = text.split(&start).skip(1);
        parts.filter_map(|part| part.split_once('>')).map(|(tag, rest)| (format!(" {tag}"), rest.to_owned())).collect()
    };
    for (tag, _) in tags(page, "a") {
        if let Some(there) = value(&tag, "href") {
            add(there, None);
        }
    }
    for (tag, rest) in tags(page, "form") {
        let form = rest.split("</form>").next().unwrap();
        let inputs = tags(form, "input").into_iter().map(|(tag, _)| tag);
        let mut named = inputs.filter(|tag| value(tag, "name").as_deref() == Some("operation"));
        let operation = named.find_map(|tag| value(&tag, "value")?.parse().ok());
        if let Some(there) = value(&tag, "action") {
            add(there, operation);
        }
        for (button, _) in tags(form, "button") {
            if let Some(there) = value(&button, "formaction") {
                add(there, operation);
            }
        }
    }
    offers
}

/// The address of a page as the router writes it.
fn page_of(there: &str) -> Option<&'static str> {
    let path = through(there).split('?').next()?;
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |known: &&&'static str| {
        let own: Vec<&str> = known.split('/').collect();
        own.len() == parts.len() && own.iter().zip(&parts).all(|(own, part)| own == part || own.starts_with('{'))
    };
    // `/admin/levels` is not the account «levels».
    let paths = server::http::paths();
    paths.iter().filter(fits).min_by_key(|known| known.matches('{').count()).copied()
}

/// Whether only forms are answered at this address.
fn posted(there: &str) -> bool {
    let parts: Vec<&str> = there.split('/').collect();
    let fits = |known: &str| {
        let own: Vec<&str> = known.split('/').collect();
        own.len() == parts.len() && own.iter().zip(&parts).all(|(own, part)| own == part || own.starts_with('{'))
    };
    server::http::routes().iter().any(|(method, path)| method == "POST" && fits(path))
}

/// What the page or file at this address needs.
fn there_needs(there: &str) -> &'static [Capability] {
    // «История подключений» is for whoever manages accounts, and so is its file.
    match through(there).starts_with("/log.csv?what=connections") {
        true => &[Capability::Accounts],
        false => page_of(there).map_or(&[], page_needs),
    }
}

/// What it takes to send a form; of an operation, what its kind does.
async fn function_needs(app: &TestApp, function: &str, operation: Option<i64>) -> Vec<Capability> {
    let kind = match operation {
        Some(id) => {
            let kind = app.rows(&format!("SELECT kind FROM operations WHERE id = {id}")).await.remove(0);
            Some(Kind::from_code(kind.trim().rsplit('=').next().unwrap()).unwrap_or_else(|| panic!("{kind}")))
        }
        None => None,
    };
    match (function, kind) {
        ("undo", Some(kind)) => kind.inverse().unwrap().needs().to_vec(),
        ("approve" | "decline" | "confirm", Some(kind)) => kind.needs().to_vec(),
        _ => needs(function).to_vec(),
    }
}

/// Walks from page to page; what was wrong, and which pages and functions were offered.
async fn walk(
    app: &TestApp,
    user: &User,
    (rights, granted): (Rights, Rights),
    from: &[String],
) -> (Vec<String>, BTreeSet<&'static str>, BTreeSet<String>) {
    let mut wrong = Vec::new();
    let (mut pages, mut functions) = (BTreeSet::new(), BTreeSet::new());
    let mut seen: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut next: VecDeque<(String, String)> = from.iter().map(|there| (String::new(), there.clone())).collect();
    while let Some((source, there)) = next.pop_front() {
        let Some(page) = page_of(&there) else {
            // What forms alone are sent to, as the table of routes knows.
            if posted(&there) {
                continue;
            }
            // Files of the site.
            assert!(there.starts_with("/favicon"), "{source} leads to {there}, which is no page");
            continue;
        };
        // At a customer's desk one may what both allow.
        let door = |there: &str| there.starts_with("/for/");
        let may = |there: &str| if door(there) { rights.and(granted) } else { rights };
        let known = seen.entry(page).or_default();
        if known.contains(&there) || (!source.is_empty() && known.len() >= OF_ONE_PAGE) {
            continue;
        }
        known.insert(there.clone());
        let answer = user.get(&there).await;
        match answer.status {
            200 => {}
            300..400 => {
                next.push_back((there.clone(), answer.leads_to().to_owned()));
                continue;
            }
            // A link of a letter, which is the test's; a trial without a product.
            404 | 409 if source.is_empty() => continue,
            status => {
                wrong.push(format!("{source} offers {there}: {status}"));
                continue;
            }
        }
        pages.insert(page);
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        for offer in offers(answer.text()) {
            match offer {
                Offer::There(target) => {
                    // Leads there and is not looked at again: what it needs is known all the same.
                    if let Some(missing) = lacks(may(&target), there_needs(&target)) {
                        wrong.push(format!("{there} offers {target}: {missing:?}"));
                    }
                    next.push_back((there.clone(), target));
                }
                Offer::Function(function, operation) => {
                    let needs = function_needs(app, &function, operation).await;
                    if let Some(missing) = lacks(may(&there), &needs) {
                        wrong.push(format!("{there} offers {function}: {missing:?}"));
                    }
                    functions.insert(function);
                }
            }
        }
    }
    (wrong, pages, functions)
}

/// Orders in each state, by their ids.
async fn orders(app: &TestApp, owner: &User) -> [OrderId; 3] {
    let fields = [
        ("inn", "7707083893".to_owned()),
        ("kpp", "773601001".to_owned()),
        ("address", "Москва".to_owned()),
        ("product[]", "1".to_owned()),
        ("seats[]", "10".to_owned()),
    ];
    let raise = async || owner.post("raise_order").form(&fields).call::<OrderId>().await.unwrap();
    let [raised, paid, cancelled] = [raise().await, raise().await, raise().await];
    let payment = Payment {
        source: "statement".into(),
        reference: "1".into(),
        amount: Kopecks(300_000),
        payer: "ООО «Ромашка»".into(),
        purpose: format!("Оплата по счёту № {}", paid.number()),
    };
    app.other_desk().record_payment(&payment).await.unwrap();
    owner.post("cancel_order").form(&[("order", cancelled.to_string())]).call::<()>().await.unwrap();
    [raised, paid, cancelled]
}

/// Operations of the owner that wait for a second person: an issue and a revocation.
async fn waiting(owner: &User) -> [i64; 2] {
    let rules = [("issue", "1".to_owned()), ("revoke", "1".to_owned())];
    owner.post("keep_approvals").form(&rules).call::<()>().await.unwrap();
    let pool = owner.pool("hR7_kQ2z").await.id;
    let issue = owner.preview_of(Deed::Issue, &owner.issuable(2).await).await;
    owner.confirm(&issue, Some(pool)).await.unwrap();
    let held = owner.pick(2, |row| !row.held.is_empty()).await;
    let revoke = owner.preview_of(Deed::Revoke, &held).await;
    owner.confirm(&revoke, None).await.unwrap();
    [issue.operation.0, revoke.operation.0]
}

/// A list of which somebody is not registered.
async fn listed(owner: &User) -> i64 {
    let pool = owner.pool("hR7_kQ2z").await.id.to_string();
    let list = [("pool", pool), ("emails", "nobody@nowhere.example".to_owned())];
    let preview: domain::OperationId = owner.post("bind_list").form(&list).call().await.unwrap();
    preview.0
}

/// An organisation in which something has happened, and addresses that no link leads to from everywhere.
async fn world(app: &TestApp, owner: &User) -> Vec<String> {
    let ids = Ids::of(app, owner).await;
    let revoked = owner.pick(1, |row| !row.held.is_empty()).await;
    let revoked = owner.revoke(&revoked).await.id;
    let [raised, paid, cancelled] = orders(app, owner).await;
    let listed = listed(owner).await;
    let [issue, revoke] = waiting(owner).await;
    let mut all: Vec<String> = server::http::paths().into_iter().map(|path| address(path, &ids)).collect();
    all.retain(|there| !there.starts_with("/at/") && !there.starts_with("/oidc"));
    all.extend([revoked.0, listed, issue, revoke, ids.steps, ids.preview].map(|id| format!("/operations/{id}")));
    all.extend([raised, paid, cancelled].map(|id| format!("/orders/{id}")));
    let pool = ids.pool;
    all.extend(["held", "free"].map(|show| format!("/licenses/{pool}?show={show}")));
    all.extend([format!("/admin/{}", ids.invited), "/log?what=licences".to_owned()]);
    all
}

async fn whatever_is_offered_is_allowed(app: TestApp) {
    let owner = app.romashka().await;
    let all = world(&app, &owner).await;
    let mut people: Vec<(String, Rights, User)> = Vec::new();
    for role in Role::ALL {
        people.push((format!("{role:?}"), role.rights(), app.with_role(role).await));
    }
    for one in Capability::ALL {
        let (name, rights) = (format!("Только {}", one.code()), [one].into_iter().collect::<Rights>().complete());
        let user = with_rights(&app, &owner, &name, rights).await;
        people.push((name, rights, user));
    }
    let mut wrong = BTreeSet::new();
    // As the customer of the world has granted it.
    let customers = [Capability::People, Capability::Stock].into_iter().collect();
    for (name, rights, user) in &people {
        // What they may see they are led to from the start, or find by its address.
        let seen = |there: &&String| page_of(there).is_none_or(|page| lacks(*rights, page_needs(page)).is_none());
        let from: Vec<String> = ["/".to_owned()].into_iter().chain(all.iter().filter(seen).cloned()).collect();
        let (more, pages, functions) = walk(&app, user, (*rights, customers), &from).await;
        wrong.extend(more.into_iter().map(|what| format!("{name}: {what}")));
        if *name == "Owner" {
            assert!(pages.len() >= 48, "{pages:?}");
            let there =
                ["start_renew", "renew_order", "cancel", "undo", "keep_role", "delete_role", "unbind", "confirm"];
            for function in there {
                assert!(functions.contains(function), "{function} is offered to nobody: {functions:?}");
            }
        }
        assert!(pages.contains("/account"), "{name}: {pages:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // It would be seen: the owner's pages are not for the others.
    let found = offers(owner.get("/licenses/renew").await.text());
    assert!(found.contains(&Offer::Function("renew_order".into(), None)), "{found:?}");
    let clerk = Role::Accountant.rights();
    let refused = found.iter().filter(|offer| match offer {
        Offer::There(there) => lacks(clerk, there_needs(there)).is_some(),
        Offer::Function(function, _) => lacks(clerk, needs(function)).is_some(),
    });
    assert!(refused.count() >= 3, "{found:?}");
}

/// At a customer's desk, whatever it has granted.
async fn whatever_is_offered_at_a_customers_is_allowed(app: TestApp) {
    let owner = app.romashka().await;
    let all = world(&app, &owner).await;
    let partner = app.partner().await;
    let own = Rights::all();
    for one in GRANTABLE.map(|one| vec![one]).into_iter().chain([GRANTABLE.to_vec()]) {
        let granted = one.into_iter().collect::<Rights>().complete();
        let codes = granted.to_codes();
        app.sql(&format!("UPDATE partnerships SET capabilities = '{codes}' WHERE partner_id = 3")).await;
        let seen = |there: &&String| page_of(there).is_some_and(|page| lacks(granted, page_needs(page)).is_none());
        let mut from = Vec::new();
        for there in all.iter().filter(seen) {
            let there = format!("/for/1{there}");
            if partner.get(&there).await.status != 404 {
                from.push(there);
            }
        }
        assert!(!from.is_empty(), "{codes}");
        let (wrong, pages, _) = walk(&app, &partner, (own, granted), &from).await;
        assert!(wrong.is_empty(), "{codes}: {wrong:#?}");
        assert!(pages.contains("/partner/customers"), "{codes}: the way back");
    }
}

#[test]
fn offers_are_found_where_they_are() {
    let page = r##"<a class="x" href="/a?b=1&amp;c=2#d">x</a><a href="#main">y</a><a href="https://other.example/">z</a>
        <form method="post" action="/api/undo"><input type="hidden" name="operation" value="12"/><button>x</button>
        <button class="y" formaction="/api/cancel">y</button></form><form method="get" action="/users"></form>"##;
    let function = |name: &str| Offer::Function(name.to_owned(), Some(12));
    let there = |there: &str| Offer::There(there.to_owned());
    let all = [there("/a?b=1&c=2"), there("/users"), function("undo"), function("cancel")];
    assert_eq!(offers(page), all.into_iter().collect());
    assert_eq!(page_of("/admin/levels"), Some("/admin/levels"));
    assert_eq!(page_of("/admin/7"), Some("/admin/{id}"));
    assert_eq!(page_of("/nowhere/at/all"), None);
}

async fn only_its_author_is_offered_to_withdraw_what_waits(app: TestApp) {
    let owner = app.romashka().await;
    let [issue, _] = waiting(&owner).await;
    let there = format!("/operations/{issue}");
    let withdraws = async |user: &User| {
        let page = user.get(&there).await;
        assert!(page.text().contains("Ждёт согласования"), "{}", page.text());
        offers(page.text()).contains(&Offer::Function("cancel".into(), Some(issue)))
    };
    assert!(withdraws(&owner).await);
    assert!(withdraws(&app.romashka().await).await, "in another session it is theirs, too");
    // Neither to whoever may decide, nor to whoever may only look.
    let revokes = [Capability::Revoke].into_iter().collect::<Rights>().complete();
    let revokes = with_rights(&app, &owner, "Отзывающий", revokes).await;
    for other in [&app.with_role(Role::Administrator).await, &app.with_role(Role::User).await, &revokes] {
        assert!(!withdraws(other).await);
        assert_eq!(other.cancel(domain::OperationId(issue)).await, Err(domain::DeskError::NotYourOperation));
    }
}

async fn a_level_beyond_ones_own_is_only_shown(app: TestApp) {
    let owner = app.romashka().await;
    let accounts: Rights = [Capability::Accounts].into_iter().collect();
    let keeper = with_rights(&app, &owner, "Ведёт учётные записи", accounts).await;
    let level = async |name: &str, right: &str| {
        let form = [("name", name.to_owned()), ("rights[]", right.to_owned())];
        owner.post("keep_role").form(&form).call::<domain::RoleId>().await.unwrap()
    };
    let (more, less) = (level("Журнал", "audit").await, level("Ещё один", "accounts").await);
    let offered = async |user: &User, id: domain::RoleId| {
        let page = user.get(&format!("/admin/levels/{id}")).await;
        assert_eq!(page.status, 200);
        let of = |offer: Offer| match offer {
            Offer::Function(function, _) => Some(function),
            Offer::There(_) => None,
        };
        let functions: BTreeSet<String> = offers(page.text()).into_iter().filter_map(of).collect();
        ["keep_role", "delete_role"].map(|function| functions.contains(function))
    };
    assert_eq!(offered(&keeper, more).await, [false, false]);
    let page = keeper.get(&format!("/admin/levels/{more}")).await;
    assert!(page.text().contains("Журнал") && page.text().contains("прав больше, чем у Вас"), "{}", page.text());
    assert_eq!(offered(&keeper, less).await, [true, true]);
    assert_eq!(offered(&owner, more).await, [true, true]);
}

async fn a_paid_order_offers_what_one_may(app: TestApp) {
    let owner = app.romashka().await;
    let [_, paid, _] = orders(&app, &owner).await;
    let clerk = app.with_role(Role::Accountant).await;
    let there = format!("/orders/{paid}");
    let leads = async |user: &User, start: &str| {
        let page = user.get(&there).await;
        assert_eq!(page.status, 200);
        offers(page.text()).iter().any(|offer| matches!(offer, Offer::There(there) if there.starts_with(start)))
    };
    for start in ["/users?licence=none", "/licenses/renew", "/licenses/"] {
        assert!(leads(&owner, start).await && !leads(&clerk, start).await, "{start}");
    }
    // Of the stock they see what it is, and not who has it.
    let stock = clerk.get("/licenses").await;
    assert!(stock.text().contains("hR7_kQ2z") && !stock.text().contains("href=\"/licenses/2\""));
    assert!(owner.get("/licenses").await.text().contains("href=\"/licenses/2\""));
    let renew = clerk.get("/licenses/renew").await;
    assert!(renew.text().contains("/api/renew_order") && !renew.text().contains("/api/start_renew"));
    // Whoever neither moves anybody nor orders is not led there.
    let looks = app.with_role(Role::User).await;
    let to_renew = async |user: &User| user.get("/licenses").await.text().contains("href=\"/licenses/renew\"");
    assert!(to_renew(&owner).await && to_renew(&clerk).await && !to_renew(&looks).await);
    let user = looks.get("/licenses/renew").await;
    assert!(!user.text().contains("/api/renew_order") && !user.text().contains("name=\"pool[]\""));
    // The log names orders to whoever may not look at them, and leads nobody there.
    let log = app.with_role(Role::Support).await.get("/log").await;
    assert!(
        log.text().contains("Заказ")
            && !log.text().contains("href=\"/orders/")
            && !log.text().contains("href=\"/admin/")
    );
    assert!(owner.get("/log").await.text().contains(&format!("href=\"/orders/{paid}\"")));
    assert!(app.told(ROMASHKA, "order.paid").await.len() == 1);
}
