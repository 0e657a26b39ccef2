//! «Администрирование»: who works at the desk, how they get in, and how they are put out.

use domain::{
    AccessLetter, AccountId, Capability, DeskError, FieldError, FieldProblem, Letter, LetterKind, LinkFault, Role,
};
use service::ports::Store;

use crate::support::{ROMASHKA, SEVER, TestApp, User, on_both};

on_both!(
    whoever_is_invited_comes_in_by_link_and_code,
    a_code_is_not_guessed,
    an_invitation_is_sent_again_and_withdrawn,
    nobody_is_flooded,
    a_corrected_number_gets_a_code_of_its_own,
    nobody_learns_who_is_elsewhere,
    whoever_has_another_email_comes_in_by_nothing_former,
    links_that_do_not_work,
    nobody_gives_more_than_they_have,
    nobody_takes_over_whoever_may_more,
    an_account_is_changed,
    an_account_is_deleted_with_a_code,
    the_owner_goes_by_handing_over,
    the_last_administrator_stays,
    dangerous_deeds_ask_who_one_is,
    own_levels_are_made_and_take_effect_at_once,
    accounts_are_found,
    sessions_are_listed_and_ended,
    all_sessions_end_at_once,
    a_password_is_recovered,
    recovery_tells_nobody_who_is_there,
    a_password_is_changed,
    a_short_or_common_password_is_refused,
    lookalike_emails_are_refused,
    nobody_reads_the_links_of_whoever_may_more,
    whoever_wants_no_letters_gets_none,
    one_is_asked_of_letters_that_can_come,
    what_is_wrong_is_said_in_words_of_the_field,
    links_lead_to_the_desk_whatever_the_host_is_called,
);

const PASSWORD: &str = "korova na lugu zelenom";

fn fields(email: &str, level: &str) -> Vec<(&'static str, String)> {
    let fields = [("name", "Вера Новая"), ("email", email), ("phone", "8 (916) 123-45-67"), ("level", level)];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

async fn invite(admin: &User, email: &str, level: &str) -> Result<AccountId, DeskError> {
    admin.post("invite_account").form(&fields(email, level)).call().await
}

/// The last letter of a kind: to whom, and its secret.
async fn letter(app: &TestApp, kind: AccessLetter) -> Option<(String, String)> {
    let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
    letters.into_iter().find_map(|row| match row.letter {
        Letter::Access { what, secret, .. } if what == kind => Some((row.to, secret)),
        _ => None,
    })
}

async fn secret(app: &TestApp, kind: AccessLetter) -> String {
    letter(app, kind).await.unwrap().1
}

fn answer(token: &str, code: &str) -> Vec<(&'static str, String)> {
    vec![
        ("token", token.to_owned()),
        ("code", code.to_owned()),
        ("password", PASSWORD.to_owned()),
        ("again", PASSWORD.to_owned()),
    ]
}

fn wrong(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: field.to_owned(), problem }] }
}

async fn id_of(app: &TestApp, email: &str) -> i64 {
    app.number(&format!("SELECT id FROM accounts WHERE email = '{email}'")).await
}

async fn join(app: &TestApp, email: &str, level: &str) -> User {
    invite(&app.romashka().await, email, level).await.unwrap();
    let (token, code) = (secret(app, AccessLetter::Invitation).await, secret(app, AccessLetter::InvitationCode).await);
    app.visitor().post("join").form(&answer(&token, &code)).call::<()>().await.unwrap();
    let mut user = app.visitor();
    user.sign_in(email, PASSWORD).await.unwrap();
    user
}

