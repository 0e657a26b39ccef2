//! Deeds for two: what one has confirmed waits until another agrees.

use domain::{
    AccessLetter, Deed, DeskError, FieldError, FieldProblem, IdSet, LetterKind, OperationId, OperationState,
    OperationSummary, PoolId, Preview, Report, Role,
};
use service::ports::Store;

use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    a_large_deed_waits_for_a_second_person,
    nobody_agrees_to_their_own,
    a_revocation_is_declined_with_a_reason,
    what_waits_can_be_withdrawn,
    nothing_goes_around_the_second_person,
    the_world_may_move_while_it_waits,
    it_waits_for_a_week,
    two_who_agree_at_once_are_one,
    rules_are_kept_and_checked,
    only_the_owner_loosens_the_rules,
    whoever_is_in_the_authors_hands_is_no_second_person,
    what_its_author_may_not_do_any_more_is_not_done,
    the_second_person_sees_what_would_happen,
    that_nobody_can_agree_is_said,
    agreeing_to_much_that_is_taken_shows_who_one_is,
);

async fn rules(admin: &User, issue: &str, revoke: &str) -> Result<(), DeskError> {
    let form = [("issue", issue.to_owned()), ("revoke", revoke.to_owned())];
    admin.post("keep_approvals").form(&form).call().await
}

