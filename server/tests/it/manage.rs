//! «Управление лицензиями»: several products for the selected people, by the forms of its page.

use domain::{
    Capability, DeskError, Direction, OperationId, OperationState, ProductId, Rights, Role, Sort, SortKey, View,
};
use service::ports::Store;

use crate::access::with_rights;
use crate::support::{Answer, ROMASHKA, TestApp, User, on_both};

on_both!(
    the_selected_are_shown_in_the_order_of_the_table,
    all_holders_of_a_product_are_listed_in_the_order_of_the_table,
    a_selection_is_narrowed_and_keeps_what_is_ticked,
    whoever_can_get_nothing_is_taken_out_at_once,
    several_products_are_set_and_cleared_and_put_back,
    what_is_saved_twice_is_saved_once,
    eight_who_save_at_once_have_one_effect,
    when_the_world_moves_nothing_is_saved,
    too_few_are_refused_and_can_be_ordered,
    what_cannot_go_together_is_said_and_refused,
    what_failed_is_tried_again,
    regions_are_set_for_the_selected,
    whose_region_nobody_has_said_is_told,
    every_reason_is_told_of_whoever_is_left_out,
    whoever_may_not_see_the_stock_is_not_told_of_it,
    whoever_only_issues_takes_nothing,
    nobody_saves_for_another,
    a_second_person_agrees_to_it,
    the_world_may_move_while_it_waits,
    a_large_one_that_takes_is_typed_and_proved,
    service_plans_are_chosen_and_changed,
    an_office_product_is_no_signature,
    a_report_is_a_file_with_a_column_for_each_product,
    a_selection_is_forgotten,
    a_list_of_groups_limits_it_too,
    an_office_product_is_renewed,
);

const BASIC: i64 = 6;
const PRO: i64 = 7;
const MAIL: i64 = 8;
const VIDEO: i64 = 9;
const ARCHIVE: i64 = 10;

pub type Fields = Vec<(&'static str, String)>;

pub fn boxes(set: &[i64], clear: &[i64]) -> Fields {
    let set = set.iter().map(|id| ("set", id.to_string()));
    set.chain(clear.iter().map(|id| ("clear", id.to_string()))).collect()
}

pub async fn start(user: &User, members: &[i64]) -> OperationId {
    started(user, members, "/users").await.unwrap()
}

async fn started(user: &User, members: &[i64], from: &str) -> Result<OperationId, DeskError> {
    let fields: Fields = members.iter().map(|id| ("member[]", id.to_string())).collect();
    let referer = format!("{}{from}", user.client().origin());
    let answer = user.post("start_manage").form(&fields).plain().header("referer", referer).send().await;
    if !answer.leads_to().contains("/users/manage/") {
        return Err(app::ssr::refused(answer.leads_to().split_once('?').unwrap().1).unwrap());
    }
    Ok(answer.leads_to().rsplit('/').next().unwrap().parse().unwrap())
}

pub async fn check(user: &User, id: OperationId, form: &Fields) -> Answer {
    user.ask("POST", &format!("/users/manage/{id}")).form(form).plain().send().await
}

/// What a page would send besides its boxes.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name} in {page}"));
    rest.split_once('"').unwrap().0.to_owned()
}

async fn save_as_shown(user: &User, id: OperationId, form: &Fields, page: &str) -> Answer {
    let mut form = form.clone();
    form.push(("digest", hidden(page, "digest")));
    form.push(("shown", hidden(page, "shown")));
    user.ask("POST", &format!("/users/manage/{id}/save")).form(&form).plain().send().await
}

/// Looks at what it would do, and saves that.
pub async fn save(user: &User, id: OperationId, form: &Fields) -> Answer {
    let page = check(user, id, form).await;
    assert_eq!(page.status, 200, "{}", page.text());
    save_as_shown(user, id, form, page.text()).await
}

pub async fn saved(user: &User, id: OperationId, form: &Fields) {
    let answer = save(user, id, form).await;
    assert_eq!((answer.status, answer.leads_to()), (303, format!("/operations/{id}").as_str()), "{}", answer.text());
}

/// What these people hold, by product.
async fn held(user: &User, members: &[i64]) -> Vec<Vec<i64>> {
    let everybody = user.everybody().await;
    members.iter().map(|id| everybody[id].held.iter().map(|held| held.product.0).collect()).collect()
}

fn has(row: &domain::MemberRow, product: i64) -> bool {
    row.held.iter().any(|held| held.product == ProductId(product))
}

/// Employees who hold nothing.
pub async fn bare(user: &User, count: usize) -> Vec<i64> {
    user.pick(count, |row| row.held.is_empty() && row.employment.may_receive()).await
}

