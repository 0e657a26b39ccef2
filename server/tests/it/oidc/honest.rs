//! What an honest provider leads to.

use domain::DeskError;

use super::provider::{decline, issuer, sign_in};
use super::{
    assert_refused, assert_told, assert_told_outside, begin, come_back, entered, last, parameter, refusal, sent,
    settled,
};
use crate::support::{ROMASHKA, SEVER, TestApp, on_both};

on_both!(Options::entered_by(super::issuer()) =>
    whoever_has_a_verified_email_comes_in,
    nobody_comes_in_with_an_email_that_is_not_verified,
    a_second_factor_is_asked_for_all_the_same,
    nobody_comes_in_without_an_account,
    an_account_is_linked_whatever_the_email,
    an_identity_is_one_accounts,
    an_account_has_one_identity,
    what_was_linked_is_unlinked,
    linking_ends_with_its_session,
    nobody_comes_back_twice,
    nobody_comes_back_with_anothers_state,
    nobody_comes_back_late,
    whoever_says_no_stays_outside,
    another_provider_does_not_answer_for_this_one,
    a_removed_account_lets_nobody_in,
);
on_both!(without_a_provider_there_is_no_button);
on_both!(Options::entered_by("http://127.0.0.1:1") => a_provider_that_is_away_is_said);

const ADMIN: &str = "admin@romashka.example";

async fn whoever_has_a_verified_email_comes_in(app: TestApp) {
    let visitor = app.visitor();
    let page = visitor.get("/sign-in?to=%2Forders").await;
    assert!(page.text().contains("Вход через госуслуги") && page.text().contains("/api/begin_oidc"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("form-action 'self' {};", issuer())), "{policy}");
    let answer = visitor.post("begin_oidc").form(&[("to", "/orders".to_owned())]).plain().send().await;
    let cookie = answer.cookie("licentia-oidc").unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");
    let away = sent(&answer);
    assert_eq!(parameter(&away.url, "response_type"), "code");
    assert_eq!(parameter(&away.url, "code_challenge_method"), "S256");
    assert_eq!(parameter(&away.url, "scope"), "openid email profile");
    // What the browser does not need to know, it is not told, and what it brings back is not kept.
    let kept = app.dump().await;
    for secret in [away.cookie.split_once('=').unwrap().1, &parameter(&away.url, "state")] {
        assert!(!kept.contains(secret));
    }
    let path = sign_in(&away.url, "Admin@Romashka.example").await;
    let answer = come_back(&visitor, &away.cookie, &path).await;
    assert_eq!(answer.leads_to(), "/orders", "where they wanted to go");
    assert!(answer.cookie("licentia-oidc").unwrap().contains("Max-Age=0"));
    assert!(answer.cookie("licentia-device").is_some(), "the browser is known from now on");
    let admin = entered(&visitor, &answer);
    assert_eq!(admin.frame().await.unwrap().account.email, ADMIN);
    assert_eq!(app.told(ROMASHKA, "identity.linked").await, [serde_json::json!({ "by": "email" })]);
    let told = app.told(ROMASHKA, "session.started").await.pop().unwrap();
    assert_eq!(told["by"], "oidc");
    assert_eq!(app.number("SELECT count(*) FROM identity_flows").await, 0);
    let journal = admin.get("/log").await;
    assert!(journal.text().contains("через другую систему") && journal.text().contains("подтверждённому e-mail"));
    // The next time by the link, also when the e-mail here is another by now.
    app.sql(&format!("UPDATE accounts SET email = 'changed@romashka.example' WHERE email = '{ADMIN}'")).await;
    let away = begin(&visitor, "//evil.example").await;
    let answer = come_back(&visitor, &away.cookie, &sign_in(&away.url, "Admin@Romashka.example").await).await;
    assert_eq!(answer.leads_to(), "/users", "nowhere else");
    entered(&visitor, &answer).frame().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "identity.linked").await.len(), 1);
    assert!(visitor.get("/users").await.leads_to().starts_with("/sign-in"), "nobody else is in");
}

async fn a_second_factor_is_asked_for_all_the_same(app: TestApp) {
    let owner = app.romashka().await;
    crate::factor::connect(&app, &owner, ADMIN).await;
    let visitor = app.visitor();
    let away = begin(&visitor, "/orders").await;
    let answer = come_back(&visitor, &away.cookie, &sign_in(&away.url, "Admin@Romashka.example").await).await;
    assert_eq!(answer.leads_to(), "/sign-in/code?to=%2Forders");
    assert!(answer.cookie("licentia").is_none(), "not in yet");
    let half = answer.cookie("licentia-half").unwrap();
    assert!(half.contains("Max-Age=300"));
    // The log tells by what they came in.
    let half = half.split(';').next().unwrap();
    let code = [("code", crate::factor::code(&app, ADMIN, 0).await)];
    visitor.post("enter_code").form(&code).header("cookie", half).call::<()>().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "session.started").await.last().unwrap()["by"], "oidc+totp");
    assert!(owner.get("/admin/connections").await.text().contains("через другую систему и по коду"));
}