async fn whoever_is_invited_comes_in_by_link_and_code(app: TestApp) {
    let admin = app.romashka().await;
    let id = invite(&admin, "Vera+HR@Romashka.example", "accountant").await.unwrap();
    let (to, token) = letter(&app, AccessLetter::Invitation).await.unwrap();
    let (phone, code) = letter(&app, AccessLetter::InvitationCode).await.unwrap();
    assert_eq!((to.as_str(), phone.as_str()), ("vera+hr@romashka.example", "+79161234567"));
    assert!(token.len() == 64 && code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    // A slip leads back to the form, and says what is wrong.
    let slip = [("token", token.clone()), ("code", String::new()), ("password", "x".into()), ("again", "x".into())];
    let page = app.visitor().follow_form(&format!("/join/{token}"), "join", &slip).await;
    assert!(page.contains("name=\"code\"") && page.contains("code-error"), "{page}");
    // Nothing of it is in the database but in the letters, which forget it when they have gone.
    assert_eq!(app.rows(&format!("SELECT password_hash FROM accounts WHERE id = {id}")).await, [""]);
    assert!(app.visitor().sign_in("vera+hr@romashka.example", "").await.is_err(), "not before she has a password");
    let page = app.visitor().get(&format!("/join/{token}")).await;
    assert!(page.text().contains("ООО «Ромашка»") && page.text().contains("4567"), "{}", page.text());
    assert!(!page.text().contains("+7916"), "whoever has the link alone does not learn the number");
    let visitor = app.visitor();
    let joined = visitor.post("join").form(&answer(&token, &format!("{} {}", &code[..3], &code[3..]))).send().await;
    joined.result::<()>().unwrap();
    assert!(joined.cookie("licentia").is_some(), "and is in");
    let mut vera = app.visitor();
    vera.sign_in("VERA+hr@romashka.example", PASSWORD).await.unwrap();
    assert_eq!((vera.get("/orders").await.status, vera.get("/users").await.status), (200, 403));
    // Once.
    let again = visitor.post("join").form(&answer(&token, &code)).call::<()>().await;
    assert_eq!(again, Err(DeskError::LinkRefused { fault: LinkFault::Used }));
    let log = app.audit(ROMASHKA).await;
    for act in ["account.invited", "account.joined", "ticket.refused"] {
        assert!(log.contains(&format!("{act} account:{id}")), "{act}: {log:?}");
    }
}

async fn a_code_is_not_guessed(app: TestApp) {
    invite(&app.romashka().await, "vera@romashka.example", "user").await.unwrap();
    let token = secret(&app, AccessLetter::Invitation).await;
    let code = secret(&app, AccessLetter::InvitationCode).await;
    let other = if code == "000000" { "000001" } else { "000000" };
    let attempt = async |code: &str| app.visitor().post("join").form(&answer(&token, code)).call::<()>().await;
    for _ in 0..5 {
        assert_eq!(attempt(other).await, Err(wrong("code", FieldProblem::WrongCode)));
    }
    assert_eq!(attempt(&code).await, Err(DeskError::LinkRefused { fault: LinkFault::Over }), "the right one, too late");
    assert_eq!(app.number("SELECT count(*) FROM accounts WHERE state = 'invited'").await, 1);
    assert_eq!(app.told(ROMASHKA, "ticket.refused").await.len(), 6);
}

async fn an_invitation_is_sent_again_and_withdrawn(app: TestApp) {
    let admin = app.romashka().await;
    let id = invite(&admin, "vera@romashka.example", "user").await.unwrap();
    let old = (secret(&app, AccessLetter::Invitation).await, secret(&app, AccessLetter::InvitationCode).await);
    let again = [("account", id.to_string())];
    admin.post("invite_again").form(&again).call::<()>().await.unwrap();
    let new = (secret(&app, AccessLetter::Invitation).await, secret(&app, AccessLetter::InvitationCode).await);
    assert_ne!(old.0, new.0);
    let over = Err(DeskError::LinkRefused { fault: LinkFault::Over });
    let attempt = async |(token, code): &(String, String)| {
        app.visitor().post("join").form(&answer(token, code)).call::<()>().await
    };
    assert_eq!(attempt(&old).await, over);
    admin.post("withdraw_invitation").form(&again).call::<()>().await.unwrap();
    assert_eq!(attempt(&new).await, over);
    assert!(!admin.get("/admin").await.text().contains("vera@romashka.example"));
    // The e-mail is free again, for somebody who stays.
    join(&app, "vera@romashka.example", "user").await;
    let joined = id_of(&app, "vera@romashka.example' AND state = 'active").await;
    let refused = admin.post("invite_again").form(&[("account", joined.to_string())]).call::<()>().await;
    assert_eq!(refused, Err(DeskError::UnknownAccount));
    assert_eq!(invite(&admin, "vera@romashka.example", "user").await, Err(wrong("email", FieldProblem::Taken)));
    assert_eq!(
        invite(&app.sever().await, "vera@romashka.example", "user").await,
        Err(wrong("email", FieldProblem::Taken))
    );
}

async fn nobody_is_flooded(app: TestApp) {
    let admin = app.romashka().await;
    let id = invite(&admin, "vera@romashka.example", "user").await.unwrap();
    let again = async |admin: &User, id: AccountId| {
        admin.post("invite_again").form(&[("account", id.to_string())]).call::<()>().await
    };
    let letters = async || app.number("SELECT count(*) FROM letters").await;
    for _ in 0..9 {
        again(&admin, id).await.unwrap();
    }
    let (written, often) = (letters().await, Err(DeskError::TooManyTries { minutes: 60 }));
    assert_eq!(written, 20, "a link and a code each");
    assert_eq!(again(&admin, id).await, often);
    // Nor to the same mailbox by another name of it, or another number of the same.
    for (email, phone) in [("vera+2@romashka.example", "+7 916 1234568"), ("nadya@romashka.example", "+7 916 1234567")]
    {
        let mut form = fields(email, "user");
        form[2].1 = phone.into();
        assert_eq!(admin.post("invite_account").form(&form).call::<AccountId>().await.map(drop), often, "{email}");
    }
    assert_eq!(letters().await, written);
    // Somebody else is written to, and by somebody else; and the same one after an hour.
    let mut form = fields("nadya@romashka.example", "user");
    form[2].1 = "+7 916 1234568".into();
    admin.post("invite_account").form(&form).call::<AccountId>().await.unwrap();
    let mut form = fields("petr@sever.example", "user");
    form[2].1 = "+7 916 1234567".into();
    let sever = app.sever().await;
    sever.post("invite_account").form(&form).call::<AccountId>().await.unwrap();
    app.pass(3601);
    again(&app.romashka().await, id).await.unwrap();
    // Links to a new password likewise.
    let admin = app.romashka().await;
    let hr = app.number("SELECT id FROM accounts WHERE email = 'hr@romashka.example'").await;
    let reset = async || admin.post("send_recovery").form(&[("account", hr.to_string())]).call::<()>().await;
    for _ in 0..10 {
        reset().await.unwrap();
    }
    assert_eq!(reset().await, often);
}

async fn a_corrected_number_gets_a_code_of_its_own(app: TestApp) {
    let admin = app.romashka().await;
    let id = invite(&admin, "vera@romashka.example", "user").await.unwrap();
    let old = (secret(&app, AccessLetter::Invitation).await, secret(&app, AccessLetter::InvitationCode).await);
    let change = async |phone: &str| {
        let mut form = fields("vera@romashka.example", "user");
        form[2].1 = phone.to_owned();
        form.push(("account", id.to_string()));
        admin.post("change_account").form(&form).call::<()>().await.unwrap();
    };
    // Twin: what stays the same sends nothing.
    change("+79161234567").await;
    assert_eq!(secret(&app, AccessLetter::InvitationCode).await, old.1);
    change("+79161234599").await;
    let (to, code) = letter(&app, AccessLetter::InvitationCode).await.unwrap();
    assert_eq!(to, "+79161234599");
    let over = Err(DeskError::LinkRefused { fault: LinkFault::Over });
    assert_eq!(app.visitor().post("join").form(&answer(&old.0, &old.1)).call::<()>().await, over);
    let token = secret(&app, AccessLetter::Invitation).await;
    app.visitor().post("join").form(&answer(&token, &code)).call::<()>().await.unwrap();
}

async fn nobody_learns_who_is_elsewhere(app: TestApp) {
    let sever = app.sever().await;
    let taken = Err(wrong("email", FieldProblem::Taken));
    for _ in 0..10 {
        assert_eq!(invite(&sever, "admin@romashka.example", "user").await, taken);
    }
    let told = app.told(SEVER, "account.refused").await;
    assert!(told.len() == 10 && told.iter().all(|entry| entry["why"] == "taken_elsewhere"), "{told:?}");
    // Known or not, it is not said any more.
    for email in ["hr@romashka.example", "nobody@romashka.example"] {
        let refused = invite(&sever, email, "user").await;
        assert!(matches!(refused, Err(DeskError::TooManyTries { .. })), "{refused:?}");
    }
    // Of oneself it is still kept who it is and how they are reached; and a colleague has tries of their own.
    let own = app.number("SELECT id FROM accounts WHERE email = 'admin@sever.example'").await;
    let change = async |email: &str| {
        let mut form = fields(email, "owner");
        form.push(("account", own.to_string()));
        sever.post("change_account").form(&form).call::<()>().await
    };
    change("admin@sever.example").await.unwrap();
    assert!(matches!(change("free@sever.example").await, Err(DeskError::TooManyTries { .. })));
    let colleague = app.colleague(SEVER, "second@sever.example").await;
    assert_eq!(invite(&colleague, "admin@romashka.example", "user").await, taken);
    // Of one's own, one may know.
    let admin = app.romashka().await;
    for _ in 0..3 {
        assert_eq!(invite(&admin, "hr@romashka.example", "user").await, taken);
    }
    assert_eq!(app.told(ROMASHKA, "account.refused").await.len(), 0);
}

async fn whoever_has_another_email_comes_in_by_nothing_former(app: TestApp) {
    let admin = app.romashka().await;
    let id = app.number("SELECT id FROM accounts WHERE email = 'user@romashka.example'").await;
    app.with_role(Role::User).await;
    let link = format!(
        "INSERT INTO identities (issuer, subject, organization_id, account_id, created_at) VALUES ('https://i', 's', {ROMASHKA}, {id}, 1)"
    );
    app.sql(&link).await;
    let left = async || {
        let of = |table: &str| format!("SELECT count(*) FROM {table} WHERE account_id = {id}");
        (app.number(&of("identities")).await, app.number(&of("devices")).await)
    };
    assert_eq!(left().await, (1, 1));
    let change = async |name: &str, email: &str| {
        let mut form = fields(email, "user");
        form[0].1 = name.to_owned();
        form.push(("account", id.to_string()));
        admin.post("change_account").form(&form).call::<()>().await.unwrap();
    };
    // Twin: another name leaves everything.
    change("Ильина Роза", "user@romashka.example").await;
    assert_eq!(left().await, (1, 1));
    change("Ильина Роза", "roza@romashka.example").await;
    assert_eq!(left().await, (0, 0));
}

/// Garbled, foreign, expired: each a clear refusal, in a log, and nothing has changed.
async fn links_that_do_not_work(app: TestApp) {
    let admin = app.romashka().await;
    invite(&admin, "vera@romashka.example", "user").await.unwrap();
    let token = secret(&app, AccessLetter::Invitation).await;
    let before = app.dump().await;
    for garbled in ["", "abc", &token[1..], &token.to_uppercase(), &format!("{token}0"), "' OR '1'='1"] {
        let refused = app.visitor().post("join").form(&answer(garbled, "123456")).call::<()>().await;
        assert_eq!(refused, Err(DeskError::LinkRefused { fault: LinkFault::Unknown }), "{garbled}");
        // Of another purpose.
        let refused = app.visitor().post("recover").form(&answer(&token, "")).call::<()>().await;
        assert_eq!(refused, Err(DeskError::LinkRefused { fault: LinkFault::Unknown }));
    }
    assert_eq!(app.visitor().get(&format!("/recovery/{token}")).await.status, 404);
    before.assert_same_but_for_the_log(&app.dump().await, "links of nobody");
    assert!(app.installation_log().await.contains(&"invitation.unknown".to_owned()));
    app.pass(7 * 86_400);
    let page = app.visitor().get(&format!("/join/{token}")).await;
    assert!(page.text().contains("Срок ссылки истёк"), "{}", page.text());
    // Its address is the secret: no other site learns it. Our own does, to lead back to it from a form that was refused.
    assert_eq!((page.header("referrer-policy"), page.header("x-robots-tag")), ("same-origin", "noindex"));
    for _ in 0..3 {
        let refused = app.visitor().post("join").form(&answer(&token, "123456")).call::<()>().await;
        assert_eq!(refused, Err(DeskError::LinkRefused { fault: LinkFault::Expired }));
    }
    assert_eq!(app.told(ROMASHKA, "ticket.refused").await.len(), 1, "once for each reason");
}

async fn nobody_gives_more_than_they_have(app: TestApp) {
    let owner = app.romashka().await;
    let level =
        [("name", "Кадровик".to_owned()), ("rights[]", "accounts".to_owned()), ("rights[]", "people".to_owned())];
    let role: domain::RoleId = owner.post("keep_role").form(&level).call().await.unwrap();
    let clerk = join(&app, "clerk@romashka.example", &format!("own:{role}")).await;
    let beyond = || Err::<AccountId, _>(wrong("level", FieldProblem::BeyondOwn));
    for level in ["administrator", "owner", "accountant", "support", "user"] {
        assert_eq!(invite(&clerk, "more@romashka.example", level).await, beyond(), "{level}");
    }
    assert_eq!(invite(&owner, "more@romashka.example", "owner").await, beyond(), "there is one");
    assert_eq!(invite(&clerk, "more@romashka.example", "own:77").await, Err(wrong("level", FieldProblem::Unknown)));
    invite(&clerk, "more@romashka.example", &format!("own:{role}")).await.unwrap();
    // Nor by a level of one's own making, nor by making one's own greater.
    let greater = |role: Option<domain::RoleId>| {
        let id = role.map(|role| ("role", role.to_string()));
        [("name", "Царь".to_owned()), ("rights[]", "issue".to_owned())].into_iter().chain(id).collect::<Vec<_>>()
    };
    for id in [None, Some(role)] {
        let refused = clerk.post("keep_role").form(&greater(id)).call::<domain::RoleId>().await;
        assert_eq!(refused, Err(wrong("rights", FieldProblem::BeyondOwn)));
    }
    let own = id_of(&app, "clerk@romashka.example").await;
    let mut raise = fields("clerk@romashka.example", "administrator");
    raise.push(("account", own.to_string()));
    assert_eq!(clerk.post("change_account").form(&raise).call::<()>().await, beyond().map(drop));
    let told = app.told(ROMASHKA, "account.refused").await;
    assert!(told.len() >= 8 && told.iter().all(|details| details["why"] == "beyond_own"), "{told:?}");
    assert_eq!(clerk.get("/users").await.status, 200);
    assert_eq!(clerk.get("/orders").await.status, 403);
}

async fn nobody_takes_over_whoever_may_more(app: TestApp) {
    let owner = app.romashka().await;
    let level = [("name", "Кадровик".to_owned()), ("rights[]", "accounts".to_owned())];
    let role: domain::RoleId = owner.post("keep_role").form(&level).call().await.unwrap();
    let clerk = join(&app, "clerk@romashka.example", &format!("own:{role}")).await;
    let administrator = app.with_role(Role::Administrator).await;
    for (user, email) in [
        (&clerk, "hr@romashka.example"),
        (&clerk, "admin@romashka.example"),
        (&administrator, "admin@romashka.example"),
    ] {
        let account = ("account", id_of(&app, email).await.to_string());
        let mut stolen = fields("mine@evil.example", "user");
        stolen.push(account.clone());
        for (endpoint, form) in [
            ("change_account", &stolen),
            ("send_recovery", &vec![account.clone()]),
            ("send_deletion_code", &vec![account.clone()]),
        ] {
            let refused = user.post(endpoint).form(form).call::<()>().await.unwrap_err();
            let expected = matches!(refused, DeskError::OwnersOwn | DeskError::Forbidden { .. });
            assert!(expected, "{email} {endpoint}: {refused:?}");
        }
        assert_eq!(id_of(&app, email).await.to_string(), account.1, "the e-mail is the old one");
    }
    assert!(
        letter(&app, AccessLetter::Recovery).await.is_none()
            && letter(&app, AccessLetter::DeletionCode).await.is_none()
    );
}

async fn an_account_is_changed(app: TestApp) {
    let admin = app.romashka().await;
    let user = app.with_role(Role::User).await;
    let id = id_of(&app, "user@romashka.example").await;
    let mut change = fields("other@romashka.example", "accountant");
    change.push(("account", id.to_string()));
    admin.post("change_account").form(&change).call::<()>().await.unwrap();
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn), "whoever signs in by another e-mail does so");
    let mut user = app.visitor();
    assert!(user.sign_in("user@romashka.example", server::demo::PASSWORD).await.is_err());
    user.sign_in("other@romashka.example", server::demo::PASSWORD).await.unwrap();
    assert_eq!((user.get("/orders").await.status, user.get("/users").await.status), (200, 403));
    assert_eq!(letter(&app, AccessLetter::EmailChanged).await.unwrap().0, "user@romashka.example");
    let told = app.told(ROMASHKA, "account.changed").await.remove(0);
    assert_eq!((told["before"].as_str(), told["after"].as_str()), (Some("user"), Some("accountant")));
    assert_eq!(told["changed"].to_string(), r#"["name","email","phone"]"#);
    let values = |name: &str| [told[name]["email"].as_str(), told[name]["phone"].as_str(), told[name]["name"].as_str()];
    assert_eq!(values("is"), [Some("other@romashka.example"), Some("+79161234567"), Some("Вера Новая")]);
    assert_eq!(values("was")[0], Some("user@romashka.example"));
    let page = admin.get("/log").await;
    let shown = "user@romashka.example → other@romashka.example";
    assert!(page.text().contains(shown), "before and after: {}", page.text());
    // A change of the level alone works in the session that is open.
    let mut change = fields("other@romashka.example", "user");
    change.push(("account", id.to_string()));
    admin.post("change_account").form(&change).call::<()>().await.unwrap();
    let told = app.told(ROMASHKA, "account.changed").await.remove(1);
    assert_eq!((told["was"].to_string(), told["is"].to_string()), ("{}".into(), "{}".into()), "what has stayed");
    assert_eq!((user.get("/orders").await.status, user.get("/users").await.status), (403, 200));
    let page = admin.get(&format!("/admin/{id}")).await;
    assert!(page.text().contains("value=\"+79161234567\"") && page.text().contains("Вера Новая"));
}