async fn the_selected_are_shown_in_the_order_of_the_table(app: TestApp) {
    let admin = app.romashka().await;
    let chosen = bare(&admin, 30).await;
    let id = started(&admin, &chosen, "/users?sort=email&dir=desc").await.unwrap();
    let sort = Sort { key: SortKey::Email, direction: Direction::Descending };
    let view = View { sort, size: 100, ..View::default() };
    let only = domain::Selection::of_ids(chosen.iter().copied().collect());
    let wanted: Vec<String> =
        admin.directory(&view, Some(&only)).await.unwrap().rows.iter().map(|row| row.id.to_string()).collect();
    let shown = |page: &str| -> Vec<String> {
        let parts = page.split("name=\"out\" value=\"").skip(1);
        parts.map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
    };
    let first = admin.get(&format!("/users/manage/{id}")).await;
    assert!(first.text().contains("Выбранные пользователи (30)"));
    let second = check(&admin, id, &vec![("page", "2".to_owned())]).await;
    let beyond = check(&admin, id, &vec![("page", "99".to_owned())]).await;
    assert_eq!([shown(first.text()), shown(second.text())].concat(), wanted, "as the table shows them");
    assert_eq!(shown(beyond.text()), shown(second.text()));
}

async fn all_holders_of_a_product_are_listed_in_the_order_of_the_table(app: TestApp) {
    let admin = app.romashka().await;
    let mut chosen = bare(&admin, 120).await;
    // Sixty of them hold nothing still.
    let holders = chosen.split_off(60);
    app.sql("UPDATE pools SET total = 1000 WHERE product_id = 8 AND organization_id = 1").await;
    let id = start(&admin, &holders).await;
    saved(&admin, id, &boxes(&[MAIL], &[])).await;
    let all = [chosen, holders.clone()].concat();
    let id = started(&admin, &all, "/users?sort=email&dir=desc").await.unwrap();
    let sort = Sort { key: SortKey::Email, direction: Direction::Descending };
    let view = View { sort, size: 100, ..View::default() };
    let only = domain::Selection::of_ids(holders.iter().copied().collect());
    let wanted = admin.directory(&view, Some(&only)).await.unwrap().rows;
    let wanted: Vec<String> = wanted.into_iter().map(|row| row.name.short()).collect();
    let list = |page: &str| -> (Vec<String>, bool) {
        let (details, rest) = page.split_once("id=\"holders-8\"").unwrap().1.split_once("</details>").unwrap();
        assert!(!rest.is_empty());
        let names = details.split("<li>").skip(1).map(|part| part.split_once('<').unwrap().0.to_owned());
        (names.collect(), details.starts_with(" open"))
    };
    let (first, open) = list(admin.get(&format!("/users/manage/{id}")).await.text());
    assert_eq!((first.len(), open), (50, false));
    // The other pages come with what is ticked, and stay where one is in the box of the selected.
    let form: Fields =
        [("page", "2"), ("set", "9"), ("holders", "8:2")].map(|(name, value)| (name, value.into())).into();
    let page = check(&admin, id, &form).await;
    let (second, open) = list(page.text());
    assert!(open, "it was asked for");
    assert_eq!([first, second.clone()].concat(), wanted, "as the table shows them");
    assert_eq!(hidden(page.text(), "page"), "2");
    assert!(page.text().contains("60 из 120") && page.text().contains("id=\"set-9\" name=\"set\" value=\"9\" checked"));
    for (odd, same) in [("8:99", true), ("8:0", false), ("8:x", false), ("99:2", false), ("x", false)] {
        let page = check(&admin, id, &vec![("holders", odd.to_owned())]).await;
        assert_eq!((page.status, list(page.text()).0 == second), (200, same), "{odd}");
    }
}

async fn a_selection_is_narrowed_and_keeps_what_is_ticked(app: TestApp) {
    let admin = app.romashka().await;
    let chosen = bare(&admin, 3).await;
    let id = start(&admin, &chosen).await;
    let mut form = boxes(&[MAIL], &[]);
    form.push(("out", chosen[0].to_string()));
    let answer = admin.ask("POST", &format!("/users/manage/{id}/narrow")).form(&form).plain().send().await;
    assert_eq!((answer.status, answer.leads_to()), (303, format!("/users/manage/{id}").as_str()));
    let page = admin.get(answer.leads_to()).await;
    assert!(
        page.text().contains("Выбранные пользователи (2)") && page.text().contains("Сохранить (2)"),
        "{}",
        page.text()
    );
    // Whoever is out is ticked no more; whoever is in is.
    for (out, ticked) in [(0, false), (1, true)] {
        let form = [("out", chosen[out].to_string())];
        let page = admin.ask("POST", &format!("/users/manage/{id}")).form(&form).plain().send().await;
        assert_eq!(page.text().contains("отмечено: 1"), ticked, "{}", page.text());
    }
    // Nobody is left out of whom nobody would be left.
    let all: Fields = chosen.iter().map(|id| ("out", id.to_string())).collect();
    let answer = admin.ask("POST", &format!("/users/manage/{id}/narrow")).form(&all).plain().send().await;
    assert_eq!(answer.status, 422);
    assert!(admin.get(&format!("/users/manage/{id}")).await.text().contains("Выбранные пользователи (2)"));
    saved(&admin, id, &boxes(&[MAIL], &[])).await;
    assert_eq!(held(&admin, &chosen).await, [vec![], vec![MAIL], vec![MAIL]]);
}