async fn nobody_comes_in_with_an_email_that_is_not_verified(app: TestApp) {
    let visitor = app.visitor();
    let before = settled(&app).await;
    let away = begin(&visitor, "").await;
    let path = sign_in(&away.url, &format!("unverified:{ADMIN}")).await;
    let answer = come_back(&visitor, &away.cookie, &path).await;
    assert_refused(&answer, 403, "Ваш e-mail не подтверждён");
    assert_told(&app, ADMIN, "email_not_verified").await;
    // Of an e-mail that nobody has, the same is said.
    let away = begin(&visitor, "").await;
    let path = sign_in(&away.url, "unverified:nobody@romashka.example").await;
    assert_refused(&come_back(&visitor, &away.cookie, &path).await, 403, "Ваш e-mail не подтверждён");
    assert_told_outside(&app, "email_not_verified").await;
    before.assert_same_but_for_the_log(&settled(&app).await, "an e-mail that is not verified");
    let away = begin(&visitor, "").await;
    let twin = come_back(&visitor, &away.cookie, &sign_in(&away.url, ADMIN).await).await;
    assert_eq!(twin.leads_to(), "/users");
}

async fn nobody_comes_in_without_an_account(app: TestApp) {
    let visitor = app.visitor();
    let before = settled(&app).await;
    // Who is invited has not joined yet; an e-mail that only looks the same is another.
    app.sql("UPDATE accounts SET state = 'invited' WHERE email = 'hr@romashka.example'").await;
    for login in ["nobody@romashka.example", "hr@romashka.example", "аdmin@romashka.example"] {
        let away = begin(&visitor, "").await;
        let path = sign_in(&away.url, &login.replace('а', "%D0%B0")).await;
        let answer = come_back(&visitor, &away.cookie, &path).await;
        assert_refused(&answer, 403, "Для этого адреса нет учётной записи");
        assert!(answer.text().contains("пригласить Вас"), "what to do");
        assert_told_outside(&app, "no_account").await;
    }
    app.sql("UPDATE accounts SET state = 'active' WHERE email = 'hr@romashka.example'").await;
    before.assert_same_but_for_the_log(&settled(&app).await, "a stranger");
    let english = visitor.ask("GET", "/oidc/callback").header("cookie", "lang=en").send().await;
    assert_refused(&english, 403, "This sign-in is over");
}

/// Links whoever has signed in with `login`.
async fn link(user: &crate::support::User, login: &str) -> crate::support::Answer {
    let away = sent(&user.post("link_identity").form(&[]).plain().send().await);
    come_back(user, &away.cookie, &sign_in(&away.url, login).await).await
}

async fn an_account_is_linked_whatever_the_email(app: TestApp) {
    let mut hr = app.sign_in("hr@romashka.example").await;
    assert!(hr.get("/account").await.text().contains("Привязать"));
    // Not without showing who one is.
    app.pass(3600);
    let asked = hr.post("link_identity").form(&[]).send().await;
    assert_eq!(refusal(asked).await, DeskError::ProofRequired);
    let page = hr.get("/account").await;
    assert!(page.text().contains("name=\"proof\""), "{}", page.text());
    let proof = [("proof", server::demo::PASSWORD.to_owned())];
    let answer = hr.post("link_identity").form(&proof).plain().send().await;
    hr.renewed_by(&answer);
    let away = sent(&answer);
    let path = sign_in(&away.url, "unverified:kto@elsewhere.example").await;
    let answer = come_back(&hr, &away.cookie, &path).await;
    assert_eq!(answer.leads_to(), "/account?linked");
    assert_eq!(answer.cookie("licentia"), None, "the session goes on");
    let page = hr.get("/account?linked").await;
    assert!(page.text().contains("Вход привязан.") && page.text().contains("Отвязать"));
    assert_eq!(last(&app, ROMASHKA).await.action, "identity.linked");
    let visitor = app.visitor();
    let away = begin(&visitor, "").await;
    let path = sign_in(&away.url, "unverified:kto@elsewhere.example").await;
    let entered = entered(&visitor, &come_back(&visitor, &away.cookie, &path).await);
    assert_eq!(entered.frame().await.unwrap().account.email, "hr@romashka.example");
    // Once more is no fault.
    assert_eq!(link(&hr, "unverified:kto@elsewhere.example").await.leads_to(), "/account?linked");
    assert_eq!(app.told(ROMASHKA, "identity.linked").await.len(), 1);
    let linked = domain::LetterKind::Access(domain::AccessLetter::IdentityLinked);
    let letters = service::ports::Store::letters(&app.store, ROMASHKA, None, None, 100).await.unwrap();
    let told: Vec<_> = letters.iter().filter(|row| row.letter.kind() == linked).map(|row| row.to.as_str()).collect();
    assert_eq!(told, ["hr@romashka.example"]);
}

