//! The report of an operation: its pages, and the file for the spreadsheet.

use domain::{Deed, Filter, OperationId, Outcome, Selection};

use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    a_file_for_the_spreadsheet,
    the_file_speaks_the_language_of_the_page,
    reports_that_are_not_there,
    what_was_not_done_is_not_told_as_done,
    the_list_of_operations_has_pages,
);
on_both!(Options::large() => a_report_of_thousands);

async fn csv(user: &User, operation: OperationId) -> Vec<Vec<String>> {
    let answer = user.get(&format!("/operations/{operation}/report.csv")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let name = format!("attachment; filename=\"licentia-{operation}.csv\"");
    assert_eq!(answer.header("content-disposition"), name);
    assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"));
    let text = answer.text().strip_prefix('\u{feff}').expect("the mark of UTF-8");
    assert!(text.ends_with("\r\n") && text.lines().count() == text.matches("\r\n").count());
    let lines = text.lines().map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
    lines.inspect(|fields| assert_eq!(fields.len(), 4, "{fields:?}")).collect()
}

async fn a_file_for_the_spreadsheet(app: TestApp) {
    let admin = app.romashka().await;
    let dismissed = admin.pick(2, |row| row.held.is_empty() && !row.employment.may_receive()).await;
    let licensed = admin.pick(2, |row| !row.held.is_empty()).await;
    let ids = [admin.issuable(3).await, dismissed, licensed].concat();
    app.sql(&format!("UPDATE members SET surname = '=1+1' WHERE id = {}", ids[0])).await;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    let done = admin.confirm(&preview, Some(admin.pool("hR7_kQ2z").await.id)).await.unwrap();
    let report = admin.report(done.id, 1).await.unwrap().rows;
    let lines = csv(&admin, done.id).await;
    assert_eq!(lines.len(), 1 + 7);
    for (line, row) in lines[1..].iter().zip(&report) {
        assert_eq!(line[1], row.email);
        assert_eq!(line[0].trim_start_matches('\''), row.name);
        assert_eq!(line[3].is_empty(), row.outcome == Outcome::Accepted, "{line:?}");
    }
    assert!(report[..4].iter().all(|row| row.outcome != Outcome::Accepted), "the rejected come first");
    assert!(report[4..].iter().all(|row| row.outcome == Outcome::Accepted));
    // To a spreadsheet it is text.
    assert!(lines.iter().any(|line| line[0].starts_with("'=1+1")), "{lines:?}");
    // An undo has its report too.
    let undo = admin.undo(done.id).await.unwrap();
    assert_eq!(csv(&admin, undo.id).await.len(), 1 + 3);
}

async fn the_file_speaks_the_language_of_the_page(app: TestApp) {
    let admin = app.romashka().await;
    let done = admin.issue(&admin.issuable(1).await, admin.pool("hR7_kQ2z").await.id).await;
    let path = format!("/operations/{}/report.csv", done.id);
    let in_language = async |lang: &str| {
        let cookie = format!("{}; lang={lang}", admin.cookie().unwrap());
        admin.ask("GET", &path).header("cookie", cookie).send().await.text().lines().next().unwrap().to_owned()
    };
    let (russian, english) = (in_language("ru").await, in_language("en").await);
    assert_ne!(russian, english);
    assert!(english.trim_start_matches('\u{feff}').is_ascii(), "{english}");
    assert_eq!(in_language("xx").await, russian);
}

async fn reports_that_are_not_there(app: TestApp) {
    let admin = app.romashka().await;
    for id in ["1000000", "0", "-1", "abc", "1.5", "99999999999999999999", "%FF"] {
        let csv = admin.get(&format!("/operations/{id}/report.csv")).await;
        assert_eq!(csv.status, 404, "{id}");
        assert!(csv.text().contains("Такой операции нет."), "{id}: {}", csv.text());
        let page = admin.get(&format!("/operations/{id}")).await;
        assert!(page.status < 500, "{id}: {}", page.status);
    }
    let done = admin.issue(&admin.issuable(1).await, admin.pool("hR7_kQ2z").await.id).await;
    for page in [0, 2, u32::MAX] {
        let report = admin.report(done.id, page).await.unwrap();
        assert_eq!((report.page, report.rows.len()), (1, 1));
    }
}

/// Failed, given up, out of date, and a colleague's that waits: neither page nor file says that anybody got anything.
async fn what_was_not_done_is_not_told_as_done(app: TestApp) {
    let admin = app.romashka().await;
    let colleague = app.colleague(ROMASHKA, "other@romashka.example").await;
    let ids = admin.issuable(3).await;
    let preview = async || admin.preview_of(Deed::Issue, &ids).await;
    let failed = preview().await;
    assert!(admin.confirm(&failed, Some(admin.pool("WE12Qmxx").await.id)).await.is_err());
    let cancelled = preview().await;
    admin.cancel(cancelled.operation).await.unwrap();
    let waiting = preview().await;
    let told = async |operation: OperationId, why: &str| {
        let lines = csv(&colleague, operation).await;
        assert_eq!(lines.len(), 1 + 3);
        assert!(lines[1..].iter().all(|line| line[2].starts_with("Ничего не изменилось: ")), "{lines:?}");
        assert!(lines[1][2].contains(why), "{why}: {}", lines[1][2]);
        let page = colleague.get(&format!("/operations/{operation}")).await;
        assert!(!page.text().contains("Получили лицензию"), "{why}");
        assert!(page.text().contains("Ничего не изменилось (3)"), "{why}");
    };
    told(failed.operation, "превышает количество доступных лицензий").await;
    told(cancelled.operation, "Отменена").await;
    told(waiting.operation, "Ждёт подтверждения").await;
    app.pass(service::PREVIEW_SECONDS + 1);
    told(waiting.operation, "Устарела").await;
    let done = admin.issue(&ids, admin.pool("hR7_kQ2z").await.id).await;
    assert_eq!(csv(&colleague, done.id).await[1][2], "Получили лицензию");
}

async fn the_list_of_operations_has_pages(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let seeded = admin.operations().await.unwrap().rows.len();
    let id = admin.issuable(1).await;
    for _ in 0..30 {
        let issued = admin.issue(&id, pool).await;
        admin.undo(issued.id).await.unwrap();
    }
    let first = admin.operations().await.unwrap();
    assert_eq!(first.rows.len(), 50);
    let next = first.next.unwrap();
    let rest: domain::Operations = admin.post("operations").form(&[("before", next.to_string())]).call().await.unwrap();
    assert_eq!((rest.rows.len(), rest.next), (10 + seeded, None));
    let all: Vec<_> = first.rows.iter().chain(&rest.rows).map(|row| row.id).collect();
    assert!(all.is_sorted_by(|one, other| one > other), "newest first, none twice");
}

async fn a_report_of_thousands(app: TestApp) {
    let admin = app.sever().await;
    let preview = admin.preview(Deed::Issue, &Selection::by_filter(Filter::default())).await.unwrap();
    let done = admin.confirm(&preview, Some(preview.pools[0].id)).await.unwrap();
    assert_eq!(done.accepted + done.rejected, 2_100);
    let lines = csv(&admin, done.id).await;
    assert_eq!(lines.len(), 1 + 2_100);
    let mut emails: Vec<&str> = lines[1..].iter().map(|line| line[1].as_str()).collect();
    let rejected = usize::try_from(done.rejected).unwrap();
    assert!(lines[1..=rejected].iter().all(|line| !line[3].is_empty()), "the rejected come first");
    assert!(lines[rejected + 1..].iter().all(|line| line[3].is_empty()));
    // Every page of the report is the same people in the same order.
    let mut paged = Vec::new();
    for page in 1..=21 {
        let report = admin.report(done.id, page).await.unwrap();
        assert_eq!((report.page, report.last_page, report.rows.len()), (page, 21, 100));
        paged.extend(report.rows.into_iter().map(|row| row.email));
    }
    assert_eq!(emails, paged);
    emails.sort_unstable();
    emails.dedup();
    assert_eq!(emails.len(), 2_100, "somebody is there twice");
}