async fn whoever_can_get_nothing_is_taken_out_at_once(app: TestApp) {
    let admin = app.romashka().await;
    let mut chosen = bare(&admin, 2).await;
    chosen.extend(admin.pick(3, |row| row.employment == domain::Employment::Dismissed && row.held.is_empty()).await);
    let id = start(&admin, &chosen).await;
    let narrow = async |to: &str| {
        let mut form = boxes(&[MAIL], &[]);
        form.push(("to", to.to_owned()));
        let answer = admin.ask("POST", &format!("/users/manage/{id}/narrow")).form(&form).plain().send().await;
        assert_eq!(answer.status, 303, "{to}");
        admin.get(&format!("/users/manage/{id}")).await.text().to_owned()
    };
    // For a reason that is nobody's nobody goes.
    for to in [format!("region {MAIL}"), "dismissed 99".to_owned(), "dismissed x".to_owned()] {
        let page = narrow(&to).await;
        assert!(page.contains("Выбранные пользователи (5)"), "{to}");
        assert!(
            page.contains("Убрать из выбранных (3)") && page.contains(&format!("value=\"dismissed {MAIL}\"")),
            "{to}"
        );
    }
    let page = narrow(&format!("dismissed {MAIL}")).await;
    assert!(page.contains("Выбранные пользователи (2)") && page.contains("Сохранить (2)"), "{page}");
    assert!(!page.contains("Убрать из выбранных ("));
    // Where it is everybody, there would be nobody left.
    let id = start(&admin, &chosen[2..]).await;
    let page = check(&admin, id, &boxes(&[MAIL], &[])).await;
    assert!(page.text().contains("Уволены: 3") && !page.text().contains("Убрать из выбранных ("));
}

async fn several_products_are_set_and_cleared_and_put_back(app: TestApp) {
    let admin = app.romashka().await;
    let standing = app.standing().await;
    let mut chosen = bare(&admin, 2).await;
    chosen.extend(admin.pick(1, |row| has(row, BASIC) && has(row, MAIL)).await);
    let before = held(&admin, &chosen).await;
    let id = start(&admin, &chosen).await;
    let form = boxes(&[MAIL, VIDEO], &[BASIC]);
    let page = check(&admin, id, &form).await;
    assert!(page.text().contains("Сохранить (3)"), "{}", page.text());
    assert_eq!(app.standing().await, standing, "looking changes nothing");
    saved(&admin, id, &form).await;
    let signature = |held: &[i64]| held.iter().copied().filter(|id| *id <= 5).collect::<Vec<_>>();
    let third = [signature(&before[2]), vec![MAIL, VIDEO]].concat();
    assert_eq!(held(&admin, &chosen).await, [vec![MAIL, VIDEO], vec![MAIL, VIDEO], third]);
    let report = admin.get(&format!("/operations/{id}")).await;
    for said in ["Лицензии обновлены", "Успешно (3)", "Видеосвязь: выдано (все планы)", "Офис Базовый: отозвано"]
    {
        assert!(report.text().contains(said), "{said}: {}", report.text());
    }
    let told = app.told(ROMASHKA, "licences.managed").await;
    assert_eq!((told.len(), told[0]["accepted"].as_u64()), (1, Some(3)));
    assert!(admin.get("/log").await.text().contains("Лицензии изменены"));
    // And back.
    let undone = admin.undo(id).await.unwrap();
    assert_eq!((undone.accepted, undone.rejected), (3, 0));
    assert_eq!(app.standing().await, standing);
    assert_eq!(admin.undo(id).await.unwrap(), undone, "once");
    assert!(admin.get(&format!("/operations/{}", undone.id)).await.text().contains("Лицензии возвращены"));
}

async fn what_is_saved_twice_is_saved_once(app: TestApp) {
    let admin = app.romashka().await;
    let id = start(&admin, &bare(&admin, 2).await).await;
    let form = boxes(&[MAIL], &[]);
    let page = check(&admin, id, &form).await;
    let first = save_as_shown(&admin, id, &form, page.text()).await;
    let before = app.dump().await;
    let again = save_as_shown(&admin, id, &form, page.text()).await;
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.leads_to(), again.leads_to());
    before.assert_same(&app.dump().await, "sent again");
    // Another wish comes too late: it is another operation.
    let other = save_as_shown(&admin, id, &boxes(&[MAIL, VIDEO], &[]), page.text()).await;
    assert_eq!(other.status, 409);
    assert_eq!(admin.get(&format!("/users/manage/{id}")).await.leads_to(), format!("/operations/{id}"));
    before.assert_same(&app.dump().await, "another wish");
}

async fn eight_who_save_at_once_have_one_effect(app: TestApp) {
    let admin = app.romashka().await;
    let chosen = bare(&admin, 3).await;
    let id = start(&admin, &chosen).await;
    let form = boxes(&[MAIL, VIDEO], &[]);
    let page = check(&admin, id, &form).await.text().to_owned();
    let answers = crate::crowd::at_once((0..8).map(|_| {
        let (admin, form, page) = (admin.clone(), form.clone(), page.clone());
        async move { save_as_shown(&admin, id, &form, &page).await.status }
    }))
    .await;
    assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
    assert_eq!(app.number(&format!("SELECT count(*) FROM assignments WHERE operation_id = {id}")).await, 6);
    assert_eq!(app.told(ROMASHKA, "licences.managed").await.len(), 1);
}