async fn an_identity_is_one_accounts(app: TestApp) {
    let (sever, hr) = (app.sever().await, app.sign_in("hr@romashka.example").await);
    link(&sever, "kto@elsewhere.example").await;
    assert_eq!(last(&app, SEVER).await.action, "identity.linked");
    let before = settled(&app).await;
    let answer = link(&hr, "kto@elsewhere.example").await;
    assert_refused(&answer, 403, "привязан к другой учётной записи");
    assert!(answer.text().contains("href=\"/account\""));
    assert!(!answer.text().contains("Север"), "whose it is, is not said");
    assert_told(&app, "hr@romashka.example", "linked_to_another").await;
    before.assert_same_but_for_the_log(&settled(&app).await, "another's identity");
}

async fn an_account_has_one_identity(app: TestApp) {
    let hr = app.sign_in("hr@romashka.example").await;
    link(&hr, "kto@elsewhere.example").await;
    let before = settled(&app).await;
    assert_refused(&link(&hr, "other@elsewhere.example").await, 403, "привязан другой вход");
    // Somebody whom the provider has given the e-mail since: not the one who is linked.
    let visitor = app.visitor();
    let away = begin(&visitor, "").await;
    let answer = come_back(&visitor, &away.cookie, &sign_in(&away.url, "hr@romashka.example").await).await;
    assert_refused(&answer, 403, "привязан другой вход");
    assert_told(&app, "hr@romashka.example", "linked_otherwise").await;
    before.assert_same_but_for_the_log(&settled(&app).await, "a second identity");
}

async fn what_was_linked_is_unlinked(app: TestApp) {
    let hr = app.sign_in("hr@romashka.example").await;
    link(&hr, "kto@elsewhere.example").await;
    app.pass(3600);
    assert_eq!(refusal(hr.post("unlink_identity").form(&[]).send().await).await, DeskError::ProofRequired);
    let proof = [("proof", server::demo::PASSWORD.to_owned())];
    let page = hr.follow_form("/account", "unlink_identity", &proof).await;
    assert!(page.contains("Вход отвязан.") && page.contains("Привязать"), "{page}");
    assert_eq!(last(&app, ROMASHKA).await.action, "identity.unlinked");
    let visitor = app.visitor();
    let away = begin(&visitor, "").await;
    let answer = come_back(&visitor, &away.cookie, &sign_in(&away.url, "kto@elsewhere.example").await).await;
    assert_refused(&answer, 403, "нет учётной записи");
}

async fn linking_ends_with_its_session(app: TestApp) {
    let hr = app.sign_in("hr@romashka.example").await;
    let away = sent(&hr.post("link_identity").form(&[]).plain().send().await);
    let path = sign_in(&away.url, "kto@elsewhere.example").await;
    // In the same browser, somebody else has signed in meanwhile.
    let other = app.romashka().await;
    assert_refused(&come_back(&other, &away.cookie, &path).await, 403, "закончился");
    assert_told(&app, "hr@romashka.example", "session_over").await;
    assert_eq!(app.number("SELECT count(*) FROM identities").await, 0);
}

async fn nobody_comes_back_twice(app: TestApp) {
    let visitor = app.visitor();
    let away = begin(&visitor, "").await;
    let path = sign_in(&away.url, ADMIN).await;
    assert_eq!(come_back(&visitor, &away.cookie, &path).await.leads_to(), "/users");
    let before = settled(&app).await;
    assert_refused(&come_back(&visitor, &away.cookie, &path).await, 403, "уже завершён");
    assert_told_outside(&app, "not_begun").await;
    // The code alone, with a state that is new.
    let next = begin(&visitor, "").await;
    let code = parameter(&format!("https://licences.example{path}"), "code");
    let stolen = format!("/oidc/callback?code={code}&state={}", parameter(&next.url, "state"));
    assert_refused(&come_back(&visitor, &next.cookie, &stolen).await, 403, "не прошёл проверку");
    assert_told_outside(&app, "code_refused").await;
    before.assert_same_but_for_the_log(&settled(&app).await, "what was used");
}

