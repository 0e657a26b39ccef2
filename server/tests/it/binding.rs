//! Seats bound to people by their e-mails: one by one, and many from a pasted list.

use domain::{
    Deed, DeskError, FieldError, FieldProblem, Kind, MAX_EMAILS, OperationId, OperationState, OperationSummary,
    Outcome, Pool, Reason, Refusal,
};

use serde_json::json;
use service::ports::Store;

use crate::support::{ROMASHKA, SEVER, TestApp, User, on_both};

on_both!(
    a_seat_is_bound_and_freed,
    an_email_must_be_somebodys,
    who_is_left_out_is_told_why,
    the_last_seat_is_bound_once,
    an_administrator_may_bind_himself,
    a_list_is_planned_like_any_operation,
    a_list_that_cannot_be_read,
    what_is_not_bound_is_not_freed,
    pages_of_seats,
    a_refused_email_stays_where_it_was_typed,
    whoever_is_added_is_led_back_to_his_seat,
    seats_out_of_term_cannot_be_bound,
);

impl User {
    async fn bind(&self, pool: &Pool, email: &str) -> Result<OperationSummary, DeskError> {
        self.post("bind").form(&[("pool", pool.id.to_string()), ("email", email.to_owned())]).call().await
    }

    async fn unbind(&self, pool: &Pool, member: i64) -> Result<OperationSummary, DeskError> {
        self.post("unbind").form(&[("pool", pool.id.to_string()), ("member", member.to_string())]).call().await
    }

    async fn bind_list(&self, pool: &Pool, emails: &str) -> Result<OperationId, DeskError> {
        self.post("bind_list").form(&[("pool", pool.id.to_string()), ("emails", emails.to_owned())]).call().await
    }

    async fn emails(&self, ids: &[i64]) -> Vec<String> {
        let everybody = self.everybody().await;
        ids.iter().map(|id| everybody[id].email.clone()).collect()
    }
}

fn wrong<T>(field: &str, problem: FieldProblem) -> Result<T, DeskError> {
    Err(DeskError::InvalidForm { fields: vec![FieldError { field: field.into(), problem }] })
}

async fn a_seat_is_bound_and_freed(app: TestApp) {
    let admin = app.romashka().await;
    let standing = app.standing().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let ids = admin.issuable(1).await;
    let email = admin.emails(&ids).await.remove(0);
    // As it is registered, whatever its case.
    let bound = admin.bind(&pool, &format!(" {} ", email.to_uppercase())).await.unwrap();
    assert_eq!((bound.kind, bound.state, bound.accepted), (Kind::Issue, OperationState::Done, 1));
    let held = &admin.everybody().await[&ids[0]].held;
    assert_eq!(held.iter().map(|held| held.product).collect::<Vec<_>>(), [pool.product.id]);
    assert_eq!(admin.pool("hR7_kQ2z").await.left(), pool.left() - 1);
    assert_eq!(app.tasks_of(bound.id).await, ["created"]);
    assert_eq!(admin.report(bound.id, 1).await.unwrap().rows[0].email, email);
    assert_eq!(app.audit(ROMASHKA).await, [format!("licences.issued operation:{}", bound.id)]);
    // Pressed twice, or asked for again after a lost answer.
    assert_eq!(admin.bind(&pool, &email).await, wrong("email", FieldProblem::BoundAlready));
    let freed = admin.unbind(&pool, ids[0]).await.unwrap();
    assert_eq!((freed.kind, freed.accepted), (Kind::Revoke, 1));
    assert_eq!(app.standing().await, standing);
    // Both are undone like any other.
    admin.undo(freed.id).await.unwrap();
    assert_eq!(admin.everybody().await[&ids[0]].held.len(), 1);
    admin.undo(bound.id).await.unwrap();
    assert_eq!(app.standing().await, standing);
}