async fn when_the_world_moves_nothing_is_saved(app: TestApp) {
    let admin = app.romashka().await;
    let chosen = bare(&admin, 3).await;
    let form = boxes(&[MAIL], &[]);
    let id = start(&admin, &chosen).await;
    let page = check(&admin, id, &form).await;
    // Somebody else is quicker with one of them.
    let other = start(&admin, &chosen[..1]).await;
    saved(&admin, other, &form).await;
    let before = app.dump().await;
    let answer = save_as_shown(&admin, id, &form, page.text()).await;
    assert_eq!(answer.status, 409);
    assert!(
        answer.text().contains("Ничего не сохранено") && answer.text().contains("получат 2 вместо 3"),
        "{}",
        answer.text()
    );
    before.assert_same(&app.dump().await, "a plan of before");
    // As it is now, it can be saved.
    let again = save_as_shown(&admin, id, &form, answer.text()).await;
    assert_eq!(again.status, 303, "{}", again.text());
    let report = admin.get(&format!("/operations/{id}")).await;
    assert!(report.text().contains("Без изменений (1)"), "who had it already is neither a success nor an error");
}

async fn too_few_are_refused_and_can_be_ordered(app: TestApp) {
    let admin = app.romashka().await;
    // Of «Офис Профи» nothing is left, of «Видеосвязь» there are three.
    let id = start(&admin, &bare(&admin, 5).await).await;
    let page = check(&admin, id, &boxes(&[PRO, MAIL, VIDEO], &[])).await;
    for said in
        ["/orders/new?product=7&amp;seats=5", "/orders/new?product=9&amp;seats=2", "не хватает 5", "не хватает 2"]
    {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    assert!(
        page.text().contains("disabled id=\"save\"") || page.text().contains("id=\"save\" disabled"),
        "{}",
        page.text()
    );
    let before = app.dump().await;
    let answer = save_as_shown(&admin, id, &boxes(&[PRO, MAIL, VIDEO], &[]), page.text()).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("«Офис Профи». Лицензий не хватает."), "{}", answer.text());
    before.assert_same(&app.dump().await, "too few");
    let order = admin.get("/orders/new?product=9&seats=2").await;
    let (_, rest) = order.text().split_once("id=\"seats-9\"").unwrap();
    assert!(rest.split('>').next().unwrap().contains("value=\"2\""), "{rest}");
}

async fn what_cannot_go_together_is_said_and_refused(app: TestApp) {
    let admin = app.romashka().await;
    let mut chosen = bare(&admin, 2).await;
    chosen.extend(admin.pick(1, |row| has(row, PRO) && has(row, VIDEO)).await);
    let before = held(&admin, &chosen).await;
    let id = start(&admin, &chosen).await;
    // Without mail no video; and whoever has the better office does not get the other.
    let page = check(&admin, id, &boxes(&[BASIC, VIDEO], &[])).await;
    for said in [
        "Сначала нужен продукт «Почта», без него останутся: 2. Отметьте и «Почта».",
        "«Офис Профи» есть у 1 человека. Снимите «Офис Профи».",
        "disabled",
    ] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    let both = check(&admin, id, &boxes(&[BASIC, PRO], &[])).await;
    assert!(both.text().contains("Снимите одну из отметок"), "{}", both.text());
    // What is sent all the same leaves those out of whom it is true, whole.
    let mixed = boxes(&[BASIC, MAIL, VIDEO], &[]);
    saved(&admin, id, &mixed).await;
    assert_eq!(held(&admin, &chosen).await, [vec![BASIC, MAIL, VIDEO], vec![BASIC, MAIL, VIDEO], before[2].clone()]);
    let report = admin.get(&format!("/operations/{id}")).await;
    assert!(report.text().contains("Не удалось (1)") && report.text().contains("нельзя вместе с"), "{}", report.text());
    // Taking mail away says what falls with it.
    let id = start(&admin, &chosen[..2]).await;
    let page = check(&admin, id, &vec![("all", MAIL.to_string())]).await;
    assert!(page.text().contains("лишатся вместе с тем, без чего он не работает 2"), "{}", page.text());
    saved(&admin, id, &vec![("all", MAIL.to_string())]).await;
    assert_eq!(held(&admin, &chosen[..2]).await, [vec![BASIC], vec![BASIC]]);
}

async fn what_failed_is_tried_again(app: TestApp) {
    let admin = app.romashka().await;
    let mut chosen = bare(&admin, 1).await;
    chosen.extend(admin.pick(1, |row| has(row, PRO)).await);
    let id = start(&admin, &chosen).await;
    saved(&admin, id, &boxes(&[BASIC], &[])).await;
    let answer = admin.post("manage_again").form(&[("operation", id.to_string())]).plain().send().await;
    let again: OperationId = answer.leads_to().rsplit('/').next().unwrap().parse().unwrap();
    let page = admin.get(&format!("/users/manage/{again}")).await;
    assert!(page.text().contains("Выбранные пользователи (1)"), "exactly those");
    assert!(page.text().contains("«Офис Профи» есть у 1 человека"), "with the same boxes ticked: {}", page.text());
    saved(&admin, again, &boxes(&[BASIC], &[PRO])).await;
    assert!(held(&admin, &chosen).await.iter().all(|held| held.contains(&BASIC) && !held.contains(&PRO)));
    // Of one that left nobody out there is nothing to try again.
    let none = admin.post("manage_again").form(&[("operation", again.to_string())]).call::<()>().await;
    assert_eq!(none, Err(DeskError::EmptySelection));
}