async fn delete(app: &TestApp, admin: &User, id: i64, code: Option<&str>) -> Result<(), DeskError> {
    admin.post("send_deletion_code").form(&[("account", id.to_string())]).call::<()>().await?;
    let sent = secret(app, AccessLetter::DeletionCode).await;
    let code = code.unwrap_or(&sent).to_owned();
    admin.post("remove_account").form(&[("account", id.to_string()), ("code", code)]).call().await
}

async fn an_account_is_deleted_with_a_code(app: TestApp) {
    let mut admin = app.romashka().await;
    let user = app.with_role(Role::User).await;
    let id = id_of(&app, "user@romashka.example").await;
    let other = id_of(&app, "buh@romashka.example").await;
    let unsent = [("account", id.to_string()), ("code", "123456".to_owned())];
    let refused = Err(wrong("code", FieldProblem::WrongCode));
    assert_eq!(admin.post("remove_account").form(&unsent).call::<()>().await, refused, "none was sent");
    assert_eq!(delete(&app, &admin, id, Some("12345x")).await, refused);
    let object = format!("deletion.code_sent account:{id}");
    assert_eq!(app.audit(ROMASHKA).await.iter().filter(|act| **act == object).count(), 1);
    assert_eq!(letter(&app, AccessLetter::DeletionCode).await.unwrap().0, "admin@romashka.example");
    let code = secret(&app, AccessLetter::DeletionCode).await;
    // Of one account it deletes no other, nor by somebody else.
    let mine = |id: i64| [("account", id.to_string()), ("code", code.clone())];
    assert_eq!(admin.post("remove_account").form(&mine(other)).call::<()>().await, refused);
    let hr = app.with_role(Role::Administrator).await;
    assert_eq!(hr.post("remove_account").form(&mine(id)).call::<()>().await, refused);
    app.pass(15 * 60 + 1);
    assert_eq!(admin.post("remove_account").form(&mine(id)).call::<()>().await, refused, "too late");
    let proof = [("account", id.to_string()), ("proof", server::demo::PASSWORD.to_owned())];
    let answer = admin.post("send_deletion_code").form(&proof).send().await;
    answer.result::<()>().unwrap();
    admin.renewed_by(&answer);
    assert_eq!(user.frame().await.map(drop), Ok(()), "still there");
    delete(&app, &admin, id, None).await.unwrap();
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn), "at once");
    assert!(app.visitor().sign_in("user@romashka.example", server::demo::PASSWORD).await.is_err());
    assert!(!admin.get("/admin").await.text().contains("user@romashka.example"));
    assert_eq!(admin.get(&format!("/admin/{id}")).await.status, 404);
    assert!(app.audit(ROMASHKA).await.contains(&format!("account.removed account:{id}")));
}