async fn an_email_must_be_somebodys(app: TestApp) {
    let (admin, sever) = (app.romashka().await, app.sever().await);
    let pool = admin.pool("hR7_kQ2z").await;
    let abroad = sever.emails(&sever.issuable(1).await).await.remove(0);
    let gone = admin.issuable(1).await;
    let former = admin.emails(&gone).await.remove(0);
    admin.delete(&gone).await.unwrap();
    let before = app.dump().await;
    let nobody = || wrong("email", FieldProblem::LeftOut(Reason::NotRegistered));
    for email in ["nobody@romashka.example", &abroad, &former] {
        assert_eq!(admin.bind(&pool, email).await, nobody(), "{email}");
    }
    assert_eq!(admin.bind(&pool, " ").await, wrong("email", FieldProblem::Required));
    for email in ["Ворон", "a@b", "a@b.example, c@d.example"] {
        assert_eq!(admin.bind(&pool, email).await, wrong("email", FieldProblem::NotAnEmail), "{email}");
    }
    before.assert_same_but_for_the_log(&app.dump().await, "an e-mail that is nobody's");
    // Strangers are written down, without their addresses; slips are not.
    assert_eq!(app.audit(ROMASHKA).await[1..], vec![format!("seat.refused pool:{}", pool.id); 3]);
    assert_eq!(app.told(ROMASHKA, "seat.refused").await, vec![json!({ "why": "not_registered" }); 3]);
    assert_eq!(app.audit(SEVER).await, Vec::<String>::new());
    // No person is concerned: nobody is read anew for it.
    let version = app.store.version(ROMASHKA).await.unwrap();
    let changes = app.store.changes(ROMASHKA, Some(version - 3)).await.unwrap();
    assert!(changes.version == version && changes.whole.is_none() && changes.people.is_empty(), "{changes:?}");
}

async fn who_is_left_out_is_told_why(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let licensed = admin.pick(1, |row| !row.held.is_empty() && row.employment.may_receive()).await;
    let dismissed = admin.pick(1, |row| row.held.is_empty() && !row.employment.may_receive()).await;
    let emails = admin.emails(&[licensed[0], dismissed[0]]).await;
    let before = app.dump().await;
    for (email, reason) in emails.iter().zip([Reason::AlreadyLicensed, Reason::Dismissed]) {
        assert_eq!(admin.bind(&pool, email).await, wrong("email", FieldProblem::LeftOut(reason)));
    }
    before.assert_same_but_for_the_log(&app.dump().await, "who is left out");
    let told = ["already_licensed", "dismissed"].map(|why| json!({ "why": why }));
    assert_eq!(app.told(ROMASHKA, "seat.refused").await, told);
    let page = admin.get("/log?what=licences").await;
    assert!(page.text().contains("Уже есть лицензия") && page.text().contains(">Уволен<"), "{}", page.text());
    let free = admin.emails(&admin.issuable(1).await).await.remove(0);
    let until = app.now().plus_seconds(-1);
    app.sql(&format!("UPDATE pools SET valid_until = {} WHERE id = {}", until.0, pool.id)).await;
    let expired = Refusal::PoolExpired { until };
    assert_eq!(admin.bind(&pool, &free).await, Err(DeskError::Refused { refusal: expired }));
    assert_eq!(app.told(ROMASHKA, "seat.refused").await[2], json!({ "why": "pool_expired" }));
}