async fn regions_are_set_for_the_selected(app: TestApp) {
    let admin = app.romashka().await;
    let chosen = bare(&admin, 2).await;
    let id = start(&admin, &chosen).await;
    assert!(
        check(&admin, id, &boxes(&[ARCHIVE], &[])).await.text().contains("Сохранить (2)"),
        "in Moscow it may be used"
    );
    let mut form = boxes(&[ARCHIVE], &[]);
    form.push(("to", "region".to_owned()));
    let answer = admin.ask("POST", &format!("/users/manage/{id}/narrow")).form(&form).plain().send().await;
    assert_eq!(answer.leads_to(), format!("/users/manage/{id}/region"));
    assert!(admin.get(answer.leads_to()).await.text().contains("77 — Москва"));
    let region = |code: &str| [("operation", id.to_string()), ("region", code.to_owned())];
    admin.post("keep_region").form(&region("16")).call::<()>().await.unwrap();
    let told = app.told(ROMASHKA, "members.region_changed").await;
    assert_eq!((told[0]["region"].as_str(), told[0]["count"].as_u64()), (Some("16"), Some(2)));
    let page = admin.get(&format!("/users/manage/{id}")).await;
    assert!(page.text().contains("Недоступен в регионе пользователей: 2"), "what was ticked stays: {}", page.text());
    assert_eq!(admin.post("keep_region").form(&region("00")).call::<()>().await, Err(DeskError::Malformed));
    admin.post("keep_region").form(&region("")).call::<()>().await.unwrap();
    saved(&admin, id, &boxes(&[ARCHIVE], &[])).await;
}

async fn whose_region_nobody_has_said_is_told(app: TestApp) {
    let admin = app.romashka().await;
    let chosen = bare(&admin, 3).await;
    let id = start(&admin, &chosen).await;
    let said = "Регион не указан: 2. Укажите регион пользователей или уберите их из выбранных.";
    let page = check(&admin, id, &boxes(&[ARCHIVE], &[])).await;
    assert!(page.text().contains("Сохранить (3)") && !page.text().contains(said), "the organisation's counts");
    app.sql("UPDATE organizations SET region = NULL WHERE id = 1").await;
    app.sql(&format!("UPDATE members SET region = '77' WHERE id = {}", chosen[0])).await;
    let page = check(&admin, id, &boxes(&[ARCHIVE], &[])).await;
    assert!(page.text().contains("Сохранить (1)") && page.text().contains(said), "{}", page.text());
    saved(&admin, id, &boxes(&[ARCHIVE], &[])).await;
    assert_eq!(held(&admin, &chosen).await, [vec![ARCHIVE], vec![], vec![]]);
    let report = admin.get(&format!("/operations/{id}")).await;
    assert_eq!(report.text().matches("«Архив»: регион пользователя не указан").count(), 2, "{}", report.text());
    // Said, it is given to them too.
    let again = admin.post("manage_again").form(&[("operation", id.to_string())]).plain().send().await;
    let again: OperationId = again.leads_to().rsplit('/').next().unwrap().parse().unwrap();
    admin
        .post("keep_region")
        .form(&[("operation", again.to_string()), ("region", "50".to_owned())])
        .call::<()>()
        .await
        .unwrap();
    saved(&admin, again, &boxes(&[ARCHIVE], &[])).await;
    assert_eq!(held(&admin, &chosen).await, [[ARCHIVE]; 3]);
}

async fn every_reason_is_told_of_whoever_is_left_out(app: TestApp) {
    let admin = app.romashka().await;
    let holder = admin.pick(1, |row| has(row, PRO) && !has(row, ARCHIVE)).await;
    let chosen = [bare(&admin, 1).await, holder.clone()].concat();
    app.sql(&format!("UPDATE members SET region = '16' WHERE id = {}", holder[0])).await;
    let id = start(&admin, &chosen).await;
    let form = boxes(&[BASIC, MAIL, ARCHIVE], &[]);
    let page = check(&admin, id, &form).await;
    let reasons = ["«Офис Базовый»: нельзя вместе с «Офис Профи»", "«Архив»: недоступен в регионе пользователя"];
    for said in reasons {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    // They are one person, and what has no fault of its own says why it is not given.
    let text = page.text().replace("<!>", "");
    assert!(text.contains("Останутся без изменений: 1") && text.contains("Сохранить (1)"), "{text}");
    let hindered = "Не получат: 1. Сначала исправьте то, что сказано у «Офис Базовый», «Архив».";
    assert_eq!(page.text().matches(hindered).count(), usize::from(!has(&admin.everybody().await[&holder[0]], MAIL)));
    saved(&admin, id, &form).await;
    let summary = admin.operations().await.unwrap().rows.remove(0);
    assert_eq!((summary.accepted, summary.rejected), (1, 1));
    let report = admin.get(&format!("/operations/{id}")).await;
    assert!(report.text().contains("Не удалось (1)") && report.text().contains("Успешно (1)"), "{}", report.text());
    for said in reasons {
        assert_eq!(report.text().matches(said).count(), 1, "{said}: {}", report.text());
    }
    let file = admin.get(&format!("/operations/{id}/report.csv")).await;
    let lines: Vec<&str> = file.text().trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3, "one line a person: {lines:?}");
    let both = ["Офис Профи", "Архив"].iter().all(|part| lines[1].contains(part));
    assert!(both && lines[1].contains("Снимите") && lines[1].contains("Измените регион"), "{lines:?}");
    // Tried again, it is one person.
    let again = admin.post("manage_again").form(&[("operation", id.to_string())]).plain().send().await;
    let page = admin.get(again.leads_to()).await;
    assert!(page.text().contains("Выбранные пользователи (1)"));
}

