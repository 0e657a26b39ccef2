//! Registering an organisation: asked for, confirmed by a link, and there.

use domain::{
    AccessLetter, DeskError, FieldError, FieldProblem, Instant, Letter, LetterRow, LetterState, LinkFault,
    OrganizationId,
};
use service::INSTALLATION;
use service::ports::{Accounts, Post, Store};

use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    whoever_confirms_has_an_organisation,
    nobody_takes_a_password_that_somebody_else_chose,
    an_organisation_begins_empty_and_by_itself,
    what_is_typed_wrong_is_said,
    questions_are_answered_once_by_whoever_read_them,
    whoever_is_there_already_gets_a_letter,
    whoever_is_invited_is_told_by_whom,
    nobody_learns_who_is_there,
    links_that_do_not_work,
    a_link_whose_email_was_taken_is_closed,
    confirmed_twice_there_is_one,
    strangers_fill_no_mailbox,
    strangers_do_not_starve_a_registration,
    a_link_that_is_refused_leads_on,
    what_waits_is_nobodys_to_see,
    nothing_is_kept_of_who_never_confirmed,
    it_can_be_switched_off,
);

const PASSWORD: &str = "korova na lugu zelenom";
const EMAIL: &str = "lipa@lipa.example";

/// The fields of somebody who registers.
pub fn form(email: &str, question: &str, answer: &str) -> Vec<(&'static str, String)> {
    let fields = [
        ("email", email),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("name", "Липова Анна Петровна"),
        ("work", "ООО «Липа»"),
        ("city", "Тверь"),
        ("phone", "8 (916) 123-45-67"),
        ("agreed", "true"),
        ("question", question),
        ("answer", answer),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

const NUMBERS: [&str; 20] = [
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
    "двадцать",
];

/// As people read a page: the token of its question, and the answer.
pub async fn question(user: &User) -> (String, String) {
    let page = user.get("/register").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let after = |text: &str, mark: &str| text.split_once(mark).unwrap_or_else(|| panic!("{mark}: {text}")).1.to_owned();
    let token = after(page.text(), "name=\"question\" value=\"");
    let token = token.split('"').next().unwrap().to_owned();
    let asked = after(page.text(), "Сколько будет ");
    let words: Vec<&str> = asked.split('?').next().unwrap().split(' ').collect();
    let [left, sign, right] = words.as_slice() else { panic!("{words:?}") };
    let number = |word: &str| NUMBERS.iter().position(|known| *known == word).unwrap() + 1;
    let answer = if *sign == "плюс" { number(left) + number(right) } else { number(left) - number(right) };
    (token, answer.to_string())
}

async fn sign_up(user: &User, fields: &[(&'static str, String)]) -> Result<(), DeskError> {
    user.post("sign_up").form(fields).call().await
}

/// Registers as people do.
async fn register(app: &TestApp, email: &str) -> Result<(), DeskError> {
    let visitor = app.visitor();
    let (question, answer) = question(&visitor).await;
    sign_up(&visitor, &form(email, &question, &answer)).await
}

/// Letters of an outbox of this kind, newest first, once there are so many: they are written by themselves.
async fn letters(app: &TestApp, of: OrganizationId, kind: AccessLetter, expected: usize) -> Vec<(LetterRow, String)> {
    let mut found = Vec::new();
    for _ in 0..100 {
        let rows = app.store.letters(of, None, None, 100).await.unwrap();
        let of_kind = |row: LetterRow| match row.letter.clone() {
            Letter::Access { what, secret, .. } if what == kind => Some((row, secret)),
            _ => None,
        };
        found = rows.into_iter().filter_map(of_kind).collect();
        if found.len() >= expected && expected > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(if expected > 0 { 30 } else { 5 })).await;
    }
    found
}

/// The token of the newest link.
async fn token(app: &TestApp, expected: usize) -> String {
    let mut letters = letters(app, INSTALLATION, AccessLetter::Registration, expected).await;
    assert_eq!(letters.len(), expected);
    letters.remove(0).1
}

async fn confirm(user: &User, token: &str) -> Result<(), DeskError> {
    confirm_with(user, token, PASSWORD).await
}

async fn confirm_with(user: &User, token: &str, password: &str) -> Result<(), DeskError> {
    let form = [("token", token.to_owned()), ("password", password.to_owned())];
    user.post("confirm_sign_up").form(&form).call().await
}

fn wrong(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: field.to_owned(), problem }] }
}