async fn the_owner_goes_by_handing_over(app: TestApp) {
    let owner = app.romashka().await;
    let hr = app.with_role(Role::Administrator).await;
    let (own, other) = (id_of(&app, "admin@romashka.example").await, id_of(&app, "hr@romashka.example").await);
    assert_eq!(delete(&app, &hr, own, None).await, Err(DeskError::OwnersOwn));
    assert_eq!(delete(&app, &owner, own, None).await, Err(DeskError::OwnersOwn));
    let to = |id: i64| [("account", id.to_string())];
    assert_eq!(hr.post("hand_over").form(&to(other)).call::<()>().await, Err(DeskError::OwnersOwn), "only the owner");
    assert_eq!(owner.post("hand_over").form(&to(own)).call::<()>().await, Err(DeskError::OwnersOwn));
    owner.post("hand_over").form(&to(other)).call::<()>().await.unwrap();
    assert_eq!(
        app.rows("SELECT account_id FROM account_levels WHERE role = 'owner' AND organization_id = 1").await,
        [other.to_string()]
    );
    assert_eq!(owner.post("hand_over").form(&to(other)).call::<()>().await, Err(DeskError::OwnersOwn), "no owner now");
    // The former owner can be deleted by the new one.
    let now_owner = hr;
    now_owner.post("send_deletion_code").form(&to(own)).call::<()>().await.unwrap();
    let code = secret(&app, AccessLetter::DeletionCode).await;
    let gone = [("account", own.to_string()), ("code", code)];
    now_owner.post("remove_account").form(&gone).call::<()>().await.unwrap();
    assert_eq!(owner.frame().await, Err(DeskError::NotSignedIn));
    assert_eq!(app.told(ROMASHKA, "owner.changed").await.len(), 1);
}

async fn the_last_administrator_stays(app: TestApp) {
    let owner = app.romashka().await;
    // With nobody else who manages, an own level cannot lose that right either.
    let level = |id: Option<domain::RoleId>, right: &str| {
        let id = id.map(|id| ("role", id.to_string()));
        [("name", "Кадровик".to_owned()), ("rights[]", right.to_owned())].into_iter().chain(id).collect::<Vec<_>>()
    };
    let role: domain::RoleId = owner.post("keep_role").form(&level(None, "accounts")).call().await.unwrap();
    app.sql(&format!("DELETE FROM account_levels WHERE organization_id = 1; INSERT INTO account_levels (organization_id, account_id, role, role_id) VALUES (1, 1, 'own', {role})")).await;
    let refused = owner.post("keep_role").form(&level(Some(role), "people")).call::<domain::RoleId>().await;
    assert_eq!(refused, Err(wrong("rights", FieldProblem::BeyondOwn)));
    app.sql("UPDATE roles SET capabilities = 'accounts,people'").await;
    let refused = owner.post("keep_role").form(&level(Some(role), "people")).call::<domain::RoleId>().await;
    assert_eq!(refused, Err(DeskError::LastAdministrator));
    // Twin: with another one it goes.
    app.sql("INSERT INTO account_levels (organization_id, account_id, role) SELECT 1, id, 'administrator' FROM accounts WHERE email = 'hr@romashka.example'").await;
    let hr = app.with_role(Role::Administrator).await;
    hr.post("keep_role").form(&level(Some(role), "people")).call::<domain::RoleId>().await.unwrap();
    let own = id_of(&app, "hr@romashka.example").await;
    assert_eq!(delete(&app, &hr, own, None).await, Err(DeskError::LastAdministrator), "nobody deletes themselves");
}