async fn whoever_may_not_see_the_stock_is_not_told_of_it(app: TestApp) {
    let owner = app.romashka().await;
    let rights: Rights = [Capability::Revoke].into_iter().collect::<Rights>().complete();
    let user = with_rights(&app, &owner, "Только отзыв", rights).await;
    assert!(!rights.may(Capability::Stock));
    let chosen = bare(&owner, 14).await;
    let told = async |user: &User| {
        let id = start(user, &chosen).await;
        let seen = user.get(&format!("/users/manage/{id}")).await.text().replace("<!>", "");
        let checked = check(user, id, &boxes(&[MAIL], &[])).await.text().replace("<!>", "");
        (hidden(&seen, "shown"), seen.contains("<b>12</b>"), checked)
    };
    let (shown, number, checked) = told(&user).await;
    assert!(shown.contains("8:0,0,0,0,0") && !number, "{shown}");
    assert!(!checked.contains("не хватает"), "not even whether there are enough: {checked}");
    // The twin.
    let (shown, number, checked) = told(&owner).await;
    assert!(shown.contains("8:0,0,0,0,12") && number && checked.contains("не хватает 2"), "{shown}");
}

async fn whoever_only_issues_takes_nothing(app: TestApp) {
    let owner = app.romashka().await;
    let rights: Rights = [Capability::Issue].into_iter().collect::<Rights>().complete();
    let user = with_rights(&app, &owner, "Только выдача", rights).await;
    let holder = user.pick(1, |row| has(row, BASIC) && !has(row, MAIL)).await;
    let id = start(&user, &holder).await;
    let page = user.get(&format!("/users/manage/{id}")).await;
    let (_, rest) = page.text().split_once("id=\"set-6\"").unwrap();
    assert!(rest.split('>').next().unwrap().contains("disabled"), "what all have cannot be cleared");
    assert!(page.text().contains("Отозвать его Вы не можете") && !page.text().contains("Назначить его Вы не можете"));
    assert!(!page.text().contains("name=\"all\" value=\"6\"") && !page.text().contains("name=\"clear\""));
    let form = vec![("all", BASIC.to_string())];
    let shown = check(&user, id, &form).await;
    let before = app.dump().await;
    let answer = save_as_shown(&user, id, &form, shown.text()).await;
    assert_eq!(answer.status, 403);
    // Neither a part of one, by fewer service plans.
    let mailed = user.pick(1, |row| has(row, MAIL)).await;
    let other = start(&user, &mailed).await;
    let fewer =
        [boxes(&[MAIL], &[]), vec![("was", "8:box calendar contacts".to_owned()), ("plan", "8:box".to_owned())]]
            .concat();
    assert_eq!(save(&user, other, &fewer).await.status, 403);
    app.sql(&format!("DELETE FROM operation_wishes WHERE operation_id = {other}; DELETE FROM operation_sets WHERE operation_id = {other}; DELETE FROM operations WHERE id = {other}")).await;
    before.assert_same_but_for_the_log(&app.dump().await, "whoever only issues");
    saved(&user, id, &boxes(&[MAIL], &[])).await;
}

async fn nobody_saves_for_another(app: TestApp) {
    let (owner, other) = (app.romashka().await, app.with_role(Role::Administrator).await);
    let id = start(&owner, &bare(&owner, 1).await).await;
    let form = boxes(&[MAIL], &[]);
    let page = check(&owner, id, &form).await;
    assert_eq!(save_as_shown(&other, id, &form, page.text()).await.status, 404);
    assert_eq!(check(&other, id, &form).await.status, 404);
    assert_eq!(save_as_shown(&owner, id, &form, page.text()).await.status, 303);
    assert_eq!(save_as_shown(&other, id, &form, page.text()).await.status, 404, "nor reads that it was done");
}

async fn ask_for_two(app: &TestApp) -> (User, User, Vec<i64>, OperationId, String) {
    let (owner, other) = (app.romashka().await, app.with_role(Role::Administrator).await);
    let rules = [("issue", "1".to_owned()), ("revoke", "1".to_owned())];
    owner.post("keep_approvals").form(&rules).call::<()>().await.unwrap();
    let chosen = bare(&owner, 2).await;
    let id = start(&owner, &chosen).await;
    let page = check(&owner, id, &boxes(&[MAIL], &[])).await;
    assert!(page.text().contains("согласует второй человек"));
    saved(&owner, id, &boxes(&[MAIL], &[])).await;
    assert_eq!(held(&owner, &chosen).await, [Vec::<i64>::new(), vec![]], "nothing is done yet");
    let report = other.report(id, 1).await.unwrap();
    assert_eq!(report.summary.state, OperationState::Waiting);
    (owner, other, chosen, id, report.decide.unwrap())
}