fn named(preview: &Preview) -> [(&'static str, String); 2] {
    [("operation", preview.operation.to_string()), ("digest", preview.digest.clone())]
}

async fn approve(user: &User, preview: &Preview) -> Result<OperationSummary, DeskError> {
    user.post("approve").form(&named(preview)).call().await
}

async fn decline(user: &User, preview: &Preview, reason: &str) -> Result<(), DeskError> {
    let mut form = named(preview).to_vec();
    form.push(("reason", reason.to_owned()));
    user.post("decline").form(&form).call().await
}

async fn report(user: &User, id: OperationId) -> Report {
    user.post("report").form(&[("operation", id.to_string())]).call().await.unwrap()
}

/// Three people to whom licences are to be issued, confirmed by the owner; and the pool.
async fn asked(app: &TestApp) -> (User, User, Preview, PoolId) {
    let (owner, other) = (app.romashka().await, app.with_role(Role::Administrator).await);
    rules(&owner, "2", "2").await.unwrap();
    let people = owner.issuable(3).await;
    let pool = owner.pool("hR7_kQ2z").await.id;
    let preview = owner.preview_of(Deed::Issue, &people).await;
    let waiting = owner.confirm(&preview, Some(pool)).await.unwrap();
    assert_eq!((waiting.state, waiting.accepted), (OperationState::Waiting, 3));
    (owner, other, preview, pool)
}

async fn a_large_deed_waits_for_a_second_person(app: TestApp) {
    let before = app.standing().await;
    let (owner, other, preview, _) = asked(&app).await;
    assert_eq!(app.standing().await, before, "nothing is done yet");
    // Confirmed again, it is the same.
    let pool = owner.pool("hR7_kQ2z").await;
    assert_eq!(owner.confirm(&preview, Some(pool.id)).await.unwrap().state, OperationState::Waiting);
    // Whoever may decide is told, and sees what is to be done.
    let letters = app.store.letters(ROMASHKA, None, None, 50).await.unwrap();
    let asked: Vec<&str> = letters
        .iter()
        .filter(|row| row.letter.kind() == LetterKind::Access(AccessLetter::ApprovalAsked))
        .map(|row| row.to.as_str())
        .collect();
    assert_eq!(asked, ["hr@romashka.example"], "whoever may not issue is not asked, nor the author");
    let shown = report(&other, preview.operation).await;
    assert_eq!((shown.rows.len(), shown.decide.as_deref()), (3, Some(preview.digest.as_str())));
    let page = other.get(&format!("/operations/{}", preview.operation)).await;
    assert!(page.text().contains("Согласовать") && page.text().contains("Ждёт согласования"));
    assert!(other.get("/operations").await.text().contains("Ждёт согласования"));
    let of_owner = owner.get(&format!("/operations/{}", preview.operation)).await;
    assert!(!of_owner.text().contains("/api/approve") && of_owner.text().contains("Отозвать с согласования"));
    assert!(
        !app.with_role(Role::User)
            .await
            .get(&format!("/operations/{}", preview.operation))
            .await
            .text()
            .contains("/api/approve")
    );

    let done = approve(&other, &preview).await.unwrap();
    assert_eq!((done.state, done.accepted), (OperationState::Done, 3));
    assert_eq!(owner.pool("hR7_kQ2z").await.issued, pool.issued + 3);
    assert_eq!(approve(&other, &preview).await.unwrap().state, OperationState::Done, "twice is once");
    assert_eq!(owner.pool("hR7_kQ2z").await.issued, pool.issued + 3);
    let told = app.told(ROMASHKA, "licences.issued").await;
    assert_eq!((told.len(), told[0]["asked_by"].as_i64()), (1, Some(1)), "{told:?}");
    let approval = report(&owner, preview.operation).await.approval.unwrap();
    assert_eq!(approval.decided.unwrap().by, "Кузьмина Ольга");
    // Few need nobody.
    let few = owner.preview_of(Deed::Issue, &owner.issuable(2).await).await;
    assert_eq!(owner.confirm(&few, Some(pool.id)).await.unwrap().state, OperationState::Done);
}

async fn nobody_agrees_to_their_own(app: TestApp) {
    let (owner, _, preview, _) = asked(&app).await;
    let before = app.dump().await;
    assert_eq!(approve(&owner, &preview).await, Err(DeskError::OwnApproval));
    assert_eq!(decline(&owner, &preview, "Нет").await, Err(DeskError::OwnApproval));
    // In another browser neither.
    assert_eq!(approve(&app.romashka().await, &preview).await, Err(DeskError::OwnApproval));
    app.sql("DELETE FROM sessions WHERE id = (SELECT MAX(id) FROM sessions); DELETE FROM devices").await;
    let after = app.dump().await;
    assert_eq!(before.count("assignments"), after.count("assignments"));
    assert_eq!(app.told(ROMASHKA, "approval.refused").await.len(), 3);
    let user = app.with_role(Role::User).await;
    assert!(matches!(approve(&user, &preview).await, Err(DeskError::Forbidden { .. })));
    assert_eq!(approve(&app.sever().await, &preview).await, Err(DeskError::UnknownOperation));
}

async fn a_revocation_is_declined_with_a_reason(app: TestApp) {
    let (owner, other) = (app.romashka().await, app.with_role(Role::Administrator).await);
    rules(&owner, "", "0").await.unwrap();
    let people = owner.pick(2, |row| !row.held.is_empty()).await;
    let before = app.standing().await;
    let preview = owner.preview_of(Deed::Revoke, &people).await;
    assert_eq!(owner.confirm(&preview, None).await.unwrap().state, OperationState::Waiting);
    let required = FieldError { field: "reason".into(), problem: FieldProblem::Required };
    assert_eq!(decline(&other, &preview, "  ").await, Err(DeskError::InvalidForm { fields: vec![required] }));
    let forged = Preview { digest: "0".repeat(64), ..preview.clone() };
    assert_eq!(approve(&other, &forged).await, Err(DeskError::DigestMismatch));
    decline(&other, &preview, "Они ещё <b>работают</b>").await.unwrap();
    assert_eq!(app.standing().await, before);
    let page = owner.get(&format!("/operations/{}", preview.operation)).await;
    assert!(page.text().contains("Не согласована") && page.text().contains("Они ещё &lt;b"), "{}", page.text());
    let gone = Err(DeskError::OperationNotOpen { state: OperationState::Declined });
    assert_eq!(approve(&other, &preview).await, gone);
    assert_eq!(owner.confirm(&preview, None).await, gone);
    // Kept, when previews of the time are not.
    app.pass(3 * 86_400);
    app.other_desk().tidy().await.unwrap();
    assert_eq!(report(&app.romashka().await, preview.operation).await.rows.len(), 2);
    let told = app.told(ROMASHKA, "operation.declined").await;
    assert_eq!((told.len(), told[0]["reason"].as_str()), (1, Some("Они ещё <b>работают</b>")));
    let page = app.romashka().await.get("/log?what=licences").await;
    assert!(page.text().contains("Причина: Они ещё &lt;b"), "{}", page.text());
}

async fn what_waits_can_be_withdrawn(app: TestApp) {
    let (owner, other, preview, _) = asked(&app).await;
    owner.post("cancel").form(&[("operation", preview.operation.to_string())]).call::<()>().await.unwrap();
    let gone = Err(DeskError::OperationNotOpen { state: OperationState::Cancelled });
    assert_eq!(approve(&other, &preview).await, gone);
    assert_eq!(report(&owner, preview.operation).await.summary.state, OperationState::Cancelled);
    assert_eq!(app.told(ROMASHKA, "operation.withdrawn").await.len(), 1);
}

/// What a second person has to agree to is not done by taking something back, nor one by one.
async fn nothing_goes_around_the_second_person(app: TestApp) {
    let owner = app.romashka().await;
    let people = owner.issuable(5).await;
    let pool = owner.pool("hR7_kQ2z").await.id;
    let issued = owner.issue(&people[..3], pool).await.id;
    let revoked = owner.revoke(&people[..2]).await.id;
    rules(&owner, "1", "0").await.unwrap();
    let before = app.standing().await;
    assert_eq!(owner.undo(issued).await.map(drop), Err(DeskError::ApprovalNeeded { people: 1 }));
    assert_eq!(owner.undo(revoked).await.map(drop), Err(DeskError::ApprovalNeeded { people: 2 }));
    let unbind = [("pool", pool.to_string()), ("member", people[2].to_string())];
    assert_eq!(owner.call("unbind", &unbind).await.map(drop), Err(DeskError::ApprovalNeeded { people: 1 }));
    assert_eq!(app.standing().await, before);
    let told = app.told(ROMASHKA, "seat.refused").await;
    assert_eq!(told[0]["why"].as_str(), Some("approval_needed"));
    // Twins: what is for one is done by one.
    rules(&owner, "2", "2").await.unwrap();
    owner.call("unbind", &unbind).await.unwrap();
    owner.undo(revoked).await.unwrap();
}

async fn the_world_may_move_while_it_waits(app: TestApp) {
    let (owner, other, preview, pool) = asked(&app).await;
    let first = report(&other, preview.operation).await.rows[0].email.clone();
    let id = app.number(&format!("SELECT id FROM members WHERE email = '{first}'")).await;
    let single = other.preview_of(Deed::Issue, &[id]).await;
    assert_eq!(other.confirm(&single, Some(pool)).await.unwrap().state, OperationState::Done);
    let issued = owner.pool("hR7_kQ2z").await.issued;
    assert!(matches!(approve(&other, &preview).await, Err(DeskError::PlanChanged { .. })));
    assert_eq!(owner.pool("hR7_kQ2z").await.issued, issued, "nobody who was not agreed to, and nothing by halves");
    assert_eq!(report(&owner, preview.operation).await.summary.state, OperationState::Failed);
}

async fn it_waits_for_a_week(app: TestApp) {
    let (_, _, preview, _) = asked(&app).await;
    app.pass(7 * 86_400 - 60);
    app.other_desk().tidy().await.unwrap();
    let other = app.with_role(Role::Administrator).await;
    assert!(report(&other, preview.operation).await.decide.is_some(), "longer than a preview waits");
    app.pass(120);
    assert_eq!(approve(&other, &preview).await, Err(DeskError::OperationExpired));
    assert_eq!(report(&other, preview.operation).await.summary.state, OperationState::Expired);
    app.other_desk().tidy().await.unwrap();
    assert_eq!(approve(&other, &preview).await, Err(DeskError::OperationExpired));
}

async fn two_who_agree_at_once_are_one(app: TestApp) {
    let (owner, other, preview, _) = asked(&app).await;
    let third = app.colleague(ROMASHKA, "third@romashka.example").await;
    let issued = owner.pool("hR7_kQ2z").await.issued;
    let (one, two) = tokio::join!(approve(&other, &preview), approve(&third, &preview));
    for answer in [&one, &two] {
        assert!(matches!(answer, Ok(done) if done.state == OperationState::Done), "{answer:?}");
    }
    assert_eq!(owner.pool("hR7_kQ2z").await.issued, issued + 3);
    assert_eq!(app.told(ROMASHKA, "licences.issued").await.len(), 1);
}

async fn rules_are_kept_and_checked(app: TestApp) {
    let owner = app.romashka().await;
    for wrong in ["-1", "x", "1.5", "1000001", "99999999999999999999999"] {
        let fields =
            vec![FieldError { field: "issue".into(), problem: FieldProblem::NotANumber { least: 0, most: 1_000_000 } }];
        assert_eq!(rules(&owner, wrong, "").await, Err(DeskError::InvalidForm { fields }), "{wrong}");
    }
    rules(&owner, " 1 000 ", "").await.unwrap();
    let page = owner.get("/admin/approvals").await;
    assert!(page.text().contains("value=\"1000\""), "{}", page.text());
    assert_eq!(app.told(ROMASHKA, "approvals.changed").await.len(), 1);
    let page = owner.get("/log?what=access").await;
    assert!(page.text().contains("выдача без согласия: — → 1000"), "before and after: {}", page.text());
    assert!(!page.text().contains("отзыв без согласия"), "what has stayed: {}", page.text());
    rules(&owner, "1000", "").await.unwrap();
    assert_eq!(app.told(ROMASHKA, "approvals.changed").await.len(), 1, "nothing changed");
    // What one organisation sets is no other's.
    rules(&owner, "0", "0").await.unwrap();
    let sever = app.sever().await;
    let people: IdSet = sever.issuable(1).await.into_iter().collect();
    let pool = sever.frame().await.unwrap().pools[0].id;
    assert_eq!(sever.issue(people.as_slice(), pool).await.state, OperationState::Done);
}

async fn told_by_letter(app: &TestApp, what: AccessLetter) -> Vec<String> {
    let letters = app.store.letters(ROMASHKA, None, None, 50).await.unwrap();
    let of_kind = letters.into_iter().filter(|row| row.letter.kind() == LetterKind::Access(what));
    of_kind.map(|row| row.to).collect()
}

async fn only_the_owner_loosens_the_rules(app: TestApp) {
    let (owner, hr) = (app.romashka().await, app.with_role(Role::Administrator).await);
    rules(&hr, "100", "").await.unwrap();
    rules(&hr, "50", "10").await.unwrap();
    let before = app.number("SELECT approve_issue FROM organizations WHERE id = 1").await;
    for (issue, revoke) in [("51", "10"), ("", "10"), ("50", ""), ("1", "11")] {
        assert_eq!(rules(&hr, issue, revoke).await, Err(DeskError::OwnerLoosens), "{issue} {revoke}");
    }
    assert_eq!(app.number("SELECT approve_issue FROM organizations WHERE id = 1").await, before);
    assert_eq!(app.told(ROMASHKA, "approval.refused").await.len(), 4);
    // Both times the owner was told, whoever did it not.
    assert_eq!(told_by_letter(&app, AccessLetter::ApprovalsChanged).await, ["admin@romashka.example"; 2]);
    rules(&owner, "", "").await.unwrap();
    assert_eq!(told_by_letter(&app, AccessLetter::ApprovalsChanged).await.len(), 3);
    assert_eq!(app.told(ROMASHKA, "approvals.changed").await.len(), 3);
}

async fn whoever_is_in_the_authors_hands_is_no_second_person(app: TestApp) {
    let (owner, hr) = (app.romashka().await, app.with_role(Role::Administrator).await);
    rules(&owner, "2", "").await.unwrap();
    app.colleague(ROMASHKA, "third@romashka.example").await;
    let id = app.number("SELECT id FROM accounts WHERE email = 'third@romashka.example'").await;
    let fields = [("name", "Коллега"), ("email", "fourth@romashka.example"), ("phone", "+79161234567")];
    let fields = fields.into_iter().chain([("level", "administrator")]);
    let mut form: Vec<(&str, String)> = fields.map(|(name, value)| (name, value.to_owned())).collect();
    form.push(("account", id.to_string()));
    hr.post("change_account").form(&form).call::<()>().await.unwrap();
    let third = app.sign_in("fourth@romashka.example").await;
    let pool = hr.pool("hR7_kQ2z").await;
    let preview = hr.preview_of(Deed::Issue, &hr.issuable(3).await).await;
    hr.confirm(&preview, Some(pool.id)).await.unwrap();
    let refused = approve(&third, &preview).await;
    assert!(matches!(refused, Err(DeskError::ApproverTooNew { .. })), "{refused:?}");
    assert_eq!(hr.pool("hR7_kQ2z").await.issued, pool.issued);
    assert_eq!(app.told(ROMASHKA, "approval.refused").await[0]["why"], "approver_too_new");
    let waits = report(&hr, preview.operation).await.waits.unwrap();
    assert_eq!((waits.for_whom, waits.own), (vec!["Администратор".to_owned()], true));
    assert_eq!(waits.later[0].0, "Коллега");
    let path = format!("/operations/{}", preview.operation);
    let page = hr.get(&path).await.text().replace("<!>", "");
    assert!(
        page.contains("Согласовать могут: Администратор. Позже") && page.contains("Коллега (после 22.11.2026"),
        "{page}"
    );
    // What they cannot do is not offered; to decline it is.
    let page = third.get(&path).await;
    assert!(page.text().contains("Автор операции недавно пригласил Вас") && page.text().contains("/api/decline"));
    assert!(!page.text().contains(">Согласовать<!></button>"));
    app.pass(86_401);
    let third = app.sign_in("fourth@romashka.example").await;
    assert_eq!(approve(&third, &preview).await.unwrap().state, OperationState::Done);
    assert_eq!(app.told(ROMASHKA, "licences.issued").await.len(), 1);
}

async fn what_its_author_may_not_do_any_more_is_not_done(app: TestApp) {
    let (owner, hr) = (app.romashka().await, app.with_role(Role::Administrator).await);
    rules(&owner, "2", "").await.unwrap();
    let pool = owner.pool("hR7_kQ2z").await;
    let preview = hr.preview_of(Deed::Issue, &hr.issuable(3).await).await;
    hr.confirm(&preview, Some(pool.id)).await.unwrap();
    let level = async |level: &str| {
        app.sql(&format!(
            "UPDATE account_levels SET role = '{level}' \
             WHERE account_id = (SELECT id FROM accounts WHERE email = 'hr@romashka.example')"
        ))
        .await;
    };
    level("user").await;
    assert_eq!(approve(&owner, &preview).await, Err(DeskError::AuthorMayNot));
    let page = owner.get(&format!("/operations/{}", preview.operation)).await;
    assert!(page.text().contains("Автор операции больше не вправе"), "{}", page.text());
    assert!(!page.text().contains(">Согласовать<!></button>"));
    assert_eq!(app.told(ROMASHKA, "approval.refused").await[0]["why"], "author_may_not");
    assert_eq!(owner.pool("hR7_kQ2z").await.issued, pool.issued);
    // It still waits, and is done if they may again.
    level("administrator").await;
    assert_eq!(approve(&owner, &preview).await.unwrap().state, OperationState::Done);
}

async fn the_second_person_sees_what_would_happen(app: TestApp) {
    let (owner, other, preview, pool) = asked(&app).await;
    let path = format!("/operations/{}", preview.operation);
    let foreseen = report(&other, preview.operation).await;
    let seen = foreseen.preview.unwrap();
    assert_eq!((seen.accepted, &seen.names, seen.pool), (3, &preview.names, Some(pool)));
    assert!(!foreseen.waits.unwrap().moved);
    let left = owner.pool("hR7_kQ2z").await.left();
    let page = other.get(&path).await.text().replace("<!>", "");
    assert!(page.contains("после останется") && page.contains(&format!("<b>{}</b>", left - 3)), "{page}");
    // Its author is not shown a confirmation, nor whoever may not decide.
    for user in [&owner, &app.with_role(Role::User).await] {
        assert_eq!(report(user, preview.operation).await.preview, None);
    }
    // One of them gets a licence by another way: it is not any more what was confirmed.
    let person = preview_people(&app, preview.operation).await[0];
    rules(&owner, "", "").await.unwrap();
    assert_eq!(owner.issue(&[person], pool).await.state, OperationState::Done);
    assert!(report(&other, preview.operation).await.waits.unwrap().moved);
    let page = other.get(&path).await;
    assert!(page.text().contains("можно только отклонить") && page.text().contains("/api/decline"), "{}", page.text());
    assert!(!page.text().contains(">Согласовать<!></button>"));
    assert!(matches!(approve(&other, &preview).await, Err(DeskError::PlanChanged { .. })));
}

/// The people whom an operation is to touch.
async fn preview_people(app: &TestApp, id: OperationId) -> Vec<i64> {
    let sets = app.store.operation_sets(ROMASHKA, id).await.unwrap();
    let accepted = sets.into_iter().find(|(outcome, _)| *outcome == domain::Outcome::Accepted).unwrap().1;
    accepted.iter().collect()
}

async fn that_nobody_can_agree_is_said(app: TestApp) {
    let sever = app.sever().await;
    rules(&sever, "0", "0").await.unwrap();
    let pool = sever.frame().await.unwrap().pools[0].id;
    let preview = sever.preview_of(Deed::Issue, &sever.issuable(1).await).await;
    sever.confirm(&preview, Some(pool)).await.unwrap();
    let path = format!("/operations/{}", preview.operation);
    assert!(sever.get(&path).await.text().contains("Согласовать некому"));
    let third = app.colleague(domain::OrganizationId(2), "third@sever.example").await;
    let page = sever.get(&path).await.text().replace("<!>", "");
    assert!(page.contains("Согласовать могут: Коллега.") && !page.contains("некому"), "{page}");
    assert!(third.get(&path).await.text().contains(">Согласовать<!></button>"));
}

async fn agreeing_to_much_that_is_taken_shows_who_one_is(app: TestApp) {
    app.sql("UPDATE organizations SET large_deed = 3").await;
    let (owner, mut other) = (app.romashka().await, app.with_role(Role::Administrator).await);
    rules(&owner, "", "0").await.unwrap();
    let people = owner.pick(4, |row| !row.held.is_empty()).await;
    let (many, one) =
        (owner.preview_of(Deed::Revoke, &people[..3]).await, owner.preview_of(Deed::Revoke, &people[3..]).await);
    for preview in [&many, &one] {
        assert_eq!(owner.confirm(preview, None).await.unwrap().state, OperationState::Waiting);
    }
    app.pass(15 * 60);
    assert_eq!(approve(&other, &many).await, Err(DeskError::ProofRequired));
    assert_eq!(report(&other, many.operation).await.summary.state, OperationState::Waiting);
    // Twin: of few it is not asked.
    assert_eq!(approve(&other, &one).await.unwrap().state, OperationState::Done);
    // The page asks for it then.
    let path = format!("/operations/{}", many.operation);
    let origin = other.client().origin();
    let answer =
        other.post("approve").form(&named(&many)).plain().header("referer", format!("{origin}{path}")).send().await;
    let page = other.get(answer.leads_to().trim_start_matches(&origin)).await;
    assert!(
        page.text().contains("name=\"proof\"") && page.text().contains("Подтвердите, что это Вы"),
        "{}",
        page.text()
    );
    let mut form = named(&many).to_vec();
    form.push(("proof", server::demo::PASSWORD.to_owned()));
    let answer = other.post("approve").form(&form).send().await;
    other.renewed_by(&answer);
    assert_eq!(answer.result::<OperationSummary>().unwrap().state, OperationState::Done);
}