/// After a quarter of an hour whoever is at the keyboard shows again who they are.
async fn dangerous_deeds_ask_who_one_is(app: TestApp) {
    let mut admin = app.romashka().await;
    app.pass(16 * 60);
    let page = admin.get("/admin/new").await;
    assert!(page.text().contains("name=\"proof\""));
    let before = app.dump().await;
    assert_eq!(invite(&admin, "vera@romashka.example", "user").await, Err(DeskError::ProofRequired));
    let with = |proof: &str| {
        let mut form = fields("vera@romashka.example", "user");
        form.push(("proof", proof.to_owned()));
        form
    };
    let own = admin.clone();
    let attempt = async |proof: &str| own.post("invite_account").form(&with(proof)).call::<AccountId>().await;
    assert_eq!(attempt("wrong").await, Err(wrong("proof", FieldProblem::WrongPassword)));
    app.sql("DELETE FROM attempts").await;
    before.assert_same_but_for_the_log(&app.dump().await, "without a proof");
    for _ in 0..4 {
        attempt("wrong").await.unwrap_err();
    }
    assert_eq!(attempt("wrong").await, Err(DeskError::SignInBlocked { minutes: 10 }));
    assert_eq!(attempt(server::demo::PASSWORD).await, Err(DeskError::SignInBlocked { minutes: 10 }));
    app.pass(601);
    let answer = admin.post("invite_account").form(&with(server::demo::PASSWORD)).send().await;
    answer.result::<AccountId>().unwrap();
    // Whoever knows the former token, and not the password, is out.
    let stolen = admin.clone();
    assert!(answer.cookie("licentia").unwrap().contains("HttpOnly; SameSite=Lax; Max-Age=43200"));
    admin.renewed_by(&answer);
    assert_eq!(stolen.frame().await.map(drop), Err(DeskError::NotSignedIn));
    assert_eq!(app.told(ROMASHKA, "password.shown").await, [serde_json::json!({})]);
    assert_eq!(app.told(ROMASHKA, "sign_in.refused").await.len(), 5, "wrong ones too");
    assert!(admin.get("/admin/connections").await.text().contains("Пароль подтверждён"));
    // For a while it is not asked again.
    assert!(!admin.get("/admin/new").await.text().contains("name=\"proof\""));
    invite(&admin, "nadya@romashka.example", "user").await.unwrap();
    let ended = admin
        .post("end_all_sessions")
        .form(&[("own", "false".to_owned()), ("seen", "1-999".to_owned())])
        .call::<u64>()
        .await;
    assert_eq!(ended, Ok(0));
    app.pass(16 * 60);
    let ended = admin
        .post("end_all_sessions")
        .form(&[("own", "false".to_owned()), ("seen", "1-999".to_owned())])
        .call::<u64>()
        .await;
    assert_eq!(ended, Err(DeskError::ProofRequired));
}

async fn own_levels_are_made_and_take_effect_at_once(app: TestApp) {
    let owner = app.romashka().await;
    let level = |id: Option<domain::RoleId>, name: &str, rights: &[&str]| {
        let rights = rights.iter().map(|right| ("rights[]", (*right).to_owned()));
        let id = id.map(|id| ("role", id.to_string()));
        [("name", name.to_owned())].into_iter().chain(rights).chain(id).collect::<Vec<_>>()
    };
    let role: domain::RoleId =
        owner.post("keep_role").form(&level(None, " Табельщик ", &["issue"])).call().await.unwrap();
    let user = join(&app, "tab@romashka.example", &format!("own:{role}")).await;
    assert_eq!(user.frame().await.unwrap().rights.to_codes(), "people,issue,stock", "with what issuing rests on");
    owner.post("keep_role").form(&level(Some(role), "Табельщик", &["people"])).call::<domain::RoleId>().await.unwrap();
    assert_eq!(user.frame().await.unwrap().rights.to_codes(), "people", "in the session that is open");
    let refused = owner.post("keep_role").form(&level(None, "Табельщик", &["people"])).call::<domain::RoleId>().await;
    assert_eq!(refused, Err(wrong("name", FieldProblem::Taken)));
    let none = owner.post("keep_role").form(&level(None, "Никто", &[])).call::<domain::RoleId>().await;
    assert_eq!(none, Err(wrong("rights", FieldProblem::Required)));
    let page = owner.get("/admin/levels").await;
    assert!(page.text().contains("Табельщик"));
    let used = owner.post("delete_role").form(&[("role", role.to_string())]).call::<()>().await;
    assert_eq!(used, Err(wrong("role", FieldProblem::Taken)), "somebody has it");
    let told = app.told(ROMASHKA, "role.kept").await;
    assert_eq!((told[1]["before"].as_str(), told[1]["after"].as_str()), (Some("people,issue,stock"), Some("people")));
    let spare: domain::RoleId = owner.post("keep_role").form(&level(None, "Лишний", &["people"])).call().await.unwrap();
    owner.post("delete_role").form(&[("role", spare.to_string())]).call::<()>().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM roles").await, 1);
}

async fn accounts_are_found(app: TestApp) {
    let admin = app.romashka().await;
    invite(&admin, "vera@romashka.example", "accountant").await.unwrap();
    let found = async |query: &str| {
        let page = admin.get(&format!("/admin?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        let all = ["admin", "hr", "user", "buh", "support", "vera"];
        let table = page
            .text()
            .split_once("<tbody")
            .map(|(_, table)| table.split("</tbody>").next().unwrap())
            .unwrap_or_default();
        let shown = |name: &&str| table.contains(&format!("{name}@romashka.example"));
        all.into_iter().filter(shown).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("").await, "admin hr user buh support vera");
    assert_eq!(found("q=&state=&level=").await, "admin hr user buh support vera", "as the form sends it");
    assert_eq!(found("q=VERA%40").await, "vera");
    assert_eq!(found("q=8+%28916%29+123-45-67").await, "vera", "the phone as it is typed");
    assert_eq!(found("state=invited").await, "vera");
    assert_eq!(found("level=accountant").await, "buh vera");
    assert_eq!(found("level=accountant&state=active").await, "buh");
    assert_eq!(found("q=romashka&level=owner").await, "admin");
    // What is no filter filters nothing.
    assert_eq!(found("state=x&level=own:y&q=%20").await, "admin hr user buh support vera");
    let none = admin.get("/admin?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(none.text().contains("Никого не нашли") && !none.text().contains("<script>alert"), "{}", none.text());
    assert!(
        none.text().contains("value=\"&lt;script") || none.text().contains("value=\"<script"),
        "what was typed stays"
    );
    // Nobody of another organisation.
    let foreign = admin.get("/admin?q=sever").await;
    assert!(foreign.text().contains("Никого не нашли"));
}

async fn sessions_are_listed_and_ended(app: TestApp) {
    let admin = app.romashka().await;
    let (user, sever) = (app.with_role(Role::User).await, app.sever().await);
    let page = admin.get("/admin/sessions").await;
    assert!(page.text().contains("user@romashka.example") && page.text().contains("127.0.0.1"));
    assert!(!page.text().contains("sever"));
    let session = async |email: &str| {
        app.number(&format!(
            "SELECT s.id FROM sessions AS s JOIN accounts AS a ON a.id = s.account_id WHERE a.email = '{email}'"
        ))
        .await
    };
    let end =
        async |who: &User, id: i64| who.post("end_session").form(&[("session", id.to_string())]).call::<u64>().await;
    assert_eq!(end(&admin, session("admin@sever.example").await).await, Ok(0), "another organisation's is none");
    sever.frame().await.unwrap();
    assert_eq!(
        end(&user, session("admin@romashka.example").await).await,
        Err(DeskError::Forbidden { needs: Capability::Accounts })
    );
    assert_eq!(end(&admin, session("user@romashka.example").await).await, Ok(1));
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn), "at once");
    // One's own, everybody ends.
    let (mut one, other) = (app.with_role(Role::User).await, app.with_role(Role::User).await);
    let first = app.number("SELECT MIN(s.id) FROM sessions AS s JOIN accounts AS a ON a.id = s.account_id WHERE a.email = 'user@romashka.example'").await;
    assert_eq!(end(&other, first).await, Ok(1));
    assert_eq!(one.frame().await, Err(DeskError::NotSignedIn));
    one = app.with_role(Role::User).await;
    assert_eq!(other.post("end_own_sessions").form(&[]).call::<u64>().await, Ok(1));
    assert_eq!((one.frame().await.map(drop), other.frame().await.map(drop)), (Err(DeskError::NotSignedIn), Ok(())));
    let history = admin.get("/admin/connections").await;
    assert!(history.text().contains("Сеанс завершён") && history.text().contains("Вход"));
    let file = admin.get("/log.csv?what=connections").await;
    assert!(file.text().lines().count() > 5 && !file.text().contains("sever"));
}

/// The sessions that a page says are to end.
fn seen_at(page: &str) -> String {
    let (_, after) = page.split_once("name=\"seen\" value=\"").unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

async fn all_sessions_end_at_once(app: TestApp) {
    let admin = app.romashka().await;
    let (user, again, sever) = (app.with_role(Role::User).await, app.romashka().await, app.sever().await);
    let page = admin.get("/admin/sessions/end").await;
    assert!(page.text().contains("Завершить 2 сеанса"), "{}", page.text());
    assert!(admin.get("/admin/sessions/end?own").await.text().contains("Завершить 3 сеанса"));
    // Nobody ends who was not shown: nothing happens then.
    let seen = seen_at(page.text());
    let all = |own: &str, seen: &str| [("own", own.to_owned()), ("seen", seen.to_owned())];
    let end = async |own: &str, seen: &str| admin.post("end_all_sessions").form(&all(own, seen)).call::<u64>().await;
    for nobodys in ["", "1-2,x", "a"] {
        assert!(end("false", nobodys).await.is_err(), "{nobodys}");
    }
    assert_eq!(
        end("false", "").await,
        Err(DeskError::SessionsChanged {
            names: vec!["Администратор".into(), "Ильин Роман".into()]
        })
    );
    // Where scripts are off too, and who it is stays out of the address.
    let form = all("false", "");
    let answer = admin
        .post("end_all_sessions")
        .form(&form)
        .plain()
        .header("referer", format!("{}/admin/sessions/end", admin.client().origin()));
    let there = answer.send().await.leads_to().to_owned();
    assert!(there.contains("/admin/sessions/end?") && !there.contains("%D0"), "{there}");
    let page = admin.get(there.trim_start_matches(&admin.client().origin())).await;
    assert!(page.text().contains("вошёл кто-то ещё. Никто не вышел"), "{}", page.text());
    let late = app.with_role(Role::Accountant).await;
    assert_eq!(end("false", &seen).await, Err(DeskError::SessionsChanged { names: vec!["Белова Тамара".into()] }));
    for stays in [&user, &again, &late] {
        stays.frame().await.unwrap();
    }
    assert_eq!(app.told(ROMASHKA, "sessions.ended").await.len(), 0);
    // Who has gone by then is no hindrance.
    late.post("sign_out").form(&[]).send().await;
    assert_eq!(end("false", &seen).await, Ok(2));
    for gone in [&user, &again] {
        assert_eq!(gone.frame().await, Err(DeskError::NotSignedIn));
    }
    admin.frame().await.unwrap();
    let own = seen_at(admin.get("/admin/sessions/end?own").await.text());
    assert_eq!(end("true", &own).await, Ok(1));
    assert_eq!(admin.frame().await, Err(DeskError::NotSignedIn));
    sever.frame().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "sessions.ended").await.len(), 2);
    assert_eq!(app.told(SEVER, "sessions.ended").await.len(), 0);
}