async fn the_last_seat_is_bound_once(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("WE12Qmxx").await;
    let emails = admin.emails(&admin.issuable(8).await).await;
    let answers = crate::crowd::at_once(emails.into_iter().map(|email| {
        let (admin, pool) = (admin.clone(), pool.clone());
        async move { admin.bind(&pool, &email).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    let short = DeskError::Refused { refusal: Refusal::PoolExhausted { left: 0, wanted: 1 } };
    assert!(answers.iter().flat_map(|answer| answer.as_ref().err()).all(|error| *error == short), "{answers:?}");
    assert_eq!(app.told(ROMASHKA, "seat.refused").await, vec![json!({ "why": "pool_exhausted" }); 7]);
    assert_eq!(app.told(ROMASHKA, "licences.issued").await.len(), 1);
}

async fn an_administrator_may_bind_himself(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let own = "admin@romashka.example";
    assert_eq!(admin.bind(&pool, own).await, wrong("email", FieldProblem::LeftOut(Reason::NotRegistered)));
    let form = [("surname", "Главный"), ("first", "Олег"), ("email", own), ("employment", "employee")];
    let form: Vec<(&str, String)> = form.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    admin.post("add_member").form(&form).call::<i64>().await.unwrap();
    assert_eq!(admin.bind(&pool, own).await.unwrap().accepted, 1);
}

async fn a_list_is_planned_like_any_operation(app: TestApp) {
    let admin = app.romashka().await;
    let standing = app.standing().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let free = admin.issuable(3).await;
    let licensed = admin.pick(1, |row| !row.held.is_empty()).await;
    let emails = admin.emails(&[free.clone(), licensed].concat()).await;
    let list = format!(
        "{}\r\n<{}>; {}\n\n{}\nnobody@romashka.example\nИванов, {}",
        emails[0], emails[1], emails[2], emails[3], emails[0]
    );
    let operation = admin.bind_list(&pool, &list).await.unwrap();
    assert_eq!(app.standing().await, standing, "nothing is done yet");
    let report = admin.report(operation, 1).await.unwrap();
    assert_eq!((report.summary.accepted, report.summary.rejected), (3, 3));
    let preview = report.preview.unwrap();
    assert_eq!((preview.deed, preview.pool, preview.accepted), (Deed::Issue, Some(pool.id), 3));
    let left_out: Vec<(Reason, u64)> = preview.left_out.iter().map(|left| (left.reason, left.count)).collect();
    assert_eq!(left_out, [(Reason::NotAnEmail, 1), (Reason::NotRegistered, 1), (Reason::AlreadyLicensed, 1)]);
    assert_eq!(preview.left_out[0].names, ["Иванов"]);
    // The pool was named when the list was pasted: no other will do.
    let other = admin.pool("ea9ENYf6").await.id;
    assert_eq!(admin.confirm(&preview, Some(other)).await, Err(DeskError::UnknownPool));
    let done = admin.confirm(&preview, None).await.unwrap();
    assert_eq!((done.accepted, done.rejected), (3, 3));
    assert_eq!(admin.pool("hR7_kQ2z").await.left(), pool.left() - 3);
    let report = admin.report(done.id, 1).await.unwrap();
    let told: Vec<(Outcome, &str)> = report.rows.iter().map(|row| (row.outcome, row.email.as_str())).take(3).collect();
    let rejected = |reason, email| (Outcome::Rejected(reason), email);
    assert_eq!(
        told,
        [
            rejected(Reason::NotAnEmail, "Иванов"),
            rejected(Reason::NotRegistered, "nobody@romashka.example"),
            rejected(Reason::AlreadyLicensed, emails[3].as_str()),
        ]
    );
    assert_eq!(report.rows.len(), 6);
    let csv = admin.get(&format!("/operations/{operation}/report.csv")).await;
    assert!(csv.text().contains(";nobody@romashka.example;Нет пользователя с таким e-mail;"), "{}", csv.text());
    assert_eq!(csv.text().lines().count(), 1 + 6);
    admin.undo(done.id).await.unwrap();
    assert_eq!(app.standing().await, standing);
    // Of nobody at all: there is a preview that says so, and nothing to confirm.
    let nobody = admin.bind_list(&pool, "nobody@romashka.example").await.unwrap();
    let preview = admin.report(nobody, 1).await.unwrap().preview.unwrap();
    assert_eq!(admin.confirm(&preview, None).await, Err(DeskError::Refused { refusal: Refusal::NobodyFits }));
}

async fn a_list_that_cannot_be_read(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let before = app.dump().await;
    for empty in ["", " \r\n\t\n"] {
        assert_eq!(admin.bind_list(&pool, empty).await, wrong("emails", FieldProblem::Required));
    }
    let many: String = (0..=MAX_EMAILS).map(|number| format!("m{number}@x.example\n")).collect();
    assert_eq!(admin.bind_list(&pool, &many).await, wrong("emails", FieldProblem::TooMany { most: MAX_EMAILS }));
    before.assert_same(&app.dump().await, "a list that cannot be read");
}

async fn what_is_not_bound_is_not_freed(app: TestApp) {
    let admin = app.romashka().await;
    let (pool, other) = (admin.pool("hR7_kQ2z").await, admin.pool("WE12Qmxx").await);
    let held = admin.pick(1, |row| row.held.iter().any(|held| held.product == other.product.id)).await;
    let free = admin.issuable(1).await;
    let before = app.dump().await;
    for member in [held[0], free[0], 1_000_000] {
        assert_eq!(admin.unbind(&pool, member).await, Err(DeskError::NotBound), "{member}");
    }
    before.assert_same_but_for_the_log(&app.dump().await, "a seat of another pool");
    assert_eq!(app.told(ROMASHKA, "seat.refused").await, vec![json!({ "why": "not_bound" }); 3]);
    assert_eq!(admin.unbind(&other, held[0]).await.unwrap().accepted, 1);
    assert_eq!(admin.unbind(&other, held[0]).await, Err(DeskError::NotBound), "twice");
}

async fn pages_of_seats(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("ea9ENYf6").await;
    assert!(pool.issued > 50 && pool.left() == 1, "{pool:?}");
    let holders = async |query: &str| {
        let page = admin.get(&format!("/licenses/{}{query}", pool.id)).await;
        assert_eq!(page.status, 200);
        (page.text().matches("/api/unbind").count(), page.text().matches("/api/bind\"").count())
    };
    let rest = usize::try_from(pool.issued).unwrap() - 50;
    assert_eq!(holders("").await, (50, 0));
    assert_eq!(holders("?page=2").await, (rest, 1));
    assert_eq!(holders("?page=99").await, (rest, 1), "the last one");
    assert_eq!(holders("?show=held&page=2").await, (rest, 0));
    assert_eq!(holders("?show=free").await, (0, 1));
    assert_eq!(holders("?show=nonsense&page=-1").await, (50, 0));
    for id in ["0", "-1", "abc", "99999999999999999999", "%FF"] {
        assert_eq!(admin.get(&format!("/licenses/{id}")).await.status, 404, "{id}");
    }
    // A plain form leads back to the page, with what happened.
    let email = admin.emails(&admin.issuable(1).await).await.remove(0);
    let fields = [("pool", pool.id.to_string()), ("email", email.clone()), ("show", "free".to_owned())];
    let bound = admin.post("bind").form(&fields).plain().send().await;
    let there = bound.leads_to().to_owned();
    assert!(there.starts_with(&format!("/licenses/{}?show=free&operation=", pool.id)), "{there}");
    let page = admin.get(&there).await;
    assert!(page.text().contains("Лицензия привязана") && page.text().contains(&email));
    // Refused, it leads back too; the address does not tell the e-mail.
    let form = [("pool", pool.id.to_string()), ("email", "nobody@romashka.example".to_owned())];
    let referer = format!("{}/licenses/{}", admin.client().origin(), pool.id);
    let refused = admin.post("bind").form(&form).plain().header("referer", &referer).send().await;
    assert!(
        refused.leads_to().starts_with(&referer) && !refused.leads_to().contains("nobody"),
        "{}",
        refused.leads_to()
    );
    assert!(refused.cookie("typed-seat").is_some());
    // The next refusal takes its place; what was in the address before stays.
    let form = [("pool", pool.id.to_string()), ("email", "Ворон".to_owned())];
    let referer = format!("{}&show=free", refused.leads_to());
    let again = admin.post("bind").form(&form).plain().header("referer", &referer).send().await;
    assert_eq!(again.leads_to().matches("__err=").count(), 1, "{}", again.leads_to());
    assert!(again.leads_to().contains("show=free"));
    let page = admin.get(again.leads_to().trim_start_matches(&admin.client().origin())).await;
    assert!(page.text().contains("Это не адрес e-mail"));
}

/// The cells of a row of free seats, from its number on.
fn seat_row(html: &str, seat: u64) -> &str {
    let (_, rest) =
        html.split_once(&format!("id=\"bind-{seat}\"")).unwrap_or_else(|| panic!("no field for seat {seat}"));
    rest.split("</tr>").next().unwrap()
}

impl User {
    /// Presses «Привязать» in a row without scripts, and the page that it leads to.
    async fn press_bind(&self, pool: &Pool, seat: u64, email: &str) -> String {
        let fields = [
            ("pool", pool.id.to_string()),
            ("seat", seat.to_string()),
            ("email", email.to_owned()),
            ("show", "free".to_owned()),
        ];
        self.follow_form(&format!("/licenses/{}?show=free", pool.id), "bind", &fields).await
    }
}

async fn a_refused_email_stays_where_it_was_typed(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let page = admin.press_bind(&pool, 3, "nobody@romashka.example").await;
    let row = seat_row(&page, 3);
    for text in ["value=\"nobody@romashka.example\"", "aria-invalid=\"true\"", "autofocus", "Нет пользователя с таким"]
    {
        assert!(row.contains(text), "{text}: {row}");
    }
    for seat in [1, 2, 4] {
        let row = seat_row(&page, seat);
        assert!(!row.contains("nobody@") && !row.contains("aria-invalid") && !row.contains("autofocus"), "{seat}");
    }
    // Of a seat that is no longer free, in the first that is.
    assert!(seat_row(&admin.press_bind(&pool, 999, "nobody@romashka.example").await, 1).contains("nobody@"));
    // Bound, the next free seat waits to be typed into.
    let email = admin.emails(&admin.issuable(1).await).await.remove(0);
    let page = admin.press_bind(&pool, 3, &email).await;
    assert!(page.contains("Лицензия привязана") && seat_row(&page, 2).contains("autofocus"));
    assert_eq!(page.matches("autofocus").count(), 1);
    // The last seat went to somebody else: said once, with the e-mail.
    let last = admin.pool("ea9ENYf6").await;
    let emails = admin.emails(&admin.issuable(2).await).await;
    admin.bind(&last, &emails[0]).await.unwrap();
    let page = admin.press_bind(&last, last.issued + 1, &emails[1]).await;
    assert_eq!(page.matches("Свободных мест нет").count(), 1);
    assert!(page.contains(&format!("{}: Свободных мест нет", emails[1])));
}

async fn whoever_is_added_is_led_back_to_his_seat(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let email = "novikova@romashka.example";
    let page = admin.press_bind(&pool, 2, email).await;
    assert!(seat_row(&page, 2).contains(&format!("name=\"pool\" value=\"{}\"", pool.id)));
    let form = [("email", email.to_owned()), ("pool", pool.id.to_string())];
    let there = admin.post("start_add").form(&form).plain().send().await;
    assert_eq!(there.leads_to(), format!("/users/new?typed&pool={}", pool.id));
    let page = admin.get(there.leads_to()).await;
    assert!(page.text().contains(&format!("type=\"hidden\" name=\"pool\" value=\"{}\"", pool.id)));
    let mut form: Vec<(&str, String)> = ["Новикова", "Ольга", email, "employee"]
        .into_iter()
        .zip(["surname", "first", "email", "employment"])
        .map(|(value, name)| (name, value.to_owned()))
        .collect();
    form.push(("pool", pool.id.to_string()));
    let added = admin.post("add_member").form(&form).plain().send().await;
    assert_eq!(added.leads_to(), format!("/licenses/{}?show=free&added", pool.id));
    let kept = added.cookie("typed-seat").unwrap();
    let cookies = format!("{}; {}", admin.cookie().unwrap(), kept.split(';').next().unwrap());
    let page = admin.ask("GET", added.leads_to()).header("cookie", cookies).send().await;
    assert!(page.text().contains("Пользователь добавлен"));
    let row = seat_row(page.text(), pool.issued + 1);
    assert!(row.contains(&format!("value=\"{email}\"")) && row.contains("autofocus") && !row.contains("aria-invalid"));
    admin.bind(&pool, email).await.unwrap();
}

async fn seats_out_of_term_cannot_be_bound(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("ea9ENYf6").await;
    let day = app.now().date();
    let (ended, begins) = (domain::Date(day.0 - 1), domain::Date(day.0 + 10));
    for (term, said) in [
        (format!("valid_until = {}", ended.end().0), format!("Срок истёк {ended}")),
        (format!("valid_from = {}, valid_until = NULL", begins.start().0), format!("Срок начнётся {begins}")),
    ] {
        app.sql(&format!("UPDATE pools SET {term} WHERE id = {}", pool.id)).await;
        for query in ["", "?page=2", "?show=free"] {
            let page = admin.get(&format!("/licenses/{}{query}", pool.id)).await;
            assert!(page.text().contains(&said) && !page.text().contains("/api/bind"), "{term} {query}");
        }
        assert!(admin.get(&format!("/licenses/{}", pool.id)).await.text().contains("/api/unbind"));
    }
}