/// Those of the demo: two customers, their partner, and the small ones.
pub const DEMO: i64 = 3 + crate::support::CUSTOMERS as i64;

/// Besides those of the demo.
async fn organizations(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM organizations").await - DEMO
}

async fn whoever_confirms_has_an_organisation(app: TestApp) {
    register(&app, "Lipa@Lipa.example").await.unwrap();
    let token = token(&app, 1).await;
    assert_eq!(organizations(&app).await, 0, "not before it is confirmed");
    assert!(app.visitor().sign_in(EMAIL, PASSWORD).await.is_err());
    // A mail program opens the link by itself: nothing happens.
    let page = app.visitor().get(&format!("/register/{token}")).await;
    assert!(page.text().contains(EMAIL) && page.text().contains("Подтвердить"), "{}", page.text());
    assert_eq!(organizations(&app).await, 0);
    let visitor = app.visitor();
    let confirmed =
        visitor.post("confirm_sign_up").form(&[("token", token.clone()), ("password", PASSWORD.into())]).send().await;
    confirmed.result::<()>().unwrap();
    assert!(confirmed.cookie("licentia").is_some(), "and is in");
    assert_eq!(organizations(&app).await, 1);
    let mut owner = app.visitor();
    owner.sign_in(EMAIL, PASSWORD).await.unwrap();
    let frame = owner.frame().await.unwrap();
    assert_eq!((frame.organization.name.as_str(), frame.account.name.as_str()), ("ООО «Липа»", "Липова Анна Петровна"));
    let told = app.told(frame.organization.id, "organization.registered").await;
    assert_eq!(told, [serde_json::json!({ "terms": app::i18n::TERMS_VERSION })], "what was agreed to");
    let log = app
        .rows(&format!(
            "SELECT seq, action FROM audit_entries WHERE organization_id = {} ORDER BY seq",
            frame.organization.id
        ))
        .await;
    assert!(log[0].contains("organization.registered"), "{log:?}");
    let rows = app.store.account_rows(frame.organization.id, app.now(), Instant(0)).await.unwrap();
    assert!(rows.len() == 1 && rows[0].is_owner() && rows[0].phone == "+79161234567");
    assert!(owner.get("/log").await.text().contains("Организация зарегистрирована"));
    // Once.
    let used = Err(DeskError::LinkRefused { fault: LinkFault::Used });
    assert_eq!(confirm(&app.visitor(), &token).await, used);
    let page = app.visitor().get(&format!("/register/{token}")).await;
    assert!(page.text().contains("Ссылка уже использована"), "{}", page.text());
    // Nothing of what was said is left where it waited.
    assert_eq!(app.rows("SELECT data FROM tickets WHERE purpose = 'registration'").await, [""]);
    assert!(!app.dump().await.contains(PASSWORD));
}

async fn nobody_takes_a_password_that_somebody_else_chose(app: TestApp) {
    register(&app, EMAIL).await.unwrap();
    let token = token(&app, 1).await;
    let before = organizations(&app).await;
    assert_eq!(confirm_with(&app.visitor(), &token, "").await, Err(wrong("password", FieldProblem::Required)));
    for _ in 0..5 {
        let refused = confirm_with(&app.visitor(), &token, "sovsem drugoy parol").await;
        assert_eq!(refused, Err(wrong("password", FieldProblem::WrongPassword)));
    }
    // Where scripts are off, beside the field.
    app.sql("DELETE FROM attempts").await;
    let visitor = app.visitor();
    let form = [("token", token.clone()), ("password", "sovsem drugoy parol".to_owned())];
    let referer = format!("{}/register/{token}", visitor.client().origin());
    let answer = visitor.post("confirm_sign_up").form(&form).plain().header("referer", referer).send().await;
    let page = visitor.get(answer.leads_to().trim_start_matches(&visitor.client().origin())).await;
    assert!(page.text().contains("id=\"password-error\""), "{}", page.text());
    for _ in 0..4 {
        let refused = confirm_with(&app.visitor(), &token, "sovsem drugoy parol").await;
        assert_eq!(refused, Err(wrong("password", FieldProblem::WrongPassword)));
    }
    // Not even the right one, for a while.
    assert_eq!(confirm(&app.visitor(), &token).await, Err(DeskError::TooManyTries { minutes: 10 }));
    assert_eq!(organizations(&app).await, before);
    assert!(app.told(INSTALLATION, "registration.refused").await.iter().all(|entry| entry["why"] == "wrong_password"));
    app.pass(601);
    confirm(&app.visitor(), &token).await.unwrap();
    assert_eq!(organizations(&app).await, before + 1);
}