/// Letters of recovery are written by themselves.
async fn recovery(app: &TestApp, email: &str, expected: usize) -> Vec<String> {
    app.visitor().post("ask_recovery").form(&[("email", email.to_owned())]).call::<()>().await.unwrap();
    let mut secrets = Vec::new();
    for _ in 0..100 {
        let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
        let of_kind = letters.into_iter().filter(|row| row.letter.kind() == LetterKind::Access(AccessLetter::Recovery));
        secrets = of_kind
            .filter_map(|row| if let Letter::Access { secret, .. } = row.letter { Some(secret) } else { None })
            .collect();
        if secrets.len() >= expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    secrets
}

async fn a_password_is_recovered(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let token = recovery(&app, " User@Romashka.example ", 1).await.remove(0);
    assert_eq!(app.visitor().get(&format!("/recovery/{token}")).await.status, 200);
    let recover = async |token: &str, password: &str| {
        let form = [("token", token.to_owned()), ("password", password.to_owned()), ("again", password.to_owned())];
        app.visitor().post("recover").form(&form).call::<()>().await
    };
    assert_eq!(recover(&token, "short").await, Err(wrong("password", FieldProblem::TooShort { least: 15 })));
    user.frame().await.unwrap();
    recover(&token, PASSWORD).await.unwrap();
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn), "whoever was in is out");
    assert!(app.visitor().sign_in("user@romashka.example", server::demo::PASSWORD).await.is_err());
    app.visitor().sign_in("user@romashka.example", PASSWORD).await.unwrap();
    assert_eq!(recover(&token, "another phrase of mine").await, Err(DeskError::LinkRefused { fault: LinkFault::Used }));
    assert_eq!(letter(&app, AccessLetter::PasswordChanged).await.unwrap().0, "user@romashka.example");
    // Half an hour.
    let token = recovery(&app, "user@romashka.example", 2).await.remove(0);
    app.pass(30 * 60);
    assert_eq!(recover(&token, PASSWORD).await, Err(DeskError::LinkRefused { fault: LinkFault::Expired }));
    // It ends a block.
    for _ in 0..5 {
        app.visitor().ask_sign_in("user@romashka.example", "wrong").call::<()>().await.unwrap_err();
    }
    assert!(app.visitor().sign_in("user@romashka.example", PASSWORD).await.is_err());
    let token = recovery(&app, "user@romashka.example", 3).await.remove(0);
    recover(&token, "another phrase of mine").await.unwrap();
    app.visitor().sign_in("user@romashka.example", "another phrase of mine").await.unwrap();
}

async fn recovery_tells_nobody_who_is_there(app: TestApp) {
    let ask = async |email: &str| app.visitor().post("ask_recovery").form(&[("email", email.to_owned())]).send().await;
    let (known, unknown) = (ask("user@romashka.example").await, ask("nobody@romashka.example").await);
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));
    assert_eq!(ask("no address").await.refusal(), wrong("email", FieldProblem::NotAnEmail));
    // A slip is none of the log's business; what is made to look like somebody's, or to go on behind it, is.
    assert!(app.installation_log().await.is_empty());
    for forged in ["\u{443}ser@romashka.example\r\nBcc: x@y.example", "user@romashka.example\r\nBcc: x@y.example"] {
        assert_eq!(ask(forged).await.refusal(), wrong("email", FieldProblem::NotAnEmail));
    }
    assert_eq!(app.installation_log().await, ["recovery.refused"; 2]);
    // Many letters to one are not sent, and nobody is told.
    for _ in 0..8 {
        assert_eq!(ask("user@romashka.example").await.status, 200);
    }
    let letters = recovery(&app, "user@romashka.example", 9).await;
    assert_eq!(letters.len(), 4);
    let mut last = 200;
    for place in 0..40 {
        last = ask(&format!("x{place}@y.example")).await.status;
    }
    assert_eq!(last, 429, "from one address of the network");
}