async fn nobody_comes_back_with_anothers_state(app: TestApp) {
    let (visitor, other) = (app.visitor(), app.visitor());
    let (own, foreign) = (begin(&visitor, "").await, begin(&other, "").await);
    let path = sign_in(&own.url, ADMIN).await;
    for cookie in [foreign.cookie.as_str(), "licentia-oidc=", "licentia-oidc=../..", ""] {
        let answer = come_back(&other, cookie, &path).await;
        assert_refused(&answer, 403, "начат в другом браузере");
        assert_told_outside(&app, "not_begun").await;
    }
    for path in ["/oidc/callback", "/oidc/callback?code=1&state=1", "/oidc/callback?state=%ff&state=2&code=%00"] {
        assert_refused(&come_back(&visitor, &own.cookie, path).await, 403, "начат в другом браузере");
    }
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 0);
    // Whose it is comes in all the same.
    assert_eq!(come_back(&visitor, &own.cookie, &path).await.leads_to(), "/users");
}

async fn nobody_comes_back_late(app: TestApp) {
    let visitor = app.visitor();
    for (seconds, fits) in [(599, true), (601, false)] {
        let away = begin(&visitor, "").await;
        let path = sign_in(&away.url, ADMIN).await;
        app.pass(seconds);
        let answer = come_back(&visitor, &away.cookie, &path).await;
        if fits {
            assert_eq!(answer.leads_to(), "/users");
        } else {
            assert_refused(&answer, 403, "Время на вход закончилось");
            assert_told_outside(&app, "too_late").await;
        }
    }
    let away = begin(&visitor, "").await;
    app.pass(601);
    app.other_desk().tidy().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM identity_flows").await, 0, "{}", away.url);
}

async fn whoever_says_no_stays_outside(app: TestApp) {
    let visitor = app.visitor();
    let before = settled(&app).await;
    let away = begin(&visitor, "").await;
    let path = decline(&away.url).await;
    assert!(path.contains("error=access_denied"), "{path}");
    assert_refused(&come_back(&visitor, &away.cookie, &path).await, 403, "Вход отменён");
    assert_told_outside(&app, "denied").await;
    // The provider's own words are never shown.
    let away = begin(&visitor, "").await;
    let state = parameter(&away.url, "state");
    let path = format!("/oidc/callback?error=server_error&error_description=Call+8-800+now&state={state}");
    let answer = come_back(&visitor, &away.cookie, &path).await;
    assert_refused(&answer, 403, "Сервис входа отказал");
    assert!(!answer.text().contains("8-800"));
    assert_told_outside(&app, "declined").await;
    before.assert_same_but_for_the_log(&settled(&app).await, "a refusal of the provider");
}

/// RFC 9207.
async fn another_provider_does_not_answer_for_this_one(app: TestApp) {
    let visitor = app.visitor();
    let before = settled(&app).await;
    let away = begin(&visitor, "").await;
    let path = sign_in(&away.url, ADMIN).await;
    let (own, _) = path.split_once("&iss=").expect("the provider says who it is");
    let answer = come_back(&visitor, &away.cookie, &format!("{own}&iss=https%3A%2F%2Fevil.example")).await;
    assert_refused(&answer, 403, "не прошёл проверку");
    assert_told_outside(&app, "other_provider").await;
    before.assert_same_but_for_the_log(&settled(&app).await, "another provider");
    // Not every provider says it.
    let away = begin(&visitor, "").await;
    let path = sign_in(&away.url, ADMIN).await;
    let answer = come_back(&visitor, &away.cookie, path.split_once("&iss=").unwrap().0).await;
    assert_eq!(answer.leads_to(), "/users");
}

async fn a_removed_account_lets_nobody_in(app: TestApp) {
    let hr = app.sign_in("hr@romashka.example").await;
    link(&hr, "kto@elsewhere.example").await;
    app.sql("UPDATE accounts SET state = 'removed' WHERE email = 'hr@romashka.example'").await;
    let visitor = app.visitor();
    let away = begin(&visitor, "").await;
    let answer = come_back(&visitor, &away.cookie, &sign_in(&away.url, "kto@elsewhere.example").await).await;
    assert_refused(&answer, 403, "нет учётной записи");
    assert_told(&app, "hr@romashka.example", "no_account").await;
}

async fn without_a_provider_there_is_no_button(app: TestApp) {
    let visitor = app.visitor();
    let page = visitor.get("/sign-in").await;
    assert!(!page.text().contains("begin_oidc") && !page.text().contains("госуслуги"));
    assert!(page.header("content-security-policy").contains("form-action 'self';"));
    assert!(!app.romashka().await.get("/account").await.text().contains("link_identity"));
    assert_eq!(visitor.get("/oidc/callback?code=1&state=1").await.status, 404);
}

async fn a_provider_that_is_away_is_said(app: TestApp) {
    let visitor = app.visitor();
    let answer = visitor.post("begin_oidc").form(&[]).send().await;
    assert_eq!(refusal(answer).await, DeskError::ProviderAway);
    let page = visitor.follow_form("/sign-in", "begin_oidc", &[]).await;
    assert!(page.contains("Сервис входа не отвечает") && page.contains("войдите по паролю"), "{page}");
    app.romashka().await.frame().await.unwrap();
}