async fn agree(user: &User, id: OperationId, digest: &str) -> Result<domain::OperationSummary, DeskError> {
    user.post("approve").form(&[("operation", id.to_string()), ("digest", digest.to_owned())]).call().await
}

async fn a_second_person_agrees_to_it(app: TestApp) {
    let (owner, other, chosen, id, digest) = ask_for_two(&app).await;
    assert_eq!(agree(&owner, id, &digest).await, Err(DeskError::OwnApproval));
    let shown = other.get(&format!("/operations/{id}")).await;
    assert!(
        shown.text().contains("Почта") && shown.text().contains("назначить"),
        "they see what it is: {}",
        shown.text()
    );
    let done = agree(&other, id, &digest).await.unwrap();
    assert_eq!((done.state, done.accepted), (OperationState::Done, 2));
    assert_eq!(held(&owner, &chosen).await, [vec![MAIL], vec![MAIL]]);
    assert_eq!(agree(&other, id, &digest).await.unwrap().state, OperationState::Done, "once");
    // One alone goes no other way either.
    assert_eq!(owner.undo(id).await, Err(DeskError::ApprovalNeeded { people: 2 }));
}

async fn the_world_may_move_while_it_waits(app: TestApp) {
    let (owner, other, chosen, id, digest) = ask_for_two(&app).await;
    let quicker = start(&other, &chosen[..1]).await;
    saved(&other, quicker, &boxes(&[MAIL], &[])).await;
    let report = other.report(id, 1).await.unwrap();
    assert!(report.waits.is_some_and(|waits| waits.moved), "they are told before they agree");
    let refused = agree(&other, id, &digest).await;
    assert!(matches!(refused, Err(DeskError::PlanChanged { .. })), "{refused:?}");
    assert_eq!(held(&owner, &chosen).await, [vec![MAIL], vec![]]);
    assert_eq!(owner.report(id, 1).await.unwrap().summary.state, OperationState::Failed);
}

async fn a_large_one_that_takes_is_typed_and_proved(app: TestApp) {
    let owner = app.romashka().await;
    app.sql("UPDATE organizations SET large_deed = 2").await;
    app.pass(3600);
    let chosen = owner.pick(2, |row| has(row, MAIL)).await;
    let id = start(&owner, &chosen).await;
    let form = boxes(&[], &[MAIL]);
    let page = check(&owner, id, &form).await;
    assert!(page.text().contains("введите число: 2"), "{}", page.text());
    let mut typed = [form.clone(), vec![("digest", hidden(page.text(), "digest"))]].concat();
    let send =
        async |form: &Fields| owner.ask("POST", &format!("/users/manage/{id}/save")).form(form).plain().send().await;
    assert_eq!(send(&typed).await.status, 422, "without the number");
    typed.push(("size", "2".to_owned()));
    let answer = send(&typed).await;
    assert_eq!(answer.status, 403, "without the password");
    assert!(answer.text().contains("name=\"proof\""));
    typed.push(("proof", "licentia-demo".to_owned()));
    assert_eq!(send(&typed).await.status, 303);
}

async fn service_plans_are_chosen_and_changed(app: TestApp) {
    let admin = app.romashka().await;
    let chosen = bare(&admin, 2).await;
    let plans = |ticked: &[&str]| -> Fields {
        let was = ("was", "8:box calendar contacts".to_owned());
        [was].into_iter().chain(ticked.iter().map(|code| ("plan", format!("8:{code}")))).collect()
    };
    let kept = async || {
        app.rows(&format!("SELECT plans FROM assignments WHERE ended_at IS NULL AND product_id = 8 AND member_id IN ({}, {}) ORDER BY member_id", chosen[0], chosen[1])).await
    };
    let id = start(&admin, &chosen).await;
    let none = [boxes(&[MAIL], &[]), plans(&[])].concat();
    let page = check(&admin, id, &none).await;
    assert!(page.text().contains("Выберите хотя бы один план"), "{}", page.text());
    assert_eq!(save_as_shown(&admin, id, &none, page.text()).await.status, 409);
    saved(&admin, id, &[boxes(&[MAIL], &[]), plans(&["box", "calendar"])].concat()).await;
    assert!(kept().await.iter().all(|plans| plans.contains("box calendar")), "{:?}", kept().await);
    // Later, for those who hold it: the box is ticked, as all of them have it.
    let id = start(&admin, &chosen).await;
    let was = ("was", "8:box calendar".to_owned());
    let form = vec![("set", "8".to_owned()), ("all", "8".to_owned()), was, ("plan", "8:contacts".to_owned())];
    let page = check(&admin, id, &form).await;
    assert!(page.text().contains("сменят планы 2"), "{}", page.text());
    saved(&admin, id, &form).await;
    assert!(kept().await.iter().all(|plans| plans.contains("contacts") && !plans.contains("box")));
    admin.undo(id).await.unwrap();
    assert!(kept().await.iter().all(|plans| plans.contains("box calendar")));
}