async fn an_organisation_begins_empty_and_by_itself(app: TestApp) {
    register(&app, EMAIL).await.unwrap();
    confirm(&app.visitor(), &token(&app, 1).await).await.unwrap();
    let mut owner = app.visitor();
    owner.sign_in(EMAIL, PASSWORD).await.unwrap();
    for path in [
        "/users",
        "/licenses",
        "/orders",
        "/orders/new",
        "/tasks",
        "/operations",
        "/letters",
        "/admin",
        "/log",
        "/account",
    ] {
        let page = owner.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert!(!page.text().contains("Ромашка") && !page.text().contains("Север"), "{path}");
    }
    // It works as others do.
    let member = [("surname", "Первый"), ("first", "Пётр"), ("email", "p@lipa.example"), ("employment", "employee")];
    let member: Vec<(&str, String)> = member.map(|(name, value)| (name, value.to_owned())).to_vec();
    owner.post("add_member").form(&member).call::<domain::MemberId>().await.unwrap();
    assert!(owner.get("/users").await.text().contains("Первый"));
    assert!(!app.romashka().await.get("/users?q=Первый").await.text().contains("p@lipa.example"));
}

async fn what_is_typed_wrong_is_said(app: TestApp) {
    let visitor = app.visitor();
    let changed = async |name: &str, value: &str| {
        let (question, answer) = question(&visitor).await;
        let mut fields = form(EMAIL, &question, &answer);
        fields.iter_mut().find(|(known, _)| *known == name).unwrap().1 = value.to_owned();
        sign_up(&visitor, &fields).await.unwrap_err()
    };
    let before = app.dump().await;
    for (field, value, problem) in [
        ("email", "", FieldProblem::Required),
        ("email", "lipa", FieldProblem::NotAnEmail),
        ("email", "l\u{456}pa@lipa.example", FieldProblem::NotAnEmail),
        ("name", " ", FieldProblem::Required),
        ("name", "<b>Анна</b>", FieldProblem::NotAName),
        ("work", "ООО\u{202e}", FieldProblem::NotAName),
        ("name", "Приз: https://evil.example", FieldProblem::LeadsAway),
        ("work", "www.evil.example", FieldProblem::LeadsAway),
        ("city", "evil.example/prize", FieldProblem::LeadsAway),
        ("city", "", FieldProblem::Required),
        ("phone", "12", FieldProblem::NotAPhone),
        ("password", "short", FieldProblem::TooShort { least: 15 }),
        ("password", "1q2w3e4r5t6y7u8i", FieldProblem::CommonPassword),
        ("password", EMAIL, FieldProblem::CommonPassword),
        ("again", "korova na lugu", FieldProblem::NotTheSame),
        ("answer", "", FieldProblem::WrongAnswer),
        ("answer", "777", FieldProblem::WrongAnswer),
        ("question", "", FieldProblem::WrongAnswer),
    ] {
        let shown = if field == "question" { "answer" } else { field };
        assert_eq!(changed(field, value).await, wrong(shown, problem), "{field}: {value}");
    }
    let (question, answer) = question(&visitor).await;
    let mut fields = form(EMAIL, &question, &answer);
    fields.retain(|(name, _)| *name != "agreed");
    assert_eq!(sign_up(&visitor, &fields).await, Err(wrong("agreed", FieldProblem::NotAgreed)));
    app.sql("DELETE FROM attempts").await;
    // What is no slip is in the installation's log, with the address; and nothing else has changed.
    let entries = app.other_desk().installation_log(100).await.unwrap().entries;
    let mut told: Vec<_> = entries.iter().map(|one| (one.action.as_str(), one.details.as_str())).collect();
    told.sort_unstable();
    let wrong_answer = ("question.refused", r#"{"why":"wrong_answer"}"#);
    let over = ("question.refused", r#"{"why":"question_over"}"#);
    let forged = ("registration.refused", r#"{"why":"forged_email"}"#);
    assert_eq!(told, [over, wrong_answer, wrong_answer, forged]);
    assert!(entries.iter().all(|entry| entry.address.as_deref() == Some("127.0.0.1")));
    before.assert_same_but_for_the_log(&app.dump().await, "wrong forms");
    // Words of both languages, beside the fields; what was typed is there again, but for the password.
    for (language, said) in [("ru", "Без согласия с условиями"), ("en", "without agreeing to the terms")]
    {
        let origin = visitor.client().origin();
        let ask = visitor.post("sign_up").form(&fields).plain().header("referer", format!("{origin}/register"));
        let answer = ask.send().await;
        let kept = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        let kept: Vec<&str> = kept.map(|line| line.split(';').next().unwrap()).collect();
        let cookies = format!("lang={language}; {}", kept.join("; "));
        let there = answer.leads_to().trim_start_matches(&origin);
        assert!(there.starts_with("/register?"), "{there}");
        let page = visitor.ask("GET", there).header("cookie", cookies).send().await;
        let text = page.text();
        assert!(text.contains(said), "{text}");
        assert!(text.contains("value=\"lipa@lipa.example\"") && !text.contains(PASSWORD), "{text}");
    }
}

async fn questions_are_answered_once_by_whoever_read_them(app: TestApp) {
    let visitor = app.visitor();
    let refused = Err(wrong("answer", FieldProblem::WrongAnswer));
    // Rightly.
    let (token, answer) = question(&visitor).await;
    sign_up(&visitor, &form(EMAIL, &token, &answer)).await.unwrap();
    assert_eq!(sign_up(&visitor, &form("b@lipa.example", &token, &answer)).await, refused);
    assert_eq!(sign_up(&visitor, &form("b@lipa.example", &token, &answer)).await, refused);
    // A wrong answer is no try at the others.
    let (token, answer) = question(&visitor).await;
    assert_eq!(sign_up(&visitor, &form("b@lipa.example", &token, "999")).await, refused);
    assert_eq!(sign_up(&visitor, &form("b@lipa.example", &token, &answer)).await, refused);
    // Too late.
    let (token, answer) = question(&visitor).await;
    app.pass(20 * 60);
    assert_eq!(sign_up(&visitor, &form("b@lipa.example", &token, &answer)).await, refused);
    // One that is of another installation.
    let (token, answer) = question(&visitor).await;
    app.sql("UPDATE secrets SET value = (SELECT audit_hash FROM organizations WHERE id = 1)").await;
    assert_eq!(sign_up(&visitor, &form("b@lipa.example", &token, &answer)).await, refused);
    // Each is in the installation's log, and why.
    let mut log = app.other_desk().installation_log(100).await.unwrap().entries;
    log.reverse();
    let told: Vec<&str> = log.iter().map(|entry| entry.details.as_str()).collect();
    let why = ["answered_twice", "answered_twice", "wrong_answer", "answered_twice", "question_over", "wrong_answer"];
    assert_eq!(told, why.map(|why| format!("{{\"why\":\"{why}\"}}")));
    register(&app, "b@lipa.example").await.unwrap();
}

async fn whoever_is_there_already_gets_a_letter(app: TestApp) {
    register(&app, "User@Romashka.example").await.unwrap();
    let found = letters(&app, ROMASHKA, AccessLetter::RegisteredAlready, 1).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0.to.as_str(), found[0].1.as_str()), ("user@romashka.example", ""));
    let page = app.romashka().await.get(&format!("/letters/{}", found[0].0.id)).await;
    assert!(page.text().contains("https://licences.example/recovery"), "{}", page.text());
    assert!(letters(&app, INSTALLATION, AccessLetter::Registration, 0).await.is_empty());
    assert_eq!(organizations(&app).await, 0);
}

async fn whoever_is_invited_is_told_by_whom(app: TestApp) {
    let fields = [("name", "Вера Новая"), ("email", EMAIL), ("phone", "8 (916) 123-45-67"), ("level", "user")];
    let fields = fields.map(|(name, value)| (name, value.to_owned()));
    let admin = app.romashka().await;
    let id: domain::AccountId = admin.post("invite_account").form(&fields).call().await.unwrap();
    register(&app, "Lipa@Lipa.example").await.unwrap();
    let found = letters(&app, ROMASHKA, AccessLetter::InvitedAlready, 1).await;
    assert_eq!((found[0].0.to.as_str(), found[0].1.as_str()), (EMAIL, ""));
    let page = admin.get(&format!("/letters/{}", found[0].0.id)).await;
    for said in ["Вера Новая", "Администратор (ООО «Ромашка»)", "отправить приглашение ещё раз"]
    {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    // No link that would be refused at the end, and no organisation.
    assert!(letters(&app, INSTALLATION, AccessLetter::Registration, 0).await.is_empty());
    assert_eq!(organizations(&app).await, 0);
    // The invitation is as it was; without it the organisation is named alone.
    let open = "SELECT count(*) FROM tickets WHERE purpose = 'invitation' AND closed IS NULL";
    assert_eq!(app.number(open).await, 1);
    app.sql("UPDATE tickets SET data = '' WHERE purpose = 'invitation'").await;
    register(&app, EMAIL).await.unwrap();
    let found = letters(&app, ROMASHKA, AccessLetter::InvitedAlready, 2).await;
    let page = admin.get(&format!("/letters/{}", found[0].0.id)).await;
    assert!(page.text().contains("в кабинет лицензий: ООО «Ромашка»."), "{}", page.text());
    // Withdrawn, it is nobody's any more.
    admin.post("withdraw_invitation").form(&[("account", id.to_string())]).call::<()>().await.unwrap();
    register(&app, EMAIL).await.unwrap();
    assert_eq!(letters(&app, INSTALLATION, AccessLetter::Registration, 1).await.len(), 1);
}

async fn nobody_learns_who_is_there(app: TestApp) {
    let ask = async |email: &str| {
        let visitor = app.visitor();
        let (question, answer) = question(&visitor).await;
        visitor.post("sign_up").form(&form(email, &question, &answer)).send().await
    };
    let (known, unknown) = (ask("user@romashka.example").await, ask("nobody@romashka.example").await);
    assert_eq!((known.status, &known.body), (200, &unknown.body));
    assert_eq!(known.status, unknown.status);
}

async fn links_that_do_not_work(app: TestApp) {
    register(&app, EMAIL).await.unwrap();
    let token = token(&app, 1).await;
    let before = app.dump().await;
    for garbled in ["", "abc", &token[1..], &token.to_uppercase(), &format!("{token}0"), "' OR '1'='1"] {
        let refused = confirm(&app.visitor(), garbled).await;
        assert_eq!(refused, Err(DeskError::LinkRefused { fault: LinkFault::Unknown }), "{garbled}");
    }
    // It is no link to anything else.
    assert_eq!(app.visitor().get(&format!("/join/{token}")).await.status, 404);
    assert_eq!(app.visitor().get(&format!("/recovery/{token}")).await.status, 404);
    before.assert_same_but_for_the_log(&app.dump().await, "links of nobody");
    assert!(app.installation_log().await.contains(&"invitation.unknown".to_owned()));
    app.pass(24 * 3600);
    let page = app.visitor().get(&format!("/register/{token}")).await;
    assert!(page.text().contains("Срок ссылки истёк"), "{}", page.text());
    for _ in 0..3 {
        let refused = confirm(&app.visitor(), &token).await;
        assert_eq!(refused, Err(DeskError::LinkRefused { fault: LinkFault::Expired }));
    }
    let log = app.installation_log().await;
    assert_eq!(log.iter().filter(|action| *action == "registration.refused").count(), 1, "once for each reason");
    assert_eq!(organizations(&app).await, 0);
}

/// Of two letters, one was confirmed: by the other nothing can come any more, and it says so once.
async fn a_link_whose_email_was_taken_is_closed(app: TestApp) {
    register(&app, EMAIL).await.unwrap();
    register(&app, EMAIL).await.unwrap();
    let found = letters(&app, INSTALLATION, AccessLetter::Registration, 2).await;
    let tokens: Vec<String> = found.into_iter().map(|(_, token)| token).collect();
    confirm(&app.visitor(), &tokens[0]).await.unwrap();
    assert_eq!(app.installation_log().await, Vec::<String>::new());
    let before = app.dump().await;
    for _ in 0..3 {
        let refused = confirm(&app.visitor(), &tokens[1]).await;
        assert_eq!(refused, Err(DeskError::LinkRefused { fault: LinkFault::Over }));
    }
    let log = app.other_desk().installation_log(10).await.unwrap().entries;
    let told: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.details.as_str())).collect();
    assert_eq!(told, [("registration.refused", r#"{"why":"email_taken"}"#)]);
    assert_eq!(app.number("SELECT count(*) FROM tickets WHERE purpose = 'registration' AND closed IS NULL").await, 0);
    assert_eq!(before.count("accounts"), app.dump().await.count("accounts"));
    let page = app.visitor().get(&format!("/register/{}", tokens[1])).await;
    assert!(page.text().contains("Ссылка больше не действует"), "{}", page.text());
}

async fn confirmed_twice_there_is_one(app: TestApp) {
    // Two letters, and each link is followed more than once, all at the same time.
    register(&app, EMAIL).await.unwrap();
    register(&app, EMAIL).await.unwrap();
    let found = letters(&app, INSTALLATION, AccessLetter::Registration, 2).await;
    let tokens: Vec<String> = found.into_iter().map(|(_, token)| token).collect();
    assert!(tokens.len() == 2 && tokens[0] != tokens[1]);
    let confirming = (0..6).map(|place| {
        let (visitor, token) = (app.visitor(), tokens[place % 2].clone());
        async move { confirm(&visitor, &token).await }
    });
    let done = crate::crowd::at_once(confirming).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
    assert!(
        app.installation_log().await.contains(&"registration.refused".to_owned()),
        "also who came at once, and second"
    );
    assert_eq!(organizations(&app).await, 1);
    assert_eq!(app.number("SELECT count(*) FROM accounts WHERE email = 'lipa@lipa.example'").await, 1);
}

async fn strangers_fill_no_mailbox(app: TestApp) {
    for _ in 0..8 {
        register(&app, EMAIL).await.unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(
        letters(&app, INSTALLATION, AccessLetter::Registration, 4).await.len(),
        4,
        "an hour, and nobody is told"
    );
    let mut last = Ok(());
    for place in 0..30 {
        last = sign_up(&app.visitor(), &form(&format!("x{place}@y.example"), "", "")).await;
    }
    assert!(matches!(last, Err(DeskError::TooManyTries { .. })), "from one address of the network: {last:?}");
    app.pass(3601);
    register(&app, "other@lipa.example").await.unwrap();
}

/// Whoever registers somebody else's e-mail over and over.
async fn strangers_do_not_starve_a_registration(app: TestApp) {
    let from = async |address: &str, email: &str| {
        let visitor = app.visitor();
        let (question, answer) = question(&visitor).await;
        let asked = visitor.post("sign_up").form(&form(email, &question, &answer));
        asked.header("x-forwarded-for", address).call::<()>().await.unwrap();
    };
    // Of one mailbox, whatever stands behind the plus.
    for place in 0..6 {
        from("192.0.2.7", &format!("lipa+{place}@lipa.example")).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(letters(&app, INSTALLATION, AccessLetter::Registration, 4).await.len(), 4);
    // Its owner comes from elsewhere, and their links work beside the others.
    from("192.0.2.8", EMAIL).await;
    confirm(&app.visitor(), &token(&app, 5).await).await.unwrap();
    // Twin: from everywhere at once the mailbox is not filled either.
    for place in 0..30 {
        from(&format!("198.51.100.{place}"), "linden@lipa.example").await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(letters(&app, INSTALLATION, AccessLetter::Registration, 25).await.len(), 25);
}

/// Nobody is sent to recover a password that they do not have.
async fn a_link_that_is_refused_leads_on(app: TestApp) {
    register(&app, EMAIL).await.unwrap();
    let link = token(&app, 1).await;
    app.pass(24 * 3600);
    let page = app.visitor().get(&format!("/register/{link}")).await;
    assert!(page.text().contains("Зарегистрируйтесь ещё раз") && page.text().contains("href=\"/register\""));
    assert!(!page.text().contains("href=\"/recovery\""), "{}", page.text());
    // Somebody has the e-mail by now: it is said, and nothing of a code.
    register(&app, EMAIL).await.unwrap();
    let link = token(&app, 2).await;
    let fields = [("name", "Вера Новая"), ("email", EMAIL), ("phone", "8 (916) 123-45-67"), ("level", "user")];
    let fields = fields.map(|(name, value)| (name, value.to_owned()));
    app.romashka().await.post("invite_account").form(&fields).call::<domain::AccountId>().await.unwrap();
    let fields = [("token", link.clone()), ("password", PASSWORD.to_owned())];
    let page = app.visitor().follow_form(&format!("/register/{link}"), "confirm_sign_up", &fields).await;
    assert!(page.contains("С этим адресом уже входят"), "{page}");
    assert!(!page.contains("код введён") && !page.contains("/api/confirm_sign_up"), "{page}");
}

async fn what_waits_is_nobodys_to_see(app: TestApp) {
    register(&app, EMAIL).await.unwrap();
    let token = token(&app, 1).await;
    let letter = letters(&app, INSTALLATION, AccessLetter::Registration, 1).await.remove(0).0;
    for admin in [app.romashka().await, app.sever().await] {
        assert!(!admin.get("/letters").await.text().contains(EMAIL));
        assert_eq!(admin.get(&format!("/letters/{}", letter.id)).await.status, 404);
        assert_eq!(admin.get(&format!("/letters/{}/html", letter.id)).await.status, 404);
        let retried = admin.post("retry_letter").form(&[("letter", letter.id.to_string())]).call::<()>().await;
        assert_eq!(retried, Err(DeskError::UnknownLetter));
    }
    // It goes like others, from the installation itself.
    let post = Taking::default();
    let desk = app.other_desk();
    while desk.send_letters(&post).await.unwrap() > 0 {}
    let sent = post.0.lock().unwrap().clone();
    assert_eq!(sent, [("Licentia".to_owned(), EMAIL.to_owned(), token.clone())]);
    let kept = app.store.letter(INSTALLATION, letter.id).await.unwrap().unwrap();
    assert_eq!(kept.state, LetterState::Sent);
    let Letter::Access { secret, .. } = kept.letter else { panic!() };
    assert_eq!(secret, "", "what has gone is its recipient's alone");
    confirm(&app.visitor(), &token).await.unwrap();
}

/// A mail server that takes everything: from whom, to whom, which secret.
#[derive(Default)]
struct Taking(std::sync::Mutex<Vec<(String, String, String)>>);

#[async_trait::async_trait]
impl Post for Taking {
    fn carries(&self, _: domain::Channel) -> bool {
        true
    }

    async fn send(&self, letter: &service::ports::DueLetter) -> domain::Delivery {
        let Letter::Access { secret, .. } = &letter.letter else { panic!() };
        self.0.lock().unwrap().push((letter.organization_name.clone(), letter.to.clone(), secret.clone()));
        domain::Delivery::Taken
    }
}

async fn nothing_is_kept_of_who_never_confirmed(app: TestApp) {
    register(&app, EMAIL).await.unwrap();
    let _ = token(&app, 1).await;
    let (desk, post) = (app.other_desk(), Taking::default());
    while desk.send_letters(&post).await.unwrap() > 0 {}
    app.pass(30 * 86_400);
    desk.tidy().await.unwrap();
    assert!(app.dump().await.contains(EMAIL), "a link of last week says that it is too old");
    app.pass(86_400);
    desk.tidy().await.unwrap();
    let dump = app.dump().await;
    assert!(!dump.contains(EMAIL) && !dump.contains("Липова"));
}

async fn it_can_be_switched_off(app: TestApp) {
    assert!(app.visitor().get("/sign-in").await.text().contains("href=\"/register\""));
    let desk = app.other_desk().registering(false);
    assert!(!desk.registers());
    assert_eq!(desk.question().await.map(drop), Err(DeskError::RegistrationClosed));
    let typed = domain::SignUpForm::default();
    let signing_up = service::SigningUp {
        form: &typed,
        password: PASSWORD.to_owned(),
        again: PASSWORD,
        question: "",
        answer: "",
        terms: "",
        language: domain::Language::Ru,
    };
    assert_eq!(desk.sign_up(signing_up, &service::Origin::default()).await, Err(DeskError::RegistrationClosed));
}