async fn a_password_is_changed(app: TestApp) {
    let (user, other) = (app.with_role(Role::User).await, app.with_role(Role::User).await);
    let change = async |former: &str, password: &str, again: &str| {
        let form = [("former", former), ("password", password), ("again", again)].map(|(n, v)| (n, v.to_owned()));
        user.post("change_password").form(&form).call::<()>().await
    };
    let right = server::demo::PASSWORD;
    assert_eq!(change("wrong", PASSWORD, PASSWORD).await, Err(wrong("former", FieldProblem::WrongPassword)));
    assert_eq!(change(right, PASSWORD, "korova").await, Err(wrong("again", FieldProblem::NotTheSame)));
    other.frame().await.unwrap();
    change(right, PASSWORD, PASSWORD).await.unwrap();
    user.frame().await.unwrap();
    assert_eq!(other.frame().await, Err(DeskError::NotSignedIn));
    app.visitor().sign_in("user@romashka.example", PASSWORD).await.unwrap();
    assert_eq!(letter(&app, AccessLetter::PasswordChanged).await.unwrap().0, "user@romashka.example");
    assert!(!app.dump().await.contains(PASSWORD));
}

async fn a_short_or_common_password_is_refused(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let refused = async |password: &str| {
        let form = [("former", server::demo::PASSWORD), ("password", password), ("again", password)];
        user.post("change_password").form(&form.map(|(n, v)| (n, v.to_owned()))).call::<()>().await.unwrap_err()
    };
    assert_eq!(refused("fourteen chars").await, wrong("password", FieldProblem::TooShort { least: 15 }));
    for common in [
        "1q2w3e4r5t6y7u8i",
        "USER@romashka.example",
        "aaaaaaaaaaaaaaaaaa",
        "123456789987654321",
        "qwertyuiopasdfgh",
        "йцукенгшщзхъфыва",
        "parolparolparol",
        "licentialicentia",
        "Ромашка Ромашка",
    ] {
        assert_eq!(refused(common).await, wrong("password", FieldProblem::CommonPassword), "{common}");
    }
    assert_eq!(refused(&"phrase ".repeat(60)).await, wrong("password", FieldProblem::TooLong { most: 256 }));
}

/// Upper and lower case are one; letters that look alike, and what breaks a header, are nobody's.
async fn lookalike_emails_are_refused(app: TestApp) {
    let admin = app.romashka().await;
    assert_eq!(invite(&admin, "ADMIN@ROMASHKA.example", "user").await, Err(wrong("email", FieldProblem::Taken)));
    for email in [
        "\u{430}dmin@romashka.example",
        "admin@romashk\u{430}.example",
        "a\u{200b}@b.example",
        "a@b.example\r\nBcc: x@y.example",
        // The sign of Kelvin, which is «k» when it is written small.
        "user@romash\u{212a}a.example",
    ] {
        assert_eq!(invite(&admin, email, "user").await, Err(wrong("email", FieldProblem::NotAnEmail)), "{email}");
    }
    let told = app.told(ROMASHKA, "account.refused").await;
    assert_eq!(told.iter().map(|details| details["why"].as_str()).collect::<Vec<_>>(), [Some("forged_email"); 5]);
    // A slip is none of these.
    assert!(invite(&admin, "admin.romashka", "user").await.is_err());
    assert_eq!(app.told(ROMASHKA, "account.refused").await.len(), 5);
    // With a plus-sign it is another mailbox, and another account.
    invite(&admin, "admin+2@romashka.example", "user").await.unwrap();
    let mut form = fields("x@romashka.example", "user");
    form[0].1 = "Вера, Ваш приз: www.evil.example".into();
    let refused = admin.post("invite_account").form(&form).call::<AccountId>().await;
    assert_eq!(refused, Err(wrong("name", FieldProblem::LeadsAway)), "letters with it come from us");
    let page = admin.follow_form("/admin/new", "invite_account", &form).await;
    assert!(page.contains("не может быть адреса сайта"), "{page}");
    form[0].1 = "Вера\r\nBcc: evil@example.org".into();
    admin.post("invite_account").form(&form).call::<AccountId>().await.unwrap();
    let letters = app.store.letters(ROMASHKA, None, None, 2).await.unwrap();
    let Letter::Access { name, .. } = &letters[0].letter else { panic!() };
    assert_eq!(name, "Вера Bcc: evil@example.org", "a line is one line");
}

/// Where no mail server is set, the outbox shows what would have gone; but with a link goes the account.
async fn nobody_reads_the_links_of_whoever_may_more(app: TestApp) {
    let shown = async |user: &User, email: &str| {
        let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
        let row = letters
            .into_iter()
            .find(|row| row.to == email && row.letter.kind() == LetterKind::Access(AccessLetter::Recovery));
        let id = row.unwrap().id;
        let (page, html) = (user.get(&format!("/letters/{id}")).await, user.get(&format!("/letters/{id}/html")).await);
        assert_eq!((page.status, html.status), (200, 200));
        (page.text().contains("/recovery/"), html.text().contains("/recovery/"))
    };
    recovery(&app, "admin@romashka.example", 1).await;
    recovery(&app, "user@romashka.example", 2).await;
    let (owner, hr) = (app.romashka().await, app.with_role(Role::Administrator).await);
    let support = app.with_role(Role::Support).await;
    for user in [&hr, &support] {
        assert_eq!(shown(user, "admin@romashka.example").await, (false, false), "the owner's");
    }
    assert_eq!(shown(&support, "user@romashka.example").await, (false, false), "support manages no accounts");
    // Twins: one's own, and whom one may manage.
    assert_eq!(shown(&owner, "admin@romashka.example").await, (true, true));
    assert_eq!(shown(&hr, "user@romashka.example").await, (true, true));
    // Whoever may as much is no lower: with the link they would be each other.
    recovery(&app, "hr@romashka.example", 3).await;
    app.colleague(ROMASHKA, "peer@romashka.example").await;
    let peer = app.sign_in("peer@romashka.example").await;
    assert_eq!(shown(&peer, "hr@romashka.example").await, (false, false));
    assert_eq!(shown(&owner, "hr@romashka.example").await, (true, true));
}

async fn whoever_wants_no_letters_gets_none(app: TestApp) {
    let owner = app.romashka().await;
    let stock_low = async || {
        app.sql("DELETE FROM letters").await;
        app.other_desk().remind(&mut service::Reminded::default()).await.unwrap();
        let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
        let mut to: Vec<String> =
            letters.into_iter().filter(|row| row.letter.kind() == LetterKind::StockLow).map(|row| row.to).collect();
        to.sort();
        to.dedup();
        to
    };
    assert_eq!(stock_low().await, ["admin@romashka.example", "hr@romashka.example"]);
    let wanted: Vec<(&str, String)> = LetterKind::OWN
        .into_iter()
        .filter(|kind| *kind != LetterKind::StockLow)
        .map(|kind| ("wanted[]", kind.code().to_owned()))
        .collect();
    owner.post("keep_wanted").form(&wanted).call::<()>().await.unwrap();
    assert_eq!(stock_low().await, ["hr@romashka.example"]);
    let log = owner.get("/log?what=access").await;
    let word = app::i18n::LetterWords::letter_kind(app::i18n::Lang::Ru, LetterKind::StockLow);
    assert!(log.text().contains(&format!("не присылать: — → {word}")), "before and after: {}", log.text());
    let page = owner.get("/account").await;
    let off = "name=\"wanted[]\" type=\"checkbox\" value=\"stock_low\"";
    assert!(page.text().contains("value=\"stock_low\"") && !page.text().contains(&format!("{off} checked")));
    // Whom the organisation has named itself gets it all the same.
    let named = [
        ("threshold", "5".to_owned()),
        ("horizon_days", "14".to_owned()),
        ("notices[stock_low][on]", "true".to_owned()),
        ("notices[stock_low][to]", "admin@romashka.example".to_owned()),
    ];
    owner.post("keep_notifications").form(&named).call::<()>().await.unwrap();
    assert_eq!(stock_low().await, ["admin@romashka.example"]);
}