async fn an_office_product_is_no_signature(app: TestApp) {
    let admin = app.romashka().await;
    let counts = admin.directory(&View::default(), None).await.unwrap().counts;
    let chosen = bare(&admin, 1).await;
    let id = start(&admin, &chosen).await;
    saved(&admin, id, &boxes(&[MAIL], &[])).await;
    assert_eq!(admin.directory(&View::default(), None).await.unwrap().counts, counts, "they sign no more than before");
    let row = admin.everybody().await.remove(&chosen[0]).unwrap();
    assert!(row.may_receive() && !row.signs() && row.unsigned);
    let issued = admin.issue(&chosen, admin.pool("hR7_kQ2z").await.id).await;
    assert_eq!(issued.accepted, 1, "a signature goes beside it");
    assert_eq!(app.tasks_of(id).await.len(), 0, "nobody needs a certificate for mail");
    admin.undo(issued.id).await.unwrap();
    let refused = admin.delete(&chosen).await;
    assert!(matches!(refused, Err(DeskError::MembersHoldLicences { count: 1, .. })), "{refused:?}");
}

async fn a_report_is_a_file_with_a_column_for_each_product(app: TestApp) {
    let admin = app.romashka().await;
    let mut chosen = bare(&admin, 1).await;
    chosen.extend(admin.pick(1, |row| has(row, PRO)).await);
    let id = start(&admin, &chosen).await;
    saved(&admin, id, &boxes(&[BASIC, MAIL], &[])).await;
    let file = admin.get(&format!("/operations/{id}/report.csv")).await;
    let lines: Vec<&str> = file.text().trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].contains("Офис Базовый;Почта") && lines[1].contains("нельзя вместе с"), "{lines:?}");
    assert!(lines[2].contains("выдано;выдано (все планы)"), "{lines:?}");
}

async fn a_selection_is_forgotten(app: TestApp) {
    let admin = app.romashka().await;
    let id = start(&admin, &bare(&admin, 1).await).await;
    let page = check(&admin, id, &boxes(&[MAIL], &[])).await;
    app.pass(31 * 60);
    let answer = save_as_shown(&admin, id, &boxes(&[MAIL], &[]), page.text()).await;
    assert_eq!(answer.status, 409);
    assert_eq!(admin.get(&format!("/users/manage/{id}")).await.status, 409);
    assert_eq!(started(&admin, &[], "/users").await, Err(DeskError::EmptySelection));
}

async fn a_list_of_groups_limits_it_too(app: TestApp) {
    let owner = app.romashka().await;
    let group = owner.frame().await.unwrap().groups[0].id;
    let within =
        owner.pick(1, |row| row.groups.contains(&group) && row.held.is_empty() && row.employment.may_receive()).await;
    let outside =
        owner.pick(1, |row| row.groups.is_empty() && row.held.is_empty() && row.employment.may_receive()).await;
    let limited = app.with_role(Role::Administrator).await;
    app.sql(&format!(
        "INSERT INTO roles (organization_id, name, capabilities, coverage) VALUES (1, 'Филиал', '{}', '{group}'); \
         UPDATE account_levels SET role = 'own', role_id = (SELECT MAX(id) FROM roles) \
         WHERE account_id = (SELECT id FROM accounts WHERE email = 'hr@romashka.example')",
        Rights::all().iter().filter(|one| !one.over_everybody()).collect::<Rights>().to_codes()
    ))
    .await;
    assert!(matches!(started(&limited, &outside, "/users").await, Err(DeskError::UnknownMembers { .. })));
    let id = start(&limited, &within).await;
    let page = check(&limited, id, &boxes(&[MAIL], &[])).await;
    // Out of their group meanwhile, they are nobody's to touch.
    app.sql(&format!("DELETE FROM group_members WHERE member_id = {}", within[0])).await;
    assert_eq!(save_as_shown(&limited, id, &boxes(&[MAIL], &[]), page.text()).await.status, 404);
    assert!(app.store.operation(ROMASHKA, id).await.unwrap().is_some_and(|kept| kept.state == OperationState::Preview));
}

async fn an_office_product_is_renewed(app: TestApp) {
    let admin = app.romashka().await;
    app.sql(
        "INSERT INTO pools (organization_id, product_id, code, total, issued, valid_from, valid_until, trial) \
         SELECT organization_id, product_id, 'Mail-new', 100, 0, valid_from, valid_until + 86400000000000, 0 \
         FROM pools WHERE organization_id = 1 AND code = 'Mail-box'",
    )
    .await;
    let pool = async |code: &str| {
        app.number(&format!("SELECT id FROM pools WHERE organization_id = 1 AND code = '{code}'")).await
    };
    let (from, to) = (pool("Mail-box").await, pool("Mail-new").await);
    let issued = async |pool: i64| app.number(&format!("SELECT issued FROM pools WHERE id = {pool}")).await;
    let (standing, holders) = (app.standing().await, issued(from).await);
    let form = [("from[]", from.to_string()), ("to", to.to_string())];
    let id: OperationId = admin.post("start_renew").form(&form).call().await.unwrap();
    let digest = app.rows(&format!("SELECT digest FROM operations WHERE id = {id}")).await.remove(0);
    let digest = digest.rsplit('=').next().unwrap().to_owned();
    let done: domain::OperationSummary = admin.ask_confirm(id, &digest, Some(domain::PoolId(to))).call().await.unwrap();
    assert_eq!((done.accepted as i64, issued(from).await, issued(to).await), (holders, 0, holders));
    admin.undo(id).await.unwrap();
    assert_eq!(app.standing().await, standing);
}