async fn one_is_asked_of_letters_that_can_come(app: TestApp) {
    let owner = app.romashka().await;
    let asked = async |user: &User| -> Vec<&'static str> {
        let page = user.get("/account").await;
        let of = |kind: &LetterKind| page.text().contains(&format!("value=\"{}\"", kind.code()));
        let kinds: Vec<&str> = LetterKind::OWN.iter().filter(|kind| of(kind)).map(|kind| kind.code()).collect();
        assert_eq!(page.text().contains("/api/keep_wanted"), !kinds.is_empty());
        kinds
    };
    let muted = async |email: &str| {
        let sql =
            "SELECT n.muted FROM account_notifications AS n JOIN accounts AS a ON a.id = n.account_id WHERE a.email";
        let kept = app.rows(&format!("{sql} = '{email}'")).await.remove(0);
        let kept = kept.trim().trim_start_matches("muted=").to_owned();
        kept.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(asked(&owner).await.len(), LetterKind::OWN.len());
    let clerk = app.with_role(Role::Accountant).await;
    assert_eq!(asked(&clerk).await, ["order_paid"]);
    for role in [Role::User, Role::Support] {
        assert_eq!(asked(&app.with_role(role).await).await, [""; 0], "{role:?}");
    }
    let revokes = [Capability::Revoke].into_iter().collect::<domain::Rights>().complete();
    let revokes = crate::access::with_rights(&app, &owner, "Отзывающий", revokes).await;
    assert_eq!(asked(&revokes).await, ["approval_asked"]);

    // Whoever ordered is told that it is paid, unless they want none.
    let told = async |number: &str| {
        let order =
            [("inn", "7707083893"), ("kpp", "773601001"), ("address", "Москва"), ("product[]", "1"), ("seats[]", "1")];
        let order = order.map(|(name, value)| (name, value.to_owned()));
        let order: domain::OrderId = clerk.post("raise_order").form(&order).call().await.unwrap();
        let payment = domain::Payment {
            source: "statement".into(),
            reference: number.into(),
            amount: domain::Kopecks(30_000),
            payer: "ООО «Ромашка»".into(),
            purpose: format!("Оплата по счёту № {}", order.number()),
        };
        app.other_desk().record_payment(&payment).await.unwrap();
        let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
        letters
            .iter()
            .filter(|row| row.letter.kind() == LetterKind::OrderPaid && row.to == "buh@romashka.example")
            .count()
    };
    assert_eq!(told("1").await, 1);
    clerk.post("keep_wanted").form(&[]).call::<()>().await.unwrap();
    assert_eq!(muted("buh@romashka.example").await, ["order_paid"], "of the others they were not asked");
    assert_eq!(told("2").await, 1, "no more than before");

    // What is not shown stays as it was set, for when it can come again.
    let hr = app.with_role(Role::Administrator).await;
    hr.post("keep_wanted").form(&[("wanted[]", "stock_low".to_owned())]).call::<()>().await.unwrap();
    let all_but = |one: &str| {
        let all = LetterKind::OWN.into_iter().map(|kind| kind.code().to_owned());
        all.filter(|code| *code != one).collect::<Vec<_>>()
    };
    assert_eq!(muted("hr@romashka.example").await, all_but("stock_low"));
    let level = async |code: &str| {
        let of = "(SELECT id FROM accounts WHERE email = 'hr@romashka.example')";
        app.sql(&format!("UPDATE account_levels SET role = '{code}' WHERE account_id = {of}")).await;
    };
    level("accountant").await;
    // What is wanted of a kind that is not shown counts as little as what is not.
    let wanted = ["order_paid", "term_ends"].map(|kind| ("wanted[]", kind.to_owned()));
    hr.post("keep_wanted").form(&wanted).call::<()>().await.unwrap();
    let mut kept = all_but("stock_low");
    kept.retain(|code| code != "order_paid");
    assert_eq!(muted("hr@romashka.example").await, kept);
    level("administrator").await;
    let page = hr.get("/account").await;
    assert_eq!(page.text().matches("name=\"wanted[]\"").count(), 6);
}

async fn what_is_wrong_is_said_in_words_of_the_field(app: TestApp) {
    let owner = app.romashka().await;
    let level = |name: &str| vec![("name", name.to_owned()), ("rights[]", "people".to_owned())];
    owner.post("keep_role").form(&level("Табельщик")).call::<domain::RoleId>().await.unwrap();
    let keep = async |name: &str| owner.follow_form("/admin/levels/new", "keep_role", &level(name)).await;
    // A built-in name is taken as well, however it is written.
    for taken in ["Табельщик", "Владелец", "bладелец", "OWNER"] {
        let page = keep(taken).await;
        assert!(page.contains("Уровень с таким названием уже есть"), "{taken}: {page}");
        assert!(!page.contains("Такой адрес") && page.contains(&format!("value=\"{taken}\"")));
        let wrong = FieldError { field: "name".into(), problem: FieldProblem::Taken };
        let again = owner.post("keep_role").form(&level(taken)).call::<domain::RoleId>().await;
        assert_eq!(again, Err(DeskError::InvalidForm { fields: vec![wrong] }), "{taken}");
    }
    assert!(!keep("Владелец склада").await.contains("уже есть"));
    for number in 3..=50 {
        app.sql(&format!("INSERT INTO roles (organization_id, name, capabilities) VALUES (1, 'У{number}', 'people')"))
            .await;
    }
    let page = keep("Пятьдесят первый").await;
    assert!(page.contains("Своих уровней может быть не больше 50") && !page.contains("адресов"), "{page}");
    let page = owner.follow_form("/admin/new", "invite_account", &fields("new@romashka.example", "own:999999")).await;
    assert!(page.contains("Такого уровня доступа больше нет") && !page.contains("Такой группы"), "{page}");
    let page = owner.follow_form("/admin/new", "invite_account", &fields("hr@romashka.example", "user")).await;
    assert!(page.contains("Такой адрес уже есть у другого пользователя"), "{page}");
}

/// Whoever asks may write any host they like: links in letters begin with the configured address.
async fn links_lead_to_the_desk_whatever_the_host_is_called(app: TestApp) {
    let form = [("email", "admin@romashka.example".to_owned())];
    let ask = app.visitor().post("ask_recovery").form(&form).header("x-forwarded-host", "evil.example");
    ask.header("forwarded", "host=evil.example").call::<()>().await.unwrap();
    recovery(&app, "user@romashka.example", 2).await;
    let owner = app.romashka().await;
    let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
    let row = letters.iter().find(|row| {
        row.to == "admin@romashka.example" && row.letter.kind() == LetterKind::Access(AccessLetter::Recovery)
    });
    let page = owner.get(&format!("/letters/{}", row.unwrap().id)).await;
    assert!(page.text().contains("https://licences.example/recovery/") && !page.text().contains("evil.example"));
    // An invitation's likewise.
    let ask = owner.post("invite_account").form(&fields("vera@romashka.example", "user"));
    ask.header("x-forwarded-host", "evil.example").call::<AccountId>().await.unwrap();
    let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
    let row = letters.iter().find(|row| row.letter.kind() == LetterKind::Access(AccessLetter::Invitation));
    let page = owner.get(&format!("/letters/{}", row.unwrap().id)).await;
    assert!(page.text().contains("https://licences.example/join/") && !page.text().contains("evil.example"));
}
